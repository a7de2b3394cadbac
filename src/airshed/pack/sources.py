"""The sources of a pack: what each is, on what terms its numbers may be passed on, and where they stand."""

from __future__ import annotations

import pandas as pd

from airshed.pack.cited import cited
from airshed.pack.pack import Pack


def source_table(pack: Pack) -> pd.DataFrame:
    """Return one row per source: key, title, publisher, year, address, licence, reuse, tables, rows, how_obtained.

    tables : names of the tables that use it, with a space between; rows : how many cells name it, with remarks
    """
    sources = pack.table("sources").copy()
    keys = set(sources["key"])
    places: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for name in pack.tables:
        if name == "sources":
            continue
        for key, number in cited(pack.table(name), name, keys).items():
            places.setdefault(key, []).append(name)
            counts[key] = counts.get(key, 0) + number
    sources["tables"] = [" ".join(places.get(key, [])) for key in sources["key"]]
    sources["rows"] = [counts.get(key, 0) for key in sources["key"]]
    order = ["key", "title", "publisher", "year", "address", "licence", "reuse", "tables", "rows", "how_obtained"]
    return sources[order]


def titles(pack: Pack, language: str) -> dict[str, str]:
    """Return the titles of the sources by key: in a language where the pack has that, with the original behind it."""

    def made(pack: Pack) -> dict[str, str]:
        rows = pack.table("sources")
        said = rows.get(f"title_{language}", rows["title"])
        pairs = zip(rows["key"], said, rows["title"], strict=True)
        return {key: f"{own} – {title}" if own and own != title else title for key, own, title in pairs}

    return pack.derive(f"titles of sources {language}", made, pinned=True)


def reuse_message(reuse: str) -> str:
    """Return the message that says a class of reuse; `attribution` alone is the message of a step of the assessment.

    >>> reuse_message("attribution")
    'attribution required'
    """
    return "attribution required" if reuse == "attribution" else reuse
