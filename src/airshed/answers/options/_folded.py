"""The measures of a plan as people read them: one row for every measure, with its regions folded into one cell."""

from __future__ import annotations

import pandas as pd

from airshed.answers.chapters.plan_told import BETWEEN
from airshed.answers.words import Words

PLACES = "places"
"""Column that says where a measure is applied."""
NAMED = 3
"""Regions that are named; more are counted."""
YES = "yes"


def folded(rows: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return one row for every measure, and year where there are several: what it costs and removes in all regions.

    rows : of `measures_of_plan`, columns region, measure, sector, removed (kt a year of pollutant), cost (million USD a
    year), flagged and source
    returns : columns measure, sector, places (how many regions, the three dearest by name), removed, pollutant, cost,
        flagged and source; the dearest first
    """
    keys = [name for name in ("year", "measure", "sector", "pollutant") if name in rows]
    if rows.empty:
        return rows
    ordered = rows.sort_values("cost", ascending=False, kind="stable")
    found = []
    for key, part in ordered.groupby(keys, sort=False):
        found.append(
            {
                **dict(zip(keys, key, strict=True)),
                PLACES: places_told(list(dict.fromkeys(part["region"])), words),
                "removed": float(part["removed"].sum(min_count=1)),
                "cost": float(part["cost"].sum()),
                "flagged": YES if (part["flagged"] == YES).any() else "no",
                "source": " ".join(dict.fromkeys(" ".join(part["source"]).split())),
            }
        )
    table = pd.DataFrame(found).sort_values("cost", ascending=False, kind="stable", ignore_index=True)
    return table.sort_values("year", kind="stable", ignore_index=True) if "year" in table else table


def places_told(codes: list[str], words: Words) -> str:
    """Return the names of regions; of many how many there are, and the first three."""
    between = BETWEEN.get(words.language, ", ")
    named = between.join(map(words.name, codes[:NAMED]))
    if len(codes) <= NAMED:
        return named
    return words.translate("{count} regions: {names} and others").format(count=len(codes), names=named)
