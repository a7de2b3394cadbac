"""Pareto fronts: the least cost of ever more exposure avoided, of an ever lower worst level, or of ever less CO2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.progress import step
from airshed.strategy.highs import Engine
from airshed.strategy.plan import OPTIMAL, Plan, extract
from airshed.strategy.problem import Problem
from airshed.strategy.programme import effects, mean_weights, needed, places, programme
from airshed.strategy.solve import loosened, near, refuse


def _free(problem: Problem, **more: Any) -> Problem:
    nothing: dict[str, Any] = {"target": np.full_like(problem.target, np.nan), "exposure_target": None, **more}
    return replace(problem, **nothing)


@equation(
    key="pareto-front",
    title="Pareto front of cost and another aim",
    latex=r"\min_x \text{cost}(x)\quad\text{s.t.}\quad f(x) \ge \epsilon_k,\quad "
    r"\epsilon_k = f_0 + \frac{k}{n-1}\,(f^{max} - f_0)",
    units="million USD/yr",
    citation="epsilon-constraint method: Haimes, Lasdon and Wismer 1971, IEEE Trans. Syst. Man Cybern. 1:296",
)
def exposure_front(problem: Problem, points: int) -> list[Plan]:
    """Return the cheapest plans for equal steps of the fall of the weighted mean level, from nothing to all there is.

    points : how many, 2 or more; groups and caps hold, targets do not
    Raises AirshedError without weights, and if caps contradict each other.
    """
    if problem.weights is None:
        raise AirshedError("exposure-needs-weights")
    model = programme([_free(problem)])
    block, engine = model.blocks[0], Engine(model)
    gain = np.zeros_like(model.cost)
    gain[block.reductions] = effects(block, problem.effect) @ mean_weights(problem)
    engine.costs(-gain)
    solution = engine.run() or refuse(engine, model)
    most, row = float(gain @ solution.column), np.array([block.exposure.start])
    engine.costs(model.cost)
    plans = []
    for number, share in enumerate(np.linspace(0.0, 1.0, points)):
        step("points of the front", number, points)
        asked = -np.inf if number == 0 else share * most

        def hold(nearly: float, asked: float = asked) -> None:
            engine.rows(row, -loosened(-asked, nearly) if np.isfinite(asked) else asked, np.inf)

        plans.append(extract(block, near(engine, hold), problem.target, OPTIMAL))
    return plans


def worst_front(problem: Problem, points: int, counted: Sequence[int]) -> list[Plan]:
    """Return the cheapest plans for equal steps of the highest level, from today's to the lowest that it can be.

    counted : receptors whose level counts; points : how many, 2 or more
    """
    model = programme([_free(problem)])
    block, engine = model.blocks[0], Engine(model)
    rows = places(block.receptors)
    target = np.full(len(problem.level), np.nan)
    chosen = np.asarray(counted, dtype=np.int64)
    floor = 0.0 if problem.floor is None else float(problem.floor[chosen].max())
    target[chosen] = floor
    engine.rows(rows, needed(problem, target), np.inf)
    largest = np.array([model.largest])
    only = np.zeros_like(model.cost)
    only[model.largest] = 1.0
    engine.columns(largest, 0.0, np.inf)
    engine.costs(only)
    solution = engine.run() or refuse(engine, model)
    lowest = floor + max(float(solution.column[model.largest]), 0.0)
    engine.columns(largest, 0.0, 0.0)
    engine.costs(model.cost)
    plans = []
    for number, worst in enumerate(np.linspace(float(problem.level[chosen].max()), lowest, points)):
        step("points of the front", number, points)

        def hold(nearly: float, worst: float = worst) -> None:
            target[chosen] = loosened(worst, nearly)
            engine.rows(rows, needed(problem, target), np.inf)

        plans.append(extract(block, near(engine, hold), problem.target, OPTIMAL))
    return plans


def carbon_front(problem: Problem, points: int) -> list[Plan]:
    """Return the cheapest plans for equal steps of the change of CO2, from that of the cheapest plan down.

    Targets and caps hold. Raises AirshedError where the CO2 of no option is known, and where targets cannot be met.
    """
    known = np.zeros(0) if problem.co2 is None else problem.co2[problem.span > 0]
    if not np.isfinite(known).any() or not np.nan_to_num(known).any():
        raise AirshedError("co2-no-measure-known")
    carbon = np.nan_to_num(np.asarray(problem.co2))
    model = programme([replace(problem, co2_ceiling=float(np.abs(carbon).sum()))])
    block, engine = model.blocks[0], Engine(model)
    cheapest = engine.run()
    if cheapest is None:
        raise AirshedError("no-plan-meets-targets")
    first = extract(block, cheapest, problem.target, OPTIMAL)
    cost = np.zeros_like(model.cost)
    cost[block.options] = carbon * block.unit
    engine.costs(cost)
    solution = engine.run() or refuse(engine, model)
    least, row = float(cost @ solution.column), np.array([block.co2.start])
    engine.costs(model.cost)
    plans = [first]
    for number, most in enumerate(np.linspace(first.co2_change, least, points)[1:], start=1):
        step("points of the front", number, points)

        def hold(nearly: float, most: float = most) -> None:
            engine.rows(row, -np.inf, loosened(most, nearly))

        plans.append(extract(block, near(engine, hold), problem.target, OPTIMAL))
    return plans


@equation(
    key="knee",
    title="Knee of a front",
    latex=r"k^* = \arg\max_k \left(\frac{f_k - f_1}{f_n - f_1} - \frac{c_k - c_1}{c_n - c_1}\right)",
    units="1",
    citation="farthest from the chord: Das 1999, Struct. Optim. 18:107",
)
def knee(cost: Floats, gain: Floats) -> int | None:
    """Return the place of the knee of a front: from there on more costs more than on the whole. None for a line.

    cost, gain : (point), along the front, the first with the least of both

    >>> knee(np.array([0.0, 1.0, 2.0, 20.0]), np.array([0.0, 5.0, 8.0, 10.0]))
    2
    """
    spent, got = cost - cost[0], gain - gain[0]
    if not (spent[-1] > 0 and got[-1] > 0):
        return None
    away = got / got[-1] - spent / spent[-1]
    return int(away.argmax()) if away.max() > KNEE else None


KNEE = 1e-6
"""Distance from the chord below which a front is a line."""
