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
    """Write the cells row by row, as a workbook of constant memory needs; what is missing stays empty."""
    numbers = [table[name].dtype.kind in "fiu" for name in table.columns]
    write_number, write_string = sheet.write_number, sheet.write_string
    for row, cells in enumerate(zip(*(table[name].tolist() for name in table.columns), strict=True), start=1):
        for column, (cell, number) in enumerate(zip(cells, numbers, strict=True)):
            if number:
                if isfinite(cell):
                    write_number(row, column, cell)
            elif cell:
                write_string(row, column, cleaned(str(cell)))
