"""What each answer still needs of a pack: the tables, and the rows that it cannot do without, as `answers.csv` says."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

import pandas as pd


@dataclass(frozen=True)
class Need:
    """A table that must have rows, and the words that a column of it must hold.

    beside, instead : a table with whose rows this is needed, and one whose rows stand in its place
    """

    table: str
    column: str = ""
    words: tuple[str, ...] = ()
    beside: str = ""
    instead: str = ""

    def holds(self, tables: Mapping[str, pd.DataFrame]) -> bool:
        """Say whether the need is one for a pack of these tables."""
        with_rows = {name for name in (self.beside, self.instead) if name in tables and not tables[name].empty}
        return (not self.beside or self.beside in with_rows) and self.instead not in with_rows


def needs() -> dict[str, tuple[Need, ...]]:
    """Return what every answer needs, by the command that gives it, in the order of `schema/answers.csv`."""
    found: dict[str, tuple[Need, ...]] = {}
    with files("airshed.pack").joinpath("schema/answers.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            need = Need(row["table"], row["column"], tuple(row["words"].split()), row["beside"], row["instead"])
            own = (need,) if row["table"] else ()
            found[row["answer"]] = (*found.get(row["answer"], ()), *found.get(row["like"], ()), *own)
    return {answer: tuple(dict.fromkeys(held)) for answer, held in found.items()}


def lacking(tables: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    """Return by answer what a pack lacks for it: names of tables, and `table: words` of rows; empty where nothing.

    tables : those of the pack, as text or typed
    """
    return {answer: list(dict.fromkeys(_lacking(tables, held))) for answer, held in needs().items()}


def _lacking(tables: Mapping[str, pd.DataFrame], held: tuple[Need, ...]) -> Iterator[str]:
    for need in (one for one in held if one.holds(tables)):
        rows = tables.get(need.table)
        if rows is None or rows.empty:
            yield need.table
        elif need.words:
            known = set(rows[need.column])
            missing = [word for word in need.words if word not in known]
            if missing:
                yield f"{need.table}: {', '.join(missing)}"
