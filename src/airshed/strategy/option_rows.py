"""What one measure can do in a region: what it takes off, what that costs there, and why it cannot be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.strategy.application import Case, Known
from airshed.strategy.cost import AnnualCost, Money, cost_in
from airshed.strategy.measures import AT, EXPOSURE, UNKNOWN, Interval, Measure
from airshed.strategy.prints import far_below, last_price, lowest_print, price_there
from airshed.strategy.removal import removed_by
from airshed.strategy.subjects import Subjects

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
NOT_SOLD = "a newer standard is in force there: new ones are not sold any more"
SAVES = "what it saves is as much as it costs, by prices that do not tell so much"
REASONS = (
    *(ON_EXPOSURE, NO_SECTOR, NO_SUBJECT, NOTHING_OLD, NO_EFFICIENCY, NO_MORE, NOT_CARRIED, NO_EMISSION),
    *(NO_COST, ZERO_COST, SAVES, NO_INCOME, NOT_SOLD),
)


@dataclass(frozen=True)
class Setting:
    """What the options of all regions share; emitted : places of EMITTED among the pollutants.

    not_sold : (measure, region or group) of what a newer standard has ended by the year: it cannot grow
    """

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
    not_sold: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class MeasurePlace:
    """Where a measure stands: regions, what is emitted there, and how much of that it works on.

    parts : (region, subject and rest, pollutant), shares of what the sector of the measure emits
    sector, own : (region, pollutant), kt/yr of the sector and of the measure's subjects, with the measures in place
    factor : (region, pollutant), what it works on at application 1 over what the sector emits, see `Options.factor`
    taken : (region), share of its subjects that the measures of its group are applied to
    share : (region), of a replacement, the share of the subjects that the old measure is applied to, else 1
    """

    regions: Sequence[str]
    measure: Measure
    parts: Floats
    sector: Floats
    own: Floats
    factor: Floats
    taken: Floats
    share: Floats


def columns(pack: Pack, setting: Setting, place: MeasurePlace) -> dict[str, Any]:
    """Return what one measure can do in regions: a word for all of them, or a list or array over the regions."""
    at, measure = setting.emitted, place.measure
    unabated = place.sector * place.factor
    removed, amount = removed_by(measure, setting.efficiency[measure.code], unabated, setting.pollutants)
    removal = removed[:, at]
    found = _prices_there(pack, setting, measure, place)
    prices, lowest = [price for price, _ in found], np.array([least for _, least in found])
    if measure.swap is None:
        unit_cost = _ends(prices)
        cost = unit_cost * amount[:, None] * MILLION_PER_KT
    else:
        unit_cost, cost = _swap_cost(pack, setting, place, unabated, prices, amount)
    reason = _reasons(setting, place, removal, amount, unit_cost[:, 1])
    sources = {price.source: _joined(measure.source, price.source) for price in prices}
    return {
        "measure": measure.code,
        "region": list(place.regions),
        "sector": measure.sector,
        "subject": " ".join(setting.subjects.of(measure.code)),
        "priced": "" if measure.cost is None else measure.cost.pollutant,
        "lowest_print": lowest,
        "flagged": np.array([far_below(*pair) for pair in zip(unit_cost[:, 1], lowest, strict=True)], dtype=bool),
        "reason": reason,
        "source": [sources[price.source] for price in prices],
        "note": [price.note for price in prices],
        "parts": place.parts,
        "removal": removal,
        "factor": place.factor,
        "unabated": unabated[:, at],
        "emitted": place.own[:, at],
        "unit_cost": unit_cost,
        "cost": cost,
        "co2": _carbon(setting, place),
        "needed": "",
        "needed_cost": 0.0,
        "exposure_factor": measure.exposure_factor.value if measure.exposure_factor.known else 1.0,
        "indivisible": measure.indivisible,
        "selectable": np.array([not why for why in reason], dtype=bool),
    }


def _ends(prices: Sequence[AnnualCost]) -> Floats:
    """Return prices as numbers (price, 3): low, central, high."""
    return np.array([(price.amount.low, price.amount.value, price.amount.high) for price in prices]).reshape(-1, 3)


def _joined(*sources: str) -> str:
    return " ".join(dict.fromkeys(word for source in sources for word in source.split()))


@equation(
    key="needed-cost",
    title="Cost of what a measure needs beside it",
    latex=r"c'_m = c_m + (1 - x_f)\,w\,C_f",
    units="million USD of 2015 a year",
    citation="rule of this project: what is needed is paid where it is not in place; see docs/method.md",
)
def needed_cost(cost: Floats, needed: Floats, current: npt.ArrayLike, part: npt.ArrayLike) -> Floats:
    """Return the cost of a measure, (..., 3), with that of another one that it works with, where that is not in place.

    cost, needed : (..., 3), million USD a year at application 1; current : (...), share that the needed one is applied
    to; part : (...), of what the needed one works on, the part that the measure works on too, 0 to 1

    >>> needed_cost(np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0]), 0.9, 0.5)
    array([1.5, 3. , 4.5])
    """
    share = (1.0 - np.asarray(current)) * np.asarray(part)
    return np.asarray(cost + share[..., None] * np.nan_to_num(needed))


def add_needs(setting: Setting, found: Sequence[dict[str, Any]]) -> None:
    """Add to the columns of measures the cost of what each needs and is not in place there.

    What the needed measure removes stays with that measure alone, so that it is never counted twice. `needed` names
    that measure, `needed_cost` is what is added for it at application 1, million USD a year.
    """
    at = {str(item["measure"]): item for item in found}
    for item in found:
        new, swaps, old = str(item["measure"]).partition(AT)
        needed = at.get(setting.needs.get(new, ""))
        if needed is None or (swaps and old in setting.needs) or needed["priced"] not in setting.pollutants:
            continue
        parts, sector = item["parts"][..., setting.pollutants.index(needed["priced"])], str(item["sector"])
        both, whole = (
            parts @ setting.subjects.cover(code, sector).astype(np.float64) for code in (new, str(needed["measure"]))
        )
        some = whole > 0
        part = np.where(some, np.minimum(1.0, both / np.where(some, whole, 1.0)), 0.0)
        if swaps:
            part = at[old]["current"] * part
        before = item["cost"]
        cost = needed_cost(before, needed["cost"], needed["current"], part)
        cost = np.where(np.isfinite(before[:, 1:2]), cost, before)
        scale = np.divide(cost, before, out=np.ones_like(cost), where=np.isfinite(before[:, 1:2]) & (before != 0))
        item["cost"], item["unit_cost"] = cost, item["unit_cost"] * scale
        item["needed"], item["needed_cost"] = str(needed["measure"]), np.nan_to_num(cost[:, 1] - before[:, 1])


def _carbon(setting: Setting, place: MeasurePlace) -> Floats:
    """Return the change of CO2 at application 1, (region), kt/yr, of a replacement beyond the old; NaN if unknown."""
    if CARBON not in setting.pollutants:
        return np.full(len(place.regions), np.nan)
    column = setting.pollutants.index(CARBON)
    new, old = place.measure.swap or (place.measure, None)
    gain = new.efficiency.get(CARBON, UNKNOWN).value
    before = UNKNOWN.value if old is None else old.efficiency.get(CARBON, UNKNOWN).value
    change = -(gain - np.nan_to_num(before)) * place.own[:, column]
    return np.asarray(np.where(place.sector[:, column] > 0, change, np.nan))


@equation(
    key="replacement-cost",
    title="Cost of a replacement",
    latex=r"c_{n \to o} = x_o\,(C_n - s\,C_o)",
    units="million USD of 2015 a year",
    citation="rule of this project: the old equipment is paid for, what it costs to run is saved; see docs/method.md",
)
def replacement_cost(new: Floats, old: Floats, saved: Interval, share: npt.ArrayLike) -> Floats:
    """Return what it costs to replace all of an old measure by a new one, (..., 3): low, central, high; low at least 0.

    new, old : (..., 3), million USD a year at application 1; saved : share of the old one's yearly cost that is saved
    share : (...), of the subjects that the old one is applied to

    >>> replacement_cost(np.array([8.0, 10.0, 12.0]), np.array([4.0, 5.0, 6.0]), Interval(0.0, 0.5, 1.0), 0.4)
    array([0.8, 3. , 4.8])
    """
    ends = np.array([saved.high, saved.value, saved.low])
    cost = np.asarray(share)[..., None] * (new - ends * np.nan_to_num(old)[..., ::-1])
    cost[..., 0] = np.maximum(cost[..., 0], 0.0)
    return np.asarray(cost)


def _swap_cost(
    pack: Pack, setting: Setting, place: MeasurePlace, unabated: Floats, prices: Sequence[AnnualCost], amount: Floats
) -> tuple[Floats, Floats]:
    """Return the cost of a replacement per tonne more of the priced pollutant, (region, 3), and at application 1.

    Where the price is that of the next tonnes, it is that of what is removed beyond the old measure. NaN without a
    price of the new one; one without a price of the old one saves nothing.
    """
    new, old = place.measure.swap or (place.measure, place.measure)
    some = place.share > 0
    whole = np.where(some[:, None], unabated / np.where(some, place.share, 1.0)[:, None], 0.0)
    of_next = [
        last_price(pack, new, nation, setting.subjects.of(new.code), float(taken), _price(setting, new, nation))
        is not None
        for nation, taken in zip(map(setting.home.__getitem__, place.regions), place.taken, strict=True)
    ]
    paid, ends = [], _ends(prices)
    for measure in (new, old):
        found = prices if measure is new else [price for price, _ in _prices_there(pack, setting, measure, place)]
        tonnes = removed_by(measure, setting.efficiency[measure.code], whole, setting.pollutants)[1]
        paid.append(_ends(found) * tonnes[:, None])
    cost = replacement_cost(paid[0], paid[1], place.measure.saved, place.share)
    more, last = amount[:, None] > 0, np.array(of_next, dtype=bool)[:, None]
    unit = np.where(more, cost / np.where(more, amount[:, None], 1.0), np.nan)
    every = np.where(last, ends * amount[:, None], cost)
    return np.where(last, ends, unit), every * MILLION_PER_KT


def _price(setting: Setting, measure: Measure, nation: str) -> AnnualCost:
    """Return the cost per tonne of a measure in a nation, made once for all its regions."""
    measure = measure.swap[0] if measure.swap else measure
    if measure.cost is None:
        return AnnualCost(UNKNOWN, "", "")
    key = (measure.code, nation)
    if key not in setting.prices:
        setting.prices[key] = cost_in(setting.money, measure.cost, nation)
    return setting.prices[key]


def _prices_there(
    pack: Pack, setting: Setting, measure: Measure, place: MeasurePlace
) -> list[tuple[AnnualCost, float]]:
    """Return by region the price of a measure beside prints, and the lowest print, made once for what is in place."""
    measure = measure.swap[0] if measure.swap else measure
    found = []
    for region, taken in zip(place.regions, place.taken.tolist(), strict=True):
        nation = setting.home[region]
        key = (measure.code, nation, round(taken, 9))
        if key not in setting.there:
            plain = _price(setting, measure, nation)
            price = price_there(pack, measure, nation, setting.subjects.of(measure.code), taken, plain)
            pollutant = "" if measure.cost is None else measure.cost.pollutant
            setting.there[key] = (price, lowest_print(pack, measure.code, pollutant))
        found.append(setting.there[key])
    return found


def _reasons(setting: Setting, place: MeasurePlace, removal: Floats, amount: Floats, unit_cost: Floats) -> list[str]:
    """Say why a measure cannot be selected in each region, the first reason that holds; nothing where it can.

    removal : (region, pollutant of EMITTED), kt/yr; amount : (region), kt/yr of the priced pollutant
    unit_cost : (region), USD per tonne of it
    """
    measure = place.measure
    swaps = measure.swap is not None
    priced_carbon = measure.cost is not None and measure.cost.pollutant == CARBON
    none_old = (place.share == 0) & swaps
    removes, some = (removal > 0).any(axis=1), amount > 0
    reasons = {
        ON_EXPOSURE: measure.kind == EXPOSURE,
        NO_SECTOR: ~place.sector.any(axis=1),
        NO_SUBJECT: ~place.own.any(axis=1) & ~none_old,
        NOTHING_OLD: none_old,
        NO_EFFICIENCY: not any(code != CARBON for code in measure.efficiency),
        NO_MORE: ~removes & swaps,
        NOT_CARRIED: not (setting.efficiency[measure.code][setting.emitted] > 0).any(),
        NO_EMISSION: ~removes,
        NO_COST: measure.cost is None,
        ZERO_COST: (unit_cost == 0) & (not swaps and not priced_carbon),
        SAVES: some & (unit_cost <= 0) & swaps,
        NO_INCOME: np.isnan(unit_cost) & ~(~some & swaps),
    }
    left = NO_MORE if swaps else NO_EMISSION
    holds = np.array([np.broadcast_to(one, amount.shape) for one in (*reasons.values(), ~some)])
    first = np.where(holds.any(axis=0), holds.argmax(axis=0), len(holds))
    words = [*reasons, left, ""]
    return [words[place] for place in first.tolist()]
