"""Dependence on imports against numbers worked by hand, and the laws of the concentration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.transition.dependence import (
    concentration,
    concentration_bounds,
    criteria_hold,
    dependent,
    export_growth,
    import_shares,
    material_demand,
)

NONE = float("nan")
AMOUNTS = st.lists(st.floats(0.01, 1e9), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("values", "index"),
    [
        ([100], 1.0),
        ([50, 50], 0.5),
        # the CBS of the Netherlands explains the index by three equal suppliers: three times a third of a third
        ([1, 1, 1], 1 / 3),
        # the guidelines of the US Department of Justice: 30, 30, 20 and 20 percent make 2600 points of 10000
        ([30, 30, 20, 20], 0.26),
        ([97.5, 2.5], 0.95125),
    ],
)
def test_the_concentration_is_the_worked_one(values, index):
    assert concentration(np.array(values, dtype=float)) == pytest.approx(index)


def test_without_trade_nothing_is_concentrated():
    assert np.isnan(concentration(np.array([])))
    assert np.isnan(concentration(np.array([0.0, 0.0])))
    assert np.isnan(import_shares(np.zeros(2))).all()


@given(AMOUNTS, st.floats(0.001, 1000))
def test_the_unit_and_the_order_do_not_matter(values, scale):
    amounts = np.array(values)
    assert concentration(amounts * scale) == pytest.approx(concentration(amounts))
    assert concentration(amounts[::-1]) == pytest.approx(concentration(amounts))
    assert 1 / len(values) - 1e-9 <= concentration(amounts) <= 1 + 1e-9


@given(AMOUNTS)
def test_one_share_bounds_the_concentration(values):
    amounts = np.array(values)
    low, high = concentration_bounds(float(import_shares(amounts)[0]))
    assert low - 1e-9 <= concentration(amounts) <= high + 1e-9


@pytest.mark.parametrize(
    ("imported", "exported", "imports", "exports", "holds"),
    [
        (0.41, 0.41, 2.0, 1.0, 1.0),
        # on the threshold itself a criterion does not hold: larger than 0.4, and than one
        (0.40, 0.41, 2.0, 1.0, 0.0),
        (0.41, 0.40, 2.0, 1.0, 0.0),
        (0.41, 0.41, 1.0, 1.0, 0.0),
        # no exports: the ratio is without bound, GeoDep writes 9999
        (0.41, 0.41, 2.0, 0.0, 1.0),
        (0.41, 0.41, 2.0, NONE, 1.0),
        (0.41, NONE, 2.0, 1.0, NONE),
        (0.30, NONE, 2.0, 1.0, 0.0),
    ],
)
def test_the_three_criteria(imported, exported, imports, exports, holds):
    found = criteria_hold(*(np.array([value]) for value in (imported, exported, imports, exports)))
    assert found[0] == pytest.approx(holds, nan_ok=True)


@pytest.mark.parametrize(
    ("years", "verdict"),
    [
        ([1, 1, 1], 1.0),
        ([1, 0, 1], 1.0),
        ([1, 0, 0], 0.0),
        ([0, 0, NONE], 0.0),
        ([1, NONE, 0], NONE),
        ([1, 1], 1.0),
        ([1, 0], NONE),
        ([1], NONE),
        ([0], NONE),
    ],
)
def test_two_of_three_years(years, verdict):
    assert dependent(np.array(years, dtype=float)) == pytest.approx(verdict, nan_ok=True)


def test_growth_beside_the_world():
    # all of them grow from 200 to 250, by a quarter; the first doubles
    growth, beside = export_growth(np.array([50.0, 150.0, NONE]), np.array([100.0, 150.0, 10.0]))
    assert growth[:2].tolist() == [50.0, 0.0]
    assert beside[:2] == pytest.approx([1.6, 0.8])
    assert np.isnan(growth[2])


def test_demand_takes_off_what_is_not_built_in_its_place():
    # a million electric cars with 53.2 kg of copper each, in place of cars with 22.3 kg
    assert material_demand(np.array([1e6]), np.array([53.2]), np.array([22.3])) == pytest.approx([30.9e6])
