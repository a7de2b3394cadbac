"""The descriptor of a pack: datapackage.json (Frictionless Data Package) read without the library."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from airshed.pack.contents import Contents
from airshed.pack.documents import TwiceError, json_of
from airshed.pack.finding import Finding, check_document, finding
from airshed.pack.schema import tables
from airshed.pack.spelling import composed

FILE = "datapackage.json"


@dataclass(frozen=True)
class Resource:
    """One CSV file of the pack: the table it belongs to, its constant columns and its licences."""

    name: str
    path: str
    table: str
    title: str
    constants: Mapping[str, str]
    licences: tuple[str, ...]


@dataclass(frozen=True)
class Descriptor:
    """What datapackage.json says of a pack."""

    name: str
    title: str
    version: str
    base_year: int
    titles: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    resources: tuple[Resource, ...] = ()
    baseline: Mapping[str, Any] = field(default_factory=dict)
    transport: Mapping[str, Any] = field(default_factory=dict)
    hindcast: Mapping[str, Any] = field(default_factory=dict)


def read_descriptor(contents: Contents) -> tuple[Descriptor | None, list[Finding]]:
    """Read datapackage.json of a pack; returns the descriptor, or None with the findings that tell why not."""
    folder = contents.folder
    if not (folder / FILE).is_file():
        return None, [finding("AS101", str(folder))]
    try:
        raw = composed(json_of(contents.read(FILE).decode("utf-8")))
    except TwiceError as why:
        return None, [finding("AS109", FILE, row=why.line, key=why.key)]
    except (ValueError, RecursionError) as why:
        row = why.lineno if isinstance(why, json.JSONDecodeError) else 0
        return None, [finding("AS102", FILE, row=row, why=why)]
    wrong = _wrong(raw)
    if wrong:
        return None, [finding("AS103", FILE, what=what) for what in wrong]
    unreadable = check_document(raw, FILE)
    if unreadable:
        return None, unreadable
    findings: list[Finding] = []
    resources = tuple(_resource(folder, entry) for entry in raw["resources"])
    for resource in resources:
        findings += _resource_findings(folder, resource)
    names = [resource.name for resource in resources]
    findings += [finding("AS108", FILE, resource=name) for name in sorted({n for n in names if names.count(n) > 1})]
    present = {resource.table for resource in resources}
    for table in tables().values():
        if table.core and table.name not in present:
            columns = ", ".join(column.column for column in table.columns if column.required)
            findings.append(finding("AS105", FILE, table=table.name, columns=columns))
    descriptor = Descriptor(
        name=raw["name"],
        title=raw["title"],
        version=str(raw.get("version", "")),
        base_year=raw["base_year"],
        titles={lang: raw[f"title_{lang}"] for lang in ("ko", "zh") if f"title_{lang}" in raw},
        description=str(raw.get("description", "")),
        resources=resources,
        baseline=raw.get("baseline", {}),
        transport=raw.get("transport", {}),
        hindcast=raw.get("hindcast", {}),
    )
    return descriptor, findings


def _wrong(raw: object) -> list[str]:
    """Say what keeps the parsed descriptor from being used at all."""
    if not isinstance(raw, dict):
        return ["it must be an object with name, title, base_year and resources"]
    wrong = [f"{key} is missing or not text" for key in ("name", "title") if not isinstance(raw.get(key), str)]
    if not isinstance(raw.get("base_year"), int) or isinstance(raw.get("base_year"), bool):
        wrong.append("base_year is missing or not a year")
    rules = ("baseline", "transport", "hindcast")
    wrong += [f"{key} must be an object" for key in rules if not isinstance(raw.get(key, {}), dict)]
    resources = raw.get("resources")
    if not isinstance(resources, list):
        return [*wrong, "resources is missing or not a list"]
    for number, entry in enumerate(resources, start=1):
        if not isinstance(entry, dict):
            wrong.append(f"resource {number} is not an object")
            continue
        wrong += [
            f"resource {number}: {key} is missing or not text"
            for key in ("name", "path")
            if not isinstance(entry.get(key), str)
        ]
        if not isinstance(entry.get("constants", {}), dict):
            wrong.append(f"resource {number}: constants must be an object")
    return wrong


def _on_disk(folder: Path, path: str) -> str:
    """Return the path in the letters of the file: composed, or as a Mac decomposes them."""
    decomposed = unicodedata.normalize("NFD", path)
    return decomposed if not (folder / path).exists() and (folder / decomposed).exists() else path


def _resource(folder: Path, entry: Mapping[str, Any]) -> Resource:
    licences = entry.get("licenses", ())
    names = tuple(
        f"{item.get('name', '')}: {item.get('title', '')}".strip(": ") for item in licences if isinstance(item, dict)
    )
    return Resource(
        name=entry["name"],
        path=_on_disk(folder, entry["path"]),
        table=str(entry.get("table", entry["name"].replace("-", "_"))),
        title=str(entry.get("title", entry["name"])),
        constants={str(key): str(value) for key, value in entry.get("constants", {}).items()},
        licences=names,
    )


def _resource_findings(folder: Path, resource: Resource) -> list[Finding]:
    known = tables()
    target = (folder / resource.path).resolve()
    if not target.is_relative_to(folder.resolve()):
        return [finding("AS106", FILE, table=resource.table, path=resource.path)]
    if resource.table not in known:
        return [
            finding("AS107", resource.path, table=resource.table, resource=resource.name, known=", ".join(known)),
        ]
    findings = []
    if not target.is_file():
        findings.append(finding("AS104", resource.path, table=resource.table, resource=resource.name))
    if not any(resource.licences):
        findings.append(finding("AS403", FILE, table=resource.table, resource=resource.name))
    return findings
