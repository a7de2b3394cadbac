"""Tables of a page: the rows of a sheet with names in one language, rounded numbers and links to their sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from airshed.answers.answer import Sheet, Way
from airshed.answers.cells import names, plain, records
from airshed.answers.formulas import mathml
from airshed.answers.words import Words, explanation
from airshed.pack.language import retell
from airshed.pack.sources import reuse_message

CITING = ("source", "sources", "bias_source")
"""Columns that name sources."""
FIRST = 150
"""Rows that a notebook and a chapter show; all are in .csv and .json."""
NAMED = ("region", "receptor", "place", "country", "sector", "player", "nation", "partner", "member")
TOLD = (
    *("basis", "verdict", "kind", "inside", "binding", "disagreement", "key", "stays", "cause", "age", "unit"),
    *("measures", "target_kind", "convex", "core_empty", "superadditive", "shapley_in_core", "scenario"),
)
LONGEST = 20
"""Letters of a word that a narrow table may break."""
RETOLD = ("note", "reason", "step")
TEXTS = ("title", "statement", "description", "why_en", "why_ko", "why_zh", "citation")
"""Columns of sentences, which need room."""
PARTS = ("natural", "unexplained", "total")
"""Keys of rows that `airshed explain` takes without, or not at all."""
SHADES = {"largest": "largest", "smallest": "smallest", "largest_cut": "cut"}


@dataclass(frozen=True)
class Cell:
    """A cell: its text, its style, the sources it links to, the page it leads to.

    query : of its explanation; markup : what stands for its text on a page, where that is MathML
    """

    text: str
    css: str = ""
    keys: tuple[str, ...] = ()
    id: str = ""
    query: str = ""
    link: str = ""
    markup: str = ""


@dataclass(frozen=True)
class Table:
    """A table as a page shows it; `more` counts the rows that are left to the other forms.

    leaf : the part of the rows that is shown, the first is 1; leaves : how many parts there are; start : rows before
    it; total : rows of all parts; columns : their names, beside the heads; sort, find : how the rows were asked for;
    every : rows before any were looked for; offered : names and heads of all columns that can be shown; chosen : those
    that were asked for, none where all stand
    """

    name: str
    title: str
    heads: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: int
    leaf: int = 1
    leaves: int = 1
    start: int = 0
    total: int = 0
    columns: tuple[str, ...] = ()
    sort: str = ""
    find: str = ""
    every: int = 0
    offered: tuple[tuple[str, str], ...] = ()
    chosen: tuple[str, ...] = ()


def table_of(sheet: Sheet, words: Words, leaf: int = 1, size: int = FIRST, fixed: bool = False) -> Table:
    """Return a sheet as its page shows it: the same columns on every leaf.

    leaf : which part of its rows, from 1; size : rows of a leaf; fixed : whether columns stay that have nothing in them
    """
    every, start = sheet.shown, (leaf - 1) * size
    rows = records(every.iloc[start : start + size])
    if sheet.told is not None:
        rows = [sheet.told(row) for row in rows]
    shown = [name for name in sheet.columns or tuple(every.columns) if name in every]
    numeric = {name for name in shown if any(isinstance(row[name], int | float) for row in rows)}
    filled = (
        set(shown)
        if fixed
        else {
            name
            for name in shown
            if any(row[name] not in (None, "") for row in rows) or (every[name].notna() & (every[name] != "")).any()
        }
    )
    shown = [name for name in shown if name in filled] or shown
    tell = tellers(sheet, words)
    heads = tuple(
        Cell(sheet.heads.get(name) or words.translate(name).replace("_", " "), "n" if name in numeric else "")
        for name in shown
    )
    body = tuple(
        tuple(_marked(row, name, _cell(row, name, tell[name], name in numeric, sheet), words) for name in shown)
        for row in rows
    )
    leaves = max(-(-len(every) // size), 1)
    more = len(sheet.rows) - (len(rows) if leaves == 1 else len(every))
    return Table(sheet.name, sheet.title, heads, body, more, leaf, leaves, start, len(every), tuple(shown))


def tellers(sheet: Sheet, words: Words, codes: bool = False) -> dict[str, Callable[[Any], str]]:
    """Return how the values of every column of a sheet are told; codes : whether names have their codes behind them."""
    return {name: _teller(name, sheet, words, codes) for name in map(str, sheet.shown)}


def _cell(row: Mapping[str, Any], name: str, tell: Callable[[Any], str], numeric: bool, sheet: Sheet) -> Cell:
    value = row[name]
    if name in CITING and value:
        return Cell("", "src", tuple(str(value).split()))
    css = "n" if numeric else ""
    if name == "value" and row.get("mark"):
        css += "".join(f" {SHADES[mark]}" for mark in str(row["mark"]).split() if mark in SHADES)
    if sheet.name == "equations" and name == "latex" and value:
        return Cell(str(value), "text", markup=mathml(str(value)))
    if name == "verdict":
        css = f"verdict {value}"
    anchor = f"source-{value}" if sheet.name == "sources" and name == "key" else ""
    link = sheet.links[name](value) if name in sheet.links and value else ""
    text = "" if value is None else tell(value)
    css = css or ("wide" if name in RETOLD else "text" if name in TEXTS else "")
    css = css or ("long" if any(len(word) > LONGEST for word in text.split()) else "")
    return Cell(text, css, (), anchor, _query(row, name, sheet.way), link)


def _query(row: Mapping[str, Any], name: str, way: Way | None) -> str:
    """Return the query of the page that explains a number; nothing where there is no such explanation."""
    if way is None or name != way.column or row[name] is None:
        return ""
    keys = [str(row[key]) for key in way.keys]
    if any(key in PARTS[:2] for key in keys):
        return ""
    year = row.get("year", way.year)
    return explanation(way.command, *(key for key in keys if key not in PARTS), year=year)


def _marked(row: Mapping[str, Any], name: str, cell: Cell, words: Words) -> Cell:
    """Return a cell with the marks of its own column, in words and as a shade."""
    marks = str(row.get(f"{name}_mark") or "").split()
    if not marks:
        return cell
    told = ", ".join(words.translate(mark) for mark in marks)
    shades = [SHADES[mark] for mark in marks if mark in SHADES]
    return replace(cell, text=f"{cell.text} · {told}", css=" ".join([cell.css, *shades]))


def _measure(code: str, words: Words) -> str:
    """Return the name of a measure with its code."""
    name = words.measure(code) if code else code
    return name if name == code else f"{name} ({code})"


def _teller(name: str, sheet: Sheet, words: Words, codes: bool) -> Callable[[Any], str]:
    """Return how the values of a column are told."""
    if name in sheet.cells:
        return sheet.cells[name]
    if sheet.name in ("sources", "equations"):
        return _reuse_teller(words) if name == "reuse" else plain
    if name == "measure":
        return lambda code: _measure(str(code), words)
    if name in NAMED and codes:
        return names(words.pack, words.language)
    if name in NAMED:
        return lambda code: words.name(str(code))
    if name in TOLD:
        return lambda word: words.translate(str(word))
    if name in RETOLD:
        return lambda note: retell(str(note), sheet.notes, words.translate)
    return plain


def _reuse_teller(words: Words) -> Callable[[Any], str]:
    return lambda reuse: words.translate(reuse_message(str(reuse)))
