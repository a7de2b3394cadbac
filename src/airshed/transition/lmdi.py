"""Why an amount changed: the logarithmic mean Divisia index, LMDI-I, additive and without a residual (Ang 2005)."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError

LOG_SMALL = -1e9
"""Logarithm of what stands for zero: so small that its limit is reached, which 1e-100 is far from."""
NEAR = 1e-3
"""Logarithm of a ratio below which the logarithmic mean is taken from its series."""


@equation(
    key="logarithmic-mean",
    title="Logarithmic mean",
    latex=r"L(a, b) = \frac{a - b}{\ln a - \ln b}, \quad L(a, a) = a",
    units="unit of the amounts",
    citation="Ang 2005, Energy Policy 33:867, eq. 4",
)
def logarithmic_mean(first: Floats, last: Floats) -> Floats:
    """Return the logarithmic mean of positive amounts, between their geometric and arithmetic means.

    >>> logarithmic_mean(np.array([1.0, 2.0]), np.array([np.e, 2.0])).round(4)
    array([1.7183, 2.    ])
    """
    return _mean(np.asarray(first, dtype=float), np.asarray(last, dtype=float), np.log(last) - np.log(first))


def _mean(first: Floats, last: Floats, logs: Floats) -> Floats:
    """Return the logarithmic mean of two amounts of which the logarithm of the ratio is known."""
    far = np.abs(logs) > NEAR
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = (last - first) / np.where(far, logs, 1.0)
        close = first * (1.0 + logs / 2.0 + logs**2 / 6.0 + logs**3 / 24.0)
    return np.asarray(np.where(far, apart, close))


@equation(
    key="lmdi",
    title="Effect of a factor on a change (LMDI-I)",
    latex=r"\Delta V_k = \sum_i L(V_i^T, V_i^0)\,\ln\frac{x_{k,i}^T}{x_{k,i}^0}, \quad V_i = \prod_k x_{k,i}",
    units="unit of the amount",
    citation="Ang 2005, Energy Policy 33:867, eq. 5; zeros by the small value of Ang and Liu 2007, Energy Policy "
    "35:238, taken to its limit (Wood and Lenzen 2006, Energy Policy 34:1326)",
)
def effects(first: Floats, last: Floats) -> Floats:
    """Return how much each factor changed the product of all factors.

    first, last : factors (factor, ...), at least 0, each of any unit; the amount is their product
    returns : (factor, ...), unit of the amount; their sum over the factors is the change of the amount
    Raises AirshedError for a factor below zero or one that is no number.
    A zero stands for an amount so small that a smaller one changes nothing: what appears or vanishes is given to the
    factor that does.

    >>> effects(np.array([[100.0], [2.0]]), np.array([[200.0], [1.0]])).round(4).tolist()
    [[138.6294], [-138.6294]]
    >>> effects(np.array([[100.0], [0.0]]), np.array([[200.0], [3.0]])).round(4).tolist()
    [[0.0], [600.0]]
    """
    before, after = np.asarray(first, dtype=float), np.asarray(last, dtype=float)
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        raise AirshedError("lmdi-no-number")
    if (before < 0).any() or (after < 0).any():
        raise AirshedError("lmdi-below-zero")
    logs = _log(after) - _log(before)
    weight = _mean(before.prod(axis=0), after.prod(axis=0), logs.sum(axis=0))
    return np.asarray(weight * logs)


def _log(values: Floats) -> Floats:
    """Return logarithms, that of zero as that of a very small amount."""
    positive = values > 0
    return np.asarray(np.where(positive, np.log(np.where(positive, values, 1.0)), LOG_SMALL))
