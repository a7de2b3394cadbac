"""Pareto fronts of a pack: what ever more ambition costs, in exposure, deaths, the worst city or CO2, and the knee."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from airshed.assessment.lives.damage import slopes
from airshed.assessment.plans.plan import MONEY, USED, after_plan, breathed
from airshed.assessment.plans.plan_inputs import PlanInputs, problem_of, wide
from airshed.impacts.exposure import population_weighted
from airshed.pack.arrays import Floats
from airshed.pack.bounds import POINTS as POINTED
from airshed.pack.bounds import within
from airshed.pack.errors import AirshedError
from airshed.pack.language import Translate
from airshed.strategy.front import carbon_front, exposure_front, knee, worst_front
from airshed.strategy.plan import Plan
from airshed.strategy.problem import Problem

Against = Literal["exposure", "deaths", "worst", "co2"]
AGAINST: tuple[Against, ...] = ("exposure", "deaths", "worst", "co2")
POINTS = 30


def front(held: PlanInputs, against: Against, points: int = POINTS) -> pd.DataFrame:
    """Return the front of cost against an aim, the cheapest plan of every step.

    held : its caps hold in every plan, its targets only in that against CO2
    against : `exposure` (mean over all people), `deaths` (sought by the line at today's levels, counted by the curve),
        `worst` (highest level of a city), `co2`
    points : how many, 3 to 200
    returns : columns against, point, cost, price_low, price_high (at the ends of the cost of measures), exposure and
        worst (ug/m3), worst_city, deaths_avoided, co2_change (kt/yr, of the measures of which it is known), co2_unknown
        (measures of which it is not), marginal_cost (million USD per unit more since the point before), knee, unit,
        basis
    Raises AirshedError for another aim, for aims on deaths, and where the CO2 of no measure is known.
    """
    within(points, "points", POINTED)
    if against not in AGAINST:
        raise AirshedError("no-front-against", against=against, known=", ".join(AGAINST))
    if held.aims.deaths:
        raise AirshedError("front-no-aims-deaths")
    everywhere, some = wide(held), len(held.receptors)
    problem = replace(problem_of(everywhere), weights=_weights(everywhere, some, against))
    plans = _plans(problem, against, points, held.cities)
    return _table(held, problem, plans, against, some)


def check_front(target: str | None, against: str) -> None:
    """Raise AirshedError for a target beside a front that does not hold it."""
    if target is not None and against != "co2":
        raise AirshedError("front-against-holds-no-target", against=against)


def front_of(table: pd.DataFrame, year: int, translate: Translate, name: Callable[[str], str]) -> list[str]:
    """Return what a front says: its ends, and the plan at the knee."""
    first, last = table.iloc[0], table.iloc[-1]
    whole = translate(
        "{year}: {cost} million USD of 2015 a year avoid {deaths} deaths a year, and bring the mean over people from "
        "{before} to {after} ug/m3"
    )
    found = [
        whole.format(
            year=year,
            cost=f"{last['cost']:,.0f}",
            deaths=f"{last['deaths_avoided']:,.0f}",
            before=f"{first['exposure']:.1f}",
            after=f"{last['exposure']:.1f}",
        )
    ]
    turning = table[table["knee"] == "yes"]
    if turning.empty:
        return [*found, translate("no knee: every step costs alike")]
    row = turning.iloc[0]
    text = translate(
        "knee at point {point}: {cost} million USD a year avoid {deaths} deaths a year, mean over people {exposure} "
        "ug/m3, worst city {city} at {worst} ug/m3; beyond it each step costs more than on the whole"
    )
    return [
        *found,
        text.format(
            point=row["point"],
            cost=f"{row['cost']:,.0f}",
            deaths=f"{row['deaths_avoided']:,.0f}",
            exposure=f"{row['exposure']:.1f}",
            city=name(str(row["worst_city"])) if row["worst_city"] else "–",
            worst=f"{row['worst']:.1f}",
        ),
    ]


def _weights(held: PlanInputs, some: int, against: Against) -> Floats:
    """Return the persons of every region, or the deaths that one ug/m3 brings there; cities do not count again."""
    people = held.chain.people
    counted = slopes(held.chain, held.level[some:])[0] if against == "deaths" else people.persons
    return np.asarray(np.r_[np.zeros(some), np.nan_to_num(counted)], dtype=np.float64)


def _plans(problem: Problem, against: Against, points: int, cities: int) -> list[Plan]:
    if against == "co2":
        return carbon_front(problem, points)
    if against == "worst":
        if not cities:
            raise AirshedError("no-city-whose-level-could")
        return worst_front(problem, points, range(cities))
    return exposure_front(problem, points)


def _table(held: PlanInputs, problem: Problem, plans: list[Plan], against: Against, some: int) -> pd.DataFrame:
    options, people = held.options, held.chain.people
    prices = [np.where(options.selectable, np.nan_to_num(options.cost[:, end]), 0.0) for end in (0, 2)]
    before = _deaths(held, options.current)
    rows = []
    for number, plan in enumerate(plans):
        change = plan.application - problem.current
        levels = plan.reached[some:]
        city = int(plan.reached[: held.cities].argmax()) if held.cities else -1
        rows.append(
            {
                "against": against,
                "point": number + 1,
                "cost": plan.cost,
                "price_low": float(prices[0] @ change),
                "price_high": float(prices[1] @ change),
                "exposure": population_weighted(np.asarray(levels), people.persons),
                "worst": float(plan.reached[city]) if city >= 0 else np.nan,
                "worst_city": held.receptors[city] if city >= 0 else "",
                "deaths_avoided": before - _deaths(held, plan.application),
                "co2_change": _carbon(problem, plan),
                "co2_unknown": plan.co2_unknown,
            }
        )
    table = pd.DataFrame(rows)
    gain = {
        "exposure": -table["exposure"],
        "deaths": table["deaths_avoided"],
        "worst": -table["worst"],
        "co2": -table["co2_change"],
    }[against].to_numpy()
    cost, more = table["cost"].to_numpy(), np.diff(gain, prepend=gain[0])
    found = knee(cost, gain)
    table["marginal_cost"] = np.where(more > 0, np.diff(cost, prepend=cost[0]) / np.where(more > 0, more, 1.0), np.nan)
    table["knee"] = ["yes" if number == found else "no" for number in range(len(table))]
    return table.assign(unit=MONEY, basis="derived")


def _carbon(problem: Problem, plan: Plan) -> float:
    """Return the change of CO2 of a plan, kt/yr, NaN where it applies measures and it is known of none of them."""
    used = plan.application > problem.current + USED
    carbon = np.full(len(used), np.nan) if problem.co2 is None else problem.co2
    return float("nan") if used.any() and np.isnan(carbon[used]).all() else plan.co2_change


def _deaths(held: PlanInputs, application: Floats) -> float:
    concentration, _ = held.chain.evaluate(after_plan(held, held.options, application))
    central = held.chain.people.attributable(concentration.to_numpy() * breathed(held, application))[0]
    return float(np.nansum(central))
