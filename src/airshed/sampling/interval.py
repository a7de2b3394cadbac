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
