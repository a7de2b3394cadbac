"""Published results that the relation was never tuned to, beside what it computes; and each study left out in turn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from airshed.assessment.chain.chain import Chain, refuse_other_years
from airshed.assessment.chain.sampled_contributions import Given, SampledYears
from airshed.assessment.evidence.validation_deaths import DEATHS, deaths_across, in_deaths
from airshed.assessment.evidence.validation_deaths import NOTES as DEATHS_NOTES
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.reported import change_between
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of, members, nations_of
from airshed.pack.pack import Pack
from airshed.pack.progress import step
from airshed.sampling.interval import LEVELS, ends_around
from airshed.transport.ensemble import leave_out
from airshed.transport.relation import EMITTED
from airshed.transport.studies import FOREIGN, OTHER, PERCENT, Published, published

ANNUAL_FOR_PART = "annual mean of this model against the period {period} of the study"
NO_REPORT = "no reported emissions of {nation} for {before} and {after}"
RANGE = "published as a range"
NOTES = (ANNUAL_FOR_PART, NO_REPORT, RANGE, *DEATHS_NOTES)
"""Templates of the notes on validations."""
LEFT_OUT_SAMPLES = 1000
CONTRIBUTION, CHANGE = "contribution", "change"


class Years(Protocol):
    """Contributions of a relation by year, central and in every sample it has."""

    def at(self, place: str, year: int) -> Given:
        """Return the contributions of the regions to a place in a year."""

    def totals(self, place: str, year: int) -> tuple[float, Floats]:
        """Return all that sources give to a place in a year: central, and in every sample, ug/m3."""

    def members(self, codes: set[str]) -> npt.NDArray[np.bool_]:
        """Return which regions of the relation are of some regions or nations."""


@dataclass(frozen=True)
class Computed:
    """What this model gives for a published number: central and in every sample."""

    central: float
    samples: Floats
    note: str = ""


def validation_table(pack: Pack, chain: Chain) -> pd.DataFrame:
    """Return published numbers of use `validation` beside the computed ones.

    chain : with samples
    returns : columns study, receptor, country (or region of the source), quantity, period, published, published_low,
        published_high, value (computed), low, high, unit, deviation, inside, method, confidence, source, note
    """
    return compared(
        pack,
        published(pack, "validation"),
        set(chain.places.codes),
        lambda emissions: SampledYears(chain.ensemble, chain.places, emissions),
        chain,
    )


def compared(
    pack: Pack,
    rows: Sequence[Published],
    codes: Collection[str],
    years_of: Callable[[xr.DataArray], Years],
    chain: Chain | None = None,
) -> pd.DataFrame:
    """Return published numbers beside those of any relation, as `validation_table` does.

    codes : the places that the relation answers for, others are left out
    years_of : makes its contributions of emissions (region, sector, pollutant, year), kt/yr
    chain : of the pack's own relation, for deaths; published deaths are left out without it
    """
    baseline = baseline_cube(pack)
    for item in rows:
        refuse_other_years(baseline, *(year for year in (item.year_before, item.year) if year is not None))
    years = years_of(baseline["value"])
    records = []
    for item in rows:
        if item.receptor in codes and item.year is not None:
            if item.quantity == DEATHS:
                found = None if chain is None else _deaths(pack, chain, years, item, rows)
                item = in_deaths(item)
            else:
                found = _compute(pack, years_of, years, baseline, item, rows)
            if found is not None:
                records.append(_record(item, found))
    return pd.DataFrame.from_records(records)


def _compute(
    pack: Pack,
    years_of: Callable[[xr.DataArray], Years],
    years: Years,
    baseline: xr.Dataset,
    item: Published,
    rows: Sequence[Published],
) -> Computed | None:
    if item.quantity == CHANGE:
        return _change(pack, years_of, baseline, item)
    if item.year is None:
        return None
    given = years.at(item.receptor, item.year)
    chosen = years.members(_sources(pack, item, rows))
    central, samples = float(given.central[chosen].sum()), given.samples[:, chosen].sum(axis=1)
    if item.unit == PERCENT:
        if given.central.sum() == 0:
            return None
        return Computed(100 * central / float(given.central.sum()), 100 * samples / given.samples.sum(axis=1))
    return Computed(central, samples)


def _deaths(pack: Pack, chain: Chain, years: Years, item: Published, rows: Sequence[Published]) -> Computed | None:
    chosen = years.members(_sources(pack, item, rows))
    found = deaths_across(pack, chain, item, years.at(item.receptor, item.year or chain.year), chosen)
    return None if found is None else Computed(*found)


def _sources(pack: Pack, item: Published, rows: Sequence[Published]) -> set[str]:
    """Return the regions or nations that a published number stands for."""
    home = country_of(pack)
    nations = set(nations_of(pack, item.receptor))
    if item.stands_for == FOREIGN:
        return set(home.values()) - nations
    if item.stands_for == OTHER:
        same = [row.source_region for row in rows if row.study == item.study and row.receptor == item.receptor]
        named = {leaf for code in same if code and code not in nations for leaf in members(pack, code)}
        return {code for code, owner in home.items() if owner in nations and code not in {*named, *nations}}
    return set(members(pack, item.source_region))


def _change(
    pack: Pack, years_of: Callable[[xr.DataArray], Years], baseline: xr.Dataset, item: Published
) -> Computed | None:
    """Return the change at a receptor when one nation's emissions change as reported and all else stays."""
    before, after = item.year_before, item.year
    if before is None or after is None:
        return None
    changes = change_between(pack, item.source_region, before, after)
    if changes is None:
        return None
    start = baseline["value"].sel(year=before, pollutant=list(EMITTED))
    home = country_of(pack)
    own = [code for code in start["region"].to_numpy() if home[str(code)] == item.source_region]
    later = start.copy(deep=True)
    for pollutant, change in changes.items():
        if pollutant in later["pollutant"]:
            later.loc[{"region": own, "pollutant": pollutant}] *= 1.0 + change
    both = xr.concat([start, later], dim=pd.Index([0, 1], name="year"))
    years = years_of(both)
    (first, samples_first), (second, samples_second) = (years.totals(item.receptor, number) for number in (0, 1))
    return Computed(second - first, samples_second - samples_first)


def _record(item: Published, found: Computed) -> dict[str, Any]:
    low, high = ends_around(found.central, found.samples)
    least, most = min(item.values), max(item.values)
    nearest = float(np.clip(found.central, least, most))
    notes = [] if np.isfinite(item.central) else [RANGE]
    notes += [found.note] if found.note else []
    if item.quantity not in (CONTRIBUTION, CHANGE, "deaths") and "annual" not in item.quantity:
        notes.append(ANNUAL_FOR_PART.format(period=item.period))
    return {
        "study": item.study,
        "receptor": item.receptor,
        "receptor_name": item.receptor_name,
        "source_region": item.source_region or "other",
        "stands_for": item.stands_for,
        "quantity": item.quantity,
        "year": item.year,
        "published": item.central,
        "published_low": item.low,
        "published_high": item.high,
        "value": found.central,
        "low": low,
        "high": high,
        "unit": item.unit,
        "deviation": found.central - (item.central if np.isfinite(item.central) else nearest),
        "inside": "yes" if low <= most and high >= least else "no",
        "method": item.method,
        "confidence": item.confidence,
        "source": item.source,
        "note": "; ".join([*notes, *([item.note] if item.note else [])]),
    }


def left_out_table(pack: Pack, chain: Chain, samples: int = LEFT_OUT_SAMPLES, seed: int = 1) -> pd.DataFrame:
    """Return every study of the calibration beside what the calibration without it predicts, shares in percent.

    returns : columns study, receptor, country, published, published_low, published_high, value (median), low, high,
        unit, deviation, inside, method, source
    """
    ensemble, baseline = chain.ensemble, baseline_cube(pack)
    rows = [row for item in ensemble.evidence for studies in item.studies.values() for row in studies]
    records = []
    studies = list(dict.fromkeys(row.study for row in rows))
    for done, study in enumerate(studies):
        step("studies left out in turn", done, len(studies))
        for row, samples_of in leave_out(ensemble, baseline, study, samples, seed):
            item, share = row.item, 100 * samples_of
            low, middle, high = np.quantile(share, (LEVELS[0], 0.5, LEVELS[1]))
            least, most = min(item.values), max(item.values)
            records.append(
                {
                    "study": study,
                    "receptor": item.receptor,
                    "country": item.source_region,
                    "published": item.central,
                    "published_low": item.low,
                    "published_high": item.high,
                    "value": float(middle),
                    "low": float(low),
                    "high": float(high),
                    "unit": "percent",
                    "deviation": float(middle) - item.middle,
                    "inside": "yes" if low <= most and high >= least else "no",
                    "method": item.method,
                    "source": item.source,
                }
            )
    return pd.DataFrame.from_records(records)
