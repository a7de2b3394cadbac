"""The tables of an assessment, as records: the same rows serve command line, report, CSV and workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.assessment.assessment import Assessment
from airshed.assessment.chain.levels import NOTES as LEVEL_NOTES
from airshed.assessment.chain.targets import resolve_target
from airshed.assessment.chapters.tables import evidence_tables, impact_tables, strategy_tables
from airshed.assessment.evidence.calibration import NOTES as STUDY_NOTES
from airshed.assessment.evidence.calibration import relation_sources
from airshed.assessment.lives.health import health as deaths_table
from airshed.emissions.baseline import OUTSIDE_SECTOR
from airshed.emissions.flags import meanings
from airshed.emissions.rules import baseline_rules
from airshed.emissions.table import emission_table
from airshed.pack.arrays import Floats
from airshed.pack.codes import children, country_of, group_members, named, unknown
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.sources import source_table
from airshed.transport.attribution import INDICATIVE, SPLIT, WAYS, attribution_records
from airshed.transport.attribution import NOTES as PART_NOTES
from airshed.transport.rules import transport_rules
from airshed.transport.tm5fasst import closure

SHOWN_POLLUTANTS = ("PM2.5", "SO2", "NOx", "NH3", "NMVOC", "CO2")
AS_PRECURSOR = {"PM2.5": "PM_other", "OC": "OM"}
"""Emitted pollutants that the attribution names as what they are in the air."""
HELD = "most of its emissions are held constant: no source of the pack projects them"
NOTES = (HELD, *PART_NOTES, *LEVEL_NOTES, *STUDY_NOTES)
"""Templates of all notes in the tables, for translation."""


@dataclass(frozen=True)
class Split:
    """Contributions of one way of splitting as plain arrays (part, place), ug/m3."""

    names: list[str]
    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class AttributionFacts:
    """What the rows of attributions need, collected once for all places."""

    places: dict[str, int]
    splits: dict[str, Split]
    air: dict[str, npt.NDArray[Any]]
    home: dict[str, str]
    nations: dict[str, set[str]]
    shared: dict[str, str]
    relation_source: str
    natural_source: str
    sources: dict[str, list[str]]
    studies: dict[tuple[str, str], tuple[str, str]]
    constant: set[str]


def facts(pack: Pack, assessment: Assessment) -> AttributionFacts:
    """Collect what the rows of attributions need."""
    air, data = assessment["concentration"], assessment["attribution"]
    receptors, home = pack.optional("receptors"), country_of(pack)
    cities = dict(zip(receptors["code"], receptors["region"], strict=True))
    parts, groups = children(pack), group_members(pack)
    places = [str(code) for code in air["place"].to_numpy()]
    held = {code: groups.get(code) or parts.get(code) or [cities.get(code, code)] for code in places}
    names = ("natural", "natural_low", "natural_high", "unexplained", "bias_source", "bias_note")
    return AttributionFacts(
        places={code: number for number, code in enumerate(places)},
        splits={
            way: Split(
                [str(code) for code in data[way].to_numpy()],
                *(data[f"by_{way}{end}"].transpose(way, "place").to_numpy() for end in ("", "_low", "_high")),
            )
            for way in WAYS
        },
        air={name: air[name].to_numpy() for name in names},
        home=home,
        nations={code: {home[region] for region in regions} for code, regions in held.items()},
        shared=_shared_blocks(pack),
        relation_source=" ".join(relation_sources(pack)),
        natural_source=" ".join(
            dict.fromkeys([*pack.optional("source_receptor_base")["source"], *pack.optional("natural")["source"]])
        ),
        sources=_emission_sources(assessment),
        studies=_studies(assessment),
        constant=_constant(assessment),
    )


def _constant(assessment: Assessment) -> set[str]:
    """Return the precursors of which more than half is emitted by cells that are held constant in that year."""
    data = assessment["emissions"].sel(year=assessment.year)
    held = data["basis"] == meanings(data["basis"]).index("constant")
    inside = data["value"].sel(sector=[code for code in data["sector"].to_numpy() if code != OUTSIDE_SECTOR])
    whole, part = (values.sum(["region", "sector"]) for values in (inside, inside.where(held)))
    codes = data["pollutant"].to_numpy()[(part > 0.5 * whole).to_numpy()]
    return {AS_PRECURSOR.get(str(code), str(code)) for code in codes}


def _studies(assessment: Assessment) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the sources of the studies and the note of every calibrated share, by receptor nation and nation."""
    if "calibration" not in assessment.datasets:
        return {}
    data = assessment["calibration"]
    sources, notes = data["source"].to_numpy(), data["note"].to_numpy()
    return {
        (str(receptor), str(nation)): (str(sources[row, column]), str(notes[row, column]))
        for row, receptor in enumerate(data["receptor_nation"].to_numpy())
        for column, nation in enumerate(data["nation"].to_numpy())
    }


def place_codes(pack: Pack, assessment: Assessment) -> list[str]:
    """Return the places that tables list: cities, regions, nations and policy groups, without the blocks of a model."""
    groups = pack.optional("groups").set_index("code")["kind"]
    places = [str(code) for code in assessment["concentration"]["place"].to_numpy()]
    return [code for code in places if code not in groups.index or groups[code] == "policy"]


def attribution(
    pack: Pack, assessment: Assessment, place: str, way: str = "country", known: AttributionFacts | None = None
) -> pd.DataFrame:
    """Return who gives the PM2.5 of a place, by country, region, sector or pollutant.

    known : the facts of the pack, if collected before
    returns : columns receptor, the way, value (ug/m3), unit, share (of the anthropogenic part), low, high, basis,
        source, note; the rows add up to the observed concentration, with `natural` and, where anything was observed,
        `unexplained`
    """
    if way not in WAYS:
        raise unknown("split", way, WAYS)
    known = known or facts(pack, assessment)
    if place not in known.places:
        raise _no_place(pack, assessment, place)
    return pd.DataFrame.from_records(_attribution_records(known, place, way))


def attribution_of_all(
    pack: Pack, assessment: Assessment, way: str, known: AttributionFacts | None = None
) -> pd.DataFrame:
    """Return who gives the PM2.5 of every place, with the columns of `attribution`."""
    known = known or facts(pack, assessment)
    records = [row for place in place_codes(pack, assessment) for row in _attribution_records(known, place, way)]
    return pd.DataFrame.from_records(records)


def _attribution_records(known: AttributionFacts, place: str, way: str) -> list[dict[str, Any]]:
    split, here = known.splits[way], known.places[place]
    air = {name: values[here] for name, values in known.air.items()}
    return attribution_records(
        place,
        way,
        split.names,
        (split.value[:, here], split.low[:, here], split.high[:, here]),
        (float(air["natural"]), float(air["natural_low"]), float(air["natural_high"])),
        None
        if np.isnan(air["unexplained"]) or not (air["unexplained"] or air["bias_source"])
        else (float(air["unexplained"]), str(air["bias_source"]), str(air["bias_note"])),
        _notes(known, place, way, split.names),
        [_part_source(known, place, way, code) for code in split.names],
        known.natural_source,
    )


def _no_place(pack: Pack, assessment: Assessment, place: str) -> AirshedError:
    cities = pack.optional("receptors").set_index("code")["inside"]
    if place in cities.index and cities[place] == "no":
        return AirshedError("lies-outside-area-source-receptor", place=place)
    levels = pack.table("regions").set_index("code")["level"]
    if place in levels.index and levels[place] == "outside":
        return AirshedError("source-without-people-here-not", place=place)
    return unknown("receptor", place, place_codes(pack, assessment), named(pack, place))


def _emission_sources(assessment: Assessment) -> dict[str, list[str]]:
    """Return the sources behind the emissions of every region in the year of the answer."""
    data = assessment["emissions"]["source"].sel(year=assessment.year)
    words = str(data.attrs["flag_meanings"]).split("|")
    found = {}
    for region in data["region"].to_numpy():
        codes = np.unique(data.sel(region=region).to_numpy())
        found[str(region)] = list(dict.fromkeys(key for code in codes for key in words[int(code)].split()))
    return found


def _part_source(known: AttributionFacts, place: str, way: str, code: str) -> str:
    """Return the sources of one part: those of the relation, of the studies it is calibrated to, of the emissions."""
    regions = list(known.sources)
    nations = {known.home[code]} if way in ("country", "region") else {known.home[region] for region in regions}
    if way == "region":
        regions = [code]
    elif way == "country":
        regions = [region for region in known.sources if known.home[region] == code]
    keys = [key for region in regions for key in known.sources.get(region, [])]
    pairs = [pair for pair in known.studies if pair[0] in known.nations[place] and pair[1] in nations]
    studies = [key for pair in pairs for key in known.studies[pair][0].split()]
    return " ".join(dict.fromkeys([*studies, *known.relation_source.split(), *keys]))


def _notes(known: AttributionFacts, place: str, way: str, codes: list[str]) -> list[str]:
    """Say what a reader must know of single parts: block splits, and province-to-city numbers across a border."""
    notes = []
    for code in codes:
        words = []
        if way in ("country", "region") and code in known.shared:
            words.append(SPLIT.format(block=known.shared[code]))
        if way == "country" and len(known.nations[place]) == 1:
            words += [known.studies[pair][1] for pair in ((*known.nations[place], code),) if pair in known.studies]
        if way == "region" and known.home[code] != code and known.nations[place] != {known.home[code]}:
            words.append(INDICATIVE)
        if way == "pollutant" and code in known.constant:
            words.append(HELD)
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
            shared.update(dict.fromkeys([*held, *nations], group))
    return shared


def health(pack: Pack, assessment: Assessment, regions: list[str] | None = None) -> pd.DataFrame:
    """Return exposure and deaths by region, nation or group, by GEMM, all causes together.

    regions : codes; without any, the nations and their regions
    returns : columns of `airshed.assessment.lives.health.health`, which also answers by cause, age and other responses
    """
    return deaths_table(pack, assessment, regions)


def concentrations(pack: Pack, assessment: Assessment) -> pd.DataFrame:
    """Return PM2.5 of every place: total, its parts, the observation behind it, and the target.

    returns : columns place, total, total_low, total_high, modelled, modelled_low, modelled_high, natural, unexplained
        (ug/m3), unit, source, note, target, above_target; an end is empty where the samples of the relation do not
        differ, as in the year of the observation
    """
    air = assessment["concentration"]
    codes = place_codes(pack, assessment)
    here = air.sel(place=codes)
    table = pd.DataFrame({"place": codes})
    levels = [f"{name}{end}" for name in ("total", "modelled") for end in ("", "_low", "_high")]
    for name in (*levels, "natural", "unexplained"):
        table[name] = here[name].to_numpy()
    table["unit"] = "ug/m3"
    table["source"] = here["bias_source"].to_numpy()
    table["note"] = here["bias_note"].to_numpy()
    if assessment.question.target is not None:
        limits = resolve_target(pack, assessment.question.target, codes, assessment.year)
        table["target"] = limits.to_numpy()
        table["above_target"] = np.maximum(table["total"] - table["target"], 0.0)
    return table


def levels(pack: Pack, assessment: Assessment, places: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the level of every place with what it is made of, and what was observed there in the same year.

    places : codes; all cities, regions, nations and policy groups if none
    returns : columns region, year, value, low, high (ug/m3, 5 and 95 % with the weather of a single year), natural,
        modelled (ug/m3, man-made, as the relation gives it), response (1), unexplained (ug/m3), observed (ug/m3, empty
        where nothing was observed in that year), kind, unit, basis, source, note; value = natural + response x
        modelled, of which unexplained is the part that the relation cannot carry
    Raises AirshedError for a place that has no level.
    """
    air = assessment["concentration"]
    known = [str(code) for code in air["place"].to_numpy()]
    for code in places or ():
        if code not in known:
            raise _no_place(pack, assessment, code)
    codes = list(dict.fromkeys(places)) if places else place_codes(pack, assessment)
    here = air.sel(place=codes)
    observed = here["observed_source"].to_numpy()
    sources = [
        " ".join(dict.fromkeys(f"{own} {all_}".split()))
        for own, all_ in zip(observed, here["bias_source"].to_numpy(), strict=True)
    ]
    return pd.DataFrame(
        {
            "region": codes,
            "year": assessment.year,
            "value": here["total"].to_numpy(),
            "low": here["total_low"].to_numpy(),
            "high": here["total_high"].to_numpy(),
            "natural": here["natural"].to_numpy(),
            "modelled": here["without_response"].to_numpy(),
            "response": here["response"].to_numpy(),
            "unexplained": here["unexplained"].to_numpy(),
            "observed": here["observed"].to_numpy(),
            "kind": here["observed_kind"].to_numpy(),
            "unit": "ug/m3",
            "basis": "derived",
            "source": sources,
            "note": here["bias_note"].to_numpy(),
        }
    )


def emissions_series(pack: Pack, assessment: Assessment) -> pd.DataFrame:
    """Return the baseline by nation for all its years."""
    cube = assessment["emissions"]
    pollutants = [code for code in SHOWN_POLLUTANTS if code in cube["pollutant"]]
    years = [int(year) for year in cube["year"].to_numpy()]
    return emission_table(pack, by=["country"], pollutants=pollutants, years=years, cube=cube)


def shown_years(assessment: Assessment) -> list[int]:
    """Return the years that tables of the baseline show: first, last, every tenth, base year, year of the answer."""
    years = [int(year) for year in assessment["emissions"]["year"].to_numpy()]
    chosen = {year for year in years if year % 10 == 0} | {years[0], years[-1], assessment.year}
    base = int(assessment["emissions"].attrs.get("base_year", assessment.year))
    return sorted(year for year in chosen | {base} if year in years)


def printed_projection(pack: Pack) -> pd.DataFrame | None:
    """Return the change table of the projection inventory with its marks, as the source prints it; None without one."""
    rules = baseline_rules(pack).projection
    if rules is None:
        return None
    rows = pack.table("emissions")
    rows = rows[rows["inventory"] == rules.inventory]
    years = sorted({int(year) for year in rows["year"]})
    regions = list(dict.fromkeys(rows["region"]))
    return emission_table(pack, inventory=rules.inventory, regions=regions, years=years, marks=True)


def all_tables(pack: Pack, assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return every table of the report by name, in its order."""
    tables = {
        **evidence_tables(pack, assessment),
        "concentrations": concentrations(pack, assessment),
        "health": health(pack, assessment),
        **impact_tables(pack, assessment),
        **strategy_tables(assessment),
        "emissions_series": emissions_series(pack, assessment),
    }
    printed = printed_projection(pack)
    if printed is not None:
        tables["emissions_projection"] = printed
    known = facts(pack, assessment)
    for way in WAYS:
        tables[f"attribution_by_{way}"] = attribution_of_all(pack, assessment, way, known)
    tables["closure"] = closure(pack, transport_rules(pack).relation)
    tables["sources"] = source_table(pack)
    return tables
