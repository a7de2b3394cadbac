#!/usr/bin/env python3
"""Writes DATA-LICENSES.txt, the terms of the data in the package, from the table of sources.

python tools/data_licences.py            write the file
python tools/data_licences.py --print    print it
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "airshed" / "packs" / "northeast_asia" / "tables" / "sources.csv"
TARGET = ROOT / "DATA-LICENSES.txt"
HEAD = """LicenseRef-airshed-data: terms of the data in this package

The licence Apache-2.0 (LICENSE) is that of the code. It does not speak for the data of the built-in pack
(airshed/packs/northeast_asia), which come from the sources below. Each has its own terms, as far as they were found;
where none were found, whoever passes the numbers on has to ask the publisher. `airshed sources` prints the same table.
"""
CLASSES = {
    "non-commercial": "For non-commercial use only",
    "not-stated": "No terms were found",
    "attribution": "Attribution required",
    "open": "Open",
}


def text() -> str:
    """Return the terms, the strictest first."""
    with SOURCES.open(encoding="utf-8", newline="") as handle:
        rows = sorted(csv.DictReader(handle), key=lambda row: row["key"])
    parts = [HEAD]
    for reuse, title in CLASSES.items():
        held = [row for row in rows if row["reuse"] == reuse]
        parts.append(f"\n{title}: {len(held)} of {len(rows)} sources\n\n")
        parts += [f"- {row['key']}: {row['title']}. {row['publisher']}. Terms: {row['licence']}\n" for row in held]
    return "".join(parts)


if __name__ == "__main__":
    if sys.argv[1:] == ["--print"]:
        print(text(), end="")
    else:
        TARGET.write_text(text(), encoding="utf-8")
