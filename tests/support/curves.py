"""Small games with curved benefits, and the best plan of every coalition by trying all plans."""

from dataclasses import dataclass, replace

import numpy as np

from support.games import plans, random_options


@dataclass
class Damage:
    """Damage value * log(1 + level / half) at places, each with one player; measures lower the level in proportion."""

    effect: np.ndarray
    level: np.ndarray
    value: np.ndarray
    half: np.ndarray

    def benefit(self, application):
        after = np.maximum(self.level - application @ self.effect, 0.0)
        return self.value * (np.log1p(self.level / self.half) - np.log1p(after / self.half))

    def slope(self, application, weight):
        after = self.level - application @ self.effect
        return (weight * self.value / (self.half + np.maximum(after, 0.0)) * (after > 0)) @ self.effect.T


def curved_options(seed, players=3, options=6, per_group=1, negative=0.0, deep=0.95):
    """Return random options and the damage that they avoid.

    deep : share of the level that all measures together take away; above 1 levels are cut off at zero, where damage is
        no longer concave. Costs lie between what a measure is worth to all near nothing and six times that.
    """
    random = np.random.default_rng(seed + 1)
    plain = random_options(seed, players, options, per_group, negative)
    effect = plain.benefit.copy()
    own = np.arange(options), plain.owner
    effect[own] = np.abs(effect[own])
    level = np.maximum(np.maximum(effect, 0).sum(axis=0), 0.5) / deep
    damage = Damage(effect, level, random.uniform(1, 10, players), 0.05 * level)
    near = damage.slope(np.zeros((players, options)), np.eye(players)).T
    cost = np.maximum(near.sum(axis=1), 0.05) * random.uniform(0.3, 6.0, options)
    return replace(plain, benefit=near, cost=cost), damage


def net(options, damage, plan, who, choice):
    """Return what a plan is worth to some players beyond a choice, less what their own measures cost, by hand."""
    gained = damage.benefit(plan[None])[0] - damage.benefit(choice[None])[0]
    mine = np.isin(options.owner, who)
    return float(gained[who].sum() - options.cost[mine] @ (plan - choice)[mine])


def worths_by_trial(options, damage, choice):
    """Return the worth of every coalition by trying all plans on its members' ground, outsiders at their choice."""
    players = options.players
    every = list(plans(options))
    worth = np.zeros(1 << players)
    for mask in range(1, 1 << players):
        who = [player for player in range(players) if mask >> player & 1]
        outside = ~np.isin(options.owner, who)
        mine = [np.where(outside, choice, plan) for plan in every if not plan[outside].any()]
        worth[mask] = max(net(options, damage, plan, who, choice) for plan in mine)
    return worth


def is_equilibrium(options, damage, choice, share=1.0):
    """Return whether no player does better by another plan on its own ground for a share of its benefit."""
    every = list(plans(options))
    for player in range(options.players):
        mine = options.owner == player
        costs = options.cost * mine
        held = share * damage.benefit(choice[None])[0, player] - costs @ choice
        for plan in every:
            if not plan[~mine].any():
                tried = np.where(mine, plan, choice)
                if share * damage.benefit(tried[None])[0, player] - costs @ tried > held + 1e-9:
                    return False
    return True
