"""The tables of an assessment, as records: the same rows serve command line, report, CSV and workbook."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from airshed.assessment.assessment import Assessment
from airshed.assessment.targets import resolve_target
from airshed.emissions.table import emission_table
from airshed.impacts.exposure import population_weighted
from airshed.pack.codes import country_of, group_members, members, unknown
from airshed.pack.errors import AirshedError, MissingTable
from airshed.pack.pack import Pack
from airshed.pack.sources import source_table
from airshed.transport.attribution import WAYS, attribution_table
from airshed.transport.tm5fasst import closure

SHOWN_POLLUTANTS = ("PM2.5", "SO2", "NOx", "NH3", "NMVOC", "CO2")
HEALTH_RULE = "GEMM by age (25+), NCD+LRI"


@dataclass(frozen=True)
class Facts:
    """What the rows of an attribution say beside their numbers: nations, cities, shared blocks, sources."""

    home: dict[str, str]
    cities: dict[str, str]
    shared: dict[str, str]
    relation_source: str
    sources: dict[str, list[str]]


def facts(pack: Pack, assessment: Assessment) -> Facts:
    """Collect the facts once for all places."""
    receptors = pack.optional("receptors")
    relation_sources = dict.fromkeys(pack.table("source_receptor")["source"])
    return Facts(
        home=country_of(pack),
        cities=dict(zip(receptors["code"], receptors["region"], strict=True)),
        shared=_shared_blocks(pack),
        relation_source=" ".join(relation_sources),
        sources=_emission_sources(assessment),
    )


def place_codes(pack: Pack, assessment: Assessment) -> list[str]:
    """Return the places that tables list: cities, regions, nations and policy groups, without the blocks of a model."""
    groups = pack.optional("groups").set_index("code")["kind"]
    places = [str(code) for code in assessment["concentration"]["place"].to_numpy()]
    return [code for code in places if code not in groups.index or groups[code] == "policy"]


def attribution(
    pack: Pack, assessment: Assessment, place: str, way: str = "country", known: Facts | None = None
) -> pd.DataFrame:
    """Return who gives the PM2.5 of a place, by country, region, sector or pollutant.

    known : the facts of the pack, if collected before
    returns : columns receptor, the way, value (ug/m3), unit, share (of the anthropogenic part), low, high, basis,
        source, note; the rows add up to the observed concentration, with `natural` and, where anything was observed,
        `unexplained`
    """
    if way not in WAYS:
        raise unknown("split", way, WAYS)
    data, air = assessment["attribution"], assessment["concentration"]
    if place not in air["place"]:
        raise _no_place(pack, assessment, place)
    known = known or facts(pack, assessment)
    here = air.sel(place=place)
    parts = data[f"by_{way}"].sel(place=place)
    codes = [str(code) for code in parts[way].to_numpy()]
    bias = float(here["unexplained"])
    return attribution_table(
        place,
        way,
        parts,
        data[f"by_{way}_low"].sel(place=place),
        data[f"by_{way}_high"].sel(place=place),
        (float(here["natural"]), float(here["natural_low"]), float(here["natural_high"])),
        None if np.isnan(bias) else (bias, str(here["bias_source"].item()), str(here["bias_note"].item())),
        _notes(pack, known, place, way, codes),
        [_part_source(known, way, code) for code in codes],
        known.relation_source,
    )


def _no_place(pack: Pack, assessment: Assessment, place: str) -> AirshedError:
    cities = pack.optional("receptors").set_index("code")["inside"]
    if place in cities.index and cities[place] == "no":
        return AirshedError(f"{place} lies outside the area of the source-receptor relation", "choose a place inside it")
    levels = pack.table("regions").set_index("code")["level"]
    if place in levels.index and levels[place] == "outside":
        return AirshedError(f"{place} is a source without people here, not a receptor", "choose a region, group or city")
    return unknown("receptor", place, place_codes(pack, assessment))


def _emission_sources(assessment: Assessment) -> dict[str, list[str]]:
    """Return the sources behind the emissions of every region in the year of the answer."""
    data = assessment["emissions"]["source"].sel(year=assessment.year)
    words = str(data.attrs["flag_meanings"]).split("|")
    found = {}
    for region in data["region"].to_numpy():
        codes = np.unique(data.sel(region=region).to_numpy())
        found[str(region)] = list(dict.fromkeys(key for code in codes for key in words[int(code)].split()))
    return found


def _part_source(known: Facts, way: str, code: str) -> str:
    """Return the sources of one part: those of the relation and of the emissions behind it."""
    regions = list(known.sources)
    if way == "region":
        regions = [code]
    elif way == "country":
        regions = [region for region in known.sources if known.home[region] == code]
    keys = [key for region in regions for key in known.sources.get(region, [])]
    return " ".join(dict.fromkeys([*known.relation_source.split(), *keys]))


def _notes(pack: Pack, known: Facts, place: str, way: str, codes: list[str]) -> list[str]:
    """Say what a reader must know of single parts: block splits, and province-to-city numbers across a border."""
    region = known.cities.get(place, place)
    nations = {known.home[code] for code in members(pack, region)}
    notes = []
    for code in codes:
        words = []
        if way in ("country", "region") and code in known.shared:
            words.append(f"split from the block {known.shared[code]} by the kernel")
        if way == "region" and known.home[code] != code and nations != {known.home[code]}:
            words.append("indicative")
        notes.append("; ".join(words))
    return notes


def _shared_blocks(pack: Pack) -> dict[str, str]:
    """Return the nations that share a block of the relation with another nation, with the block."""
    groups = pack.optional("groups").set_index("code")["kind"]
    home = country_of(pack)
    shared = {}
    for group, held in group_members(pack).items():
        nations = {home[code] for code in held}
        if groups[group] == "model" and len(nations) > 1:
            shared.update({code: group for code in [*held, *nations]})
    return shared


def health(pack: Pack, assessment: Assessment, regions: list[str] | None = None) -> pd.DataFrame:
    """Return exposure and deaths by region, nation or group.

    regions : codes; without any, the nations and their regions
    returns : columns region, cause, value (deaths per year), low, high, unit, year, population, exposure (ug/m3),
        basis, source, note; groups and nations are sums over their regions. Raises MissingTable if a region's nation
        has no mortality
    """
    data = assessment["health"]
    home = country_of(pack)
    known = [str(code) for code in data["region"].to_numpy()]
    nations = list(dict.fromkeys(home[code] for code in known))
    wanted = regions or [*nations, *(code for code in known if code not in nations)]
    records = []
    for code in wanted:
        held = [region for region in members(pack, code) if region in known]
        if not held:
            raise AirshedError(f"{code} has no people in this assessment", "choose a region inside the relation")
        part = data.sel(region=held)
        if bool(part["deaths"].isnull().any()):
            if regions:
                raise MissingTable("mortality", f"{data.attrs['cause']} of {', '.join(_without(part, home))}")
            continue
        low, high = float(part["deaths_low"].sum()), float(part["deaths_high"].sum())
        records.append(
            {
                "region": code,
                "cause": str(data.attrs["cause"]),
                "value": float(part["deaths"].sum()),
                "low": low,
                "high": high,
                "unit": "deaths/yr",
                "year": assessment.year,
                "population": float(part["population"].sum()),
                "exposure": population_weighted(part["exposure"].to_numpy(), part["population"].to_numpy()),
                "basis": "derived",
                "source": " ".join(_health_sources(pack, held, home)),
                "note": HEALTH_RULE,
            }
        )
    return pd.DataFrame.from_records(records)


def _without(part: xr.Dataset, home: dict[str, str]) -> list[str]:
    missing = part["region"].to_numpy()[part["deaths"].isnull().to_numpy()]
    return sorted({home[str(code)] for code in missing})


def _health_sources(pack: Pack, regions: list[str], home: dict[str, str]) -> list[str]:
    people = pack.table("populations")
    codes = {*regions, *(home[code] for code in regions)}
    rows = [pack.table("responses_gemm")["source"]]
    rows += [pack.table(name).loc[pack.table(name)["region"].isin(codes), "source"] for name in ("mortality", "ages")]
    rows.append(people.loc[people["region"].isin(codes), "source"])
    return list(dict.fromkeys(key for column in rows for key in column.unique()))


def concentrations(pack: Pack, assessment: Assessment) -> pd.DataFrame:
    """Return PM2.5 of every place: total, its parts, the observation behind it, and the target.

    returns : columns place, total, modelled, natural, unexplained (ug/m3), observed_year, target, above_target
    """
    air = assessment["concentration"]
    codes = place_codes(pack, assessment)
    here = air.sel(place=codes)
    table = pd.DataFrame({"place": codes})
    for name in ("total", "modelled", "natural", "unexplained"):
        table[name] = here[name].to_numpy()
    table["unit"] = "ug/m3"
    table["source"] = here["bias_source"].to_numpy()
    table["note"] = here["bias_note"].to_numpy()
    if assessment.question.target is not None:
        limits = resolve_target(pack, assessment.question.target, codes, assessment.year)
        table["target"] = limits.to_numpy()
        table["above_target"] = np.maximum(table["total"] - table["target"], 0.0)
    return table


def emissions_by_country(pack: Pack, assessment: Assessment) -> pd.DataFrame:
    """Return the baseline by nation for the years that the report shows."""
    cube = assessment["emissions"]
    years = shown_years(assessment)
    pollutants = [code for code in SHOWN_POLLUTANTS if code in cube["pollutant"]]
    return emission_table(pack, by=["country"], pollutants=pollutants, years=years, cube=cube)


def shown_years(assessment: Assessment) -> list[int]:
    """Return the years that tables of the baseline show: every tenth, the base year, the year of the answer, the last."""
    years = [int(year) for year in assessment["emissions"]["year"].to_numpy()]
    chosen = {year for year in years if year % 10 == 0} | {years[0], years[-1], assessment.year}
    base = int(assessment["emissions"].attrs.get("base_year", assessment.year))
    return sorted(year for year in chosen | {base} if year in years)


def printed_projection(pack: Pack) -> pd.DataFrame | None:
    """Return the change table of the projection inventory with its marks, as the source prints it; None without one."""
    rules = pack.descriptor.baseline.get("projection")
    if not rules:
        return None
    rows = pack.table("emissions")
    rows = rows[rows["inventory"] == rules["inventory"]]
    years = sorted({int(year) for year in rows["year"]})
    regions = list(dict.fromkeys(rows["region"]))
    return emission_table(pack, inventory=rules["inventory"], regions=regions, years=years, marks=True)


def all_tables(pack: Pack, assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return every table of the report by name, in its order."""
    tables = {
        "concentrations": concentrations(pack, assessment),
        "health": health(pack, assessment),
        "emissions_by_country": emissions_by_country(pack, assessment),
    }
    printed = printed_projection(pack)
    if printed is not None:
        tables["emissions_projection"] = printed
    known = facts(pack, assessment)
    for way in WAYS:
        parts = [attribution(pack, assessment, place, way, known) for place in place_codes(pack, assessment)]
        tables[f"attribution_by_{way}"] = pd.concat(parts, ignore_index=True)
    tables["closure"] = closure(pack, str(pack.descriptor.transport.get("relation", "tm5fasst")))
    tables["sources"] = source_table(pack)
    return tables
