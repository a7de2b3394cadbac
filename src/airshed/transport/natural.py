"""Natural PM2.5 by place: that of the table `natural`, else that of the block of the relation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from airshed.pack.codes import country_of
from airshed.pack.pack import Pack

if TYPE_CHECKING:
    from airshed.transport.relation import Relation

ENDS = ("value", "low", "high")


def natural_rows(pack: Pack) -> pd.DataFrame:
    """Return the natural part by place: value, low and high in ug/m3, and source; an end left out is the value."""
    rows = pack.optional("natural").set_index("place")
    ends = {end: rows[end].fillna(rows["value"]).astype("float64") for end in ("low", "high")}
    return rows[["value", "source"]].assign(**ends)


def natural_parts(pack: Pack, relation: Relation) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    """Return the natural part of every receptor of a relation, its low and its high end, each (receptor), ug/m3.

    A city takes its own row of the table `natural`, else that of its region, else that of its nation; a receptor
    without any keeps the natural part that the relation has. No part is below zero, none outside its ends.
    """
    held = (relation.natural, relation.natural_low, relation.natural_high)
    rows = natural_rows(pack)
    if rows.empty:
        return held
    nation = country_of(pack)
    cities = pack.optional("receptors").set_index("code")["region"]
    values = np.stack([part.to_numpy() for part in held])
    for column, receptor in enumerate(relation.receptors):
        region = str(cities.get(receptor, receptor))
        place = next((code for code in (receptor, region, nation.get(region, "")) if code in rows.index), None)
        if place is not None:
            values[:, column] = rows.loc[place, list(ENDS)].to_numpy(dtype=np.float64)
    values[1], values[2] = np.minimum(values[0], values[1]), np.maximum(values[0], values[2])
    central, low, high = (part.copy(data=np.maximum(row, 0.0)) for part, row in zip(held, values, strict=True))
    return central, low, high
