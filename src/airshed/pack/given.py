"""Small tables that are given beside a pack as CSV: beliefs, targets, plans, scores and amounts of a budget."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

from airshed.pack.checks.files import parse, scan_bytes
from airshed.pack.errors import AirshedError
from airshed.pack.refused import refuse_in_file
from airshed.pack.spelling import composed, fold, tidy

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
MARK = "\ufeff"
REMARKS = ("note", "source")
"""Columns that any table may have: nothing is read from them."""
LARGEST = 5_000_000
"""Bytes of a file that are read at all."""
Rows = list[tuple[int, dict[str, str]]]


def read_text(path: Path, remedy: str) -> str:
    """Return the text of a file; raises AirshedError with the remedy for one that cannot be read, or is not UTF-8."""
    try:
        if path.stat().st_size > LARGEST:
            raise AirshedError(f"{path} has more than {LARGEST // 10**6} MB", "leave out what is not asked for")
        return path.read_text(encoding="utf-8-sig")
    except OSError as why:
        raise AirshedError(f"{path} cannot be read: {why.strerror}", remedy) from None
    except UnicodeDecodeError as why:
        raise AirshedError(f"{path} is not UTF-8: {why.reason} at byte {why.start}", "save the file as UTF-8") from None


def rows_of(text: str, path: object, columns: Sequence[str], optional: Sequence[str] | None = ()) -> Rows:
    """Return the rows of a table with their lines; every row has all columns, what is not there is empty.

    path : what messages call the table; columns : those it must have; optional : others that are read, None where any
    other may stand beside them unread
    Letters are composed, and cells without what cannot be seen. Raises AirshedError, with the line, for a header that
    lacks a column, has one twice or one that is not read, for quotes that do not close, and for a row with more or
    fewer cells than the header: in such a row no cell is known to stand where it belongs.
    """
    text = str(composed(text.removeprefix(MARK)))
    refuse_in_file(text, path)
    data = text.encode("utf-8")
    blocked = scan_bytes(data, str(path), "") if data.strip() else None
    raw, findings = (None, [blocked]) if blocked else parse(text, str(path), "")
    for found in findings:
        raise AirshedError(f"{path}, line {found.row}: {found.message}", found.remedy)
    header = [] if raw is None else [_known(word, [*columns, *(optional or ())]) for word in raw.header]
    if any(column not in header for column in columns):
        raise AirshedError(f"{path} lacks a column", f"its header must hold {', '.join(columns)}")
    _refuse_header(header, path, None if optional is None else [*columns, *optional, *REMARKS])
    rest = dict.fromkeys([*columns, *(optional or ())], "")
    rows = [] if raw is None else list(zip(raw.lines, raw.rows, strict=True))
    return [
        (line, {**rest, **dict(zip(header, map(tidy, cells), strict=True))})
        for line, cells in rows
        if any(cell.strip() for cell in cells)
    ]


def _known(word: str, columns: Sequence[str]) -> str:
    """Return the column that a word of the header spells, else the word."""
    plain = tidy(word)
    return next((column for column in columns if fold(column) == fold(plain)), plain)


def _refuse_header(header: Sequence[str], path: object, known: Sequence[str] | None) -> None:
    twice = next((column for column in header if header.count(column) > 1), None)
    if twice is not None:
        raise AirshedError(f"{path}: the column {twice} stands twice in the header", "rename one of them")
    wrong = next((column for column in header if known is not None and column not in known), None)
    if wrong is not None:
        raise AirshedError(
            f"{path}: the column {wrong!r} is not known and is not read",
            f"take it out, or use one of: {', '.join(known or ())}",
        )


def number_of(word: str) -> float:
    """Return a plain decimal number, NaN for anything else or one without end.

    >>> number_of("12.5"), number_of("1_000"), number_of("1e999"), number_of("1,5")
    (12.5, nan, nan, nan)
    """
    value = float(word) if NUMBER.fullmatch(word) else math.nan
    return value if math.isfinite(value) else math.nan
