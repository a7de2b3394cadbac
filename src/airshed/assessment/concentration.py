"""PM2.5 of every place: modelled, natural and unexplained part, their sum, and the spread over the samples."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import xarray as xr

from airshed.assessment.chain import Chain
from airshed.assessment.sampled import SampledYears
from airshed.pack.equations import equation
from airshed.sampling.interval import LEVELS
from airshed.transport.observation import UNOBSERVED, Bias
from airshed.transport.relation import UNIT

Floats = npt.NDArray[np.float64]
NARROWEST = 1e-9
"""Relative width, and in ug/m3, below which an interval is none: there the samples were held to one level."""


def concentration_dataset(chain: Chain) -> xr.Dataset:
    """Return modelled, natural and unexplained PM2.5 and their sum for every place, ug/m3.

    A bias held constant may be larger than what is modelled in another year: then it takes all of it, not more.
    `modelled_low`, `modelled_high`, `total_low` and `total_high` are 5 and 95 % over the samples of the chain, NaN
    without samples and where the samples do not differ: the calibration holds the modelled level of the base year, and
    the observation holds the total of its own year.
    """
    relation, available = chain.relation, chain.places
    emissions = chain.emissions()
    species = available.mean(relation.by_species(emissions))
    natural = available.mean(relation.natural)
    modelled = species.sum("species") + natural
    items = [chain.biases[code] for code in available.codes]
    biases = np.array([item.value if item else np.nan for item in items])
    unexplained = np.maximum(biases, -modelled.to_numpy())
    total = modelled.to_numpy() + np.nan_to_num(unexplained)
    spread = _spread(chain, modelled.to_numpy(), np.nan_to_num(biases))
    coords = {"place": available.codes}

    def on_places(values: object, units: str = UNIT) -> xr.DataArray:
        return xr.DataArray(values, coords=coords, dims="place", attrs={"units": units} if units else {})

    return xr.Dataset(
        {
            "total": on_places(total),
            "total_low": on_places(spread[1][0]),
            "total_high": on_places(spread[1][1]),
            "modelled": on_places(modelled.to_numpy()),
            "modelled_low": on_places(spread[0][0]),
            "modelled_high": on_places(spread[0][1]),
            "natural": on_places(natural.to_numpy()),
            "natural_low": on_places(available.mean(relation.natural_low).to_numpy()),
            "natural_high": on_places(available.mean(relation.natural_high).to_numpy()),
            "unexplained": on_places(unexplained),
            "by_species": species.assign_attrs(units=UNIT),
            "observed": on_places(np.array([item.observed if item else np.nan for item in items])),
            "observed_year": on_places(np.array([item.year if item else 0 for item in items]), ""),
            "bias_place": on_places(np.array([item.place if item else "" for item in items]), ""),
            "bias_source": on_places(np.array([item.source if item else "" for item in items]), ""),
            "bias_note": on_places(np.array([_bias_note(item) for item in items]), ""),
        },
        attrs={"samples": chain.ensemble.samples, "interval": "5 to 95 %, of the relation alone"},
    )


def _bias_note(item: Bias | None) -> str:
    return UNOBSERVED if item is None else item.note


@equation(
    key="total-spread",
    title="Concentration of a place in a sample of the relation",
    latex=r"C^{(i)}(c,y) = \max\Big(0,\ C^{(i)}_{model}(c,y) + \sum_k w_k\big(C_{observed}(c_k,y_k)"
    r" - C^{(i)}_{model}(c_k,y_k)\big)\Big)",
    units="ug/m3",
    citation="bias of the nearest observed year (equation bias) under every sample of the calibrated relation",
)
def sampled_total(modelled: Floats, bias: Floats) -> Floats:
    """Return the concentration of places in every sample: (sample, place), ug/m3.

    modelled, bias : (sample, place), ug/m3; the bias of a sample is the observed level less what the sample gives in
    the place and year of the observation, so that there every sample has the observed level.

    >>> modelled = np.array([[9.0], [11.0]])
    >>> sampled_total(modelled, 8.0 - np.array([[6.0], [9.0]]))
    array([[11.],
           [10.]])
    """
    return np.asarray(np.maximum(modelled + bias, 0.0))


def _spread(chain: Chain, modelled: Floats, biases: Floats) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return the ends of the modelled level and of the total of every place (place), NaN where there is no spread.

    modelled : (place), central; biases : (place), 0 where nothing was observed
    """
    if not chain.ensemble.samples:
        none = np.full(len(modelled), np.nan)
        return (none, none), (none, none)
    samples, totals = sampled_levels(chain, modelled, biases)
    return ends_at_places(samples, modelled), ends_at_places(totals, np.maximum(modelled + biases, 0.0))


def sampled_levels(chain: Chain, modelled: Floats, biases: Floats) -> tuple[Floats, Floats]:
    """Return the modelled level and the total of every place in every sample of the relation, (sample, place), ug/m3.

    modelled : (place), central; biases : (place), 0 where nothing was observed
    """
    now = SampledYears(chain.ensemble, chain.places, chain.baseline["value"])
    then = now
    if chain.reference is not None and chain.reference is not chain.baseline:
        then = SampledYears(chain.ensemble, chain.places, chain.reference["value"])
    samples = modelled + now.deviations(chain.year)
    return samples, sampled_total(samples, sampled_biases(chain, biases, then))


def sampled_biases(chain: Chain, biases: Floats, then: SampledYears) -> Floats:
    """Return the bias of every place in every sample of the relation, (sample, place), ug/m3.

    biases : (place), 0 where nothing was observed; then : the emissions that the observations are compared with
    """
    bias = np.broadcast_to(biases, (chain.ensemble.samples, len(biases))).copy()
    for year in sorted({year for item in chain.biases.values() if item for _, year, _ in item.made_of}):
        bias -= then.deviations(year) @ _held_weights(chain, year).T
    return bias


def _held_weights(chain: Chain, year: int) -> Floats:
    """Return the weights (place, place) with which biases rest on the modelled levels of places in a year."""
    codes = chain.places.codes
    weights = np.zeros((len(codes), len(codes)))
    for row, code in enumerate(codes):
        item = chain.biases[code]
        for where, when, share in item.made_of if item else ():
            if when == year:
                weights[row, codes.index(where)] += share
    return weights


def ends_at_places(samples: Floats, value: Floats) -> tuple[Floats, Floats]:
    """Return 5 and 95 % of the samples (sample, place), the value inside; NaN where they do not differ."""
    low, high = np.quantile(samples, LEVELS, axis=0)
    none = high - low <= NARROWEST * np.maximum(1.0, np.abs(value))
    return np.where(none, np.nan, np.minimum(low, value)), np.where(none, np.nan, np.maximum(high, value))
