"""What ever less exposure, deaths, worst level or CO2 costs, and the knee from which it gets dear."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.common import LATEST_YEAR, receptors, refuse_files, scenario_names, solved, year
from airshed.answers.words import Figure, Words
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.plans.aims import Aims
from airshed.assessment.plans.front import POINTS, check_front, front, front_of
from airshed.assessment.plans.plan_inputs import ground
from airshed.charts.front import front_line
from airshed.charts.marks import who_levels

MOST_POINTS = 60
ONE, TWO, WHOLE = fixed(1), fixed(2), fixed(0)
VALUES = {"exposure": "exposure", "deaths": "deaths_avoided", "worst": "worst", "co2": "co2_change"}
"""Column of the table that a front is drawn against."""
LEVELS = ("exposure", "worst")
"""Aims that are levels of PM2.5."""
AXES = {
    "exposure": "mean over people, µg/m³",
    "deaths": "deaths avoided a year",
    "worst": "highest level of a city, µg/m³",
    "co2": "change of CO2, kt a year",
}


OF_FRONT = (
    "cost, price_low and price_high (this plan at the ends of the prices of its measures): million USD "
    "of 2015 a year; exposure (mean over people) and worst (city): ug/m3; co2_change: kt a year, of the "
    "measures of which it is known; marginal_cost: million USD a year for one unit more of what the "
    "front is against"
)


class FrontQuestion(Query):
    """Which front, where and when."""

    against: Literal["exposure", "deaths", "worst", "co2"] = Field(
        default="exposure", description="what the cost is drawn against"
    )
    points: int = Field(default=POINTS, ge=3, le=MOST_POINTS, description="plans of the front")
    target: str | None = Field(default=None, description="target that a front against CO2 holds", max_length=500)
    year: int | None = year(LATEST_YEAR)
    receptor: tuple[str, ...] = Field(
        default=(), description="cities, regions or nations to plan for; all cities if none", max_length=30
    )
    scenario: str = Field(default="baseline", description="emissions that the plan starts from", max_length=500)
    case: Literal["low", "middle", "high"] = Field(
        default="middle", description="how much of what is unknown can still be applied"
    )


def fronts(ask: Ask, words: Words, question: FrontQuestion) -> Content:
    """Return the cheapest plan of every step of an aim, and the knee."""
    _, pack, asked = words.translate, ask.pack, question
    refuse_files(ask, asked.scenario, asked.target or "")
    check_front(asked.target, asked.against)
    year = latest_year(pack) if asked.year is None else asked.year
    receptors, aims = list(asked.receptor) or None, Aims(asked.target)

    def make() -> pd.DataFrame:
        return front(ground(pack, aims, year, asked.scenario, asked.case, receptors), asked.against, asked.points)

    table = ask.ask(("front", asked, year), lambda: solved(make))
    money = dict.fromkeys(("cost", "price_low", "price_high", "deaths_avoided", "co2_change", "marginal_cost"), WHOLE)
    cells = {**money, "exposure": TWO, "worst": ONE, "knee": lambda text: _(str(text))}
    columns = ("point", "cost", "price_low", "price_high", "exposure", "deaths_avoided", "worst", "worst_city")
    title = _("What ever more ambition costs, {year}").format(year=year)
    drawn = table.assign(value=table[VALUES[asked.against]])
    chart = front_line(
        drawn,
        title=title,
        subtitle=_("each point is the cheapest plan of its step; diamond: the knee"),
        aim=_(AXES[asked.against]),
        cost=_("million USD a year"),
        guides=who_levels(pack) if asked.against in LEVELS else (),
    )
    caption = _("Beyond the knee each step costs more than on the whole.")
    return Content(
        title=title,
        sheets=(
            Sheet(
                "front", title, table, (*columns, "co2_change", "marginal_cost", "knee"), cells=cells, said=_(OF_FRONT)
            ),
        ),
        panels=(Panel(Figure("front", chart, title, caption), "front"),),
        equations=("pareto-front", "knee", "least-cost-plan", "annual-cost", "attributable-deaths"),
        sentences=tuple(front_of(table, year, _, words.name)),
    )


ANSWER = Entry(
    title="Cost of ambition",
    question=FrontQuestion,
    make=fronts,
    name="front",
    choices={"receptor": receptors, "scenario": scenario_names},
)
