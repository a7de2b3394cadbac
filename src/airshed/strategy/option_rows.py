"""What one measure can do in a region: what it takes off, what that costs there, and why it cannot be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.strategy.application import Case, Known
from airshed.strategy.cost import AnnualCost, Money, cost_in
from airshed.strategy.measures import AT, EXPOSURE, UNKNOWN, Interval, Measure
from airshed.strategy.prints import far_below, last_price, lowest_print, price_there
from airshed.strategy.removal import removed_by
from airshed.strategy.subjects import Subjects

Floats = npt.NDArray[np.float64]
CARBON = "CO2"
MILLION_PER_KT = 1e-3
"""Million USD per kilotonne for a cost in USD per tonne."""
ON_EXPOSURE = "works on exposure, not on emissions"
NO_SECTOR = "the sector has no emission in the region"
NO_SUBJECT = "what it works on emits nothing in the region"
NO_EFFICIENCY = "no published efficiency"
NOT_CARRIED = "removes nothing that the relation carries"
NO_EMISSION = "the region does not emit what it removes"
NO_COST = "no published cost"
ZERO_COST = "its cost is printed as zero"
NO_INCOME = "no income of the nation to bring its cost there"
NOTHING_OLD = "nothing of what it replaces is in place"
NO_MORE = "removes no more than what it replaces"
SAVES = "what it saves is as much as it costs, by prices that do not tell so much"
REASONS = (
    *(ON_EXPOSURE, NO_SECTOR, NO_SUBJECT, NOTHING_OLD, NO_EFFICIENCY, NO_MORE, NOT_CARRIED, NO_EMISSION),
    *(NO_COST, ZERO_COST, SAVES, NO_INCOME),
)


@dataclass(frozen=True)
class Setting:
    """What the options of all regions share; emitted : places of EMITTED among the pollutants."""

    money: Money
    known: Known
    case: Case
    subjects: Subjects
    groups: list[tuple[str, list[Measure]]]
    swaps: list[Measure]
    needs: Mapping[str, str]
    home: dict[str, str]
    pollutants: list[str]
    emitted: list[int]
    sectors: list[str]
    efficiency: dict[str, Floats]
    prices: dict[tuple[str, str], AnnualCost]
    shares: dict[tuple[object, ...], tuple[Floats, Floats]]
    there: dict[tuple[str, str, float], tuple[AnnualCost, float]]


@dataclass(frozen=True)
class Place:
    """Where a measure stands: a region, what is emitted there, and how much of that it works on.

    sector, own : (pollutant), kt/yr of the sector and of the subjects of the measure, with the measures in place
    factor : (pollutant), what it works on at application 1 over what the sector emits, see `Options.factor`
    taken : share of its subjects that the measures of its group are applied to
    share : of a replacement, the share of the subjects that the old measure is applied to, else 1
    """

    region: str
    measure: Measure
    sector: Floats
    own: Floats
    factor: Floats
    taken: float
    share: float = 1.0


def row(pack: Pack, setting: Setting, place: Place) -> dict[str, object]:
    """Return what one measure can do in a region."""
    at, measure, region = setting.emitted, place.measure, place.region
    unabated = place.sector * place.factor
    removed, tonnes = removed_by(measure, setting.efficiency[measure.code], unabated, setting.pollutants)
    amount = float(tonnes)
    removal = removed[at]
    priced = "" if measure.cost is None else measure.cost.pollutant
    price, lowest = _price_there(pack, setting, measure, setting.home[region], place.taken)
    if measure.swap is None:
        unit_cost = np.array([price.amount.low, price.amount.value, price.amount.high])
        cost = unit_cost * amount * MILLION_PER_KT
    else:
        unit_cost, cost = _swap_cost(pack, setting, place, unabated, price, amount)
    reason = _reason(setting, place, removal, amount, float(unit_cost[1]))
    return {
        "measure": measure.code,
        "region": region,
        "sector": measure.sector,
        "subject": " ".join(setting.subjects.of(measure.code)),
        "priced": priced,
        "lowest_print": lowest,
        "flagged": far_below(float(unit_cost[1]), lowest),
        "reason": reason,
        "source": " ".join(dict.fromkeys([*measure.source.split(), *price.source.split()])),
        "note": price.note,
        "removal": removal,
        "factor": place.factor,
        "unabated": unabated[at],
        "emitted": place.own[at],
        "unit_cost": unit_cost,
        "cost": cost,
        "co2": _carbon(setting, place),
        "needed": "",
        "needed_cost": 0.0,
        "exposure_factor": measure.exposure_factor.value if measure.exposure_factor.known else 1.0,
        "indivisible": measure.indivisible,
        "selectable": not reason,
    }


@equation(
    key="needed-cost",
    title="Cost of what a measure needs beside it",
    latex=r"c'_m = c_m + (1 - x_f)\,w\,C_f",
    units="million USD of 2015 a year",
    citation="rule of this project: what is needed is paid where it is not in place; see docs/method.md",
)
def needed_cost(cost: Floats, needed: Floats, current: float, part: float) -> Floats:
    """Return the cost of a measure, (3), with that of another one that it works with, where that is not in place.

    cost, needed : (3), million USD a year at application 1; current : share that the needed one is applied to
    part : of what the needed one works on, the part that the measure works on too, 0 to 1

    >>> needed_cost(np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0]), 0.9, 0.5)
    array([1.5, 3. , 4.5])
    """
    return np.asarray(cost + (1.0 - current) * part * np.nan_to_num(needed))


def add_needs(setting: Setting, rows: list[dict[str, Any]]) -> None:
    """Add to the rows of a region the cost of what its measures need and is not in place there.

    What the needed measure removes stays with that measure alone, so that it is never counted twice. `needed` names
    that measure, `needed_cost` is what is added for it at application 1, million USD a year.
    """
    at = {str(item["measure"]): item for item in rows}
    for item in rows:
        new, swaps, old = str(item["measure"]).partition(AT)
        needed = at.get(setting.needs.get(new, ""))
        if needed is None or (swaps and old in setting.needs) or not np.isfinite(item["cost"][1]):
            continue
        priced = str(needed["priced"])
        if priced not in setting.pollutants:
            continue
        parts = setting.subjects.parts(str(item["region"]), str(item["sector"]))[:, setting.pollutants.index(priced)]
        both, whole = (
            float(setting.subjects.cover(code, str(item["sector"])) @ parts) for code in (new, str(needed["measure"]))
        )
        share = float(at[old]["current"]) if swaps else 1.0
        part = share * min(1.0, both / whole) if whole > 0 else 0.0
        before = item["cost"]
        item["cost"] = needed_cost(before, needed["cost"], float(needed["current"]), part)
        item["needed"], item["needed_cost"] = str(needed["measure"]), float(item["cost"][1] - before[1])
        scale = np.divide(item["cost"], before, out=np.ones(3), where=before != 0)
        item["unit_cost"] = item["unit_cost"] * scale


def _carbon(setting: Setting, place: Place) -> float:
    """Return the change of CO2 at application 1, kt/yr: NaN where not known; of a replacement beyond the old one."""
    if CARBON not in setting.pollutants or not place.sector[setting.pollutants.index(CARBON)] > 0:
        return float("nan")
    new, old = place.measure.swap or (place.measure, None)
    gain = new.efficiency.get(CARBON, UNKNOWN).value
    before = UNKNOWN.value if old is None else old.efficiency.get(CARBON, UNKNOWN).value
    return float(-(gain - np.nan_to_num(before)) * place.own[setting.pollutants.index(CARBON)])


@equation(
    key="replacement-cost",
    title="Cost of a replacement",
    latex=r"c_{n \to o} = x_o\,(C_n - s\,C_o)",
    units="million USD of 2015 a year",
    citation="rule of this project: the old equipment is paid for, what it costs to run is saved; see docs/method.md",
)
def replacement_cost(new: Floats, old: Floats, saved: Interval, share: float) -> Floats:
    """Return what it costs to replace all of an old measure by a new one, (3): low, central, high; low at least 0.

    new, old : (3), million USD a year at application 1; saved : share of the old one's yearly cost that is saved
    share : of the subjects that the old one is applied to

    >>> replacement_cost(np.array([8.0, 10.0, 12.0]), np.array([4.0, 5.0, 6.0]), Interval(0.0, 0.5, 1.0), 0.4)
    array([0.8, 3. , 4.8])
    """
    ends = np.array([saved.high, saved.value, saved.low])
    cost = share * (new - ends * np.nan_to_num(old)[::-1])
    return np.array([np.maximum(cost[0], 0.0), *cost[1:]])


def _swap_cost(
    pack: Pack, setting: Setting, place: Place, unabated: Floats, price: AnnualCost, amount: float
) -> tuple[Floats, Floats]:
    """Return the cost of a replacement per tonne more of the priced pollutant, (3), and at application 1, (3).

    Where the price is that of the next tonnes, it is that of what is removed beyond the old measure. NaN without a
    price of the new one; one without a price of the old one saves nothing.
    """
    new, old = place.measure.swap or (place.measure, place.measure)
    whole, nation = unabated / place.share if place.share > 0 else unabated * 0.0, setting.home[place.region]
    subjects = setting.subjects.of(new.code)
    plain = _price(setting, new, nation)
    ends = np.array([price.amount.low, price.amount.value, price.amount.high])
    if last_price(pack, new, nation, subjects, place.taken, plain) is not None:
        return ends, ends * amount * MILLION_PER_KT
    paid = []
    for measure in (new, old):
        found, _ = (price, 0.0) if measure is new else _price_there(pack, setting, measure, nation, place.taken)
        tonnes = removed_by(measure, setting.efficiency[measure.code], whole, setting.pollutants)[1]
        paid.append(np.array([found.amount.low, found.amount.value, found.amount.high]) * float(tonnes))
    cost = replacement_cost(paid[0], paid[1], place.measure.saved, place.share)
    return cost / amount if amount > 0 else np.full(3, np.nan), cost * MILLION_PER_KT


def _price(setting: Setting, measure: Measure, nation: str) -> AnnualCost:
    """Return the cost per tonne of a measure in a nation, made once for all its regions."""
    measure = measure.swap[0] if measure.swap else measure
    if measure.cost is None:
        return AnnualCost(UNKNOWN, "", "")
    key = (measure.code, nation)
    if key not in setting.prices:
        setting.prices[key] = cost_in(setting.money, measure.cost, nation)
    return setting.prices[key]


def _price_there(pack: Pack, setting: Setting, measure: Measure, nation: str, taken: float) -> tuple[AnnualCost, float]:
    """Return the price of a measure in a nation beside prints, and the lowest print, made once for what is in place."""
    measure = measure.swap[0] if measure.swap else measure
    key = (measure.code, nation, round(taken, 9))
    if key not in setting.there:
        price = price_there(
            pack, measure, nation, setting.subjects.of(measure.code), taken, _price(setting, measure, nation)
        )
        pollutant = "" if measure.cost is None else measure.cost.pollutant
        setting.there[key] = (price, lowest_print(pack, measure.code, pollutant))
    return setting.there[key]


def _reason(setting: Setting, place: Place, removal: Floats, amount: float, unit_cost: float) -> str:
    """Say why a measure cannot be selected in a region, the first reason that holds; nothing if it can.

    removal : (pollutant of EMITTED), kt/yr; amount : kt/yr of the priced pollutant; unit_cost : USD per tonne of it
    """
    measure = place.measure
    swaps = measure.swap is not None
    priced_carbon = measure.cost is not None and measure.cost.pollutant == CARBON
    reasons = {
        ON_EXPOSURE: measure.kind == EXPOSURE,
        NO_SECTOR: not place.sector.any(),
        NO_SUBJECT: not place.own.any() and not (swaps and place.share == 0),
        NOTHING_OLD: swaps and place.share == 0,
        NO_EFFICIENCY: not any(code != CARBON for code in measure.efficiency),
        NO_MORE: swaps and not (removal > 0).any(),
        NOT_CARRIED: not (setting.efficiency[measure.code][setting.emitted] > 0).any(),
        NO_EMISSION: not (removal > 0).any(),
        NO_COST: measure.cost is None,
        ZERO_COST: not swaps and unit_cost == 0 and not priced_carbon,
        SAVES: swaps and amount > 0 and unit_cost <= 0,
        NO_INCOME: np.isnan(unit_cost) and not (swaps and amount <= 0),
    }
    found = next((reason for reason, holds in reasons.items() if holds), "")
    return found or ("" if amount > 0 else NO_MORE if swaps else NO_EMISSION)
