"""The rows of a table as a reader wants them: those with a word in them, in the order of a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from airshed.answers.answer import Sheet
from airshed.answers.cells import records
from airshed.answers.columns import tellers
from airshed.answers.words import Words
from airshed.pack.codes import unknown

BACK = "-"
"""Before the name of a column: the last first."""


def arranged(sheet: Sheet, words: Words, columns: Sequence[str], sort: str = "", find: str = "") -> Sheet:
    """Return a sheet that shows its rows in an order, and of them those that hold a text.

    columns : those that are shown; sort : one of them, with - before it for the last first; find : looked for in the
    cells as they are shown, whatever the case. Numbers stand by their size, before words by their letters; what is
    empty comes last in both directions. Raises AirshedError for a column that is not shown.
    """
    name, backwards = sort.removeprefix(BACK), sort.startswith(BACK)
    if name and name not in columns:
        raise unknown("column", name, list(columns))
    rows = records(sheet.shown)
    if sheet.told is not None:
        rows = [sheet.told(row) for row in rows]
    tell = tellers(sheet, words)
    kept = list(range(len(rows)))
    if find:
        wanted = find.casefold()
        kept = [place for place in kept if any(wanted in _text(rows[place], one, tell) for one in columns)]
    if name:
        empty = [place for place in kept if rows[place][name] in (None, "")]
        rest = [place for place in kept if rows[place][name] not in (None, "")]
        rest.sort(key=lambda place: _size(rows[place], name, tell), reverse=backwards)
        kept = [*rest, *empty]
    found = sheet.shown.iloc[kept]
    return replace(sheet, columns=tuple(columns), brief=lambda _: found)


def _text(row: dict[str, Any], name: str, tell: dict[str, Any]) -> str:
    value = row[name]
    return "" if value is None else str(tell[name](value)).casefold()


def _size(row: dict[str, Any], name: str, tell: dict[str, Any]) -> tuple[bool, float, str]:
    """Return what a cell is ordered by."""
    value = row[name]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (False, float(value), "")
    return (True, 0.0, _text(row, name, tell))
