"""Fleets against brute force over single vehicles, hand calculations and laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import weibull_min

from airshed.transition.fleet import (
    GRAMS_PER_KT,
    car_credits,
    credit_balance,
    fleet_emissions,
    share_path,
    survival,
    turn_over,
)


@pytest.mark.parametrize(("mean", "shape"), [(14.5, 4.0), (10.0, 2.0), (19.0, 6.0)])
def test_survival_is_that_of_scipy_and_has_the_mean_it_says(mean, shape):
    law = weibull_min(shape, scale=mean / math.gamma(1 + 1 / shape))
    ages = np.arange(0.0, 40.0, 0.5)
    assert survival(ages, mean, shape) == pytest.approx(law.sf(ages), rel=1e-12)
    assert law.mean() == pytest.approx(mean)


def test_survival_of_a_shape_of_one_is_exponential():
    assert survival([0.0, 14.5, 29.0], 14.5, 1.0) == pytest.approx([1.0, math.exp(-1), math.exp(-2)])


def cars(sold, surviving, year):
    """Return one entry for each whole car that is there at the end of a year, by the year it was sold."""
    return [
        then
        for then, number in sold.items()
        if 0 <= year - then < len(surviving)
        for _ in range(round(number * surviving[year - then]))
    ]


def test_a_fleet_is_that_of_its_single_cars():
    """Cars sold in known years are counted one by one; the stock that they make gives back the sales."""
    surviving = np.array([1.0, 1.0, 0.5, 0.25, 0.0])
    sold = {2000: 40, 2001: 40, 2002: 40, 2003: 40, 2004: 40, 2005: 80, 2006: 120, 2007: 40, 2008: 200}
    years = range(2004, 2009)
    stock = np.array([[len(cars(sold, surviving, year)) for year in years]], dtype=float)
    found = turn_over(stock, surviving, np.array([0.0]))
    assert found.sales[0].tolist() == pytest.approx([40, 40, 40, 40, 40, 80, 120, 40, 200])
    for place, year in enumerate(years):
        there = cars(sold, surviving, year)
        counted = [there.count(then) for then in range(2000, 2009)]
        assert found.vehicles[0, place].tolist() == pytest.approx(counted)


def test_emissions_are_the_sum_over_cars():
    rng = np.random.default_rng(7)
    vehicles = rng.integers(0, 5, size=(2, 3, 4)).astype(float)
    mix = rng.dirichlet(np.ones(3), size=4).T
    factor = rng.uniform(0.0, 2.0, size=(3, 2, 4, 2))
    found = fleet_emissions(vehicles, mix, factor, 12_000.0)
    for region in range(2):
        for year in range(3):
            for pollutant in range(2):
                grams = 0.0
                for cohort in range(4):
                    for _ in range(int(vehicles[region, year, cohort])):
                        for kind in range(3):
                            grams += mix[kind, cohort] * factor[kind, region, cohort, pollutant] * 12_000.0
                assert found[region, year, pollutant] == pytest.approx(grams / GRAMS_PER_KT)


def test_a_stock_that_falls_faster_than_it_wears_out_sells_nothing_and_says_how_many_left():
    found = turn_over(np.array([[100.0, 40.0]]), np.array([1.0, 0.9, 0.0]), np.array([0.0]))
    first = 100.0 / 1.9
    survivors = 0.9 * first
    assert found.sales[0, -1] == 0.0
    assert found.left[0] == pytest.approx([0.0, survivors - 40.0])
    assert found.vehicles[0, 1].sum() == pytest.approx(40.0)


def test_withdrawn_cars_are_replaced_by_new_ones():
    """Two cohorts of 60 and 40; the older one goes and as many are sold beside the 10 of the year."""
    surviving = np.array([1.0, 1.0, 1.0])
    stock = np.array([[60.0, 100.0]])
    gone = np.zeros((3, 5), dtype=bool)
    gone[2, :3] = True
    found = turn_over(stock, surviving, np.array([50.0]), np.array([[10.0]]), gone)
    assert found.sales[0, -2:] == pytest.approx([40.0, 10.0 + 60.0], abs=1e-9)
    assert found.vehicles[0, 2] == pytest.approx([0.0, 0.0, 0.0, 40.0, 70.0], abs=1e-9)


stocks = st.lists(st.floats(1.0, 1e6), min_size=2, max_size=12)


@given(stocks, st.floats(2.0, 25.0), st.floats(1.0, 8.0), st.floats(-0.2, 0.4))
def test_cohorts_always_add_up_to_the_stock(stock, mean, shape, growth):
    surviving = survival(np.arange(30), mean, shape)
    found = turn_over(np.array([stock]), surviving, np.array([growth]))
    assert found.vehicles.sum(axis=2)[0] == pytest.approx(stock, rel=1e-9)
    assert (found.sales >= 0).all() and (found.vehicles >= 0).all() and (found.left >= 0).all()
    assert (found.vehicles <= found.sales[:, None, :] * (1 + 1e-12)).all()


def test_a_path_is_linear_between_its_years_and_nothing_before():
    years = np.arange(2018, 2036)
    found = share_path(years, {2020: 6.0, 2023: 38.0}, {2033: 100.0})
    assert found[0] == 0.0
    assert found[2] == 6.0
    assert found[years.tolist().index(2028)] == pytest.approx(69.0)
    assert (found[-3:] == 100.0).all()


@pytest.mark.parametrize(
    ("per_km", "fixed", "cap", "range_km", "credit"),
    [
        (0.012, 0.8, 5.0, 300.0, 4.4),
        (0.012, 0.8, 5.0, 350.0, 5.0),
        (0.012, 0.8, 5.0, 600.0, 5.0),
        (0.0056, 0.4, 3.4, 300.0, 2.08),
        (0.0056, 0.4, 3.4, 600.0, 3.4),
        (0.0056, 0.4, 3.4, 99.0, 0.0),
    ],
)
def test_credits_of_a_car(per_km, fixed, cap, range_km, credit):
    assert car_credits(range_km, per_km, fixed, cap, 100.0) == pytest.approx(credit)


def test_the_example_of_the_rule_of_2020():
    """ICCT's example: with three credits a car, 12 percent are met with about 4 percent of electric cars."""
    earned, wanted, balance = credit_balance(100_000, 4_000, 0, 3.0, 2.0, 0.12)
    assert (earned, wanted, balance) == (12_000.0, 12_000.0, 0.0)
