"""What one unit less costs: measures in order, and the least cost of ever stricter targets."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, plain, plain_amount
from airshed.answers.chapters.plan_told import caveats_told, money
from airshed.answers.common import LATEST_YEAR, cities, measure_names, places, solved, year
from airshed.answers.words import Figure, Words
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.plans.cost_curve import caveats_of_curve, cost_curve, frontier_curve
from airshed.charts.curve import curve_chart, curve_title
from airshed.transport.tm5fasst import PRECURSORS

ONE, TWO = fixed(1), fixed(2)
STEPS = 40
"""Steps that a screen shows."""


class CurveQuestion(Query):
    """Whose cost curve."""

    receptor: str | None = Field(default=None, description="city whose PM2.5 is lowered")
    pollutant: str | None = Field(default=None, description="emission that is lowered, if no city")
    region: str | None = Field(
        default=None, description="region, nation or group whose measures are ranked; all if none"
    )
    year: int | None = year(LATEST_YEAR)


def costcurve(ask: Ask, words: Words, question: CurveQuestion) -> Content:
    """Return the staircase of least cost of a city or an emission."""
    _, pack, asked = words.translate, ask.pack, question
    receptor = asked.receptor or (None if asked.pollutant else cities(pack)[0])
    year = latest_year(pack) if asked.year is None else asked.year

    def make() -> tuple[pd.DataFrame, pd.DataFrame]:
        steps = cost_curve(pack, year, asked.region, receptor, asked.pollutant)
        points = frontier_curve(pack, year, receptor, region=asked.region, pollutant=asked.pollutant)
        return steps, points

    steps, points = ask.ask(("curve", asked, year), lambda: solved(make))
    title = curve_title(points, pack, words.language, year)
    chart = curve_chart(steps, points, pack, words.language, year)
    caption = _("For one city alone both agree; they part where a plan has several aims.")
    numbers = {"reduction": fixed(3), "marginal_cost": TWO, "cost": plain_amount}
    named = {**numbers, "measure": measure_names(words), "flagged": lambda text: _(str(text))}
    return Content(
        title=title,
        sheets=(
            Sheet(
                "curve",
                _("Measures in order of their cost"),
                steps,
                ("region", "measure", *numbers, "flagged", "unit", "source"),
                cells=named,
                spare=("unit", "flagged"),
                short=STEPS,
            ),
            Sheet("frontier", _("Least cost of ever stricter targets"), points, cells=named | {"target": ONE}),
        ),
        sentences=tuple(_said(steps, year, ask, words)),
        panels=(Panel(Figure("curve", chart, title, caption), "curve"),),
        equations=("cost-staircase", "annual-cost", "annuity", "least-cost-plan"),
    )


def _said(steps: pd.DataFrame, year: int, ask: Ask, words: Words) -> list[str]:
    """Return what all steps do together, what the columns are, and what must be known of measures that count."""
    if steps.empty:
        return []
    unit, last = words.translate(str(steps["unit"].iloc[0]).partition(";")[0]), steps.iloc[-1]
    said = words.translate(
        "{year}: all {steps} steps together bring {reduction} for {cost} million USD of 2015 a year; "
        "reduction and cost: up to and with the step, {unit} and million USD a year; marginal_cost: million "
        "USD a year for one {unit} more"
    )
    reduction = f"{plain(float(last['reduction']))} {unit}"
    whole = said.format(year=year, steps=f"{len(steps):,}", unit=unit, reduction=reduction, cost=money(last["cost"]))
    return [whole, *caveats_told(caveats_of_curve(ask.pack, steps), words)]


ANSWER = Entry(
    title="Cost curve",
    question=CurveQuestion,
    make=costcurve,
    choices={"receptor": cities, "pollutant": lambda pack: list(PRECURSORS), "region": places},
)
