"""Games with curved benefits against all plans of small games, their laws, and the linear game as a limit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from airshed.cooperation.coalitions import membership
from airshed.cooperation.core import blocking
from airshed.cooperation.curved import MOST_CURVED, CurvedGame, filled
from airshed.cooperation.options import PlayerOptions, best, nash, optimum
from airshed.cooperation.shapley import shapley
from airshed.cooperation.worth import worths
from airshed.pack.errors import AirshedError
from support.curves import Damage, curved_options, is_equilibrium, net, worths_by_trial
from support.games import random_options

SEEDS = st.integers(0, 2**32 - 2)
KINDS = {
    "one option per group": (1, 0.0, 0.95),
    "exclusive options": (2, 0.0, 0.95),
    "negative effects": (1, 0.2, 0.95),
    "levels cut off at zero": (1, 0.2, 1.5),
}
LEAST = {"one option per group": 0.99, "exclusive options": 0.99, "negative effects": 0.98}
LEAST["levels cut off at zero"] = 0.9
"""Share of coalitions whose best plan of all has to be found, and of the worth of all; a line does not see a kink."""


@pytest.mark.parametrize("kind", KINDS)
def test_how_often_the_best_of_all_plans_is_found(kind):
    """Three players and six measures, 40 games from current policy and from equilibrium: never more than it is."""
    per_group, negative, deep = KINDS[kind]
    found, total, reached, best_of_all = 0, 0, 0.0, 0.0
    for seed in range(40):
        options, damage = curved_options(seed, 3, 6, per_group, negative, deep)
        game = CurvedGame(options, damage)
        for choice in (np.zeros(6), game.nash()):
            worth, tried = game.outcomes(choice).outcomes.worth(), worths_by_trial(options, damage, choice)
            slack = 1e-9 * np.abs(tried).max()
            assert (worth <= tried + slack).all()
            found += int((worth[1:] >= tried[1:] - slack).sum())
            total += len(worth) - 1
            reached, best_of_all = reached + worth.sum(), best_of_all + tried.sum()
    assert reached >= LEAST[kind] * best_of_all and found >= LEAST[kind] * total


@settings(max_examples=30)
@given(SEEDS, st.sampled_from([1, 2]), st.sampled_from([0.0, 0.3]), st.sampled_from([0.95, 1.5]))
def test_a_worth_is_no_less_than_that_of_any_start(seed, per_group, negative, deep):
    """Nothing more, the plan of linear benefits, everything that helps, and what members less one find.

    Where measures raise what neighbours breathe, best replies may go in circles: such a game is passed over.
    """
    options, damage = curved_options(seed, 3, 6, per_group, negative, deep)
    game = CurvedGame(options, damage)
    try:
        game.together()
    except AirshedError as why:
        assert negative > 0 and "go in circles" in why.message
        reject()
    for choice in (np.zeros(6), nash(options), nash(options, 0.3)):
        worth = game.outcomes(choice).outcomes.worth()
        slack = 1e-9 * (1 + np.abs(options.benefit).sum() + options.cost.sum())
        for mask, inside in enumerate(membership(3)):
            who = np.flatnonzero(inside)
            mine = inside[options.owner]
            near = options.net(inside.astype(float))
            for start in (choice, best(options, near), best(options, near + options.cost)):
                plan = np.where(mine, start, choice)
                assert worth[mask] >= net(options, damage, plan, who, choice) - slack
            assert worth[mask] >= -slack


@settings(max_examples=25)
@given(SEEDS, st.sampled_from([0.0, 0.3]))
def test_where_little_and_much_agree_it_is_the_best_of_all_plans(seed, negative):
    """One option per group, no negative effect, concave damage: all plans lie between the two climbs."""
    options, damage = curved_options(seed, 3, 6)
    game = CurvedGame(options, damage)
    choice = game.nash(negative)
    found = game.outcomes(choice)
    tried = worths_by_trial(options, damage, choice)
    worth = found.outcomes.worth()
    np.testing.assert_allclose(worth[found.agreed], tried[found.agreed], atol=1e-9 * np.abs(tried).max())


@settings(max_examples=25)
@given(SEEDS, st.sampled_from([0.2, 1.0]))
def test_at_an_equilibrium_nobody_does_better_alone(seed, share):
    options, damage = curved_options(seed, 3, 6)
    game = CurvedGame(options, damage)
    choice = game.nash(share)
    found = [is_equilibrium(options, damage, choice, share)]
    if share == 1.0:
        found.append(is_equilibrium(options, damage, game.nash_from_all()))
        single = game.outcomes(choice).outcomes.worth()[1 << np.arange(3)]
        assert single == pytest.approx(0.0, abs=1e-9 * np.abs(options.benefit).sum())
    assert all(found)


def test_two_equilibria_are_both_found():
    """Each player's measure pays only if the other acts too: nobody and both are equilibria; together both act."""
    damage = Damage(np.array([[0.45, 0.45], [0.45, 0.45]]), np.ones(2), np.ones(2), np.full(2, 0.01))
    one, both = (float(damage.benefit(np.array([plan]))[0, 0]) for plan in ([1.0, 0.0], [1.0, 1.0]))
    cost = (one + (both - one)) / 2
    assert one < cost < both - one
    near = damage.slope(np.zeros((2, 2)), np.eye(2)).T
    game = CurvedGame(PlayerOptions([0, 1], [0, 1], near, [cost, cost]), damage)
    assert game.nash().tolist() == [0.0, 0.0] and game.nash_from_all().tolist() == [1.0, 1.0]
    found = game.outcomes(game.nash())
    assert found.together.tolist() == [1.0, 1.0]
    assert found.outcomes.worth() == pytest.approx([0.0, 0.0, 0.0, 2 * (both - cost)])


class Straight:
    def __init__(self, options):
        self.options = options

    def benefit(self, application):
        return application @ self.options.benefit

    def slope(self, application, weight):
        return weight @ self.options.benefit.T


@settings(max_examples=25)
@given(SEEDS, st.sampled_from([1, 3]), st.sampled_from([0.0, 0.3]), st.sampled_from([None, 0.0, 0.4, 1.0]))
def test_without_curvature_it_is_the_linear_game(seed, per_group, negative, share):
    options = random_options(seed, 4, 12, per_group, negative)
    game = CurvedGame(options, Straight(options))
    choice = np.zeros(12) if share is None else nash(options, share)
    if share is not None:
        np.testing.assert_array_equal(game.nash(share), choice)
    found = game.outcomes(choice)
    assert found.outcomes.worth() == pytest.approx(worths(options, choice), abs=1e-9)
    assert found.agreed.all()
    np.testing.assert_array_equal(found.together, optimum(options))


@settings(max_examples=25)
@given(SEEDS)
def test_groups_are_filled_as_one_plan_is(seed):
    random = np.random.default_rng(seed)
    plain = random_options(seed, 3, 8, 3, 0.2)
    left = random.uniform(0.2, 1, len(np.unique(plain.group)))
    options = replace(plain, span=random.uniform(0, 1, 8), left=left)
    lines = random.normal(size=(5, 8))
    np.testing.assert_allclose(filled(options, lines), [best(options, line) for line in lines], atol=1e-12)


def test_what_was_found_once_is_kept_and_outsiders_stay():
    options, damage = curved_options(3, 4, 12)
    game = CurvedGame(options, damage)
    choice = game.nash(0.3)
    found = game.outcomes(choice)
    assert game.outcomes(choice.copy()) is found
    before = damage.benefit(choice[None])[0]
    after = damage.benefit(found.together[None])[0]
    assert found.outcomes.given[:, -1] == pytest.approx(after - before)
    assert found.outcomes.spent[-1] == pytest.approx(options.cost @ (found.together - choice))
    assert not found.outcomes.given[:, 0].any() and found.outcomes.spent[0] == 0.0


def test_a_curve_makes_measures_of_others_worth_more():
    """With one option per group and no negative effect, what all gain is in the core by the Shapley value."""
    for seed in range(10):
        options, damage = curved_options(seed, 4, 8)
        values = CurvedGame(options, damage).outcomes(np.zeros(8)).outcomes.worth()
        assert values[-1] >= worths(options, np.zeros(8))[-1] - 1e-9
        assert blocking(values, shapley(values)).inside


def test_too_many_players_and_wrong_shares_are_refused():
    options, damage = curved_options(1)
    with pytest.raises(AirshedError, match="share from 0 to 1"):
        CurvedGame(options, damage).nash(-0.1)
    many, damage = curved_options(1, MOST_CURVED + 1, 20)
    with pytest.raises(AirshedError, match="12 at most"):
        CurvedGame(many, damage)


class Circling:
    """Two players: one likes to act when the other does, the other when the first does not."""

    def benefit(self, application):
        one, two = application.T
        return np.column_stack([one * (2 * two - 1), two * (1 - 2 * one)])

    def slope(self, application, weight):
        one, two = application.T
        first = weight[:, 0] * (2 * two - 1) - 2 * weight[:, 1] * two
        return np.column_stack([first, 2 * weight[:, 0] * one + weight[:, 1] * (1 - 2 * one)])


def test_best_replies_in_circles_are_said():
    game = CurvedGame(PlayerOptions([0, 1], [0, 1], [[-1, 0], [0, 1]], [0.0, 0.0]), Circling())
    with pytest.raises(AirshedError, match="go in circles"):
        game.nash()
