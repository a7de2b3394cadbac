"""Answers about options open with a sentence that can be said aloud: what, where, which year, how much, how sure."""

import re

import pandas as pd
import pytest

from airshed.answers.ask import Direct
from airshed.answers.chapters.plan_front import front_told, regret_told
from airshed.answers.chapters.plan_lead import Aimed, aimed, plan_cards, plan_lead
from airshed.answers.options._folded import folded
from airshed.answers.options.costcurve import CurveQuestion, half_of
from airshed.answers.options.costcurve import _said as curve_said
from airshed.answers.options.curtailment import _newest
from airshed.answers.options.measures import MeasuresQuestion
from airshed.answers.options.measures import _said as measures_said
from airshed.answers.options.plan_compare import NOTHING
from airshed.answers.options.plan_compare import _said as compared_said
from airshed.answers.options.scenarios_compare import beside
from airshed.answers.registry import entry
from airshed.answers.spoken import answered
from airshed.answers.words import Words
from airshed.assessment.plans.cost_curve import cost_curve, frontier_curve
from airshed.pack.language import translator

OPTIONS = (
    *("costcurve", "curtailment", "measures", "optimise", "plan compare", "plan evaluate", "plan front", "plan regret"),
    *("scenarios list", "scenarios show", pytest.param("scenarios compare", marks=pytest.mark.slow)),
)
YEAR = re.compile(r"(19|20)\d\d")
HANGUL, HAN = re.compile("[가-힣]"), re.compile("[一-鿿]")
LETTERS = {"en": re.compile("[A-Za-z]"), "ko": HANGUL, "zh": HAN}
BARRED = re.compile(r"ug/m3|(?<![\d/])-0(?![.\d])|\d,\d{3} million|(?<!\w)--[a-z]|USD of 2015 a year")
MOST_WORDS = 45
"""Ranges and names of cities and scenarios among them."""


@pytest.fixture(scope="module")
def here(pack):
    return Direct(pack)


@pytest.fixture(scope="module")
def said(pack):
    return Words(pack, "en", str)


FIELDS = {"scenarios compare": {"scenario": ("baseline", "maximum-feasible")}}
"""Of questions that take long without any."""


@pytest.mark.parametrize("name", OPTIONS)
def test_the_first_sentence_holds_a_number_with_its_year_in_every_language(here, pack, name):
    found = entry(name)
    asked = found.question(**FIELDS.get(name, {}))
    for language in ("en", "ko", "zh"):
        content = answered(here, found, Words(pack, language, translator(language)), asked)
        first = content.sentences[0]
        assert YEAR.search(first), first
        assert LETTERS[language].search(first) and first[-1] in ".。", first
        assert not any(BARRED.search(sentence) for sentence in content.sentences), content.sentences
        assert len(content.cards) <= 3
        for card in content.cards:
            assert YEAR.search(card.detail) and re.search(r"\d", card.value) and not BARRED.search(card.value)
        if language == "en":
            assert len(first.split()) <= MOST_WORDS, first
        if language == "zh":
            assert not re.search(r"[一-鿿][,;(]|[,;)][一-鿿]", first), first


def summary(**changed):
    """Return the summary of a plan for 29 cities, of which 2 miss their target; by hand."""
    held = {
        "status": "infeasible",
        "targets": 29,
        "year": 2030,
        "cost": 84_602.0,
        "price_low": 41_139.0,
        "price_high": 176_681.0,
        "deaths_avoided": 454_649.0,
        "deaths_avoided_low": 383_459.0,
        "deaths_avoided_high": 520_964.0,
        "measures_applied": 3,
        "relaxation": [{"receptor": "seoul", "value": 1.8}, {"receptor": "busan", "value": 0.7}],
    }
    return held | changed


WHO = Aimed("WHO 10 µg/m³")
TAIL = (
    "costs 84.6 bn USD a year (41.1 to 177 bn USD) and avoids about 455,000 early deaths a year (383,000 to 521,000)."
)
GIVEN = TAIL.replace(" a year (41.1", " a year in 2030 (41.1")


@pytest.mark.parametrize(
    ("changed", "aims", "told"),
    [
        ({}, WHO, f"2 of 29 cities cannot reach WHO 10 µg/m³ in 2030; the nearest plan {TAIL}"),
        ({"targets": 1}, Aimed("5 µg/m³", "Seoul"), f"Seoul cannot reach 5 µg/m³ in 2030; the nearest plan {TAIL}"),
        ({"relaxation": []}, WHO, f"No plan keeps all its aims in 2030; the nearest one {TAIL}"),
        (
            {"status": "optimal", "relaxation": []},
            Aimed(),
            f"All 29 cities can reach the targets in 2030; the cheapest plan {TAIL}",
        ),
        ({"status": "found"}, WHO, f"The best plan found in the time given {GIVEN}"),
        ({"status": "met", "targets": 0, "relaxation": []}, WHO, f"This plan {GIVEN}"),
        (
            {"status": "missed"},
            WHO,
            f"This plan {GIVEN[:-1]}, but 2 of 29 cities cannot reach WHO 10 µg/m³ with it.",
        ),
        (
            {"status": "met", "cost": 0.0, "measures_applied": 0, "targets": 0, "relaxation": []},
            WHO,
            "No measures are chosen: in 2030 nothing more is done than today, at no cost.",
        ),
        (
            {"status": "missed", "cost": 0.0, "measures_applied": 0},
            WHO,
            "No measures are chosen: in 2030, 2 of 29 cities cannot reach WHO 10 µg/m³ without any.",
        ),
        (
            {"status": "optimal", "cost": 0.0, "measures_applied": 0, "targets": 1, "relaxation": []},
            Aimed("35 µg/m³", "Tokyo"),
            "Tokyo can reach 35 µg/m³ in 2030 without any further measure.",
        ),
        (
            {"status": "missed", "budget": 10.0, "cost": 10.0, "price_low": 5.0, "price_high": 20.0},
            WHO,
            "The plan that does most for 10 million USD a year (5 to 20 million USD) avoids about 455,000 early deaths "
            "a year in 2030 (383,000 to 521,000), but 2 of 29 cities cannot reach WHO 10 µg/m³ with it.",
        ),
    ],
)
def test_a_plan_opens_with_what_it_costs_and_reaches(changed, aims, told):
    assert plan_lead(summary(**changed), "en", str, aims) == told


def test_a_plan_opens_in_korean_and_chinese():
    korean = plan_lead(summary(), "ko", translator("ko"), WHO)
    assert korean.startswith("2030년에 도시 29곳 중 2곳에서는 WHO 10 µg/m³ 달성이 불가능합니다.")
    assert "846억 달러(411억~1,770억 달러)" in korean
    chinese = plan_lead(summary(), "zh", translator("zh"), WHO)
    assert chinese.startswith("到2030年，29个城市中的2个无法达到WHO 10 µg/m³；")
    assert "846亿美元（411亿～1,770亿美元）" in chinese and "45.5万例过早死亡" in chinese


def test_cards_hold_cost_deaths_and_cities(said):
    cards = plan_cards(summary(), said, WHO)
    assert [(card.value, card.detail) for card in cards] == [
        ("84.6 bn USD", "2030; 41.1 to 177 bn USD"),
        ("455,000", "2030; 383,000 to 521,000"),
        ("27 of 29", "2030"),
    ]
    assert plan_cards(summary(measures_applied=0, cost=0.0), said, WHO) == ()


def test_a_target_is_called_by_whose_it_is(said):
    levels = pd.DataFrame({"receptor": ["seoul", "busan"], "target": [10.0, 10.0]})
    assert aimed(levels, "who-2005", said) == Aimed("WHO 10 µg/m³")
    assert aimed(levels, "10", said) == Aimed("10 µg/m³")
    assert aimed(levels.assign(target=[15.0, 12.5]), "national", said) == Aimed("the national standards")
    assert aimed(levels.assign(target=[15.0, 12.5]), "", said) == Aimed()
    assert aimed(levels.head(1).assign(target=12.5), "12.5", said) == Aimed("12.5 µg/m³", "Seoul")


def front(**changed):
    held = {
        "against": ["exposure"] * 3,
        "point": [1, 2, 3],
        "cost": [0.0, 16_109.0, 98_257.0],
        "price_low": [0.0, 9_000.0, 50_000.0],
        "price_high": [0.0, 30_000.0, 190_000.0],
        "exposure": [24.7, 18.4, 16.4],
        "deaths_avoided": [0.0, 300_000.0, 400_000.0],
        "worst": [50.0, 34.9, 30.0],
        "worst_city": ["taiyuan"] * 3,
        "co2_change": [0.0, -12_000.0, -40_000.0],
        "knee": ["no", "yes", "no"],
    }
    return pd.DataFrame(held | changed)


def test_a_front_opens_with_the_plan_before_it_gets_dear(said):
    told = front_told(front(), 2030, said)
    assert told[0] == (
        "16.1 bn USD a year (9 to 30 bn USD) avoid about 300,000 early deaths a year in 2030, 75 % of what the "
        "strictest plan avoids for 98.3 bn USD; beyond the first sum every step costs more."
    )
    assert "18.4 µg/m³ on average; the worst city, Taiyuan, has 34.9 µg/m³" in told[1]
    carbon = front_told(front(against=["co2"] * 3), 2030, said)[0]
    assert "change CO2 by -12 Mt a year in 2030, the strictest plan changes it by -40 Mt for 98.3 bn USD" in carbon
    straight = front_told(front(knee=["no"] * 3), 2030, said)
    assert straight[0].startswith("The strictest plan costs 98.3 bn USD a year in 2030, avoids about 400,000")


def test_the_plan_of_least_regret_opens_with_its_cost_and_its_worst(said):
    row = {"year": 2030, "cost": 45_051.0, "regret": 132_882.0, "central_regret": 149_287.0, "price_cap": 1e9}
    told = regret_told(row, said)
    assert "costs 45.1 bn USD a year in 2030; at worst it does 133 bn USD worse" in told[0]
    assert told[0].endswith("the plan for central assumptions 149 bn USD.")
    assert told[1] == "Each µg/m³ of a city above its target counts 1 bn USD a year."


def test_half_of_the_reach_costs_less_than_half(said):
    steps = pd.DataFrame({"reduction": [1.0, 3.0, 4.0], "cost": [10.0, 50.0, 950.0], "measure": "none"})
    steps = steps.assign(unit="ug/m3; million USD of 2015/yr", marginal_cost=[10.0, 20.0, 900.0], region="KR-11")
    assert half_of(steps) == pytest.approx(10.0 + 20.0), "the second unit is half of the second step"
    assert curve_said(steps, 2030, CurveQuestion(receptor="seoul"), said)[0].startswith(
        "Measures can lower the PM2.5 of Seoul by 4.0 µg/m³ in 2030: half of that costs 30 million USD a year, all of "
        "it 950 million USD"
    )
    emitted = steps.assign(unit="kt/yr; million USD of 2015/yr")
    told = curve_said(emitted, 2030, CurveQuestion(pollutant="SO2", region="KR-11"), said)[0]
    assert told.startswith("Measures can lower Sulphur dioxide from Seoul by 4 kt a year in 2030")
    assert "2030" in curve_said(steps.head(0), 2030, CurveQuestion(receptor="seoul"), said)[0]


def test_half_of_the_reach_is_what_the_least_cost_plan_pays_for_it(pack):
    """The frontier is solved by a linear programme, the staircase is sorted: halfway they agree."""
    points = frontier_curve(pack, 2030, "seoul", steps=3)
    assert half_of(cost_curve(pack, 2030, receptor="seoul")) == pytest.approx(points["cost"].iloc[1], rel=0.01)


def test_plans_side_by_side_open_with_what_each_costs(said):
    def rows(name, cost, deaths):
        held = {"plan": name, "place": "", "low": cost / 2, "high": cost * 2}
        return [held | {"quantity": "cost", "value": cost}, held | {"quantity": "deaths avoided", "value": deaths}]

    table = pd.DataFrame([*rows(NOTHING, 0.0, 0.0), *rows("a.csv", 1_200.0, 2_347.0)])
    assert compared_said(table, 2030, said) == [
        "In 2030: a.csv costs 1.2 bn USD a year (600 million to 2.4 bn USD) and avoids about 2,350 early deaths a year."
    ]
    assert compared_said(table.head(2), 2030, said)[0].startswith("No plan is given: in 2030")


def test_a_season_opens_with_what_the_newest_one_saved(pack, said):
    rows = pd.DataFrame({"winter": ["2019/20", "2021/22"], "region": "KOR", "low": [11.3, 2.3], "high": [18.2, 19.4]})
    assert _newest(rows, pack, said) == (
        "In the winter of 2021/22, holding coal power down in Korea saved 2.3 % to 19 % of its emissions, depending on "
        "what would have been generated otherwise."
    )
    assert _newest(rows.head(0), pack, said).startswith("No season of curtailed power is known here")


def test_measures_open_with_how_many_there_are(said):
    rows = pd.DataFrame({"value": [1.0, None, 3.0]})
    assert measures_said(rows, MeasuresQuestion(), 2023, said)[0] == (
        "3 measures are known, 2 of them with a published price (USD of 2015)."
    )
    options = pd.DataFrame({"selectable": ["yes", "yes", "no"], "flagged": "no", "known": ["yes", "no", "no"]})
    assert measures_said(options, MeasuresQuestion(region=("KOR",)), 2023, said)[0].startswith(
        "In 2023, 2 of 3 measures could be taken further in Republic of Korea"
    )
    applied = pd.DataFrame({"region": ["PRK", "KOR"], "sector": ["industry", "power"], "value": [0.25, 0.98]})
    told = measures_said(applied, MeasuresQuestion(applied=True), 2023, said)[0]
    assert told.startswith("In 2023 the best available technique covers between 25 % (") and "and 98 % (" in told
    checked = pd.DataFrame({"inside": ["yes", "no"], "flagged": ["no", "yes"]})
    assert measures_said(checked, MeasuresQuestion(compare=True), 2023, said)[0].startswith("1 of 2 prices")
    assert measures_said(rows.head(0), MeasuresQuestion(), 2023, said) == ("No measure is known here for 2023.",)


def test_scenarios_are_told_where_most_people_die_and_beside_the_cleanest():
    def row(scenario, region, quantity, value):
        held = {"scenario": scenario, "region": region, "quantity": quantity, "value": value}
        return held | {"low": value / 2, "high": value * 2}

    held = [
        *(row("a", "SML", "concentration", 40.0), row("a", "SML", "deaths", 10.0)),
        *(row("a", "BIG", "concentration", 20.0), row("a", "BIG", "deaths", 900.0)),
        *(row("b", "BIG", "concentration", 15.0), row("b", "BIG", "deaths", 700.0)),
        *(row("c", "BIG", "concentration", 18.0), row("c", "BIG", "deaths", 600.0)),
    ]
    found = beside(pd.DataFrame(held), ["a", "b", "c"])
    assert (found.place, found.best, found.level, found.low, found.high) == ("BIG", "b", 20.0, 10.0, 40.0)
    assert (found.least, found.fewer) == (15.0, 200.0)
    assert beside(pd.DataFrame(held[1:2]), ["a"]) is None


def test_a_measure_has_one_row_with_its_regions_folded(said):
    rows = pd.DataFrame(
        [
            {"region": code, "measure": measure, "sector": "power", "pollutant": "SO2", "removed": kt, "cost": cost}
            for code, measure, kt, cost in [
                *(("KR-11", "one", 1.0, 5.0), ("KR-26", "one", 2.0, 9.0), ("KR-41", "one", 3.0, 1.0)),
                *(("KR-28", "one", 4.0, 2.0), ("KR-11", "two", 5.0, 90.0)),
            ]
        ]
    ).assign(flagged=["no", "yes", "no", "no", "no"], source=["s2 s1", "s1", "s1", "s1", "s3"])
    found = folded(rows, said).set_index("measure")
    assert list(found.index) == ["two", "one"], "the dearest first"
    assert (found.loc["one", "cost"], found.loc["one", "removed"], found.loc["one", "flagged"]) == (17.0, 10.0, "yes")
    names = [said.name(code) for code in ("KR-26", "KR-11", "KR-28")]
    assert found.loc["one", "places"] == f"4 regions: {', '.join(names)} and others"
    assert found.loc["two", "places"] == said.name("KR-11")
    assert set(found.loc["one", "source"].split()) == {"s1", "s2"}


def test_a_page_of_a_plan_shows_one_row_for_every_measure_and_its_files_all(here, pack, said):
    found = entry("optimise")
    sheet = answered(here, found, said, found.question()).sheet("measures")
    shown = sheet.shown
    assert shown["measure"].is_unique or not shown.duplicated(["measure", "sector", "pollutant"]).any()
    assert len(shown) < len(sheet.rows) and shown["cost"].sum() == pytest.approx(sheet.rows["cost"].sum())
    assert {"region", "application", "maximum"} <= set(sheet.rows)
