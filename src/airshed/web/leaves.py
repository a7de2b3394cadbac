"""Long tables in parts: how many rows of a table stand on a page, and which of them an address asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from airshed.answers.answer import Content, Sheet
from airshed.answers.cells import records
from airshed.answers.columns import CITING, Table, table_of
from airshed.answers.words import Words
from airshed.pack.bounds import SHOWN, Bound, whole
from airshed.pack.codes import unknown
from airshed.pack.errors import AirshedError
from airshed.web.arranged import arranged

PAGE = "page"
"""The parameter that names a part; `table` says of which table, the first if it says nothing."""
SIZES = (100, 50, 25)
"""Rows of a part: as many as keep to the room of their table."""
ROOM = 140_000
"""Bytes that the tables of a page are given together."""
CELL, LINK = 45, 40
"""Bytes that a cell and a link take beside their text."""
MARKUP = 12
"""Bytes of MathML for a letter of a formula."""
MOST = 1_000_000
"""The largest number of a part that can be asked for."""
NEAR = 2
"""Parts before and after the present one that are linked, beside the first and the last."""


@dataclass(frozen=True)
class Leaf:
    """A part of a table that was asked for: the name of the table, empty for the first, and the number of the part.

    sort : the column by which its rows stand, with - before it for the last first; find : the text that they hold;
    columns : those that are shown, all if none
    """

    table: str = ""
    number: int = 1
    sort: str = ""
    find: str = ""
    columns: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether nothing is asked of the rows."""
        return self.number == 1 and not self.sort and not self.find and not self.columns


def page_number(text: str) -> int:
    """Return the number of a part, 1 where none is given; raises AirshedError for what is no number from 1 on."""
    return whole(text, PAGE, Bound(1, MOST, whole=True)) if text.strip() else 1


def tables_of(content: Content, words: Words, leaf: Leaf) -> dict[str, Table]:
    """Return the tables of an answer by name: of one the part that was asked for, of the others the first.

    Raises AirshedError for a table or a part that is not there.
    """
    names = [sheet.name for sheet in content.sheets]
    asked = leaf.table or "".join(names[:1])
    if not leaf.plain and asked not in names:
        raise unknown("table", asked[:SHOWN], names)
    room = ROOM // max(len(names), 1)
    made = {}
    for sheet in content.sheets:
        part = leaf if sheet.name == asked else Leaf()
        size = max(len(sheet.shown), 1) if sheet.anchored else rows_within(sheet, room)
        made[sheet.name] = _table(sheet, words, part, size)
    return made


def _table(sheet: Sheet, words: Words, leaf: Leaf, size: int) -> Table:
    """Return the part of a table that was asked for; size : rows of a part."""
    first, held = table_of(sheet, words, 1, size), sheet
    offered = tuple(zip(first.columns, (head.text for head in first.heads), strict=True))
    chosen = chosen_of(first.columns, leaf.columns)
    if leaf.sort or leaf.find:
        held = arranged(sheet, words, first.columns, leaf.sort, leaf.find)
    if chosen:
        held = replace(held, columns=chosen)
    leaves = max(-(-len(held.shown) // size), 1)
    if leaf.number > leaves:
        raise AirshedError("table-no-page", table=sheet.name, number=leaf.number, pages=leaves)
    same = held is sheet
    shown = first if same and leaf.number == 1 else table_of(held, words, leaf.number, size, fixed=not same)
    more = shown.more if same else len(sheet.rows) - len(sheet.shown)
    return replace(
        shown, more=more, sort=leaf.sort, find=leaf.find, every=len(sheet.shown), offered=offered, chosen=chosen
    )


def chosen_of(known: Sequence[str], asked: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that were asked for, in the order of their table; none where that is all or nothing.

    Raises AirshedError for one that the table does not show.

    >>> chosen_of(("region", "year", "value"), ("value", "region")), chosen_of(("region",), ("region",))
    (('region', 'value'), ())
    """
    for name in asked:
        if name not in known:
            raise unknown("column", name[:SHOWN], list(known))
    found = tuple(name for name in known if name in asked)
    return () if len(found) == len(known) else found


def rows_within(sheet: Sheet, room: int) -> int:
    """Return how many rows of a table a part of it has, the same in every language: as many as the room takes.

    room : bytes of HTML
    """
    rows = records(sheet.shown.head(SIZES[0]))
    if len(rows) <= SIZES[-1]:
        return SIZES[-1]
    shown = sheet.columns or tuple(map(str, sheet.rows))
    row = sum(_bytes(name, row.get(name)) for row in rows for name in shown) / len(rows)
    return next((size for size in SIZES if size * row <= room), SIZES[-1])


def _bytes(name: str, value: object) -> int:
    """Return about how many bytes of HTML a cell takes."""
    text = "" if value is None else str(value)
    if name in CITING:
        return CELL + 2 * len(text) + LINK * len(text.split())
    if name == "latex":
        return CELL + MARKUP * len(text)
    return CELL + (len(text.encode()) if isinstance(value, str) else 8)


def near(table: Table) -> list[int]:
    """Return the parts that a page links to: the first, those around the present one, the last.

    >>> near(Table("rows", "", (), (), 0, leaf=6, leaves=40))
    [1, 4, 5, 6, 7, 8, 40]
    """
    around = range(table.leaf - NEAR, table.leaf + NEAR + 1)
    return sorted({1, table.leaves, *(number for number in around if 1 <= number <= table.leaves)})
