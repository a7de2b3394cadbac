"""Stable coalitions: the published three of equal players, two players always, and all conditions one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airshed.cooperation import coalitions
from airshed.cooperation.options import PlayerOptions, nash
from airshed.cooperation.shapley import shapley
from airshed.cooperation.stability import (
    by_key_of_all,
    chander_tulkens_of_all,
    externally_stable,
    internally_stable,
    largest,
    potentially_stable,
    shapley_of_all,
    stabilising_fund,
    surplus,
)
from airshed.cooperation.worth import outcomes
from airshed.pack.errors import AirshedError
from support.games import orders, random_options

SEEDS = st.integers(0, 2**32 - 1)


def equal_players(players, unit=1.0):
    """Return a game of players with benefit Q, all abatement, and cost q^2/2 of their own, in units of abatement.

    The steps cost what the parabola rises by, so that a coalition of s members abates s each, as it would of any size.
    """
    steps = np.arange(1, players + 1) - 0.5
    owner = np.repeat(np.arange(players), players)
    cost = unit * np.tile(steps, players)
    return PlayerOptions(owner, np.arange(len(cost)), unit * np.ones((len(cost), players)), cost)


@pytest.mark.parametrize("players", [3, 4, 6, 8])
def test_of_equal_players_with_parabolic_costs_three_agree(players):
    # Barrett 1994, Oxf. Econ. Pap. 46:878; Carraro and Siniscalco 1993, J. Public Econ. 52:309
    options = equal_players(players)
    moved = outcomes(options)
    values = moved.worth()
    size = coalitions.sizes(players)
    assert values == pytest.approx(size * (size - 1.0) ** 2 / 2)
    for shares in (
        shapley_of_all(values),
        by_key_of_all(values, np.ones(players)),
        chander_tulkens_of_all(values, moved.given),
    ):
        stable = internally_stable(values, shares, moved.given)
        assert np.array_equal(stable, size <= 3)
        both = stable & externally_stable(values, shares, moved.given)
        # a third player gains as much outside as inside: a pair is stable as well, but not the largest
        assert set(size[both]) == {0, 2, 3}
        assert set(size[largest(stable, values)[: int((size == 3).sum())]]) == {3}
    assert np.array_equal(potentially_stable(values, moved.given), size <= 3)


def test_the_fund_that_keeps_equal_players_together():
    # a member of four has 9/2, one who leaves three behind 3 * 2 = 6
    moved = outcomes(equal_players(4))
    fund = stabilising_fund(moved.worth(), np.full(4, 4.5), moved.given)
    assert fund.by_rule == pytest.approx(np.full(4, 1.5))
    assert fund.least == pytest.approx(6.0)
    uneven = stabilising_fund(moved.worth(), np.array([9.0, 9.0, 0.0, 0.0]), moved.given)
    assert uneven.by_rule == pytest.approx([0.0, 0.0, 6.0, 6.0])


@given(SEEDS, st.sampled_from([1, 3]), st.sampled_from([0.0, 0.4]), st.sampled_from([None, 0.3, 1.0]))
def test_two_players_can_always_agree(seed, per_group, negative, share):
    options = random_options(seed, 2, 10, per_group, negative)
    choice = np.zeros(10) if share is None else nash(options, share)
    moved = outcomes(options, choice)
    if share == 1.0 or negative == 0.0:
        assert potentially_stable(moved.worth(), moved.given).all()


@settings(max_examples=30)
@given(SEEDS, st.integers(2, 5), st.sampled_from([1, 2]))
def test_conditions_one_by_one(seed, players, per_group):
    options = random_options(seed, players, 4 * players, per_group, 0.1, costs=(0.0, players / 2))
    moved = outcomes(options)
    values, gives = moved.worth(), moved.given
    shares = by_key_of_all(values, np.arange(1.0, players + 1))
    inner, outer = internally_stable(values, shares, gives), externally_stable(values, shares, gives)
    left = surplus(values, gives)
    for mask in range(1 << players):
        members = coalitions.members(mask)
        others = [player for player in range(players) if player not in members]
        weights = np.array([player + 1 for player in members])
        assert shares[members, mask] == pytest.approx(values[mask] * weights / max(weights.sum(), 1))
        assert not shares[others, mask].any()
        leave = [gives[player, mask ^ 1 << player] for player in members]
        assert inner[mask] == all(shares[i, mask] >= w - 1e-8 for i, w in zip(members, leave, strict=True))
        assert outer[mask] == all(shares[j, mask | 1 << j] <= gives[j, mask] + 1e-8 for j in others)
        assert left[mask] == pytest.approx(values[mask] - sum(leave), abs=1e-9)
        # whatever is left can be divided: every member what it would gain by leaving, and part of the rest
        assert not inner[mask] or left[mask] >= -1e-8


@given(SEEDS, st.integers(2, 5))
def test_the_shapley_value_of_every_coalition_is_that_of_its_own_game(seed, players):
    values = np.random.default_rng(seed).uniform(0, 9, 1 << players)
    values[0] = 0.0
    found = shapley_of_all(values)
    assert found[:, -1] == pytest.approx(shapley(values))
    for mask in range(1, 1 << players):
        members = coalitions.members(mask)
        parts = [[members[i] for i in coalitions.members(part)] for part in range(1 << len(members))]
        own = np.array([values[coalitions.coalition(part)] for part in parts])
        assert found[members, mask] == pytest.approx(orders(own))
        assert found[:, mask].sum() == pytest.approx(values[mask])


def test_members_without_weight_divide_equally():
    values = np.array([0.0, 0.0, 0.0, 6.0])
    assert by_key_of_all(np.r_[values, values], np.array([0.0, 0.0, 1.0]))[:, 3] == pytest.approx([3.0, 3.0, 0.0])


def test_the_largest_and_among_them_the_worthiest():
    values = np.array([0.0, 1.0, 2.0, 5.0, 3.0, 9.0, 7.0, 20.0])
    stable = np.array([True, True, True, True, True, False, True, False])
    assert largest(stable, values).tolist() == [6, 3, 4, 2, 1]


def test_wrong_tables_are_refused():
    values = np.array([0.0, 0.0, 0.0, 6.0])
    table = np.zeros((2, 4))
    for ask in (
        lambda: internally_stable(values, table, np.zeros((4, 2))),
        lambda: externally_stable(values, np.zeros(4), table),
        lambda: surplus(values, table[:, :3]),
        lambda: chander_tulkens_of_all(values, table[:1]),
        lambda: stabilising_fund(values, np.zeros(2), table.T),
        lambda: largest(np.ones(3, bool), values),
        lambda: stabilising_fund(values, np.zeros(3), table),
        lambda: by_key_of_all(values, np.ones(3)),
    ):
        with pytest.raises(AirshedError, match="shape"):
            ask()
