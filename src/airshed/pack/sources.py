"""The sources of a pack: what each is, on what terms its numbers may be passed on, and where they stand."""

from __future__ import annotations

import pandas as pd

from airshed.pack.pack import Pack
from airshed.pack.schema import tables


def source_table(pack: Pack) -> pd.DataFrame:
    """Return one row per source: key, title, publisher, year, address, licence, reuse, tables, rows, how_obtained.

    tables : names of the tables that use it, with a space between; rows : how many cells name it in all
    """
    sources = pack.table("sources").copy()
    places: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for name in pack.tables:
        if name == "sources":
            continue
        cited = pd.concat([pack.table(name)[column] for column in tables()[name].citing])
        for key, number in cited[cited != ""].value_counts().items():
            places.setdefault(str(key), []).append(name)
            counts[str(key)] = counts.get(str(key), 0) + int(number)
    sources["tables"] = [" ".join(places.get(key, [])) for key in sources["key"]]
    sources["rows"] = [counts.get(key, 0) for key in sources["key"]]
    order = ["key", "title", "publisher", "year", "address", "licence", "reuse", "tables", "rows", "how_obtained"]
    return sources[order]


def reuse_message(reuse: str) -> str:
    """Return the message that says a class of reuse; `attribution` alone is the message of a step of the assessment.

    >>> reuse_message("attribution")
    'attribution required'
    """
    return "attribution required" if reuse == "attribution" else reuse
