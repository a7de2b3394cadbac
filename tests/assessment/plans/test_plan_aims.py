"""Aims of plans beside the targets of cities: exposure, deaths, emissions, CO2, caps on cost; each by another way."""

import json

import numpy as np
import pytest

import airshed.assessment.plans.plan
from airshed.answers.chapters.plan_told import plan_told
from airshed.assessment.plans.aims import Aims, Amount, amounts
from airshed.assessment.plans.cost_curve import cost_curve
from airshed.assessment.plans.plan import CURVE, after_plan, answer
from airshed.assessment.plans.plan_inputs import ground
from airshed.assessment.plans.tables import aims_of_plan, measures_of_plan, plan_summary, regions_of_plan
from support.economy import printed_gdp

CITIES = ["seoul", "busan", "daejeon"]


def planned(pack, receptors=CITIES, **aims):
    return answer(ground(pack, Aims(**aims), 2030, receptors=receptors))


def after(found):
    held = found.ground
    return held.chain.evaluate(after_plan(held, held.options, found.application))


def in_korea(found):
    people = found.ground.chain.people
    return np.array([found.ground.chain.home[code] == "KOR" for code in people.regions])


def test_an_exposure_is_the_mean_over_people(pack):
    """The fall of the nation's mean is that of its regions, weighted with their people, by the whole chain."""
    found = planned(pack, exposure=amounts(["KOR=-15%"], "--exposure"))
    (row,) = aims_of_plan(found).to_dict("records")
    assert (row["aim"], row["place"], row["met"]) == ("exposure", "KOR", "yes")
    assert row["reached"] == pytest.approx(row["asked"], abs=1e-6) == pytest.approx(0.85 * row["before"])
    held, korea = found.ground, in_korea(found)
    persons = held.chain.people.persons[korea]
    fall = held.chain.evaluate(held.emissions)[0].to_numpy() - after(found)[0].to_numpy()
    assert fall[korea] @ persons / persons.sum() == pytest.approx(0.15 * row["before"], abs=1e-6)


def test_deaths_fall_as_asked_and_not_further(pack):
    found = planned(pack, deaths=amounts(["KOR=-15%"], "--deaths"))
    held, korea = found.ground, in_korea(found)
    before = held.chain.evaluate(held.emissions)[1].to_numpy()[korea].sum()
    left = after(found)[1].to_numpy()[korea].sum()
    assert left == pytest.approx(0.85 * before, rel=1e-6)
    (row,) = aims_of_plan(found).to_dict("records")
    assert row["reached"] == pytest.approx(left) and row["met"] == "yes"
    tighter = planned(pack, deaths=(("KOR", Amount(0.85 * before - 1.0)),))
    assert tighter.plan.cost - found.plan.cost == pytest.approx(row["price"], rel=0.05), "what one death less costs"


def test_a_plan_under_the_curve_that_is_not_settled_says_so(pack, monkeypatch):
    """The last line drawn still keeps the deaths below what is asked; but a cheaper plan may be left."""
    monkeypatch.setattr(airshed.assessment.plans.plan, "ROUNDS", 1)
    found = planned(pack, deaths=amounts(["KOR=-15%"], "--deaths"))
    (row,) = aims_of_plan(found).to_dict("records")
    assert row["met"] == "yes" and CURVE in found.undecided and "low case" in found.undecided
    summary = plan_summary(found)
    told = plan_told(summary, pack, "en", lambda text: text)
    assert any("Not decided by the solver" in said and CURVE in said for said in told)


def test_a_ceiling_costs_what_the_staircase_says(pack):
    """One region and pollutant, nothing else: the linear programme and the sorted steps must agree."""
    found = planned(pack, emissions=amounts(["KR-44:SO2=-25%"], "--ceiling"))
    held = found.ground
    before = float(held.emissions.sel(region="KR-44", pollutant="SO2").sum())
    left = float(after_plan(held, held.options, found.application).sel(region="KR-44", pollutant="SO2").sum())
    assert left == pytest.approx(0.75 * before, rel=1e-9)
    steps = cost_curve(pack, 2030, region="KR-44", pollutant="SO2")
    cost = np.interp(0.25 * before, np.r_[0.0, steps["reduction"]], np.r_[0.0, steps["cost"]])
    assert found.plan.cost == pytest.approx(cost, rel=1e-6)
    assert set(regions_of_plan(found)["region"]) == {"KR-44"}


def test_caps_are_kept_by_region_nation_and_share_of_income(pack):
    free = planned(pack, target="15.5")
    spent = regions_of_plan(free).groupby("country")["cost"].sum()
    cap = 0.5 * spent["KOR"]
    capped = planned(pack, target="15.5", caps=(("KOR", Amount(cap * 1e6)), ("KR-26", Amount(1e6))))
    costs = regions_of_plan(capped)
    assert costs.query("country == 'KOR'")["cost"].sum() <= cap * (1 + 1e-6)
    assert costs.query("region == 'KR-26'")["cost"].sum() <= 1.0 + 1e-6
    assert capped.plan.cost >= free.plan.cost - 1e-6
    share = 1e-5
    poor = planned(pack, target="15.5", gdp_share=share)
    by_nation = regions_of_plan(poor).groupby("country")["cost"].sum()
    income = printed_gdp(pack)
    assert income["KOR"] == pytest.approx(1466.039e3), "World Bank, million USD of 2015"
    for nation, cost in by_nation.items():
        assert cost <= share * income.get(nation, 0.0) * (1 + 1e-6) + 1e-6
    assert set(aims_of_plan(poor).query("met == 'yes'")["aim"]) == {"share of GDP"}


def test_a_ceiling_on_carbon_counts_what_is_known(pack):
    found = planned(pack, target="16", co2=amounts(["KOR=0"], "--co2"))
    (row,) = aims_of_plan(found).to_dict("records")
    assert row["aim"] == "CO2" and row["reached"] <= 1e-9


def test_cities_out_of_reach_may_aim_at_their_interim_target(pack):
    near = planned(pack, ["taiyuan", "seoul"], target="14")
    summary = plan_summary(near)
    assert summary["status"] == "infeasible" and summary["interim_cost"] < summary["cost"]
    other = planned(pack, ["taiyuan", "seoul"], target="14", unmet="interim")
    assert plan_summary(other)["status"] == "optimal"
    assert other.plan.cost == pytest.approx(summary["interim_cost"], rel=1e-6)
    assert other.ground.target.tolist() == [near.interim[0], 14.0]


def test_whole_measures_are_taken_fully_or_left(pack):
    loose = planned(pack, target="16")
    row = measures_of_plan(loose).query("application < maximum - 0.01").iloc[0]
    found = planned(pack, target="16", whole=(row["measure"],))
    mine = [place for place, code in enumerate(found.ground.options.measure) if code == row["measure"]]
    done, problem = found.application[mine], found.problem
    assert all(
        min(abs(done[at] - problem.current[one]), abs(done[at] - problem.maximum[one])) < 1e-6
        for at, one in enumerate(mine)
    )
    assert found.plan.cost >= loose.plan.cost - 1e-9


def test_lives_are_bought_by_the_curve_itself(pack):
    held = ground(pack, Aims(), 2030, receptors=CITIES)
    lives, exposure = (answer(held, budget=100.0, buy=what) for what in ("deaths", "exposure"))
    assert lives.plan.cost <= 100 * (1 + 1e-6)
    assert lives.deaths >= exposure.deaths
    before, left = held.chain.evaluate(held.emissions)[1], after(lives)[1]
    assert lives.deaths == pytest.approx(float((before - left).sum()), rel=1e-9)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--exposure", "KOR=much"), "--exposure KOR=much cannot be read"),
        (("--exposure", "KOR=-120%"), "--exposure KOR=-120% cannot be read"),
        (("--exposure", "KOR=15", "--exposure", "KOR=16"), "--exposure names KOR twice"),
        (("--exposure", "XYZ=15"), "XYZ"),
        (("--deaths", "XYZ=-10%"), "XYZ"),
        (("--deaths", "KOR=-5"), "the deaths asked for in KOR are negative"),
        (("--deaths", "RUS=-5%"), "the deaths of RUS are not known"),
        (("--ceiling", "KOR:dust=5"), "names no pollutant of the relation"),
        (("--ceiling", "KOR:SO2=-5"), "the ceiling KOR:SO2 is negative"),
        (("--ceiling", "KOR:SO2=0"), "no plan meets the caps, whatever the targets: limit emissions KOR:SO2 ("),
        (("--target", "17", "--cap", "KOR=-5"), "the cap on the cost of KOR is negative"),
        (("--target", "17", "--co2", "KOR=-5%"), "--co2 KOR=-5% cannot be read"),
        (("--target", "17", "--whole", "nothing"), "the measure nothing is not known"),
        (("--deaths", "KOR=-5%", "--alone"), "an aim on deaths is for all together"),
        (("--deaths", "KOR=-5%", "--path", "2020,2030"), "a path has no aims on deaths"),
        (("--deaths", "KOR=-5%", "--certainty", "0.9"), "a robust plan has no aims on deaths"),
        (("--target", "17", "--path", "2030"), "a path needs two or more years"),
        (("--target", "17", "--path", "soon"), "the parameter --path cannot be soon"),
        (("--target", "17", "--path", "2020,2030", "--alone"), "do not go together"),
    ],
)
def test_bad_aims_have_clear_answers(cli, words, said):
    code, out, err = cli("optimise", "--receptor", "seoul", *words)
    assert code == 2 and said in err and out == "" and "Traceback" not in err


def test_two_targets_for_one_city_and_year_contradict_each_other(cli, tmp_path):
    path = tmp_path / "targets.csv"
    path.write_text("receptor,target,year\nseoul,17,2030\nseoul,16,2025\nseoul,15,2030\n", encoding="utf-8")
    code, _, err = cli("optimise", "--receptor", "seoul", "--target", path)
    assert code == 2 and "line 4: the receptor seoul has two targets for 2030: 17 and 15" in err


def test_aims_are_printed_in_both_languages(cli):
    words = ("optimise", "--receptor", "seoul", "--exposure", "KOR=18", "--cap", "KOR=1e9", "--format", "json")
    code, out, _ = cli(*words)
    assert code == 0 and [row["aim"] for row in json.loads(out)["aims"]] == ["exposure", "cost"]
    code, out, _ = cli("--lang", "ko", *words[:-2])
    assert code == 0 and "노출" in out and "비용" in out
