"""What a kilotonne less of a macrosector does to the air of the cells of a RIAT+ case, by its SHERPA relation.

A measure table knows no cells: what a measure removes is taken off the cells in proportion to what its macrosector
emits there of the same pollutant.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.errors import AirshedError
from airshed.strategy.riat import POLLUTANTS
from airshed.transport.sherpa import Sherpa

TONNES = 1e3
"""Tonnes per kilotonne."""
PRIMARY, PARTICLES = "PPM", ("PM10", "PM2.5")
CALLED = {"SO2": "SOx"}
FILES = dict(zip(POLLUTANTS, ("NOx", "VOC", "NH3", "PM10", "PM25", "SO2"), strict=True))
COORDINATES = 2


def read_cells(path: Path, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Return the code (0 outside the policy area, 1 inside, 2 border) and the area, km2, (latitude, longitude)."""
    table = np.loadtxt(path, skiprows=1)
    return on_grid(table[:, 3], shape), on_grid(table[:, 4:6].sum(axis=1), shape)


def read_areal(folder: Path, shape: tuple[int, int]) -> Floats:
    """Return emissions of the policy area (pollutant, macrosector from 1 on, latitude, longitude), t/yr."""
    return np.stack(
        [
            np.stack(
                [on_grid(column, shape) for column in np.loadtxt(folder / f"{name}.txt", skiprows=1).T[COORDINATES:]]
            )
            for name in FILES.values()
        ]
    )


def on_grid(values: Floats, shape: tuple[int, int]) -> Floats:
    """Return a column of cells, numbered south to north and then west to east, as (latitude, longitude)."""
    if values.size != shape[0] * shape[1]:
        raise AirshedError("cells-not-of-grid", size=values.size, rows=shape[0], columns=shape[1])
    return np.ascontiguousarray(values.reshape(shape[1], shape[0]).T)


def effects(relation: Sherpa, primary: str, emissions: Floats, area: Floats, sectors: Sequence[int]) -> Floats:
    """Return what a kt/yr less of each macrosector does (pollutant, macrosector, latitude, longitude), ug/m3.

    primary : what the relation answers for, PM2.5 or PM10: its own emission is the primary matter, the other counts 0
    emissions : (pollutant, macrosector from 1 on, latitude, longitude), t/yr; area : (latitude, longitude), km2
    sectors : numbers of the macrosectors asked for
    """
    found = np.zeros((len(POLLUTANTS), len(sectors), *area.shape))
    for place, pollutant in enumerate(POLLUTANTS):
        if pollutant in PARTICLES and pollutant != primary:
            continue
        name = PRIMARY if pollutant == primary else CALLED.get(pollutant, pollutant)
        emitted = emissions[place, [number - 1 for number in sectors]]
        total = emitted.sum(axis=(1, 2), keepdims=True)
        pattern = TONNES * emitted / np.where(total > 0, total, 1.0)
        density = np.divide(pattern, area, out=np.zeros_like(pattern), where=pattern > 0)
        found[place] = relation.response(name, density)
    return found
