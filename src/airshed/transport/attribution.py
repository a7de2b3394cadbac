"""Attribution: the observed concentration of a place as the sum of its sources, a natural part and what is unexplained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from airshed.pack.errors import AirshedError
from airshed.transport.relation import UNIT

WAYS = ("country", "region", "sector", "pollutant")
NATURAL, UNEXPLAINED = "natural", "unexplained"


def by_way(contribution: xr.DataArray, way: str, home: Mapping[str, str]) -> xr.DataArray:
    """Return contributions (region, sector, pollutant, place) summed to one way of splitting: (way, place), ug/m3."""
    if way not in WAYS:
        raise AirshedError(f"attribution cannot be split by {way}", f"use one of: {', '.join(WAYS)}")
    if way != "country":
        return contribution.sum([dim for dim in ("region", "sector", "pollutant") if dim != way])
    total = contribution.sum(["sector", "pollutant"])
    nations = [home[code] for code in total["region"].to_numpy()]
    distinct = list(dict.fromkeys(nations))
    member = np.array([[nation == code for nation in nations] for code in distinct], dtype=np.float64)
    pick = xr.DataArray(member, coords={"country": distinct, "region": total["region"]}, dims=("country", "region"))
    return pick.dot(total, dim="region")


def attribution_table(
    place: str,
    way: str,
    parts: xr.DataArray,
    low: xr.DataArray,
    high: xr.DataArray,
    natural: tuple[float, float, float],
    unexplained: tuple[float, str, str] | None,
    notes: Sequence[str],
    sources: Sequence[str],
    relation_source: str,
) -> pd.DataFrame:
    """Return the attribution of one place as rows, largest first, `natural` and `unexplained` last.

    parts, low, high : (way), ug/m3: central values and the ends over the kernel parameters
    natural : value, low, high in ug/m3
    unexplained : bias in ug/m3, its source and note; None where nothing was observed
    notes, sources : one per part; relation_source : of the natural part
    returns : columns receptor, the way, value, unit, share (of the anthropogenic part), low, high, basis, source, note
    """
    order = np.argsort(-parts.to_numpy(), kind="stable")
    total = float(parts.sum())
    names = parts[way].to_numpy()
    records = []
    for place_of in order:
        value = float(parts[place_of])
        spread = (float(low[place_of]), float(high[place_of]))
        moves = spread[1] - spread[0] > 1e-9 * max(1.0, abs(value))
        records.append(
            {
                way: str(names[place_of]),
                "value": value,
                "share": value / total if total > 0 else np.nan,
                "low": spread[0] if moves else np.nan,
                "high": spread[1] if moves else np.nan,
                "basis": "derived",
                "source": sources[place_of],
                "note": notes[place_of],
            }
        )
    records.append(
        {way: NATURAL, "value": natural[0], "share": np.nan, "low": natural[1], "high": natural[2],
         "basis": "reported", "source": relation_source, "note": "dust and sea salt of the base year, held constant"}
    )
    if unexplained is not None:
        records.append(
            {way: UNEXPLAINED, "value": unexplained[0], "share": np.nan, "low": np.nan, "high": np.nan,
             "basis": "derived", "source": unexplained[1], "note": unexplained[2]}
        )
    table = pd.DataFrame.from_records(records)
    table.insert(0, "receptor", place)
    table.insert(3, "unit", UNIT)
    return table
