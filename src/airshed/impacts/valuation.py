"""The value of a statistical life by nation: the OECD's, transferred by income, in market money (OECD 2012)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from airshed.pack.arrays import Floats
from airshed.pack.defaults import defaults
from airshed.pack.economy import EXCHANGE
from airshed.pack.equations import equation
from airshed.pack.errors import MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.people import counted, population

MONEY_YEAR = 2015
"""Year of the prices and of the incomes of every value in money."""
REFERENCE = "OECD"
"""Economy that the base value holds for."""
PRICES = "USA"
"""Economy whose deflator carries the base value to the prices of the answer, and which links two sources of income."""
INCOME, MARKET_INCOME = "gdp_per_head_ppp", "gdp_per_head_usd"
"""Income per head in purchasing power, and at market exchange rates; their ratio is the price level of a nation."""
DEFLATOR = "gdp_deflator"
ELASTICITY, ELASTICITY_TERM = "vsl_income_elasticity", "value_elasticity"
"""The parameter, and the row of error_terms with its range."""
BILLION = "billion "
LINKED = "income linked through {link}, which both sources hold"
REPLACED = (
    "income per head is the estimate {indicator} at the exchange rate, in place of purchasing power parity: what it "
    "gives is taken as market money"
)
UNKNOWN = "no income per head of {nation} in the pack"
UNPRICED = "no {indicator} of {nation} beside its income in purchasing power, so no value in market money"
NOTES = (LINKED, REPLACED, UNKNOWN, UNPRICED)
"""Templates of the notes, for translation."""


@dataclass(frozen=True)
class LifeValue:
    """The value of a statistical life in a nation, million market USD of MONEY_YEAR; NaN where `note` says why.

    value_ppp : million international dollars of MONEY_YEAR, NaN where the purchasing power is not known
    price_level : market USD that an international dollar is worth in the nation
    """

    value: float
    low: float
    high: float
    value_ppp: float
    income_ratio: float
    price_level: float
    source: str
    note: str


@dataclass(frozen=True)
class Income:
    """Income per head over that of the reference economy, and the price level; NaN where the pack knows none.

    in_ppp : whether the ratio is one of purchasing power; else it is one of market money, with a price level of 1
    """

    ratio: float
    sources: tuple[str, ...]
    note: str
    price_level: float = np.nan
    in_ppp: bool = True


@equation(
    key="value-of-life",
    title="Value of a statistical life by income",
    latex=r"V_n = V_{OECD}\,\left(\frac{Y_n}{Y_{OECD}}\right)^{\varepsilon}\,\frac{P_{2015}}{P_{2005}}",
    units="million international dollars of 2015",
    citation="OECD 2012, Mortality Risk Valuation, doi:10.1787/9789264130807-en; numbers in parameters and economy",
)
def value_of_life(base: float, income_ratio: Floats, elasticity: Floats | float, price_factor: float) -> Floats:
    """Return the value of a statistical life, in purchasing power.

    base : value in the reference economy, prices of its own year
    income_ratio : income per head at purchasing power parity over that of the reference economy, same year and source
    elasticity : of the value to income; price_factor : prices of the answer over those of the base value

    >>> value_of_life(3.0, np.array([1.0, 0.25]), 0.8, 1.2).round(4)
    array([3.6   , 1.1876])
    """
    return np.asarray(base * np.asarray(income_ratio) ** elasticity * price_factor)


@equation(
    key="market-money",
    title="Value in market money",
    latex=r"V^{USD}_n = V_n\,\frac{G_n}{Y_n}",
    units="million USD of 2015",
    citation="World Bank WDI, price level ratio of PPP to the market exchange rate; G and Y: GDP per head in market "
    "USD and in international dollars, of one year and edition, in the table economy",
)
def in_market_money(value: Floats, price_level: Floats | float) -> Floats:
    """Return values in market USD.

    value : in international dollars; price_level : GDP per head in market USD over that in international dollars

    >>> in_market_money(np.array([3.6, 1.2]), 0.5)
    array([1.8, 0.6])
    """
    return np.asarray(np.asarray(value) * price_level)


def life_values(pack: Pack, nations: Sequence[str]) -> dict[str, LifeValue]:
    """Return the value of a statistical life of nations, with the ends of the range of the elasticity.

    The base value is of 2005 and the answer's money of 2015. The incomes compared are those of 2015: whose lives are
    valued lives then, and income at current purchasing power parity is only comparable inside one year. Real growth of
    the OECD itself since 2005 is left out, so the base value stays the same in real terms. Years after 2015 keep it.
    What purchasing power says is then stated in market USD, as costs are: times the price level of the nation.
    Raises MissingTableError if the pack lacks the base value, the deflator or the income of the reference economy.
    """
    base, base_year = (_parameter(pack, key) for key in ("vsl_base", "vsl_base_year"))
    elasticity = _elasticity(pack)
    factor, price_source = price_factor(pack, int(base_year["value"]))
    shared = [price_source, base["source"], *elasticity.sources]
    ends = np.array([elasticity.value, elasticity.low, elasticity.high])
    result = {}
    for nation, income in incomes(pack, nations).items():
        values = value_of_life(float(base["value"]), np.full(len(ends), income.ratio), ends, factor)
        central, low, high = _ends(in_market_money(values, income.price_level))
        result[nation] = LifeValue(
            value=central,
            low=low,
            high=high,
            value_ppp=float(values[0]) if income.in_ppp else np.nan,
            income_ratio=income.ratio,
            price_level=income.price_level,
            source=" ".join(dict.fromkeys([*income.sources, *shared])),
            note=income.note,
        )
    return result


def _ends(values: Floats) -> tuple[float, float, float]:
    return float(values[0]), float(values.min()), float(values.max())


@dataclass(frozen=True)
class _Elasticity:
    """The elasticity of the value of life to income with its range, and the sources of both."""

    value: float
    low: float
    high: float
    sources: tuple[str, ...]


def _elasticity(pack: Pack) -> _Elasticity:
    """Return the elasticity; its range is that of the table of error terms, else that of its parameter, else none."""
    row, terms = _parameter(pack, ELASTICITY), pack.optional("error_terms")
    value, source = float(row["value"]), str(row["source"])
    term = terms[terms["term"] == ELASTICITY_TERM]
    wide = term.iloc[0] if len(term) else row
    low, high = (float(wide[name]) if np.isfinite(wide[name]) else value for name in ("low", "high"))
    return _Elasticity(value, min(low, value), max(high, value), (source, str(wide["source"])))


def elasticity_range(pack: Pack) -> tuple[float, float, float] | None:
    """Return the elasticity of the value of life to income between the ends of its range; None without a range."""
    found = _elasticity(pack)
    return (found.low, found.value, found.high) if found.low < found.high else None


def life_values_at(pack: Pack, nations: Sequence[str], elasticity: Floats) -> Floats:
    """Return the value of a statistical life (elasticity, nation), million market USD of MONEY_YEAR; NaN where unknown.

    elasticity : values in the place of the one that the pack holds; the rest as in `life_values`
    """
    base, base_year = (_parameter(pack, key) for key in ("vsl_base", "vsl_base_year"))
    factor, _ = price_factor(pack, int(base_year["value"]))
    found = incomes(pack, nations)
    ratios = np.array([found[nation].ratio for nation in nations])
    levels = np.array([found[nation].price_level for nation in nations])
    return in_market_money(value_of_life(float(base["value"]), ratios, elasticity[:, None], factor), levels)


def price_factor(pack: Pack, base_year: int) -> tuple[float, str]:
    """Return the prices of MONEY_YEAR over those of a year by the deflator of PRICES, and its source."""
    then, now = (_by_vintage(pack, PRICES, DEFLATOR, year) for year in (base_year, MONEY_YEAR))
    shared = [vintage for vintage in now if vintage in then]
    if not shared:
        raise MissingTableError(
            "economy",
            Phrase(
                "detail-deflator-prices-base-year-money",
                deflator=DEFLATOR,
                prices=PRICES,
                base_year=base_year,
                money_year=MONEY_YEAR,
            ),
        )
    return float(now[shared[0]]["value"]) / float(then[shared[0]]["value"]), str(now[shared[0]]["source"])


def incomes(pack: Pack, nations: Sequence[str]) -> dict[str, Income]:
    """Return the income per head of nations in MONEY_YEAR over that of the reference economy.

    One source throughout: that of the reference economy. A nation that it lacks (Taiwan) is compared with PRICES in
    another source, and PRICES with the reference in the first: two ratios, each inside one source. Where there is only
    an estimate of the national income in another nation's money (North Korea), that per head at the exchange rate: it
    is market money, and nobody knows its purchasing power. The price level is of the edition that the income is from.
    """
    reference = _by_vintage(pack, REFERENCE, INCOME, MONEY_YEAR)
    if not reference:
        raise MissingTableError(
            "economy", Phrase("detail-item-of-place-in-year", item=INCOME, place=REFERENCE, year=MONEY_YEAR)
        )
    vintage, whole = next(iter(reference.items()))

    def made(opened: Pack) -> dict[str, Income]:
        return {nation: _income(opened, nation, vintage, whole) for nation in dict.fromkeys(nations)}

    return dict(pack.derive(f"incomes {' '.join(nations)}", made))


def _income(pack: Pack, nation: str, vintage: str, whole: pd.Series) -> Income:
    own = _by_vintage(pack, nation, INCOME, MONEY_YEAR)
    link = _by_vintage(pack, PRICES, INCOME, MONEY_YEAR)
    linked = next((name for name in own if name in link), None) if vintage in link else None
    if vintage in own:
        ratio, note, row = float(own[vintage]["value"]) / float(whole["value"]), "", own[vintage]
    elif linked is not None:
        there = float(own[linked]["value"]) / float(link[linked]["value"])
        here = float(link[vintage]["value"]) / float(whole["value"])
        ratio, note, row = there * here, LINKED.format(link=PRICES), own[linked]
    else:
        return _estimated(pack, nation, vintage, whole)
    market = _by_vintage(pack, nation, MARKET_INCOME, MONEY_YEAR).get(str(row["vintage"]))
    sources = [str(row["source"]), str(whole["source"])]
    if market is None:
        said = "; ".join(part for part in (note, UNPRICED.format(indicator=MARKET_INCOME, nation=nation)) if part)
        return Income(ratio, tuple(sources), said)
    level = float(market["value"]) / float(row["value"])
    return Income(ratio, (*sources, str(market["source"])), note, level)


def _estimated(pack: Pack, nation: str, vintage: str, whole: pd.Series) -> Income:
    """Return the income of a nation of which there is only an estimate in another nation's money, or none."""
    indicator = defaults(pack).income_estimate
    found = {} if indicator is None else _by_vintage(pack, nation, indicator, MONEY_YEAR)
    unknown = Income(np.nan, (), UNKNOWN.format(nation=nation))
    if not found or nation not in counted(pack):
        return unknown
    row = next(iter(found.values()))
    rates = pack.table("economy")
    rates = rates[(rates["indicator"] == EXCHANGE) & (rates["year"] == MONEY_YEAR)]
    rates = rates[rates["unit"] == f"{str(row['unit']).removeprefix(BILLION)} per USD"]
    if rates.empty or not str(row["unit"]).startswith(BILLION):
        return unknown
    rate = rates.loc[(rates["vintage"] == vintage).sort_values(ascending=False, kind="stable").index[0]]
    persons = float(population(pack, MONEY_YEAR, [nation])[nation])
    per_head = 1e9 * float(row["value"]) / persons / float(rate["value"])
    sources = (str(row["source"]), str(rate["source"]), str(whole["source"]))
    said = REPLACED.format(indicator=indicator)
    return Income(per_head / float(whole["value"]), sources, said, price_level=1.0, in_ppp=False)


def _by_vintage(pack: Pack, code: str, indicator: str, year: int) -> dict[str, pd.Series]:
    """Return the rows of one number by the edition of its source, in the order of the table."""
    rows = pack.table("economy")
    rows = rows[(rows["code"] == code) & (rows["indicator"] == indicator) & (rows["year"] == year)]
    return {str(row["vintage"]): row for _, row in rows.iterrows()}


def _parameter(pack: Pack, key: str) -> pd.Series:
    rows = pack.table("parameters")
    rows = rows[rows["key"] == key]
    if rows.empty:
        raise MissingTableError("parameters", Phrase("detail-key-value-statistical-life", key=key))
    return rows.iloc[0]
