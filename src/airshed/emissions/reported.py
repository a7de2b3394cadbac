"""Emissions as a national inventory reports them year by year: totals, and the look back before the base year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from airshed.emissions.interpolate import interpolate
from airshed.emissions.inventory import inventories, inventory_rows
from airshed.emissions.rules import baseline_rules
from airshed.pack.arrays import Floats
from airshed.pack.codes import children, country_of
from airshed.pack.pack import Pack
from airshed.pack.rules import Rules, Year, read_rules


class HindcastRules(Rules):
    """From which year observed changes are looked back at; from the first of the emissions and reports if not given."""

    first_year: Year | None = None


def hindcast_rules(pack: Pack) -> HindcastRules:
    """Return the rules of the pack; raises AirshedError for a rule that is not known."""
    return read_rules(HindcastRules, pack.descriptor.hindcast, "hindcast")


def reported_totals(pack: Pack, inventory: str, nation: str) -> dict[str, dict[int, float]]:
    """Return the totals that an inventory reports for a nation: pollutant to year to kt/yr."""
    rows = inventory_rows(pack, inventory)
    rows = rows[(rows["region"] == nation) & (rows["sector"] == "total")]
    found: dict[str, dict[int, float]] = {}
    for pollutant, year, value in zip(rows["pollutant"], rows["year"], rows["value"], strict=True):
        found.setdefault(str(pollutant), {})[int(year)] = float(value)
    return found


def reported_source(pack: Pack, inventory: str, nation: str) -> str:
    """Return the sources of an inventory's rows of a nation, with a space between."""
    rows = inventory_rows(pack, inventory)
    return " ".join(dict.fromkeys(rows.loc[rows["region"] == nation, "source"]))


def with_reported(pack: Pack, baseline: xr.Dataset) -> xr.DataArray:
    """Return the baseline (region, sector, pollutant, year), kt/yr, with reported changes before its base year too.

    After the base year the baseline itself holds them. From the first year of the hindcast, or of the reports, up to
    it, every province and sector changes like the reported national total of its pollutant, so that a look back rests
    on one inventory.
    """
    stated, base = hindcast_rules(pack).first_year, int(baseline.attrs["base_year"])
    result = baseline["value"].copy(deep=True)
    for nation, inventory in baseline_rules(pack).reported.items():
        parts = [code for code in children(pack).get(nation, [nation]) if code in result["region"]]
        for pollutant, totals in reported_totals(pack, inventory, nation).items():
            first = min(totals) if stated is None else stated
            years = [int(year) for year in result["year"].to_numpy() if first <= year < base]
            change = reported_change(totals, base, [first, *years])
            if pollutant not in result["pollutant"] or change is None or change[0] <= 0:
                continue
            start = baseline["value"].sel(region=parts, pollutant=pollutant, year=base)
            for year, ratio in zip(years, change[1:], strict=True):
                result.loc[{"region": parts, "pollutant": pollutant, "year": year}] = start * ratio
    return result


def reported_change(totals: Mapping[int, float], base: int, years: Sequence[int]) -> Floats | None:
    """Return by what factor reported totals of some years differ from those of a base year; None if they do not reach.

    totals : kt/yr by reported year; between two of them growth is constant
    returns : (year,), None where the base year or one of the years lies outside the reports, or the base total is 0

    >>> reported_change({2010: 80.0, 2014: 20.0}, 2012, [2010, 2014])
    array([2. , 0.5])
    """
    known = sorted(totals)
    if not known or not all(known[0] <= year <= known[-1] for year in (base, *years)):
        return None
    values = interpolate(np.array([totals[year] for year in known]), known, sorted({base, *years}))
    found = dict(zip(sorted({base, *years}), values.tolist(), strict=True))
    return np.array([found[year] for year in years]) / found[base] if found[base] > 0 else None


def change_between(pack: Pack, nation: str, before: int, after: int) -> dict[str, float] | None:
    """Return by what factor the reported totals of a nation changed, by pollutant; None without reports of both years.

    returns : pollutant to (total after / total before) - 1
    """
    inventory = baseline_rules(pack).reported.get(nation)
    if inventory is None:
        return None
    totals = reported_totals(pack, inventory, nation)
    known = {code: years for code, years in totals.items() if years.get(before, 0.0) > 0 and after in years}
    return {code: years[after] / years[before] - 1.0 for code, years in known.items()} or None


def reports_until(pack: Pack) -> dict[str, int]:
    """Return the last year that an inventory of the baseline reports of every nation; projections do not count."""
    rules = baseline_rules(pack)
    names = [rules.history or inventories(pack)[0], *rules.national.values(), *rules.reported.values()]
    names += [rule.inventory for rule in rules.level]
    projected = rules.projection.inventory if rules.projection else None
    home, found = country_of(pack), dict[str, int]()
    for name in dict.fromkeys(names):
        if name == projected:
            continue
        latest = inventory_rows(pack, name).groupby("region")["year"].max()
        for code, year in latest.items():
            nation = home.get(str(code))
            if nation is not None:
                found[nation] = max(found.get(nation, 0), int(year))
    return found
