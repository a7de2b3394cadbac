"""The list of jobs tells what is asked by the names of places and choices, in the language of the page."""

import re
from datetime import UTC, datetime

import pytest

from airshed.answers.words import Words
from airshed.pack.language import translator
from airshed.web.jobs import JobView
from airshed.web.waiting import asked_in_words, line_of

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def job(page, address):
    times = {"created": MOMENT, "started": MOMENT, "ended": MOMENT}
    return JobView("1", page, address, "en", "", "done", 1.0, "", "", **times)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Japan (JPN) · Republic of Korea (KOR) · year: 2030"),
        ("ko", "일본 (JPN) · 대한민국 (KOR) · 연도: 2030"),
        ("zh", "日本 (JPN) · 韩国 (KOR) · 年份: 2030"),
    ],
)
def test_places_are_told_by_name(pack, language, told):
    asks = job("levels", "levels?region=JPN&region=KOR&year=2030")
    assert asked_in_words(asks, Words(pack, language, translator(language))) == told
    assert line_of(asks, language, pack).asks == told and line_of(asks, language).asks == ""


def test_a_place_in_the_path_is_part_of_the_question(pack):
    words = Words(pack, "en", translator("en"))
    assert asked_in_words(job("region", "region/KR-11?year=2020"), words) == "Seoul (KR-11) · year: 2020"


def test_a_switch_is_told_by_what_it_does(pack):
    words = Words(pack, "en", translator("en"))
    told = asked_in_words(job("emissions", "emissions?marks=true"), words)
    assert told == "mark the largest, the smallest and the largest cut"


def test_a_page_that_is_no_more_is_told_by_its_values(pack):
    assert asked_in_words(job("gone", "gone?a=1&b=two"), Words(pack, "en", translator("en"))) == "1, two"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "exported deaths"), ("ko", "역외 사망 기여"), ("zh", "对外造成的死亡")]
)
def test_keys_of_a_budget_are_chosen_by_words(client, language, words):
    text = client.get(f"/{language}/budget").text
    (field,) = re.findall(r'<select id="ask-key".*?</select>', text, re.DOTALL)
    shown = re.findall(r"<option[^>]*>([^<]*)</option>", field)
    assert words in shown and not {"un-scale", "exported", "gdp"} & set(shown)
    assert not any("mixed:" in one or "gain" in one for one in shown)
