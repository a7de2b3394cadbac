"""Numbers of a question: read as written, whole or not, and refused with the parameter and its bounds."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.pack import bounds
from airshed.pack.errors import AirshedError

NONE = ("", " ", "nan", "inf", "-inf", "1e999999", "0x10", "1_000", "½", "1/0", "2015-02-30", "9" * 5000, "true", "[]")


@given(st.floats(0, 1e15))
def test_a_number_is_read_as_python_reads_it(value):
    assert bounds.number(repr(value), "budget", bounds.MONEY) == value


@given(st.integers(-(10**40), 10**40))
def test_a_year_is_between_its_ends(value):
    if 1850 <= value <= 2200:
        assert bounds.whole(str(value), "year", bounds.YEAR) == bounds.within(value, "year", bounds.YEAR) == value
        return
    for ask in (
        lambda: bounds.whole(str(value), "year", bounds.YEAR),
        lambda: bounds.within(value, "year", bounds.YEAR),
    ):
        with pytest.raises(AirshedError, match="parameter year cannot be") as told:
            ask()
        assert told.value.remedy == "a whole number from 1850 to 2200 is needed"


@pytest.mark.parametrize("text", NONE)
@pytest.mark.parametrize("bound", [bounds.YEAR, bounds.SHARE, bounds.MONEY, bounds.GROWTH])
def test_what_is_no_number_is_refused(text, bound):
    with pytest.raises(AirshedError, match=r"the parameter that (cannot be|is empty)"):
        bounds.reader("that", bound)(text)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"), float("inf"), 10**5000, -(10**5000), Decimal("1e999999"), Decimal("nan"), Decimal("snan"),
        Fraction(10**5000, 3), np.float64("nan"), np.int64(-1),
    ],
    ids=["nan", "inf", "huge", "-huge", "1e999999", "Decimal nan", "snan", "fraction", "numpy nan", "numpy -1"],
)  # fmt: skip
def test_numbers_of_python_have_the_same_bounds(value):
    for bound in (bounds.SHARE, bounds.MONEY, bounds.YEAR):
        with pytest.raises(AirshedError, match="the parameter that cannot be"):
            bounds.within(value, "that", bound)


def test_the_least_may_be_too_little():
    assert bounds.number("0", "floor", bounds.SHARE) == 0
    with pytest.raises(AirshedError, match="a number above -1, 10 at most"):
        bounds.number("-1", "growth", bounds.GROWTH)


def test_half_a_sample_is_none():
    assert bounds.within(20.0, "samples", bounds.SAMPLES) == 20
    with pytest.raises(AirshedError, match="a whole number from 0 to 100000"):
        bounds.within(20.5, "samples", bounds.SAMPLES)


@pytest.mark.parametrize(
    "text", ["2027-50000000", "2027-99999999999", "2030-2027", "1849-1850", "2199-2201", "20-30", "-"]
)
def test_spans_are_refused_before_their_years_are_counted(text):
    with pytest.raises(AirshedError):
        bounds.span(text, "years")


def test_years_are_listed_once():
    assert bounds.years("2015, 2030,2015", "years") == [2015, 2030]
    with pytest.raises(AirshedError, match="more than 400"):
        bounds.years(",".join(["2015"] * 500), "years")
