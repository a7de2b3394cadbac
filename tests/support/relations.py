"""Files of relations for tests: coefficient tables, SHERPA and InMAP files with any part changed."""

import csv
from pathlib import Path

import netCDF4
import numpy as np

HEADER = ("region", "receptor", "precursor", "coefficient", "unit", "method", "period", "source")
UNIT = "ug/m3 per kt/yr"


def write_plain(path: Path, rows: list[tuple[object, ...]], header: tuple[str, ...] = HEADER, **instead: str) -> Path:
    """Write (region, receptor, precursor, coefficient) as a table; instead : other cells of the later columns."""
    fixed = {"unit": UNIT, "method": "zero-out", "period": "annual", "source": "a study", **instead}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow([*row, *(fixed[name] for name in header[len(row) :])])
    return path


def write_sherpa(
    path: Path,
    parts: dict[str, np.ndarray],
    latitude: np.ndarray,
    longitude: np.ndarray,
    order: str | None = "NOx, NMVOC, NH3, PPM, SOx",
    radius: tuple[str, object] | None = ("Radius of influence", 30.0),
    dimensions: tuple[str, str, str] = ("pollutant", "latitude", "longitude"),
) -> Path:
    """Write a SHERPA file; dimensions : those of the parts, in this order."""
    with netCDF4.Dataset(path, "w", format="NETCDF3_CLASSIC") as data:
        for name, values in (("latitude", latitude), ("longitude", longitude)):
            data.createDimension(name, len(values))
            data.createVariable(name[:3], "f8", (name,))[:] = values
        data.createDimension("pollutant", next(iter(parts.values())).shape[dimensions.index("pollutant")])
        for name, values in parts.items():
            data.createVariable(name, "f8", dimensions)[:] = values
        if order is not None:
            data.setncattr("Order_Pollutant", order)
        if radius is not None:
            data.setncattr(*radius)
    return path


def write_inmap(path: Path, species: dict[str, np.ndarray], edges: np.ndarray, layers: tuple[int, ...] = (0,)) -> Path:
    """Write an InMAP matrix; species : (layer, source, receptor), ug/m3 per ug/s; edges : (W E S N, cell)."""
    with netCDF4.Dataset(path, "w", format="NETCDF3_CLASSIC") as data:
        cells = edges.shape[1]
        for name, size in (("layer", len(layers)), ("source", cells), ("receptor", cells), ("layers", len(layers))):
            data.createDimension(name, size)
        data.createDimension("allcells", cells)
        data.createVariable("layers", "f8", ("layers",))[:] = layers
        for name, values in zip("WESN", edges, strict=True):
            data.createVariable(name, "f8", ("allcells",))[:] = values
        for name, values in species.items():
            held = data.createVariable(name, "f4", ("layer", "source", "receptor"))
            held[:] = values
            held.units = "ug m-3 concentration at receptor location per ug s-1 emissions at source location"
    return path
