"""Who reaches which target when, and what each member does if all carry the same burden: shares, levels, limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.strategy.path import met_path, path
from airshed.strategy.plan import levels, reductions
from airshed.strategy.problem import Problem
from airshed.strategy.solve import least_cost, reachable

OUTSIDE = -1
"""Number of an option or receptor that belongs to no member."""
RELAX_STEP = 0.1
"""Targets that cannot be met are relaxed in steps of this, ug/m3: the last hundredth would take all that there is."""
NEAR = 1e-6
ROUNDING = 1e-8
"""Of the greatest burden, by which a cap is widened so that the solver does not lose what it found."""
EVEN = 1e-4
"""Part of the common burden by which a member may stay below it and still carry it."""


@dataclass(frozen=True)
class Burden:
    """Applications under which every member spends the same per unit of its base, or all that helps.

    common : (year), million USD/yr per unit of the base, the least that meets the targets; never falls
    application : (year, option), 0..1; cost : (year, member), million USD/yr; reached : (year, receptor), ug/m3
    target : (year, receptor), ug/m3, relaxed where it cannot be met
    price : (year, receptor), what one ug/m3 more of the target would take off the common burden, years weighted
    full : (year, member), whether the member carries the common burden; where not, more money there lowers nobody's
        exposure over the years
    """

    common: Floats
    application: Floats
    cost: Floats
    reached: Floats
    target: Floats
    price: Floats
    full: Bools


def only(problem: Problem, able: Bools) -> Problem:
    """Return the problem in which the other options stay as they are; able : (option), those that may change."""
    return replace(problem, maximum=np.where(able, problem.maximum, problem.current))


def lowest_together(problem: Problem, receptors: Bools) -> float:
    """Return the least level below which all these receptors can be brought at once, ug/m3.

    receptors : (receptor), one or several; for one it is the lowest level that it can reach
    """
    chosen = np.flatnonzero(receptors)
    moved = problem.effect[:, :, chosen].any(axis=(0, 1))
    held = float(problem.level[chosen[~moved]].max(initial=0.0))
    if not moved.any():
        return held
    part = _at(problem, chosen[moved])
    if len(part.level) == 1:
        return max(float(reachable(part)[0]), held, 0.0)
    return max(_least_largest(part), held, 0.0)


def _least_largest(problem: Problem) -> float:
    """Return the least that the highest level can be, ug/m3, never below 0.

    One more option takes the same off all levels, and is all that costs: what is needed of it to come to 0 is the
    highest level of the others. Such a programme always has a solution.
    """
    most = float(problem.level.max())
    asked = replace(problem, target=np.zeros(len(problem.level)))
    lifted = _extended(asked, np.full((1, len(problem.level)), most), np.ones(1))
    return float(least_cost(lifted).application[-1] * most)


def _extended(problem: Problem, lift: Floats, cost: Floats) -> Problem:
    """Return the problem with more options, which alone cost anything.

    lift : (added option, receptor), ug/m3 that it takes off the level by itself; cost : (added option)
    """
    added, receptors = lift.shape
    options, pollutants = problem.removal.shape
    removal = np.zeros((options + added, pollutants + receptors))
    removal[:options, :pollutants], removal[options:, pollutants:] = problem.removal, lift
    effect = np.zeros((pollutants + receptors, *problem.effect.shape[1:]))
    effect[:pollutants], effect[pollutants:, 0] = problem.effect, np.eye(receptors)
    whole = problem.indivisible
    return replace(
        problem,
        removal=removal,
        effect=effect,
        region=np.r_[problem.region, np.zeros(added, dtype=np.int64)],
        group=np.r_[problem.group, problem.group.max(initial=0) + 1 + np.arange(added)],
        cost=np.r_[np.zeros(options), cost],
        current=np.r_[problem.current, np.zeros(added)],
        maximum=np.r_[problem.maximum, np.ones(added)],
        co2=None,
        indivisible=None if whole is None else np.r_[whole, np.zeros(added, dtype=bool)],
        closed=None if problem.closed is None else np.r_[problem.closed, np.zeros(added, dtype=bool)],
        names={},
    )


def _at(problem: Problem, receptors: Ints) -> Problem:
    """Return the problem at some of its receptors, without targets."""
    return replace(
        problem,
        effect=problem.effect[:, :, receptors],
        level=problem.level[receptors],
        target=np.full(len(receptors), np.nan),
        weights=None,
        receptor_owner=None,
        floor=None if problem.floor is None else problem.floor[receptors],
        names={key: held for key, held in problem.names.items() if key != "receptor"},
    )


def first_year(years: Sequence[int], lowest: Sequence[float], target: float) -> int | None:
    """Return the first year whose lowest level meets a target, None where none does.

    >>> first_year([2020, 2025, 2030], [40.0, 33.0, 20.0], 35.0)
    2025
    """
    return next((year for year, level in zip(years, lowest, strict=True) if level <= target + NEAR), None)


@equation(
    key="responsibility-share",
    title="Share of a member in the responsibility",
    latex=r"\rho_i = \frac{\max(0, \sum_{r \in i} \sum_{c \in M} n_c\,C(r,c))}"
    r"{\sum_{j \in M} \max(0, \sum_{r \in j} \sum_{c \in M} n_c\,C(r,c))}",
    units="1",
    citation="contribution principle on the population-weighted exposure of the members M; rule of this project",
)
def responsibility_shares(contribution: Floats, persons: Floats, member: Ints, count: int) -> Floats:
    """Return the share of each member in what members' sources give to the people of members, (member), adds to 1.

    contribution : (region, receptor), ug/m3; persons : (receptor), 0 for people outside
    member : (region), number of the member that the source lies in, -1 for none; count : how many members

    >>> responsibility_shares(np.array([[4.0, 1.0], [2.0, 2.0]]), np.array([1.0, 2.0]), np.array([0, 1]), 2)
    array([0.5, 0.5])
    """
    given = contribution @ persons
    inside = member >= 0
    total = np.maximum(np.bincount(member[inside], weights=given[inside], minlength=count), 0.0)
    if not total.sum() > 0:
        raise AirshedError("members-give-nothing-people-members")
    return np.asarray(total / total.sum())


@equation(
    key="common-burden",
    title="Least common burden that meets the targets",
    latex=r"\min_{x, s} \sum_y w_y s_y\quad\text{s.t.}\quad \sum_{m \in i} c_m (x_{m,y} - x_m^0) \le s_y B_i,\quad "
    r"C(c,y;x) \le T(c,y),\quad x_{m,y} \ge x_{m,y-1},\quad s_y \ge s_{y-1}",
    units="million USD/yr per unit of B (GDP: 1; responsibility: million USD/yr)",
    citation="equal-effort and polluter-pays keys of burden sharing; rule of this project",
)
def common_burden(problems: Sequence[Problem], member: Ints, base: Floats, shares: Sequence[float]) -> Burden:
    """Return the least common burden that meets the targets over the years, and what all do when they carry it.

    problems : one per year with the same options, `weights` the persons of each receptor; a target that cannot be met
        is relaxed by the least number of tenths that works
    member : (option), number of the member, -1 for none; base : (member), 0 or NaN: the member spends nothing
    shares : (year), weight of each year's burden, > 0
    Each member spends up to the common burden on what lowers the exposure of all people most, as long as anything does.
    Raises AirshedError where no member has a base and options.
    """
    base = np.nan_to_num(base)
    able = (member >= 0) & (base[member] > 0)
    if not able.any():
        raise AirshedError("no-member-can-spend-anything")
    frozen = _frozen(problems, able)
    most = max(float(_spent(one, member, np.maximum(one.cost, 0.0) * one.span, base).max()) for one in frozen)
    if not most > 0:
        asked, nothing = _relaxed(frozen), np.zeros((len(frozen), len(frozen[0].level)))
        return _burden(asked, member, base, np.zeros(len(asked)), np.array([one.current for one in asked]), nothing)
    asked, found = frozen, met_path([_with_share(one, member, base * most) for one in frozen], shares)
    if found is None:
        asked = _relaxed(frozen)
        found = path([_with_share(one, member, base * most) for one in asked], shares)
    part = np.array([plan.application[-1] for plan in found.plans])
    capped = [_capped(one, member, base * most, cap) for one, cap in zip(asked, part, strict=True)]
    application = np.array([plan.application for plan in path(capped, shares).plans])
    price = most * np.array([plan.shadow_price for plan in found.plans])
    return _burden(asked, member, base, part * most, application, price)


def _relaxed(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems with targets that can be met all at once, relaxed by the least sum, in whole tenths.

    Added options take off what the others cannot, each at one receptor in one year: a programme that can always be met.
    """
    years, receptors = len(problems), len(problems[0].level)
    wide = []
    for year, problem in enumerate(problems):
        lift = np.zeros((years, receptors, receptors))
        lift[year] = np.diag(problem.level)
        cost = np.zeros((years, receptors))
        cost[year] = np.where(np.isnan(problem.target), 0.0, problem.level)
        wide.append(_extended(problem, lift.reshape(-1, receptors), cost.ravel()))
    result = []
    for year, (problem, plan) in enumerate(zip(problems, path(wide).plans, strict=True)):
        added = plan.application[len(problem.cost) :].reshape(years, receptors)[year] * problem.level
        missed = np.where(np.isnan(problem.target), 0.0, added)
        result.append(replace(problem, target=problem.target + np.ceil(missed / RELAX_STEP - NEAR) * RELAX_STEP))
    return result


def _frozen(problems: Sequence[Problem], able: Bools) -> list[Problem]:
    """Return the problems in which those who cannot spend keep what is in place, which stays in place."""
    result, current = [], problems[0].current
    for problem in problems:
        current = np.maximum(current, problem.current)
        result.append(replace(problem, maximum=np.where(able, problem.maximum, current)))
    return result


def _spent(problem: Problem, member: Ints, cost: Floats, base: Floats) -> Floats:
    """Return costs (option) by member over its base, 0 for members without one."""
    total = np.bincount(member[member >= 0], weights=cost[member >= 0], minlength=len(base))
    return np.asarray(np.divide(total, base, out=np.zeros(len(base)), where=base > 0))


def _rows(problem: Problem, member: Ints, base: Floats) -> Floats:
    """Return the cost of the options of each member that has a base, per unit of the base (limit, option)."""
    return np.array([np.where(member == one, problem.cost / base[one], 0.0) for one in np.flatnonzero(base > 0)])


def _with_share(problem: Problem, member: Ints, base: Floats) -> Problem:
    """Return the problem of the least common burden: one more option is the burden, and nothing else costs."""
    rows = _rows(problem, member, base)
    wide = _extended(problem, np.zeros((1, len(problem.level))), np.ones(1))
    return replace(wide, limit=np.column_stack([rows, np.full(len(rows), -1.0)]), limit_at_most=np.zeros(len(rows)))


def _capped(problem: Problem, member: Ints, base: Floats, cap: float) -> Problem:
    """Return the problem in which members lower the exposure of all people as far as the common burden allows.

    The exposure is counted member by member in units of its own best option: small members count as large ones.
    """
    if problem.weights is None:
        raise AirshedError("exposure-needs-weights")
    rows = _rows(problem, member, base)
    gain = np.einsum("op,por->or", problem.removal, problem.effect[:, problem.region]) @ problem.weights
    scale = np.zeros(len(base))
    np.maximum.at(scale, member[member >= 0], np.abs(gain)[member >= 0])
    return replace(
        problem,
        target=problem.target + NEAR / 10,
        cost=-np.divide(gain, scale[member], out=np.zeros(len(gain)), where=(member >= 0) & (scale[member] > 0)),
        limit=rows,
        limit_at_most=np.full(len(rows), cap + ROUNDING),
        names={},
    )


def _burden(
    problems: Sequence[Problem], member: Ints, base: Floats, common: Floats, application: Floats, price: Floats
) -> Burden:
    cost, reached = [], []
    for problem, applied in zip(problems, application, strict=True):
        change = problem.cost * (applied - problem.current)
        cost.append(np.bincount(member[member >= 0], weights=change[member >= 0], minlength=len(base)))
        reached.append(np.maximum(levels(problem, reductions(problem, applied)), 0.0))
    spent = np.array(cost, dtype=np.float64)
    return Burden(
        common=common,
        application=application,
        cost=spent,
        reached=np.array(reached),
        target=np.array([one.target for one in problems]),
        price=price,
        full=spent >= common[:, None] * base * (1.0 - EVEN) - NEAR,
    )
