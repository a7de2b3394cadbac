"""The modules that register formulas, and the catalogue of all of them."""

from __future__ import annotations

from airshed.pack.equations import Equation, catalogue

MODULES = (
    "airshed.assessment.anchored",
    "airshed.assessment.beliefs",
    "airshed.assessment.claims",
    "airshed.assessment.concentration",
    "airshed.assessment.damage",
    "airshed.assessment.deaths_curve",
    "airshed.assessment.game",
    "airshed.assessment.hindcast",
    "airshed.assessment.joint",
    "airshed.assessment.maximum",
    "airshed.assessment.plan",
    "airshed.assessment.plan_path",
    "airshed.cooperation.contributions",
    "airshed.cooperation.core",
    "airshed.cooperation.core_fund",
    "airshed.cooperation.curved",
    "airshed.cooperation.nucleolus",
    "airshed.cooperation.partners",
    "airshed.cooperation.schedule",
    "airshed.cooperation.shapley",
    "airshed.cooperation.stability",
    "airshed.cooperation.support",
    "airshed.cooperation.target_game",
    "airshed.cooperation.transfers",
    "airshed.cooperation.worth",
    "airshed.emissions.activity",
    "airshed.emissions.change",
    "airshed.emissions.curtailment",
    "airshed.emissions.effects",
    "airshed.emissions.growth",
    "airshed.emissions.interpolate",
    "airshed.emissions.interval",
    "airshed.emissions.overrides",
    "airshed.emissions.provinces",
    "airshed.impacts.curves",
    "airshed.impacts.exposure",
    "airshed.impacts.gemm",
    "airshed.impacts.ier",
    "airshed.impacts.loglinear",
    "airshed.impacts.mortality",
    "airshed.impacts.valuation",
    "airshed.sampling.laws",
    "airshed.sampling.sensitivity",
    "airshed.strategy.cost",
    "airshed.strategy.curve",
    "airshed.strategy.options",
    "airshed.strategy.solve",
    "airshed.transport.calibration",
    "airshed.transport.distance",
    "airshed.transport.inmap",
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
