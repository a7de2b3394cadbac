"""A fleet of vehicles by cohort: survival, sales that a stock implies, what it emits by standard, credits of makers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import gamma

import numpy as np
import numpy.typing as npt

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation

GRAMS_PER_KT = 1e9
WHOLE = 100.0
"""Percent of all that is sold."""


@equation(
    key="vehicle-survival",
    title="Share of a cohort of vehicles that is still registered",
    latex=r"S(a) = \exp\left[-\left(\frac{a}{\lambda}\right)^k\right], \quad \lambda = \frac{\bar L}{\Gamma(1 + 1/k)}",
    units="1; a and the mean life in years",
    citation="Weibull law; Hao et al. 2011, Science China Technological Sciences",
)
def survival(age: npt.ArrayLike, mean_life: float, shape: float) -> Floats:
    """Return the share of vehicles that reach an age.

    age : any shape, years; mean_life : years; shape : k of the law, larger where all leave at nearly the same age

    >>> [round(float(share), 4) for share in survival([0.0, 10.0, 20.0], 10.0, 1.0)]
    [1.0, 0.3679, 0.1353]
    """
    scale = mean_life / gamma(1.0 + 1.0 / shape)
    return np.exp(-((np.asarray(age, dtype=np.float64) / scale) ** shape))


@dataclass(frozen=True)
class Turnover:
    """A fleet over years.

    sales : (region, cohort), vehicles new in a year, 0 where a stock falls faster than its vehicles wear out
    vehicles : (region, year, cohort), vehicles at the end of a year
    left : (region, year), vehicles that left before their time, as the stock fell faster than they wear out
    """

    sales: Floats
    vehicles: Floats
    left: Floats


@equation(
    key="implied-sales",
    title="Sales that a stock of vehicles implies",
    latex=r"s_y = \max\left(0,\ N_y - \sum_{a \ge 1} s_{y-a}\, S(a)\right)",
    units="vehicles a year",
    citation="definition; what is not explained by vehicles that are still there is new",
)
def turn_over(
    stock: Floats,
    surviving: Floats,
    growth: Floats,
    ahead: Floats | None = None,
    withdrawn: npt.NDArray[np.bool_] | None = None,
) -> Turnover:
    """Return the cohorts of a fleet whose stock is known in the first years, and whose sales are given after them.

    stock : (region, year), vehicles; surviving : (age), share that reaches an age, 1 at age 0; growth : (region), rate
    a year at which the stock grew before its first year, from which its first cohorts follow; ahead : (region, later
    year), sales after the years of the stock; withdrawn : (year, cohort) of all years, cohorts that must be gone in a
    later year and are replaced by new vehicles; cohorts are the ages before the first year, and the years

    >>> found = turn_over(np.array([[10.0, 12.0]]), np.array([1.0, 0.5]), np.array([0.0]), np.array([[4.0]]))
    >>> found.sales.round(3).tolist()
    [[6.667, 6.667, 8.667, 4.0]]
    >>> found.vehicles[0].round(3).tolist()
    [[3.333, 6.667, 0.0, 0.0], [0.0, 3.333, 8.667, 0.0], [0.0, 0.0, 4.333, 4.0]]
    """
    regions, counted = stock.shape
    given = np.zeros((regions, 0)) if ahead is None else ahead
    ages, years = len(surviving), counted + given.shape[1]
    older = np.arange(ages)[::-1]
    sales = np.zeros((regions, ages - 1 + years))
    first = np.exp(-np.outer(growth, older))
    sales[:, :ages] = stock[:, :1] * first / (first * surviving[older]).sum(axis=1, keepdims=True)
    kept = np.ones_like(sales)
    vehicles = np.zeros((regions, years, ages - 1 + years))
    left = np.zeros((regions, years))
    for year in range(years):
        now = ages - 1 + year
        alive, share = slice(year, now), surviving[1:][::-1]
        there = (sales[:, alive] * kept[:, alive] * share).sum(axis=1)
        if year >= counted:
            sales[:, now] = given[:, year - counted]
            if withdrawn is not None and withdrawn[year].any():
                gone = np.where(withdrawn[year], kept, 0.0)
                sales[:, now] += (sales[:, alive] * gone[:, alive] * share).sum(axis=1)
                kept -= gone
        elif year:
            falls = there > stock[:, year]
            left[:, year] = np.where(falls, there - stock[:, year], 0.0)
            ratio = np.divide(stock[:, year], there, out=np.ones(regions), where=falls)
            kept[:, :now] *= ratio[:, None]
            sales[:, now] = np.where(falls, 0.0, stock[:, year] - there)
        vehicles[:, year, alive] = sales[:, alive] * kept[:, alive] * share
        vehicles[:, year, now] = sales[:, now]
    return Turnover(sales, vehicles, left)


def share_path(years: npt.NDArray[np.int_], known: Mapping[int, float], asked: Mapping[int, float]) -> Floats:
    """Return the share of what is sold in every year, in the unit of the shares.

    known : by year; nothing is sold before the first; asked : by later years, linear between; held after the last

    >>> share_path(np.array([2019, 2021, 2023, 2030]), {2020: 5.0, 2021: 15.0}, {2025: 55.0}).tolist()
    [0.0, 15.0, 35.0, 55.0]
    """
    points = dict(sorted({**known, **asked}.items()))
    return np.interp(years, list(points), list(points.values()), left=0.0)


@equation(
    key="fleet-emissions",
    title="Emissions of a fleet by standard",
    latex=r"E_p(r, y) = d \sum_c V(r, y, c) \sum_t m_t(c)\, e_{t,p}(r, c)",
    units="kt/yr",
    citation="EMEP/EEA guidebook 1.A.3.b, vehicles times kilometres times factors",
)
def fleet_emissions(vehicles: Floats, mix: Floats, factor: Floats, kilometres: float) -> Floats:
    """Return what a fleet emits.

    vehicles : (region, year, cohort); mix : (type, cohort), share of each type in what was sold; factor : (type,
    region, cohort, pollutant), g/km; kilometres : of a vehicle in a year
    returns : (region, year, pollutant), kt/yr

    >>> fleet = np.full((1, 1, 1), 2e6)
    >>> fleet_emissions(fleet, np.ones((1, 1)), np.full((1, 1, 1, 1), 0.1), 10000.0).round(9).tolist()
    [[[2.0]]]
    """
    sold = np.einsum("tc,trcp->rcp", mix, factor)
    emitted: Floats = np.matmul(vehicles, sold) * (kilometres / GRAMS_PER_KT)
    return emitted


@equation(
    key="nev-credits",
    title="Credits of a car under a credit rule",
    latex=r"c(R) = \min(b\, R + a,\ \bar c) \text{ for } R \ge R_0, \text{ else } 0",
    units="credits",
    citation="Parallel management regulation of China, fuel and new energy vehicle credits (2017, 2020)",
)
def car_credits(range_km: float, per_km: float, fixed: float, cap: float, least: float) -> float:
    """Return the credits of a battery electric car by its range.

    range_km, least : km; per_km : credits per km; fixed, cap : credits

    >>> round(car_credits(300.0, 0.0056, 0.4, 3.4, 100.0), 3), car_credits(900.0, 0.0056, 0.4, 3.4, 100.0)
    (2.08, 3.4)
    """
    return min(per_km * range_km + fixed, cap) if range_km >= least else 0.0


@equation(
    key="credit-balance",
    title="Balance of credits of a maker",
    latex=r"B = n_e\, c(R) + n_h\, c_h - q\, n_c",
    units="credits",
    citation="Parallel management regulation of China, fuel and new energy vehicle credits (2017, 2020)",
)
def credit_balance(
    conventional: float, electric: float, hybrids: float, credit: float, hybrid_credit: float, ratio: float
) -> tuple[float, float, float]:
    """Return what a maker earns, what it must have, and the difference.

    conventional, electric, hybrids : cars made or imported in the year; credit, hybrid_credit : of one car; ratio :
    credits that must be had for each conventional car

    >>> [round(number, 6) for number in credit_balance(100000, 5000, 1000, 3.4, 1.6, 0.14)]
    [18600.0, 14000.0, 4600.0]
    """
    earned = electric * credit + hybrids * hybrid_credit
    wanted = ratio * conventional
    return earned, wanted, earned - wanted
