"""Checks of the places that a relation is drawn over: they have coordinates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from airshed.pack.checks.columns import FILE, LINE
from airshed.pack.checks.parts import RELATION
from airshed.pack.descriptor import Descriptor
from airshed.pack.finding import Finding, finding

Frames = Mapping[str, pd.DataFrame]
NAME = "source_receptor"
POINT = ["latitude", "longitude"]


def check_relation(texts: Frames, numbers: Frames, descriptor: Descriptor) -> list[Finding]:
    """Find regions without the coordinates that the distances of the relation need."""
    if NAME not in numbers:
        return []
    chosen = (numbers[NAME]["relation"] == descriptor.transport.get("relation", RELATION)).to_numpy()
    return _coordinates(texts, numbers, numbers[NAME][chosen])


def _coordinates(texts: Frames, numbers: Frames, rows: pd.DataFrame) -> list[Finding]:
    """Find regions without coordinates in receptor blocks, and in source blocks of which others have coordinates.

    A source block without any, such as shipping, gives evenly; inside a receptor block distances are needed, but from
    such a block.
    """
    regions = numbers["regions"]
    placed = {str(code) for code in regions.loc[regions[POINT].notna().all(axis=1), "code"]}
    cities = numbers.get("receptors", pd.DataFrame(columns=["region", "inside"]))
    placed |= {str(code) for code in cities.loc[cities["inside"] == "yes", "region"]}
    wanted: dict[str, str] = {}
    far = [block for block, codes in _blocks(numbers, rows["source_block"]) if placed & set(codes)]
    for block, codes in _blocks(numbers, rows["receptor_block"]):
        wanted |= {code: block for code in codes if far}
    for block, codes in _blocks(numbers, rows["source_block"]):
        wanted |= {code: block for code in codes if block in far}
    findings = []
    places = texts["regions"]
    for code, block in wanted.items():
        if code not in placed:
            row = places[places["code"] == code].iloc[0]
            column = next((name for name in POINT if not row[name]), POINT[0])
            words = {"region": code, "block": block}
            findings.append(finding("AS391", str(row[FILE]), "regions", int(row[LINE]), column, **words))
    return findings


def _blocks(numbers: Frames, blocks: pd.Series) -> Iterator[tuple[str, list[str]]]:
    """Go through blocks with the regions without parts that lie in each."""
    regions = numbers["regions"]
    parts = {str(code): list(held["code"]) for code, held in regions.groupby("parent") if code}
    members = numbers.get("group_members", pd.DataFrame({"group": [], "region": []}))
    for block in dict.fromkeys(blocks):
        named = list(members.loc[members["group"] == block, "region"]) or [block]
        codes = [code for member in named for code in parts.get(member, [member])]
        yield str(block), [code for code in codes if code in set(regions["code"])]
