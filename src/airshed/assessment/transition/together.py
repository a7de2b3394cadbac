"""Which sectors and measures serve air and CO2: deaths that go with a tonne of CO2, by place and sector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.chain.chain import Chain
from airshed.assessment.lives.damage import Damage
from airshed.assessment.transition.accounts import STUDY, TOTAL, account_rows, accounts, parts_of, places
from airshed.pack.arrays import Floats
from airshed.pack.codes import children, countries, group_members, members
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.sampling.interval import LEVELS
from airshed.strategy.measures import catalogue
from airshed.transport.relation import EMITTED

CARBON = "CO2"
PUT_TOGETHER = {"mobile": ("road", "offroad")}
"""Sectors of an account that the emissions have apart."""
PART = 10.0
"""Percent of a place's deaths or CO2 from which on a sector matters to it: a judgement of the project."""
LEAST = 1.0
"""Percent of a place's CO2 below which a sector has too little of it for a ratio."""
SERVES = ("both", "air", "CO2", "neither")
UNKNOWN = "unknown"
MARGINAL = "marginal: a small cut of all that the sector emits, in the same proportion"
NO_CARBON = "the account gives no CO2 of this sector"
SMALL_CARBON = "less than 1 % of the CO2 of the place: no ratio"
NOTES = (MARGINAL, NO_CARBON, SMALL_CARBON)
"""Templates of the notes, for translation."""


@equation(
    key="co-benefit",
    title="Deaths avoided with a tonne of CO2",
    latex=r"b_s(r) = \frac{\sum_p \frac{dD}{dE_p(r)}\,E_{p,s}(r)}{C_s(r)}",
    units="deaths per Mt of CO2",
    citation="rule of this project: a sector is cut in proportion, pollutants and CO2 alike; deaths by marginal-deaths",
)
def co_benefit(deaths: Floats | float, carbon: Floats | float) -> Floats:
    """Return deaths a year that go with a megatonne of CO2; NaN where there is none.

    deaths : per kt times what is emitted, over the pollutants, a year; carbon : Mt/yr

    >>> co_benefit(np.array([100.0, 3.0]), np.array([5.0, 0.0])).tolist()
    [20.0, nan]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(deaths / np.where(np.asarray(carbon) > 0, carbon, np.nan))


def account_years(pack: Pack) -> list[int]:
    """Return the years in which accounts by sector hold any place."""
    found: set[int] = set()
    for name in accounts(pack):
        rows = account_rows(pack, name)
        if name != STUDY:
            found |= {int(year) for year in rows.loc[rows["sector"] != TOTAL, "year"].unique()}
    return sorted(found)


def known_places(pack: Pack, year: int) -> dict[str, str]:
    """Return the places with CO2 by sector in a year and their account: regions, and nations without such regions."""
    found: dict[str, str] = {}
    for name in accounts(pack):
        rows = account_rows(pack, name)
        held = rows[(rows["year"] == year) & (rows["sector"] != TOTAL)]["region"].unique() if name != STUDY else ()
        for code in held:
            found.setdefault(str(code), name)
    parts = children(pack)
    split = {
        nation
        for nation in countries(pack)
        if sum(one in found for one in parts.get(nation, [])) * 2 > len(parts.get(nation, [])) > 0
    }
    inside = {one for nation in parts if nation not in split and nation in found for one in parts[nation]}
    return {code: name for code, name in found.items() if code not in split and code not in inside}


def together_table(
    pack: Pack,
    chain: Chain,
    found: Damage,
    regions: Sequence[str] = (),
    sectors: Sequence[str] = (),
) -> pd.DataFrame:
    """Return the deaths and the CO2 of every sector of places, and what a tonne of CO2 takes with it.

    regions : codes, all places with CO2 by sector if empty; a nation or group stands for its places; sectors : of the
        pack, all if empty
    returns : columns region, sector (`total` for all), co2 (Mt/yr, NaN where the account has none), deaths (a year, at
        the margin), deaths_low, deaths_high (5 and 95 % over samples of the relation), value (deaths per Mt of CO2),
        low, high, co2_share_percent, deaths_share_percent, serves (`SERVES`), unit, year, account, basis, source, note
    Raises AirshedError for a place without CO2 by sector in the year.
    """
    known = known_places(pack, chain.year)
    wanted = _wanted(pack, known, regions, chain.year)
    emissions = chain.emissions().sel(pollutant=list(EMITTED)).transpose("pollutant", "region", "sector")
    held = [str(code) for code in emissions["region"].to_numpy()]
    names = [str(code) for code in emissions["sector"].to_numpy()]
    values = emissions.to_numpy()
    records: list[dict[str, Any]] = []
    for code in wanted:
        sources = [one for one in dict.fromkeys([code, *members(pack, code)]) if one in found.regions and one in held]
        if not sources:
            continue
        at, there = [found.regions.index(one) for one in sources], [held.index(one) for one in sources]
        records += _of_place(pack, code, known[code], chain.year, found, at, values[:, there], names)
    rows = pd.DataFrame.from_records(records)
    return rows[rows["sector"].isin([*sectors, TOTAL])].reset_index(drop=True) if sectors else rows


def _wanted(pack: Pack, known: dict[str, str], regions: Sequence[str], year: int) -> list[str]:
    if not regions:
        return list(known)
    found: list[str] = []
    for code in regions:
        inside = [code] if code in known else [one for one in _inside(pack, code) if one in known]
        if not inside:
            raise AirshedError("together-no-co2", region=code, year=year)
        found += inside
    return list(dict.fromkeys(found))


def _inside(pack: Pack, code: str) -> list[str]:
    return [*group_members(pack).get(code, []), *members(pack, code)]


def _of_place(
    pack: Pack,
    code: str,
    account: str,
    year: int,
    found: Damage,
    at: Sequence[int],
    emitted: Floats,
    names: Sequence[str],
) -> list[dict[str, Any]]:
    """Return the rows of a place; emitted : (pollutant, region, sector), kt/yr."""
    rows = account_rows(pack, account)
    parts, _ = parts_of(pack, code, places(pack, account))
    mine = rows[rows["region"].isin(parts) & (rows["year"] == year)]
    carbon = {str(sector): float(value) for sector, value in mine.groupby("sector")["value"].sum().items()}
    groups = {sector: PUT_TOGETHER.get(sector, (sector,)) for sector in carbon if sector != TOTAL}
    taken = {one for several in groups.values() for one in several}
    groups |= {sector: (sector,) for sector in names if sector not in taken}
    amounts = np.stack(
        [
            emitted[:, :, [names.index(one) for one in several if one in names]].sum(axis=-1)
            for several in groups.values()
        ],
        axis=-1,
    )
    deaths = np.einsum("pr,prs->s", found.deaths[:, at], amounts)
    spread = None if found.spread is None else np.einsum("npr,prs->ns", found.spread.deaths[:, :, at], amounts)
    tonnes = np.array([carbon.get(sector, 0.0) for sector in groups])
    cited = " ".join(dict.fromkeys([*mine["source"], *found.life_sources]))
    held = {"year": year, "account": account, "basis": "derived", "source": cited}
    return [{"region": code, **row, **held} for row in _numbers(list(groups), deaths, spread, tonnes)]


def _numbers(sectors: Sequence[str], deaths: Floats, spread: Floats | None, tonnes: Floats) -> list[dict[str, Any]]:
    """Return the rows of the sectors of a place and of all together.

    deaths, tonnes : (sector), a year and Mt/yr; spread : deaths (sample, sector)
    What all together take with a tonne of CO2 counts the sectors whose CO2 matters.
    """
    whole, burnt = float(deaths.sum()), float(tonnes.sum())
    parts = 100.0 * tonnes / burnt if burnt else np.zeros(len(tonnes))
    joint = parts >= LEAST
    every = [(sector, np.arange(len(sectors)) == place) for place, sector in enumerate(sectors)]
    records = []
    for sector, here in [*every, (TOTAL, np.ones(len(sectors), dtype=bool))]:
        dead, mass = float(deaths[here].sum()), float(tonnes[here].sum())
        if not dead and not mass:
            continue
        shares = (100.0 * mass / burnt if burnt else np.nan, 100.0 * dead / whole if whole else np.nan)
        with_it = here & joint
        ratio = [float(co_benefit(end, float(tonnes[with_it].sum()))) for end in _ends(deaths, spread, with_it)]
        low, high = _ends(deaths, spread, here)[1:]
        records.append(
            {
                "sector": sector,
                "co2": mass if mass else np.nan,
                "deaths": dead,
                "deaths_low": low,
                "deaths_high": high,
                "value": ratio[0],
                "low": ratio[1],
                "high": ratio[2],
                "co2_share_percent": shares[0],
                "deaths_share_percent": shares[1],
                "serves": _serves(*shares),
                "unit": "deaths/Mt",
                "note": MARGINAL if with_it.any() else SMALL_CARBON if mass else NO_CARBON,
            }
        )
    return records


def _serves(co2_share: float, deaths_share: float) -> str:
    """Return what a cut of a sector serves, by its shares in percent."""
    if deaths_share >= PART:
        return SERVES[0] if co2_share >= PART else SERVES[1]
    return SERVES[2] if co2_share >= PART else SERVES[3]


def _ends(deaths: Floats, spread: Floats | None, here: Floats) -> tuple[float, float, float]:
    """Return deaths of some sectors with their 5 and 95 % over the samples of the relation; NaN without samples."""
    central = float(deaths[here].sum())
    if spread is None:
        return central, np.nan, np.nan
    low, high = np.quantile(spread[:, here].sum(axis=1), LEVELS)
    return central, min(float(low), central), max(float(high), central)


def measure_table(pack: Pack, sectors: Sequence[str] = ()) -> pd.DataFrame:
    """Return what is known of the CO2 of measures beside the air pollutants that they remove.

    sectors : of the pack, all if empty
    returns : columns measure, sector, pollutants (that it removes, with a space between), adds (that it gives off more
        of), co2_efficiency (part of the CO2 of its subject that it takes away; below 0 where it adds; NaN if unknown),
        low, high, serves (both; air, with more CO2; CO2; unknown), source
    """
    records: list[dict[str, Any]] = []
    for item in catalogue(pack):
        if sectors and item.sector not in sectors:
            continue
        known = {code: one.value for code, one in item.efficiency.items() if np.isfinite(one.value)}
        carbon = item.efficiency.get(CARBON)
        less = [code for code, value in known.items() if value > 0 and code != CARBON]
        more = [code for code, value in known.items() if value < 0 and code != CARBON]
        has = carbon is not None and np.isfinite(carbon.value)
        serves = UNKNOWN
        if has and carbon is not None:
            serves = (
                ("both" if less else "CO2") if carbon.value > 0 else "air, with more CO2" if carbon.value < 0 else "air"
            )
        records.append(
            {
                "measure": item.code,
                "sector": item.sector,
                "pollutants": " ".join(less),
                "adds": " ".join(more),
                "co2_efficiency": carbon.value if has and carbon is not None else np.nan,
                "low": carbon.low if has and carbon is not None else np.nan,
                "high": carbon.high if has and carbon is not None else np.nan,
                "serves": serves,
                "source": item.source,
            }
        )
    return pd.DataFrame.from_records(records)
