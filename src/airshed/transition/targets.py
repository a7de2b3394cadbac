"""Targets against what is observed: the path to a target, the share that is done, the rate it needs, a verdict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.equations import equation

MET, ON_TRACK, BEHIND, MISSED, UNDATED, NO_DATA = "met", "on track", "behind", "missed", "undated", "no data"
STATUSES = (MET, ON_TRACK, BEHIND, MISSED, UNDATED, NO_DATA)
CLOSE = 1e-9
"""Share of a goal by which a value may miss it, for the rounding of the machine."""


@dataclass(frozen=True)
class Aim:
    """A target as a number of its indicator.

    goal : in the unit of the indicator; rising : whether more of it is better; base : value in the base year, NaN if
    there is none; base_year, target_year : None where there is none; compound : whether the path to it is by the same
    percentage a year, instead of the same amount
    """

    goal: float
    rising: bool
    base: float = np.nan
    base_year: int | None = None
    target_year: int | None = None
    compound: bool = False


@dataclass(frozen=True)
class Verdict:
    """What became of a target.

    status : one of STATUSES; year, value : that it is judged by, None and NaN without data; since : first year from
    which on the goal is reached up to that year, None where it is not; late : first year after the target year in which
    a missed goal was reached
    """

    status: str
    year: int | None = None
    value: float = np.nan
    since: int | None = None
    late: int | None = None


@equation(
    key="target-path",
    title="Path from a base to a target",
    latex=r"v(y) = v_0 + (v_1 - v_0)\,\frac{y - y_0}{y_1 - y_0} \quad\text{or}\quad "
    r"v(y) = v_0 \left(\frac{v_1}{v_0}\right)^{(y - y_0)/(y_1 - y_0)}",
    units="unit of the indicator",
    citation="definition: by the same amount, or by the same percentage, every year",
)
def target_path(base: float, goal: float, base_year: int, target_year: int, year: Floats, compound: bool) -> Floats:
    """Return where a path from a base to a goal stands in a year, on its straight or compound line.

    base, goal : values in base_year and target_year; year : (year)
    returns : (year), NaN where the years are not in order, or on a compound path that does not stay above zero

    >>> target_path(54.6, 70.0, 2021, 2025, np.array([2021.0, 2022.0, 2025.0]), False).round(2)
    array([54.6 , 58.45, 70.  ])
    >>> target_path(100.0, 86.5, 2020, 2025, np.array([2021.0]), True).round(2)
    array([97.14])
    """
    years = np.asarray(year, dtype=float)
    if target_year <= base_year:
        return np.full(years.shape, np.nan)
    passed = (years - base_year) / (target_year - base_year)
    if not compound:
        return np.asarray(base + (goal - base) * passed)
    if not (base > 0 and goal > 0):
        return np.full(years.shape, np.nan)
    return np.asarray(base * (goal / base) ** passed)


@equation(
    key="target-distance",
    title="Share of the way to a target",
    latex=r"d = \frac{v - v_0}{v_1 - v_0}",
    units="1",
    citation="definition: 0 at the base, 1 at the target, more beyond it, less than 0 on the wrong side",
)
def share_done(base: Floats, goal: Floats, value: Floats) -> Floats:
    """Return which share of the way from a base to a goal is done; NaN where goal and base are the same.

    >>> share_done(np.array([54.6]), np.array([70.0]), np.array([58.264])).round(3)
    array([0.238])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(goal) != base, (np.asarray(value) - base) / (np.asarray(goal) - base), np.nan)


@equation(
    key="target-needed-rate",
    title="Yearly rate that a target still needs",
    latex=r"r = \frac{v_1 - v}{y_1 - y} \quad\text{or}\quad r = \left(\frac{v_1}{v}\right)^{1/(y_1 - y)} - 1",
    units="unit of the indicator per year, or 1/yr on a compound path",
    citation="definition: from the last value to the target, on the path of the target",
)
def needed_rate(value: float, goal: float, years: int, compound: bool) -> float:
    """Return the rate per year by which a goal is reached in so many years; NaN where no year is left.

    compound : a rate by the same percentage, as a fraction, which values must be above zero for

    >>> round(needed_rate(58.264, 70.0, 3, False), 2), round(needed_rate(94.4, 86.5, 4, True), 4)
    (3.91, -0.0216)
    """
    if years <= 0:
        return float("nan")
    if not compound:
        return (goal - value) / years
    return float((goal / value) ** (1.0 / years) - 1.0) if value > 0 and goal > 0 else float("nan")


def reached(values: Floats, goal: float, rising: bool) -> Bools:
    """Return whether values reach a goal: at least it where more is better, at most it otherwise.

    >>> reached(np.array([16.0, 20.0, 29.0]), 20.0, True), reached(np.array([58.0]), 60.0, False)
    (array([False,  True,  True]), array([ True]))
    """
    slack = CLOSE * abs(goal)
    return np.asarray(values >= goal - slack if rising else values <= goal + slack, dtype=bool)


@equation(
    key="target-verdict",
    title="Verdict on a target",
    latex=r"\text{met: } v(y) \ge v_1;\quad \text{missed: } v(y) < v_1,\ y \ge y_1;\quad "
    r"\text{on track: } v(y) \ge v_{path}(y);\quad \text{behind: } v(y) < v_{path}(y)",
    units="one word",
    citation="docs/method.md: y is the last observed year up to the target year; signs turn where less is better",
)
def verdict(aim: Aim, years: Ints, values: Floats) -> Verdict:
    """Return what became of a target by its series.

    years, values : (observation), in the order of years; those before the base year are left out, that of the base
    year itself says nothing about the way
    The value that counts is the last up to the target year, else the first after it. It is `met` where that reaches
    the goal, `missed` where it does not and is of the target year or later, `on track` where it is at its path or
    beyond, `behind` where it is not or the path has no base, `undated` where no target year is given.
    """
    kept = np.ones(len(years), dtype=bool) if aim.base_year is None else np.asarray(years) > aim.base_year
    held, seen = np.asarray(years)[kept], np.asarray(values, dtype=float)[kept]
    if not len(held):
        return Verdict(NO_DATA)
    before = np.flatnonzero(held <= (np.inf if aim.target_year is None else aim.target_year))
    place = int(before[-1]) if len(before) else 0
    year, value = int(held[place]), float(seen[place])
    enough = reached(seen, aim.goal, aim.rising)
    if enough[place]:
        short = np.flatnonzero(~enough[: place + 1])
        since = int(held[int(short[-1]) + 1 if len(short) else 0])
        return Verdict(MET, year, value, since)
    if aim.target_year is None:
        return Verdict(UNDATED, year, value)
    if year >= aim.target_year:
        later = np.flatnonzero(enough[place:])
        return Verdict(MISSED, year, value, late=int(held[place + int(later[0])]) if len(later) else None)
    if aim.base_year is None or not np.isfinite(aim.base):
        return Verdict(BEHIND, year, value)
    path = target_path(aim.base, aim.goal, aim.base_year, aim.target_year, np.array([float(year)]), aim.compound)
    good = bool(reached(np.array([value]), float(path[0]), aim.rising)[0])
    return Verdict(ON_TRACK if good else BEHIND, year, value)


@equation(
    key="target-share",
    title="Share of emissions that a target can take",
    latex=r"s = \min\!\left(1, \frac{a\,y}{W}\right)",
    units="1",
    citation="docs/method.md: a: amount of the target, y: what a unit of it yields, W: the whole that it replaces",
)
def amount_share(amount: float, yields: float, whole: float) -> float:
    """Return the share that an amount has in what it can take the place of, at most 1.

    amount : of the target, such as GW; yields : what a unit of it gives, such as TWh/GW; whole : of the same kind as
    amount times yields

    >>> round(amount_share(30.0, 1.0, 1039.663), 4), amount_share(500.0, 2.0, 800.0)
    (0.0289, 1.0)
    """
    return min(1.0, amount * yields / whole)
