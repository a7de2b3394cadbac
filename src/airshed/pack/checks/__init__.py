"""Checks of a pack: many small named functions; their findings are collected, not thrown one at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from airshed.pack.checks.columns import check_columns, check_header, text_frame, typed
from airshed.pack.checks.files import read_file
from airshed.pack.checks.relations import check_keys, check_references, check_units
from airshed.pack.checks.science import CHECKS
from airshed.pack.descriptor import Descriptor, read_descriptor
from airshed.pack.finding import Finding, stops
from airshed.pack.schema import tables


@dataclass
class Checked:
    """A pack after its checks: what could be read, typed, and every finding."""

    descriptor: Descriptor | None
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def check_pack(folder: Path, science: bool = True) -> Checked:
    """Read and check the pack in `folder`; the checks of sense only run where the tables themselves are sound."""
    descriptor, findings = read_descriptor(folder)
    if descriptor is None:
        return Checked(None, {}, findings)
    known = tables()
    texts: dict[str, list[pd.DataFrame]] = {}
    unsound = set()
    for resource in descriptor.resources:
        if resource.table not in known or not (folder / resource.path).is_file():
            continue
        if not (folder / resource.path).resolve().is_relative_to(folder.resolve()):
            continue
        raw, found = read_file(folder, resource)
        if raw is not None:
            found += check_header(raw, resource.constants, known[resource.table], resource.path)
        findings += found
        if raw is None or any(item.code in ("AS120", "AS122") for item in found):
            unsound.add(resource.table)
            continue
        frame = text_frame(raw, resource.constants, known[resource.table], resource.path)
        texts.setdefault(resource.table, []).append(frame)
    frames = {name: pd.concat(parts, ignore_index=True) for name, parts in texts.items()}
    for name, frame in frames.items():
        findings += check_columns(frame, known[name])
        findings += check_units(frame, known[name])
        if name not in unsound:
            findings += check_keys(frame, known[name])
    sound = {name: frame for name, frame in frames.items() if name not in unsound}
    for name in sound:
        if not any(_points_to(name, other) for other in unsound):
            findings += check_references(frames, known[name])
    if stops(findings):
        return Checked(descriptor, {}, findings)
    numbers = {name: typed(frame, known[name]) for name, frame in frames.items()}
    if science:
        for check in CHECKS:
            findings += check(numbers)
    return Checked(descriptor, numbers, findings)


def _points_to(name: str, other: str) -> bool:
    return any(reference.startswith(f"{other}.") for column in tables()[name].columns for reference in column.references)
