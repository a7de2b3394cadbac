"""The path of plans over years: targets may come due in different years, and no application goes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from airshed.pack.errors import AirshedError
from airshed.strategy.highs import Engine, Progress, silent
from airshed.strategy.plan import INFEASIBLE, OPTIMAL, Plan, extract
from airshed.strategy.problem import Problem
from airshed.strategy.programme import Programme, programme
from airshed.strategy.solve import Outcome, cheapest


@dataclass(frozen=True)
class Path:
    """A plan per year, in the order asked; cost : sum of annual costs times their shares, million USD."""

    status: str
    plans: list[Plan]
    cost: float


def path(
    problems: Sequence[Problem], shares: Sequence[float] | None = None, relax: str = "sum", progress: Progress = silent
) -> Path:
    """Return the cheapest path on which no application falls from one year to the next, all years solved at once.

    problems : one per year, in order, with the same options; levels, targets, costs and effects may differ, and a
        target that comes due later is NaN until then
    shares : weight of each year's annual cost (years it stands for, discounted), 1 by default, > 0
    relax : where targets cannot be met, as for one plan, over all years
    Raises AirshedError if the years do not have the same options, or an option's maximum falls below what it had.
    """
    weights = [1.0] * len(problems) if shares is None else list(shares)
    _check(problems, weights)
    model = programme(problems, weights)
    return _along(model, weights, cheapest(Engine(model, progress), model, relax))


def met_path(problems: Sequence[Problem], shares: Sequence[float]) -> Path | None:
    """Return the cheapest path that meets all targets, None where none does; its arguments and errors are of `path`."""
    _check(problems, shares)
    model = programme(problems, shares)
    solution = Engine(model).run()
    return None if solution is None else _along(model, shares, Outcome(True, solution))


def _along(model: Programme, shares: Sequence[float], outcome: Outcome) -> Path:
    status = OPTIMAL if outcome.met else INFEASIBLE
    plans = [
        extract(block, outcome.solution, block.problem.target, status, share)
        for block, share in zip(model.blocks, shares, strict=True)
    ]
    cost = sum(share * plan.cost for share, plan in zip(shares, plans, strict=True))
    return Path(status, plans, float(cost))


def _check(problems: Sequence[Problem], shares: Sequence[float]) -> None:
    if not problems:
        raise AirshedError("path-needs-problem-each-years")
    if len(shares) != len(problems) or min(shares) <= 0:
        raise AirshedError("path-needs-shares", years=len(problems))
    first = problems[0]
    highest = first.current
    for year, problem in enumerate(problems):
        if not (np.array_equal(problem.region, first.region) and np.array_equal(problem.group, first.group)):
            raise AirshedError("year-path-does-not-options", year=year)
        highest = np.maximum(highest, problem.current)
        if (highest > problem.maximum + 1e-9).any():
            option = int(np.argmax(highest - problem.maximum))
            raise AirshedError(
                "year-maximum-below-application-before", year=year, option=problem.label("option", option)
            )
