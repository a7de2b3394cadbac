"""Courses of nations and regions over the years, and how fast each moves: a factor on the variance of its steps.

A ban on raw coal moves one nation in three years by more than others move in twenty. With one width for all, the level
of its last year would lag behind what was measured there; so a course has a width of its own, shrunk to the common
one: its steps follow Student's t (Lange, Little and Taylor 1989, J. Am. Stat. Assoc. 84: 881-896).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation


@dataclass(frozen=True)
class Course:
    """Where the course of a nation or region stands among the unknowns: its years, and the first of their columns.

    pace : factor on the variance of its steps
    """

    years: range
    start: int
    pace: float = field(default=1.0, compare=False)

    @property
    def columns(self) -> slice:
        """The columns of its years."""
        return slice(self.start, self.start + len(self.years))

    def column(self, year: int) -> int:
        """Return the column of a year; a course is held before its first and after its last year."""
        return self.start + min(max(year, self.years[0]), self.years[-1]) - self.years[0]


@dataclass(frozen=True)
class Courses:
    """The courses by nation and by region, as numbered in the ground; size : how many unknowns there are."""

    nations: dict[int, Course]
    regions: dict[int, Course]
    size: int


@equation(
    key="course-pace",
    title="Pace of the course of a place",
    latex=r"\lambda = \frac{\nu + \sum_y \mathrm{E}[(u_{y+1} - u_y)^2] / \sigma^2}{\nu + n}",
    units="1",
    citation="Lange, Little and Taylor (1989): the step of the EM algorithm for the scale of Student's t, "
    "of all n steps of one course",
)
def pace(mean: Floats, covariance: Floats, width: float, freedom: float) -> float:
    """Return the factor on the variance of the steps of one course, 1 where it moves as the common width says.

    mean, covariance : of its years given the observations, (year) and (year, year), in ln
    width : common standard deviation of a step, > 0; freedom : degrees of freedom, > 0; infinite: all courses alike

    >>> round(pace(np.array([0.0, -0.3]), np.zeros((2, 2)), 0.1, 2.0), 6)
    3.666667
    """
    steps = np.diff(mean)
    if not len(steps) or not np.isfinite(freedom):
        return 1.0
    spread = np.diag(np.diff(np.diff(covariance, axis=0), axis=1))
    moved = float((steps**2 + spread).sum()) / width**2
    return (freedom + moved) / (freedom + len(steps))


def paced(walks: Courses, mean: Floats, covariance: Floats, widths: tuple[float, float], freedom: float) -> Courses:
    """Return the courses with the pace that the unknowns ask for.

    mean, covariance : of all unknowns given the observations; widths : common ones of nations and of regions
    """
    found = []
    for courses, width in zip((walks.nations, walks.regions), widths, strict=True):
        moved = {}
        for number, course in courses.items():
            part = course.columns
            moved[number] = replace(course, pace=pace(mean[part], covariance[part, part], width, freedom))
        found.append(moved)
    return Courses(found[0], found[1], walks.size)
