"""Tabulated relative risk over concentration: IER 2015 and MR-BRT, linear between the nodes."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation


@equation(
    key="tabulated-risk",
    title="Relative risk between the nodes of a curve",
    latex=r"RR = RR_i + (RR_{i+1} - RR_i)\,\frac{C - C_i}{C_{i+1} - C_i}",
    units="1",
    citation="linear interpolation; nodes in the table response_curves",
)
def tabulated_risk(concentration: Floats, nodes: Floats, risks: Floats) -> Floats:
    """Return the relative risk of every age band; below the first and beyond the last node its value holds.

    concentration : (region), ug/m3 annual mean; NaN gives NaN
    nodes : (node), ug/m3, rising; risks : (age, node)
    returns : (region, age)

    >>> tabulated_risk(np.array([5.0, 12.0, 300.0]), np.array([10.0, 20.0]), np.array([[1.0, 1.5]])).ravel()
    array([1. , 1.1, 1.5])
    """
    return np.stack([np.interp(concentration, nodes, band) for band in risks], axis=1)
