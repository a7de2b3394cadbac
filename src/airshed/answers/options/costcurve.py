"""What one unit less costs: measures in order, and the least cost of ever stricter targets."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Question, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.common import LATEST_YEAR, cities, measure_names, places, solved, year
from airshed.answers.words import Figure, Words
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.plans.cost_curve import cost_curve, frontier_curve
from airshed.charts.curve import curve_chart, curve_title
from airshed.transport.tm5fasst import PRECURSORS

ONE, TWO = fixed(1), fixed(2)


class CurveQuestion(Question):
    """Whose cost curve."""

    receptor: str | None = Field(default=None, description="city whose PM2.5 is lowered")
    pollutant: str | None = Field(default=None, description="emission that is lowered, if no city")
    region: str | None = Field(default=None, description="region whose measures are ranked; all if none")
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
    numbers = {"reduction": fixed(3), "marginal_cost": TWO, "cost": ONE}
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
            ),
            Sheet("frontier", _("Least cost of ever stricter targets"), points, cells=named | {"target": ONE}),
        ),
        sentences=(f"{year}; {_('million USD of 2015 a year')}",),
        panels=(Panel(Figure("curve", chart, title, caption), "curve"),),
        equations=("cost-staircase", "annual-cost", "annuity", "least-cost-plan"),
    )


ANSWER = Entry(
    title="Cost curve",
    question=CurveQuestion,
    make=costcurve,
    choices={"receptor": cities, "pollutant": lambda pack: list(PRECURSORS), "region": places},
)
