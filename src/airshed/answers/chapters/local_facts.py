"""What the page of a place stands on: every number of it, asked of the rooms that compute it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import pandas as pd

from airshed.answers.ask import Ask
from airshed.answers.cells import NAN, records
from airshed.assessment import local
from airshed.assessment.assessment import Assessment
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.lives.value import value_table
from airshed.assessment.local import Local, Reach, Standard
from airshed.assessment.members.partners import partners_table
from airshed.assessment.question import Question
from airshed.assessment.run import assess
from airshed.assessment.tables import attribution, health, levels
from airshed.pack.errors import AirshedError
from airshed.transport.observation import Observation

Made = TypeVar("Made")
TOP = 5
"""First partners that are told."""
LEVELS = ("emissions", "concentration")


@dataclass(frozen=True)
class LocalFacts:
    """What is known of a place.

    year : of levels, origins and deaths; observed : the mean that the page is of, None where nothing was observed by
    then; seen : years of all observations, in order; level : the row of `levels`; shares : of nations, 1; foreign :
    share, low, high; deaths, value : rows of the region; missing : what the pack cannot say, and why
    """

    place: Local
    year: int
    observed: Observation | None
    seen: list[Observation]
    standards: list[Standard]
    level: dict[str, Any]
    trend: pd.DataFrame
    origins: pd.DataFrame
    shares: pd.DataFrame
    foreign: tuple[float, float, float] | None
    periods: pd.DataFrame
    reach: Reach | None
    partners: pd.DataFrame | None
    deaths: dict[str, Any] | None
    value: dict[str, Any] | None
    missing: list[AirshedError]


def year_of(ask: Ask, place: Local, years: list[int], year: int | None) -> int:
    """Return the year of a page that names none: the latest observed one of the place, else the base year."""
    if year is not None:
        return year
    item = local.latest(local.observed_at(ask.pack, place), until=years[-1])
    return item.year if item is not None and item.year in years else ask.pack.base_year


def local_facts(ask: Ask, place: Local, asked: int | None = None) -> LocalFacts:
    """Return what is known of a place in a year, the latest observed one if none is asked.

    Raises AirshedError for a year that the baseline does not reach, and for a place that has no level; what else the
    pack cannot say is in `missing`.
    """
    pack, missing = ask.pack, []

    def held(make: Callable[[], Made]) -> Made | None:
        try:
            return make()
        except AirshedError as why:
            missing.append(why)
            return None

    years = [int(year) for year in ask.assessment(None)["emissions"]["year"].to_numpy()]
    year = year_of(ask, place, years, asked)
    assessment = ask.assessment(year)
    seen = local.observed_at(pack, place)
    origins = attribution(pack, assessment, place.code)
    shares = local.nations_shares(assessment, origins, place)
    table, spread = levels(pack, assessment, [place.code]), local.trend_years(years, year)
    deaths, value = held(lambda: _deaths(ask, assessment, place)), held(lambda: _value(ask, assessment, place))
    periods = local.periods_at(pack, place, year, lambda code, period: _period(ask, code, period, year))
    reach = held(lambda: _reach(ask, place))
    return LocalFacts(
        place=place,
        year=year,
        observed=next((item for item in seen if item.year == year), None),
        seen=seen,
        standards=local.standards_at(pack, place, year),
        level=records(table, NAN)[0],
        trend=local.trend(place, [table if one == year else _levels(ask, one) for one in spread], seen),
        origins=origins,
        shares=shares,
        foreign=local.foreign_share(shares, place),
        periods=periods,
        reach=reach,
        partners=held(lambda: _partners(ask, place)),
        deaths=deaths,
        value=value,
        missing=missing,
    )


def _levels(ask: Ask, year: int) -> pd.DataFrame:
    """Return the levels of all places in a year, computed once for the pages of all."""

    def make() -> pd.DataFrame:
        return levels(ask.pack, assess(ask.pack, Question(year=year), parts=LEVELS))

    return ask.ask(("levels of all", year), make)


def _told(ask: Ask, key: Hashable, make: Callable[[], Made]) -> Made:
    """Return what is asked for; that there is no answer is kept under its key too, so that it is found out once."""

    def kept() -> tuple[Made | None, AirshedError | None]:
        try:
            return make(), None
        except AirshedError as why:
            return None, why.with_traceback(None)

    found, why = ask.ask(key, kept)
    if found is None and why is not None:
        raise why
    return cast("Made", found)


def _period(ask: Ask, code: str, period: str, year: int) -> pd.DataFrame:
    return _told(ask, ("period of", code, period, year), lambda: local.period_of(ask.pack, code, period, year))


def _reach(ask: Ask, place: Local) -> Reach:
    return _told(ask, ("reach of", place.code), lambda: local.reach(ask.pack, place, latest_year(ask.pack)))


def _partners(ask: Ask, place: Local) -> pd.DataFrame:
    key = ("partners of", place.region)
    return _told(ask, key, lambda: partners_table(ask.pack, place.region, None, None, TOP))


def _deaths(ask: Ask, assessment: Assessment, place: Local) -> dict[str, Any] | None:
    rows = health(ask.pack, assessment, [place.region]).dropna(subset=["value"])
    return records(rows, NAN)[0] if len(rows) else None


def _value(ask: Ask, assessment: Assessment, place: Local) -> dict[str, Any] | None:
    rows = value_table(ask.pack, assessment, [place.region]).dropna(subset=["value"])
    return records(rows, NAN)[0] if len(rows) else None
