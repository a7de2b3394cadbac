"""Checks of the claims: their expressions can be read, name one row where one is meant, and say what is missing."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from airshed.pack.checks.columns import FILE, LINE
from airshed.pack.expressions import ExpressionError, modelled, parse, references
from airshed.pack.finding import Finding, finding
from airshed.pack.schema import tables
from airshed.pack.selection import Selection

Frames = Mapping[str, pd.DataFrame]


def check_claims(texts: Frames, frames: Frames) -> list[Finding]:
    """Find claims that could not be recomputed as they stand.

    texts : the tables as text with the file and line of every row; frames : the same rows, typed
    """
    if "claims" not in texts:
        return []
    selection = Selection(lambda name: frames[name] if name in frames else _empty(name))
    places = {code for name in ("regions", "groups", "receptors") if name in texts for code in texts[name]["code"]}
    findings = []
    for row in texts["claims"].to_dict("records"):
        file, line = str(row[FILE]), int(row[LINE])
        for code, column, values in _wrong(str(row["expression"]), selection, places):
            findings.append(finding(code, file, "claims", line, column, **values))
        if not row["expression"] and not row["missing"]:
            findings.append(finding("AS327", file, "claims", line, "expression", id=row["id"]))
        if (row["comparison"] == "about") != bool(row["tolerance"]):
            findings.append(finding("AS328", file, "claims", line, "tolerance", comparison=row["comparison"]))
    return findings


def _empty(name: str) -> pd.DataFrame:
    return pd.DataFrame({column.column: pd.Series(dtype="str") for column in tables()[name].columns})


def _wrong(expression: str, selection: Selection, places: set[str]) -> list[tuple[str, str, dict[str, object]]]:
    """Return the code, column and values of every finding on an expression."""
    if not expression:
        return []
    try:
        node = parse(expression)
    except ExpressionError as why:
        return [(why.code, "expression", dict(why.values))]
    wrong: list[tuple[str, str, dict[str, object]]] = [
        ("AS326", "expression", {"reference": reference.text(), "count": len(found)})
        for reference in references(node)
        if reference.use == "one" and len(found := selection.find(reference).rows) > 1
    ]
    wrong += [("AS330", "expression", {"place": part.place}) for part in modelled(node) if part.place not in places]
    return wrong
