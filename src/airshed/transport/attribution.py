"""Attribution: the observed concentration of a place as the sum of its sources, a natural and an unexplained part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from airshed.pack.arrays import Floats
from airshed.pack.errors import AirshedError
from airshed.transport.relation import UNIT

WAYS = ("country", "region", "sector", "pollutant")
DUST = "dust and sea salt of the base year, held constant"
SPLIT = "split from the block {block} by the kernel"
INDICATIVE = "indicative"
NOTES = (DUST, SPLIT, INDICATIVE)
"""Templates of the notes on parts."""
NATURAL, UNEXPLAINED = "natural", "unexplained"


def by_way(contribution: xr.DataArray, way: str, home: Mapping[str, str]) -> xr.DataArray:
    """Return contributions (region, sector, pollutant, place) summed to one way of splitting: (way, place), ug/m3."""
    if way not in WAYS:
        raise AirshedError("attribution-cannot-split", way=way, ways=", ".join(WAYS))
    if way != "country":
        return contribution.sum([dim for dim in ("region", "sector", "pollutant") if dim != way])
    total = contribution.sum(["sector", "pollutant"])
    nations = [home[code] for code in total["region"].to_numpy()]
    distinct = list(dict.fromkeys(nations))
    member = np.array([[nation == code for nation in nations] for code in distinct], dtype=np.float64)
    pick = xr.DataArray(member, coords={"country": distinct, "region": total["region"]}, dims=("country", "region"))
    return pick.dot(total, dim="region")


def attribution_records(
    place: str,
    way: str,
    names: Sequence[str],
    parts: tuple[Floats, Floats, Floats],
    natural: tuple[float, float, float],
    unexplained: tuple[float, str, str] | None,
    notes: Sequence[str],
    sources: Sequence[str],
    natural_source: str,
) -> list[dict[str, Any]]:
    """Return the attribution of one place as records, largest first, `natural` and `unexplained` last.

    names : the parts; parts : their value, and the ends over the kernel parameters, in ug/m3; an end that does not
        move is left empty
    natural : value, low, high in ug/m3
    unexplained : bias in ug/m3, its source and note; None where nothing was observed
    notes, sources : one per part; natural_source : of the natural part
    returns : records of receptor, the way, value, unit, share (of the anthropogenic part), low, high, basis, source,
        note
    """
    value, low, high = parts
    total = float(value.sum())

    def record(
        name: str, number: float, share: float, ends: tuple[float, float], words: tuple[str, str, str]
    ) -> dict[str, Any]:
        basis, source, note = words
        return {
            "receptor": place,
            way: name,
            "value": number,
            "unit": UNIT,
            "share": share,
            "low": ends[0],
            "high": ends[1],
            "basis": basis,
            "source": source,
            "note": note,
        }

    records = []
    for index in np.argsort(-value, kind="stable"):
        ends = _ends(float(value[index]), float(low[index]), float(high[index]))
        share = float(value[index]) / total if total > 0 else np.nan
        words = ("derived", sources[index], notes[index])
        records.append(record(names[index], float(value[index]), share, ends, words))
    records.append(record(NATURAL, natural[0], np.nan, _ends(*natural), ("reported", natural_source, DUST)))
    if unexplained is not None:
        none = (np.nan, np.nan)
        records.append(record(UNEXPLAINED, unexplained[0], np.nan, none, ("derived", *unexplained[1:])))
    return records


def _ends(value: float, low: float, high: float) -> tuple[float, float]:
    """Return the ends of an interval, or nothing where they do not differ: no interval is better than a false one."""
    return (low, high) if high - low > 1e-9 * max(1.0, abs(value)) else (np.nan, np.nan)
