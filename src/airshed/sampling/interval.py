"""The interval that results carry: the 5 and 95 % quantiles of samples."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation

LEVELS = (0.05, 0.95)


def ends_of(samples: Floats) -> tuple[float, float]:
    """Return both ends of the samples of one number; NaN without any.

    >>> ends_of(np.arange(101.0))
    (5.0, 95.0)
    """
    if samples.size == 0:
        return (float("nan"), float("nan"))
    low, high = np.quantile(samples, LEVELS)
    return float(low), float(high)


def ends_around(central: float, samples: Floats) -> tuple[float, float]:
    """Return the interval of one number, opened to its central value; that alone without samples.

    >>> ends_around(99.0, np.arange(101.0))
    (5.0, 99.0)
    """
    low, high = ends_of(samples) if samples.size else (central, central)
    return min(low, central), max(high, central)


@equation(
    key="interval-score",
    title="Interval score",
    latex=r"S = (u - l) + \tfrac{2}{\alpha}(l - x)^+ + \tfrac{2}{\alpha}(x - u)^+,\quad \alpha = 0.1",
    units="that of the number",
    citation="Winkler 1972, J. Am. Stat. Assoc. 67:187; Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102:359",
)
def interval_score(low: Floats, high: Floats, seen: Floats) -> Floats:
    """Return the score of a 90 % interval: its width, and a penalty for what lies outside; less is better.

    >>> [round(float(interval_score(np.array(0.0), np.array(2.0), np.array(x))), 6) for x in (1.0, 3.0)]
    [2.0, 22.0]
    """
    penalty = 2.0 / (1.0 - (LEVELS[1] - LEVELS[0]))
    return np.asarray(high - low + penalty * (np.maximum(low - seen, 0.0) + np.maximum(seen - high, 0.0)))
