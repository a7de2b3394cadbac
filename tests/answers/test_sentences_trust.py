"""The first sentence of the answers on trust says what failed, and what a number rests on."""

import re

import pandas as pd
import pytest

from airshed.answers.answer import Content
from airshed.answers.ask import Direct
from airshed.answers.chapters.scoreboard import failed_sentence
from airshed.answers.registry import entry
from airshed.answers.trust import claims, equations, sources
from airshed.answers.trust._steps import differing_sentences, equations_of, rests_sentence, step_sentences
from airshed.answers.trust.hindcast import outside_first
from airshed.answers.trust.uncertainty import widest_sentences
from airshed.answers.words import Words
from airshed.pack.language import LANGUAGES, translator

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@pytest.fixture(scope="module")
def here(pack):
    return Direct(pack)


@pytest.fixture(scope="module")
def words(pack):
    return {language: Words(pack, language, translator(language)) for language in LANGUAGES}


def answer(here, words, name, **fields) -> Content:
    found = entry(name)
    return found.make(here, words, found.question.model_validate(fields))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["hindcast", "claims", "uncertainty", "explain", "sources", "equations"])
def test_the_first_sentence_can_be_said(here, words, name, language):
    fields = {"samples": 100} if name == "uncertainty" else {}
    content = answer(here, words[language], name, **fields)
    first = content.sentences[0]
    assert YEAR.search(first) and "ug/m3" not in first and "-0 " not in first, first
    assert not re.search(r"\d,\d{3} million", first) and len(content.cards) <= 3


def test_claims_that_differ_stand_first_in_the_table(here, words):
    shown = answer(here, words["en"], "claims").sheets[0].shown["verdict"].tolist()
    order = ["differs", "cannot_check", "confirmed"]
    assert shown == sorted(shown, key=order.index) and set(shown) == set(order)


def series(*rows):
    """Return preferred series: place, observed change, low and high of the prediction, inside."""
    names = ("place", "observed_change", "low", "high", "inside")
    held = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows])
    return held.assign(value=(held["low"] + held["high"]) / 2, rank=1, first_year=2014, last_year=2019)


INSIDE = ("KR-11", -4.0, -6.0, 2.0, "yes")
OUTSIDE = ("CN-BJ", -28.4, -20.0, 12.0, "no")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [INSIDE, OUTSIDE],
            "1 of 2 observed changes since 2014 lies outside its 90 % range: Beijing changed by "
            "-28.4 µg/m³ from 2014 to "
            "2019, where emissions say -20.0 to +12.0.",
        ),
        (
            [OUTSIDE, ("KR-11", 3.0, -6.0, 2.0, "no")],
            "2 of 2 observed changes since 2014 lie outside their 90 % range; farthest off is "
            "Beijing: -28.4 µg/m³ from "
            "2014 to 2019, where emissions say -20.0 to +12.0.",
        ),
        (
            [INSIDE],
            "None of 1 observed changes since 2014 lies outside its 90 % range; the prediction is off by 2.0 µg/m³ on "
            "average.",
        ),
    ],
)
def test_what_failed_in_the_hindcast_is_said_first(words, rows, said):
    assert failed_sentence(series(*rows), words["en"]) == said


def test_what_failed_stands_first_in_its_table():
    assert outside_first(series(INSIDE, OUTSIDE))["place"].tolist() == ["CN-BJ", "KR-11"]


def claimed(*verdicts):
    """Return claims by their verdicts: the number printed is 10, and that computed twice, three times, ... as large."""
    return pd.DataFrame(
        {
            "statement": [f"Claim {place} on {2015 + place}" for place in range(len(verdicts))],
            "verdict": verdicts,
            "printed": 10.0,
            "computed": [10.0 * (2 + place) for place in range(len(verdicts))],
            "decimals": 0,
            "comparison": "equals",
            "unit": "kt/yr",
        }
    )


def test_how_many_claims_differ_and_which_most(words):
    table = claimed("confirmed", "differs", "differs", "cannot_check")
    assert claims.years_of(table) == (2015, 2018)
    said = claims.failed_sentence(table, (2015, 2018), words["en"])
    assert said.startswith(
        "2 of 4 published figures on 2015 to 2018 come out differently and 1 cannot be checked; "
        "farthest off: Claim 2 on "
        "2017 (printed 10, computed 40.0"
    )
    fine = claims.failed_sentence(claimed("confirmed"), (2015, 2015), words["en"])
    assert fine == "None of 1 published figures on 2015 to 2015 comes out differently; 0 cannot be checked."


def test_the_input_that_explains_most_is_named(words):
    rows = pd.DataFrame(
        {
            "region": ["KOR", "KOR", "MNG"],
            "quantity": "deaths",
            "value": [20_000.0, 20_000.0, 900.0],
            "low": [13_000.0, 13_000.0, 1.0],
            "high": [45_500.0, 45_500.0, 2.0],
            "unit": "deaths/yr",
            "input": ["emissions", "family", "relation"],
            "variance_share": [0.06, 0.94, 0.99],
        }
    )
    assert widest_sentences(rows, "deaths", 2015, words["en"]) == [
        "Republic of Korea, 2015: early deaths from PM2.5 20,000 (13,000 to 45,500, 90 %); 94 % of "
        "that range comes from "
        "the choice of the response function."
    ]
    assert widest_sentences(rows, "value", 2015, words["en"])[0].startswith("No interval is known of this in 2015")


def steps(*rows):
    names = ("step", "value", "low", "high", "unit", "source", "note")
    return pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows], dtype=object)


STEPS = steps(
    ("the number", 5.7, 1.9, 11.0, "ug/m3", "a b", ""),
    ("its share of the anthropogenic part", 35.0, 12.0, 68.0, "percent", "", ""),
    ("study: One", 32.0, None, None, "percent", "a", "tagging; period 2017"),
    ("study: Two", None, 40.0, 65.0, "percent", "b", "CMAQ; period 2010/2016"),
    ("equation: Title", None, None, None, "1", "", "Somebody 2001: the-key"),
)


def test_a_number_says_on_which_studies_it_rests_and_where_they_differ(words):
    said = rests_sentence(STEPS, ["KR-11", "CHN"], "", 2021, words["en"])
    assert said == (
        "The 5.7 µg/m³ of PM2.5 that reach Seoul from China (2021; 1.9 to 11.0 µg/m³) rest on 2 "
        "studies of 2010 to 2017, "
        "which put the share between 32 and 65 %."
    )
    assert step_sentences(STEPS, words["en"]) == ["1. its share of the anthropogenic part: 35 % (12 to 68 %)"]
    assert differing_sentences(STEPS, words["en"]) == [
        "the studies: One 32 % (2017); Two 40 % to 65 % (2010/2016)",
        "the studies differ by 33 percentage points: One puts the share lowest, Two highest",
    ]
    assert equations_of(STEPS) == ("the-key",)


def test_a_number_without_studies_says_how_many_sources_it_has(words):
    rows = steps(("the number", 34_769.0, 10_492.0, 40_251.0, "deaths/yr", "a b", ""))
    assert rests_sentence(rows, (), "deaths: Korea", 2021, words["en"]) == (
        "deaths: Korea: 34,800 deaths a year (10,500 to 40,300 deaths a year) in 2021, from 2 sources and 0 formulas."
    )


def test_how_many_sources_forbid_what(words):
    table = pd.DataFrame(
        {
            "year": ["2004", "not stated", "2026", "2019"],
            "reuse": ["open", "not-stated", "non-commercial", "attribution"],
        }
    )
    assert sources.sources_sentence(table, words["en"]) == (
        "All numbers come from 4 sources of 2004 to 2026: 1 forbid business use, 1 state no terms, 2 "
        "are open or ask for "
        "attribution."
    )


def test_the_papers_of_formulas_have_years(words):
    rows = pd.DataFrame({"citation": ["Shapley 1953", "docs/method.md", "Burnett et al. 2018, eq. 1"]})
    said = equations.equations_sentence(rows, words["en"])
    assert said.startswith("3 formulas lead") and "papers of 1953 to 2018" in said
