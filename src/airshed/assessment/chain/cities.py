"""Cities as members: a city that is no region of its own takes its share of its region, by people, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from airshed.emissions.baseline import baseline_cube
from airshed.pack.codes import countries, country_of, members, nations_of
from airshed.pack.economy import GDP
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.people import population

CITIES = "cities"
"""The word that stands for the member cities of the platform."""
COUNTED = ("PM2.5", "SO2", "NOx", "NH3")
"""Pollutants of which the kilotonnes are added up for what a city emits a head."""
SAME = 0.98
"""Share of the people of its region from which on a city is the region."""


@dataclass(frozen=True)
class City:
    """A city that is no region of its own: its share of the region, 0..1, and the ends of that.

    share : of people; it stands for emissions, measures and GDP too
    emitted_low, emitted_high : of emissions and measures; gdp_low, gdp_high : of GDP
    """

    code: str
    region: str
    share: float
    emitted_low: float
    emitted_high: float
    gdp_low: float
    gdp_high: float
    source: str


@equation(
    key="city-share",
    title="Share of a city in its region",
    latex=r"s_c = \frac{P_c}{P_r},\quad s_c\,\min_k \rho_k \le s_c \le s_c\,\max_k \rho_k,\quad "
    r"\rho_k = \frac{X_k / X_n}{P_k / P_n}",
    units="1",
    citation="rule of this project: by people P; its ends are what the regions k that are a city have a head, of "
    "emissions or GDP X, against their nation n",
)
def city_share(persons: float, of_region: float) -> float:
    """Return the share of a city in its region by people, at most 1.

    >>> city_share(2.0, 8.0)
    0.25
    """
    return min(persons / of_region, 1.0)


def city_of(pack: Pack, code: str) -> City | None:
    """Return a city that is no region of its own; None for every other code.

    Raises MissingTableError without the people of the city.
    """
    shares = pack.derive("people of cities", _people_shares, pinned=True)
    if code not in shares or shares[code][1] >= SAME:
        return None
    region, share, source = shares[code]
    if not share > 0:
        raise MissingTableError("receptors", Phrase("detail-population-code-share-region", code=code))
    emitted, produced = pack.derive("what cities have a head", _a_head, pinned=True)
    return City(code, region, share, *_ends(share, emitted), *_ends(share, produced), source)


def _ends(share: float, ratios: Sequence[float]) -> tuple[float, float]:
    values = [share, *(min(share * ratio, 1.0) for ratio in ratios)]
    return min(values), max(values)


def named_region(pack: Pack, code: str) -> str:
    """Return the code of the region that a city is: `seoul` is KR-11; every other code is returned as it is."""
    shares = pack.derive("people of cities", _people_shares, pinned=True)
    region, share, _ = shares.get(code, (code, 0.0, ""))
    return region if share >= SAME else code


def city_region(pack: Pack, code: str) -> str:
    """Return the region that a city is or lies in; every other code is returned as it is."""
    city = city_of(pack, code)
    return named_region(pack, code) if city is None else city.region


def held_by(pack: Pack, code: str) -> list[str]:
    """Return the regions of a region, nation, group or city; that of a city lies around it."""
    city = city_of(pack, code)
    return members(pack, named_region(pack, code)) if city is None else [city.region]


def share_in(pack: Pack, code: str) -> float:
    """Return the share of its regions that a member has: 1, or that of a city by people."""
    city = city_of(pack, code)
    return 1.0 if city is None else city.share


def platform(pack: Pack) -> list[str]:
    """Return the member cities of the pack's platform: receptors with a role that ends in `_member`."""
    rows = pack.optional("receptors")
    inside = [any(word.endswith("_member") for word in str(roles).split()) for roles in rows.get("roles", ())]
    return [str(code) for code, member in zip(rows.get("code", ()), inside, strict=True) if member]


def platform_nations(pack: Pack) -> list[str]:
    """Return the nations of the member cities of the platform, in the order of the pack; none without a platform."""
    found = {nation for city in platform(pack) for nation in nations_of(pack, city)}
    return [code for code in countries(pack) if code in found]


def players_asked(pack: Pack, text: str | None) -> list[str]:
    """Return the players of a list with commas; `cities` are the members of the platform, whose nations without a list.

    Raises AirshedError where the pack has no platform and none are named.
    """
    if text is not None and text.strip() != CITIES:
        return [word.strip() for word in text.split(",") if word.strip()]
    found = platform_nations(pack) if text is None else platform(pack)
    if not found:
        raise AirshedError("pack-names-no-members-platform")
    return found


def members_asked(pack: Pack, codes: Sequence[str]) -> list[str]:
    """Return members by their codes: `cities` stands for those of the platform, a city that is a region for it."""
    found = [one for code in codes for one in (platform(pack) if code == CITIES else [code])]
    return [named_region(pack, code) for code in found]


def refuse_shared(pack: Pack, codes: Sequence[str]) -> None:
    """Raise AirshedError if two members share ground: a region and a city in it, or what `refuse_overlap` refuses."""
    held = {code: set(held_by(pack, code)) for code in codes}
    for one, other in combinations(held, 2):
        shared = held[one] & held[other]
        if shared and not (city_of(pack, one) and city_of(pack, other)):
            raise AirshedError("regions-overlap", one=one, other=other, shared=", ".join(sorted(shared)[:5]))


def _people_shares(pack: Pack) -> dict[str, tuple[str, float, str]]:
    """Return of every city its region, its share of the people there, NaN where not known, and the source."""
    found = {}
    known = set(country_of(pack))
    for _, row in pack.optional("receptors").iterrows():
        code, region = str(row["code"]), str(row["region"])
        count = float(pd.to_numeric(row["population"], errors="coerce"))
        if code in known or region not in known:
            continue
        share, year = float("nan"), float(pd.to_numeric(row["population_year"], errors="coerce"))
        if np.isfinite(count) and count > 0 and np.isfinite(year):
            try:
                total = sum(population(pack, int(year), members(pack, region)))
            except MissingTableError:
                total = 0.0
            share = city_share(count, float(total)) if total > 0 else share
        found[code] = (region, share, str(row["source"]))
    return found


def _a_head(pack: Pack) -> tuple[list[float], list[float]]:
    """Return emissions and GDP a head over those of the nation, of the regions that are a city; none without tables."""
    shares = pack.derive("people of cities", _people_shares, pinned=True)
    built = set(pack.optional("built_up_areas")["city"])
    home, year = country_of(pack), pack.base_year
    own = {region for code, (region, share, _) in shares.items() if share >= SAME and (code in built or not built)}
    whole = {region: members(pack, home[region]) for region in sorted(own) if home[region] != region}
    persons = {region: float(population(pack, year, [region])[region]) for region in whole}
    around = {region: float(population(pack, year, _counted(pack, whole[region])).sum()) for region in whole}
    try:
        total = baseline_cube(pack)["value"].sel(year=year, pollutant=list(COUNTED)).sum(["sector", "pollutant"])
        known = {str(code): float(total.sel(region=code)) for code in total["region"].to_numpy()}
    except MissingTableError:
        known = {}
    rows = pack.optional("economy")
    rows = rows[(rows["indicator"] == GDP) & (rows["year"].astype(int) == year)]
    money = {str(code): float(value) for code, value in zip(rows["code"], rows["value"], strict=True)}
    emitted = [
        (known[region] / persons[region]) / (sum(known.get(part, 0.0) for part in whole[region]) / around[region])
        for region in whole
        if region in known
    ]
    produced = [
        (money[region] / persons[region]) / (money[home[region]] / around[region])
        for region in whole
        if region in money and home[region] in money
    ]
    return emitted, produced


def _counted(pack: Pack, regions: Sequence[str]) -> list[str]:
    counted = set(pack.table("populations")["region"])
    return [code for code in regions if code in counted]
