"""A relation in a file that a user brings: its kind is found from what the file holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from airshed.pack.arrays import Floats
from airshed.pack.codes import leaves
from airshed.pack.contents import is_file
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.transport.gridded import inmap_matrix, sherpa_matrix
from airshed.transport.inmap import SPECIES, InMap, read_inmap
from airshed.transport.netcdf import is_netcdf, opened
from airshed.transport.plain import PlainTable, read_plain
from airshed.transport.relation import UNIT, Relation
from airshed.transport.sherpa import Sherpa, read_sherpa

PLAIN, SHERPA, INMAP = "coefficient table", "SHERPA", "InMAP"
PLACED = "regions emit and breathe at their population points, so all numbers are indicative"
LEFT_OUT = "{count} regions of the pack are no sources in it: {codes}"
NOT_GIVEN = "{count} combinations of region, receptor and precursor have no coefficient and count as nothing"
FEW = 5
NOTES = (PLACED, LEFT_OUT, NOT_GIVEN)
"""Templates of the notes on a relation of a file."""


@dataclass(frozen=True)
class RelationFile:
    """A relation read from a file: its kind, what it says of itself, and what a reader must know."""

    path: Path
    kind: str
    held: PlainTable | Sherpa | InMap
    facts: Mapping[str, Any]

    @property
    def source(self) -> str:
        """The study behind the coefficients, the name of the file where it names none."""
        return self.held.source if isinstance(self.held, PlainTable) else self.path.name

    def matrix(self, pack: Pack) -> xr.DataArray:
        """Return the coefficients between places of a pack (precursor, species, region, receptor), ug/m3 per kt/yr."""
        if isinstance(self.held, PlainTable):
            return self.held.matrix
        return sherpa_matrix(pack, self.held) if isinstance(self.held, Sherpa) else inmap_matrix(pack, self.held)

    def notes(self, pack: Pack) -> list[str]:
        """Say what a reader of its answers must know."""
        given = {str(code) for code in self.matrix(pack)["region"].to_numpy()}
        away = [code for code in leaves(pack) if code not in given]
        some = ", ".join(away[:FEW]) + (", ..." if len(away) > FEW else "")
        said = [] if self.kind == PLAIN else [PLACED]
        said += [LEFT_OUT.format(count=len(away), codes=some)] if away else []
        missing = self.held.missing if isinstance(self.held, PlainTable) else 0
        return [*said, *([NOT_GIVEN.format(count=missing)] if missing else [])]


def read_relation(pack: Pack, path: Path) -> RelationFile:
    """Return the relation of a file: a coefficient table (.csv), a SHERPA or an InMAP netCDF file."""
    if is_file(path) and not is_netcdf(path):
        table = read_plain(pack, path)
        sizes = table.matrix.sizes
        facts = {"regions": sizes["region"], "receptors": sizes["receptor"], "method": table.method}
        return RelationFile(path, PLAIN, table, {**facts, "precursors": _used(table.matrix), "unit": "ug/m3 per kt/yr"})
    with opened(path) as data:
        names = set(data.variables)
    if names & set(SPECIES.values()):
        matrix = read_inmap(path)
        facts = {"cells": matrix.cells, "layers": " ".join(map(str, matrix.layers))}
        facts["precursors"] = " ".join(code for code, species in SPECIES.items() if species in matrix.species)
        edges = _edges(matrix.west, matrix.east, matrix.south, matrix.north)
        return RelationFile(path, INMAP, matrix, {**facts, **edges, "unit": "ug/m3 per ug/s"})
    if "alpha" in names:
        relation = read_sherpa(path)
        north, east = relation.latitude, relation.longitude
        facts = {"cells": north.size * east.size, "radius": relation.radius}
        facts["precursors"] = " ".join(relation.pollutants)
        edges = _edges(east, east, north, north)
        return RelationFile(path, SHERPA, relation, {**facts, **edges, "unit": "ug/m3 per t/yr/km2"})
    raise AirshedError("no-relation-can-read-holds", path=path, names=", ".join(sorted(names)[:8]))


def _used(matrix: xr.DataArray) -> str:
    used = (matrix != 0).any(["species", "region", "receptor"]).to_numpy()
    return " ".join(str(code) for code, there in zip(matrix["precursor"].to_numpy(), used, strict=True) if there)


def _edges(west: Floats, east: Floats, south: Floats, north: Floats) -> dict[str, float]:
    """Return how far a grid reaches, in its own coordinates."""
    ends = {"west": west.min(), "east": east.max(), "south": south.min(), "north": north.max()}
    return {name: float(value) for name, value in ends.items()}


def placed_relation(pack: Pack, held: RelationFile, natural: Mapping[str, xr.DataArray]) -> Relation:
    """Return the relation of a file between places of a pack.

    natural : the natural part, its low and high (receptor), ug/m3, as the pack's own relation knows them
    Raises AirshedError where the file holds no place of the pack, MissingTableError without the organic matter per
    carbon, which turns emissions of carbon into matter.
    """
    matrix = held.matrix(pack)
    parameters = pack.table("parameters").set_index("key")["value"]
    if "om_to_oc" not in parameters:
        raise MissingTableError("parameters", Phrase("detail-parameter", key="om_to_oc"))
    receptors = matrix["receptor"].to_numpy()
    middle, low, high = (
        natural[name].reindex(receptor=receptors).fillna(0.0).assign_attrs(units=UNIT)
        for name in ("natural", "low", "high")
    )
    return Relation(
        matrix=matrix,
        constant=xr.zeros_like(matrix.isel(precursor=0, drop=True)),
        natural=middle,
        natural_low=low,
        natural_high=high,
        om_to_oc=float(parameters["om_to_oc"]),
    )
