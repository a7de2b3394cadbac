"""Differentiated targets of a pack: what each member can reach alone and together, and schedules of equal burden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.assessment.chain.cities import held_by, members_asked, refuse_shared, share_in
from airshed.assessment.chain.city_options import CityShares, shares_of, with_cities
from airshed.assessment.chain.economy import products
from airshed.assessment.chain.targets import resolve_target
from airshed.assessment.plans.aims import Aims, Amount
from airshed.assessment.plans.path import RATE, discounted_years, lasting_limits
from airshed.assessment.plans.plan import MONEY, after_plan
from airshed.assessment.plans.plan_inputs import PlanInputs, ground, levels_of, problem_of
from airshed.cooperation.schedule import (
    NEAR,
    Burden,
    common_burden,
    first_year,
    lowest_together,
    only,
    responsibility_shares,
)
from airshed.pack.arrays import Bools, Floats, Ints
from airshed.pack.defaults import named_targets, schedule_targets
from airshed.pack.economy import GDP
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.people import population
from airshed.pack.progress import step
from airshed.strategy.application import Case
from airshed.strategy.cost import parameter
from airshed.strategy.problem import Problem
from airshed.strategy.solve import Solver, first_reachable

By = Literal["effort", "responsibility"]
Of = Literal["mean", "cities"]
PRICED = 1e-6
"""Part of the highest price of a target below which it does not set the burden."""
REACHED = 1e-5
"""ug/m3 by which a target may be missed and count as within reach: ten times the tolerance of the solver."""
AT_LIMIT = "below the common burden: more money there lowers nobody's exposure"
NO_GDP = "spends nothing: no GDP of the base year"
NO_GDP_SHARE = "no GDP of the base year: no share of it"
NO_MEASURES = "no measures on its ground"
MISSED = "cannot be brought to the target due: it sets no burden"
NOT_REACHABLE = "not reachable in the years asked"
MET_BEFORE = "met without measures in {year}, at no cost"
NOTES = (AT_LIMIT, NO_GDP, NO_GDP_SHARE, NO_MEASURES, MISSED, NOT_REACHABLE, MET_BEFORE)
"""Templates of the notes, for translation."""


@dataclass(frozen=True)
class Stage:
    """What a schedule stands on, year by year.

    grounds, problems : per year, over the means of members and then the cities, if these count; a member that is a city
        and no region of its own stands there as the city, with its share of the options of its region
    shares : whose the options of the problems are, and which of the ground; own : (member, receptor), whose target
        counts for the member
    """

    pack: Pack
    members: list[str]
    years: list[int]
    of: Of
    grounds: list[PlanInputs]
    problems: list[Problem]
    shares: CityShares
    own: Bools

    @property
    def member(self) -> Ints:
        """Number of the member on whose ground an option lies, -1 outside, (option of the problems)."""
        return self.shares.option_owner

    def on_ground(self, row: int, application: Floats) -> Floats:
        """Return what applications of the problem of a year, (option), are on its ground, (option of the ground)."""
        return self.shares.on_ground(self.grounds[row].options.current, application - self.problems[row].current)


@dataclass(frozen=True)
class Attainment:
    """Levels by year and member, ug/m3: before measures, and the lowest alone and together; limits by target."""

    before: Floats
    alone: Floats
    together: Floats
    limits: dict[str, float]


@dataclass(frozen=True)
class Schedule:
    """A common burden with what it stands on; due : (year, member), ug/m3; responsibility, gdp : (member), NaN unknown.

    level : (year, member), ug/m3 by the chain; without : the burden if those who set it had no targets, None where
    nobody does or all do
    """

    stage: Stage
    by: By
    attainment: Attainment
    burden: Burden
    due: Floats
    level: Floats
    responsibility: Floats
    gdp: Floats
    without: Burden | None = None


def check_members(pack: Pack, codes: Sequence[str], least: int) -> list[str]:
    """Return the codes of members; raises AirshedError where one is unknown, twice there, or shares ground."""
    found = members_asked(pack, [code.strip() for code in codes if code.strip()])
    twice = next((code for place, code in enumerate(found) if code in found[:place]), None)
    if twice is not None:
        raise AirshedError("member-named-twice", twice=twice)
    if len(found) < least:
        raise AirshedError("needs-two-members" if least > 1 else "needs-a-member")
    refuse_shared(pack, found)
    return found


def stage(
    pack: Pack,
    codes: Sequence[str],
    years: Sequence[int],
    of: Of = "mean",
    scenario: str = "baseline",
    case: Case = "middle",
) -> Stage:
    """Return what a schedule stands on.

    codes : members: nations, regions, groups or cities; years : ascending; of : whose level counts, the `mean` over a
        member's people or each of its `cities`
    What is published to be in place in the last year is so in all of them, and no maximum falls over the years.
    Raises AirshedError for members, years or scenarios that make no sense, or without measures or cities.
    """
    codes, asked = check_members(pack, codes, 2), list(years)
    if not asked or asked != sorted(set(asked)):
        raise AirshedError("years-must-ascend")
    cities = [_cities(pack, code) for code in codes] if of == "cities" else [[] for _ in codes]
    held = [*codes, *(city for some in cities for city in some)]
    aims = Aims(exposure=tuple((code, Amount(0.0, percent=True)) for code in held))
    grounds = [ground(pack, aims, year, scenario, case, held, applied_in=asked[-1]) for year in asked]
    grounds = [_in_order(one, held) for one in grounds]
    whole = [problem_of(one) for one in grounds]
    shares = shares_of(pack, codes, whole[0], grounds[0].chain.relation.regions)
    if not (grounds[0].options.selectable[shares.used] & (shares.option_owner >= 0)).any():
        raise AirshedError("no-measures-can-chosen", codes=", ".join(codes))
    own = np.zeros((len(codes), len(held)), dtype=bool)
    for number, code in enumerate(codes):
        own[number, [held.index(place) for place in (cities[number] or [code])]] = True
    persons = [_persons(one, codes) for one in grounds]
    problems = [
        replace(
            with_cities(problem, shares),
            weights=np.r_[count, np.zeros(len(held) - len(codes))],
            target=one.level * np.nan,
            receptor_owner=None,
            region_owner=None,
        )
        for one, problem, count in zip(grounds, whole, persons, strict=True)
    ]
    return Stage(pack, codes, asked, of, grounds, lasting_limits(problems), shares, own)


def _cities(pack: Pack, code: str) -> list[str]:
    """Return the cities of a member beside itself; none of one that is a city. Raises AirshedError without any."""
    if share_in(pack, code) < 1.0:
        return []
    rows = pack.optional("receptors")
    found = [str(city) for city in rows.loc[rows["region"].isin(held_by(pack, code)), "code"]]
    if not found:
        raise AirshedError("no-city-pack", code=code)
    return found


def _in_order(held: PlanInputs, receptors: list[str]) -> PlanInputs:
    """Return the ground with its receptors in this order: what has measures around it came first."""
    place = [held.receptors.index(code) for code in receptors]
    return replace(
        held,
        receptors=list(receptors),
        weights=held.weights[place],
        level=held.level[place],
        target=np.full(len(place), np.nan),
    )


def _persons(held: PlanInputs, codes: Sequence[str]) -> Floats:
    people = held.chain.people
    counted = pd.Series(people.persons, index=people.regions)
    whole = [float(counted.reindex(held_by(held.pack, code), fill_value=0.0).sum()) for code in codes]
    return np.array(whole) * [share_in(held.pack, code) for code in codes]


def target_limits(pack: Pack, names: Sequence[str] | None, year: int) -> dict[str, float]:
    """Return the limits of targets in ug/m3, the mildest first; without names those of the pack.

    Raises AirshedError for a target that is not one number for all.
    """
    limits: dict[str, float] = {}
    named = ", ".join(named_targets(pack))
    for name in schedule_targets(pack) if names is None else names:
        if name == "national" or name.lower().endswith(".csv"):
            raise AirshedError("target-not-one-level-all", name=name, named=named)
        limits[name] = float(resolve_target(pack, name, ["any"], year).iloc[0])
    if not limits:
        raise MissingTableError("standards", Phrase("detail-named-levels-annual-pm25-numbers"))
    return dict(sorted(limits.items(), key=lambda item: -item[1]))


def attainment(found: Stage, names: Sequence[str] | None = None) -> Attainment:
    """Return the lowest levels of every member by year, with measures on its own ground only and with those of all."""
    count = len(found.members)
    before, alone, together = (np.zeros((len(found.years), count)) for _ in range(3))
    for row, problem in enumerate(map(_by_itself, found.problems)):
        step("years", row, len(found.problems))
        everyone = only(problem, found.member >= 0)
        for number in range(count):
            mine = found.own[number]
            before[row, number] = problem.level[mine].max()
            together[row, number] = lowest_together(everyone, mine)
            alone[row, number] = lowest_together(only(problem, found.member == number), mine)
    return Attainment(before, alone, together, target_limits(found.pack, names, found.years[-1]))


def _by_itself(problem: Problem) -> Problem:
    """Return a year of a path as a plan of its own: what is not sold new any more does not grow."""
    if problem.closed is None:
        return problem
    return replace(problem, maximum=np.where(problem.closed, problem.current, problem.maximum), closed=None)


def member_gdp(pack: Pack, codes: Sequence[str]) -> Floats:
    """Return the GDP of members in the base year, million USD of that year, by `economy.product_of`.

    NaN where a nation or any region of a group has none.
    """
    if pack.optional("economy").empty:
        return np.full(len(codes), np.nan)
    try:
        found = products(pack, codes)
    except MissingTableError:
        return np.full(len(codes), np.nan)
    return np.array([found[code] for code in codes], dtype=np.float64)


def responsibility(found: Stage) -> Floats:
    """Return the share of each member in what members give to the people of members in the base year, (member).

    By the relation and scenario of the stage, anthropogenic contributions only; adds up to 1. A city gives and breathes
    its share of what its region does.
    """
    chain, pack = found.grounds[0].chain, found.pack
    emissions = chain.emissions(pack.base_year)
    given = chain.relation.contribution(emissions, by=("region",)).transpose("region", "receptor").to_numpy()
    parts = [
        (region, number, share_in(pack, code))
        for number, code in enumerate(found.members)
        for region in held_by(pack, code)
    ]
    inside = pd.Series([share for _, _, share in parts], [region for region, _, _ in parts]).groupby(level=0).sum()
    counted = [code for code in chain.people.regions if code in inside]
    people = population(pack, pack.base_year, counted) * inside[counted]
    persons = people.reindex(chain.relation.receptors, fill_value=0.0).to_numpy(dtype=np.float64)
    place = {code: at for at, code in enumerate(chain.relation.regions)}
    known = [(place[region], number, share) for region, number, share in parts if region in place]
    rows = np.array([given[at] * share for at, _, share in known])
    member = np.array([number for _, number, _ in known], dtype=np.int64)
    return responsibility_shares(rows, persons, member, len(found.members))


def schedule(found: Stage, reach: Attainment, by: By = "effort") -> Schedule:
    """Return the schedule in which all members spend the same share of their GDP, or of their responsibility.

    A target is due in a year where all members together could bring the member to it; of several the strictest. Where
    none can be reached it is the mildest, which then sets no burden, nor does a target that those who can spend cannot
    bring about.
    Raises AirshedError without any GDP for effort.
    """
    gdp, shares = member_gdp(found.pack, found.members), responsibility(found)
    if by == "effort" and np.isnan(gdp).all():
        raise MissingTableError(
            "economy", Phrase("detail-gdp-base-year-member-use", gdp=GDP, base_year=found.pack.base_year)
        )
    limits = list(reach.limits.values())
    due = np.array([first_reachable(row - NEAR, limits) for row in reach.together])
    due = np.where(np.isnan(due), limits[0], due)
    problems = [
        replace(problem, target=_receptor_targets(found.own, row))
        for problem, row in zip(found.problems, due, strict=True)
    ]
    years = discounted_years(found.years, parameter(found.pack, RATE).value)
    base = gdp if by == "effort" else shares
    asked = [_in_reach(one, found.member, base) for one in problems]
    burden = common_burden(asked, found.member, base, years)
    made = Schedule(found, by, reach, burden, due, _levels(found, burden), shares, gdp)
    setters = {number for row in range(len(found.years)) for number in _setters(made, row)}
    if not 0 < len(setters) < len(found.members):
        return made
    theirs = found.own[sorted(setters)].any(axis=0)
    free = [replace(one, target=np.where(theirs, np.nan, one.target)) for one in asked]
    return replace(made, without=common_burden(free, found.member, base, years))


def _setters(plan: Schedule, row: int) -> list[int]:
    """Return the members, by their numbers, whose targets of a year the common burden is there for."""
    price = plan.burden.price
    return [at for at, mine in enumerate(plan.stage.own) if price[row, mine].max() > PRICED * price.max()]


def _in_reach(problem: Problem, member: Ints, base: Floats) -> Problem:
    """Return the problem without the targets that those who can spend cannot bring about, all of them together."""
    able = (member >= 0) & (np.nan_to_num(base)[member] > 0)
    missed = Solver(only(problem, able)).relaxations()
    return replace(problem, target=np.where(missed > REACHED, np.nan, problem.target))


def _receptor_targets(own: Bools, due: Floats) -> Floats:
    target = np.full(own.shape[1], np.nan)
    for mine, value in zip(own, due, strict=True):
        target[mine] = value
    return target


def _levels(found: Stage, burden: Burden) -> Floats:
    """Return the level of each member by the chain (year, member), ug/m3: the mean, or that of its worst city."""
    rows: list[list[float]] = []
    for row, (held, applied) in enumerate(zip(found.grounds, burden.application, strict=True)):
        reached = levels_of(held, after_plan(held, held.options, found.on_ground(row, applied)))
        rows.append([float(reached[mine].max()) for mine in found.own])
    return np.array(rows)


def attainment_table(found: Stage, reach: Attainment) -> pd.DataFrame:
    """Return a row per member and target.

    returns : columns member, target, limit, baseline_year (first year that meets it without measures), alone_year,
        together_year (first years that can meet it), lowest_alone, lowest_together (lowest of the years), unit, basis,
        note; years are None where not reachable
    """
    rows: list[dict[str, Any]] = []
    for number, code in enumerate(found.members):
        for name, limit in reach.limits.items():
            years = {
                key: first_year(found.years, levels[:, number].tolist(), limit)
                for key, levels in (("baseline", reach.before), ("alone", reach.alone), ("together", reach.together))
            }
            notes = [MET_BEFORE.format(year=years["baseline"])] if years["baseline"] else []
            notes += [NOT_REACHABLE] if years["together"] is None else []
            notes += [NO_MEASURES] if not _has_measures(found, number) else []
            rows.append(
                {
                    "member": code,
                    "target": name,
                    "limit": limit,
                    "baseline_year": years["baseline"],
                    "alone_year": years["alone"],
                    "together_year": years["together"],
                    "lowest_alone": float(reach.alone[:, number].min()),
                    "lowest_together": float(reach.together[:, number].min()),
                    "unit": "ug/m3",
                    "basis": "derived",
                    "note": "; ".join(notes),
                }
            )
    table = pd.DataFrame.from_records(rows)
    for key in ("baseline_year", "alone_year", "together_year"):
        table[key] = pd.Series([row[key] for row in rows], dtype=object)
    return table


def _has_measures(found: Stage, number: int) -> bool:
    return bool((found.grounds[0].options.selectable[found.shares.used] & (found.member == number)).any())


def schedule_table(plan: Schedule) -> pd.DataFrame:
    """Return a row per year and member.

    returns : columns year, member, level_before, target_due, level, met, target_next (mildest still to come, None where
        all are met), cost, price_low, price_high, unit, cost_share_of_gdp, responsibility, cost_share (of all
        members' cost), basis, note
    """
    found, rows = plan.stage, []
    for row, year in enumerate(found.years):
        low, high = (_cost_at(found, plan.burden, row, end) for end in (0, 2))
        total = float(plan.burden.cost[row].sum())
        for number, code in enumerate(found.members):
            level, cost = float(plan.level[row, number]), float(plan.burden.cost[row, number])
            met = level <= plan.due[row, number] + NEAR
            rows.append(
                {
                    "year": year,
                    "member": code,
                    "level_before": float(plan.attainment.before[row, number]),
                    "target_due": _name(plan.attainment.limits, plan.due[row, number]),
                    "level": level,
                    "met": "yes" if met else "no",
                    "target_next": next(
                        (name for name, limit in plan.attainment.limits.items() if level > limit + NEAR), None
                    ),
                    "cost": cost,
                    "price_low": float(low[number]),
                    "price_high": float(high[number]),
                    "unit": MONEY,
                    "cost_share_of_gdp": cost / float(plan.gdp[number]),
                    "responsibility": float(plan.responsibility[number]),
                    "cost_share": cost / total if total > 0 else np.nan,
                    "basis": "derived",
                    "note": "; ".join(_notes(plan, row, number, bool(met))),
                }
            )
    table = pd.DataFrame.from_records(rows)
    table["target_next"] = pd.Series([row["target_next"] for row in rows], dtype=object)
    return table


def _name(limits: dict[str, float], due: float) -> str:
    return next(name for name, limit in limits.items() if limit == due)


def _notes(plan: Schedule, row: int, number: int, met: bool) -> list[str]:
    notes = [] if met else [MISSED]
    if not _has_measures(plan.stage, number):
        return [*notes, NO_MEASURES]
    if np.isnan(plan.gdp[number]):
        notes.append(NO_GDP if plan.by == "effort" else NO_GDP_SHARE)
    if not plan.burden.full[row, number]:
        notes.append(AT_LIMIT)
    return notes


def _cost_at(found: Stage, burden: Burden, row: int, end: int) -> npt.NDArray[np.float64]:
    """Return the cost of each member's measures in a year at an end of their unit costs, million USD/yr."""
    options, problem = found.grounds[row].options, found.problems[row]
    price = np.where(options.selectable, np.nan_to_num(options.cost[:, end]), 0.0)
    spent = price[found.shares.used] * found.shares.scale * (burden.application[row] - problem.current)
    inside = found.member >= 0
    return np.bincount(found.member[inside], weights=spent[inside], minlength=len(found.members)).astype(np.float64)


def schedule_summary(plan: Schedule, scenario: str) -> dict[str, Any]:
    """Return what holds for the whole schedule.

    common : by year, share of GDP (effort) or million USD/yr of all members (responsibility); cost : of all members
    set_by : members whose targets of that year the common burden is there for; deaths_avoided : a year, everywhere
    common_without, cost_without : if no member that sets a burden in any year had a target; None where nobody or
    everybody does
    """
    found = plan.stage
    steps = []
    for row, (year, held) in enumerate(zip(found.years, found.grounds, strict=True)):
        after = after_plan(held, held.options, found.on_ground(row, plan.burden.application[row]))
        ends = [float(np.nansum(held.chain.evaluate(item)[1].to_numpy())) for item in (held.emissions, after)]
        steps.append(
            {
                "year": year,
                "common": float(plan.burden.common[row]),
                "cost": float(plan.burden.cost[row].sum()),
                "deaths_avoided": ends[0] - ends[1],
                "set_by": [found.members[at] for at in _setters(plan, row)],
                "common_without": None if plan.without is None else float(plan.without.common[row]),
                "cost_without": None if plan.without is None else float(plan.without.cost[row].sum()),
            }
        )
    return {
        "by": plan.by,
        "of": found.of,
        "scenario": scenario,
        "members": found.members,
        "common_unit": "share of GDP" if plan.by == "effort" else MONEY,
        "unit": MONEY,
        "targets": [{"target": name, "limit": value} for name, value in plan.attainment.limits.items()],
        "years": steps,
        "without_gdp": [code for code, value in zip(found.members, plan.gdp, strict=True) if np.isnan(value)],
        "without_measures": [code for number, code in enumerate(found.members) if not _has_measures(found, number)],
    }
