"""Core, least core and nucleolus against published answers and two libraries; what they must hold by theorem."""

import coopgame
import coopgt.core
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from airshed.cooperation import coalitions
from airshed.cooperation.core import blocking, convexity, least_core, superadditivity
from airshed.cooperation.core_fund import core_fund
from airshed.cooperation.nucleolus import nucleolus
from airshed.cooperation.shapley import shapley
from airshed.cooperation.worth import worths
from airshed.pack.errors import AirshedError
from support.games import airport, bankruptcy, game, glove, majority, random_options, voting

SEEDS = st.integers(0, 2**32 - 1)


def random_game(seed, players, whole=False):
    """Return a random game in which all players together are worth no less than alone."""
    random = np.random.default_rng(seed)
    values = random.integers(0, 6, 1 << players).astype(float) if whole else random.uniform(-2, 10, 1 << players)
    values[0] = 0.0
    values[-1] = max(values[-1], values[1 << np.arange(players)].sum() + random.integers(0, 3))
    return values


def other(values):
    return coopgame.Game(values[1:].tolist())


@pytest.mark.parametrize(("estate", "shares"), [(100, [100 / 3] * 3), (200, [50, 75, 75]), (300, [50, 100, 150])])
def test_the_three_wives_of_the_talmud(estate, shares):
    # Aumann and Maschler 1985, J. Econ. Theory 36:195: the Talmud's division is the nucleolus
    assert nucleolus(bankruptcy(estate, [100, 200, 300])).shares == pytest.approx(shares)


@pytest.mark.parametrize("weights", [[2, 1, 1, 1], [3, 2, 2, 1, 1], [5, 2, 2, 2, 1, 1]])
def test_the_nucleolus_of_a_majority_is_its_weights(weights):
    # Peleg 1968, SIAM J. Appl. Math. 16:527: in a homogeneous constant-sum majority the weights are the nucleolus
    total = sum(weights)
    values = voting((total + 1) // 2, weights)
    assert (values + values[::-1] == 1).all()
    assert nucleolus(values).shares == pytest.approx(np.array(weights) / total)


def test_the_glove_game_has_one_point_in_its_core():
    # Osborne and Rubinstein 1994, A Course in Game Theory, chapter 13
    assert nucleolus(glove()).shares == pytest.approx([1, 0, 0])
    assert blocking(glove(), np.array([1.0, 0.0, 0.0])).inside
    found = blocking(glove(), shapley(glove()))
    assert not found.inside
    assert found.coalition in (3, 5)
    assert found.excess == pytest.approx(1 / 6)


def test_the_majority_of_three_has_no_core():
    # Osborne and Rubinstein 1994, example 259.1; its least core is an excess of 1/3 at equal shares
    found = least_core(majority())
    assert found.empty
    assert found.excess == pytest.approx(1 / 3)
    assert found.shares == pytest.approx([1 / 3] * 3)
    assert set(found.coalitions) == {3, 5, 6}
    assert nucleolus(majority()).shares == pytest.approx([1 / 3] * 3)
    assert superadditivity(majority()).holds
    assert not convexity(majority()).holds


def test_a_convex_game():
    # Shapley 1971, Int. J. Game Theory 1:11: a convex game of size holds its Shapley value in the core
    values = game(5, lambda who: len(who) ** 2)
    found = convexity(values)
    assert found.holds
    assert found.least == 2.0
    assert not least_core(values).empty
    assert blocking(values, shapley(values)).inside
    # every vector of marginal worths, by any order, is in the core
    assert blocking(values, np.array([1.0, 3.0, 5.0, 7.0, 9.0])).excess == pytest.approx(0.0)


@given(SEEDS, st.lists(st.integers(1, 30), min_size=2, max_size=7))
def test_bankruptcies_are_divided_by_the_rule_of_the_talmud(seed, claims):
    estate = int(np.random.default_rng(seed).integers(1, sum(claims) + 1))
    expected = coopgame.talmud(float(estate), [float(claim) for claim in claims])
    assert nucleolus(bankruptcy(estate, claims)).shares == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.floats(0.5, 20), min_size=2, max_size=7))
def test_runways_are_paid_for_by_the_known_rule(costs):
    # Littlechild 1974, Int. J. Game Theory 3:21, as the other library has it
    expected = coopgame.airport(costs)
    assert -nucleolus(airport(costs)).shares == pytest.approx(expected["nucleolus"], rel=1e-6)


@settings(max_examples=60)
@given(SEEDS, st.integers(2, 6), st.booleans())
def test_nucleolus_and_least_core_against_a_library(seed, players, whole):
    values = random_game(seed, players, whole)
    found = nucleolus(values)
    assert found.shares == pytest.approx(coopgame.nucleolus(other(values))["allocation"], abs=1e-8)
    assert coopgame.verify(other(values), found.shares.tolist())["satisfied"]
    assert (np.diff(found.levels) < 1e-8).all()
    least = least_core(values)
    assert least.excess == pytest.approx(
        coopgame.least_core(other(values), domain="preimputation")["epsilon"], abs=1e-8
    )
    assert least.empty != coopgame.Game.has_nonempty_core(other(values))
    assert blocking(values, least.shares).excess == pytest.approx(least.excess, abs=1e-8)
    if not least.empty:
        assert blocking(values, found.shares).excess == pytest.approx(least.excess, abs=1e-8)


@pytest.mark.parametrize("players", [8, 12])
def test_games_with_many_ties(players):
    random = np.random.default_rng(players)
    claims = random.integers(1, 9, players)
    values = {
        "bankruptcy": bankruptcy(int(claims.sum() // 2), claims.tolist()),
        "voting": voting(int(claims.sum() // 2 + 1), claims.tolist()),
        "airport": airport(claims.tolist()),
        "benefit": worths(random_options(1, players, 10 * players, 3, costs=(0, players / 2))),
    }
    for name, table in values.items():
        expected = coopgame.nucleolus(other(table))["allocation"]
        assert nucleolus(table).shares == pytest.approx(expected, abs=1e-8), name


def test_the_least_core_of_nine_players_against_scipy():
    values = random_game(11, 9)
    rows = coalitions.membership(9)[1:-1].astype(float)
    found = linprog(
        np.r_[np.zeros(9), 1.0],
        A_ub=np.c_[-rows, -np.ones(len(rows))],
        b_ub=-values[1:-1],
        A_eq=[[1.0] * 9 + [0.0]],
        b_eq=values[-1:],
        bounds=[(None, None)] * 10,
    )
    least = least_core(values)
    assert least.excess == pytest.approx(found.fun, abs=1e-8)
    assert set(least.coalitions) <= set(1 + np.flatnonzero(np.abs(found.slack) < 1e-7))


@given(SEEDS, st.integers(2, 4), st.sampled_from([1.0, 2.0, 4.0]))
def test_kinds_of_games_against_libraries(seed, players, power):
    random = np.random.default_rng(seed)
    values = coalitions.sums(random.uniform(0, 1, players)) ** power + random.uniform(0, 0.05, 1 << players)
    values[0] = 0.0
    table = {tuple(i + 1 for i in coalitions.members(mask)): values[mask] for mask in range(len(values))}
    shares = random.integers(0, 9, players).astype(float)
    whole = np.round(20 * values)
    whole[-1] = shares.sum()
    in_whole = {key: whole[coalitions.coalition(i - 1 for i in key)] for key in table}
    assert convexity(values).holds == coopgt.core.is_convex(table) == other(values).is_convex()
    assert superadditivity(values).holds == other(values).is_superadditive()
    assert blocking(whole, shares).inside == coopgt.core.is_in_core(in_whole, shares)
    exact = shapley(values)
    assert blocking(values, exact).inside == other(values).is_in_core(exact.tolist())


@given(SEEDS, st.integers(3, 6))
def test_convexity_says_where_it_is_broken(seed, players):
    values = random_game(seed, players)
    found = convexity(values)
    one, two = (1 << player for player in found.players)
    where = found.coalition
    assert not where & (one | two)
    worst = values[where | one | two] - values[where | two] - values[where | one] + values[where]
    assert worst == pytest.approx(found.least)
    every = [
        values[mask | 1 << i | 1 << j] - values[mask | 1 << i] - values[mask | 1 << j] + values[mask]
        for mask in range(1 << players)
        for i in range(players)
        for j in range(i)
        if not mask & (1 << i | 1 << j)
    ]
    assert found.least == pytest.approx(min(every))


def test_games_without_a_gain_are_divided_as_alone():
    values = game(4, lambda who: 3.0 * len(who))
    assert nucleolus(values).shares == pytest.approx([3.0] * 4)
    assert nucleolus(np.zeros(8)).shares == pytest.approx([0.0] * 3)
    assert blocking(np.zeros(8), np.zeros(3)).inside


def test_large_worths_keep_their_digits():
    small = nucleolus(bankruptcy(200, [100, 200, 300])).shares
    for factor in (1e-9, 1e9):
        assert nucleolus(factor * bankruptcy(200, [100, 200, 300])).shares == pytest.approx(factor * small)


def test_wrong_questions_are_refused():
    with pytest.raises(AirshedError, match="nobody would join"):
        nucleolus(np.array([0.0, 2.0, 2.0, 3.0]))
    with pytest.raises(AirshedError, match="divide all of the gain"):
        blocking(majority(), np.array([0.5, 0.5, 0.5]))
    with pytest.raises(AirshedError, match="one number for each of 3 players"):
        blocking(majority(), np.array([0.5, 0.5]))
    with pytest.raises(AirshedError, match="player 1 are not a finite number"):
        blocking(majority(), np.array([0.5, np.nan, 0.5]))
    for ask in (nucleolus, least_core, convexity, superadditivity):
        with pytest.raises(AirshedError, match="2\\^n coalitions"):
            ask(np.zeros(6))
        with pytest.raises(AirshedError, match="not a finite number"):
            ask(np.array([0.0, 1.0, np.inf, 1.0]))


def test_the_fund_that_an_empty_core_lacks():
    """Half of what a pair has for each of three (cost of stability, Bachrach et al. 2009); nothing for a core."""
    assert core_fund(majority()) == pytest.approx(0.5)
    assert core_fund(glove()) == 0.0 and core_fund(bankruptcy(200, [100, 200, 300])) == 0.0
    assert core_fund(game(5, lambda who: len(who) >= 3)) == pytest.approx(5 / 3 - 1)


@settings(max_examples=30)
@given(SEEDS, st.sampled_from([3, 4, 6]))
def test_the_fund_of_any_game_is_that_of_the_whole_programme(seed, players):
    """All coalitions as rows at once, by scipy; and with the fund nobody blocks."""
    values = np.r_[0.0, np.random.default_rng(seed).uniform(-2, 10, (1 << players) - 1)]
    inside = coalitions.membership(players)[1:].astype(float)
    whole = linprog(np.ones(players), A_ub=-inside, b_ub=-values[1:], bounds=(None, None))
    fund = core_fund(values)
    assert fund == pytest.approx(max(whole.fun - values[-1], 0.0), abs=1e-5)
    assert (fund > 0) == least_core(values).empty
    richer = np.r_[values[:-1], values[-1] + fund + 1e-5]
    assert not least_core(richer).empty
