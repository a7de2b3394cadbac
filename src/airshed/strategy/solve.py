"""The least-cost plan, and where targets cannot be met the plan nearest to them (the elastic problem)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.progress import step
from airshed.strategy.highs import Engine, Progress, Solution, UndecidedError, silent
from airshed.strategy.plan import FOUND, INFEASIBLE, MISSED, OPTIMAL, Plan, extract
from airshed.strategy.problem import Problem, check_target
from airshed.strategy.programme import Block, Programme, effects, needed, places, programme

NEARLY = (1e-9, 1e-7, 1e-6)
"""Shares by which an optimum found first may be left by what is optimised next, the first that the solver can decide.

The first is below its tolerance: where many samples hold at once, what is left to choose from is thinner than that.
"""
ROUNDING = 1e-9
RELAXATIONS = ("sum", "largest")
LOST = "Infeasible"
"""What the solver says where it loses a solution that it had found."""


class CapsError(AirshedError):
    """No plan keeps all caps, whatever the targets."""


@dataclass(frozen=True)
class Outcome:
    """How a programme was solved: whether it meets all targets, and the solution."""

    met: bool
    solution: Solution


class Solver:
    """Holds the model of one problem: targets may change, and each solution starts from the last one."""

    def __init__(self, problem: Problem, progress: Progress = silent) -> None:
        self.problem = problem
        self._progress = progress
        self._programme = programme([problem])
        self._engine = Engine(self._programme, progress)

    def solve(self, target: Floats | None = None, relax: str = "sum") -> Plan:
        """Return the least-cost plan for these targets, by default those of the problem.

        target : (receptor), ug/m3, NaN for none
        relax : where targets cannot be met, keep their relaxations small by `sum` or by `largest` (then their sum)
        Raises AirshedError if caps contradict each other, so that no targets at all could be met.
        """
        block = self._programme.blocks[0]
        asked = self.problem.target if target is None else np.asarray(target, dtype=np.float64)
        check_target(self.problem, asked)
        self._engine.rows(places(block.receptors), needed(self.problem, asked), np.inf)
        outcome = cheapest(self._engine, self._programme, relax)
        return extract(block, outcome.solution, asked, self._status(outcome))

    def _status(self, outcome: Outcome) -> str:
        if not outcome.met:
            return INFEASIBLE
        return OPTIMAL if outcome.solution.gap <= self.problem.effort.gap + ROUNDING else FOUND

    def relaxations(self) -> Floats:
        """Return relaxations of the targets with the least sum, (receptor), ug/m3, zero where all can be met.

        Raises AirshedError if caps contradict each other.
        """
        model, engine, block = self._programme, self._engine, self._programme.blocks[0]
        engine.columns(model.relaxed, 0.0, np.inf)
        engine.costs(_indicator(model, model.relaxed))
        solution = engine.run() or refuse(engine, model)
        engine.columns(model.relaxed, 0.0, 0.0)
        engine.costs(model.cost)
        reached = extract(block, solution, self.problem.target, OPTIMAL).reached
        return np.asarray(np.maximum(np.nan_to_num(reached - self.problem.target), 0.0))

    def at_price(self, cap: float) -> Plan:
        """Return the plan that leaves a target where the next ug/m3 would cost more than a cap.

        cap : million USD/yr per ug/m3
        Raises AirshedError if caps on cost or emissions contradict each other.
        """
        model, engine, block = self._programme, self._engine, self._programme.blocks[0]
        loose = places(block.relaxed)[: len(self.problem.target)]
        cost = model.cost.copy()
        cost[loose] = cap
        engine.columns(loose, 0.0, np.inf)
        engine.costs(cost)
        solution = engine.run() or refuse(engine, model)
        engine.columns(model.relaxed, 0.0, 0.0)
        engine.costs(model.cost)
        plan = extract(block, solution, self.problem.target, OPTIMAL)
        return replace(plan, status=MISSED if plan.relaxation.any() else OPTIMAL)

    def only(self, regions: Bools) -> None:
        """Let only the options of some regions, (region), be applied, until this is called again.

        Ceilings, budgets and limits of the other regions do not count then; targets are those given to `solve`.
        """
        block, model, engine, problem = self._programme.blocks[0], self._programme, self._engine, self.problem
        mine = regions[problem.region]
        options, moved = places(block.options), places(block.reductions)
        engine.columns(options, 0.0, np.where(mine, model.upper[options], 0.0))
        held = regions[block.pairs % len(regions)]
        engine.columns(moved, np.where(held, model.lower[moved], -np.inf), np.inf)
        budgets, limits = places(block.region_budget), places(block.limits)
        engine.rows(budgets, -np.inf, np.where(regions[block.budget_regions], model.row_upper[budgets], np.inf))
        if problem.limit is not None:
            held = (problem.limit != 0)[:, mine].any(axis=1)
            engine.rows(limits, -np.inf, np.where(held, model.row_upper[limits], np.inf))

    def reachable(self, asked: Sequence[int] | None = None) -> Floats:
        """Return the lowest level that each receptor can reach if all is done for it alone, (receptor), ug/m3.

        Groups and caps hold. What other receptors get then does not matter: not all levels can be reached at once.

        asked : numbers of the receptors that are wanted, all if not given; the others keep their level
        """
        block, engine = self._programme.blocks[0], self._engine
        aims = self._programme.aims
        engine.rows(aims, -np.inf, np.inf)
        gain = effects(block, self.problem.effect)
        lowest = self.problem.level.copy()
        for receptor in range(len(lowest)):
            step("lowest levels of cities", receptor, len(lowest))
            if gain[:, receptor].any() and (asked is None or receptor in asked):
                cost = np.zeros_like(self._programme.cost)
                cost[block.reductions] = -gain[:, receptor]
                engine.costs(cost)
                solution = engine.run() or refuse(engine, self._programme)
                lowest[receptor] = extract(block, solution, self.problem.target, OPTIMAL).reached[receptor]
            self._progress(f"reachable {receptor + 1}/{len(lowest)}")
        step("lowest levels of cities", len(lowest), len(lowest))
        engine.rows(aims, self._programme.row_lower[aims], np.inf)
        return lowest


@equation(
    key="least-cost-plan",
    title="Least-cost plan",
    latex=r"\min_x \sum_m c_m (x_m - x_m^0)\quad\text{s.t.}\quad C(c) - \sum_r \sum_p K_p(r,c) \sum_{m \in r} "
    r"\rho_{m,p} (x_m - x_m^0) \le T(c),\quad \sum_{m \in g} x_m \le 1,\quad x_m^0 \le x_m \le x_m^{max}",
    units="million USD/yr",
    citation="form of RAINS and GAINS: Amann et al. 2011, Environ. Model. Softw. 26:1489; dual values: "
    "Huangfu and Hall 2018, Math. Program. Comput. 10:119 (HiGHS)",
)
def least_cost(problem: Problem, relax: str = "sum", progress: Progress = silent) -> Plan:
    """Return the plan that meets the targets at least cost, or the elastic plan where none does.

    relax : how relaxations are kept small, by `sum` or by `largest` (then their sum)
    progress : is told the count of iterations of a long solve
    Raises AirshedError if caps contradict each other.
    """
    return Solver(problem, progress).solve(relax=relax)


def reachable(problem: Problem, progress: Progress = silent, asked: Sequence[int] | None = None) -> Floats:
    """Return the lowest level that each receptor can reach if all is done for it alone, (receptor), ug/m3.

    asked : numbers of the receptors that are wanted, all if not given; the others keep their level
    """
    return Solver(problem, progress).reachable(asked)


def first_reachable(lowest: Floats, targets: Sequence[float]) -> Floats:
    """Return the strictest of a list of interim targets that each receptor can reach, NaN where it reaches none.

    lowest : (receptor), ug/m3, reachable or reached; targets : ug/m3, in any order

    >>> first_reachable(np.array([4.0, 12.0, 40.0]), [35.0, 25.0, 15.0, 10.0, 5.0])
    array([ 5., 15., nan])
    """
    found = np.full(len(lowest), np.nan)
    for target in sorted(targets, reverse=True):
        found[lowest <= target] = target
    return found


def cheapest(engine: Engine, model: Programme, relax: str = "sum") -> Outcome:
    """Minimise the cost of a programme; if it cannot be met, solve the elastic problem."""
    if relax not in RELAXATIONS:
        raise AirshedError("relax-relax", relax=relax, relaxations=", ".join(RELAXATIONS))
    engine.costs(model.cost)
    solution = engine.run()
    return Outcome(True, solution) if solution is not None else Outcome(False, elastic(engine, model, relax))


@equation(
    key="elastic-plan",
    title="Elastic plan: nearest to targets that cannot be met",
    latex=r"S^* = \min_{x,\,s \ge 0} \sum_c s_c\quad\text{s.t.}\quad C(c; x) - s_c \le T(c);\qquad "
    r"\min_{x,s} \text{cost}(x)\quad\text{s.t.}\quad C(c; x) - s_c \le T(c),\ \sum_c s_c \le S^*",
    units="ug/m3",
    citation="elastic programme: Chinneck 2008, Feasibility and Infeasibility in Optimization, Springer",
)
def elastic(engine: Engine, model: Programme, relax: str) -> Solution:
    """Return the cheapest solution among those with the least sum of relaxations, or the least largest, then sum.

    The duals are those of the problem whose targets are relaxed by what was found. Raises AirshedError if caps
    contradict each other.
    """
    relaxed, largest, total = model.relaxed, np.array([model.largest]), np.array([model.total])
    if relax == "largest":
        engine.columns(largest, 0.0, np.inf)
        engine.costs(_indicator(model, largest))
        solution = engine.run() or refuse(engine, model)
        most = float(solution.column[model.largest])
        engine.columns(largest, 0.0, 0.0)
        engine.costs(_indicator(model, relaxed))
        solution = near(engine, lambda nearly: engine.columns(relaxed, 0.0, loosened(most, nearly)))
    else:
        engine.columns(relaxed, 0.0, np.inf)
        engine.costs(_indicator(model, relaxed))
        solution = engine.run() or refuse(engine, model)
    least = float(solution.column[relaxed].sum())
    engine.costs(model.cost)
    solution = near(engine, lambda nearly: engine.rows(total, -np.inf, loosened(least, nearly)))
    engine.rows(total, -np.inf, np.inf)
    held = np.maximum(solution.column[relaxed], 0.0)

    def hold(nearly: float) -> None:
        some = (held > 0) | (nearly > NEARLY[0])
        engine.columns(relaxed, 0.0, held + nearly * np.maximum(held, 1.0) * some)

    solution = near(engine, hold)
    engine.columns(relaxed, 0.0, 0.0)
    return solution


def _indicator(model: Programme, columns: Ints) -> Floats:
    cost = np.zeros_like(model.cost)
    cost[columns] = 1.0
    return cost


def loosened(value: float, nearly: float) -> float:
    """Return a value with what an optimum may be left by, as a share of it, or of 1 where that is more."""
    return value + nearly * max(1.0, abs(value))


def near(engine: Engine, hold: Callable[[float], None]) -> Solution:
    """Return the optimum where an earlier one is held, by the first of NEARLY with which the solver finds it.

    hold : holds the earlier optimum, left by a share
    """
    lost = UndecidedError(LOST)
    for nearly in NEARLY:
        hold(nearly)
        try:
            solution = engine.run()
        except UndecidedError as why:
            lost = why
            continue
        if solution is not None:
            return solution
    raise lost


def refuse(engine: Engine, model: Programme) -> Solution:
    """Raise AirshedError that names caps no plan can meet together, targets apart; one fewer could be met."""
    engine.costs(np.zeros_like(model.cost))
    engine.columns(model.relaxed, 0.0, np.inf)
    named = []
    limits = {int(place) for block in model.blocks for place in places(block.limits)}
    for block in model.blocks:
        for name, at, is_row in _caps(block):
            place = np.array([at])
            change = engine.rows if is_row else engine.columns
            change(place, -np.inf, np.inf)
            if engine.run() is not None:
                best = _at_best(engine, model, at) + _before(block, at) if at in limits else 0.0
                named.append(f"{name} ({best:g} at best)" if at in limits else name)
                if is_row:
                    change(place, -np.inf, model.row_upper[at])
                else:
                    change(place, model.lower[at], np.inf)
    raise CapsError("no-plan-meets-caps", named=", ".join(named) or Phrase("word-earlier-applications"))


def _before(block: Block, row: int) -> float:
    """Return what there is before the plan of what the limit in a row counts, 0 where it counts a change."""
    held = block.problem.limit_before
    return 0.0 if held is None else float(held[row - block.limits.start])


def _at_best(engine: Engine, model: Programme, row: int) -> float:
    """Return the least that a row can come to while it has no limit itself."""
    entry = model.index == row
    cost = np.zeros_like(model.cost)
    cost[np.repeat(np.arange(len(cost)), np.diff(model.start))[entry]] = model.value[entry]
    engine.costs(cost)
    solution = engine.run()
    if solution is None:
        raise UndecidedError(LOST)
    least = float(cost @ solution.column)
    engine.costs(np.zeros_like(cost))
    return least


def _caps(block: Block) -> Iterator[tuple[str, int, bool]]:
    """Yield the caps of a problem: what messages call them, their place, whether that is a row."""
    problem = block.problem
    if problem.budget is not None:
        yield "budget", block.budget.start, True
    for place, region in enumerate(block.budget_regions):
        yield f"budget of {problem.name('region', int(region))}", block.region_budget.start + place, True
    if problem.co2_ceiling is not None:
        yield "co2_ceiling", block.co2.start, True
    for place in range(block.limits.stop - block.limits.start):
        yield problem.name("limit", place), block.limits.start + place, True
    if problem.emission_ceiling is None:
        return
    regions = problem.effect.shape[1]
    for place in np.flatnonzero(~np.isnan(problem.emission_ceiling.ravel()[block.pairs])).tolist():
        pollutant, region = divmod(int(block.pairs[place]), regions)
        name = f"ceiling of {problem.name('pollutant', pollutant)} in {problem.name('region', region)}"
        yield name, block.reductions.start + place, False
