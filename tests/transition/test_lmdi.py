"""LMDI-I against another library's numbers, the cases of zeros in print, and its laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.pack.errors import AirshedError
from airshed.transition.kaya import ratios
from airshed.transition.lmdi import effects, logarithmic_mean

# Data and results of the tests of LMDIR 0.1.14 (Heun, MIT licence), whose numbers come from a sheet worked by hand:
# (factor, part) in the years 1971 and 1972, 1972 and 1973, 1973 and 1974.
YEARS = np.array(
    [
        [[1, 4], [10, 5], [2, 3]],
        [[4, 5], [5, 6], [3, 4]],
        [[8, 5], [2, 7], [4, 5]],
        [[10, 6], [1, 8], [5, 6]],
    ],
    dtype=float,
)
PARTS = [[50.47438029, 19.31568569], [-25.23719014, 15.78206435], [14.76280986, 24.90224996]]
TOTALS = [69.79006598, -9.455125793, 39.66505981]


def test_parts_are_those_of_another_library():
    assert effects(YEARS[0], YEARS[1]) == pytest.approx(np.array(PARTS), rel=1e-8)
    assert effects(YEARS[0], YEARS[1]).sum(axis=1) == pytest.approx(TOTALS, rel=1e-8)


@pytest.mark.parametrize(("first", "change"), [(0, 100.0), (1, 59.0), (2, 99.0)])
def test_effects_add_up_to_the_printed_change(first, change):
    assert effects(YEARS[first], YEARS[first + 1]).sum() == pytest.approx(change, rel=1e-12)


# Ang, Zhang and Choi 1998 (Energy 23:489), table 2: amount before and after, factor before and after, and its effect.
CASES = [
    (0.0, 42.0, 0.0, 9999.0, 42.0),
    (42.0, 0.0, 9999.0, 0.0, -42.0),
    (0.0, 42.0, 9999.0, 9999.0, 0.0),
    (42.0, 0.0, 9999.0, 9999.0, 0.0),
    (0.0, 0.0, 9999.0, 9999.0, 0.0),
    (0.0, 0.0, 0.0, 0.0, 0.0),
    (0.0, 0.0, 9999.0, 0.0, 0.0),
    (0.0, 0.0, 0.0, 9999.0, 0.0),
]


@pytest.mark.parametrize(("before", "after", "one", "other", "wanted"), CASES)
def test_zeros_are_those_of_the_printed_table(before, after, one, other, wanted):
    rest = [
        amount / factor if factor else (0.0 if amount == 0 and factor else 1.0)
        for amount, factor in ((before, one), (after, other))
    ]
    found = effects(np.array([one, rest[0]]), np.array([other, rest[1]]))
    assert found[0] == pytest.approx(wanted, abs=1e-6)


positive = st.one_of(st.just(0.0), st.floats(1e-3, 1e3))


@st.composite
def pairs(draw):
    shape = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    values = st.lists(positive, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1])
    return tuple(np.array(draw(values)).reshape(shape) for _ in range(2))


@given(pairs())
def test_no_residual_whatever_appears_or_vanishes(pair):
    first, last = pair
    change = last.prod(axis=0) - first.prod(axis=0)
    size = first.prod(axis=0) + last.prod(axis=0)
    assert np.abs(effects(first, last).sum(axis=0) - change) == pytest.approx(0.0, abs=1e-9 * max(size.max(), 1e-9))


@given(pairs())
def test_back_in_time_every_effect_turns_its_sign(pair):
    first, last = pair
    there, back = effects(first, last), effects(last, first)
    assert there == pytest.approx(
        -back, rel=1e-7, abs=1e-9 * max(first.prod(axis=0).max(), last.prod(axis=0).max(), 1e-9)
    )


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_the_logarithmic_mean_lies_between_the_others(one, other):
    found = float(logarithmic_mean(np.array(one), np.array(other)))
    assert np.sqrt(one * other) * (1 - 1e-9) <= found <= (one + other) / 2 * (1 + 1e-9)


def test_a_factor_below_zero_is_refused():
    with pytest.raises(AirshedError) as told:
        effects(np.array([1.0, -2.0]), np.array([1.0, 2.0]))
    assert told.value.code == "lmdi-below-zero"


def test_a_missing_number_is_refused():
    with pytest.raises(AirshedError) as told:
        effects(np.array([1.0, np.nan]), np.array([1.0, 2.0]))
    assert told.value.code == "lmdi-no-number"


def test_kaya_by_hand():
    """10 people earn 40 with 20 of energy, which gives 60 and 2 of CO2."""
    found = ratios(np.array([10.0, 40.0, 20.0]), np.array([60.0, 2.0]))
    assert found.tolist() == [[10.0, 10.0], [4.0, 4.0], [0.5, 0.5], [3.0, 0.1]]
    assert found.prod(axis=0) == pytest.approx([60.0, 2.0])


@pytest.mark.shared
@pytest.mark.parametrize("nation", ["People's Rep. of China", "Korea", "Japan", "World"])
def test_the_index_of_iea_is_the_product_of_its_factors(shared, nation):
    """The four factors that IEA prints as indices give back its index of CO2, so their effects leave no residual."""
    import csv

    with (shared / "data/energy/iea_kaya_index_1990_2021.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["country_as_printed"] == nation]
    wanted = next(
        row for row in rows if row["factor_index"].startswith("CO2 emissions") and "/" not in row["factor_index"]
    )
    factors = [row for row in rows if row is not wanted]
    first, last = (np.array([float(row[year]) / 100.0 for row in factors]) for year in ("2005", "2015"))
    change = (float(wanted["2015"]) - float(wanted["2005"])) / 100.0
    assert effects(first, last).sum() == pytest.approx(change, abs=2e-3)
