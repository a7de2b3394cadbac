"""Support of members: deaths per dollar held against the chain, the response and the tables."""

import json

import numpy as np
import pandas as pd
import pytest

from airshed.assessment.members.support import KINDS, NO_EXPOSURE_COST, support, support_table
from airshed.assessment.members.support_costs import NO_PUBLISHED
from airshed.assessment.plans.plan import after_plan
from airshed.strategy.measures import catalogue

MEMBERS = ["MNG", "PRK"]


@pytest.fixture(scope="module")
def found(pack):
    return support(pack, MEMBERS, budget=5e7)


@pytest.fixture(scope="module")
def table(pack, found):
    return support_table(pack, found)


def left(found, application):
    held = found.ground
    return held.chain.evaluate(after_plan(held, held.options, application))[1].fillna(0.0)


def test_deaths_of_a_grant_are_differences_of_the_chain(found, table):
    """A thousandth of the grant, by the whole chain."""
    held, problem = found.ground, found.problem
    for row in table[table["rank"].notna()].iloc[[0, 5, 20, 40]].to_dict("records"):
        place = list(zip(held.options.region, held.options.measure, strict=True)).index((row["region"], row["measure"]))
        step = problem.current.copy()
        step[place] += 1e-3 * problem.span[place]
        fall = 1e3 * (left(found, problem.current) - left(found, step))
        own = [code for code in fall["region"].to_numpy() if held.chain.home[code] == row["member"]]
        assert float(fall.sum()) == pytest.approx(row["deaths_avoided"], rel=0.01)
        assert float(fall.sel(region=own).sum()) == pytest.approx(row["deaths_own"], rel=0.01, abs=1e-3)
        assert row["deaths_own"] + row["deaths_abroad"] == pytest.approx(row["deaths_avoided"])
        assert row["deaths_low"] <= row["deaths_avoided"] <= row["deaths_high"]
        assert row["deaths_per_million_usd"] == pytest.approx(row["deaths_avoided"] / row["cost"])


def test_the_budget_is_spent_on_the_best(found, table):
    ranked = table[table["rank"].notna()]
    assert (np.diff(ranked["weighted"].to_numpy(dtype=float)) <= 1e-9).all()
    assert found.spent == pytest.approx(50.0) == pytest.approx((ranked["cost"] * ranked["chosen"]).sum())
    assert ranked["cumulative_cost"].iloc[-1] == pytest.approx(50.0)
    assert ranked["chosen"].between(0, 1 + 1e-9).all()
    assert set(ranked["member"]) == set(MEMBERS) and set(ranked["kind"]) == {"abatement"}
    best = left(found, found.problem.current) - left(found, found.application)
    assert float(best.sum()) == pytest.approx(found.avoided) and 0 < found.avoided_own < found.avoided


def test_more_money_avoids_more_and_each_dollar_less(pack, found):
    half, double, all_of_it = (support(pack, MEMBERS, budget=part) for part in (2.5e7, 1e8, None))
    worth = [float((one.application - one.problem.current) @ one.deaths.sum(axis=1)) for one in (half, found, double)]
    assert worth[0] < worth[1] < worth[2]
    assert worth[1] - worth[0] >= 0.5 * (worth[2] - worth[1]) - 1e-6
    assert all_of_it.spent > double.spent


def test_whole_grants_are_paid_fully_or_not(pack, table):
    part = table[(table["chosen"] > 0.01) & (table["chosen"] < 0.99)].iloc[0]
    found = support(pack, MEMBERS, budget=5e7, whole=[part["measure"]])
    rows = support_table(pack, found).query("measure == @part['measure'] and chosen == chosen")
    assert all(min(share, abs(1 - share)) < 1e-6 for share in rows["chosen"])
    assert found.spent <= 50.0 + 1e-6


def test_lives_weigh_by_income(pack, found):
    """World Bank: 10,677 of Mongolia over the OECD's income per head, in international dollars of 2015."""
    weighted = support(pack, MEMBERS, budget=5e7, equity=0.5)
    rows = pack.table("economy").query("indicator == 'gdp_per_head_ppp' and year == 2015 and source == 'wb_wdi'")
    income = rows.set_index("code")["value"]
    place = weighted.ground.receptors.index("MNG")
    assert weighted.weight[place] == pytest.approx((income["OECD"] / income["MNG"]) ** 0.5)
    assert (found.weight == 1).all()
    ranks = [support_table(pack, one).dropna(subset=["rank"])["measure"].tolist() for one in (found, weighted)]
    assert sorted(ranks[0]) == sorted(ranks[1]) and ranks[0] != ranks[1]


def test_air_cleaners_do_what_the_response_says(pack, found, table):
    """GEMM written out, at the level and at 0.58 of it; the cost is not published, so that they have no rank."""
    people, place = found.ground.chain.people, found.ground.receptors.index("MNG")
    cleaner = next(item for item in catalogue(pack) if item.code == "residential_commercial.AIR_CLEANER")
    assert cleaner.exposure_factor.value == 0.58
    bands = people.bands

    def deaths(level):
        excess = max(level - float(np.max(bands.counterfactual)), 0.0)
        risk = np.exp(bands.theta * np.log(excess / bands.alpha + 1) / (1 + np.exp(-(excess - bands.mu) / bands.nu)))
        return float((people.deaths[place] * (1 - 1 / risk)).sum())

    row = table.query("member == 'MNG' and measure == @cleaner.code").iloc[0]
    level = found.ground.level[place]
    assert row["deaths_avoided"] == pytest.approx(deaths(level) - deaths(0.58 * level), rel=1e-6)
    # 175 billion CNY for 1374.62 million people, at 6.2275 CNY per USD (Liu et al. 2021, World Bank)
    per_person = 175e9 / 1374.62e6 / 6.2275
    cost = per_person * people.persons[people.regions.index("MNG")] / 1e6
    assert row["rank"] is None and row["cost"] == pytest.approx(cost, rel=2e-3)
    assert row["deaths_per_million_usd"] == pytest.approx(row["deaths_avoided"] / cost, rel=2e-3)
    masks = table.query("member == 'MNG' and measure == 'residential_commercial.MASKS'").iloc[0]
    assert pd.isna(masks["cost"]) and NO_EXPOSURE_COST in masks["note"]


def test_what_cannot_be_ranked_says_what_is_missing(table):
    rest = table[table["rank"].isna()]
    assert set(table["kind"]) == set(KINDS) and rest["chosen"].isna().all()
    assert (rest["note"] != "").all()
    monitoring = rest.query("kind == 'monitoring'")
    assert len(monitoring) == 4 and monitoring["deaths_avoided"].isna().all()
    printed = dict(zip(monitoring["measure"], monitoring["cost"], strict=True))
    assert printed == {"low-cost air sensor": 2500 / 1e6, "regulatory ambient air monitor": 50_000 / 1e6}
    assert monitoring["note"].str.contains("as printed for USA").all()
    emergency = rest.query("kind == 'emergency aid'")
    assert emergency["note"].iloc[0] == NO_PUBLISHED.format(kind="emergency aid")
    assert emergency["cost"].isna().all() and rest[rest["kind"] == "abatement"]["cost"].isna().all()
    projects = rest.query("kind == 'capacity building' and member == 'MNG'")
    assert projects[["cost", "price_low"]].to_numpy().tolist() == [[0.75, 0.25], [0.5, 0.5]], "as the bank prints them"
    assert rest.query("kind == 'capacity building' and member == 'PRK'")["cost"].isna().all()
    assert rest[rest["kind"] == "abatement"]["note"].str.contains("table measure_costs").all()


def test_by_own_lives_grants_are_ranked_by_the_deaths_at_home(pack):
    found = support(pack, MEMBERS, budget=2e7, lives="own")
    ranked = support_table(pack, found)
    ranked = ranked[ranked["rank"].notna()]
    np.testing.assert_allclose(ranked["weighted"].astype(float), ranked["deaths_own"] / ranked["cost"], rtol=1e-9)
    assert (np.diff(ranked["weighted"].to_numpy(dtype=float)) <= 1e-9).all()
    everybody = support(pack, MEMBERS, budget=2e7)
    assert found.avoided_own >= everybody.avoided_own and found.avoided <= everybody.avoided


def test_one_member_is_enough_and_the_list_is_flat(cli):
    words = ("support", "--members", "MNG", "--budget", "1e7", "--equity", "1")
    code, out, err = cli(*words, "--format", "json")
    assert code == 0, err
    rows = json.loads(out)
    assert {row["member"] for row in rows} == {"MNG"} and rows[0]["rank"] == 1 and rows[-1]["rank"] is None
    code, out, err = cli("--lang", "ko", *words)
    assert code == 0 and "몽골" in out and "2015" in err and "enabling" not in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--members", "CHN,CN-BJ"), "CHN and CN-BJ overlap in CN-BJ"),
        (("--members", "XYZ"), "the region XYZ is not known"),
        (("--members", "RUS"), "there are no measures in RUS"),
        (("--members", "MNG", "--budget", "-5"), "--budget cannot be -5"),
        (("--members", "MNG", "--equity", "-1"), "--equity cannot be -1"),
        (("--members", "MNG", "--year", "2045"), "the baseline has no year 2045"),
        (("--members", "MNG", "--whole", "nothing"), "the measure nothing is not known"),
    ],
)
def test_bad_questions_have_clear_answers(cli, words, said):
    code, out, err = cli("support", *words)
    assert code == 2 and said in err and out == "" and "Traceback" not in err


def test_incomes_that_are_missing_are_named(cli, small_folder):
    code, _, err = cli("--pack", small_folder, "support", "--members", "AAA", "--equity", "1")
    assert code == 2 and "lives cannot be weighted: no income of BBB" in err
    code, out, _ = cli("--pack", small_folder, "support", "--members", "AAA", "--format", "json")
    assert code == 0 and "industry.PURIFIER" in out
