"""Cooperation of more players than whose coalitions can all be counted: sampled Shapley shares, and keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.assessment.cooperate import (
    CHANDER_TULKENS,
    KEYS,
    SHAPLEY,
    Bargain,
    Holding,
    share_rows,
    shares_by,
)
from airshed.assessment.game import ACTED_ON, DISAGREEMENTS, Table, choices, sampled_benefit, together
from airshed.assessment.keys import OF_COST, OF_GAIN
from airshed.cooperation.coalitions import MOST_PLAYERS
from airshed.cooperation.options import best, payoff
from airshed.cooperation.shapley import Sampled, sampled_shapley
from airshed.cooperation.worth import worths_of
from airshed.pack.bounds import once
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import Pack
from airshed.pack.progress import step

Floats = npt.NDArray[np.float64]
ORDERS = 100
TRIED = "{coalition}, of those tried"
ANSWERED = (SHAPLEY, CHANDER_TULKENS, *OF_GAIN, *OF_COST)
SLACK = 1e-9


def too_many(table: Table) -> bool:
    """Return whether all coalitions of the players are too many to count."""
    return len(table.players) > MOST_PLAYERS


def many_table(
    pack: Pack,
    table: Table,
    points: Sequence[str] = DISAGREEMENTS,
    acted_on: float = ACTED_ON,
    keys: Sequence[str] | None = None,
    orders: int = ORDERS,
    seed: int = 1,
) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of `shares_table` for many players, with the standard error of sampled Shapley shares.

    The nucleolus is left out; a blocking coalition is looked for among players alone, pairs and all but one.
    """
    best_of_all = together(table)
    joint = payoff(table.game, best_of_all)
    drawn = table.held.chain.ensemble.samples > 0
    rows: list[dict[str, Any]] = []
    left_out: list[str] = []
    for point, choice in choices(table, acted_on).items():
        if point not in points:
            continue
        benefit = sampled_benefit(table, (best_of_all - choice)[None])[:, 0] if drawn else None
        none = np.zeros(0)
        empty = np.zeros((0, len(table.players)))
        alone, drawn_benefit = payoff(table.game, choice), empty if benefit is None else benefit
        bargain = Bargain(
            point, choice, alone, joint, none, empty, drawn_benefit, best_of_all, acted_on, np.zeros(0, bool)
        )
        outside = free_riding(table, choice)
        coalitions, worth = _tried(table, choice)
        wanted = once(keys or KEYS)
        for done, key in enumerate(wanted):
            step("keys", done, len(wanted))
            error = np.zeros(len(table.players))
            try:
                if key not in ANSWERED and not key.startswith("mixed:"):
                    raise AirshedError(f"the key {key} is for {MOST_PLAYERS} players at most", "take shapley, or a key")
                if key == SHAPLEY:
                    sampled = shapley_of_many(table, choice, orders, seed)
                    shares, error = sampled.shares, sampled.standard_error
                else:
                    shares = shares_by(pack, table, bargain, key)
            except (MissingTableError, AirshedError) as why:
                if keys:
                    raise
                left_out.append(f"{key}: {why.message}")
                continue
            held = _holding(table, shares, outside, coalitions, worth)
            found = share_rows(table, bargain, key, shares, held)
            rows += [{**row, "standard_error": float(one)} for row, one in zip(found, error, strict=True)]
    return pd.DataFrame.from_records(rows), list(dict.fromkeys(left_out))


def shapley_of_many(table: Table, choice: Floats, orders: int = ORDERS, seed: int = 1) -> Sampled:
    """Return the Shapley value from sampled orders of joining; the same seed gives the same answer."""
    return sampled_shapley(lambda joined: worths_of(table.game, choice, joined), len(table.players), orders, seed)


def free_riding(table: Table, choice: Floats) -> Floats:
    """Return what each player would gain if all others agreed without it, (player), million USD/yr."""
    game = table.game
    result = np.empty(len(table.players))
    for player in range(len(table.players)):
        others = np.ones(len(table.players))
        others[player] = 0.0
        agreed = np.where(game.owner == player, choice, best(game, game.net(others)))
        result[player] = float((agreed - choice) @ game.benefit[:, player])
    return result


def _tried(table: Table, choice: Floats) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Return the coalitions among which a blocking one is looked for, (coalition, player), and their worth."""
    count = len(table.players)
    single = np.eye(count, dtype=bool)
    pairs = [single[one] | single[other] for one in range(count) for other in range(one)]
    coalitions = np.array([*single, *pairs, *~single])
    return coalitions, worths_of(table.game, choice, coalitions)


def _holding(
    table: Table, shares: Floats, outside: Floats, coalitions: npt.NDArray[np.bool_], worth: Floats
) -> Holding:
    excess = worth - coalitions @ shares
    worst = int(np.argmax(excess))
    slack = SLACK * float(np.abs(worth).max())
    if excess[worst] <= slack:
        return Holding(outside, (shares < -slack) | (outside > shares + slack), "", 0.0)
    members = ", ".join(code for code, inside in zip(table.players, coalitions[worst], strict=True) if inside)
    named = TRIED.format(coalition=f"{{{members}}}")
    return Holding(outside, (shares < -slack) | (outside > shares + slack), named, float(excess[worst]))
