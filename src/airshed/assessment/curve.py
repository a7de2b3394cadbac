"""Cost curves of a pack: measures ranked by what one unit less of an emission, or of PM2.5 in a city, costs."""

from __future__ import annotations

import pandas as pd

from airshed.assessment.ground import Ground, ground, problem_of
from airshed.pack.codes import unknown
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.strategy.curve import abated, removed, staircase
from airshed.strategy.problem import Problem
from airshed.transport.tm5fasst import PRECURSORS

NO_TARGET = "1000"
"""A target that every place meets: a curve needs none."""


def cost_curve(
    pack: Pack, year: int, region: str | None = None, receptor: str | None = None, pollutant: str | None = None
) -> pd.DataFrame:
    """Return the staircase of least cost.

    region : source region whose measures are ranked, all without one; receptor : city whose PM2.5 falls; pollutant :
        precursor whose emission falls (SO2, NOx, NH3, BC, OM, PM_other) where there is no receptor
    returns : columns region, measure, replaces, reduction and cost (both up to and with the step), marginal_cost, unit,
        basis, source
    Raises AirshedError unless one of receptor and pollutant is given.
    """
    if (receptor is None) == (pollutant is None):
        raise AirshedError("a cost curve needs a receptor or a pollutant", "give --receptor CITY or --pollutant SO2")
    if pollutant is not None and pollutant not in PRECURSORS:
        raise unknown("pollutant", pollutant, PRECURSORS)
    held = ground(pack, NO_TARGET, year, receptors=None if receptor is None else [receptor])
    problem = problem_of(held)
    effect = removed(problem, PRECURSORS.index(pollutant)) if pollutant is not None else abated(problem, 0)
    steps = staircase(problem, effect, None if region is None else _place(held, region))
    return _named(held, problem, steps, "kt/yr" if pollutant is not None else "ug/m3")


def _place(held: Ground, region: str) -> int:
    regions = held.chain.relation.regions
    if region not in regions:
        raise unknown("region", region, regions)
    return regions.index(region)


def _named(held: Ground, problem: Problem, steps: pd.DataFrame, unit: str) -> pd.DataFrame:
    options, regions = held.options, held.chain.relation.regions
    return pd.DataFrame(
        {
            "region": [regions[place] for place in steps["region"]],
            "measure": [options.measure[place] for place in steps["measure"]],
            "replaces": [options.measure[place] if place >= 0 else "" for place in steps["replaces"]],
            "reduction": steps["reduction"].to_numpy(),
            "marginal_cost": steps["marginal_cost"].to_numpy(),
            "cost": steps["cost"].to_numpy(),
            "unit": f"{unit}; million USD of 2015/yr",
            "basis": "derived",
            "source": [options.source[place] for place in steps["measure"]],
        }
    )
