"""Checks of targets of policies: years in order, numbers that operators need, rules that can be followed, units."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from airshed.pack.checks.evidence import rows_of
from airshed.pack.finding import Finding, finding

Frames = Mapping[str, pd.DataFrame]
FROM_BASE = ("change", "add", "retire")
"""Operators that count from a base year."""
PERCENT = "percent"


def check_years(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find targets without the base year or number that they need, or with a base year that is not before theirs."""
    name, findings = "policy_targets", []
    for row, file, line in rows_of(texts, numbers, name):
        code, operator = str(row["code"]), str(row["operator"])
        dated = bool(row["target_year"])
        if operator != "do" and not math.isfinite(row["value"]):
            needed = "value"
        elif operator in FROM_BASE and dated and not row["base_year"] and row["series"]:
            needed = "base_year"
        else:
            needed = ""
        if needed:
            findings.append(finding("AS335", file, name, line, needed, target=code, operator=operator, needed=needed))
        elif row["base_year"] and dated and int(row["base_year"]) >= int(row["target_year"]):
            years = {"base": row["base_year"], "year": row["target_year"]}
            findings.append(finding("AS334", file, name, line, "base_year", target=code, **years))
    return findings


def check_rules(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find rules that lack what they need: a change in percent between two years, or an indicator to be a share of."""
    name, findings = "target_rules", []
    if not {name, "policy_targets"} <= set(numbers):
        return []
    targets = {str(row["code"]): row for row in numbers["policy_targets"].to_dict("records")}
    for row, file, line in rows_of(texts, numbers, name):
        code, rule = str(row["target"]), str(row["rule"])
        target = targets.get(code)
        if target is None:
            continue
        between = target["operator"] == "change" and target["unit"] == PERCENT
        if rule == "share" and not row["share_of"]:
            findings.append(finding("AS336", file, name, line, "share_of", target=code, rule=rule))
        elif rule == "change" and not (between and target["base_year"] and target["target_year"]):
            findings.append(finding("AS336", file, name, line, "rule", target=code, rule=rule))
    return findings


def check_units(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find observations in another unit than that of their indicator."""
    name, findings = "target_observations", []
    if not {name, "target_indicators"} <= set(numbers):
        return []
    units = dict(zip(numbers["target_indicators"]["code"], numbers["target_indicators"]["unit"], strict=True))
    for row, file, line in rows_of(texts, numbers, name):
        indicator = str(row["indicator"])
        wanted = units.get(indicator)
        if wanted is not None and row["unit"] != wanted:
            shown = {"unit": row["unit"] or "-", "wanted": wanted or "-"}
            findings.append(finding("AS337", file, name, line, "unit", indicator=indicator, **shown))
    return findings


POLICY_TARGETS = (check_years, check_rules, check_units)
