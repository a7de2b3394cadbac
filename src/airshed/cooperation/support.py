"""Grants by health per dollar: what lives weigh by income, and the most that a budget buys."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.strategy.budget import most_exposure
from airshed.strategy.curve import FULL, NONE, staircase
from airshed.strategy.problem import Problem


@equation(
    key="equity-weight",
    title="Weight of a life by income",
    latex=r"\omega_n = \left(\frac{Y_{ref}}{Y_n}\right)^{W}",
    units="1",
    citation="distributional weights of cost-benefit analysis with constant elasticity of the marginal utility of "
    "income: HM Treasury, The Green Book, annex on distributional appraisal; W is given by the user, 0 by default",
)
def equity_weights(income: Floats, exponent: float) -> Floats:
    """Return the weight of a life by income.

    income : over that of the reference economy, any shape, > 0; exponent : W, >= 0; 0 makes all lives equal

    >>> equity_weights(np.array([1.0, 0.25]), 0.5).tolist()
    [1.0, 2.0]
    """
    if exponent < 0 or not np.isfinite(exponent):
        raise AirshedError("equity-weight-below-0", exponent=f"{exponent:g}")
    return np.asarray(np.ones_like(income) if exponent == 0 else income**-exponent)


def bought(problem: Problem, benefit: Floats, budget: float | None = None) -> Floats:
    """Return the applications (option), 0..1, that buy most benefit within a budget.

    benefit : (option), at application 1, linear; budget : million USD/yr, None for all that has a benefit
    By dollars per benefit, dearer options of a group in the place of cheaper ones where that pays, the last step in
    part: exact for divisible options.
    """
    if budget is not None and not budget > 0:
        raise AirshedError("budget-not-above-0-give-usd")
    steps = staircase(problem, benefit)
    left = np.inf if budget is None else budget
    applied = problem.current.copy()
    gains, costs = (np.diff(steps[name].to_numpy(), prepend=0.0) for name in ("reduction", "cost"))
    for option, old, gain, cost in zip(steps["measure"], steps["replaces"], gains, costs, strict=True):
        share = 1.0 if cost <= left else left / cost
        amount = share * gain / (benefit[option] - (benefit[old] if old != NONE else 0.0))
        applied[option] += amount
        if old != NONE:
            applied[old] -= amount
        left -= share * cost
        if share < 1.0:
            break
    applied = np.where(np.abs(applied - problem.current) < FULL, problem.current, applied)
    return np.asarray(np.clip(applied, problem.current, np.maximum(problem.maximum, problem.current)))


def bought_whole(problem: Problem, weights: Floats, budget: float | None = None) -> Floats:
    """Return the applications that buy most benefit where options may be indivisible.

    weights : (receptor), benefit per ug/m3 less, >= 0
    """
    if budget is not None and not budget > 0:
        raise AirshedError("budget-not-above-0-give-usd")
    most = float(np.maximum(problem.cost, 0.0) @ problem.span) if budget is None else budget
    return most_exposure(problem, most, weights).application
