"""Breaks of method: years in which an inventory changed its method, so that the step is no change of emission."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.emissions.growth import chain_over_breaks
from airshed.emissions.inventory import inventory_cube
from airshed.pack.codes import country_of, members
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.percent import percent

BREAK = "not a change of emissions alone: the method changed in {year}"
PART_BREAK = "holds a sector whose method changed in {year}"
CHAINED = "chained over the change of method it is {percent}"
NOTES = (BREAK, PART_BREAK, CHAINED)
"""Templates of the notes, for translation."""
UNBROKEN = "unbroken_change"
"""Column of the change without steps of method, kt/yr: NaN where it is not known."""


def breaks_of(pack: Pack, inventory: str, region: str) -> pd.DataFrame:
    """Return the rows of `series_breaks` of an inventory and region: sector, pollutant, year (first after), note."""
    rows = pack.optional("series_breaks")
    return rows[(rows["inventory"] == inventory) & (rows["region"] == region)]


def broken_years(
    pack: Pack, inventory: str, region: str, sectors: Sequence[str], pollutants: Sequence[str], years: Sequence[int]
) -> npt.NDArray[np.bool_]:
    """Return where a series of an inventory and region begins anew (sector, pollutant, year).

    pollutants : codes, repeats allowed. Raises AirshedError for a break of a sector or year that is not among them.
    """
    broken = np.zeros((len(sectors), len(pollutants), len(years)), dtype=bool)
    for sector, pollutant, year in breaks_of(pack, inventory, region)[["sector", "pollutant", "year"]].to_numpy():
        if sector not in sectors or year not in years:
            raise AirshedError(
                "series-breaks-names-does-not", sector=sector, year=year, inventory=inventory, region=region
            )
        columns = [place for place, like in enumerate(pollutants) if like == pollutant]
        broken[sectors.index(sector), columns, years.index(year)] = True
    return broken


def crosses_break(note: str) -> bool:
    """Say whether the note of a row tells that its change crosses a change of method.

    >>> crosses_break("table 3; " + BREAK.format(year=2020)), crosses_break("table 3")
    (True, False)
    """
    starts = tuple(template.partition("{")[0] for template in (BREAK, PART_BREAK))
    return any(part.startswith(starts) for part in note.split("; "))


def with_breaks(
    pack: Pack, inventory: str, rows: pd.DataFrame, places: Mapping[str, Sequence[str]], first: int
) -> pd.DataFrame:
    """Return rows of an inventory whose changes say which of them cross a change of method.

    rows : columns region, sector, pollutant, year, change, note; places : for every label of a region the codes that
        it adds up, a label without an entry holds all; first : the year that changes are counted from
    returns : the rows with the note of the break, why it is one, and the change chained over it where that is known;
        and the column `UNBROKEN`
    """
    breaks = pack.optional("series_breaks")
    breaks = breaks[(breaks["inventory"] == inventory) & (breaks["year"] > first)]
    if breaks.empty or not (rows["year"] > first).any():
        return rows.assign(**{UNBROKEN: rows["change"]})
    home = country_of(pack)
    found: dict[str, list[dict[str, Any]]] = {}
    for label in dict.fromkeys(rows["region"]):
        held = places.get(label, [])
        inside = {place for code in held for place in (code, home.get(code, code), *members(pack, code))}
        chosen = breaks[breaks["region"].isin(inside)] if held else breaks
        found[label] = [{str(name): value for name, value in item.items()} for item in chosen.to_dict("records")]
    told = [
        _told(pack, inventory, row, list(places.get(str(row["region"]), [])), found[str(row["region"])], first)
        for row in rows.to_dict("records")
    ]
    return rows.assign(note=[note for note, _ in told], **{UNBROKEN: [change for _, change in told]})


def _told(
    pack: Pack,
    inventory: str,
    row: Mapping[Hashable, Any],
    held: list[str],
    breaks: Sequence[Mapping[str, Any]],
    first: int,
) -> tuple[str, float]:
    """Return the note of one row with the breaks that its change crosses, and its change without their steps."""
    crossed = [
        item
        for item in breaks
        if row["pollutant"] == item["pollutant"]
        and row["year"] >= item["year"]
        and row["sector"] in (item["sector"], "total")
    ]
    if not crossed:
        return str(row["note"]), float(row["change"])
    told = [part for part in str(row["note"]).split("; ") if part]
    template = PART_BREAK if row["sector"] == "total" else BREAK
    for item in crossed:
        told += [template.format(year=item["year"]), *str(item["note"]).split("; ")]
    sectors = {(str(item["region"]), str(item["sector"])) for item in crossed}
    year, pollutant = int(row["year"]), str(row["pollutant"])
    steps = [_step(pack, inventory, held, where, pollutant, first, year) for where in sorted(sectors)]
    unbroken, before = float(row["change"]) - sum(steps), float(row["value"]) - float(row["change"])
    if np.isfinite(unbroken) and before > 0:
        told.append(CHAINED.format(percent=percent(unbroken / before, sign=True)))
    return "; ".join(dict.fromkeys(part for part in told if part)), unbroken


def _step(
    pack: Pack, inventory: str, held: list[str], where: tuple[str, str], pollutant: str, first: int, year: int
) -> float:
    """Return what the steps of method of a region's sector add to a change between two years, kt/yr; NaN if not known.

    held : the regions that are added up, none for all
    """
    region, sector = where
    breaks = breaks_of(pack, inventory, region)
    same = breaks[(breaks["sector"] == sector) & (breaks["pollutant"] == pollutant)]
    within = [int(each) for each in same["year"] if first < each <= year]
    cube = inventory_cube(pack, inventory)
    present = [code for code in (held or [region]) if code in cube["region"]]
    known = [int(each) for each in cube["year"].to_numpy() if first <= each <= year]
    if not present or not {first, year} <= set(known):
        return float("nan")
    cells = cube["value"].sel(region=present, sector=sector, pollutant=pollutant, year=known)
    series = cells.sum("region", min_count=1).to_numpy()
    kept = np.isfinite(series)
    years = [each for each, here in zip(known, kept, strict=True) if here]
    if not {first, year, *within} <= set(years):
        return float("nan")
    chained = chain_over_breaks(series[kept], np.isin(years, within))
    return float(series[kept][-1] - chained[-1])
