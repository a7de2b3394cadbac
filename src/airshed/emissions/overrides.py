"""Overrides of scenarios applied to emissions: held, multiplied, or changed by a percentage between two years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from airshed.emissions.flags import BASES, add_source, flag_array, meanings
from airshed.pack.arrays import Floats
from airshed.pack.codes import emitters, unknown
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.scenarios import EVERY, Override


@equation(
    key="policy-path",
    title="Path of a change in percent",
    latex=r"E(y) = E(b)\,(1+q)^{(y-b)/(t-b)} \text{ for } b < y \le t;\quad "
    r"E(y) = E_{before}(y)\,\frac{E(t)}{E_{before}(t)} \text{ for } y > t",
    units="kt/yr",
    citation="docs/method.md: constant growth to the target year, then the change of the emissions before the override",
)
def policy_path(values: Floats, years: Sequence[int], change: float, base: int, target: int) -> Floats:
    """Return emissions (..., year) that change by a share between two years.

    values : (..., year), kt/yr; change : share, -0.15 is a cut of 15 %, >= -1; base, target : years, base < target

    >>> policy_path(np.array([100.0, 90.0, 80.0, 40.0]), [2015, 2016, 2017, 2018], -0.19, 2015, 2017).round(6)
    array([100. ,  90. ,  81. ,  40.5])
    """
    column = {year: place for place, year in enumerate(years)}
    result = values.copy()
    start = values[..., column[base]]
    before = values[..., column[target]]
    ratio = start * (1.0 + change) / np.where(before > 0, before, 1.0)
    for year, place in column.items():
        if base < year <= target:
            result[..., place] = start * (1.0 + change) ** ((year - base) / (target - base))
        elif year > target:
            result[..., place] = np.where(before > 0, values[..., place] * ratio, start * (1.0 + change))
    return result


def apply_override(pack: Pack, emissions: xr.Dataset, item: Override) -> xr.Dataset:
    """Return emissions (region, sector, pollutant, year) with one override; basis and source say what it touched.

    Raises AirshedError for a code or year that the emissions do not hold.
    """
    years = [int(year) for year in emissions["year"].to_numpy()]
    for year in (item.hold, item.base_year, item.target_year, item.first_year, item.last_year):
        if year is not None and year not in years:
            raise AirshedError("baseline-no-year", year=year, first=years[0], last=years[-1])
    rows = np.ix_(
        _regions(pack, emissions, item),
        _places(emissions, "sector", item.sectors),
        _places(emissions, "pollutant", item.pollutants),
    )
    value = emissions["value"].copy(deep=True)
    before = value.to_numpy()[rows]
    if not np.isfinite(before).any():
        raise AirshedError(
            "override-touches-nothing", regions=" ".join([*item.regions, *item.sectors, *item.pollutants])
        )
    after = _changed(before, years, item)
    value.to_numpy()[rows] = after
    touched = ~np.isclose(before, after, equal_nan=True)
    basis = emissions["basis"].copy(deep=True)
    part = basis.to_numpy()[rows]
    part[touched] = BASES.index("derived")
    basis.to_numpy()[rows] = part
    words = meanings(emissions["source"])
    codes = emissions["source"].to_numpy().copy()
    cited = codes[rows]
    cited[touched] = add_source(cited[touched], words, item.source)
    codes[rows] = cited
    return emissions.assign(value=value, basis=basis, source=flag_array(codes, words, value, "source"))


def _changed(values: Floats, years: Sequence[int], item: Override) -> Floats:
    """Return the values (region, sector, pollutant, year) under an override."""
    if item.change_percent is not None and item.base_year is not None and item.target_year is not None:
        changed = policy_path(values, years, item.change_percent / 100, item.base_year, item.target_year)
    elif item.hold is not None:
        held = values[..., [years.index(item.hold)]]
        changed = np.where(np.array(years) > item.hold, held, values)
    else:
        changed = values * (1.0 if item.factor is None else item.factor)
    first = years[0] if item.first_year is None else item.first_year
    last = years[-1] if item.last_year is None else item.last_year
    if item.never_above:
        changed = np.where(np.nansum(changed, axis=(0, 1)) > np.nansum(values, axis=(0, 1)), values, changed)
    inside = (np.array(years) >= first) & (np.array(years) <= last)
    return np.where(inside, changed, values)


def _regions(pack: Pack, emissions: xr.Dataset, item: Override) -> list[int]:
    known = [str(code) for code in emissions["region"].to_numpy()]
    if EVERY in item.regions:
        return list(range(len(known)))
    wanted = {place for code in item.regions for place in emitters(pack, code)}
    return [place for place, code in enumerate(known) if code in wanted]


def _places(emissions: xr.Dataset, dim: str, wanted: Sequence[str]) -> list[int]:
    known = [str(code) for code in emissions[dim].to_numpy()]
    if EVERY in wanted:
        return list(range(len(known)))
    for code in wanted:
        if code not in known:
            raise unknown(dim, code, known)
    return [known.index(code) for code in wanted]
