"""Checks of the names of targets: one name for one level, of annual PM2.5, and no word that means another target."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from airshed.pack.checks.evidence import rows_of
from airshed.pack.finding import Finding, finding

Frames = Mapping[str, pd.DataFrame]
NAME = re.compile(r"(?!national$)[a-z][a-z0-9-]*")
"""Of a target: no number, no file, no share of a gap, and not the word for each nation's own standard."""


def check_targets(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find names of targets that stand at a level of something else, mean another target, or are given twice."""
    findings: list[Finding] = []
    seen: set[str] = set()
    if "standards" not in numbers or "target" not in numbers["standards"]:
        return findings
    for row, file, line in rows_of(texts, numbers, "standards"):
        name = str(row["target"])
        if not name:
            continue
        annual = (row["pollutant"], row["averaging"]) == ("PM2.5", "annual")
        if not annual or NAME.fullmatch(name) is None:
            findings.append(finding("AS332", file, "standards", line, "target", target=name))
        elif name in seen:
            findings.append(finding("AS333", file, "standards", line, "target", target=name))
        seen.add(name)
    return findings


TARGETS = (check_targets,)
