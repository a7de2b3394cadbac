"""Observed annual means, by place, with their errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from airshed.pack.pack import Pack
from airshed.pack.units import factor

ANNUAL = ("annual mean", "fiscal-year mean")
DOUBTFUL = 3.0
"""Factor on the error of an observation that its source marks as doubtful."""
WIDE = 20_000.0
"""Area in km2 up to which a region is one city: the mean of its sites leaves no other cities out."""


@dataclass(frozen=True)
class Observation:
    """An observed annual mean: of which place and year, of what kind, from where.

    value : ug/m3; error : of measurement, standard deviation in ln; None where its kind states none
    sites : how many cities the mean of a region of many cities was made of, 0 where that does not matter
    segment : which part of a series that a declared break cuts, from 1; 0 of one without a break
    """

    place: str
    place_name: str
    year: int
    value: float
    statistic: str
    kind: str
    confidence: str
    source: str
    error: float | None = None
    sites: int = 0
    segment: int = 0


def annual_observations(pack: Pack) -> dict[str, list[Observation]]:
    """Return the annual means that stand for a whole place, by place; the preferred kind first, doubtful ones last.

    A single site stands for its city in the years without another one. Each is there once, however often its row stands
    in the table.
    """
    rows = pack.optional("observations")
    rows = rows[rows["statistic"].isin(ANNUAL) & (rows["place"] != "")]
    whole = rows["coverage"] == "whole"
    seen = pd.MultiIndex.from_frame(rows.loc[whole, ["place", "year"]])
    alone = ~pd.MultiIndex.from_frame(rows[["place", "year"]]).isin(seen)
    rows = rows[whole | ((rows["coverage"] == "site") & rows["place"].isin(pack.optional("receptors")["code"]) & alone)]
    kinds = pack.optional("observation_kinds").set_index("kind")
    rank, errors = dict(kinds["rank"]), dict(kinds["error"].dropna()) if "error" in kinds else {}
    wide, breaks = _wide(pack), observation_breaks(pack)
    found: dict[str, list[tuple[tuple[float, ...], Observation]]] = {}
    for row in rows.to_dict("records"):
        sites = row.get("sites", np.nan)
        doubtful = row["confidence"] == "L"
        order = (
            float(doubtful),
            float(rank.get(row["kind"], np.inf)),
            float(ANNUAL.index(row["statistic"])),
            float(row["year"]),
            float(row["value"]),
        )
        item = Observation(
            place=row["place"],
            place_name=row["place_name"],
            year=int(row["year"]),
            value=float(row["value"]) * factor(row["unit"], "ug/m3"),
            statistic=row["statistic"],
            kind=row["kind"],
            confidence=row["confidence"],
            source=row["source"],
            error=_error(errors.get(row["kind"]), doubtful),
            sites=int(sites) if row["place"] in wide and pd.notna(sites) else 0,
            segment=segment_of(breaks, row["place"], row["kind"], int(row["year"])),
        )
        found.setdefault(item.place, []).append((order, item))
    # a row that stands twice is one observation
    return {
        place: list(dict.fromkeys(item for _, item in sorted(items, key=lambda pair: pair[0])))
        for place, items in found.items()
    }


def observation_breaks(pack: Pack) -> dict[tuple[str, str], list[int]]:
    """Return the first years after the breaks in observations, by place and kind."""
    rows = pack.optional("observation_breaks")
    found: dict[tuple[str, str], list[int]] = {}
    for place, kind, year in zip(rows["place"], rows["kind"], rows["year"], strict=True):
        found.setdefault((place, kind), []).append(int(year))
    return found


def segment_of(breaks: Mapping[tuple[str, str], Sequence[int]], place: str, kind: str, year: int) -> int:
    """Return which part of a broken series a year lies in, from 1; 0 where no break is declared."""
    years = breaks.get((place, kind))
    return 0 if years is None else 1 + sum(year >= first for first in years)


def _error(of_kind: float | None, doubtful: bool) -> float | None:
    if of_kind is None:
        return None
    return float(of_kind) * (DOUBTFUL if doubtful else 1.0)


def _wide(pack: Pack) -> set[str]:
    """Return the parts of nations that are wider than one city."""
    areas, regions = pack.optional("areas"), pack.optional("regions")
    parts = set(regions.loc[regions["parent"] != "", "code"])
    values = zip(areas["region"], areas["value"], areas["unit"], strict=True)
    return {code for code, value, unit in values if code in parts and value * factor(unit, "km2") > WIDE}
