"""Laws of distributions by their quantile functions: from a design of numbers in 0..1 to values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation

NORMAL_95 = 1.959963984540054
"""Half width of the central 95 % of the standard normal distribution."""
NORMAL_90 = 1.6448536269514722
"""Half width of the central 90 %."""
TINY = 1e-12


@dataclass(frozen=True)
class Law:
    """A law: which parameters it needs, and its quantile function of (design, parameters)."""

    needs: tuple[str, ...]
    quantile: Callable[[Floats, Mapping[str, float]], Floats]


def normal_quantile(design: Floats) -> Floats:
    """Return quantiles of the standard normal distribution; the design is kept inside its open ends.

    >>> normal_quantile(np.array([0.5, 0.975])).round(4) + 0.0
    array([0.  , 1.96])
    """
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(design, TINY, 1.0 - TINY)), dtype=np.float64)


@equation(
    key="split-normal",
    title="Normal law split at the median",
    latex=r"x = m + s\,\Phi^{-1}(u),\quad s = s_- \text{ for } u < 1/2,\ s_+ \text{ otherwise}",
    units="unit of x",
    citation="two half-normal laws of equal weight; docs/method.md",
)
def split_normal(design: Floats, median: Floats | float, below: Floats | float, above: Floats | float) -> Floats:
    """Return quantiles of two half-normal laws that meet at the median, each with half of the weight.

    design : array in 0..1; median, below, above : broadcast with it; below, above : standard deviations, >= 0
    """
    # Half of the weight on either side keeps the printed number the median; the split normal with a continuous density
    # would move it to the wider side.
    score = normal_quantile(design)
    return np.asarray(median + np.where(score < 0, below, above) * score, dtype=np.float64)


@equation(
    key="split-uniform",
    title="Uniform law split at the median",
    latex=r"x = a + 2u\,(m - a) \text{ for } u < 1/2,\quad x = m + (2u - 1)\,(b - m) \text{ otherwise}",
    units="unit of x",
    citation="two uniform laws of equal weight; docs/method.md",
)
def split_uniform(design: Floats, low: float, median: float, high: float) -> Floats:
    """Return quantiles of two uniform laws that meet at the median, each with half of the weight.

    design : array in 0..1; low <= median <= high

    >>> split_uniform(np.array([0.0, 0.25, 0.5, 0.75, 1.0]), 0.7, 0.8, 1.4).round(2)
    array([0.7 , 0.75, 0.8 , 1.1 , 1.4 ])
    """
    below, above = 2.0 * design * (median - low), (2.0 * design - 1.0) * (high - median)
    return np.where(design < 0.5, low + below, median + above)


def _triangular(design: Floats, p: Mapping[str, float]) -> Floats:
    low, mode, high = p["low"], p["central"], p["high"]
    span = high - low
    if span == 0:
        return np.full(design.shape, low)
    part = (mode - low) / span
    rising = low + np.sqrt(design * span * (mode - low))
    falling = high - np.sqrt((1.0 - design) * span * (high - mode))
    return np.where(design < part, rising, falling)


def _split_lognormal(design: Floats, p: Mapping[str, float]) -> Floats:
    middle = np.log(p["central"])
    below, above = (middle - np.log(p["low"])) / NORMAL_95, (np.log(p["high"]) - middle) / NORMAL_95
    return np.exp(split_normal(design, middle, below, above))


LAWS: Mapping[str, Law] = {
    "normal": Law(("central", "width"), lambda u, p: p["central"] + p["width"] * normal_quantile(u)),
    "lognormal": Law(("central", "width"), lambda u, p: p["central"] * np.exp(p["width"] * normal_quantile(u))),
    "uniform": Law(("low", "high"), lambda u, p: p["low"] + (p["high"] - p["low"]) * u),
    "loguniform": Law(("low", "high"), lambda u, p: p["low"] * (p["high"] / p["low"]) ** u),
    "triangular": Law(("low", "central", "high"), _triangular),
    "split_lognormal": Law(("low", "central", "high"), _split_lognormal),
}
"""The laws by name. `width` is the standard deviation (of the logarithm for lognormal); the ends of split_lognormal are
those of its central 95 %, the ends of all others are their limits."""
