"""Years between known years: log-linear where both ends are above zero, linear otherwise, constant beyond the ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from airshed.pack.equations import equation


@equation(
    key="interpolation",
    title="Emissions between known years",
    latex=r"E(y) = E(a)^{1-t} E(b)^{t}, \quad t = \frac{y-a}{b-a}; "
    r"\quad E(y) = (1-t) E(a) + t E(b) \text{ if an end is } 0",
    units="kt/yr",
    citation="log-linear as in Gidden et al. 2018, Environ. Model. Softw. 105:187",
)
def interpolate(
    known: npt.NDArray[np.float64], known_years: Sequence[int], years: Sequence[int]
) -> npt.NDArray[np.float64]:
    """Fill the years from the known ones along the last axis.

    known : array (..., known year), kt/yr, >= 0
    known_years, years : ascending
    returns : array (..., year), kt/yr; before the first and after the last known year the nearest one is held

    >>> interpolate(np.array([[100.0, 25.0]]), [2015, 2017], [2015, 2016, 2017, 2018])
    array([[100.,  50.,  25.,  25.]])
    """
    result = np.empty((*known.shape[:-1], len(years)))
    for position, year in enumerate(years):
        after = int(np.searchsorted(known_years, year))
        if after < len(known_years) and known_years[after] == year:
            result[..., position] = known[..., after]
        elif after == 0:
            result[..., position] = known[..., 0]
        elif after == len(known_years):
            result[..., position] = known[..., -1]
        else:
            start, end = known[..., after - 1], known[..., after]
            part = (year - known_years[after - 1]) / (known_years[after] - known_years[after - 1])
            positive = (start > 0) & (end > 0)
            safe_start, safe_end = np.where(positive, start, 1.0), np.where(positive, end, 1.0)
            geometric = safe_start ** (1.0 - part) * safe_end**part
            result[..., position] = np.where(positive, geometric, (1.0 - part) * start + part * end)
    return result
