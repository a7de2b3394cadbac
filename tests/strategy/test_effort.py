"""Plans with whole measures: the gap that is asked and told, and the best found when the time is over."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airshed.pack.progress import listening
from airshed.strategy.effort import Effort
from airshed.strategy.highs import Engine, OutOfTimeError
from airshed.strategy.plan import FOUND, OPTIMAL
from airshed.strategy.programme import programme
from airshed.strategy.solve import Solver, least_cost
from support.plans import problem

PAST = -1e9
"""A beginning so long ago that no time is left."""


def whole(seed, **more):
    return problem(seed, indivisible=np.ones(8, bool), aim=(0.2, 0.5), **more)


@given(seed=st.integers(0, 500), gap=st.sampled_from([0.0, 0.01, 0.2]))
@settings(max_examples=20)
def test_no_plan_is_cheaper_by_more_than_the_gap(seed, gap):
    exact = least_cost(whole(seed))
    found = least_cost(replace(whole(seed), effort=Effort(gap)))
    assert found.status == exact.status
    if exact.status == OPTIMAL:
        assert found.cost <= exact.cost * (1 + gap) + 1e-6 + gap * abs(found.cost)
        assert found.gap <= gap + 1e-9


def test_divisible_plans_have_no_gap():
    assert least_cost(problem(3)).gap == 0.0


def test_without_time_and_without_a_plan_it_is_said(monkeypatch):
    asked = replace(whole(3), effort=Effort(seconds=1.0, since=PAST))
    engine = Engine(programme([asked]))
    known = engine._codes.HighsModelStatus
    monkeypatch.setattr(engine._model, "getModelStatus", lambda: known.kTimeLimit)

    class Nothing:
        primal_solution_status = 0
        max_primal_infeasibility = 0.0

    monkeypatch.setattr(engine._model, "getInfo", Nothing)
    with pytest.raises(OutOfTimeError, match="no plan was found in 1 seconds") as told:
        engine.run()
    assert "--seconds" in told.value.remedy


def test_the_best_found_in_time_is_a_plan_with_its_gap(monkeypatch):
    """The solver has its solution and says that the time is over: the plan stands, and is no optimum."""
    asked = replace(whole(3), effort=Effort(gap=0.01, seconds=1.0, since=PAST))
    solver = Solver(asked)
    model, known = solver._engine._model, solver._engine._codes.HighsModelStatus
    first, told = [True], model.getModelStatus

    def status():
        if first[0]:
            first[0] = False
            return known.kTimeLimit
        return told()

    class Info:
        primal_solution_status = 2
        max_primal_infeasibility = 0.0
        mip_gap = 0.25

    monkeypatch.setattr(model, "getModelStatus", status)
    monkeypatch.setattr(model, "getInfo", Info)
    plan = solver.solve()
    assert (plan.status, plan.gap) == (FOUND, 0.25)
    assert (plan.reached <= asked.target + 1e-6).all()


def test_who_listens_hears_the_best_so_far(monkeypatch):
    heard = []

    class Ear:
        def told(self, stage, done, total):
            pass

        def check(self):
            pass

        def noted(self, what, value, bound):
            heard.append((what, value, bound))

    monkeypatch.setattr("airshed.strategy.highs.BETWEEN_REPORTS", 0.0)
    random = np.random.default_rng(0)
    asked = problem(11, options=60, regions=6, receptors=6, indivisible=np.ones(60, bool), aim=(0.3, 0.6))
    asked = replace(asked, cost=random.uniform(1, 20, 60))
    with listening(Ear()):
        plan = least_cost(asked)
    assert heard, "no plan was told while it was sought"
    for what, value, bound in heard:
        assert what == "best plan so far" and bound <= value + 1e-6 and value >= plan.cost - 1e-6
