"""Outside options with the leaver's best reply: by trying all plans, and alike at every disagreement point."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airshed.cooperation import coalitions
from airshed.cooperation.options import PlayerOptions, nash, optimum, payoff
from airshed.cooperation.stability import largest, potentially_stable, stabilising_fund, surplus
from airshed.cooperation.transfers import leaving
from airshed.cooperation.worth import outcomes, outside_options
from support.games import random_options

SEEDS = st.integers(0, 2**32 - 1)
POINTS = (1.0, 0.0, 0.3)
"""Shares of its own benefit that players act on: full Nash, current policy, limited."""


def moves(options, owners):
    """Yield every plan on the ground of some owners: one or none of each group, as (option) of 0 and 1."""
    ground = [number for number in np.unique(options.group) if options.owner[options.group == number][0] in owners]
    for chosen in product(*([None, *np.flatnonzero(options.group == number)] for number in ground)):
        plan = np.zeros(len(options.cost))
        plan[[option for option in chosen if option is not None]] = 1.0
        yield plan


@settings(max_examples=15)
@given(SEEDS, st.integers(2, 4), st.sampled_from([1, 2]), st.sampled_from(POINTS))
def test_the_outside_option_by_trying_all_plans(seed, players, per_group, share):
    options = random_options(seed, players, 7, per_group, 0.2)
    choice = nash(options, share)
    found = outside_options(outcomes(options, choice))
    for mask, player in product(range(1 << players), range(players)):
        if mask >> player & 1:
            continue
        inside = coalitions.members(mask)
        weights = np.isin(np.arange(players), inside).astype(float)
        agreed = max(moves(options, inside), key=lambda plan: plan @ (options.benefit @ weights - options.cost))
        reply = max(moves(options, [player]), key=lambda plan: plan @ (options.benefit[:, player] - options.cost))
        still = np.where(np.isin(options.owner, [*inside, player]), 0.0, choice)
        gained = payoff(options, agreed + reply + still).net - payoff(options, choice).net
        assert found[player, mask] == pytest.approx(gained[player], abs=1e-9)


@settings(max_examples=40)
@given(SEEDS, st.integers(2, 5), st.sampled_from([1, 3]), st.sampled_from([0.0, 0.3]))
def test_what_holds_is_the_same_at_every_disagreement_point(seed, players, per_group, negative):
    options = random_options(seed, players, 4 * players, per_group, negative, costs=(0.0, players / 2))
    answers = []
    for share in POINTS:
        found = outcomes(options, nash(options, share))
        worth, outside = found.worth(), outside_options(found)
        fund = stabilising_fund(worth, np.zeros(players), outside).least
        # the margins of stability are sums of the same benefits: equal within rounding of the largest
        answers.append((surplus(worth, outside), fund, potentially_stable(worth, outside)))
    size = max(float(np.abs(worth).max()), 1.0)
    for spare, fund, possible in answers[1:]:
        assert spare == pytest.approx(answers[0][0], abs=1e-9 * size)
        assert fund == pytest.approx(answers[0][1], abs=1e-9 * size)
        firm = np.abs(spare) > 1e-7 * size
        assert np.array_equal(possible[firm], answers[0][2][firm])


@given(SEEDS, st.integers(2, 5))
def test_who_would_rather_leave_a_fixed_deal_does_not_depend_on_the_disagreement_point(seed, players):
    """The plan and the final payoff of everyone are fixed; only what they are counted from differs."""
    options = random_options(seed, players, 4 * players, 1, 0.0, costs=(0.0, players / 2))
    together = payoff(options, optimum(options)).net
    paid = np.random.default_rng(seed).normal(0.0, 1.0, players)
    final = together + paid - paid.mean()
    seen = []
    for share in POINTS:
        choice = nash(options, share)
        found = outcomes(options, choice)
        out = leaving(found.worth(), final - payoff(options, choice).net, outside_options(found))
        seen.append(out.rides_free)
    assert all(np.array_equal(one, seen[0]) for one in seen)


def test_two_hand_made_players_by_hand():
    """Each has one measure: worth 5 to itself at a cost of 2, and 1 to the other; one more pays for both only."""
    benefit = np.array([[5.0, 1.0], [1.0, 5.0], [2.0, 2.0]])
    options = PlayerOptions(np.array([0, 1, 0]), np.arange(3), benefit, np.array([2.0, 2.0, 3.0]))
    at_nash, at_rest = (outcomes(options, nash(options, share)) for share in (1.0, 0.0))
    assert at_nash.worth().tolist() == [0.0, 0.0, 0.0, 1.0]
    assert at_rest.worth().tolist() == [0.0, 3.0, 3.0, 9.0]
    # from rest: alone 3, and the other's own measure gives 1 more
    assert outside_options(at_rest)[0, 2] == 4.0 and outside_options(at_rest)[1, 1] == 4.0
    assert outside_options(at_nash)[0, 2] == 0.0 and outside_options(at_nash)[1, 1] == 0.0
    assert surplus(at_rest.worth(), outside_options(at_rest))[3] == 1.0
    assert largest(np.array([True, True, True, True]), at_rest.worth())[0] == 3
