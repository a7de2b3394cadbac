"""What stands behind CO2: people, what each earns, the energy that takes, and the carbon in it (Kaya 1990)."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation


@equation(
    key="kaya",
    title="Identity of Kaya",
    latex=r"C_s = P \cdot \frac{G}{P} \cdot \frac{E}{G} \cdot \frac{C_s}{E}",
    units="Mt/yr",
    citation="Kaya 1990, IPCC Energy and Industry Subgroup, Paris; C by sector s; what is not known is left out",
)
def ratios(levels: Floats, carbon: Floats) -> Floats:
    """Return the factors of which CO2 is the product.

    levels : (level, ...), people, GDP, energy in this order or some of them, above 0, each in a unit of its own
    carbon : (..., sector), Mt/yr
    returns : (level + 1, ..., sector), the first level, each over the one before, and CO2 over the last

    >>> ratios(np.array([10.0, 50.0]), np.array([100.0, 25.0])).tolist()
    [[10.0, 10.0], [5.0, 5.0], [2.0, 0.5]]
    """
    wide = np.broadcast_to(np.asarray(levels, dtype=float)[..., None], (len(levels), *carbon.shape))
    return np.concatenate([wide[:1], wide[1:] / wide[:-1], (carbon / wide[-1])[None]])
