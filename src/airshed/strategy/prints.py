"""Prices that studies of the airshed print beside those of the catalogue: what is far below them, and the last step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.strategy.cost import AnnualCost, Money, cost_in, dollar_cost
from airshed.strategy.measures import Cost, Interval, Measure, catalogue

FAR = 0.1
"""A price below this share of the lowest print is flagged."""
SEVERAL = {"PM": "PM2.5"}
"""Pollutants as studies write them."""
LAST_STEP = "the last step: {share} is controlled already, the price is that of the next tonnes"
BETWEEN_PRINTS = "a study of the nation prints {value} USD/t: the middle is the geometric mean of both"
NOTES = (LAST_STEP, BETWEEN_PRINTS)
"""Templates of the notes, for translation."""


@dataclass(frozen=True)
class Print:
    """What a study of the airshed prints on what a measure does, USD of 2015 per tonne of a pollutant in a nation."""

    measure: str
    nation: str
    pollutant: str
    value: float
    study: str
    source: str
    note: str


@dataclass(frozen=True)
class LastStep:
    """The price of the next tonnes of a subject of which a share is controlled already."""

    subject: str
    pollutant: str
    share: float
    cost: Cost


def prints(pack: Pack) -> dict[str, list[Print]]:
    """Return the prints beside each measure."""
    return pack.derive("prints", _prints)


def _prints(pack: Pack) -> dict[str, list[Print]]:
    money = pack.derive("money", Money)
    known = {measure.code: measure for measure in catalogue(pack)}
    parents = pack.table("regions").set_index("code")["parent"].to_dict()
    found: dict[str, list[Print]] = {}
    studies = pack.optional("measure_studies")
    for _, study in studies[studies["compare"] != ""].iterrows():
        nation = str(parents.get(study["region"]) or study["region"])
        pollutant = SEVERAL.get(study["pollutant"], str(study["pollutant"]))
        value = _printed(money, known.get(study["measure"]), study, pollutant)
        words = (str(study["measure_name"]), str(study["source"]), str(study["note"]))
        for code in str(study["compare"]).split():
            found.setdefault(code, []).append(Print(code, nation, pollutant, value, *words))
    return found


def _printed(money: Money, measure: Measure | None, study: pd.Series, pollutant: str) -> float:
    """Return the cost of a study, USD of 2015 per tonne of the pollutant: by its row of the catalogue if there is one.

    The catalogue brings money and pollutant to those of this project (NH3 instead of N).
    """
    cost = next((item for item in measure.costs if item.pollutant == pollutant), None) if measure else None
    return float(study["usd_per_t"]) if cost is None else dollar_cost(money, cost).amount.value


def lowest_print(pack: Pack, measure: str, pollutant: str) -> float:
    """Return the lowest price that a study prints on the same thing, NaN without one, USD of 2015 per tonne."""
    values = [item.value for item in prints(pack).get(measure, []) if item.pollutant == pollutant]
    values = [value for value in values if np.isfinite(value)]
    return min(values) if values else float("nan")


def far_below(price: float, lowest: float) -> bool:
    """Say whether a price lies below a tenth of the lowest print; not without a print.

    >>> far_below(50.0, 1000.0), far_below(200.0, 1000.0), far_below(1.0, float("nan"))
    (True, False, False)
    """
    return bool(price < FAR * lowest)


@equation(
    key="price-between-prints",
    title="Price between what is transferred and what a study of the nation prints",
    latex=r"c = \sqrt{c_n\,c_p}, \quad c_n < 0.1\,c_p",
    units="USD of 2015 per tonne",
    citation="rule of this project: neither of two prices a decade apart is believed alone; see docs/method.md",
)
def between(price: Interval, printed: float) -> Interval:
    """Return a price that a print of the nation lies far above: from its low end to the print, its geometric mean.

    >>> between(Interval(80.0, 100.0, 120.0), 10000.0)
    Interval(low=80.0, value=1000.0, high=10000.0)
    """
    return Interval(price.low, float(np.sqrt(price.value * printed)), max(price.high, printed))


def last_steps(pack: Pack) -> list[LastStep]:
    """Return the prices of the last step that the pack holds."""
    return pack.derive("last steps", _last_steps)


def _last_steps(pack: Pack) -> list[LastStep]:
    found = []
    for row in pack.optional("last_steps").to_dict("records"):
        value, low, high = (float(row[name]) for name in ("value", "low", "high"))
        ends = Interval(value if np.isnan(low) else low, value, value if np.isnan(high) else high)
        year = int(row["price_year"] or 0)
        running, money = (0.0, 0.0, 0.0), str(row["currency"])
        place, source, note = (str(row[name]) for name in ("region", "source", "note"))
        pollutant = str(row["pollutant"])
        nothing = (float("nan"), float("nan"), running, money, year, year, place, False, source, note)
        cost = Cost("annual_per_tonne", pollutant, ends, *nothing)
        found.append(LastStep(str(row["subject"]), pollutant, float(row["controlled"]), cost))
    return found


def last_price(
    pack: Pack, measure: Measure, nation: str, subjects: Sequence[str], controlled: float, price: AnnualCost
) -> AnnualCost | None:
    """Return the price of the next tonnes where most of a subject is controlled, None where the step does not hold.

    The arguments are those of `price_there`.
    """
    if measure.cost is None or not price.amount.known:
        return None
    for step in last_steps(pack):
        if [step.subject] != list(subjects) or step.pollutant != measure.cost.pollutant or controlled < step.share:
            continue
        last = cost_in(pack.derive("money", Money), step.cost, nation)
        if last.amount.known and last.amount.value > price.amount.value:
            ends = Interval(price.amount.low, last.amount.value, max(price.amount.high, last.amount.high))
            note = _noted(price.note, LAST_STEP.format(share=percent(controlled)))
            return AnnualCost(ends, _joined(price.source, last.source), note)
    return None


def price_there(
    pack: Pack, measure: Measure, nation: str, subjects: Sequence[str], controlled: float, price: AnnualCost
) -> AnnualCost:
    """Return the price of a measure in a nation: that of the last step where much is controlled, between far prints.

    subjects : that the measure works on; controlled : share of them that measures are applied to already
    price : transferred, USD of 2015 per tonne of the pollutant that the measure is priced by
    """
    if measure.cost is None or not price.amount.known:
        return price
    pollutant = measure.cost.pollutant
    last = last_price(pack, measure, nation, subjects, controlled, price)
    if last is not None:
        return last
    own = [item for item in prints(pack).get(measure.code, []) if (item.nation, item.pollutant) == (nation, pollutant)]
    far = [item for item in own if far_below(price.amount.value, item.value)]
    if not far:
        return price
    least = min(far, key=lambda item: item.value)
    note = _noted(price.note, BETWEEN_PRINTS.format(value=f"{least.value:,.0f}"))
    return AnnualCost(between(price.amount, least.value), _joined(price.source, least.source), note)


def _joined(*sources: str) -> str:
    return " ".join(dict.fromkeys(word for source in sources for word in source.split()))


def _noted(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
