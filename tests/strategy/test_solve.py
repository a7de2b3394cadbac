"""Least-cost and elastic plans against hand calculation, corners of the feasible set, enumeration and scipy."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from airshed.pack.errors import AirshedError
from airshed.strategy.plan import levels, reductions
from airshed.strategy.problem import Problem
from airshed.strategy.solve import Solver, first_reachable, least_cost, reachable
from support.plans import by_linprog, corners, corners_of, gains, limits, problem

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=40)


def two_options(**more):
    """Return a cheap option (2 ug/m3 for 10) and a dear one (4 ug/m3 for 40) at a place with 20 ug/m3."""
    given = {
        "removal": [[1.0], [2.0]],
        "region": [0, 0],
        "group": [0, 1],
        "cost": [10.0, 40.0],
        "current": [0.0, 0.0],
        "maximum": [1.0, 1.0],
        "effect": np.full((1, 1, 1), 2.0),
        "level": [20.0],
        "target": [17.0],
    }
    return Problem(**{**given, **more})


def capped(seed, **more):
    """Return a problem with every kind of cap, wide enough to leave something to do."""
    base = problem(seed, options=10, aim=(0.05, 0.3))
    random = np.random.default_rng(seed + 1)
    emissions = random.uniform(20, 40, base.effect.shape[:2])
    spent = np.bincount(base.region, weights=base.cost * (base.maximum - base.current), minlength=3)
    return replace(
        base,
        co2=np.where(random.random(10) < 0.3, np.nan, random.uniform(-5, 5, 10)),
        co2_ceiling=float(random.uniform(0, 3)),
        region_budget=np.array([np.nan, spent[1] * 0.8, spent[2] * 0.8]),
        budget=float(spent.sum() * random.uniform(0.3, 0.9)),
        emissions=emissions,
        emission_ceiling=np.where(random.random(emissions.shape) < 0.5, np.nan, emissions - random.uniform(0, 1)),
        weights=random.uniform(0.1, 1, len(base.level)),
        exposure_target=float(base.level.mean() - 0.2),
        limit=np.vstack([np.where(base.region > 0, base.cost, 0.0), -base.removal[:, 0], base.cost]),
        limit_at_most=np.array([spent[1:].sum() * 0.7, -0.3, np.nan]),
        **more,
    )


def test_two_options_by_hand():
    """The target asks for 3: the cheap option in full gives 2 for 10, a quarter of the dear one 1 for 10."""
    plan = least_cost(two_options())
    assert plan.status == "optimal" and plan.cost == pytest.approx(20.0)
    assert plan.application == pytest.approx([1.0, 0.25])
    assert plan.reached == pytest.approx([17.0]) and plan.slack == pytest.approx([0.0], abs=1e-9)
    assert plan.shadow_price == pytest.approx([10.0]) and plan.binding.all()
    assert plan.reduced_cost == pytest.approx([10 - 2 * 10.0, 0.0], abs=1e-9)
    assert plan.reduction == pytest.approx(np.array([[1.5]])) and plan.region_cost == pytest.approx([20.0])


def test_options_of_a_group_exclude_each_other():
    """Both in one group: x0 + x1 <= 1 and 2 x0 + 4 x1 >= 3, so half of each, for 25."""
    plan = least_cost(two_options(group=[7, 7]))
    assert plan.application == pytest.approx([0.5, 0.5]) and plan.cost == pytest.approx(25.0)
    assert plan.shadow_price == pytest.approx([15.0]) and plan.group_price == pytest.approx([20.0])


def test_what_is_applied_today_costs_nothing_more_and_stays():
    plan = least_cost(two_options(current=[0.0, 0.5], target=[20.0]))
    assert plan.application == pytest.approx([0.0, 0.5]) and plan.cost == 0.0


def test_an_option_that_saves_is_taken_without_a_target():
    plan = least_cost(two_options(cost=[-3.0, 4.0], target=[np.nan]))
    assert plan.application == pytest.approx([1.0, 0.0]) and plan.cost == pytest.approx(-3.0)
    assert np.isnan(plan.slack).all() and not plan.binding.any() and plan.shadow_price == pytest.approx([0.0])


@FEW
@given(SEEDS, st.booleans())
def test_the_plan_is_the_cheapest_corner(seed, negative):
    asked = problem(seed, options=4, receptors=2, negative=negative, aim=(0.2, 2.5))
    found, every = least_cost(asked), corners_of(asked)
    assert found.status == ("optimal" if len(every) else "infeasible")
    if len(every):
        assert found.cost == pytest.approx((every @ asked.cost).min(), abs=1e-5)


@FEW
@given(SEEDS)
def test_no_grid_of_applications_holds_a_cheaper_plan(seed):
    asked = problem(seed, options=4, receptors=2)
    left, right = limits(asked)
    grid = np.array(list(product(np.linspace(0, 1, 9), repeat=4))) * (asked.maximum - asked.current)
    fits = (grid @ left.T <= right).all(axis=1)
    if fits.any():
        assert least_cost(asked).cost <= (grid[fits] @ asked.cost).min() + 1e-5


@FEW
@given(SEEDS, st.booleans())
def test_scipy_finds_the_same_cost(seed, negative):
    asked = problem(seed, options=20, regions=4, receptors=5, negative=negative, aim=(0.2, 1.8))
    found, other = least_cost(asked), by_linprog(asked)
    assert found.status == ("optimal" if other.status == 0 else "infeasible")
    if other.status == 0:
        assert found.cost == pytest.approx(other.fun, rel=1e-6, abs=1e-5)
        assert (found.reached <= asked.target + 1e-6).all()
        assert found.reached == pytest.approx(asked.level - (found.application - asked.current) @ gains(asked))


@FEW
@given(SEEDS)
def test_scipy_agrees_with_all_caps(seed):
    asked = capped(seed)
    other = by_linprog(asked)
    if by_linprog(asked, target=False).status != 0:
        with pytest.raises(AirshedError, match="no plan meets the caps"):
            least_cost(asked)
        return
    found = least_cost(asked)
    assert found.status == ("optimal" if other.status == 0 else "infeasible")
    if other.status == 0:
        assert found.cost == pytest.approx(other.fun, rel=1e-6, abs=1e-5)


def dual_objective(asked, plan):
    """Return the objective of the dual problem, of the prices alone: what limits give less what bounds take."""
    _, _, left = asked.groups
    share = np.zeros_like(asked.level) if asked.weights is None else asked.weights / asked.weights.sum()
    total = np.nansum(plan.shadow_price * (asked.level - asked.target)) - plan.group_price @ left
    total += np.minimum(plan.reduced_cost, 0.0) @ (asked.maximum - asked.current)
    if asked.exposure_target is not None:
        total += plan.exposure_price * (share @ asked.level - asked.exposure_target)
        total -= plan.budget_price * asked.budget + plan.co2_price * asked.co2_ceiling
        total -= np.nansum(plan.region_price * asked.region_budget)
        total -= np.nansum(plan.limit_price * asked.limit_at_most)
        total += np.nansum(plan.ceiling_price * (asked.emissions - asked.emission_ceiling))
    return total


@settings(max_examples=80)
@given(SEEDS, st.booleans())
def test_prices_prove_the_optimum(seed, caps):
    """Weak duality needs feasible prices, strong duality equal objectives; slack and price are never both there."""
    asked = capped(seed) if caps else problem(seed, options=12, receptors=4)
    if by_linprog(asked).status != 0:
        return
    plan = least_cost(asked)
    for price in (plan.shadow_price, plan.group_price, plan.region_price, plan.ceiling_price, plan.limit_price):
        assert (price >= -1e-7).all()
    assert min(plan.exposure_price, plan.budget_price, plan.co2_price) >= -1e-7
    _, place, left = asked.groups
    share = np.zeros_like(asked.level) if asked.weights is None else asked.weights / asked.weights.sum()
    known = np.zeros_like(asked.cost) if asked.co2 is None else np.nan_to_num(asked.co2)
    worth = gains(asked) @ (plan.shadow_price + plan.exposure_price * share)
    worth += np.einsum("op,po->o", asked.removal, plan.ceiling_price[:, asked.region])
    charged = asked.cost * (1 + plan.budget_price + plan.region_price[asked.region])
    charged += plan.co2_price * known + plan.group_price[place]
    charged += 0.0 if asked.limit is None else plan.limit_price @ asked.limit
    moved = asked.maximum - asked.current > 0
    assert plan.reduced_cost[moved] == pytest.approx((charged - worth)[moved], abs=1e-6)
    assert dual_objective(asked, plan) == pytest.approx(plan.cost, rel=1e-6, abs=1e-5)
    change = plan.application - asked.current
    assert plan.shadow_price * plan.slack == pytest.approx(0.0, abs=1e-5)
    assert plan.group_price * (left - np.bincount(place, weights=change)) == pytest.approx(0.0, abs=1e-5)
    assert np.maximum(plan.reduced_cost, 0.0) * change == pytest.approx(0.0, abs=1e-5)


def test_a_shadow_price_is_what_a_little_more_costs():
    asked = problem(3, options=30, regions=4, receptors=4)
    plan = least_cost(asked)
    assert plan.status == "optimal" and plan.binding.any()
    for receptor in np.flatnonzero(plan.shadow_price > 1e-6):
        step = np.zeros_like(asked.target)
        step[receptor] = 1e-5
        dearer = least_cost(replace(asked, target=asked.target - step))
        assert (dearer.cost - plan.cost) / 1e-5 == pytest.approx(plan.shadow_price[receptor], rel=1e-3)


def elastic_corners(asked):
    """Return all corners of the problem with a relaxation per receptor, (corner, change and relaxations)."""
    left, right = limits(asked)
    receptors = len(asked.target)
    more = np.zeros((len(left), receptors))
    more[:receptors] = -np.eye(receptors)
    lower = np.zeros(left.shape[1] + receptors)
    upper = np.concatenate([asked.maximum - asked.current, np.full(receptors, 1e3)])
    return corners(np.hstack([left, more]), right, lower, upper)


@settings(max_examples=25)
@given(SEEDS)
def test_the_elastic_plan_is_the_cheapest_of_the_nearest(seed):
    asked = problem(seed, options=3, receptors=2, aim=(2.5, 6.0))
    if by_linprog(asked).status == 0:
        return
    every, plan = elastic_corners(asked), least_cost(asked)
    missed = every[:, 3:].sum(axis=1)
    nearest = every[missed <= missed.min() + 1e-7]
    assert plan.status == "infeasible"
    assert plan.relaxation.sum() == pytest.approx(missed.min(), abs=1e-5)
    assert plan.cost == pytest.approx((nearest[:, :3] @ asked.cost).min(), abs=1e-4)
    assert (plan.reached <= asked.target + plan.relaxation + 1e-6).all()


@FEW
@given(SEEDS)
def test_the_largest_relaxation_is_the_least_possible(seed):
    """As linear programmes one after the other: the largest, then the sum, then the cost."""
    asked = problem(seed, options=10, receptors=4, aim=(1.5, 4.0))
    if by_linprog(asked).status == 0:
        return
    left, right = limits(asked)
    options, receptors = len(asked.cost), len(asked.level)
    shared, own = np.zeros((len(left), 1)), np.zeros((len(left), receptors))
    shared[:receptors], own[:receptors] = -1.0, -np.eye(receptors)
    span = [(0.0, upper) for upper in asked.maximum - asked.current]
    first = linprog(np.r_[np.zeros(options), 1.0], np.hstack([left, shared]), right, bounds=[*span, (0, None)])
    bounds = [*span, *[(0.0, first.fun + 1e-9)] * receptors]
    matrix = np.hstack([left, own])
    second = linprog(np.r_[np.zeros(options), np.ones(receptors)], matrix, right, bounds=bounds)
    row = np.r_[np.zeros(options), np.ones(receptors)]
    third = linprog(
        np.r_[asked.cost, np.zeros(receptors)],
        np.vstack([matrix, row]),
        np.r_[right, second.fun + 1e-9],
        bounds=bounds,
    )
    plan = least_cost(asked, relax="largest")
    assert plan.relaxation.max() == pytest.approx(first.fun, abs=1e-5)
    assert plan.relaxation.sum() == pytest.approx(second.fun, abs=1e-5)
    assert plan.cost == pytest.approx(third.fun, rel=1e-4, abs=1e-3)


def test_the_elastic_plan_by_hand():
    """All of both options gives 6 of the 8 ug/m3 asked for."""
    plan = least_cost(two_options(target=[12.0]))
    assert plan.status == "infeasible" and plan.relaxation == pytest.approx([2.0]) and plan.cost == pytest.approx(50.0)
    assert plan.reached == pytest.approx([14.0]) and plan.binding.all()
    assert first_reachable(plan.reached, [35.0, 15.0, 10.0]) == pytest.approx([15.0])


@FEW
@given(SEEDS, st.booleans())
def test_reachable_is_the_lowest_corner_of_each_receptor(seed, negative):
    asked = problem(seed, options=4, receptors=3, negative=negative)
    lowest = asked.level - (corners_of(asked, target=False) @ gains(asked)).max(axis=0)
    assert reachable(asked) == pytest.approx(lowest, abs=1e-6)


def test_reachable_minds_exclusive_groups():
    assert reachable(two_options(group=[0, 0])) == pytest.approx([16.0])
    assert reachable(two_options()) == pytest.approx([14.0])


def test_only_the_receptors_that_are_asked_for_are_brought_down():
    two = two_options(effect=np.full((1, 1, 2), 2.0), level=[20.0, 30.0], target=[17.0, 17.0])
    assert reachable(two, asked=[1]) == pytest.approx([20.0, 24.0])


@settings(max_examples=30)
@given(SEEDS)
def test_indivisible_options_by_enumeration(seed):
    """Every choice of whole options, the others by scipy."""
    whole = np.array([True, True, True, True, False, False])
    asked = problem(seed, options=6, receptors=2, aim=(0.1, 0.5), indivisible=whole)
    span, best = asked.maximum - asked.current, np.inf
    for choice in product([0.0, 1.0], repeat=4):
        fixed = np.r_[choice, 0.0, 0.0] * span
        left, right = limits(asked)
        right = right - left @ fixed
        other = linprog(asked.cost[4:], left[:, 4:], right, bounds=[(0, upper) for upper in span[4:]])
        if other.status == 0:
            best = min(best, other.fun + asked.cost @ fixed)
    plan = least_cost(asked)
    assert plan.status == ("optimal" if np.isfinite(best) else "infeasible")
    taken = (plan.application - asked.current)[:4] / np.where(span[:4] > 0, span[:4], 1.0)
    assert np.minimum(np.abs(taken), np.abs(taken - 1)) == pytest.approx(0.0, abs=1e-6)
    if np.isfinite(best):
        assert plan.cost == pytest.approx(best, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("indivisible", [None, np.arange(30) % 3 == 0])
def test_a_warm_solver_finds_what_a_new_one_finds(indivisible):
    """Also after a visit to targets out of reach, and after asking what is reachable."""
    asked = problem(5, options=30, regions=4, receptors=4, indivisible=indivisible)
    solver = Solver(asked)
    for number, share in enumerate([1.0, 0.5, 3.0, 0.8, 0.0, 1.1]):
        target = np.maximum(asked.level - share * (asked.level - asked.target), 0.0)
        warm, cold = solver.solve(target), least_cost(replace(asked, target=target))
        assert (warm.status, warm.cost) == (cold.status, pytest.approx(cold.cost, rel=1e-6, abs=1e-6))
        assert warm.relaxation.sum() == pytest.approx(cold.relaxation.sum(), abs=1e-6)
        if number == 3:
            assert solver.reachable() == pytest.approx(reachable(asked))


def test_large_problems_start_by_interior_points(monkeypatch):
    """The way of the first solve is that of large problems; the answers, also out of reach, are the same."""
    for seed in range(20):
        asked = problem(seed, options=20, regions=4, receptors=5, aim=(0.2, 2.5))
        usual = least_cost(asked)
        with monkeypatch.context() as changed:
            changed.setattr("airshed.strategy.highs.MANY", 0)
            solver = Solver(asked)
        for _ in range(2):
            found = solver.solve()
            assert (found.status, found.cost) == (usual.status, pytest.approx(usual.cost, rel=1e-6, abs=1e-6))
            assert found.relaxation.sum() == pytest.approx(usual.relaxation.sum(), abs=1e-6)


def test_caps_that_contradict_each_other_are_named():
    with pytest.raises(AirshedError, match=r"targets: ceiling of pollutant 0 in region 0\."):
        least_cost(two_options(emissions=[[9.0]], emission_ceiling=[[5.0]]))
    with pytest.raises(AirshedError, match=r"targets: budget, ceiling of pollutant SO2 in region Seoul\."):
        least_cost(
            two_options(
                emissions=[[9.0]],
                emission_ceiling=[[7.0]],
                budget=15.0,
                names={"pollutant": ["SO2"], "region": ["Seoul"]},
            )
        )


def test_a_limit_on_a_sum_of_changes_is_kept_and_named():
    """The cheap option counts 2 per application, at most 1: half of it, then the dear one for the other 2 of 3."""
    plan = least_cost(two_options(limit=[[2.0, 0.0]], limit_at_most=[1.0]))
    assert plan.application == pytest.approx([0.5, 0.5]) and plan.cost == pytest.approx(25.0)
    assert plan.limit_price == pytest.approx([5.0]), "half a unit of the cheap option in the place of the dear one"
    with pytest.raises(AirshedError, match=r"targets: limit SO2 of Korea \(-1 at best\)\."):
        least_cost(two_options(limit=[[-1.0, 0.0]], limit_at_most=[-2.0], names={"limit": ["SO2 of Korea"]}))


def test_carbon_that_is_not_known_counts_zero_and_is_told():
    plan = least_cost(two_options(co2=[np.nan, 8.0]))
    assert (plan.co2_change, plan.co2_unknown) == (pytest.approx(2.0), 1)
    plan = least_cost(two_options(co2=[5.0, -8.0], co2_ceiling=0.0))
    assert plan.co2_change <= 1e-9 and plan.co2_price > 0


def test_the_relation_is_linear_in_the_plan():
    asked = problem(1)
    reduction = reductions(asked, asked.maximum)
    by_hand = np.zeros_like(reduction)
    for option, region in enumerate(asked.region):
        by_hand[:, region] += asked.removal[option] * (asked.maximum - asked.current)[option]
    assert reduction == pytest.approx(by_hand)
    assert levels(asked, reduction) == pytest.approx(asked.level - np.einsum("pr,prc->c", by_hand, asked.effect))


def test_a_long_solve_tells_how_far_it_is():
    told = []
    reachable(problem(2), told.append)
    assert told == ["reachable 1/3", "reachable 2/3", "reachable 3/3"]


def test_relaxations_go_by_sum_or_largest():
    with pytest.raises(AirshedError, match="use one of: sum, largest"):
        least_cost(two_options(), relax="most")
