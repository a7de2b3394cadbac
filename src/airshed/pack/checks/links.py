"""Checks of rows that must stand beside each other: the links of a relation, and the causes of responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from airshed.pack.ages import MORTALITY_CAUSE
from airshed.pack.checks.columns import FILE, LINE, each
from airshed.pack.checks.files import shortened
from airshed.pack.finding import Finding, finding
from airshed.pack.words import vocabularies

Frames = Mapping[str, pd.DataFrame]
LINKS, BASE = "source_receptor", "source_receptor_base"
CONCENTRATION = "base_concentration"
RESPONSES = ("responses_gemm", "responses_ier", "response_curves", "responses_loglinear")

ECONOMIES = (("economy", "code"), ("measure_costs", "region"), ("standards", "scope"))
"""Columns that may name an economy outside the pack."""
NATION = "[A-Z]{3}"
"""Codes of nations by ISO 3166-1 alpha-3."""


def check_links(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find pairs of blocks that lack a link, or blocks that lack a base, which the relation has of others."""
    findings: list[Finding] = []
    rows = texts.get(LINKS, pd.DataFrame())
    for relation in rows["relation"].unique() if len(rows) else ():
        mine = rows[rows["relation"] == relation]
        file, line = str(mine[FILE].iloc[0]), int(mine[LINE].iloc[0])
        items = [
            finding("AS390", file, LINKS, line, "relation", relation=relation, what=what) for what in _unlinked(mine)
        ]
        findings += shortened(items, file, LINKS, "relation")
        base = texts.get(BASE, pd.DataFrame())
        if len(base):
            findings += _without_base(
                base[base["relation"] == relation], relation, list(mine["receptor_block"].unique())
            )
    return findings


def _unlinked(rows: pd.DataFrame) -> Iterator[str]:
    """Name the links that some pairs of blocks have and others lack."""
    pairs = [(source, target) for source in rows["source_block"].unique() for target in rows["receptor_block"].unique()]
    for (precursor, species), held in rows.groupby(["precursor", "species"], sort=False):
        known = set(zip(held["source_block"], held["receptor_block"], strict=True))
        for source, target in pairs:
            if (source, target) not in known:
                yield f"{precursor} > {species}, {source} > {target}"


def _without_base(rows: pd.DataFrame, relation: str, blocks: list[str]) -> list[Finding]:
    """Find blocks without a base concentration of which others have one."""
    rows = rows[rows["quantity"] == CONCENTRATION]
    findings = []
    for item, held in rows.groupby("item", sort=False):
        file, line, known = str(held[FILE].iloc[0]), int(held[LINE].iloc[0]), set(held["block"])
        findings += [
            finding("AS390", file, BASE, line, "relation", relation=relation, what=f"{CONCENTRATION} {item}, {block}")
            for block in blocks
            if block not in known
        ]
    return findings


def check_causes(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find causes of responses of which nobody dies in the table of mortality."""
    if not len(texts.get("mortality", ())):
        return []
    deadly = set(texts["mortality"]["cause"])
    findings = []
    for table in RESPONSES:
        rows = texts.get(table, pd.DataFrame({"cause": []}))
        for cause in dict.fromkeys(rows["cause"]):
            if not {cause, MORTALITY_CAUSE.get(cause, cause)} & deadly:
                row = rows[rows["cause"] == cause].iloc[0]
                findings.append(finding("AS396", str(row[FILE]), table, int(row[LINE]), "cause", cause=cause))
    return findings


def check_economies(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find codes that are neither a place of the pack nor the code of a nation or economy elsewhere."""
    places = {code for table in ("regions", "groups") for code in texts.get(table, {"code": ()})["code"]}
    known = places | set(vocabularies()["code"].known)
    findings = []
    for table, column in ECONOMIES:
        if table in texts:
            rows = texts[table]
            wrong = (rows[column] != "") & ~rows[column].isin(known) & ~rows[column].str.fullmatch(NATION)
            findings += each("AS393", rows, wrong, column, table)
    return findings


CHECKS = (check_links, check_causes, check_economies)
