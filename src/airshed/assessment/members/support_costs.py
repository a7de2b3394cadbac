"""What support costs as sources print it: per person and year for exposure, per project or piece for what enables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.chain.cities import held_by
from airshed.impacts.valuation import MONEY_YEAR
from airshed.pack.codes import country_of
from airshed.pack.economy import EXCHANGE, GDP
from airshed.pack.pack import Pack

MONITORING, CAPACITY, INDOOR, EMERGENCY = (
    "monitoring",
    "capacity building",
    "indoor air and stoves",
    "emergency aid",
)
ENABLING_KINDS = (MONITORING, CAPACITY, INDOOR, EMERGENCY)
CODES = {MONITORING: "monitoring", CAPACITY: "capacity", INDOOR: "indoor", EMERGENCY: "emergency"}
"""The word of the table support_costs for each kind."""
MILLION = 1e6
NO_PUBLISHED = "enabling: no published effect on health, and no published cost of {kind} (table support_costs)"
PRINTED = "one {per} as printed for {region}; no published effect on health, so it is not ranked"
LOCAL = "printed as {amount} {currency}; no rate of its year in the pack"
YEAR_UNKNOWN = "the year of the money is not printed: taken as of {year}"
PER_PERSON = "cost per person as printed for {region}"
NOTES = (NO_PUBLISHED, PRINTED, LOCAL, YEAR_UNKNOWN, PER_PERSON)
"""Templates of the notes, for translation."""


@dataclass(frozen=True)
class Price:
    """A printed cost: low, central and high in USD, its source and note."""

    usd: tuple[float, float, float]
    source: str
    note: str


@dataclass(frozen=True)
class SupportPrint:
    """What a kind of support costs a member as printed; NaN without a print in USD."""

    kind: str
    item: str
    usd: tuple[float, float, float]
    source: str
    note: str

    def cells(self) -> dict[str, Any]:
        """Return the cells of its row: cost in million USD."""
        low, central, high = (value / MILLION for value in self.usd)
        return {
            "measure": self.item,
            "cost": central,
            "price_low": low,
            "price_high": high,
            "source": self.source,
            "note": self.note,
        }


def per_person(pack: Pack, measure: str, code: str) -> Price | None:
    """Return the printed cost of a measure on exposure per person and year; None without one in USD.

    The print of the member itself is preferred, else the first one: appliances cost the same across borders, which is
    a rule of this project.
    """
    rows = pack.optional("support_costs")
    if rows.empty:
        return None
    rows = rows[(rows["measure"] == measure) & (rows["per"] == "person-year")]
    own = {code, *(country_of(pack)[region] for region in held_by(pack, code))}
    order = sorted(range(len(rows)), key=lambda at: str(rows["region"].iloc[at]) not in own)
    for at in order:
        row = rows.iloc[at]
        usd, said = _in_usd(pack, row)
        if np.isfinite(usd[1]):
            note = "; ".join([PER_PERSON.format(region=row["region"]), *said])
            return Price(usd, str(row["source"]), note)
    return None


def enabling_costs(pack: Pack, code: str) -> list[SupportPrint]:
    """Return what enabling support of a member costs as printed, one row for each print, else one that says none is.

    Instruments are bought on one market: where the member has no print of monitoring, those of others stand, which is a
    rule of this project.
    """
    rows = pack.optional("support_costs")
    found = []
    own = {code, *(country_of(pack)[region] for region in held_by(pack, code))}
    for kind in ENABLING_KINDS:
        mine = rows[(rows["kind"] == CODES[kind]) & rows["region"].isin(own)] if len(rows) else rows
        if mine.empty and len(rows) and kind == MONITORING:
            mine = rows[rows["kind"] == CODES[kind]]
        for _, row in mine.iterrows():
            usd, said = _in_usd(pack, row)
            note = "; ".join([PRINTED.format(per=row["per"], region=row["region"]), *said])
            found.append(SupportPrint(kind, str(row["item"]), usd, str(row["source"]), note))
        if mine.empty:
            nothing = (float("nan"),) * 3
            found.append(SupportPrint(kind, "", nothing, "", NO_PUBLISHED.format(kind=kind)))
    return found


def _in_usd(pack: Pack, row: pd.Series) -> tuple[tuple[float, float, float], list[str]]:
    """Return a cost in USD with its ends, NaN without a rate, and what is to be said of it."""
    central = float(row["value"])
    low, high = (float(row[name]) if np.isfinite(row[name]) else central for name in ("low", "high"))
    amounts = np.array([low, central, high])
    dated = np.isfinite(pd.to_numeric(row["money_year"], errors="coerce"))
    said = [] if dated else [YEAR_UNKNOWN.format(year=MONEY_YEAR)]
    currency = str(row["currency"])
    rate = 1.0 if currency == "USD" else _rate(pack, currency)
    if not np.isfinite(rate):
        said = [LOCAL.format(amount=f"{central:,.0f}", currency=currency)]
    usd = amounts / rate
    return (float(usd[0]), float(usd[1]), float(usd[2])), said


def _rate(pack: Pack, currency: str) -> float:
    rows = pack.optional("economy")
    if rows.empty:
        return float("nan")
    rows = rows[(rows["indicator"] == EXCHANGE) & (rows["year"].astype(int) == MONEY_YEAR)]
    rows = rows[rows["unit"] == f"{currency} per USD"]
    money = pack.optional("economy")
    trusted = set(money.loc[money["indicator"] == GDP, "source"])
    rows = rows.sort_values("source", key=lambda column: ~column.isin(trusted), kind="stable")
    return float(rows["value"].iloc[0]) if len(rows) else float("nan")
