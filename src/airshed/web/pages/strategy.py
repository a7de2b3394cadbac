"""Pages on what could be done: scenarios, scenarios side by side, the cost curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pandas as pd
from pydantic import Field

from airshed.assessment.chain.chain import latest_year
from airshed.assessment.chain.scenarios import COST_NOTES, scenario_table
from airshed.assessment.compare import compare_table
from airshed.assessment.plans.cost_curve import caveats_of_curve, cost_curve, frontier_curve
from airshed.charts.curve import curve_chart, curve_title
from airshed.pack.contents import ENDINGS
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.scenarios import scenarios as scenarios_of
from airshed.report.cells import fixed
from airshed.report.plan_told import caveats_told
from airshed.report.words import Figure, Words
from airshed.strategy.measures import catalogue
from airshed.web.desk import Desk
from airshed.web.page import Content, Panel, Question, Sheet
from airshed.web.pages.air import FIRST_YEAR, LAST_YEAR, REGIONS, words_of
from airshed.web.pages.evidence import PlainQuestion
from airshed.web.pages.figures import side_by_side

Found = TypeVar("Found")
ONE, TWO = fixed(1), fixed(2)
LATEST_YEAR = "year; 2030 or the last of the baseline if empty"
CHARTED = 3
"""Scenarios of which the chart shows the levels."""
MOST = 6
"""Scenarios of one comparison."""


class CompareQuestion(Question):
    """Which scenarios, where and when."""

    scenario: tuple[str, ...] = Field(default=(), description="scenarios; all of the pack if none", max_length=MOST)
    region: tuple[str, ...] = Field(default=(), description=REGIONS, max_length=20)
    year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description=LATEST_YEAR)


class CurveQuestion(Question):
    """Whose cost curve."""

    receptor: str | None = Field(default=None, description="city whose PM2.5 is lowered")
    pollutant: str | None = Field(default=None, description="emission that is lowered, if no city")
    region: str | None = Field(
        default=None, description="region, nation or group whose measures are ranked; all if none"
    )
    year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description=LATEST_YEAR)


def scenario_names(pack: Pack) -> list[str]:
    """Return the scenarios that the pack can answer."""
    return [name for name, item in scenarios_of(pack).items() if pack.has("measures") or not item.measures]


def cities(pack: Pack) -> list[str]:
    """Return the codes of the cities inside the area of the relation."""
    table = pack.table("receptors")
    return list(table.loc[table["inside"] != "no", "code"])


def measure_names(words: Words) -> Callable[[Any], str]:
    """Return the rendering of the code of a measure as its name."""
    known = {item.code: item.name_ko if words.language == "ko" else item.name for item in catalogue(words.pack)}
    return lambda code: known.get(str(code), str(code))


def refuse_files(*names: str) -> None:
    """Raise AirshedError for a scenario or target that names a file of the server."""
    for name in names:
        if name.strip().lower().endswith((*ENDINGS, ".csv")) or "/" in name or "\\" in name:
            raise AirshedError(f"{name} names a file", "pages take the scenarios and targets of the pack by name")


def solved(make: Callable[[], Found]) -> Found:
    """Return what `make` finds; raises AirshedError where the solver gives up on numbers that are too far apart."""
    try:
        return make()
    except RuntimeError as why:
        raise AirshedError(
            f"the solver found no answer to this question ({why})", "choose a target nearer to what the cities have"
        ) from why


def scenarios(desk: Desk, words: Words, question: PlainQuestion) -> Content:
    """Return the scenarios of the pack."""
    title = words.translate("Scenarios")
    table = scenario_table(desk.pack, words.language)
    columns = ("scenario", "title", "overrides", "measures", "not_turned", "target", "description")
    return Content(
        title=title,
        sheets=(Sheet("scenarios", title, table, columns),),
        command=("scenarios", "list"),
        python="from airshed.assessment.chain.scenarios import scenario_table\nscenario_table(pack)",
    )


def compare(desk: Desk, words: Words, question: CompareQuestion) -> Content:
    """Return emissions, levels, deaths and cost of scenarios side by side."""
    _, pack = words.translate, desk.pack
    refuse_files(*question.scenario)
    chosen = list(question.scenario) or scenario_names(pack)
    year = latest_year(pack) if question.year is None else question.year
    regions = list(question.region) or None
    rows = desk.ask(
        ("compare", tuple(chosen), year, question.region), lambda: compare_table(pack, chosen, year, regions)
    )
    shown = rows.sort_values(["region", "quantity"], kind="stable")
    sheet = Sheet(
        "scenarios",
        _("Scenarios side by side, {year}").format(year=year),
        rows,
        ("region", "quantity", "scenario", "value", "low", "high", "difference", "unit", "note"),
        cells={"quantity": lambda text: " ".join(_(word) for word in str(text).split())},
        notes=COST_NOTES,
    )
    figure = _levels(shown, chosen[:CHARTED], year, words)
    return Content(
        title=_("Scenarios side by side, {year}").format(year=year),
        sheets=(sheet,),
        panels=(Panel(figure, "scenarios"),) if figure else (),
        equations=("per-emission", "level", "gemm", "attributable-deaths", "observed-anchored", "maximum-feasible"),
        command=("scenarios", "compare", *chosen, "--year", str(year), *words_of("--region", question.region)),
        python=(
            "from airshed.assessment.compare import compare_table\n"
            f"compare_table(pack, {chosen!r}, {year}, {regions!r})"
        ),
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
        subtitle=_("band: 5 to 95 % of the samples of the relation, of {scenario}").format(scenario=_(chosen[0])),
        axis="µg/m³",
        caption=_("The first three scenarios; all are in the table."),
    )


def costcurve(desk: Desk, words: Words, question: CurveQuestion) -> Content:
    """Return the staircase of least cost of a city or an emission."""
    _, pack, asked = words.translate, desk.pack, question
    receptor = asked.receptor or (None if asked.pollutant else cities(pack)[0])
    year = latest_year(pack) if asked.year is None else asked.year

    def make() -> tuple[pd.DataFrame, pd.DataFrame]:
        steps = cost_curve(pack, year, asked.region, receptor, asked.pollutant)
        points = frontier_curve(pack, year, receptor, region=asked.region, pollutant=asked.pollutant)
        return steps, points

    steps, points = desk.ask(("curve", asked, year), lambda: solved(make))
    title = curve_title(points, pack, words.language, year)
    chart = curve_chart(steps, points, pack, words.language, year)
    caption = _("For one city alone both agree; they part where a plan has several aims.")
    numbers = {"reduction": fixed(3), "marginal_cost": TWO, "cost": ONE}
    named = {**numbers, "measure": measure_names(words), "flagged": lambda text: _(str(text))}
    options = {"--region": asked.region, "--receptor": receptor, "--pollutant": asked.pollutant}
    chosen = [word for option, value in options.items() if value for word in (option, value)]
    place = f"{asked.region!r}, {receptor!r}, {asked.pollutant!r}"
    return Content(
        title=title,
        sheets=(
            Sheet(
                "curve",
                _("Measures in order of their cost"),
                steps,
                ("region", "measure", *numbers, "flagged", "unit", "source"),
                cells=named,
            ),
            Sheet("frontier", _("Least cost of ever stricter targets"), points, cells=named | {"target": ONE}),
        ),
        panels=(Panel(Figure("curve", chart, title, caption), "curve"),),
        equations=("cost-staircase", "annual-cost", "annuity", "least-cost-plan"),
        sentences=tuple(caveats_told(caveats_of_curve(pack, steps), words)),
        command=("costcurve", *chosen, "--year", str(year)),
        python=f"from airshed.assessment.plans.cost_curve import cost_curve\ncost_curve(pack, {year}, {place})",
    )
