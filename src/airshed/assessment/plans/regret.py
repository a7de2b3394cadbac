"""The plan of least regret of a pack, over what is not known: what is applied today, prices, the level of cities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.plans.aims import USD_PER_MILLION
from airshed.assessment.plans.plan import MONEY, PlanSolution, answer_of
from airshed.assessment.plans.plan_inputs import PlanInputs, acting, problem_of
from airshed.assessment.plans.tables import plan_summary
from airshed.pack.arrays import Floats
from airshed.pack.errors import AirshedError
from airshed.pack.language import Translate
from airshed.pack.progress import step
from airshed.strategy.application import CASES, Case
from airshed.strategy.options import build_options
from airshed.strategy.plan import evaluate
from airshed.strategy.problem import Problem
from airshed.strategy.regret import least_regret, loss, regrets
from airshed.strategy.solve import Solver

ENDS = ("low", "central", "high")
"""Of the unit costs, and of the response by which the level of a city is held to its observations."""
State = tuple[Case, str, str]
CENTRAL: State = ("middle", "central", "central")
MEAN = "mean of all"
PRICE = 1000.0
"""Million USD/yr that a ug/m3 of a city above its target counts where nobody says: a rule of this project, as round as
it is free; a plan of less regret at another price is a question away."""
HEADS = {"missed": "targets missed", "application": "applied today", "price": "unit costs", "level": "levels of cities"}
"""Headings of the parts of a state, which other tables use for other things."""


@dataclass(frozen=True)
class RegretAnswer:
    """The plan of least greatest regret.

    states : application, price, level of each; names : of the plans, the state that each is best in, or `mean of all`
    regret : (plan, state), million USD/yr; chosen, central : places of plans; answer : of the chosen plan in the state
    in which nothing is low or high; problems : of the states; price : million USD/yr per ug/m3 above a target
    """

    states: list[State]
    names: list[str]
    plans: list[Floats]
    regret: Floats
    chosen: int
    central: int
    answer: PlanSolution
    problems: list[Problem]
    price: float


def regret_answer(held: PlanInputs) -> RegretAnswer:
    """Return the plan of least greatest regret over 27 states: 3 of application, of price and of level.

    held : in the middle case; its price cap is what a ug/m3 above a target counts
    The best plan of a state leaves a target where the next ug/m3 would cost more than the price. A plan is what is
    applied; in a state where more is in place already, or less is possible, it does what it can.
    Raises AirshedError without a price or a target, and for aims on deaths.
    """
    price = held.aims.price_cap
    if price is None:
        raise AirshedError("regret-needs-what-ug-m3")
    if np.isnan(held.target).all():
        raise AirshedError("regret-needs-target-plan-may")
    if held.aims.deaths:
        raise AirshedError("plan-least-regret-no-aims")
    states: list[State] = list(product(CASES, ENDS, ENDS))
    problems = _problems(held, states)
    plans, best = [], []
    for number, problem in enumerate(problems):
        step("states", number, len(problems))
        found = Solver(problem).at_price(price)
        plans.append(found.application)
        best.append(min(loss(problem, found.application, price).total, loss(problem, problem.current, price).total))
    names = [" ".join(state) for state in states]
    plans.append(np.mean(plans, axis=0))
    found_regret = regrets(problems, plans, best, price)
    central = states.index(CENTRAL)
    chosen = least_regret(found_regret)
    middle = problems[central]
    plan = evaluate(middle, np.clip(plans[chosen], middle.current, np.maximum(middle.maximum, middle.current)))
    return RegretAnswer(
        states, [*names, MEAN], plans, found_regret, chosen, central, answer_of(held, middle, plan), problems, price
    )


def _problems(held: PlanInputs, states: list[State]) -> list[Problem]:
    """Return the problem of every state."""
    options = {
        case: held.options
        if case == held.case
        else build_options(held.pack, held.chain.year, case, acting(held.pack, held.chain), held.chain.baseline)
        for case in CASES
    }
    made = {(case, price): problem_of(held, options[case], ENDS.index(price)) for case, price in product(CASES, ENDS)}
    return [at_level(held, made[case, price], level) for case, price, level in states]


def at_level(held: PlanInputs, problem: Problem, end: str) -> Problem:
    """Return the problem in which the man-made part of every place is at an end of its response.

    end : low, central or high: 5 or 95 % of the ratio by which observations scale the modelled part. Where a place has
        none of its own, its level stays.
    """
    if end == "central":
        return problem
    factor = np.ones(len(problem.level))
    for place, code in enumerate(held.receptors):
        found = held.chain.levels.places.get(code)
        if found is not None and found.value > 0:
            ratio = getattr(found, end) / found.value
            factor[place] = ratio if np.isfinite(ratio) else 1.0
    floor = np.zeros(len(problem.level)) if problem.floor is None else problem.floor
    level = floor + np.maximum(problem.level - floor, 0.0) * factor
    return replace(problem, level=level, effect=problem.effect * factor)


def regret_table(found: RegretAnswer) -> pd.DataFrame:
    """Return what the chosen plan, and the central one beside it, cost and miss in every state.

    returns : columns application, price, level (of the state), cost, missed (receptors above their target), regret,
        central_regret (of the plan that is best if nothing is low or high), unit, basis
    """
    rows = []
    for number, (case, price, level) in enumerate(found.states):
        held = loss(found.problems[number], found.plans[found.chosen], found.price)
        rows.append(
            {
                "application": case,
                "price": price,
                "level": level,
                "cost": held.cost,
                "missed": int((held.missed > 0).sum()),
                "regret": float(found.regret[found.chosen, number]),
                "central_regret": float(found.regret[found.central, number]),
                "unit": MONEY,
                "basis": "derived",
            }
        )
    return pd.DataFrame(rows)


def summary_of_regret(found: RegretAnswer) -> dict[str, Any]:
    """Return the plan of least regret in one record.

    regret, central_regret : million USD/yr, the greatest over all states, of the plan and of the one that is best if
    nothing is low or high; worst_state : in which the regret is greatest; best_in : the state whose best plan it is, or
    `mean of all`; price_cap : USD a year per ug/m3 above a target
    """
    worst = found.regret.max(axis=1)
    return {
        **plan_summary(found.answer),
        "regret": float(worst[found.chosen]),
        "central_regret": float(worst[found.central]),
        "worst_state": " ".join(found.states[int(found.regret[found.chosen].argmax())]),
        "best_in": found.names[found.chosen],
        "price_cap": found.price * USD_PER_MILLION,
    }


def regret_told(summary: Mapping[str, Any], translate: Translate) -> list[str]:
    """Return what the plan of least regret says in sentences."""
    text = translate(
        "{year}: this plan costs {cost} million USD of 2015 a year if nothing is low or high; at worst it is {regret} "
        "worse than the best would have been, the plan for central assumptions {central}; a ug/m3 above a target "
        "counts {price} million USD a year"
    )
    words = translate("states: what is applied today, unit costs, and levels of cities, each low, central or high")
    return [
        text.format(
            year=summary["year"],
            cost=f"{summary['cost']:,.0f}",
            regret=f"{summary['regret']:,.0f}",
            central=f"{summary['central_regret']:,.0f}",
            price=f"{summary['price_cap'] / USD_PER_MILLION:,.0f}",
        ),
        words,
    ]
