"""How far measures are applied, and how far they can be: as the pack knows it, else anything between none and all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from airshed.pack.codes import country_of, group_members
from airshed.pack.pack import Pack

Floats = npt.NDArray[np.float64]
Case = Literal["low", "middle", "high"]
CASES: tuple[Case, ...] = get_args(Case)
"""How much room there is for more: low as little as the intervals allow, high as much, middle between."""


@dataclass(frozen=True)
class Application:
    """Ends of the share of a sector's emission that a measure is and can be applied to; NaN where not known."""

    current: tuple[float, float]
    maximum: tuple[float, float]
    source: str


Known = Mapping[tuple[str, str], Application]


def applications(pack: Pack, year: int) -> dict[tuple[str, str], Application]:
    """Return the applications of a year by (measure, region or group): the latest row that is not after the year."""
    rows = pack.optional("applications")
    if rows.empty:
        return {}
    rows = rows[rows["year"].astype(int) <= year].sort_values("year", kind="stable")
    return {
        (row["measure"], row["region"]): Application(
            (float(row["current_low"]), float(row["current_high"])),
            (float(row["maximum_low"]), float(row["maximum_high"])),
            row["source"],
        )
        for _, row in rows.iterrows()
    }


def places_of(pack: Pack, region: str) -> list[str]:
    """Return where the application in a region is looked up: the region itself, its groups, its nation."""
    groups = [group for group, held in group_members(pack).items() if region in held]
    return [region, *groups, country_of(pack)[region]]


def find_application(known: Known, measure: str, places: Sequence[str]) -> Application | None:
    """Return the application of a measure at the first of the places that has one."""
    return next((known[measure, place] for place in places if (measure, place) in known), None)


def group_shares(
    found: Sequence[Application | None], applicability: Sequence[tuple[float, float]], case: Case
) -> tuple[Floats, Floats]:
    """Return the current and the greatest application of the measures of one exclusive group.

    found : application of each measure, None where the pack knows none; applicability : ends of the share of the
    sector that each can work on, NaN where not known. The current shares add up to at most 1: what is known leaves the
    rest to the others, who have equal parts of none (high), half (middle) or all (low) of it. A row with one end only
    is a single number, or at most that. A maximum that is not known lies between the current share and all that the
    measure can work on.
    returns : current (measure), maximum (measure)
    """
    if not found:
        return np.zeros(0), np.zeros(0)
    place = {"high": 0.0, "middle": 0.5, "low": 1.0}[case]
    ceiling = np.array([1.0 if np.isnan(high) else high for _, high in applicability])
    known = np.array([item is not None and np.isfinite(item.current).any() for item in found], dtype=bool)
    current = np.zeros(len(found))
    for number, item in enumerate(found):
        if item is not None and known[number]:
            low = float(np.nan_to_num(item.current[0]))
            high = max(low, float(np.nan_to_num(item.current[1])))
            current[number] = low + place * (high - low)
    current *= min(1.0, 1.0 / max(current.sum(), 1.0))
    if not known.all():
        current[~known] = np.minimum(place * (1.0 - current.sum()) / (~known).sum(), ceiling[~known])
    least = np.array([_end(item, 0) for item in found])
    least = np.fmin(least, [low for low, _ in applicability])
    least = np.maximum(current, np.nan_to_num(least))
    most = np.array([_end(item, 1) for item in found])
    most = np.maximum(current, np.fmin(np.where(np.isnan(most), 1.0, most), ceiling))
    return current, np.maximum(current, place * least + (1.0 - place) * most)


def _end(item: Application | None, end: int) -> float:
    return float("nan") if item is None else item.maximum[end]
