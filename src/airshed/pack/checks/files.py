"""Checks of the files themselves, before anything is parsed: emptiness, encoding, line length, column count."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field

from airshed.pack.contents import Contents
from airshed.pack.descriptor import Resource
from airshed.pack.finding import Finding, finding
from airshed.pack.letters import NEVER, cleaned, first_letter

LINE_LIMIT = 100_000
SIZE_LIMIT = 50_000_000
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


def read_file(contents: Contents, resource: Resource) -> tuple[RawFile | None, list[Finding]]:
    """Read the file of a resource; None with the findings if it cannot be read as a table."""
    table, name = resource.table, resource.path
    size = (contents.folder / name).stat().st_size
    if size > SIZE_LIMIT:
        return None, [finding("AS113", name, table, size=size // 10**6, limit=SIZE_LIMIT // 10**6)]
    data = contents.read(name)
    blocked = scan_bytes(data, name, table)
    if blocked:
        return None, [blocked]
    return parse(data.decode("utf-8-sig"), name, table)


def scan_bytes(data: bytes, name: str, table: str) -> Finding | None:
    """Return the finding that keeps these bytes from being read as a table, or None."""
    if not data.strip():
        return finding("AS110", name, table)
    if b"\0" in data:
        return finding("AS114", name, table, row=data.count(b"\n", 0, data.index(b"\0")) + 1)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as why:
        start = data.rfind(b"\n", 0, why.start) + 1
        row = data.count(b"\n", 0, why.start) + 1
        return finding("AS111", name, table, row=row, byte=hex(data[why.start]), position=why.start - start + 1)
    for row, line in enumerate(text.splitlines(), start=1):
        if len(line) > LINE_LIMIT:
            return finding("AS112", name, table, row=row, length=len(line), limit=LINE_LIMIT)
    return None


def parse(text: str, name: str, table: str) -> tuple[RawFile | None, list[Finding]]:
    """Split the text into cells; a row with the wrong number of cells is a finding and is left out."""
    raw, findings = RawFile(), []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if not cells:
                continue
            if not raw.header:
                raw.header = [cell.strip() for cell in cells]
            elif len(cells) != len(raw.header):
                findings.append(
                    finding("AS115", name, table, reader.line_num, found=len(cells), expected=len(raw.header))
                )
            else:
                raw.rows.append(cells)
                raw.lines.append(reader.line_num)
    except csv.Error as why:
        if "field limit" in str(why):
            limit = csv.field_size_limit()
            return None, [*findings, finding("AS118", name, table, reader.line_num, limit=limit)]
        return None, [*findings, finding("AS116", name, table, reader.line_num, why=why)]
    return raw, findings + _letters(raw, text, name, table)


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
