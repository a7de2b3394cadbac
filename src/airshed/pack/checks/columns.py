"""Checks of single columns: header, required cells, numbers, limits, codes, years and dates; and typing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from airshed.pack.ages import read_span
from airshed.pack.arrays import Floats
from airshed.pack.checks.files import RawFile
from airshed.pack.finding import Finding, finding
from airshed.pack.quantities import scales
from airshed.pack.schema import ColumnSchema, TableSchema
from airshed.pack.spelling import composed, tidy
from airshed.pack.words import deciding

FILE, LINE = "_file", "_line"
CODE = r"[A-Za-z0-9][A-Za-z0-9.+_-]*"
YEAR = r"1[89][0-9]{2}|2[01][0-9]{2}|2200"
LARGEST = 1e15
"""What no number of a pack is beyond where its column sets no limit: it would leave no digit of any sum."""
Texts = "pd.Series[str]"


def check_header(raw: RawFile, constants: Mapping[str, str], table: TableSchema, file: str) -> list[Finding]:
    """Check that the header and the constants together hold the required columns, each once."""
    findings = [
        finding("AS122", file, table.name, 1, name)
        for name in sorted({name for name in raw.header if raw.header.count(name) > 1})
    ]
    known = [column.column for column in table.columns]
    present = {*raw.header, *constants}
    for column in table.columns:
        if column.required and column.column not in present:
            findings.append(finding("AS120", file, table.name, 1, column.column, description=column.description))
    for name in raw.header:
        if name not in known:
            findings.append(finding("AS121", file, table.name, 1, name, known=", ".join(known)))
    return findings


def text_frame(raw: RawFile, constants: Mapping[str, str], table: TableSchema, file: str) -> pd.DataFrame:
    """Return the known columns as text, constants filled in, with the file and line of each row."""
    count = len(raw.rows)
    cells = list(zip(*raw.rows, strict=True)) if count else [()] * len(raw.header)
    columns: dict[str, Any] = {}
    for name in (column.column for column in table.columns):
        plain = tidy if (table.name, name) in deciding() else _composed
        if name in raw.header and name not in constants:
            given = cells[raw.header.index(name)]
            known = {cell: plain(cell) for cell in set(given)}
            stripped = [known[cell] for cell in given]
        else:
            stripped = [plain(constants.get(name, ""))] * count
        columns[name] = pd.array(stripped, dtype="str")
    return pd.DataFrame({**columns, FILE: file, LINE: raw.lines}, index=range(count))


def _composed(cell: str) -> str:
    return str(composed(cell)).strip()


def check_columns(frame: pd.DataFrame, table: TableSchema) -> list[Finding]:
    """Run the check of its type on every column; limits hold in the unit that a number is read in."""
    findings: list[Finding] = []
    scale = scales(frame, table.name)
    for column in table.columns:
        if column.type == "string" and not column.required and not column.values:
            continue
        cells = frame[column.column]
        empty = cells == ""
        if column.required:
            findings += _each("AS201", frame, empty, column)
        if empty.all():
            continue
        findings += _check_type(frame, cells, ~empty, column, scale)
        if column.values:
            wrong = ~empty & ~cells.isin(column.values)
            findings += _each("AS205", frame, wrong, column, allowed=", ".join(column.values))
    return findings


def _check_type(
    frame: pd.DataFrame, cells: pd.Series, filled: pd.Series, column: ColumnSchema, scale: Mapping[str, Floats]
) -> list[Finding]:
    if column.type in ("number", "integer"):
        return _check_number(frame, cells, filled, column, scale.get(column.column, 1.0))
    patterns = {"code": ("AS208", CODE), "year": ("AS207", YEAR)}
    if column.type in patterns:
        code, pattern = patterns[column.type]
        return _each(code, frame, filled & ~cells.str.fullmatch(pattern), column)
    if column.type == "age":
        return _each("AS370", frame, filled & ~cells.isin([word for word in cells.unique() if read_span(word)]), column)
    if column.type == "date":
        return _each("AS206", frame, filled & ~_are_dates(cells, whole=True), column)
    if column.type == "period":
        parts = cells.str.partition("/").reindex(columns=[0, 1, 2], fill_value="")
        sound = _are_dates(parts[0]) & ((parts[1] == "") | _are_dates(parts[2]))
        return _each("AS206", frame, filled & ~sound, column)
    return []


def _are_dates(cells: pd.Series, whole: bool = False) -> pd.Series:
    """Say which cells are dates of the calendar: whole ones, or also a year or a month."""
    forms = {"%Y-%m-%d": r"[0-9]{4}-[0-9]{2}-[0-9]{2}"}
    forms |= {} if whole else {"%Y-%m": r"[0-9]{4}-[0-9]{2}", "%Y": r"[0-9]{4}"}
    real = pd.Series(False, index=cells.index)
    for form, shape in forms.items():
        shaped = cells.str.fullmatch(shape)
        real |= pd.to_datetime(cells.where(shaped), format=form, errors="coerce").notna()
    return real


def _check_number(
    frame: pd.DataFrame, cells: pd.Series, filled: pd.Series, column: ColumnSchema, scale: Floats | float
) -> list[Finding]:
    with np.errstate(over="ignore"):  # beyond what a number can hold: refused below, as no number
        values = to_number(cells) * scale
    number = np.isfinite(values)
    if column.type == "integer":
        number &= values == np.floor(np.where(number, values, 0.0))
    findings = _each("AS202", frame, filled & ~number, column)
    least = -LARGEST if column.minimum is None else column.minimum
    most = LARGEST if column.maximum is None else column.maximum
    findings += _each("AS203", frame, filled & number & (values < least), column, minimum=f"{least:g}")
    return findings + _each("AS204", frame, filled & number & (values > most), column, maximum=f"{most:g}")


def to_number(cells: pd.Series) -> np.ndarray:
    """Return the cells as float64; what is empty or no number becomes NaN."""
    return pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _each(code: str, frame: pd.DataFrame, wrong: pd.Series, column: ColumnSchema, **values: object) -> list[Finding]:
    """Make one finding per wrong row of a column, the first twenty of them and then a count."""
    return each(code, frame, wrong, column.column, column.table, description=column.description, **values)


def each(
    code: str, frame: pd.DataFrame, wrong: pd.Series | np.ndarray, column: str, table: str, **values: object
) -> list[Finding]:
    """Make one finding per wrong row, the first twenty of them and then a count."""
    mask = np.asarray(wrong, dtype=bool)
    if not mask.any():
        return []
    bad = frame.loc[mask]
    shown = bad.head(20)
    findings = [
        finding(code, str(file), table, int(line), column, value=_short(value), **values)
        for file, line, value in zip(shown[FILE], shown[LINE], shown[column], strict=True)
    ]
    if len(bad) > len(shown):
        findings.append(
            finding("AS230", str(bad[FILE].iloc[0]), table, 0, column, more=len(bad) - len(shown), kind=code)
        )
    return findings


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def typed(frame: pd.DataFrame, table: TableSchema) -> pd.DataFrame:
    """Return the checked text frame with numbers as float64, years as integers, the rest as text."""
    columns = {}
    for column in table.columns:
        cells = frame[column.column]
        if column.type in ("number", "integer"):
            columns[column.column] = pd.Series(to_number(cells), index=frame.index)
        elif column.type == "year" and column.required:
            columns[column.column] = cells.astype("int64")
        else:
            columns[column.column] = cells
    return pd.DataFrame(columns, index=frame.index).reset_index(drop=True)
