"""Start a pack: a folder with a descriptor, and a CSV with its header line for every table.

With defaults it holds the numbers of the built-in pack that are of no region, as `DEFAULTS` says, with their sources.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airshed.pack.descriptor import FILE
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack, built_in_path, open_pack
from airshed.pack.schema import ColumnSchema, TableSchema, tables
from airshed.pack.staging import staged

if TYPE_CHECKING:
    import pandas as pd

TYPES = {"number": "number", "integer": "integer", "year": "integer", "date": "date"}
SHARED = ("sectors", "pollutants")
"""Tables of definitions, not of facts: a new pack starts with those of the built-in one."""

Rows = list[dict[str, str]]
DEFAULTS: Mapping[str, Callable[[pd.DataFrame], pd.Series[bool]]] = {
    "parameters": lambda rows: rows["key"] != "",
    "distributions": lambda rows: rows["table"] == "parameters",
    "responses_gemm": lambda rows: rows["cause"] != "",
    "responses_ier": lambda rows: rows["cause"] != "",
    "response_curves": lambda rows: rows["cause"] != "",
    "standards": lambda rows: rows["scope"] == "WHO",
    "economy": lambda rows: rows["code"].isin(["OECD", "USA"]) & rows["indicator"].isin(LIFE_VALUE),
}
"""The tables that a pack with defaults takes rows of, and which: relation, responses, WHO's levels, value of a life."""
LIFE_VALUE = ("gdp_per_head_ppp", "gdp_deflator")
"""What the value of a life needs of the economies that it is known for."""


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
        raise AirshedError(f"{folder} is there already and not empty", "give the name of a new folder")
    if not folder.resolve().parent.is_dir():
        raise AirshedError(f"there is no folder {folder.resolve().parent}", "make it first")
    held = _defaults(open_pack()) if defaults else {}
    licences = _licences(held) if defaults else {}
    with staged(folder) as draft:
        (draft / "tables").mkdir(parents=True)
        for table in tables().values():
            _write_table(draft / resource_of(table)["path"], table, held.get(table.name, ()))
        (draft / FILE).write_text(_descriptor(name, title, base_year, licences), encoding="utf-8")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _defaults(built_in: Pack) -> dict[str, Rows]:
    """Return the rows of the built-in pack that are of no region, as its files print them, and their sources."""
    held: dict[str, Rows] = {}
    cited: dict[str, None] = {}
    for name, chosen in DEFAULTS.items():
        rows = built_in.printed(name)
        rows = rows[chosen(rows)]
        held[name] = [{str(key): _cell(value) for key, value in row.items()} for row in rows.to_dict("records")]
        for column in tables()[name].citing:
            cited |= dict.fromkeys(key for row in held[name] for key in row[column].split())
    sources = built_in.table("sources")
    rows = sources[sources["key"].isin([key for key in cited if key != "airshed"])]
    held["sources"] = [{str(key): _cell(value) for key, value in row.items()} for row in rows.to_dict("records")]
    return held


def _cell(value: object) -> str:
    """Return a value as a cell of a file: nothing for what is not known, whole numbers without a point."""
    if isinstance(value, float):
        return "" if value != value else str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def _licences(held: Mapping[str, Rows]) -> dict[str, list[dict[str, str]]]:
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
