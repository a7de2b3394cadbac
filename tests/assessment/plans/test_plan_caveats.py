"""A plan says what stands in the rows of its measures: caveats, and prices that are hardly known."""

import json

import numpy as np
import pytest

from airshed.answers.chapters.plan_lead import aimed
from airshed.answers.chapters.plan_told import plan_told
from airshed.answers.words import Words
from airshed.assessment.games.game import together
from airshed.assessment.games.player_words import player_facts, player_sentences, spent_far_apart
from airshed.assessment.plans.aims import Aims
from airshed.assessment.plans.caveats import far_apart, said_of
from airshed.assessment.plans.cost_curve import cost_curve
from airshed.assessment.plans.plan import answer
from airshed.assessment.plans.plan_inputs import ground
from airshed.assessment.plans.tables import measures_of_plan, plan_summary, receptors_of_plan
from airshed.pack.codes import members
from airshed.pack.errors import AirshedError
from airshed.pack.spoken_numbers import money_range
from airshed.strategy.measures import CAVEAT, catalogue

STORAGE = {
    "en": "Wind and solar power for coal power: storage and grid are not in its price",
    "ko": "석탄발전의 풍력·태양광 대체: 저장 설비와 전력망 비용은 단가에 들어 있지 않음",
    "zh": "风光发电替代煤电：其单价不含储能和电网成本",
}


@pytest.fixture(scope="module")
def seoul(pack):
    return answer(ground(pack, Aims("15"), 2030, receptors=["seoul", "incheon"]))


def test_a_caveat_is_said_from_a_hundredth_of_some_amount_on(pack):
    notes = {row["code"]: row["note"] for row in pack.table("measures").to_dict("records")}
    warned = [code for code, note in notes.items() if CAVEAT in note]
    plain = next(code for code, note in notes.items() if CAVEAT not in note)
    assert len(warned) >= 3
    cost, carbon = np.array([[0.5, 99.5], [0.0, 0.0]]), np.array([[0.5, 99.5], [1.0, 99.0]])
    assert said_of(pack, [warned[0], plain], cost) == []
    found = said_of(pack, [warned[0], plain], carbon)
    assert [(row["measure"], row["share"]) for row in found] == [(warned[0], pytest.approx(0.01))]
    assert found[0]["caveat"] == notes[warned[0]].split(CAVEAT)[1]


def test_what_replaces_says_what_the_new_measure_says(pack):
    for measure in catalogue(pack):
        if measure.swap is not None:
            assert measure.caveats == measure.swap[0].caveats


@pytest.mark.parametrize("language", ["en", "ko", "zh"])
def test_a_plan_with_wind_and_sun_says_that_storage_is_not_paid(cli, language):
    code, _, err = cli("--lang", language, "optimise", "--co2", "CHN=-100000", "--receptor", "beijing")
    assert code == 0 and STORAGE[language] in err.splitlines()


@pytest.mark.parametrize("language", ["en", "ko", "zh"])
def test_a_curve_with_wind_and_sun_says_so_too(cli, language):
    code, out, err = cli("--lang", language, "costcurve", "--pollutant", "SO2", "--region", "CHN", "--year", "2030")
    assert code == 0 and STORAGE[language] in err.splitlines()
    assert "power.WIND_SOLAR" not in out and len(out.splitlines()) < 60


def test_the_curve_of_a_nation_is_that_of_its_regions(pack):
    whole = cost_curve(pack, 2030, region="KOR", pollutant="SO2")
    parts = [cost_curve(pack, 2030, region=code, pollutant="SO2") for code in members(pack, "KOR")]
    assert set(whole["region"]) == {code for part in parts for code in part["region"]}
    for column in ("reduction", "cost"):
        ends = [part[column].iloc[-1] for part in parts if len(part)]
        assert whole[column].iloc[-1] == pytest.approx(sum(ends))
    with pytest.raises(AirshedError, match="the region KRO is not known"):
        cost_curve(pack, 2030, region="KRO", pollutant="SO2")


def test_prices_that_are_hardly_known_are_named_with_what_rests_on_them(pack, seoul):
    """Korea's dust filters: RIAT+ asks about a thousand USD per tonne, Seoul paid a million."""
    options, table, summary = seoul.ground.options, measures_of_plan(seoul), plan_summary(seoul)
    price = {
        (region, code): ends
        for region, code, ends in zip(options.region, options.measure, options.unit_cost.tolist(), strict=True)
    }
    wide = [
        row
        for row in table.to_dict("records")
        for low, _, high in [price[row["region"], row["measure"]]]
        if 0 < low < high / 1000
    ]
    assert {row["region"][:3] for row in wide} == {"KR-"}
    assert summary["wide_measures"] == sorted({row["measure"] for row in wide})
    spent = sum(row["cost"] for row in wide)
    assert summary["wide_cost_share"] == pytest.approx(spent / table["cost"].sum())
    for end, place in (("wide_low", 0), ("wide_high", 2)):
        amount = sum(
            row["cost"] * price[row["region"], row["measure"]][place] / price[row["region"], row["measure"]][1]
            for row in wide
        )
        assert summary[end] == pytest.approx(amount)
    assert summary["price_low"] + summary["wide_high"] - summary["wide_low"] <= summary["price_high"] * (1 + 1e-9)
    told = [line for line in plan_told(summary, pack, "en", str) if "a thousand times apart" in line]
    assert len(told) == 1 and money_range(summary["wide_low"], summary["wide_high"]) in told[0]


def test_a_game_says_whose_gain_rests_on_such_prices(pack, korea_and_japan):
    """By hand over the joint plan: each option of a player whose ends lie that far apart, at its low and high price."""
    table = korea_and_japan
    options, choice = table.held.options, together(table)
    ends = {}
    for end in (0, 2):
        paid = dict.fromkeys(table.players, 0.0)
        for at, place in enumerate(table.used):
            low, _, high = options.unit_cost[place]
            if options.selectable[place] and 0 < low < high / 1000:
                paid[table.players[table.game.owner[at]]] += options.cost[place, end] * table.scale[at] * choice[at]
        ends[end] = paid
        assert spent_far_apart(table, end) == pytest.approx(list(paid.values()))
    assert ends[2]["KOR"] > 0 and ends[2]["JPN"] == 0
    told = [line for line in player_sentences(pack, player_facts(table), str, str) if "a thousand times apart" in line]
    assert len(told) == 1 and f"to {ends[2]['KOR'] / 1000:.3g} bn USD a year of what KOR pays" in told[0]


def test_only_options_that_can_be_chosen_have_prices_far_apart(seoul):
    options = seoul.ground.options
    assert far_apart(options).any() and options.selectable[far_apart(options)].all()


def test_targets_that_are_met_cost_nothing_and_say_so(cli):
    code, out, err = cli("optimise", "--target", "35", "--receptor", "tokyo")
    assert code == 0 and err.startswith("Tokyo can reach 35 µg/m³ in 2030 without any further measure.")
    assert "no further measure is needed" in err and "nothing found" not in err and " 0 USD" not in err
    code, out, _ = cli("optimise", "--target", "35", "--receptor", "tokyo", "--format", "json")
    summary = json.loads(out)["summary"]
    assert (summary["cost"], summary["measures_applied"], summary["targets"]) == (0, 0, 1)


def test_a_budget_without_targets_tells_no_targets(cli):
    code, _, err = cli("optimise", "--budget", "1e7", "--receptor", "seoul")
    assert code == 0 and "The plan that does most for 10 million USD a year (" in err
    assert "target" not in err.split("levels and targets")[0] and "optimal" not in err


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("3", "Seoul cannot reach 3 µg/m³ in 2030; the nearest plan costs"),
        ("15", "Seoul can reach 15 µg/m³ in 2030; the cheapest plan costs"),
    ],
)
def test_the_first_sentence_says_what_kind_of_plan_it_is(pack, target, words):
    found = answer(ground(pack, Aims(target), 2030, receptors=["seoul"]))
    aims = aimed(receptors_of_plan(found), target, Words(pack, "en", str))
    first = plan_told(plan_summary(found), pack, "en", str, aims)[0]
    assert first.startswith(words) and "(seoul)" not in first
