"""Checks of places and codes: how regions lie in each other, where cities lie, and that a code means one thing."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from airshed.pack.checks.columns import FILE, LINE
from airshed.pack.finding import Finding, finding

Frames = Mapping[str, pd.DataFrame]
Place = tuple[str, str, int, str]
"""Table, file, line and column of a code."""
NAMED = ("regions", "groups", "receptors", "sectors", "pollutants")
"""Tables whose codes stand in the same places of questions and answers."""
MEANS = (tuple((table, "code") for table in NAMED), (("measures", "code"), ("measures", "family")))
"""Columns whose codes must differ, set by set: one table of names serves the first, `applications` the second."""
RESERVED = {
    "total": "emissions",
    "all": "emissions",
    "natural": "attribution",
    "unexplained": "attribution",
    "unsplit": "emissions",
    "other": "transport compare",
}
"""Words that stand beside codes in answers, with a command that answers so."""
SECTORS = ("total", "unsplit", "other")
"""Those of them that are codes of sectors too."""
PROVINCE = "province"
"""Level of a part of a nation."""
BASELINE = "baseline"
"""What the inventories are made into: none of them may have its name."""


def check_nesting(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find regions that are their own ancestor or lie deeper than in a nation, and cities in a nation with parts."""
    regions = texts["regions"]
    parents = dict(zip(regions["code"], regions["parent"], strict=True))
    has_parts = bool(((regions["parent"] != "") & (regions["level"] == PROVINCE)).any())
    findings = []
    columns = ("code", "parent", "level", FILE, LINE)
    for code, parent, level, file, line in zip(*(regions[name] for name in columns), strict=True):
        if has_parts and not parent and level == PROVINCE:
            told = {"region": code, "level": level}
            findings.append(finding("AS309", file, "regions", int(line), "parent", **told))
        if code in _above(code, parents):
            findings.append(finding("AS305", file, "regions", int(line), "parent", region=code))
        elif parents.get(parent):
            above = {"region": code, "parent": parent, "nation": parents[parent]}
            findings.append(finding("AS380", file, "regions", int(line), "parent", **above))
    cities = texts.get("receptors", pd.DataFrame(columns=["code", "region", FILE, LINE]))
    wholes = set(parents.values())
    for code, region, file, line in zip(*(cities[name] for name in ("code", "region", FILE, LINE)), strict=True):
        if region in wholes:
            findings.append(finding("AS381", file, "receptors", int(line), "region", city=code, region=region))
    return findings


def check_built_up(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find urban areas of which nothing says where they are: neither cities nor with a region and a point."""
    rows = texts.get("built_up_areas")
    if rows is None:
        return []
    cities = set(texts["receptors"]["code"]) if "receptors" in texts else set()
    where = ("region", "latitude", "longitude")
    findings = []
    for row in rows.to_dict("records"):
        empty = [name for name in where if not row.get(name)]
        if row["city"] not in cities and empty:
            findings.append(
                finding(
                    "AS397", row[FILE], "built_up_areas", int(row[LINE]), "city", city=row["city"], lacking=empty[0]
                )
            )
    return findings


def _above(code: str, parents: Mapping[str, str]) -> list[str]:
    """Return the ancestors of a region, each once."""
    above: list[str] = []
    parent = parents[code]
    while parent and parent not in above:
        above.append(parent)
        parent = parents.get(parent, "")
    return above


def check_meanings(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find codes that mean two things, letter case aside, and codes that are a word of the answers."""
    findings = []
    for columns in MEANS:
        first: dict[str, tuple[str, Place]] = {}
        for table, column in columns:
            for code, place in _codes(texts, table, column):
                folded = code.casefold()
                if folded in RESERVED and not (table == "sectors" and folded in SECTORS):
                    findings.append(_double(code, place, folded, f"airshed {RESERVED[folded]}"))
                other, (held, held_file, held_line, _) = first.setdefault(folded, (code, place))
                if other != code or held != table:
                    findings.append(_double(code, place, other, f"{held} ({held_file}:{held_line})"))
    named = [held for held in _codes(texts, "emissions", "inventory") if held[0].casefold() == BASELINE]
    return findings + [_double(code, place, BASELINE, "airshed emissions") for code, place in named[:1]]


def _codes(texts: Frames, table: str, column: str) -> list[tuple[str, Place]]:
    if table not in texts:
        return []
    rows = texts[table]
    return [
        (str(code), (table, str(file), int(line), column))
        for code, file, line in zip(rows[column], rows[FILE], rows[LINE], strict=True)
        if code
    ]


def _double(code: str, place: Place, other: str, where: str) -> Finding:
    table, file, line, column = place
    return finding("AS382", file, table, line, column, name=code, other=other, where=where)


PLACES = (check_nesting, check_built_up, check_meanings)
