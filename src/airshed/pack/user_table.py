"""Tables that users bring (plans, beliefs, targets, relations, those of a budget): read in one way, with limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from airshed.pack.checks.files import RawFile, parse, scan_bytes
from airshed.pack.contents import LARGEST_BESIDE, read_bytes
from airshed.pack.dialect import PLAIN, Dialect
from airshed.pack.errors import AirshedError
from airshed.pack.refused import refuse_in_file
from airshed.pack.spelling import composed, fold, tidy
from airshed.pack.spreadsheet import as_meant

MARK = "\ufeff"
KOREAN = "cp949"
SEPARATORS = (";", "\t")
"""What may stand between cells instead of commas, as spreadsheets of some countries write it."""
REMARKS = ("note", "source")
"""Columns that any table may have: nothing is read from them."""


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


def user_rows(
    table: Path | Pasted, columns: Sequence[str], optional: Sequence[str] | None = (), largest: int = LARGEST_BESIDE
) -> Iterator[Row]:
    """Yield the rows of a CSV that are not empty, the cells composed and without what cannot be seen.

    columns : those that its header must hold; optional : others that are read, None where any other may stand beside
    them unread; largest : bytes of a file at most
    Raises AirshedError, with the line, for a file that cannot be read or is too long, text that is not UTF-8 or holds
    control characters, a header that lacks a column, has one twice or one that is not read, quotes that do not close,
    a cell that is too long, and a row with more or fewer cells than the header: in such a row no cell is known to stand
    where it belongs.
    """
    raw = _raw(table, largest)
    header = [] if raw is None else [_known(word, [*columns, *(optional or ())]) for word in raw.header]
    if raw is None or any(column not in header for column in columns):
        raise AirshedError("lacks-column", table=table, columns=", ".join(columns))
    _refuse_header(header, table, None if optional is None else [*columns, *optional, *REMARKS])
    for line, cells in zip(raw.lines, raw.rows, strict=True):
        if any(cell.strip() for cell in cells):
            words = (as_meant(tidy(cell)) for cell in cells)
            yield Row(f"{table}, line {line}", line, dict(zip(header, words, strict=True)))


def _raw(table: Path | Pasted, largest: int) -> RawFile | None:
    """Return the cells of a table as they stand in it, None of one without any."""
    text = text_of(table, largest).removeprefix(MARK)
    refuse_in_file(text, table)
    data = text.encode("utf-8")
    if not data.strip():
        return None
    blocked = scan_bytes(data, str(table), "")
    raw, findings = (None, [blocked]) if blocked else parse(text, str(table), "", _dialect(text))
    for found in findings:
        raise AirshedError("line-of-table-wrong", table=table, row=found.row, message=found.text, remedy=found.advice)
    return raw


def _dialect(text: str) -> Dialect:
    """Return how a table is written: with semicolons or tabs where its header holds them and no comma.

    >>> _dialect("region;measure").delimiter, _dialect("region,measure;note").delimiter
    (';', ',')
    """
    header = next((line for line in text.splitlines() if line.strip()), "")
    found = next((mark for mark in SEPARATORS if mark in header), ",")
    return replace(PLAIN, delimiter=found if "," not in header else ",")


def _known(word: str, columns: Sequence[str]) -> str:
    """Return the column that a word of the header spells, else the word."""
    plain = tidy(word)
    return next((column for column in columns if fold(column) == fold(plain)), plain)


def _refuse_header(header: Sequence[str], table: object, known: Sequence[str] | None) -> None:
    twice = next((column for column in header if header.count(column) > 1), None)
    if twice is not None:
        raise AirshedError("column-stands-twice-header", table=table, twice=twice)
    wrong = next((column for column in header if known is not None and column not in known), None)
    if wrong is not None:
        raise AirshedError("column-not-known-not-read", table=table, column=repr(wrong), known=", ".join(known or ()))


def text_of(table: Path | Pasted, largest: int = LARGEST_BESIDE) -> str:
    """Return the text with composed letters, without the mark that some programs put in front of UTF-8.

    What is not UTF-8 may be as Korean Excel writes it.
    """
    if isinstance(table, Pasted):
        return str(composed(table.text))
    data = read_bytes(table, largest)
    try:
        return str(composed(data.decode("utf-8-sig")))
    except UnicodeDecodeError as why:
        with suppress(UnicodeDecodeError):
            return str(composed(data.decode(KOREAN)))
        raise AirshedError("not-utf-8-byte-save-file", table=table, reason=why.reason, start=why.start) from None
