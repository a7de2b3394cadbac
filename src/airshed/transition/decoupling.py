"""Whether CO2 grows with the economy: the elasticity of Tapio (2005) and its eight states."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation

COUPLED = (0.8, 1.2)
"""Elasticity between which CO2 goes with GDP."""
STATES = (
    "weak decoupling",
    "expansive coupling",
    "expansive negative decoupling",
    "strong decoupling",
    "strong negative decoupling",
    "weak negative decoupling",
    "recessive coupling",
    "recessive decoupling",
)
"""The first three where both grow, then where one grows and the other does not, the last three where both shrink."""


@equation(
    key="decoupling",
    title="Elasticity of CO2 to GDP",
    latex=r"e = \frac{\Delta C / C_0}{\Delta G / G_0}",
    units="1",
    citation="Tapio 2005, Transport Policy 12:137",
)
def elasticity(carbon: Floats, product: Floats) -> Floats:
    """Return the elasticity of CO2 to GDP; NaN where GDP does not change.

    carbon, product : (..., 2), at the start and the end, above 0 at the start

    >>> elasticity(np.array([[100.0, 104.0]]), np.array([[100.0, 108.0]])).round(4)
    array([0.5])
    """
    more, grown = (values[..., 1] / values[..., 0] - 1.0 for values in (carbon, product))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(grown != 0, more / grown, np.nan))


def state(carbon: float, product: float) -> str:
    """Return the state of decoupling of Tapio; "" where GDP does not change.

    carbon, product : relative change of CO2 and of GDP
    The bounds of coupling, 0.8 and 1.2, belong to it.

    >>> state(0.04, 0.08), state(-0.01, 0.08), state(-0.10, -0.05)
    ('weak decoupling', 'strong decoupling', 'recessive decoupling')
    """
    if product == 0:
        return ""
    if carbon > 0 > product:
        return STATES[4]
    if carbon < 0 < product:
        return STATES[3]
    ratio = round(carbon / product, 12)
    low, high = COUPLED
    place = 0 if ratio < low else 1 if ratio <= high else 2
    return STATES[place] if product > 0 else STATES[5 + place]
