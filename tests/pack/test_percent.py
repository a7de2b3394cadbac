"""Percentages read the same everywhere: nothing of something is never none, and nearly all is never all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.pack.percent import percent

SHARES = st.floats(-50, 50, allow_nan=False)


@given(SHARES, st.booleans(), st.booleans())
def test_a_percentage_is_near_what_it_stands_for(share, sign, small):
    text = percent(share, sign=sign, small=small)
    found = re.fullmatch(r"([<>] )?([+-]?)([\d,]+(?:\.\d+)?(?:e-\d+)?) %", text)
    assert found, text
    bound, mark, digits = found.groups()
    value = float(digits.replace(",", ""))
    size = abs(100 * share)
    if bound is None:
        assert value == pytest.approx(size, abs=0.5 if size > 9.9 else 0.0501, rel=0.0)
        assert (value == 0) == (share == 0) or small
        assert value != 100 or abs(size - 100) < 1e-8 or size > 100
    else:
        below = (bound == "< ") != (share < 0)
        assert (size < value) if below else (value < size < 100)
    assert mark == ("-" if share < 0 else "+" if sign and share > 0 else "")


@pytest.mark.parametrize("share", [None, float("nan"), float("inf")])
def test_what_is_not_known_is_not_said(share):
    assert percent(share) == ""


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0038, "0.38 %"), (0.00038, "0.038 %"), (0.0, "0 %"), (0.042, "4.2 %"), (0.5, "50 %"), (1.0, "100 %")],
)
def test_small_parts_keep_two_digits(share, text):
    assert percent(share, small=True) == text
