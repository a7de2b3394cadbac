"""Paths over years, robust plans and saved plans of the built-in pack."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest

from airshed.assessment.chain.sampled_contributions import SampledYears
from airshed.assessment.plans.aims import Aims, amounts
from airshed.assessment.plans.path import lasting_limits, path_answer
from airshed.assessment.plans.plan import after_plan, answer
from airshed.assessment.plans.plan_inputs import ground, levels_of, problem_of
from airshed.assessment.plans.robust import levels_in_samples, robust_answer, sampled_effects
from airshed.assessment.plans.saved import evaluated, read_plan, save_plan
from airshed.assessment.plans.tables import measures_of_plan, plan_summary
from airshed.strategy.option_rows import NOT_SOLD
from airshed.strategy.solve import least_cost
from airshed.transport.relation import EMITTED

CITIES = ["seoul", "busan"]
YEARS = [2020, 2025, 2030]


@pytest.fixture(scope="module")
def path(pack, tmp_path_factory):
    """Hold a path with a target for Busan from 2025 on and one for Seoul in 2030."""
    file = tmp_path_factory.mktemp("targets") / "targets.csv"
    file.write_text("receptor,target,year\nbusan,17,2025\nseoul,16,2030\n", encoding="utf-8")
    return path_answer(pack, Aims(str(file)), YEARS, receptors=CITIES)


def test_no_application_goes_back_on_a_path(path):
    before = path.answers[0].ground.options.current
    for found in path.answers:
        assert (found.application >= before - 1e-9).all()
        before = found.application


def test_what_was_possible_in_one_year_stays_possible(pack):
    """By hand, year after year: the most of every maximum and of what was in place so far; nothing else changes."""
    problems = [problem_of(ground(pack, Aims("16"), year, receptors=CITIES)) for year in YEARS]
    lasting = lasting_limits(problems)
    for last, problem in enumerate(problems):
        most = [max(part) for part in zip(*(np.r_[one.maximum] for one in problems[: last + 1]), strict=True)]
        placed = [max(part) for part in zip(*(np.r_[one.current] for one in problems[: last + 1]), strict=True)]
        np.testing.assert_array_equal(lasting[last].maximum, np.maximum(most, placed))
        np.testing.assert_array_equal(lasting[last].current, problem.current)


def test_each_year_of_a_path_meets_what_is_due_by_then(path):
    due = [np.array([np.nan, np.nan]), np.array([np.nan, 17.0]), np.array([16.0, 17.0])]
    assert path.status == "optimal"
    for found, target in zip(path.answers, due, strict=True):
        held = found.ground
        np.testing.assert_array_equal(held.target, target)
        reached = levels_of(held, after_plan(held, held.options, found.application))
        np.testing.assert_allclose(reached, found.plan.reached, atol=1e-9)
        assert not (reached > target + 1e-6).any()
    assert path.answers[0].plan.cost == 0.0, "nothing is due in 2020"


def test_a_path_costs_its_discounted_years_and_never_less_than_each_year_for_itself(pack, path):
    shares = [sum(1.04**-age for age in ages) for ages in (range(5), range(5, 10), range(10, 15))]
    np.testing.assert_allclose(path.shares, shares)
    assert path.cost == pytest.approx(
        sum(share * found.plan.cost for share, found in zip(shares, path.answers, strict=True))
    )
    lasting = lasting_limits([problem_of(found.ground) for found in path.answers])
    single = [least_cost(problem).cost for problem in lasting]
    assert path.cost >= sum(share * cost for share, cost in zip(shares, single, strict=True)) - 1e-6


def test_what_is_not_sold_any_more_does_not_grow_on_a_path(path):
    """China V was sold in 2020: what a path buys of it then it keeps, but buys no more in 2025."""
    seen = 0
    for before, after in itertools.pairwise(path.answers):
        options = after.ground.options
        ended = np.array([reason == NOT_SOLD for reason in options.reason])
        fleet = np.maximum(options.current - before.ground.options.current, 0.0)
        assert (after.application[ended] <= (before.application + fleet)[ended] + 1e-9).all()
        seen += int(ended.sum())
    assert seen > 300


def test_a_path_beyond_reach_is_relaxed_in_every_year(pack):
    found = path_answer(pack, Aims("5"), [2025, 2030], receptors=["busan"])
    assert found.status == "infeasible"
    for item in found.answers:
        assert item.plan.relaxation[0] == pytest.approx(item.plan.reached[0] - 5)
        assert item.lowest[0] <= item.plan.reached[0] <= item.lowest[0] + 0.1 + 1e-6


@pytest.fixture(scope="module")
def sure(pack):
    return robust_answer(pack, Aims("17.5"), 2030, 0.8, receptors=CITIES, samples=60)


def test_a_robust_plan_keeps_its_share_by_the_samples_themselves(pack, sure):
    """The contributions of every sample under the emissions after the plan, not the effects the plan was made with."""
    held = sure.answer.ground
    changed = held.chain.baseline["value"].copy(deep=True)
    left = after_plan(held, held.options, sure.answer.application)
    changed.loc[{"year": 2030, "pollutant": list(EMITTED)}] = left.transpose(
        *(dim for dim in changed.dims if dim != "year")
    ).sel(region=changed["region"], sector=changed["sector"])
    chain = held.chain
    after = SampledYears(chain.ensemble, chain.places, changed)
    met = np.ones(60, dtype=bool)
    for number, city in enumerate(CITIES):
        place = chain.relation.receptors.index(city)
        level = after.totals(city, 2030)[1] + float(chain.relation.natural[place]) + chain.rest[:, place]
        central = held.level[number] - sure.answer.plan.reached[number]
        assert central > 0
        met &= level <= 17.5 + 1e-6
    assert sure.search.achieved >= 0.8
    assert met.mean() == pytest.approx(sure.search.achieved, abs=0.02)


def test_certainty_has_a_price(pack, sure):
    half = robust_answer(pack, Aims("17.5"), 2030, 0.5, receptors=CITIES, samples=60)
    assert sure.search.price >= half.search.price - 1e-6
    assert sure.answer.plan.cost >= sure.search.central.cost >= 0
    assert sure.search.central_achieved < 0.8
    assert len(sure.search.discarded) <= 12


def test_the_mean_of_samples_is_near_the_centre(sure):
    held = sure.answer.ground
    effects = sampled_effects(held)
    assert effects.shape == (60, *sure.answer.problem.effect.shape)
    own = held.chain.relation.regions.index("KR-11")
    # studies of a nation's own part balance its precursors within wide ends, so that the mean of samples is another
    np.testing.assert_allclose(effects.mean(axis=0)[:, own], sure.answer.problem.effect[:, own], rtol=0.5, atol=1e-3)
    levels = levels_in_samples(held)
    assert (levels.min(axis=0) <= held.level).all() and (held.level <= levels.max(axis=0)).all()


@pytest.fixture
def saved(pack, tmp_path):
    found = answer(ground(pack, "16", 2030, receptors=CITIES))
    file = tmp_path / "plan.csv"
    assert save_plan(found, file) == len(measures_of_plan(found))
    return found, file


def test_a_saved_plan_is_read_as_it_was(saved):
    found, file = saved
    again = evaluated(found.ground, read_plan(found.ground, file))
    np.testing.assert_allclose(again.application, found.application, atol=1e-12)
    assert again.plan.cost == pytest.approx(found.plan.cost, rel=1e-9)
    assert again.deaths == pytest.approx(found.deaths, rel=1e-9)
    np.testing.assert_allclose(again.plan.reached, found.plan.reached, atol=1e-9)
    assert again.plan.status == "met"


def test_an_edited_plan_costs_and_reaches_what_its_rows_say(saved):
    """Take one measure out: cost and level change by what this measure alone did."""
    found, file = saved
    table = pd.read_csv(file)
    gone = table.iloc[0]
    table.iloc[1:].to_csv(file, index=False)
    held = found.ground
    less = evaluated(held, read_plan(held, file))
    assert found.plan.cost - less.plan.cost == pytest.approx(gone["cost"], rel=1e-9)
    reached = levels_of(held, after_plan(held, held.options, less.application))
    np.testing.assert_allclose(reached, less.plan.reached, atol=1e-9)
    assert (less.plan.reached >= found.plan.reached - 1e-12).all() and less.plan.status == "missed"


ROW = "region,measure,application\n"
GOOD = "KR-26,industry4.PR_HED,0.2\n"
WRONG = {
    "column": ("region,measure\nKR-26,industry4.PR_HED\n", "lacks a column"),
    "region": (ROW + "XX-1,industry4.PR_HED,0.2\n", "line 2: the region XX-1 is not known"),
    "measure": (ROW + GOOD + "KR-26,windmills,0.2\n", "line 3: the measure windmills is not known"),
    "word": (ROW + "KR-26,industry4.PR_HED,all\n", "the application 'all' is not a number"),
    "percent": (ROW + "KR-26,industry4.PR_HED,20\n", "the application 20 is not a share"),
    "negative": (ROW + "KR-26,industry4.PR_HED,-0.2\n", "the application -0.2 is not a share"),
    "limit": (ROW + "KR-26,industry4.PR_HED,0.99\n", "the application 0.99 is beyond its limit 0."),
    "in place": (ROW + "KR-26,industry4.PR_HED,0\n", "the application 0 is below what is in place"),
    "twice": (ROW + GOOD + GOOD, "line 3: industry4.PR_HED in KR-26 is named again, first in line 2"),
    "latin": (b"region,measure,application\nKR-26,\xe9,0.2\n", "is not UTF-8"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_in_a_plan_is_named(cli, tmp_path, kind):
    content, said = WRONG[kind]
    file = tmp_path / "plan.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    code, out, err = cli("plan", "evaluate", file, "--receptor", "busan")
    assert code == 2 and said in err and out == "" and "Traceback" not in err


def test_measures_of_a_group_add_up_to_one_at_most(pack, cli, tmp_path):
    options = ground(pack, "16", 2030, receptors=CITIES).options
    group = next(
        number
        for number in np.unique(options.group)
        if options.region[int(np.flatnonzero(options.group == number)[0])] == "KR-26"
        and options.maximum[options.group == number].sum() > 1.2
    )
    rows = [
        f"KR-26,{options.measure[place]},{options.maximum[place]:.6f}\n"
        for place in np.flatnonzero(options.group == group)
    ]
    file = tmp_path / "plan.csv"
    file.write_text(ROW + "".join(rows), encoding="utf-8")
    code, _, err = cli("plan", "evaluate", file, "--receptor", "busan")
    assert code == 2 and "exclude each other" in err and "lines 2, 3" in err


def test_a_measure_on_exposure_counts_for_deaths_alone(pack, tmp_path):
    """A cleaner of factor 0.58 for half of the people: the mean is 0.79 of what is in the air."""
    held = ground(pack, "16", 2030, receptors=CITIES)
    file = tmp_path / "plan.csv"
    file.write_text(ROW + "KR-11,residential_commercial.AIR_CLEANER,0.5\n", encoding="utf-8")
    found = evaluated(held, read_plan(held, file))
    air, _ = held.chain.evaluate(held.emissions)
    seoul = held.chain.people.regions.index("KR-11")
    breathed = air.to_numpy().copy()
    before = held.chain.people.attributable(breathed)[0][seoul]
    breathed[seoul] *= 1 - 0.5 * (1 - 0.58)
    after = held.chain.people.attributable(breathed)[0][seoul]
    assert found.deaths == pytest.approx(before - after, rel=1e-9) and found.deaths > 0
    assert found.plan.cost == 0 and plan_summary(found)["measures_without_cost"] == 1
    np.testing.assert_allclose(found.plan.reached, held.level)


def test_a_plan_that_is_missing_or_cannot_be_written(pack, cli, tmp_path):
    code, _, err = cli("plan", "evaluate", tmp_path / "none.csv", "--receptor", "busan")
    assert code == 2 and "cannot be read" in err
    away = tmp_path / "no" / "folder" / "plan.csv"
    code, _, err = cli("optimise", "--target", "18", "--receptor", "seoul", "--save", away)
    assert code == 2 and "cannot be written" in err and not list(tmp_path.glob("**/*.part"))


def test_plans_side_by_side(cli, saved, tmp_path):
    found, file = saved
    code, out, _ = cli("plan", "compare", file, "--receptor", "seoul", "--format", "json")
    rows = {(row["plan"], row["quantity"], row["place"]): row for row in json.loads(out)}
    assert code == 0 and rows["nothing done", "cost", ""]["value"] == 0
    assert rows[str(file), "cost", ""]["difference"] == pytest.approx(found.plan.cost)
    level = rows[str(file), "level", "seoul"]
    assert level["value"] == pytest.approx(found.plan.reached[0])
    assert level["difference"] == pytest.approx(found.plan.reached[0] - found.ground.level[0])
    code, out, _ = cli("--lang", "ko", "plan", "compare", file, "--receptor", "seoul")
    assert code == 0 and "서울" in out


def test_paths_and_robust_plans_are_printed(cli):
    words = ("optimise", "--receptor", "seoul", "--target", "16")
    code, out, err = cli(*words, "--path", "2025,2030", "--format", "json")
    found = json.loads(out)
    assert code == 0 and [row["year"] for row in found["summary"]["years"]] == [2025, 2030]
    assert found["summary"]["status"] == "optimal" and {row["year"] for row in found["measures"]} == {2025, 2030}
    code, out, err = cli("--lang", "ko", *words, "--path", "2025,2030")
    assert code == 0 and "서울" in out and "2025" in err
    code, out, err = cli("--lang", "ko", *words, "--certainty", "0.8", "--samples", "20")
    assert code == 0 and "20" in err
    code, out, _ = cli(*words, "--certainty", "0.8", "--samples", "20", "--format", "json")
    assert json.loads(out)["summary"]["certainty"]["achieved"] >= 0.8


def test_limits_hold_in_every_year_of_a_path(pack):
    found = path_answer(pack, Aims("18", caps=amounts(["KOR=2e6"], "--cap")), [2025, 2030], receptors=["seoul"])
    for item in found.answers:
        korea = [place for place, code in enumerate(item.ground.options.region) if code.startswith("KR-")]
        change = item.application - item.ground.options.current
        assert item.problem.cost[korea] @ change[korea] <= 2.0 + 1e-6
