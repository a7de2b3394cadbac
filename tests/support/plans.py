"""Small random least-cost problems, and two ways to solve them that share nothing with the package but numpy.

Both write the problem densely, option by receptor, where the package puts emission reductions in between.
"""

from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from airshed.strategy.problem import Problem

NONE = np.nan


def problem(seed, options=8, pollutants=2, regions=3, receptors=3, negative=False, aim=(0.2, 0.7), **more):
    """Return a random problem; its targets ask for a share of what half of everything would do."""
    random = np.random.default_rng(seed)
    region = np.sort(random.integers(0, regions, options))
    group = region * 100 + random.integers(0, 2, options)
    removal = random.uniform(0, 10, (options, pollutants)) * (random.random((options, pollutants)) < 0.7)
    cost = random.uniform(-2 if negative else 1, 20, options)
    current = random.uniform(0, 0.2, options) / np.bincount(group)[group]
    maximum = np.minimum(1.0, current + random.uniform(0, 1, options))
    effect = random.uniform(-0.05 if negative else 0.0, 0.3, (pollutants, regions, receptors))
    level = random.uniform(30, 60, receptors)
    half = 0.5 * (maximum - current) / np.bincount(group)[group]
    fall = (gains_of(removal, region, effect) * half[:, None]).sum(axis=0)
    target = np.maximum(level - fall * random.uniform(*aim, receptors), 0.0)
    return Problem(removal, region, group, cost, current, maximum, effect, level, target, **more)


def gains_of(removal, region, effect):
    """Return ug/m3 per application, (option, receptor), one option at a time."""
    return np.array([np.tensordot(row, effect[:, where], axes=1) for row, where in zip(removal, region, strict=True)])


def gains(plan):
    return gains_of(plan.removal, plan.region, plan.effect)


def limits(plan, target=True):
    """Return A and b of all limits A @ change <= b but the bounds, change = application - current."""
    rows, right = [], []
    if target:
        for receptor in np.flatnonzero(~np.isnan(plan.target)):
            rows.append(-gains(plan)[:, receptor])
            right.append(plan.target[receptor] - plan.level[receptor])
        if plan.exposure_target is not None:
            share = plan.weights / plan.weights.sum()
            rows.append(-gains(plan) @ share)
            right.append(plan.exposure_target - plan.level @ share)
    for group in np.unique(plan.group):
        rows.append((plan.group == group).astype(float))
        right.append(1 - plan.current[plan.group == group].sum())
    if plan.budget is not None:
        rows.append(plan.cost)
        right.append(plan.budget)
    if plan.co2_ceiling is not None:
        rows.append(np.where(np.isnan(plan.co2), 0.0, plan.co2))
        right.append(plan.co2_ceiling)
    if plan.region_budget is not None:
        for region in np.flatnonzero(~np.isnan(plan.region_budget)):
            rows.append(np.where(plan.region == region, plan.cost, 0.0))
            right.append(plan.region_budget[region])
    return with_sums(plan, rows, right)


def with_sums(plan, rows, right):
    """Return A and b with the limits on emissions and on sums of changes behind the others."""
    if plan.emission_ceiling is not None:
        for pollutant, region in np.argwhere(~np.isnan(plan.emission_ceiling)):
            rows.append(-np.where(plan.region == region, plan.removal[:, pollutant], 0.0))
            right.append(plan.emission_ceiling[pollutant, region] - plan.emissions[pollutant, region])
    if plan.limit is not None:
        for row, most in zip(plan.limit, plan.limit_at_most, strict=True):
            if not np.isnan(most):
                rows.append(row)
                right.append(most)
    return np.array(rows), np.array(right)


def by_linprog(plan, cost=None, target=True, more=()):
    """Return scipy's answer; `more` are further rows (coefficients, right side)."""
    left, right = limits(plan, target)
    for row, value in more:
        left, right = np.vstack([left, row]), np.append(right, value)
    bounds = list(zip(np.zeros(len(plan.cost)), plan.maximum - plan.current, strict=True))
    return linprog(plan.cost if cost is None else cost, A_ub=left, b_ub=right, bounds=bounds, method="highs-ipm")


def corners(left, right, lower, upper):
    """Return every corner of {left @ x <= right, lower <= x <= upper}, by trying all sets of binding limits."""
    size = len(lower)
    left = np.vstack([left, np.eye(size), -np.eye(size)])
    right = np.concatenate([right, upper, -lower])
    sets = np.array(list(combinations(range(len(right)), size)))
    some = np.linalg.matrix_rank(left[sets]) == size
    found = np.linalg.solve(left[sets[some]], right[sets[some]][..., None])[..., 0]
    return found[(found @ left.T <= right + 1e-9).all(axis=1)]


def corners_of(plan, target=True):
    left, right = limits(plan, target)
    return corners(left, right, np.zeros(len(plan.cost)), plan.maximum - plan.current)
