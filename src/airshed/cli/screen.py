"""Tables on a screen of some width: which columns it has room for, and how they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from airshed.answers.cells import plain

BETWEEN = 3
"""Letters that a column takes beside its cells."""
WORD = 18
"""Letters below which no text is folded."""
LONGEST = 26
"""Letters up to which a word keeps to one line."""


@dataclass(frozen=True)
class ScreenColumn:
    """A column as it is shown: its field, heading and cells, and whether they are numbers, which never fold."""

    field: str
    head: str
    cells: list[str]
    numeric: bool

    @property
    def whole(self) -> int:
        """The letters below which its cells would be broken: those of its longest number, or of its longest word."""
        from rich.cells import cell_len

        if self.numeric:
            return max(map(cell_len, self.cells), default=0)
        return min(LONGEST, max((cell_len(word) for cell in self.cells for word in cell.split()), default=0))

    @property
    def least(self) -> int:
        """The letters that it needs to be read: a short text on one line, words and numbers whole."""
        from rich.cells import cell_len

        head = max((cell_len(word) for word in self.head.replace("_", " ").split()), default=0)
        short = 0 if self.numeric else min(WORD, max(map(cell_len, self.cells), default=0))
        return max(head, short, self.whole)


@dataclass(frozen=True)
class Fitting:
    """What a screen has room for: its columns, what is said above the table, headings of the columns that are left."""

    columns: list[ScreenColumn]
    above: list[str]
    left_out: list[str]


def columns_of(
    rows: Sequence[Mapping[str, Any]],
    fields: Sequence[str],
    heads: Callable[[str], str],
    cells: Mapping[str, Callable[[Any], str]],
) -> list[ScreenColumn]:
    """Return the columns of records as a table shows them."""
    return [
        ScreenColumn(
            field,
            heads(field),
            [cells.get(field, plain)(row[field]) for row in rows],
            any(isinstance(row[field], (int, float)) for row in rows),
        )
        for field in fields
    ]


def fitting(columns: Sequence[ScreenColumn], width: int, spare: Sequence[str]) -> Fitting:
    """Return what a screen of a width has room for.

    spare : fields that are left out where there is no room, in this order. What is the same in all rows goes first: it
    stands above the table then.
    """
    kept, above, left_out = list(columns), list[str](), list[str]()
    if not spare or _needed(kept) <= width:
        return Fitting(kept, above, left_out)
    for column in columns:
        if not column.numeric and len(column.cells) > 1 and len(set(column.cells)) == 1:
            kept.remove(column)
            above += [f"{column.head}: {column.cells[0]}"] if column.cells[0] else []
    for field in spare:
        if _needed(kept) <= width:
            break
        gone = [column for column in kept if column.field == field]
        kept = [column for column in kept if column.field != field]
        left_out += [column.head for column in gone]
    return Fitting([replace(column, head=column.head.replace("_", " ")) for column in kept], above, left_out)


def _needed(columns: Sequence[ScreenColumn]) -> int:
    return sum(column.least + BETWEEN for column in columns)


def drawn(columns: Sequence[ScreenColumn]) -> Any:
    """Return the table of columns: texts fold where the screen is narrow, numbers do not."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        justify: Literal["left", "right"] = "right" if column.numeric else "left"
        table.add_column(column.head, justify=justify, overflow="fold", min_width=column.whole)
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*row)
    return table
