"""The Global Exposure Mortality Model (GEMM): share of deaths due to PM2.5 (Burnett et al. 2018, PNAS 115:9592)."""

from __future__ import annotations

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation

COUNTERFACTUAL = 2.4
"""Concentration without excess risk in GEMM, ug/m3 (Burnett et al. 2018)."""


@equation(
    key="gemm",
    title="GEMM relative risk and attributable fraction",
    latex=r"RR = \exp\left(\frac{\theta \ln(z/\alpha + 1)}{1 + \exp(-(z-\mu)/\nu)}\right),\ "
    r"z = \max(0, C - 2.4);\quad AF = 1 - 1/RR",
    units="1",
    citation="Burnett et al. 2018, PNAS 115:9592, eq. 1; parameters in the table responses_gemm",
)
def attributable_fraction(
    concentration: Floats,
    theta: Floats,
    alpha: Floats,
    mu: Floats,
    nu: Floats,
    counterfactual: Floats | float = COUNTERFACTUAL,
) -> Floats:
    """Return the share of deaths due to PM2.5.

    concentration : array, ug/m3 annual mean, >= 0; broadcasts with the parameters
    theta, alpha, mu, nu : parameters of a cause and age band
    counterfactual : concentration without excess risk, ug/m3
    returns : array of the broadcast shape, 0..1

    >>> attributable_fraction(np.array([10.0, 35.0, 50.0]), 0.251, 6.5, 2.5, 32.0).round(3)
    array([0.1  , 0.277, 0.348])
    """
    # By log1p and expm1: in clean air the excess risk is a thousandth, of which 1 - 1/RR in full digits leaves few.
    excess = np.maximum(concentration - counterfactual, 0.0)
    log_risk = theta * np.log1p(excess / alpha) / (1.0 + np.exp(-(excess - mu) / nu))
    return -np.expm1(-log_risk)


@equation(
    key="gemm-marginal",
    title="Change of the GEMM attributable fraction with concentration",
    latex=r"\frac{dAF}{dC} = (1 - AF)\,\frac{\theta}{1+g}\left(\frac{1}{\alpha + z}"
    r" + \frac{g \ln(z/\alpha + 1)}{\nu\,(1+g)}\right),\ g = e^{-(z-\mu)/\nu}",
    units="1 per ug/m3",
    citation="derivative of Burnett et al. 2018, PNAS 115:9592, eq. 1",
)
def marginal_fraction(
    concentration: Floats,
    theta: Floats,
    alpha: Floats,
    mu: Floats,
    nu: Floats,
    counterfactual: Floats | float = COUNTERFACTUAL,
) -> Floats:
    """Return how much the share of deaths due to PM2.5 rises per ug/m3; 0 below the counterfactual.

    Arguments as of `attributable_fraction`; at the counterfactual itself it is the slope above it.
    """
    excess = np.maximum(concentration - counterfactual, 0.0)
    damping = np.exp(-(excess - mu) / nu)
    growth = np.log1p(excess / alpha)
    log_slope = theta / (1.0 + damping) * (1.0 / (alpha + excess) + growth * damping / (nu * (1.0 + damping)))
    slope = np.exp(-theta * growth / (1.0 + damping)) * log_slope
    return np.asarray(np.where(concentration >= counterfactual, slope, 0.0 * slope))
