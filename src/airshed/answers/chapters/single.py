"""Charts of single answers, made with the same functions as those of the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from airshed.answers.chapters.largest import largest
from airshed.answers.words import Figure, Words
from airshed.charts.attribution import LEFT, level_bar
from airshed.charts.colours import colours, colours_of_nations
from airshed.charts.emissions import stacked_emissions, stacked_shares
from airshed.charts.evidence import comparison_points
from airshed.charts.health import death_points
from airshed.charts.marks import at_mark, who_levels
from airshed.pack.percent import percent

MOST = 20
"""Rows of a chart of regions."""
PARTS = 16
"""Sources of a level that have a row of their own."""
LEAST = 0.05
"""Part of a level, ug/m3, below which nothing is said to be unexplained."""
REST = ("natural", "unexplained")
KEPT = ("value", "low", "high", "share")
CATEGORIES = 9
"""Areas of a stacked chart, besides the rest."""


def sources_figure(rows: pd.DataFrame, by: str, place: str, year: int, words: Words) -> Figure:
    """Return the level of a place as one bar of what gives it, natural and unexplained parts too, with intervals."""
    _ = words.translate
    parts = _parts_of(rows, by, words)
    level, left = float(rows["value"].sum()), float(rows.loc[rows[by] == "unexplained", "value"].sum())
    title = _("Where the PM2.5 of {place} comes from, {year}").format(place=place, year=year)
    told = _("bar: natural part and sources up to the level; lines: likely range, 90 %; in brackets: man-made share")
    over = _("the sources of the model give {value} µg/m³ more than the level: what is not explained is below zero")
    found = _finding(rows, by, place, year, words)
    chart = level_bar(
        parts,
        level,
        whole=_("all together"),
        unexplained=words.name("unexplained"),
        title=found or title,
        subtitle=[f"µg/m³; {told}", *([over.format(value=at_mark(-left))] if left < -LEAST else [])],
        axis="µg/m³",
        guides=who_levels(words.pack),
    )
    alt = f"{title}. {found}" if found else title
    return Figure("origins", chart, alt, _("What is left unexplained is given to no source."))


def _finding(rows: pd.DataFrame, by: str, place: str, year: int, words: Words) -> str:
    """Return which two sources give most, with their shares; nothing where there are not two."""
    shared = rows[~rows[by].isin(REST)].dropna(subset=["share"]).nlargest(2, "share")
    if len(shared) < 2 or shared["share"].min() <= 0:
        return ""
    (first, one), (second, other) = zip(shared[by], shared["share"], strict=True)
    text = words.translate("{place}, {year}: {first} {one}, {second} {other} of the man-made PM2.5")
    named = {"first": words.short(str(first)), "second": words.short(str(second))}
    return text.format(place=place, year=year, one=percent(float(one)), other=percent(float(other)), **named)


def _parts_of(rows: pd.DataFrame, by: str, words: Words) -> pd.DataFrame:
    """Return the parts of a level in the order of the bar: natural, the sources from the largest, the rest, the gap.

    returns : columns label, value, low, high, colour, text
    """
    sources = rows[~rows[by].isin(REST)]
    kept = sources[sources["value"] > 0]
    shown = largest(words.pack, kept, by, PARTS) if by == "region" else kept.nlargest(PARTS, "value")
    more = kept[~kept[by].isin(shown[by])]
    rest = pd.DataFrame({by: ["others"], "value": [more["value"].sum()], "share": [more["share"].sum()]})
    natural, gap = (rows[rows[by] == name] for name in ("natural", "unexplained"))
    gap = gap[gap["value"].abs() > LEAST]
    every = [natural, shown, *([rest] if len(more) else []), gap]
    parts = pd.concat([part[[name for name in KEPT if name in part] + [by]] for part in every], ignore_index=True)
    codes = list(parts[by])
    rest_name = words.translate("others")
    named = [rest_name if code == "others" else words.short(code) for code in codes]
    full = [rest_name if code == "others" else words.name(code) for code in codes]
    names = named if len(set(named)) == len(named) else full
    shades = colours_of_nations(words.pack, codes) if by in ("region", "country") else colours(words.pack, codes)
    texts = [
        at_mark(value) + ("" if pd.isna(share) else f" ({percent(float(share))})")
        for value, share in zip(parts["value"], parts["share"], strict=True)
    ]
    shades = [LEFT if code == "unexplained" else shade for code, shade in zip(codes, shades, strict=True)]
    found = parts.reindex(columns=["value", "low", "high"]).assign(label=names, colour=shades, text=texts)
    return found.astype({"low": float, "high": float})


def sector_figure(rows: pd.DataFrame, place: str, words: Words) -> Figure:
    """Return the share of the sectors in the emissions of a place, a bar for each pollutant."""
    _ = words.translate
    picked = rows[(rows["sector"] != "total") & (rows["value"] > 0)]
    year = int(rows["year"].iloc[0])
    order = [str(code) for code in words.pack.table("sectors")["code"] if code in set(picked["sector"])]
    title = _("Emissions of {place} by sector, {year}").format(place=place, year=year)
    chart = stacked_shares(
        pd.DataFrame(
            {
                "pollutant": picked["pollutant"].map(words.name),
                "region": place,
                "sector": picked["sector"].map(words.name),
                "share": picked["share_percent"] / 100,
            }
        ),
        category="sector",
        order=[words.name(code) for code in order],
        colours=colours(words.pack, order),
        title=title,
        subtitle=_("share of the sectors in the emission of each pollutant"),
        axis=_("share"),
    )
    return Figure("sectors", chart, title, _("Kilotonnes stand in the table."))


def series_figure(rows: pd.DataFrame, inventory: str, words: Words) -> Figure:
    """Return emissions over the years, stacked by region; the smallest regions together."""
    _ = words.translate
    sums = rows.groupby("region", as_index=False).agg(value=("value", "sum"))
    sums = sums.sort_values("value", ascending=False)
    held = list(sums["region"])
    shown = held if len(held) <= CATEGORIES + 1 else list(largest(words.pack, sums, "region", CATEGORIES)["region"])
    held = [*shown, *(code for code in held if code not in shown)]
    names = {code: words.short(code) if code in shown else _("others") for code in held}
    shades = colours(words.pack, [*shown, *(["others"] if len(held) > len(shown) else [])])
    picked = rows.assign(part=rows["region"].map(names), pollutant=rows["pollutant"].map(words.name))
    picked = picked.groupby(["part", "pollutant", "year"], as_index=False, sort=False).agg(value=("value", "sum"))
    years = sorted({int(year) for year in rows["year"]})
    title = _("Emissions {first} to {last}").format(first=years[0], last=years[-1])
    chart = stacked_emissions(
        picked,
        category="part",
        order=list(dict.fromkeys(names[code] for code in held)),
        colours=shades,
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
    unsure = totals["region"].isin(rows.loc[rows["low"].isna(), "region"]) | ~(totals["low"] > 0)
    totals.loc[unsure, ["low", "high"]] = np.nan
    totals = largest(words.pack, totals[totals["value"] > 0], "region", MOST)
    if totals.empty:
        return None
    title = _("Deaths attributable to PM2.5, {year}").format(year=year)
    subtitle = _("lines: likely range of the response {response}, 95 %; logarithmic axis").format(response=_(response))
    shades = colours_of_nations(words.pack, list(totals["region"]))
    named = totals.assign(region=[words.name(code) for code in totals["region"]])
    chart = death_points(named, title=title, subtitle=subtitle, axis=_("deaths per year"), colours=shades)
    return Figure("deaths", chart, title, _("Each region has the colour of its nation; the table holds all of them."))


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
    colours: Sequence[str] = (),
    guides: Sequence[float] = (),
) -> Figure:
    """Return points of several series per label; rows : columns label, series, value; spans : label, low, high.

    colours, guides : as of `comparison_points`
    """
    labels = list(dict.fromkeys(rows["label"]))
    chart: Any = comparison_points(
        spans,
        rows,
        labels=labels,
        series=list(series),
        title=title,
        subtitle=subtitle,
        axis=axis,
        colours=colours,
        guides=guides,
    )
    return Figure(figure, chart, title, caption)
