"""Charts of single answers, made with the same functions as those of the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from airshed.answers.words import Figure, Words
from airshed.charts.emissions import stacked_emissions
from airshed.charts.evidence import comparison_points
from airshed.charts.health import death_points

MOST = 20
"""Rows of a chart of sources or regions."""
CATEGORIES = 9
"""Areas of a stacked chart, besides the rest."""


def sources_figure(rows: pd.DataFrame, by: str, place: str, year: int, words: Words) -> Figure:
    """Return what every source gives a place, with its interval, the largest first."""
    _ = words.translate
    shown = rows[rows[by] != "unexplained"].nlargest(MOST, "value")
    labels = [words.short(code) if code != "natural" else words.name(code) for code in shown[by]]
    labels = labels if len(set(labels)) == len(labels) else [words.name(code) for code in shown[by]]
    shown = shown.assign(label=labels)
    title = _("Where the PM2.5 of {place} comes from, {year}").format(place=place, year=year)
    chart = comparison_points(
        shown[["label", "low", "high"]],
        shown.assign(series=_("contribution"))[["label", "series", "value"]],
        labels=labels,
        series=[_("contribution")],
        title=title,
        subtitle=_("band: 5 to 95 % of the posterior samples of the relation"),
        axis="µg/m³",
    )
    return Figure("origins", chart, title, _("What is left unexplained is given to no source."))


def sector_figure(rows: pd.DataFrame, place: str, words: Words) -> Figure:
    """Return the share of the sectors in the emissions of a place, by pollutant."""
    _ = words.translate
    picked = rows[(rows["sector"] != "total") & (rows["value"] > 0)]
    year = int(rows["year"].iloc[0])
    picked = picked.sort_values("share_percent", ascending=False).head(MOST)
    labels = [
        f"{name}, {words.name(sector)}" for name, sector in zip(picked["pollutant"], picked["sector"], strict=True)
    ]
    picked = picked.assign(label=labels, series=_("share"), value=picked["share_percent"] / 100)
    title = _("Emissions of {place} by sector, {year}").format(place=place, year=year)
    chart = comparison_points(
        picked.assign(low=0.0, high=picked["value"])[["label", "low", "high"]],
        picked[["label", "series", "value"]],
        labels=labels,
        series=[_("share")],
        title=title,
        subtitle=_("share of the sector in the emission of the pollutant, the largest first"),
        axis=_("share"),
        percent=True,
    )
    return Figure("sectors", chart, title, _("Kilotonnes stand in the table."))


def series_figure(rows: pd.DataFrame, inventory: str, words: Words) -> Figure:
    """Return emissions over the years, stacked by region; the smallest regions together."""
    _ = words.translate
    largest = list(rows.groupby("region")["value"].sum().sort_values(ascending=False).index)
    shown = largest if len(largest) <= CATEGORIES + 1 else largest[:CATEGORIES]
    names = {code: words.short(code) if code in shown else _("others") for code in largest}
    picked = rows.assign(part=rows["region"].map(names), pollutant=rows["pollutant"].map(words.name))
    picked = picked.groupby(["part", "pollutant", "year"], as_index=False, sort=False).agg(value=("value", "sum"))
    years = sorted({int(year) for year in rows["year"]})
    title = _("Emissions {first} to {last}").format(first=years[0], last=years[-1])
    chart = stacked_emissions(
        picked,
        category="part",
        order=list(dict.fromkeys(names[code] for code in largest)),
        title=title,
        subtitle=_("kt per year; {inventory}").format(inventory=inventory),
        axis=_("kt per year"),
    )
    return Figure("series", chart, title, _("Inventories differ in what they count; they are kept apart."))


def region_deaths_figure(rows: pd.DataFrame, year: int, response: str, words: Words) -> Figure | None:
    """Return the deaths of regions with their interval, the most first; None where there are none."""
    _ = words.translate
    totals = rows.groupby("region", as_index=False, sort=False).agg(
        value=("value", "sum"), low=("low", "sum"), high=("high", "sum")
    )
    totals = totals[(totals["value"] > 0) & (totals["low"] > 0)].nlargest(MOST, "value")
    if totals.empty:
        return None
    title = _("Deaths attributable to PM2.5, {year}").format(year=year)
    subtitle = _("lines: interval of the response {response}; logarithmic axis").format(response=_(response))
    named = totals.assign(region=[words.name(code) for code in totals["region"]])
    chart = death_points(named, title=title, subtitle=subtitle, axis=_("deaths per year"))
    return Figure("deaths", chart, title, _("Regions whose answer lacks an interval are in the table only."))


def side_by_side(
    figure: str,
    rows: pd.DataFrame,
    spans: pd.DataFrame,
    series: Sequence[str],
    *,
    title: str,
    subtitle: str,
    axis: str,
    caption: str,
) -> Figure:
    """Return points of several series per label; rows : columns label, series, value; spans : label, low, high."""
    labels = list(dict.fromkeys(rows["label"]))
    chart: Any = comparison_points(
        spans, rows, labels=labels, series=list(series), title=title, subtitle=subtitle, axis=axis
    )
    return Figure(figure, chart, title, caption)
