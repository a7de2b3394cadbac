"""The least-cost plan of a pack: its problem from relation and measures, the answer, and what that avoids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from airshed.assessment.chain import Chain, prepare, refuse_other_years
from airshed.assessment.scenarios import scenario_emissions
from airshed.assessment.targets import NAMED, resolve_target
from airshed.pack.codes import country_of
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import Pack
from airshed.strategy.application import Case
from airshed.strategy.budget import most_exposure
from airshed.strategy.options import Options, build_options
from airshed.strategy.plan import INFEASIBLE, Plan
from airshed.strategy.problem import Problem
from airshed.strategy.solve import first_reachable, least_cost, reachable
from airshed.strategy.together import alone
from airshed.transport.precursors import split_primary
from airshed.transport.relation import EMITTED
from airshed.transport.tm5fasst import PRECURSORS

Floats = npt.NDArray[np.float64]
ENDS: tuple[tuple[Case, int], ...] = (("low", 0), ("high", 2))
"""The cases beside the middle one, each with the end of the cost that goes with it."""
RELAX_STEP = 0.1
"""Targets that cannot be met are relaxed in steps of this, ug/m3."""
NEAR = 1e-6
USED = 1e-9
"""Application above today's from which a measure counts as part of the plan."""
MONEY = "million USD of 2015/yr"


@dataclass(frozen=True)
class Ground:
    """What a plan stands on: the chain of its year, the options that can be chosen, and the receptors.

    emissions : (region, sector, pollutant), kt/yr, before the plan; receptors : cities with measures around them
    unreachable : cities whose region has none
    """

    pack: Pack
    chain: Chain
    emissions: xr.DataArray
    options: Options
    receptors: list[str]
    unreachable: list[str]
    level: Floats
    target: Floats


@dataclass(frozen=True)
class Answer:
    """A plan with what stands behind it.

    plan : of the middle case; cases : case to the status and cost of its plan, million USD/yr; deaths : avoided a year
    lowest : (receptor), ug/m3 that each receptor could reach if all were done for it; interim : the strictest WHO value
        that it could reach, NaN where none; together_cost : of plans alone; budget : million USD/yr, of the budget form
    """

    ground: Ground
    problem: Problem
    plan: Plan
    application: Floats
    cases: dict[Case, tuple[str, float]]
    deaths: float
    deaths_low: float
    deaths_high: float
    lowest: Floats
    interim: Floats
    together_cost: float | None
    budget: float | None


def ground(
    pack: Pack,
    target: str,
    year: int,
    scenario: str = "baseline",
    case: Case = "middle",
    receptors: Sequence[str] | None = None,
) -> Ground:
    """Return what a plan for a target in a year stands on.

    receptors : cities or regions; the cities of regions with measures if none are given
    Raises MissingTableError without measures, AirshedError for a year or target that is not there.
    """
    given = scenario_emissions(pack, scenario)
    refuse_other_years(given.scenario, year, pack.base_year)
    chain = prepare(pack, year, given.scenario, reference=given.reference)
    options = build_options(pack, year, case, baseline=given.scenario)
    able = {region for region, chosen in zip(options.region, options.selectable, strict=True) if chosen}
    if not able:
        raise MissingTableError("measures", "that can be chosen anywhere: they need published costs and efficiencies")
    home = dict(zip(pack.optional("receptors")["code"], pack.optional("receptors")["region"], strict=True))
    cities = list(receptors) if receptors else [code for code in chain.relation.receptors if code in home]
    for code in cities:
        if code not in chain.relation.receptors:
            raise AirshedError(f"{code} is not a receptor of a plan", "use cities or regions, no groups or nations")
    reachable_cities = [code for code in cities if home.get(code, code) in able]
    emissions = chain.emissions()
    level = levels_of(chain, emissions, reachable_cities)
    aims = resolve_target(pack, target, reachable_cities, year).to_numpy()
    left = [code for code in cities if code not in reachable_cities]
    return Ground(pack, chain, emissions, options, reachable_cities, left, level, aims)


def levels_of(chain: Chain, emissions: xr.DataArray, receptors: Sequence[str]) -> Floats:
    """Return PM2.5 of receptors under emissions, ug/m3, natural part and bias included, never below zero."""
    modelled = chain.relation.concentration(emissions).sel(receptor=list(receptors)).to_numpy()
    biases = [chain.biases[code] for code in receptors]
    total = modelled + np.array([item.value if item else 0.0 for item in biases])
    return np.asarray(np.maximum(total, 0.0), dtype=np.float64)


def problem_of(held: Ground, options: Options | None = None, end: int = 1) -> Problem:
    """Return the least-cost problem of the options.

    options : of another case; end : 0, 1, 2 for the low, central and high cost
    An option that cannot be chosen stays at what is applied today: it takes up its part of its group.
    The pollutants of the problem are the precursors of the relation, in which it is linear: what a measure takes off
    PM2.5, BC and OC is split as the emissions of its region and sector are.
    """
    options = held.options if options is None else options
    regions = held.chain.relation.regions
    home = country_of(held.pack)
    nations = list(dict.fromkeys(home[code] for code in regions))
    cities = dict(zip(held.pack.optional("receptors")["code"], held.pack.optional("receptors")["region"], strict=True))
    owners = [nations.index(home[cities.get(code, code)]) for code in held.receptors]
    effect = held.chain.relation.matrix.sum("species").sel(receptor=held.receptors)
    return Problem(
        removal=_precursors(held, options),
        region=np.array([regions.index(code) for code in options.region], dtype=np.int64),
        group=options.group.astype(np.int64),
        cost=np.where(options.selectable, np.nan_to_num(options.cost[:, end]), 0.0),
        current=options.current,
        maximum=np.where(options.selectable, options.maximum, options.current),
        effect=effect.transpose("precursor", "region", "receptor").to_numpy(),
        level=held.level,
        target=held.target,
        co2=options.co2,
        weights=_people(held),
        indivisible=options.indivisible if options.indivisible.any() else None,
        region_owner=np.array([nations.index(home[code]) for code in regions], dtype=np.int64),
        receptor_owner=np.array(owners, dtype=np.int64),
        names={
            "option": [f"{one} in {code}" for one, code in zip(options.measure, options.region, strict=True)],
            "region": regions,
            "receptor": held.receptors,
            "pollutant": list(PRECURSORS),
        },
    )


def _people(held: Ground) -> Floats:
    """Return the persons of every receptor, 1 where they are not known."""
    rows = held.pack.optional("receptors").set_index("code")["population"]
    known = [float(rows[code]) if code in rows.index else np.nan for code in held.receptors]
    return np.where(np.isfinite(known) & (np.array(known) > 0), known, 1.0)


def _precursors(held: Ground, options: Options) -> Floats:
    """Return what options remove as precursors (option, precursor), kt/yr at application 1."""
    emitted = held.emissions.transpose("region", "sector", "pollutant")
    rows = pd.Index(emitted["region"].to_numpy()).get_indexer(pd.Index(options.region))
    columns = pd.Index(emitted["sector"].to_numpy()).get_indexer(pd.Index(options.sector))
    here = emitted.to_numpy()[rows, columns]
    ratio = held.chain.relation.om_to_oc
    matter, other = split_primary(here[:, 0], here[:, 1], here[:, 2], ratio)
    removal = np.nan_to_num(options.removal)
    fine = np.where(here[:, 0] > 0, removal[:, 0] / np.where(here[:, 0] > 0, here[:, 0], 1.0), 0.0)
    organic = np.where(here[:, 2] > 0, removal[:, 2] / np.where(here[:, 2] > 0, here[:, 2], 1.0), 0.0)
    gases = removal[:, len(EMITTED) - 3 :]
    return np.column_stack([gases, removal[:, 1], organic * matter, fine * other])


def after_plan(held: Ground, options: Options, application: Floats) -> xr.DataArray:
    """Return the emissions (region, sector, pollutant) after a plan, kt/yr.

    application : (option), 0..1
    """
    change = application - options.current
    emissions = held.emissions.transpose("region", "sector", "pollutant").copy(deep=True)
    values = emissions.to_numpy()
    rows = pd.Index(emissions["region"].to_numpy()).get_indexer(pd.Index(options.region))
    columns = pd.Index(emissions["sector"].to_numpy()).get_indexer(pd.Index(options.sector))
    np.subtract.at(values, (rows, columns), np.nan_to_num(options.removal) * change[:, None])
    return emissions


def answer(held: Ground, alone_each: bool = False, budget: float | None = None) -> Answer:
    """Solve the plan: together, each nation alone, or within a budget (million USD/yr).

    The plan is that of the middle case; the others set what is applied today, what can be applied at most and the cost
    at one end.
    """
    problem = problem_of(held)
    plan, together = _solved(problem, alone_each, budget)
    cases: dict[Case, tuple[str, float]] = {"middle": (plan.status, plan.cost)}
    for case, end in ENDS:
        options = build_options(held.pack, held.chain.year, case, baseline=held.chain.baseline)
        other, _ = _solved(problem_of(held, options, end), alone_each, budget)
        cases[case] = (other.status, other.cost)
    lowest = reachable(problem)
    before = _deaths(held, held.emissions)
    after = _deaths(held, after_plan(held, held.options, plan.application))
    avoided = [one - other for one, other in zip(before, after, strict=True)]
    return Answer(
        ground=held,
        problem=problem,
        plan=plan,
        application=plan.application,
        cases=cases,
        deaths=avoided[0],
        deaths_low=min(avoided),
        deaths_high=max(avoided),
        lowest=lowest,
        interim=first_reachable(lowest, _interim_targets(held)),
        together_cost=together,
        budget=budget,
    )


def _solved(problem: Problem, alone_each: bool, budget: float | None) -> tuple[Plan, float | None]:
    """Return the plan, and for plans alone what the same levels cost together.

    Where targets cannot be met they are relaxed by the least number of tenths of ug/m3 that works: the last hundredth
    of a far city would take everything that there is, everywhere.
    """
    if alone_each:
        each = alone(problem)
        plan = replace(each.together, application=each.application, cost=each.cost, reached=each.reached)
        return _as_alone(problem, plan, each.application), each.together_cost
    if budget is not None:
        return most_exposure(problem, budget), None
    plan = least_cost(problem)
    if plan.status != INFEASIBLE:
        return plan, None
    relaxed = np.ceil(plan.relaxation / RELAX_STEP - NEAR) * RELAX_STEP
    again = least_cost(replace(problem, target=problem.target + relaxed))
    missed = np.maximum(np.nan_to_num(again.reached - problem.target), 0.0)
    return replace(
        again,
        status=INFEASIBLE,
        target=problem.target,
        relaxation=np.where(missed > NEAR, missed, 0.0),
        slack=problem.target - again.reached,
    ), None


def _as_alone(problem: Problem, plan: Plan, application: Floats) -> Plan:
    """Return a plan with what the union of plans alone does, its prices those of the joint plan."""
    change = application - problem.current
    spent = problem.cost * change
    missed = np.maximum(np.nan_to_num(plan.reached - problem.target), 0.0)
    regions = problem.effect.shape[1]
    return replace(
        plan,
        status=INFEASIBLE if missed.max(initial=0.0) > NEAR else plan.status,
        region_cost=np.bincount(problem.region, weights=spent, minlength=regions).astype(np.float64),
        relaxation=missed,
        target=problem.target,
        slack=problem.target - plan.reached,
        co2_change=0.0 if problem.co2 is None else float(np.nan_to_num(problem.co2) @ change),
    )


def _interim_targets(held: Ground) -> list[float]:
    """Return WHO's guideline and interim values of both editions that the pack holds, ug/m3."""
    found = set()
    for name in NAMED:
        try:
            found.add(float(resolve_target(held.pack, name, ["any"], held.chain.year).iloc[0]))
        except MissingTableError:
            continue
    return sorted(found)


def _deaths(held: Ground, emissions: xr.DataArray) -> tuple[float, float, float]:
    """Return deaths of all regions under emissions: central, and at the ends of the response."""
    concentration, _ = held.chain.evaluate(emissions)
    ends = held.chain.people.attributable(concentration.to_numpy())
    central, low, high = (float(np.nansum(values)) for values in ends)
    return central, low, high
