"""Inventories as cubes: what a source prints, by region, sector, pollutant and year, never mixed with another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from airshed.emissions.flags import BASES, flag_array
from airshed.pack.codes import unknown
from airshed.pack.pack import Pack
from airshed.pack.units import factor

UNIT = "kt/yr"
DIMS = ("region", "sector", "pollutant", "year")


def inventories(pack: Pack) -> list[str]:
    """Return the names of the inventories in the pack, in its order."""
    return [str(name) for name in pack.table("emissions")["inventory"].unique()]


def inventory_rows(pack: Pack, name: str) -> pd.DataFrame:
    """Return the rows of one inventory with the value in kt/yr; raises AirshedError for an unknown name."""
    rows = pack.table("emissions")
    if name not in inventories(pack):
        raise unknown("inventory", name, [*inventories(pack), "baseline"])
    rows = rows[rows["inventory"] == name].copy()
    scale = rows["unit"].map({unit: factor(unit, UNIT) for unit in rows["unit"].unique()})
    for column in ("value", "printed_change"):
        rows[column] = rows[column] * scale
    return rows


def inventory_cube(pack: Pack, name: str) -> xr.Dataset:
    """Return an inventory as a Dataset of `value` (kt/yr), `basis` and `source` over (region, sector, pollutant, year).

    Rows of one sector are added (REAS prints households and other buildings apart); printed totals stay the sector
    `total` and are not computed. What the inventory does not print is NaN. It is made once, and cannot be written to.
    """
    return pack.derive(f"inventory {name}", lambda opened: _made(opened, name))


def _made(pack: Pack, name: str) -> xr.Dataset:
    rows = inventory_rows(pack, name)
    coords = {
        "region": _ordered(rows["region"], [*pack.table("regions")["code"], *pack.optional("groups")["code"]]),
        "sector": _ordered(rows["sector"], list(pack.table("sectors")["code"])),
        "pollutant": _ordered(rows["pollutant"], list(pack.table("pollutants")["code"])),
        "year": np.array(sorted(rows["year"].unique()), dtype=np.int64),
    }
    keys = list(DIMS)
    cells = rows.groupby(keys, sort=False).agg(
        value=("value", "sum"), basis=("basis", "first"), source=("source", "first")
    )
    where = tuple(pd.Index(coords[dim]).get_indexer(cells.index.get_level_values(dim)) for dim in keys)
    shape = tuple(len(coords[dim]) for dim in keys)
    sources = ["", *dict.fromkeys(cells["source"])]
    value = np.full(shape, np.nan)
    value[where] = cells["value"]
    basis = np.zeros(shape, dtype=np.int8)
    basis[where] = cells["basis"].map({word: code for code, word in enumerate(BASES)})
    source = np.zeros(shape, dtype=np.int16)
    source[where] = cells["source"].map({word: code for code, word in enumerate(sources)})
    values = xr.DataArray(value, coords=coords, dims=DIMS, name="value", attrs={"units": UNIT})
    cube = xr.Dataset(
        {
            "value": values,
            "basis": flag_array(basis, BASES, values, "basis"),
            "source": flag_array(source, sources, values, "source"),
        },
        attrs={"inventory": name},
    )
    return sealed(cube)


def sealed(cube: xr.Dataset) -> xr.Dataset:
    """Return a cube whose numbers cannot be written to, for all who ask get the same."""
    for values in cube.data_vars.values():
        values.to_numpy().flags.writeable = False
    return cube


def _ordered(found: pd.Series, known: list[str]) -> np.ndarray:
    present = set(found.unique())
    return np.array([code for code in known if code in present])
