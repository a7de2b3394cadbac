"""The linear programme of a least-cost problem, column by column: options, emission reductions, relaxations.

Between options and receptors stand the reductions of each pollutant in each region: receptors x reductions and
reductions x options are sparse, receptors x options is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from airshed.pack.arrays import Floats, Ints
from airshed.strategy.problem import Problem

Starts = npt.NDArray[np.int32]
EMPTY = slice(0, 0)


def places(part: slice) -> Ints:
    """Return the numbers of a slice of columns or rows."""
    return np.arange(part.start, part.stop)


@dataclass(frozen=True)
class Block:
    """Where one problem stands in the programme.

    unit : (option), application per unit of its column: 1, or all that is left of an indivisible option
    pairs : (reduction), place of pollutant and region in the flattened (pollutant, region)
    scale : (reduction), kt/yr per unit of its column: what all options together could move, so that coefficients
        in receptor rows are ug/m3 and the solver drops none that matters
    The slices are columns (options, reductions, relaxed) and rows (the others); exposure is a row of `aims`.
    """

    problem: Problem
    unit: Floats
    pairs: Ints
    scale: Floats
    options: slice
    reductions: slice
    relaxed: slice
    balance: slice
    receptors: slice
    exposure: slice
    groups: slice
    group_places: Ints
    budget: slice
    region_budget: slice
    budget_regions: Ints
    co2: slice
    limits: slice


@dataclass(frozen=True)
class Programme:
    """Minimise cost @ column, lower <= column <= upper, row_lower <= matrix @ column <= row_upper.

    start, index, value : the matrix by columns; integral : columns that take whole numbers
    largest : column of the largest relaxation; total : row of the sum of relaxations
    """

    blocks: tuple[Block, ...]
    cost: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    start: Starts
    index: Starts
    value: Floats
    integral: Ints
    largest: int
    total: int

    @property
    def relaxed(self) -> Ints:
        """Return the columns that relax a target, of all blocks."""
        return np.concatenate([places(one.relaxed) for one in self.blocks])

    @property
    def aims(self) -> Ints:
        """Return the rows of targets, of all blocks."""
        return np.concatenate([places(part) for one in self.blocks for part in (one.receptors, one.exposure)])


class _Rows:
    """Collects rows: their bounds and their entries."""

    def __init__(self) -> None:
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []
        self.entries: list[tuple[Ints, Ints, Floats]] = []
        self.count = 0

    def add(self, lower: npt.ArrayLike, upper: npt.ArrayLike, *entries: tuple[Ints, Ints, Floats]) -> slice:
        """Add rows by their bounds and entries (row among the new ones, column, value); returns where they stand."""
        low, high = np.broadcast_arrays(*np.atleast_1d(np.asarray(lower, float), np.asarray(upper, float)))
        self.lower.append(low)
        self.upper.append(high)
        self.entries += [(row + self.count, column, value) for row, column, value in entries]
        self.count += len(low)
        return slice(self.count - len(low), self.count)


def programme(problems: Sequence[Problem], shares: Sequence[float] = (1.0,)) -> Programme:
    """Return the programme of one problem, or of one per year, linked so that no application goes back.

    problems : with the same options in the same order
    shares : weight of each year's cost in the objective
    """
    rows = _Rows()
    blocks: list[Block] = []
    column = 0
    largest = sum(len(one.cost) + _reductions(one)[0].size + _relaxable(one) for one in problems)
    for problem in problems:
        blocks.append(_block(problem, column, largest, rows))
        column = blocks[-1].relaxed.stop
    for before, after in pairwise(blocks):
        _link(before, after, rows)
    relaxed = np.concatenate([places(one.relaxed) for one in blocks])
    total = rows.add(-np.inf, np.inf, (np.zeros_like(relaxed), relaxed, np.ones(len(relaxed)))).start
    return _assemble(blocks, shares, rows, largest, total)


def _relaxable(problem: Problem) -> int:
    return len(problem.level) + (problem.weights is not None)


def _reductions(problem: Problem) -> tuple[Ints, Floats]:
    """Return the (pollutant, region) pairs that options move or a ceiling limits, and how far options move them."""
    pollutants, regions, _ = problem.effect.shape
    reach = np.stack(
        [
            np.bincount(problem.region, weights=np.abs(column) * problem.span, minlength=regions)
            for column in problem.removal.T
        ]
    ).reshape(pollutants * regions)
    wanted = reach > 0
    if problem.emission_ceiling is not None:
        wanted |= ~np.isnan(problem.emission_ceiling).ravel()
    pairs = np.flatnonzero(wanted)
    return pairs, np.where(reach[pairs] > 0, reach[pairs], 1.0)


def _block(problem: Problem, column: int, largest: int, rows: _Rows) -> Block:
    """Write the rows of one problem, its columns starting at `column`."""
    pairs, scale = _reductions(problem)
    span = problem.span
    whole = np.zeros(len(span), bool) if problem.indivisible is None else problem.indivisible
    unit = np.where(whole & (span > 0), span, 1.0)
    options = slice(column, column + len(unit))
    reductions = slice(options.stop, options.stop + len(pairs))
    relaxed = slice(reductions.stop, reductions.stop + _relaxable(problem))
    balance = rows.add(np.zeros(len(pairs)), 0.0, *_balance(problem, unit, pairs, scale, options, reductions))
    receptors, exposure = _aims(problem, pairs, scale, reductions, relaxed, largest, rows)
    groups, group_places = _groups(problem, unit, options, rows)
    free = np.flatnonzero(span > 0)
    value = problem.cost[free] * unit[free]
    zero, at = np.zeros_like(free), free + options.start
    budget = region_budget = co2 = EMPTY
    budget_regions = np.zeros(0, np.int64)
    if problem.budget is not None:
        budget = rows.add(-np.inf, problem.budget, (zero, at, value))
    if problem.region_budget is not None:
        budget_regions = np.flatnonzero(~np.isnan(problem.region_budget))
        place = np.full(len(problem.region_budget), -1)
        place[budget_regions] = np.arange(len(budget_regions))
        mine = place[problem.region[free]] >= 0
        entries = place[problem.region[free]][mine], at[mine], value[mine]
        region_budget = rows.add(np.full(len(budget_regions), -np.inf), problem.region_budget[budget_regions], entries)
    if problem.co2_ceiling is not None and problem.co2 is not None:
        change = np.nan_to_num(problem.co2[free]) * unit[free]
        co2 = rows.add(-np.inf, problem.co2_ceiling, (zero, at, change))
    limits = _limits(problem, unit, options, rows)
    return Block(
        problem, unit, pairs, scale, options, reductions, relaxed, balance, receptors, exposure, groups, group_places,
        budget, region_budget, budget_regions, co2, limits,
    )  # fmt: skip


def _limits(problem: Problem, unit: Floats, options: slice, rows: _Rows) -> slice:
    """Write a row for each limit on what the change of applications adds up to."""
    if problem.limit is None or problem.limit_at_most is None:
        return EMPTY
    limit, option = np.nonzero(problem.limit * (problem.span > 0))
    value = problem.limit[limit, option] * unit[option]
    upper = np.nan_to_num(problem.limit_at_most, nan=np.inf)
    return rows.add(np.full(len(upper), -np.inf), upper, (limit, option + options.start, value))


def _balance(
    problem: Problem, unit: Floats, pairs: Ints, scale: Floats, options: slice, reductions: slice
) -> list[tuple[Ints, Ints, Floats]]:
    """Return the entries of: what the options remove is the reduction of their pollutant and region."""
    pollutants, regions, _ = problem.effect.shape
    place = np.full(pollutants * regions, -1)
    place[pairs] = np.arange(len(pairs))
    option, pollutant = np.nonzero(problem.removal * (problem.span > 0)[:, None])
    row = place[pollutant * regions + problem.region[option]]
    value = problem.removal[option, pollutant] * unit[option] / scale[row]
    every = np.arange(len(pairs))
    return [(row, option + options.start, value), (every, every + reductions.start, np.full(len(pairs), -1.0))]


def effects(block: Block, effect: Floats) -> Floats:
    """Return ug/m3 at receptors per unit of the block's reduction columns, (reduction, receptor)."""
    flat = effect.reshape(-1, effect.shape[2])
    return np.asarray(flat[block.pairs] * block.scale[:, None])


def mean_weights(problem: Problem) -> Floats:
    """Return the weights of the exposure, adding to 1; zeros without weights."""
    if problem.weights is None:
        return np.zeros(len(problem.level))
    return np.asarray(problem.weights / problem.weights.sum())


def _aims(
    problem: Problem, pairs: Ints, scale: Floats, reductions: slice, relaxed: slice, largest: int, rows: _Rows
) -> tuple[slice, slice]:
    """Write the rows of receptors (reductions times their effect, and what relaxes the target) and of exposure."""
    flat = problem.effect.reshape(-1, len(problem.level))[pairs] * scale[:, None]
    pair, receptor = np.nonzero(flat)
    every = np.arange(len(problem.level))
    one = np.ones(len(every))
    receptors = rows.add(
        needed(problem, problem.target),
        np.inf,
        (receptor, pair + reductions.start, flat[pair, receptor]),
        (every, every + relaxed.start, one),
        (every, np.full(len(every), largest), one),
    )
    if problem.weights is None:
        return receptors, EMPTY
    share = mean_weights(problem)
    mean = flat @ share
    pair = np.flatnonzero(mean)
    columns = np.r_[pair + reductions.start, relaxed.stop - 1, largest]
    target = np.nan if problem.exposure_target is None else problem.exposure_target
    lower = np.nan_to_num(share @ problem.level - target, nan=-np.inf)
    exposure = rows.add(lower, np.inf, (np.zeros_like(columns), columns, np.r_[mean[pair], 1.0, 1.0]))
    return receptors, exposure


def needed(problem: Problem, target: Floats) -> Floats:
    """Return by how much the level must fall at each receptor, ug/m3, -inf without a target.

    Below its floor no target is reached: there the floor is what can be asked for.
    """
    return np.asarray(np.where(np.isnan(target), -np.inf, problem.level - problem.counted(target)))


def _groups(problem: Problem, unit: Floats, options: slice, rows: _Rows) -> tuple[slice, Ints]:
    """Write a row for each group whose options cannot all go to their maximum; returns which groups these are."""
    ids, place, left = problem.groups
    wanted = np.flatnonzero(np.bincount(place, weights=problem.span, minlength=len(ids)) > left)
    row = np.full(len(ids), -1)
    row[wanted] = np.arange(len(wanted))
    member = np.flatnonzero((row[place] >= 0) & (problem.span > 0))
    entries = row[place[member]], member + options.start, unit[member]
    return rows.add(np.full(len(wanted), -np.inf), left[wanted], entries), wanted


def _link(before: Block, after: Block, rows: _Rows) -> None:
    """Write the rows of: no application of the year after is below that of the year before, no closed one above it."""
    fall = before.problem.current - after.problem.current
    linked = (before.problem.span > 0) | (fall > 0)
    if after.problem.closed is not None:
        linked |= after.problem.closed & (after.problem.span > 0)
    option = np.flatnonzero(linked)
    row = np.arange(len(option))
    most = np.full(len(fall), np.inf)
    if after.problem.closed is not None:
        most[after.problem.closed] = np.maximum(fall, 0.0)[after.problem.closed]
    rows.add(
        fall[option],
        most[option],
        (row, option + after.options.start, after.unit[option]),
        (row, option + before.options.start, -before.unit[option]),
    )


def _assemble(blocks: list[Block], shares: Sequence[float], rows: _Rows, largest: int, total: int) -> Programme:
    """Return the programme of the collected rows; relaxations are held at zero until they are needed."""
    from scipy.sparse import coo_array

    cost, lower, upper = np.zeros(largest + 1), np.zeros(largest + 1), np.zeros(largest + 1)
    whole = []
    for block, share in zip(blocks, shares, strict=True):
        problem = block.problem
        cost[block.options] = share * problem.cost * block.unit
        upper[block.options] = problem.span / block.unit
        lower[block.reductions] = _least_reduction(block)
        upper[block.reductions] = np.inf
        if problem.indivisible is not None:
            whole.append(block.options.start + np.flatnonzero(problem.indivisible & (problem.span > 0)))
    row, column, value = (np.concatenate(part) for part in zip(*rows.entries, strict=True))
    matrix = coo_array((value, (row, column)), shape=(rows.count, largest + 1)).tocsc()
    return Programme(
        blocks=tuple(blocks),
        cost=cost,
        lower=lower,
        upper=upper,
        row_lower=np.concatenate(rows.lower),
        row_upper=np.concatenate(rows.upper),
        start=matrix.indptr.astype(np.int32),
        index=matrix.indices.astype(np.int32),
        value=matrix.data,
        integral=np.concatenate(whole) if whole else np.zeros(0, np.int64),
        largest=largest,
        total=total,
    )


def _least_reduction(block: Block) -> Floats:
    """Return what each reduction must be for the emission ceilings, in units of its column; -inf without one."""
    problem = block.problem
    if problem.emissions is None or problem.emission_ceiling is None:
        return np.full(len(block.pairs), -np.inf)
    least = (problem.emissions - problem.emission_ceiling).ravel()[block.pairs]
    return np.nan_to_num(least, nan=-np.inf) / block.scale
