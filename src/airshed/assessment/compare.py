"""Scenarios side by side: their emissions, concentrations and deaths in one year, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from airshed.assessment.chain.chain import Chain, prepare, refuse_other_years
from airshed.assessment.chain.concentration import ends_at_places, sampled_levels, unexplained_at
from airshed.assessment.chain.scenarios import (
    COST_UNKNOWN,
    MEASURES_ONLY,
    MONEY,
    NO_COST,
    Emissions,
    scenario_emissions,
    uncalibrated,
)
from airshed.assessment.lives.health import People, set_totals
from airshed.impacts.exposure import population_weighted
from airshed.pack.codes import country_of, emitters, members
from airshed.pack.pack import Pack
from airshed.pack.progress import step
from airshed.pack.scenarios import BASELINE, combined

SHOWN = ("PM2.5", "SO2", "NOx", "NH3", "NMVOC", "CO2")
COUNTS = ("measures", "unpriced")


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
