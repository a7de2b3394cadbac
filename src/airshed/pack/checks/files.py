"""Checks of the files themselves, before anything is parsed: emptiness, encoding, line length, column count."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from airshed.pack.contents import LARGEST, Contents
from airshed.pack.descriptor import Resource
from airshed.pack.dialect import PLAIN, Dialect
from airshed.pack.finding import Finding, finding
from airshed.pack.letters import NEVER, cleaned, first_letter
from airshed.pack.schema import tables

UTF_8 = "utf-8"
LINE_LIMIT = 100_000
SIZE_LIMIT = LARGEST
CELL_LIMIT = 131_072
"""Letters of a cell: the limit of the reader, which other libraries of a process may have set to another."""
SHOWN = 20
"""Findings of one kind in a column that are listed."""
RETURN = re.compile("\r(?!\n)")
"""A carriage return that ends no line: on a terminal what follows is written over what stands before."""


@dataclass
class RawFile:
    """The cells of one CSV file as text, with the line that each row began on."""

    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def read_file(
    contents: Contents, resource: Resource, name: str, header: Sequence[str] = ()
) -> tuple[RawFile | None, list[Finding]]:
    """Read a file of a resource; None with the findings if it cannot be read as a table.

    name : its path; header : that of the first file of the resource, if this is another
    """
    table = resource.table
    size = (contents.folder / name).stat().st_size
    if size > SIZE_LIMIT:
        return None, [finding("AS113", name, table, size=size // 10**6, limit=SIZE_LIMIT // 10**6)]
    data = contents.read(name)
    encoding = resource.dialect.encoding
    blocked = scan_bytes(data, name, table, encoding)
    if blocked:
        return None, [blocked]
    return parse(decoded(data, encoding), name, table, resource.dialect, header)


def decoded(data: bytes, encoding: str = UTF_8) -> str:
    """Return the text of a file without the mark of its byte order; raises UnicodeDecodeError."""
    return data.decode(encoding).removeprefix("\ufeff")


def scan_bytes(data: bytes, name: str, table: str, encoding: str = UTF_8) -> Finding | None:
    """Return the finding that keeps these bytes from being read as a table, or None."""
    if not data.strip():
        return finding("AS110", name, table)
    try:
        text = decoded(data, encoding)
    except UnicodeDecodeError as why:
        start = data.rfind(b"\n", 0, why.start) + 1
        row = data.count(b"\n", 0, why.start) + 1
        byte, position = hex(data[why.start]), why.start - start + 1
        return finding("AS111", name, table, row=row, byte=byte, position=position, encoding=encoding.upper())
    if "\0" in text:
        return finding("AS114", name, table, row=text.count("\n", 0, text.index("\0")) + 1)
    for row, line in enumerate(text.splitlines(), start=1):
        if len(line) > LINE_LIMIT:
            return finding("AS112", name, table, row=row, length=len(line), limit=LINE_LIMIT)
    return None


class _Lines:
    """The lines of a file for the reader of separated values, counted, without those that are a comment."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.lines = iter(io.StringIO(text, newline=""))
        self.dialect = dialect
        self.number = 0
        self.between = True
        """Whether the next line begins a row: within quotes nothing is a comment."""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        comment, left_out = self.dialect.comment, self.dialect.comment_rows
        for line in self.lines:
            self.number += 1
            if self.between and (self.number in left_out or (comment and line.startswith(comment))):
                continue
            self.between = False
            return line
        raise StopIteration


def parse(
    text: str, name: str, table: str, dialect: Dialect = PLAIN, header: Sequence[str] = ()
) -> tuple[RawFile | None, list[Finding]]:
    """Split the text into cells; a row with the wrong number of cells is a finding and is left out.

    header : that of the rows before, where the text goes on with them; a first line that names columns is its own
    """
    raw, findings = RawFile(list(dialect.names)), []
    commented = bool(dialect.comment or dialect.comment_rows)
    lines = _Lines(text, dialect) if commented else io.StringIO(text, newline="")
    reader = _reader(lines, dialect)
    elsewhere = csv.field_size_limit(CELL_LIMIT)
    try:
        for cells in reader:
            line = reader.line_num
            if isinstance(lines, _Lines):
                line, lines.between = lines.number, True
            if not cells:
                continue
            if not raw.header:
                if line < dialect.header:
                    continue
                raw.header = [cell.strip() for cell in cells]
                if not header or _are_columns(raw.header, header, table):
                    continue
                raw.header = list(header)
            if len(cells) != len(raw.header):
                findings.append(finding("AS115", name, table, line, found=len(cells), expected=len(raw.header)))
            else:
                raw.rows.append(cells)
                raw.lines.append(line)
    except csv.Error as why:
        line = lines.number if isinstance(lines, _Lines) else reader.line_num
        if "field limit" in str(why):
            return None, [*findings, finding("AS118", name, table, line, limit=CELL_LIMIT)]
        return None, [*findings, finding("AS116", name, table, line, why=why)]
    finally:
        csv.field_size_limit(elsewhere)
    if not raw.header:
        return None, [*findings, finding("AS110", name, table)]
    findings += _letters(raw, text, name, table)
    _read_cells(raw, dialect)
    return raw, findings


def _reader(lines: Iterable[str], dialect: Dialect) -> Any:
    """Return the reader of lines as a dialect writes them."""
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        doublequote=dialect.double_quote,
        escapechar=dialect.escape or None,
        skipinitialspace=dialect.skip_initial_space,
        strict=True,
    )


def _are_columns(cells: Sequence[str], header: Sequence[str], table: str) -> bool:
    """Say whether the first line of a further file is a header: that of the first, or names of columns only."""
    known = tables().get(table)
    names = {column.column for column in known.columns} if known else set()
    return list(cells) == list(header) or set(cells) <= {*names, *header}


def _read_cells(raw: RawFile, dialect: Dialect) -> None:
    """Write empty cells and numbers as they are written here."""
    reading = [(place, read) for place, name in enumerate(raw.header) if (read := dialect.cell(name))]
    for cells in raw.rows if reading else ():
        for place, read in reading:
            cells[place] = read(cells[place])


def _letters(raw: RawFile, text: str, name: str, table: str) -> list[Finding]:
    """Find the cells with a letter that no text may hold: the first twenty of each column, and then a count."""
    if not (NEVER.search(text) or RETURN.search(text)):
        return []
    found: dict[str, list[Finding]] = {}
    for row, cells in zip((1, *raw.lines), (raw.header, *raw.rows), strict=True):
        for heading, cell in zip(raw.header, cells, strict=True):
            letter = first_letter(cell, lines=True) or ("000D" if RETURN.search(cell) else None)
            if letter:
                column = cleaned(heading)
                found.setdefault(column, []).append(finding("AS117", name, table, row, column, letter=letter))
    return [item for column, items in found.items() for item in shortened(items, name, table, column)]


def shortened(items: list[Finding], file: str, table: str, column: str) -> list[Finding]:
    """Return the first findings of a column, and a count of the others."""
    if len(items) <= SHOWN:
        return items
    more = finding("AS230", file, table, 0, column, more=len(items) - SHOWN, kind=items[0].code)
    return [*items[:SHOWN], more]
