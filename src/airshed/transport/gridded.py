"""Relations on a grid, read at the places of a pack: regions emit at their population points, and breathe there.

Only cells are known to such a relation. A region whose points do not all lie in the grid is no part of it, and a number
for a region rests on where its points are: all results are indicative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from airshed.pack.arrays import Floats
from airshed.pack.codes import leaves
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.transport.distance import EARTH_RADIUS, Point, inner_distances, points, receptor_homes
from airshed.transport.inmap import InMap
from airshed.transport.sherpa import Sherpa
from airshed.transport.tm5fasst import PRECURSORS, PRIMARY

Cell = tuple[int, int]
TONNES = 1e3
"""Tonnes per kilotonne."""
CALLED = {"SOx": "SO2", "SO2": "SO2", "NOx": "NOx", "NH3": "NH3"}
MATTER = ("PPM", "PM25", "PM2.5")
"""What SHERPA calls primary matter."""


def sherpa_matrix(pack: Pack, relation: Sherpa) -> xr.DataArray:
    """Return what a kt/yr of every region gives to every region and city in the grid.

    returns : (precursor, species, region, receptor), ug/m3 per kt/yr. A region acts on itself, and on the cities in it,
    at the distance of two thirds of the radius of a circle of its area, as in the relation of the pack
    """
    cells = {code: _cells(relation, where) for code, where in points(pack).items()}
    regions, receptors = _inside(pack, {code: bool(found) for code, found in cells.items()})
    homes, inner = dict(receptor_homes(pack)), inner_distances(pack)
    precursors = _sherpa_precursors(relation)
    matrix = np.zeros((len(PRECURSORS), 1, len(regions), len(receptors)))
    for row, region in enumerate(regions):
        for column, receptor in enumerate(receptors):
            own = inner.get(region) if homes.get(receptor, receptor) == region else None
            given = [
                _sherpa_effect(relation, source, sink, own) for source in cells[region] for sink in cells[receptor]
            ]
            values = np.mean(given, axis=0)
            for precursor, place in precursors.items():
                matrix[PRECURSORS.index(precursor), 0, row, column] = values[place]
    return _array(matrix, ["PM2.5"], regions, receptors)


def _sherpa_precursors(relation: Sherpa) -> dict[str, int]:
    """Return the place in the relation of every precursor of ours that it knows."""
    found = {CALLED[name]: place for place, name in enumerate(relation.pollutants) if name in CALLED}
    matter = next((place for place, name in enumerate(relation.pollutants) if name in MATTER), None)
    return found | ({} if matter is None else dict.fromkeys(PRIMARY, matter))


def _sherpa_effect(relation: Sherpa, source: Cell, sink: Cell, own: float | None) -> Floats:
    """Return what a kt/yr of a cell gives to another (pollutant), ug/m3; own : km at which a region acts on itself."""
    area = cell_area(relation, source[0])
    distance = np.hypot(source[0] - sink[0], source[1] - sink[1]) if own is None else own / np.sqrt(area)
    near = (1.0 + distance) ** -relation.omega[:, sink[0], sink[1]]
    weight = near if distance <= relation.radius else relation.flat[:, sink[0], sink[1]]
    return np.asarray(np.nan_to_num(relation.alpha[:, sink[0], sink[1]] * weight * TONNES / area))


def cell_area(relation: Sherpa, row: int) -> float:
    """Return the area of the cells of a row, km2: that of a patch of the sphere between its edges."""
    north, east = (abs(float(axis[1] - axis[0])) for axis in (relation.latitude, relation.longitude))
    middle = float(relation.latitude[row])
    height = np.sin(np.radians(middle + north / 2)) - np.sin(np.radians(middle - north / 2))
    return float(EARTH_RADIUS**2 * np.radians(east) * height)


def _cells(relation: Sherpa, where: Sequence[Point]) -> list[Cell]:
    """Return the cells of points; none unless all points lie in cells that have a relation."""
    found = []
    for latitude, longitude in where:
        place = (_nearest(relation.latitude, latitude), _nearest(relation.longitude, longitude))
        if place[0] is None or place[1] is None or not np.isfinite(relation.alpha[:, place[0], place[1]]).any():
            return []
        found.append((place[0], place[1]))
    return found


def _nearest(axis: Floats, value: float) -> int | None:
    """Return the cell of an axis whose centre is nearest, None beyond half a cell from the last."""
    half = np.abs(np.diff(axis)).max() / 2
    place = int(np.argmin(np.abs(axis - value)))
    return place if abs(axis[place] - value) <= half else None


def inmap_matrix(pack: Pack, relation: InMap) -> xr.DataArray:
    """Return what a kt/yr of every region, emitted at the ground, gives to every region and city in the grid.

    returns : (precursor, species, region, receptor), ug/m3 per kt/yr; only the rows of the cells of regions are read.
    Raises AirshedError for a file whose edges are no degrees: it does not name the projection they are in.
    """
    if not relation.in_degrees:
        raise AirshedError("cells-metres-does-not-say", path=relation.path)
    layer = min(relation.layers)
    cells = {}
    for code, where in points(pack).items():
        found = [relation.cell_at(*point) for point in where]
        cells[code] = [] if None in found else [cell for cell in found if cell is not None]
    regions, receptors = _inside(pack, {code: bool(found) for code, found in cells.items()})
    species = [name for name in relation.species if name != "SOA"]
    matrix = np.zeros((len(PRECURSORS), len(species), len(regions), len(receptors)))
    for row, region in enumerate(regions):
        for place, name in enumerate(species):
            emitted = {"pSO4": "SO2", "pNO3": "NOx", "pNH4": "NH3"}.get(name, "PM2.5")
            field = np.mean([relation.of_source(emitted, cell, layer) for cell in cells[region]], axis=0)
            given = [float(field[cells[receptor]].mean()) for receptor in receptors]
            for precursor in PRIMARY if emitted == "PM2.5" else (emitted,):
                matrix[PRECURSORS.index(precursor), place, row] = given
    return _array(matrix, species, regions, receptors)


def _inside(pack: Pack, covered: Mapping[str, bool]) -> tuple[list[str], list[str]]:
    """Return the regions and the receptors in a grid; raises AirshedError where nothing of the pack is."""
    regions = [code for code in leaves(pack) if covered.get(code)]
    cities = [code for code in pack.optional("receptors")["code"] if covered.get(code)]
    if not regions:
        raise AirshedError("no-region-pack-lies-grid")
    return regions, [*regions, *cities]


def _array(matrix: Floats, species: list[str], regions: list[str], receptors: list[str]) -> xr.DataArray:
    coords = {"precursor": list(PRECURSORS), "species": species, "region": regions, "receptor": receptors}
    return xr.DataArray(matrix, coords=coords, dims=tuple(coords), attrs={"units": "ug/m3 per kt/yr"})
