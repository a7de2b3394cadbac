"""What a deal is worth and costs in samples: relation, response, value of life, price, room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from airshed.assessment.games.game import GameTable, sampled_fall
from airshed.assessment.lives.deaths_interval import family_ratios
from airshed.assessment.lives.health import People
from airshed.assessment.plans.plan_inputs import acting
from airshed.impacts.gemm import marginal_fraction
from airshed.impacts.valuation import elasticity_range, life_values, life_values_at
from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.sampling.design import latin_column, stream
from airshed.sampling.laws import normal_quantile, split_uniform
from airshed.strategy.application import CASES
from airshed.strategy.options import build_options

HALF = 0.5
"""ug/m3 on both sides of a level over which the slope of another family of responses is taken."""


@dataclass(frozen=True)
class DealDraws:
    """Drawn inputs of a deal beside the relation.

    worth : (sample, region of the people), factor on what one ug/m3 is worth; price : (sample, option of the game),
    factor on costs; room : (sample, 3), weights of the low, middle and high case of what can still be applied
    current, maximum : (3, option of the game), shares in place and at most in each case; removal : the same, what an
    option removes over what it removes in the middle case
    """

    worth: Floats
    price: Floats
    room: Floats
    current: Floats
    maximum: Floats
    removal: Floats

    def carried(self, plan: Floats) -> Floats:
        """Return what a plan, (option), does in each case, (3, option), in growth of the middle case.

        A plan says how far a measure is applied in the end: where less is in place it has more to do, where more is in
        place less, or nothing.
        """
        middle = list(CASES).index("middle")
        final = self.current[middle] + plan
        grown = np.clip(final - self.current, 0.0, np.maximum(self.maximum - self.current, 0.0))
        grown[middle] = plan
        return np.where(plan > 0.0, grown * self.removal, 0.0)


def draws(table: GameTable) -> DealDraws:
    """Return drawn inputs, as many as the relation has samples.

    Theta normal, all ages and places alike; each stated family of responses as likely; the elasticity of the value of
    life uniform on either side of its centre; prices between their ends, all alike, which is the widest; what can still
    be applied between its cases, everywhere alike.
    """
    chain = table.held.chain
    samples, seed = chain.ensemble.samples, chain.seed
    price = latin_column(samples, seed, "prices of measures")
    low, central, high = (np.nan_to_num(table.held.options.cost[table.used, end]) for end in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = [np.where(central > 0, end / central, 1.0) for end in (low, high)]
    below, above = np.minimum(ends[0], 1.0), np.maximum(ends[1], 1.0)
    place = latin_column(samples, seed, "room of measures")[:, None]
    return DealDraws(
        worth=_response(table, samples, seed) * _life(table, samples, seed),
        price=_between(price[:, None], below, above),
        room=np.concatenate(
            [np.maximum(1.0 - 2.0 * place, 0.0), 1.0 - np.abs(2.0 * place - 1.0), np.maximum(2.0 * place - 1.0, 0.0)],
            axis=1,
        ),
        **_cases(table),
    )


def _between(design: Floats, below: Floats, above: Floats) -> Floats:
    """Return factors uniform on either side of 1, half of the weight on each, as `laws.split_uniform`."""
    return np.where(design < 0.5, below + 2.0 * design * (1.0 - below), 1.0 + (2.0 * design - 1.0) * (above - 1.0))


def _life(table: GameTable, samples: int, seed: int) -> Floats:
    """Return the value of a life over the central one (sample, region of the people); 1 without a range."""
    chain, pack = table.held.chain, table.held.pack
    nations = [chain.home[code] for code in chain.people.regions]
    ends = elasticity_range(pack)
    if ends is None:
        return np.ones((samples, len(nations)))
    elasticity = split_uniform(latin_column(samples, seed, "elasticity of the value of life"), *ends)
    lives = life_values(pack, nations)
    central = np.array([lives[nation].value for nation in nations])
    drawn = life_values_at(pack, nations, elasticity)
    return np.asarray(np.where(np.isfinite(central) & (central > 0), drawn / central, 1.0))


def _response(table: GameTable, samples: int, seed: int) -> Floats:
    """Return deaths per ug/m3 over those by GEMM (sample, region of the people)."""
    chain, pack = table.held.chain, table.held.pack
    people, bands = chain.people, chain.people.bands
    level = chain.evaluate(table.held.emissions)[0].to_numpy()
    known, shape = np.nan_to_num(people.deaths), (bands.alpha, bands.mu, bands.nu, bands.counterfactual)
    score = normal_quantile(latin_column(samples, seed, "response"))
    slope = [
        (known * marginal_fraction(level[:, None], bands.theta + one * bands.theta_se, *shape)).sum(axis=1)
        for one in (0.0, *score)
    ]
    drawn = np.divide(slope[1:], slope[0], out=np.ones((samples, len(level))), where=slope[0] > 0)
    nations = [chain.home[code] for code in people.regions]

    def deaths(at: Floats) -> dict[str, Floats]:
        own = np.nan_to_num(people.attributable(at)[0])
        exposed = People(chain.year, people.regions, nations, people.persons, at)
        return {name: np.nan_to_num(ratio, nan=1.0) * own for name, ratio in family_ratios(pack, exposed, own).items()}

    above, below = deaths(level + HALF), deaths(np.maximum(level - HALF, 0.0))
    gemm = slope[0] * 2.0 * HALF
    steep = [np.where(gemm > 0, (above[name] - below[name]) / np.where(gemm > 0, gemm, 1.0), 1.0) for name in above]
    if not steep:
        return np.asarray(drawn)
    family = stream(seed, "family of responses").integers(0, len(steep), samples)
    return np.asarray(drawn * np.maximum(np.array(steep), 0.0)[family])


def _cases(table: GameTable) -> dict[str, Floats]:
    """Return what is in place, can be at most, and what options remove, in each case (case, option of the game)."""
    held, used = table.held, table.used
    middle = held.options
    current, maximum, removal = [], [], []
    own = np.abs(np.nan_to_num(middle.removal)).sum(axis=1)[used]
    for case in CASES:
        other = (
            middle
            if case == middle.case
            else build_options(held.pack, held.chain.year, case, acting(held.pack, held.chain), held.chain.baseline)
        )
        current.append(other.current[used])
        maximum.append(other.maximum[used])
        removed = np.abs(np.nan_to_num(other.removal)).sum(axis=1)[used]
        removal.append(np.divide(removed, own, out=np.ones(len(used)), where=own > 0))
    return {"current": np.array(current), "maximum": np.array(maximum), "removal": np.array(removal)}


@equation(
    key="deal-samples",
    title="What a fixed deal is worth in samples",
    latex=r"g_i^k = \sum_{c \in i} V_n^k\,\frac{dD_c^k}{dC}\,\Delta C_c^k(\kappa^k x) - \sum_{m \text{ on } i} "
    r"p_m^k\,c_m\,\kappa_m^k x_m + t_i",
    units="million USD of 2015/yr",
    citation="rule of this project: plan and transfers are fixed; relation, response, value of life, prices and what "
    "can still be applied are drawn, each by the law or the ends that the pack states",
)
def sampled_moves(table: GameTable, choices: Sequence[Floats], best: Floats) -> list[tuple[Floats, Floats]]:
    """Return what the move from each choice to the best is worth to players and costs them, (sample, player) each.

    choices, best : (option of the game); million USD of 2015/yr. By the curve of deaths the levels without measures
    stay as they are, and every sample lowers them in its own way.
    """
    drawn = draws(table)
    stages = np.stack([drawn.carried(plan) for plan in (*choices, best)])
    plans, cases, count = stages.shape
    fall = sampled_fall(table, stages.reshape(plans * cases, count)).reshape(len(drawn.room), plans, cases, -1)
    fall = np.einsum("smcr,sc->smr", fall, drawn.room)
    spent = [(drawn.room @ stage) * drawn.price * table.game.cost for stage in stages]
    owners = np.equal.outer(table.game.owner, np.arange(table.game.players)).astype(np.float64)
    found = []
    for at in range(len(choices)):
        price = (spent[-1] - spent[at]) @ owners
        if table.curve is None:
            value = ((fall[:, -1] - fall[:, at]) * drawn.worth) @ table.worth.T
        else:
            value = _by_curve(table.curve, fall[:, [at, -1]], drawn.worth)
        found.append((np.asarray(value), np.asarray(price)))
    return found


def _by_curve(curve: Any, fall: Floats, worth: Floats) -> Floats:
    """Return what levels by the curve save, (sample, player), with drawn factors on every region's damage."""
    level = np.maximum(curve.level_without() - fall[..., curve.places], 0.0)
    saved = curve.damage(level[:, 0]) - curve.damage(level[:, 1])
    return np.asarray((saved * worth[:, curve.places]) @ curve.player.T)
