"""Deaths by response, cause and age from the exposure of an assessment, as records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar, get_args

import numpy as np
import pandas as pd
import xarray as xr

from airshed.assessment.assessment import Assessment
from airshed.impacts.exposure import population_weighted
from airshed.impacts.mortality import TOTAL_CAUSE, regional_deaths, split_bands
from airshed.impacts.response import NOTES as RESPONSE_NOTES
from airshed.impacts.response import CauseResponse, Family, Response, deaths_by_age, read_responses
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of, members
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack

T = TypeVar("T")
By = Literal["total", "cause", "age"]
SUM = "SUM"
REMAINDER = "other NCD"
SUM_OF_AGES = "sum"
DIFFERENCE = "difference"
RULE = "GEMM by age (25+), NCD+LRI"
PART = "part of {cause}"
LEFT_OVER = "{cause} less {causes}"
CAUSES = "sum of {causes}"
ENDS = "low and high: all ends together"
NO_ENDS = "the set has no interval"
WITHOUT = "without {causes}, for which there is no mortality"
BEYOND = "above {limit} ug/m3 the last value of the curve holds"
NO_DEATHS = "no mortality of {nation} in the pack"
ADDED = "sum of the age bands"
FIT = "the fit {set} alone, without {others} of the pack"
TOGETHER = "row of the response for all ages together: an alternative to the sum of the bands, never add"
APART = "row for all ages together less the sum of the bands"
SPLIT = "deaths of {nation} at {bands} are divided among the bands of the response by people"
PLAIN = (RULE, ENDS, NO_ENDS, ADDED, TOGETHER, APART)
NOTES = (*PLAIN, PART, LEFT_OVER, CAUSES, WITHOUT, NO_DEATHS, BEYOND, SPLIT, FIT, *RESPONSE_NOTES)
"""Templates of the notes, for translation: the plain ones first, which another template would take apart."""


@dataclass(frozen=True)
class HealthLine:
    """Deaths of every region (region) by one set, cause and age word: central, low, high; NaN where not known.

    split : by nation the bands of its death rates that reach over a border of the response
    """

    set: str
    cause: str
    age: str
    values: tuple[Floats, Floats, Floats]
    source: str
    notes: tuple[str, ...]
    limit: float = np.inf
    split: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class People:
    """Who breathes what: regions, their nations, persons and exposure (region)."""

    year: int
    regions: list[str]
    nations: list[str]
    persons: Floats
    exposure: Floats


def people_of(pack: Pack, assessment: Assessment) -> People:
    """Return the people and the exposure of an assessment."""
    data, home = assessment["health"], country_of(pack)
    regions = [str(code) for code in data["region"].to_numpy()]
    return People(
        assessment.year,
        regions,
        [home[code] for code in regions],
        data["population"].to_numpy(),
        data["exposure"].to_numpy(),
    )


def line(pack: Pack, people: People, response: Response) -> HealthLine:
    """Return the deaths of every region by a response, all its ages together."""
    central, low, high = (band.sum(axis=1) for band in _banded(pack, people, response))
    words = (response.source, response.notes, response.limit, _split(pack, people, response))
    return HealthLine(response.set, response.cause, "", (central, low, high), *words)


def _split(pack: Pack, people: People, response: Response) -> dict[str, list[str]]:
    return split_bands(pack, people.nations, people.year, response.cause, response)


def _banded(pack: Pack, people: People, response: Response) -> tuple[Floats, Floats, Floats]:
    baseline = regional_deaths(pack, people.nations, people.persons, people.year, response.cause, response)
    return (
        deaths_by_age(response, people.exposure, baseline),
        deaths_by_age(response, people.exposure, baseline, "low"),
        deaths_by_age(response, people.exposure, baseline, "high"),
    )


def cause_lines(pack: Pack, people: People, family: Family) -> dict[str, list[HealthLine]]:
    """Return the deaths by cause of every set of a family; raises MissingTableError if the pack holds none of it."""
    return {
        name: [line(pack, people, item.main) for item in held] for name, held in read_responses(pack, family).items()
    }


def fits(family: Family, sets: Mapping[str, T]) -> dict[str, T]:
    """Return the sets of a family that answers show: of the IER, whose sets are different fits, the first alone.

    The curves of MR-BRT are two editions of one study, and both stand.
    """
    return dict(list(sets.items())[:1]) if family == "ier" else dict(sets)


def response_sets(pack: Pack) -> dict[str, Family]:
    """Return the family of every set of responses that the pack holds, by its name."""
    known: dict[str, Family] = {}
    for family in get_args(Family):
        try:
            known.update(dict.fromkeys(read_responses(pack, family), family))
        except MissingTableError:
            continue
    return known


def family_of(pack: Pack, name: str) -> Family:
    """Return the family of a set of responses; raises AirshedError for a set that the pack does not hold."""
    known = response_sets(pack)
    if name not in known:
        raise AirshedError("set-responses-not-known-use-one", name=name, known=", ".join(known))
    return known[name]


def set_totals(pack: Pack, people: People, name: str) -> tuple[Floats, Floats, Floats]:
    """Return deaths of every region by a set of responses: central, low, high; of all its causes together.

    Raises AirshedError for a set that the pack does not hold.
    """
    lines = cause_lines(pack, people, family_of(pack, name))[name]
    whole = [item for item in lines if item.cause == TOTAL_CAUSE] or lines
    central, low, high = (np.nansum([item.values[end] for item in whole], axis=0) for end in range(3))
    return central, low, high


def age_lines(pack: Pack, people: People, found: CauseResponse, alternative: bool = True) -> list[HealthLine]:
    """Return the deaths by age band of one cause, and the check of their sum where the set has a row for all ages.

    alternative : whether that row is of the same fit as the bands
    """
    main = found.main
    ends, split = _banded(pack, people, main), _split(pack, people, main)
    lines = [
        HealthLine(main.set, main.cause, age, _pick(ends, place), main.source, main.notes, main.limit, split)
        for place, age in enumerate(main.ages)
    ]
    if found.whole is None or not alternative:
        return lines
    whole = line(pack, people, found.whole)
    sums = (ends[0].sum(axis=1), ends[1].sum(axis=1), ends[2].sum(axis=1))
    empty = np.full(len(people.regions), np.nan)
    same = (main.set, main.cause)
    return [
        *lines,
        HealthLine(*same, SUM_OF_AGES, sums, main.source, (ADDED, *main.notes), main.limit, split),
        replace(whole, age=found.whole.ages[0], notes=(TOGETHER, *whole.notes)),
        HealthLine(
            *same, DIFFERENCE, (whole.values[0] - sums[0], empty, empty), main.source, (APART,), main.limit, split
        ),
    ]


def _pick(ends: tuple[Floats, Floats, Floats], place: int) -> tuple[Floats, Floats, Floats]:
    return ends[0][:, place], ends[1][:, place], ends[2][:, place]


def cause_dataset(pack: Pack, people: People, total: tuple[Floats, Floats, Floats]) -> dict[str, xr.DataArray]:
    """Return deaths by cause (region, cause) for the dataset of an assessment: the total by GEMM, then its causes.

    total : (region), deaths of the total cause as the chain computed them, with its ends
    """
    lines = [item for item in cause_lines(pack, people, "gemm")["gemm"] if item.cause != TOTAL_CAUSE]
    coords = {"region": people.regions, "cause": [TOTAL_CAUSE, *(item.cause for item in lines)]}
    data = {}
    for place, name in enumerate(("deaths_by_cause", "deaths_by_cause_low", "deaths_by_cause_high")):
        values = np.stack([total[place], *(item.values[place] for item in lines)], axis=1)
        data[name] = xr.DataArray(values, coords=coords, dims=("region", "cause"), attrs={"units": "deaths/yr"})
    return data


def health(
    pack: Pack,
    assessment: Assessment,
    regions: Sequence[str] | None = None,
    response: Family = "gemm",
    by: By | None = None,
    name: str | None = None,
) -> pd.DataFrame:
    """Return exposure and deaths by region, nation or group.

    regions : codes; without any, the nations and their regions
    response : family of concentration-response functions; a family may hold several sets, each with its own rows
    name : the one set to show, instead of those that `fits` gives
    by : `total`, `cause` (the total first, then its causes) or `age`; without it the total of GEMM, the causes of the
        others
    returns : columns region, cause, set, age (with by `age`), value (deaths per year), low, high, unit, year,
        population, exposure (ug/m3), basis, source, note; groups and nations are sums over their regions. One whose
        nation has no mortality stands beside the others without a number, and the note says so. Raises
        MissingTableError if none of them has any, or the pack no response of the family
    """
    way: By = by or ("total" if response == "gemm" else "cause")
    people = people_of(pack, assessment)
    held_sets = _lines(pack, assessment, people, response, way)
    sets = _shown(held_sets, response, name)
    others = [one for one in held_sets if one not in sets] if response == "ier" else []
    cited = _cited(pack)
    home = country_of(pack)
    nations = list(dict.fromkeys(people.nations))
    records: list[dict[str, Any]] = []
    unknown: list[Phrase] = []
    for code in dict.fromkeys(regions or [*nations, *people.regions]):
        held = [people.regions.index(region) for region in members(pack, code) if region in people.regions]
        if not held:
            raise AirshedError("no-people-assessment", code=code)
        owners = [owner for place in held for owner in (people.regions[place], home[people.regions[place]])]
        keys = [key for owner in dict.fromkeys(owners) for key in cited.get(owner, [])]
        for lines in sets.values():
            found = _with_total(lines, held, way)
            if not found and regions:
                unknown.append(_unknown(lines, held, people))
                records.append(_unanswered(code, lines, held, people, keys, way))
            records += [_record(code, item, held, people, keys, way) for item in found]
    if unknown and all(np.isnan(row["value"]) for row in records):
        raise MissingTableError("mortality", unknown[0])
    if others:
        for row in records:
            row["note"] += f"; {FIT.format(set=row['set'], others=_named(others))}"
    return pd.DataFrame.from_records(records)


def _shown(sets: dict[str, list[HealthLine]], family: Family, name: str | None) -> dict[str, list[HealthLine]]:
    if name is None:
        return fits(family, sets)
    if name not in sets:
        raise AirshedError("set-responses-not-known-use-one", name=name, known=", ".join(sets))
    return {name: sets[name]}


def _lines(
    pack: Pack, assessment: Assessment, people: People, response: Family, way: By
) -> dict[str, list[HealthLine]]:
    """Return the lines of every set; those of GEMM by total and cause are in the assessment."""
    if way == "age":
        return {
            name: [item for found in _totals_only(held) for item in age_lines(pack, people, found, response != "ier")]
            for name, held in read_responses(pack, response).items()
        }
    if response != "gemm":
        return cause_lines(pack, people, response)
    data = assessment["health"]
    source = " ".join(dict.fromkeys(pack.table("responses_gemm")["source"]))
    names = ("deaths_by_cause", "deaths_by_cause_low", "deaths_by_cause_high")
    central, low, high = (data[name].to_numpy() for name in names)
    lines = []
    split = {item.main.cause: _split(pack, people, item.main) for item in read_responses(pack, "gemm")["gemm"]}
    for place, cause in enumerate(str(code) for code in data["cause"].to_numpy()):
        note = RULE if cause == TOTAL_CAUSE else PART.format(cause=TOTAL_CAUSE)
        ends = _pick((central, low, high), place)
        lines.append(HealthLine("gemm", cause, "", ends, source, (note,), split=split.get(cause, {})))
    return {"gemm": lines}


def _totals_only(held: Sequence[CauseResponse]) -> list[CauseResponse]:
    """Return the response of the total cause where a set has one, else all: ages of parts would be counted twice."""
    return [item for item in held if item.main.cause == TOTAL_CAUSE] or list(held)


def _with_total(lines: Sequence[HealthLine], held: Sequence[int], way: By) -> list[HealthLine]:
    """Return the lines that are known at the regions, the total first and what it holds besides its causes last."""
    known = [item for item in lines if np.isfinite(item.values[0][held]).all()]
    if not known or way == "age":
        return known
    total = next((item for item in known if item.cause == TOTAL_CAUSE), None)
    if any(item.cause == TOTAL_CAUSE for item in lines) and total is None:
        return []
    parts = [item for item in known if item is not total]
    if total is None:
        missing = [item.cause for item in lines if item not in known]
        total = _summed(parts, missing)
        return [total] if way == "total" else [total, *parts]
    if way == "total" or not parts:
        return [total]
    return [total, *parts, _remainder(total, parts)]


def _summed(parts: Sequence[HealthLine], missing: Sequence[str]) -> HealthLine:
    ends = [np.sum([item.values[end] for item in parts], axis=0) for end in range(3)]
    notes = [CAUSES.format(causes=_named(item.cause for item in parts))]
    notes += [WITHOUT.format(causes=_named(missing))] if missing else []
    notes += [ENDS]
    sources = " ".join(dict.fromkeys(key for item in parts for key in item.source.split()))
    limit = min(item.limit for item in parts)
    return HealthLine(parts[0].set, SUM, "", (ends[0], ends[1], ends[2]), sources, tuple(notes), limit, _joined(parts))


def _joined(lines: Sequence[HealthLine]) -> dict[str, list[str]]:
    """Return the divided bands of several lines, each once."""
    found: dict[str, list[str]] = {}
    for nation, bands in (held for item in lines for held in item.split.items()):
        found[nation] = list(dict.fromkeys([*found.get(nation, []), *bands]))
    return found


def _remainder(total: HealthLine, parts: Sequence[HealthLine]) -> HealthLine:
    rest = total.values[0] - np.sum([item.values[0] for item in parts], axis=0)
    empty = np.full(len(rest), np.nan)
    note = LEFT_OVER.format(cause=total.cause, causes=_named(item.cause for item in parts))
    return HealthLine(
        total.set, REMAINDER, "", (rest, empty, empty), total.source, (note,), split=_joined([total, *parts])
    )


def _named(causes: Iterator[str] | Sequence[str]) -> str:
    return ", ".join(causes)


def _unknown(lines: Sequence[HealthLine], held: Sequence[int], people: People) -> Phrase:
    """Say which causes of which nations are not known."""
    wanted = [item for item in lines if item.cause == TOTAL_CAUSE] or list(lines)
    causes = dict.fromkeys(item.cause for item in wanted)
    nations = sorted({people.nations[place] for item in wanted for place in held if np.isnan(item.values[0][place])})
    return Phrase("detail-causes-of-nations", causes=_named(list(causes)), nations=", ".join(nations))


def _unanswered(
    code: str, lines: Sequence[HealthLine], held: Sequence[int], people: People, keys: Sequence[str], way: By
) -> dict[str, Any]:
    """Return the row of a region whose deaths are not known: who breathes what, and whose mortality is missing."""
    total = next((item for item in lines if item.cause == TOTAL_CAUSE), lines[0])
    lacking = sorted({people.nations[place] for place in held if np.isnan(total.values[0][place])})
    row = _record(code, total, held, people, keys, way)
    cause = total.cause if total.cause == TOTAL_CAUSE else SUM
    return {**row, "cause": cause, "note": "; ".join(NO_DEATHS.format(nation=nation) for nation in lacking)}


def _record(
    code: str, item: HealthLine, held: Sequence[int], people: People, keys: Sequence[str], way: By
) -> dict[str, Any]:
    value, low, high = (float(end[held].sum()) for end in item.values)
    exposure = people.exposure[held]
    notes = [*item.notes]
    if exposure.max() > item.limit:
        notes.append(BEYOND.format(limit=f"{item.limit:g}"))
    here = dict.fromkeys(people.nations[place] for place in held)
    notes += [SPLIT.format(nation=nation, bands=_named(item.split[nation])) for nation in here if nation in item.split]
    if item.cause != REMAINDER and item.age != DIFFERENCE and np.isnan(low):
        notes = [note for note in notes if note != ENDS] + [NO_ENDS]
    age = {"age": item.age or SUM_OF_AGES} if way == "age" else {}
    return {
        "region": code,
        "cause": item.cause,
        "set": item.set,
        **age,
        "value": value,
        "low": low,
        "high": high,
        "unit": "deaths/yr",
        "year": people.year,
        "population": float(people.persons[held].sum()),
        "exposure": population_weighted(exposure, people.persons[held]),
        "basis": "derived",
        "source": " ".join(dict.fromkeys([*item.source.split(), *keys])),
        "note": "; ".join(notes),
    }


def _cited(pack: Pack) -> dict[str, list[str]]:
    """Return the sources of mortality, age structure and people, by region and nation."""
    cited: dict[str, list[str]] = {}
    for name in ("mortality", "ages", "populations"):
        rows = pack.table(name).drop_duplicates(["region", "source"])
        for region, source in zip(rows["region"], rows["source"], strict=True):
            cited.setdefault(region, []).append(source)
    return cited
