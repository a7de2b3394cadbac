"""What stands in the rows of a plan's measures and bears on its answer: caveats, fuel paid twice, prices wide apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from airshed.assessment.plans.plan import USED, PlanSolution
from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.strategy.measures import catalogue
from airshed.strategy.options import Options

Floats = npt.NDArray[np.float64]
SAID_FROM = 0.01
"""Part of what a plan spends, removes or saves of CO2 from which it says what stands in the row of a measure."""
WIDE = 1000.0
"""High over low price of a measure above which it is hardly known: three orders of magnitude."""


def caveats_of(found: PlanSolution) -> list[dict[str, Any]]:
    """Return what the rows of the measures of a plan warn of, the measure with the largest part first.

    returns : measure, share (the largest of its parts of the cost, of the tonnes removed, and of the CO2 lowered by the
        plan, at least `SAID_FROM`) and caveat
    """
    options = found.ground.options
    change = _grown(found)
    removed = np.maximum(np.nan_to_num(options.removal), 0.0).sum(axis=1) * change
    amounts = np.array([_spent(found), removed, np.maximum(-np.nan_to_num(options.co2), 0.0) * change])
    return said_of(found.ground.pack, options.measure, amounts)


def said_of(pack: Pack, measures: Sequence[str], amounts: Floats) -> list[dict[str, Any]]:
    """Return the caveats of the measures that make enough of some amount; amounts : (amount, row), at least 0."""
    warned = {one.code: one.caveats for one in catalogue(pack) if one.caveats}
    total = amounts.sum(axis=1)
    shares: dict[str, Floats] = {}
    for place, code in enumerate(measures):
        if code in warned:
            shares[code] = shares.get(code, np.zeros(len(amounts))) + amounts[:, place]
    rows = [
        {"measure": code, "share": share, "caveat": caveat}
        for code, parts in shares.items()
        if (share := float(np.max(parts / np.where(total > 0, total, np.inf), initial=0.0))) >= SAID_FROM
        for caveat in warned[code]
    ]
    return sorted(rows, key=lambda row: -row["share"])


def paid_twice(found: PlanSolution) -> dict[str, Any]:
    """Return what measures pay for what they need, where the plan buys that as well: at most so much is paid twice.

    returns : paid_twice, million USD of 2015 a year; paid_twice_for, the measures that are bought so
    """
    options, change = found.ground.options, _grown(found)
    spent = _spent(found)
    bought = {(options.region[row], options.measure[row]): spent[row] for row in np.flatnonzero(change)}
    needed: dict[tuple[str, str], float] = {}
    for row in np.flatnonzero((change > 0) & (options.needed_cost > 0)):
        pair = (options.region[row], options.needed[row])
        needed[pair] = needed.get(pair, 0.0) + float(options.needed_cost[row] * change[row])
    twice = {pair: overlap(bought[pair], paid) for pair, paid in needed.items() if pair in bought}
    return {
        "paid_twice": sum(twice.values()),
        "paid_twice_for": sorted({code for (_, code), amount in twice.items() if amount > 0}),
    }


@equation(
    key="paid-twice",
    title="What is paid twice at most where two ways pay for the same",
    latex=r"d = \min(C_f\,\Delta x_f,\ \sum_m (c'_m - c_m)\,\Delta x_m)",
    units="million USD of 2015 a year",
    citation="rule of this project: neither pays twice for more than it pays at all; see docs/method.md",
)
def overlap(bought: float, needed: float) -> float:
    """Return what may be paid twice of what is bought for itself and what is paid as a need of others.

    >>> overlap(3.0, 5.0)
    3.0
    """
    return max(min(float(bought), float(needed)), 0.0)


def wide_prices(found: PlanSolution) -> dict[str, Any]:
    """Return how much of a plan rests on measures whose price is known within three orders of magnitude at best.

    returns : wide_measures (codes), wide_cost_share, and wide_low and wide_high, million USD a year: what these alone
        cost at the ends of their prices, parts of price_low and price_high
    """
    options, change = found.ground.options, _grown(found)
    wide = far_apart(options) & (change > 0)
    spent = _spent(found)
    low, high = (float(np.nan_to_num(options.cost[wide, end]) @ change[wide]) for end in (0, 2))
    total = float(spent.sum())
    return {
        "wide_measures": sorted({options.measure[row] for row in np.flatnonzero(wide)}),
        "wide_cost_share": float(spent[wide].sum()) / total if total > 0 else None,
        "wide_low": low,
        "wide_high": high,
    }


def far_apart(options: Options) -> npt.NDArray[np.bool_]:
    """Say which options have ends of their price more than three orders of magnitude apart, (option)."""
    low, high = options.unit_cost[:, 0], options.unit_cost[:, 2]
    return np.asarray(options.selectable & (low > 0) & (high > WIDE * np.where(low > 0, low, np.inf)))


def _grown(found: PlanSolution) -> Floats:
    """Return by how much the plan applies its measures more, (option)."""
    change = np.maximum(found.application - found.ground.options.current, 0.0)
    return np.asarray(np.where(change > USED, change, 0.0))


def _spent(found: PlanSolution) -> Floats:
    """Return what the plan spends on its measures at their central cost, (option), million USD a year."""
    options = found.ground.options
    cost = np.where(options.selectable, np.nan_to_num(options.cost[:, 1]), 0.0)
    return np.asarray(np.maximum(cost, 0.0) * _grown(found))
