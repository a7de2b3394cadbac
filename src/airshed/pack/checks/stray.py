"""Checks of rows that stand apart from their likes: a year missing inside a series, an edition that may be a slip."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

import pandas as pd

from airshed.pack.checks.columns import FILE, LINE
from airshed.pack.checks.evidence import rows_of
from airshed.pack.finding import Finding, finding
from airshed.pack.spelling import fold

Frames = Mapping[str, pd.DataFrame]
SERIES = ["inventory", "region", "sector", "category", "pollutant"]
EDITIONS = (("economy", "vintage"),)
"""Labels of editions: numbers of one are joined, and never with those of another."""
ALIKE = 0.75
"""From which part of equal letters on two labels may be one."""
OFTEN = 3
"""In how many rows a label stands that another may be a slip of."""


def check_gaps(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find years that lie inside a series of emissions, and are missing there but not in the others of the region."""
    rows = numbers.get("emissions")
    if rows is None or rows.empty:
        return []
    years: dict[tuple[str, ...], dict[int, int]] = {}
    of_region: dict[tuple[str, str], set[int]] = {}
    for place, (*names, year) in enumerate(rows[[*SERIES, "year"]].itertuples(index=False, name=None)):
        years.setdefault(tuple(map(str, names)), {})[int(year)] = place
        of_region.setdefault((str(names[0]), str(names[1])), set()).add(int(year))
    text = texts["emissions"]
    findings = []
    for key, held in years.items():
        first, last = min(held), max(held)
        lacking = sorted(year for year in of_region[key[0], key[1]] - held.keys() if first < year < last)
        if lacking:
            row = text.iloc[held[max(year for year in held if year < lacking[0])]]
            named = dict(zip(SERIES, key, strict=True))
            told = ", ".join(map(str, lacking))
            findings.append(finding("AS307", row[FILE], "emissions", int(row[LINE]), "year", **named, years=told))
    return findings


def check_editions(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find labels of editions in one row only that read like one of many rows: the row is joined with none of them."""
    findings = []
    for table, column in EDITIONS:
        rows = list(rows_of(texts, numbers, table))
        counts = Counter(str(row[column]) for row, _, _ in rows)
        for row, file, line in rows:
            label = str(row[column])
            meant = _meant(label, counts) if label and counts[label] == 1 else None
            if meant is not None:
                told: dict[str, Any] = {"label": label, "meant": meant, "count": counts[meant]}
                findings.append(finding("AS308", file, table, line, column, **told))
    return findings


def _meant(label: str, counts: Mapping[str, int]) -> str | None:
    """Return the label of many rows that another may be a slip of; editions that differ in a number are two."""
    for other, count in counts.items():
        one, two = fold(label), fold(other)
        if other == label or count < OFTEN or re.findall(r"\d+", one) != re.findall(r"\d+", two):
            continue
        if one in two or two in one or SequenceMatcher(None, one, two).ratio() >= ALIKE:
            return other
    return None


STRAY = (check_gaps, check_editions)
