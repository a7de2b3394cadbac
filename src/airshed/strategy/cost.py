"""What measures cost a year: annuities, money of 2015, and the transfer of costs from one nation to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from airshed.impacts.valuation import DEFLATOR, MONEY_YEAR, REFERENCE, incomes
from airshed.impacts.valuation import UNKNOWN as NO_INCOME
from airshed.pack.arrays import Floats
from airshed.pack.economy import EXCHANGE
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.strategy.measures import Cost, Interval

DOLLAR, DOLLAR_HOME = "USD", "USA"
INVESTMENT = "investment"
NOT_STATED = "the source does not state the year of its prices: taken as of {year}"
HELD = "no prices of {year} in the pack: those of {held} are taken"
BETWEEN = "prices of {year} between those of {first} and {last}"
OTHER_HOME = "published for {region}, of which the pack knows no income: that of {reference} is taken"
NOTES = (NOT_STATED, HELD, BETWEEN, OTHER_HOME, NO_INCOME)
"""Templates of the notes, for translation."""


@dataclass(frozen=True)
class AnnualCost:
    """A cost a year and tonne in a nation, USD of 2015, with where it comes from."""

    amount: Interval
    source: str
    note: str


@equation(
    key="annuity",
    title="Annuity of an investment",
    latex=r"a = I\,\frac{q\,(1+q)^L}{(1+q)^L - 1}",
    units="money per year",
    citation="GAINS documentation, cost calculation, gains.docs.iiasa.ac.at/model/core/cost.html",
)
def annuity(investment: Floats | float, rate: float, lifetime: float) -> Floats:
    """Return the equal yearly payment that pays an investment back over its lifetime.

    investment : money; rate : interest a year, 0.04 for 4 percent, above -1; lifetime : years, above 0
    Raises AirshedError for a lifetime that is not positive.

    >>> round(float(annuity(1000.0, 0.04, 20)), 2)
    73.58
    """
    if not lifetime > 0:
        raise AirshedError("lifetime-not-positive", lifetime=f"{lifetime:g}")
    share = 1.0 / lifetime if rate == 0 else rate / -np.expm1(-lifetime * np.log1p(rate))
    return np.asarray(np.asarray(investment, dtype=np.float64) * share)


@equation(
    key="annual-cost",
    title="Annual cost of a measure",
    latex=r"c = I\,\frac{q\,(1+q)^L}{(1+q)^L - 1} + O_{fix} + O_{var} - S",
    units="money per year",
    citation="GAINS documentation, cost calculation, gains.docs.iiasa.ac.at/model/core/cost.html",
)
def annual_cost(
    investment: float,
    rate: float,
    lifetime: float,
    fixed_om: float = 0.0,
    variable_om: float = 0.0,
    savings: float = 0.0,
) -> float:
    """Return the cost a year: annuity, fixed and variable operation and maintenance, less savings.

    >>> round(annual_cost(1000.0, 0.04, 20, fixed_om=40.0, variable_om=10.0, savings=30.0), 2)
    93.58
    """
    return float(annuity(investment, rate, lifetime)) + fixed_om + variable_om - savings


@equation(
    key="cost-transfer",
    title="Transfer of a cost to another nation by the income of its labour",
    latex=r"c_n = c_0\,\left(1 - l + l\,\frac{Y_n}{Y_0}\right)",
    units="USD of 2015 per tonne",
    citation="GAINS documentation, cost calculation: equipment at one price, labour local; the share of labour is a "
    "rule of this project, see docs/method.md",
)
def transferred(cost: Floats | float, income_ratio: Floats | float, labour: Floats | float) -> Floats:
    """Return a cost in a nation of another income.

    cost : in the nation it was published for; income_ratio : income per head here over there; labour : share of
    labour in it, 0 to 1: that part goes by income, the rest is traded at one price

    >>> transferred(100.0, 0.25, np.array([0.0, 0.5, 1.0]))
    array([100. ,  62.5,  25. ])
    """
    ratio = np.asarray(income_ratio, dtype=np.float64)
    return np.asarray(cost * (1.0 - np.asarray(labour) + np.asarray(labour) * ratio))


class Money:
    """Prices, exchange rates and incomes of a pack, for costs of any of its currencies."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._economy = pack.table("economy")
        self._income: dict[str, tuple[float, str]] = {}
        self._prices: dict[tuple[str, str, int], tuple[float, str, str]] = {}
        self._dollars: dict[str, tuple[float, str]] = {DOLLAR: (1.0, "")}
        self.labour = parameter(pack, "cost_labour_share")
        self.rate = parameter(pack, "discount_rate")

    def dollars(self, currency: str) -> tuple[float, str]:
        """Return USD for a unit of money in MONEY_YEAR, and the source; raises MissingTableError without a rate."""
        if currency not in self._dollars:
            row = self._rate(currency)
            self._dollars[currency] = (1.0 / float(row["value"]), str(row["source"]))
        return self._dollars[currency]

    def _rate(self, currency: str) -> pd.Series:
        rows = self._economy
        rows = rows[(rows["indicator"] == EXCHANGE) & (rows["year"] == MONEY_YEAR)]
        rows = rows[rows["unit"] == f"{currency} per {DOLLAR}"]
        if rows.empty:
            raise MissingTableError(
                "economy", Phrase("detail-item-of-place-in-year", item=EXCHANGE, place=currency, year=MONEY_YEAR)
            )
        return rows.iloc[0]

    def prices(self, currency: str, region: str, year: int) -> tuple[float, str, str]:
        """Return prices of MONEY_YEAR over those of a year by the deflator of the home of a cost, source and note.

        The home is the economy that the cost was published for; where the pack has no deflator of it, or it has another
        money, the economy of the currency. Between two known years prices grow evenly; beyond them they are held.
        """
        key = (currency, region, year)
        if key not in self._prices:
            self._prices[key] = (1.0, "", "") if year == MONEY_YEAR else self._price(currency, region, year)
        return self._prices[key]

    def _price(self, currency: str, region: str, year: int) -> tuple[float, str, str]:
        rows = self._deflator(currency, region)
        known = {int(row["year"]): float(row["value"]) for _, row in rows.iterrows()}
        source = str(rows["source"].iloc[0])
        years = np.array(sorted(known))
        at = int(np.clip(year, years[0], years[-1]))
        then = float(np.exp(np.interp(at, years, np.log([known[int(item)] for item in years]))))
        note = ""
        if at != year:
            note = HELD.format(year=year, held=at)
        elif year not in known:
            note = BETWEEN.format(year=year, first=years[0], last=years[-1])
        return known[MONEY_YEAR] / then, source, note

    def _deflator(self, currency: str, region: str) -> pd.DataFrame:
        homes = [DOLLAR_HOME] if currency == DOLLAR else [region, str(self._rate(currency)["code"])]
        for home in homes:
            rows = self._economy
            rows = rows[(rows["code"] == home) & (rows["indicator"] == DEFLATOR)]
            for _, edition in rows.groupby("vintage", sort=False):
                if MONEY_YEAR in set(edition["year"]):
                    return edition
        raise MissingTableError(
            "economy",
            Phrase("detail-item-of-place-in-year", item=DEFLATOR, place=" or ".join(homes), year=MONEY_YEAR),
        )

    def income(self, nation: str) -> tuple[float, str]:
        """Return income per head over that of the reference economy, NaN if not known, and its sources."""
        if nation not in self._income:
            known = set(self._economy["code"])
            found = incomes(self._pack, [nation])[nation] if nation in known else None
            self._income[nation] = (found.ratio, " ".join(found.sources)) if found else (np.nan, "")
        return self._income[nation]


def parameter(pack: Pack, key: str) -> Interval:
    """Return a parameter with its ends; raises MissingTableError if the pack does not hold it."""
    rows = pack.table("parameters")
    rows = rows[rows["key"] == key]
    if rows.empty:
        raise MissingTableError("parameters", Phrase("detail-key-cost-measures", key=key))
    value, low, high = (float(rows[name].iloc[0]) for name in ("value", "low", "high"))
    return Interval(value if np.isnan(low) else low, value, value if np.isnan(high) else high)


def published(cost: Cost, rate: Interval) -> Interval:
    """Return a cost a year and tonne in its own money: as printed, or the annuity over the range of the rate."""
    if cost.form != INVESTMENT:
        return cost.amount
    low, value, high = (
        annual_cost(cost.investment, item, cost.lifetime, *cost.running) for item in (rate.low, rate.value, rate.high)
    )
    return Interval(low, value, high)


def dollar_cost(money: Money, cost: Cost) -> AnnualCost:
    """Return a cost a year and tonne in USD of 2015 where it was published.

    The ends join those of the cost, of the rate of interest, and of the years that the prices may be of.
    """
    own = published(cost, money.rate)
    dollar, dollar_source = money.dollars(cost.currency)
    years = sorted({cost.price_year or MONEY_YEAR, cost.price_year_to or MONEY_YEAR})
    found = [money.prices(cost.currency, cost.region, year) for year in years]
    factors = [item[0] for item in found]
    ends = [end * factor for end in (own.low, own.high) for factor in factors]
    amount = Interval(min(ends) * dollar, own.value * factors[0] * dollar, max(ends) * dollar)
    notes = [note for _, _, note in found if note]
    if not cost.price_year:
        notes.insert(0, NOT_STATED.format(year=MONEY_YEAR))
    sources = [cost.source, dollar_source, *(source for _, source, _ in found)]
    return AnnualCost(amount, _words(sources), "; ".join(dict.fromkeys(notes)))


def cost_in(money: Money, cost: Cost, nation: str) -> AnnualCost:
    """Return a cost a year and tonne in a nation, USD of 2015, transferred by income.

    The ends join those of the cost with those of the share of labour: without any it is the same everywhere. A nation
    whose income the pack does not know has no cost.
    """
    there = dollar_cost(money, cost)
    if nation == cost.region:
        return there
    here, source = money.income(nation)
    home, home_source = money.income(cost.region)
    notes = [there.note]
    if np.isnan(here):
        nothing = Interval(np.nan, np.nan, np.nan)
        return AnnualCost(nothing, there.source, NO_INCOME.format(nation=nation))
    if np.isnan(home):
        home, home_source = 1.0, ""
        notes.append(OTHER_HOME.format(region=cost.region, reference=REFERENCE))
    labour = np.array([money.labour.low, money.labour.high])
    ends = np.outer([there.amount.low, there.amount.high], transferred(1.0, here / home, labour))
    middle = float(transferred(there.amount.value, here / home, money.labour.value))
    amount = Interval(float(ends.min()), middle, float(ends.max()))
    return AnnualCost(amount, _words([there.source, source, home_source]), "; ".join(note for note in notes if note))


def _words(sources: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(word for source in sources for word in source.split()))
