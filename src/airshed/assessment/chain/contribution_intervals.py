"""Intervals of contributions: 5 and 95 % quantiles over the posterior samples of the calibrated relation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import xarray as xr

from airshed.pack.arrays import Floats
from airshed.sampling.interval import LEVELS
from airshed.transport.attribution import WAYS
from airshed.transport.ensemble import Ensemble
from airshed.transport.places import Places
from airshed.transport.tm5fasst import PRECURSORS

FINE_SAMPLES = 1000
"""Samples for the many small parts (regions, sectors, pollutants); nations use all."""
UNSPLIT = "unsplit"
SHARE = "share"
"""Key of the ends of the shares of the nations in the man-made part, 0..1."""


def intervals(
    ensemble: Ensemble, places: Places, emissions: xr.DataArray, ways: tuple[str, ...] = WAYS
) -> Mapping[str, tuple[Floats, Floats]]:
    """Return the ends of every contribution by way: arrays (part, place), ug/m3; by SHARE those of the nations' shares.

    A share is taken within each sample: what scales all contributions to a place does not widen it.

    emissions : (region, sector, pollutant), kt/yr, of the year asked for. Parts stand in the order of the relation's
        regions, of the nations, of the sectors of the emissions, and of the precursors
    """
    given = ensemble.contributions(emissions)
    constant = ensemble.raw.constant.to_numpy().sum(axis=0)
    weights = places.weights.to_numpy().T
    few = np.arange(min(FINE_SAMPLES, ensemble.samples))
    found = {}
    for way in ways:
        if way == "country":
            nations = ensemble.by_nation(given.sum(axis=1)) + ensemble.constant()
            values = ensemble.sampled(nations)
            found[SHARE] = _ends(values.swapaxes(0, 1), weights, values.sum(axis=1) @ weights)
            found[way] = _ends(values.swapaxes(0, 1), weights)
        elif way == "region":
            kernels, factor = (given.sum(axis=1) + constant)[ensemble.kernel[few]], ensemble.factor[few]
            regions = (kernels[:, number] * factor[:, of] for number, of in enumerate(ensemble.source))
            found[way] = _ends(regions, weights)
        else:
            parts = _parts(ensemble, given, constant, emissions, way)
            values = np.empty((len(few), parts.shape[1], parts.shape[3]))
            for number, of in enumerate(parts):
                here = few[ensemble.kernel[few] == number]
                values[here] = np.einsum("gnc,inc->igc", of, ensemble.factor[here])
            found[way] = _ends(values.swapaxes(0, 1), weights)
    return found


def _parts(ensemble: Ensemble, given: Floats, constant: Floats, emissions: xr.DataArray, way: str) -> Floats:
    """Return contributions (kernel, part, nation, receptor) by sector or precursor, uncalibrated."""
    held = ensemble.by_nation(constant[None])[0]
    if way == "pollutant":
        nations = np.stack([ensemble.by_nation(given[:, place]) for place in range(len(PRECURSORS))], axis=1)
        nations[:, PRECURSORS.index("NH3")] += held
        return nations
    precursors = ensemble.raw.precursors(emissions).transpose("precursor", "region", "sector").to_numpy()
    total = precursors.sum(axis=2, keepdims=True)
    share = np.where(total > 0, precursors / np.where(total > 0, total, 1.0), 0.0)
    member = (ensemble.source[:, None] == np.arange(len(ensemble.nations))).astype(np.float64)
    result = np.einsum("kprc,prs,rn->ksnc", given, share, member, optimize=True)
    sectors = [str(code) for code in emissions["sector"].to_numpy()]
    result[:, sectors.index(UNSPLIT) if UNSPLIT in sectors else -1] += held
    return np.asarray(result)


def _ends(parts: Iterable[Floats], weights: Floats, whole: Floats | None = None) -> tuple[Floats, Floats]:
    """Return both quantiles of the means over the people of every place, or of their shares in the whole.

    parts : (sample, receptor) of each part; weights : (receptor, place); whole : (sample, place), of the same unit
    returns : (part, place) twice
    """
    found = []
    for values in parts:
        here = values @ weights
        if whole is not None:
            here = np.divide(here, whole, out=np.zeros_like(here), where=whole > 0)
        ordered = np.sort(here, axis=0)
        found.append([_quantile(ordered, level) for level in LEVELS])
    low, high = np.stack(found, axis=1)
    return low, high


def _quantile(ordered: Floats, level: float) -> Floats:
    """Return a quantile of sorted values (sample, ...), linear between them."""
    place = level * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return np.asarray(ordered[below] + (place - below) * (ordered[above] - ordered[below]))
