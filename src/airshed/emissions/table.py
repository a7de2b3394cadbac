"""Emission tables: any inventory or the baseline by region, nation, group, sector and pollutant, with changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from airshed.emissions.baseline import OUTSIDE_SECTOR, baseline_cube
from airshed.emissions.breaks import NOTES as BREAK_NOTES
from airshed.emissions.breaks import UNBROKEN, with_breaks
from airshed.emissions.change import compound_growth, mark_extremes, percent_change
from airshed.emissions.flags import meanings
from airshed.emissions.interval import NOTES as INTERVAL_NOTES
from airshed.emissions.interval import with_intervals
from airshed.emissions.inventory import UNIT, inventory_cube, inventory_rows
from airshed.pack.codes import children, countries, country_of, emitters, members, refuse_overlap, unknown
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack

BASELINE = "baseline"
WAYS = ("region", "sector", "pollutant", "country")
EVERYWHERE = "all"
LISTED_YEARS = 30
"""Years that an error lists at most; of more it names the first and the last."""
NOT_SPLIT = "not split to its regions"
"""Note on the row of a nation among those of regions."""
NOTES = (*INTERVAL_NOTES, *BREAK_NOTES)
"""Templates of all notes on emissions, for translation."""


def open_inventory(pack: Pack, name: str) -> xr.Dataset:
    """Return the cube of an inventory, or of the baseline."""
    return baseline_cube(pack) if name == BASELINE else inventory_cube(pack, name)


def emission_table(
    pack: Pack,
    *,
    inventory: str = BASELINE,
    regions: Sequence[str] = (),
    by: Sequence[str] = (),
    pollutants: Sequence[str] = (),
    years: Sequence[int] = (),
    marks: bool = False,
    cube: xr.Dataset | None = None,
) -> pd.DataFrame:
    """Return emissions as rows of region, sector, pollutant, year and value.

    regions : codes of regions, nations or groups; without any, all nations (or, by region, all regions) known by sector
    by : what is kept apart, of `region`, `sector`, `country`; nothing: region and sector. Pollutants are never merged
    years : ascending; without any the base year of the pack. Later years carry the change since the first
    returns : columns region, sector (`total` for totals), pollutant, year, value (kt/yr), low, high (of totals whose
        interval is published), unit, share_percent, change, change_percent, growth_percent_per_year, mark (with
        `marks`), basis, source, note; what a source prints is kept as printed, shares and changes included. A change
        across a change of method says so in the note, with the chained change where it is known, and marks go by that
    """
    regions, pollutants, years = (
        list(dict.fromkeys(regions)),
        list(dict.fromkeys(pollutants)),
        list(dict.fromkeys(years)),
    )
    wrong = [way for way in by if way not in WAYS]
    if wrong:
        raise unknown("grouping", wrong[0], WAYS)
    cube = open_inventory(pack, inventory) if cube is None else cube
    pollutants = _pollutants(cube, pollutants)
    chosen = _years(cube, years or [pack.base_year])
    cube = cube.sel(pollutant=list(pollutants), year=chosen)
    places = _places(pack, cube, regions, by)
    rows = _rows(pack, cube if regions or "region" not in by else _not_split(pack, cube), inventory, places)
    if by and "sector" not in by:
        rows = rows[rows["sector"] == "total"]
    if by and not {"region", "country"} & set(by):
        rows = _merge(pack, rows, regions)
    rows = _shares(pack, rows, merged=bool(by) and "sector" not in by, apart=not regions)
    rows = _changes(rows, chosen)
    rows = rows.assign(note="") if inventory == BASELINE else _as_printed(pack, inventory, rows, chosen)
    if not regions and "region" in by:
        rows["note"] = rows["note"].where(~rows["region"].isin(children(pack)), [_noted(note) for note in rows["note"]])
    rows = with_breaks(pack, inventory, rows, places, chosen[0])
    rows = with_intervals(pack, rows, _whole(pack, cube, places))
    if marks:
        rows["mark"] = mark_extremes(rows.assign(change=rows[UNBROKEN]))
    order = ["region", "sector", "pollutant", "year", "value", "low", "high", "unit", "share_percent", "change"]
    order += ["change_percent", "growth_percent_per_year", *(["mark"] if marks else []), "basis", "source", "note"]
    return rows[order].reset_index(drop=True)


def _pollutants(cube: xr.Dataset, wanted: Sequence[str]) -> list[str]:
    known = [str(code) for code in cube["pollutant"].to_numpy()]
    for code in wanted:
        if code not in known:
            raise unknown("pollutant", code, known)
    return list(dict.fromkeys(wanted)) or known


def _years(cube: xr.Dataset, wanted: Sequence[int]) -> list[int]:
    known = [int(year) for year in cube["year"].to_numpy()]
    missing = [year for year in wanted if year not in known]
    if missing:
        inventory = cube.attrs["inventory"]
        if len(known) > LISTED_YEARS:
            raise AirshedError(
                "no-year-within", inventory=inventory, missing=missing[0], first=known[0], last=known[-1]
            )
        raise AirshedError("no-year", inventory=inventory, missing=missing[0], known=", ".join(map(str, known)))
    return sorted(set(wanted))


def _places(pack: Pack, cube: xr.Dataset, wanted: Sequence[str], by: Sequence[str]) -> dict[str, list[str]]:
    """Return for every row label the regions of the cube that are added up for it."""
    present = set(cube["region"].to_numpy().tolist())
    if "country" in by and wanted:
        refuse_overlap(pack, wanted)
        home = country_of(pack)
        held = [code for token in wanted for code in _regions_of(pack, cube, token, present)]
        nations = dict.fromkeys(home.get(code, code) for code in held)
        return {nation: [code for code in held if home.get(code, code) == nation] for nation in nations}
    if not wanted:
        located = _located(cube)
        if "region" in by:
            return {code: [code] for code in pack.table("regions")["code"] if code in located}
        wanted = [code for code in countries(pack) if located & _held(pack, code)]
    places = {}
    for code in dict.fromkeys(wanted):
        places[code] = _regions_of(pack, cube, code, present)
        if not places[code]:
            raise MissingTableError(
                "emissions", Phrase("detail-inventory-holds-no-row-code", inventory=cube.attrs["inventory"], code=code)
            )
    return places


def _regions_of(pack: Pack, cube: xr.Dataset, code: str, present: set[str]) -> list[str]:
    """Return the regions of the cube that make up a code: its printed row, else those of its nations and parts.

    In the baseline a nation with parts has a row for what could not be split to them, so both are taken.
    """
    held, parts = emitters(pack, code), children(pack)
    if cube.attrs["inventory"] == BASELINE:
        return [region for region in held if region in present]
    if code in present:
        return [code]
    printed = {part for nation in held if nation in present for part in parts.get(nation, ())}
    return [region for region in held if region in present and region not in printed]


def _not_split(pack: Pack, cube: xr.Dataset) -> xr.Dataset:
    """Return a cube in which a nation has only the pollutants and years that none of its parts has."""
    value = cube["value"].copy(deep=True)
    present = set(value["region"].to_numpy().tolist())
    for nation, parts in children(pack).items():
        if nation in present:
            split = value.sel(region=[code for code in parts if code in present]).notnull().any(["region", "sector"])
            value.loc[{"region": nation}] = value.sel(region=nation).where(~split)
    return cube.assign(value=value)


def _whole(pack: Pack, cube: xr.Dataset, places: dict[str, list[str]]) -> set[str]:
    """Return the labels that stand for all regions of their code, not for a choice of them."""
    present = set(cube["region"].to_numpy().tolist())
    return {label for label, held in places.items() if set(held) == set(_regions_of(pack, cube, label, present))}


def _located(cube: xr.Dataset) -> set[str]:
    """Return the regions that are known by sector: not those outside, of which only a model's total is known."""
    sectors = [sector for sector in cube["sector"].to_numpy() if sector != OUTSIDE_SECTOR]
    known = cube["value"].sel(sector=sectors).notnull().any(("sector", "pollutant", "year"))
    return set(cube["region"].to_numpy()[known.to_numpy()].tolist()) or set(cube["region"].to_numpy().tolist())


def _held(pack: Pack, code: str) -> set[str]:
    return {code, *members(pack, code)}


@dataclass(frozen=True)
class _Arrays:
    """A cube as plain arrays (pollutant, sector, year, region) with the printed totals apart from the sectors."""

    pollutants: list[str]
    sectors: list[str]
    years: list[int]
    regions: list[str]
    value: npt.NDArray[np.float64]
    flags: dict[str, tuple[list[str], npt.NDArray[np.integer]]]
    totals: int | None

    @classmethod
    def of(cls, cube: xr.Dataset) -> _Arrays:
        ordered = cube.transpose("pollutant", "sector", "year", "region")
        sectors = [str(code) for code in ordered["sector"].to_numpy()]
        return cls(
            pollutants=[str(code) for code in ordered["pollutant"].to_numpy()],
            sectors=sectors,
            years=[int(year) for year in ordered["year"].to_numpy()],
            regions=[str(code) for code in ordered["region"].to_numpy()],
            value=ordered["value"].to_numpy(),
            flags={name: (meanings(ordered[name]), ordered[name].to_numpy()) for name in ("basis", "source")},
            totals=sectors.index("total") if "total" in sectors else None,
        )


def _rows(pack: Pack, cube: xr.Dataset, inventory: str, places: dict[str, list[str]]) -> pd.DataFrame:
    every = _Arrays.of(cube)
    parts = [place for place in range(len(every.sectors)) if place != every.totals]
    names = [*(every.sectors[place] for place in parts), "total"]
    index = pd.MultiIndex.from_product([every.pollutants, names, every.years], names=["pollutant", "sector", "year"])
    frames = []
    for label, regions in places.items():
        columns = [every.regions.index(region) for region in regions if region in every.regions]
        held = every.value[..., columns]
        sums = _sum(held, axis=-1)
        total = _sum(sums[:, parts], axis=1)
        if every.totals is not None:
            total = np.where(np.isnan(sums[:, every.totals]), total, sums[:, every.totals])
        frame = pd.DataFrame({"value": np.concatenate([sums[:, parts], total[:, None]], axis=1).ravel()}, index=index)
        for name, (words, codes) in every.flags.items():
            known = np.where(np.isfinite(held), codes[..., columns], 0)
            frame[name] = _labels(name, words, known, parts, every.totals).ravel()
        frames.append(frame.dropna(subset=["value"]).reset_index().assign(region=label))
    rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["region", "sector"])
    if rows.empty:
        raise MissingTableError("emissions", Phrase("detail-inventory-prints-nothing-choice", inventory=inventory))
    return rows.assign(unit=UNIT)


def _sum(values: npt.NDArray[np.float64], axis: int) -> npt.NDArray[np.float64]:
    """Return sums over an axis, NaN where nothing is known."""
    known = np.isfinite(values).any(axis=axis)
    return np.where(known, np.nansum(values, axis=axis), np.nan)


def _labels(
    name: str, words: list[str], codes: npt.NDArray[np.integer], parts: list[int], totals: int | None
) -> npt.NDArray[np.object_]:
    """Return the basis or sources of every cell after its regions were added: (pollutant, sector and total, year)."""
    cells = codes[:, parts]
    pollutants, _, years, regions = cells.shape
    total = cells.transpose(0, 2, 1, 3).reshape(pollutants, years, -1)
    if totals is not None:
        width = max(total.shape[-1], regions)
        printed, total = (
            np.pad(part, [(0, 0), (0, 0), (0, width - part.shape[-1])]) for part in (codes[:, totals], total)
        )
        total = np.where(printed.any(axis=-1, keepdims=True), printed, total)
    every = np.concatenate([_phrase(name, words, cells), _phrase(name, words, total)[:, None]], axis=1)
    return np.asarray(every, dtype=object)


def _phrase(name: str, words: list[str], codes: npt.NDArray[np.integer]) -> npt.NDArray[np.object_]:
    """Join the words of the codes along the last axis; the few sets that occur are joined once each."""
    rows = np.sort(codes.reshape(-1, codes.shape[-1]), axis=1)
    distinct, member = np.unique(rows, axis=0, return_inverse=True)
    joined = [_join(name, [words[code] for code in np.unique(row) if code > 0]) for row in distinct]
    return np.array(joined, dtype=object)[member.ravel()].reshape(codes.shape[:-1])


def _join(name: str, words: list[str]) -> str:
    if name == "source":
        return " ".join(dict.fromkeys(key for word in words for key in word.split()))
    distinct = list(dict.fromkeys(words))
    return "derived" if len(distinct) > 1 else "".join(distinct)


def _noted(note: str) -> str:
    return "; ".join(part for part in (note, NOT_SPLIT) if part)


def _merge(pack: Pack, rows: pd.DataFrame, regions: Sequence[str]) -> pd.DataFrame:
    """Add the regions up, per sector, pollutant and year."""
    labels = list(dict.fromkeys(rows["region"]))
    refuse_overlap(pack, labels)
    merged = rows.groupby(["sector", "pollutant", "year"], sort=False, as_index=False).agg(
        value=("value", "sum"),
        unit=("unit", "first"),
        basis=("basis", lambda words: _join("basis", list(words))),
        source=("source", lambda words: _join("source", list(words))),
    )
    return merged.assign(region=labels[0] if len(regions) == 1 else EVERYWHERE)


def _shares(pack: Pack, rows: pd.DataFrame, merged: bool, apart: bool) -> pd.DataFrame:
    """Add the share of a sector in its region's total; of a region in the sum of the rows where sectors are merged.

    apart : no two rows hold the same emissions, whatever their regions
    """
    rows = rows.copy()
    if merged:
        labels = [] if apart else [label for label in dict.fromkeys(rows["region"]) if label != EVERYWHERE]
        try:
            refuse_overlap(pack, labels)
        except AirshedError:
            return rows.assign(share_percent=np.nan)
        total = rows.groupby(["pollutant", "year"])["value"].transform("sum")
    else:
        keys = ["region", "pollutant", "year"]
        totals = rows[rows["sector"] == "total"].set_index(keys)["value"].rename("total")
        total = rows.join(totals, on=keys)["total"]
    rows["share_percent"] = np.where(total > 0, 100.0 * rows["value"] / total.where(total > 0, 1.0), np.nan)
    return rows


def _changes(rows: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    keys = ["region", "sector", "pollutant"]
    first = rows[rows["year"] == years[0]].set_index(keys)["value"].rename("before")
    rows = rows.join(first, on=keys)
    later = (rows["year"] > years[0]).to_numpy()
    before, after = rows["before"].to_numpy(), rows["value"].to_numpy()
    rows["change"] = np.where(later, after - before, np.nan)
    rows["change_percent"] = np.where(later, percent_change(before, after), np.nan)
    rows["growth_percent_per_year"] = np.nan
    for year in years[1:]:
        here = (rows["year"] == year).to_numpy()
        growth = 100.0 * compound_growth(before[here], after[here], year - years[0])
        rows.loc[here, "growth_percent_per_year"] = growth
    return rows.drop(columns="before")


def _as_printed(pack: Pack, inventory: str, rows: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Put the shares and changes that the inventory prints in the place of the computed ones, and its notes beside."""
    keys = ["region", "sector", "pollutant", "year"]
    printed = inventory_rows(pack, inventory)
    fields = {"share_percent": "printed_share_percent"}
    if len(years) == 2 and years[0] == int(printed["year"].min()):
        fields |= {"change": "printed_change", "change_percent": "printed_change_percent"}
    table = printed.drop_duplicates(keys).set_index(keys)[list(fields.values())]
    noted = printed[printed["note"] != ""].groupby(keys)["note"].agg(lambda notes: "; ".join(dict.fromkeys(notes)))
    rows = rows.join(table, on=keys).join(noted.rename("note"), on=keys)
    for name, source in fields.items():
        rows[name] = rows[source].where(rows[source].notna(), rows[name])
    return rows.drop(columns=list(fields.values())).assign(note=rows["note"].fillna(""))


@dataclass(frozen=True)
class CoverageChange:
    """Categories that an inventory holds in one year but not in another, so that totals are not comparable."""

    year: int
    other: int
    categories: tuple[str, ...]


def coverage_changes(
    pack: Pack, inventory: str, years: Sequence[int], pollutants: Sequence[str]
) -> list[CoverageChange]:
    """Return where the asked years of an inventory hold different categories, later years against the first."""
    if inventory == BASELINE:
        return []
    rows = inventory_rows(pack, inventory)
    rows = rows[rows["year"].isin(years) & (rows["sector"] != "total")]
    if pollutants:
        rows = rows[rows["pollutant"].isin(pollutants)]
    held = {year: rows[rows["year"] == year] for year in sorted({int(year) for year in rows["year"]})}
    changes = []
    for year in list(held)[1:]:
        for here, there in ((min(held), year), (year, min(held))):
            regions = set(held[here]["region"]) & set(held[there]["region"])
            kinds = [
                {*zip(part["category"], part["pollutant"], strict=True)}
                for part in (held[number][held[number]["region"].isin(regions)] for number in (here, there))
            ]
            pollutants_of_both = {pollutant for _, pollutant in kinds[0]} & {pollutant for _, pollutant in kinds[1]}
            missing = {category for category, pollutant in kinds[1] - kinds[0] if pollutant in pollutants_of_both}
            if missing:
                changes.append(CoverageChange(here, there, tuple(sorted(missing))))
    return changes
