"""The working grid of the baseline: known values with basis and sources over (region, sector, pollutant, year)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from airshed.emissions.flags import BASES, flag_array
from airshed.emissions.interpolate import interpolate
from airshed.emissions.inventory import DIMS, UNIT

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass
class Grid:
    """Values (kt/yr, NaN where not known), basis codes and source codes on four axes."""

    regions: list[str]
    sectors: list[str]
    pollutants: list[str]
    years: list[int]
    value: Floats = field(init=False)
    basis: npt.NDArray[np.int8] = field(init=False)
    source: npt.NDArray[np.int16] = field(init=False)
    sources: list[str] = field(default_factory=lambda: [""])

    def __post_init__(self) -> None:
        shape = (len(self.regions), len(self.sectors), len(self.pollutants), len(self.years))
        self.value = np.full(shape, np.nan)
        self.basis = np.zeros(shape, dtype=np.int8)
        self.source = np.zeros(shape[:3], dtype=np.int16)

    def on(
        self,
        cube: xr.Dataset,
        regions: Sequence[str] | None = None,
        sectors: Sequence[str] | None = None,
        pollutants: Sequence[str] | None = None,
    ) -> Floats:
        """Return the values of a cube on axes of the grid (or the given codes) and all years of the cube, NaN elsewhere."""
        wanted = (regions or self.regions, sectors or self.sectors, pollutants or self.pollutants)
        return take(cube, *wanted)

    def put(self, where: Flags, years: Sequence[int], values: Floats, basis: str, source: str) -> None:
        """Write values (region, sector, pollutant, year) where `where` holds and nothing is known yet."""
        touched = np.zeros(self.value.shape[:3], dtype=bool)
        for position, year in enumerate(years):
            place = self.years.index(year)
            new = where & np.isfinite(values[..., position]) & np.isnan(self.value[..., place])
            self.value[..., place][new] = values[..., position][new]
            self.basis[..., place][new] = BASES.index(basis)
            touched |= new
        self.cite(touched, source)

    def cite(self, where: Flags, source: str) -> None:
        """Add a source to the cells where `where` holds."""
        for code in np.unique(self.source[where]):
            words = self.sources[code].split()
            if source in words:
                continue
            combined = " ".join([*words, source])
            if combined not in self.sources:
                self.sources.append(combined)
            self.source[where & (self.source == code)] = self.sources.index(combined)

    def fill(self) -> None:
        """Fill the years between and beyond the known ones of every cell, with their basis."""
        rows = self.value.reshape(-1, len(self.years))
        basis = self.basis.reshape(-1, len(self.years))
        known = np.isfinite(rows)
        some = np.flatnonzero(known.any(axis=1))
        patterns, member = np.unique(known[some], axis=0, return_inverse=True)
        for number, pattern in enumerate(patterns):
            here = some[member.ravel() == number]
            places = np.flatnonzero(pattern)
            rows[here] = interpolate(rows[np.ix_(here, places)], [self.years[place] for place in places], self.years)
            inside = np.arange(len(self.years))
            between = ~pattern & (inside > places[0]) & (inside < places[-1])
            beyond = ~pattern & ~between
            basis[np.ix_(here, np.flatnonzero(between))] = BASES.index("interpolated")
            basis[np.ix_(here, np.flatnonzero(beyond))] = BASES.index("constant")

    def dataset(self, first: int, last: int) -> xr.Dataset:
        """Return the grid between two years as a Dataset; regions without any number are left out."""
        kept = np.isfinite(self.value).any(axis=(1, 2, 3))
        span = slice(self.years.index(first), self.years.index(last) + 1)
        coords = {
            "region": np.array(self.regions)[kept],
            "sector": np.array(self.sectors),
            "pollutant": np.array(self.pollutants),
            "year": np.array(self.years[span], dtype=np.int64),
        }
        values = xr.DataArray(
            self.value[kept][..., span], coords=coords, dims=DIMS, name="value", attrs={"units": UNIT}
        )
        basis = self.basis[kept][..., span]
        source = np.where(basis > 0, self.source[kept][..., None], 0).astype(np.int16)
        return xr.Dataset(
            {
                "value": values,
                "basis": flag_array(basis, BASES, values, "basis"),
                "source": flag_array(source, self.sources, values, "source"),
            }
        )


def take(cube: xr.Dataset, regions: Sequence[str], sectors: Sequence[str], pollutants: Sequence[str]) -> Floats:
    """Return the values of a cube for lists of codes (repeats allowed) and all its years, NaN where it has no such code."""
    indexers = [
        pd.Index(cube[dim].to_numpy()).get_indexer(pd.Index(list(codes)))
        for dim, codes in zip(DIMS[:3], (regions, sectors, pollutants), strict=True)
    ]
    values = cube["value"].transpose(*DIMS).to_numpy()[np.ix_(*indexers)]
    for axis, indexer in enumerate(indexers):
        shape = [1] * values.ndim
        shape[axis] = len(indexer)
        values = np.where(np.reshape(indexer < 0, shape), np.nan, values)
    return values
