"""Budgets, plans alone and together, paths over years and robust plans, against enumeration and scipy."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from airshed.pack.errors import AirshedError
from airshed.strategy.budget import most_avoided, most_exposure
from airshed.strategy.path import met_path, path
from airshed.strategy.problem import Problem
from airshed.strategy.robust import met_share, robust
from airshed.strategy.solve import least_cost
from airshed.strategy.together import alone
from support.plans import by_linprog, corners_of, gains, gains_of, limits, problem

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=25)


@FEW
@given(SEEDS, st.floats(0.05, 0.9))
def test_a_budget_buys_the_best_corner(seed, share):
    asked = problem(seed, options=4, receptors=3, weights=np.array([3.0, 1.0, 0.5]))
    budget = share * float(asked.cost @ (asked.maximum - asked.current))
    plan = most_exposure(asked, budget)
    every = corners_of(replace(asked, target=np.full(3, np.nan), budget=budget))
    fall = every @ gains(asked) @ (asked.weights / asked.weights.sum())
    start = asked.level @ asked.weights / asked.weights.sum()
    assert start - plan.exposure == pytest.approx(fall.max(), abs=1e-6) and plan.cost <= budget + 1e-6
    best = every[fall >= fall.max() - 1e-9]
    assert plan.cost == pytest.approx((best @ asked.cost).min(), abs=1e-4)


def test_a_budget_needs_weights():
    with pytest.raises(AirshedError, match="the exposure needs weights"):
        most_exposure(problem(0), 10.0)


@FEW
@given(SEEDS, st.floats(0.1, 0.9))
def test_linearisation_avoids_what_the_best_corner_avoids(seed, share):
    """Deaths are concave in the level, so the least lie at a corner: found by trying all, or a local least."""
    asked = problem(seed, options=4, receptors=3)
    budget = share * float(asked.cost @ (asked.maximum - asked.current))
    people = np.array([3.0, 1.0, 0.5])

    def deaths(level):
        return float(people @ np.log1p(np.maximum(level - 20.0, 0.0) / 5.0))

    def gradient(level):
        return np.where(level > 20.0, people / (5.0 + level - 20.0), 0.0) + 1e-9

    bought = most_avoided(asked, budget, gradient, deaths)
    once = most_avoided(asked, budget, gradient, deaths, at_most=1)
    every = corners_of(replace(asked, target=np.full(3, np.nan), budget=budget))
    possible = [deaths(asked.level - change @ gains(asked)) for change in every]
    assert bought.settled and (once.rounds, once.settled) == (1, False)
    assert min(possible) - 1e-6 <= bought.value <= once.value + 1e-9
    assert bought.value == pytest.approx(deaths(bought.plan.reached))
    assert bought.plan.cost <= budget + 1e-6
    reference = deaths(asked.level)
    assert reference - bought.value >= 0.97 * (reference - min(possible)) - 1e-9


def neighbours(**more):
    """Return two nations, one option each for the same effect on both: 10 in the first, 4 in the second."""
    given = {
        "removal": [[1.0], [1.0]],
        "region": [0, 1],
        "group": [0, 1],
        "cost": [10.0, 4.0],
        "current": np.zeros(2),
        "maximum": np.ones(2),
        "effect": np.full((1, 2, 2), 2.0),
        "level": [20.0, 20.0],
        "target": [19.0, np.nan],
        "region_owner": [0, 1],
        "receptor_owner": [0, 1],
    }
    return Problem(**{**given, **more})


def test_alone_pays_at_home_what_is_cheaper_abroad():
    found = alone(neighbours())
    assert found.cost == pytest.approx(5.0) and found.together_cost == pytest.approx(2.0)
    assert found.application == pytest.approx([0.5, 0.0]) and found.reached == pytest.approx([19.0, 19.0])
    assert found.together.application == pytest.approx([0.0, 0.5])
    assert sorted(found.plans) == [0, 1] and found.plans[1].cost == 0.0


@FEW
@given(SEEDS, st.booleans())
def test_together_never_costs_more(seed, negative):
    owners = {"region_owner": np.array([0, 1, 2, 2]), "receptor_owner": np.array([0, 0, 1, 2])}
    asked = problem(seed, options=16, regions=4, receptors=4, negative=negative, aim=(0.05, 0.4), **owners)
    found = alone(asked)
    assert found.together.status == "optimal" and found.together_cost <= found.cost + 1e-5
    assert (found.together.reached <= found.reached + 1e-6).all()
    total = 0.0
    for owner, plan in found.plans.items():
        own = asked.region_owner[asked.region] == owner
        part = replace(
            asked,
            maximum=np.where(own, asked.maximum, asked.current),
            target=np.where(asked.receptor_owner == owner, asked.target, np.nan),
        )
        other = by_linprog(part)
        assert plan.status == ("optimal" if other.status == 0 else "infeasible")
        assert plan.application[~own] == pytest.approx(asked.current[~own])
        if other.status == 0:
            assert plan.cost == pytest.approx(other.fun, abs=1e-5)
            if not negative:
                assert (found.reached <= asked.target + 1e-6)[asked.receptor_owner == owner].all()
        total += plan.cost
    assert found.cost == pytest.approx(total)


def test_a_limit_of_one_owner_holds_alone_and_one_of_several_is_refused():
    found = alone(neighbours(limit=[[1.0, 0.0], [0.0, -1.0]], limit_at_most=[0.25, -0.5]))
    assert found.application == pytest.approx([0.25, 0.5]) and found.plans[0].status == "infeasible"
    with pytest.raises(AirshedError, match="limit 0 binds several owners"):
        alone(neighbours(limit=[[1.0, 1.0]], limit_at_most=[0.25]))


def test_alone_refuses_what_binds_all():
    with pytest.raises(AirshedError, match="budget binds all owners together"):
        alone(neighbours(budget=5.0))
    with pytest.raises(AirshedError, match="the options of group 3 lie with several owners"):
        alone(neighbours(group=[3, 3]))
    with pytest.raises(AirshedError, match="need region_owner and receptor_owner"):
        alone(neighbours(region_owner=None))


def test_ground_without_an_owner_does_nothing():
    found = alone(neighbours(region_owner=[0, -1]))
    assert found.together_cost == pytest.approx(found.cost) and sorted(found.plans) == [0, 1]


def years(seed, **more):
    """Return three years of one problem: costs fall, and each receptor's target comes due in another year."""
    base = problem(seed, options=8, receptors=3, aim=(0.1, 0.5), **more)
    due = [np.array([base.target[0], np.nan, np.nan]), np.array([base.target[0], base.target[1], np.nan]), base.target]
    return [
        replace(base, target=target, cost=base.cost * factor, level=base.level + shift)
        for target, factor, shift in zip(due, [1.0, 0.8, 0.7], [0.0, 0.3, -0.5], strict=True)
    ]


@FEW
@given(SEEDS)
def test_a_path_is_the_cheapest_that_never_goes_back(seed):
    """As one dense programme of increments, which cannot go back by themselves."""
    asked, shares = years(seed), [5.0, 5.0, 10.0]
    options = len(asked[0].cost)
    steps = np.kron(np.tril(np.ones((3, 3))), np.eye(options))
    cost = np.concatenate([share * year.cost for share, year in zip(shares, asked, strict=True)]) @ steps
    left, right = [], []
    for number, year in enumerate(asked):
        here = steps[number * options : (number + 1) * options]
        rows, values = limits(year)
        left += [rows @ here, here]
        right += [values, year.maximum - year.current]
    other = linprog(cost, np.vstack(left), np.concatenate(right))
    found, met = path(asked, shares), met_path(asked, shares)
    assert found.status == ("optimal" if other.status == 0 else "infeasible")
    assert (met is not None) == (other.status == 0)
    if met is not None:
        assert met.cost == pytest.approx(other.fun, rel=1e-6, abs=1e-5)
        assert found.cost == pytest.approx(other.fun, rel=1e-6, abs=1e-5)
    for before, after in zip(found.plans, found.plans[1:], strict=False):
        assert (after.application >= before.application - 1e-7).all()
    for year, plan in zip(asked, found.plans, strict=True):
        assert (np.nan_to_num(year.target - plan.reached + plan.relaxation) >= -1e-6).all()


def test_a_path_of_one_year_is_a_plan_and_apart_years_cost_less():
    asked = years(7)
    assert path(asked[2:]).cost == pytest.approx(least_cost(asked[2]).cost)
    assert sum(least_cost(year).cost for year in asked) <= path(asked).cost + 1e-6


def test_a_path_with_whole_options_keeps_them():
    whole = np.ones(8, bool)
    found = path(years(11, indivisible=whole))
    assert found.status == "optimal"
    for year, plan in zip(years(11), found.plans, strict=True):
        share = (plan.application - year.current) / np.where(
            year.maximum > year.current, year.maximum - year.current, 1
        )
        assert np.minimum(share, 1 - share) == pytest.approx(0.0, abs=1e-6)


def test_what_is_no_path_is_refused():
    first, second, _ = years(0)
    with pytest.raises(AirshedError, match="needs a problem for each"):
        path([])
    with pytest.raises(AirshedError, match="needs as many shares"):
        path([first, second], [1.0])
    with pytest.raises(AirshedError, match="year 1 of the path does not have the options"):
        path([first, replace(second, region=second.region[::-1])])
    lower = np.where(np.arange(8) == 0, 0.0, second.current)
    with pytest.raises(AirshedError, match="in year 1 the maximum of option 0 is below"):
        path([first, replace(second, current=lower, maximum=np.where(np.arange(8) == 0, 0.0, second.maximum))])


def sampled(seed, samples=6, aim=(0.1, 0.4)):
    """Return a problem and samples of its effects around them."""
    asked = problem(seed, options=10, receptors=3, aim=aim)
    random = np.random.default_rng(seed + 7)
    return asked, asked.effect * random.lognormal(0.0, 0.2, (samples, *asked.effect.shape))


def least_over(asked, samples):
    """Return the least cost that meets the targets in all of some samples, inf if none does."""
    rows = []
    for effect in samples:
        gain = gains_of(asked.removal, asked.region, effect)
        rows += [(-gain[:, at], asked.target[at] - asked.level[at]) for at in range(len(asked.level))]
    found = by_linprog(replace(asked, target=np.full_like(asked.target, np.nan)), more=rows)
    return found.fun if found.status == 0 else np.inf


@FEW
@given(SEEDS)
def test_certain_in_all_samples_is_one_large_programme(seed):
    asked, samples = sampled(seed, aim=(1.0, 4.0))
    found, other = robust(asked, samples, 1.0), least_over(asked, samples)
    if np.isfinite(other):
        assert found.plan.cost == pytest.approx(other, rel=1e-6, abs=1e-4)
        assert found.achieved == 1.0 and found.discarded == [] and not found.relaxation.any()
        assert found.price == pytest.approx(other - least_cost(asked).cost, abs=1e-4)
    else:
        assert found.plan.status == "infeasible" and found.achieved < 1.0 and found.relaxation.any()


def best_choice(asked, samples, left_out=2):
    """Return the least cost over all ways to leave samples out, and the cost of keeping all; inf without a plan."""
    keep = len(samples) - left_out
    kept = [least_over(asked, samples[list(some)]) for some in combinations(range(len(samples)), keep)]
    return min(kept), least_over(asked, samples)


@FEW
@given(SEEDS)
def test_discarding_meets_the_share_between_the_best_choice_and_none(seed):
    asked, samples = sampled(seed, aim=(0.5, 4.0))
    least, sure = best_choice(asked, samples)
    found = robust(asked, samples, 4 / 6)
    assert len(found.discarded) <= 2
    assert found.achieved == met_share(asked, samples, found.plan.application)
    if np.isfinite(sure):
        assert found.achieved >= 4 / 6 and least - 1e-4 <= found.plan.cost <= sure + 1e-4
    else:
        assert found.relaxation.sum() <= robust(asked, samples, 1.0).relaxation.sum() + 1e-5


def test_discarding_saves_nearly_what_the_best_choice_saves():
    """Sample-and-discard is greedy: over fixed problems it finds at least nine tenths of what can be saved."""
    saved = []
    for seed in range(20):
        asked, samples = sampled(seed)
        least, sure = best_choice(asked, samples)
        if np.isfinite(sure):
            saved.append(((sure - robust(asked, samples, 4 / 6).plan.cost), sure - least))
    found, possible = np.array(saved).sum(axis=0)
    assert len(saved) >= 10 and found >= 0.9 * possible > 0


def test_one_outlier_is_left_out_by_hand():
    """Effects 2, 2 and 1 per application for 10: with the last the option is needed in full, without it half."""
    asked = Problem([[1.0]], [0], [0], [10.0], [0.0], [1.0], np.full((1, 1, 1), 2.0), [20.0], [19.0])
    samples = np.array([2.0, 2.0, 1.0])[:, None, None, None]
    found = robust(asked, samples, 2 / 3)
    assert found.discarded == [2] and found.plan.cost == pytest.approx(5.0)
    assert found.price == pytest.approx(0.0, abs=1e-6)
    sure = robust(asked, samples, 0.9)
    assert sure.plan.cost == pytest.approx(10.0) and sure.price == pytest.approx(5.0)
    assert (sure.achieved, sure.central_achieved) == (1.0, pytest.approx(2 / 3))
    assert sure.plan.shadow_price == pytest.approx([10.0])


def test_levels_before_the_plan_may_differ_by_sample():
    """One sample starts 1 higher: for its sake the fall must be 2, all of the option at an effect of 2."""
    asked = Problem([[1.0]], [0], [0], [10.0], [0.0], [1.0], np.full((1, 1, 1), 2.0), [20.0], [19.0])
    samples, before = np.full((3, 1, 1, 1), 2.0), np.array([[20.0], [21.0], [19.5]])
    assert robust(asked, samples, 1.0, before=before).plan.cost == pytest.approx(10.0)
    found = robust(asked, samples, 2 / 3, before=before)
    assert found.plan.cost == pytest.approx(5.0) and found.discarded == [1]
    assert found.central_achieved == pytest.approx(2 / 3) == met_share(asked, samples, found.plan.application, before)


def test_samples_and_share_are_checked():
    asked, samples = sampled(0)
    with pytest.raises(AirshedError, match="levels before the plan have the shape"):
        robust(asked, samples, 0.9, before=np.ones((2, 1)))
    with pytest.raises(AirshedError, match="samples have the shape"):
        robust(asked, samples[0], 0.9)
    with pytest.raises(AirshedError, match=r"the share 1\.5 of samples"):
        robust(asked, samples, 1.5)
