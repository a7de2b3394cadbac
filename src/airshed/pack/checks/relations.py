"""Checks across rows and tables: repeated keys, codes that other tables must hold, units and their dimension."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from airshed.pack.checks.columns import FILE, LINE, each
from airshed.pack.finding import Finding, finding
from airshed.pack.quantities import in_units
from airshed.pack.schema import TableSchema
from airshed.pack.units import alike, find


def check_keys(frame: pd.DataFrame, table: TableSchema) -> list[Finding]:
    """Check that no key of the table stands twice, over all its files."""
    key = table.key
    if not key:
        return []
    repeated = frame.duplicated(subset=key, keep="first")
    if not repeated.any():
        return []
    first = frame.drop_duplicates(subset=key).set_index(key)[[FILE, LINE]]
    findings = []
    for _, row in frame.loc[repeated].head(20).iterrows():
        origin = first.loc[tuple(row[key]) if len(key) > 1 else row[key[0]]]
        where = f"{origin[LINE]}" if origin[FILE] == row[FILE] else f"{origin[LINE]} of {origin[FILE]}"
        words = ", ".join(str(row[name]) for name in key if row[name] != "")
        findings.append(finding("AS220", row[FILE], table.name, int(row[LINE]), key[0], first=where, key=words))
    more = int(repeated.sum()) - len(findings)
    if more > 0:
        file = str(frame.loc[repeated, FILE].iloc[0])
        findings.append(finding("AS230", file, table.name, 0, key[0], more=more, kind="AS220"))
    return findings


def check_references(frames: Mapping[str, pd.DataFrame], table: TableSchema) -> list[Finding]:
    """Check that the codes of this table stand in the tables they point to."""
    findings: list[Finding] = []
    frame = frames[table.name]
    for column in table.columns:
        if not column.references:
            continue
        allowed: set[str] = set()
        for reference in column.references:
            other, name = reference.split(".")
            if other in frames:
                allowed |= set(frames[other][name])
        cells = frame[column.column]
        filled = cells != ""
        if not filled.any():
            continue
        wrong = filled & ~cells.isin(allowed)
        named = " or ".join(dict.fromkeys(reference.split(".")[0] for reference in column.references))
        findings += each("AS221", frame, wrong, column.column, table.name, references=named)
    return findings


def check_units(frame: pd.DataFrame, table: TableSchema) -> list[Finding]:
    """Check that every unit is known and measures what the row holds."""
    findings: list[Finding] = []
    for quantity, name, rows in in_units(frame, table.name):
        unit = find(name)
        target = quantity.read_in(unit)
        if not name or (unit is not None and unit.dimension == target.dimension):
            continue
        allowed = ", ".join(alike(target))
        place = (frame, rows, quantity.unit_column, table.name)
        if unit is None:
            findings += each("AS210", *place, allowed=allowed)
        else:
            findings += each("AS211", *place, found=unit.dimension, expected=target.dimension, allowed=allowed)
    return findings
