"""The frontier of a pack: beside the staircase, which is exact for one effect, and beside scipy; its laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import airshed
from airshed.assessment.plans.cost_curve import cost_curve, frontier_curve
from airshed.assessment.plans.plan_inputs import ground, problem_of
from airshed.pack.errors import AirshedError
from airshed.strategy.curve import abated, frontier, staircase, steps_at
from airshed.strategy.solve import reachable
from support.plans import by_linprog, problem

QUESTIONS = (
    {"receptor": "seoul"},
    {"receptor": "busan", "region": "KR-26"},
    {"pollutant": "SO2"},
    {"pollutant": "PM_other", "region": "CN-HE"},
)


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: " ".join(asked.values()))
def test_the_frontier_of_one_effect_is_the_staircase(pack, asked):
    found, steps = frontier_curve(pack, 2030, **asked), cost_curve(pack, 2030, **asked)
    known = np.interp(found["reduction"], np.r_[0.0, steps["reduction"]], np.r_[0.0, steps["cost"]])
    np.testing.assert_allclose(found["cost"], known, rtol=1e-6, atol=1e-6)
    assert len(found) == 21 and found["reduction"].iloc[0] == 0.0
    assert found["reduction"].iloc[-1] == pytest.approx(steps["reduction"].iloc[-1], abs=1e-5)
    assert (np.diff(found["cost"]) >= -1e-9).all(), "monotone"
    slopes = np.diff(found["cost"]) / np.diff(found["reduction"])
    assert (np.diff(slopes) >= -1e-6 * np.abs(slopes[1:])).all(), "convex"
    np.testing.assert_allclose(found["target"] + found["reduction"], found["target"].iloc[0])


def test_a_region_takes_its_own_part_only(pack):
    whole = frontier_curve(pack, 2030, "seoul", steps=3)
    part = frontier_curve(pack, 2030, "seoul", steps=3, region="KR-11")
    assert set(part["region"]) <= {"", "KR-11"}
    assert part["reduction"].iloc[-1] < whole["reduction"].iloc[-1]
    assert set(whole["receptor"]) == {"seoul"} and set(whole["basis"]) == {"derived"}


def test_what_is_left_is_the_emission_less_the_reduction(pack):
    found = frontier_curve(pack, 2030, pollutant="SO2", region="CN-HE", steps=2)
    baseline = ground(pack, "1000", 2030).emissions.sel(region="CN-HE", pollutant="SO2").sum()
    assert found["target"].iloc[0] == pytest.approx(float(baseline)) and found["target"].iloc[-1] > 0


def test_every_row_costs_what_scipy_finds(small_folder):
    pack = airshed.open_pack(small_folder)
    found = frontier_curve(pack, 2015, "port", steps=7)
    for target, cost in zip(found["target"], found["cost"], strict=True):
        asked = problem_of(ground(pack, str(target), 2015))
        assert cost == pytest.approx(by_linprog(asked).fun, rel=1e-6, abs=1e-6)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_with_options_that_save_it_is_never_above_the_staircase(seed):
    """What saves money and has no effect is taken anyway: an offset that the staircase does not count."""
    asked = problem(seed, options=12, regions=3, receptors=2, negative=True)
    lowest = float(reachable(asked)[0])
    if asked.level[0] - lowest < 1e-3:
        return
    found, steps = frontier(asked, steps_at(asked, 0, lowest + 1e-6, 9)), staircase(asked, abated(asked, 0))
    end = steps["reduction"].iloc[-1]
    inside = found[found["reduction"] <= end]
    known = np.interp(inside["reduction"], np.r_[0.0, steps["reduction"]], np.r_[0.0, steps["cost"]])
    assert (inside["cost"] <= known + 1e-4).all()
    assert (np.diff(found["cost"]) >= -1e-6).all() and (np.diff(found["cost"], 2) >= -1e-5).all()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "needs a receptor or a pollutant"),
        ({"receptor": "seoul", "pollutant": "SO2"}, "both are given"),
        ({"receptor": "vladivostok"}, "there are no measures around vladivostok"),
        ({"pollutant": "dust"}, "the pollutant dust is not known"),
        ({"receptor": "seoul", "region": "XX"}, "the region XX is not known"),
    ],
)
def test_bad_questions_have_clear_answers(pack, asked, message):
    with pytest.raises(AirshedError, match=message):
        frontier_curve(pack, 2030, **asked)
