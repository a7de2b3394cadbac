"""Emissions as a national inventory reports them year by year, carried to the provinces: for looking back."""

from __future__ import annotations

import numpy as np
import xarray as xr
from pydantic import Field

from airshed.emissions.interpolate import interpolate
from airshed.emissions.inventory import inventory_rows
from airshed.pack.codes import children, unknown
from airshed.pack.pack import Pack
from airshed.pack.rules import Rules, Year, read_rules


class HindcastRules(Rules):
    """From which year observed changes are looked back at, and whose reported emissions replace the projection there.

    reported : nation to the inventory that reports its national totals
    """

    first_year: Year = 2013
    reported: dict[str, str] = Field(default_factory=dict)


def hindcast_rules(pack: Pack) -> HindcastRules:
    """Return the rules of the pack; raises AirshedError for a rule or a region that is not known."""
    rules = read_rules(HindcastRules, pack.descriptor.hindcast, "hindcast")
    known = list(pack.table("regions")["code"])
    for code in rules.reported:
        if code not in known:
            raise unknown("region in the rules of the hindcast", code, known)
    return rules


def reported_totals(pack: Pack, inventory: str, nation: str) -> dict[str, dict[int, float]]:
    """Return the totals that an inventory reports for a nation: pollutant to year to kt/yr."""
    rows = inventory_rows(pack, inventory)
    rows = rows[(rows["region"] == nation) & (rows["sector"] == "total")]
    found: dict[str, dict[int, float]] = {}
    for pollutant, year, value in zip(rows["pollutant"], rows["year"], rows["value"], strict=True):
        found.setdefault(str(pollutant), {})[int(year)] = float(value)
    return found


def with_reported(pack: Pack, baseline: xr.Dataset) -> xr.DataArray:
    """Return the baseline (region, sector, pollutant, year), kt/yr, with reported changes where a nation has them.

    From the first year of the hindcast on, every province and sector changes like the reported national total of its
    pollutant, between reported years at constant growth; after the last reported year like the baseline again.
    """
    rules = hindcast_rules(pack)
    result = baseline["value"].copy(deep=True)
    years = [int(year) for year in result["year"].to_numpy()]
    for nation, inventory in rules.reported.items():
        parts = [code for code in children(pack).get(nation, [nation]) if code in result["region"]]
        for pollutant, totals in reported_totals(pack, inventory, nation).items():
            known = totals.get(rules.first_year, 0.0) > 0 and rules.first_year in years
            if known and pollutant in result["pollutant"]:
                _carry(result, baseline["value"], parts, pollutant, rules.first_year, totals)
    return result


def _carry(
    result: xr.DataArray,
    baseline: xr.DataArray,
    parts: list[str],
    pollutant: str,
    first: int,
    totals: dict[int, float],
) -> None:
    """Change one pollutant of some regions like reported totals from a first year on, in place."""
    known = baseline.sel(region=parts, pollutant=pollutant)
    years = [int(year) for year in result["year"].to_numpy() if year >= first]
    reported = sorted(year for year in totals if year >= first)
    carried = interpolate(np.array([totals[year] for year in reported]), reported, years) / totals[first]
    last = max(year for year in years if year <= reported[-1])
    start, held = known.sel(year=first), known.sel(year=last)
    ratio = (start * carried[years.index(last)] / held.where(held > 0)).fillna(0.0)
    for year, change in zip(years, carried, strict=True):
        here = {"region": parts, "pollutant": pollutant, "year": year}
        result.loc[here] = start * change if year <= last else known.sel(year=year) * ratio


def change_between(pack: Pack, nation: str, before: int, after: int) -> dict[str, float] | None:
    """Return by what factor the reported totals of a nation changed, by pollutant; None without reports of both years.

    returns : pollutant to (total after / total before) - 1
    """
    inventory = hindcast_rules(pack).reported.get(nation)
    if inventory is None:
        return None
    totals = reported_totals(pack, inventory, nation)
    known = {code: years for code, years in totals.items() if years.get(before, 0.0) > 0 and after in years}
    return {code: years[after] / years[before] - 1.0 for code, years in known.items()} or None
