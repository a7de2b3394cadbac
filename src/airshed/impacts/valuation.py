"""The value of a statistical life by nation: the OECD's base value, transferred by income (OECD 2012)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.pack.equations import equation
from airshed.pack.errors import MissingTableError
from airshed.pack.pack import Pack
from airshed.pack.people import counted, population

Floats = npt.NDArray[np.float64]
MONEY_YEAR = 2015
"""Year of the prices and of the incomes of every value in money."""
REFERENCE = "OECD"
"""Economy that the base value holds for."""
PRICES = "USA"
"""Economy whose deflator carries the base value to the prices of the answer, and which links two sources of income."""
INCOME, DEFLATOR, EXCHANGE = "gdp_per_head_ppp", "gdp_deflator", "exchange_rate"
ESTIMATE = "gni_lcu_south"
"""National income as the Bank of Korea estimates it for North Korea, in South Korean won."""
BILLION = "billion "
LINKED = "income linked through {link}, which both sources hold"
REPLACED = "income per head is the estimate {indicator} at the exchange rate, in place of purchasing power parity"
UNKNOWN = "no income per head of {nation} in the pack"
NOTES = (LINKED, REPLACED, UNKNOWN)
"""Templates of the notes, for translation."""


@dataclass(frozen=True)
class LifeValue:
    """The value of a statistical life in a nation, million USD of MONEY_YEAR; NaN without income, which `note` says."""

    value: float
    low: float
    high: float
    income_ratio: float
    source: str
    note: str


@dataclass(frozen=True)
class Income:
    """Income per head over that of the reference economy; NaN where the pack knows none."""

    ratio: float
    sources: tuple[str, ...]
    note: str


@equation(
    key="value-of-life",
    title="Value of a statistical life by income",
    latex=r"V_n = V_{OECD}\,\left(\frac{Y_n}{Y_{OECD}}\right)^{\varepsilon}\,\frac{P_{2015}}{P_{2005}}",
    units="million USD of 2015",
    citation="OECD 2012, Mortality Risk Valuation, doi:10.1787/9789264130807-en; numbers in parameters and economy",
)
def value_of_life(base: float, income_ratio: Floats, elasticity: Floats | float, price_factor: float) -> Floats:
    """Return the value of a statistical life.

    base : value in the reference economy, prices of its own year
    income_ratio : income per head at purchasing power parity over that of the reference economy, same year and source
    elasticity : of the value to income; price_factor : prices of the answer over those of the base value

    >>> value_of_life(3.0, np.array([1.0, 0.25]), 0.8, 1.2).round(4)
    array([3.6   , 1.1876])
    """
    return np.asarray(base * np.asarray(income_ratio) ** elasticity * price_factor)


def life_values(pack: Pack, nations: Sequence[str]) -> dict[str, LifeValue]:
    """Return the value of a statistical life of nations, with the ends of the range of the elasticity.

    The base value is of 2005 and the answer's money of 2015. The incomes compared are those of 2015: whose lives are
    valued lives then, and income at current purchasing power parity is only comparable inside one year. Real growth of
    the OECD itself since 2005 is left out, so the base value stays the same in real terms. Years after 2015 keep it.
    Raises MissingTableError if the pack lacks the base value, the deflator or the income of the reference economy.
    """
    base, base_year, elasticity = (
        _parameter(pack, key) for key in ("vsl_base", "vsl_base_year", "vsl_income_elasticity")
    )
    factor, price_source = price_factor(pack, int(base_year["value"]))
    shared = [price_source, base["source"], elasticity["source"]]
    ends = [float(elasticity[name]) for name in ("value", "low", "high") if np.isfinite(elasticity[name])]
    result = {}
    for nation, income in incomes(pack, nations).items():
        values = value_of_life(float(base["value"]), np.full(len(ends), income.ratio), np.array(ends), factor)
        source = " ".join(dict.fromkeys([*income.sources, *shared]))
        central, low, high = float(values[0]), float(values.min()), float(values.max())
        result[nation] = LifeValue(central, low, high, income.ratio, source, income.note)
    return result


def elasticity_range(pack: Pack) -> tuple[float, float] | None:
    """Return the range of the elasticity of the value of life to income; None where the pack gives none."""
    row = _parameter(pack, "vsl_income_elasticity")
    low, high = float(row["low"]), float(row["high"])
    return (low, high) if low < high else None


def life_values_at(pack: Pack, nations: Sequence[str], elasticity: Floats) -> Floats:
    """Return the value of a statistical life (elasticity, nation), million USD of MONEY_YEAR; NaN without income.

    elasticity : values in the place of the one that the pack holds; the rest as in `life_values`
    """
    base, base_year = (_parameter(pack, key) for key in ("vsl_base", "vsl_base_year"))
    factor, _ = price_factor(pack, int(base_year["value"]))
    found = incomes(pack, nations)
    ratios = np.array([found[nation].ratio for nation in nations])
    return value_of_life(float(base["value"]), ratios, elasticity[:, None], factor)


def price_factor(pack: Pack, base_year: int) -> tuple[float, str]:
    """Return the prices of MONEY_YEAR over those of a year by the deflator of PRICES, and its source."""
    then, now = (_by_vintage(pack, PRICES, DEFLATOR, year) for year in (base_year, MONEY_YEAR))
    shared = [vintage for vintage in now if vintage in then]
    if not shared:
        raise MissingTableError("economy", f"{DEFLATOR} of {PRICES} in {base_year} and {MONEY_YEAR}")
    return float(now[shared[0]]["value"]) / float(then[shared[0]]["value"]), str(now[shared[0]]["source"])


def incomes(pack: Pack, nations: Sequence[str]) -> dict[str, Income]:
    """Return the income per head of nations in MONEY_YEAR over that of the reference economy.

    One source throughout: that of the reference economy. A nation that it lacks (Taiwan) is compared with PRICES in
    another source, and PRICES with the reference in the first: two ratios, each inside one source. Where there is only
    an estimate of the national income in another nation's money (North Korea), that per head at the exchange rate.
    """
    reference = _by_vintage(pack, REFERENCE, INCOME, MONEY_YEAR)
    if not reference:
        raise MissingTableError("economy", f"{INCOME} of {REFERENCE} in {MONEY_YEAR}")
    vintage, whole = next(iter(reference.items()))
    return {nation: _income(pack, nation, vintage, whole) for nation in dict.fromkeys(nations)}


def _income(pack: Pack, nation: str, vintage: str, whole: pd.Series) -> Income:
    own = _by_vintage(pack, nation, INCOME, MONEY_YEAR)
    if vintage in own:
        ratio = float(own[vintage]["value"]) / float(whole["value"])
        return Income(ratio, (str(own[vintage]["source"]), str(whole["source"])), "")
    link = _by_vintage(pack, PRICES, INCOME, MONEY_YEAR)
    other = next((name for name in own if name in link), None)
    if other is not None and vintage in link:
        there = float(own[other]["value"]) / float(link[other]["value"])
        here = float(link[vintage]["value"]) / float(whole["value"])
        return Income(there * here, (str(own[other]["source"]), str(whole["source"])), LINKED.format(link=PRICES))
    return _estimated(pack, nation, vintage, whole)


def _estimated(pack: Pack, nation: str, vintage: str, whole: pd.Series) -> Income:
    """Return the income of a nation of which there is only an estimate in another nation's money, or none."""
    found = _by_vintage(pack, nation, ESTIMATE, MONEY_YEAR)
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
    return Income(per_head / float(whole["value"]), sources, REPLACED.format(indicator=ESTIMATE))


def _by_vintage(pack: Pack, code: str, indicator: str, year: int) -> dict[str, pd.Series]:
    """Return the rows of one number by the edition of its source, in the order of the table."""
    rows = pack.table("economy")
    rows = rows[(rows["code"] == code) & (rows["indicator"] == indicator) & (rows["year"] == year)]
    return {str(row["vintage"]): row for _, row in rows.iterrows()}


def _parameter(pack: Pack, key: str) -> pd.Series:
    rows = pack.table("parameters")
    rows = rows[rows["key"] == key]
    if rows.empty:
        raise MissingTableError("parameters", f"{key}, for the value of a statistical life")
    return rows.iloc[0]
