"""The level of some regions from another inventory than the history: its own years, and what comes before them.

In the years that the inventory reports its numbers stand. Before them a sector changes like the history. A category
that it begins to print later is held at its first number before, so that a wider coverage is no rise; a break of method
is no change either: in the base year the print stands, and over a break the numbers on its far side are scaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from airshed.emissions.breaks import broken_years
from airshed.emissions.grid import Grid, take
from airshed.emissions.growth import chain_over_breaks, harmonise
from airshed.emissions.interpolate import interpolate
from airshed.emissions.inventory import inventory_rows
from airshed.emissions.rules import BaselineRules, Level
from airshed.pack.arrays import Floats
from airshed.pack.codes import children, members
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack

Flags = npt.NDArray[np.bool_]
PROJECTED = "projected"


@dataclass(frozen=True)
class ReportedEmissions:
    """What an inventory reports of one region, kt/yr.

    value : (sector, pollutant, year), NaN where it prints nothing; held : where a category is not printed yet, and
    stands at its first number; years : those of the inventory, ascending; sources : of its rows, with a space between
    """

    value: Floats
    held: Flags
    years: list[int]
    sources: str


def put_levels(grid: Grid, history: xr.Dataset, base: int, pack: Pack, rules: BaselineRules) -> Flags:
    """Put the levels that the rules name into the grid, and what comes before them.

    base : last year of the history
    returns : cells (region, sector, pollutant) that take their level so; the history has no part in them any more
    Raises AirshedError for a rule that finds no rows, MissingTableError for an inventory without any.
    """
    governed = np.zeros(grid.value.shape[:3], dtype=bool)
    cited = _sources(inventory_rows(pack, str(history.attrs["inventory"])))
    for number, rule in enumerate(rules.level):
        rows = inventory_rows(pack, rule.inventory)
        rows = rows[rows["basis"] != PROJECTED]
        sectors = rule.sectors or [code for code in grid.sectors if code in history["sector"]]
        for code in _regions(grid, pack, rule, number, rows):
            printed = _printed(grid, rule, code, sectors, rows)
            own: Flags = np.asarray(np.isfinite(printed.value).any(axis=(0, 2)))
            known = {code for code, here in zip(grid.pollutants, own, strict=True) if here}
            parts = {part: like for part, like in rules.grow_like.items() if like in grid.pollutants}
            taken = [code in known or parts.get(code) in known for code in grid.pollutants]
            here = np.zeros_like(governed)
            here[grid.regions.index(code)] = np.isin(grid.sectors, sectors)[:, None] & np.array(taken)
            here &= ~governed
            _refuse_parts(grid, history, here, code, number, pack)
            _put(grid, history, base, pack, rule, code, printed, here, parts, cited.get(code, []))
            governed |= here
    return governed


def _regions(grid: Grid, pack: Pack, rule: Level, number: int, rows: pd.DataFrame) -> list[str]:
    """Return the regions of a rule of which the inventory reports anything, groups by their members."""
    known = set(rows["region"])
    found = []
    for code in rule.regions:
        held = [code] if code in grid.regions and code in known else members(pack, code)
        held = [region for region in held if region in known]
        if not held:
            raise AirshedError(
                "datapackagejson-baseline-level-reports-nothing", number=number, inventory=rule.inventory, code=code
            )
        found += held
    return list(dict.fromkeys(found))


def _printed(grid: Grid, rule: Level, code: str, sectors: Sequence[str], rows: pd.DataFrame) -> ReportedEmissions:
    """Return what an inventory reports of a region on the axes of the grid."""
    rows = rows[(rows["region"] == code) & rows["sector"].isin(sectors)]
    rows = rows[rows["pollutant"].isin(grid.pollutants)]
    if rows.empty:
        detail = Phrase("detail-inventory-of-level", inventory=rule.inventory, code=code)
        raise MissingTableError("emissions", detail)
    years = sorted({int(year) for year in rows["year"]})
    value = np.full((len(grid.sectors), len(grid.pollutants), len(years)), np.nan)
    held = np.zeros(value.shape, dtype=bool)
    for (sector, pollutant), part in rows.groupby(["sector", "pollutant"]):
        cell = (grid.sectors.index(str(sector)), grid.pollutants.index(str(pollutant)))
        value[cell], held[cell] = _categories(part, years)
    return ReportedEmissions(value, held, years, " ".join(dict.fromkeys(rows["source"])))


def _categories(rows: pd.DataFrame, years: list[int]) -> tuple[Floats, Flags]:
    """Return the sum of the categories of a sector (year,), and where one of them is held at its first number.

    NaN before the first year of any. Years between printed ones are interpolated, the last number stays.
    """
    total, held = np.zeros(len(years)), np.zeros(len(years), dtype=bool)
    first = int(rows["year"].min())
    for _, part in rows.groupby("category"):
        series = part.groupby("year")["value"].sum().sort_index()
        known = [int(year) for year in series.index]
        total += interpolate(series.to_numpy(), known, years)
        held |= np.array(years) < known[0]
    inside = np.array(years) >= first
    return np.where(inside, total, np.nan), held & inside


def _put(
    grid: Grid,
    history: xr.Dataset,
    base: int,
    pack: Pack,
    rule: Level,
    code: str,
    printed: ReportedEmissions,
    where: Flags,
    parts: dict[str, str],
    cited: Sequence[str],
) -> None:
    """Put the level of one region into the grid: as printed, chained over breaks, and what comes before."""
    years, place = printed.years, grid.regions.index(code)
    broken = broken_years(pack, rule.inventory, code, grid.sectors, grid.pollutants, years)
    chained = _at_level(printed.value, chain_over_breaks(printed.value, broken), years, base)
    level, extended = _extended(chained, grid.pollutants, parts)
    past = [int(year) for year in history["year"].to_numpy()]
    record = take(history, [code], grid.sectors, grid.pollutants)[0]
    before = [year for year in past if year < years[0]]
    every = [*before, *years]
    value = _with_past(level, years, record, past, before)
    value, shared = _shared(value, every, record, past, grid.pollutants, parts)
    scaled = ~np.isclose(chained, printed.value, equal_nan=True)
    basis = np.where(broken & scaled, "constant", np.where(scaled, "harmonised", "reported"))
    basis = np.where(printed.held, "constant", np.where(extended, "harmonised", basis))
    full = np.concatenate([np.full((*value.shape[:2], len(before)), "harmonised"), basis], axis=2)
    full = np.where(shared, "derived", np.where(np.isfinite(value), full, ""))
    sources = " ".join(dict.fromkeys([*cited, *printed.sources.split()]))
    for word in np.unique(full[full != ""]):
        own = printed.sources if word in ("reported", "constant") else sources
        layer = np.full((*where.shape, len(every)), np.nan)
        layer[place] = np.where(full == word, value, np.nan)
        grid.put(where, every, layer, str(word), own)


def _at_level(printed: Floats, chained: Floats, years: list[int], base: int) -> Floats:
    """Return a chained series (..., year) that equals the print in the base year, or in the last year before it."""
    place = max((number for number, year in enumerate(years) if year <= base), default=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = printed[..., place] / chained[..., place]
    return np.asarray(chained * np.where(np.isfinite(scale), scale, 1.0)[..., None])


def _extended(level: Floats, pollutants: Sequence[str], parts: dict[str, str]) -> tuple[Floats, Flags]:
    """Return a level (sector, pollutant, year) in which a pollutant that begins later changes like its kin before.

    The kin of fine particles are those that grow like them, and they are those of each: the printed one serves.
    """
    result = level.copy()
    for part, like in sorted(parts.items(), key=lambda pair: pollutants.index(pair[0]) if pair[0] in pollutants else 0):
        for one, other in ((like, part), (part, like)):
            if one in pollutants and other in pollutants:
                here, there = result[:, pollutants.index(one)], result[:, pollutants.index(other)]
                result[:, pollutants.index(one)] = _back_like(here, there)
    return result, np.isfinite(result) & ~np.isfinite(level)


def _back_like(series: Floats, other: Floats) -> Floats:
    """Return a series (sector, year) that changes like another one before its own first year, sector by sector."""
    result = series.copy()
    for row, like in zip(result, other, strict=True):
        known = np.flatnonzero(np.isfinite(row))
        if len(known) and np.isfinite(like[known[0]]) and like[known[0]] > 0:
            row[: known[0]] = like[: known[0]] * (row[known[0]] / like[known[0]])
    return result


def _with_past(level: Floats, years: list[int], record: Floats, past: list[int], before: list[int]) -> Floats:
    """Return a level (sector, pollutant, year) with the years of the history before it, by the history's change.

    A cell that begins after the first year of the inventory takes the history's change up to its beginning as well.
    """
    result = np.concatenate([np.full((*level.shape[:2], len(before)), np.nan), level], axis=2)
    every = [*before, *years]
    like = interpolate(record, past, every)
    for cell in np.argwhere(np.isfinite(level).any(axis=2)):
        row = tuple(cell)
        first = int(np.flatnonzero(np.isfinite(result[row]))[0])
        result[row][:first] = harmonise(
            np.full(first, result[row][first]), np.full(first, like[row][first]), like[row][:first]
        )
    return result


def _shared(
    value: Floats, years: list[int], record: Floats, past: list[int], pollutants: Sequence[str], parts: dict[str, str]
) -> tuple[Floats, Flags]:
    """Return a level in which pollutants that are not printed keep their ratio to another one in the history."""
    result, shared = value.copy(), np.zeros(value.shape, dtype=bool)
    for part, like in parts.items():
        if part not in pollutants or np.isfinite(value[:, pollutants.index(part)]).any():
            continue
        column, other = pollutants.index(part), pollutants.index(like)
        ratio = np.divide(
            record[:, column],
            record[:, other],
            out=np.full(record[:, other].shape, np.nan),
            where=record[:, other] > 0,
        )
        known = np.isfinite(ratio).any(axis=0)
        if known.any():
            filled = interpolate(ratio[:, known], [year for year, here in zip(past, known, strict=True) if here], years)
            result[:, column] = value[:, other] * filled
            shared[:, column] = np.isfinite(result[:, column])
    return result, shared


def _refuse_parts(grid: Grid, history: xr.Dataset, here: Flags, code: str, number: int, pack: Pack) -> None:
    """Raise AirshedError where the level of a whole nation meets parts of it in the history."""
    parts = [part for part in children(pack).get(code, []) if part in grid.regions]
    if not parts:
        return
    known = np.isfinite(take(history, parts, grid.sectors, grid.pollutants)).any(axis=(0, 1, 3))
    clash = np.flatnonzero(known & here.any(axis=(0, 1)))
    if len(clash):
        raise AirshedError(
            "datapackagejson-baseline-level-cannot-take", number=number, code=code, pollutants=grid.pollutants[clash[0]]
        )


def _sources(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Return the sources of an inventory's rows by region."""
    found: dict[str, list[str]] = {}
    for region, source in rows[["region", "source"]].drop_duplicates().to_numpy():
        found.setdefault(str(region), []).append(str(source))
    return found
