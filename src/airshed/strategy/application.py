"""How far measures are applied, and how far they can be: as the pack knows it, else anything between none and all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of, group_members
from airshed.pack.pack import Pack

Case = Literal["low", "middle", "high"]
CASES: tuple[Case, ...] = get_args(Case)
"""How much room there is for more: low as little as the intervals allow, high as much, middle between."""


PUBLISHED, IMPLIED, STANDARD, RULE, NO_BASIS = "published", "implied", "standard", "rule", "unknown"
BASES = (PUBLISHED, IMPLIED, STANDARD, RULE, NO_BASIS)
"""Where a share applied is from, the best first: a count, emission per activity, a date, a rule of the pack, none."""
ASSUMED = (RULE, NO_BASIS)
"""Bases that say nothing on what is in place there."""


@dataclass(frozen=True)
class Application:
    """Ends of the share of its subjects' emission that a measure is and can be applied to; NaN where not known."""

    current: tuple[float, float]
    maximum: tuple[float, float]
    source: str
    basis: str = PUBLISHED


@dataclass(frozen=True)
class MeasureFamily:
    """Measures of a group, by number, whose shares are known together: variants of one device."""

    application: Application
    members: tuple[int, ...]


Known = Mapping[tuple[str, str], Application]


def applications(pack: Pack, year: int) -> dict[tuple[str, str], Application]:
    """Return the applications of a year by (measure, family or group of measures, region or group): the latest row."""
    rows = pack.optional("applications")
    if rows.empty:
        return {}
    rows = rows[rows["year"].astype(int) <= year].sort_values("year", kind="stable")
    return {
        (row["measure"], row["region"]): Application(
            (float(row["current_low"]), float(row["current_high"])),
            (float(row["maximum_low"]), float(row["maximum_high"])),
            row["source"],
            row["basis"] or PUBLISHED,
        )
        for row in rows.to_dict("records")
    }


def not_sold(pack: Pack, year: int) -> frozenset[tuple[str, str]]:
    """Return (measure, region or group) of what is not sold new any more in a year: a newer standard is in force."""
    rows = pack.optional("sales_ends")
    if rows.empty:
        return frozenset()
    ended = rows[rows["year"].astype(int) <= year]
    return frozenset(zip(ended["measure"], ended["region"], strict=True))


def places_of(pack: Pack, region: str) -> list[str]:
    """Return where the application in a region is looked up: the region itself, its groups, its nation."""
    nation = country_of(pack)[region]
    groups = [group for group, held in group_members(pack).items() if region in held or nation in held]
    return [region, *groups, nation]


def find_application(known: Known, measure: str, places: Sequence[str]) -> Application | None:
    """Return the application of a measure, family or group of measures at the first of the places that has one."""
    return next((known[measure, place] for place in places if (measure, place) in known), None)


def group_shares(
    found: Sequence[Application | None],
    applicability: Sequence[tuple[float, float]],
    case: Case,
    families: Sequence[MeasureFamily] = (),
    whole: Application | None = None,
) -> tuple[Floats, Floats]:
    """Return the current and the greatest application of the measures of one exclusive group.

    found : application of each measure, None where the pack knows none; applicability : ends of the share of the
    sector that each can work on, NaN where not known; families : measures whose shares are known together;
    whole : that of all of them together.
    The current shares add up to at most 1. A measure with its own row has it; what is left of the share of its family
    goes in equal parts to those of the family without one, then what is left of the whole to the others; without a
    whole they have equal parts of none (high), half (middle) or all (low) of the rest. A row with one end only is a
    single number, or at most that. A maximum that is not known lies between the current share and all that the measure
    can work on; that of a family or of the whole holds for each of its measures.
    returns : current (measure), maximum (measure)
    """
    if not found:
        return np.zeros(0), np.zeros(0)
    place = {"high": 0.0, "middle": 0.5, "low": 1.0}[case]
    ceiling = np.array([1.0 if np.isnan(high) else high for _, high in applicability])
    known = np.array([is_known(item) for item in found], dtype=bool)
    current = np.array([_current(item, place) for item in found])
    current *= min(1.0, 1.0 / max(current.sum(), 1.0))
    every = [] if whole is None else [MeasureFamily(whole, tuple(range(len(found))))]
    for level in (families, every):
        current, known = _with_families(current, known, [item for item in level if is_known(item.application)], place)
    current = np.minimum(current, np.where([is_known(item) for item in found], 1.0, ceiling))
    if not known.all():
        rest = max(0.0, 1.0 - float(current.sum()))
        current[~known] = np.minimum(place * rest / (~known).sum(), ceiling[~known])
    found = _limited(found, [*families, *every])
    least = np.array([_end(item, 0) for item in found])
    least = np.fmin(least, [low for low, _ in applicability])
    least = np.maximum(current, np.nan_to_num(least))
    most = np.array([_end(item, 1) for item in found])
    most = np.maximum(current, np.fmin(np.where(np.isnan(most), 1.0, most), ceiling))
    return current, np.maximum(current, place * least + (1.0 - place) * most)


def is_known(item: Application | None) -> bool:
    """Say whether there is a current share."""
    return item is not None and bool(np.isfinite(item.current).any())


def _current(item: Application | None, place: float) -> float:
    """Return the current share at a place between its ends, 0 where it is not known."""
    if item is None:
        return 0.0
    low, high = (0.0 if np.isnan(end) else end for end in item.current)
    return low + place * max(0.0, high - low)


def _with_families(
    current: Floats, known: npt.NDArray[np.bool_], families: Sequence[MeasureFamily], place: float
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return shares and whether they are known, once families gave theirs to the measures without their own."""
    left = [max(0.0, _current(item.application, place) - current[list(item.members)].sum()) for item in families]
    waiting = [[number for number in item.members if not known[number]] for item in families]
    asked = sum(share for share, members in zip(left, waiting, strict=True) if members)
    room = max(0.0, 1.0 - float(current.sum()))
    scale = room / asked if asked > room else 1.0
    current, known = current.copy(), known.copy()
    for share, members in zip(left, waiting, strict=True):
        if members:
            current[members] = scale * share / len(members)
            known[members] = True
    return current, known


def _limited(found: Sequence[Application | None], families: Sequence[MeasureFamily]) -> list[Application | None]:
    """Return the application of each measure, that of its family where it has none."""
    items = list(found)
    for family in families:
        for number in family.members:
            items[number] = family.application if items[number] is None else items[number]
    return items


def _end(item: Application | None, end: int) -> float:
    return float("nan") if item is None else item.maximum[end]
