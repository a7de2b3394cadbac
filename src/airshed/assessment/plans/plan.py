"""The least-cost plan of a pack: the answer to its aims, what it avoids, and what stands in its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from airshed.assessment.lives.damage import slopes
from airshed.assessment.plans.aims import INTERIM
from airshed.assessment.plans.plan_inputs import PlanInputs, Tangent, acting, problem_of, tangents, wide
from airshed.assessment.plans.setting import RELAX_STEP, CostSettingCities, setting
from airshed.pack.arrays import Floats
from airshed.pack.bounds import Bound, within
from airshed.pack.defaults import named_targets
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.progress import step
from airshed.strategy.application import CASES, Case
from airshed.strategy.budget import most_avoided, most_exposure
from airshed.strategy.highs import Progress, SolverError, silent
from airshed.strategy.options import Options, build_options
from airshed.strategy.plan import INFEASIBLE, Plan, settled
from airshed.strategy.problem import Problem
from airshed.strategy.solve import CapsError, Solver, first_reachable, least_cost, reachable
from airshed.strategy.together import alone

NEAR = 1e-6
USED = 1e-9
"""Application above today's from which a measure counts as part of the plan."""
MONEY = "million USD of 2015/yr"
BUDGET = Bound(0, 1e9)
"""Million USD a year."""
ROUNDS = 20
"""Straight lines drawn at most in place of the curve of deaths."""
SETTLED = 1e-7
LOWEST, INTERIM_PLAN = "lowest levels", "plan with interim targets"
CURVE = "cheapest plan under the curve of deaths"
EXPOSURE, DEATHS = "exposure", "deaths"


@dataclass(frozen=True)
class Solved:
    """A plan with the problem it solves: `lines` stand for deaths, `together_cost` is of plans alone.

    settled : whether no cheaper plan is to be found by lines drawn anew
    """

    problem: Problem
    plan: Plan
    lines: list[Tangent]
    together_cost: float | None = None
    settled: bool = True


@dataclass(frozen=True)
class Room:
    """A case of what is and can be applied: the status and cost of its plan, and how many receptors miss.

    cost : million USD/yr at the central unit costs, NaN where no plan of this case meets the targets and keeps the caps
    missed : None where the caps cannot be kept
    """

    status: str
    cost: float
    missed: int | None


UNDECIDED = "undecided"
"""Of a case whose plan the solver could not decide, or had no time for."""


@dataclass(frozen=True)
class PlanSolution:
    """A plan with what stands behind it.

    plan : of the case that is asked, over receptors and then the lines for deaths; cases : the plan of each case
    deaths : avoided a year; lowest : (receptor), ug/m3 that each could reach if all were done for it
    interim : the strictest WHO value that it could reach, NaN where none; together_cost : of plans alone
    budget : million USD/yr, of the budget form; interim_cost : million USD/yr of the plan in which cities that cannot
        meet the target aim at their interim value, None where all can
    undecided : what beside the plan the solver could not decide; setting : which cities set the cost, None where
        nothing does
    """

    ground: PlanInputs
    problem: Problem
    plan: Plan
    application: Floats
    lines: list[Tangent]
    cases: dict[Case, Room]
    deaths: float
    deaths_low: float
    deaths_high: float
    lowest: Floats
    interim: Floats
    together_cost: float | None
    budget: float | None
    interim_cost: float | None
    undecided: tuple[str, ...] = ()
    setting: CostSettingCities | None = None


def answer(
    held: PlanInputs,
    alone_each: bool = False,
    budget: float | None = None,
    buy: str = EXPOSURE,
    progress: Progress = silent,
) -> PlanSolution:
    """Solve the plan: together, each nation alone, or within a budget (million USD/yr), which buys exposure or deaths.

    The plan is that of the case of its ground; the others set what is applied today and what can be applied at most.
    The table of cases is the same whichever of them is asked. What stands beside the plan (the other cases, the lowest
    levels, the plan with interim targets) never keeps it from being told: it is named where it could not be decided.
    """
    if budget is not None:
        within(budget, "budget", BUDGET)
    if held.aims.deaths and (alone_each or budget is not None):
        raise AirshedError("aim-deaths-all-together-without")
    if held.aims.price_cap is not None and (held.aims.deaths or alone_each or budget is not None):
        raise AirshedError("cap-price-targets-cities-all")
    step("cases", 0, len(CASES))
    undecided: list[str] = []
    lowest = _lowest(held, undecided)
    interim = first_reachable(lowest, _interim_targets(held))
    strict = held
    if held.aims.unmet == INTERIM:
        held = replace(held, target=_within_reach(held, lowest, interim))
    found = _solved(held, alone_each, budget, buy)
    if not found.settled:
        undecided.append(CURVE)
    progress(f"{held.case} case")
    cases: dict[Case, Room] = {held.case: _room(found, budget)}
    others = [case for case in CASES if case != held.case]
    for done, case in enumerate(others, start=1):
        step("cases", done, len(CASES))
        options = build_options(held.pack, held.chain.year, case, acting(held.pack, held.chain), held.chain.baseline)
        try:
            other_case = _solved(held, alone_each, budget, buy, options)
            cases[case] = _room(other_case, budget)
            if not other_case.settled:
                undecided.append(f"{case} case")
        except CapsError:
            cases[case] = Room(INFEASIBLE, float("nan"), None)
        except SolverError:
            cases[case] = Room(UNDECIDED, float("nan"), None)
            undecided.append(f"{case} case")
        progress(f"{case} case")
    other = None
    if budget is None and not alone_each and found.plan.status == INFEASIBLE and held is strict:
        other = _interim_cost(held, lowest, interim, undecided)
    return replace(
        answer_of(held, found.problem, found.plan, lowest),
        lines=found.lines,
        cases=cases,
        together_cost=found.together_cost,
        budget=budget,
        interim_cost=other,
        undecided=tuple(undecided),
        setting=None if budget is not None or alone_each or found.lines else setting(held, found.problem, found.plan),
    )


def _lowest(held: PlanInputs, undecided: list[str]) -> Floats:
    """Return the lowest level of every receptor, NaN where the solver cannot tell; adds to what is undecided."""
    try:
        return reachable(problem_of(held))[: len(held.receptors)]
    except SolverError:
        undecided.append(LOWEST)
        return np.full(len(held.receptors), np.nan)


def _interim_cost(held: PlanInputs, lowest: Floats, interim: Floats, undecided: list[str]) -> float | None:
    """Return the cost of the plan with interim targets, None where the solver cannot tell or caps forbid any."""
    try:
        found = _solved(replace(held, target=_within_reach(held, lowest, interim)))
    except SolverError:
        undecided.append(INTERIM_PLAN)
        return None
    except CapsError:
        return None
    if not found.settled:
        undecided.append(INTERIM_PLAN)
    return found.plan.cost


def answer_of(held: PlanInputs, problem: Problem, plan: Plan, lowest: Floats | None = None) -> PlanSolution:
    """Return the answer that a plan is, with what it avoids; lowest : (receptor), ug/m3, found if not given."""
    lowest = reachable(problem_of(held)) if lowest is None else lowest
    before = _deaths(held, held.emissions)
    after = _deaths(held, after_plan(held, held.options, plan.application), breathed(held, plan.application))
    avoided = [one - less for one, less in zip(before, after, strict=True)]
    return PlanSolution(
        ground=held,
        problem=problem,
        plan=plan,
        application=plan.application,
        lines=[],
        cases={},
        deaths=avoided[0],
        deaths_low=min(avoided),
        deaths_high=max(avoided),
        lowest=lowest,
        interim=first_reachable(lowest, _interim_targets(held)),
        together_cost=None,
        budget=None,
        interim_cost=None,
    )


def after_plan(held: PlanInputs, options: Options, application: Floats) -> xr.DataArray:
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


def _room(found: Solved, budget: float | None) -> Room:
    """Return the case of a plan: the elastic plan of targets that are not met says nothing of what these cost."""
    plan = found.plan
    met = plan.status != INFEASIBLE or budget is not None
    return Room(plan.status, plan.cost if met else float("nan"), int((plan.relaxation > NEAR).sum()))


def _solved(
    held: PlanInputs,
    alone_each: bool = False,
    budget: float | None = None,
    buy: str = EXPOSURE,
    options: Options | None = None,
    end: int = 1,
) -> Solved:
    """Return the plan with the options of a case; `end`: 0, 1, 2 for the low, central and high cost."""
    chosen = held.options if options is None else options
    if budget is not None and buy == DEATHS:
        return _most_lives(held, chosen, end, budget)
    if held.aims.deaths:
        return _under_curve(held, chosen, end)
    problem = problem_of(held, chosen, end)
    if alone_each:
        each = alone(problem)
        plan = replace(
            each.together,
            application=each.application,
            cost=each.cost,
            reached=each.reached,
            shadow_price=np.where(each.own("relaxation") > NEAR, np.nan, settled(each.own("shadow_price"))),
            binding=each.own("binding").astype(bool),
        )
        return Solved(problem, _as_alone(problem, plan, each.application), [], each.together_cost)
    if budget is not None:
        return Solved(problem, most_exposure(problem, budget), [])
    cap = held.aims.price_cap
    return Solved(problem, nearest(problem) if cap is None else Solver(problem).at_price(cap), [])


def nearest(problem: Problem) -> Plan:
    """Return the least-cost plan, targets relaxed where they cannot be met.

    They are relaxed by the least number of tenths of ug/m3 that works: the last hundredth of a far city would take
    everything that there is, everywhere.
    """
    if problem.indivisible is None:
        plan = least_cost(problem)
        if plan.status != INFEASIBLE:
            return plan
        missed = plan.relaxation
    else:
        missed = Solver(problem).relaxations()
        if not (missed > NEAR).any():
            return least_cost(problem)
    relaxed = np.ceil(missed / RELAX_STEP - NEAR) * RELAX_STEP
    again = least_cost(replace(problem, target=problem.target + relaxed))
    missed = np.maximum(np.nan_to_num(again.reached - problem.target), 0.0)
    return replace(
        again,
        status=INFEASIBLE,
        target=problem.target,
        relaxation=np.where(missed > NEAR, missed, 0.0),
        slack=settled(problem.target - again.reached),
    )


def _under_curve(held: PlanInputs, options: Options, end: int) -> Solved:
    """Return the least-cost plan under aims on deaths, by straight lines drawn at the levels of the last plan.

    Deaths are concave in the level, so that a line lies above the curve: what meets the line meets the curve, and each
    plan is at least as cheap as the one before. It ends when the plan does not change any more; after ROUNDS lines it
    keeps all aims, but a cheaper one may be left, and it is not settled.
    """
    emissions, last = held.emissions, None
    for _ in range(ROUNDS):
        lines = tangents(held, emissions)
        found = Solved(problem := problem_of(held, options, end, lines), nearest(problem), lines)
        if last is not None and np.abs(found.plan.application - last.plan.application).max(initial=0.0) < SETTLED:
            return found
        last, emissions = found, after_plan(held, options, found.plan.application)
    return replace(found, settled=False)


def _most_lives(held: PlanInputs, options: Options, end: int, budget: float) -> Solved:
    """Return the plan within a budget that avoids most deaths of all people, every region a receptor of its own."""
    people = held.chain.people
    problem, some = problem_of(wide(held), options, end), len(held.receptors)

    def slope(levels: Floats) -> Floats:
        here = slopes(held.chain, np.maximum(levels[some:], 0.0))[0]
        return np.concatenate([np.zeros(some), here])

    def deaths(levels: Floats) -> float:
        return float(np.nansum(people.attributable(np.maximum(levels[some:], 0.0))[0]))

    plan = most_avoided(problem, budget, slope, deaths).plan
    shown = slice(0, some)
    fields = ("reached", "target", "relaxation", "slack", "binding", "shadow_price")
    return Solved(
        problem_of(held, options, end), replace(plan, **{name: getattr(plan, name)[shown] for name in fields}), []
    )


def _within_reach(held: PlanInputs, lowest: Floats, interim: Floats) -> Floats:
    """Return the targets, those out of reach replaced by the interim value in reach, or by the lowest level itself."""
    far = held.target + held.aims.within < lowest - NEAR
    return np.where(far, np.fmax(np.where(np.isnan(interim), lowest, interim), held.target), held.target)


def _as_alone(problem: Problem, plan: Plan, application: Floats) -> Plan:
    """Return a plan with what the union of plans alone does; prices of limits are those of the joint plan.

    The shadow price of a target is that of its nation's own plan, NaN where that cannot meet it.
    """
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
        slack=settled(problem.target - plan.reached),
        co2_change=0.0 if problem.co2 is None else float(np.nan_to_num(problem.co2) @ change),
        co2_unknown=0 if problem.co2 is None else int((np.isnan(problem.co2) & (change > 0)).sum()),
    )


def _interim_targets(held: PlanInputs) -> Sequence[float]:
    """Return the levels that the pack names as targets, such as WHO's guidelines and interim targets, ug/m3."""
    return sorted({target.limit for target in named_targets(held.pack).values()})


@equation(
    key="breathed-share",
    title="Exposure with measures on exposure",
    latex=r"f_r = \prod_m \left(1 - x_{m,r}\,(1 - f_m)\right)",
    units="1",
    citation="exposure factors of the catalogue, x the share of people who use a measure; their product is a rule of "
    "this project",
)
def breathed(held: PlanInputs, application: Floats) -> Floats:
    """Return what people breathe over what is in the air, (region of the people), 0..1.

    application : (option), 0..1; of measures on exposure the share of people who use them
    """
    options, regions = held.options, held.chain.people.regions
    factor = np.ones(len(regions))
    for option in np.flatnonzero((options.exposure_factor != 1.0) & (application > options.current)):
        if options.region[option] in regions:
            share = application[option] - options.current[option]
            factor[regions.index(options.region[option])] *= 1.0 - share * (1.0 - options.exposure_factor[option])
    return factor


def _deaths(held: PlanInputs, emissions: xr.DataArray, factor: Floats | float = 1.0) -> tuple[float, float, float]:
    """Return deaths of all regions under emissions: central, and at the ends of the response.

    factor : (region), what people breathe over what is in the air
    """
    concentration, _ = held.chain.evaluate(emissions)
    ends = held.chain.people.attributable(concentration.to_numpy() * factor)
    central, low, high = (float(np.nansum(values)) for values in ends)
    return central, low, high
