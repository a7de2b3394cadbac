"""Rows of tables by the values of their columns: every set of columns is indexed once, then only looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import product
from typing import Any

import pandas as pd

from airshed.pack.expressions import Reference, Value
from airshed.pack.spelling import fold

Index = dict[tuple[Any, ...], list[int]]


@dataclass(frozen=True)
class MatchedRows:
    """The positions of the rows that a reference matches, in the order of the table, and what it names in vain."""

    rows: list[int]
    missing: tuple[str, ...]


class Selection:
    """Finds the rows that references match; `table` gives a table by name, without rows where the pack has none."""

    def __init__(self, table: Callable[[str], pd.DataFrame]) -> None:
        self.table = table
        self._indices: dict[tuple[str, tuple[str, ...]], Index] = {}
        self._cells: dict[tuple[str, str], list[Any]] = {}
        self._spellings: dict[tuple[str, str], dict[Any, Any]] = {}

    def find(self, reference: Reference) -> MatchedRows:
        """Return the rows that hold the values of all filters.

        A text with `*` stands for every value of that shape; every other value of a list must occur, or is missing.
        """
        reference = self._spelled(reference)
        columns = tuple(column for column, _ in reference.filters)
        index = self._index(reference.table, columns)
        choices = [self._choices(reference.table, column, values) for column, values in reference.filters]
        rows = sorted(row for key in product(*choices) for row in index.get(key, ()))
        if not rows:
            return MatchedRows([], (reference.text(),))
        missing = []
        for place, (column, values) in enumerate(reference.filters):
            cells = self.cells(reference.table, column)
            occurring = {cells[row] for row in rows} if len(values) > 1 else set(values)
            for value in values:
                if value not in occurring and not _is_pattern(value):
                    alone = (*reference.filters[:place], (column, (value,)), *reference.filters[place + 1 :])
                    missing.append(Reference(reference.table, alone, reference.column, reference.use).text())
        return MatchedRows(rows, tuple(missing))

    def cells(self, table: str, column: str) -> list[Any]:
        """Return a column as a plain list."""
        key = table, column
        if key not in self._cells:
            self._cells[key] = self.table(table)[column].tolist()
        return self._cells[key]

    def _spelled(self, reference: Reference) -> Reference:
        """Return the reference with its words spelled as in the table."""
        filters = []
        for column, values in reference.filters:
            known = self._known(reference.table, column)
            spelled = (known.get(value, known.get(_fold(value), value)) for value in values)
            filters.append((column, tuple(spelled)))
        return replace(reference, filters=tuple(filters))

    def _known(self, table: str, column: str) -> dict[Any, Any]:
        """Return the cells of a column by themselves and by what their spellings have in common."""
        key = table, column
        if key not in self._spellings:
            cells = dict.fromkeys(self.cells(table, column))
            self._spellings[key] = {**{_fold(cell): cell for cell in cells}, **{cell: cell for cell in cells}}
        return self._spellings[key]

    def _choices(self, table: str, column: str, values: tuple[Value, ...]) -> list[Any]:
        chosen: dict[Any, None] = {}
        for value in values:
            if _is_pattern(value):
                chosen |= dict.fromkeys(c for c in set(self.cells(table, column)) if fnmatchcase(c, str(value)))
            else:
                chosen[value] = None
        return list(chosen)

    def _index(self, table: str, columns: tuple[str, ...]) -> Index:
        key = table, columns
        if key not in self._indices:
            index: Index = {}
            parts = [self.cells(table, column) for column in columns]
            keys = zip(*parts, strict=True) if parts else [()] * len(self.table(table))
            for row, cells in enumerate(keys):
                index.setdefault(cells, []).append(row)
            self._indices[key] = index
        return self._indices[key]


def _is_pattern(value: Value) -> bool:
    return isinstance(value, str) and "*" in value


def _fold(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value
