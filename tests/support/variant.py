"""Copies of the small airshed with some of its tables changed."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import airshed
from airshed.pack.pack import Pack
from support.small import rows_of, write_small_pack, write_table

Rows = dict[str, list[dict[str, object]]]


def third_nation(rows: Rows, bound: float | None = 1.0) -> None:
    """Add nation CCC of one block, whose effect on the others is that of BBB; a study bounds what it gives to AAA."""
    rows["regions"].append(
        {
            "code": "CCC",
            "name_en": "Cland",
            "level": "country",
            "latitude": 8.0,
            "longitude": 15.0,
            "tile_row": 5,
            "tile_column": 5,
        }
    )
    rows["areas"].append({"region": "CCC", "measure": "official", "value": 50000, "unit": "km2"})
    rows["groups"].append({"code": "BLOCK_C", "name_en": "BLOCK_C", "kind": "model"})
    rows["group_members"].append({"group": "BLOCK_C", "region": "CCC"})
    for table, key in (("populations", "region"), ("ages", "region"), ("mortality", "region"), ("emissions", "region")):
        rows[table] += [{**row, key: "CCC"} for row in rows[table] if row[key] == "BBB"]
    links = rows["source_receptor"]
    outward = [{**row, "source_block": "BLOCK_C"} for row in links if row["source_block"] == "BLOCK_B"]
    inward = [{**row, "receptor_block": "BLOCK_C"} for row in links if row["receptor_block"] == "BLOCK_B"]
    own = [{**row, "receptor_block": "BLOCK_C"} for row in outward if row["receptor_block"] == "BLOCK_B"]
    links += [*outward, *inward, *own]
    base = rows["source_receptor_base"]
    base += [{**row, "block": "BLOCK_C"} for row in base if row["block"] == "BLOCK_B"]
    if bound is not None:
        first = rows["published_contributions"][0]
        rows["published_contributions"].append({**first, "source_region": "CCC", "central": bound})


def small_variant(
    folder: Path, change: Callable[[Rows], object] | None = None, descriptor: dict[str, object] | None = None
) -> Path:
    """Write the small airshed into a new folder after a change of its rows and of its descriptor."""
    write_small_pack(folder)
    rows = rows_of()
    if change is not None:
        change(rows)
    for name, held in rows.items():
        write_table(folder / "tables" / f"{name.replace('_', '-')}.csv", name, held)
    path = folder / "datapackage.json"
    full = {**json.loads(path.read_text(encoding="utf-8")), **(descriptor or {})}
    path.write_text(json.dumps(full, indent=1), encoding="utf-8")
    return folder


def opened_variant(
    folder: Path, change: Callable[[Rows], object] | None = None, descriptor: dict[str, object] | None = None
) -> Pack:
    """Open such a copy."""
    return airshed.open_pack(small_variant(folder, change, descriptor))


def with_tables(pack: Pack, **frames: pd.DataFrame) -> Pack:
    """Return the same pack with other tables, nothing derived yet."""
    return Pack(pack.path, pack.descriptor, {**pack._frames, **frames}, pack.findings)
