"""Published intervals of emission totals: where the pack states the law of a nation's emissions of a pollutant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.sampling.table import Distribution, distributions

CENTRAL_95 = (0.025, 0.975)
INTERVAL = "low and high: {note}"
NOTES = (INTERVAL,)
"""Templates of the notes, for translation."""


@dataclass(frozen=True)
class TotalInterval:
    """The ends of the central 95 % of an emission total as factors of it, with sources and notes of its terms."""

    low: float
    high: float
    sources: tuple[str, ...]
    notes: tuple[str, ...]


def total_intervals(pack: Pack) -> dict[tuple[str, str], TotalInterval]:
    """Return the intervals that the pack states for totals, by region and pollutant; all laws of one are its terms."""
    terms: dict[tuple[str, str], list[Distribution]] = {}
    for item in distributions(pack, "emissions"):
        about = item.conditions
        if set(about) == {"region", "pollutant"}:
            terms.setdefault((about["region"], about["pollutant"]), []).append(item)
    found = {}
    for key, laws in terms.items():
        ends = np.log(np.array([law.at(np.array(CENTRAL_95)) for law in laws]))
        low, high = joined_ends(ends[:, 0], ends[:, 1])
        sources, notes = (
            tuple(dict.fromkeys(words)) for words in zip(*((law.source, law.note) for law in laws), strict=True)
        )
        found[key] = TotalInterval(low, high, sources, notes)
    return found


@equation(
    key="emission-interval-terms",
    title="Terms of the interval of an emission total",
    latex=r"\ln f_{2.5} = -\sqrt{\sum_i (\ln f_{i,2.5})^2},\quad \ln f_{97.5} = \sqrt{\sum_i (\ln f_{i,97.5})^2}",
    units="1",
    citation="independent relative errors add in squares; the terms are laws of the table distributions",
)
def joined_ends(low: Floats, high: Floats) -> tuple[float, float]:
    """Return the ends of a product of independent factors, as factors.

    low, high : (term,), logarithms of the ends of each factor, low <= 0 <= high for a factor that holds 1

    >>> [round(end, 3) for end in joined_ends(np.log([0.8]), np.log([1.25]))]
    [0.8, 1.25]
    """
    return float(np.exp(_in_squares(low))), float(np.exp(_in_squares(high)))


def _in_squares(ends: Floats) -> float:
    """Return a single end as it is, several by the root of the sum of their squares, with the sign of their sum."""
    if len(ends) == 1:
        return float(ends[0])
    return float(np.sign(ends.sum()) * np.sqrt((ends**2).sum()))


@equation(
    key="emission-interval",
    title="Interval of an emission total",
    latex=r"E_{low} = f_{2.5}\,E,\quad E_{high} = f_{97.5}\,E",
    units="kt/yr",
    citation="factors of the law in the table distributions; for China Zhao et al. 2011, Atmos. Chem. Phys. 11:2295",
)
def interval_ends(value: float, interval: TotalInterval) -> tuple[float, float]:
    """Return low and high of an emission total, in its unit.

    >>> interval_ends(200.0, TotalInterval(0.75, 1.5, (), ()))
    (150.0, 300.0)
    """
    return value * interval.low, value * interval.high


def with_intervals(pack: Pack, rows: pd.DataFrame, whole: Collection[str]) -> pd.DataFrame:
    """Return emission rows with the columns low and high; empty where no interval of the row is published.

    rows : columns region, sector, pollutant, value, source, note; only rows of the sector `total` have an interval
    whole : labels whose rows hold all of that region, not a choice of its parts
    """
    known = total_intervals(pack)
    rows = rows.assign(low=np.nan, high=np.nan)
    for (region, pollutant), interval in known.items():
        here = (rows["region"] == region) & (rows["pollutant"] == pollutant) & (rows["sector"] == "total")
        if region not in whole or not here.any():
            continue
        ends = [interval_ends(float(value), interval) for value in rows.loc[here, "value"]]
        rows.loc[here, ["low", "high"]] = ends
        rows.loc[here, "source"] = [_joined(text, interval.sources, " ") for text in rows.loc[here, "source"]]
        told = [INTERVAL.format(note=note) for note in interval.notes]
        rows.loc[here, "note"] = [_joined(text, told, "; ") for text in rows.loc[here, "note"]]
    return rows


def _joined(text: str, more: Iterable[str], separator: str) -> str:
    parts = [part for part in text.split(separator) if part]
    return separator.join(dict.fromkeys([*parts, *more]))
