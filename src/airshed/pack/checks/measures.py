"""Checks of control measures: shares, costs with their unit and prices, applications, and groups that exclude."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from airshed.pack.checks.columns import FILE, LINE
from airshed.pack.checks.evidence import Row, rows_of
from airshed.pack.checks.subjects import SUBJECTS, exclusive, subjects_of, touch
from airshed.pack.finding import Finding, finding

Frames = Mapping[str, pd.DataFrame]
SHARES = {
    "measures": ("applicability_low", "applicability_high"),
    "measure_effects": ("exposure_factor",),
    "applications": ("current_low", "current_high", "maximum_low", "maximum_high"),
}
ROUNDING = 1e-9


def check_shares(texts: Frames, numbers: Frames) -> list[Finding]:
    """Check that nothing removes more than there is, and that shares lie between 0 and 1."""
    findings = []
    for row, file, line in rows_of(texts, numbers, "measure_effects"):
        for column in ("removal_efficiency", "low", "high"):
            if row[column] > 1:
                what = {"measure": row["measure"], "pollutant": row["pollutant"], "value": f"{row[column]:g}"}
                findings.append(finding("AS350", file, "measure_effects", line, column, **what))
    for table, columns in SHARES.items():
        for row, file, line in rows_of(texts, numbers, table):
            for column in columns:
                if not np.isnan(row[column]) and not 0 <= row[column] <= 1:
                    measure = row["code"] if table == "measures" else row["measure"]
                    value = f"{row[column]:g}"
                    findings.append(finding("AS351", file, table, line, column, measure=measure, value=value))
    return findings


def check_applications(texts: Frames, numbers: Frames) -> list[Finding]:
    """Check that applications are in order and that the measures of one group leave room for each other."""
    name = "applications"
    findings = []
    measures = numbers.get("measures", pd.DataFrame({"code": [], "group": [], "family": []}))
    groups, whole = exclusive(numbers), set(measures["group"])
    families = dict(zip(measures["code"], measures["family"], strict=True))
    held: dict[tuple[str, str, str], list[Row]] = {}
    for row, file, line in rows_of(texts, numbers, name):
        current_low, current_high = (row[f"current_{end}"] for end in ("low", "high"))
        maximum_low, maximum_high = (row[f"maximum_{end}"] for end in ("low", "high"))
        if current_low > current_high or maximum_low > maximum_high or current_high > maximum_high:
            shown = {"current": f"{current_low:g}-{current_high:g}", "maximum": f"{maximum_low:g}-{maximum_high:g}"}
            where = {"measure": row["measure"], "region": row["region"]}
            findings.append(finding("AS352", file, name, line, "current_high", **where, **shown))
        key = (str(groups.get(row["measure"], row["measure"])), str(row["region"]), str(row["year"]))
        if row["measure"] in whole:
            continue
        before = _least(held.get(key, []), families)
        held.setdefault(key, []).append(row)
        total = _least(held[key], families)
        if total > 1 + ROUNDING >= before:
            group, region, year = key
            what = {"group": group, "region": region, "year": year, "total": f"{total:g}"}
            findings.append(finding("AS353", file, name, line, "current_low", **what))
    return findings


def _least(rows: list[Row], families: Mapping[str, str]) -> float:
    """Return the least share that rows of one group, region and year add to: a family holds its measures."""
    totals: dict[str, float] = {}
    own: dict[str, float] = {}
    for row in rows:
        family = families.get(row["measure"], "")
        share = 0.0 if np.isnan(row["current_low"]) else float(row["current_low"])
        if row["measure"] in families:
            own[family or str(row["measure"])] = own.get(family or str(row["measure"]), 0.0) + share
        else:
            totals[str(row["measure"])] = share
    return sum(max(totals.get(code, 0.0), own.get(code, 0.0)) for code in {**totals, **own})


def check_families(texts: Frames, numbers: Frames) -> list[Finding]:
    """Check that families are no measures, lie in one group and are applied as much as their measures."""
    if "measures" not in numbers:
        return []
    measures = numbers["measures"]
    families = dict(zip(measures["code"], measures["family"], strict=True))
    findings = []
    groups: dict[str, str] = {}
    for row, file, line in rows_of(texts, numbers, "measures"):
        family = str(row["family"])
        if family in families:
            findings.append(finding("AS361", file, "measures", line, "family", family=family))
        other = groups.setdefault(family, str(row["group"])) if family else row["group"]
        if other != row["group"]:
            what = {"family": family, "group": other, "other": row["group"]}
            findings.append(finding("AS362", file, "measures", line, "family", **what))
    least: dict[tuple[str, str, str], float] = {}
    for row, _, _ in rows_of(texts, numbers, "applications"):
        key = (families.get(row["measure"], ""), str(row["region"]), str(row["year"]))
        least[key] = least.get(key, 0.0) + (0.0 if np.isnan(row["current_low"]) else float(row["current_low"]))
    for row, file, line in rows_of(texts, numbers, "applications"):
        total = least.get((str(row["measure"]), str(row["region"]), str(row["year"])), 0.0)
        if row["measure"] not in families and total > row["current_high"] + ROUNDING:
            what = {"family": row["measure"], "region": row["region"], "year": row["year"]}
            ends = {"total": f"{total:g}", "value": f"{row['current_high']:g}"}
            findings.append(finding("AS360", file, "applications", line, "current_high", **what, **ends))
    return findings


def check_costs(texts: Frames, numbers: Frames) -> list[Finding]:
    """Check that costs are complete, positive unless they are savings, and of one currency and order of years."""
    name = "measure_costs"
    findings = []
    anchors: dict[str, tuple[int, str, int]] = {}
    for row, file, line in rows_of(texts, numbers, name):
        measure = str(row["measure"])
        count, *_ = anchors.get(measure, (0, "", 0))
        anchors[measure] = (count + (row["anchor"] == "yes"), file, line)
        lacking = _lacking(row)
        if lacking:
            findings.append(finding("AS355", file, name, line, lacking, measure=measure, needed=lacking))
        negative = [row[column] for column in ("value", "low", "high") if row[column] < 0]
        if negative and row["saving"] != "yes":
            findings.append(finding("AS354", file, name, line, "value", measure=measure, value=f"{negative[0]:g}"))
        if row["unit"] != f"{row['currency']}/t":
            what = {"unit": row["unit"], "currency": row["currency"]}
            findings.append(finding("AS356", file, name, line, "unit", measure=measure, **what))
        first, last = str(row["price_year"]), str(row["price_year_to"])
        if last and (not first or last < first):
            what = {"price_year": first or "-", "price_year_to": last}
            findings.append(finding("AS357", file, name, line, "price_year_to", measure=measure, **what))
    for measure, (count, file, line) in anchors.items():
        if count != 1:
            findings.append(finding("AS359", file, name, line, "anchor", measure=measure, count=count))
    return findings


def _lacking(row: Row) -> str:
    """Return the first column that a cost lacks for its form, or nothing."""
    if row["form"] == "investment":
        return next((column for column in ("investment", "lifetime") if not row[column] > 0), "")
    ends = [row["low"], row["high"]]
    return "value" if np.isnan(row["value"]) and np.isnan(ends).any() else ""


def check_groups(texts: Frames, numbers: Frames) -> list[Finding]:
    """Check that measures that act on the same pollutant of one sector, and of one subject, are in one group.

    One that takes its subject out of use counts for what devices leave, so that both may act on it.
    """
    if "measures" not in numbers or "measure_effects" not in numbers:
        return []
    effects = numbers["measure_effects"].dropna(subset=["removal_efficiency"])
    known = numbers["measures"][["code", "sector", "group", "kind"]]
    held = effects.merge(known, left_on="measure", right_on="code")
    substitutes = set(known.loc[known["kind"] == "substitution", "code"])
    rows = texts["measures"]
    places = {code: (file, line) for code, file, line in zip(rows["code"], rows[FILE], rows[LINE], strict=True)}
    findings = []
    of = subjects_of(numbers)
    for (sector, pollutant), acting in held.groupby(["sector", "pollutant"], sort=False):
        told: set[tuple[str, str]] = set()
        pairs = list(acting[["measure", "group"]].drop_duplicates().itertuples(index=False))
        for (measure, group), (other, other_group) in combinations(pairs, 2):
            if group == other_group or (group, other_group) in told or not touch(of.get(measure), of.get(other)):
                continue
            if (measure in substitutes) != (other in substitutes):
                continue
            told.add((group, other_group))
            file, line = places[other]
            who = {"measure": measure, "other": other, "group": group, "other_group": other_group}
            where = {"sector": sector, "pollutant": pollutant}
            findings.append(finding("AS358", str(file), "measures", int(line), "group", **who, **where))
    return findings


MEASURES = (check_shares, check_applications, check_families, check_costs, check_groups, *SUBJECTS)
