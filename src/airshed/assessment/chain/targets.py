"""Targets: guideline, interim target, national standard, a number, or a table of own ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from airshed.assessment.chain.relative_targets import relative
from airshed.pack.bounds import LEVEL, LONGEST, NUMBER, SHOWN, YEAR, number, whole
from airshed.pack.codes import country_of
from airshed.pack.contents import is_file
from airshed.pack.defaults import NATIONAL, named_targets
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.spelling import tidy
from airshed.pack.units import factor
from airshed.pack.user_table import user_rows

COLUMNS = ("receptor", "target", "year")


def known_codes(pack: Pack) -> list[str]:
    """Return every code that a target may name: regions, groups and cities."""
    return [code for table in ("regions", "groups", "receptors") for code in pack.optional(table)["code"]]


def resolve_target(pack: Pack, target: str, places: Sequence[str], year: int) -> pd.Series:
    """Return the limit of annual mean PM2.5 of every place in ug/m3; NaN where the target names none.

    target : a level that the pack names (as WHO's), `national`, a number, or the path of a CSV with receptor, target
        and year; one that is relative to the levels (`gap:60%`, `cut:20%`) is none of a place by itself: NaN everywhere
    Raises AirshedError for anything else, with the row of a broken file.
    """
    named = named_targets(pack)
    if target in named:
        return pd.Series(named[target].limit, index=list(places))
    if target == NATIONAL:
        return _national(pack, places, year)
    if Path(target).suffix.lower() == ".csv":
        return _from_file(Path(target), places, year)
    if relative(target) is not None:
        return pd.Series(np.nan, index=list(places))
    if not NUMBER.fullmatch(tidy(target[:LONGEST])):
        if not pack.has("standards"):
            raise MissingTableError("standards", Phrase("detail-level-target", target=target[:SHOWN]))
        names = ", ".join([*named, NATIONAL])
        raise AirshedError("target-not-known", target=target[:SHOWN], names=names)
    return pd.Series(number(target, "target", LEVEL), index=list(places))


def due_target(pack: Pack, target: str, places: Sequence[str], year: int) -> pd.Series:
    """Return the limits of `resolve_target`; raises AirshedError where none of the places has one in that year."""
    limits = resolve_target(pack, target, places, year)
    if len(limits) and limits.isna().all() and relative(target) is None:
        raise never_due(target, year)
    return limits


def never_due(target: str, year: int) -> AirshedError:
    """Return the error of a target that no place asked for has by a year."""
    return AirshedError("target-holds-nowhere", target=target, year=year)


def _annual(pack: Pack) -> pd.DataFrame:
    rows = pack.table("standards")
    rows = rows[(rows["pollutant"] == "PM2.5") & (rows["averaging"] == "annual")].copy()
    rows["limit"] = rows["limit"] * rows["unit"].map({unit: factor(unit, "ug/m3") for unit in rows["unit"].unique()})
    return rows


def _national(pack: Pack, places: Sequence[str], year: int) -> pd.Series:
    """Return the standard of each place's nation that is valid at the end of the year, the less strict of two levels.

    A nation whose first standard is younger than the year has none (NaN), as one without a standard in the pack.
    """
    rows = _annual(pack)
    day = f"{year}-12-31"
    valid = rows[
        ((rows["valid_from"] == "") | (rows["valid_from"] <= day))
        & ((rows["valid_to"] == "") | (rows["valid_to"] >= day))
    ]
    limits = valid.groupby("scope")["limit"].max()
    home = country_of(pack)
    cities = dict(zip(pack.optional("receptors")["code"], pack.optional("receptors")["region"], strict=True))
    nations = [home.get(cities.get(place, place), "") for place in places]
    return pd.Series([float(limits.get(nation, np.nan)) for nation in nations], index=list(places))


def _from_file(path: Path, places: Sequence[str], year: int) -> pd.Series:
    if not is_file(path):
        raise AirshedError("no-file-give-csv", path=path)
    found: dict[str, tuple[int, float]] = {}
    seen: dict[tuple[str, int], float] = {}
    known = set(places)
    rows = list(user_rows(path, COLUMNS))
    if not rows:
        raise AirshedError("header-only-write-row-every", path=path)
    for row in rows:
        place = row["receptor"]
        if place not in known:
            raise AirshedError("receptor-not-known", place=row.place, receptor=place[:SHOWN])
        try:
            limit, until = number(row["target"], "target", LEVEL), whole(row["year"], "year", YEAR)
        except AirshedError as why:
            raise AirshedError("place-and-message", place=row.place, message=why.text, remedy=why.advice) from None
        if seen.setdefault((place, until), limit) != limit:
            raise AirshedError(
                "receptor-has-two-targets",
                place=row.place,
                receptor=place,
                year=until,
                first=f"{seen[place, until]:g}",
                second=f"{limit:g}",
            )
        if until <= year and (place not in found or found[place][0] < until):
            found[place] = (until, limit)
    return pd.Series([found[place][1] if place in found else np.nan for place in places], index=list(places))
