"""A plan: how far each option is applied, what that costs and reaches, and what the limits cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from airshed.pack.arrays import Bools, Floats
from airshed.strategy.highs import Solution
from airshed.strategy.problem import Problem
from airshed.strategy.programme import Block, mean_weights

OPTIMAL = "optimal"
INFEASIBLE = "infeasible"
FOUND = "found"
"""The best plan found in the time given: it meets the targets, but cheaper ones may exist."""
MET_ALL, MISSED = "met", "missed"
"""Of a plan that was given and not optimised, or that buys what it can: whether it meets all targets."""
MET = 1e-6
"""ug/m3 by which a target may be missed and count as met: ten times the tolerance of the solver."""


@dataclass(frozen=True)
class Plan:
    """The answer to a least-cost problem; of an infeasible one the elastic plan, nearest to the targets.

    application : (option), 0..1; cost : million USD/yr above today; region_cost : (region)
    reduction : (pollutant, region), kt/yr; reached, target : (receptor), ug/m3
    relaxation : (receptor), ug/m3 by which the target is missed, 0 where it is met; exposure_relaxation : of the mean
    slack : (receptor), target less reached, NaN without a target; binding : (receptor), where the target, relaxed
        where it must be, is just reached
    shadow_price : (receptor), million USD/yr per ug/m3 of the (relaxed) target; exposure_price : of the exposure target
    group_price : (group, in the order of Problem.groups), million USD/yr that one more application in the group saves
    budget_price, region_price (region) : saved per million USD/yr more of budget; co2_price : million USD per kt
    ceiling_price : (pollutant, region), million USD/yr per kt/yr of the emission ceiling
    limit_price : (limit), million USD/yr saved per unit more of each limit
    reduced_cost : (option), million USD/yr by which the plan gets dearer per application that is forced; negative where
        its maximum limits it
    With indivisible options prices hold while these stay as they are.
    exposure : mean of reached by weights, NaN without weights
    co2_change : kt/yr, of the options of which it is known; co2_unknown : how many of the options that the plan applies
        have no CO2 change known
    gap : relative, by which a cheaper plan may still cost less where options are indivisible
    """

    status: str
    application: Floats
    cost: float
    region_cost: Floats
    reduction: Floats
    reached: Floats
    target: Floats
    relaxation: Floats
    exposure_relaxation: float
    slack: Floats
    binding: Bools
    shadow_price: Floats
    exposure_price: float
    group_price: Floats
    budget_price: float
    region_price: Floats
    co2_price: float
    ceiling_price: Floats
    limit_price: Floats
    reduced_cost: Floats
    exposure: float
    co2_change: float
    co2_unknown: int
    gap: float = 0.0


def reductions(problem: Problem, application: Floats) -> Floats:
    """Return what a plan takes off the emissions, (pollutant, region), kt/yr."""
    change = application - problem.current
    regions = problem.effect.shape[1]
    return np.stack(
        [np.bincount(problem.region, weights=column * change, minlength=regions) for column in problem.removal.T]
    )


def levels(problem: Problem, reduction: Floats) -> Floats:
    """Return the level that remains at each receptor, (receptor), ug/m3, never below its floor."""
    return problem.counted(problem.level - np.tensordot(reduction, problem.effect, axes=2))


def evaluate(problem: Problem, application: Floats) -> Plan:
    """Return what applications (option), 0..1, cost and reach; prices are zero, for nothing was optimised."""
    change = application - problem.current
    reduction = reductions(problem, application)
    reached = levels(problem, reduction)
    missed = np.where(np.isnan(problem.target), 0.0, np.maximum(reached - problem.target, 0.0))
    missed = np.where(missed > MET, missed, 0.0)
    spent = problem.cost * change
    regions, receptors = reduction.shape[1], len(reached)
    known = np.full(len(change), np.nan) if problem.co2 is None else problem.co2
    weighted = float(mean_weights(problem) @ reached) if problem.weights is not None else float("nan")
    beyond = 0.0 if problem.exposure_target is None else max(weighted - problem.exposure_target, 0.0)
    return Plan(
        status=MISSED if missed.any() or beyond > MET else MET_ALL,
        application=application,
        cost=float(spent.sum()),
        region_cost=np.bincount(problem.region, weights=spent, minlength=regions).astype(np.float64),
        reduction=reduction,
        reached=reached,
        target=problem.target,
        relaxation=missed,
        exposure_relaxation=beyond,
        slack=settled(problem.target - reached),
        binding=np.zeros(receptors, dtype=bool),
        shadow_price=np.zeros(receptors),
        exposure_price=0.0,
        group_price=np.zeros(len(problem.groups[0])),
        budget_price=0.0,
        region_price=np.zeros(regions),
        co2_price=0.0,
        ceiling_price=np.zeros_like(reduction),
        limit_price=np.zeros(0 if problem.limit is None else len(problem.limit)),
        reduced_cost=np.zeros(len(change)),
        exposure=weighted,
        co2_change=float(np.nan_to_num(known) @ change),
        co2_unknown=int((np.isnan(known) & (change > 0)).sum()),
    )


def extract(block: Block, solution: Solution, target: Floats, status: str, share: float = 1.0) -> Plan:
    """Return the plan of one block of a solved programme.

    target : (receptor), as it was asked; share : weight of the block's cost in the objective
    """
    problem = block.problem
    change = np.clip(solution.column[block.options] * block.unit, 0.0, problem.span)
    application = problem.current + change
    reduction = reductions(problem, application)
    reached = levels(problem, reduction)
    missed = np.where(np.isnan(target), 0.0, np.maximum(reached - target, 0.0))
    missed = np.where(missed > MET, missed, 0.0)
    exposure = float(mean_weights(problem) @ reached) if problem.weights is not None else float("nan")
    beyond = 0.0 if problem.exposure_target is None else max(exposure - problem.exposure_target, 0.0)
    spent = problem.cost * change
    known = np.zeros_like(change) if problem.co2 is None else problem.co2
    return Plan(
        status=status if status == INFEASIBLE or not _floored(problem, target) else INFEASIBLE,
        application=application,
        cost=float(spent.sum()),
        region_cost=np.bincount(problem.region, weights=spent, minlength=reduction.shape[1]).astype(np.float64),
        reduction=reduction,
        reached=reached,
        target=target,
        relaxation=missed,
        exposure_relaxation=beyond if beyond > MET else 0.0,
        slack=settled(target - reached),
        binding=np.nan_to_num(reached - target - missed, nan=-np.inf) > -MET,
        exposure=exposure,
        co2_change=float(np.nan_to_num(known) @ change),
        co2_unknown=len(change) if problem.co2 is None else int((np.isnan(known) & (change > 0)).sum()),
        gap=solution.gap,
        **_prices(block, solution, share),
    )


def _floored(problem: Problem, target: Floats) -> bool:
    """Return whether a target lies below the floor of its receptor, so that no plan meets it."""
    return problem.floor is not None and bool((target < problem.floor - MET).any())


def settled(slack: Floats) -> Floats:
    """Return slacks without what the tolerance of the solver leaves: a target that is just met has none.

    >>> settled(np.array([-7e-15, 0.3, np.nan]))
    array([0. , 0.3, nan])
    """
    return np.where(np.abs(slack) <= MET, 0.0, slack)


def _prices(block: Block, solution: Solution, share: float) -> dict[str, Any]:
    """Return the duals of rows and columns as prices, all >= 0 but the reduced costs."""
    problem, row = block.problem, solution.row_dual / share
    pollutants, regions, _ = problem.effect.shape
    ceiling = np.zeros(pollutants * regions)
    ceiling[block.pairs] = solution.column_dual[block.reductions] / block.scale / share
    group, region = np.zeros(len(problem.groups[0])), np.zeros(regions)
    group[block.group_places] = -row[block.groups]
    region[block.budget_regions] = -row[block.region_budget]
    return {
        "shadow_price": row[block.receptors] + 0.0,
        "exposure_price": float(row[block.exposure].sum()),
        "group_price": group + 0.0,
        "budget_price": float(-row[block.budget].sum()) + 0.0,
        "region_price": region + 0.0,
        "co2_price": float(-row[block.co2].sum()) + 0.0,
        "ceiling_price": ceiling.reshape(pollutants, regions),
        "limit_price": -row[block.limits] + 0.0,
        "reduced_cost": solution.column_dual[block.options] / block.unit / share,
    }
