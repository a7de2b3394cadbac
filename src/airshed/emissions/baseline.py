"""The harmonised baseline: one series per region, sector and pollutant from several inventories, with its basis.

The rules stand in the pack (`baseline` in datapackage.json): which inventory is the history, which nations carry on
with an inventory of their own, which projection follows, and what serves where a source prints nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import xarray as xr

from airshed.emissions.flags import BASES, meanings
from airshed.emissions.grid import Grid, take
from airshed.emissions.growth import chain_over_breaks, harmonise, residual
from airshed.emissions.inventory import inventories, inventory_cube, sealed
from airshed.emissions.rules import BaselineRules, Projection, ProvinceShares, baseline_rules
from airshed.pack.codes import children, leaves
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import Pack

OUTSIDE_SECTOR = "unsplit"
Floats = npt.NDArray[np.float64]


def baseline_cube(pack: Pack) -> xr.Dataset:
    """Return the baseline as a Dataset of `value` (kt/yr), `basis` and `source` over (region, sector, pollutant, year).

    Regions are the leaves of the pack. A nation with parts has a row of its own only for what could not be split to
    them (Korea's CO2), so that a nation is always the sum of its rows. It is made once, and cannot be written to.
    """
    return pack.derive("baseline", _made)


def _made(pack: Pack) -> xr.Dataset:
    rules = baseline_rules(pack)
    first_inventory = rules.history or inventories(pack)[0]
    names = {first_inventory, *rules.national.values()}
    names |= {part.inventory for part in (rules.projection, rules.outside) if part is not None}
    cubes = {name: inventory_cube(pack, name) for name in names}
    history = cubes[first_inventory]
    years = sorted({int(year) for cube in cubes.values() for year in cube["year"].to_numpy()})
    first, last = rules.years or (int(history["year"][0]), years[-1])
    grid = _grid(pack, history, rules, range(min(first, years[0]), max(last, years[-1]) + 1))
    _put_history(grid, history, pack)
    base = int(history["year"].max())
    for nation, name in rules.national.items():
        _carry_on(grid, cubes[name], nation, base, pack, rules)
    if rules.projection is not None:
        _project(grid, cubes[rules.projection.inventory], base, pack, rules, rules.projection)
    if rules.outside is not None:
        _put_outside(grid, cubes[rules.outside.inventory], rules.outside.regions, pack)
    grid.fill()
    for nation, rule in rules.province_shares.items():
        _split(grid, pack, nation, rule)
    result = grid.dataset(first, last)
    result.attrs = {"inventory": "baseline", "history": first_inventory, "base_year": base}
    if rules.projection is not None:
        result.attrs["projection"] = rules.projection.label or rules.projection.inventory
    return sealed(result)


def _grid(pack: Pack, history: xr.Dataset, rules: BaselineRules, years: range) -> Grid:
    pollutants = pack.table("pollutants")
    emitted = pollutants.loc[pollutants["kind"] == "emission", "code"]
    kinds = pack.table("sectors").set_index("code")["kind"]
    sectors = [code for code in kinds.index if kinds[code] == "sector" and code in history["sector"]]
    if rules.outside is not None:
        sectors.append(OUTSIDE_SECTOR)
    return Grid(
        regions=list(pack.table("regions")["code"]),
        sectors=sectors,
        pollutants=[code for code in emitted if code in history["pollutant"]],
        years=list(years),
    )


def _put_history(grid: Grid, history: xr.Dataset, pack: Pack) -> None:
    """Take the history for the leaf regions, and for nations the pollutants of which it prints no parts.

    A single part without rows in a year takes what the row of its nation leaves; the checks of the pack let nothing
    else pass.
    """
    values, years, source = grid.on(history), _years(history), _sources(history)
    inside = np.array([sector != OUTSIDE_SECTOR for sector in grid.sectors])
    where = np.isin(grid.regions, leaves(pack))[:, None, None] & inside[None, :, None]
    grid.put(np.broadcast_to(where, values.shape[:3]), years, values, "reported", source)
    printed = np.asarray(np.isfinite(values[:, inside]).any(axis=1))
    own, rest = np.zeros(values.shape[:3], dtype=bool), np.full(values.shape, np.nan)
    for nation, parts in children(pack).items():
        row, places = grid.regions.index(nation), [grid.regions.index(code) for code in parts]
        own[row] = inside[:, None] & ~printed[places].any(axis=(0, 2))
        left = np.maximum(values[row] - np.nansum(values[places], axis=0), 0.0)
        single = ((~printed[places]).sum(axis=0) == 1) & printed[places].any(axis=0)
        for place in places:
            rest[place] = np.where(inside[:, None, None] & single & ~printed[place], left, np.nan)
    grid.put(own, years, values, "reported", source)
    grid.put(np.ones_like(own), years, rest, "residual", source)


def _carry_on(grid: Grid, cube: xr.Dataset, nation: str, base: int, pack: Pack, rules: BaselineRules) -> None:
    """Carry a nation's history on by the changes of its own inventory, chained over breaks of method."""
    years = _years(cube)
    if base not in years:
        raise MissingTableError("emissions", f"{cube.attrs['inventory']} of {base}, to join it to the history")
    likes = [code if code in cube["pollutant"] else rules.grow_like.get(code, code) for code in grid.pollutants]
    printed = take(cube, [nation], grid.sectors, likes)
    _refuse_parts(grid, printed, nation, base, pack)
    broken = np.zeros(printed.shape, dtype=bool)
    breaks = pack.optional("series_breaks")
    for row in breaks[(breaks["inventory"] == cube.attrs["inventory"]) & (breaks["region"] == nation)].itertuples():
        sector, year = str(row.sector), int(str(row.year))
        if sector not in grid.sectors or year not in years:
            raise AirshedError(
                f"series_breaks names {sector} {year}, which {cube.attrs['inventory']} does not carry on for {nation}",
                "correct the row, or take it out",
            )
        columns = [place for place, like in enumerate(likes) if like == row.pollutant]
        broken[0, grid.sectors.index(sector), columns, years.index(year)] = True
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
            f"datapackage.json, baseline, national: {nation} cannot be carried on as a whole, for the history "
            f"has {grid.pollutants[clash[0]]} of its parts",
            f"take the rule of {nation} out, or the rows of its parts",
        )


def _project(grid: Grid, cube: xr.Dataset, base: int, pack: Pack, rules: BaselineRules, projection: Projection) -> None:
    """Add the projected years: by a region's own printed growth, or by that of the nation less its groups."""
    years = _years(cube)
    if base not in years:
        raise MissingTableError("emissions", f"{cube.attrs['inventory']} of {base}, to join it to the history")
    start, later = years.index(base), years[years.index(base) + 1 :]
    place = grid.years.index(base)
    sectors = [rules.sector_grows_like.get(code, code) for code in grid.sectors]
    pollutants = [rules.grow_like.get(code, code) for code in grid.pollutants]
    own = take(cube, grid.regions, sectors, pollutants)
    history = grid.value[..., place, None]
    grown = harmonise(history, own[..., start : start + 1], own[..., start + 1 :])
    located = np.isin(grid.regions, cube["region"].to_numpy())
    everywhere = np.ones(grid.value.shape[:3], dtype=bool)
    grid.put(everywhere & located[:, None, None], later, grown, "projected", _sources(cube), base)
    rest = residual(cube, projection.national, projection.groups, grid.sectors, grid.pollutants, rules)
    grown = history * (rest[..., start + 1 :] / rest[..., start : start + 1])[None]
    parts = np.isin(grid.regions, children(pack).get(projection.national, [])) & ~located
    grid.put(everywhere & parts[:, None, None], later, grown, "residual", _sources(cube), base)


def _put_outside(grid: Grid, cube: xr.Dataset, regions: Sequence[str], pack: Pack) -> None:
    """Add sources that only the source-receptor relation knows, at the emission of its base run."""
    values = grid.on(cube)
    matter = take(cube, grid.regions, grid.sectors, ["OM"])[:, :, 0]
    parameters = pack.optional("parameters").set_index("key")["value"]
    if np.isfinite(matter).any() and "om_to_oc" not in parameters:
        raise MissingTableError("parameters", "om_to_oc, to turn organic matter into organic carbon")
    where = np.zeros(grid.value.shape[:3], dtype=bool)
    where[np.isin(grid.regions, regions), grid.sectors.index(OUTSIDE_SECTOR)] = True
    grid.put(where, _years(cube), values, "reported", _sources(cube))
    if "OC" in grid.pollutants and "om_to_oc" in parameters:
        carbon = np.full(values.shape, np.nan)
        carbon[:, :, grid.pollutants.index("OC")] = matter / float(parameters["om_to_oc"])
        grid.put(where, _years(cube), carbon, "derived", _sources(cube))


def _split(grid: Grid, pack: Pack, nation: str, rule: ProvinceShares) -> None:
    """Split a nation's row to its provinces by the shares that an inventory prints for one year.

    A pollutant without any provincial rows stays in the nation's own row, as not split.
    """
    parts, shares, source = provincial_shares(pack, nation, rule, grid.sectors, grid.pollutants)
    row, places = grid.regions.index(nation), [grid.regions.index(code) for code in parts]
    known = (shares.sum(axis=0) > 0) & np.isfinite(grid.value[row]).any(axis=-1)
    for place, share in zip(places, shares, strict=True):
        grid.value[place][known] = (share[..., None] * grid.value[row])[known]
        grid.basis[place][known] = BASES.index("derived")
        cited = np.full(grid.source[row].shape, grid.code(source), dtype=np.int16)
        grid.source[place][known] = grid.combine(grid.source[row], cited)[known]
    grid.value[row][known], grid.basis[row][known], grid.source[row][known] = np.nan, 0, 0


def provincial_shares(
    pack: Pack, nation: str, rule: ProvinceShares, sectors: Sequence[str], pollutants: Sequence[str]
) -> tuple[list[str], Floats, str]:
    """Return the provinces of a nation, their shares (province, sector, pollutant) by an inventory, and its sources.

    A sector without provincial rows takes the shares of the pollutant's sum; 0 where nothing is printed at all.
    """
    cube = inventory_cube(pack, rule.inventory)
    if rule.year not in cube["year"]:
        raise AirshedError(f"{rule.inventory} has no year {rule.year} for the shares of {nation}", "correct the rule")
    cube = cube.sel(year=[rule.year])
    parts = [code for code in children(pack).get(nation, []) if code in cube["region"]]
    if not parts:
        raise AirshedError(f"{rule.inventory} has no parts of {nation} in {rule.year}", "correct the rule")
    likes = [rule.pollutant_like.get(code, code) for code in pollutants]
    printed = np.nan_to_num(take(cube, parts, sectors, likes)[..., 0])
    every = np.broadcast_to(printed.sum(axis=1, keepdims=True), printed.shape)
    weights = np.where(printed.sum(axis=0) > 0, printed, every)
    whole = weights.sum(axis=0)
    return parts, weights / np.where(whole > 0, whole, 1.0), _sources(cube.sel(region=parts))


def _years(cube: xr.Dataset) -> list[int]:
    return [int(year) for year in cube["year"].to_numpy()]


def _sources(cube: xr.Dataset) -> str:
    """Return the sources of the cells of an inventory, with a space between."""
    words = meanings(cube["source"])
    return " ".join(words[code] for code in np.unique(cube["source"].to_numpy()) if code > 0)
