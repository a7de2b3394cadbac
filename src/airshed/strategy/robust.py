"""A plan that meets its targets in a stated share of samples of the transport relation, and the price of certainty.

Scenario approach with sample-and-discard (Campi and Garatti 2011, J. Optim. Theory Appl. 148:257): the plan meets the
targets in every sample that is kept; samples are left out one at a time, each time the one whose absence saves most
among those that set the plan, until only the stated share is left. A mixed-integer programme would choose the samples
better, but with its big constants it is slow; so the cost is an upper bound of the least cost at this share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from airshed.pack.arrays import Floats
from airshed.pack.errors import AirshedError
from airshed.pack.progress import step
from airshed.strategy.highs import Engine, Progress, silent
from airshed.strategy.plan import INFEASIBLE, MET, OPTIMAL, Plan, extract, reductions
from airshed.strategy.problem import Problem
from airshed.strategy.programme import Programme, effects, places, programme
from airshed.strategy.solve import Outcome, cheapest, least_cost

TRIALS = 4
"""Samples tried before each one that is left out: those with the highest prices."""


@dataclass(frozen=True)
class Robust:
    """A robust plan beside the central one.

    plan : its prices are the sums over samples; central : the plan by the problem's own effects
    asked, achieved : share of samples in which all targets are met, 0..1; central_achieved : by the central plan
    discarded : (number left out), places of the samples
    relaxation : ug/m3 (receptor) by which targets are missed in the worst sample kept, 0 if the plan is optimal
    price : cost of the plan less that of the central plan, million USD/yr
    """

    plan: Plan
    central: Plan
    asked: float
    achieved: float
    central_achieved: float
    discarded: list[int]
    relaxation: Floats
    price: float


def robust(
    problem: Problem, samples: Floats, share: float, progress: Progress = silent, before: Floats | None = None
) -> Robust:
    """Return a plan that meets the targets in at least the stated share of samples.

    samples : effects (sample, pollutant, region, receptor), ug/m3 per kt/yr; share : 0..1, more than 0
    before : levels before the plan (sample, receptor), ug/m3, that of the problem in every sample if not given
    Where even so the targets cannot be met, relaxations are least, and the achieved share tells what is met.
    Raises AirshedError if the samples do not have the shape of the effects, or the share is outside 0..1.
    """
    if samples.ndim != 4 or samples.shape[1:] != problem.effect.shape or not len(samples):
        raise AirshedError("samples-shape", shape=samples.shape, wanted=problem.effect.shape)
    start = np.broadcast_to(problem.level, (len(samples), len(problem.level))) if before is None else before
    if start.shape != (len(samples), len(problem.level)) or not np.isfinite(start).all():
        raise AirshedError(
            "levels-before-plan-shape-not", shape=start.shape, samples=(len(samples), len(problem.level))
        )
    if not 0 < share <= 1:
        raise AirshedError("share-samples-not-01", share=f"{share:g}")
    central = least_cost(problem)
    search = _Search(problem, samples, start)
    outcome = search.solve()
    discarded: list[int] = []
    # Which samples to leave out is a choice among as many sets as there are, hard in general. They go one by one, the
    # dearest first (sampling and discarding, Campi and Garatti 2011, J. Optim. Theory Appl. 148:257): the plan found
    # holds in the share that is asked, and the cheapest one may leave out others.
    dropped = math.floor((1 - share) * len(samples) + 1e-9)
    for number in range(dropped):
        step("samples that are left out", number, dropped)
        found = search.discard(outcome)
        if found is None:
            break
        sample, outcome = found
        discarded.append(sample)
        progress(f"left out {number + 1}")
    plan = search.plan(outcome)
    return Robust(
        plan=plan,
        central=central,
        asked=share,
        achieved=met_share(problem, samples, plan.application, start),
        central_achieved=met_share(problem, samples, central.application, start),
        discarded=discarded,
        relaxation=search.worst(plan.application),
        price=plan.cost - central.cost,
    )


def met_share(problem: Problem, samples: Floats, application: Floats, before: Floats | None = None) -> float:
    """Return the share of samples in which a plan meets all targets, 0..1; before : (sample, receptor), ug/m3."""
    over = _excess(problem, samples, application, problem.level if before is None else before)
    return float((over <= MET).all(axis=1).mean())


def _excess(problem: Problem, samples: Floats, application: Floats, before: Floats) -> Floats:
    """Return by how much levels stay above targets, (sample, receptor), ug/m3; -inf without a target."""
    fall = np.tensordot(reductions(problem, application), samples, axes=([0, 1], [1, 2]))
    return np.asarray(np.where(np.isnan(problem.target), -np.inf, before - problem.target - fall))


class _Search:
    """The programme of the samples kept: a row (sample, receptor) is written when a plan first violates it."""

    def __init__(self, problem: Problem, samples: Floats, before: Floats) -> None:
        self._problem, self._samples, self._before = problem, samples, before
        self._model: Programme = programme([problem])
        self._engine = Engine(self._model)
        self._engine.rows(places(self._model.blocks[0].receptors), -np.inf, np.inf)
        self._written: list[tuple[int, int]] = []
        self._kept: npt.NDArray[np.bool_] = np.ones(len(samples), bool)

    def solve(self) -> Outcome:
        """Return the cheapest outcome that holds in all samples kept, with the least relaxations if it must."""
        # Of some thousand samples a few dozen bind. Rows are written when a plan breaks them, the worst of each
        # receptor at a time; the solver goes on from its last basis. The optimum is that of all rows at once.
        while True:
            outcome = cheapest(self._engine, self._model)
            over = _excess(self._problem, self._samples, self._application(outcome), self._before)
            over -= self._relaxed(outcome)
            over[~self._kept] = -np.inf
            # A row that is written holds within the solver's tolerance, which may be wider than ours: asked again, it
            # would be written for ever.
            for sample, receptor in self._written:
                over[sample, receptor] = -np.inf
            worst = over.argmax(axis=0)
            broken = [
                (int(worst[receptor]), receptor)
                for receptor in range(over.shape[1])
                if over[worst[receptor], receptor] > MET
            ]
            if not broken:
                return outcome
            self._write(broken)

    def discard(self, outcome: Outcome) -> tuple[int, Outcome] | None:
        """Leave out the sample whose absence helps most; returns it and the outcome, None if no sample counts."""
        # A price is what the last ug/m3 costs, not what a sample costs as a whole: a few are tried, and the best kept.
        price = np.zeros(len(self._samples))
        for (sample, _), dual in zip(self._written, self._duals(outcome), strict=True):
            price[sample] += dual
        candidates = [int(one) for one in np.argsort(-price, kind="stable")[:TRIALS] if price[one] > 0]
        tried = []
        for sample in candidates:
            self._keep(sample, False)
            found = self.solve()
            tried.append((self._score(found), sample, found))
            self._keep(sample, True)
        if not tried:
            return None
        _, sample, found = min(tried, key=lambda one: one[0])
        self._keep(sample, False)
        return sample, found

    def plan(self, outcome: Outcome) -> Plan:
        """Return the plan, its levels by the central effects, its prices those of all samples."""
        price = np.zeros(len(self._problem.level))
        for (_, receptor), dual in zip(self._written, self._duals(outcome), strict=True):
            price[receptor] += dual
        status = OPTIMAL if outcome.met else INFEASIBLE
        found = extract(self._model.blocks[0], outcome.solution, self._problem.target, status)
        return replace(found, shadow_price=price)

    def worst(self, application: Floats) -> Floats:
        """Return by how much targets are missed in the worst sample kept, (receptor), ug/m3."""
        over = _excess(self._problem, self._samples[self._kept], application, self._before[self._kept]).max(axis=0)
        return np.where(over > MET, over, 0.0)

    def _score(self, outcome: Outcome) -> tuple[float, float]:
        change = self._application(outcome) - self._problem.current
        return round(float(self._relaxed(outcome).sum()), 6), float(self._problem.cost @ change)

    def _application(self, outcome: Outcome) -> Floats:
        return extract(self._model.blocks[0], outcome.solution, self._problem.target, OPTIMAL).application

    def _relaxed(self, outcome: Outcome) -> Floats:
        block = self._model.blocks[0]
        start = block.relaxed.start
        return np.maximum(outcome.solution.column[start : start + len(self._problem.level)], 0.0)

    def _duals(self, outcome: Outcome) -> Floats:
        found = np.zeros(len(self._written))
        duals = outcome.solution.row_dual[len(self._model.row_lower) :]
        found[: len(duals)] = duals
        return found

    def _keep(self, sample: int, kept: bool) -> None:
        self._kept[sample] = kept
        # Rows are loosened, never taken out: the places of all others, and the basis, stay.
        base = len(self._model.row_lower)
        mine = [place for place, (one, _) in enumerate(self._written) if one == sample]
        needed = np.array([self._fall(*self._written[place]) for place in mine])
        self._engine.rows(base + np.array(mine, dtype=np.int64), needed if kept else -np.inf, np.inf)

    def _fall(self, sample: int, receptor: int) -> float:
        return float(self._before[sample, receptor] - self._problem.target[receptor])

    def _write(self, broken: list[tuple[int, int]]) -> None:
        block = self._model.blocks[0]
        starts, index, value, count = [], [], [], 0
        for sample, receptor in broken:
            gain = effects(block, self._samples[sample][:, :, receptor : receptor + 1])[:, 0]
            some = np.flatnonzero(gain)
            starts.append(count)
            index.append(np.r_[some + block.reductions.start, block.relaxed.start + receptor, self._model.largest])
            value.append(np.r_[gain[some], 1.0, 1.0])
            count += len(some) + 2
        lower = np.array([self._fall(sample, receptor) for sample, receptor in broken])
        self._engine.add_rows(lower, np.array(starts), np.concatenate(index), np.concatenate(value))
        self._written += broken
