"""Words that decide: one spelling for what is joined or compared, whatever its case, space, hyphens or form of letters.

`schema/vocabularies.csv` says which columns share their words, and `schema/words.csv` which words they know and which
others mean the same. A closed vocabulary knows all its words; an open one takes the first spelling that occurs.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from airshed.pack.quantities import quantities
from airshed.pack.schema import ColumnSchema, tables
from airshed.pack.spelling import fold

CLOSED, OPEN, LIST, CODES, DEFINES, EXACT = "closed", "open", "list", "codes", "defines", "exact"
"""Kinds of columns: of known words, of any, of several with space between, of several codes, of codes that others use,
and what is left as it is."""


@dataclass(frozen=True)
class Vocabulary:
    """Words that columns share: literal ones first, then those that mean one of them; columns with their kind."""

    name: str
    columns: list[tuple[str, str, str]] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def known(self) -> list[str]:
        """The words themselves, in the order of the table."""
        return list(dict.fromkeys(self.words.values()))


@cache
def vocabularies() -> dict[str, Vocabulary]:
    """Return every vocabulary by name: those of `schema/vocabularies.csv`, and of each other column that decides.

    A column that names its values, or whose words are the keys of quantities, is closed; other texts that are part of
    a key are open, unless other columns refer to them.
    """
    found: dict[str, Vocabulary] = {}
    for row in _rows("vocabularies.csv"):
        held = found.setdefault(row["vocabulary"], Vocabulary(row["vocabulary"]))
        held.columns.append((row["table"], row["column"], row["kind"]))
    listed = {(table, column) for held in found.values() for table, column, kind in held.columns if kind != DEFINES}
    for column in (column for table in tables().values() for column in table.columns):
        words = [*column.values, *_keys(column)]
        if (column.table, column.column) not in listed and (words or _is_name(column)):
            name = f"{column.table}.{column.column}"
            kind = CLOSED if words else OPEN
            found[name] = Vocabulary(name, [(column.table, column.column, kind)], {fold(word): word for word in words})
    for row in _rows("words.csv"):
        found[row["vocabulary"]].words.setdefault(fold(row["word"]), row["means"] or row["word"])
    return found


@cache
def deciding() -> frozenset[tuple[str, str]]:
    """Return the columns, as table and name, whose cells decide something: all but free text."""
    spoken = {(table, column) for held in vocabularies().values() for table, column, _ in held.columns}
    return frozenset(
        (column.table, column.column)
        for table in tables().values()
        for column in table.columns
        if column.type != "string" or column.key or column.references or (column.table, column.column) in spoken
    )


def _rows(name: str) -> list[dict[str, str]]:
    with files("airshed.pack").joinpath(f"schema/{name}").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def _keys(column: ColumnSchema) -> list[str]:
    """Return the keys of quantities that a column holds."""
    return list(dict.fromkeys(one.key for one in quantities().get(column.table, ()) if one.by == column.column))


def _is_name(column: ColumnSchema) -> bool:
    """Say whether a column is a text of a key that no other column refers to."""
    place = f"{column.table}.{column.column}"
    return (
        column.key
        and column.type in ("string", "code")
        and not column.references
        and not any(place in other.references for table in tables().values() for other in table.columns)
    )
