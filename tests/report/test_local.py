"""The page of a city or a nation: what is said of it, and its files."""

import io
import json
import re
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest

import airshed
from airshed.answers.ask import Direct
from airshed.answers.chapters.local_facts import local_facts
from airshed.answers.chapters.local_page import content_of, local_page
from airshed.answers.chapters.local_paper import FORMS, html_page, pdf_page, typeset
from airshed.answers.words import Words
from airshed.assessment import local
from airshed.assessment.plans.cost_curve import NO_TARGET
from airshed.assessment.plans.plan_inputs import ground, problem_of
from airshed.charts.local import named_once
from airshed.pack.language import translator
from airshed.strategy.solve import reachable
from support.pdf import pages_of, text_of
from support.variant import small_variant

LANGUAGES = ("en", "ko", "zh")


@pytest.fixture(scope="session")
def asked(pack):
    """Hold what was computed of the built-in pack."""
    ask = Direct(pack)
    ask.alone = False
    return ask


@pytest.fixture(scope="session")
def seoul(asked):
    """Hold the page of Seoul in every language."""
    pack = asked.pack
    return {
        language: local_page(asked, Words(pack, language, translator(language)), local.city(pack, "seoul"), None)
        for language in LANGUAGES
    }


def words_of(pack, language="en"):
    return Words(pack, language, translator(language))


def squeezed(text):
    return re.sub(r"\s+", "", text)


def test_the_page_is_of_the_latest_observed_year(seoul, pack):
    """The table of observations: 19.16 of 2022 by city mean, which ranks before the 19.8 of an interpolated product."""
    rows = pack.table("observations")
    rows = rows[(rows["place"] == "KR-11") & (rows["statistic"] == "annual mean")]
    latest = rows[rows["year"] == rows["year"].max()].set_index("kind")["value"]
    facts = seoul["en"].facts
    assert facts.year == int(rows["year"].max()) and facts.observed.value == latest["city mean"]


def test_standards_that_are_met_and_missed(seoul):
    """WHO 2021 prints 5, 10, 15, 25, 35; the standard of the Republic of Korea is 15 since 27 March 2018."""
    facts = seoul["en"].facts
    assert [(item.scope, item.limit) for item in facts.standards] == [
        ("WHO", 5.0),
        ("WHO", 10.0),
        ("WHO", 15.0),
        ("KOR", 15.0),
        ("WHO", 25.0),
        ("WHO", 35.0),
    ]
    assert "meets WHO 2021 IT-2 (25), misses WHO 2021 IT-3 (15), national standard (15)" in seoul["en"].told.lead


def test_a_standard_holds_only_in_its_years(pack):
    korea, china = local.nation(pack, "KOR"), local.nation(pack, "CHN")

    def own(place, year):
        return [item.limit for item in local.standards_at(pack, place, year) if item.scope == place.nation]

    assert (own(korea, 2014), own(korea, 2016), own(korea, 2020)) == ([], [25.0], [15.0])
    assert (own(china, 2020), own(china, 2027), own(china, 2031)) == ([15.0, 35.0], [30.0], [10.0, 25.0])


def test_what_comes_from_abroad_is_what_is_not_ones_own(seoul):
    shares = seoul["en"].facts.shares.set_index("country")
    value, low, high = seoul["en"].facts.foreign
    assert value == pytest.approx(shares.drop("KOR")["value"].sum()) and value + shares.loc["KOR", "value"] == 1.0
    assert low == pytest.approx(1 - shares.loc["KOR", "high"]) and high == pytest.approx(1 - shares.loc["KOR", "low"])
    assert low < value < high


def test_own_and_other_measures_add_up_to_all(seoul, pack):
    """The lowest level that the measures of some regions reach is that of the linear problem, solved by HiGHS."""
    reach = seoul["en"].facts.reach
    rows = reach.rows.set_index("who")
    for name in ("reduction", "cost"):
        assert rows.loc[["own", "nation", "abroad"], name].sum() == pytest.approx(rows.loc["all", name])
    held = ground(pack, NO_TARGET, reach.year, receptors=["seoul"])
    problem = problem_of(held)
    mine = problem.region == held.chain.relation.regions.index("KR-11")
    alone = replace(problem, maximum=np.where(mine, problem.maximum, problem.current))
    assert rows.loc["own", "value"] == pytest.approx(float(reachable(alone)[0]), abs=1e-6)
    assert rows.loc["all", "value"] == pytest.approx(float(reachable(problem)[0]), abs=1e-6)
    assert reach.measures["reduction"].sum() == pytest.approx(rows.loc["own", "reduction"])
    assert np.all(np.diff(reach.measures["marginal_cost"]) >= 0)
    assert rows["value"].to_numpy() == pytest.approx(reach.level - rows["reduction"].to_numpy())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_one_page_and_says_what_the_page_says(seoul, pack, language):
    page, words = seoul[language], words_of(pack, language)
    paper = pdf_page(page, words)
    text, content = squeezed(text_of(paper)), content_of(page, words)
    assert pages_of(paper) == 1 and isinstance(typeset(page, words, "png"), bytes)
    assert all(squeezed(sentence) in text for sentence in content.sentences)
    assert all(squeezed(word) in text for card in content.cards for word in (card.value, card.label, card.detail))
    assert all(str(page.facts.year) in sentence for sentence in content.sentences[:1])


def test_the_same_page_is_the_same_file(seoul, pack):
    for make in FORMS.values():
        assert make(seoul["ko"], words_of(pack, "ko")) == make(seoul["ko"], words_of(pack, "ko"))


def test_the_workbook_holds_what_is_said_and_the_numbers_as_they_are(seoul, pack):
    book = openpyxl.load_workbook(io.BytesIO(FORMS["xlsx"](seoul["en"], words_of(pack))))
    said = {cell.value for row in book["about"].iter_rows() for cell in row}
    assert set(seoul["en"].told.sentences) <= said
    head, *rows = book["reach"].iter_rows(values_only=True)
    held = seoul["en"].facts.reach.rows
    assert [row[head.index("reduction")] for row in rows] == pytest.approx(list(held["reduction"]))


def test_all_texts_are_there_in_korean_and_chinese(seoul):
    english = set(seoul["en"].told.sentences)
    assert all(re.search("[가-힣]", sentence) for sentence in seoul["ko"].told.sentences)
    assert all(re.search("[一-鿿]", sentence) for sentence in seoul["zh"].told.sentences)
    assert english.isdisjoint(seoul["ko"].told.sentences) and english.isdisjoint(seoul["zh"].told.sentences)


def test_a_city_without_observation_says_so_and_is_of_the_base_year(asked, pack):
    page = local_page(asked, words_of(pack), local.city(pack, "osaka"), None)
    assert page.facts.year == pack.base_year and page.facts.observed is None
    assert "nothing was observed here" in page.told.lead and "no annual mean observed in Osaka" in " ".join(
        page.told.sentences
    )


def test_what_the_pack_cannot_say_is_said(asked, pack):
    """The pack has no measures and no deaths of Russia, and calls the observations of Vladivostok doubtful."""
    page = local_page(asked, words_of(pack), local.city(pack, "vladivostok"), None)
    missing = page.told.parts["missing"]
    assert any("no measures around vladivostok" in said for said in missing)
    assert any("mortality" in said for said in missing)
    assert "doubtful" in page.told.lead and len(page.told.cards) == 2
    assert html_page(page, words_of(pack)).startswith(b"<!DOCTYPE html>")


def test_a_firm_observation_goes_before_a_later_doubtful_one():
    def seen(year, confidence):
        return local.Observation("p", "p", year, 10.0, "annual mean", "official", confidence, "s")

    rows = [seen(2018, "H"), seen(2020, "L"), seen(2025, "M")]
    assert local.latest(rows[:2]).year == 2018
    assert local.latest(rows[1:2]).year == 2020
    assert local.latest(rows, until=2024).year == 2018 and local.latest([]) is None


def bare(rows):
    """Take out what has been measured against, and what could be done."""
    for name in ("standards", "measures", "measure_effects", "measure_costs", "measure_subjects", "applications"):
        rows[name] = []


def long_names(rows):
    """Give the city a name that no line holds, in every language that the pack has."""
    rows["receptors"][0]["name_en"] = "Port of the Very Long Name on the Southern Shore of Aland " * 6


def test_a_small_pack_without_measures_or_chinese_names(tmp_path):
    """The small pack names places in English alone, and here knows no standard, no season and no measure."""
    small = airshed.open_pack(small_variant(tmp_path / "small", bare))
    ask = Direct(small)
    page = local_page(ask, words_of(small, "zh"), local.city(small, "port"), None)
    assert "Port" in page.told.title and "Port" in page.told.lead
    assert page.facts.reach is None and any("measures" in said for said in page.told.parts["missing"])
    assert "数据包中没有可供比较的标准" in page.told.lead
    for make in FORMS.values():
        assert make(page, words_of(small, "zh"))


def test_a_name_too_long_for_its_place_is_set_smaller_and_whole(tmp_path):
    small = airshed.open_pack(small_variant(tmp_path / "small", long_names))
    page = local_page(Direct(small), words_of(small), local.city(small, "port"), None)
    paper = pdf_page(page, words_of(small))
    assert pages_of(paper) == 1 and squeezed(small.name("port", "en")) in squeezed(text_of(paper))


def test_lines_that_lie_close_share_a_name():
    limits = pd.DataFrame({"limit": [10.0, 15.0, 15.4, 25.0], "label": ["a", "b", "c", "d"]})
    assert list(named_once(limits, 1.0)["label"]) == ["a", "b, c", "", "d"]


def test_the_command_writes_what_the_page_says(cli, tmp_path, seoul):
    target = tmp_path / "seoul.pdf"
    code, _, err = cli("report", "city", "서울", "--lang", "ko", "--out", target)
    assert code == 0 and str(target) in err
    assert squeezed(seoul["ko"].told.lead) in squeezed(text_of(target.read_bytes()))
    code, out, _ = cli("city", "Seoul", "--format", "json", "--table", "reach")
    assert code == 0
    assert json.loads(out)[0]["reduction"] == pytest.approx(seoul["en"].facts.reach.rows["reduction"].iloc[0])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("city", "atlantis"), "the receptor atlantis is not known"),
        (("country", "seoul"), "the region seoul is not known"),
        (("city", "seoul", "--out", "seoul.html"), "seoul.html does not end with .pdf"),
        (("city", "seoul", "--out", "no/seoul.pdf"), "the folder no is not there"),
        (("city", "moscow"), "moscow lies outside"),
        (("city", "seoul", "--year", "3000"), "3000"),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is_computed(cli, words, message):
    code, _, err = cli("report", *words)
    assert code == 2 and message in err


def test_years_of_no_baseline_are_refused(asked, pack):
    with pytest.raises(airshed.AirshedError):
        local_facts(asked, local.city(pack, "seoul"), 1980)
