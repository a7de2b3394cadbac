"""Tables as the sheets of a workbook, the first saying what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any

import pandas as pd

from airshed.pack.letters import cleaned

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
"""Text is never read as a formula or an address."""
NO_DATE = datetime(1980, 1, 1)
"""Stands for the time of writing, so that the same numbers are the same file."""


def write_sheets(book: Any, lines: Sequence[tuple[str, str]], tables: Mapping[str, pd.DataFrame]) -> None:
    """Write a sheet that says what the workbook is, then one for each table."""
    bold = book.add_format({"bold": True, "bottom": 1})
    about = book.add_worksheet("about")
    about.set_column(0, 0, 18)
    about.set_column(1, 1, 80)
    for row, (key, value) in enumerate(lines):
        about.write_string(row, 0, key, bold)
        about.write_string(row, 1, cleaned(value))
    for name, table in tables.items():
        sheet = book.add_worksheet(name[:31])
        sheet.set_column(0, len(table.columns) - 1, 16)
        for column, heading in enumerate(table.columns):
            sheet.write_string(0, column, str(heading), bold)
        _write_rows(sheet, table)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)


def _write_rows(sheet: Any, table: pd.DataFrame) -> None:
    """Write the cells row by row, as a workbook of constant memory needs; what is missing stays empty.

    A row goes into the stream of the sheet as it will stand there: cell by cell the library takes three times as long,
    as it finds letter, format and escapes anew for each. What is beyond its limits is left to it.
    """
    from xlsxwriter.utility import xl_col_to_name

    heads = [(xl_col_to_name(column), table[name].dtype.kind in "fiu") for column, name in enumerate(table.columns)]
    texts = _Texts(sheet)
    for row, cells in enumerate(zip(*(table[name].tolist() for name in table.columns), strict=True), start=1):
        xml = _row(row, cells, heads, texts) if row < sheet.xls_rowmax else None
        if xml is None:
            _write_cells(sheet, row, cells, heads)
        elif xml:
            # The library keeps a row until one below it begins: the row before goes first, and this one holds nothing.
            sheet._write_single_row(row)
            sheet._check_dimensions(row, 0)
            sheet.fh.write(xml)


def _row(row: int, cells: Sequence[Any], heads: Sequence[tuple[str, bool]], texts: _Texts) -> str | None:
    """Return a row as it stands in the file, nothing for an empty one; None if it holds what the library cuts."""
    parts = []
    for (letter, number), cell in zip(heads, cells, strict=True):
        if number:
            if isfinite(cell):
                parts.append(f'<c r="{letter}{row + 1}"><v>{cell:.16G}</v></c>')
        elif cell:
            body = texts[str(cell)]
            if body is None:
                return None
            parts.append(f'<c r="{letter}{row + 1}" t="inlineStr"><is>{body}</is></c>')
    return f'<row r="{row + 1}">{"".join(parts)}</row>' if parts else ""


def _write_cells(sheet: Any, row: int, cells: Sequence[Any], heads: Sequence[tuple[str, bool]]) -> None:
    """Write a row cell by cell through the library."""
    for column, (cell, (_, number)) in enumerate(zip(cells, heads, strict=True)):
        if number:
            if isfinite(cell):
                sheet.write_number(row, column, cell)
        elif cell:
            sheet.write_string(row, column, cleaned(str(cell)))


class _Texts(dict[str, str | None]):
    """Texts as they stand in a sheet, each escaped once by the rules of the library; None for one that it cuts."""

    def __init__(self, sheet: Any) -> None:
        super().__init__()
        self._sheet = sheet

    def __missing__(self, text: str) -> str | None:
        plain = cleaned(text)
        held = self._sheet._escape_control_characters(plain)
        # Half of the limit, as letters beyond the first plane count twice; what looks like a rich text is taken for it.
        odd = len(plain) > self._sheet.xls_strmax // 2 or held.startswith("<r>")
        space = ' xml:space="preserve"' if held != held.strip() else ""
        self[text] = None if odd else f"<t{space}>{self._sheet._escape_data(held)}</t>"
        return self[text]
