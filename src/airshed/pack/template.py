"""Start a pack: a folder with a descriptor, and a CSV with its header line for every table.

With defaults it holds the numbers of the built-in pack that are of no region, as `DEFAULTS` says, with their sources.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
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

Row = dict[str, str]
OWN = {
    "key": "airshed",
    "title": "airshed: definitions of this project",
    "licence": "CC0-1.0",
    "reuse": "open",
    "how_obtained": "written for this pack",
}
"""The source of the definitions that every pack starts with."""
LIFE_VALUE = ("gdp_per_head_ppp", "gdp_deflator")
"""What the value of a life needs of the economies that it is known for."""


def _every(_: Row) -> bool:
    return True


DEFAULTS: Mapping[str, Callable[[Row], bool]] = {
    "parameters": _every,
    "distributions": lambda row: row["table"] == "parameters",
    "responses_gemm": _every,
    "responses_ier": _every,
    "response_curves": _every,
    "standards": lambda row: row["scope"] == "WHO",
    "economy": lambda row: row["code"] in ("OECD", "USA") and row["indicator"] in LIFE_VALUE,
}
"""The tables that a pack with defaults takes rows of, and which: relation, responses, WHO's levels, value of a life."""


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


def resource_of(table: TableSchema, licences: object = None) -> dict[str, Any]:
    """Return the entry of a table in datapackage.json; licences : those of its rows, not stated if None."""
    unstated = [{"name": "not-stated", "title": "write the terms on which these numbers may be passed on"}]
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
        "licenses": licences or unstated,
        "schema": {"fields": [field_of(column) for column in table.columns], "missingValues": [""]},
    }


def new_pack(folder: Path, name: str, title: str, base_year: int, defaults: bool = False) -> list[Path]:
    """Write a pack without facts of places; returns the files. The folder must not exist or be empty.

    Sectors and pollutants are filled with the definitions of the built-in pack; every other table holds its header.
    defaults : take the rows of the built-in pack that are of no region too (`DEFAULTS`), and the sources that they name
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AirshedError("already-not-empty", folder=folder)
    if not folder.resolve().parent.is_dir():
        raise AirshedError("no-folder-make-first", parent=folder.resolve().parent)
    held = _defaults() if defaults else {}
    licences = _licences(held) if defaults else {}
    with staged(folder) as draft:
        (draft / "tables").mkdir(parents=True)
        for table in tables().values():
            _write_table(draft / resource_of(table)["path"], table, held.get(table.name, ()))
        (draft / FILE).write_text(_descriptor(name, title, base_year, licences), encoding="utf-8")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _defaults() -> dict[str, list[Row]]:
    """Return the rows of the built-in pack that are of no region, as its files print them, and their sources."""
    held = {name: [row for row in _printed(name) if chosen(row)] for name, chosen in DEFAULTS.items()}
    cited = {
        key
        for name, rows in held.items()
        for column in tables()[name].citing
        for row in rows
        for key in row[column].split()
    }
    held["sources"] = [row for row in _printed("sources") if row["key"] in cited - {OWN["key"]}]
    return held


def _printed(table: str) -> list[Row]:
    """Return the rows of a table of the built-in pack with all its columns, in the order of its files."""
    folder = built_in_path()
    descriptor = json.loads((folder / FILE).read_text(encoding="utf-8"))
    columns = [column.column for column in tables()[table].columns]
    rows = []
    for resource in descriptor["resources"]:
        if resource.get("table", resource["name"]) == table:
            constants = resource.get("constants", {})
            with (folder / resource["path"]).open(encoding="utf-8", newline="") as handle:
                rows += [
                    {name: str(row.get(name, constants.get(name, ""))) for name in columns}
                    for row in csv.DictReader(handle)
                ]
    return rows


def _licences(held: Mapping[str, list[Row]]) -> dict[str, list[dict[str, str]]]:
    """Return the terms of every table with default rows: those of the sources that it names."""
    terms = {row["key"]: row for row in held["sources"]}
    found = {}
    for name in DEFAULTS:
        keys = dict.fromkeys(key for row in held[name] for key in row["source"].split() if key in terms)
        found[name] = [{"name": terms[key]["reuse"], "title": f"{key}: {terms[key]['licence']}"} for key in keys]
    return found


def _descriptor(name: str, title: str, base_year: int, licences: Mapping[str, object]) -> str:
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
        "resources": [resource_of(table, licences.get(table.name)) for table in tables().values()],
    }
    return json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n"


def _write_table(path: Path, table: TableSchema, more: Iterable[dict[str, str]]) -> None:
    header = [column.column for column in table.columns]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[row.get(column, "") for column in header] for row in (*_rows(table), *more)])


def _rows(table: TableSchema) -> list[Row]:
    if table.name == "sources":
        return [OWN]
    return _printed(table.name) if table.name in SHARED else []
