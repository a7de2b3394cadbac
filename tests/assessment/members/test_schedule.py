"""Differentiated targets and schedules of the built-in pack, each held against the chain or another way to solve it."""

import json

import numpy as np
import pandas as pd
import pytest

from airshed.assessment.members.schedule import (
    AT_LIMIT,
    MISSED,
    NO_GDP,
    attainment,
    attainment_table,
    schedule,
    schedule_summary,
    schedule_table,
    stage,
)
from airshed.assessment.plans.aims import Aims, Amount
from airshed.assessment.plans.plan import after_plan
from airshed.assessment.plans.plan_inputs import ground, problem_of
from airshed.pack.codes import members
from airshed.pack.people import population
from airshed.strategy.solve import reachable
from airshed.strategy.together import alone
from support.economy import printed_gdp

MEMBERS = ["CHN", "KOR", "JPN", "MNG", "PRK", "TWN"]
YEARS = [2020, 2025, 2030]


@pytest.fixture(scope="module")
def found(pack):
    return stage(pack, MEMBERS, YEARS)


@pytest.fixture(scope="module")
def reach(found):
    return attainment(found)


@pytest.fixture(scope="module")
def attained(found, reach):
    return attainment_table(found, reach)


@pytest.fixture(scope="module")
def plans(found, reach):
    return {by: schedule(found, reach, by) for by in ("effort", "responsibility")}


@pytest.fixture(params=["effort", "responsibility"])
def plan(plans, request):
    return plans[request.param]


def test_lowest_levels_are_those_of_plans_alone_and_together(pack, reach):
    """Plans of nations alone, asked for the impossible, come as near as they can; so does the plan for one place."""
    aims = Aims(exposure=tuple((code, Amount(0.5)) for code in MEMBERS))
    problem = problem_of(ground(pack, aims, 2030, receptors=MEMBERS))
    each = alone(problem)
    lowest = reachable(problem)
    for number, code in enumerate(MEMBERS):
        place = problem.names["receptor"].index(code)
        owner = int(problem.receptor_owner[place])
        assert reach.alone[-1, number] == pytest.approx(max(each.plans[owner].reached[place], 0.0), abs=1e-4)
        assert reach.together[-1, number] == pytest.approx(lowest[place], abs=1e-6)
        assert reach.before[-1, number] == pytest.approx(problem.level[place])


def test_together_is_never_later_than_alone_and_a_stricter_target_never_earlier(attained, reach):
    assert (reach.together <= reach.alone + 1e-6).all() and (reach.alone <= reach.before + 1e-9).all()
    never = 9999
    for row in attained.to_dict("records"):
        first = [never if row[key] is None else row[key] for key in ("together_year", "alone_year", "baseline_year")]
        assert first == sorted(first)
        assert (row["lowest_together"] <= row["limit"]) == (row["together_year"] is not None)
    for _, rows in attained.groupby("member"):
        assert rows["limit"].tolist() == [35, 25, 15, 10, 5], "WHO's values of 2021"
        years = [never if year is None else year for year in rows["together_year"]]
        assert years == sorted(years)


def test_a_level_that_is_met_counts_at_once(attained):
    """Japan breathes less than 15 ug/m3 in 2020: its cities are at 10 to 13 (IQAir), and so is the level."""
    row = attained.query("member == 'JPN' and target == 'who-it3'").iloc[0]
    assert row["baseline_year"] == row["alone_year"] == 2020 and row["note"].startswith("met without measures in 2020")


def test_the_schedule_is_what_the_chain_gives(pack, plan):
    """Every member's mean falls like its regions, weighted with their people, by the relation on all emissions."""
    for row, held in enumerate(plan.stage.grounds):
        chain, left = held.chain, after_plan(held, held.options, plan.burden.application[row])
        levels = [
            chain.relation.concentration(given).sel(receptor=chain.people.regions).to_numpy()
            for given in (held.emissions, left)
        ]
        fall = levels[0] - levels[1]
        for number, code in enumerate(MEMBERS):
            inside = np.isin(chain.people.regions, members(pack, code))
            persons = population(pack, pack.base_year, chain.people.regions).to_numpy()[inside]
            before = plan.attainment.before[row, number]
            assert before - plan.level[row, number] == pytest.approx(fall[inside] @ persons / persons.sum(), abs=1e-5)
    np.testing.assert_allclose(plan.level, plan.burden.reached, atol=1e-9)


def test_all_carry_the_same_or_are_at_their_limit(pack, plan):
    table = schedule_table(plan)
    base = dict(zip(MEMBERS, plan.responsibility, strict=True))
    if plan.by == "effort":
        base = {code: printed_gdp(pack).get(code, 0.0) for code in MEMBERS}
    for row in table.to_dict("records"):
        common = plan.burden.common[YEARS.index(row["year"])] * base[row["member"]]
        assert row["cost"] <= common * (1 + 1e-4) + 1e-3
        said = any(note in row["note"] for note in (AT_LIMIT, NO_GDP))
        assert said or row["cost"] == pytest.approx(common, rel=1e-3)
        assert row["price_low"] <= row["cost"] + 1e-9 and row["cost"] <= row["price_high"] + 1e-9
    assert any(row["note"] == "" for row in table.to_dict("records")), "someone sets the burden"


def test_nothing_goes_back_and_what_is_missed_is_said(plan):
    assert (np.diff(plan.burden.application, axis=0) >= -1e-6).all()
    table = schedule_table(plan)
    assert ((table["met"] == "no") == table["note"].str.contains(MISSED)).all()
    for row in table.to_dict("records"):
        limits = plan.attainment.limits
        assert row["level"] <= limits[row["target_due"]] + 1e-5 or row["met"] == "no"
        assert row["target_next"] is None or row["level"] > limits[row["target_next"]]


def test_responsibility_is_what_members_would_breathe_less_without_each(pack, found, plan):
    """Set the emissions of each member to nothing, one after the other, in the base year."""
    assert plan.responsibility.sum() == pytest.approx(1.0)
    chain = found.grounds[0].chain
    emissions = chain.emissions(pack.base_year)
    people = pack.table("populations")
    people = people[(people["year"] == pack.base_year) & people["region"].isin(chain.relation.receptors)]
    persons = people.drop_duplicates("region").set_index("region")["value"]
    held = [code for member in MEMBERS for code in members(pack, member) if code in persons.index]

    def breathed(given):
        levels = chain.relation.concentration(given).sel(receptor=held).to_numpy()
        return float(levels @ persons.reindex(held).to_numpy(dtype=float))

    before, falls = breathed(emissions), []
    for code in MEMBERS:
        without = emissions.copy(deep=True)
        inside = [region for region in members(pack, code) if region in without["region"].to_numpy()]
        without.loc[{"region": inside}] = 0.0
        falls.append(before - breathed(without))
    np.testing.assert_allclose(plan.responsibility, np.array(falls) / sum(falls), rtol=0.02)


def test_north_korea_has_no_gdp_and_is_named(plans):
    effort, shared = (schedule_table(plans[by]) for by in ("effort", "responsibility"))
    poor = effort.query("member == 'PRK'")
    assert (poor["cost"] == 0).all() and poor["note"].str.contains(NO_GDP).all()
    assert poor["cost_share_of_gdp"].isna().all()
    assert (shared.query("member == 'PRK'")["cost"] > 0).all()
    assert schedule_summary(plans["effort"], "baseline")["without_gdp"] == ["PRK"]


def test_all_cities_are_asked_for_more_than_the_mean(pack, reach):
    cities = stage(pack, MEMBERS, [2030], of="cities")
    worst = attainment(cities)
    assert cities.own.sum() == len(cities.grounds[0].receptors) - len(MEMBERS)
    beijing = cities.grounds[0].receptors.index("beijing")
    assert worst.before[0, 0] >= cities.grounds[0].level[beijing]
    found = schedule(cities, worst, "responsibility")
    reached = found.burden.reached[0]
    np.testing.assert_allclose(found.level[0], [reached[mine].max() for mine in cities.own], atol=1e-9)


def test_observation_anchors_the_start(pack):
    """The emissions that follow the observed means fall below the baseline's; the level rests on the same observations.

    What the emissions do not say the response takes up: it is the higher the lower they are.
    """
    anchored = stage(pack, ["CHN", "KOR"], [2020], scenario="observed-anchored")
    assert anchored.grounds[0].chain.baseline.attrs["scenario"] == "observed-anchored"
    free = stage(pack, ["CHN", "KOR"], [2020])
    one, other = (item.grounds[0].chain.levels for item in (anchored, free))
    china = one.fit.ground.receptors.index("CN-SD")
    assert one.reference[china] < 0.9 * other.reference[china]
    assert one.ratio[china] > other.ratio[china]
    assert attainment(anchored).before[0, 0] == pytest.approx(attainment(free).before[0, 0], rel=0.05)


def test_the_command_prints_parts_or_a_flat_list(cli):
    words = ("schedule", "--members", "KOR,JPN", "--years", "2025,2030", "--targets", "who-it3,12")
    code, out, err = cli(*words, "--format", "json")
    assert code == 0, err
    found = json.loads(out)
    assert list(found) == ["attainment", "schedule", "summary"]
    assert [(row["member"], row["target"]) for row in found["attainment"]] == [
        (member, target) for member in ("KOR", "JPN") for target in ("who-it3", "12")
    ]
    assert found["summary"]["by"] == "effort" and len(found["schedule"]) == 4
    code, out, _ = cli(*words, "--format", "csv")
    lines = out.splitlines()
    assert code == 0 and len(lines) == 9 and lines[0].startswith("part,member,target,limit,baseline_year,alone_year")
    code, out, err = cli("--lang", "ko", *words)
    assert code == 0 and "대한민국" in out and "2030" in err and "GDP" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--members", "KOR"), "this needs two or more members"),
        (("--members", "CHN,JJJ"), "CHN and JJJ overlap in"),
        (("--members", "KOR,XYZ"), "the region XYZ is not known"),
        (("--members", "KOR,seoul"), "KOR and KR-11 overlap in KR-11"),
        (("--members", "KOR,SHIP"), "SHIP is not a receptor of a plan"),
        (("--members", "KOR,JPN", "--years", "2030,2020"), "the years must ascend"),
        (("--members", "KOR,JPN", "--years", "soon"), "the parameter --years cannot be soon"),
        (("--members", "KOR,JPN", "--years", "2030,2045"), "the baseline has no year 2045"),
        (("--members", "KOR,JPN", "--targets", "national"), "the target national is not one level for all members"),
        (("--members", "KOR,JPN", "--targets", "clean"), "the target clean is not known"),
        (("--members", "KOR,JPN", "--targets", "0"), "the parameter target cannot be 0"),
        (("--members", "KOR,CN-XZ", "--of", "cities"), "CN-XZ has no city in the pack"),
    ],
)
def test_bad_questions_have_clear_answers(cli, words, said):
    code, out, err = cli("schedule", *words)
    assert code == 2 and said in err and out == "" and "Traceback" not in err


def test_a_pack_without_gdp_answers_by_responsibility(cli, small_folder):
    words = ("--pack", small_folder, "schedule", "--members", "AAA,BBB", "--years", "2015", "--targets", "30,20,10")
    code, _, err = cli(*words)
    assert code == 2 and "needs table economy: gdp_usd of 2015 of a member, or use --by responsibility" in err
    code, out, err = cli(*words, "--by", "responsibility", "--format", "json")
    assert code == 0, err
    rows = pd.DataFrame(json.loads(out)["schedule"])
    assert rows["responsibility"].sum() == pytest.approx(1.0) and rows["cost_share_of_gdp"].isna().all()
