"""Checks of the activity form of emissions: shares of technologies, what they are for, periods, units of factors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from airshed.pack.checks.columns import FILE, LINE, each
from airshed.pack.finding import Finding, finding
from airshed.pack.units import find

Frames = Mapping[str, pd.DataFrame]
MONTH = r"[0-9]{4}-(?:0[1-9]|1[0-2])"
YEAR_OR_MONTH = rf"[0-9]{{4}}|{MONTH}"
CELL = ["strategy", "region", "sector", "activity", "period"]
TOLERANCE = 1e-9
"""Shares may add to so much more than 1 by binary rounding."""


def _placed(texts: Frames, numbers: Frames, table: str) -> pd.DataFrame:
    """Return the typed rows of a table with their file and line; no rows where the pack has none."""
    if table not in numbers:
        return pd.DataFrame()
    return numbers[table].assign(**{name: texts[table][name].to_numpy() for name in (FILE, LINE)})


def check_shares(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find activities to more than the whole of which technologies are applied."""
    rows = _placed(texts, numbers, "controls")
    if rows.empty:
        return []
    cells = rows.groupby(CELL, sort=False, as_index=False).agg(
        total=("application", "sum"), file=(FILE, "last"), line=(LINE, "last")
    )
    wrong = cells[cells["total"] > 1 + TOLERANCE]
    return [
        finding(
            "AS340",
            row["file"],
            "controls",
            int(row["line"]),
            "application",
            **{name: row[name] for name in CELL},
            total=f"{row['total']:g}",
        )
        for _, row in wrong.iterrows()
    ]


def check_technologies(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find technologies that are applied to, or measured on, an activity or sector that they are not for."""
    if "technologies" not in numbers:
        return []
    meant = {
        row["code"]: (row["sector"], row["activities"].split())
        for row in numbers["technologies"][["code", "sector", "activities"]].to_dict("records")
    }
    findings = []
    for table in ("controls", "factors"):
        for row in _placed(texts, numbers, table).to_dict("records"):
            technology = str(row["technology"])
            if not technology or (table == "factors" and not row["activity"]):
                continue
            sector, activities = meant[technology]
            if row["sector"] != sector or row["activity"] not in activities:
                allowed, found = f"{sector} {' '.join(activities)}", f"{row['sector']} {row['activity']}"
                place = (row[FILE], table, row[LINE], "technology")
                findings.append(finding("AS341", *place, technology=technology, allowed=allowed, found=found))
    return findings


def check_periods(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find periods of activities and controls that are no year or month, and curtailments without two months."""
    findings = []
    for table in ("activities", "controls"):
        if table in numbers:
            wrong = ~texts[table]["period"].str.fullmatch(YEAR_OR_MONTH)
            findings += each("AS342", texts[table], wrong, "period", table)
    rows = _placed(texts, numbers, "curtailments")
    for row in rows.to_dict("records"):
        first, _, last = str(row["period"]).partition("/")
        sound = len(first) == len(last) == len("YYYY-MM") and first <= last
        if not sound:
            place = (row[FILE], "curtailments", row[LINE], "period")
            findings.append(finding("AS347", *place, name=row["code"], value=row["period"]))
    return findings


def check_factors(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find factors in a unit that they cannot have, and two factors that serve one activity."""
    findings = []
    first: dict[tuple[str, ...], str] = {}
    for row in _placed(texts, numbers, "factors").to_dict("records"):
        place = (row[FILE], "factors", row[LINE])
        unit = find(row["unit"])
        found = unit.dimension if unit else "nothing known"
        expected = "ratio" if row["share_of"] else "emission per energy"
        if found != expected:
            findings.append(finding("AS343", *place, "unit", value=row["unit"], found=found, expected=expected))
        key = tuple(str(row[name]) for name in ("vector", "sector", "activity", "pollutant", "technology"))
        if row["activity"] and key in first:
            words = {"what": " ".join(word for word in key if word), "first": first[key], "second": row["fuel"]}
            findings.append(finding("AS344", *place, "activity", **words))
        first.setdefault(key, str(row["fuel"]))
    return findings


def check_ends(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find intervals whose ends are out of order."""
    names = {
        "factors": ("fuel", "pollutant"),
        "technology_effects": ("technology", "pollutant"),
        "efficiencies": ("sector", "activity"),
        "natural": ("place",),
        "error_terms": ("term",),
    }
    findings = []
    for table, words in names.items():
        for row in _placed(texts, numbers, table).to_dict("records"):
            ends = [row[end] for end in ("low", "value", "high") if np.isfinite(row[end])]
            if ends != sorted(ends):
                low, central, high = (
                    f"{row[end]:g}" if np.isfinite(row[end]) else "-" for end in ("low", "value", "high")
                )
                what = " ".join(str(row[word]) for word in words)
                place = (row[FILE], table, row[LINE], "low")
                findings.append(finding("AS345", *place, what=what, low=low, central=central, high=high))
    return findings


def check_counted_once(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find activities that are given for a year and its months, or as fuel and as electricity."""
    years: dict[tuple[str, ...], set[bool]] = {}
    forms: dict[tuple[str, ...], str] = {}
    findings = []
    for row in _placed(texts, numbers, "activities").to_dict("records"):
        cell = tuple(str(row[name]) for name in ("pathway", "region", "sector", "activity"))
        what, place = " ".join(word for word in cell if word), (row[FILE], "activities", row[LINE])
        year = str(row["period"])[:4]
        lengths = years.setdefault((*cell, year), set())
        monthly = len(str(row["period"])) > len(year)
        if (not monthly) in lengths and monthly not in lengths:
            findings.append(finding("AS346", *place, "period", what=what, year=year))
        lengths.add(monthly)
        if forms.setdefault(cell, row["form"]) != row["form"]:
            findings.append(finding("AS348", *place, "form", what=what))
    return findings


ACTIVITY = (check_shares, check_technologies, check_periods, check_factors, check_ends, check_counted_once)
