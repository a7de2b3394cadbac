"""The first sentence of the answers on deals can be said aloud, and rests on one assumption on every page."""

import re
from types import SimpleNamespace

import pandas as pd
import pytest

from airshed.answers.ask import Direct
from airshed.answers.game_words import (
    GameAsked,
    leaving_sentence,
    members_named,
    payments_sentence,
    without_deal,
    worth_sentence,
)
from airshed.answers.registry import entries, entry
from airshed.answers.together._game import caution_sentences
from airshed.answers.together.budget import budget_sentence
from airshed.answers.together.deals import deals_sentence
from airshed.answers.together.negotiate import staying_sentences
from airshed.answers.together.partners import project_sentence
from airshed.answers.together.schedule import schedule_sentence
from airshed.answers.together.support import grants_sentence
from airshed.answers.together.targets import saving_sentence
from airshed.answers.words import Words
from airshed.assessment.games.game import USUAL_POINT
from airshed.assessment.games.keys import LeftOut
from airshed.assessment.games.player_words import PlayerFacts
from airshed.pack.errors import MissingTableError, Phrase
from airshed.pack.language import LANGUAGES, translator

ON_DEALS = ("gains", "cooperation", "payments", "stability", "targets", "deals", "sheet", "negotiate")
OTHERS = ("budget", "schedule", "support", "partners")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
NEVER = ("ug/m3", "-0 ", "million USD of", "--", "_")
MEMBERS = ("CHN", "KOR", "JPN", "MNG")
DEAL = GameAsked(MEMBERS, 2030, "current", 0.1)


@pytest.fixture(scope="module")
def here(pack):
    return Direct(pack)


@pytest.fixture(scope="module")
def words(pack):
    return {language: Words(pack, language, translator(language)) for language in LANGUAGES}


def asked_of(name, pack):
    """Return the question that a page answers first, without samples where it has them."""
    found = entry(name)
    fields = {key: found.choices[key](pack)[0] for key in (*found.first, *found.placed)}
    fields |= {"samples": 0} if "samples" in found.question.model_fields else {}
    return found, found.question.model_validate(fields)


def test_one_assumption_on_what_happens_without_a_deal_holds_for_every_answer():
    fields = {one.name: one.question.model_fields.get("disagreement") for one in entries()}
    stated = {name: field.default for name, field in fields.items() if field is not None}
    assert set(stated) == {"cooperation", "payments", "stability", "targets", "deals", "sheet", "negotiate"}
    assert set(stated.values()) == {USUAL_POINT}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*ON_DEALS, *OTHERS])
def test_the_first_sentence_can_be_said(here, words, name, language):
    found, question = asked_of(name, here.pack)
    content = found.make(here, words[language], question)
    first = content.sentences[0]
    assert YEAR.search(first) and not any(word in first for word in NEVER), first
    assert not re.search(r"\d,\d{3} million", first), first
    assert len(first.split()) <= 45 and len(content.cards) <= 3
    if name in ON_DEALS and name != "targets":
        assert without_deal(USUAL_POINT, words[language], 0.1) in first


def test_the_pages_on_a_deal_name_the_same_gain(here, words):
    said = []
    for name in ("gains", "cooperation", "sheet"):
        found, question = asked_of(name, here.pack)
        content = found.make(here, words["en"], question)
        said += [card.value for card in content.cards if card.label == "gained by cooperating, a year"]
    assert len(said) == 3 and len(set(said)) == 1
    assert said[0] in entry("gains").make(here, words["en"], asked_of("gains", here.pack)[1]).sentences[0]


ROWS = [
    {"disagreement": "nash", "gain": 700.0, "gain_alone": 0.0, "gain_cooperating": 700.0, "cost_together": 50_000.0},
    {
        "disagreement": "current",
        "gain": 340_000.0,
        "gain_alone": 308_000.0,
        "gain_cooperating": 32_000.0,
        "cost_together": 50_000.0,
    },
]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Cooperating is worth 32 bn USD a year to China, Korea, Japan and Mongolia in 2030 if "
            "without a deal nobody "
            "does more than current policy (700 million to 32 bn USD by other assumptions).",
        ),
        (
            "ko",
            "합의가 없을 때 모두 현행 정책에 머문다고 보면 2030년 중국·대한민국·일본·몽골의 협력 이득은 "
            "연 320억 달러입니다(다른 가정에서는 7억~320억 달러).",
        ),
        (
            "zh",
            "若无协议时各方只维持现行政策，2030年中国、韩国、日本和蒙古合作每年可得320亿美元（其他假设下为7亿～320亿美元）。",
        ),
    ],
)
def test_what_cooperating_is_worth(words, language, said):
    assert worth_sentence(ROWS, DEAL, words[language]) == said


def test_of_many_players_the_whole_gain_is_said_without_a_range_of_one(words):
    rows = [{"disagreement": "current", "gain": 1_180_000.0}]
    many = GameAsked(("CHN", "KOR", "JPN", "MNG", "PRK", "RUS"), 2030, "current", 0.1)
    assert worth_sentence(rows, many, words["en"]) == (
        "China, Korea and 4 others gain 1.18 tn USD a year by acting together in 2030 if without a "
        "deal nobody does more "
        "than current policy."
    )


@pytest.mark.parametrize(
    ("codes", "said"),
    [([], ""), (["KOR"], "Korea"), (["KOR", "JPN"], "Korea and Japan"), (MEMBERS * 2, "China, Korea and 6 others")],
)
def test_members_are_listed(words, codes, said):
    assert members_named(codes, words["en"]) == said


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ("limited", "if without a deal each acts on 10 % of its own benefit"),
        ("nash", "if without a deal each does all that pays at home"),
        ("stated", "if without a deal nobody does more than the law and stated plans"),
    ],
)
def test_other_assumptions_are_said(words, point, said):
    assert without_deal(point, words["en"], 0.1) == said


def shares(**paid):
    """Return what each of Korea and China receives by key."""
    return pd.DataFrame(
        [
            {"key": key, "player": player, "transfer": sign * amount}
            for key, amount in paid.items()
            for player, sign in (("KOR", -1.0), ("CHN", 1.0))
        ]
    )


def test_who_pays_most_is_said_with_the_range_over_the_keys(words):
    two = GameAsked(("KOR", "CHN"), 2030, "current", 0.1)
    assert payments_sentence(shares(shapley=250.0, equal=1000.0), "shapley", two, words["en"]) == (
        "Korea pays most and China receives most in 2030: 250 million USD a year in all by the key Shapley value (250 "
        "million to 1 bn USD by other keys), if without a deal nobody does more than current policy."
    )
    assert payments_sentence(shares(equal=0.0), "equal", two, words["en"]).startswith("Nobody pays anybody in 2030")


def leaving(missing):
    return pd.DataFrame(
        {
            "player": ["KOR", "CHN"],
            "loses": ["no", "no"],
            "rides_free": ["yes" if missing > 0 else "no", "no"],
            "gain_by_leaving": [missing, -50.0],
            "share": [10.0, 20.0],
        }
    )


@pytest.mark.parametrize(
    ("missing", "fund", "said"),
    [
        (
            120.0,
            0.0,
            "Korea would gain 120 million USD a year more outside the deal of 2030 by the key gain in equal parts, if "
            "without a deal nobody does more than current policy; dividing the same gain otherwise would keep all in.",
        ),
        (
            120.0,
            40.0,
            "Korea would gain 120 million USD a year more outside the deal of 2030 by the key gain in equal parts, if "
            "without a deal nobody does more than current policy; 40 million USD a year from outside "
            "would keep all in.",
        ),
        (
            -1.0,
            0.0,
            "Nobody of Korea and China gains by leaving the deal of 2030: the gain is divided by the key gain in equal "
            "parts, if without a deal nobody does more than current policy.",
        ),
    ],
)
def test_who_would_leave_and_what_keeps_them(words, missing, fund, said):
    assert leaving_sentence(leaving(missing), {"fund": fund}, "equal", DEAL, words["en"]) == said


def test_what_a_target_costs_together_and_alone(words):
    two = GameAsked(("KOR", "CHN"), 2030, "current", 0.1)
    assert saving_sentence(two, "WHO 2021 IT-2", 90_000.0, 35_000.0, 3, words["en"]) == (
        "To bring the cities of Korea and China to WHO 2021 IT-2 in 2030 costs 55 bn USD a year together, 90 bn USD if "
        "each acts alone; 3 targets are lowered to what can be reached alone."
    )


def test_who_stays_is_said_of_the_last_stage_first(words):
    rows = pd.DataFrame(
        {
            "stage": [50.0, 50.0, 100.0, 100.0],
            "player": ["KOR", "CHN"] * 2,
            "stays": ["yes", "yes", "no", "yes"],
            "would_keep": [0.0, 0.0, 403.0, 0.0],
        }
    ).assign(stage=[0.5, 0.5, 1.0, 1.0])
    last, first = staying_sentences(rows, DEAL, words["en"])
    assert last == (
        "In 2030 Korea would leave the deal and 1 of 2 would stay at 100 % of the plan; 403 million "
        "USD a year would keep "
        "all, if without a deal nobody does more than current policy."
    )
    assert first.startswith("In 2030 all 2 members stay in the deal at 50 % of the plan")


@pytest.mark.parametrize(
    ("signs", "said"),
    [
        ("yes", "In 2030 all sign a deal that takes 20 % to 40 % of the man-made PM2.5 in Korea to come from China"),
        ("no", "In 2030 no deal on the share of China in the man-made PM2.5 of Korea is signed by all"),
    ],
)
def test_which_shares_all_sign(words, signs, said):
    deals = pd.DataFrame({"share": [0.2, 0.4], "player": ["KOR", "KOR"], "all_sign": [signs, signs]})
    pair = SimpleNamespace(source="CHN", receptor="KOR", low=0.11, high=0.68)
    asked = SimpleNamespace(disagreement="current", acted_on=0.1)
    told = deals_sentence(SimpleNamespace(deals=deals, pair=pair), 2030, asked, words["en"])
    assert told.startswith(said) and "(what is known: 11 % to 68 %)" in told


def test_what_a_body_costs(words):
    rows = pd.DataFrame(
        {"member": ["KOR", "CHN", "KOR"], "year": [2027, 2027, 2028], "total": [250_000.0, 750_000.0, 9e9]}
    )
    assert budget_sentence(rows, "gdp", 2015, words["en"]).startswith(
        "The body costs its 2 members 1 million USD in 2027: China pays most, 750,000 USD (75 %), "
        "Korea least, 250,000 USD"
    )
    assert budget_sentence(rows, "mixed:gdp=0.5,population=1.5", 2015, words["en"]).endswith(
        "by the key 25 % GDP + 75 % people of 2015."
    )


def test_what_grants_avoid_has_the_interval_of_what_is_bought(words):
    rows = pd.DataFrame(
        {
            "chosen": [1.0, 0.5, 0.0],
            "deaths_avoided": [100.0, 200.0, 900.0],
            "deaths_low": [50.0, 100.0, 1.0],
            "deaths_high": [150.0, 300.0, 9000.0],
        }
    )
    sums = {"cost": 50.0, "deaths": 200.0, "own": 120.0}
    assert grants_sentence(rows, sums, ["PRK", "MNG"], 2030, words["en"]) == (
        "Grants of 50 million USD a year to N. Korea and Mongolia avoid 200 early deaths a year in "
        "2030 (100 to 300), 120 "
        "of them among their own people."
    )


def test_what_the_best_project_does(words):
    row = {
        "region": "KR-11",
        "partner": "CN-SH",
        "sector": "road",
        "cost": 140.0,
        "deaths": 1182.0,
        "deaths_low": 782.0,
        "deaths_high": 1550.0,
        "year": 2015,
        "deaths_share_partner": 0.89,
    }
    assert project_sentence(row, words["en"]) == (
        "The best joint project of Seoul is Road transport with Shanghai: measures for 140 million USD a year on both "
        "sides avoid 1,180 early deaths a year (782 to 1,550; emissions of 2015), 89 % of them in Shanghai."
    )
    unknown = project_sentence({**row, "cost": float("nan")}, words["en"])
    assert unknown.endswith("(emissions of 2015); what it would cost or avoid is not known.")


@pytest.mark.parametrize(
    ("by", "common", "share"), [("effort", 0.0047, ", at most 0.47 % of a member's GDP,"), ("responsibility", 5.0, "")]
)
def test_what_a_schedule_reaches_in_its_last_year(words, by, common, share):
    rows = pd.DataFrame(
        {
            "year": [2026, 2030, 2030],
            "member": ["KOR", "KOR", "CHN"],
            "target_due": ["who-it3", "who-it3", "who-it2"],
            "met": ["yes", "yes", "no"],
            "price_low": [9.0, 100.0, 200.0],
            "price_high": [9.0, 500.0, 600.0],
        }
    )
    last = {"year": 2030, "common": common, "cost": 700.0, "deaths_avoided": 4321.0}
    said = schedule_sentence(rows, {"by": by, "years": [{**last, "year": 2026}, last]}, words["en"])
    assert said == (
        f"By 2030 1 of 2 members that have a target due meet it: the measures cost 700 million USD a "
        f"year (300 million to "
        f"1.1 bn USD){share} and avoid 4,320 early deaths a year."
    )


def test_a_key_without_a_solution_says_why_in_words(words):
    lacking = MissingTableError(
        "economy", Phrase("detail-item-of-place-in-year", item="gdp_usd", place="PRK", year=2015)
    )
    why = [LeftOut("gdp", lacking.text)]
    assert caution_sentences(PlayerFacts(("KOR", "PRK")), words["en"], why) == [
        "left out, gain by GDP: no GDP of Democratic People's Republic of Korea is known for 2015"
    ]
