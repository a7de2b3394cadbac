"""Plans of the built-in pack: promises kept by the whole chain, group limits, together never dearer than alone."""

import json

import numpy as np
import pytest

from airshed.assessment.plans.cost_curve import cost_curve
from airshed.assessment.plans.plan import after_plan, answer, nearest
from airshed.assessment.plans.plan_inputs import ground, levels_of, problem_of
from airshed.assessment.plans.tables import measures_of_plan, plan_summary, receptors_of_plan, regions_of_plan
from airshed.strategy.solve import reachable


@pytest.fixture(scope="module")
def korea(pack):
    """Hold a plan for four Korean cities that can be met."""
    return answer(ground(pack, "16", 2030, receptors=["seoul", "suwon", "daejeon", "busan"]))


def test_the_whole_chain_reaches_what_the_plan_promises(korea):
    held = korea.ground
    emissions = after_plan(held, held.options, korea.application)
    found = levels_of(held, emissions)
    assert korea.plan.status == "optimal"
    np.testing.assert_allclose(found, korea.plan.reached, atol=1e-9)
    assert (found <= 16 + 1e-6).all()
    assert found.max() == pytest.approx(16, abs=1e-6), "a least-cost plan does no more than it must"


def test_no_emission_falls_below_zero(korea):
    held = korea.ground
    everything = np.where(held.options.selectable, held.options.maximum, held.options.current)
    for application in (korea.application, np.minimum(everything, 1.0)):
        totals = np.bincount(held.options.group, weights=application)
        if totals.max() <= 1 + 1e-9:
            assert float(after_plan(held, held.options, application).min()) >= -1e-9


def test_the_cost_is_the_sum_of_its_measures_and_of_its_regions(korea):
    measures, regions = measures_of_plan(korea), regions_of_plan(korea)
    assert measures["cost"].sum() == pytest.approx(korea.plan.cost, rel=1e-9)
    assert regions["cost"].sum() == pytest.approx(korea.plan.cost, rel=1e-9)
    assert (measures["application"] <= measures["maximum"] + 1e-9).all()
    summary = plan_summary(korea)
    assert summary["cost_low"] <= summary["cost"] <= summary["cost_high"]
    assert summary["relaxation"] == []
    assert 0 < summary["deaths_avoided_low"] <= summary["deaths_avoided"] <= summary["deaths_avoided_high"]


def test_what_cannot_be_chosen_stays_as_it_is(korea):
    held = korea.ground
    fixed = ~held.options.selectable
    np.testing.assert_allclose(korea.application[fixed], held.options.current[fixed])
    problem = problem_of(held)
    assert (problem.maximum[fixed] == problem.current[fixed]).all()


def test_a_shadow_price_is_what_the_last_bit_costs(pack, korea):
    """Tighten the binding targets by a hundredth: the cost grows by about the sum of their prices."""
    tighter = answer(ground(pack, "15.99", 2030, receptors=korea.ground.receptors))
    prices = receptors_of_plan(korea).query("binding == 'yes'")["shadow_price"].sum()
    more = tighter.plan.cost - korea.plan.cost
    after = receptors_of_plan(tighter).query("binding == 'yes'")["shadow_price"].sum()
    assert 0.01 * prices * (1 - 1e-6) <= more <= 0.01 * after * (1 + 1e-6)


def test_an_aim_out_of_reach_is_relaxed_in_tenths(pack):
    found = answer(ground(pack, "5", 2030, receptors=["busan"]))
    summary = plan_summary(found)
    assert summary["status"] == "infeasible" and summary["cost"] > 0
    (missed,) = summary["relaxation"]
    row = receptors_of_plan(found).iloc[0]
    assert missed["receptor"] == "busan" and missed["value"] == pytest.approx(row["reached"] - 5)
    assert row["lowest"] <= row["reached"] <= row["lowest"] + 0.1 + 1e-6
    assert row["interim"] >= row["lowest"]
    assert row["slack"] == pytest.approx(-missed["value"])


def test_slack_is_what_the_whole_chain_leaves_below_the_target(korea):
    held = korea.ground
    left = 16 - levels_of(held, after_plan(held, held.options, korea.application))
    rows = receptors_of_plan(korea)
    np.testing.assert_allclose(rows["slack"], left, atol=1e-9)
    assert ((rows["slack"] < 1e-6) == (rows["binding"] == "yes")).all()


def test_together_never_costs_more_than_alone(pack):
    cities = ["seoul", "busan", "tokyo", "fukuoka"]
    found = answer(ground(pack, "9.8", 2030, receptors=cities), alone_each=True)
    summary = plan_summary(found)
    assert summary["together_cost"] <= summary["cost"] * (1 + 1e-9)
    nations = set(regions_of_plan(found)["country"])
    assert nations <= {"KOR", "JPN"}, "alone means on one's own ground"


def test_a_budget_is_kept_and_more_of_it_helps(pack):
    held = ground(pack, "10", 2030, receptors=["seoul", "busan"])
    small, large = (answer(held, budget=amount) for amount in (100.0, 400.0))
    assert small.plan.cost <= 100 * (1 + 1e-6) and large.plan.cost <= 400 * (1 + 1e-6)
    assert large.plan.exposure < small.plan.exposure < float(held.level.max())


def test_a_cost_curve_rises(pack):
    curve = cost_curve(pack, 2030, region="KR-44", pollutant="SO2")
    assert (np.diff(curve["marginal_cost"]) >= -1e-9).all() and (np.diff(curve["reduction"]) > 0).all()
    assert set(curve["region"]) == {"KR-44"}
    steps = np.diff(np.r_[0.0, curve["cost"]]) / np.diff(np.r_[0.0, curve["reduction"]])
    np.testing.assert_allclose(steps, curve["marginal_cost"], rtol=1e-9)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("costcurve", "--pollutant", "dust"), "the pollutant dust is not known"),
        (("costcurve", "--pollutant", "SO2", "--region", "XX"), "the region XX is not known"),
        (("optimise", "--target", "who-it3", "--receptor", "ROW"), "there are no measures around ROW"),
        (("optimise", "--target", "who-it3", "--alone", "--budget", "5"), "--budget and --alone do not go together"),
        (("optimise", "--target", "nonsense"), "the target nonsense is not known"),
        (("optimise", "--target", "who-it3", "--year", "2050"), "no year 2050"),
    ],
)
def test_bad_questions_have_clear_answers(cli, words, said):
    code, out, err = cli(*words)
    assert code == 2 and said in err and out == "" and "Traceback" not in err


def test_a_pack_without_measures_says_so(small_copy, cli):
    for path in (small_copy / "tables").glob("measure*.csv"):
        header = path.read_text(encoding="utf-8").splitlines()[0]
        path.write_text(header + "\n", encoding="utf-8")
    code, _, err = cli("--pack", small_copy, "optimise", "--target", "10", "--year", "2015")
    assert code == 2 and "measures" in err and "Traceback" not in err


def test_the_command_prints_the_object_of_the_contract(cli):
    code, out, _ = cli("optimise", "--target", "16", "--receptor", "seoul", "--year", "2030", "--format", "json")
    found = json.loads(out)
    assert code == 0 and list(found) == ["summary", "measures", "receptors", "regions", "aims", "tenths"]
    names = {"status", "cost", "cost_low", "cost_high", "relaxation", "deaths_avoided", "co2_change"}
    assert names <= set(found["summary"])
    assert {"target", "reached", "shadow_price", "binding"} <= set(found["receptors"][0])
    code, out, err = cli("--lang", "ko", "optimise", "--target", "16", "--receptor", "seoul", "--year", "2030")
    assert code == 0 and "서울" in out and "2030" in err


@pytest.mark.parametrize(("target", "scenario"), [("10", "observed-anchored"), ("1", "baseline")])
def test_targets_far_out_of_reach_have_their_nearest_plan(pack, target, scenario):
    """Many cities at their lowest levels at once leave little room to the solver; the plan is there all the same."""
    held = ground(pack, target, 2030, scenario)
    problem = problem_of(held)
    plan, lowest = nearest(problem), reachable(problem)
    assert plan.status == "infeasible"
    assert (plan.reached >= lowest - 1e-6).all(), "no city gets below what it could reach alone"
    least = np.maximum(lowest - problem.target, 0.0)
    assert (plan.relaxation >= least - 1e-6).all()
    assert plan.relaxation.sum() <= least.sum() + 0.1 * len(least) + 0.1 * least.sum()
