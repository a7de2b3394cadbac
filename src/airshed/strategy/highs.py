"""The solver HiGHS, holding a programme that is changed and solved again from where it stood."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from airshed.pack.arrays import Floats, Ints
from airshed.pack.errors import AirshedError
from airshed.pack.progress import check, note
from airshed.strategy.effort import Effort
from airshed.strategy.programme import Programme

Progress = Callable[[str], None]
BY_COLUMN = 1
MINIMISE = 1
BETWEEN_REPORTS = 1.0
"""Seconds between two reports of a long solve."""
MANY = 200_000
"""From so many columns a first solve by interior points (with crossover to a basis) is faster than by simplex."""
NOTHING_FOUND = 1e30
"""What the solver gives as the cost of the best plan before it has one, or more."""
LEAST = 1.0
"""Seconds that a solve gets where none are left: what the prices of a plan that was found take."""
FEASIBLE = 2
"""What the solver calls a solution that keeps all rows."""
AGGREGATOR = 1 << 12
"""The rule of HiGHS's presolve that substitutes columns: seconds where the mean over people ties all regions together,
and it takes off next to nothing that the other rules leave."""
DEVEX = 1
"""Weights of the dual simplex that cost least a step: for programmes of several years, which take many steps."""
WITHIN = 1e-6
"""By how much a row or a column of a solution may miss its bounds: ten times the tolerance of the solver."""
USUAL: dict[str, Any] = {"solver": "choose", "presolve": "choose", "simplex_strategy": 1, "simplex_scale_strategy": 1}
"""The options with which a programme is solved first; those below are changed where that ends in doubt."""
AGAIN: tuple[dict[str, Any], ...] = (
    {"solver": "simplex"},
    {"solver": "ipm"},
    {"solver": "simplex", "presolve": "off", "simplex_scale_strategy": 4},
    {"solver": "simplex", "presolve": "off", "simplex_strategy": 4},
    {"solver": "ipm", "presolve": "off"},
)
"""Ways to solve anew, without the last basis, in this order: by other algorithms, scaled otherwise, as it is."""
WHOLE_AGAIN: tuple[dict[str, Any], ...] = ({}, {"presolve": "off"}, {"presolve": "off", "simplex_scale_strategy": 4})
"""The same with whole columns, which an algorithm that is named would take for fractions."""


class SolverError(AirshedError):
    """The solver has no answer: it cannot decide, or its time is over."""


class UndecidedError(SolverError):
    """The solver can neither find a solution within the tolerances nor prove that there is none."""

    def __init__(self, status: str) -> None:
        super().__init__("solver-undecided", status=status)


class OutOfTimeError(SolverError):
    """The time given is over, and no plan was found in it."""

    def __init__(self, seconds: float) -> None:
        super().__init__("no-plan-in-time", seconds=f"{seconds:g}")


def quiet() -> Any:
    """Return a HiGHS that writes nothing to standard output, which belongs to the answer.

    Since 1.16 it prints its banner with the first callback, which its own constructor sets: before that, the output is
    switched off.
    """
    import highspy

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802 (its name there)
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()  # type: ignore[no-untyped-call]  # highspy has no types

    model: Any = Quiet()  # type: ignore[no-untyped-call]  # highspy has no types
    model.setOptionValue("output_flag", False)
    return model


def silent(_: str) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Solution:
    """Columns, and the duals of columns and rows in cost per unit.

    gap : relative, by which a better solution may still be better, as far as it is known
    """

    column: Floats
    column_dual: Floats
    row_dual: Floats
    gap: float = 0.0


class Engine:
    """One model of HiGHS; every change leaves the basis, so that the next run starts from the last solution."""

    def __init__(self, problem: Programme, progress: Progress = silent) -> None:
        import highspy

        self._codes: Any = highspy
        self._model: Any = quiet()
        self._model.setOptionValue("threads", 1)
        self._effort: Effort = problem.blocks[0].problem.effort if problem.blocks else Effort()
        self._model.setOptionValue("mip_rel_gap", self._effort.gap)
        self._model.setOptionValue("presolve_rule_off", AGGREGATOR)
        if len(problem.blocks) > 1:
            self._model.setOptionValue("simplex_dual_edge_weight_strategy", DEVEX)
        self._whole = problem.integral.astype(np.int32)
        self._model.setOptionValue("solver", "ipm" if len(problem.cost) >= MANY and not len(self._whole) else "choose")
        self._lower, self._upper = problem.lower.copy(), problem.upper.copy()
        kinds = np.zeros(len(problem.cost), np.int32)
        kinds[self._whole] = 1
        self._expect(
            self._model.passModel(
                len(problem.cost), len(problem.row_lower), len(problem.value), BY_COLUMN, MINIMISE, 0.0, problem.cost,
                problem.lower, problem.upper, problem.row_lower, problem.row_upper, problem.start, problem.index,
                problem.value, kinds,
            )
        )  # fmt: skip
        self._gap = 0.0
        self._report(progress)

    def costs(self, cost: Floats) -> None:
        """Set the objective, one number per column."""
        self._expect(self._model.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost))

    def columns(self, at: Ints, lower: npt.ArrayLike, upper: npt.ArrayLike) -> None:
        """Set the bounds of columns."""
        self._lower[at], self._upper[at] = lower, upper
        self._bound(self._model.changeColsBounds, at, self._lower[at], self._upper[at])

    def rows(self, at: Ints, lower: npt.ArrayLike, upper: npt.ArrayLike) -> None:
        """Set the bounds of rows."""
        low, high = (np.broadcast_to(np.asarray(bound, float), len(at)) for bound in (lower, upper))
        self._bound(self._model.changeRowsBounds, at, low, high)

    def add_rows(self, lower: Floats, start: Ints, index: Ints, value: Floats) -> None:
        """Append rows with a lower bound, their entries row by row."""
        upper = np.full(len(lower), np.inf)
        starts, columns = start.astype(np.int32), index.astype(np.int32)
        self._expect(self._model.addRows(len(lower), lower, upper, len(value), starts, columns, value))

    def forget(self) -> None:
        """Drop the basis and what was found, so that the next run starts anew."""
        self._expect(self._model.clearSolver())

    def run(self) -> Solution | None:
        """Solve; returns None where nothing meets all rows. Raises UndecidedError if the solver cannot tell."""
        check()
        self._gap = 0.0
        if not self._solved(WHOLE_AGAIN if len(self._whole) else AGAIN):
            return None
        return self._priced() if len(self._whole) else self._solution()

    def _solved(self, ways: Sequence[Mapping[str, Any]]) -> bool:
        """Return whether there is a solution, by the first way that decides: from the last basis, then anew.

        Only what HiGHS calls optimal, within the tolerance, or infeasible is decided: a doubt of any kind (unknown, a
        limit, an error, unbounded or infeasible without saying which) is no answer.
        """
        # From the last basis first: of hundreds of solves that differ in one row most take a few iterations. Where that
        # ends in doubt the doubt is often the basis itself; algorithms and scaling are changed only after.
        known, tried = self._codes.HighsModelStatus, []
        for way in (None, *ways):
            if way is not None:
                self._expect(self._model.clearSolver())
                self._options({**USUAL, **way})
            self._limit_time()
            failed = self._model.run() == self._codes.HighsStatus.kError
            status = self._model.getModelStatus()
            self._options(USUAL)
            within = self._model.getInfo().max_primal_infeasibility <= WITHIN
            if self._effort.left() == 0.0 and status == known.kTimeLimit:
                return self._found_in_time()
            if not failed and status == known.kInfeasible:
                return False
            if not failed and status == known.kOptimal and within:
                return True
            tried.append(self._model.modelStatusToString(status))
        self._expect(self._model.clearSolver())
        raise UndecidedError(", ".join(dict.fromkeys(tried)))

    def _limit_time(self) -> None:
        """Give the solver the time that is left, which it counts over all its runs."""
        left = self._effort.left()
        if left is not None:
            self._model.setOptionValue("time_limit", float(self._model.getRunTime()) + max(left, LEAST))

    def _found_in_time(self) -> bool:
        """Take the best plan found when the time is over; raises OutOfTimeError without one."""
        info = self._model.getInfo()
        if not len(self._whole) or info.primal_solution_status != FEASIBLE or info.max_primal_infeasibility > WITHIN:
            self._expect(self._model.clearSolver())
            raise OutOfTimeError(self._effort.seconds or 0.0)
        return True

    def _options(self, options: Mapping[str, Any]) -> None:
        for name, value in options.items():
            self._model.setOptionValue(name, value)

    def _solution(self) -> Solution:
        found = self._model.getSolution()
        return Solution(np.array(found.col_value), np.array(found.col_dual), np.array(found.row_dual))

    def _priced(self) -> Solution:
        """Return the solution with the duals of the programme in which whole columns are held where they are."""
        # An optimum in whole columns has no prices. With the whole ones held where they are, what is left is linear,
        # and its prices are what the last ug/m3 costs as long as no device is added or left out.
        chosen = np.round(np.array(self._model.getSolution().col_value)[self._whole])
        gap = max(float(self._model.getInfo().mip_gap), 0.0)
        count, lower, upper = len(self._whole), self._lower[self._whole], self._upper[self._whole]
        self._expect(self._model.changeColsIntegrality(count, self._whole, np.zeros(count, np.uint8)))
        self._bound(self._model.changeColsBounds, self._whole, chosen, chosen)
        try:
            if not self._solved(AGAIN):
                raise UndecidedError("Infeasible")
            return replace(self._solution(), gap=gap)
        finally:
            self._expect(self._model.changeColsIntegrality(count, self._whole, np.ones(count, np.uint8)))
            self._bound(self._model.changeColsBounds, self._whole, lower, upper)

    def _bound(self, change: Callable[..., Any], at: npt.NDArray[Any], lower: Floats, upper: Floats) -> None:
        self._expect(change(len(at), at.astype(np.int32), np.ascontiguousarray(lower), np.ascontiguousarray(upper)))

    def _expect(self, status: Any) -> None:
        if status == self._codes.HighsStatus.kError:
            raise UndecidedError("Error")

    def _report(self, progress: Progress) -> None:
        """Tell now and then how far a long solve is; of interior points HiGHS does not tell the count.

        Of a plan with whole columns the best found so far is told, to who listens to progress too.
        """
        last = [time.monotonic()]

        def due() -> bool:
            now = time.monotonic()
            if now - last[0] < BETWEEN_REPORTS:
                return False
            last[0] = now
            return True

        def told(event: Any) -> None:
            if due():
                count = event.data_out.simplex_iteration_count
                progress(f"iteration {count}" if count >= 0 else "interior points")

        def found(event: Any) -> None:
            if due():
                best, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
                if abs(best) < NOTHING_FOUND:
                    note("best plan so far", best, bound)
                    progress(f"best plan so far {best:g}, none below {bound:g}")

        if len(self._whole):
            callback = self._model.cbMipInterrupt
            callback += found
        if progress is not silent:
            for callback in (self._model.cbSimplexInterrupt, self._model.cbIpmInterrupt):
                callback += told
