"""Fronts, price caps, floors and regret on small problems, beside another library and brute force."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airshed.pack.errors import AirshedError
from airshed.strategy.front import carbon_front, exposure_front, knee, worst_front
from airshed.strategy.plan import INFEASIBLE, MISSED, OPTIMAL, levels, reductions
from airshed.strategy.regret import applied, least_regret, loss, regrets
from airshed.strategy.solve import Solver, least_cost
from support.plans import by_linprog, gains, limits, problem

SEEDS = (1, 4, 9)
PERSONS = np.array([1.0, 2.0, 3.0])


def free(seed, **more):
    plan = problem(seed, **more)
    return replace(plan, target=np.full_like(plan.target, np.nan), weights=PERSONS)


def at_least(plan, gain, amount):
    """Return the least cost of a gain (option) of at least an amount, by another library."""
    return by_linprog(plan, more=[(-gain, -amount)])


@pytest.mark.parametrize("seed", SEEDS)
def test_every_point_of_a_front_of_exposure_is_the_cheapest_of_its_exposure(seed):
    plan = free(seed)
    gain = gains(plan) @ (PERSONS / PERSONS.sum())
    points = exposure_front(plan, 7)
    most = -by_linprog(plan, cost=-gain, target=False).fun
    for number, point in enumerate(points):
        reached = float(gain @ (point.application - plan.current))
        assert reached == pytest.approx(most * number / 6, rel=1e-6, abs=1e-6)
        assert point.cost == pytest.approx(at_least(plan, gain, reached).fun, rel=1e-6, abs=1e-6)
    costs = np.array([point.cost for point in points])
    assert (np.diff(costs) >= -1e-7).all() and (np.diff(costs, 2) >= -1e-5 * costs.max()).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_point_of_a_front_of_the_worst_is_the_cheapest_with_no_level_higher(seed):
    plan = free(seed)
    counted = [0, 2]
    for point in worst_front(plan, 5, counted):
        highest = point.reached[counted].max()
        target = np.full(3, np.nan)
        target[counted] = highest + 1e-9
        asked = replace(plan, target=target, weights=None)
        assert point.cost == pytest.approx(by_linprog(asked).fun, rel=1e-5, abs=1e-5)


def test_a_front_of_carbon_holds_the_targets_and_falls_in_steps():
    random = np.random.default_rng(5)
    plan = problem(3, co2=random.uniform(-5, 3, 8))
    points = carbon_front(plan, 4)
    changes = [point.co2_change for point in points]
    assert all((point.reached <= plan.target + 1e-6).all() for point in points)
    assert np.diff(changes) == pytest.approx((changes[-1] - changes[0]) / 3, rel=1e-5)
    least = by_linprog(plan, cost=plan.co2).fun
    assert changes[-1] == pytest.approx(least, rel=1e-6) and points[0].cost == pytest.approx(by_linprog(plan).fun)
    middle = by_linprog(plan, more=[(plan.co2, changes[1])]).fun
    assert points[1].cost == pytest.approx(middle, rel=1e-5)


def test_a_front_of_carbon_needs_a_measure_whose_carbon_is_known():
    with pytest.raises(AirshedError, match="the CO2 of no measure is known"):
        carbon_front(problem(3, co2=np.full(8, np.nan)), 4)


def test_a_straight_front_has_no_knee():
    assert knee(np.array([0.0, 1.0, 2.0]), np.array([0.0, 3.0, 6.0])) is None
    assert knee(np.zeros(3), np.array([0.0, 3.0, 6.0])) is None


@pytest.mark.parametrize("seed", SEEDS)
def test_a_target_is_left_where_the_next_microgramme_costs_more_than_the_cap(seed):
    """The plan is the least of cost and price times misses: a programme of its own, written densely."""
    from scipy.optimize import linprog

    plan, cap = problem(seed), 1.0
    left, right = limits(plan, target=False)
    aims, count = -gains(plan).T, len(plan.level)
    rows = np.block([[left, np.zeros((len(left), count))], [aims, -np.eye(count)]])
    bounds = [*zip(np.zeros(len(plan.cost)), plan.maximum - plan.current, strict=True), *[(0, None)] * count]
    best = linprog(np.r_[plan.cost, np.full(count, cap)], rows, np.r_[right, plan.target - plan.level], bounds=bounds)
    found = Solver(plan).at_price(cap)
    assert found.cost + cap * found.relaxation.sum() == pytest.approx(best.fun, rel=1e-6)
    assert found.status == (MISSED if found.relaxation.any() else OPTIMAL)
    assert (found.shadow_price <= cap + 1e-6).all()


def test_no_level_counts_as_reached_below_its_floor():
    plan = problem(2)
    low = least_cost(replace(plan, target=np.full(3, np.nan)))
    floor = np.full(3, float(plan.level.min()) - 0.5)
    asked = replace(plan, floor=floor, target=np.full(3, float(floor[0]) - 5.0))
    found = least_cost(asked)
    assert found.status == INFEASIBLE and (found.reached >= floor - 1e-9).all()
    reached = levels(asked, reductions(asked, asked.maximum))
    assert (reached >= floor - 1e-9).all() and low.cost == 0
    met = least_cost(replace(asked, target=floor))
    assert (met.relaxation == 0).all() == (met.status == OPTIMAL)


def test_relaxations_have_the_least_sum_by_another_library():
    from scipy.optimize import linprog

    plan = problem(6, aim=(3.0, 4.0))
    left, right = limits(plan, target=False)
    count = len(plan.level)
    rows = np.block([[left, np.zeros((len(left), count))], [-gains(plan).T, -np.eye(count)]])
    bounds = [*zip(np.zeros(len(plan.cost)), plan.maximum - plan.current, strict=True), *[(0, None)] * count]
    cost = np.r_[np.zeros(len(plan.cost)), np.ones(count)]
    best = linprog(cost, rows, np.r_[right, plan.target - plan.level], bounds=bounds)
    assert Solver(plan).relaxations().sum() == pytest.approx(best.fun, abs=1e-6) and best.fun > 0.01


@given(seed=st.integers(0, 5000))
@settings(max_examples=25)
def test_what_is_applied_in_a_state_keeps_its_limits_and_groups(seed):
    plan, random = problem(seed), np.random.default_rng(seed)
    held = applied(plan, random.uniform(0, 1, 8))
    assert (held >= plan.current - 1e-12).all() and (held <= plan.maximum + 1e-12).all()
    for group in np.unique(plan.group):
        mine = plan.group == group
        assert held[mine].sum() <= max(1.0, plan.current[mine].sum()) + 1e-9


def test_the_plan_of_least_regret_by_hand():
    """Two states that differ in the price of what there is: 10 removed costs 4 or 30, a miss of 5 counts 3 each."""
    base = problem(1, options=1, pollutants=1, regions=1, receptors=1)
    cheap = replace(
        base,
        removal=[[10.0]],
        effect=[[[0.5]]],
        cost=[4.0],
        current=[0.0],
        maximum=[1.0],
        level=[20.0],
        target=[15.0],
    )
    dear = replace(cheap, cost=[30.0])
    nothing, all_of_it, half = np.array([0.0]), np.array([1.0]), np.array([0.5])
    assert loss(cheap, nothing, 3.0).total == pytest.approx(15.0)
    assert loss(dear, half, 3.0).total == pytest.approx(15.0 + 7.5)
    found = regrets([cheap, dear], [nothing, all_of_it, half], [4.0, 15.0], 3.0)
    assert found == pytest.approx(np.array([[11.0, 0.0], [0.0, 15.0], [5.5, 7.5]]))
    assert least_regret(found) == 2
