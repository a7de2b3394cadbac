"""From emitted pollutants to the precursors that a relation knows: primary particles split into BC, OM and the rest."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation

FINE, BLACK, ORGANIC = 0, 1, 2
"""Places of PM2.5, BC and OC in arrays over the emitted pollutants; BC and OC are parts of PM2.5, not beside it."""
GASEOUS = slice(3, None)
"""Places of the gases there, which are precursors as they are."""


@equation(
    key="primary-split",
    title="Split of primary PM2.5",
    latex=r"E_{OM} = 1.3\, E_{OC}; \quad E_{other} = \max(0,\, E_{PM2.5} - E_{BC} - E_{OM})",
    units="kt/yr",
    citation="Van Dingenen et al. 2018, Atmos. Chem. Phys. 18:16173 (TM5-FASST)",
)
def split_primary(fine: Floats, black_carbon: Floats, organic_carbon: Floats, om_to_oc: float) -> tuple[Floats, Floats]:
    """Return organic matter and other primary PM2.5 of emissions of PM2.5, BC and OC (kt/yr, one shape).

    >>> split_primary(np.array([10.0]), np.array([2.0]), np.array([3.0]), 1.3)
    (array([3.9]), array([4.1]))
    """
    matter = om_to_oc * organic_carbon
    # Inventories of PM2.5, BC and OC come from different hands: their parts may add to more than the whole. What is
    # left is then none, and BC and OM stay, since they have coefficients of their own in the relation.
    return matter, np.maximum(fine - black_carbon - matter, 0.0)
