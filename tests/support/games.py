"""Games of the textbooks, random ones, and slow ways to solve them that share nothing with the package but numpy."""

from itertools import permutations, product

import numpy as np

from airshed.cooperation.options import PlayerOptions


def game(players, worth):
    """Return the worth of every coalition, of a function of the list of its members."""
    every = range(1 << players)
    return np.array([float(worth([i for i in range(players) if mask >> i & 1])) if mask else 0.0 for mask in every])


def bankruptcy(estate, claims):
    total = sum(claims)
    return game(len(claims), lambda who: max(0, estate - (total - sum(claims[i] for i in who))))


def airport(costs):
    """Return the negative of the cost of a runway for a coalition: that of its largest aircraft."""
    return game(len(costs), lambda who: -max(costs[i] for i in who))


def voting(quota, weights):
    return game(len(weights), lambda who: sum(weights[i] for i in who) >= quota)


def glove():
    """One owns a left glove, two own a right one; a pair is worth 1."""
    return game(3, lambda who: 0 in who and len(who) > 1)


def majority():
    return game(3, lambda who: len(who) > 1)


def orders(values):
    """Return the Shapley value from all orders, one by one."""
    players = len(values).bit_length() - 1
    total = np.zeros(players)
    every = list(permutations(range(players)))
    for order in every:
        mask = 0
        for player in order:
            total[player] += values[mask | 1 << player] - values[mask]
            mask |= 1 << player
    return total / len(every)


def random_options(seed, players=4, options=12, per_group=1, negative=0.0, costs=(0.0, 2.0), **more):
    """Return random options; about a share `negative` of the benefits is below 0."""
    random = np.random.default_rng(seed)
    group = np.sort(random.integers(0, max(1, options // per_group), options)) if per_group > 1 else np.arange(options)
    owner = random.integers(0, players, options)[group]
    benefit = random.uniform(0, 1, (options, players)) * np.where(random.random((options, players)) < negative, -1, 1)
    shuffled = random.permutation(options)
    return PlayerOptions(
        owner[shuffled], 7 * group[shuffled] - 3, benefit[shuffled], random.uniform(*costs, options)[shuffled], **more
    )


def plans(options):
    """Yield every plan of exclusive options: one or none of each group, as (option) of 0 and 1."""
    groups = [[None, *np.flatnonzero(options.group == number)] for number in np.unique(options.group)]
    for chosen in product(*groups):
        plan = np.zeros(len(options.cost))
        plan[[option for option in chosen if option is not None]] = 1.0
        yield plan


def best_plan(options, weights, owners):
    """Return the plan on the ground of some owners that is worth most to players with these weights, by trying all."""

    def worth(plan):
        return float(plan @ (options.benefit @ weights - options.cost))

    outside = ~np.isin(options.owner, owners)
    return max((plan for plan in plans(options) if not plan[outside].any()), key=worth)


def nash_by_trial(options, share=1.0):
    total = np.zeros(len(options.cost))
    for player in range(options.benefit.shape[1]):
        total += best_plan(options, share * np.eye(options.benefit.shape[1])[player], [player])
    return total


def outcomes_by_trial(options, choice):
    """Return worth (coalition) and what coalitions give to players (player, coalition), by trying all plans."""
    players = options.benefit.shape[1]
    worth, given = np.zeros(1 << players), np.zeros((players, 1 << players))
    for mask in range(1, 1 << players):
        inside = np.array([mask >> i & 1 for i in range(players)], float)
        owners = np.flatnonzero(inside)
        moved = best_plan(options, inside, owners) - choice * np.isin(options.owner, owners)
        worth[mask] = moved @ (options.benefit @ inside - options.cost)
        given[:, mask] = moved @ options.benefit
    return worth, given
