"""The table schema as data: every column of every table of a pack is a row in `schema/columns.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class ColumnSchema:
    """One column of a table: its type, whether it is required or part of the key, its limits and references."""

    table: str
    column: str
    type: str
    required: bool
    key: bool
    dimension: str
    minimum: float | None
    maximum: float | None
    references: tuple[str, ...]
    values: tuple[str, ...]
    description: str


@dataclass(frozen=True)
class TableSchema:
    """One table: its columns in order, and whether every pack must have it."""

    name: str
    title: str
    description: str
    core: bool
    columns: tuple[ColumnSchema, ...]

    def column(self, name: str) -> ColumnSchema | None:
        """Return the column of that name, or None."""
        return next((column for column in self.columns if column.column == name), None)

    @property
    def citing(self) -> list[str]:
        """Names of the columns that name a source."""
        return [column.column for column in self.columns if column.references == ("sources.key",)]

    @property
    def key(self) -> list[str]:
        """Names of the columns that together must be unique."""
        return [column.column for column in self.columns if column.key]


def _rows(name: str) -> list[dict[str, str]]:
    with files("airshed.pack").joinpath(f"schema/{name}").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def _number(text: str) -> float | None:
    return float(text) if text else None


@cache
def tables() -> dict[str, TableSchema]:
    """Return every table that a pack may hold, by name, in the order of `schema/tables.csv`."""
    columns: dict[str, list[ColumnSchema]] = {}
    for row in _rows("columns.csv"):
        column = ColumnSchema(
            table=row["table"],
            column=row["column"],
            type=row["type"],
            required=row["required"] == "yes",
            key=row["key"] == "yes",
            dimension=row["dimension"],
            minimum=_number(row["minimum"]),
            maximum=_number(row["maximum"]),
            references=tuple(row["references"].split()),
            values=_values(row),
            description=row["description"],
        )
        columns.setdefault(row["table"], []).append(column)
    return {
        row["table"]: TableSchema(
            name=row["table"],
            title=row["title"],
            description=row["description"],
            core=row["core"] == "yes",
            columns=tuple(columns[row["table"]]),
        )
        for row in _rows("tables.csv")
    }


def _values(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row["values"].split())
