"""Keys of a common budget from the pack: what each member has of people, GDP, emissions, deaths that it exports."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import pandas as pd

from airshed.assessment.chain.chain import prepare
from airshed.assessment.chain.cities import city_of, city_region, held_by, share_in
from airshed.assessment.chain.economy import product_of
from airshed.assessment.lives.damage import slopes
from airshed.assessment.plans.aims import USD_PER_MILLION
from airshed.cooperation.contributions import Number, exact, mixed
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.table import emission_table
from airshed.pack.arrays import Floats
from airshed.pack.economy import GDP
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.language import Translate
from airshed.pack.pack import Pack
from airshed.pack.people import counted, population
from airshed.pack.percent import percent

FINE = "PM2.5"
EQUAL, PEOPLE, ECONOMY, EMITTED, EXPORTED = "equal", "population", "gdp", "emissions", "exported"
UN_RATES, ASSESSMENT = "un-rates", "un_assessment"
"""The rates of the United Nations themselves, prorated over the members; the scale that they follow is UN_SCALE."""
SIMPLE = (EQUAL, PEOPLE, ECONOMY, EXPORTED, UN_RATES)
MIXED, UN_SCALE = "mixed", "un-scale"
WORDS = {ECONOMY: "GDP", EXPORTED: "exported deaths", UN_RATES: "rate of the United Nations scale"}
FORM = "equal, population, gdp, emissions:PM2.5, exported, un-scale, un-rates, or mixed:gdp=0.5,population=0.5"
HEALTH_TABLES = ("source_receptor", "responses_gemm", "mortality", "ages", "populations")


@dataclass(frozen=True)
class Part:
    """One number that a key takes from the pack: its name, the pollutant of emissions, its weight in a mixed key."""

    name: str
    pollutant: str = ""
    weight: Fraction = Fraction(1)

    @property
    def title(self) -> str:
        """How the part is written."""
        return f"{self.name}:{self.pollutant}" if self.pollutant else self.name


@dataclass(frozen=True)
class Key:
    """Shares of the members by a key; members without a number have none and are in `missing`, with what they lack.

    exported : deaths a year that members cause outside their regions, where the key counts them
    """

    shares: dict[str, Fraction]
    missing: dict[str, str]
    sources: list[str]
    exported: dict[str, float] = field(default_factory=dict)


def parse_key(text: str) -> tuple[Part, ...]:
    """Return the parts of a key.

    >>> [part.title for part in parse_key("mixed:emissions:PM2.5=0.5,gdp=0.5")]
    ['emissions:PM2.5', 'gdp']
    """
    if text == UN_SCALE:
        return (Part(ECONOMY),)
    if not text.startswith(f"{MIXED}:"):
        return (_part(text, text, Fraction(1)),)
    parts = []
    for word in text.removeprefix(f"{MIXED}:").split(","):
        name, _, number = word.rpartition("=")
        parts.append(_part(name.strip(), text, _weight(number, text)))
    if len({part.title for part in parts}) < len(parts):
        raise AirshedError("key-names-part-twice", text=text)
    return tuple(parts)


def _part(name: str, text: str, weight: Fraction) -> Part:
    first, _, pollutant = name.partition(":")
    if name in SIMPLE or (first == EMITTED and pollutant):
        return Part(first, pollutant, weight)
    raise AirshedError("key-cannot-read-write", text=text, form=FORM)


def _weight(number: str, text: str) -> Fraction:
    try:
        weight = exact(float(number))
    except (ValueError, AirshedError):
        weight = Fraction(-1)
    if weight <= 0:
        raise AirshedError("key-cannot-read-write-weights", text=text, form=FORM)
    return weight


def key_told(text: str, translate: Translate) -> str:
    """Return a key in words; of a mixed one its parts with their weights.

    >>> from airshed.pack.language import translator
    >>> key_told("mixed:gdp=0.5,emissions:PM2.5=0.5", translator("en")), key_told("un-scale", translator("en"))
    ('50 % GDP + 50 % emissions of PM2.5', 'scale of the United Nations')
    """
    if text == UN_SCALE:
        return translate("scale of the United Nations")
    names = {
        EQUAL: translate("equal parts"),
        PEOPLE: translate("people"),
        ECONOMY: translate("GDP"),
        EXPORTED: translate("exported deaths"),
        UN_RATES: translate("rates of the United Nations scale"),
    }
    emitted = translate("emissions of {pollutant}")
    parts = parse_key(text)
    told = [names.get(part.name) or emitted.format(pollutant=part.pollutant) for part in parts]
    if not text.startswith(f"{MIXED}:"):
        return told[0]
    whole = sum(part.weight for part in parts)
    return " + ".join(f"{percent(float(part.weight / whole))} {one}" for part, one in zip(parts, told, strict=True))


def read_key(pack: Pack, text: str, codes: Sequence[str], year: int) -> Key:
    """Return the shares of members (nations, regions, groups) by a key; members without a number have none.

    year : of people, emissions and exported deaths; the GDP is that of the base year of the pack
    """
    parts = parse_key(text)
    found = [_numbers(pack, part, codes, year) for part in parts]
    missing: dict[str, str] = {}
    for part, (numbers, _) in zip(parts, found, strict=True):
        for code, number in numbers.items():
            if not math.isfinite(number):
                missing.setdefault(code, WORDS.get(part.name, part.title))
    counted: list[tuple[Number, dict[str, Number]]] = [
        (part.weight, {code: numbers[code] for code in codes if code not in missing})
        for part, (numbers, _) in zip(parts, found, strict=True)
    ]
    if not counted[0][1]:
        what = next(iter(missing.values()))
        raise AirshedError("pack-lacks-of-any-member", what=what)
    part_shares = mixed(counted)
    shares = {code: part_shares.get(code, Fraction(0)) for code in codes}
    sources = [key for _, keys in found for key in keys]
    exported = [numbers for part, (numbers, _) in zip(parts, found, strict=True) if part.name == EXPORTED]
    return Key(shares, missing, list(dict.fromkeys(sources)), exported[0] if exported else {})


def _numbers(pack: Pack, part: Part, codes: Sequence[str], year: int) -> tuple[dict[str, float], list[str]]:
    """Return the number of every member, NaN where the pack has none, and its sources."""
    if part.name == EQUAL:
        return dict.fromkeys(codes, 1.0), []
    if part.name == PEOPLE:
        return people(pack, codes, year), _cited(pack, ["populations"], codes)
    if part.name == ECONOMY:
        found = [product_of(pack, code) for code in codes]
        keys = list(dict.fromkeys(key for one in found for key in one.source.split()))
        return {code: USD_PER_MILLION * one.value for code, one in zip(codes, found, strict=True)}, keys
    if part.name == UN_RATES:
        return _assessments(pack, codes)
    wanted = [part.pollutant or FINE]
    held = {code: city_region(pack, code) for code in codes}
    regions = list(dict.fromkeys(held.values()))
    emitted = emission_table(
        pack, regions=regions, by=["region"], pollutants=wanted, years=[year], cube=baseline_cube(pack)
    ).set_index("region")
    keys = list(dict.fromkeys(key for words in emitted["source"] for key in str(words).split()))
    if part.name == EMITTED:
        return {code: float(emitted["value"][held[code]]) * share_in(pack, code) for code in codes}, keys
    tables = [name for name in HEALTH_TABLES if pack.has(name)]
    return exported_deaths(pack, codes, year), list(dict.fromkeys([*keys, *_cited(pack, tables)]))


def _assessments(pack: Pack, codes: Sequence[str]) -> tuple[dict[str, float], list[str]]:
    """Return the latest rate of every member in the scale of the United Nations, percent, NaN without, and sources."""
    rows = pack.table("economy")
    rows = rows[rows["indicator"] == ASSESSMENT].sort_values("year", kind="stable").drop_duplicates("code", keep="last")
    known = dict(zip(rows["code"], rows["value"].astype(float), strict=True))
    found = {code: float(known.get(code, math.nan)) for code in codes}
    return found, list(dict.fromkeys(rows.loc[rows["code"].isin(list(codes)), "source"]))


def people(pack: Pack, codes: Sequence[str], year: int) -> dict[str, float]:
    """Return the persons of members in a year: their own row where the pack has one, else the sum of their regions."""
    known = counted(pack)
    held = {code: [code] if code in known else _counted(held_by(pack, code), known) for code in codes}
    return {code: float(population(pack, year, regions).sum()) * share_in(pack, code) for code, regions in held.items()}


def _counted(regions: list[str], known: Sequence[str]) -> list[str]:
    """Return the regions with a count; one without (Sejong) is counted in its neighbour, if there is any count."""
    return [code for code in regions if code in known] or regions


def products(pack: Pack, codes: Sequence[str]) -> dict[str, float]:
    """Return the GDP of members in the base year, USD, by `economy.product_of`; NaN without."""
    return {code: USD_PER_MILLION * product_of(pack, code).value for code in codes}


def incomes(pack: Pack, codes: Sequence[str]) -> tuple[dict[str, float], float]:
    """Return the GDP per head of members in the base year, USD, NaN without, and that of all who have one together."""
    product, persons = products(pack, codes), people(pack, codes, pack.base_year)
    known = [code for code in codes if math.isfinite(product[code]) and persons[code] > 0]
    if not known:
        raise MissingTableError("economy", Phrase("detail-gdp-base-year-any-member", gdp=GDP, base_year=pack.base_year))
    mean = sum(product[code] for code in known) / sum(persons[code] for code in known)
    return {code: product[code] / persons[code] if code in known else math.nan for code in codes}, mean


def exported_deaths(pack: Pack, codes: Sequence[str], year: int) -> dict[str, float]:
    """Return the deaths a year that members cause outside their own regions.

    What the calibrated relation says that they give to the PM2.5 of other regions, times the deaths per ug/m3 there
    at the level of the year: at the margin, so that the numbers of all members add up. Below zero counts zero.
    """
    chain = prepare(pack, year)
    emissions = chain.emissions()
    concentration, _ = chain.evaluate(emissions)
    slope, _, _ = slopes(chain, concentration.to_numpy())
    given = chain.relation.contribution(emissions).sel(receptor=chain.people.regions)
    result = {}
    for code in codes:
        own = set(held_by(pack, code))
        sources = [region for region in chain.relation.regions if region in own]
        away = [region not in own for region in chain.people.regions]
        part = given.sel(region=sources).sum("region").to_numpy() * slope
        exported = max(float(part[away].sum()), 0.0) * share_in(pack, code)
        result[code] = exported + _at_home(pack, code, part, chain.people.regions) if sources else math.nan
    return result


def _at_home(pack: Pack, code: str, part: Floats, regions: Sequence[str]) -> float:
    """Return the deaths that a city causes in its own region among people who are not its own; none of a region."""
    city = city_of(pack, code)
    if city is None or city.region not in regions:
        return 0.0
    return max(float(part[list(regions).index(city.region)]), 0.0) * city.share * (1.0 - city.share)


def _cited(pack: Pack, names: Sequence[str], codes: Sequence[str] = ()) -> list[str]:
    """Return the source keys of tables, with codes only of the rows of members and their regions."""
    found: list[str] = []
    for name in names:
        rows = pack.table(name)
        found += _keys(rows, "region", pack, codes) if codes else list(dict.fromkeys(rows["source"]))
    return found


def _keys(rows: pd.DataFrame, column: str, pack: Pack, codes: Sequence[str]) -> list[str]:
    held = {*codes, *(region for code in codes for region in held_by(pack, code))}
    return list(dict.fromkeys(rows.loc[rows[column].isin(held), "source"]))
