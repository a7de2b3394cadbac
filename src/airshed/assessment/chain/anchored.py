"""The scenario `observed-anchored`: emissions of observed nations follow their observed PM2.5, then the baseline."""

from __future__ import annotations

import numpy as np
import xarray as xr

from airshed.emissions.flags import BASES, add_source, flag_array, meanings
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of
from airshed.pack.equations import equation
from airshed.pack.errors import MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.transport.ensemble import Ensemble
from airshed.transport.places import Places
from airshed.transport.relation import EMITTED
from airshed.transport.series import OFFICIAL, WHOLE, Series, observed_series

LABEL = "observed-anchored: national emissions follow the observed PM2.5 from {first} to {last}, then the baseline"
ACTING = (*EMITTED, "PM10")
"""Pollutants that are scaled: those that make PM2.5, and PM10, which holds it; not CO2."""
RULES = (LABEL,)
"""Templates of the rule in the provenance log."""


@equation(
    key="observed-anchored",
    title="Emission factors of nations that follow their observed PM2.5",
    latex=r"\sum_m g_m(y)\, C_{nm}(y) = \sum_m C_{nm}(y_0) + C^{obs}_n(y) - C^{obs}_n(y_0),\quad g \ge 0",
    units="1",
    citation="docs/method.md; non-negative least squares: Lawson and Hanson 1974, Solving Least Squares Problems",
)
def anchored_factors(contributions: Floats, wanted: Floats) -> Floats:
    """Return the factor on every anchored nation's emissions that gives the wanted concentrations.

    contributions : (nation, nation), what the emissions of the second give in the first, ug/m3
    wanted : (nation), what they shall give together, ug/m3
    returns : (nation), >= 0
    """
    from scipy.optimize import nnls

    factors, _ = nnls(contributions, wanted)
    return np.asarray(factors, dtype=np.float64)


def anchoring_series(pack: Pack, places: Places, first_year: int, last_year: int) -> list[Series]:
    """Return the official series of whole nations, one each."""
    home = country_of(pack)
    every = observed_series(pack, first_year, last_year)
    return [
        item
        for item in every
        if item.rank == 1
        and item.kind == OFFICIAL
        and item.coverage == WHOLE
        and home.get(item.place) == item.place
        and item.place in places.codes
    ]


def observed_anchored(pack: Pack, baseline: xr.Dataset, ensemble: Ensemble, places: Places) -> xr.Dataset:
    """Return the baseline with the emissions of observed nations scaled to their observed PM2.5.

    Only what acts on PM2.5 is scaled.

    Each nation starts in its first observed year from the baseline; between observed years PM2.5 changes at constant
    growth; after its last observed year its emissions keep their last factor, so they change like the baseline.
    Raises MissingTableError if no nation has an official series of two years.
    """
    years = [int(year) for year in baseline["year"].to_numpy()]
    series = anchoring_series(pack, places, pack.base_year, years[-1])
    if not series:
        raise MissingTableError("observations", Phrase("detail-official-series-two-years-whole"))
    factors = _factors(baseline, ensemble, places, series, years)
    home = country_of(pack)
    nations = np.array([home[str(code)] for code in baseline["region"].to_numpy()])
    value = baseline["value"].copy(deep=True)
    basis, source = baseline["basis"].copy(deep=True), baseline["source"].to_numpy().copy()
    words = meanings(baseline["source"])
    pollutants = [str(code) for code in baseline["pollutant"].to_numpy()]
    acting = np.array([place for place, code in enumerate(pollutants) if code in ACTING])
    for number, item in enumerate(series):
        for place, year in enumerate(years):
            if year <= item.first:
                continue
            rows = np.flatnonzero(nations == item.place)
            here = np.ix_(rows, np.arange(value.sizes["sector"]), acting, np.array([place]))
            value.to_numpy()[here] *= factors[place, number]
            part = basis.to_numpy()[here]
            basis.to_numpy()[here] = np.where(np.isfinite(value.to_numpy()[here]), BASES.index("derived"), part)
            source[here] = add_source(source[here], words, item.source)
    result = baseline.assign(value=value, basis=basis, source=flag_array(source, words, value, "source"))
    spans = LABEL.format(first=min(item.first for item in series), last=max(item.last for item in series))
    return result.assign_attrs(scenario=spans)


def _factors(
    baseline: xr.Dataset, ensemble: Ensemble, places: Places, series: list[Series], years: list[int]
) -> Floats:
    """Return the factor of every anchored nation: (year, nation); 1 up to its first observed year."""
    nations = [item.place for item in series]
    since = min(item.first for item in series)
    given = {year: _between(baseline, ensemble, places, nations, year) for year in years if year >= since}
    result = np.ones((len(years), len(series)))
    for place, year in enumerate(years):
        running = [number for number, item in enumerate(series) if item.first < year <= item.last]
        held = [number for number, item in enumerate(series) if year > item.last]
        result[place, held] = result[place - 1, held]
        if running:
            start = np.array([given[series[number].first][number].sum() for number in running])
            change = [series[number].at(year) - series[number].values[series[number].first] for number in running]
            fixed = [number for number in range(len(series)) if number not in running]
            others = given[year][running][:, fixed] @ result[place, fixed] + given[year][running, -1]
            own = given[year][np.ix_(running, running)]
            result[place, running] = anchored_factors(own, start + np.array(change) - others)
    return result


def _between(baseline: xr.Dataset, ensemble: Ensemble, places: Places, nations: list[str], year: int) -> Floats:
    """Return what the nations and, last, all others give in each nation: (nation, nation + 1), ug/m3."""
    emitted = baseline["value"].sel(year=year, pollutant=list(EMITTED)).fillna(0.0)
    given = places.mean(ensemble.relation.contribution(emitted)).sel(place=nations).to_numpy()
    home = country_of(ensemble.pack)
    owners = np.array([home[code] for code in ensemble.relation.regions])
    named = np.stack([given[owners == nation].sum(axis=0) for nation in nations], axis=1)
    return np.concatenate([named, (given.sum(axis=0) - named.sum(axis=1))[:, None]], axis=1)
