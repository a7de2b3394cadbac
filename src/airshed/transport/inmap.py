"""Source-receptor matrix of InMAP: from emissions of a cell and layer to particles over every cell of the ground.

Format: Tessum et al. 2017, PLoS ONE 12(4):e0176131, package `sr`: one variable per species over (layer, source,
receptor), ug/m3 per ug/s. A national matrix has 10^9 numbers and more, so that only the rows of sources that emit are
read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.transport.netcdf import numbers, opened

SPECIES = {"SO2": "pSO4", "NOx": "pNO3", "NH3": "pNH4", "NMVOC": "SOA", "PM2.5": "PrimaryPM25"}
"""What becomes of what is emitted; InMAP lets each precursor form one kind of particle."""
AXES = ("layer", "source", "receptor")
EDGES = ("W", "E", "S", "N")
UNIT = "ug m-3 per ug s-1"
SECONDS = 365 * 24 * 3600
MICROGRAMS = 1e15
"""Micrograms per kilotonne."""


@dataclass(frozen=True)
class InMap:
    """A matrix in a file, of which rows are read when they are asked for.

    layers : of the model that sources may emit into, in the order of the file
    west, east, south, north : (cell), edges of the cells of the ground in the coordinates of the file
    """

    path: Path
    layers: tuple[int, ...]
    species: tuple[str, ...]
    west: Floats
    east: Floats
    south: Floats
    north: Floats

    @property
    def cells(self) -> int:
        """How many cells the ground has."""
        return len(self.west)

    @property
    def in_degrees(self) -> bool:
        """Whether the edges can be longitudes and latitudes; a file does not name its projection."""
        return bool(
            np.abs([self.west, self.east]).max() <= 360.0
            and np.abs([self.south, self.north]).max() <= 90.0
            and (self.east - self.west).max() <= 30.0
        )

    def of_source(self, pollutant: str, cell: int, layer: int = 0) -> Floats:
        """Return what one kt/yr of a cell and layer gives to every cell of the ground (receptor), ug/m3."""
        species, place = SPECIES.get(pollutant, ""), self.layers.index(layer) if layer in self.layers else -1
        if species not in self.species or place < 0:
            raise AirshedError(
                "holds-no-emitted-into-layer",
                path=self.path,
                pollutant=pollutant,
                layer=layer,
                species=", ".join(self.species),
                layers=", ".join(map(str, self.layers)),
            )
        if not 0 <= cell < self.cells:
            raise AirshedError("no-cell", path=self.path, cell=cell, cells=self.cells - 1)
        with opened(self.path) as data:
            row = numbers(self.path, data, species, (place, cell))
        if not np.isfinite(row).all():
            raise AirshedError(
                "layer-source-receptor-no-number",
                path=self.path,
                species=species,
                layer=layer,
                cell=cell,
                np=int(np.argmin(np.isfinite(row))),
            )
        return row * per_kilotonne()

    def response(self, pollutant: str, emissions: Mapping[int, float], layer: int = 0) -> Floats:
        """Return what emissions (kt/yr by cell) into a layer give to every cell of the ground (receptor), ug/m3."""
        found = np.zeros(self.cells)
        for cell, emitted in emissions.items():
            found += emitted * self.of_source(pollutant, cell, layer)
        return found

    def cell_at(self, latitude: float, longitude: float) -> int | None:
        """Return the cell of the ground that holds a point in degrees, None outside."""
        inside = (self.west <= longitude) & (longitude < self.east) & (self.south <= latitude) & (latitude < self.north)
        return int(np.argmax(inside)) if inside.any() else None


@equation(
    key="inmap-rate",
    title="Rate of a kilotonne a year",
    latex=r"1\,\mathrm{kt/yr} = \frac{10^{15}\,\mathrm{\mu g}}{365 \cdot 86400\,\mathrm{s}}",
    units="ug/s per kt/yr",
    citation="definition; year of 365 days as in InMAP (Tessum et al. 2017)",
)
def per_kilotonne() -> float:
    """Return the micrograms per second of a kilotonne a year.

    >>> round(per_kilotonne())
    31709792
    """
    return MICROGRAMS / SECONDS


def read_inmap(path: Path) -> InMap:
    """Return the matrix of a file without its numbers; raises AirshedError for a file of another form."""
    with opened(path) as data:
        species = tuple(name for name in SPECIES.values() if name in data.variables)
        if not species:
            raise AirshedError(
                "path-none-species", path=path, species=", ".join(SPECIES.values()), axes=", ".join(AXES)
            )
        for name in species:
            _refuse_form(path, data.variables[name])
        layers = tuple(int(number) for number in numbers(path, data, "layers"))
        held, sources, cells = data.variables[species[0]].shape
        if len(layers) != held:
            raise AirshedError(
                "layers-names-layers", path=path, layers=len(layers), species=species[0], held_layers=held
            )
        edges = [numbers(path, data, name)[:cells] for name in EDGES]
    if sources != cells:
        raise AirshedError("sources-receptors", path=path, sources=sources, cells=cells)
    west, east, south, north = edges
    if any(len(edge) != cells for edge in edges) or not ((west < east) & (south < north)).all():
        raise AirshedError("edges-cells-out-order-missing", path=path)
    return InMap(path, layers, species, *edges)


def _refuse_form(path: Path, variable: Any) -> None:
    """Refuse a species whose axes or unit are not those of the format: its numbers would mean something else."""
    if variable.dimensions != AXES:
        raise AirshedError(
            "runs-over-write-over",
            path=path,
            name=variable.name,
            dimensions=", ".join(variable.dimensions),
            axes=", ".join(AXES),
        )
    unit = str(getattr(variable, "units", ""))
    if "s-1" not in unit or "g m-3" not in unit:
        if not unit:
            raise AirshedError("path-unit-name-missing", path=path, name=variable.name, wanted=UNIT)
        raise AirshedError("path-unit-name", path=path, name=variable.name, unit=unit, wanted=UNIT)
