"""Cooperation of more players than whose coalitions can all be counted: sampled Shapley shares, and keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.assessment.games.cooperate import (
    CHANDER_TULKENS,
    KEYS,
    SHAPLEY,
    Bargain,
    Holding,
    share_rows,
    shares_by,
    with_samples,
)
from airshed.assessment.games.game import ACTED_ON, DISAGREEMENTS, GameTable, acted_alone, choices, together
from airshed.assessment.games.keys import OF_COST, OF_GAIN, LeftOut
from airshed.cooperation.coalitions import MOST_PLAYERS
from airshed.cooperation.options import Payoff, best, payoff
from airshed.cooperation.shapley import Sampled, sampled_shapley
from airshed.cooperation.worth import worths_of
from airshed.pack.arrays import Floats
from airshed.pack.bounds import once
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import Pack
from airshed.pack.progress import step

ORDERS = 100
MOST_EXACT = 16
"""Players up to whom all coalitions are counted without being asked: seconds, not minutes and gigabytes."""
TRIED = "{coalition}, of those tried"
ANSWERED = (SHAPLEY, CHANDER_TULKENS, *OF_GAIN, *OF_COST)
SLACK = 1e-9


def too_many(table: GameTable, exact: bool = False) -> bool:
    """Return whether the coalitions of the players are not all counted: above MOST_EXACT players, unless asked.

    exact : count them as far as that is possible at all, up to MOST_PLAYERS
    """
    return len(table.players) > (MOST_PLAYERS if exact else MOST_EXACT)


def many_table(
    pack: Pack,
    table: GameTable,
    points: Sequence[str] = DISAGREEMENTS,
    acted_on: float = ACTED_ON,
    keys: Sequence[str] | None = None,
    orders: int = ORDERS,
    seed: int = 1,
) -> tuple[pd.DataFrame, list[LeftOut]]:
    """Return the rows of `shares_table` for many players, with the standard error of sampled Shapley shares.

    The nucleolus is left out; a blocking coalition is looked for among players alone, pairs and all but one.
    """
    drawn = table.held.chain.ensemble.samples > 0
    found = {point: _bargain(table, point, choice, acted_on) for point, choice in choices(table, acted_on).items()}
    found = {point: one for point, one in found.items() if point in points}
    rows: list[dict[str, Any]] = []
    left_out: list[LeftOut] = []
    for bargain in (with_samples(table, found) if drawn else found).values():
        outside = free_riding(table, bargain.choice)
        coalitions, worth = _tried(table, bargain.choice)
        wanted = once(keys or KEYS)
        for done, key in enumerate(wanted):
            step("keys", done, len(wanted))
            error = np.zeros(len(table.players))
            try:
                if key not in ANSWERED and not key.startswith("mixed:"):
                    raise AirshedError("key-players-whose-coalitions-all", key=key)
                if key == SHAPLEY:
                    sampled = shapley_of_many(table, bargain.choice, orders, seed)
                    shares, error = sampled.shares, sampled.standard_error
                else:
                    shares = shares_by(pack, table, bargain, key)
            except (MissingTableError, AirshedError) as why:
                if keys:
                    raise
                left_out.append(LeftOut(key, why.text))
                continue
            held = _holding(table, shares, (bargain.own.net, outside), coalitions, worth)
            lines = share_rows(table, bargain, key, shares, held)
            rows += [{**row, "standard_error": float(one)} for row, one in zip(lines, error, strict=True)]
    return pd.DataFrame.from_records(rows), list(dict.fromkeys(left_out))


def _bargain(table: GameTable, point: str, choice: Floats, acted_on: float) -> Bargain:
    """Return the bargain at a disagreement point without its coalitions."""
    best_of_all, empty = together(table), np.zeros((0, len(table.players)))
    return Bargain(
        point=point,
        choice=choice,
        alone=payoff(table.game, choice),
        joint=payoff(table.game, best_of_all),
        own=own_of(table, choice),
        worth=np.zeros(0),
        outside=empty,
        sampled=empty,
        price=empty,
        best=best_of_all,
        acted_on=acted_on,
        agreed=np.zeros(0, bool),
    )


def shapley_of_many(table: GameTable, choice: Floats, orders: int = ORDERS, seed: int = 1) -> Sampled:
    """Return the Shapley value from sampled orders of joining; the same seed gives the same answer."""
    return sampled_shapley(lambda joined: worths_of(table.game, choice, joined), len(table.players), orders, seed)


def own_of(table: GameTable, choice: Floats) -> Payoff:
    """Return what each player does for itself from a choice, (option), while all others sit still."""
    game = table.game
    moved = acted_alone(table) - choice
    mine = game.benefit[np.arange(len(game.cost)), game.owner] * moved
    amounts = [np.bincount(game.owner, weights=one, minlength=game.players) for one in (mine, game.cost * moved)]
    return Payoff(*(np.asarray(one, dtype=np.float64) for one in amounts))


def free_riding(table: GameTable, choice: Floats) -> Floats:
    """Return what each player has by its best reply if all others agree without it, (player), million USD/yr."""
    game = table.game
    result = own_of(table, choice).net
    for player in range(len(table.players)):
        others = np.ones(len(table.players))
        others[player] = 0.0
        agreed = np.where(game.owner == player, choice, best(game, game.net(others)))
        result[player] += float((agreed - choice) @ game.benefit[:, player])
    return result


def _tried(table: GameTable, choice: Floats) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Return the coalitions among which a blocking one is looked for, (coalition, player), and their worth."""
    count = len(table.players)
    single = np.eye(count, dtype=bool)
    pairs = [single[one] | single[other] for one in range(count) for other in range(one)]
    coalitions = np.array([*single, *pairs, *~single])
    return coalitions, worths_of(table.game, choice, coalitions)


def _holding(
    table: GameTable,
    shares: Floats,
    apart: tuple[Floats, Floats],
    coalitions: npt.NDArray[np.bool_],
    worth: Floats,
) -> Holding:
    """Return what holds shares together; apart : (player) each, alone and by the best reply to all others."""
    alone, outside = apart
    excess = worth - coalitions @ shares
    worst = int(np.argmax(excess))
    slack = SLACK * float(np.abs(worth).max())
    leaves = (shares < alone - slack) | (outside > shares + slack)
    if excess[worst] <= slack:
        return Holding(outside, leaves, "", 0.0)
    members = ", ".join(code for code, inside in zip(table.players, coalitions[worst], strict=True) if inside)
    named = TRIED.format(coalition=f"{{{members}}}")
    return Holding(outside, leaves, named, float(excess[worst]))
