"""Checks of rows that stand apart from their likes: a year missing inside a series, an edition that may be a slip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from airshed.pack.checks.columns import FILE, LINE
from airshed.pack.checks.evidence import rows_of
from airshed.pack.finding import Finding, finding

Frames = Mapping[str, pd.DataFrame]
SERIES = ["inventory", "region", "sector", "category", "pollutant"]
EDITIONS = (("economy", "vintage", "indicator"),)
"""Labels of editions, and what they are of: numbers of one are joined, and never with those of another."""
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
    """Find labels of editions in one row only, where the same numbers of others have one of many rows."""
    findings = []
    for table, column, what in EDITIONS:
        rows = list(rows_of(texts, numbers, table))
        counts = Counter(str(row[column]) for row, _, _ in rows)
        for row, file, line in rows:
            label = str(row[column])
            if not label or counts[label] > 1:
                continue
            others = Counter(str(other[column]) for other, _, _ in rows if other[what] == row[what])
            meant = max(others, key=lambda name: (counts[name], name))
            if counts[meant] >= OFTEN:
                told: dict[str, Any] = {"label": label, "meant": meant, "count": counts[meant]}
                findings.append(finding("AS308", file, table, line, column, **told))
    return findings


STRAY = (check_gaps, check_editions)
