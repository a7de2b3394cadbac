"""The interval that results carry: the 5 and 95 % quantiles of samples."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
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
