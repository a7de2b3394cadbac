"""Cost curves: the staircase against scipy and a hull by hand, the frontier against both, its laws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from airshed.strategy.curve import abated, frontier, removed, staircase, steps_at
from airshed.strategy.problem import Problem
from airshed.strategy.solve import reachable
from support.plans import gains, limits, problem

SEEDS = st.integers(0, 10_000)


def group_of_three(**more):
    """Return three exclusive options that remove 1, 2 and 4 kt for 10, 14 and 44: the first is never worth it."""
    given = {
        "removal": [[1.0], [2.0], [4.0]],
        "region": [0, 0, 0],
        "group": [0, 0, 0],
        "cost": [10.0, 14.0, 44.0],
        "current": np.zeros(3),
        "maximum": np.ones(3),
        "effect": np.ones((1, 1, 1)),
        "level": [20.0],
        "target": [np.nan],
    }
    return Problem(**{**given, **more})


def test_the_hull_of_a_group_by_hand():
    """2 kt at 7 each, then the third in place of the second: 2 kt more at 15 each."""
    curve = staircase(group_of_three(), removed(group_of_three(), 0))
    assert curve["measure"].tolist() == [1, 2] and curve["replaces"].tolist() == [-1, 1]
    assert curve["marginal_cost"].tolist() == [7.0, 15.0]
    assert curve["reduction"].tolist() == [2.0, 4.0] and curve["cost"].tolist() == [14.0, 44.0]


def test_limits_of_application_bend_the_hull_by_hand():
    """Half of the second at 7 fills half the room, half of the first at 10 the rest; the third then takes both places.

    In place of the second it gives 2 kt for 30 (15 each), in place of the first 3 kt for 34 (11.3 each): first that.
    """
    asked = group_of_three(maximum=[1.0, 0.5, 1.0])
    curve = staircase(asked, removed(asked, 0))
    assert list(zip(curve["measure"], curve["replaces"], strict=True)) == [(1, -1), (0, -1), (2, 0), (2, 1)]
    assert curve["marginal_cost"].tolist() == pytest.approx([7, 10, 34 / 3, 15])
    assert curve["reduction"].tolist() == pytest.approx([1, 1.5, 3, 4])


@settings(max_examples=60)
@given(SEEDS, st.booleans(), st.floats(0.02, 0.98))
def test_no_plan_reaches_the_same_reduction_for_less(seed, negative, share):
    """For any reduction the staircase costs what scipy finds with the reduction as an equation."""
    asked = problem(seed, options=12, regions=3, receptors=1, negative=negative)
    per = abated(asked, 0)
    assert per == pytest.approx(gains(asked)[:, 0])
    curve = staircase(asked, per)
    if curve.empty:
        return
    reduction = share * curve["reduction"].iloc[-1]
    left, right = limits(asked, target=False)
    span = np.where(per > 0, asked.maximum - asked.current, 0.0)
    best = linprog(asked.cost, left, right, per[None, :], [reduction], bounds=[(0, upper) for upper in span])
    known = np.interp(reduction, np.r_[0.0, curve["reduction"]], np.r_[0.0, curve["cost"]])
    assert known == pytest.approx(best.fun, rel=1e-6, abs=1e-6)
    full = linprog(-per, left, right, bounds=[(0, upper) for upper in span])
    assert curve["reduction"].iloc[-1] == pytest.approx(-full.fun)
    assert (np.diff(curve["marginal_cost"]) >= -1e-9).all()


def test_a_region_has_its_own_staircase():
    asked = problem(1, options=12)
    parts = [staircase(asked, removed(asked, 0), region) for region in range(3)]
    whole = staircase(asked, removed(asked, 0))
    assert all((part["region"] == region).all() for region, part in enumerate(parts))
    assert sum(len(part) for part in parts) == len(whole)
    assert sum(part["cost"].iloc[-1] for part in parts if len(part)) == pytest.approx(whole["cost"].iloc[-1])


def test_nothing_to_remove_is_an_empty_staircase():
    assert staircase(group_of_three(), np.zeros(3)).empty


@settings(max_examples=25)
@given(SEEDS)
def test_the_frontier_of_one_receptor_is_the_staircase(seed):
    asked = problem(seed, options=12, regions=3, receptors=2)
    targets = steps_at(asked, 1, float(reachable(asked)[1]) + 1e-6, 9)
    found, curve = frontier(asked, targets), staircase(asked, abated(asked, 1))
    assert len(found) == 9
    known = np.interp(found["reduction"], np.r_[0.0, curve["reduction"]], np.r_[0.0, curve["cost"]])
    assert found["cost"].to_numpy() == pytest.approx(known, rel=1e-6, abs=1e-4)


@settings(max_examples=25)
@given(SEEDS, st.booleans())
@example(263, True)
def test_the_frontier_is_monotone_and_convex(seed, negative):
    asked = problem(seed, options=15, regions=3, receptors=4, negative=negative, aim=(0.9, 1.5))
    steps = np.linspace(0.0, 1.0, 12)[:, None]
    # a target above the level would be eased from step to step
    found = frontier(asked, asked.level + steps * (np.minimum(asked.target, asked.level) - asked.level))
    cost = found["cost"].to_numpy()
    assert len(found) >= 1 and (np.diff(cost) >= -1e-6).all()
    assert (np.diff(cost, 2) >= -1e-5).all()


def test_the_marginal_cost_lies_between_the_slopes_of_the_frontier():
    asked = problem(4, options=20, receptors=3)
    targets = np.array([asked.level - fall for fall in np.linspace(0.0, 2.0, 9)])
    found = frontier(asked, targets)
    slope = np.diff(found["cost"]) / np.diff(found["reduction"])
    between = found["marginal_cost"].to_numpy()
    assert (between[1:] >= slope - 1e-6).all() and (between[:-1] <= slope + 1e-6).all()
    assert (found["measure"].iloc[1:] >= 0).all()


def test_the_frontier_ends_where_targets_cannot_be_met():
    asked = replace(group_of_three(), target=np.array([15.0]))
    told = []
    found = frontier(asked, [[19.0], [16.5], [15.0]], told.append)
    assert found["reduction"].tolist() == [1.0, 3.5] and found["cost"].tolist() == pytest.approx([7.0, 36.5])
    assert told[-1] == "target 3/3"
