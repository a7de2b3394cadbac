"""GDP and people of a place over the years, each from one edition: numbers of two editions are never joined."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from airshed.pack.counts import BASE
from airshed.pack.economy import LOCAL, LOCAL_CONSTANT, LOCAL_CONSTANT_PER_HEAD
from airshed.pack.errors import MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.units import factor

MEASURES = {LOCAL_CONSTANT: True, LOCAL_CONSTANT_PER_HEAD: True, LOCAL: False}
"""Indicators of GDP over the years, and whether they are at the prices of one year; the first that serves is taken."""


@dataclass(frozen=True)
class YearSeries:
    """Values by year of one edition (year), with their unit and source.

    edition : of the source, as the pack names it; constant : at the prices of one year; per_head : of one person
    """

    values: pd.Series
    unit: str
    edition: str
    source: str
    constant: bool = False
    per_head: bool = False


def product_series(pack: Pack, code: str) -> YearSeries:
    """Return the GDP of a place over the years, in its own money.

    The rule of editions: a series is of one edition and one indicator; the one with the most years serves, of equally
    long ones that at constant prices, then the last in the table. The level of the base year that keys and incomes
    rest on (`chain.economy.product_of`) may be of another edition, and is not joined with it.
    Raises MissingTableError for a place with fewer than two years in every edition.
    """
    rows = pack.optional("economy")
    rows = rows[(rows["code"] == code) & rows["indicator"].isin(MEASURES)]
    held = [
        (len(part), MEASURES[str(key[0])], place, part)
        for place, (key, part) in enumerate(rows.groupby(["indicator", "vintage", "unit", "source"], sort=False))
        if part["year"].is_unique
    ]
    if not held or max(one[0] for one in held) < 2:
        raise MissingTableError("economy", Phrase("detail-gdp-over-years", code=code))
    *_, chosen = max(held, key=lambda one: one[:3])
    indicator = str(chosen["indicator"].iloc[0])
    return YearSeries(
        chosen.set_index("year")["value"].astype(float).sort_index(),
        str(chosen["unit"].iloc[0]),
        str(chosen["vintage"].iloc[0]),
        str(chosen["source"].iloc[0]),
        MEASURES[indicator],
        indicator == LOCAL_CONSTANT_PER_HEAD,
    )


def people_series(pack: Pack, code: str) -> YearSeries:
    """Return the persons of a place over the years by one edition: the series with the most years, then the last.

    Counts of the base year may be of another edition: per head over the years is the GDP of `product_series` by
    these, and never by those. Raises MissingTableError for a place with fewer than two years in every series.
    """
    rows = pack.optional("populations")
    rows = rows[rows["region"] == code]
    held = [(len(part), name != BASE, place, part) for place, (name, part) in enumerate(rows.groupby("series"))]
    if not held or max(one[0] for one in held) < 2:
        raise MissingTableError("populations", Phrase("detail-people-over-years", code=code))
    *_, chosen = max(held, key=lambda one: one[:3])
    scale = chosen["unit"].map({unit: factor(unit, "persons") for unit in chosen["unit"].unique()})
    persons = (chosen["value"] * scale).set_axis(chosen["year"]).astype(float).sort_index()
    return YearSeries(
        persons, "persons", str(chosen["series"].iloc[0]), " ".join(dict.fromkeys(map(str, chosen["source"])))
    )


def editions_of_year(pack: Pack, code: str, year: int) -> dict[str, float]:
    """Return the persons of a place in a year by every series that prints it, the counts of answers first.

    Beijing in 2015 by the yearbook of 2016, and as revised after the census of 2020.
    """
    rows = pack.optional("populations")
    rows = rows[(rows["region"] == code) & (rows["year"] == year)]
    rows = rows.sort_values("series", key=lambda names: names != BASE, kind="stable")
    return {
        str(row["series"]): float(row["value"]) * factor(str(row["unit"]), "persons") for row in rows.to_dict("records")
    }
