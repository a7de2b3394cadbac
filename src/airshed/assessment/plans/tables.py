"""A plan as tables and as the object that the command line prints."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.plans.aims import GDP_SHARE
from airshed.assessment.plans.caveats import caveats_of, paid_twice, wide_prices
from airshed.assessment.plans.levels import below_floor, beyond_range, ends_of_levels
from airshed.assessment.plans.plan import MONEY, USED, PlanSolution, after_plan
from airshed.assessment.plans.plan_inputs import limits_in, overpredicted, regions_at
from airshed.assessment.plans.setting import tenths_table
from airshed.assessment.plans.trust import could_help, rests_on
from airshed.pack.codes import country_of
from airshed.strategy.options import CARBON
from airshed.strategy.plan import MET, settled

OUT = "left out"

TRUST = ("applied_low", "applied_high", "applied_basis", "flagged")
"""Columns on what a measure of a plan rests on."""


def plan_summary(found: PlanSolution) -> dict[str, Any]:
    """Return the plan in one record: status, cost, what it avoids, and what stands in its way.

    cost, cost_low, cost_high, together_cost, interim_cost : million USD of 2015 a year, low and high over the cases of
    what is and can be applied that meet the targets, None where none does or no other case was solved; price_low,
    price_high : this plan at the ends of the cost of its measures
    targets : how many places have one; measures_applied : how many options the plan applies further; budget : million
    USD a year, only of a plan that spends one
    status : optimal; infeasible, where no plan meets the targets; missed or met, of a plan that buys what a budget or a
    cap on the price allows, or that was given; found, the best in the time given
    relaxation : receptor and ug/m3 by which the plan misses its target; co2_change : kt/yr of the options of which it
    is known, None where it is of none; assumed, flagged, benefit : see `rests_on`;
    caveats, paid_twice, wide_measures : see `caveats_of`, `paid_twice`, `wide_prices`
    overpredicted : places whose modelled level is far above the observed one
    set_by : the cities that set most of the cost, and its share that is saved without their targets; below_natural :
    places whose target no measure can bring; beyond_range : places whose man-made part is cut by more than the relation
    was made for; undecided : what beside the plan the solver could not decide
    """
    plan, held = found.plan, found.ground
    missed = [
        {"receptor": code, "value": float(value), "unit": "ug/m3"}
        for code, value in zip(held.receptors, plan.relaxation, strict=False)
        if value > 0
    ]
    change = found.application - held.options.current
    costs = [room.cost for room in found.cases.values() if np.isfinite(room.cost)]
    summary = {
        "status": plan.status,
        "case": held.case,
        "targets": int((~np.isnan(held.target)).sum()),
        "year": held.chain.year,
        "cost": plan.cost,
        "cost_low": min(costs, default=None),
        "cost_high": max(costs, default=None),
        "price_low": at_prices(found, 0),
        "price_high": at_prices(found, 2),
        "cases": _cases(found),
        "unit": MONEY,
        "deaths_avoided": found.deaths,
        "deaths_avoided_low": found.deaths_low,
        "deaths_avoided_high": found.deaths_high,
        "co2_change": co2_known(found),
        "co2_unknown": plan.co2_unknown,
        **rests_on(found),
        "caveats": caveats_of(found),
        **paid_twice(found),
        **wide_prices(found),
        "relaxation": missed,
        "unreachable": list(held.unreachable),
        "overpredicted": overpredicted(held),
        "below_natural": below_floor(held),
        "beyond_range": beyond_range(held, plan.reached[: len(held.receptors)]),
        "set_by": None if found.setting is None else {"receptors": found.setting.cities, "share": found.setting.share},
        "undecided": list(found.undecided),
        "measures_applied": int((change > USED).sum()),
        "measures_without_cost": int((~held.options.selectable & (change > USED)).sum()),
        "measures_not_selectable": int((~held.options.selectable).sum()),
    }
    return summary | _asked_for(found)


def _cases(found: PlanSolution) -> list[dict[str, Any]]:
    """Return the status and cost of the plan of every case."""
    return [
        {
            "case": case,
            "status": room.status,
            "cost": room.cost if np.isfinite(room.cost) else None,
            "missed": room.missed,
        }
        for case, room in sorted(found.cases.items())
    ]


def _asked_for(found: PlanSolution) -> dict[str, Any]:
    """Return what a summary holds only where it was asked for."""
    held, summary = found.ground, dict[str, Any]()
    if held.aims.gdp_share is not None:
        limits = limits_in(held, held.options, found.problem.cost)
        summary["without_income"], summary["paid_for"] = limits.left_out, limits.paid
    if held.aims.co2:
        summary["unpriced"] = could_help(found)
    if held.aims.within:
        summary["within"] = held.aims.within
        summary["nearly_met"] = _nearly_met(found)
    if found.budget is not None:
        summary["budget"] = found.budget
    if found.problem.indivisible is not None:
        summary["gap"] = found.plan.gap
    if found.together_cost is not None:
        summary["together_cost"] = found.together_cost if np.isfinite(found.together_cost) else None
    if found.interim_cost is not None:
        summary["interim_cost"] = found.interim_cost
    return summary


def co2_known(found: PlanSolution) -> float | None:
    """Return the change of CO2 of a plan, kt/yr, None where it applies measures and it is known of none of them."""
    change = found.application - found.problem.current
    carbon = np.full(len(change), np.nan) if found.problem.co2 is None else found.problem.co2
    used = change > USED
    return None if used.any() and np.isnan(carbon[used]).all() else found.plan.co2_change


def _nearly_met(found: PlanSolution) -> list[str]:
    """Return the cities above their target by no more than is allowed."""
    held = found.ground
    over = found.plan.reached[: held.cities] - held.target[: held.cities]
    missed = found.plan.relaxation[: held.cities] > 0
    return [held.receptors[place] for place in np.flatnonzero((over > MET) & ~missed)]


def tenths_of_plan(found: PlanSolution) -> pd.DataFrame:
    """Return what the plan would cost if one of the cities that bind had a looser target, by tenths of ug/m3."""
    return tenths_table(found.ground, found.problem, found.plan, found.setting, MONEY)


def at_prices(found: PlanSolution, end: int) -> float:
    """Return the cost of the plan as it is at an end of the cost of its measures: 0 low, 1 central, 2 high."""
    options = found.ground.options
    price = np.where(options.selectable, np.nan_to_num(options.cost[:, end]), 0.0)
    return float(price @ (found.application - options.current))


def aims_of_plan(found: PlanSolution) -> pd.DataFrame:
    """Return what became of the aims and caps beside the targets of cities.

    returns : columns aim (exposure, deaths, emissions, CO2, cost, share of GDP), place, before, asked, reached, unit,
        met (yes, no, left out: a nation without a GDP), price (million USD a year of one unit less or more)
    """
    held, plan, problem = found.ground, found.plan, found.problem
    rows: list[dict[str, Any]] = []

    def add(aim: str, place: str, before: float, asked: float, reached: float, unit: str, price: float) -> None:
        near = MET * max(1.0, abs(asked))
        rows.append(
            {
                "aim": aim,
                "place": place,
                "before": before,
                "asked": asked,
                "reached": reached,
                "unit": unit,
                "met": "yes" if reached <= asked + near else "no",
                "price": price,
            }
        )

    for code, _ in held.aims.exposure:
        at = held.receptors.index(code)
        reached, price = float(plan.reached[at]), float(plan.shadow_price[at])
        add("exposure", code, float(held.level[at]), float(held.target[at]), reached, "ug/m3", price)
    if found.lines:
        deaths = held.chain.evaluate(after_plan(held, held.options, found.application))[1]
        for number, line in enumerate(found.lines):
            inside = [code for code in regions_at(held.pack, line.place) if code in held.chain.people.regions]
            after = float(deaths.sel(region=inside).fillna(0.0).sum())
            price = float(plan.shadow_price[len(held.receptors) + number]) / line.slope
            add("deaths", line.place, line.before, line.asked, after, "deaths/yr", price)
    limits = limits_in(held, held.options, problem.cost)
    spent = limits.rows @ (found.application - problem.current)
    for number, (kind, place) in enumerate(zip(limits.kinds, limits.places, strict=True)):
        now, most = float(limits.before[number]), float(limits.at_most[number])
        after, price = now + float(spent[number]), float(plan.limit_price[number])
        add(kind, place, now, now + most, after, limits.units[number], price)
        if kind == GDP_SHARE and place in limits.left_out:
            rows[-1]["met"] = OUT
    columns = ["aim", "place", "before", "asked", "reached", "unit", "met", "price"]
    return pd.DataFrame.from_records(rows, columns=columns)


def measures_of_plan(found: PlanSolution) -> pd.DataFrame:
    """Return what the plan applies, a row per region and measure.

    returns : columns region, measure, sector, current, application, maximum, removed (kt/yr of the priced pollutant),
        pollutant, cost, applied_low, applied_high and applied_basis (what is in place, with its ends), flagged (priced
        below a tenth of the lowest print), unit, basis, source; the dearest first
    """
    options, problem = found.ground.options, found.problem
    change = found.application - problem.current
    names = options.pollutants
    rows = []
    for place in np.flatnonzero(np.abs(change) > USED):
        option = int(place)
        pollutant = options.priced[option]
        removed = options.removal[option, names.index(pollutant)] * change[place] if pollutant in names else np.nan
        removed = -options.co2[option] * change[place] if pollutant == CARBON else removed
        rows.append(
            {
                "region": options.region[option],
                "measure": options.measure[option],
                "sector": options.sector[option],
                "current": float(problem.current[place]),
                "application": float(found.application[place]),
                "maximum": float(problem.maximum[place]),
                "removed": float(removed),
                "pollutant": pollutant,
                "cost": float(problem.cost[place] * change[place]),
                "applied_low": float(options.applied[option, 0]),
                "applied_high": float(options.applied[option, 1]),
                "applied_basis": options.application_basis[option],
                "flagged": "yes" if options.flagged[option] else "no",
                "unit": MONEY,
                "basis": "derived",
                "source": options.source[option],
            }
        )
    columns = ["region", "measure", "sector", "current", "application", "maximum", "removed", "pollutant"]
    return pd.DataFrame.from_records(rows, columns=[*columns, "cost", *TRUST, "unit", "basis", "source"]).sort_values(
        "cost", ascending=False, kind="stable", ignore_index=True
    )


def receptors_of_plan(found: PlanSolution) -> pd.DataFrame:
    """Return what every receptor reaches.

    returns : columns receptor, level (before), target, reached, reached_low and reached_high (5 and 95 % by what the
        relation may be wrong by in such a cut), natural (and unexplained, what no measure moves), slack (target less
        reached: below zero it is the miss), relaxation, shadow_price (million USD a year per ug/m3), binding, lowest
        (if all were done for it), interim (the strictest WHO value it could reach), unit
    """
    plan, held = found.plan, found.ground
    some = slice(0, len(held.receptors))
    reached = np.maximum(plan.reached[some], 0.0)
    low, high = ends_of_levels(held, reached)
    return pd.DataFrame(
        {
            "receptor": held.receptors,
            "level": held.level,
            "target": held.target,
            "reached": reached,
            "reached_low": low,
            "reached_high": high,
            "natural": held.floor,
            "slack": settled(held.target - reached),
            "relaxation": plan.relaxation[some],
            "shadow_price": plan.shadow_price[some],
            "binding": np.where(plan.binding[some], "yes", "no"),
            "lowest": np.maximum(found.lowest, 0.0),
            "interim": found.interim,
            "unit": "ug/m3",
        }
    )


def regions_of_plan(found: PlanSolution) -> pd.DataFrame:
    """Return the part of every region: columns region, country, cost, unit, measures (how many it applies)."""
    regions = found.ground.chain.relation.regions
    home = country_of(found.ground.pack)
    used = measures_of_plan(found)["region"].value_counts()
    rows = [
        {
            "region": code,
            "country": home[code],
            "cost": float(cost),
            "unit": MONEY,
            "measures": int(used.get(code, 0)),
        }
        for code, cost in zip(regions, found.plan.region_cost, strict=True)
        if used.get(code, 0)
    ]
    table = pd.DataFrame.from_records(rows, columns=["region", "country", "cost", "unit", "measures"])
    return table.sort_values("cost", ascending=False, kind="stable", ignore_index=True)
