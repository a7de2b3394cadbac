"""The integrated exposure-response function (IER): relative risk of a cause (Burnett et al. 2014, EHP 122:397)."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation


@equation(
    key="ier",
    title="IER relative risk",
    latex=r"RR = 1 + \alpha\left(1 - \exp(-\beta\,(C - c_0)^\delta)\right),\ RR = 1\ \text{for}\ C \le c_0",
    units="1",
    citation="Burnett et al. 2014, Environ. Health Perspect. 122:397; parameters in the table responses_ier",
)
def ier_risk(
    concentration: Floats, alpha: Floats, beta: Floats, delta: Floats, counterfactual: Floats | float
) -> Floats:
    """Return the relative risk.

    concentration : array, ug/m3 annual mean, >= 0; broadcasts with the parameters
    alpha, beta, delta : parameters of a cause and age band, > 0
    counterfactual : c0, ug/m3, without risk at and below it
    returns : array of the broadcast shape, >= 1

    >>> ier_risk(np.array([4.0, 35.0]), 13.0831, 0.0058, 0.457, 4.2605).round(3)
    array([1.   , 1.358])
    """
    excess = np.maximum(concentration - counterfactual, 0.0)
    return np.asarray(1.0 - alpha * np.expm1(-beta * excess**delta))
