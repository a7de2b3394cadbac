"""Numbers as people say them: beside Babel, read back, and by hand."""

import re

import pytest
from babel.numbers import format_compact_decimal
from hypothesis import given
from hypothesis import strategies as st

from airshed.pack.spoken_numbers import count, level, mass, money, money_range, plain, significant

SIZES = {"조": 1e12, "억": 1e8, "만": 1e4, "万亿": 1e12, "亿": 1e8, "万": 1e4}
SIZES |= {" trillion": 1e12, " billion": 1e9, " million": 1e6, "": 1.0}


def read_back(text):
    """Return the number that a text says, part by part."""
    sign, text = (-1.0, text[1:]) if text.startswith("-") else (1.0, text)
    parts = re.findall(r"([\d,.]+)( trillion| billion| million|万亿|조|억|만|亿|万|)", text)
    assert parts and "".join(number + step for number, step in parts) == re.sub("(?<=[조억만]) ", "", text)
    return sign * sum(float(number.replace(",", "")) * SIZES[step] for number, step in parts)


@given(st.floats(1e-6, 9e14), st.sampled_from(["en", "ko", "zh"]), st.booleans())
def test_what_is_said_is_the_number_to_two_digits(value, language, minus):
    said = count(-value if minus else value, language)
    assert read_back(said) == pytest.approx(-value if minus else value, rel=0.051)
    assert len(re.sub(r"\D", "", said).strip("0")) <= 4


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("value", [2_480_000, 59_400_000_000, 1_610_000_000, 340_000_000, 84_600_000_000])
def test_steps_are_those_of_babel(language, value):
    told = format_compact_decimal(value, locale=language, fraction_digits=2)
    if language == "en":
        told = told.replace("M", " million").replace("B", " billion")
    assert count(value, language) == told


def test_steps_of_korean_are_those_of_babel():
    for value in (59_400_000_000, 1_600_000_000, 2_480_000, 340_000_000):
        assert count(value, "ko") in (format_compact_decimal(value, locale="ko"), "3억 4,000만")


@given(st.floats(-1e15, 1e15))
def test_no_number_reads_minus_nothing(value):
    assert not re.fullmatch(r"-0(\.0*)?", plain(value))
    assert significant(value) == pytest.approx(value, rel=0.0051, abs=1e-300)


def test_what_is_not_known_is_not_said():
    nan = float("nan")
    assert [plain(nan), count(nan), money(nan), mass(nan), level(nan), money_range(nan, nan)] == [""] * 6
    assert money_range(nan, 5.0) == "5 million USD"


@given(st.floats(1e-3, 1e7), st.floats(1e-3, 1e7), st.sampled_from(["en", "ko", "zh"]))
def test_a_range_says_both_ends(first, second, language):
    low, high = sorted((first, second))
    text = money_range(low, high, language)
    assert text.endswith(money(high, language))
    lead = re.match(r"[\d,.]+", text)
    assert lead and money(low, language).startswith(lead[0])
