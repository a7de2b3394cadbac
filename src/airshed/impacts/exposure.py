"""Population-weighted exposure."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation


@equation(
    key="exposure",
    title="Population-weighted exposure",
    latex=r"\bar{C} = \frac{\sum_c n(c)\, C(c)}{\sum_c n(c)}",
    units="ug/m3",
    citation="definition",
)
def population_weighted(concentration: Floats, persons: Floats) -> float:
    """Return the mean concentration over people; NaN where there are none.

    concentration : (region), ug/m3; regions with NaN are left out with their people
    persons : (region)

    >>> population_weighted(np.array([10.0, 40.0]), np.array([2.0, 1.0]))
    20.0
    """
    known = np.isfinite(concentration)
    if not persons[known].sum() > 0:
        return np.nan
    return float(np.average(concentration[known], weights=persons[known]))
