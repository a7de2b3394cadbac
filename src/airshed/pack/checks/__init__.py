"""Checks of a pack: many small named functions; their findings are collected, not thrown one at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from airshed.pack.checks.activity import ACTIVITY
from airshed.pack.checks.ages import check_bands, check_deaths
from airshed.pack.checks.claims import check_claims
from airshed.pack.checks.columns import check_columns, check_header, text_frame, typed
from airshed.pack.checks.documents import check_letters
from airshed.pack.checks.evidence import EVIDENCE
from airshed.pack.checks.files import read_file
from airshed.pack.checks.links import CHECKS as LINKS
from airshed.pack.checks.measures import MEASURES
from airshed.pack.checks.observed import check_observed
from airshed.pack.checks.parts import check_parts
from airshed.pack.checks.people import check_counts
from airshed.pack.checks.places import PLACES
from airshed.pack.checks.policy_targets import POLICY_TARGETS
from airshed.pack.checks.quantities import QUANTITIES
from airshed.pack.checks.relations import check_keys, check_references, check_units
from airshed.pack.checks.science import CHECKS
from airshed.pack.checks.stray import STRAY
from airshed.pack.checks.targets import TARGETS
from airshed.pack.checks.transport import check_relation
from airshed.pack.checks.words import one_spelling, plain_units, spelled_rules
from airshed.pack.contents import Contents
from airshed.pack.descriptor import FILE, Descriptor, Resource, inside, is_file, read_descriptor
from airshed.pack.finding import Finding, stops
from airshed.pack.quantities import converted, converted_laws
from airshed.pack.schema import tables

Frames = dict[str, pd.DataFrame]


@dataclass
class Checked:
    """A pack after its checks: what could be read, typed and in the units that it is read in, and every finding.

    printed : the tables with their numbers in the units that the files give them in; texts : all tables that could be
    read, as text, also where what was found keeps them from being used
    """

    descriptor: Descriptor | None
    contents: Contents
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    printed: dict[str, pd.DataFrame] = field(default_factory=dict)
    texts: dict[str, pd.DataFrame] = field(default_factory=dict)


def check_pack(folder: Path, science: bool = True) -> Checked:
    """Read and check the pack in `folder`; the checks of sense only run where the tables themselves are sound."""
    contents = Contents(folder)
    descriptor, findings = read_descriptor(contents)
    if descriptor is None:
        return Checked(None, contents, {}, findings)
    texts, unsound, found = _read(contents, descriptor)
    texts, spellings, spelled = one_spelling(texts)
    texts = {name: plain_units(frame) for name, frame in texts.items()}
    descriptor = spelled_rules(descriptor, spellings)
    findings += check_letters(contents)
    findings += _at_their_constant(found + spelled + _check_tables(texts, unsound), descriptor)
    if stops(findings):
        return Checked(descriptor, contents, {}, findings, texts=texts)
    printed = {name: typed(frame, tables()[name]) for name, frame in texts.items()}
    numbers = {name: converted(frame, name) for name, frame in printed.items()}
    own = (*MEASURES, *ACTIVITY, *LINKS, *STRAY, *TARGETS, *POLICY_TARGETS, check_bands)
    for examine in (*QUANTITIES, *PLACES, *EVIDENCE, *own):
        findings += examine(texts, numbers)
    if stops(findings):
        return Checked(descriptor, contents, {}, findings, texts=texts)
    findings += check_parts(texts, numbers, descriptor)
    findings += check_relation(texts, numbers, descriptor)
    if stops(findings):
        return Checked(descriptor, contents, {}, findings, texts=texts)
    if "distributions" in numbers:
        numbers["distributions"] = converted_laws(numbers["distributions"], numbers.get("parameters", pd.DataFrame()))
    if science:
        for check in CHECKS:
            findings += check(numbers)
        for compare in (check_claims, check_deaths, check_counts):
            findings += compare(texts, numbers)
        findings += check_observed(texts, numbers, descriptor)
    return Checked(descriptor, contents, numbers, findings, printed, texts)


def _read(contents: Contents, descriptor: Descriptor) -> tuple[Frames, set[str], list[Finding]]:
    """Read every file that can be read; returns the tables as text, the names of the unsound ones, the findings."""
    known = tables()
    texts: dict[str, list[pd.DataFrame]] = {}
    unsound: set[str] = set()
    findings: list[Finding] = []
    for resource in descriptor.resources:
        table = known.get(resource.table)
        if table is None or not all(is_file(path) for path in _targets(contents, resource)):
            continue
        header: list[str] = []
        for path in resource.paths:
            raw, found = read_file(contents, resource, path, header)
            if raw is not None:
                found += check_header(raw, resource.constants, table, path)
            findings += found
            if raw is None or any(item.code in ("AS120", "AS122") for item in found):
                unsound.add(resource.table)
                continue
            header = header or raw.header
            texts.setdefault(resource.table, []).append(text_frame(raw, resource.constants, table, path))
    return {name: pd.concat(parts, ignore_index=True) for name, parts in texts.items()}, unsound, findings


def _targets(contents: Contents, resource: Resource) -> list[Path]:
    """Return where the files of a resource lie; the folder itself for one outside it."""
    return [inside(contents.folder, path) or contents.folder for path in resource.paths]


def _check_tables(frames: Frames, unsound: set[str]) -> list[Finding]:
    """Check columns, units, keys and references; what an unsound or missing table would have to answer is not asked."""
    known = tables()
    findings: list[Finding] = []
    unasked = {*unsound, *(table.name for table in known.values() if table.core and table.name not in frames)}
    for name, frame in frames.items():
        if frame.empty:
            continue
        findings += check_columns(frame, known[name])
        findings += check_units(frame, known[name])
        if name not in unsound:
            findings += check_keys(frame, known[name])
            if not any(_points_to(name, other) for other in unasked):
                findings += check_references(frames, known[name])
    return findings


def _at_their_constant(findings: list[Finding], descriptor: Descriptor) -> list[Finding]:
    """Say a finding on a constant once, with its place in datapackage.json, not for every row that it fills."""
    constant = {
        (path, name): resource.name
        for resource in descriptor.resources
        for path in resource.paths
        for name in resource.constants
    }
    kept: dict[tuple[str, ...], Finding] = {}
    for item in findings:
        resource = None if item.code == "AS220" else constant.get((item.file, item.column))
        if resource is None:
            kept[str(len(kept)), ""] = item
        elif item.code != "AS230":
            place = f"resources.{resource}.constants.{item.column}"
            kept.setdefault((item.code, place), replace(item, file=FILE, row=0, column=place))
    return list(kept.values())


def _points_to(name: str, other: str) -> bool:
    return any(
        reference.startswith(f"{other}.") for column in tables()[name].columns for reference in column.references
    )
