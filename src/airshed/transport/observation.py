"""Observed annual means, by place, with their errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airshed.pack.pack import Pack
from airshed.pack.units import factor

ANNUAL = ("annual mean", "fiscal-year mean")
ERROR = 0.088
"""Error in ln of an annual mean of a kind that states none: weather and measurement, docs/method.md."""
DOUBTFUL = 3.0
"""Factor on the error of an observation that its source marks as doubtful."""


@dataclass(frozen=True)
class Observation:
    """An observed annual mean: of which place and year, of what kind, from where.

    value : ug/m3; error : standard deviation in ln, of weather and measurement
    """

    place: str
    place_name: str
    year: int
    value: float
    statistic: str
    kind: str
    confidence: str
    source: str
    error: float = ERROR


def annual_observations(pack: Pack) -> dict[str, list[Observation]]:
    """Return the annual means that stand for a whole place, by place; the preferred kind first, doubtful ones last."""
    rows = pack.optional("observations")
    rows = rows[(rows["coverage"] == "whole") & rows["statistic"].isin(ANNUAL) & (rows["place"] != "")]
    kinds = pack.optional("observation_kinds").set_index("kind")
    rank, errors = dict(kinds["rank"]), dict(kinds["error"].dropna()) if "error" in kinds else {}
    found: dict[str, list[tuple[tuple[float, ...], Observation]]] = {}
    for row in rows.to_dict("records"):
        doubtful = row["confidence"] == "L"
        order = (float(doubtful), float(rank.get(row["kind"], np.inf)), float(ANNUAL.index(row["statistic"])))
        item = Observation(
            place=row["place"],
            place_name=row["place_name"],
            year=int(row["year"]),
            value=float(row["value"]) * factor(row["unit"], "ug/m3"),
            statistic=row["statistic"],
            kind=row["kind"],
            confidence=row["confidence"],
            source=row["source"],
            error=float(errors.get(row["kind"], ERROR)) * (DOUBTFUL if doubtful else 1.0),
        )
        found.setdefault(item.place, []).append((order, item))
    return {place: [item for _, item in sorted(items, key=lambda pair: pair[0])] for place, items in found.items()}
