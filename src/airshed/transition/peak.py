"""Whether the highest year of a series is a peak, or no more than its noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation

LATER = 3
"""Years after the highest that are needed before anything is said of a peak."""
LEAST = 8
"""Years of a series below which its noise is not known."""
CERTAINTY = 0.05
"""How often a level series without a peak may be called one."""
NORMAL = 1.4826
"""Standard deviation of a normal law over the median of its absolute values."""
VERDICTS = ("peak", "noise", "too early", "rising", "too short")


@dataclass(frozen=True)
class Peak:
    """The highest year of a series, and what may be said of it.

    drop : how far the mean of the later years lies below it, a share; noise : spread of a year around its course, a
        share; score : drop over the noise of that difference; bound : what the score has to reach; NaN where unknown
    later : years after the highest
    """

    year: int
    value: float
    later: int
    drop: float
    noise: float
    score: float
    bound: float
    verdict: str


@equation(
    key="year-noise",
    title="Noise of a yearly series",
    latex=r"s = \frac{1.4826}{\sqrt{6}}\,\mathrm{median}\,|\ln E_{t+1} - 2 \ln E_t + \ln E_{t-1}|",
    units="share",
    citation="rule of this project: second differences take a straight course away "
    "(Gasser et al. 1986, Biometrika 73:625)",
)
def year_noise(values: Floats) -> float:
    """Return the spread of single years around a course that is straight over three years.

    values : (year), above 0

    >>> round(year_noise(np.exp([0.0, 0.1, 0.2, 0.3, 0.4])), 6)
    0.0
    """
    return float(NORMAL * np.median(np.abs(np.diff(np.log(values), n=2))) / np.sqrt(6.0))


@equation(
    key="peak-test",
    title="Test of a peak",
    latex=r"z = \frac{\ln E_p - \overline{\ln E_{t > p}}}{s\,\sqrt{1 + 1/m}} "
    r"\geq t_{n-2}\!\left(1 - \frac{0.05}{n}\right)",
    units="1",
    citation="rule of this project: the highest of n years is picked, hence the bound of Student's t for n of them "
    "(Bonferroni)",
)
def peak(years: Floats, values: Floats) -> Peak:
    """Return the highest year and whether it is a peak: high above the later years as measured by the noise.

    years, values : (year), one after another, above 0
    A peak in this sense can be passed later: the rule knows noise, not what happens next. A plateau with noise alone is
    called a peak in about one of twenty cases.

    >>> found = peak(np.arange(2000, 2010), np.array([5, 6, 7, 8, 9, 10, 9, 8, 7, 6.0]))
    >>> found.year, found.verdict
    (2005, 'peak')
    """
    top, count = int(np.argmax(values)), len(values)
    later, year, value = count - 1 - top, int(years[top]), float(values[top])
    if count < LEAST:
        return Peak(year, value, later, np.nan, np.nan, np.nan, np.nan, VERDICTS[4])
    noise, bound = year_noise(values), float(stdtrit(count - 2, 1.0 - CERTAINTY / count))
    if not later:
        return Peak(year, value, later, np.nan, noise, np.nan, bound, VERDICTS[3])
    below = float(np.log(values[top]) - np.log(values[top + 1 :]).mean())
    spread = noise * np.sqrt(1.0 + 1.0 / later)
    score = float(below / spread) if spread > 0 else np.inf
    verdict = VERDICTS[2] if later < LATER else VERDICTS[0] if score >= bound else VERDICTS[1]
    return Peak(year, value, later, -float(np.expm1(-below)), noise, score, bound, verdict)


def looked_back(years: Floats, values: Floats) -> tuple[int, int]:
    """Return how often the rule would have called a peak in earlier years, and how often a later year was higher.

    years, values : (year), one after another, above 0; every end from `LEAST` years on is tried, and a peak of the same
        year counts once

    >>> looked_back(np.arange(2000, 2012), np.array([5, 6, 7, 8, 9, 10, 9, 8, 7, 6, 8, 11.0]))
    (1, 1)
    """
    called: dict[int, bool] = {}
    for end in range(LEAST, len(values)):
        found = peak(years[:end], values[:end])
        if found.verdict == VERDICTS[0]:
            called[found.year] = bool((values[end:] > found.value).any())
    return len(called), sum(called.values())
