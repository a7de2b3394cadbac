"""The solver: doubts are solved anew or told, never taken for an answer, and nothing but the answer is printed."""

import json
import subprocess
import sys
from dataclasses import replace

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airshed.strategy.highs import AGAIN, Engine, UndecidedError
from airshed.strategy.programme import programme
from airshed.strategy.solve import NEARLY, least_cost, near
from support.plans import by_linprog, problem
from support.small import write_grown

DOUBTS = ("kUnknown", "kUnboundedOrInfeasible", "kTimeLimit", "kIterationLimit", "kSolveError", "kUnbounded")


def doubting(engine, monkeypatch, status, times):
    """Let the first runs of an engine end in a status that decides nothing."""
    left = [times]
    told = engine._model.getModelStatus

    def doubt():
        left[0] -= 1
        return getattr(highspy.HighsModelStatus, status) if left[0] >= 0 else told()

    monkeypatch.setattr(engine._model, "getModelStatus", doubt)


@pytest.mark.parametrize("status", DOUBTS)
@pytest.mark.parametrize("times", range(len(AGAIN) + 1))
def test_a_doubt_is_solved_anew(monkeypatch, status, times):
    asked = problem(3)
    engine = Engine(programme([asked]))
    doubting(engine, monkeypatch, status, times)
    solution = engine.run()
    assert solution.column @ programme([asked]).cost == pytest.approx(by_linprog(asked).fun, rel=1e-7)


@pytest.mark.parametrize("status", DOUBTS)
def test_a_doubt_that_stays_is_told_with_a_remedy_and_the_engine_goes_on(monkeypatch, status):
    engine = Engine(programme([problem(3)]))
    with monkeypatch.context() as patch:
        doubting(engine, patch, status, len(AGAIN) + 1)
        with pytest.raises(UndecidedError, match="could not decide") as told:
            engine.run()
    assert "target" in told.value.remedy
    assert engine.run().column @ programme([problem(3)]).cost == pytest.approx(by_linprog(problem(3)).fun, rel=1e-7)


def test_a_solution_that_misses_a_row_is_no_solution(monkeypatch):
    engine = Engine(programme([problem(3)]))

    class Missed:
        max_primal_infeasibility = 1e-3

    monkeypatch.setattr(engine._model, "getInfo", Missed)
    with pytest.raises(UndecidedError, match="Optimal"):
        engine.run()


def test_whole_applications_stay_whole_when_they_are_solved_anew(monkeypatch):
    asked = problem(3, indivisible=np.ones(8, bool))
    engine = Engine(programme([asked]))
    doubting(engine, monkeypatch, "kUnknown", 1)
    block = programme([asked]).blocks[0]
    column = engine.run().column[block.options]
    assert column == pytest.approx(np.round(column), abs=1e-6)


def test_an_optimum_is_left_by_the_first_share_that_is_decided():
    held = []

    class Thin:
        def run(self):
            if held[-1] < NEARLY[1]:
                return None
            if held[-1] < NEARLY[2]:
                raise UndecidedError("Unknown")
            return "found"

    assert near(Thin(), held.append) == "found" and tuple(held) == NEARLY
    with pytest.raises(UndecidedError):
        near(type("Never", (), {"run": lambda self: None})(), held.append)


@given(
    seed=st.integers(0, 10_000),
    money=st.sampled_from([1e-2, 1.0, 1e6]),
    mass=st.sampled_from([1e-5, 1.0, 1e5]),
    aim=st.sampled_from([(0.2, 0.7), (1.0, 1.3), (1.8, 2.0)]),
)
@settings(max_examples=30, deadline=None)
def test_any_scale_is_decided_as_another_library_does(seed, money, mass, aim):
    plain = problem(seed, aim=aim)
    scaled = replace(plain, cost=plain.cost * money, removal=plain.removal * mass, effect=plain.effect / mass)
    found, other = least_cost(scaled), by_linprog(plain)
    assert (found.status == "optimal") == (other.status == 0)
    if other.status == 0:
        assert found.cost == pytest.approx(other.fun * money, rel=1e-6, abs=1e-6 * money)


def test_the_banner_of_newer_versions_is_off_before_their_constructor_prints_it(monkeypatch, capfd):
    before = highspy.Highs.enableCallbacks

    def banner(self):
        if self.getOptionValue("output_flag")[1]:
            sys.stdout.write("Running HiGHS 1.16.0")
        before(self)

    monkeypatch.setattr(highspy.Highs, "enableCallbacks", banner)
    highspy.Highs()
    assert "HiGHS" in capfd.readouterr().out
    Engine(programme([problem(3)])).run()
    assert capfd.readouterr().out == ""


def test_a_plan_in_json_is_nothing_but_json(tmp_path):
    words = ["--pack", str(write_grown(tmp_path / "grown")), "optimise", "--target", "25", "--format", "json"]
    found = subprocess.run([sys.executable, "-m", "airshed", *words], capture_output=True, text=True, check=True)
    assert set(json.loads(found.stdout)) == {"summary", "measures", "receptors", "regions", "aims", "tenths"}
