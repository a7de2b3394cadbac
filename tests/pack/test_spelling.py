"""Letters that look the same: composed and decomposed, wide and narrow, seen and unseen."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.pack.spelling import composed, fold, tidy

KOREAN = "경기도"


def test_a_document_is_composed_in_all_its_texts():
    apart = unicodedata.normalize("NFD", KOREAN)
    assert apart != KOREAN
    assert composed({apart: [apart, 1, None, {"name": apart}]}) == {KOREAN: [KOREAN, 1, None, {"name": KOREAN}]}


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("２０１５", "2015"),
        ("٢٠١٥", "2015"),
        ("२०१५", "2015"),
        ("\u00a02015\u2009", "2015"),
        ("20\u200b15\ufeff", "2015"),
        ("\u22123.5", "-3.5"),
        ("－３．５", "-3.5"),
        ("1\u202f000", "1 000"),
        ("10²", "10²"),
        ("½", "½"),
        ("①", "①"),
    ],
)
def test_digits_minus_and_space_are_plain_and_nothing_becomes_another_number(cell, plain):
    assert tidy(cell) == plain


@given(st.integers(-(10**9), 10**9), st.sampled_from([0x0030, 0x0660, 0x0966, 0xFF10, 0x1D7CE]))
def test_digits_of_any_script_are_the_number_they_say(number, zero):
    """Python's own reading of digits is the oracle."""
    text = "".join(chr(zero + int(letter)) if letter.isdigit() else letter for letter in str(number))
    assert int(tidy(text)) == int(text) == number


@given(st.text(st.characters(categories=("L", "M", "Nd", "Zs", "Cf", "Sm", "No", "Po", "Pd")), max_size=20))
def test_what_is_tidy_stays_as_it_is(text):
    assert tidy(tidy(text)) == tidy(text)


@given(
    st.sampled_from([" ", "-", "_", "\u2013", "\u2011", "\u00a0", " - "]),
    st.sampled_from([str.upper, str.title, str.lower]),
)
def test_spellings_of_a_word_have_the_same_in_common(between, case):
    assert fold(case(f"fiscal{between}year{between}mean")) == "fiscal year mean"
