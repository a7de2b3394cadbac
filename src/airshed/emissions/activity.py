"""Emissions in the activity form (GAINS): activity times factor times what the controls leave."""

from __future__ import annotations

import xarray as xr

from airshed.pack.equations import equation

GRAMS_PER_KT = 1e9


@equation(
    key="remaining-share",
    title="Share of an emission that the controls leave",
    latex=r"k = \sum_t (1 - \eta_t)\, X_t = 1 - \sum_{t \ne 0} \eta_t X_t, \quad X \ge 0,\ \sum_t X_t = 1,\ \eta_0 = 0",
    units="1",
    citation="Amann et al. 2011, GAINS, Environ. Model. Softw. 26:1489; technology 0 is the uncontrolled share",
)
def remaining_share(removal: xr.DataArray, application: xr.DataArray) -> xr.DataArray:
    """Return what the controls of an activity leave of its uncontrolled emission.

    removal : (sector, activity, technology, pollutant), removal efficiency, a share
    application : (region, sector, activity, technology, period), share of the activity; the rest of 1 is uncontrolled
    returns : (region, sector, activity, pollutant, period), 1 where nothing is applied
    """
    removed: xr.DataArray = xr.dot(removal, application, dim="technology", optimize=True)
    return 1.0 - removed


@equation(
    key="activity-emissions",
    title="Emissions in the activity form",
    latex=r"E(r,s,p,y) = \sum_a A(r,s,a,y)\, e(s,a,p) \sum_t \left(1 - \eta(t,p)\right) X(r,s,a,t,y)",
    units="kt",
    citation="Amann et al. 2011, GAINS, Environ. Model. Softw. 26:1489",
)
def activity_emissions(activity: xr.DataArray, factor: xr.DataArray, remaining: xr.DataArray) -> xr.DataArray:
    """Return the emission of every activity; the sum over `activity` is that of the sector.

    activity : (region, sector, activity, period), GJ; NaN where nothing is known
    factor : (region, sector, activity, pollutant), g/GJ of the same energy, uncontrolled
    remaining : (region, sector, activity, pollutant, period), share
    returns : (region, sector, activity, pollutant, period), kt in the period
    """
    emitted = activity * factor * remaining / GRAMS_PER_KT
    emitted = emitted.transpose("region", "sector", "activity", "pollutant", "period")
    return emitted.rename("value").assign_attrs(units="kt")


@equation(
    key="implied-factor",
    title="Implied emission factor",
    latex=r"\bar e = \frac{E}{A}",
    units="unit of the emission per unit of the activity",
    citation="definition; EMEP/EEA guidebook, quality control by implied emission factors",
)
def implied_factor(emission: xr.DataArray, activity: xr.DataArray) -> xr.DataArray:
    """Return emission over activity, NaN where nothing was active.

    emission, activity : arrays of one shape

    >>> implied_factor(xr.DataArray([6.0, 0.0]), xr.DataArray([3.0, 0.0])).to_numpy()
    array([ 2., nan])
    """
    return emission / activity.where(activity > 0)
