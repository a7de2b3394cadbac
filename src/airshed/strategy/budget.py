"""The most that a budget buys: the greatest fall of exposure, or of deaths by successive linearisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.errors import AirshedError
from airshed.strategy.highs import Engine, Progress, silent
from airshed.strategy.plan import MISSED, OPTIMAL, Plan, extract
from airshed.strategy.problem import Problem
from airshed.strategy.programme import effects, mean_weights, programme
from airshed.strategy.solve import loosened, near, refuse

SAME = 1e-7
"""Applications of two plans that differ by less are the same."""


@dataclass(frozen=True)
class Bought:
    """What a budget buys: the plan, its exact value, after how many linearisations, and whether these settled."""

    plan: Plan
    value: float
    rounds: int
    settled: bool


def most_exposure(problem: Problem, budget: float, weights: Floats | None = None, progress: Progress = silent) -> Plan:
    """Return the plan that lowers the weighted mean level most within a budget, the cheapest of such plans.

    budget : million USD/yr; weights : (receptor), by default those of the problem
    Groups and caps hold, targets do not: the plan says by how much it misses them (relaxation) and meets them (slack).
    Raises AirshedError without weights, and if the budget or a cap cannot be met.
    """
    counted = problem.weights if weights is None else weights
    if counted is None:
        raise AirshedError("exposure-needs-weights")
    free = np.full_like(problem.target, np.nan)
    asked = replace(problem, target=free, exposure_target=None, budget=budget, weights=counted)
    model = programme([asked])
    block, engine = model.blocks[0], Engine(model, progress)
    gain = np.zeros_like(model.cost)
    gain[block.reductions] = effects(block, asked.effect) @ mean_weights(asked)
    engine.costs(-gain)
    solution = engine.run() or refuse(engine, model)
    best = float(gain @ solution.column)
    row = np.array([block.exposure.start])
    engine.costs(model.cost)
    cheapest = near(engine, lambda nearly: engine.rows(row, -loosened(-best, nearly), np.inf))
    plan = extract(block, cheapest, problem.target, OPTIMAL)
    return replace(plan, status=MISSED) if plan.relaxation.any() else plan


def most_avoided(
    problem: Problem,
    budget: float,
    gradient: Callable[[Floats], Floats],
    value: Callable[[Floats], float],
    at_most: int = 20,
    progress: Progress = silent,
) -> Bought:
    """Return the plan within a budget that lowers an exact value (deaths, say) most, by successive linearisation.

    gradient : of levels (receptor), ug/m3, gives what one ug/m3 less avoids at each receptor, >= 0
    value : of the same levels, what is to be made small; every plan is judged by it, never by its linearisation
    at_most : linearisations; they end when the plan no longer changes. Deaths are concave in the level, so that each
        plan is at least as good as the one before; the end is a local optimum.
    """
    last = most_exposure(problem, budget, gradient(problem.level), progress)
    best = Bought(last, value(last.reached), 1, False)
    while not best.settled and best.rounds < at_most:
        plan = most_exposure(problem, budget, gradient(last.reached), progress)
        settled = bool(np.abs(plan.application - last.application).max(initial=0.0) < SAME)
        found = value(plan.reached)
        if found < best.value:
            best = replace(best, plan=plan, value=found)
        best = replace(best, rounds=best.rounds + 1, settled=settled)
        last = plan
        progress(f"linearisation {best.rounds}")
    return best
