"""Which column of a trade table is what: of UN Comtrade by its own names, of a national table by a mapping."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from airshed.pack.bounds import SCALE, number
from airshed.pack.errors import AirshedError
from airshed.pack.user_table import Pasted, user_rows

COMTRADE: Mapping[str, tuple[str, ...]] = {
    "type": ("typeCode",),
    "frequency": ("freqCode",),
    "classification": ("classificationCode",),
    "year": ("refYear", "period", "yr", "Year"),
    "period": ("period",),
    "reporter": ("reporterCode", "rtCode", "Reporter Code"),
    "reporter_iso": ("reporterISO", "Reporter ISO", "rt3ISO"),
    "partner": ("partnerCode", "ptCode", "Partner Code"),
    "partner_iso": ("partnerISO", "Partner ISO", "pt3ISO"),
    "flow": ("flowCode", "flowDesc", "rgCode", "Trade Flow Code", "Trade Flow"),
    "commodity": ("cmdCode", "Commodity Code"),
    "value": ("primaryValue", "TradeValue", "Trade Value (US$)"),
    "cif": ("cifvalue",),
    "fob": ("fobvalue",),
    "weight": ("netWgt", "NetWeight", "Netweight (kg)"),
    "customs": ("customsCode",),
    "transport": ("motCode",),
    "second_partner": ("partner2Code",),
}
"""Columns of UN Comtrade by what they are, of today's files and of those before 2022; the first found counts."""
NEEDED = ("year", "reporter", "partner", "flow", "commodity", "value")
INSTEAD: Mapping[str, tuple[str, ...]] = {
    "reporter": ("reporter_iso",),
    "partner": ("partner_iso",),
    "value": ("cif", "fob"),
}
"""What stands in the place of a needed column."""
MAPPED = (*NEEDED, "weight", "imports", "exports", "currency", "price", "scale", "classification")
"""What a mapping may name: `imports` and `exports` are columns of values in place of `flow` and `value`."""
CONSTANT = "="
"""Begins a cell of a mapping that is the same in all rows: `reporter,=KOR`."""
SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Layout:
    """How a trade table is read: separator, columns in their order, and which is what.

    fields : what it is by name of a column; constants : what is the same in all rows; encoding : that of the file
    """

    separator: str
    columns: tuple[str, ...]
    fields: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Return whether the table says that, in a column or for all rows."""
        return name in self.fields or name in self.constants


def layout_of(path: Path, mapping: Path | Pasted | None = None) -> Layout:
    """Return how a trade table is read, by its header and first row.

    mapping : CSV `field,column` of a national table; without it the columns are those of UN Comtrade
    Raises AirshedError for a file that cannot be read, a header that lacks a column, and a mapping of columns that the
    table does not have.
    """
    header, first = _first_lines(path)
    separator = max(SEPARATORS, key=header.count)
    columns = [name.strip() for name in next(csv.reader([header], delimiter=separator), [])]
    cells = next(csv.reader([first], delimiter=separator), [])
    if len(cells) == len(columns) + 1 and cells[-1] == "":
        # Files from the page of UN Comtrade end every row, but not the header, with a separator.
        columns.append("")
    found = _of_comtrade(columns) if mapping is None else None
    layout = Layout(separator, tuple(columns), *(found or _of_mapping(mapping, columns, path)))
    _refuse_incomplete(layout, path)
    return layout


def _first_lines(path: Path) -> tuple[str, str]:
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as handle:
            return handle.readline().rstrip("\r\n"), handle.readline().rstrip("\r\n")
    except UnicodeDecodeError as why:
        raise AirshedError("trade-not-utf-8", table=path, start=why.start) from None
    except OSError as why:
        raise AirshedError("cannot-read-name-file", path=path, strerror=why.strerror or why) from None


def _of_comtrade(columns: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    known = {name.casefold(): name for name in columns}
    fields: dict[str, str] = {}
    for field_name, names in COMTRADE.items():
        held = next((known[name.casefold()] for name in names if name.casefold() in known), None)
        if held is not None:
            fields[field_name] = held
    return fields, {"currency": "USD"}


def _of_mapping(
    mapping: Path | Pasted | None, columns: Sequence[str], path: Path
) -> tuple[dict[str, str], dict[str, str]]:
    fields: dict[str, str] = {}
    constants: dict[str, str] = {}
    assert mapping is not None
    for row in user_rows(mapping, ("field", "column")):
        name, column = row["field"], row["column"]
        if name not in MAPPED:
            raise AirshedError("mapping-field-not-known", place=row.place, name=name, known=", ".join(MAPPED))
        if name in fields or name in constants:
            raise AirshedError("mapping-field-twice", place=row.place, name=name)
        if name == "scale":
            constants[name] = str(number(column.removeprefix(CONSTANT), row.place, SCALE))
        elif column.startswith(CONSTANT):
            constants[name] = column.removeprefix(CONSTANT)
        elif column in columns:
            fields[name] = column
        else:
            raise AirshedError("mapping-column-not-there", place=row.place, column=column, table=path, name=name)
    return fields, constants


def _refuse_incomplete(layout: Layout, path: Path) -> None:
    """Raise AirshedError for a table that does not say who traded what with whom, when, and for how much."""
    wide = layout.has("imports") or layout.has("exports")
    lacking = [
        name
        for name in NEEDED
        if not layout.has(name)
        and not any(layout.has(other) for other in INSTEAD.get(name, ()))
        and not (wide and name in ("flow", "value"))
    ]
    if lacking:
        usual = ", ".join(COMTRADE[name][0] for name in lacking)
        raise AirshedError("trade-lacks-columns", table=path, lacking=", ".join(lacking), usual=usual)
    if not layout.has("currency"):
        raise AirshedError("trade-no-currency", table=path)
