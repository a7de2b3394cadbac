"""The GDP of a place in the base year by one rule: printed, converted, by shares, of a city by people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from airshed.assessment.chain.cities import city_of
from airshed.pack.codes import children, members, nations_of
from airshed.pack.economy import EXCHANGE, GDP, LOCAL, MILLION_PER_BILLION
from airshed.pack.errors import MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.percent import percent

CONVERTED = "from its own money at {rate} {unit}"
BY_SHARE = "its share of {year} in the GDP of {nation}"
OF_PEOPLE = "{percent} of the GDP of {region}, by people; {low} to {high}"
REVISED = "the later edition {edition} has {percent} of this"
NOTES = (CONVERTED, BY_SHARE, OF_PEOPLE, REVISED)
"""Templates of the notes, for translation."""


@dataclass(frozen=True)
class Product:
    """GDP of the base year, million USD of that year, NaN where the pack has none; low and high of a city's share."""

    value: float
    low: float
    high: float
    source: str = ""
    note: str = ""


APART = 0.1
"""By how much two editions of a GDP must differ for the note to say so."""
NONE = Product(np.nan, np.nan, np.nan)


def product_of(pack: Pack, code: str) -> Product:
    """Return the GDP of a region, nation, group or city in the base year.

    Its own printed row in USD; else its share in the GDP of the nation where both were printed together for that year;
    else that in its own money at the rate of the nation's GDP; else its share of the latest year before, of the
    nation's GDP; of a group or nation the sum of its regions by the same rule; of a city its share of its region's by
    people. A share is taken inside one edition, so that an older edition of a region never stands beside a newer one.
    Raises MissingTableError without any GDP of the base year.
    """
    rows = pack.table("economy")
    now = rows[rows["year"].astype(int) == pack.base_year]
    if not (now["indicator"] == GDP).any():
        raise MissingTableError("economy", Phrase("detail-gdp-base-year", gdp=GDP, base_year=pack.base_year))
    city = city_of(pack, code)
    if city is not None:
        whole = product_of(pack, city.region)
        shares = [percent(share) for share in (city.share, city.gdp_low, city.gdp_high)]
        note = OF_PEOPLE.format(percent=shares[0], region=city.region, low=shares[1], high=shares[2])
        return Product(
            whole.value * city.share,
            whole.value * city.gdp_low,
            whole.value * city.gdp_high,
            " ".join(dict.fromkeys([*whole.source.split(), city.source])),
            "; ".join(part for part in (whole.note, note) if part),
        )
    printed = now[(now["indicator"] == GDP) & (now["code"] == code)]
    if len(printed):
        level = _exactly(float(printed["value"].iloc[-1]) * MILLION_PER_BILLION, printed["source"])
        return replace(level, note=_revised(now, code, str(printed["vintage"].iloc[-1])))
    held = members(pack, code)
    nation = nations_of(pack, code)
    if len(nation) == 1 and nation[0] != code and set(children(pack).get(nation[0], ())) == set(held):
        return product_of(pack, nation[0])
    if held != [code]:
        parts = [product_of(pack, region) for region in held]
        notes = dict.fromkeys(part.note for part in parts if part.note)
        return replace(
            _exactly(float(sum(part.value for part in parts)), [part.source for part in parts]), note="; ".join(notes)
        )
    return (
        _by_share(pack, now, code, nation)
        or _converted(now, code, nation)
        or _by_share(pack, rows, code, nation)
        or NONE
    )


def products(pack: Pack, codes: Sequence[str]) -> dict[str, float]:
    """Return the GDP of places in the base year, million USD, NaN without; see `product_of`."""
    return {code: product_of(pack, code).value for code in codes}


def known_products(pack: Pack, codes: Sequence[str]) -> dict[str, float]:
    """Return the same of the places that have one; of none where the pack has no GDP at all."""
    try:
        found = products(pack, codes)
    except MissingTableError:
        return {}
    return {code: value for code, value in found.items() if np.isfinite(value)}


def _exactly(value: float, sources: Iterable[object]) -> Product:
    words = [word for cell in sources for word in str(cell).split()]
    return Product(value, value, value, " ".join(dict.fromkeys(words)))


def _revised(now: pd.DataFrame, code: str, edition: str) -> str:
    """Return by how much another edition of the base year differs from the one that a GDP is of; nothing if little."""
    own = now[(now["code"] == code) & (now["indicator"] == LOCAL)]
    held, others = own[own["vintage"] == edition], own[own["vintage"] != edition]
    if len(held) != 1 or others.empty:
        return ""
    ratio = float(others["value"].iloc[-1]) / float(held["value"].iloc[0])
    if abs(ratio - 1.0) < APART:
        return ""
    return REVISED.format(edition=others["vintage"].iloc[-1], percent=percent(ratio))


def _converted(now: pd.DataFrame, code: str, nation: list[str]) -> Product | None:
    """Return the GDP of a region from that in its own money; None without one, or with several estimates.

    The rate is that of the source of the nation's GDP in USD.
    """
    own = now[(now["code"] == code) & (now["indicator"] == LOCAL)]
    home = now[now["code"].isin(nation)]
    trusted = home.loc[home["indicator"] == GDP, "source"]
    rates = home[(home["indicator"] == EXCHANGE) & home["source"].isin(trusted)]
    rates = rates[rates["unit"].isin([f"{unit.removeprefix('billion ')} per USD" for unit in own["unit"]])]
    if len(own) != 1 or len(rates) != 1:
        return None
    rate = float(rates["value"].iloc[0])
    note = CONVERTED.format(rate=f"{rate:,.4g}", unit=rates["unit"].iloc[0])
    value = float(own["value"].iloc[0]) * MILLION_PER_BILLION / rate
    return replace(_exactly(value, [own["source"].iloc[0], rates["source"].iloc[0]]), note=note)


def _by_share(pack: Pack, rows: pd.DataFrame, code: str, nation: list[str]) -> Product | None:
    """Return the GDP of a region by its share of the latest of some years up to the base year; None without one."""
    local = rows[(rows["indicator"] == LOCAL) & (rows["year"].astype(int) <= pack.base_year)]
    own = local[local["code"] == code].sort_values("year", kind="stable")
    for _, row in own.iloc[::-1].iterrows():
        same = (
            (local["year"] == row["year"]) & (local["vintage"] == row["vintage"]) & (local["source"] == row["source"])
        )
        whole = local[same & local["code"].isin(nation)]
        if len(whole) == 1 and len(nation) == 1:
            total = product_of(pack, nation[0])
            value = total.value * float(row["value"]) / float(whole["value"].iloc[0])
            note = BY_SHARE.format(year=int(row["year"]), nation=nation[0])
            return replace(_exactly(value, [row["source"], total.source]), note=note)
    return None
