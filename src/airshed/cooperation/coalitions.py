"""Coalitions as bit masks: bit i of the number of a coalition says whether player i is a member."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.errors import AirshedError

Kind = TypeVar("Kind", bound=np.generic)
MOST_PLAYERS = 22
"""Beyond it a table of all coalitions takes too much memory and time."""
TOLERANCE = 1e-9
"""Share of the largest worth by which a condition may be missed and count as kept."""


def check_players(players: int) -> None:
    """Raise AirshedError unless all coalitions of so many players can be counted."""
    if players < 2:
        raise AirshedError("game-needs-two-players-more", players=players)
    if players > MOST_PLAYERS:
        raise AirshedError("players-2-coalitions-too-many", players=players, most_players=MOST_PLAYERS)


def checked(values: npt.ArrayLike) -> Floats:
    """Return the worth of every coalition, (coalition), as an array; raises AirshedError if it cannot be a game.

    values : the worth of coalition 0 (nobody, must be 0), 1 (player 0), 2 (player 1), 3 (both) and so on
    """
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or found.size < 1 or found.size & (found.size - 1):
        raise AirshedError("table-worths-shape", shape=found.shape)
    check_players(player_count(found))
    if not np.isfinite(found).all():
        where = int(np.argmin(np.isfinite(found)))
        raise AirshedError("worth-coalition-not-finite-number", name=name(where))
    if found[0] != 0.0:
        raise AirshedError("worth-nobody", worth=f"{found[0]:g}")
    return found


def checked_shares(shares: npt.ArrayLike, players: int, what: str = "shares") -> Floats:
    """Return one finite number per player, (player); raises AirshedError otherwise."""
    found = np.asarray(shares, dtype=np.float64)
    if found.shape != (players,):
        raise AirshedError("shares-shape-wrong", what=what, shape=found.shape, players=players)
    if not np.isfinite(found).all():
        where = int(np.argmin(np.isfinite(found)))
        raise AirshedError("player-not-finite-number", what=what, where=where)
    return found


def player_count(values: npt.NDArray[Any]) -> int:
    """Return of how many players a table by coalition (its last dimension) is."""
    return int(values.shape[-1]).bit_length() - 1


def grand(players: int) -> int:
    """Return the coalition of all players.

    >>> grand(3)
    7
    """
    return (1 << players) - 1


def coalition(members: Iterable[int]) -> int:
    """Return the number of the coalition of these players.

    >>> coalition([0, 2])
    5
    """
    return sum(1 << player for player in set(members))


def members(number: int) -> list[int]:
    """Return the players of a coalition.

    >>> members(5)
    [0, 2]
    """
    return [player for player in range(int(number).bit_length()) if number >> player & 1]


def name(number: int, names: Sequence[str] = ()) -> str:
    """Return what messages call a coalition.

    >>> name(5, ["KOR", "CHN", "JPN"]), name(5)
    ('{KOR, JPN}', '{0, 2}')
    """
    return "{" + ", ".join(names[player] if names else str(player) for player in members(number)) + "}"


def membership(players: int) -> Bools:
    """Return who is a member of which coalition, (coalition, player)."""
    return (np.arange(1 << players)[:, None] >> np.arange(players) & 1).astype(bool)


def sizes(players: int) -> Ints:
    """Return the number of members of every coalition, (coalition)."""
    return np.bitwise_count(np.arange(1 << players)).astype(np.int64)


def sums(amounts: Floats) -> Floats:
    """Return what the members of every coalition have together, (coalition), of what each player has, (player).

    >>> sums(np.array([1.0, 2.0, 4.0]))
    array([0., 1., 2., 3., 4., 5., 6., 7.])
    """
    total = np.zeros(1)
    for amount in amounts:
        total = np.concatenate([total, total + amount])
    return total


def without_and_with(values: npt.NDArray[Kind], player: int) -> tuple[npt.NDArray[Kind], npt.NDArray[Kind]]:
    """Return views of the coalitions without a player and of the same coalitions with it, (higher, lower) each.

    The dimensions are the players above and below; coalitions stand in the same order in both.
    """
    table = values.reshape(-1, 2, 1 << player)
    return table[:, 0], table[:, 1]


def tolerance(values: Floats) -> float:
    """Return by how much a condition on these worths may be missed and count as kept."""
    return TOLERANCE * max(float(np.abs(values).max(initial=0.0)), np.finfo(float).tiny)
