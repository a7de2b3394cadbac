"""Lowest levels and common burdens against other ways to solve the same small problems."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from airshed.cooperation.schedule import common_burden, lowest_together, only, responsibility_shares
from airshed.pack.errors import AirshedError
from support.plans import by_linprog, corners_of, gains, limits, problem

SEEDS = st.integers(0, 10_000)
MEMBERS = 3


def least_largest(plan, receptors):
    """Return the least highest level by a programme in which the level is a variable of its own."""
    left, right = limits(plan, target=False)
    left = np.column_stack([left, np.zeros(len(left))])
    rows = np.column_stack([-gains(plan)[:, receptors].T, -np.ones(len(receptors))])
    span = np.maximum(plan.maximum - plan.current, 0.0)
    found = linprog(
        np.r_[np.zeros(len(plan.cost)), 1.0],
        A_ub=np.vstack([left, rows]),
        b_ub=np.r_[right, -plan.level[receptors]],
        bounds=[*zip(np.zeros(len(span)), span, strict=True), (0.0, None)],
    )
    return found.fun


@given(SEEDS, st.booleans())
def test_the_lowest_level_is_that_of_the_best_corner(seed, negative):
    plan = problem(seed, options=4, regions=2, receptors=2, negative=negative)
    reached = plan.level - corners_of(plan, target=False) @ gains(plan)
    for receptor in range(2):
        chosen = np.arange(2) == receptor
        assert lowest_together(plan, chosen) == pytest.approx(max(reached[:, receptor].min(), 0.0), abs=1e-6)


@given(SEEDS, st.booleans())
def test_several_places_come_down_at_once(seed, negative):
    plan = problem(seed, negative=negative)
    chosen = np.array([True, False, True])
    assert lowest_together(plan, chosen) == pytest.approx(least_largest(plan, [0, 2]), abs=1e-5)


@given(SEEDS)
def test_together_never_ends_higher_than_alone(seed):
    plan = problem(seed)
    for receptor in range(3):
        chosen = np.arange(3) == receptor
        alone = lowest_together(only(plan, plan.region == receptor), chosen)
        assert lowest_together(plan, chosen) <= alone + 1e-7
        assert alone <= plan.level[receptor] + 1e-9


def test_a_place_that_nothing_reaches_stays():
    plan = problem(1)
    effect = plan.effect.copy()
    effect[:, :, 1] = 0.0
    still = replace(plan, effect=effect, level=np.array([40.0, 99.0, 40.0]), target=np.full(3, np.nan))
    assert lowest_together(still, np.array([False, True, False])) == 99.0
    assert lowest_together(still, np.array([True, True, False])) == 99.0


@given(st.lists(st.floats(0.0, 50.0), min_size=9, max_size=9))
def test_shares_of_responsibility_add_up(values):
    given_here, persons = np.array(values).reshape(3, 3) + 0.1, np.array([1.0, 5.0, 2.0])
    shares = responsibility_shares(given_here, persons, np.array([0, 1, -1]), 2)
    assert shares.sum() == pytest.approx(1.0)
    first, second = (float(np.dot(row, persons)) for row in given_here[:2])
    assert shares[0] / shares[1] == pytest.approx(first / second)


def test_who_gives_nothing_bears_nothing():
    shares = responsibility_shares(np.array([[-1.0], [2.0]]), np.array([3.0]), np.array([0, 1]), 2)
    assert shares.tolist() == [0.0, 1.0]
    with pytest.raises(AirshedError, match="the members give nothing"):
        responsibility_shares(np.zeros((1, 1)), np.ones(1), np.array([0]), 1)


def carried(seed, years=1, aim=(0.1, 0.4)):
    """Return a problem per year, levels falling, with the persons of each receptor, and the base of each member."""
    random = np.random.default_rng(seed)
    first = replace(problem(seed, options=10, aim=aim), weights=random.uniform(1, 9, 3))
    problems = [replace(first, level=first.level - year, target=first.target - 1.5 * year) for year in range(years)]
    return problems, random.uniform(50, 200, MEMBERS)


def caps(plan, base, share):
    return [(np.where(plan.region == one, plan.cost, 0.0), share * base[one]) for one in range(MEMBERS)]


@given(SEEDS)
def test_the_common_burden_is_the_least_that_meets_the_targets(seed):
    """Bisection over the share with another solver; then who stays below it gains nobody anything by spending more."""
    (plan,), base = carried(seed)
    found = common_burden([plan], plan.region, base, [1.0])
    asked = replace(plan, target=found.target[0])
    low, high = 0.0, float((plan.cost @ plan.span) / base.min())
    for _ in range(60):
        middle = 0.5 * (low + high)
        met = by_linprog(asked, more=caps(plan, base, middle)).status == 0
        low, high = (low, middle) if met else (middle, high)
    assert found.common[0] == pytest.approx(high, rel=1e-4, abs=1e-6)
    assert (found.reached[0] <= found.target[0] + 1e-6).all()
    assert (found.cost[0] <= found.common[0] * base * (1 + 1e-4) + 1e-5).all()
    full = found.cost[0] >= found.common[0] * base * (1 - 1e-4) - 1e-5
    np.testing.assert_array_equal(found.full[0], full)
    worth = gains(plan) @ plan.weights
    worth /= np.array([max(np.abs(worth[plan.region == one]).max(), 1e-300) for one in plan.region])
    change, near = found.application[0] - plan.current, replace(asked, target=asked.target + 1e-5)
    for one in np.flatnonzero(~full):
        more = caps(plan, base, found.common[0] * (1 + 1e-6) + 1e-6)
        more[one] = (more[one][0], 10.0 * more[one][1] + 100.0)
        assert worth @ change >= -by_linprog(near, cost=-worth, more=more).fun - 1e-3


@given(SEEDS)
def test_a_burden_over_years_never_goes_back(seed):
    problems, base = carried(seed, years=3)
    found = common_burden(problems, problems[0].region, base, [3.0, 2.0, 1.0])
    assert (np.diff(found.common) >= -1e-9).all()
    assert (np.diff(found.application, axis=0) >= -1e-6).all()
    assert (found.reached <= found.target + 1e-5).all()
    asked = np.array([one.target for one in problems])
    assert (found.target >= asked - 1e-9).all()
    assert np.allclose((found.target - asked) * 10, np.round((found.target - asked) * 10), atol=1e-6), "whole tenths"


def test_who_has_no_base_spends_nothing_and_outsiders_stay():
    (plan,), base = carried(4)
    member = np.where(plan.region == 2, -1, plan.region)
    found = common_burden([plan], member, np.array([base[0], np.nan]), [1.0])
    still = plan.region != 0
    np.testing.assert_allclose(found.application[0][still], plan.current[still], atol=1e-9)
    assert found.cost[0, 1] == 0.0 and found.cost[0, 0] > 0
    with pytest.raises(AirshedError, match="no member can spend anything"):
        common_burden([plan], member, np.full(2, np.nan), [1.0])


def test_where_nothing_is_left_to_do_there_is_no_burden():
    (plan,), base = carried(4)
    done = replace(plan, maximum=plan.current)
    found = common_burden([done], plan.region, base, [1.0])
    assert found.common.tolist() == [0.0] and found.cost.sum() == 0 and found.full.all()
    np.testing.assert_allclose(found.reached[0], plan.level)


def test_targets_that_are_met_cost_nothing():
    (plan,), base = carried(7)
    found = common_burden([replace(plan, target=plan.level + 1.0)], plan.region, base, [1.0])
    assert found.common[0] == pytest.approx(0.0, abs=1e-9) and found.cost.sum() == pytest.approx(0.0, abs=1e-4)
