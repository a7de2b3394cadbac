"""What a budget buys, against brute force; and what weights of lives change, by hand."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.cooperation.support import bought, bought_whole, equity_weights
from airshed.pack.errors import AirshedError
from airshed.strategy.problem import Problem
from support.plans import by_linprog, corners, gains, limits, problem

SEEDS = st.integers(0, 10_000)
PART = st.floats(0.05, 1.2)


def worth_of(plan, seed):
    return gains(plan) @ np.random.default_rng(seed).uniform(1, 9, len(plan.level))


@given(SEEDS, PART)
def test_a_budget_buys_what_the_best_corner_does(seed, part):
    plan = problem(seed, options=5, regions=2, receptors=2)
    budget, worth = part * float(plan.cost @ plan.span), worth_of(plan, seed)
    left, right = limits(replace(plan, budget=budget), target=False)
    best = (corners(left, right, np.zeros(5), plan.span) @ worth).max()
    applied = bought(plan, worth, budget)
    assert (applied - plan.current) @ worth == pytest.approx(best, rel=1e-6, abs=1e-9)
    assert plan.cost @ (applied - plan.current) <= budget * (1 + 1e-9)
    assert (left @ (applied - plan.current) <= right + 1e-9).all()


@given(SEEDS, PART, st.booleans())
def test_a_budget_buys_what_a_linear_programme_does(seed, part, negative):
    """Also with options that save money or do harm: those are left."""
    plan = problem(seed, options=14, regions=4, negative=negative)
    budget, worth = part * float(np.maximum(plan.cost, 0) @ plan.span), worth_of(plan, seed)
    if (plan.cost < 0).any() and (worth[plan.cost < 0] <= 0).any():
        plan = replace(plan, cost=np.abs(plan.cost))
    applied = bought(plan, worth, budget)
    best = by_linprog(replace(plan, budget=budget), cost=-worth, target=False)
    assert (applied - plan.current) @ worth == pytest.approx(-best.fun, rel=1e-6, abs=1e-7)


@given(SEEDS, st.floats(0.2, 0.9))
def test_whole_grants_are_the_best_set_of_all(seed, part):
    plan = replace(problem(seed, options=7, receptors=2), indivisible=np.ones(7, dtype=bool))
    plan = replace(plan, current=np.zeros(7), maximum=np.minimum(plan.maximum, 1.0))
    weights = np.array([2.0, 5.0])
    worth, budget = gains(plan) @ weights, part * float(plan.cost @ plan.span)
    best = 0.0
    for chosen in product((0.0, 1.0), repeat=7):
        applied = np.array(chosen) * plan.maximum
        room = np.bincount(plan.group, weights=applied).max() <= 1 + 1e-9
        if room and plan.cost @ applied <= budget:
            best = max(best, float(worth @ applied))
    assert worth @ bought_whole(plan, weights, budget) == pytest.approx(best, rel=1e-5, abs=1e-6)


def two_grants():
    """Return two grants of 1 million USD: one takes 3 ug/m3 off the rich place, the other 2 off the poor one."""
    effect = np.zeros((1, 2, 2))
    effect[0, 0, 0], effect[0, 1, 1] = 3.0, 2.0
    return Problem(
        removal=np.ones((2, 1)),
        region=np.array([0, 1]),
        group=np.array([0, 1]),
        cost=np.ones(2),
        current=np.zeros(2),
        maximum=np.ones(2),
        effect=effect,
        level=np.full(2, 30.0),
        target=np.full(2, np.nan),
    )


@pytest.mark.parametrize(
    ("exponent", "chosen"),
    [(0.0, [1.0, 0.0]), (0.25, [1.0, 0.0]), (0.5, [0.0, 1.0]), (1.0, [0.0, 1.0])],
)
def test_equity_shifts_the_ranking_by_hand(exponent, chosen):
    """Income a quarter: a life weighs 4^W, so 2 x 4^W > 3 from W = log(1.5)/log(4) = 0.29 on."""
    plan, income = two_grants(), np.array([1.0, 0.25])
    weight = equity_weights(income, exponent)
    np.testing.assert_allclose(weight, [1.0, 4.0**exponent])
    assert bought(plan, gains(plan) @ weight, 1.0).tolist() == chosen
    np.testing.assert_allclose(bought_whole(plan, weight, 1.0), chosen, atol=1e-9)


def test_the_last_grant_is_bought_in_part():
    plan = two_grants()
    np.testing.assert_allclose(bought(plan, np.array([3.0, 2.0]), 1.25), [1.0, 0.25])
    np.testing.assert_allclose(bought(plan, np.array([3.0, 2.0])), [1.0, 1.0])


def test_budgets_and_weights_that_make_no_sense():
    plan = two_grants()
    for wrong in (0.0, -1.0, np.nan):
        with pytest.raises(AirshedError, match="the budget is not above 0"):
            bought(plan, np.ones(2), wrong)
        with pytest.raises(AirshedError, match="the budget is not above 0"):
            bought_whole(plan, np.ones(2), wrong)
    with pytest.raises(AirshedError, match="is below 0"):
        equity_weights(np.ones(2), -1.0)
