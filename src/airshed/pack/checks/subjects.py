"""Checks of what measures work on: subjects of their own sector, shares in order, and no ships without a coast."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from airshed.pack.checks.evidence import Row, rows_of
from airshed.pack.finding import Finding, finding

Frames = Mapping[str, pd.DataFrame]
ROUNDING = 1e-3
"""Shares are printed with a few digits: their sum may pass 1 by so much."""


def check_subject_shares(texts: Frames, numbers: Frames) -> list[Finding]:
    """Check that shares lie in order between 0 and 1, and that the least of a sector do not add to more than 1."""
    name = "subject_shares"
    findings = []
    sectors = _sectors(numbers)
    sums: dict[tuple[str, str, str, str], float] = {}
    for row, file, line in rows_of(texts, numbers, name):
        low, share, high = (row[column] for column in ("low", "share", "high"))
        known = [end for end in (low, share, high) if not np.isnan(end)]
        if known != sorted(known) or any(not 0 <= end <= 1 for end in known):
            shown = ", ".join("-" if np.isnan(end) else f"{end:g}" for end in (low, share, high))
            what = {"subject": row["subject"], "pollutant": row["pollutant"], "region": row["region"]}
            findings.append(finding("AS363", file, name, line, "share", shown=shown, **what))
            continue
        sector = sectors.get(str(row["subject"]), "")
        key = (sector, str(row["region"]), str(row["pollutant"]), str(row["year"]))
        before = sums.get(key, 0.0)
        sums[key] = before + _least(row)
        if sums[key] > 1 + ROUNDING >= before:
            what = {"sector": sector, "region": key[1], "pollutant": key[2], "year": key[3]}
            findings.append(finding("AS364", file, name, line, "low", total=f"{sums[key]:g}", **what))
    return findings


def _least(row: Row) -> float:
    """Return the least that a row says: its low end, else its share, else nothing."""
    ends = [float(row[column]) for column in ("low", "share") if not np.isnan(row[column])]
    return ends[0] if ends else 0.0


def check_subject_sectors(texts: Frames, numbers: Frames) -> list[Finding]:
    """Check that every measure works on subjects of its own sector."""
    if "measures" not in numbers:
        return []
    own = dict(zip(numbers["measures"]["code"], numbers["measures"]["sector"], strict=True))
    sectors = _sectors(numbers)
    findings = []
    for row, file, line in rows_of(texts, numbers, "measure_subjects"):
        sector, other = own.get(row["measure"], ""), sectors.get(str(row["subject"]), "")
        if sector and other and sector != other:
            what = {"measure": row["measure"], "sector": sector, "subject": row["subject"], "other": other}
            findings.append(finding("AS365", file, "measure_subjects", line, "subject", **what))
    return findings


def check_coasts(texts: Frames, numbers: Frames) -> list[Finding]:
    """Check that no subject of the sea has a share in a region without a coast."""
    if "subjects" not in numbers or "coasts" not in numbers:
        return []
    subjects, coasts = numbers["subjects"], numbers["coasts"]
    at_sea = set(subjects.loc[subjects["coast"] == "yes", "code"])
    inland = set(coasts.loc[coasts["coast"] == "no", "region"])
    findings = []
    for row, file, line in rows_of(texts, numbers, "subject_shares"):
        most = max((float(row[column]) for column in ("high", "share") if not np.isnan(row[column])), default=1.0)
        if row["subject"] in at_sea and row["region"] in inland and most > 0:
            what = {"subject": row["subject"], "region": row["region"]}
            findings.append(finding("AS366", file, "subject_shares", line, "region", **what))
    return findings


def _sectors(numbers: Frames) -> dict[str, str]:
    """Return the sector of every subject."""
    rows = numbers.get("subjects", pd.DataFrame({"code": [], "sector": []}))
    return {str(code): str(sector) for code, sector in zip(rows["code"], rows["sector"], strict=True)}


def subjects_of(numbers: Frames) -> dict[str, set[str]]:
    """Return the subjects of every measure that has any."""
    links = numbers.get("measure_subjects", pd.DataFrame({"measure": [], "subject": []}))
    of: dict[str, set[str]] = {}
    for measure, subject in zip(links["measure"], links["subject"], strict=True):
        of.setdefault(str(measure), set()).add(str(subject))
    return of


def touch(one: set[str] | None, other: set[str] | None) -> bool:
    """Say whether two measures work on a common subject; one without subjects works on its whole sector."""
    return one is None or other is None or bool(one & other)


def exclusive(numbers: Frames) -> dict[str, str]:
    """Return the exclusive group of every measure and family: its group, and the subjects that it shares with others.

    Measures of a group on subjects that do not touch are of different ones.
    """
    rows = numbers.get("measures", pd.DataFrame({"code": [], "group": [], "family": []}))
    of = subjects_of(numbers)
    sets: dict[str, list[set[str]]] = {}
    for code, group in zip(rows["code"], rows["group"], strict=True):
        held = sets.setdefault(str(group), [])
        found = of.get(str(code), {""})
        touching = [item for item in held if item & found]
        sets[str(group)] = [*(item for item in held if not item & found), found.union(*touching)]
    names: dict[str, str] = {}
    for code, group, family in zip(rows["code"], rows["group"], rows["family"], strict=True):
        held = sets[str(group)]
        whole = len(held) == 1 or any("" in item for item in held)
        mine = next(item for item in held if item & of.get(str(code), {""}))
        names[str(code)] = str(group) if whole else f"{group} {'+'.join(sorted(mine))}"
        if family:
            names.setdefault(str(family), names[str(code)])
    return names


def check_replacements(texts: Frames, numbers: Frames) -> list[Finding]:
    """Check that replacements are of one group and subject, go one way, and save a share in order."""
    name = "supersedes"
    if name not in numbers or "measures" not in numbers:
        return []
    groups = dict(zip(numbers["measures"]["code"], numbers["measures"]["group"], strict=True))
    of = subjects_of(numbers)
    follows: dict[str, set[str]] = {}
    findings = []
    for row, file, line in rows_of(texts, numbers, name):
        new, old = str(row["measure"]), str(row["replaces"])
        who = {"measure": new, "replaces": old}
        ends = [float(row[column]) for column in ("low", "saved", "high") if not np.isnan(row[column])]
        if ends != sorted(ends):
            shown = ", ".join(f"{end:g}" for end in ends)
            findings.append(finding("AS369", file, name, line, "saved", shown=shown, **who))
        if new not in groups or old not in groups:
            continue
        if groups[new] != groups[old] or of.get(new) != of.get(old):
            findings.append(finding("AS367", file, name, line, "replaces", **who))
        if new == old or new in _all(follows, old):
            findings.append(finding("AS368", file, name, line, "replaces", **who))
        follows.setdefault(new, set()).add(old)
    return findings


def _all(follows: Mapping[str, set[str]], code: str) -> set[str]:
    """Return what a measure replaces, directly or by others."""
    found: set[str] = set()
    waiting = [code]
    while waiting:
        more = follows.get(waiting.pop(), set()) - found
        found |= more
        waiting += sorted(more)
    return found


SUBJECTS = (check_subject_shares, check_subject_sectors, check_coasts, check_replacements)
