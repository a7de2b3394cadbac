"""Which cities set what a plan costs, and what a tenth of a microgramme less at each of them would save."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from airshed.assessment.plans.plan_inputs import PlanInputs
from airshed.pack.arrays import Floats
from airshed.pack.progress import step
from airshed.strategy.highs import SolverError
from airshed.strategy.plan import MET, Plan
from airshed.strategy.problem import Problem
from airshed.strategy.solve import Solver

RELAX_STEP = 0.1
"""Targets that cannot be met are relaxed in steps of this, ug/m3."""
HALF = 0.5
"""Cities are named until their targets set this share of the cost."""
NAMED = 5
"""Cities that are named at most."""
TENTHS = tuple(round(0.1 * number, 1) for number in range(1, 11))
"""ug/m3 by which the target of a city is loosened."""
LISTED = 6
"""Cities in the table of tenths at most: those that set most of the cost."""
DEAR = 1e-9
"""Million USD a year below which nothing costs anything."""
COLUMNS = ["receptor", "looser", "target", "cost", "saved", "unit"]


@dataclass(frozen=True)
class CostSettingCities:
    """Which cities set the cost of a plan.

    cities : those whose targets, left out one after another, save most; share : of the cost of the plan that is saved
        without the targets of all of them, 0..1
    order : places of the cities that bind, those first whose target alone saves most
    saved : (receptor), million USD/yr that the plan costs less without the target of each, 0 where it does not bind
    """

    cities: list[str]
    share: float
    order: list[int]
    saved: Floats


def as_reached(problem: Problem, plan: Plan) -> Problem:
    """Return the problem with targets that the plan meets: where it misses one, it is loosened in whole tenths."""
    loosened = np.ceil(np.nan_to_num(plan.relaxation) / RELAX_STEP - MET) * RELAX_STEP
    return replace(problem, target=problem.target + loosened)


def setting(held: PlanInputs, problem: Problem, plan: Plan) -> CostSettingCities | None:
    """Return which cities set the cost of a plan; None for a single city, no cost, or an unsure solver.

    Measures that are taken whole are taken as if they could be taken in part.
    """
    if plan.cost <= DEAR or len(held.receptors) == 1:
        return None
    asked = replace(as_reached(problem, plan), indivisible=None)
    solver = Solver(asked)
    cities = len(held.receptors)
    tight = [place for place in np.flatnonzero(plan.shadow_price[:cities] > 0).tolist() if plan.binding[place]]
    try:
        whole = solver.solve().cost
        saved = np.zeros(cities)
        for number, place in enumerate(tight):
            step("targets left out", number, len(tight))
            saved[place] = max(whole - solver.solve(_without(asked, [place])).cost, 0.0)
        order = sorted(tight, key=lambda place: -saved[place])
        share, named = 0.0, 0
        while named < min(len(order), NAMED) and share < HALF:
            named += 1
            share = 1.0 - solver.solve(_without(asked, order[:named])).cost / whole if whole > DEAR else 0.0
    except SolverError:
        return None
    return (
        CostSettingCities([held.receptors[place] for place in order[:named]], float(share), order, saved)
        if order
        else None
    )


def _without(problem: Problem, places: list[int]) -> Floats:
    target = problem.target.copy()
    target[places] = np.nan
    return target


def tenths_table(
    held: PlanInputs, problem: Problem, plan: Plan, found: CostSettingCities | None, unit: str
) -> pd.DataFrame:
    """Return what the plan would cost if one city had a looser target, by tenths of ug/m3.

    returns : columns receptor, looser (ug/m3), target (as it would be), cost, saved (of the plan), unit: of the cities
        that bind and set most of the cost, at most six
    """
    rows = []
    asked = replace(as_reached(problem, plan), indivisible=None)
    chosen = [] if found is None else found.order[:LISTED]
    solver = Solver(asked) if chosen else None
    for number, place in enumerate(chosen):
        step("looser targets", number, len(chosen))
        for looser in TENTHS:
            target = asked.target.copy()
            target[place] += looser
            try:
                cost = solver.solve(target).cost if solver is not None else float("nan")
            except SolverError:
                cost = float("nan")
            rows.append((held.receptors[place], looser, float(target[place]), cost, plan.cost - cost, unit))
    return pd.DataFrame(rows, columns=COLUMNS)
