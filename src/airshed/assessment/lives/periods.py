"""Seasons and episodes: the origins of a place in a part of the year, and what a joint cut does in an episode.

Studies say by how much the odds of sources from outside are higher in a period than in the year. One factor on these
odds turns the shares of the year into those of the period; the level of a period is not modelled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.assessment.chain.chain import Chain, prepare
from airshed.assessment.chain.sampled_contributions import Given, SampledYears
from airshed.assessment.lives.acute import acute_of
from airshed.pack.arrays import Floats
from airshed.pack.bounds import LEVEL, within
from airshed.pack.codes import country_of, group_members, members, nations_of, unknown
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.expressions import ANNUAL
from airshed.pack.pack import Pack
from airshed.sampling.design import latin_column
from airshed.sampling.interval import ends_around
from airshed.transport.calibration import predictive, random_effects
from airshed.transport.ensemble import SAMPLES
from airshed.transport.relation import UNIT
from airshed.transport.splits import Width
from airshed.transport.studies import FOREIGN, OWN, PERCENT, Published, from_log_odds, log_odds, published

SEASONS = ("season:DJF", "season:MAM", "season:JJA", "season:SON")
EPISODE = "episode"
PERIODS = (*SEASONS, EPISODE)
OUTSIDE = "outside"
TOTAL = "total"
AT_LEVEL = "shares of the period at the level of the year: the level of the period itself is not modelled"
AT_GIVEN = "the fall in ug/m3 and the lives are at a level of {level} ug/m3 on the day"
AT_YEAR = "the fall in ug/m3 and the lives are at the level of the year: the level of the period itself is not modelled"
NOTES = (AT_LEVEL, AT_GIVEN, AT_YEAR)
"""Templates of the notes on periods."""


@dataclass(frozen=True)
class Shift:
    """By how much the log-odds of sources outside are higher in a period than in the year, and what says so.

    inside : codes of the nation, or of the region, whose sources count as its own
    """

    odds: float
    width: Width
    inside: set[str]
    studies: list[Published]


@equation(
    key="period-odds",
    title="Origins in a period from those of the year",
    latex=r"x_{period} = x_{year} + \bar\delta,\quad \delta_i = x_i^{published} - x_i^{year},\quad "
    r"x = \ln\frac{f}{1-f}",
    units="1 (log-odds)",
    citation="docs/method.md: f is the share of sources outside the nation (or the place); the mean over studies, each "
    "against the relation's year at its own receptor",
)
def in_period(share: Floats, shift: Floats | float) -> Floats:
    """Return shares of sources outside in a period from those of the year.

    >>> in_period(np.array([0.5]), np.log(3.0))
    array([0.75])
    """
    return from_log_odds(log_odds(share) + shift)


def period_attribution(
    pack: Pack, place: str, period: str, way: str = "country", year: int | None = None, samples: int = SAMPLES
) -> pd.DataFrame:
    """Return who gives the PM2.5 of a place in a season or in episodes, by country or region.

    period : one of PERIODS
    returns : columns receptor, the way, value (ug/m3, at the level of the year), unit, share (of the anthropogenic
        part), low, high, basis, source, note
    Raises AirshedError for a place or period of which no study speaks.
    """
    if way not in ("country", "region"):
        raise AirshedError("origins-period-cannot-split-studies", period=period, way=way)
    chain = prepare(pack, pack.base_year if year is None else year, with_health=False, samples=samples)
    given, shift = _in_period(Contributors(pack, chain), place, period)
    home = chain.home
    regions = chain.relation.regions
    names = list(dict.fromkeys(home[code] for code in regions)) if way == "country" else regions
    sources = " ".join(dict.fromkeys(item.source for item in shift.studies))
    total = float(given.central.sum())
    records: list[dict[str, Any]] = []
    for name in names:
        here = np.array([name in (code, home[code]) if way == "country" else name == code for code in regions])
        value, drawn = float(given.central[here].sum()), given.samples[:, here].sum(axis=1)
        low, high = ends_around(value, drawn)
        records.append(
            {
                "receptor": place,
                way: name,
                "value": value,
                "unit": UNIT,
                "share": value / total if total > 0 else np.nan,
                "low": low,
                "high": high,
                "basis": "derived",
                "source": sources,
                "note": AT_LEVEL,
            }
        )
    return pd.DataFrame.from_records(records).sort_values("value", ascending=False, kind="stable", ignore_index=True)


class Contributors:
    """Who gives to the places of a chain, and what studies say of periods: what all places need is found once."""

    def __init__(self, pack: Pack, chain: Chain) -> None:
        self.pack, self.chain = pack, chain
        self.years = SampledYears(chain.ensemble, chain.places, chain.baseline["value"])

    @cached_property
    def studies(self) -> dict[tuple[str, str], list[Published]]:
        """What studies say of periods, by the region that it is set against and the period."""
        found: dict[tuple[str, str], list[Published]] = {}
        for item in published(self.pack, "period"):
            if item.unit == PERCENT and item.receptor in self.chain.places.codes:
                found.setdefault((_inside(self.pack, item), item.period_kind), []).append(item)
        return found

    @cached_property
    def shifts(self) -> dict[tuple[str, str], dict[str, list[float]]]:
        """By how much the log-odds of the studies are higher than those of the year, by study."""
        return {kind: _shifts(self, items) for kind, items in self.studies.items()}


def contributors(pack: Pack, year: int | None = None, samples: int = SAMPLES) -> Contributors:
    """Return who gives to the places of a pack in a year, that of the pack if none is given."""
    chain = prepare(pack, pack.base_year if year is None else year, with_health=False, samples=samples)
    return Contributors(pack, chain)


def shares_from_abroad(given_by: Contributors, place: str, period: str = ANNUAL) -> tuple[float, Floats]:
    """Return what share of the man-made PM2.5 of a place comes from outside its nation, in percent.

    period : one of PERIODS, or `annual`
    returns : the central share, and that of every sample (sample)
    Raises AirshedError for a place or period of which no study speaks.
    """
    chain = given_by.chain
    if period == ANNUAL:
        if place not in chain.places.codes:
            raise unknown("receptor", place, chain.places.codes)
        given = given_by.years.at(place, chain.year)
    else:
        given, _ = _in_period(given_by, place, period)
    home = set(nations_of(given_by.pack, place))
    abroad = np.array([chain.home[code] not in home for code in chain.relation.regions])
    central = float(given.central[abroad].sum() / given.central.sum())
    return 100 * central, 100 * given.samples[:, abroad].sum(axis=1) / given.samples.sum(axis=1)


def read_cuts(words: Sequence[str]) -> dict[str, float]:
    """Return the cut of every code in percent from words such as JJJ=30%; raises AirshedError for any other word."""
    found: dict[str, float] = {}
    for word in words:
        code, sign, number = (part.strip() for part in word.partition("="))
        try:
            percent = float(number.removesuffix("%"))
        except ValueError:
            percent = float("nan")
        if code in found:
            raise AirshedError("cut-twice", code=code)
        if not code or not sign or percent != percent:
            raise AirshedError("no-cut", word=word)
        found[code] = percent
    return found


def places_in(pack: Pack, period: str) -> list[str]:
    """Return the places of which studies speak in a period, in the order of the table of studies; none without any."""
    by_kind: dict[tuple[str, str], list[Published]] = {}
    known = _answered(pack)
    for item in published(pack, "period"):
        if item.unit == PERCENT and item.period_kind == period and item.receptor in known:
            by_kind.setdefault((_inside(pack, item), period), []).append(item)
    named = [sorted(_named(pack, inside, items)) for (inside, _), items in by_kind.items()]
    return list(dict.fromkeys(code for codes in named for code in codes))


def _answered(pack: Pack) -> set[str]:
    """Return the places for which a relation can answer: regions, groups and cities."""
    return {
        *country_of(pack),
        *pack.table("regions")["code"],
        *group_members(pack),
        *pack.optional("receptors")["code"],
    }


def joint_cut(
    pack: Pack,
    place: str,
    cuts: Mapping[str, float],
    period: str = EPISODE,
    year: int | None = None,
    samples: int = SAMPLES,
    level: float | None = None,
) -> pd.DataFrame:
    """Return what emergency cuts of regions, nations or groups do to the PM2.5 of a place in an episode.

    cuts : code to the percentage by which all its emissions fall
    level : PM2.5 of the place on such a day, ug/m3, of which all but the natural part is man-made; that of the year if
        not given
    returns : columns region (`total` for all together), cut_percent, share (of the anthropogenic part in the period,
        percent), value (by how many percent the anthropogenic part falls), low, high, unit, fall, fall_low, fall_high
        (of PM2.5, ug/m3), lives, lives_low, lives_high (deaths avoided a day, NaN without a response), basis, source,
        note
    Raises AirshedError for a level that is not above the natural part.
    """
    shown = pack.base_year if year is None else year
    chain = prepare(pack, shown, with_health=False, samples=samples)
    regions = chain.relation.regions
    part = _parts(pack, cuts, regions)
    given, shift = _in_period(Contributors(pack, chain), place, period)
    central, drawn = given.central / given.central.sum(), given.samples / given.samples.sum(axis=1, keepdims=True)
    matter, matters = _man_made(chain, given, place, level)
    acute = acute_of(pack, lambda: prepare(pack, shown, samples=samples), place)
    sources = " ".join(dict.fromkeys(item.source for item in shift.studies))
    if acute.response is not None:
        sources = " ".join(dict.fromkeys([*sources.split(), *acute.response.source.split()]))
    at = AT_YEAR if level is None else AT_GIVEN.format(level=f"{level:g}")
    records = []
    for name, cut in {**part, TOTAL: np.sum(list(part.values()), axis=0)}.items():
        value = float(central @ cut)
        cuts_drawn = drawn @ cut
        low, high = ends_around(value, cuts_drawn)
        fall, falls = matter * value / 100, matters * cuts_drawn / 100
        lives, lives_drawn = acute.avoided(fall, falls)
        records.append(
            {
                "region": name,
                "cut_percent": np.nan if name == TOTAL else float(cuts[name]),
                "share": 100 * float(central[cut > 0].sum()),
                "value": value,
                "low": low,
                "high": high,
                "unit": PERCENT,
                **_with_ends("fall", fall, falls),
                **_with_ends("lives", lives, lives_drawn),
                "basis": "derived",
                "source": sources,
                "note": "; ".join([at, *acute.said]),
            }
        )
    return pd.DataFrame.from_records(records)


def _with_ends(name: str, value: float, drawn: Floats) -> dict[str, float]:
    low, high = ends_around(value, drawn)
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def _man_made(chain: Chain, given: Given, place: str, level: float | None) -> tuple[float, Floats]:
    """Return the man-made PM2.5 of a place on a day, ug/m3: central, and in every sample (sample)."""
    if level is None:
        return float(given.central.sum()), given.samples.sum(axis=1)
    within(level, "level", LEVEL)
    natural = float(chain.places.mean(chain.relation.natural).sel(place=place))
    if level <= natural:
        raise AirshedError("level-ug-m3-not-above", level=f"{level:g}", place=place, natural=f"{natural:.1f}")
    return level - natural, np.full(len(given.samples), level - natural)


def _parts(pack: Pack, cuts: Mapping[str, float], regions: Sequence[str]) -> dict[str, Floats]:
    """Return the cut of every region under each code, percent; refuses a region that is cut twice."""
    if not cuts:
        raise AirshedError("no-cut-given")
    found: dict[str, Floats] = {}
    taken: dict[str, str] = {}
    for code, percent in cuts.items():
        if not 0 < percent <= 100:
            raise AirshedError("cut-no-cut", percent=f"{percent:g}")
        held = [region for region in members(pack, code) if region in regions]
        for region in held:
            if region in taken:
                raise AirshedError("cut-twice-leave-one", region=region, first=taken[region], second=code)
            taken[region] = code
        found[code] = np.array([percent if region in held else 0.0 for region in regions])
    return found


def _in_period(given_by: Contributors, place: str, period: str) -> tuple[Given, Shift]:
    """Return the contributions of the regions to a place, moved to the shares of a period."""
    if period not in PERIODS:
        raise unknown("period", period, PERIODS)
    chain, years = given_by.chain, given_by.years
    if place not in chain.places.codes:
        raise unknown("receptor", place, chain.places.codes)
    shift = _shift(given_by, place, period)
    given, inside = years.at(place, chain.year), years.members(shift.inside)
    drawn = shift.width.quantile(latin_column(len(given.samples), 1, f"period {period}"), shift.odds)
    central = _moved(given.central[None], inside, np.array([shift.odds]))[0]
    return Given(central, _moved(given.samples, inside, drawn)), shift


def _moved(given: Floats, inside: npt.NDArray[np.bool_], shift: Floats) -> Floats:
    """Return contributions (sample, region) with the odds of the sources outside moved; their sum stays.

    A sample in which all comes from one side has no odds and stays as it is.
    """
    total = given.sum(axis=1)
    outside = given[:, ~inside].sum(axis=1) / total
    share = in_period(outside, shift)
    both = (outside > 0) & (outside < 1)
    own, other = np.ones_like(share), np.ones_like(share)
    np.divide(1 - share, 1 - outside, out=own, where=both)
    np.divide(share, outside, out=other, where=both)
    factor = np.where(inside, own[:, None], other[:, None])
    return np.asarray(given * factor)


def _shift(given_by: Contributors, place: str, period: str) -> Shift:
    """Return what studies say of a period at a place; raises AirshedError where none does."""
    by_kind = given_by.studies
    named = {kind: _named(given_by.pack, kind[0], items) for kind, items in by_kind.items()}
    mine = next((kind for kind in named if place in named[kind] and kind[1] == period), None)
    if mine is None:
        here = sorted({code for (_, at), codes in named.items() if at == period for code in codes})
        if not here:
            known = ", ".join(dict.fromkeys(at for _, at in named))
            raise AirshedError("no-study-pack-speaks-period", period=period, known=known)
        raise AirshedError("no-study-speaks-period", place=place, period=period, here=", ".join(here))
    shifts = given_by.shifts
    effects = random_effects([list(found.values()) for found in shifts.values()])
    means = [float(np.mean(values)) for values in shifts[mine].values()]
    return Shift(float(np.mean(means)), predictive(len(means), effects), {mine[0]}, by_kind[mine])


def _inside(pack: Pack, item: Published) -> str:
    """Return the region or nation whose own sources a published share of a period is set against."""
    if item.stands_for in (OWN, OUTSIDE):
        return item.receptor
    return nations_of(pack, item.receptor)[0]


def _named(pack: Pack, inside: str, items: Sequence[Published]) -> set[str]:
    """Return the places that can be answered for: what studies name, their nation, and the cities in named regions."""
    cities = pack.optional("receptors")
    codes = {item.receptor for item in items} | {inside}
    regions = {code for code in codes if code not in group_members(pack) and country_of(pack).get(code) != code}
    return codes | set(cities.loc[cities["region"].isin(regions) & (cities["inside"] == "yes"), "code"])


def _shifts(given_by: Contributors, items: Sequence[Published]) -> dict[str, list[float]]:
    """Return by study how far the log-odds of a period are from those of the year, at the receptor of each row."""
    pack, chain, years = given_by.pack, given_by.chain, given_by.years
    found: dict[str, list[float]] = {}
    held = chain.baseline["year"].to_numpy()
    for item in items:
        year = pack.base_year if item.year is None else int(np.clip(item.year, held[0], held[-1]))
        given = years.at(item.receptor, year).central
        own = item.stands_for == OWN or item.source_region == _inside(pack, item)
        named = {_inside(pack, item)} if own or item.stands_for in (FOREIGN, OUTSIDE) else {item.source_region}
        share = float(given[years.members(named)].sum() / given.sum())
        printed = item.middle / 100
        if item.stands_for in (FOREIGN, OUTSIDE):
            share = 1.0 - share
        sign = -1.0 if own else 1.0
        found.setdefault(item.study, []).append(sign * float(log_odds(printed) - log_odds(share)))
    return found
