"""Worths of coalitions against all plans, one by one, and against scipy where applications are continuous."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from airshed.cooperation import coalitions, kernels, worth
from airshed.cooperation.core import blocking, convexity, least_core, superadditivity
from airshed.cooperation.options import PlayerOptions, nash, optimum, payoff
from airshed.cooperation.shapley import sampled_shapley, shapley
from airshed.cooperation.worth import outcomes, worths, worths_of
from airshed.pack.errors import AirshedError
from support.games import nash_by_trial, outcomes_by_trial, random_options

SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=40)
@given(SEEDS, st.sampled_from([1, 2, 3]), st.sampled_from([0.0, 0.3]), st.sampled_from([None, 0.0, 0.4, 1.0]))
def test_three_players_and_six_measures_against_all_plans(seed, per_group, negative, share):
    options = random_options(seed, 3, 6, per_group, negative)
    choice = np.zeros(6) if share is None else nash(options, share)
    if share is not None:
        assert np.array_equal(choice, nash_by_trial(options, share))
    found, gives = outcomes_by_trial(options, choice)
    assert worths(options, choice) == pytest.approx(found, abs=1e-12)
    moved = outcomes(options, choice)
    assert moved.given == pytest.approx(gives, abs=1e-12)
    assert moved.worth() == pytest.approx(found, abs=1e-12)
    assert worths_of(options, choice, coalitions.membership(3)) == pytest.approx(found, abs=1e-12)


def one_by_one(options, choice):
    """Return the worth of every coalition from each group on its own, without sums that are only changed."""
    players = options.players
    found = np.zeros(1 << players)
    for mask in range(1 << players):
        inside = [player for player in range(players) if mask >> player & 1]
        net = options.benefit[:, inside].sum(axis=1) - options.cost
        for number in np.unique(options.group):
            members = np.flatnonzero(options.group == number)
            if options.owner[members[0]] in inside:
                found[mask] += max(0.0, net[members].max()) - net[members] @ choice[members]
    return found


@pytest.mark.parametrize("per_group", [1, 3])
def test_more_players_than_a_block_goes_through(monkeypatch, per_group):
    monkeypatch.setattr(worth, "BLOCK", 3)
    options = random_options(5, 7, 40, per_group, 0.2, costs=(0, 4))
    for choice in (np.zeros(40), nash(options)):
        expected = one_by_one(options, choice)
        assert worths(options, choice) == pytest.approx(expected, abs=1e-11)
        assert outcomes(options, choice).worth() == pytest.approx(expected, abs=1e-11)


@settings(max_examples=15)
@given(SEEDS)
def test_continuous_applications_are_the_best_linear_mix(seed):
    random = np.random.default_rng(seed)
    plain = random_options(seed, 3, 8, 3, 0.2)
    left = random.uniform(0.2, 1, len(np.unique(plain.group)))
    options = replace(plain, span=random.uniform(0, 1, 8), left=left)
    choice = nash(options)
    found, given_all = worths(options, choice), outcomes(options, choice)
    groups = np.unique(options.group)
    for mask in range(1, 8):
        inside = np.array([mask >> i & 1 for i in range(3)], float)
        net = options.benefit @ inside - options.cost
        mine = inside[options.owner] > 0
        best = linprog(
            -net * mine, A_ub=(options.group == groups[:, None]).astype(float), b_ub=options.left,
            bounds=list(zip(np.zeros(8), options.span, strict=True)),
        )  # fmt: skip
        assert found[mask] == pytest.approx(-best.fun - (net * mine) @ choice, abs=1e-9)
    assert given_all.worth() == pytest.approx(found, abs=1e-12)
    assert worths_of(options, choice, coalitions.membership(3)) == pytest.approx(found, abs=1e-12)


def test_one_option_per_group_with_a_span_is_worth_in_proportion():
    options = random_options(3, 4, 10)
    half = replace(options, span=np.full(10, 0.5))
    assert worths(half) == pytest.approx(0.5 * worths(options), abs=1e-12)


@settings(max_examples=40)
@given(SEEDS, st.sampled_from([None, 0.0, 0.5, 1.0]))
def test_one_option_per_group_and_benefits_above_zero_make_a_convex_game(seed, share):
    options = random_options(seed, 5, 15, costs=(-0.3, 3.0))
    choice = np.zeros(15) if share is None else nash(options, share)
    values = worths(options, choice)
    assert convexity(values).holds
    assert superadditivity(values).holds
    assert not least_core(values).empty
    assert blocking(values, shapley(values)).inside


def test_exclusive_options_can_break_convexity():
    # player 0 can serve 1 or 2, not both: a second partner adds nothing
    options = PlayerOptions([0, 0], [1, 1], [[0, 10, 0], [0, 0, 10]], [1, 1])
    values = worths(options)
    assert values.tolist() == [0, 0, 0, 9, 0, 9, 0, 9]
    found = convexity(values)
    assert (found.least, found.coalition, found.players, found.holds) == (-9.0, 1, (1, 2), False)
    worst = blocking(values, shapley(values))
    assert not worst.inside
    assert worst.excess == pytest.approx(1.5)
    assert superadditivity(values).holds


def test_a_negative_cross_effect_can_break_superadditivity():
    options = PlayerOptions([0], [1], [[0, 10, -20]], [1])
    values = worths(options)
    found = superadditivity(values)
    assert not found.holds
    assert (found.loss, {found.one, found.other}) == (9.0, {3, 4})


def test_at_the_nash_equilibrium_nobody_is_worth_anything_alone():
    options = random_options(8, 6, 60, 3, 0.2)
    values = worths(options)
    assert values[1 << np.arange(6)] == pytest.approx(0.0, abs=1e-12)
    gain = payoff(options, optimum(options)).net.sum() - payoff(options, nash(options)).net.sum()
    assert values[-1] == pytest.approx(gain, abs=1e-12)


def test_small_worths_beside_large_benefits_are_kept():
    random = np.random.default_rng(1)
    benefit = np.c_[random.uniform(1e9, 2e9, 50), random.integers(1, 9, 50).astype(float)]
    options = PlayerOptions(np.zeros(50), np.arange(50), benefit, benefit[:, 0] + 2.0)
    assert worths(options)[3] == np.maximum(benefit[:, 1] - 2.0, 0).sum()


def test_sampling_many_players():
    options = random_options(2, 30, 200, 2, costs=(0, 8))
    choice = nash(options)
    found = sampled_shapley(lambda joined: worths_of(options, choice, joined), 30, 200)
    total = payoff(options, optimum(options)).net.sum() - payoff(options, choice).net.sum()
    assert found.shares.sum() == pytest.approx(total)


def test_worst_split_without_compiling():
    random = np.random.default_rng(4)
    values = np.r_[0.0, random.uniform(0, 1, 15)]
    pairs = [(values[a] + values[b] - values[a | b], {a, b}) for a in range(1, 16) for b in range(1, 16) if not a & b]
    loss, one, other = kernels.worst_split(values)
    assert (loss, {one, other}) == max(pairs, key=lambda item: item[0])


GOOD = {"owner": [0, 1], "group": [0, 1], "benefit": [[1.0, 2.0], [3.0, 4.0]], "cost": [1.0, 1.0]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"benefit": [[1.0], [2.0]], "owner": [0, 0]}, "two players"),
        ({"benefit": [[1.0, np.nan], [3.0, 4.0]]}, "benefit at [0, 1] is not a finite number"),
        ({"cost": [1.0, np.inf]}, "cost at [1] is not a finite number"),
        ({"cost": [1.0]}, "benefit has the shape"),
        ({"group": [0]}, "group has the shape"),
        ({"span": [1.0, -0.1]}, "span at 1 is negative"),
        ({"left": [1.0, -1.0]}, "left at 1 is negative"),
        ({"left": [1.0]}, "left has the shape"),
        ({"owner": [0, 2]}, "option 1 is owned by player 2"),
        ({"owner": [0, -1]}, "option 1 is owned by player -1"),
        ({"group": [5, 5]}, "group 5 lie with several owners"),
        ({"names": ["KOR"]}, "1 names for 2 players"),
    ],
)
def test_wrong_options_are_refused(change, message):
    with pytest.raises(AirshedError) as caught:
        PlayerOptions(**{**GOOD, **change})
    assert message in caught.value.message
    assert caught.value.remedy


def test_wrong_choices_and_too_many_players_are_refused():
    options = PlayerOptions(**GOOD)
    for choice in ([0.0], [0.0, 2.0], [-1.0, 0.0], [np.nan, 0.0]):
        with pytest.raises(AirshedError, match="choice"):
            worths(options, choice)
    with pytest.raises(AirshedError, match="share from 0 to 1"):
        nash(options, 1.5)
    many = PlayerOptions([0], [0], np.ones((1, 23)), [1.0])
    for count in (worths, outcomes):
        with pytest.raises(AirshedError, match="sampled_shapley"):
            count(many)


def test_no_options_are_worth_nothing():
    options = PlayerOptions([], [], np.zeros((0, 3)), [])
    assert worths(options).tolist() == [0.0] * 8
    assert not outcomes(options).given.any()
    assert worths_of(options, nash(options), coalitions.membership(3)).tolist() == [0.0] * 8
