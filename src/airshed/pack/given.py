"""Tables given with a question (plans, beliefs, targets, those of a budget): read in one way, with limits."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from airshed.pack.contents import read_bytes
from airshed.pack.errors import AirshedError
from airshed.pack.refused import refuse_in_file
from airshed.pack.spelling import composed
from airshed.pack.spreadsheet import as_meant


@dataclass(frozen=True)
class Pasted:
    """A CSV that was pasted into a form; `name` says which in messages."""

    text: str
    name: str

    def __str__(self) -> str:
        """Return what messages call it."""
        return self.name


@dataclass(frozen=True)
class Row:
    """The cells of a row by column, and its place: file and line."""

    place: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell, empty where the row or the table has none."""
        return self.cells.get(column, "")


def given_rows(table: Path | Pasted, columns: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a CSV, the cells without space around them.

    columns : that its header must hold; others may stand beside them
    Raises AirshedError, with the line, for a file that cannot be read or is too long, for text that is not UTF-8 or
    holds control characters, a missing or repeated column, a cell too many, and a cell that is too long.
    """
    text = _text(table)
    refuse_in_file(text, table)
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(reader, [])
        _check_header(table, header, columns)
        for cells in reader:
            place = f"{table}, line {reader.line_num}"
            if len(cells) > len(header):
                raise AirshedError(
                    f"{place}: {len(cells)} cells, but the header has {len(header)}",
                    "put a cell that holds a comma into quotes",
                )
            if cells:
                yield Row(place, reader.line_num, dict(zip(header, map(_cell, cells), strict=False)))
    except csv.Error:
        raise AirshedError(
            f"{table}, line {reader.line_num}: a cell holds more than {csv.field_size_limit()} letters",
            "close the quotes of the cell, or shorten it",
        ) from None


def _check_header(table: Path | Pasted, header: Sequence[str], columns: Sequence[str]) -> None:
    if any(name not in header for name in columns):
        raise AirshedError(f"{table} lacks a column", f"its header must hold {', '.join(columns)}")
    twice = next((name for name in columns if header.count(name) > 1), None)
    if twice is not None:
        raise AirshedError(f"{table}: the column {twice} stands twice in the header", "rename one of them")


def _cell(text: str) -> str:
    return as_meant(text.strip())


def _text(table: Path | Pasted) -> str:
    """Return the text with composed letters, without the mark that some programs put in front of UTF-8."""
    if isinstance(table, Pasted):
        return str(composed(table.text))
    try:
        return str(composed(read_bytes(table).decode("utf-8-sig")))
    except UnicodeDecodeError as why:
        raise AirshedError(
            f"{table} is not UTF-8: {why.reason} at byte {why.start}", "save the file as UTF-8"
        ) from None
