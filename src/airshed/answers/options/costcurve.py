"""What one unit less costs: measures in order, and the least cost of ever stricter targets."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, plain_amount
from airshed.answers.chapters.plan_told import caveats_told
from airshed.answers.common import LATEST_YEAR, cities, measure_names, places, solved, year
from airshed.answers.words import Card, Figure, Words
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.plans.cost_curve import LEVEL, caveats_of_curve, cost_curve, frontier_curve
from airshed.charts.curve import curve_chart, curve_title
from airshed.pack.spoken_numbers import level, mass, money
from airshed.transport.tm5fasst import PRECURSORS

ONE, TWO = fixed(1), fixed(2)
STEPS = 40
"""Steps that a screen shows."""
OF_STEPS = (
    "reduction and cost: up to and with the step, {unit} and million USD of 2015 a year; marginal_cost: million USD a "
    "year for one {unit} more"
)


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
    told = asked.model_copy(update={"receptor": receptor})
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
                said=_(OF_STEPS).format(unit=_unit(steps, words)),
            ),
            Sheet("frontier", _("Least cost of ever stricter targets"), points, cells=named | {"target": ONE}),
        ),
        sentences=tuple(_said(steps, year, told, words)),
        cards=_cards(steps, year, words),
        panels=(Panel(Figure("curve", chart, title, caption), "curve"),),
        equations=("cost-staircase", "annual-cost", "annuity", "least-cost-plan"),
    )


def _unit(steps: pd.DataFrame, words: Words) -> str:
    """Return the unit of a reduction; nothing without any step."""
    return words.translate(str(steps["unit"].iloc[0]).partition(";")[0]) if len(steps) else ""


def half_of(steps: pd.DataFrame) -> float:
    """Return what half of the reach of a staircase costs, million USD a year.

    steps : columns reduction and cost, both up to and with the step; between two steps a measure is applied in part
    """
    reduction = np.r_[0.0, steps["reduction"].to_numpy(dtype=np.float64)]
    cost = np.r_[0.0, steps["cost"].to_numpy(dtype=np.float64)]
    return float(np.interp(reduction[-1] / 2, reduction, cost))


def _said(steps: pd.DataFrame, year: int, asked: CurveQuestion, words: Words) -> list[str]:
    """Return what half of the reach and all of it cost, and what must be known of measures that count."""
    _ = words.translate
    if steps.empty:
        return [_("No measure with a published cost lowers it in {year}.").format(year=year)]
    text = _(
        "Measures can lower {what} by {reduction} in {year}: half of that costs {half} a year, all of it {cost}, where "
        "every step costs more than the one before."
    )
    lead = text.format(year=year, what=_what(asked, words), **_amounts(steps, words))
    return [lead, *caveats_told(caveats_of_curve(words.pack, steps), words)]


def _cards(steps: pd.DataFrame, year: int, words: Words) -> tuple[Card, ...]:
    """Return what lies in reach, and what half of it and all of it cost."""
    if steps.empty:
        return ()
    _, held = words.translate, _amounts(steps, words)
    return (
        Card(held["reduction"], _("in reach at most"), str(year)),
        Card(held["half"], _("a year for half of the reach"), str(year)),
        Card(held["cost"], _("a year for all of it"), str(year)),
    )


def _amounts(steps: pd.DataFrame, words: Words) -> dict[str, str]:
    """Return what all steps bring together, what half of it costs, and all of it."""
    last, language = steps.iloc[-1], words.language
    emitted = not str(last["unit"]).startswith(LEVEL)
    reduction = float(last["reduction"])
    return {
        "reduction": words.translate("{amount} a year").format(amount=mass(reduction)) if emitted else level(reduction),
        "half": money(half_of(steps), language),
        "cost": money(float(last["cost"]), language),
    }


def _what(asked: CurveQuestion, words: Words) -> str:
    """Return what is lowered: the PM2.5 of a city, or an emission, and by whose measures where not by all."""
    _ = words.translate
    if asked.pollutant:
        return _("{pollutant} from {place}").format(
            pollutant=words.name(asked.pollutant), place=words.name(asked.region) if asked.region else _("all regions")
        )
    city = words.name(str(asked.receptor))
    if asked.region:
        return _("the PM2.5 of {city}, by measures in {place} alone,").format(city=city, place=words.name(asked.region))
    return _("the PM2.5 of {city}").format(city=city)


ANSWER = Entry(
    title="Cost curve",
    question=CurveQuestion,
    make=costcurve,
    choices={"receptor": cities, "pollutant": lambda pack: list(PRECURSORS), "region": places},
)
