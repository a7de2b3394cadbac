"""The harmonised baseline: one series per region, sector and pollutant from several inventories, with its basis.

The rules stand in the pack (`baseline` in datapackage.json): which inventory is the history, who takes the level from
another one, whose reported changes and which projection follow, and what serves where a source prints nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import xarray as xr

from airshed.emissions.breaks import broken_years
from airshed.emissions.flags import BASES, meanings
from airshed.emissions.grid import Grid, take
from airshed.emissions.growth import chain_over_breaks, harmonise, residual
from airshed.emissions.interpolate import interpolate
from airshed.emissions.inventory import inventories, inventory_cube, sealed
from airshed.emissions.levels import put_levels
from airshed.emissions.provinces import provincial_shares
from airshed.emissions.reported import reported_change, reported_source, reported_totals
from airshed.emissions.rules import BaselineRules, Projection, ProvinceShares, baseline_rules
from airshed.pack.arrays import Floats
from airshed.pack.codes import children, leaves
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack

OUTSIDE_SECTOR = "unsplit"


def baseline_cube(pack: Pack) -> xr.Dataset:
    """Return the baseline as a Dataset of `value` (kt/yr), `basis` and `source` over (region, sector, pollutant, year).

    Regions are the leaves of the pack. A nation with parts has a row of its own only for what could not be split to
    them (Korea's CO2), so that a nation is always the sum of its rows. It is made once, and cannot be written to.
    """
    return pack.derive("baseline", _made)


def _made(pack: Pack) -> xr.Dataset:
    rules = baseline_rules(pack)
    first_inventory = rules.history or inventories(pack)[0]
    names = {first_inventory, *rules.national.values(), *(level.inventory for level in rules.level)}
    names |= set(rules.reported.values())
    names |= {part.inventory for part in (rules.projection, rules.outside) if part is not None}
    cubes = {name: inventory_cube(pack, name) for name in names}
    history = cubes[first_inventory]
    years = sorted({int(year) for cube in cubes.values() for year in cube["year"].to_numpy()})
    first, last = rules.years or (int(history["year"][0]), years[-1])
    grid = _grid(pack, history, rules, range(min(first, years[0]), max(last, years[-1]) + 1))
    base = int(history["year"].max())
    governed = put_levels(grid, history, base, pack, rules)
    _put_history(grid, history, pack, governed)
    for nation, name in rules.national.items():
        _carry_on(grid, cubes[name], nation, base, pack, rules)
    last_reported = np.full(grid.value.shape[:3], base)
    for nation, name in rules.reported.items():
        _follow(grid, pack, nation, name, base, last_reported)
    if rules.projection is not None:
        _project(grid, cubes[rules.projection.inventory], last_reported, base, pack, rules, rules.projection)
    if rules.outside is not None:
        _put_outside(grid, cubes[rules.outside.inventory], rules.outside.regions, pack)
    grid.fill()
    for nation, rule in rules.province_shares.items():
        _split(grid, pack, nation, rule)
    result = grid.dataset(first, last)
    result.attrs = {"inventory": "baseline", "history": first_inventory, "base_year": base}
    if rules.projection is not None:
        result.attrs["projection"] = rules.projection.label or rules.projection.inventory
        result.attrs["projected_after"] = _last_reported(grid, last_reported, rules.projection, pack)
    return sealed(result)


def _grid(pack: Pack, history: xr.Dataset, rules: BaselineRules, years: range) -> Grid:
    pollutants = pack.table("pollutants")
    emitted = pollutants.loc[pollutants["kind"] == "emission", "code"]
    kinds = pack.table("sectors").set_index("code")["kind"]
    sectors = [code for code in kinds.index if kinds[code] == "sector" and code in history["sector"]]
    if not sectors:
        raise MissingTableError("emissions", Phrase("detail-inventory-sector", inventory=history.attrs["inventory"]))
    if rules.outside is not None:
        sectors.append(OUTSIDE_SECTOR)
    return Grid(
        regions=list(pack.table("regions")["code"]),
        sectors=sectors,
        pollutants=[code for code in emitted if code in history["pollutant"]],
        years=list(years),
    )


def _last_reported(grid: Grid, last: npt.NDArray[np.int64], projection: Projection, pack: Pack) -> int:
    """Return the last year in which anything of the projected nation is reported."""
    here = np.isin(grid.regions, [projection.national, *children(pack).get(projection.national, [])])
    return int(last[here].max())


def _put_history(grid: Grid, history: xr.Dataset, pack: Pack, governed: npt.NDArray[np.bool_]) -> None:
    """Take the history for the leaf regions, and for nations the pollutants of which it prints no parts.

    governed : cells (region, sector, pollutant) that take their level from elsewhere
    A single part without rows in a year takes what the row of its nation leaves; the checks of the pack let nothing
    else pass.
    """
    values, years, source = grid.on(history), _years(history), _sources(history)
    inside = np.array([sector != OUTSIDE_SECTOR for sector in grid.sectors])
    where = np.isin(grid.regions, leaves(pack))[:, None, None] & inside[None, :, None] & ~governed
    grid.put(where, years, values, "reported", source)
    printed = np.asarray(np.isfinite(values[:, inside]).any(axis=1))
    own, rest = np.zeros(values.shape[:3], dtype=bool), np.full(values.shape, np.nan)
    for nation, parts in children(pack).items():
        row, places = grid.regions.index(nation), [grid.regions.index(code) for code in parts]
        own[row] = inside[:, None] & ~printed[places].any(axis=(0, 2))
        left = np.maximum(values[row] - np.nansum(values[places], axis=0), 0.0)
        single = ((~printed[places]).sum(axis=0) == 1) & printed[places].any(axis=0)
        for place in places:
            rest[place] = np.where(inside[:, None, None] & single & ~printed[place], left, np.nan)
    grid.put(own & ~governed, years, values, "reported", source)
    grid.put(~governed, years, rest, "residual", source)


def _carry_on(grid: Grid, cube: xr.Dataset, nation: str, base: int, pack: Pack, rules: BaselineRules) -> None:
    """Carry a nation's history on by the changes of its own inventory, chained over breaks of method."""
    years = _years(cube)
    if base not in years:
        raise MissingTableError(
            "emissions", Phrase("detail-inventory-base-join-history", inventory=cube.attrs["inventory"], base=base)
        )
    likes = [code if code in cube["pollutant"] else rules.grow_like.get(code, code) for code in grid.pollutants]
    printed = take(cube, [nation], grid.sectors, likes)
    _refuse_parts(grid, printed, nation, base, pack)
    broken = broken_years(pack, str(cube.attrs["inventory"]), nation, grid.sectors, likes, years)[None]
    chained = chain_over_breaks(printed, broken)
    source = _sources(cube.sel(region=[nation]))
    start = years.index(base)
    region, place = grid.regions.index(nation), grid.years.index(base)
    own = np.zeros(grid.value.shape[:3], dtype=bool)
    own[region] = True
    for position in range(start + 1, len(years)):
        later = np.full((*grid.value.shape[:3], 1), np.nan)
        later[region, ..., 0] = harmonise(
            grid.value[region, ..., place], chained[0, ..., start], chained[0, ..., position]
        )
        step = np.zeros_like(own)
        step[region] = broken[0, ..., position]
        grid.put(own & ~step, [years[position]], later, "harmonised", source, base)
        grid.put(own & step, [years[position]], later, "constant", source, base)


def _refuse_parts(grid: Grid, printed: Floats, nation: str, base: int, pack: Pack) -> None:
    """Raise AirshedError where a nation's own inventory would carry on what the history has of its parts.

    printed : the inventory (1, sector, pollutant, year), NaN where it prints nothing
    """
    places = [grid.regions.index(code) for code in children(pack).get(nation, [])]
    known = np.isfinite(grid.value[places][..., grid.years.index(base)]).any(axis=(0, 1))
    clash = np.flatnonzero(known & np.isfinite(printed[0]).any(axis=(0, 2)))
    if len(clash):
        raise AirshedError(
            "datapackagejson-baseline-national-cannot-carried", nation=nation, pollutants=grid.pollutants[clash[0]]
        )


def _follow(
    grid: Grid, pack: Pack, nation: str, inventory: str, base: int, last_reported: npt.NDArray[np.int64]
) -> None:
    """Let all regions and sectors of a nation change after the history like the national totals that are reported.

    last_reported : (region, sector, pollutant), the last year of a report; written to
    """
    parts = np.isin(grid.regions, [nation, *children(pack).get(nation, [])])
    start = grid.years.index(base)
    for pollutant, totals in reported_totals(pack, inventory, nation).items():
        later = sorted(year for year in totals if year > base)
        change = reported_change(totals, base, later)
        if pollutant not in grid.pollutants or change is None or not later:
            continue
        here = np.zeros(last_reported.shape, dtype=bool)
        here[parts, :, grid.pollutants.index(pollutant)] = True
        source = reported_source(pack, inventory, nation)
        grid.put(here, later, grid.value[..., start, None] * change, "harmonised", source, base)
        last_reported[here] = later[-1]


def _project(
    grid: Grid,
    cube: xr.Dataset,
    joins: npt.NDArray[np.int64],
    base: int,
    pack: Pack,
    rules: BaselineRules,
    projection: Projection,
) -> None:
    """Add the projected years: by a region's own printed growth, or by that of the nation less its groups.

    joins : (region, sector, pollutant), the year after which the projection serves; between its own years it is
        interpolated
    """
    years = _years(cube)
    if base not in years:
        raise MissingTableError(
            "emissions", Phrase("detail-inventory-base-join-history", inventory=cube.attrs["inventory"], base=base)
        )
    sectors = [rules.sector_grows_like.get(code, code) for code in grid.sectors]
    pollutants = [rules.grow_like.get(code, code) for code in grid.pollutants]
    own = take(cube, grid.regions, sectors, pollutants)
    rest = residual(cube, projection.national, projection.groups, grid.sectors, grid.pollutants, rules)
    located = np.isin(grid.regions, cube["region"].to_numpy())
    parts = np.isin(grid.regions, children(pack).get(projection.national, [])) & ~located
    for join in np.unique(joins):
        later = [year for year in years if year > join]
        if not later:
            continue
        here, history = joins == join, grid.value[..., grid.years.index(int(join)), None]
        ahead = [years.index(year) for year in later]
        grown = harmonise(history, interpolate(own, years, [int(join)]), own[..., ahead])
        grid.put(here & located[:, None, None], later, grown, "projected", _sources(cube), int(join))
        grown = history * (rest[..., ahead] / interpolate(rest, years, [int(join)]))[None]
        grid.put(here & parts[:, None, None], later, grown, "residual", _sources(cube), int(join))


def _put_outside(grid: Grid, cube: xr.Dataset, regions: Sequence[str], pack: Pack) -> None:
    """Add sources that only the source-receptor relation knows, at the emission of its base run."""
    values = grid.on(cube)
    matter = take(cube, grid.regions, grid.sectors, ["OM"])[:, :, 0]
    parameters = pack.optional("parameters").set_index("key")["value"]
    if np.isfinite(matter).any() and "om_to_oc" not in parameters:
        raise MissingTableError("parameters", Phrase("detail-om-oc-turn-organic-matter"))
    where = np.zeros(grid.value.shape[:3], dtype=bool)
    where[np.isin(grid.regions, regions), grid.sectors.index(OUTSIDE_SECTOR)] = True
    grid.put(where, _years(cube), values, "reported", _sources(cube))
    if "OC" in grid.pollutants and "om_to_oc" in parameters:
        carbon = np.full(values.shape, np.nan)
        carbon[:, :, grid.pollutants.index("OC")] = matter / float(parameters["om_to_oc"])
        grid.put(where, _years(cube), carbon, "derived", _sources(cube))


def _split(grid: Grid, pack: Pack, nation: str, rule: ProvinceShares) -> None:
    """Split a nation's row to its provinces by the shares that an inventory prints.

    A pollutant without any provincial rows stays in the nation's own row, as not split.
    """
    parts, shares, source = provincial_shares(pack, nation, rule, grid.sectors, grid.pollutants, grid.years)
    row, places = grid.regions.index(nation), [grid.regions.index(code) for code in parts]
    known = (shares.sum(axis=(0, 3)) > 0) & np.isfinite(grid.value[row]).any(axis=-1)
    for place, share in zip(places, shares, strict=True):
        grid.value[place][known] = (share * grid.value[row])[known]
        grid.basis[place][known] = BASES.index("derived")
        cited = np.full(grid.source[row].shape, grid.code(source), dtype=np.int16)
        grid.source[place][known] = grid.combine(grid.source[row], cited)[known]
    grid.value[row][known], grid.basis[row][known], grid.source[row][known] = np.nan, 0, 0


def _years(cube: xr.Dataset) -> list[int]:
    return [int(year) for year in cube["year"].to_numpy()]


def _sources(cube: xr.Dataset) -> str:
    """Return the sources of the cells of an inventory, with a space between."""
    words = meanings(cube["source"])
    return " ".join(words[code] for code in np.unique(cube["source"].to_numpy()) if code > 0)
