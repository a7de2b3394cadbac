"""The Shapley value against published answers, all orders, and two libraries; its axioms."""

import coopgame
import coopgt.shapley_value
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.cooperation import coalitions
from airshed.cooperation.shapley import sampled_shapley, shapley
from airshed.pack.errors import AirshedError
from support.games import airport, game, glove, orders

SEEDS = st.integers(0, 2**32 - 1)


def random_game(seed, players):
    values = np.random.default_rng(seed).uniform(-5, 10, 1 << players)
    values[0] = 0.0
    return values


def test_games_of_the_textbooks():
    # glove game and unanimity: Osborne and Rubinstein 1994, A Course in Game Theory, chapters 13 and 14
    assert shapley(glove()) == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    for who in ([0], [1, 3], [0, 2, 3]):
        unanimity = game(4, lambda members, who=who: set(who) <= set(members))
        assert shapley(unanimity) == pytest.approx([1 / len(who) if i in who else 0.0 for i in range(4)])


def test_the_security_council_of_eleven():
    # Shapley and Shubik 1954, Am. Polit. Sci. Rev. 48:787: the five permanent members hold 98.7 % of the power
    council = game(11, lambda who: set(range(5)) <= set(who) and len(who) >= 7)
    assert shapley(council)[:5].sum() == pytest.approx(0.987, abs=5e-4)
    assert shapley(council)[5:] == pytest.approx(np.full(6, 1 / 462))


def test_the_airport_game():
    # Littlechild and Owen 1973, Manage. Sci. 20:370: each part of the runway is paid by those who need it
    costs = np.array([1.0, 2.5, 2.5, 4.0, 9.0])
    steps = np.diff(costs, prepend=0.0)
    assert shapley(airport(costs)) == pytest.approx(-np.cumsum(steps / np.arange(5, 0, -1)))


@given(SEEDS, st.integers(2, 5))
def test_against_all_orders_and_libraries(seed, players):
    values = random_game(seed, players)
    found = shapley(values)
    assert found == pytest.approx(orders(values), abs=1e-9)
    assert found == pytest.approx(coopgame.shapley(coopgame.Game(values[1:].tolist())), abs=1e-9)
    if players < 5:
        table = {tuple(i + 1 for i in coalitions.members(mask)): values[mask] for mask in range(len(values))}
        assert found == pytest.approx(coopgt.shapley_value.calculate(table), abs=1e-9)


@given(SEEDS, st.integers(2, 7))
def test_axioms(seed, players):
    random = np.random.default_rng(seed)
    one, two = random_game(seed, players), random_game(seed + 1, players)
    assert shapley(one).sum() == pytest.approx(one[-1])
    assert shapley(one + two) == pytest.approx(shapley(one) + shapley(two))
    # a dummy: what player 0 adds is always 3
    masks = np.arange(1 << players)
    dummy = one[masks & ~1] + 3.0 * (masks & 1)
    assert shapley(dummy)[0] == pytest.approx(3.0)
    # renamed players: the value goes with the player
    order = random.permutation(players)
    renamed = sum((masks >> i & 1) << int(order[i]) for i in range(players))
    moved = np.empty_like(one)
    moved[renamed] = one
    assert shapley(moved)[order] == pytest.approx(shapley(one))
    # players that count alike get alike
    alike = random.uniform(0, 1, players + 1)[coalitions.sizes(players)]
    alike[0] = 0.0
    assert shapley(alike) == pytest.approx(np.full(players, alike[-1] / players))


def test_twenty_two_players():
    costs = np.arange(1.0, 23.0)
    sums = coalitions.sums(costs)
    assert shapley(sums) == pytest.approx(costs)


def test_sampled_orders_hold_the_exact_value():
    values = random_game(3, 8)
    exact = shapley(values)

    def worth(members):
        return values[members @ (1 << np.arange(8))]

    few, many = (sampled_shapley(worth, 8, orders, seed=5) for orders in (400, 10_000))
    for found in (few, many):
        assert found.shares.sum() == pytest.approx(values[-1])
        assert (np.abs(found.shares - exact) < 4.5 * found.standard_error).all()
    assert many.standard_error == pytest.approx(few.standard_error / 5, rel=0.25)
    again = sampled_shapley(worth, 8, 400, seed=5)
    assert np.array_equal(again.shares, few.shares)


def test_thirty_players_of_an_airport():
    costs = np.sort(np.random.default_rng(0).uniform(1, 10, 30))
    found = sampled_shapley(lambda members: -(members * costs).max(axis=1), 30, 4000)
    exact = -np.cumsum(np.diff(costs, prepend=0.0) / np.arange(30, 0, -1))
    assert (np.abs(found.shares - exact) < 4.5 * found.standard_error).all()


def test_names_and_numbers_of_coalitions():
    assert coalitions.name(6, ["KOR", "CHN", "JPN"]) == "{CHN, JPN}"
    assert [coalitions.coalition(coalitions.members(mask)) for mask in range(16)] == list(range(16))
    assert (coalitions.membership(4) @ (1 << np.arange(4)) == np.arange(16)).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0.0, 1.0], "two players"),
        ([0.0, 1.0, 2.0], "2^n coalitions"),
        ([[0.0, 1.0], [2.0, 3.0]], "2^n coalitions"),
        ([], "2^n coalitions"),
        ([0.0, 1.0, np.nan, 2.0], "worth of coalition {1}"),
        ([1.0, 1.0, 1.0, 2.0], "worth of nobody"),
        (np.zeros(1 << 23), "sampled permutations"),
    ],
)
def test_wrong_tables_are_refused(values, message):
    with pytest.raises(AirshedError) as caught:
        shapley(values)
    assert message in str(caught.value)
    assert caught.value.remedy


def test_wrong_sampling_is_refused():
    with pytest.raises(AirshedError, match="two players"):
        sampled_shapley(lambda members: members.sum(axis=1), 1)
    with pytest.raises(AirshedError, match="standard error"):
        sampled_shapley(lambda members: members.sum(axis=1), 3, 2)
    with pytest.raises(AirshedError, match="not a finite number"):
        sampled_shapley(lambda members: np.full(len(members), np.nan), 3)
