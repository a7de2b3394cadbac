"""What the deaths of an assessment are worth, by region, nation and group, as records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.assessment import Assessment
from airshed.assessment.chain.economy import known_products
from airshed.assessment.lives.health import NO_DEATHS, people_of
from airshed.impacts.valuation import NOTES as LIFE_NOTES
from airshed.impacts.valuation import LifeValue, life_values
from airshed.pack.arrays import Floats
from airshed.pack.bounds import once
from airshed.pack.codes import members
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.schema import tables

UNIT = "million USD of 2015/yr"
INTERVAL = "low and high: end of the response with end of the elasticity"
SHARE = "{percent} of its GDP of {year}"
NOTES = (NO_DEATHS, INTERVAL, SHARE, *LIFE_NOTES)
"""Templates of the notes, for translation."""


def value_table(pack: Pack, assessment: Assessment, regions: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the value of the deaths due to PM2.5 by region, nation or group.

    regions : codes; without any, the nations and their regions
    returns : columns region, deaths (per year), vsl (million USD of 2015 per death), value, low, high, unit (million
        USD of 2015 per year), value_ppp (million international dollars of 2015 per year), year, basis, source, note.
        All but value_ppp is in market USD, as costs are; value_ppp is what the same lives are worth in purchasing
        power. A region takes the value of life of its nation; the vsl of a group is the mean over its deaths, if it
        has any. Low is the low end of the response at the low value of life, high the same of the high ends. The note
        says what share of its GDP the value is, where the pack has one. Without mortality or income, or without the
        price level that leads from purchasing power to market money, there is no number, and the note says why.
    Raises MissingTableError if the pack lacks the tables of the value of a statistical life.
    """
    people, data = people_of(pack, assessment), assessment["health"]
    deaths = tuple(data[name].to_numpy() for name in ("deaths", "deaths_low", "deaths_high"))
    nations = list(dict.fromkeys(people.nations))
    lives = life_values(pack, nations)
    health_keys = [
        key
        for name in ("responses_gemm", "mortality", "ages", "populations")
        for column in tables()[name].citing
        for key in dict.fromkeys(pack.table(name)[column])
    ]
    records = []
    codes = once(regions or ()) or [*nations, *(code for code in people.regions if code not in nations)]
    product = known_products(pack, codes)
    for code in codes:
        held = [people.regions.index(region) for region in members(pack, code) if region in people.regions]
        if not held:
            raise AirshedError("no-people-assessment", code=code)
        owners = [people.nations[place] for place in held]
        ends = [end[held] for end in deaths]
        records.append(_record(code, ends, owners, lives, people.year, health_keys))
        if code in product and np.isfinite(records[-1]["value"]):
            part = percent(records[-1]["value"] / product[code])
            records[-1]["note"] += f"; {SHARE.format(percent=part, year=pack.base_year)}"
    return pd.DataFrame.from_records(records)


def _record(
    code: str,
    deaths: Sequence[Floats],
    owners: Sequence[str],
    lives: dict[str, LifeValue],
    year: int,
    health_keys: Sequence[str],
) -> dict[str, Any]:
    """Return one row; deaths (region of the code) central, low, high, and their nations."""
    worth = [np.array([getattr(lives[owner], end) for owner in owners]) for end in ("value", "low", "high")]
    central, low, high = (float((dead * each).sum()) for dead, each in zip(deaths, worth, strict=True))
    in_ppp = float((deaths[0] * np.array([lives[owner].value_ppp for owner in owners])).sum())
    unknown = sorted({owner for owner, dead in zip(owners, deaths[0], strict=True) if np.isnan(dead)})
    notes = [note for owner in dict.fromkeys(owners) for note in lives[owner].note.split("; ") if note]
    notes += [NO_DEATHS.format(nation=nation) for nation in unknown]
    if np.isfinite(central):
        notes.append(INTERVAL)
    total = float(deaths[0].sum())
    keys = [key for owner in dict.fromkeys(owners) for key in lives[owner].source.split()]
    return {
        "region": code,
        "deaths": total,
        "vsl": central / total if total > 0 else _common(worth[0]),
        "value": central,
        "low": low,
        "high": high,
        "unit": UNIT,
        "value_ppp": in_ppp,
        "year": year,
        "basis": "derived",
        "source": " ".join(dict.fromkeys([*keys, *health_keys])),
        "note": "; ".join(dict.fromkeys(notes)),
    }


def _common(values: Floats) -> float:
    """Return the value that all share; NaN where they differ and no deaths weigh them."""
    return float(values[0]) if (values == values[0]).all() else float("nan")
