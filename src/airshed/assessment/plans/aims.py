"""What a plan has to reach and to keep to: targets at places, on deaths and emissions, caps on cost and CO2."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from airshed.assessment.chain.economy import products
from airshed.pack.arrays import Floats
from airshed.pack.bounds import AMOUNT, CHANGE, number
from airshed.pack.codes import countries, leaves, members
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.strategy.measures import catalogue
from airshed.strategy.options import Options
from airshed.transport.relation import EMITTED

ALL = "all"
"""In place of a code: all regions together."""
USD_PER_MILLION = 1e6
CO2 = "CO2"
GDP_SHARE = "share of GDP"
NEAREST, INTERIM = "nearest", "interim"
LEFT_OUT, PAID = "left-out", "paid"
WHOLE_GAP = 1e-3
"""Relative gap at which a plan with measures that are taken whole counts as the cheapest."""


@dataclass(frozen=True)
class Amount:
    """A number as it is asked for: absolute, or a change in percent of what there is before the plan."""

    value: float
    percent: bool = False

    def of(self, before: float) -> float:
        """Return the absolute number.

        >>> Amount(-20.0, percent=True).of(50.0)
        40.0
        """
        return before * (1.0 + self.value / 100.0) if self.percent else self.value


Keyed = tuple[tuple[str, Amount], ...]


@dataclass(frozen=True)
class Aims:
    """The aims and caps of a plan; amounts by the code of a region, nation or group, `all` for all together.

    target : of the cities, as `resolve_target` reads it; exposure : ug/m3 of the mean over people
    deaths : a year; emissions : by `place:pollutant`, kt/yr
    co2 : kt/yr of the plan's change; caps : million USD/yr of the plan's cost
    gdp_share : highest cost of every nation's measures as a share of its GDP of the base year, 0..1
    whole : measures that are taken to their maximum or not at all, beside those the pack marks so
    unmet : what a city aims at whose target cannot be reached: `nearest` to it, or the `interim` value in its reach
    within : ug/m3 by which the target of a city may be missed and count as met
    price_cap : million USD/yr per ug/m3: where the next one would cost more, the target of a city is left
    without_gdp : nations without a GDP under `gdp_share`: `left-out`, they do nothing, or `paid` for by the others,
        which together spend no more than their share of their GDP
    gap, seconds : at which a plan with whole measures counts as the cheapest, and after which the best found is taken
    """

    target: str | None = None
    exposure: Keyed = ()
    deaths: Keyed = ()
    emissions: Keyed = ()
    co2: Keyed = ()
    caps: Keyed = ()
    gdp_share: float | None = None
    whole: tuple[str, ...] = ()
    unmet: str = NEAREST
    within: float = 0.0
    price_cap: float | None = None
    without_gdp: str = LEFT_OUT
    gap: float = WHOLE_GAP
    seconds: float | None = None


@dataclass(frozen=True)
class PlanLimits:
    """Limits on what the options of a plan add up to.

    rows : (limit, option); at_most, before : (limit); kinds, places, units : of each limit
    left_out : nations without a GDP, which must not spend anything; paid : those for which the others pay
    """

    rows: Floats
    at_most: Floats
    before: Floats
    kinds: list[str]
    places: list[str]
    units: list[str]
    left_out: list[str] = field(default_factory=list)
    paid: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """What messages call each limit."""
        return [f"{kind} {place}" for kind, place in zip(self.kinds, self.places, strict=True)]


def amounts(words: Sequence[str], option: str, percent: bool = True, signed: bool = True) -> Keyed:
    """Return amounts of words such as `KOR=15`, `KOR=-20%`, or `15` for all regions together.

    percent : whether they may be percents; signed : whether these are changes, whose sign has to be written

    Raises AirshedError for a word that is neither, or that names a place twice.
    """
    found: dict[str, Amount] = {}
    for word in words:
        code, _, text = word.rpartition("=")
        code = code.strip() or ALL
        relative = text.strip().endswith("%")
        try:
            value = number(text.strip().removesuffix("%"), option, CHANGE if relative else AMOUNT)
        except AirshedError:
            value = float("nan")
        if not np.isfinite(value) or (relative and not percent):
            code = "amount-or-percent-not-read" if percent else "amount-not-read"
            raise AirshedError(code, option=option, word=word)
        if signed and relative and value > 0 and not text.strip().startswith("+"):
            raise AirshedError("may-level-change", option=option, word=word)
        if code in found:
            raise AirshedError("names-twice", option=option, code=code)
        found[code] = Amount(value, relative)
    return tuple(found.items())


def members_of(pack: Pack, code: str) -> list[str]:
    """Return the leaf regions of a code, all for `all`; raises AirshedError for an unknown one."""
    return leaves(pack) if code == ALL else members(pack, code)


def limits_of(
    pack: Pack, aims: Aims, options: Options, cost: Floats, emitted: Callable[[str, str], float]
) -> PlanLimits:
    """Return the limits of aims as rows over the options.

    cost : (option), million USD/yr at application 1; emitted : gives the emission of a region, kt/yr
    Raises AirshedError for a place, pollutant or amount that makes no sense, MissingTableError without a GDP.
    """
    where = np.array(options.region)
    rows: list[Floats] = []
    at_most: list[float] = []
    before: list[float] = []
    kinds: list[str] = []
    places: list[str] = []
    units: list[str] = []

    def add(kind: str, place: str, code: str, unit: str, values: Floats, most: float, now: float = 0.0) -> None:
        inside = np.isin(where, members_of(pack, code))
        rows.append(np.where(inside, values, 0.0))
        at_most.append(most)
        before.append(now)
        kinds.append(kind)
        places.append(place)
        units.append(unit)

    for key, amount in aims.emissions:
        code, pollutant = _place_and_pollutant(key)
        total = sum(emitted(region, pollutant) for region in members_of(pack, code))
        most = amount.of(total)
        if most < 0:
            raise AirshedError("ceiling-negative", key=key)
        removal = np.nan_to_num(options.removal[:, EMITTED.index(pollutant)])
        add("emissions", key, code, "kt/yr", -removal, most - total, total)
    for code, amount in aims.co2:
        add("CO2", code, code, "kt/yr", np.nan_to_num(options.co2), amount.value)
    for code, amount in aims.caps:
        if amount.value < 0:
            raise AirshedError("cap-cost-negative", code=code)
        add("cost", code, code, "million USD/yr", cost, amount.value / USD_PER_MILLION)
    without: list[str] = []
    if aims.gdp_share is not None:
        nations = [code for code in countries(pack) if np.isin(where, members_of(pack, code)).any()]
        held = products(pack, nations)
        known = {code: value for code, value in held.items() if np.isfinite(value)}
        without = [code for code in nations if code not in known]
        for nation in nations:
            if nation in known or aims.without_gdp == LEFT_OUT:
                add(GDP_SHARE, nation, nation, "million USD/yr", cost, aims.gdp_share * known.get(nation, 0.0))
        if without and aims.without_gdp == PAID:
            together = aims.gdp_share * sum(known.get(code, 0.0) for code in nations)
            add(GDP_SHARE, ALL, ALL, "million USD/yr", cost, together)
    return PlanLimits(
        rows=np.array(rows).reshape(len(rows), len(where)),
        at_most=np.array(at_most),
        before=np.array(before),
        kinds=kinds,
        places=places,
        units=units,
        left_out=without if aims.without_gdp == LEFT_OUT else [],
        paid=without if aims.without_gdp == PAID else [],
    )


def check_measures(pack: Pack, whole: Sequence[str]) -> None:
    """Raise AirshedError for a measure that the pack does not have."""
    known = {measure.code for measure in catalogue(pack)}
    for code in whole:
        if code not in known:
            raise AirshedError("measure-not-known", code=code)


def _place_and_pollutant(key: str) -> tuple[str, str]:
    code, _, pollutant = key.rpartition(":")
    if pollutant not in EMITTED:
        raise AirshedError("ceiling-names-no-pollutant-relation", key=key, emitted=", ".join(EMITTED))
    return code or ALL, pollutant
