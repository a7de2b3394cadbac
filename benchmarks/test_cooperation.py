"""Games of many players, beside bare numpy of the same arithmetic, and coalitions planned anew beside warm ones."""

from dataclasses import replace

import numpy as np
import pytest

from airshed.cooperation.coalitions import sums
from airshed.cooperation.nucleolus import nucleolus
from airshed.cooperation.options import PlayerOptions, nash
from airshed.cooperation.shapley import shapley
from airshed.cooperation.stability import internally_stable, largest, shapley_of_all
from airshed.cooperation.target_game import target_game
from airshed.cooperation.worth import outcomes, worths
from airshed.strategy.problem import Problem
from airshed.strategy.solve import least_cost

OPTIONS = 5_000


def measures(players: int, per_group: int) -> PlayerOptions:
    """Return random measures, of which nearly all are worth their cost to some coalitions and not to others."""
    random = np.random.default_rng(0)
    group = np.arange(OPTIONS) // per_group
    benefit, cost = random.uniform(0, 1, (OPTIONS, players)), random.uniform(0, players / 2, OPTIONS)
    return PlayerOptions(group % players, group, benefit, cost)


def floor(options: PlayerOptions, per_group: int, choice: np.ndarray) -> np.ndarray:
    """Return the worth of the first 2^16 coalitions in Gray-code order: one member more or less at a time."""
    order = np.argsort(options.group, kind="stable").reshape(-1, per_group).T.ravel()
    owner, cost, held = options.owner[order], options.cost[order], choice[order]
    benefit = np.ascontiguousarray(options.benefit[order].T)
    owned = (owner[: len(owner) // per_group] == np.arange(options.players)[:, None]).astype(float)
    net, mine, found, coalition = -cost, np.zeros(len(owned[0])), np.zeros(1 << 16), 0
    for step in range(1, 1 << 16):
        player = (step & -step).bit_length() - 1
        coalition ^= 1 << player
        sign = 1.0 if coalition >> player & 1 else -1.0
        net += sign * benefit[player]
        mine += sign * owned[player]
        top = np.maximum(net.reshape(per_group, -1).max(axis=0), 0.0)
        found[coalition] = (top - (net * held).reshape(per_group, -1).sum(axis=0)) @ mine
    return found


@pytest.mark.parametrize(("players", "limit"), [(16, 0.1), (20, 1.5)])
@pytest.mark.parametrize("per_group", [1, 4])
def test_worth_of_all_coalitions(players, limit, per_group, seconds, tell):
    """The floor does 2^16 coalitions; for 20 players its time is that times 16."""
    options = measures(players, per_group)
    choice = nash(options)
    assert np.allclose(worths(options)[: 1 << 16], floor(options, per_group, choice))
    here = seconds(lambda: worths(options), rounds=5)
    there = seconds(lambda: floor(options, per_group, choice), rounds=1) * 2 ** (players - 16)
    tell(
        f"2^{players} coalitions, {OPTIONS} options in groups of {per_group}: {here:.2f} s (under {limit} on two free "
        f"cores), numpy {there:.1f} s, {there / here:.0f} times as long (at least 5)",
        "worth of coalitions",
        f"2^{players}, groups of {per_group}",
        here=here,
        theirs=there,
        beside="bare numpy",
    )
    assert there >= 5 * here


def test_shapley_value_of_twenty_players(seconds, tell):
    values = np.random.default_rng(0).uniform(0, 1, 1 << 20)
    values[0] = 0.0
    here = seconds(lambda: shapley(values), rounds=3)

    def pairs():
        for player in range(20):
            table = values.reshape(-1, 2, 1 << player)
            (table[:, 1] - table[:, 0]).sum()

    there = seconds(pairs, rounds=3)
    tell(
        f"Shapley of 20 players {here:.2f} s (under 1), bare differences {there:.2f} s, ratio {here / there:.1f}",
        "Shapley value",
        "20 players",
        here=here,
        theirs=there,
        beside="bare differences",
    )
    assert here < 1.0 and here <= 5 * there


def games(players: int) -> dict[str, np.ndarray]:
    """Return a game with many levels, one with many ties and one of measures."""
    random = np.random.default_rng(players)
    claims = random.integers(1, 100, players).astype(float)
    members = np.bitwise_count(np.arange(1 << players))
    return {
        "bankruptcy": np.maximum(0.0, claims.sum() / 2 - (claims.sum() - sums(claims))),
        "majority": (members * 2 > players).astype(float),
        "measures": worths(measures(players, 3)),
    }


@pytest.mark.parametrize("players", [12, 16])
def test_nucleolus(players, seconds, tell):
    for name, values in games(players).items():
        found = nucleolus(values)
        here = seconds(lambda values=values: nucleolus(values), rounds=3)
        there = seconds(lambda values=values: sums(np.ones(players)) - values, rounds=3)
        tell(
            f"nucleolus of {players} players, {name}: {here:.3f} s (under 10), {len(found.levels)} levels, "
            f"{here / there:.0f} times the excess of all coalitions",
            f"nucleolus, {name}",
            f"{players} players",
            here=here,
            theirs=there,
            beside="excess of all coalitions",
        )
        assert here < 10.0


def test_stability_of_sixteen_players(seconds, tell):
    options = measures(16, 4)
    values = worths(options)

    def ask():
        moved = outcomes(options)
        shares = shapley_of_all(values)
        return largest(internally_stable(values, shares, moved.given), values)

    found = ask()
    here, there = seconds(ask, rounds=2), seconds(lambda: worths(options), rounds=3)
    tell(
        f"stable among 2^16: {here:.2f} s, {here / there:.0f} times their worth; {len(found)} stable",
        "stable coalitions",
        "16 players",
        here=here,
        theirs=there,
        beside="their worth",
    )
    assert here < 10.0


def shared_air(regions: int, measures: int, receptors: int) -> Problem:
    """Return a random problem; targets ask for a third of what everything in groups of four would do."""
    random = np.random.default_rng(0)
    options = regions * measures
    region = np.repeat(np.arange(regions), measures)
    removal = random.uniform(0, 1, (options, 5)) * (random.random((options, 5)) < 0.4)
    cost = random.lognormal(1, 1, options) * removal.sum(axis=1) + random.uniform(0, 1, options)
    effect = random.uniform(0, 0.02, (5, regions, receptors))
    effect += 0.1 * (np.arange(regions)[:, None] % 10 == np.arange(receptors) % 10)
    moved = np.stack([np.bincount(region, weights=column, minlength=regions) for column in removal.T]) / 4
    level = np.full(receptors, 40.0)
    target = np.maximum(level - np.tensordot(moved, effect, axes=2) * random.uniform(0.2, 0.5, receptors), 0.0)
    zero = np.zeros(options)
    return Problem(removal, region, np.arange(options) // 4, cost, zero, zero + 1, effect, level, target)


def test_coalitions_planned_in_sequence(seconds, tell):
    """Ten players with five regions and four receptors each: every coalition its own problem, or one that changes."""
    problem = shared_air(50, 12, 40)
    region, receptor = np.arange(50) % 10, np.arange(40) % 10
    owned = replace(problem, region_owner=region, receptor_owner=receptor)
    game = target_game(owned)

    def cold():
        cost = np.zeros(1 << 10)
        for number in range(1, 1 << 10):
            inside = (number >> np.arange(10) & 1).astype(bool)
            ground = np.where(inside[region][problem.region], problem.maximum, problem.current)
            target = np.where(inside[receptor], game.target, np.nan)
            cost[number] = least_cost(replace(problem, maximum=ground, target=target)).cost
        return cost

    assert np.allclose(cold(), game.cost, rtol=1e-5)
    here, there = seconds(lambda: target_game(owned), rounds=2), seconds(cold, rounds=1)
    tell(
        f"1,023 coalitions in sequence {here:.1f} s, each anew {there:.1f} s, {there / here:.1f} times (at least 3)",
        "coalitions planned in turn",
        "10 players",
        here=here,
        theirs=there,
        beside="each anew",
    )
    assert there >= 3 * here
