"""Emissions of the base year as the inventory nearest to each region prints them, beside the harmonised baseline.

The baseline starts from one history, and from other inventories where its rules take the level from them. Where yet
another one prints a region in the base year (the one that the baseline takes its projection from), or a nation carries
on with one of its own, those rows stand here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from airshed.emissions.baseline import baseline_cube
from airshed.emissions.flags import meanings
from airshed.emissions.grid import take
from airshed.emissions.inventory import inventories, inventory_cube
from airshed.emissions.provinces import provincial_shares
from airshed.emissions.rules import BaselineRules, baseline_rules
from airshed.pack.arrays import Floats
from airshed.pack.codes import children, country_of, members
from airshed.pack.pack import Pack

FINE, CARRIED = "PM2.5", ("BC", "OC")
"""Fine particles, and the parts of them that an inventory may leave out."""


@dataclass(frozen=True)
class Printed:
    """Emissions of the base year in the layout of the baseline, and where those of each region come from.

    emissions : `value` (region, sector, pollutant, year), kt/yr, with the base year alone
    inventory, sources : by region
    """

    emissions: xr.Dataset
    inventory: dict[str, str]
    sources: dict[str, str]


def history_emissions(pack: Pack) -> Printed:
    """Return the base year of the harmonised baseline: the history, or the inventory that gives all of the level."""
    cube = baseline_cube(pack).sel(year=[pack.base_year])
    words, codes = meanings(cube["source"]), cube["source"].transpose("region", ...).to_numpy()
    regions = [str(code) for code in cube["region"].to_numpy()]
    sources = {
        region: " ".join(dict.fromkeys(key for code in np.unique(row) for key in words[code].split()))
        for region, row in zip(regions, codes, strict=True)
    }
    inventory = dict.fromkeys(regions, str(cube.attrs["history"]))
    for level in baseline_rules(pack).level:
        held = {part for code in level.regions for part in (code, *members(pack, code))} if not level.sectors else set()
        inventory |= {region: level.inventory for region in regions if region in held}
    return Printed(cube, inventory, sources)


def printed_emissions(pack: Pack) -> Printed:
    """Return the base year by the inventory nearest to each region.

    The inventory that the projection is from comes first, then a nation's own inventory, split to its provinces
    by the rule of the baseline, then the history. A pollutant that an inventory does not print stays that of the
    baseline; of BC and OC the share in PM2.5 of the same nation and sector in the history does.
    """
    history = history_emissions(pack)
    rules, home = baseline_rules(pack), country_of(pack)
    cube = history.emissions.transpose("region", "sector", "pollutant", "year")
    regions, sectors, pollutants = ([str(code) for code in cube[dim].to_numpy()] for dim in cube["value"].dims[:3])
    value = cube["value"].to_numpy()[..., 0].copy()
    inventory, sources = dict(history.inventory), dict(history.sources)
    first, _ = _rows(pack, rules.history or inventories(pack)[0], regions, sectors, pollutants)
    known = np.asarray(np.isfinite(first).any(axis=(1, 2)))
    shares = np.where(known[:, None, None], np.nan_to_num(first), value)
    carried = {nation: _carried(shares, regions, pollutants, home, nation) for nation in set(home.values())}
    for region, (name, rows, source) in _nearer(pack, rules, sectors, pollutants).items():
        if region not in regions:
            continue
        place = regions.index(region)
        value[place] = _put(value[place], rows, _served(rows, rules, sectors), pollutants, carried[home[region]])
        inventory[region] = name
        sources[region] = " ".join(dict.fromkeys([*source.split(), *sources[region].split()]))
    result = cube[["value"]].copy()
    result["value"] = (cube["value"].dims, value[..., None])
    return Printed(result.assign_attrs(cube.attrs), inventory, sources)


def _nearer(
    pack: Pack, rules: BaselineRules, sectors: Sequence[str], pollutants: Sequence[str]
) -> dict[str, tuple[str, Floats, str]]:
    """Return inventory, rows (sector, pollutant), kt/yr, and sources of regions that have more than the history."""
    found: dict[str, tuple[str, Floats, str]] = {}
    for nation, name in rules.national.items():
        rows, source = _rows(pack, name, [nation], sectors, pollutants)
        if nation in rules.province_shares:
            shared = rules.province_shares[nation]
            parts, shares, cited = provincial_shares(pack, nation, shared, sectors, pollutants, [pack.base_year])
            shares = shares[..., 0]
            split = np.where(shares.sum(axis=0) > 0, rows[0], np.nan)
            found |= {
                code: (name, split * share, f"{source} {cited}") for code, share in zip(parts, shares, strict=True)
            }
        elif nation not in children(pack):
            found[nation] = (name, rows[0], source)
    if rules.projection is not None:
        name = rules.projection.inventory
        leaves = [code for code in country_of(pack) if code not in children(pack)]
        rows, source = _rows(pack, name, leaves, sectors, pollutants)
        found |= {code: (name, own, source) for code, own in zip(leaves, rows, strict=True) if np.isfinite(own).any()}
    return found


def _rows(
    pack: Pack, name: str, regions: Sequence[str], sectors: Sequence[str], pollutants: Sequence[str]
) -> tuple[Floats, str]:
    """Return what an inventory prints of the base year (region, sector, pollutant), kt/yr, or NaN; and its sources."""
    cube = inventory_cube(pack, name)
    if pack.base_year not in cube["year"]:
        return np.full((len(regions), len(sectors), len(pollutants)), np.nan), ""
    rows = take(cube.sel(year=[pack.base_year]), regions, sectors, pollutants)[..., 0]
    return rows, " ".join(word for word in meanings(cube["source"]) if word)


def _served(rows: Floats, rules: BaselineRules, sectors: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return the cells (sector, pollutant) that are not printed because another printed sector holds them."""
    served = np.zeros(rows.shape, dtype=bool)
    for sector, other in rules.sector_grows_like.items():
        if sector in sectors and other in sectors:
            served[sectors.index(sector)] = np.isfinite(rows[sectors.index(other)])
    return served & np.isnan(rows)


def _put(
    value: Floats,
    rows: Floats,
    served: npt.NDArray[np.bool_],
    pollutants: Sequence[str],
    carried: Mapping[str, Floats],
) -> Floats:
    """Return the cells (sector, pollutant) of a region, kt/yr, with what is printed in place of what was there."""
    result = np.where(np.isfinite(rows), rows, np.where(served, 0.0, value))
    fine = pollutants.index(FINE) if FINE in pollutants else None
    for part, share in carried.items():
        place = pollutants.index(part)
        if fine is not None and np.isfinite(rows[:, fine]).any() and not np.isfinite(rows[:, place]).any():
            result[:, place] = share * np.nan_to_num(result[:, fine])
    return result


def _carried(
    value: Floats, regions: Sequence[str], pollutants: Sequence[str], home: Mapping[str, str], nation: str
) -> dict[str, Floats]:
    """Return the shares (sector) of the parts of PM2.5 in a nation, 0 where it emits none."""
    here = np.nansum(value[[home[code] == nation for code in regions]], axis=0)
    if FINE not in pollutants:
        return {}
    fine = here[:, pollutants.index(FINE)]
    return {
        part: np.where(fine > 0, here[:, pollutants.index(part)] / np.where(fine > 0, fine, 1.0), 0.0)
        for part in CARRIED
        if part in pollutants
    }
