"""Support of members of low income: what a grant does for health per dollar, and what a budget should go to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from airshed.assessment.chain.chain import latest_year
from airshed.assessment.chain.cities import held_by, share_in
from airshed.assessment.chain.city_options import CityShares, shares_of, with_cities
from airshed.assessment.lives.damage import slopes
from airshed.assessment.members.schedule import check_members
from airshed.assessment.members.support_costs import ENABLING_KINDS, enabling_costs, per_person
from airshed.assessment.members.support_costs import NOTES as COST_NOTES
from airshed.assessment.plans.aims import Aims, Amount, check_measures
from airshed.assessment.plans.plan import MONEY, USED, after_plan
from airshed.assessment.plans.plan_inputs import PlanInputs, everywhere, ground, problem_of
from airshed.cooperation.schedule import only
from airshed.cooperation.support import bought, bought_whole, equity_weights
from airshed.impacts.valuation import incomes
from airshed.pack.arrays import Floats, Ints
from airshed.pack.bounds import MONEY as BUDGET
from airshed.pack.bounds import POWER, within
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.strategy.application import Case
from airshed.strategy.measures import EXPOSURE, Measure, catalogue
from airshed.strategy.options import NO_COST, NO_INCOME, ZERO_COST
from airshed.strategy.problem import Problem

ABATEMENT, REDUCTION = "abatement", "exposure reduction"
KINDS = (ABATEMENT, REDUCTION, *ENABLING_KINDS)
Lives = Literal["all", "own"]
ALL_LIVES: Lives = "all"
OWN_LIVES: Lives = "own"
"""Whose lives a grant is ranked by: everybody's, or those of the member's own people."""
MILLION = 1e6
MARGINAL = "for a small change: a large one avoids more, for the response is concave"
INSTEAD = "another measure of its group is chosen in its place"
UNPRICED = "cannot be ranked: {reason} (table measure_costs)"
NO_EXPOSURE_COST = "cannot be ranked: no published cost per person and year (table support_costs)"
BESIDE = "beside the ranking: what it avoids is not bought by the budget"
EVERYBODY = "deaths avoided if all people of the member had it, exposure times its factor"
UNCOUNTED = "no mortality of the member in the pack"
NOTES = (MARGINAL, INSTEAD, UNPRICED, NO_EXPOSURE_COST, BESIDE, EVERYBODY, UNCOUNTED, *COST_NOTES)
"""Templates of the notes, for translation."""
COLUMNS = (
    "rank", "member", "kind", "region", "measure", "cost", "price_low", "price_high", "unit", "deaths_avoided",
    "deaths_own", "deaths_abroad", "deaths_low", "deaths_high", "deaths_per_million_usd", "weighted", "chosen",
    "cumulative_cost", "basis", "source", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Support:
    """What grants do and which a budget buys.

    problem : receptors are the regions with people; shares : whose its options are, and which of the ground
    own : (member, region), share of the people there who are the member's
    deaths : (option, region), avoided a year at application 1, along the slope of the response; low, high : at its ends
    weight : (region), of a life; counted : (option, region), 1 for the lives that grants are ranked by
    application : (option), bought
    avoided, avoided_own : deaths a year by the whole curve, everywhere and among the members' people
    """

    ground: PlanInputs
    members: list[str]
    problem: Problem
    shares: CityShares
    own: Floats
    deaths: Floats
    low: Floats
    high: Floats
    weight: Floats
    counted: Floats
    application: Floats
    budget: float | None
    avoided: float
    avoided_own: float

    @property
    def member(self) -> Ints:
        """Number of the member on whose ground an option lies, -1 outside, (option)."""
        return self.shares.option_owner

    def place(self, option: int) -> str:
        """Return the region that an option lies in; of a city the city."""
        owner = int(self.shares.option_owner[option])
        city = owner >= 0 and owner in self.shares.city
        return self.members[owner] if city else self.ground.options.region[int(self.shares.used[option])]

    @property
    def spent(self) -> float:
        """Cost of what is bought, million USD/yr."""
        return float(self.problem.cost @ (self.application - self.problem.current))


def support(
    pack: Pack,
    codes: Sequence[str],
    budget: float | None = None,
    equity: float = 0.0,
    year: int | None = None,
    scenario: str = "baseline",
    case: Case = "middle",
    whole: Sequence[str] = (),
    lives: Lives = ALL_LIVES,
) -> Support:
    """Return what grants for measures on the ground of members do, and which a budget buys.

    codes : nations, regions, groups, or cities, which have their share of their region if they are none of their own
    budget : USD a year, None for all that avoids deaths; equity : exponent of the weight of a life by income, 0 for
    equal lives; year : the latest of the pack if not given
    whole : measures that are paid for fully or not at all; lives : all that are avoided, or those of the member's own
    people, by which grants are ranked and bought
    Raises AirshedError for members, budgets or exponents that make no sense, without measures, and without the income
    of a nation whose lives are to be weighted.
    """
    codes = check_members(pack, codes, 1)
    if lives not in (ALL_LIVES, OWN_LIVES):
        raise AirshedError("lives-not-known", lives=lives)
    check_measures(pack, whole)
    within(equity, "equity", POWER)
    if budget is not None and not within(budget, "budget", BUDGET) > 0:
        raise AirshedError("budget-not-above-0-give-budget")
    aims = Aims(exposure=tuple((code, Amount(0.0, percent=True)) for code in codes), whole=tuple(whole))
    held = _everywhere(ground(pack, aims, latest_year(pack) if year is None else year, scenario, case, codes))
    base = problem_of(held)
    shares = shares_of(pack, codes, base, held.chain.relation.regions)
    member, selectable = shares.option_owner, held.options.selectable[shares.used]
    if not (selectable & (member >= 0)).any():
        raise AirshedError("no-measures-can-chosen", codes=", ".join(codes))
    problem = only(with_cities(base, shares), member >= 0)
    slope = slopes(held.chain, held.level)
    gain = np.einsum("op,por->or", problem.removal, problem.effect[:, problem.region])
    weight = _weights(pack, held, slope[0], equity)
    own = _own(held, codes)
    counted = _counted(own, member, lives)
    millions = None if budget is None else budget / MILLION
    if problem.indivisible is not None and problem.indivisible[member >= 0].any():
        application = bought_whole(problem, slope[0] * weight * counted[member >= 0].max(axis=0), millions)
    else:
        worth = (gain * counted) @ (slope[0] * weight)
        application = bought(problem, np.where(selectable, worth, 0.0), millions)
    applied = shares.on_ground(held.options.current, application - problem.current)
    before, after = (
        np.nan_to_num(held.chain.evaluate(item)[1].to_numpy())
        for item in (held.emissions, after_plan(held, held.options, applied))
    )
    return Support(
        ground=held,
        members=codes,
        problem=problem,
        shares=shares,
        own=own,
        deaths=gain * slope[0],
        low=gain * np.minimum(slope[1], slope[2]),
        high=gain * np.maximum(slope[1], slope[2]),
        weight=weight,
        counted=counted,
        application=application,
        budget=millions,
        avoided=float((before - after).sum()),
        avoided_own=float((before - after) @ own.sum(axis=0)),
    )


def _own(held: PlanInputs, codes: Sequence[str]) -> Floats:
    """Return the share of the people of regions who are a member's, (member, region)."""
    people, pack = held.chain.people.regions, held.pack
    inside = np.array([np.isin(people, held_by(pack, code)) for code in codes], dtype=np.float64)
    return np.asarray(inside * np.array([share_in(pack, code) for code in codes])[:, None])


def _counted(own: Floats, member: Ints, lives: Lives) -> Floats:
    """Return the share of the lives of regions that count for an option, (option, region): all, or the member's own."""
    if lives == ALL_LIVES:
        return np.ones((len(member), own.shape[1]))
    return np.asarray(np.where((member >= 0)[:, None], own[np.maximum(member, 0)], 0.0))


def _everywhere(held: PlanInputs) -> PlanInputs:
    """Return the ground with every region that has people as a receptor."""
    people = held.chain.people
    weights, level = everywhere(held)
    return replace(
        held,
        receptors=list(people.regions),
        cities=0,
        weights=weights,
        level=level,
        target=np.full(len(level), np.nan),
    )


def _weights(pack: Pack, held: PlanInputs, slope: Floats, equity: float) -> Floats:
    """Return the weight of a life in every region; raises AirshedError where the income that it needs is not known."""
    if equity == 0:
        return equity_weights(np.ones(len(slope)), equity)
    nations = [held.chain.home[code] for code in held.chain.people.regions]
    found = incomes(pack, nations)
    ratio = np.array([found[nation].ratio for nation in nations])
    unknown = sorted(
        {nation for nation, one, dead in zip(nations, ratio, slope, strict=True) if dead and np.isnan(one)}
    )
    if unknown:
        raise AirshedError("lives-cannot-weighted-no-income", unknown=", ".join(unknown))
    return equity_weights(np.where(np.isnan(ratio), 1.0, ratio), equity)


def support_table(pack: Pack, found: Support) -> pd.DataFrame:
    """Return the grants, the most weighted deaths avoided per dollar first, those that cannot be ranked last.

    returns : columns rank, member, kind (abatement, exposure reduction, monitoring, capacity building, indoor air and
        stoves, emergency aid), region, measure, cost with price_low and price_high (million USD/yr of all that is still
        to be applied, at the ends of unit costs; of what enables one project or piece as printed), deaths_avoided (a
        year, by that) with low and high, of them deaths_own (the member's people) and deaths_abroad,
        deaths_per_million_usd, weighted (the same with weights, of the lives that count), chosen (share bought),
        cumulative_cost (of what is bought, down to the row), source, note
    """
    rows = [*_abatement(found), *_unpriced(found)]
    rows += [row for number, _ in enumerate(found.members) for row in _exposure(pack, found, number)]
    rows += [
        _row(code, print_.kind, **print_.cells()) for code in found.members for print_ in enabling_costs(pack, code)
    ]
    table = pd.DataFrame.from_records(rows, columns=list(COLUMNS))
    table["rank"] = pd.Series([row.get("rank") for row in rows], dtype=object)
    return table


def _row(member: str, kind: str, **more: Any) -> dict[str, Any]:
    """Return a row in which what is not given is not known."""
    texts = {"region": "", "measure": "", "unit": MONEY, "basis": "derived", "source": "", "note": ""}
    return {**dict.fromkeys(COLUMNS, np.nan), **texts, "rank": None, "member": member, "kind": kind, **more}


def _deaths(found: Support, option: int) -> dict[str, float]:
    """Return the deaths that all of an option avoids a year, at home and abroad."""
    span = float(found.problem.maximum[option] - found.problem.current[option])
    own = found.own[int(found.member[option])]
    central, low, high = (values[option] * span for values in (found.deaths, found.low, found.high))
    return {
        "deaths_avoided": float(central.sum()),
        "deaths_own": float(central @ own),
        "deaths_abroad": float(central @ (1.0 - own)),
        "deaths_low": float(min(low.sum(), high.sum())),
        "deaths_high": float(max(low.sum(), high.sum())),
    }


def _abatement(found: Support) -> list[dict[str, Any]]:
    options, problem, used = found.ground.options, found.problem, found.shares.used
    span, change = problem.span, found.application - problem.current
    worth = ((found.deaths * found.counted) @ found.weight) * span
    cost = problem.cost * span
    some = np.flatnonzero((found.member >= 0) & options.selectable[used] & (worth > 0) & (span > USED))
    with np.errstate(divide="ignore"):
        ratio = np.where(cost > 0, worth / np.where(cost > 0, cost, 1.0), np.inf)
    order = some[np.argsort(-ratio[some], kind="stable")]
    chosen_groups = set(problem.group[change > USED].tolist())
    rows, total = [], 0.0
    for rank, option in enumerate(order.tolist(), start=1):
        share = float(change[option] / span[option])
        total += float(problem.cost[option] * change[option])
        deaths = _deaths(found, option)
        printed = options.cost[used[option]] * found.shares.scale[option] * span[option]
        instead = share < USED and problem.group[option] in chosen_groups
        rows.append(
            _row(
                found.members[int(found.member[option])],
                ABATEMENT,
                rank=rank,
                region=found.place(option),
                measure=options.measure[used[option]],
                cost=float(cost[option]),
                price_low=float(printed[0]),
                price_high=float(printed[2]),
                **deaths,
                deaths_per_million_usd=deaths["deaths_avoided"] / cost[option] if cost[option] > 0 else np.nan,
                weighted=float(ratio[option]),
                chosen=share,
                cumulative_cost=total,
                source=options.source[used[option]],
                note=f"{MARGINAL}; {INSTEAD}" if instead else MARGINAL,
            )
        )
    return rows


def _unpriced(found: Support) -> list[dict[str, Any]]:
    """Return the measures that would avoid deaths but have no cost to rank them by."""
    options, used = found.ground.options, found.shares.used
    maximum, current = options.maximum[used], options.current[used]
    worth = found.deaths.sum(axis=1) * np.maximum(maximum - current, 0.0)
    asked = np.array([reason in (NO_COST, ZERO_COST, NO_INCOME) for reason in options.reason])
    some = np.flatnonzero((found.member >= 0) & (~options.selectable & asked)[used] & (worth > 0))
    wide = replace(found, problem=replace(found.problem, maximum=np.maximum(maximum, current)))
    return [
        _row(
            found.members[int(found.member[option])],
            ABATEMENT,
            region=found.place(option),
            measure=options.measure[used[option]],
            **_deaths(wide, option),
            source=options.source[used[option]],
            note=f"{UNPRICED.format(reason=options.reason[used[option]])}; {MARGINAL}",
        )
        for option in some[np.argsort(-worth[some], kind="stable")].tolist()
    ]


def _exposure(pack: Pack, found: Support, number: int) -> list[dict[str, Any]]:
    """Return the measures on exposure: what they would do for all people of a member."""
    code = found.members[number]
    people, level = found.ground.chain.people, found.ground.level
    own = found.own[number]
    before = people.attributable(level)[0]
    persons = float(people.persons @ own)

    def avoided(factor: float) -> float:
        return float((before - people.attributable(level * factor)[0])[own > 0] @ own[own > 0])

    def row(measure: Measure) -> dict[str, Any]:
        factor = measure.exposure_factor
        central, *ends = (avoided(value) for value in (factor.value, factor.low, factor.high))
        counted = bool(np.isfinite(central))
        price = per_person(pack, measure.code, code)
        cost = [np.nan] * 3 if price is None else [float(one * persons / MILLION) for one in price.usd]
        notes = [*([NO_EXPOSURE_COST] if price is None else [BESIDE, price.note]), EVERYBODY if counted else UNCOUNTED]
        return _row(
            code,
            REDUCTION,
            measure=measure.code,
            cost=cost[1],
            price_low=cost[0],
            price_high=cost[2],
            deaths_per_million_usd=central / cost[1] if cost[1] > 0 else np.nan,
            deaths_avoided=central,
            deaths_own=central,
            deaths_abroad=0.0 if counted else np.nan,
            deaths_low=min(ends),
            deaths_high=max(ends),
            source=" ".join(dict.fromkeys([*measure.source.split(), *(() if price is None else (price.source,))])),
            note="; ".join(notes),
        )

    return [row(item) for item in catalogue(pack) if item.kind == EXPOSURE and item.exposure_factor.known]
