"""Start a pack: a folder with a descriptor, and a CSV with its header line for every table."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from airshed.pack.descriptor import FILE
from airshed.pack.errors import AirshedError
from airshed.pack.pack import built_in_path
from airshed.pack.schema import ColumnSchema, TableSchema, tables
from airshed.pack.staging import staged

TYPES = {"number": "number", "integer": "integer", "year": "integer", "date": "date"}
SHARED = ("sectors", "pollutants")
"""Tables of definitions, not of facts: a new pack starts with those of the built-in one."""


def field_of(column: ColumnSchema) -> dict[str, Any]:
    """Return a column as a field of a Table Schema."""
    field: dict[str, Any] = {"name": column.column, "type": TYPES.get(column.type, "string")}
    if column.description:
        field["description"] = column.description
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    for name, limit in (("minimum", column.minimum), ("maximum", column.maximum)):
        if limit is not None:
            constraints[name] = int(limit) if field["type"] == "integer" else limit
    if constraints:
        field["constraints"] = constraints
    return field


def resource_of(table: TableSchema) -> dict[str, Any]:
    """Return the entry of a table in datapackage.json."""
    name = table.name.replace("_", "-")
    return {
        "name": name,
        "title": table.title,
        "path": f"tables/{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "profile": "tabular-data-resource",
        "table": table.name,
        "licenses": [{"name": "not-stated", "title": "write the terms on which these numbers may be passed on"}],
        "schema": {"fields": [field_of(column) for column in table.columns], "missingValues": [""]},
    }


def new_pack(folder: Path, name: str, title: str, base_year: int) -> list[Path]:
    """Write a pack without facts; returns the files. The folder must not exist or be empty.

    Sectors and pollutants are filled with the definitions of the built-in pack; every other table holds its header.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AirshedError("already-not-empty", folder=folder)
    if not folder.resolve().parent.is_dir():
        raise AirshedError("no-folder-make-first", parent=folder.resolve().parent)
    with staged(folder) as draft:
        (draft / "tables").mkdir(parents=True)
        for table in tables().values():
            _write_table(draft / resource_of(table)["path"], table)
        (draft / FILE).write_text(_descriptor(name, title, base_year), encoding="utf-8")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _descriptor(name: str, title: str, base_year: int) -> str:
    descriptor = {
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "version": "0.1.0",
        "base_year": base_year,
        "licenses": [{"name": "see-resources", "title": "each resource has its own terms"}],
        "baseline": {},
        "transport": {},
        "hindcast": {},
        "resources": [resource_of(table) for table in tables().values()],
    }
    return json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n"


def _write_table(path: Path, table: TableSchema) -> None:
    header = [column.column for column in table.columns]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[row.get(column, "") for column in header] for row in _rows(table)])


def _rows(table: TableSchema) -> Iterable[dict[str, str]]:
    source = {
        "key": "airshed",
        "title": "airshed: definitions of this project",
        "licence": "CC0-1.0",
        "reuse": "open",
        "how_obtained": "written for this pack",
    }
    if table.name == "sources":
        return [source]
    if table.name not in SHARED:
        return []
    with (built_in_path() / "tables" / f"{table.name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
