"""How much of the variance of an answer an input explains, from one given sample."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

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
    return float(variance_shares(values[:, None], driver[:, None])[0])


def variance_shares(values: Floats, drivers: Floats) -> Floats:
    """Return `variance_share` of many answers (answer), each with an input of its own.

    values, drivers : (sample, answer)
    """
    found = np.where(_flat(values), np.nan, 0.0)
    moved = np.flatnonzero(~_flat(values) & ~_flat(drivers))
    if len(moved) == 0:
        return found
    given, driver = values[:, moved].T, np.ascontiguousarray(drivers[:, moved].T)
    order = _order(driver)
    driver = np.take_along_axis(driver, order, axis=1)
    centred = given - given.mean(axis=1, keepdims=True)
    explained = _explained(np.take_along_axis(centred, order, axis=1), driver)
    floor = noise_floor(len(values))
    total = (centred**2).sum(axis=1)
    found[moved] = np.clip((explained / total - floor) / (1.0 - floor), 0.0, 1.0)
    return found


def _order(drivers: Floats) -> npt.NDArray[np.intp]:
    """Return the order of each row (answer, sample), ascending; equal numbers as they stand."""
    order = np.argsort(drivers, axis=1)
    # The quick sort may turn equal numbers round, which then fall into other bins: those rows are sorted again.
    tied = (np.diff(np.take_along_axis(drivers, order, axis=1), axis=1) == 0).any(axis=1)
    order[tied] = np.argsort(drivers[tied], axis=1, kind="stable")
    return order


def _explained(values: Floats, drivers: Floats) -> Floats:
    """Return the sum of squares that means and slopes of the bins explain (answer).

    values, drivers : (answer, sample), in the order of the drivers
    """
    counts = np.array([len(part) for part in np.array_split(np.arange(values.shape[1]), bins_of(values.shape[1]))])
    starts = np.cumsum(counts) - counts
    means = np.add.reduceat(values, starts, axis=1) / counts
    middle = np.add.reduceat(drivers, starts, axis=1) / counts
    away = drivers - np.repeat(middle, counts, axis=1)
    width = np.add.reduceat(away**2, starts, axis=1)
    along = np.add.reduceat(away * values, starts, axis=1) ** 2
    first, last = drivers[:, starts], drivers[:, starts + counts - 1]
    sloped = last - first > FLAT * np.maximum(1e-300, np.maximum(np.abs(first), np.abs(last)))
    slopes = np.where(sloped, along / np.where(sloped, width, 1.0), 0.0)
    return np.asarray((counts * means**2 + slopes).sum(axis=1))


def _flat(values: Floats) -> npt.NDArray[np.bool_]:
    """Return which columns do not vary (answer); values : (sample, answer)."""
    return np.asarray(~(np.ptp(values, axis=0) > FLAT * np.maximum(1e-300, np.abs(values).max(axis=0))))
