"""Emissions, levels, deaths and cost under several scenarios, with the difference to the first."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, plain
from airshed.answers.chapters.single import side_by_side
from airshed.answers.common import LATEST_YEAR, REGIONS, places, refuse_files, scenario_names, year
from airshed.answers.words import Figure, Words
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.chain.scenarios import COST_NOTES
from airshed.assessment.compare import COUNTS, compare_table
from airshed.charts.colours import colours
from airshed.charts.marks import who_levels

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
    told = (_("unpriced: measures applied without a published cost; the cost leaves them out"),) if counts else ()
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
        sentences=(f"{', '.join(map(_, chosen))}; {year}", *told),
    )


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
