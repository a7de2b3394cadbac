"""The chapters on strategy in an assessment: what adds up, what they rest on, and what a pack cannot answer."""

import numpy as np
import pytest

import airshed
from airshed.answers.chapters.plan_front import front_views, regret_sentences
from airshed.answers.words import Words
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.chapters.tables import strategy_tables, unanswered
from airshed.assessment.question import Question
from airshed.assessment.tables import all_tables
from airshed.assessment.tables_as_datasets import dataset_of_tables, frames_of
from airshed.emissions.curtailment import COUNTERFACTUALS


@pytest.fixture(scope="module")
def tables(assessment):
    return strategy_tables(assessment)


def test_the_plan_adds_up(tables):
    summary = tables["plan_summary"].iloc[0]
    assert tables["plan_measures"]["cost"].sum() == pytest.approx(summary["cost"], rel=1e-9)
    assert tables["plan_regions"]["cost"].sum() == pytest.approx(summary["cost"], rel=1e-9)
    assert tables["plan_regions"]["measures"].sum() == summary["measures"] == len(tables["plan_measures"])
    assert summary["price_low"] <= summary["cost"] <= summary["price_high"]
    assert summary["deaths_avoided_low"] <= summary["deaths_avoided"] <= summary["deaths_avoided_high"]
    assert summary["year"] == 2030 and summary["target"] == "who-it3"
    assert not summary["interim_cost"] > summary["cost"]


def test_cities_miss_the_printed_target_by_what_is_said(tables):
    """WHO's third interim target of 2021 is 15 ug/m3."""
    cities = tables["plan_receptors"]
    assert set(cities["target"]) == {15.0}
    assert cities["relaxation"].to_numpy() == pytest.approx(np.maximum(cities["reached"] - 15, 0), abs=1e-5)
    missed = bool((cities["relaxation"] > 0).any())
    assert tables["plan_summary"]["status"].iloc[0] == ("infeasible" if missed else "optimal")
    assert (cities["lowest"] <= cities["reached"] + 1e-5).all()


def test_every_measure_is_counted_once_by_its_reason(pack, tables):
    reasons, summary = tables["plan_reasons"], tables["plan_summary"].iloc[0]
    assert reasons["share"].sum() == pytest.approx(1.0)
    assert reasons["options"].sum() == summary["options"]
    everywhere = len(pack.table("measures")) + len(pack.table("supersedes"))
    assert summary["options"] % everywhere == 0, "all measures and replacements in each region"
    assert reasons.set_index("reason")["options"]["selectable"] == summary["selectable"]


def test_the_curve_is_of_the_first_capital(tables):
    points, steps = tables["plan_frontier"], tables["plan_curve"]
    assert set(points["receptor"]) == {"seoul"} == set(tables["plan_summary"]["focus"])
    level = tables["plan_receptors"].set_index("receptor").loc["seoul"]
    assert points["target"].iloc[0] == pytest.approx(level["level"])
    assert points["target"].iloc[-1] == pytest.approx(level["lowest"], abs=1e-5)
    known = np.interp(points["reduction"], np.r_[0.0, steps["reduction"]], np.r_[0.0, steps["cost"]])
    np.testing.assert_allclose(points["cost"], known, rtol=1e-6, atol=1e-6)


def test_the_front_gets_dearer_and_its_knee_lies_farthest_below_the_chord(tables):
    """By hand: of all plans the one at the knee lies farthest below the straight line between the ends."""
    rows = tables["plan_front"]
    cost, exposure = rows["cost"].to_numpy(), rows["exposure"].to_numpy()
    gain = exposure[0] - exposure
    assert cost[0] == 0 and rows["deaths_avoided"].iloc[0] == pytest.approx(0, abs=1e-6)
    assert (np.diff(np.diff(cost) / np.diff(gain)) > 0).all(), "every step costs more than the one before"
    below = gain / gain[-1] - cost / cost[-1]
    assert rows["knee"].tolist() == ["yes" if place == below.argmax() else "no" for place in range(len(rows))]


def test_the_plan_of_least_regret_stands_in_a_report_that_asks_for_it(pack, tables):
    assert "plan_regret" not in tables
    asked = Question(samples=0, regret=True)
    found = strategy_tables(airshed.assess(pack, asked, parts=("plan",)))
    states, row = found["plan_regret"], found["plan_regret_summary"].iloc[0]
    assert len(states) == 3**3 and (states[["regret", "central_regret"]] >= 0).all().all()
    central = states.set_index(["application", "price", "level"]).loc[("middle", "central", "central")]
    assert central["central_regret"] == pytest.approx(0, abs=1e-6), "the best plan of its own state"
    assert row["regret"] == states["regret"].max() <= row["central_regret"] == states["central_regret"].max()
    words = Words(pack, "en", lambda text: text)
    shown = front_views(found, words)["plan_regret"]
    assert len(shown.rows) == 27 and "; at worst it does" in regret_sentences(found, words)[0]


def test_each_winter_has_every_counterfactual(pack, tables):
    rows = tables["curtailment_seasons"]
    winters = pack.table("curtailments").query("kind == 'season'")["code"]
    assert list(dict.fromkeys(rows["winter"])) == list(winters)
    assert len(rows) == len(winters) * len(COUNTERFACTUALS)
    assert set(tables["curtailment_unprompted"]["region"]) == set(rows["region"])


def test_tables_come_back_from_a_dataset_of_tables(tables):
    again = frames_of(dataset_of_tables(tables))
    assert list(again) == list(tables)
    assert all(again[name].equals(table) for name, table in tables.items())


def test_a_small_pack_has_a_plan_of_its_last_year(small_copy):
    pack = airshed.open_pack(small_copy)
    assert latest_year(pack) == 2015
    found = all_tables(pack, airshed.assess(pack))
    assert set(found["plan_receptors"]["receptor"]) == {"port"}
    assert set(found["plan_measures"]["measure"]) <= set(pack.table("measures")["code"])


@pytest.mark.parametrize(
    ("empty", "reason"),
    [("standards", "needs table standards"), ("receptors", "needs table receptors"), ("measure_costs", "measures")],
)
def test_what_a_pack_cannot_answer_is_left_out_with_the_reason(small_copy, tmp_path, empty, reason):
    path = small_copy / "tables" / f"{empty.replace('_', '-')}.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    pack = airshed.open_pack(small_copy)
    found = airshed.assess(pack, parts=("emissions", "plan", "curtailment"))
    said = unanswered(found)
    assert reason in str(said["plan"]) and str(said["curtailment"]) == "needs table curtailments"
    assert strategy_tables(found) == {} and {step.dataset for step in found.provenance} == {"emissions"}
    found.to_netcdf(tmp_path / "found.nc")
    assert airshed.Assessment.from_netcdf(tmp_path / "found.nc").identical(found)


@pytest.mark.parametrize(("language", "words"), [("en", "Left out, since the pack"), ("ko", "이 장은 생략합니다")])
def test_the_report_says_why_a_chapter_is_left_out(small_copy, tmp_path, cli, language, words):
    path = small_copy / "tables" / "standards.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    code, _, err = cli("--pack", small_copy, "run", "--out", tmp_path / "out")
    assert code == 0, err
    text = (tmp_path / "out" / f"report.{language}.html").read_text(encoding="utf-8")
    for chapter, table in (("plan", "standards"), ("curtailment", "curtailments")):
        section = text.split(f'<section id="{chapter}">')[1].split("</section>")[0]
        assert words in section and table in section and "<table" not in section
