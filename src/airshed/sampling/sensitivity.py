"""How much of the variance of an answer an input explains, from one given sample."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation

MOST_BINS = 10
IN_A_BIN = 50
"""Samples that a bin holds at least, so that its line is worth something."""
FLAT = 1e-12
"""Spread, relative to the level, below which a number does not vary."""


def bins_of(samples: int) -> int:
    """Return how many bins of equal count a sample is cut into.

    >>> bins_of(1000), bins_of(200)
    (10, 4)
    """
    return int(np.clip(samples // IN_A_BIN, 2, MOST_BINS))


def noise_floor(samples: int) -> float:
    """Return the share of the variance that chance alone gives an input without effect: two numbers per bin.

    >>> round(noise_floor(1000), 3)
    0.019
    """
    return (2 * bins_of(samples) - 1) / (samples - 1)


@equation(
    key="variance-share",
    title="Share of the variance due to an input",
    latex=r"S_g = \frac{\mathrm{Var}(E[Y|g])}{\mathrm{Var}(Y)} \approx \frac{\eta^2 - \eta_0^2}{1 - \eta_0^2},\quad"
    r" \eta^2 = \frac{\sum_b \left(n_b \bar y_b^2 + S_{xy,b}^2 / S_{xx,b}\right)}{\sum_i y_i^2},\ "
    r"\eta_0^2 = \frac{2B-1}{N-1}",
    units="1",
    citation="first-order index (Sobol' 2001, Math. Comput. Simul. 55:271) from given data (Plischke et al. 2013, "
    "Eur. J. Oper. Res. 226:536): a mean and a slope in each of B bins of equal count; what chance gives is taken off",
)
def variance_share(values: Floats, driver: Floats) -> float:
    """Return the share of the variance of an answer that an input explains alone: 0..1, NaN where nothing varies.

    values : (sample), the answer with all inputs drawn; driver : (sample), the input, or for an input of many numbers
    the answer with this input drawn and all others held at their centre. Shares of several inputs add to 1 where
    their effects add, and to less where they act together; an input that is alone explains all.

    >>> first, second = np.meshgrid(np.arange(40.0), np.arange(40.0))
    >>> round(variance_share((first + 2 * second).ravel(), second.ravel()), 2)
    0.8
    """
    if _flat(values):
        return float("nan")
    if _flat(driver):
        return 0.0
    order = np.argsort(driver, kind="stable")
    parts = np.array_split(values[order] - values.mean(), bins_of(len(values)))
    explained = sum(_explained(y, x) for y, x in zip(parts, np.array_split(driver[order], len(parts)), strict=True))
    floor = noise_floor(len(values))
    total = float(((values - values.mean()) ** 2).sum())
    return float(np.clip((explained / total - floor) / (1.0 - floor), 0.0, 1.0))


def _explained(values: Floats, driver: Floats) -> float:
    """Return the sum of squares that the mean and the slope of one bin explain."""
    centred = driver - driver.mean()
    width = float((centred**2).sum())
    along = 0.0 if _flat(driver) else float((centred * values).sum()) ** 2 / width
    return len(values) * float(values.mean()) ** 2 + along


def _flat(values: Floats) -> bool:
    return not float(np.ptp(values)) > FLAT * max(1e-300, float(np.abs(values).max()))
