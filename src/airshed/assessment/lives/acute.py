"""What a joint cut avoids in lives on a day of high concentration, and what emergency measures cost as printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from airshed.assessment.chain.chain import Chain
from airshed.impacts.acute import acute_deaths
from airshed.impacts.mortality import NORMAL_95
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of, members
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.sampling.design import latin_column
from airshed.sampling.laws import split_normal

DAYS = 365.0
LIVES = "what a cut avoids in lives: the pack has no response to days of high concentration (table responses_acute)"
LIVES_HERE = "what a cut avoids in lives: no study of table responses_acute speaks of {place}"
DEATHS = "what a cut avoids in lives: the pack knows no deaths of {place}"
COSTS = "what a cut costs: the pack has no costs of emergency measures (table emergency_costs)"
WHOLE_COST = "what the whole cut costs: the pack has costs of single emergency measures only (table emergency_costs)"
BY_STUDY = "lives by a study of {region}: {value} more deaths for each {increment} ug/m3 ({low} to {high}), {averaging}"
BASE = "deaths of a mean day: noncommunicable diseases and lower respiratory infections from age 25 stand for all"
COST = "{item} ({region}, {year}): {value} {currency} a {per}, {effect} (source {source})"
NOTES = (LIVES, LIVES_HERE, DEATHS, COSTS, WHOLE_COST, BY_STUDY, BASE, COST)
"""Templates of what is said beside an answer on an episode."""


@dataclass(frozen=True)
class AcuteResponse:
    """By how many percent deaths of a day rise with an increment of PM2.5; low, high : ends of its 95 % interval."""

    region: str
    percent: float
    low: float
    high: float
    increment: float
    averaging: str
    source: str

    def drawn(self, samples: int) -> Floats:
        """Return the percentage in samples (sample): normal, with the printed interval as its central 95 %."""
        below, above = (self.percent - self.low) / NORMAL_95, (self.high - self.percent) / NORMAL_95
        return split_normal(latin_column(samples, 1, "acute response"), self.percent, below, above)

    def told(self) -> str:
        """Say what the response is."""
        return BY_STUDY.format(
            region=self.region,
            value=percent(self.percent / 100.0, small=True),
            increment=f"{self.increment:g}",
            low=percent(self.low / 100.0, small=True),
            high=percent(self.high / 100.0, small=True),
            averaging=self.averaging,
        )


@dataclass(frozen=True)
class Acute:
    """The response and the deaths of a mean day of a place; said : what stands beside the answer."""

    response: AcuteResponse | None
    deaths: float
    said: tuple[str, ...]

    def avoided(self, fall: float, samples: Floats) -> tuple[float, Floats]:
        """Return the deaths a day that a fall avoids, ug/m3, central and in samples; NaN without a response."""
        if self.response is None:
            return float("nan"), np.zeros(0)
        by = self.response
        drawn = acute_deaths(self.deaths, samples, by.drawn(len(samples)), by.increment)
        return float(acute_deaths(self.deaths, fall, by.percent, by.increment)), drawn


def acute_of(pack: Pack, chain: Callable[[], Chain], place: str) -> Acute:
    """Return the acute response of a place and its deaths of a mean day, or what the pack lacks for them.

    chain : gives the chain of the year with health
    """
    rows = pack.optional("responses_acute")
    if rows.empty:
        return Acute(None, float("nan"), (LIVES,))
    regions = regions_of(pack, place)
    row = next(
        (rows[rows["region"] == code].iloc[0] for code in _near(pack, regions) if code in set(rows["region"])), None
    )
    if row is None:
        return Acute(None, float("nan"), (LIVES_HERE.format(place=place),))
    if not pack.has("mortality") or not pack.has("ages"):
        return Acute(None, float("nan"), (DEATHS.format(place=place),))
    people = chain().people
    here = np.isin(people.regions, regions)
    deaths = float(people.deaths[here].sum()) / DAYS
    if not np.isfinite(deaths) or not here.any():
        return Acute(None, float("nan"), (DEATHS.format(place=place),))
    response = AcuteResponse(
        region=str(row["region"]),
        percent=float(row["value"]),
        low=float(row["low"]),
        high=float(row["high"]),
        increment=float(row["increment"]),
        averaging=str(row["averaging"]),
        source=str(row["source"]),
    )
    return Acute(response, deaths, (response.told(), BASE))


def regions_of(pack: Pack, place: str) -> list[str]:
    """Return the regions whose people a place has: those of a nation or group, and the one that a city lies in."""
    cities = dict(zip(pack.optional("receptors")["code"], pack.optional("receptors")["region"], strict=True))
    return members(pack, cities.get(place, place))


def _near(pack: Pack, regions: list[str]) -> list[str]:
    """Return where a study of a place may be from: its one region, then its one nation."""
    nations = {country_of(pack)[code] for code in regions}
    return [*(regions if len(regions) == 1 else []), *(nations if len(nations) == 1 else [])]


def emergency_costs(pack: Pack, cut: Iterable[str]) -> pd.DataFrame:
    """Return the rows of emergency_costs of measures in the regions or nations in which a cut is made.

    cut : codes of regions, nations or groups
    """
    rows = pack.optional("emergency_costs")
    if rows.empty:
        return rows
    regions = {region for code in cut for region in members(pack, code)}
    nations = {country_of(pack)[region] for region in regions}
    return rows[rows["region"].isin(regions | nations)]


def told_costs(rows: pd.DataFrame) -> list[str]:
    """Say what every measure costs and what it takes off, as printed; what is missing for the whole cut comes last."""
    if rows.empty:
        return [COSTS]
    told = [
        COST.format(
            item=row["item"],
            region=row["region"],
            year=row["money_year"],
            value=f"{row['value']:,.0f}",
            currency=row["currency"],
            per=row["per"],
            effect=row["effect"],
            source=row["source"],
        )
        for row in rows.to_dict("records")
    ]
    return [*told, WHOLE_COST]
