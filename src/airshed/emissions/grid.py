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
from airshed.pack.arrays import Floats

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
        self.source = np.zeros(shape, dtype=np.int16)

    def on(
        self,
        cube: xr.Dataset,
        regions: Sequence[str] | None = None,
        sectors: Sequence[str] | None = None,
        pollutants: Sequence[str] | None = None,
    ) -> Floats:
        """Return the values of a cube on the axes of the grid (or given codes), all its years, NaN elsewhere."""
        wanted = (regions or self.regions, sectors or self.sectors, pollutants or self.pollutants)
        return take(cube, *wanted)

    def put(
        self, where: Flags, years: Sequence[int], values: Floats, basis: str, source: str, base: int | None = None
    ) -> None:
        """Write values (region, sector, pollutant, year) where `where` holds and nothing is known yet.

        base : the year whose value the new ones were made from; its sources are cited with the new one
        """
        own = self.code(source)
        for position, year in enumerate(years):
            place = self.years.index(year)
            new = where & np.isfinite(values[..., position]) & np.isnan(self.value[..., place])
            self.value[..., place][new] = values[..., position][new]
            self.basis[..., place][new] = BASES.index(basis)
            cited = np.full(new.shape, own, dtype=np.int16)
            if base is not None:
                cited = self.combine(self.source[..., self.years.index(base)], cited)
            self.source[..., place][new] = cited[new]

    def code(self, words: str) -> int:
        """Return the code of a set of sources, with a new one if it has none."""
        if words not in self.sources:
            self.sources.append(words)
        return self.sources.index(words)

    def combine(self, one: npt.NDArray[np.int16], other: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        """Return the codes of the sources of two arrays together, cell by cell."""
        result = np.empty(one.shape, dtype=np.int16)
        pairs, member = np.unique(np.stack([one.ravel(), other.ravel()]), axis=1, return_inverse=True)
        codes = [
            self.code(" ".join(dict.fromkeys([*self.sources[first].split(), *self.sources[second].split()])))
            for first, second in pairs.T
        ]
        result.ravel()[:] = np.array(codes, dtype=np.int16)[member.ravel()]
        return result

    def fill(self) -> None:
        """Fill the years between and beyond the known ones of every cell, with their basis and sources."""
        rows, basis, source = (array.reshape(-1, len(self.years)) for array in (self.value, self.basis, self.source))
        known = np.isfinite(rows)
        some = np.flatnonzero(known.any(axis=1))
        patterns, member = np.unique(known[some], axis=0, return_inverse=True)
        for number, pattern in enumerate(patterns):
            here = some[member.ravel() == number]
            places = np.flatnonzero(pattern)
            rows[here] = interpolate(rows[np.ix_(here, places)], [self.years[place] for place in places], self.years)
            for place in np.flatnonzero(~pattern):
                before, after = places[places < place], places[places > place]
                ends = [*before[-1:], *after[:1]]
                between = len(ends) == 2
                basis[here, place] = BASES.index("interpolated" if between else "constant")
                source[here, place] = self.combine(source[here, ends[0]], source[here, ends[-1]])

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
        source = self.source[kept][..., span]
        return xr.Dataset(
            {
                "value": values,
                "basis": flag_array(basis, BASES, values, "basis"),
                "source": flag_array(source, self.sources, values, "source"),
            }
        )


def take(cube: xr.Dataset, regions: Sequence[str], sectors: Sequence[str], pollutants: Sequence[str]) -> Floats:
    """Return the values of a cube for lists of codes (repeats allowed) and all its years, NaN for unknown codes."""
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
