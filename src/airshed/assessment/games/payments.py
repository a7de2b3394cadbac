"""What follows from shares of a gain: who pays whom, who would leave by which key, and what many gain together."""

from __future__ import annotations

import pandas as pd

from airshed.assessment.games.cooperate import NOTHING, sweep_table
from airshed.assessment.games.game import CURRENT, LIMITED, NASH, GameTable


def payments_table(shares: pd.DataFrame) -> pd.DataFrame:
    """Return who pays whom by each key, as if all paid into one pot and each took its part of every payment.

    shares : of `cooperate.shares_table`
    returns : columns disagreement, key, payer, receiver, amount (million USD of 2015 a year), unit
    """
    columns = ["disagreement", "key", "payer", "receiver", "amount", "unit"]
    rows = []
    for (point, key), part in shares.groupby(["disagreement", "key"], sort=False):
        gets = part["transfer"].clip(lower=0.0)
        whole = float(gets.sum())
        if whole <= NOTHING:
            continue
        for payer, paid in zip(part["player"], -part["transfer"], strict=True):
            for receiver, got in zip(part["player"], gets, strict=True):
                if paid > NOTHING and got > NOTHING:
                    rows.append((point, key, payer, receiver, paid * got / whole, part["unit"].iloc[0]))
    return pd.DataFrame.from_records(rows, columns=columns)


def gains_of(table: GameTable, acted_on: float) -> pd.DataFrame:
    """Return what many players gain together at every disagreement point, by the sweep at its share.

    acted_on : share of its benefit that each acts on in the limited equilibrium
    returns : columns disagreement, gain and cost_alone (million USD of 2015 a year), unit
    """
    rows = sweep_table(table, (1.0, 0.0, acted_on))
    rows = rows[rows["player"] == "all"].rename(columns={"cost": "cost_alone"})
    return rows.assign(disagreement=[NASH, CURRENT, LIMITED])[["disagreement", "gain", "cost_alone", "unit"]]


def stability_table(shares: pd.DataFrame) -> pd.DataFrame:
    """Return for each key who would leave, and the coalition that could do better by itself.

    shares : of `cooperate.shares_table`
    returns : columns disagreement, key, would_leave (players that lose, or gain more by riding free), blocking, excess
        (million USD a year that the blocking coalition would have more), unit
    """
    rows = []
    for (point, key), part in shares.groupby(["disagreement", "key"], sort=False):
        leave = ", ".join(part.loc[part["stays"] == "no", "player"])
        first = part.iloc[0]
        rows.append((point, key, f"{{{leave}}}" if leave else "", first["blocking"], first["excess"], first["unit"]))
    columns = ["disagreement", "key", "would_leave", "blocking", "excess", "unit"]
    return pd.DataFrame.from_records(rows, columns=columns)
