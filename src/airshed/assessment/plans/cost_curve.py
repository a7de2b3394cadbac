"""Cost curves of a pack: measures ranked by what one unit less costs, and the frontier of the least-cost plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.plans.caveats import said_of
from airshed.assessment.plans.plan import MONEY
from airshed.assessment.plans.plan_inputs import PlanInputs, ground, problem_of
from airshed.pack.codes import country_of, group_members, members, named, unknown
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.strategy.curve import abated, frontier, removed, staircase, steps_at
from airshed.strategy.plan import MET
from airshed.strategy.problem import Problem
from airshed.strategy.solve import reachable
from airshed.transport.precursors import BLACK, FINE, GASEOUS, ORGANIC, split_primary
from airshed.transport.tm5fasst import PRECURSORS

NO_TARGET = "1000"
"""A target that every place meets: a curve needs none."""
STEPS = 21
LEVEL, EMISSION = "ug/m3", "kt/yr"


def cost_curve(
    pack: Pack, year: int, region: str | None = None, receptor: str | None = None, pollutant: str | None = None
) -> pd.DataFrame:
    """Return the staircase of least cost.

    region : region, nation or group whose measures are ranked, all without one; receptor : city whose PM2.5 falls
    pollutant : precursor whose emission falls (SO2, NOx, NH3, BC, OM, PM_other) where there is no receptor
    returns : columns region, measure, replaces, reduction and cost (both up to and with the step), marginal_cost,
        flagged (priced below a tenth of the lowest print), unit, basis, source
    Raises AirshedError unless one of receptor and pollutant is given.
    """
    held, problem = _asked(pack, year, receptor, pollutant)
    return staircase_of(held, problem, receptor, pollutant, region)


def frontier_curve(
    pack: Pack,
    year: int,
    receptor: str | None = None,
    steps: int = STEPS,
    region: str | None = None,
    pollutant: str | None = None,
) -> pd.DataFrame:
    """Return the least cost of ever stricter targets, in equal steps from today's level to the lowest in reach.

    receptor, region, pollutant : as in `cost_curve`; steps : how many targets, the level of today among them
    returns : columns receptor (or pollutant), target (ug/m3, or kt/yr that the region, or all with measures, may still
        emit), reduction, marginal_cost, cost, measure and region (whose application grew most since the row before),
        flagged (whether that measure is priced below a tenth of the lowest print), unit, basis
    The cost is that of the whole problem at the target: monotone and convex in the reduction, never above the staircase
    but for options that save money, which the staircase leaves out where they lack the effect. A receptor that nothing
    lowers has one row.
    Raises AirshedError unless one of receptor and pollutant is given.
    """
    held, problem = _asked(pack, year, receptor, pollutant)
    return frontier_of(held, problem, receptor, pollutant, region, steps)


def _asked(pack: Pack, year: int, receptor: str | None, pollutant: str | None) -> tuple[PlanInputs, Problem]:
    if receptor is not None and pollutant is not None:
        raise AirshedError("cost-curve-receptor-pollutant-both")
    if receptor is None and pollutant is None:
        raise AirshedError("cost-curve-needs-receptor-pollutant")
    if pollutant is not None and pollutant not in PRECURSORS:
        raise unknown("pollutant", pollutant, PRECURSORS)
    held = ground(pack, NO_TARGET, year, receptors=None if receptor is None else [receptor])
    return held, problem_of(held)


def staircase_of(
    held: PlanInputs, problem: Problem, receptor: str | None, pollutant: str | None = None, region: str | None = None
) -> pd.DataFrame:
    """Return the staircase of a problem that stands already: of one of its receptors, or of a pollutant."""
    if pollutant is not None:
        effect, unit = removed(problem, PRECURSORS.index(pollutant)), EMISSION
    else:
        effect, unit = abated(problem, held.receptors.index(str(receptor))), LEVEL
    found = staircase(problem, effect, None if region is None else _places(held, region))
    return _named(held, problem, found, unit)


def frontier_of(
    held: PlanInputs,
    problem: Problem,
    receptor: str | None,
    pollutant: str | None = None,
    region: str | None = None,
    steps: int = STEPS,
) -> pd.DataFrame:
    """Return the frontier of a problem that stands already: of one of its receptors, or of a pollutant."""
    places = None if region is None else _places(held, region)
    if places is not None:
        here = np.isin(problem.region, places)
        problem = replace(problem, maximum=np.where(here, problem.maximum, problem.current))
    if pollutant is not None:
        asked, number, unit = _as_receptor(held, problem, PRECURSORS.index(pollutant), places), 0, EMISSION
    else:
        asked, number, unit = problem, held.receptors.index(str(receptor)), LEVEL
    lowest = float(reachable(asked, asked=[number])[number])
    targets = steps_at(asked, number, lowest + MET, steps) if asked.level[number] - lowest > MET else asked.level[None]
    found = frontier(asked, targets)
    known = found["measure"].to_numpy()
    regions = held.options.region
    return pd.DataFrame(
        {
            "receptor" if pollutant is None else "pollutant": receptor if pollutant is None else pollutant,
            "target": targets[: len(found), number],
            "reduction": found["reduction"].to_numpy(),
            "marginal_cost": found["marginal_cost"].to_numpy(),
            "cost": found["cost"].to_numpy(),
            "measure": [held.options.measure[option] if option >= 0 else "" for option in known],
            "region": [regions[option] if option >= 0 else "" for option in known],
            "flagged": ["yes" if option >= 0 and held.options.flagged[option] else "no" for option in known],
            "unit": f"{unit}; {MONEY}",
            "basis": "derived",
        }
    )


def _as_receptor(held: PlanInputs, problem: Problem, pollutant: int, places: list[int] | None) -> Problem:
    """Return the problem with one receptor: what some regions, or all with measures, emit of a precursor, kt/yr."""
    counted = np.zeros(problem.effect.shape[1])
    counted[problem.region[problem.span > 0] if places is None else places] = 1.0
    effect = np.zeros((*problem.effect.shape[:2], 1))
    effect[pollutant, :, 0] = counted
    emitted = held.emissions.transpose("region", "sector", "pollutant")
    rows = pd.Index(emitted["region"].to_numpy()).get_indexer(pd.Index(held.chain.relation.regions))
    values = emitted.to_numpy()[rows[(counted > 0) & (rows >= 0)]].reshape(-1, emitted.shape[2])
    parts = (values[:, FINE], values[:, BLACK], values[:, ORGANIC])
    matter, other = split_primary(*parts, held.chain.relation.om_to_oc)
    amount = np.column_stack([values[:, GASEOUS], values[:, BLACK], matter, other])[:, pollutant].sum()
    return replace(
        problem,
        effect=effect,
        level=np.array([amount]),
        target=np.array([np.nan]),
        weights=None,
        receptor_owner=None,
        floor=None,
        names={**problem.names, "receptor": [PRECURSORS[pollutant]]},
    )


def _places(held: PlanInputs, region: str) -> list[int]:
    """Return the places of the regions of a region, nation or group; raises AirshedError for a code without any."""
    regions = held.chain.relation.regions
    known = {*regions, *country_of(held.pack).values(), *group_members(held.pack)}
    if region not in known:
        raise unknown("region", region, sorted(known), named(held.pack, region))
    return [regions.index(code) for code in members(held.pack, region) if code in regions]


def caveats_of_curve(pack: Pack, steps: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what the rows of the measures of a staircase warn of: measure, share of its reduction, and caveat."""
    own = np.diff(steps["reduction"].to_numpy(), prepend=0.0)
    return said_of(pack, list(steps["measure"]), own[None])


def _named(held: PlanInputs, problem: Problem, steps: pd.DataFrame, unit: str) -> pd.DataFrame:
    options, regions = held.options, held.chain.relation.regions
    return pd.DataFrame(
        {
            "region": [regions[place] for place in steps["region"]],
            "measure": [options.measure[place] for place in steps["measure"]],
            "replaces": [options.measure[place] if place >= 0 else "" for place in steps["replaces"]],
            "reduction": steps["reduction"].to_numpy(),
            "marginal_cost": steps["marginal_cost"].to_numpy(),
            "cost": steps["cost"].to_numpy(),
            "flagged": ["yes" if options.flagged[place] else "no" for place in steps["measure"]],
            "unit": f"{unit}; {MONEY}",
            "basis": "derived",
            "source": [options.source[place] for place in steps["measure"]],
        }
    )
