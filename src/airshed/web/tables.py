"""Tables of a page: the rows of a sheet with names in one language, rounded numbers and links to their sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from airshed.pack.language import retell
from airshed.pack.sources import reuse_message
from airshed.report.cells import plain, records
from airshed.report.words import Words
from airshed.web.forms import CITING
from airshed.web.page import Sheet
from airshed.web.pages.evidence import printed_cells

FIRST = 150
"""Rows that a page shows; all are in .csv and .json."""
NAMED = ("region", "receptor", "place", "country", "sector", "player", "nation")
TOLD = (
    *("basis", "verdict", "kind", "inside", "binding", "disagreement", "key", "stays", "cause", "age", "unit"),
    *("measures", "target_kind", "convex", "core_empty", "superadditive", "shapley_in_core", "scenario"),
)
RETOLD = ("note", "reason", "step")
SHADES = {"largest": "largest", "smallest": "smallest", "largest_cut": "cut"}


@dataclass(frozen=True)
class Cell:
    """A cell: its text, its style, and the sources it links to."""

    text: str
    css: str = ""
    keys: tuple[str, ...] = ()
    id: str = ""


@dataclass(frozen=True)
class Table:
    """A table as a page shows it; `more` counts the rows that are left to the other forms."""

    name: str
    title: str
    heads: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: int


def table_of(sheet: Sheet, words: Words) -> Table:
    """Return a sheet as its page shows it."""
    shown = [name for name in sheet.columns or tuple(sheet.rows.columns) if name in sheet.rows]
    rows = records(sheet.rows.head(FIRST))
    if sheet.name == "claims":
        rows = [printed_cells(row) for row in rows]
    numeric = {name for name in shown if any(isinstance(row[name], int | float) for row in rows)}
    shown = [name for name in shown if any(row[name] not in (None, "") for row in rows)] or shown
    tellers = {name: _teller(name, sheet, words) for name in shown}
    heads = tuple(
        Cell(sheet.heads.get(name) or words.translate(name).replace("_", " "), "n" if name in numeric else "")
        for name in shown
    )
    body = tuple(tuple(_cell(row, name, tellers[name], name in numeric, sheet) for name in shown) for row in rows)
    return Table(sheet.name, sheet.title, heads, body, max(len(sheet.rows) - FIRST, 0))


def _cell(row: Mapping[str, Any], name: str, tell: Callable[[Any], str], numeric: bool, sheet: Sheet) -> Cell:
    value = row[name]
    if name in CITING and value:
        return Cell("", "src", tuple(str(value).split()))
    css = "n" if numeric else ""
    if name == "value" and row.get("mark"):
        css += "".join(f" {SHADES[mark]}" for mark in str(row["mark"]).split() if mark in SHADES)
    if name == "verdict":
        css = f"verdict {value}"
    anchor = f"source-{value}" if sheet.name == "sources" and name == "key" else ""
    return Cell("" if value is None else tell(value), css or ("wide" if name in RETOLD else ""), (), anchor)


def _teller(name: str, sheet: Sheet, words: Words) -> Callable[[Any], str]:
    """Return how the values of a column are told."""
    if name in sheet.cells:
        return sheet.cells[name]
    if sheet.name in ("sources", "equations"):
        return _reuse_teller(words) if name == "reuse" else plain
    if name in NAMED:
        return lambda code: words.name(str(code))
    if name in TOLD:
        return lambda word: words.translate(str(word))
    if name in RETOLD:
        return lambda note: retell(str(note), sheet.notes, words.translate)
    return plain


def _reuse_teller(words: Words) -> Callable[[Any], str]:
    return lambda reuse: words.translate(reuse_message(str(reuse)))
