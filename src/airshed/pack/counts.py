"""Counts and projections of people, read from their table."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from airshed.pack.errors import MissingTableError, Phrase
from airshed.pack.units import factor

BASE = "base"
Series = dict[str, pd.Series]
"""Persons by region and year."""


def read_counts(rows: pd.DataFrame) -> Series:
    """Return the counts of every region by year; raises MissingTableError if there are none."""
    base = rows[rows["series"] == BASE]
    if base.empty:
        raise MissingTableError("populations", Phrase("detail-rows-series-base"))
    return _by_region(base)


def read_projections(rows: pd.DataFrame) -> Series:
    """Return the newest projection of every region that has one, by year.

    The newest is the last by name, with its numbers compared as numbers: v10 after v9, WPP 2019 after WPP 2017.
    """
    others = rows[rows["series"] != BASE]
    last: dict[object, str] = {}
    for region, names in others.groupby("region", sort=False)["series"]:
        last[region] = max(names, key=lambda name: (natural_order(name), name))
    return _by_region(others[others["series"] == others["region"].map(last)])


def natural_order(name: str) -> list[str | tuple[int, str]]:
    """Return what puts names in order with their numbers compared as numbers.

    >>> sorted(["v10", "v9", "V2"], key=natural_order)
    ['V2', 'v9', 'v10']
    """
    parts = re.split(r"(\d+)", name)
    return [_as_number(part) if place % 2 else part.casefold() for place, part in enumerate(parts)]


def _as_number(digits: str) -> tuple[int, str]:
    """Return what is in the order of whole numbers, however many digits they have."""
    plain = digits.lstrip("0")
    return len(plain), plain


def _by_region(rows: pd.DataFrame) -> Series:
    persons = rows["value"] * rows["unit"].map({unit: factor(unit, "persons") for unit in rows["unit"].unique()})
    found = {}
    for region, table in rows.assign(value=persons).groupby("region", sort=False):
        found[str(region)] = table.set_index("year")["value"].sort_index()
    return found


def covers(series: pd.Series, year: int) -> bool:
    """Say whether a year lies between the first and the last of a series."""
    return bool(series.index.min() <= year <= series.index.max())


def at_year(series: pd.Series, year: int) -> float:
    """Return the persons in a year, at constant growth between two known ones; in a straight line from or to nobody."""
    years, values = series.index.to_numpy(), series.to_numpy()
    if (values <= 0).any():
        return float(np.interp(year, years, values))
    return float(np.exp(np.interp(year, years, np.log(values))))
