"""Emissions, levels, deaths and cost under several scenarios, with the difference to the first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import NAN, fixed, plain, records
from airshed.answers.chapters.plan_told import BETWEEN
from airshed.answers.chapters.single import side_by_side
from airshed.answers.common import LATEST_YEAR, REGIONS, places, refuse_files, scenario_names, year
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.chain.scenarios import COST_NOTES
from airshed.assessment.compare import COUNTS, compare_table
from airshed.charts.colours import colours
from airshed.charts.marks import who_levels
from airshed.pack.scenarios import combined
from airshed.pack.spoken_numbers import count, level

CHARTED = 3
"""Scenarios of which the chart shows the levels."""
MOST = 6
"""Scenarios of one comparison."""


class ScenariosCompareQuestion(Query):
    """Which scenarios, where and when."""

    scenario: tuple[str, ...] = Field(
        default=(),
        description="scenarios, each a name or several joined by +; all of the pack if none",
        max_length=MOST,
        json_schema_extra={"argument": True},
    )
    region: tuple[str, ...] = Field(default=(), description=REGIONS, max_length=20)
    year: int | None = year(LATEST_YEAR)


def compare(ask: Ask, words: Words, question: ScenariosCompareQuestion) -> Content:
    """Return emissions, levels, deaths and cost of scenarios side by side."""
    _, pack = words.translate, ask.pack
    refuse_files(ask, *question.scenario)
    chosen = list(question.scenario) or scenario_names(pack)
    year = latest_year(pack) if question.year is None else question.year
    regions = list(question.region) or None
    rows = ask.ask(
        ("compare", tuple(chosen), year, question.region), lambda: compare_table(pack, chosen, year, regions)
    )
    counts = tuple(name for name in COUNTS if rows[name].notna().any())
    told = (_("The cost leaves out measures without a published cost (column unpriced)."),) if counts else ()
    shown = rows.sort_values(["region", "quantity"], kind="stable")
    sheet = Sheet(
        "scenarios",
        _("Scenarios side by side, {year}").format(year=year),
        rows,
        ("region", "quantity", "scenario", "value", "low", "high", "difference", "unit", *counts, "note"),
        cells={
            "quantity": lambda text: " ".join(_(word) for word in str(text).split()),
            **dict.fromkeys(("value", "low", "high"), plain),
            "difference": lambda value: fixed(1, sign=True)(value) if value else "",
        },
        brief=lambda table: table.sort_values(["region", "quantity"], kind="stable"),
        notes=COST_NOTES,
    )
    figure = _levels(shown, chosen[:CHARTED], year, words)
    return Content(
        title=_("Scenarios side by side, {year}").format(year=year),
        sheets=(sheet,),
        panels=(Panel(figure, "scenarios"),) if figure else (),
        equations=("per-emission", "level", "gemm", "attributable-deaths", "observed-anchored", "maximum-feasible"),
        sentences=(*_said(rows, chosen, year, words), *told),
        cards=_cards(rows, chosen, year, words),
    )


@dataclass(frozen=True)
class Beside:
    """The first scenario beside the one with the cleanest air, in the place where most people die of it.

    level, low, high, least : ug/m3 that people breathe, under the first with its range, and under the cleanest; fewer :
    early deaths a year between the two, NaN where they are not known
    """

    place: str
    best: str
    level: float
    low: float
    high: float
    least: float
    fewer: float


def beside(rows: pd.DataFrame, chosen: Sequence[str]) -> Beside | None:
    """Return the first scenario beside the cleanest; None where no level is known.

    rows : of `compare_table`; chosen : names of its scenarios, the first first
    """
    held = records(rows[rows["quantity"].isin(["concentration", "deaths"])], NAN)
    found = {(row["scenario"], row["region"], row["quantity"]): row for row in held if not math.isnan(row["value"])}
    places = [region for name, region, quantity in found if name == chosen[0] and quantity == "concentration"]
    if not places:
        return None
    deaths = {key[:2]: float(row["value"]) for key, row in found.items() if key[2] == "deaths"}
    place = max(places, key=lambda region: deaths.get((chosen[0], region), 0.0))
    levels = {name: found[name, place, "concentration"] for name in chosen if (name, place, "concentration") in found}
    best = min(levels, key=lambda name: float(levels[name]["value"]))
    first = levels[chosen[0]]
    fewer = deaths.get((chosen[0], place), math.nan) - deaths.get((best, place), math.nan)
    return Beside(place, best, first["value"], first["low"], first["high"], levels[best]["value"], fewer)


def _titled(name: str, words: Words) -> str:
    """Return the titles of the scenarios of a name such as `a+b`."""
    return " + ".join(item.told(words.language)[0] for item in combined(words.pack, name))


def _said(rows: pd.DataFrame, chosen: Sequence[str], year: int, words: Words) -> list[str]:
    """Return what the air and the deaths of the place with most of them would be, and which scenarios are compared."""
    _ = words.translate
    titles = BETWEEN.get(words.language, ", ").join(_titled(name, words) for name in chosen)
    listed = _("Compared for {year}: {names}.").format(year=year, names=titles)
    held = beside(rows, chosen)
    if held is None:
        return [listed]
    filled = {
        "year": year,
        "place": words.short(held.place),
        "first": _titled(chosen[0], words),
        "best": _titled(held.best, words),
        "level": level(held.level),
        "low": level(held.low).partition(" ")[0],
        "high": level(held.high).partition(" ")[0],
        "least": level(held.least),
        "fewer": count(held.fewer, words.language),
    }
    alone = _("In {year} people in {place} breathe {level} of PM2.5 on average ({low} to {high}) under “{first}”.")
    less = _(
        "In {year} people in {place} breathe {level} of PM2.5 on average ({low} to {high}) under “{first}”, and "
        "{least} under “{best}”."
    )
    saved = _(
        "In {year} people in {place} breathe {level} of PM2.5 on average ({low} to {high}) under “{first}”, and "
        "{least} under “{best}”, with about {fewer} early deaths a year fewer."
    )
    known = saved if held.fewer > 0 else less
    return [(alone if held.best == chosen[0] else known).format(**filled), listed]


def _cards(rows: pd.DataFrame, chosen: Sequence[str], year: int, words: Words) -> tuple[Card, ...]:
    """Return the air under the first and under the cleanest scenario, and the deaths between the two."""
    held = beside(rows, chosen)
    if held is None or held.best == chosen[0]:
        return ()
    _ = words.translate
    place = _("{place}, {year}").format(place=words.short(held.place), year=year)
    found = (
        Card(level(held.level), _titled(chosen[0], words), place),
        Card(level(held.least), _titled(held.best, words), place),
    )
    if not held.fewer > 0:
        return found
    return (*found, Card(count(held.fewer, words.language), _("early deaths fewer a year"), place))


def _levels(rows: pd.DataFrame, chosen: list[str], year: int, words: Words) -> Figure | None:
    """Return the levels of the regions under up to three scenarios."""
    _ = words.translate
    picked = rows[(rows["quantity"] == "concentration") & rows["scenario"].isin(chosen)]
    if picked.empty:
        return None
    picked = picked.assign(label=[words.short(code) for code in picked["region"]], series=picked["scenario"].map(_))
    title = _("PM2.5 under the scenarios, {year}").format(year=year)
    return side_by_side(
        "levels",
        picked[["label", "series", "value"]],
        picked.loc[picked["scenario"] == chosen[0], ["label", "low", "high"]],
        [_(name) for name in chosen],
        title=title,
        subtitle=_("band: likely range, 90 %, of {scenario}").format(scenario=_(chosen[0])),
        axis="µg/m³",
        colours=colours(words.pack, chosen),
        guides=who_levels(words.pack),
        caption=_("The first three scenarios; all are in the table."),
    )


ANSWER = Entry(
    title="Scenarios side by side",
    question=ScenariosCompareQuestion,
    make=compare,
    name="compare",
    choices={"scenario": scenario_names, "region": places},
)
