"""The modules that register formulas, and the catalogue of all of them."""

from __future__ import annotations

from airshed.pack.equations import Equation, catalogue

MODULES = (
    "airshed.assessment.anchored",
    "airshed.assessment.claims",
    "airshed.assessment.damage",
    "airshed.assessment.hindcast",
    "airshed.emissions.change",
    "airshed.emissions.growth",
    "airshed.emissions.interpolate",
    "airshed.impacts.curves",
    "airshed.impacts.exposure",
    "airshed.impacts.gemm",
    "airshed.impacts.ier",
    "airshed.impacts.loglinear",
    "airshed.impacts.mortality",
    "airshed.impacts.valuation",
    "airshed.sampling.laws",
    "airshed.strategy.curve",
    "airshed.strategy.solve",
    "airshed.transport.calibration",
    "airshed.transport.distance",
    "airshed.transport.kernel",
    "airshed.transport.kernel_design",
    "airshed.transport.observation",
    "airshed.transport.precursors",
    "airshed.transport.studies",
    "airshed.transport.tm5fasst",
)


def equations() -> list[Equation]:
    """Return every formula of the package, by id."""
    return catalogue(MODULES)
