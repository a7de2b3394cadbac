"""A plain table of coefficients: region x receptor x precursor, as matrices of published studies come.

Columns region, receptor, precursor, coefficient, unit (ug/m3 per kt/yr), method, period, source; low, high, species and
note if known. A region is a region, nation or group of the pack: its coefficient holds for every kilotonne in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from airshed.pack.bounds import NUMBER
from airshed.pack.codes import children, group_members, members, unknown
from airshed.pack.contents import is_file
from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.spelling import fold
from airshed.pack.units import factor
from airshed.pack.user_table import Row, user_rows
from airshed.transport.tm5fasst import PRECURSORS, PRIMARY

COLUMNS = ("region", "receptor", "precursor", "coefficient", "unit", "method", "period", "source")
PER = "ug/m3 per kt/yr"
WHOLE = "PM2.5"
"""Primary matter of all kinds as a precursor, and the species of a table that names none."""
ANNUAL = "annual"
LARGEST = 50_000_000


@dataclass(frozen=True)
class PlainTable:
    """Coefficients as read, ug/m3 per kt/yr; regions are leaf regions of the pack.

    matrix : (precursor, species, region, receptor); missing : combinations without a coefficient, which count 0
    """

    matrix: xr.DataArray
    method: str
    source: str
    missing: int


def read_plain(pack: Pack, path: Path) -> PlainTable:
    """Return the coefficients of a CSV file for the annual mean.

    Raises AirshedError, with the line, for a file that cannot be read, a code, precursor or unit that is not known, a
    number that is none, a coefficient that is given twice or for overlapping regions, and for several methods.
    """
    rows = _rows(path)
    method = _one(path, rows, "method")
    sources = _known(pack)
    receptors = [*pack.table("regions")["code"], *pack.optional("receptors")["code"]]
    held: dict[tuple[str, str, str, str], tuple[float, int]] = {}
    for row in rows:
        place = row.place
        for name, codes in (("region", sources), ("receptor", receptors), ("precursor", [*PRECURSORS, WHOLE])):
            if row[name] not in codes:
                wrong = unknown(name, row[name], list(codes))
                raise AirshedError("place-and-message", place=place, message=wrong.text, remedy=wrong.advice)
        value = _coefficient(place, row)
        precursors = PRIMARY if row["precursor"] == WHOLE else (row["precursor"],)
        for region in sources[row["region"]]:
            for precursor in precursors:
                key = (precursor, row["species"] or WHOLE, region, row["receptor"])
                if key in held:
                    raise AirshedError(
                        "coefficient-given-again",
                        place=place,
                        precursor=precursor,
                        region=region,
                        receptor=row["receptor"],
                        line=held[key][1],
                    )
                held[key] = value, row.line
    _refuse_nested(pack, path, [key[3] for key in held])
    return _table(held, method, " ".join(dict.fromkeys(row["source"] for row in rows)))


def _known(pack: Pack) -> dict[str, list[str]]:
    """Return the leaf regions of every region, nation and group."""
    codes = [*pack.table("regions")["code"], *group_members(pack)]
    return {code: members(pack, code) for code in codes}


def _rows(path: Path) -> list[Row]:
    """Return the rows of the annual mean."""
    if not is_file(path):
        raise AirshedError("no-file-give-path-csv", path=path)
    rows = list(user_rows(path, COLUMNS, None, LARGEST))
    kept = [row for row in rows if fold(row["period"]) == ANNUAL]
    if not kept:
        periods = ", ".join(dict.fromkeys(row["period"] for row in rows)) or Phrase("word-none")
        raise AirshedError("holds-no-row-period-periods", path=path, annual=ANNUAL, periods=periods)
    return kept


def _one(path: Path, rows: Sequence[Row], column: str) -> str:
    """Return the one word of a column: methods answer different questions and are not mixed."""
    found = list(dict.fromkeys(row[column] for row in rows))
    if len(found) > 1:
        raise AirshedError("holds-several", path=path, column=column, found=", ".join(found[:5]))
    return found[0]


def _coefficient(place: str, row: Row) -> float:
    """Return a coefficient in ug/m3 per kt/yr."""
    word = row["coefficient"]
    value = float(word) if NUMBER.fullmatch(word) else float("nan")
    if not np.isfinite(value):
        raise AirshedError("no-coefficient", place=place, coefficient=word or Phrase("word-empty-cell"))
    level, per, emission = row["unit"].partition(" per ")
    if not per:
        raise AirshedError("unit-not-per-emission", place=place, unit=row["unit"], per=PER)
    if not row["source"]:
        raise AirshedError("source-empty", place=place)
    return value * factor(level, "ug/m3") / factor(emission, "kt/yr")


def _refuse_nested(pack: Pack, path: Path, receptors: Sequence[str]) -> None:
    """Refuse a nation as a receptor beside its own regions: its level would be said twice."""
    given, parts = set(receptors), children(pack)
    for nation in sorted(given & set(parts)):
        inside = sorted(given & set(parts[nation]))
        if inside:
            raise AirshedError("lies-both-receptors", path=path, nation=nation, inside=inside[0])


def _table(held: Mapping[tuple[str, str, str, str], tuple[float, int]], method: str, source: str) -> PlainTable:
    """Return the coefficients as an array; what is not given counts 0."""
    species, regions, receptors = (list(dict.fromkeys(key[place] for key in held)) for place in (1, 2, 3))
    coords = {"precursor": list(PRECURSORS), "species": species, "region": regions, "receptor": receptors}
    where = [{code: number for number, code in enumerate(codes)} for codes in coords.values()]
    matrix = np.zeros([len(codes) for codes in coords.values()])
    for key, (value, _) in held.items():
        matrix[tuple(places[code] for places, code in zip(where, key, strict=True))] = value
    used = {key[0] for key in held}
    answered = {(key[0], *key[2:]) for key in held}
    missing = len(used) * len(regions) * len(receptors) - len(answered)
    array = xr.DataArray(matrix, coords=coords, dims=tuple(coords), attrs={"units": PER})
    return PlainTable(array, method, source, missing)
