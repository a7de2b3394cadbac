"""The Shapley value: what each player adds, as the mean over all orders in which players can join."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

import numpy as np

from airshed.cooperation.coalitions import checked, player_count, sizes, without_and_with
from airshed.pack.arrays import Bools, Floats
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.progress import step

TOGETHER = 64
"""Orders whose coalitions are worked out in one call."""


@equation(
    key="shapley",
    title="Shapley value",
    latex=r"\phi_i = \sum_{S \not\ni i} \frac{|S|!\,(n - |S| - 1)!}{n!} \left(v(S \cup i) - v(S)\right)",
    units="million USD/yr",
    citation="Shapley 1953, Contributions to the Theory of Games II, 307",
)
def shapley(values: Floats) -> Floats:
    """Return the Shapley value, (player), of the worth of all coalitions, (coalition).

    >>> shapley(np.array([0.0, 1.0, 2.0, 5.0]))
    array([2., 3.])
    """
    values = checked(values)
    players = player_count(values)
    weight = np.array([1.0 / (players * comb(players - 1, size)) for size in range(players)])
    of_others = weight[sizes(players - 1)]
    shares = np.empty(players)
    for player in range(players):
        without, joined = without_and_with(values, player)
        shares[player] = np.einsum("i,i", of_others, (joined - without).ravel())
    return shares


@dataclass(frozen=True)
class Sampled:
    """A Shapley value from sampled orders, and its standard error, (player) each."""

    shares: Floats
    standard_error: Floats


@equation(
    key="shapley-sampled",
    title="Shapley value from sampled orders",
    latex=r"\hat\phi_i = \frac{1}{2K} \sum_{k=1}^{K} \left[\Delta_i(\pi_k) + \Delta_i(\bar\pi_k)\right],\quad "
    r"\Delta_i(\pi) = v(P^\pi_i \cup i) - v(P^\pi_i),\ \bar\pi \text{ the reverse of } \pi",
    units="million USD/yr",
    citation="sampling of orders: Castro, Gomez and Tejada 2009, Comput. Oper. Res. 36:1726; each order with its "
    "reverse (antithetic), which leaves it unbiased",
)
def sampled_shapley(worth: Callable[[Bools], Floats], players: int, orders: int = 2000, seed: int = 1) -> Sampled:
    """Return the Shapley value from sampled orders: for more players than can be counted.

    worth : takes coalitions (coalition, player) and returns their worth (coalition), million USD/yr
    orders : how many, rounded up to an even number; seed : the same seed gives the same answer
    The shares add up to the worth of all players in every sample.
    """
    if players < 2:
        raise AirshedError("game-needs-two-players-more", players=players)
    pairs = (orders + 1) // 2
    if pairs < 2:
        raise AirshedError("orders-give-no-standard-error", orders=orders)
    random = np.random.default_rng(seed)
    found = []
    for first in range(0, pairs, TOGETHER):
        step("orders of joining", first, pairs)
        count = min(TOGETHER, pairs - first)
        place = random.permuted(np.tile(np.arange(players), (count, 1)), axis=1)
        found.append((_added(worth, place) + _added(worth, players - 1 - place)) / 2)
    each = np.concatenate(found)
    return Sampled(each.mean(axis=0), each.std(axis=0, ddof=1) / np.sqrt(pairs))


def _added(worth: Callable[[Bools], Floats], place: np.ndarray) -> Floats:
    """Return what each player adds when it joins, (order, player), by its place in each order."""
    orders, players = place.shape
    joined = place[:, None, :] <= np.arange(players)[None, :, None]
    total = np.asarray(worth(joined.reshape(-1, players)), dtype=np.float64).reshape(orders, players)
    if not np.isfinite(total).all():
        raise AirshedError("worth-sampled-coalition-not-finite")
    return np.take_along_axis(np.diff(total, axis=1, prepend=0.0), place, axis=1)
