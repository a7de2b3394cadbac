"""Who pays whom: a gain divided by a rule, and the transfers that bring every player to its share.

A transfer above 0 is received. Transfers add up to exactly 0 in whatever order they are summed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airshed.cooperation.coalitions import checked_shares, grand, player_count, tolerance
from airshed.cooperation.core import EFFICIENT, Blocking, blocking
from airshed.pack.arrays import Bools, Floats
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError

DIGITS = 40
"""Binary digits of transfers beside the largest: multiples of one power of two, whose sums are exact."""


@equation(
    key="chander-tulkens",
    title="Chander-Tulkens transfers",
    latex=r"t_i = (c_i^* - c_i^N) - \frac{b_i}{\sum_j b_j} \sum_j (c_j^* - c_j^N)",
    units="million USD/yr, received if above 0",
    citation="Chander and Tulkens 1995, Int. Tax Public Finance 2:279; 1997, Int. J. Game Theory 26:379",
)
def chander_tulkens(benefit: Floats, cost: Floats) -> Floats:
    """Return transfers, (player), by which everyone bears of the added cost what it has of the added benefit.

    benefit, cost : (player), million USD/yr, of the whole move from the disagreement point to the optimum
    Each net gain is then b_i / sum b of the whole. In the core for sure only with one damage that is uniformly mixed.
    Raises AirshedError if the move benefits nobody.
    """
    benefit, cost = _pair(benefit, cost)
    total = float(benefit.sum())
    if total <= 0.0:
        raise AirshedError("benefits-move-add-nothing-share", total=f"{total:g}")
    return balanced(cost - benefit / total * cost.sum())


@equation(
    key="gain-by-key",
    title="Division of a gain by a key",
    latex=r"x_i = \frac{k_i}{\sum_j k_j} \, v(N),\quad k_i = \sum_q \alpha_q \frac{k_{q,i}}{\sum_j k_{q,j}}",
    units="million USD/yr",
    citation="proportional division: Moulin 2003, Fair Division and Collective Welfare, MIT Press",
)
def by_key(gain: float, key: Floats) -> Floats:
    """Return the part of a gain that each player has by a key, (player), million USD/yr.

    key : (player), >= 0, in any unit: people, GDP, emissions; of several keys their `mixed_key`
    """
    if not np.isfinite(gain):
        raise AirshedError("gain-divide-not-finite-number")
    return gain * normalised(key)


def mixed_key(keys: Floats, weights: Floats) -> Floats:
    """Return one key of several, (player), adding to 1.

    keys : (key, player), >= 0, each in a unit of its own; weights : (key), >= 0

    >>> mixed_key(np.array([[1.0, 3.0], [1.0, 1.0]]), np.array([1.0, 1.0]))
    array([0.375, 0.625])
    """
    keys = np.asarray(keys, dtype=np.float64)
    if keys.ndim != 2:
        raise AirshedError("keys-shape", shape=keys.shape)
    weights = normalised(np.asarray(weights, float), len(keys))
    return np.asarray(weights @ np.array([normalised(row) for row in keys]))


def normalised(key: Floats, count: int | None = None) -> Floats:
    """Return weights that add to 1; raises AirshedError if one is negative or all are zero."""
    found = checked_shares(key, np.size(key) if count is None else count, "weights")
    if (found < 0).any() or found.sum() <= 0:
        raise AirshedError("weights-negative-all-zero")
    return np.asarray(found / found.sum())


@equation(
    key="cost-by-key",
    title="Division of a cost by a key (polluter pays, beneficiary pays)",
    latex=r"x_i = \Delta b_i - \frac{k_i}{\sum_j k_j} \sum_j \Delta c_j",
    units="million USD/yr",
    citation="polluter pays: OECD 1972, Recommendation C(72)128; by benefits it is Chander and Tulkens 1997, "
    "Int. J. Game Theory 26:379",
)
def cost_by_key(benefit: Floats, cost: Floats, key: Floats) -> Floats:
    """Return what each player has of a gain, (player), when the cost is divided by a key and benefits stay.

    benefit, cost : (player), million USD/yr, of the whole move; key : (player), emissions where polluters pay
    """
    benefit, cost = _pair(benefit, cost)
    return np.asarray(benefit - normalised(key, len(cost)) * cost.sum())


@equation(
    key="transfers",
    title="Transfers that bring players to their shares",
    latex=r"t_i = x_i - \left(u_i^* - u_i^N\right),\quad \sum_i t_i = 0",
    units="million USD/yr, received if above 0",
    citation="side payments of a game with transferable utility: von Neumann and Morgenstern 1944, "
    "Theory of Games and Economic Behavior",
)
def transfers(shares: Floats, net_alone: Floats, net_together: Floats) -> Floats:
    """Return transfers, (player), million USD/yr.

    shares : (player), of the gain; net_alone, net_together : (player), at the disagreement point and at the optimum
    Raises AirshedError if the shares do not add to the gain.
    """
    net_alone, net_together = _pair(net_alone, net_together)
    shares = checked_shares(shares, len(net_alone))
    gain = float((net_together - net_alone).sum())
    size = max(float(np.abs(part).max()) for part in (shares, net_alone, net_together))
    if abs(shares.sum() - gain) > EFFICIENT * size:
        raise AirshedError("shares-add-gain", shares=f"{shares.sum():g}", gain=f"{gain:g}")
    return balanced(shares - (net_together - net_alone))


def balanced(amounts: Floats) -> Floats:
    """Return amounts that add to exactly 0, all multiples of a power of two; the largest takes up what is left.

    >>> balanced(np.array([0.1, 0.2, -0.3])).sum()
    np.float64(0.0)
    """
    largest = int(np.argmax(np.abs(amounts)))
    if amounts[largest] == 0.0:
        return np.zeros(len(amounts))
    unit = max(2.0 ** (int(np.frexp(amounts[largest])[1]) - DIGITS), float(np.finfo(float).tiny))
    found = np.round(amounts / unit) * unit
    found[largest] -= found.sum()
    return np.asarray(found + 0.0)


@dataclass(frozen=True)
class Leaving:
    """Who would leave a deal, (player) each: who loses by it, who would gain more from the others' deal.

    loses : has less than it makes for itself while all others sit still; rides_free : less than by its best reply while
        the others agree; blocking : the coalition that could gain most by itself
    """

    loses: Bools
    rides_free: Bools
    blocking: Blocking


def leaving(values: Floats, shares: Floats, outside: Floats) -> Leaving:
    """Return who would leave the coalition of all players at these shares.

    values : (coalition), worth; shares : (player), of v(N)
    outside : (player, coalition), as worth.outside_options gives it
    """
    found = blocking(values, shares)
    players = player_count(values)
    alone = values[1 << np.arange(players)]
    apart = outside[np.arange(players), grand(players) ^ 1 << np.arange(players)]
    slack, held = tolerance(values), np.asarray(shares)
    return Leaving(np.asarray(held < alone - slack), np.asarray(apart > held + slack), found)


def _pair(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    found = checked_shares(first, np.size(first), "amounts")
    return found, checked_shares(second, len(found), "amounts")
