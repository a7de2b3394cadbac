"""Checks of what uncertainty rests on: laws of distributions, and contributions that contradict themselves."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from airshed.pack.checks.columns import FILE, LINE
from airshed.pack.finding import Finding, finding
from airshed.pack.schema import tables

Frames = Mapping[str, pd.DataFrame]
Row = dict[Hashable, Any]
NEEDS = {
    "normal": ("central", "width"),
    "lognormal": ("central", "width"),
    "uniform": ("low", "high"),
    "loguniform": ("low", "high"),
    "triangular": ("low", "central", "high"),
    "split_lognormal": ("low", "central", "high"),
}
"""The parameters that each law needs."""
PERCENT = "percent"
TOTAL_TOLERANCE = 1.0
"""Printed shares of one receptor may add to so many percent more than 100 by rounding."""


def rows_of(texts: Frames, numbers: Frames, table: str) -> Iterator[tuple[Row, str, int]]:
    """Go through the rows of a table with their file and line."""
    if table not in numbers:
        return
    places = zip(texts[table][FILE], texts[table][LINE], strict=True)
    for row, (file, line) in zip(numbers[table].to_dict("records"), places, strict=True):
        yield row, str(file), int(line)


def check_distributions(texts: Frames, numbers: Frames) -> list[Finding]:
    """Check that every distribution has the parameters of its law, in order, and points to a number of the pack."""
    name = "distributions"
    findings = []
    for row, file, line in rows_of(texts, numbers, name):
        key = f"{row['table']} {row['key']} {row['field']}"
        empty = [need for need in NEEDS[row["law"]] if not np.isfinite(row[need])]
        if empty:
            law = row["law"]
            findings.append(finding("AS311", file, name, line, empty[0], law=law, key=key, needed=", ".join(empty)))
            continue
        if row["width"] <= 0:
            findings.append(finding("AS310", file, name, line, "width", key=key, width=f"{row['width']:g}"))
        ends = [row[end] for end in ("low", "central", "high") if end in NEEDS[row["law"]]]
        positive = row["law"] in ("loguniform", "split_lognormal") and min(ends) <= 0
        if ends and (ends != sorted(set(ends)) or positive):
            shown = {end: f"{row[end]:g}" if np.isfinite(row[end]) else "-" for end in ("low", "central", "high")}
            findings.append(finding("AS312", file, name, line, "low", key=key, **shown))
        missing = _missing(numbers, row)
        if missing:
            findings.append(finding("AS313", file, name, line, "key", key=key, what=missing))
    return findings


def _missing(numbers: Frames, row: Row) -> str:
    """Say which part of a distribution's address the pack does not hold, or nothing."""
    known = tables().get(row["table"])
    if known is None or row["table"] not in numbers:
        return f"the table {row['table']}"
    if known.column(row["field"]) is None:
        return f"the column {row['field']}"
    frame = numbers[row["table"]]
    words = str(row["key"]).split()
    pairs = [word.partition("=")[::2] if "=" in word else (known.key[0], word) for word in words]
    for column, value in pairs:
        if known.column(column) is None:
            return f"the column {column}"
        if [name for name, _ in pairs].count(column) > 1:
            return f"the row {row['key']}"
        frame = frame[frame[column].astype(str) == value]
    return "" if len(frame) else f"the row {row['key']}"


def check_contributions(texts: Frames, numbers: Frames) -> list[Finding]:
    """Check published contributions: shares inside 0..100, ends in order, no contradiction, what their use needs."""
    name = "published_contributions"
    findings = []
    totals: dict[tuple[str, ...], tuple[float, str, int]] = {}
    first: dict[tuple[str, ...], float] = {}
    for row, file, line in rows_of(texts, numbers, name):
        study = str(row["study"])
        values = [row[end] for end in ("low", "central", "high") if np.isfinite(row[end])]
        if row["unit"] == PERCENT and "share" in row["quantity"] and any(not 0 <= value <= 100 for value in values):
            wrong = next(value for value in values if not 0 <= value <= 100)
            findings.append(finding("AS316", file, name, line, "central", study=study, value=f"{wrong:g}"))
        if values != sorted(values):
            shown = {end: f"{row[end]:g}" if np.isfinite(row[end]) else "-" for end in ("low", "central", "high")}
            findings.append(finding("AS317", file, name, line, "low", study=study, **shown))
        findings += _use_findings(row, values, file, line)
        if row["use"] != "anchor":
            continue
        pair = (study, row["receptor"], row["period"], row["source_region"])
        middle = float(np.mean(values)) if values else float("nan")
        if pair in first and first[pair] != middle:
            words = {"first": f"{first[pair]:g}", "second": f"{middle:g}", "unit": str(row["unit"])}
            where = {"receptor": row["receptor"], "source_region": row["source_region"]}
            findings.append(finding("AS315", file, name, line, "central", study=study, **where, **words))
        first.setdefault(pair, middle)
        total, _, _ = totals.get(pair[:3], (0.0, "", 0))
        totals[pair[:3]] = (total + middle, file, line)
    for (study, receptor, _), (total, file, line) in totals.items():
        if total > 100 + TOTAL_TOLERANCE:
            where = {"receptor": receptor, "total": f"{total:g}"}
            findings.append(finding("AS314", file, name, line, "central", study=study, **where))
    return findings


NEEDED = {
    "anchor": ("source_region", "model_year"),
    "spread": ("source_region", "model_year"),
    "kernel": ("source_region",),
    "validation": ("model_year",),
    "place": ("source_region",),
    "precursor": ("source_region", "precursor", "model_year"),
    "sector": ("sector", "model_year"),
    "own": ("stands_for", "model_year"),
    "period": ("period_kind",),
}
"""Columns of published_contributions that each use reads."""


def _use_findings(row: Row, values: list[float], file: str, line: int) -> list[Finding]:
    """Find what a row lacks for the use it is marked for."""
    name, use = "published_contributions", str(row["use"])
    if not use:
        return []
    lacking = [] if values else ["central"]
    lacking += [column for column in NEEDED.get(use, ()) if not str(row[column]).strip()]
    if use == "period" and row["period_kind"] == "annual":
        lacking.append("period_kind")
    if row["quantity"] == "change" and not str(row["model_year_before"]).strip():
        lacking.append("model_year_before")
    return [
        finding("AS318", file, name, line, column, study=str(row["study"]), use=use, needed=column)
        for column in lacking
    ]


EVIDENCE = (check_distributions, check_contributions)
