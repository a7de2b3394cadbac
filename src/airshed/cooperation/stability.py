"""Which coalitions last: nobody inside would rather ride free, nobody outside would rather join."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airshed.cooperation.coalitions import (
    checked,
    checked_shares,
    grand,
    player_count,
    sizes,
    tolerance,
    without_and_with,
)
from airshed.cooperation.transfers import normalised
from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError


@equation(
    key="subgame-shapley",
    title="Shapley value of every coalition, by the potential",
    latex=r"P(S) = \frac{1}{|S|} \left[v(S) + \sum_{i \in S} P(S \setminus i)\right],\quad "
    r"\phi_i(S) = P(S) - P(S \setminus i)",
    units="million USD/yr",
    citation="Hart and Mas-Colell 1989, Econometrica 57:589",
)
def shapley_of_all(values: Floats) -> Floats:
    """Return the Shapley value of every coalition's own game, (player, coalition), 0 for outsiders."""
    values = checked(values)
    players = player_count(values)
    potential, size = np.zeros(len(values)), sizes(players)
    for count in range(1, players + 1):
        these = np.flatnonzero(size == count)
        total = values[these].copy()
        for player in range(players):
            total += np.where(these >> player & 1, potential[these & ~(1 << player)], 0.0)
        potential[these] = total / count
    shares = np.zeros((players, len(values)))
    for player in range(players):
        without, joined = without_and_with(potential, player)
        without_and_with(shares[player], player)[1][...] = joined - without
    return shares


def by_key_of_all(values: Floats, key: Floats) -> Floats:
    """Return the worth of every coalition divided by a key among its members, (player, coalition), 0 for outsiders.

    key : (player), >= 0, in any unit. Members without any weight together divide equally.
    """
    values = checked(values)
    weight = normalised(key, player_count(values))
    return _divided(values, np.broadcast_to(weight[:, None], (len(weight), len(values))))


def chander_tulkens_of_all(values: Floats, given: Floats) -> Floats:
    """Return the worth of every coalition divided by its members' benefits, (player, coalition), 0 for outsiders.

    given : (player, coalition), as worth.outcomes gives it. Where benefits of members are negative or add to nothing,
    members divide equally.
    """
    values = checked(values)
    _check_table(given, values)
    return _divided(values, given)


def _divided(values: Floats, weight: Floats) -> Floats:
    players = player_count(values)
    shares, total, usable = np.zeros((players, len(values))), np.zeros(len(values)), np.ones(len(values), bool)
    for player in range(players):
        mine = without_and_with(weight[player], player)[1]
        without_and_with(total, player)[1][...] += mine
        without_and_with(usable, player)[1][...] &= mine >= 0
    usable &= total > 0
    size = np.maximum(sizes(players), 1)
    for player in range(players):
        part = np.where(usable, weight[player] / np.where(usable, total, 1.0), 1.0 / size) * values
        without_and_with(shares[player], player)[1][...] = without_and_with(part, player)[1]
    return shares


@equation(
    key="internal-stability",
    title="Internal stability",
    latex=r"x_i(S) \ge w_i(S \setminus i)\quad\forall\, i \in S",
    units="million USD/yr",
    citation="d'Aspremont, Jacquemin, Gabszewicz and Weymark 1983, Can. J. Econ. 16:17; for the environment: "
    "Carraro and Siniscalco 1993, J. Public Econ. 52:309, Barrett 1994, Oxf. Econ. Pap. 46:878",
)
def internally_stable(values: Floats, shares: Floats, outside: Floats) -> Bools:
    """Return for every coalition whether no member would gain by leaving it, (coalition).

    shares : (player, coalition), what members have of the worth of their coalition
    outside : (player, coalition), as worth.outside_options gives it: what an outsider has, its best reply included
    """
    values = checked(values)
    _check_table(shares, values)
    _check_table(outside, values)
    slack, stable = tolerance(values), np.ones(len(values), bool)
    for player in range(player_count(values)):
        apart = without_and_with(outside[player], player)[0]
        inside = without_and_with(shares[player], player)[1]
        without_and_with(stable, player)[1][...] &= inside >= apart - slack
    return stable


@equation(
    key="external-stability",
    title="External stability",
    latex=r"x_j(S \cup j) \le w_j(S)\quad\forall\, j \notin S",
    units="million USD/yr",
    citation="d'Aspremont, Jacquemin, Gabszewicz and Weymark 1983, Can. J. Econ. 16:17",
)
def externally_stable(values: Floats, shares: Floats, outside: Floats) -> Bools:
    """Return for every coalition whether no outsider would gain by joining it, (coalition); as internally_stable."""
    values = checked(values)
    _check_table(shares, values)
    _check_table(outside, values)
    slack, stable = tolerance(values), np.ones(len(values), bool)
    for player in range(player_count(values)):
        apart = without_and_with(outside[player], player)[0]
        inside = without_and_with(shares[player], player)[1]
        without_and_with(stable, player)[0][...] &= inside <= apart + slack
    return stable


@equation(
    key="potential-internal-stability",
    title="Surplus of a coalition over what its members would gain by leaving",
    latex=r"\sigma(S) = v(S) - \sum_{i \in S} w_i(S \setminus i);\quad "
    r"\text{potentially internally stable} \iff \sigma(S) \ge 0",
    units="million USD/yr",
    citation="Carraro, Eyckmans and Finus 2006, Rev. Int. Organ. 1:379",
)
def surplus(values: Floats, outside: Floats) -> Floats:
    """Return what a coalition has left once every member has what it would gain by leaving, (coalition).

    outside : (player, coalition), as worth.outside_options gives it. Where what is left is 0 or more some division
    makes the coalition internally stable, where it is less none does; with best replies it is the same at every
    disagreement point.
    """
    values = checked(values)
    _check_table(outside, values)
    left = values.copy()
    for player in range(player_count(values)):
        without_and_with(left, player)[1][...] -= without_and_with(outside[player], player)[0]
    return left


def potentially_stable(values: Floats, outside: Floats) -> Bools:
    """Return for every coalition whether some division of its worth makes it internally stable, (coalition)."""
    return np.asarray(surplus(values, outside) >= -tolerance(checked(values)))


def largest(stable: Bools, values: Floats) -> Ints:
    """Return the stable coalitions of one member or more: the largest first, among as large ones the worthiest.

    stable : (coalition); values : (coalition), worth
    """
    values = checked(values)
    if np.shape(stable) != values.shape:
        raise AirshedError("stable-shape", stable=np.shape(stable), shape=values.shape)
    found = np.flatnonzero(stable)
    found = found[found > 0]
    size = sizes(player_count(values))[found]
    return np.asarray(found[np.lexsort((-values[found], -size))])


@dataclass(frozen=True)
class Fund:
    """Money from outside that keeps all players in, million USD/yr.

    by_rule : (player), what each lacks, at its share, of what it would gain by leaving
    least : what is needed if the gain may be divided in any way
    """

    by_rule: Floats
    least: float


def stabilising_fund(values: Floats, shares: Floats, outside: Floats) -> Fund:
    """Return the fund that would keep all players together.

    shares : (player), of the worth of all; outside : (player, coalition), as worth.outside_options gives it
    """
    values = checked(values)
    _check_table(outside, values)
    players = player_count(values)
    shares = checked_shares(shares, players)
    apart = outside[np.arange(players), grand(players) ^ 1 << np.arange(players)]
    return Fund(np.maximum(apart - shares, 0.0), max(float(apart.sum() - values[-1]), 0.0))


def _check_table(table: Floats, values: Floats) -> None:
    shape = (player_count(values), len(values))
    if np.shape(table) != shape:
        raise AirshedError("table-shape", table=np.shape(table), shape=shape)
