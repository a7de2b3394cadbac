"""Scenarios side by side: their emissions, concentrations and deaths in one year, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from airshed.assessment.anchored import observed_anchored
from airshed.assessment.chain import Chain, ensemble_of, prepare, refuse_other_years
from airshed.assessment.concentration import ends_at_places, sampled_levels, unexplained_at
from airshed.assessment.controlled import controlled
from airshed.assessment.health import People, set_totals
from airshed.assessment.maximum import Applied, maximum_feasible
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.inventory import sealed
from airshed.emissions.overrides import apply_override
from airshed.impacts.exposure import population_weighted
from airshed.pack.codes import country_of, emitters, members
from airshed.pack.pack import Pack
from airshed.pack.progress import step
from airshed.pack.scenarios import BASELINE, Scenario, combined, scenarios
from airshed.transport.ensemble import SEED
from airshed.transport.places import places

SHOWN = ("PM2.5", "SO2", "NOx", "NH3", "NMVOC", "CO2")
MONEY = "million USD of 2015/yr"
COUNTS = ("measures", "unpriced")
NO_COST = "costs are counted above the baseline"
COST_UNKNOWN = "cost not known: the scenario states emissions, no measures"
MEASURES_ONLY = "cost of the measures alone, not of what else changes"
COST_NOTES = (NO_COST, COST_UNKNOWN, MEASURES_ONLY)


@dataclass(frozen=True)
class Emissions:
    """Emissions of a scenario, and those that stand for what was: (region, sector, pollutant, year), kt/yr.

    measures : what is applied above today's, where the scenario applies measures

    What is observed belongs to the reference: the baseline, or the one anchored to observation. Overrides change the
    scenario only, so that all scenarios share the response of their places.
    """

    grows = False
    """Measured once by who keeps it."""

    scenario: xr.Dataset
    reference: xr.Dataset
    measures: Applied | None = None


def scenario_emissions(pack: Pack, names: str, samples: int = 0, seed: int = SEED) -> Emissions:
    """Return the emissions of a scenario, or of several joined by `+`.

    An anchor comes first, then the overrides in the order of the names, measures last; the relation is calibrated to
    the baseline in every scenario. They are made once while the pack keeps them: samples and seed do not move the
    centre of the relation, by which an anchor and measures go. Raises MissingTableError for measures that the pack does
    not hold.
    """
    chosen = combined(pack, names)
    return pack.derive(f"scenario {names} {chosen!r}", lambda opened: _made(opened, names, chosen, samples, seed))


def _made(pack: Pack, names: str, chosen: Sequence[Scenario], samples: int, seed: int) -> Emissions:
    reference = baseline_cube(pack)
    if any(item.anchor == "observed" for item in chosen):
        ensemble = ensemble_of(pack, samples, seed)
        reference = observed_anchored(pack, reference, ensemble, places(pack, ensemble.relation))
    result = reference
    for item in chosen:
        for override in item.emissions:
            result = apply_override(pack, result, override)
    applied = None
    controls = [control for item in chosen for control in item.controls]
    if any(item.measures == "maximum" for item in chosen):
        result, applied = maximum_feasible(pack, result, ensemble_of(pack, samples, seed).relation)
    elif controls:
        result, applied = controlled(pack, result, ensemble_of(pack, samples, seed).relation, controls)
    return Emissions(sealed(result if names == BASELINE else result.assign_attrs(scenario=names)), reference, applied)


def compare_table(
    pack: Pack, names: Sequence[str], year: int, regions: Sequence[str] | None = None, samples: int = 1000
) -> pd.DataFrame:
    """Return the scenarios side by side.

    names : scenarios, or several joined by `+`; regions : nations, regions or groups, the nations with people if none
    returns : columns scenario, region, quantity (emissions of a pollutant, concentration, deaths, cost), value, low,
        high, unit, difference (to the first scenario), year, basis; of a cost also measures (how many are applied above
        today), unpriced (how many of them have no published cost, and are not in it) and note. Intervals: of
        concentrations 5 to 95 % of relation, response, drift and weather, of deaths the 95 % of the response, of
        a cost the ends of the unit costs
    """
    names = list(dict.fromkeys(names))
    records: list[dict[str, Any]] = []
    for done, name in enumerate(names):
        step("scenarios", done, len(names))
        given = scenario_emissions(pack, name, samples)
        emissions = given.scenario
        refuse_other_years(emissions, year, pack.base_year)
        raw = uncalibrated(pack, name)
        drawn = 0 if raw else samples
        chain = prepare(pack, year, emissions, samples=drawn, reference=given.reference, calibrated=not raw)
        chosen = list(dict.fromkeys(regions or _nations(pack, chain)))
        records += _emission_rows(pack, name, emissions, year, chosen)
        records += _impact_rows(pack, name, chain, chosen)
        records += _cost_rows(pack, name, given, year, chosen)
    table = pd.DataFrame.from_records(records)
    for count in COUNTS:
        table[count] = pd.Series([record[count] for record in records], dtype=object)
    first = table[table["scenario"] == names[0]].set_index(["region", "quantity"])["value"]
    keys = list(zip(table["region"], table["quantity"], strict=True))
    table.insert(6, "difference", table["value"] - np.array([first[key] for key in keys]))
    return table.assign(year=year, basis="derived")


def uncalibrated(pack: Pack, names: str) -> bool:
    """Return whether a scenario takes the relation as the atmospheric model gives it."""
    return any(item.relation for item in combined(pack, names))


def target_of(pack: Pack, names: str) -> str | None:
    """Return the target that a scenario names, the last one of several."""
    return next((item.target for item in reversed(combined(pack, names)) if item.target), None)


def _nations(pack: Pack, chain: Chain) -> list[str]:
    home = country_of(pack)
    deaths = chain.people.deaths
    counted = [code for row, code in enumerate(chain.people.regions) if np.isfinite(deaths[row]).all()]
    return list(dict.fromkeys(home[code] for code in counted))


def _emission_rows(
    pack: Pack, name: str, emissions: xr.Dataset, year: int, regions: Sequence[str]
) -> list[dict[str, Any]]:
    value = emissions["value"].sel(year=year).sum("sector")
    known = [str(code) for code in value["region"].to_numpy()]
    rows = []
    for code in regions:
        held = [part for part in emitters(pack, code) if part in known]
        for pollutant in (item for item in SHOWN if item in value["pollutant"]):
            total = float(value.sel(region=held, pollutant=pollutant).sum())
            rows.append(_row(name, code, f"emissions {pollutant}", total, (np.nan, np.nan), "kt/yr"))
    return rows


def _impact_rows(pack: Pack, name: str, chain: Chain, regions: Sequence[str]) -> list[dict[str, Any]]:
    concentration, _ = chain.evaluate(chain.emissions())
    sets = [item.response for item in combined(pack, name) if item.response]
    central, low, high = chain.people.attributable(concentration.to_numpy())
    if sets:
        home, people = country_of(pack), chain.people
        nations = [home[code] for code in people.regions]
        exposed = People(chain.year, people.regions, nations, people.persons, concentration.to_numpy())
        central, low, high = set_totals(pack, exposed, sets[-1])
    rows, ends_of_places = [], _ends(chain)
    for code in regions:
        held = [chain.people.regions.index(part) for part in members(pack, code) if part in chain.people.regions]
        persons = chain.people.persons[held]
        mean = population_weighted(concentration.to_numpy()[held], persons)
        rows.append(_row(name, code, "concentration", mean, ends_of_places.get(code, (np.nan, np.nan)), "ug/m3"))
        ends = (float(low[held].sum()), float(high[held].sum()))
        rows.append(_row(name, code, "deaths", float(central[held].sum()), ends, "deaths/yr"))
    return rows


def _cost_rows(pack: Pack, name: str, given: Emissions, year: int, regions: Sequence[str]) -> list[dict[str, Any]]:
    """Return what a scenario costs above the baseline; without measures that is not known."""
    if given.measures is None:
        value, note = (0.0, NO_COST) if name == BASELINE else (np.nan, COST_UNKNOWN)
        return [{**_row(name, code, "cost", value, (np.nan, np.nan), MONEY), "note": note} for code in regions]
    others = any(item.emissions or item.anchor for item in combined(pack, name))
    rows = []
    for code in regions:
        spent = given.measures.spent(members(pack, code), year)
        low, value, high = spent.cost.tolist()
        counts = {"measures": spent.measures, "unpriced": spent.unpriced, "note": MEASURES_ONLY if others else ""}
        rows.append({**_row(name, code, "cost", value, (low, high), MONEY), **counts})
    return rows


def _ends(chain: Chain) -> dict[str, tuple[float, float]]:
    """Return the ends of the level of every place."""
    modelled = chain.places.mean(chain.relation.concentration(chain.emissions())).to_numpy()
    low, high = ends_at_places(sampled_levels(chain, modelled)[1], modelled + unexplained_at(chain))
    return dict(zip(chain.places.codes, zip(low.tolist(), high.tolist(), strict=True), strict=True))


def _row(
    scenario: str, region: str, quantity: str, value: float, ends: tuple[float, float], unit: str
) -> dict[str, Any]:
    return {
        "scenario": scenario,
        "region": region,
        "quantity": quantity,
        "value": value,
        "low": ends[0],
        "high": ends[1],
        "unit": unit,
        "measures": None,
        "unpriced": None,
        "note": "",
    }


def scenario_table(pack: Pack, language: str = "en") -> pd.DataFrame:
    """Return the scenarios of the pack: name, title, description, how many overrides, what could not be turned."""
    rows = []
    for item in scenarios(pack).values():
        title, description = item.told(language)
        rows.append(
            {
                "scenario": item.name,
                "title": title,
                "description": " ".join(description.split()),
                "overrides": len(item.emissions),
                "measures": item.measures,
                "not_turned": len(item.not_turned),
                "combines": " ".join(item.combines),
                "target": item.target or "",
                "source": " ".join(dict.fromkeys(override.source for override in item.emissions)),
            }
        )
    return pd.DataFrame.from_records(rows)
