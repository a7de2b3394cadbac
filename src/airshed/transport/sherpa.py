"""Source-receptor relation of SHERPA on a grid: inverse distance weights, of their own power and height in every cell.

Format and form: test case of RIAT+ (github.com/enricopisoni/RIATplus, firstguess_Finalize.m), whose own code leaves
the weight beyond the radius out. Emissions are read as t/yr per km2, which no file says: then all emissions of the case
give 0.17 to 0.66 of its base case (5 to 95 % of cells; correlation 0.94) and in no cell more than all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.errors import AirshedError
from airshed.transport.netcdf import numbers, opened

ORDER, RADIUS = "Order_Pollutant", "radius"
NEEDED = ("alpha", "omega")
PARTS = (*NEEDED, "flatWeight")
AXES = ((("lat", "latitude"), 90.0), (("lon", "longitude"), 360.0))
"""Names that an axis may have, and the largest number that it holds, degrees."""


@dataclass(frozen=True)
class Sherpa:
    """The relation of one pollutant in the air with what is emitted.

    pollutants : emitted, in the order of the arrays; PPM is primary matter of the pollutant in the air
    alpha, omega, flat : (pollutant, latitude, longitude), per receptor: ug/m3 per weighted t/yr/km2, power of the
        distance, weight beyond the radius; alpha is NaN where the relation has none
    radius : cells; latitude, longitude : of the centres of the cells, degrees
    """

    pollutants: tuple[str, ...]
    alpha: Floats
    omega: Floats
    flat: Floats
    radius: float
    latitude: Floats = field(default_factory=lambda: np.zeros(0))
    longitude: Floats = field(default_factory=lambda: np.zeros(0))

    def response(self, pollutant: str, density: Floats) -> Floats:
        """Return what a field of emissions does at every receptor (..., latitude, longitude), ug/m3.

        density : (..., latitude, longitude), t/yr per km2
        `C(r) = alpha(r) sum_s E(s) w(r, s)`, w = (1 + d)^-omega(r) within the radius, else flatWeight(r); d in cells.
        Receptors without a relation get 0.
        """
        number = self.pollutants.index(pollutant)
        alpha, omega, flat = (np.nan_to_num(part[number]) for part in (self.alpha, self.omega, self.flat))
        rows, columns = alpha.shape
        north, east = (place.ravel() for place in np.indices((rows, columns)))
        fields = density.reshape(-1, rows * columns)
        emitting = np.flatnonzero(fields.any(axis=0))
        distance = np.hypot(north[:, None] - north[emitting], east[:, None] - east[emitting])
        weight = np.where(distance <= self.radius, (1.0 + distance) ** -omega.reshape(-1, 1), flat.reshape(-1, 1))
        found = fields[:, emitting] @ weight.T * alpha.ravel()
        return np.asarray(found.reshape(density.shape))


def read_sherpa(path: Path) -> Sherpa:
    """Return the relation of a netCDF file.

    Files without `flatWeight` leave out what lies beyond the radius, as the code of RIAT+ does. Raises AirshedError for
    a file without its parts, for parts that do not run over (pollutant, latitude, longitude), and for cells that hold
    a relation in one part and none in another.
    """
    with opened(path) as data:
        attributes = {name: data.getncattr(name) for name in data.ncattrs()}
        present = [name for name in PARTS if name in data.variables]
        missing = [name for name in NEEDED if name not in present]
        if missing or ORDER not in attributes:
            raise AirshedError("relation-lacks-variable", path=path, name=(missing or [ORDER])[0])
        order = tuple(name.strip() for name in str(attributes[ORDER]).split(","))
        axes = [_axis(path, data, names, most) for names, most in AXES]
        wanted = (len(order), *(len(axis) for _, axis in axes))
        for name in present:
            _refuse_shape(path, data.variables[name], (axes[0][0], axes[1][0]), wanted)
        held = {name: numbers(path, data, name) for name in present}
    held.setdefault("flatWeight", np.zeros(wanted))
    (_, latitude), (_, longitude) = axes
    _refuse_gaps(path, held, order, latitude, longitude)
    alpha, omega, flat = (held[name] for name in PARTS)
    return Sherpa(order, alpha, omega, flat, _radius(path, attributes), latitude, longitude)


def _axis(path: Path, data: Any, names: tuple[str, ...], most: float) -> tuple[str, Floats]:
    """Return the dimension of an axis with its values in degrees, which must rise or fall throughout."""
    name = next((name for name in names if name in data.variables), None)
    if name is None or data.variables[name].ndim != 1:
        raise AirshedError("path-names-missing-give-every", path=path, names=names[1], others=names[0])
    values = numbers(path, data, name)
    steps = np.diff(values)
    if not np.isfinite(values).all() or np.abs(values).max() > most or not ((steps > 0).all() or (steps < 0).all()):
        raise AirshedError("axis-does-not-rise-or-fall", path=path, name=name, most=f"{most:g}")
    return str(data.variables[name].dimensions[0]), values


def _refuse_shape(path: Path, variable: Any, axes: tuple[str, str], wanted: tuple[int, ...]) -> None:
    """Refuse a part that runs over other dimensions, or over the same ones in another order."""
    if variable.dimensions[1:] != axes or variable.shape != wanted:
        found = ", ".join(f"{name} {size}" for name, size in zip(variable.dimensions, variable.shape, strict=True))
        raise AirshedError(
            "runs-over-write-over-pollutant",
            path=path,
            name=variable.name,
            dimensions=found,
            pollutants=wanted[0],
            first_axis=axes[0],
            first_length=wanted[1],
            second_axis=axes[1],
            second_length=wanted[2],
        )


def _refuse_gaps(
    path: Path, held: Mapping[str, Floats], order: Sequence[str], latitude: Floats, longitude: Floats
) -> None:
    """Refuse cells in which a part is no number, or no weight, while the relation of others needs it.

    Without a relation a pollutant is NaN everywhere in alpha, and a cell is NaN for all pollutants.
    """
    known = np.isfinite(held["alpha"])
    related = np.asarray(known.any(axis=(1, 2)))[:, None, None] & np.asarray(known.any(axis=0))
    if not related.any():
        raise AirshedError("alpha-holds-no-number", path=path)
    for name, values in held.items():
        wrong = related & ~(np.isfinite(values) & ((name == "alpha") | (values >= 0)))
        if wrong.any():
            pollutant, north, east = np.argwhere(wrong)[0]
            raise AirshedError(
                "relation-number-wrong",
                path=path,
                name=name,
                pollutant=order[pollutant],
                latitude=f"{latitude[north]:g}",
                longitude=f"{longitude[east]:g}",
                value=f"{values[pollutant, north, east]:g}",
            )


def _radius(path: Path, attributes: Mapping[str, Any]) -> float:
    """Return the radius in cells, under whatever name that begins with Radius."""
    name = next((name for name in attributes if name.lower().startswith(RADIUS)), None)
    try:
        radius = float("nan") if name is None else float(np.asarray(attributes[name]).item())
    except ValueError:
        radius = float("nan")
    if not (np.isfinite(radius) and radius > 0):
        raise AirshedError("radius-influence-missing", path=path)
    return radius


def read_base(path: Path) -> Floats:
    """Return the concentration of the base case (latitude, longitude), ug/m3."""
    with opened(path) as data:
        return numbers(path, data, "conc")
