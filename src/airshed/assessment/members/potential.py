"""What measures with a published cost can still take off every sector of every region, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from airshed.assessment.chain.maximum_feasible import USED, Wanted, fullest
from airshed.pack.arrays import Floats
from airshed.pack.pack import Pack
from airshed.strategy.options import CARBON, Options, build_options
from airshed.transport.precursors import BLACK, FINE, ORGANIC, split_primary
from airshed.transport.relation import EMITTED, Relation
from airshed.transport.tm5fasst import PRECURSORS

PRIMARY = {"PM2.5": "PM_other", "BC": "BC", "OC": "OM"}


@dataclass(frozen=True)
class Potential:
    """What the selectable measures can do beyond today's, by region of the relation and sector.

    cut : (precursor, region, sector), kt/yr less; cost : (region, sector, 3), million USD of 2015 a year: low, central,
        high; co2 : (region, sector), kt/yr more (below 0: less), of the measures of which it is known, NaN without any
    measures : (region, sector), how many are applied more; sources : by region and sector
    """

    cut: Floats
    cost: Floats
    co2: Floats
    measures: npt.NDArray[np.int64]
    sources: dict[tuple[str, str], str]


def potential(
    pack: Pack, emissions: xr.Dataset, relation: Relation, exposure: Floats, regions: Sequence[str] | None = None
) -> Potential:
    """Return the potential in the base year, in the middle case of what is and can be applied.

    emissions : `value` (region, sector, pollutant, year), kt/yr; exposure : (precursor, region), ug/m3 per kt/yr of all
        people: it decides between measures that exclude each other; regions : whose measures, all if not given
    Raises MissingTableError for a pack without measures.
    """
    options = build_options(pack, pack.base_year, regions=regions, baseline=emissions)
    value = emissions["value"].sel(year=pack.base_year).transpose("region", "sector", "pollutant")
    before = value.sel(pollutant=list(EMITTED)).fillna(0.0)
    more = _more(options, _worth(options, before, relation, exposure))
    after = before.copy(deep=True)
    rows, columns = _places(options, before)
    np.subtract.at(after.to_numpy(), (rows, columns), np.nan_to_num(options.removal) * more[:, None])
    order = ("precursor", "region", "sector")
    cut = relation.precursors(before).transpose(*order).to_numpy() - relation.precursors(after).transpose(*order)
    sectors = [str(code) for code in before["sector"].to_numpy()]
    known = {code: place for place, code in enumerate(relation.regions)}
    shape = (len(known), len(sectors))
    cost, measures = np.zeros((*shape, 3)), np.zeros(shape, dtype=np.int64)
    co2, sources = np.full(shape, np.nan), dict[tuple[str, str], list[str]]()
    carbon = options.co2 * more
    for row in np.flatnonzero(more > USED):
        region, sector = options.region[row], options.sector[row]
        if region not in known:
            continue
        place = known[region], sectors.index(sector)
        cost[place] += options.cost[row] * more[row]
        measures[place] += 1
        sources.setdefault((region, sector), []).extend(options.source[row].split())
        if np.isfinite(carbon[row]) and _emits_carbon(value, rows[row], columns[row]):
            co2[place] = np.nan_to_num(co2[place]) + carbon[row]
    return Potential(
        cut=np.asarray(cut, dtype=np.float64),
        cost=cost,
        co2=co2,
        measures=measures,
        sources={place: " ".join(dict.fromkeys(keys)) for place, keys in sources.items()},
    )


def _emits_carbon(value: xr.DataArray, region: int, sector: int) -> bool:
    """Return whether the CO2 of a sector is known in a region; a nation's may not be split to its provinces."""
    return bool(np.isfinite(float(value[region, sector].sel(pollutant=CARBON))))


def _places(options: Options, emissions: xr.DataArray) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the rows and columns of the options in emissions (region, sector, pollutant)."""
    rows = pd.Index(emissions["region"].to_numpy()).get_indexer(pd.Index(options.region))
    columns = pd.Index(emissions["sector"].to_numpy()).get_indexer(pd.Index(options.sector))
    return np.asarray(rows), np.asarray(columns)


def _worth(options: Options, before: xr.DataArray, relation: Relation, exposure: Floats) -> Floats:
    """Return by how much every option at application 1 lowers the exposure of all people (option), ug/m3.

    A kilotonne of PM2.5 stands for the part of it that is neither BC nor organic matter, which have their own.
    """
    rows, columns = _places(options, before)
    here = before.to_numpy()[rows, columns]
    fine = here[:, FINE]
    _, other = split_primary(fine, here[:, BLACK], here[:, ORGANIC], relation.om_to_oc)
    removal = np.nan_to_num(options.removal).copy()
    removal[:, FINE] *= np.where(fine > 0, other / np.where(fine > 0, fine, 1.0), 0.0)
    removal[:, ORGANIC] *= relation.om_to_oc
    kinds = [PRECURSORS.index(PRIMARY.get(code, code)) for code in EMITTED]
    place = pd.Index(relation.regions).get_indexer(pd.Index(options.region))
    per_kilotonne = np.where(place < 0, 0.0, exposure[kinds][:, place])
    return np.asarray((removal * per_kilotonne.T).sum(axis=1))


def _more(options: Options, worth: Floats) -> Floats:
    """Return how much more of every selectable option is applied (option), so that each group is worth most."""
    more = np.zeros(len(options.measure))
    span = np.where(options.selectable, np.maximum(options.maximum - options.current, 0.0), 0.0)
    cost = np.where(np.isnan(options.cost[:, 1]), np.inf, options.cost[:, 1])
    amount = np.nan_to_num(options.removal).sum(axis=1)
    order = np.argsort(options.group, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(options.group[order])) + 1):
        if not span[rows].any():
            continue
        wanted = Wanted(worth[rows, None], amount[rows, None], cost[rows, None])
        room = max(1.0 - float(options.current[rows].sum()), 0.0)
        more[rows] = fullest(wanted, span[rows], room, options.indivisible[rows])[:, 0]
    return more
