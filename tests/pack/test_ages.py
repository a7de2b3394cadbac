"""Age bands: their spellings, and death rates, people and responses of other bands brought together, by brute force."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.pack.ages import age_span, age_word, gaps, match, read_span, shares_between, whole_band
from airshed.pack.errors import AirshedError

LAST = 110
"""No open band of these tests begins later; each of its years of age is looked at."""


@pytest.mark.parametrize(
    ("words", "span"),
    [
        (
            ["85+", ">=85", "≥ 85", "85 and over", "85 plus", "85 years and over", "85세 이상", "85岁及以上"],
            (85, math.inf),
        ),
        (["0", "<1", "under 1", "1세 미만", "00"], (0, 1)),
        (["1-4", "01-04", "1 - 4", "1 to 4 years", "1—4"], (1, 5)),
        (["25–29", "25-29", "25~29세", "25-29岁", "２５－２９", "Age 25-29"], (25, 30)),
        (["all ages", "All ages"], (0, math.inf)),
        ([">25", "25+"], (25, math.inf)),
    ],
)
def test_spellings_met_in_practice(words, span):
    assert {word: read_span(word) for word in words} == dict.fromkeys(words, span)


@pytest.mark.parametrize(
    "word",
    ["9-May", "Oct-14", "2009-05", "2015-09-05", "45055", "29-25", "5 9", "1.4", "<0", "adults", "", "nan", "-5"],
)
def test_what_a_spreadsheet_ruined_is_no_band(word):
    assert read_span(word) is None
    with pytest.raises(AirshedError, match="is not an age band"):
        age_span(word)


@given(st.integers(0, 130), st.one_of(st.integers(1, 60), st.just(math.inf)))
def test_the_word_of_a_band_is_read_back(first, width):
    assert age_span(age_word((first, first + width))) == (first, first + width)


def test_the_row_for_all_ages_stands_beside_bands():
    assert whole_band(["25-29", "all ages", "80+"]) == "all ages" and whole_band(["25-29", "80+"]) is None
    assert whole_band(["25 and over", "25-29", "80+"]) == "25 and over"


def bands(cuts):
    edges = sorted({0, *cuts})
    return [*pairwise(edges), (edges[-1], math.inf)]


CUTS = st.lists(st.integers(1, 99), max_size=6).map(bands)


@st.composite
def measured(draw, banding):
    held = draw(banding)
    return {band: draw(st.sampled_from([0.25, 0.5, 1.0, 2.0])) for band in held}


def at(table, age):
    return next((value for (first, beyond), value in table.items() if first <= age < beyond), None)


def years_of(band):
    return range(band[0], int(min(band[1], LAST + 1)))


@given(measured(CUTS), measured(CUTS), CUTS, st.integers(0, 99))
def test_bands_meet_as_their_years_of_age_do(shares, rates, response, floor):
    """Every year of age is asked: a number only where one rate and one band of the response hold at all of them."""
    response = [band for band in response if band[0] >= floor] or response
    found = match(shares, rates, response)
    for band in shares:
        owners = {
            next((place for place, one in enumerate(response) if one[0] <= age < one[1]), None)
            for age in years_of(band)
        }
        held = {at(rates, age) for age in years_of(band)}
        if owners == {None}:
            assert band not in found.owner and found.rates[band] == 0
        elif len(owners) > 1:
            assert band in found.across
        elif len(held) > 1:
            assert band in found.finer
        else:
            assert {found.owner[band]} == owners and {found.rates[band]} == held
    for band in rates:
        owners = {
            next((place for place, one in enumerate(response) if one[0] <= age < one[1]), None)
            for age in years_of(band)
        }
        assert ((band in found.split) or (band in found.over)) == (len(owners) > 1)


@given(measured(CUTS), measured(CUTS), st.floats(0, 1))
def test_people_between_two_bandings_are_all_counted_in_bands_of_both(start, end, part):
    found = shares_between(start, end, part)
    assert sum(found.values()) == pytest.approx((1 - part) * sum(start.values()) + part * sum(end.values()))
    for first, _ in found:
        assert first in {one[0] for one in start} & {one[0] for one in end}


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), min_size=1, max_size=5))
def test_gaps_are_the_years_that_no_band_holds(pairs):
    spans = [(first, first + width) for first, width in pairs]
    held = {age for first, beyond in spans for age in range(first, beyond)}
    missing = {age for first, beyond in gaps(spans, 0) for age in range(first, beyond)}
    assert missing == set(range(max(held))) - held


def test_a_rate_missing_for_a_part_of_a_band_is_no_rate():
    shares = {(0, 95): 0.9, (95, math.inf): 0.1}
    assert match(shares, {(0, 95): 1.0, (95, 100): 2.0}, [(95, math.inf)]).without == [(95, math.inf)]
    everyone = match({(0, 5): 0.5, (5, math.inf): 0.5}, {(5, math.inf): 1.0}, [(0, math.inf)])
    assert everyone.rates == {(0, 5): 0.0, (5, math.inf): 1.0} and not everyone.without
