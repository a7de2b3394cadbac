"""The descriptor of a pack: datapackage.json (Frictionless Data Package) read without the library."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from airshed.pack.contents import Contents
from airshed.pack.dialect import PLAIN, Dialect, read_dialect
from airshed.pack.documents import TwiceError, json_of
from airshed.pack.errors import AirshedError
from airshed.pack.finding import Finding, check_document, finding
from airshed.pack.letters import shown
from airshed.pack.properties import unknown_properties
from airshed.pack.schema import tables
from airshed.pack.spelling import composed

FILE = "datapackage.json"
RULES = ("baseline", "transport", "hindcast", "defaults")
YEARS = (1900, 2200)
LONGEST = 1000
"""Letters of a path or a constant."""
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True)
class Resource:
    """CSV files of the pack that are read as one: the table they belong to, constant columns, licences.

    paths : the files, which follow each other; dialect : how they are written
    documents : files that say how they are written
    """

    name: str
    paths: tuple[str, ...]
    table: str
    title: str
    constants: Mapping[str, str]
    licences: tuple[str, ...]
    dialect: Dialect = PLAIN
    documents: tuple[str, ...] = ()


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
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def files(self) -> list[str]:
        """Paths of all files that the pack is read from, but its scenarios."""
        return [FILE, *(path for resource in self.resources for path in (*resource.paths, *resource.documents))]


def read_descriptor(contents: Contents) -> tuple[Descriptor | None, list[Finding]]:
    """Read datapackage.json of a pack; returns the descriptor, or None with the findings that tell why not."""
    folder = contents.folder
    if not is_file(folder / FILE):
        return None, [finding("AS101", shown(str(folder)))]
    try:
        raw = composed(json_of(contents.read(FILE).decode("utf-8-sig")))
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
    findings = [
        finding("AS124", FILE, column=place, property=shown(name), known=known)
        for place, name, known in unknown_properties(raw)
    ]
    resources = []
    for entry in raw["resources"]:
        resource, refused = _resource(contents, entry, raw)
        resources.append(resource)
        findings += [*refused, *_resource_findings(folder, resource)]
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
        version=str(raw.get("version") or ""),
        base_year=raw["base_year"],
        titles={lang: raw[f"title_{lang}"] for lang in ("ko", "zh") if raw.get(f"title_{lang}")},
        description=str(raw.get("description") or ""),
        resources=tuple(resources),
        **{part: raw.get(part) or {} for part in RULES},
    )
    return descriptor, findings


def _wrong(raw: object) -> list[str]:
    """Say what keeps the parsed descriptor from being used at all."""
    if not isinstance(raw, dict):
        return ["it must be an object with name, title, base_year and resources"]
    wrong = [f"{key} is missing or not text" for key in ("name", "title") if not isinstance(raw.get(key), str)]
    wrong += [f"{key} is not text" for key in ("title_ko", "title_zh") if not isinstance(raw.get(key) or "", str)]
    year = raw.get("base_year")
    if type(year) is not int or not YEARS[0] <= year <= YEARS[1]:
        wrong.append("base_year is missing or not a year")
    wrong += [f"{key} must be an object" for key in RULES if not isinstance(raw.get(key) or {}, dict)]
    if not _are_licences(raw.get("licenses")):
        wrong.append("licenses must be a list of objects")
    resources = raw.get("resources")
    if not isinstance(resources, list):
        return [*wrong, "resources is missing or not a list"]
    return [*wrong, *(what for number, entry in enumerate(resources, start=1) for what in _wrong_entry(number, entry))]


def _wrong_entry(number: int, entry: object) -> list[str]:
    """Say what keeps an entry of the resources from being used at all."""
    if not isinstance(entry, dict):
        return [f"resource {number} is not an object"]
    wrong = [] if isinstance(entry.get("name"), str) else [f"resource {number}: name is missing or not text"]
    paths = entry.get("path")
    listed: list[Any] = paths if isinstance(paths, list) and paths else [paths]
    if not all(isinstance(path, str) for path in listed):
        wrong.append(f"resource {number}: path is missing or not text")
    elif any(len(path) > LONGEST for path in listed):
        wrong.append(f"resource {number}: path has more than {LONGEST} letters")
    if not isinstance(entry.get("table") or "", str):
        wrong.append(f"resource {number}: table is not text")
    if not _are_licences(entry.get("licenses")):
        wrong.append(f"resource {number}: licenses must be a list of objects")
    constants = entry.get("constants") or {}
    if not isinstance(constants, dict):
        wrong.append(f"resource {number}: constants must be an object")
    elif not all(_is_constant(value) for value in constants.values()):
        wrong.append(f"resource {number}: constants must be short texts or numbers")
    return wrong


def _are_licences(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(item, dict) for item in value))


def _is_constant(value: object) -> bool:
    return value is None or (
        isinstance(value, str | int | float) and type(value) is not bool and len(str(value)) <= LONGEST
    )


def _on_disk(folder: Path, path: str) -> str:
    """Return the path in the letters of the file: composed, or as a Mac decomposes them."""
    decomposed = unicodedata.normalize("NFD", path)
    return decomposed if not is_file(folder / path) and is_file(folder / decomposed) else path


def is_file(path: Path) -> bool:
    """Say whether a path is that of a file; one that the system cannot look up is not."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def inside(folder: Path, path: str) -> Path | None:
    """Return a path within a folder, followed to its end; None where it leads out of it."""
    try:
        target = (folder / path).resolve()
    except (OSError, RuntimeError, ValueError):
        return None
    return target if target.is_relative_to(folder.resolve()) else None


def _resource(
    contents: Contents, entry: Mapping[str, Any], package: Mapping[str, Any]
) -> tuple[Resource, list[Finding]]:
    """Return a resource, and the findings on the properties that are not read as they stand."""
    documents: list[str] = []

    def document(value: Any) -> Any:
        return value if not isinstance(value, str) else _document(contents, value, documents)

    dialect, refused = read_dialect(entry, package, document)
    paths = entry["path"] if isinstance(entry["path"], list) else [entry["path"]]
    refused += [("path", path) for path in paths if ADDRESS.match(path)]
    licences = entry.get("licenses") or ()
    names = tuple(f"{item.get('name', '')}: {item.get('title', '')}".strip(": ") for item in licences)
    resource = Resource(
        name=entry["name"],
        paths=tuple(_on_disk(contents.folder, path) for path in paths if not ADDRESS.match(path)),
        table=entry.get("table") or entry["name"].replace("-", "_"),
        title=str(entry.get("title") or entry["name"]),
        constants={key: "" if value is None else str(value) for key, value in (entry.get("constants") or {}).items()},
        licences=names,
        dialect=dialect,
        documents=tuple(documents),
    )
    return resource, [_not_read(resource.name, name, value) for name, value in refused]


def _not_read(resource: str, name: str, value: object) -> Finding:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    place = f"resources.{resource}.{name}"
    return finding("AS123", FILE, column=place, resource=resource, property=name, value=text)


def _document(contents: Contents, path: str, read: list[str]) -> Any:
    """Return what the JSON file at a path of the pack holds, None where it cannot be read; its path joins `read`."""
    target = None if len(path) > LONGEST or ADDRESS.match(path) else inside(contents.folder, path)
    if target is None or not is_file(target):
        return None
    try:
        found = composed(json_of(contents.read(path).decode("utf-8-sig")))
    except (ValueError, AirshedError):
        return None
    read.append(path)
    return found


def _resource_findings(folder: Path, resource: Resource) -> list[Finding]:
    known = tables()
    first = resource.paths[0] if resource.paths else FILE
    for path in resource.paths:
        if inside(folder, path) is None:
            return [finding("AS106", FILE, table=resource.table, path=path)]
    if resource.table not in known:
        return [
            finding("AS107", first, table=resource.table, resource=resource.name, known=", ".join(known)),
        ]
    findings = [
        finding("AS104", path, table=resource.table, resource=resource.name)
        for path in resource.paths
        if not is_file(folder / path)
    ]
    if not any(resource.licences):
        findings.append(finding("AS403", FILE, table=resource.table, resource=resource.name))
    return findings
