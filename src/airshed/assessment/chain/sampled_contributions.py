"""Contributions to one place, central and in every sample, for any emissions; made once for each year asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import xarray as xr

from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of
from airshed.transport.ensemble import Ensemble
from airshed.transport.places import Places
from airshed.transport.relation import EMITTED


@dataclass(frozen=True)
class Given:
    """Contributions of the regions to a place, ug/m3: central (region), and samples (sample, region)."""

    central: Floats
    samples: Floats


@dataclass
class SampledYears:
    """Contributions by year under one set of emissions (region, sector, pollutant, year), kt/yr."""

    ensemble: Ensemble
    places: Places
    emissions: xr.DataArray
    _years: dict[int, tuple[Floats, Floats]] = field(default_factory=dict)
    _given: dict[tuple[str, int], Given] = field(default_factory=dict)

    def totals(self, place: str, year: int) -> tuple[float, Floats]:
        """Return all that sources give to a place in a year: central, and in every sample (sample), ug/m3."""
        central, nations = self.nations(place, year)
        return central, nations.sum(axis=1)

    def nations(self, place: str, year: int) -> tuple[float, Floats]:
        """Return what sources give to a place in a year: central, and by nation in every sample (sample, nation)."""
        central, kernels = self._of(year)
        weights = self._weights(place)
        owner = np.arange(len(self.ensemble.nations))
        given = self.ensemble.at_place(self.ensemble.by_nation(kernels), weights, owner)
        return float((central @ weights).sum()), given

    def deviations(self, year: int) -> Floats:
        """Return by how much what all sources give to a place differs from the centre: (sample, place), ug/m3."""
        central, kernels = self._of(year)
        return deviations_of(self.ensemble, self.places, self.ensemble.by_nation(kernels), central.sum(axis=0))

    def at(self, place: str, year: int) -> Given:
        """Return the contributions to a place in a year."""
        if (place, year) not in self._given:
            central, kernels = self._of(year)
            weights = self._weights(place)
            samples = self.ensemble.at_place(kernels, weights, self.ensemble.source)
            self._given[place, year] = Given(central @ weights, samples)
        return self._given[place, year]

    def _weights(self, place: str) -> Floats:
        return np.asarray(self.places.weights.to_numpy()[self.places.codes.index(place)], dtype=np.float64)

    def _of(self, year: int) -> tuple[Floats, Floats]:
        """Return calibrated central contributions (region, receptor) and raw ones under every kernel."""
        if year not in self._years:
            emitted = self.emissions.sel(year=year, pollutant=list(EMITTED)).fillna(0.0)
            central = self.ensemble.relation.contribution(emitted).to_numpy()
            constant = self.ensemble.raw.constant.to_numpy().sum(axis=0)
            self._years[year] = (central, self.ensemble.of_regions(self.ensemble.emitted(emitted)) + constant)
        return self._years[year]

    def members(self, codes: set[str]) -> npt.NDArray[np.bool_]:
        """Return which regions of the relation are of some regions or nations."""
        home = country_of(self.ensemble.pack)
        return np.array([code in codes or home[code] in codes for code in self.ensemble.relation.regions])


def modelled_in_samples(ensemble: Ensemble, emitted: xr.DataArray) -> Floats:
    """Return what all sources give to every receptor in every sample: (sample, receptor), ug/m3.

    emitted : (region, sector, pollutant) of one year, kt/yr
    """
    if not ensemble.samples:
        return np.zeros((0, len(ensemble.raw.receptors)))
    kernels = ensemble.of_regions(ensemble.emitted(emitted)) + ensemble.raw.constant.to_numpy().sum(axis=0)
    return _given(ensemble, ensemble.by_nation(kernels))


def deviations_of(ensemble: Ensemble, places: Places, nations: Floats, central: Floats) -> Floats:
    """Return by how much what all sources give to places differs from the centre: (sample, place), ug/m3.

    nations : (kernel, nation, receptor), uncalibrated, constant sources included; central : (receptor), calibrated
    """
    return np.asarray((_given(ensemble, nations) - central) @ places.weights.to_numpy().T)


def _given(ensemble: Ensemble, nations: Floats) -> Floats:
    """Return the sum over the nations in every sample (sample, receptor); nations : (kernel, nation, receptor)."""
    given = np.empty((ensemble.samples, nations.shape[-1]))
    for number, of in enumerate(nations):
        here = np.flatnonzero(ensemble.kernel == number)
        given[here] = np.einsum("inc,nc->ic", ensemble.factor[here], of)
    return given
