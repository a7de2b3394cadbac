"""The path of a pack to targets that come due in different years, and what it costs over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from airshed.assessment.chain.targets import never_due
from airshed.assessment.plans.aims import Aims
from airshed.assessment.plans.plan import NEAR, PlanSolution, answer_of
from airshed.assessment.plans.plan_inputs import ground, problem_of
from airshed.assessment.plans.setting import RELAX_STEP
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.strategy.application import Case
from airshed.strategy.cost import parameter
from airshed.strategy.highs import Progress, silent
from airshed.strategy.path import path
from airshed.strategy.plan import INFEASIBLE, MET, Plan
from airshed.strategy.problem import Problem

RATE = "discount_rate"


@dataclass(frozen=True)
class PathAnswer:
    """The plan of every year; shares : what the annual cost of each year counts; cost : million USD, discounted."""

    years: list[int]
    answers: list[PlanSolution]
    shares: list[float]
    status: str
    cost: float


@equation(
    key="discounted-years",
    title="What the annual cost of a year of a path counts",
    latex=r"w_k = \sum_{t = y_k}^{y_{k+1} - 1} (1 + q)^{-(t - y_0)}",
    units="years",
    citation="present value; each year of the path stands for those until the next, the last for as many as the one "
    "before it (rule of this project)",
)
def discounted_years(years: Sequence[int], rate: float) -> list[float]:
    """Return for how many years, discounted to the first, each year of a path stands.

    years : ascending; rate : a year, 0.04 for 4 percent

    >>> [round(one, 3) for one in discounted_years([2020, 2022, 2023], 0.1)]
    [1.909, 0.826, 0.751]
    """
    ends = [*years[1:], years[-1] + (years[-1] - years[-2] if len(years) > 1 else 1)]
    return [
        float(sum((1.0 + rate) ** -(year - years[0]) for year in range(start, end)))
        for start, end in zip(years, ends, strict=True)
    ]


def path_answer(
    pack: Pack,
    aims: Aims,
    years: Sequence[int],
    scenario: str = "baseline",
    case: Case = "middle",
    receptors: Sequence[str] | None = None,
    progress: Progress = silent,
) -> PathAnswer:
    """Return the cheapest path over years on which no application goes back.

    years : at least two; a target counts from the year it comes due (a table with years, national standards). What is
        published to be in place in the last year is so in all of them
    Raises AirshedError for years that do not ascend, and for aims on deaths.
    """
    asked = sorted(set(years))
    if len(asked) < 2 or asked != list(years):
        raise AirshedError("path-needs-two-more-years")
    if aims.deaths:
        raise AirshedError("path-no-aims-deaths")
    grounds = [ground(pack, aims, year, scenario, case, receptors, applied_in=asked[-1]) for year in asked]
    if aims.target is not None and all(np.isnan(held.target).all() for held in grounds):
        raise never_due(aims.target, asked[-1])
    problems = lasting_limits([problem_of(held) for held in grounds])
    shares = discounted_years(asked, parameter(pack, RATE).value)
    found = path(problems, shares, progress=progress)
    plans = found.plans
    if found.status == INFEASIBLE:
        plans = path([_relaxed(*pair) for pair in zip(problems, plans, strict=True)], shares, progress=progress).plans
        plans = [_as_asked(*pair) for pair in zip(problems, plans, strict=True)]
    answers = [answer_of(held, problem, plan) for held, problem, plan in zip(grounds, problems, plans, strict=True)]
    cost = sum(share * plan.cost for share, plan in zip(shares, plans, strict=True))
    return PathAnswer(asked, answers, shares, found.status, float(cost))


def lasting_limits(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems of years in order with a maximum that never falls below what was in place or possible before.

    What is applied in one year stays possible in all that follow, so that a path without return exists; what cannot be
    applied any further in a year of itself, such as a standard that a newer one has ended, does not grow in it.
    """
    most, result = problems[0].maximum, []
    for problem in problems:
        most = np.maximum(np.maximum(most, problem.maximum), problem.current)
        result.append(replace(problem, maximum=most, closed=problem.maximum <= problem.current))
    return result


def _relaxed(problem: Problem, plan: Plan) -> Problem:
    """Return the problem with targets relaxed by the least number of tenths of ug/m3 that works."""
    return replace(problem, target=problem.target + np.ceil(plan.relaxation / RELAX_STEP - NEAR) * RELAX_STEP)


def _as_asked(problem: Problem, plan: Plan) -> Plan:
    """Return a plan for relaxed targets as one for those that were asked."""
    missed = np.maximum(np.nan_to_num(plan.reached - problem.target), 0.0)
    missed = np.where(missed > MET, missed, 0.0)
    status = INFEASIBLE if missed.any() else plan.status
    return replace(plan, status=status, target=problem.target, relaxation=missed, slack=problem.target - plan.reached)
