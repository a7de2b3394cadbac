"""Units as they are written in practice: symbols, words, scales, currencies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.pack.units import CURRENCY, SCALE, alike, convert, find, units

PREFIXES = sorted(unit.unit for unit in units().values() if unit.dimension == SCALE)
PLAIN = sorted(name for name, unit in units().items() if unit.dimension != SCALE and CURRENCY not in name)


@pytest.mark.parametrize(
    ("text", "unit", "factor"),
    [
        ("µg/m³", "ug/m3", 1.0),
        ("\u03bcg/m3", "ug/m3", 1.0),
        ("㎍/㎥", "ug/m3", 1.0),
        (" km² ", "km2", 1.0),
        ("Percent", "percent", 0.01),
        ("%", "%", 0.01),
        ("thousand USD", "thousand USD", 1e3),
        ("Million  KRW", "million KRW", 1e6),
        ("10 thousand international dollars per person", "10 thousand international dollars per person", 1e4),
        ("MEUR/t", "MEUR/t", 1e6),
        ("thousand CNY/t", "thousand CNY/t", 1e3),
        ("million EUR/kt", "million EUR/kt", 1e3),
        ("million persons", "million persons", 1e6),
    ],
)
def test_a_unit_is_read_however_it_is_written(text, unit, factor):
    found = find(text)
    assert (found.unit, found.factor) == (unit, pytest.approx(factor, rel=1e-15))


@pytest.mark.parametrize(
    "text", ["", "Mg/m3", "kT/yr", "euro", "usd", "million", "thousand kilo", "KRW per EUR", "10²"]
)
def test_what_is_no_unit_is_not_taken_for_one(text):
    """The case of a symbol says what it is: milligram is no megagram."""
    found = find(text)
    assert found is None or found.dimension == SCALE


def test_money_is_of_its_currency():
    assert find("billion KRW").dimension != find("billion USD").dimension
    assert (find("KRW per USD").currency, find("USD per EUR").currency) == ("KRW", "EUR")
    assert find("USD per EUR").dimension != find("EUR per USD").dimension
    assert alike(find("kEUR/t")) == ["kEUR/t", "EUR/t", "MEUR/t", "EUR/kg", "EUR/kt"]


@given(st.sampled_from(PREFIXES), st.sampled_from(PLAIN), st.floats(1e-3, 1e3))
def test_a_scale_stands_before_any_unit(scale, unit, value):
    assert convert(value, f"{scale} {unit}", unit) == pytest.approx(value * units()[scale].factor)
