"""Published intervals of emission totals: where the pack states the law of a nation's emissions of a pollutant."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.sampling.table import distributions

CENTRAL_95 = (0.025, 0.975)
INTERVAL = "low and high: {note}"
NOTES = (INTERVAL,)
"""Templates of the notes, for translation."""


@dataclass(frozen=True)
class TotalInterval:
    """The ends of the central 95 % of an emission total as factors of it, with the source and its note."""

    low: float
    high: float
    source: str
    note: str


def total_intervals(pack: Pack) -> dict[tuple[str, str], TotalInterval]:
    """Return the intervals that the pack states for totals, by region and pollutant."""
    found = {}
    for item in distributions(pack, "emissions"):
        about = item.conditions
        if set(about) == {"region", "pollutant"}:
            low, high = (float(end) for end in item.at(np.array(CENTRAL_95)))
            found[about["region"], about["pollutant"]] = TotalInterval(low, high, item.source, item.note)
    return found


@equation(
    key="emission-interval",
    title="Interval of an emission total",
    latex=r"E_{low} = f_{2.5}\,E,\quad E_{high} = f_{97.5}\,E",
    units="kt/yr",
    citation="factors of the law in the table distributions; for China Zhao et al. 2011, Atmos. Chem. Phys. 11:2295",
)
def interval_ends(value: float, interval: TotalInterval) -> tuple[float, float]:
    """Return low and high of an emission total, in its unit.

    >>> interval_ends(200.0, TotalInterval(0.75, 1.5, "", ""))
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
        rows.loc[here, "source"] = [_joined(text, interval.source, " ") for text in rows.loc[here, "source"]]
        told = INTERVAL.format(note=interval.note)
        rows.loc[here, "note"] = [_joined(text, told, "; ") for text in rows.loc[here, "note"]]
    return rows


def _joined(text: str, more: str, separator: str) -> str:
    parts = [part for part in text.split(separator) if part]
    return separator.join(dict.fromkeys([*parts, more]))
