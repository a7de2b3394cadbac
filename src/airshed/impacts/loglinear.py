"""The log-linear response: relative risk from one coefficient of a cohort study."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation


@equation(
    key="loglinear-risk",
    title="Log-linear relative risk",
    latex=r"RR = \exp(\beta \max(0, C - C_0))",
    units="1",
    citation="form of the Cox model; coefficients with their studies in the table responses_loglinear",
)
def loglinear_risk(concentration: Floats, beta: Floats, counterfactual: Floats | float) -> Floats:
    """Return the relative risk, 1 at and below the counterfactual.

    concentration : array, ug/m3 annual mean, >= 0; broadcasts with the parameters
    beta : per ug/m3; counterfactual : C0, ug/m3

    >>> loglinear_risk(np.array([5.0, 20.0]), 0.01, 10.0).round(4)
    array([1.    , 1.1052])
    """
    return np.asarray(np.exp(beta * np.maximum(concentration - counterfactual, 0.0)))
