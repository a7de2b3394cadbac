"""Divisions of a gain and the transfers to them: by hand, by theorem, and where the theorem ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.cooperation.core import blocking
from airshed.cooperation.options import PlayerOptions, nash, optimum, payoff
from airshed.cooperation.shapley import shapley
from airshed.cooperation.transfers import (
    balanced,
    by_key,
    chander_tulkens,
    cost_by_key,
    leaving,
    mixed_key,
    transfers,
)
from airshed.cooperation.worth import outcomes, worths
from airshed.pack.errors import AirshedError
from support.games import random_options

SEEDS = st.integers(0, 2**32 - 1)


def move(options):
    """Return benefit and cost of the move from Nash to the optimum, and both nets."""
    before, after = payoff(options, nash(options)), payoff(options, optimum(options))
    return after.benefit - before.benefit, after.cost - before.cost, before.net, after.net


def test_chander_and_tulkens_by_hand():
    # 0 spends 6 more, 2 saves 1; the benefits are 2, 5 and 3: of the cost of 5 they bear 1, 2.5 and 1.5
    found = chander_tulkens(np.array([2.0, 5.0, 3.0]), np.array([6.0, 0.0, -1.0]))
    assert found == pytest.approx([5.0, -2.5, -2.5])


@given(SEEDS, st.integers(2, 6), st.sampled_from([1, 3]))
def test_transfers_add_to_zero_and_bring_everyone_to_its_share(seed, players, per_group):
    options = random_options(seed, players, 4 * players, per_group, costs=(0.0, players / 2))
    benefit, cost, alone, together = move(options)
    gain = float((together - alone).sum())
    random = np.random.default_rng(seed)
    shares = by_key(gain, random.uniform(0, 1, players))
    paid = transfers(shares, alone, together)
    assert paid.sum() == 0.0
    assert paid[::-1].sum() == 0.0
    assert together + paid - alone == pytest.approx(shares, abs=1e-9)
    if benefit.sum() > 0:
        tulkens = chander_tulkens(benefit, cost)
        assert tulkens.sum() == 0.0
        net = together + tulkens - alone
        assert net == pytest.approx(benefit / benefit.sum() * gain, abs=1e-9)
        if (benefit >= 0).all():  # who benefits pays is the same rule
            assert cost_by_key(benefit, cost, benefit) == pytest.approx(net, abs=1e-9)


@given(SEEDS, st.integers(2, 6), st.sampled_from([1, 3]))
def test_with_one_uniformly_mixed_damage_chander_and_tulkens_is_in_the_core(seed, players, per_group):
    # Chander and Tulkens 1997, Int. J. Game Theory 26:379: what a measure abates everyone feels, each by its own value
    options = random_options(seed, players, 4 * players, per_group, costs=(0.0, players / 2))
    random = np.random.default_rng(seed)
    abated, value = random.uniform(0, 1, len(options.cost)), random.uniform(0.1, 2, players)
    mixed = PlayerOptions(options.owner, options.group, abated[:, None] * value, options.cost)
    benefit, cost, alone, together = move(mixed)
    if benefit.sum() > 0:
        shares = together + chander_tulkens(benefit, cost) - alone
        assert shares == pytest.approx(value / value.sum() * (together - alone).sum(), abs=1e-9)
        assert blocking(worths(mixed), shares).inside


def test_without_it_chander_and_tulkens_can_leave_the_core():
    # 0 helps 1 at a high cost, 2 helps 3 cheaply: equal benefits take 4 from the second pair
    options = PlayerOptions([0, 2], [0, 1], [[0, 10, 0, 0], [0, 0, 0, 10]], [9, 1])
    benefit, cost, alone, together = move(options)
    shares = together + chander_tulkens(benefit, cost) - alone
    assert shares == pytest.approx([0, 5, 0, 5])
    found = blocking(worths(options), shares)
    assert (found.coalition, found.excess, found.inside) == (12, 4.0, False)


def test_polluters_pay():
    shares = cost_by_key(np.array([4.0, 8.0]), np.array([6.0, 0.0]), np.array([30.0, 10.0]))
    assert shares == pytest.approx([4.0 - 4.5, 8.0 - 1.5])


def test_keys_are_shares_of_any_unit():
    assert by_key(12.0, np.array([1e6, 2e6, 0.0])) == pytest.approx([4.0, 8.0, 0.0])
    people, money = np.array([3.0, 1.0]), np.array([1e12, 3e12])
    assert mixed_key(np.array([people, money]), np.array([2.0, 2.0])) == pytest.approx([0.5, 0.5])
    assert mixed_key(np.array([people, money]), np.array([1.0, 0.0])) == pytest.approx([0.75, 0.25])


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=20))
def test_balanced_amounts_add_to_zero_in_any_order(amounts):
    given_amounts = np.array(amounts) - np.mean(amounts)
    found = balanced(given_amounts)
    assert found.sum() == 0.0
    assert sum(sorted(found.tolist())) == 0.0
    assert found == pytest.approx(given_amounts, rel=1e-9, abs=1e-11 * max(map(abs, amounts)) + 1e-300)


def test_who_would_leave():
    # a measure of 0 helps all; 2 would have the same without paying
    options = PlayerOptions([0, 1], [0, 1], [[0, 10, 10], [10, 0, 0]], [4, 1])
    values, given_all = worths(options), outcomes(options).given
    assert values[7] == 25.0
    shares = by_key(25.0, np.array([12.0, 11.0, 2.0]))
    found = leaving(values, shares, given_all)
    assert found.loses.tolist() == [False, False, False]
    # 0 and 1 take both measures without 2, which then has 10 and pays nothing
    assert found.rides_free.tolist() == [False, False, True]
    assert found.blocking.inside
    losing = leaving(values, np.array([-1.0, 21.0, 5.0]), given_all)
    assert losing.loses.tolist() == [True, False, False]
    assert losing.blocking.coalition == 5
    assert losing.blocking.excess == pytest.approx(2.0)


def test_the_shares_of_shapley_become_transfers():
    options = random_options(7, 5, 20, 2, 0.1)
    _, _, alone, together = move(options)
    shares = shapley(worths(options))
    paid = transfers(shares, alone, together)
    assert paid.sum() == 0.0
    assert paid == pytest.approx(shares - together + alone, abs=1e-9)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: chander_tulkens([0.0, 0.0], [1.0, 1.0]), "nothing to share"),
        (lambda: chander_tulkens([1.0, 1.0], [1.0]), "one number for each of 2 players"),
        (lambda: chander_tulkens([1.0, np.nan], [1.0, 1.0]), "not a finite number"),
        (lambda: by_key(1.0, [-1.0, 2.0]), "negative or all zero"),
        (lambda: by_key(1.0, [0.0, 0.0]), "negative or all zero"),
        (lambda: by_key(np.nan, [1.0, 1.0]), "not a finite number"),
        (lambda: mixed_key([1.0, 2.0], [1.0, 1.0]), "one row per key"),
        (lambda: mixed_key([[1.0, 2.0]], [1.0, 1.0]), "weights have the shape"),
        (lambda: transfers([1.0, 1.0], [0.0, 0.0], [1.0, 2.0]), "divide all of it"),
    ],
)
def test_wrong_divisions_are_refused(ask, message):
    with pytest.raises(AirshedError) as caught:
        ask()
    assert message in str(caught.value)
    assert caught.value.remedy
