"""The rules of the baseline that a pack states in datapackage.json, validated."""

from __future__ import annotations

from pydantic import Field

from airshed.pack.codes import group_members, unknown
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.rules import Rules, Year, read_rules


class Projection(Rules):
    """The inventory whose growth is used after the history, with the nation and the groups it prints."""

    inventory: str
    national: str
    groups: list[str] = Field(default_factory=list)
    label: str = ""


class Outside(Rules):
    """Sources that only a model knows: its inventory, and the regions to take from it."""

    inventory: str
    regions: list[str]


class Level(Rules):
    """The inventory from which some regions or the members of groups take their level, in all sectors or in some."""

    inventory: str
    regions: list[str]
    sectors: list[str] = Field(default_factory=list)


class ProvinceShares(Rules):
    """The inventory whose provincial rows split a nation's row; pollutants may take another one's shares.

    year : the one year whose shares serve all; without it every year takes the latest shares that exist by then
    """

    inventory: str
    year: Year | None = None
    pollutant_like: dict[str, str] = Field(default_factory=dict)


class BaselineRules(Rules):
    """How the inventories of a pack make one baseline.

    history : the inventory that comes first; years : first and last year of the baseline
    level : who takes the level from another inventory; the history serves its past, the first rule that fits wins
    national : nations that carry on with an inventory of their own; projection, outside, province_shares : see there
    reported : nations whose emissions change after the history like the national totals that an inventory reports
    grow_like, sector_grows_like : pollutants and sectors without a printed row take the growth of another
    merge_for_residual : sectors taken as one, by pollutant; printed_sectors : printed sectors that hold several
    """

    history: str | None = None
    years: tuple[Year, Year] | None = None
    level: list[Level] = Field(default_factory=list)
    national: dict[str, str] = Field(default_factory=dict)
    reported: dict[str, str] = Field(default_factory=dict)
    projection: Projection | None = None
    outside: Outside | None = None
    grow_like: dict[str, str] = Field(default_factory=dict)
    sector_grows_like: dict[str, str] = Field(default_factory=dict)
    merge_for_residual: dict[str, list[list[str]]] = Field(default_factory=dict)
    printed_sectors: dict[str, list[str]] = Field(default_factory=dict)
    province_shares: dict[str, ProvinceShares] = Field(default_factory=dict)


def baseline_rules(pack: Pack) -> BaselineRules:
    """Return the rules of the pack; raises AirshedError for an unknown rule or code, or a rule that misses a part."""
    return pack.derive("baseline_rules", _validated, pinned=True)


def _validated(pack: Pack) -> BaselineRules:
    rules = read_rules(BaselineRules, pack.descriptor.baseline, "baseline")
    if rules.years is not None and rules.years[0] > rules.years[1]:
        raise AirshedError("datapackagejson-baseline-years-after", first=rules.years[0], last=rules.years[1])
    places = [*rules.national, *rules.reported, *rules.province_shares]
    places += [code for level in rules.level for code in level.regions]
    places += rules.outside.regions if rules.outside else []
    if rules.projection:
        places += [rules.projection.national, *rules.projection.groups]
    known = [*pack.table("regions")["code"], *group_members(pack)]
    for code in places:
        if code not in known:
            raise unknown("region or group in the rules of the baseline", code, known)
    known = list(pack.table("pollutants")["code"])
    for code in _pollutants(rules):
        if code not in known:
            raise unknown("pollutant in the rules of the baseline", code, known)
    known = list(pack.table("sectors")["code"])
    for code in _sectors(rules):
        if code not in known:
            raise unknown("sector in the rules of the baseline", code, known)
    return rules


def _pollutants(rules: BaselineRules) -> list[str]:
    likes = [rules.grow_like, *(shares.pollutant_like for shares in rules.province_shares.values())]
    return [*rules.merge_for_residual, *(code for like in likes for pair in like.items() for code in pair)]


def _sectors(rules: BaselineRules) -> list[str]:
    merged = [sectors for sets in rules.merge_for_residual.values() for sectors in sets]
    levels = [level.sectors for level in rules.level]
    alike = [*levels, *rules.sector_grows_like.items(), *rules.printed_sectors.values(), *merged]
    return [*rules.printed_sectors, *(code for codes in alike for code in codes)]
