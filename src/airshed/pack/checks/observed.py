"""Checks of observations that no level can rest on: of no place, below the natural part, before the emissions."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from airshed.pack.checks.evidence import rows_of
from airshed.pack.descriptor import Descriptor
from airshed.pack.finding import Finding, finding

Frames = Mapping[str, pd.DataFrame]
ANNUAL = ("annual mean", "fiscal-year mean")


def check_observed(texts: Frames, numbers: Frames, descriptor: Descriptor) -> list[Finding]:
    """Find means of no place, and annual ones not above the natural part or from before the first emissions."""
    natural, first, above = _natural(numbers), _first_year(numbers, descriptor), _above(numbers)
    findings = []
    for row, file, line in rows_of(texts, numbers, "observations"):
        if row["coverage"] == "whole" and not row["place"]:
            named = {"name": str(row["place_name"]), "year": int(row["year"])}
            findings.append(finding("AS349", file, "observations", line, "place", **named))
        if row["coverage"] != "whole" or row["statistic"] not in ANNUAL or not row["place"]:
            continue
        place, year, value = str(row["place"]), int(row["year"]), float(row["value"])
        part = next((natural[code] for code in (place, *above.get(place, ())) if code in natural), None)
        words = {"place": place, "year": year}
        if part is not None and value <= part:
            numbered = {"value": f"{value:g}", "natural": f"{part:g}"}
            findings.append(finding("AS398", file, "observations", line, "value", **words, **numbered))
        if first is not None and year < first:
            findings.append(finding("AS399", file, "observations", line, "year", **words, first=first))
    return findings


def _natural(numbers: Frames) -> dict[str, float]:
    rows = numbers.get("natural")
    return {} if rows is None else dict(zip(rows["place"], rows["value"], strict=True))


def _above(numbers: Frames) -> dict[str, tuple[str, ...]]:
    """Return what every city and region lies in, the nearest first."""
    parent: dict[str, str] = dict(zip(numbers["regions"]["code"], numbers["regions"]["parent"], strict=True))
    found: dict[str, tuple[str, ...]] = {code: (whole,) for code, whole in parent.items() if whole}
    cities = numbers.get("receptors")
    if cities is not None:
        for code, region in zip(cities["code"], cities["region"], strict=True):
            found[code] = (region, parent.get(region, ""))
    return found


def _first_year(numbers: Frames, descriptor: Descriptor) -> int | None:
    """Return the first year of the baseline: that of its rule, else that of the inventory it begins with."""
    years = descriptor.baseline.get("years")
    if isinstance(years, list | tuple) and years:
        return int(years[0])
    rows = numbers.get("emissions")
    if rows is None or rows.empty:
        return None
    held = rows[rows["inventory"] == descriptor.baseline.get("history", rows["inventory"].iloc[0])]
    return int(held["year"].min()) if len(held) else None
