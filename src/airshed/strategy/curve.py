"""Cost curves: the staircase of options that do not interact, and the frontier of the least-cost plan."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.progress import step
from airshed.strategy.highs import Progress, silent
from airshed.strategy.problem import Problem
from airshed.strategy.programme import needed
from airshed.strategy.solve import Solver

NONE = -1
"""In place of an option: nothing is replaced, or no application grew."""
FULL = 1e-12
"""Application that is too little to be a step."""
Step = tuple[float, float, int, int]


def removed(problem: Problem, pollutant: int) -> Floats:
    """Return what each option takes off the emissions of a pollutant, (option), kt/yr at application 1."""
    return np.asarray(problem.removal[:, pollutant])


def abated(problem: Problem, receptor: int) -> Floats:
    """Return what each option takes off the level at a receptor, (option), ug/m3 at application 1."""
    return np.asarray((problem.removal * problem.effect[:, problem.region, receptor].T).sum(axis=1))


@equation(
    key="cost-staircase",
    title="Staircase cost curve",
    latex=r"\text{in a group, from option } i \text{ (or none, } c = \rho = 0\text{):}\quad "
    r"j^* = \arg\min_{\rho_j > \rho_i} \frac{c_j - c_i}{\rho_j - \rho_i};\quad "
    r"\text{steps of all groups by marginal cost}",
    units="million USD/yr per kt/yr or per ug/m3",
    citation="marginal cost curve by the lower convex hull of exclusive options: Sinha and Zoltners 1979, "
    "Oper. Res. 27:503 (multiple-choice knapsack)",
)
def staircase(problem: Problem, per: Floats, region: int | None = None) -> pd.DataFrame:
    """Return the steps by which a total effect is had at least cost, from the current applications on.

    per : (option), effect at application 1, of `removed` or `abated`; region : only options there
    returns : a row per step: reduction and cost (million USD/yr), both up to and with this step, marginal_cost,
        measure (option applied), replaces (option that it takes the place of, -1 for none), region, group
    Exact for one effect without caps: any other plan with the same reduction costs as much or more. Options without
    the effect, or with the opposite one, stay out, whatever they save.
    """
    usable = (per > 0) & (problem.span > FULL)
    if region is not None:
        usable &= problem.region == region
    _, place, left = problem.groups
    chosen = np.flatnonzero(usable)
    order = chosen[np.argsort(place[chosen], kind="stable")]
    edges = np.r_[0, np.flatnonzero(np.diff(place[order])) + 1, len(order)]
    steps: list[Step] = []
    for start, stop in pairwise(edges):
        members = order[start:stop]
        if len(members):
            steps += _group_steps(
                members, per[members], problem.cost[members], problem.span[members], float(left[place[members[0]]])
            )
    return _curve(problem, steps)


def _curve(problem: Problem, steps: list[Step]) -> pd.DataFrame:
    amount, spent = (np.array([step[column] for step in steps], dtype=float) for column in (0, 1))
    measure, replaces = (np.array([step[column] for step in steps], dtype=np.int64) for column in (2, 3))
    order = np.argsort(spent / amount, kind="stable")
    measure = measure[order]
    return pd.DataFrame(
        {
            "reduction": np.cumsum(amount[order]),
            "marginal_cost": (spent / amount)[order],
            "cost": np.cumsum(spent[order]),
            "measure": measure,
            "replaces": replaces[order],
            "region": problem.region[measure],
            "group": problem.group[measure],
        }
    )


def _group_steps(options: npt.NDArray[np.int64], per: Floats, cost: Floats, span: Floats, left: float) -> list[Step]:
    """Return the steps (effect, cost, option, option replaced) along the lower hull of a group, cheapest first.

    From each corner of what the group can do the hull goes on by raising an option while there is room, or by putting
    an option in the place of a weaker one, whichever costs least per effect.
    """
    applied = np.zeros(len(options))
    steps: list[Step] = []
    while True:
        room = left - applied.sum()
        gain, price = per[None, :] - per[:, None], cost[None, :] - cost[:, None]
        possible = (gain > 0) & (applied[:, None] > FULL) & (applied[None, :] < span[None, :] - FULL)
        slope = np.where(possible, price / np.where(possible, gain, 1.0), np.inf)
        raised = np.where((room > FULL) & (applied < span - FULL), cost / per, np.inf)
        old, new = divmod(int(slope.argmin()), len(options))
        alone = int(raised.argmin())
        if raised[alone] <= slope[old, new]:
            if np.isinf(raised[alone]):
                return steps
            amount = min(room, span[alone] - applied[alone])
            applied[alone] += amount
            steps.append((amount * per[alone], amount * cost[alone], int(options[alone]), NONE))
        else:
            amount = min(applied[old], span[new] - applied[new])
            applied[old] -= amount
            applied[new] += amount
            steps.append((amount * gain[old, new], amount * price[old, new], int(options[new]), int(options[old])))


def frontier(problem: Problem, targets: Floats | Sequence[Floats], progress: Progress = silent) -> pd.DataFrame:
    """Return the least cost of a sequence of targets, mild to strict, each solved from where the last one stood.

    targets : (step, receptor), ug/m3, NaN for receptors without one
    returns : a row per step that can be met: reduction (ug/m3, mean over receptors with a target of what is asked),
        marginal_cost (million USD/yr per ug/m3 of that mean, if all targets move alike), cost (million USD/yr), measure
        (the option whose application grew most since the row before, -1 for none)
    Where targets move in equal steps the cost never falls and is convex.
    """
    solver = Solver(problem)
    before, rows = problem.current, []
    for number, target in enumerate(targets):
        step("points of the curve", number, len(targets))
        plan = solver.solve(np.asarray(target, dtype=np.float64))
        progress(f"target {number + 1}/{len(targets)}")
        if plan.status == "infeasible":
            break
        grown = plan.application - before
        most = int(grown.argmax()) if len(grown) else NONE
        asked = needed(problem, plan.target)[~np.isnan(plan.target)]
        measure = most if len(grown) and grown[most] > FULL else NONE
        rows.append((float(asked.mean()), float(plan.shadow_price.sum()), plan.cost, measure))
        before = plan.application
    return pd.DataFrame(rows, columns=["reduction", "marginal_cost", "cost", "measure"])


def steps_at(problem: Problem, receptor: int, lowest: float, count: int = 21) -> Floats:
    """Return targets (step, receptor) of one receptor from its level to the lowest in equal steps, NaN elsewhere."""
    targets = np.full((count, len(problem.level)), np.nan)
    targets[:, receptor] = np.linspace(problem.level[receptor], lowest, count)
    return targets
