"""The nucleolus: shares at which the coalition that complains most complains least, then the next, and so on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airshed.cooperation.coalitions import checked, player_count, sums, tolerance
from airshed.cooperation.least_excess import LeastExcess
from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError


@dataclass(frozen=True)
class Nucleolus:
    """Shares, (player), and the excess of every level, million USD/yr, with the coalitions that it was settled by."""

    shares: Floats
    levels: tuple[float, ...]
    coalitions: tuple[tuple[int, ...], ...]


@equation(
    key="nucleolus",
    title="Nucleolus",
    latex=r"\text{lexicographic minimum over imputations } x \text{ of the excesses } v(S) - \sum_{i \in S} x_i "
    r"\text{ sorted from the largest}",
    units="million USD/yr",
    citation="Schmeidler 1969, SIAM J. Appl. Math. 17:1163; by successive programmes: Maschler, Peleg and Shapley "
    "1979, Math. Oper. Res. 4:303",
)
def nucleolus(values: Floats) -> Nucleolus:
    """Return the nucleolus of the worth of all coalitions, (coalition).

    After each programme the coalitions whose row has a dual above 0 are settled: they have this excess in every
    optimum, whereas a row that is tight in one optimum only need not. All coalitions whose sum of shares follows from
    those settled are left out, so that every programme adds to the rank and n - 1 of them are enough.
    Raises AirshedError if the players are worth more alone than together, so that there is no imputation.
    """
    values = checked(values)
    singles = values[1 << np.arange(player_count(values))]
    gains = values - sums(singles)
    if gains[-1] < -tolerance(values):
        raise AirshedError("all-players-together-worth-alone", together=f"{values[-1]:g}", alone=f"{singles.sum():g}")
    gains[-1] = max(gains[-1], 0.0)
    programme = LeastExcess(gains, individual=True)
    levels, coalitions = [], []
    while not programme.settled:
        excess, shares, tight = programme.level()
        programme.settle(shares, tight)
        levels.append(excess)
        coalitions.append(tuple(tight))
    return Nucleolus(shares + singles, tuple(levels), tuple(coalitions))
