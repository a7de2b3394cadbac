"""PM2.5 of every place: natural part, what the sources give, what is unexplained, their sum, and its spread."""

from __future__ import annotations

import numpy as np
import xarray as xr

from airshed.assessment.chain.chain import Chain
from airshed.assessment.chain.levels import structure_scores
from airshed.assessment.chain.sampled_contributions import SampledYears
from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.sampling.design import stream
from airshed.sampling.interval import LEVELS
from airshed.transport.relation import UNIT

NARROWEST = 1e-9
"""Relative width, and in ug/m3, below which an interval is none."""


def concentration_dataset(chain: Chain) -> xr.Dataset:
    """Return natural, modelled and unexplained PM2.5 and their sum for every place, ug/m3.

    modelled : the natural part and what the sources give, with the response of the place in it; without_response : what
        the sources give as the relation has it
    `modelled_low`, `modelled_high`, `total_low` and `total_high` are 5 and 95 % over the samples of the chain, NaN
    without samples. The total of a year carries the weather of a single year too.
    """
    relation, available, found = chain.relation, chain.places, chain.levels
    species = available.mean(relation.by_species(chain.emissions()))
    natural = available.mean(relation.natural)
    modelled = (species.sum("species") + natural).to_numpy()
    rest = unexplained_at(chain)
    known = rest if found.fit.used else np.full(len(rest), np.nan)
    samples, totals = sampled_levels(chain, modelled)
    within, ends = ends_at_places(samples, modelled), ends_at_places(totals, modelled + rest)
    items = [found.places[code] for code in available.codes]
    plain = relation.by_species(chain.emissions()).sum("species") / found.ratio
    words = {
        "bias_place": [item.place for item in items],
        "bias_source": [item.sources for item in items],
        "bias_note": [item.note for item in items],
        "observed_kind": [item.kind for item in items],
        "observed_source": [item.source for item in items],
    }

    def on_places(values: object, units: str = UNIT) -> xr.DataArray:
        attrs = {"units": units} if units else {}
        return xr.DataArray(values, coords={"place": available.codes}, dims="place", attrs=attrs)

    return xr.Dataset(
        {
            "total": on_places(modelled + rest),
            "total_low": on_places(ends[0]),
            "total_high": on_places(ends[1]),
            "modelled": on_places(modelled),
            "modelled_low": on_places(within[0]),
            "modelled_high": on_places(within[1]),
            "natural": on_places(natural.to_numpy()),
            "natural_low": on_places(available.mean(relation.natural_low).to_numpy()),
            "natural_high": on_places(available.mean(relation.natural_high).to_numpy()),
            "unexplained": on_places(known),
            "without_response": on_places(available.mean(plain).to_numpy()),
            "response": on_places(np.array([item.value for item in items]), "1"),
            "response_low": on_places(np.array([item.low for item in items]), "1"),
            "response_high": on_places(np.array([item.high for item in items]), "1"),
            "by_species": species.assign_attrs(units=UNIT),
            "observed": on_places(np.array([item.observed for item in items])),
            **{name: on_places(np.array(held), "") for name, held in words.items()},
        },
        attrs={
            "samples": chain.ensemble.samples,
            "interval": "5 to 95 %, of relation, natural part, response, drift and weather",
        },
    )


def unexplained_at(chain: Chain) -> Floats:
    """Return what is left unexplained at every place (place), ug/m3."""
    return np.asarray(chain.places.weights.to_numpy() @ chain.levels.unexplained)


@equation(
    key="total-spread",
    title="Concentration of a place in a sample",
    latex=r"C^{(i)}(c,y) = \big(C_{natural}(c) + R^{(i)}(c,y)\, C^{(i)}_{model}(c,y) + U(c,y)\big)\, e^{w^{(i)}(c,y)}",
    units="ug/m3",
    citation="docs/method.md: response and relation in samples; w: weather and measurement of one annual mean",
)
def sampled_total(modelled: Floats, unexplained: Floats, weather: Floats) -> Floats:
    """Return the concentration of places in every sample: (sample, place), ug/m3.

    modelled, unexplained : (sample, place), natural part and sources with their response, and what they cannot carry;
    weather : (sample, place), in ln

    >>> sampled_total(np.array([[9.0], [11.0]]), np.array([[1.0], [1.0]]), np.zeros((2, 1)))
    array([[10.],
           [12.]])
    """
    return np.asarray((modelled + unexplained) * np.exp(weather))


def weather(chain: Chain) -> Floats:
    """Return what the weather of one year and its measurement do to an annual mean, in ln: (sample, place).

    A part of the variance is the same at all places of a nation.
    """
    ground, known = chain.levels.fit.ground, chain.levels.fit.widths
    samples, seed = chain.ensemble.samples, chain.year
    common, own = (
        np.column_stack([stream(seed, f"weather of {of} {code}").standard_normal(samples) for code in codes])
        for of, codes in (("nation", ground.nations), ("place", chain.places.codes))
    )
    nation = [int(ground.nation[np.argmax(ground.weights[code])]) for code in chain.places.codes]
    return np.asarray(
        known.annual_mean * (np.sqrt(known.shared) * common[:, nation] + np.sqrt(1.0 - known.shared) * own)
    )


def sampled_levels(chain: Chain, modelled: Floats) -> tuple[Floats, Floats]:
    """Return the modelled level and the total of every place in every sample, (sample, place), ug/m3.

    modelled : (place), central, with the response
    """
    now = SampledYears(chain.ensemble, chain.places, chain.baseline["value"])
    return totals_of(chain, modelled, now.deviations(chain.year) if chain.ensemble.samples else None)


def totals_of(chain: Chain, modelled: Floats, deviations: Floats | None) -> tuple[Floats, Floats]:
    """Return the modelled level and the total of every place in every sample, (sample, place), ug/m3.

    modelled : (place), central; deviations : (sample, place), of what the sources give in a sample from the centre
    What the relation may be wrong by in a change counts in the change from the reference too.
    """
    if deviations is None:
        none = np.zeros((0, len(modelled)))
        return none, none
    natural = chain.places.mean(chain.relation.natural).to_numpy()
    given = modelled - natural
    before = chain.places.weights.to_numpy() @ (chain.levels.ratio * chain.levels.reference)
    both = (given > 0) & (before > 0)
    change = np.log(np.where(both, given, 1.0) / np.where(both, before, 1.0))
    scores = structure_scores(chain.ensemble.samples, chain.seed)
    wrong = np.exp(chain.levels.fit.widths.structure * scores[:, None] * change)
    drawn = natural + chain.natural_away @ chain.places.weights.to_numpy().T
    samples = drawn + np.maximum(given + deviations, 0.0) * wrong
    return samples, sampled_total(samples, chain.rest @ chain.places.weights.to_numpy().T, weather(chain))


def ends_at_places(samples: Floats, value: Floats) -> tuple[Floats, Floats]:
    """Return 5 and 95 % of the samples (sample, place), the value inside; NaN where they do not differ."""
    if not len(samples):
        none = np.full(len(value), np.nan)
        return none, none
    low, high = np.quantile(samples, LEVELS, axis=0)
    none = high - low <= NARROWEST * np.maximum(1.0, np.abs(value))
    return np.where(none, np.nan, np.minimum(low, value)), np.where(none, np.nan, np.maximum(high, value))
