"""What plans say: no word that is not so, no zero for what is not known, and no side answer that ends the answer."""

import json

import numpy as np
import pytest

from airshed.answers.chapters.plan_told import digits, plan_told
from airshed.assessment.chain.scenarios import scenario_emissions
from airshed.assessment.members.schedule import MISSED, attainment, schedule, schedule_summary, schedule_table, stage
from airshed.assessment.plans import plan as work
from airshed.assessment.plans.aims import Aims, amounts
from airshed.assessment.plans.levels import beyond_range, ends_of_levels
from airshed.assessment.plans.plan import UNDECIDED, answer
from airshed.assessment.plans.plan_inputs import ground, problem_of
from airshed.assessment.plans.saved import read_plan
from airshed.assessment.plans.tables import aims_of_plan, plan_summary, receptors_of_plan
from airshed.pack.errors import AirshedError
from airshed.strategy.highs import OutOfTimeError, UndecidedError

SEOUL = ["seoul", "incheon"]


def told(summary, pack):
    return plan_told(summary, pack, "en", str)


@pytest.fixture(scope="module")
def met(pack):
    return answer(ground(pack, Aims("15"), 2030, receptors=SEOUL))


@pytest.mark.parametrize("doubt", [UndecidedError("Unknown"), OutOfTimeError(5.0)], ids=["undecided", "late"])
def test_side_answers_that_fail_are_named_and_the_plan_stands(pack, monkeypatch, doubt, met):
    def refuse(*_):
        raise doubt

    whole = work._solved

    def solved(held, alone_each=False, budget=None, buy="exposure", options=None, end=1):
        if options is not None:
            raise doubt
        return whole(held, alone_each, budget, buy, options, end)

    monkeypatch.setattr(work, "reachable", refuse)
    monkeypatch.setattr(work, "_solved", solved)
    found = answer(ground(pack, Aims("15"), 2030, receptors=SEOUL))
    assert found.plan.cost == pytest.approx(met.plan.cost) and np.isnan(found.lowest).all()
    assert [found.cases[case].status for case in ("low", "high")] == [UNDECIDED] * 2
    said = [line for line in told(plan_summary(found), pack) if "Not decided" in line]
    assert len(said) == 1 and all(word in said[0] for word in ("lowest levels", "low case", "high case"))


@pytest.mark.parametrize("share", [0.001, 0.0011, 0.0018])
def test_a_share_of_income_has_an_answer(pack, share):
    found = answer(ground(pack, Aims("15", gdp_share=share), 2030))
    rows = aims_of_plan(found).set_index("place")
    assert rows.loc["PRK", "met"] == "left out" and (rows.loc[["CHN", "KOR", "JPN"], "met"] == "yes").all()
    assert "PRK" in plan_summary(found)["without_income"]
    assert any(line.startswith("Left out, since their GDP is not known") for line in told(plan_summary(found), pack))


def test_unknown_carbon_is_not_zero(met, pack):
    unknown = np.isnan(met.problem.co2[met.application > met.problem.current + 1e-9])
    summary = plan_summary(met)
    assert (summary["co2_change"] is None) == bool(unknown.all())
    line = [text for text in told({**summary, "co2_change": None}, pack) if "CO2" in text]
    assert line == ["The change of CO2 is not known: none is published for any measure of the plan."]
    some = told({**summary, "co2_change": -12.0, "co2_unknown": 3}, pack)
    assert "CO2 changes by -12 kt a year, without the 3 measures of which it is not known." in some


def test_what_is_missed_is_never_missed_by_nothing():
    assert (digits(0.0213), digits(0.00004), digits(12.04)) == ("0.021", "4e-05", "12.0")


def test_a_target_that_is_just_met_has_no_slack(met):
    slack = receptors_of_plan(met)["slack"].to_numpy()
    assert ((slack == 0) | (np.abs(slack) > 1e-6)).all() and (slack == 0).any()


def test_a_budget_that_misses_is_no_optimum(pack):
    held = ground(pack, Aims("10"), 2030, receptors=SEOUL)
    assert plan_summary(answer(held, budget=1.0))["status"] == "missed"
    free = ground(pack, Aims(exposure=amounts(["KOR=-0.1%"], "--exposure")), 2030, receptors=SEOUL)
    assert plan_summary(answer(free, budget=5.0))["status"] == "optimal"


def test_all_is_said_only_of_all(pack, met):
    certainty = {"asked": 0.9, "achieved": 0.997, "achieved_by_central_plan": 0.5, "samples": 1000, "price": 1.0}
    line = next(text for text in told({**plan_summary(met), "certainty": certainty}, pack) if "samples" in text)
    assert line.startswith("The targets are met in 99 % of 1000") and "100 %" not in line
    short = {**certainty, "achieved": 0.5, "price": -100.0}
    line = next(text for text in told({**plan_summary(met), "certainty": short}, pack) if "samples" in text)
    assert "out of reach" in line and "-100" not in line


@pytest.mark.parametrize("word", ["CHN:SO2=70%", "KOR=20%", "150%"])
def test_a_percent_without_a_sign_may_be_a_level(word):
    with pytest.raises(AirshedError, match="may be a level or a change"):
        amounts([word], "--ceiling")
    assert amounts(["KOR=+20%"], "--exposure")[0][1].of(10.0) == pytest.approx(12.0)


def test_a_ceiling_is_answered_by_a_level(pack, cli):
    code, _, err = cli("optimise", "--receptor", "seoul", "--ceiling", "KOR:SO2=1")
    least = float(err.split("KOR:SO2 (")[1].split(" at best")[0])
    held = ground(pack, Aims(emissions=amounts(["KOR:SO2=1e4"], "--ceiling")), 2030, receptors=["seoul"])
    total = float(
        held.emissions.sel(pollutant="SO2", region=[c for c in held.emissions.region.values if c[:2] == "KR"]).sum()
    )
    problem = problem_of(held)
    korea = np.array([code.startswith("KR-") for code in held.options.region])
    most = float(
        np.where(korea, held.options.removal[:, 3] * problem.span, 0.0)[~np.isnan(held.options.removal[:, 3])].sum()
    )
    assert code == 2 and total - most - 1e-6 <= least < total


def test_within_a_tolerance_counts_as_met_and_costs_less(pack, met):
    found = answer(ground(pack, Aims("15", within=0.3), 2030, receptors=SEOUL))
    assert found.plan.status == "optimal" and found.plan.cost < met.plan.cost
    same = answer(ground(pack, Aims("15.3"), 2030, receptors=SEOUL))
    assert found.plan.cost == pytest.approx(same.plan.cost)
    summary = plan_summary(found)
    assert summary["within"] == 0.3 and summary["nearly_met"] and summary["relaxation"] == []


def test_a_target_below_the_natural_part_is_named(pack):
    held = ground(pack, Aims("3"), 2030, receptors=SEOUL)
    summary = plan_summary(answer(held))
    assert summary["below_natural"] == SEOUL and summary["status"] == "infeasible"
    assert any("natural part" in line for line in told(summary, pack))


def test_a_level_after_deep_cuts_is_as_wide_as_the_error_of_its_change_says(pack, met):
    held = met.ground
    low, high = ends_of_levels(held, met.plan.reached)
    width = pack.table("error_terms").set_index("term")["value"].astype(float)["structure"]
    left, start = met.plan.reached - held.floor, held.level - held.floor
    for end, side in ((low, 1), (high, -1)):
        known = held.floor + left * np.exp(side * 1.6448536 * width * np.log(left / start))
        assert end == pytest.approx(known, rel=1e-6)
    cut = 1 - left / start
    assert beyond_range(held, met.plan.reached) == [c for c, one in zip(held.receptors, cut, strict=True) if one > 0.2]


def test_a_price_cap_leaves_what_is_dearer(pack, cli):
    code, out, _ = cli("optimise", "--target", "who-it2", "--price-cap", "1e9", "--format", "json")
    found = json.loads(out)
    assert code == 0 and found["summary"]["status"] == "missed"
    assert max(row["shadow_price"] for row in found["receptors"]) <= 1000.0 + 1e-3
    assert {row["receptor"] for row in found["summary"]["relaxation"]} == {
        row["receptor"] for row in found["receptors"] if row["shadow_price"] >= 1000.0 - 1e-3 and row["relaxation"] > 0
    }


def test_a_target_out_of_reach_sets_no_burden(pack):
    found = stage(pack, ["KOR", "MNG"], [2030])
    plan = schedule(found, attainment(found, ["35", "2"]))
    rows = schedule_table(plan).set_index("member")
    below = rows[rows["met"] == "no"]
    summary = schedule_summary(plan, "baseline")
    assert not set(below.index) & set(summary["years"][0]["set_by"])
    far = stage(pack, ["KOR", "MNG"], [2030])
    idle = schedule(far, attainment(far, ["2"]))
    rows = schedule_table(idle)
    assert (rows["met"] == "no").all() and all(MISSED in note for note in rows["note"])
    assert idle.burden.common.max() == 0.0 and schedule_summary(idle, "baseline")["years"][0]["set_by"] == []


def test_a_schedule_without_years_lies_ahead_of_the_newest_observation(pack, cli):
    code, out, _ = cli("schedule", "--members", "KOR,JPN", "--format", "json")
    years = [row["year"] for row in json.loads(out)["summary"]["years"]]
    assert code == 0 and min(years) > int(pack.table("observations")["year"].max()) and max(years) == 2030


def test_the_command_tells_fronts_and_regret(cli):
    code, out, err = cli("plan", "front", "--points", "4", "--receptor", "seoul", "--format", "json")
    assert code == 0 and [row["point"] for row in json.loads(out)] == [1, 2, 3, 4]
    code, _, err = cli("plan", "front", "--against", "worst", "--target", "15")
    assert code == 2 and "holds no target" in err
    words = ("plan", "regret", "--target", "15", "--receptor", "seoul", "--price-cap", "1e9")
    code, out, err = cli(*words, "--format", "json")
    found = json.loads(out)
    assert code == 0 and len(found["states"]) == 27
    assert found["summary"]["regret"] == pytest.approx(max(row["regret"] for row in found["states"]))
    assert found["summary"]["regret"] <= found["summary"]["central_regret"] + 1e-9
    short = ("plan", "regret", "--receptor", "seoul", "--format", "json")
    asked = [json.loads(cli(*short, *words)[1])["summary"] for words in ((), ("--target", "who-2005"))]
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("region,measure,application\n", "has a header only"),
        ("region;measure;year;application\nKR-11;power.FGD;2020;0.5\n", "the plan is of 2020, and 2030 is asked"),
    ],
)
def test_a_plan_without_a_row_or_of_another_year_is_refused(pack, tmp_path, text, said):
    path = tmp_path / "plan.csv"
    path.write_bytes(text.encode("cp949"))
    with pytest.raises(AirshedError, match=said):
        read_plan(ground(pack, Aims(), 2030, receptors=SEOUL), path)


def test_a_target_file_with_a_header_only_is_no_target(pack, tmp_path):
    path = tmp_path / "targets.csv"
    path.write_text("receptor,target,year\n")
    with pytest.raises(AirshedError, match="has a header only"):
        ground(pack, Aims(str(path)), 2030, receptors=SEOUL)


def test_policies_of_the_studies_raise_the_total_of_no_pollutant(pack):
    policy, baseline = (scenario_emissions(pack, name).scenario["value"] for name in ("seed-policies", "baseline"))
    china = [str(code) for code in baseline["region"].to_numpy() if str(code).startswith("CN-")]
    above = (policy - baseline).sel(region=china).sum(["region", "sector"])
    assert float(above.max()) <= 1e-6
    assert float(above.sel(pollutant="NH3", year=2020)) < 0, "ammonia falls by less in the baseline than was promised"


@pytest.mark.parametrize(
    ("targets", "cities", "said"), [(1, ["seoul"], False), (5, ["seoul"], True), (2, ["seoul", "busan"], False)]
)
def test_who_sets_the_cost_is_said_where_others_have_targets_too(pack, targets, cities, said):
    """Of one city alone it would say nothing: its target sets all of the cost."""
    from airshed.answers.chapters.plan_told import _set_told
    from airshed.pack.language import translator

    summary = {"targets": targets, "set_by": {"receptors": cities, "share": 1.0}}
    assert bool(_set_told(summary, pack, "en", translator("en"))) == said
