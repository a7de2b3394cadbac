"""Seasons and episodes: odds moved as studies print them, and joint cuts, against hand calculation."""

import json

import numpy as np
import pytest
from scipy import stats

from airshed.assessment.chain.chain import observed_year, prepare
from airshed.assessment.lives.acute import COSTS, WHOLE_COST, acute_of, emergency_costs, told_costs
from airshed.assessment.lives.periods import EPISODE, PERIODS, joint_cut, period_attribution, places_in, read_cuts
from airshed.emissions.baseline import baseline_cube
from airshed.pack.errors import AirshedError
from support.variant import opened_variant

TABLE = "published_contributions"


def told(*rows):
    """Return a change that adds studies of periods at AAA."""

    def change(tables):
        first = tables[TABLE][0]
        tables[TABLE] += [
            {**first, "study": study, "source_region": source, "stands_for": stands, "central": share}
            | {"use": "period", "period_kind": period, "quantity": "share during episode"}
            for study, source, stands, share, period in rows
        ]

    return change


def shares(rows, way="country"):
    return dict(zip(rows[way], rows["share"], strict=True))


@pytest.mark.parametrize(
    "row",
    [
        ("One", "", "foreign", 70.0, "episode"),
        ("One", "AAA", "source", 30.0, "episode"),
        ("One", "BBB", "source", 70.0, "episode"),
    ],
)
def test_one_study_is_met_whichever_side_it_prints(tmp_path, row):
    pack = opened_variant(tmp_path / "pack", told(row))
    rows = period_attribution(pack, "AAA", EPISODE, samples=50)
    assert shares(rows) == pytest.approx({"BBB": 0.7, "AAA": 0.3})
    assert rows["value"].sum() == pytest.approx(
        prepare(pack, 2015, with_health=False)
        .relation.contribution(baseline_cube(pack)["value"].sel(year=2015))
        .sel(receptor=["AA-1", "AA-2"])
        .sum("region")
        .to_numpy()
        @ [0.25, 0.75]
    )


def test_two_studies_are_averaged_in_log_odds_and_spread_as_they_differ(tmp_path):
    """60 and 80 % of one, one degree of freedom; annual shares of samples add what they have."""
    pack = opened_variant(
        tmp_path / "pack", told(("One", "", "foreign", 60.0, "episode"), ("Two", "", "foreign", 80.0, "episode"))
    )
    rows = period_attribution(pack, "AAA", EPISODE, samples=400)
    wanted = float(stats.logistic.cdf(np.mean(stats.logistic.ppf([0.6, 0.8]))))
    assert shares(rows)["BBB"] == pytest.approx(wanted)
    row = rows[rows["country"] == "BBB"].iloc[0]
    total = rows["value"].sum()
    assert row["low"] / total < 0.6 and row["high"] / total > 0.8


def test_sources_inside_and_outside_keep_their_proportions(tmp_path):
    pack = opened_variant(tmp_path / "pack", told(("One", "", "foreign", 70.0, "season:DJF")))
    chain = prepare(pack, 2015, with_health=False)
    given = chain.places.mean(chain.relation.contribution(chain.emissions())).sel(place="AAA").to_series()
    found = shares(period_attribution(pack, "AAA", "season:DJF", "region", samples=20), "region")
    assert found["AA-1"] / found["AA-2"] == pytest.approx(given["AA-1"] / given["AA-2"])
    assert sum(found.values()) == pytest.approx(1.0) and found["BBB"] == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("place", "period", "way", "message"),
    [
        ("AA-1", "episode", "country", "no study speaks of AA-1 in the period episode"),
        ("BBB", "episode", "country", "no study speaks of BBB in the period episode"),
        ("AAA", "season:JJA", "country", "no study in the pack speaks of the period season:JJA"),
        ("AAA", "episode", "sector", "cannot be split by sector"),
        ("AAA", "winter", "country", "winter"),
        ("XXX", "episode", "country", "XXX"),
    ],
)
def test_what_no_study_says_is_refused_with_a_remedy(tmp_path, place, period, way, message):
    pack = opened_variant(tmp_path / "pack", told(("One", "", "foreign", 70.0, "episode")))
    with pytest.raises(AirshedError, match=message) as caught:
        period_attribution(pack, place, period, way, samples=10)
    assert caught.value.remedy


def test_cuts_are_read_as_they_are_written():
    assert read_cuts(["JJJ=30%", "SCA = 12.5"]) == {"JJJ": 30.0, "SCA": 12.5}


@pytest.mark.parametrize("words", [["JJJ"], ["=30"], ["JJJ=many"], ["JJJ=nan"]])
def test_what_is_no_cut_is_refused_by_its_word(words):
    with pytest.raises(AirshedError, match=f"{words[-1]} is not a cut"):
        read_cuts(words)


def test_a_region_that_is_cut_twice_is_refused():
    with pytest.raises(AirshedError, match="JJJ is cut twice"):
        read_cuts(["JJJ=30", "JJJ=20"])


def test_a_pack_answers_for_the_places_that_its_studies_name(tmp_path):
    pack = opened_variant(tmp_path / "pack", told(("One", "", "foreign", 70.0, "episode")))
    assert "AAA" in places_in(pack, EPISODE) and places_in(pack, "season:DJF") == []


def test_a_joint_cut_is_the_sum_of_its_parts_by_hand(tmp_path):
    """In the episode BBB gives 70 %: half of it less is 35; what AA-1 gives of the rest, a tenth less."""
    pack = opened_variant(tmp_path / "pack", told(("One", "", "foreign", 70.0, "episode")))
    parts = shares(period_attribution(pack, "AAA", EPISODE, "region", samples=50), "region")
    rows = joint_cut(pack, "AAA", {"BBB": 50.0, "AA-1": 10.0}, samples=50).set_index("region")
    assert rows.loc["BBB", "value"] == pytest.approx(35.0)
    assert rows.loc["AA-1", "value"] == pytest.approx(10 * parts["AA-1"])
    assert rows.loc["total", "value"] == pytest.approx(35.0 + 10 * parts["AA-1"])
    assert (rows["low"] <= rows["value"]).all() and (rows["value"] <= rows["high"]).all()


@pytest.mark.parametrize(
    ("cuts", "message"),
    [
        ({}, "no cut is given"),
        ({"BBB": 0.0}, "is no cut"),
        ({"BBB": 101.0}, "is no cut"),
        ({"AAA": 10.0, "AA-1": 10.0}, "AA-1 is cut twice"),
    ],
)
def test_cuts_that_cannot_be_are_refused(tmp_path, cuts, message):
    pack = opened_variant(tmp_path / "pack", told(("One", "", "foreign", 70.0, "episode")))
    with pytest.raises(AirshedError, match=message) as caught:
        joint_cut(pack, "AAA", cuts, samples=10)
    assert caught.value.remedy


@pytest.mark.parametrize("place", ["KOR", "KR-11", "seoul", "SCA"])
def test_in_episodes_the_foreign_share_of_korea_is_what_the_claims_say(pack, place):
    """70 to 80 % by the first seed; 69-82 % in January 2019, 72 % on advisory days, 38-57 % in January 2018."""
    rows = period_attribution(pack, place, EPISODE, samples=200)
    foreign = 1.0 - shares(rows)["KOR"]
    assert 0.6 < foreign < 0.8
    own = rows[rows["country"] == "KOR"].iloc[0]
    assert own["low"] / rows["value"].sum() < 0.2 and own["high"] / rows["value"].sum() > 0.55


def test_winter_is_more_foreign_than_summer(pack):
    china = {period: shares(period_attribution(pack, "KOR", period, samples=20))["CHN"] for period in PERIODS[::2]}
    assert china["season:JJA"] == pytest.approx(0.20, abs=0.05) and china["episode"] > 2 * china["season:JJA"]


def test_in_episodes_beijing_is_by_a_third_its_own(pack):
    rows = period_attribution(pack, "CN-BJ", EPISODE, "region", samples=20)
    assert shares(rows, "region")["CN-BJ"] == pytest.approx(0.34, abs=0.05)


def test_the_command_prints_the_same(cli, pack):
    code, out, err = cli("episode", "--cut", "JJJ=30%", "--cut", "SCA=30", "--receptor", "KR-11", "--format", "json")
    assert code == 0, err
    found = {row["region"]: row["value"] for row in json.loads(out)}
    wanted = joint_cut(pack, "KR-11", {"JJJ": 30.0, "SCA": 30.0}, year=observed_year(pack, "KR-11")).set_index(
        "region"
    )["value"]
    assert found == pytest.approx(wanted.to_dict())
    assert "lives by a study of KR-11: 0.76 %" in err and "120,000,000,000 KRW a season" in err
    assert "what the whole cut costs" in err


ACUTE = {"region": "AAA", "value": 1.0, "low": 0.5, "high": 1.5, "increment": 10.0, "averaging": "daily mean"}
COST = {"region": "BBB", "item": "no cars", "value": 5.0, "currency": "USD", "money_year": 2015, "per": "day"}


def answered(folder, *rows, costs=()):
    """Return the small pack with a study of episodes, and these rows on single days."""

    def change(tables):
        told(("One", "", "foreign", 70.0, "episode"))(tables)
        tables["responses_acute"] = [{**row, "source": "airshed"} for row in rows]
        tables["emergency_costs"] = [{**row, "effect": "half", "source": "airshed"} for row in costs]

    return opened_variant(folder, change)


def test_lives_of_a_day_by_hand(tmp_path):
    """Half of the 70 % that BBB gives: 35 % of what is man-made; 1 % of deaths for each 10 ug/m3."""
    pack = answered(tmp_path / "pack", ACUTE)
    chain = prepare(pack, 2015)
    natural = float(chain.places.mean(chain.relation.natural).sel(place="AAA"))
    rows = joint_cut(pack, "AAA", {"BBB": 50.0}, samples=400, level=natural + 100.0).set_index("region")
    here = np.isin(chain.people.regions, ["AA-1", "AA-2"])
    a_day = chain.people.deaths[here].sum() / 365
    row = rows.loc["total"]
    assert row["fall"] == pytest.approx(35.0)
    assert row["lives"] == pytest.approx(a_day * (1 - 1.01**-3.5))
    assert a_day * (1 - 1.005**-3.5) > row["lives_low"] and row["lives_high"] > a_day * (1 - 1.012**-3.5)
    assert joint_cut(pack, "AAA", {"BBB": 50.0}, samples=400)["fall"].iloc[-1] == pytest.approx(
        0.35 * period_attribution(pack, "AAA", EPISODE, samples=400)["value"].sum()
    )


def test_a_region_takes_its_own_study_before_that_of_its_nation(pack):
    seoul, beijing = (acute_of(pack, lambda: prepare(pack, 2015), place) for place in ("seoul", "CN-BJ"))
    assert (seoul.response.region, beijing.response.region) == ("KR-11", "CHN")
    assert seoul.deaths == pytest.approx(acute_of(pack, lambda: prepare(pack, 2015), "KR-11").deaths)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((), "has no response to days"),
        (({**ACUTE, "region": "BBB"},), "no study of table responses_acute speaks of AAA"),
    ],
)
def test_lives_that_cannot_be_said_are_named(tmp_path, rows, message):
    found = joint_cut(answered(tmp_path / "pack", *rows), "AAA", {"BBB": 50.0}, samples=20)
    assert found["lives"].isna().all() and message in found["note"].iloc[0]
    assert found["value"].iloc[0] == pytest.approx(35.0)


def test_a_level_below_the_natural_part_is_refused(tmp_path):
    with pytest.raises(AirshedError, match="not above the natural part") as caught:
        joint_cut(answered(tmp_path / "pack", ACUTE), "AAA", {"BBB": 50.0}, samples=20, level=0.01)
    assert caught.value.remedy


def test_costs_of_measures_stand_where_a_cut_is_made(tmp_path):
    pack = answered(tmp_path / "pack", ACUTE, costs=(COST,))
    there, elsewhere = emergency_costs(pack, ["BBB"]), emergency_costs(pack, ["AA-1"])
    assert told_costs(there) == ["no cars (BBB, 2015): 5 USD a day, half (source airshed)", WHOLE_COST]
    assert elsewhere.empty and told_costs(elsewhere) == [COSTS]


@pytest.mark.parametrize("word", ["JJJ", "JJJ=much", "=30"])
def test_a_word_that_is_no_cut_is_refused(cli, word):
    code, _, err = cli("episode", "--cut", word, "--receptor", "KR-11")
    assert code == 2 and "is not a cut" in err and "such as JJJ=30%" in " ".join(err.split())


@pytest.mark.parametrize(
    "words", [("episode", "--cut", "JJJ=30", "--receptor"), ("attribution", "--period", "episode")]
)
def test_a_year_that_the_baseline_lacks_is_refused(cli, words):
    code, out, err = cli(*words, "KOR", "--year", "2050")
    assert (code, out) == (2, "") and "no year 2050" in err and "1990 to 2030" in err
