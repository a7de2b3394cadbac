"""Each nation on its own against all together: what the same air costs when the cheapest option may lie abroad."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.errors import AirshedError
from airshed.strategy.highs import Progress, SolverError, silent
from airshed.strategy.plan import Plan, evaluate, levels, reductions
from airshed.strategy.problem import Problem
from airshed.strategy.solve import least_cost

JOINT = ("budget", "co2_ceiling", "exposure_target")


@dataclass(frozen=True)
class Alone:
    """Each owner's own plan, and what all of it costs.

    plans : owner to its plan; with others at their current applications, so its levels are those of its plan alone
    application : (option) and reached : (receptor), ug/m3, of all plans at once
    cost : sum of the plans, million USD/yr; together : the joint plan to the same levels; together_cost : its cost, NaN
        where the solver cannot decide it: then `together` is the union of the plans
    owner : (receptor), whose it is
    """

    plans: dict[int, Plan]
    application: Floats
    reached: Floats
    cost: float
    together: Plan
    together_cost: float
    owner: Ints

    def own(self, field: str) -> Floats:
        """Return a field over receptors (receptor) as the owner of each has it in its own plan, 0 without an owner."""
        found = np.zeros(len(self.reached))
        for number, plan in self.plans.items():
            found[self.owner == number] = getattr(plan, field)[self.owner == number]
        return found


def alone(problem: Problem, relax: str = "sum", progress: Progress = silent) -> Alone:
    """Return the plans by which each owner meets the targets of its receptors with options on its own ground.

    Others stay at their current applications. An owner that cannot meet its targets comes as near as it can. The
    joint plan reaches what all plans at once reach, at the receptors with owner and target, at least cost: it never
    costs more than their sum, for their sum is one way to do it.
    Raises AirshedError without owners, with caps on all owners together, or if a group lies with several owners.
    """
    if problem.region_owner is None or problem.receptor_owner is None:
        raise AirshedError("plans-alone-need-region-owner")
    shared = [name for name in JOINT if getattr(problem, name) is not None]
    if shared:
        raise AirshedError("binds-all-owners-together-no", shared=", ".join(shared))
    mine = problem.region_owner[problem.region]
    _check_groups(problem, mine)
    _check_limits(problem, mine)
    application, plans = problem.current.copy(), {}
    for owner in np.unique(np.r_[problem.region_owner, problem.receptor_owner]).tolist():
        if owner >= 0:
            own = _part(problem, problem.region_owner == owner, problem.receptor_owner == owner)
            plans[owner] = least_cost(own, relax, progress)
            application[mine == owner] = plans[owner].application[mine == owner]
            progress(f"owner {owner}")
    reached = np.maximum(levels(problem, reductions(problem, application)), 0.0)
    everyone = _part(problem, problem.region_owner >= 0, problem.receptor_owner >= 0)
    joint = replace(everyone, target=np.where(np.isnan(everyone.target), np.nan, reached))
    try:
        together = least_cost(joint, relax, progress)
        together_cost = together.cost
    except SolverError:
        together, together_cost = evaluate(problem, application), float("nan")
    cost = float(problem.cost @ (application - problem.current))
    return Alone(plans, application, reached, cost, together, together_cost, problem.receptor_owner)


def _part(problem: Problem, regions: Bools, receptors: Bools) -> Problem:
    """Return the problem of some regions: options elsewhere stay, targets and caps elsewhere do not count."""
    ceiling, budget, at_most = problem.emission_ceiling, problem.region_budget, problem.limit_at_most
    if problem.limit is not None and at_most is not None:
        own = (problem.limit != 0)[:, regions[problem.region]].any(axis=1)
        at_most = np.where(own, at_most, np.nan)
    return replace(
        problem,
        maximum=np.where(regions[problem.region], problem.maximum, problem.current),
        target=np.where(receptors, problem.target, np.nan),
        emission_ceiling=None if ceiling is None else np.where(regions, ceiling, np.nan),
        region_budget=None if budget is None else np.where(regions, budget, np.nan),
        limit_at_most=at_most,
    )


def _check_limits(problem: Problem, mine: Ints) -> None:
    for place, row in enumerate(np.zeros((0, len(mine))) if problem.limit is None else problem.limit):
        if len(np.unique(mine[row != 0])) > 1:
            raise AirshedError("binds-several-owners-together-no", limit=problem.label("limit", place))


def _check_groups(problem: Problem, mine: Ints) -> None:
    ids, place, _ = problem.groups
    least, most = np.full(len(ids), mine.max(initial=0)), np.full(len(ids), mine.min(initial=0))
    np.minimum.at(least, place, mine)
    np.maximum.at(most, place, mine)
    if (least < most).any():
        raise AirshedError("options-group-lie-several-owners", group=ids[int(np.argmax(least < most))])
