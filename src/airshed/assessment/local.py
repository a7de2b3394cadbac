"""What is known of one place: what was observed there, its standards, its trend, its seasons, and what is in its hands.

Nothing is computed here that other rooms do not compute: their answers are put side by side for a city or a nation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.assessment import Assessment
from airshed.assessment.lives.periods import PERIODS, period_attribution
from airshed.assessment.plans.cost_curve import LEVEL, NO_TARGET, staircase_of
from airshed.assessment.plans.plan import MONEY
from airshed.assessment.plans.plan_inputs import ground, problem_of
from airshed.pack.codes import country_of, leaves, members, named, nations_of, unknown
from airshed.pack.defaults import named_targets
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.units import factor
from airshed.transport.observation import Observation, annual_observations
from airshed.transport.studies import PERCENT, published

STEP, FIRST = 5, 2005
"""Years between two of a trend, and the first of them."""
DOUBTFUL = "L"
"""Confidence of an observation that its source calls doubtful."""
OWN, NATION, ABROAD, ALL = "own", "nation", "abroad", "all"
"""Whose measures: of the place's own regions, of the rest of its nation, of all other nations, of all."""


@dataclass(frozen=True)
class Local:
    """A place of which a page tells.

    code : of the city or nation; region : that holds it, itself for a nation; nation : in which it lies
    """

    code: str
    region: str
    nation: str


@dataclass(frozen=True)
class Standard:
    """A limit of annual mean PM2.5, ug/m3: whose (WHO or a nation), its name if the pack gives one, and its level."""

    scope: str
    target: str
    level: str
    limit: float
    source: str


@dataclass(frozen=True)
class Reach:
    """What measures can still do for a place in a year.

    year : of the levels; level : with the measures that are in place, ug/m3; rows : columns who (OWN, NATION, ABROAD,
    ALL), value (ug/m3, if these alone do all they can), reduction, cost, year, unit, basis; measures : columns measure,
    reduction, cost, marginal_cost, year, unit, basis, source, of the place's own regions, the cheapest first
    """

    year: int
    level: float
    rows: pd.DataFrame
    measures: pd.DataFrame


def city(pack: Pack, code: str) -> Local:
    """Return a city with the region and the nation that hold it; raises AirshedError for a code of no city."""
    rows = pack.optional("receptors").set_index("code")
    if code not in rows.index:
        raise unknown("receptor", code, list(rows.index), named(pack, code))
    region = str(rows.loc[code, "region"])
    return Local(code, region, country_of(pack)[region])


def nations(pack: Pack) -> list[str]:
    """Return the codes of the nations."""
    regions = pack.table("regions")
    return list(regions.loc[regions["level"] == "country", "code"])


def nation(pack: Pack, code: str) -> Local:
    """Return a nation as a place; raises AirshedError for a code of none."""
    if code not in nations(pack):
        raise unknown("region", code, nations(pack), named(pack, code))
    return Local(code, code, code)


def observed_at(pack: Pack, place: Local) -> list[Observation]:
    """Return what was observed at a place, one mean for each year, the years in order.

    A city without observations of its own has those of the part of its nation that it lies in; a whole nation says too
    little of a city. Of one year the preferred kind is taken, a doubtful one only where there is no other.
    """
    found = annual_observations(pack)
    rows = found.get(place.code) or (found.get(place.region, []) if place.region != place.nation else [])
    by_year: dict[int, Observation] = {}
    for item in rows:
        by_year.setdefault(item.year, item)
    return [by_year[year] for year in sorted(by_year)]


def latest(observed: Sequence[Observation], until: int | None = None) -> Observation | None:
    """Return the latest observation, a doubtful one only where all are; until : the last year that counts."""
    rows = [item for item in observed if until is None or item.year <= until]
    firm = [item for item in rows if item.confidence != DOUBTFUL]
    return max(firm or rows, key=lambda item: item.year, default=None)


def standards_at(pack: Pack, place: Local, year: int) -> list[Standard]:
    """Return the limits of annual mean PM2.5 that a place is held against in a year, the strictest first.

    These are the levels that the pack names for all places and that are still in force, and those of the nation that
    are in force at the end of the year. Of the same limit of one scope the first row counts.
    """
    rows = pack.optional("standards")
    rows = rows[(rows["pollutant"] == "PM2.5") & (rows["averaging"] == "annual")]
    day, named = f"{year}-12-31", set(named_targets(pack))
    found: dict[tuple[str, float], Standard] = {}
    for row in rows.to_dict("records"):
        own = row["scope"] == place.nation and row["valid_from"] <= day and (row["valid_to"] or day) >= day
        common = row["target"] in named and not row["valid_to"]
        if not own and not common:
            continue
        limit = float(row["limit"]) * factor(row["unit"], LEVEL)
        item = Standard(row["scope"], row["target"], row["level"], limit, row["source"])
        found.setdefault((item.scope, item.limit), item)
    return sorted(found.values(), key=lambda item: item.limit)


def trend_years(years: Iterable[int], year: int) -> list[int]:
    """Return the years of a trend: every fifth one of the baseline, and that of the page.

    >>> trend_years(range(1990, 2031), 2022)
    [2005, 2010, 2015, 2020, 2022, 2025, 2030]
    """
    known = list(years)
    every = {one for one in known if one >= FIRST and one % STEP == 0}
    return sorted(every | ({year} & set(known))) or known[-1:]


def trend(place: Local, levels: Iterable[pd.DataFrame], observed: Sequence[Observation]) -> pd.DataFrame:
    """Return the modelled levels of a place with what was observed there.

    levels : of `airshed.assessment.tables.levels`, a table for each year
    returns : columns place, year, value, low, high (ug/m3, empty in years of an observation alone), observed, kind,
        unit, source
    """
    rows: dict[int, dict[Any, Any]] = {}
    for table in levels:
        for row in table[table["region"] == place.code].to_dict("records"):
            kept = {name: row[name] for name in ("value", "low", "high", "source")}
            rows[int(row["year"])] = {"place": place.code, "year": int(row["year"]), **kept}
    for item in observed:
        alone = {"place": place.code, "year": item.year, "value": np.nan, "low": np.nan, "high": np.nan, "source": ""}
        row = rows.setdefault(item.year, {**alone})
        sources = " ".join(dict.fromkeys(f"{item.source} {row['source']}".split()))
        row |= {"observed": item.value, "kind": item.kind, "source": sources}
    if not rows:
        return pd.DataFrame(columns=["place", "year", "value", "low", "high", "observed", "kind", "unit", "source"])
    bare = {"observed": np.nan, "kind": ""}
    table = pd.DataFrame([bare | {"unit": LEVEL} | rows[year] for year in sorted(rows)])
    return table[["place", "year", "value", "low", "high", "observed", "kind", "unit", "source"]]


def nations_shares(assessment: Assessment, rows: pd.DataFrame, place: Local) -> pd.DataFrame:
    """Return what every nation gives of the anthropogenic part of a place, the most first.

    rows : of `airshed.assessment.tables.attribution` by country
    returns : columns country, value (1), low, high (5 and 95 %)
    """
    ends = assessment["attribution"].sel(place=place.code)
    table = rows.loc[rows["share"].notna(), ["country", "share"]].rename(columns={"share": "value"})
    for end in ("low", "high"):
        held = dict(zip(ends["country"].to_numpy(), ends[f"share_{end}"].to_numpy(), strict=True))
        table[end] = table["country"].map(held)
    return table.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def foreign_share(shares: pd.DataFrame, place: Local) -> tuple[float, float, float] | None:
    """Return what other nations give of the anthropogenic part: central, low, high (5 and 95 %), 1; None if unknown.

    shares : of `nations_shares`; what is not of other nations is of the own one, so the ends change places
    """
    own = shares[shares["country"] == place.nation]
    if own.empty:
        return None
    value, low, high = (1.0 - float(own[name].iloc[0]) for name in ("value", "high", "low"))
    return value, low, high


def periods_at(pack: Pack, place: Local, year: int, ask: Callable[[str, str], pd.DataFrame]) -> pd.DataFrame:
    """Return what comes from abroad in the seasons and episodes of which a study speaks.

    ask : gives `period_attribution` of a place and a period; a period that no study knows of the place itself is that
    of the nation
    returns : columns place, period, value (share of other nations in the anthropogenic part, 1), low, high, year,
        basis, source
    """
    items, rows = [item for item in published(pack, "period") if item.unit == PERCENT], []
    for period in PERIODS:
        spoken_of = {item.receptor for item in items if item.period_kind == period}
        near = [place.code] if spoken_of & {place.code, place.region} else []
        near += [place.nation] if any(place.nation in nations_of(pack, code) for code in spoken_of) else []
        for code in dict.fromkeys(near):
            try:
                table = ask(code, period)
            except AirshedError:
                continue
            total, own = float(table["value"].sum()), table[table["country"] == place.nation]
            if total > 0 and len(own):
                value, low, high = (1.0 - float(own[name].iloc[0]) / total for name in ("value", "high", "low"))
                ends = {"value": value, "low": max(low, 0.0), "high": min(high, 1.0)}
                row = {"place": code, "period": period, **ends, "year": year}
                rows.append({**row, "basis": "derived", "source": own["source"].iloc[0]})
                break
    return pd.DataFrame(rows, columns=["place", "period", "value", "low", "high", "year", "basis", "source"])


def period_of(pack: Pack, place: str, period: str, year: int) -> pd.DataFrame:
    """Return who gives the PM2.5 of a place in a period, by country."""
    return period_attribution(pack, place, period, "country", year)


def reach(pack: Pack, place: Local, year: int) -> Reach:
    """Return what a place could do alone by all measures that are left, and what only others can.

    The steps are those of the cost curve of the place, which add up over regions.
    Raises MissingTableError for a pack without measures, AirshedError for a place without any around it.
    """
    held = ground(pack, NO_TARGET, year, receptors=[place.code])
    problem = problem_of(held)
    level = float(problem.level[held.receptors.index(place.code)])
    steps = staircase_of(held, problem, place.code)
    steps = steps.assign(
        own_reduction=np.diff(steps["reduction"], prepend=0.0), own_cost=np.diff(steps["cost"], prepend=0.0)
    )
    home, here = country_of(pack), set(members(pack, place.region)) & set(leaves(pack))
    who = np.array(
        [OWN if code in here else NATION if home[code] == place.nation else ABROAD for code in steps["region"]]
    )
    rows = []
    for name in (OWN, NATION, ABROAD, ALL):
        mine = steps if name == ALL else steps[who == name]
        if name != NATION or len(mine):
            less, cost = float(mine["own_reduction"].sum()), float(mine["own_cost"].sum())
            row = {"who": name, "value": level - less, "reduction": less, "cost": cost, "year": year}
            rows.append({**row, "unit": f"{LEVEL}; {MONEY}", "basis": "derived"})
    return Reach(year, level, pd.DataFrame(rows), _measures(steps[who == OWN], year))


def _measures(steps: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the steps of a place's own regions by measure, the cheapest per ug/m3 first."""
    columns = ["measure", "reduction", "cost", "marginal_cost", "year", "unit", "basis", "source"]
    if steps.empty:
        return pd.DataFrame(columns=columns)
    kept = steps.assign(reduction=steps["own_reduction"], cost=steps["own_cost"])
    table = kept.groupby("measure", as_index=False, sort=False).agg(
        reduction=("reduction", "sum"), cost=("cost", "sum"), unit=("unit", "first"), source=("source", "first")
    )
    table["marginal_cost"], table["year"], table["basis"] = table["cost"] / table["reduction"], year, "derived"
    return table.sort_values("marginal_cost", kind="stable", ignore_index=True)[columns]
