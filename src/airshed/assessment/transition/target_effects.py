"""What a target does if it is met: its override of emissions by a stated rule, the change in air and deaths."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from airshed.assessment.chain.chain import Chain, latest_year, prepare
from airshed.assessment.chain.concentration import sampled_levels
from airshed.assessment.chain.scenarios import COST_UNKNOWN, MONEY
from airshed.assessment.transition.targets import aim_of, observations, series_of, tables_of, target_row, told
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.overrides import apply_override
from airshed.impacts.exposure import population_weighted
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of, emitters, members
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.scenarios import EVERY, Override, Scenario
from airshed.sampling.interval import ends_around
from airshed.transition.targets import amount_share

CHANGE, SHARE, NONE = "change", "share", "none"
AT_MOST = "at most: this is the most that the rule allows, the least is nothing"
ALREADY = "the baseline falls as far or further without the target"
NOTES = (AT_MOST, ALREADY, COST_UNKNOWN)
BASELINE, BASE_YEAR = "baseline", "base year"
"""What a target is compared with: the baseline, or the emissions that it changes as they were in its base year."""
COLUMNS = ("against", "region", "quantity", "without", "value", "difference", "low", "high", "unit", "note")
SHOWN = ("PM2.5", "SO2", "NOx", "NMVOC", "CO2")
SMALL = 1e-9
"""Share of the baseline below which a change is none."""


@dataclass(frozen=True)
class Effect:
    """What a target does, by the rule.

    override : None where the rule is none; rows : COLUMNS, empty without an override; year : that they are of
    share : part of the emissions of the sectors that goes, NaN where the rule is no share
    """

    rule: str
    reason: str
    basis: str
    override: Override | None
    share: float
    year: int
    rows: pd.DataFrame


def rule_row(pack: Pack, code: str) -> Mapping[str, Any]:
    """Return the rule by which a target changes emissions; none without a reason where the table has no row for it."""
    rows = pack.optional("target_rules")
    held = rows[rows["target"] == code]
    if held.empty:
        return {**dict.fromkeys(rows.columns, ""), "rule": NONE, "target": code}
    return {str(key): value for key, value in held.iloc[0].items()}


def stock_share(pack: Pack, code: str) -> float:
    """Return the share that the amount of a target has in another indicator, at most 1.

    The amount is what the target adds or takes away, times what a unit of it yields where the rule names that; all of
    the last observation up to the year of the rule. Raises AirshedError where one of them is not observed.
    """
    target, rule = target_row(pack, code), rule_row(pack, code)
    aim = aim_of(target, series_of(tables_of(pack), target))
    amount = aim.goal if target["operator"] == "retire" else abs(aim.goal - aim.base)
    year = int(rule["year"]) if rule["year"] else None
    yields = 1.0
    if rule["yields"]:
        yields = _observed(pack, target, str(rule["yields"]), year) / _observed(pack, target, "", year)
    whole = _observed(pack, target, str(rule["share_of"]), year)
    if not math.isfinite(amount):
        raise AirshedError("target-no-observation", target=code, indicator=str(target["indicator"]))
    return amount_share(amount, yields, whole)


def _observed(pack: Pack, target: Mapping[str, Any], indicator: str, year: int | None) -> float:
    """Return the last observation of an indicator in the region of a target up to a year; empty: its own series."""
    named = {**target, "indicator": indicator or target["indicator"]}
    held = observations(pack, named, year)
    if not indicator:
        held = held[held["series"] == target["series"]]
    if held.empty:
        raise AirshedError("target-no-observation", target=str(target["code"]), indicator=str(named["indicator"]))
    return float(held.sort_values("year")["value"].iloc[-1])


def override_of(pack: Pack, code: str) -> tuple[Override | None, float]:
    """Return the override of emissions that a target stands for, and the share that it takes of its sectors.

    Raises AirshedError where the rule needs what is not observed, or the target lacks the years of a change.
    """
    target, rule = target_row(pack, code), rule_row(pack, code)
    kind = str(rule["rule"])
    if kind == NONE:
        return None, math.nan
    due = int(target["target_year"]) if target["target_year"] else None
    if kind == SHARE:
        share = stock_share(pack, code)
        first = min(due, _last_year(pack)) if due is not None else None
        return _override(target, rule).model_copy(update={"factor": round(1.0 - share, 6), "first_year": first}), share
    if due is None or not target["base_year"]:
        raise AirshedError("target-without-years", target=code)
    change = float(target["value"])
    years = {"base_year": int(target["base_year"]), "target_year": due}
    stated = {"factor": None, "change_percent": change, **years, "never_above": change < 0}
    return _override(target, rule).model_copy(update=stated), math.nan


def _override(target: Mapping[str, Any], rule: Mapping[str, Any]) -> Override:
    """Return an override of what a rule covers that changes nothing yet."""
    return Override(
        regions=(str(target["region"]),) if target["region"] else (EVERY,),
        sectors=tuple(str(rule["sectors"]).split()) or (EVERY,),
        pollutants=tuple(str(rule["pollutants"]).split()) or (EVERY,),
        factor=1.0,
        source=str(target["source"]),
        note=told(rule, "reason", "en"),
    )


def _last_year(pack: Pack) -> int:
    return int(baseline_cube(pack)["year"].max())


def scenario_of(pack: Pack, code: str) -> Scenario:
    """Return the scenario of a target that is met; raises AirshedError for one that changes no emission by itself."""
    override, _ = override_of(pack, code)
    target = target_row(pack, code)
    if override is None:
        raise AirshedError("target-no-override", target=code, reason=told(rule_row(pack, code), "reason", "en"))
    return Scenario(
        name=code,
        title=told(target, "statement", "en"),
        title_ko=told(target, "statement", "ko"),
        title_zh=told(target, "statement", "zh"),
        description=f"the target is met: {told(rule_row(pack, code), 'reason', 'en')}",
        emissions=(override,),
    )


def effect_of(pack: Pack, code: str, language: str = "en", samples: int = 1000) -> Effect:
    """Return what a target does to emissions, concentrations and deaths if it is met.

    The year is that of the target, or the latest of the pack. low, high : of concentrations 5 to 95 % of the samples of
    relation, response and weather, of deaths the 95 % of the response; where the rule is the most that can be, the
    end on the side of nothing is 0
    Raises AirshedError for a target that is not known, or whose years the baseline does not hold.
    """
    rule, target = rule_row(pack, code), target_row(pack, code)
    override, share = override_of(pack, code)
    year = latest_year(pack)
    if target["target_year"]:
        year = min(int(target["target_year"]), year)
    rows = pd.DataFrame(columns=COLUMNS)
    if override is not None:
        rows = pd.DataFrame(_rows(pack, override, year, samples, rule["rule"] == SHARE), columns=COLUMNS)
    return Effect(str(rule["rule"]), told(rule, "reason", language), str(rule["basis"]), override, share, year, rows)


def _rows(pack: Pack, override: Override, year: int, samples: int, at_most: bool) -> list[dict[str, Any]]:
    """Return the rows of the nations that have people with known deaths, and of emissions in those that change them.

    A change between two years is compared with the baseline, which may fall as far without it, and with emissions that
    stay as they were in the base year.
    """
    before = baseline_cube(pack)
    pairs = [(BASELINE, before, apply_override(pack, before, override))]
    if override.base_year is not None:
        plain = override.model_copy(update={"never_above": False})
        nothing = {"change_percent": None, "base_year": None, "target_year": None}
        held = apply_override(pack, before, plain.model_copy(update={**nothing, "hold": override.base_year}))
        pairs.append((BASE_YEAR, held, apply_override(pack, held, plain)))
    rows = []
    for against, first, second in pairs:
        found = _emission_rows(pack, first, second, override, year)
        moved = any(row["difference"] for row in found)
        note = "" if moved else ALREADY
        rows += [{**row, "against": against, "note": note} for row in found if row["difference"] or not moved]
        if not moved:
            continue
        rows += [{**row, "against": against} for row in _impacts(pack, year, before, (first, second), samples, at_most)]
    cost = dict.fromkeys(COLUMNS[3:8], math.nan)
    return [*rows, {**cost, "against": "", "region": "", "quantity": "cost", "unit": MONEY, "note": COST_UNKNOWN}]


def _emission_rows(
    pack: Pack, before: xr.Dataset, after: xr.Dataset, override: Override, year: int
) -> list[dict[str, Any]]:
    known = [str(code) for code in before["region"].to_numpy()]
    codes = [code for code in override.regions if code != EVERY] or list(dict.fromkeys(country_of(pack).values()))
    rows = []
    for code in codes:
        held = [part for part in emitters(pack, code) if part in known]
        for pollutant in (one for one in SHOWN if one in before["pollutant"]):
            if EVERY not in override.pollutants and pollutant not in override.pollutants:
                continue
            place = {"region": held, "pollutant": pollutant, "year": year}
            first, second = (float(cube["value"].sel(place).sum()) for cube in (before, after))
            change = second - first if abs(second - first) > SMALL * first else 0.0
            rows.append(_row(code, f"emissions {pollutant}", first, first + change, math.nan, math.nan, "kt/yr"))
    return rows


def _impacts(
    pack: Pack, year: int, reference: xr.Dataset, cubes: Sequence[xr.Dataset], samples: int, at_most: bool
) -> list[dict[str, Any]]:
    """Return the rows of concentrations and deaths of every nation, without and with the target."""
    chains = [prepare(pack, year, cube, samples=samples, reference=reference) for cube in cubes]
    levels = [chain.evaluate(chain.emissions())[0].to_numpy() for chain in chains]
    people, known = chains[0].people, chains[0].places.codes
    attributable = [people.attributable(level) for level in levels]
    drawn = _differences(chains)
    rows = []
    for code in _nations(pack, chains[0]):
        held = [people.regions.index(part) for part in members(pack, code) if part in people.regions]
        means = [population_weighted(level[held], people.persons[held]) for level in levels]
        low, high = ends_around(means[1] - means[0], drawn[:, known.index(code)])
        deaths = [np.array([one[held].sum() for one in found]) for found in attributable]
        central, *others = (float(value) for value in deaths[1] - deaths[0])
        ends = min(others), max(others)
        if at_most:
            (low, high), ends = _to_nothing(low, high), _to_nothing(*ends)
        before = float(deaths[0][0])
        rows.append(_row(code, "concentration", means[0], means[1], low, high, "ug/m3"))
        rows.append(_row(code, "deaths", before, before + central, *ends, "deaths/yr"))
    return [{**row, "note": AT_MOST if at_most else ""} for row in rows]


def _to_nothing(low: float, high: float) -> tuple[float, float]:
    """Return a range that holds no change too."""
    return min(low, 0.0), max(high, 0.0)


def _differences(chains: Sequence[Chain]) -> Floats:
    """Return the change of the level of every place in every sample (sample, place), ug/m3."""
    drawn = []
    for chain in chains:
        modelled = chain.places.mean(chain.relation.concentration(chain.emissions())).to_numpy()
        drawn.append(sampled_levels(chain, modelled)[1])
    return np.asarray(drawn[1] - drawn[0])


def _nations(pack: Pack, chain: Chain) -> list[str]:
    home, deaths = country_of(pack), chain.people.deaths
    counted = [code for row, code in enumerate(chain.people.regions) if np.isfinite(deaths[row]).all()]
    known = set(chain.places.codes)
    return [code for code in dict.fromkeys(home[code] for code in counted) if code in known]


def _row(region: str, quantity: str, before: float, after: float, low: float, high: float, unit: str) -> dict[str, Any]:
    return {
        "region": region,
        "quantity": quantity,
        "without": before,
        "value": after,
        "difference": after - before,
        "low": low,
        "high": high,
        "unit": unit,
    }
