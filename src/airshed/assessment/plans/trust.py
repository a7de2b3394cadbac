"""What a plan rests on: applications that are assumed, prices far below prints, and benefits that are too good."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from airshed.assessment.plans.plan import USED, PlanSolution, after_plan
from airshed.assessment.plans.plan_inputs import PlanInputs, regions_at
from airshed.impacts.valuation import life_values
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of
from airshed.pack.equations import equation
from airshed.pack.errors import MissingTableError
from airshed.strategy.measures import SUBSTITUTION, single
from airshed.strategy.options import NO_COST

TOO_GOOD = 100.0
"""Ratio of benefit to cost above which a plan is flagged."""


@equation(
    key="part-of-plan",
    title="Part of a plan that rests on some of its measures",
    latex=r"s = \frac{\sum_{m \in S} w_m}{\sum_m w_m}",
    units="1",
    citation="rule of this project: by cost, and by what is removed of all pollutants together; see docs/method.md",
)
def part_of(weight: Floats, chosen: npt.NDArray[np.bool_]) -> float | None:
    """Return the part of weights that is chosen, None where there is nothing to divide.

    >>> part_of(np.array([1.0, 3.0]), np.array([True, False]))
    0.25
    """
    total = float(weight.sum())
    return float(weight[chosen].sum()) / total if total > 0 else None


def rests_on(found: PlanSolution) -> dict[str, Any]:
    """Return how much of a plan rests on what is not known well.

    returns : assumed_cost_share, assumed_removed_share (part of the cost, and of the tonnes removed, of measures whose
        application is assumed: by a rule, or nothing is known), flagged_measures, flagged_cost_share (priced below a
        tenth of the lowest print), benefit (million USD of 2015 a year: the deaths avoided times the value of life of
        their nation; None where the pack does not value lives), benefit_cost, and too_good: whether that is above 100
    """
    options = found.ground.options
    change = np.maximum(found.application - options.current, 0.0)
    moved = change > USED
    spent = np.where(moved & options.selectable, np.nan_to_num(options.cost[:, 1]) * change, 0.0)
    removed = np.where(moved, np.maximum(np.nan_to_num(options.removal), 0.0).sum(axis=1) * change, 0.0)
    assumed = ~options.application_known
    gain = _benefit(found.ground, found.application)
    ratio = gain / found.plan.cost if gain is not None and found.plan.cost > 0 else None
    return {
        "assumed_cost_share": part_of(np.maximum(spent, 0.0), assumed),
        "assumed_removed_share": part_of(removed, assumed),
        "flagged_measures": int((moved & options.flagged).sum()),
        "flagged_cost_share": part_of(np.maximum(spent, 0.0), options.flagged),
        "benefit": gain,
        "benefit_cost": ratio,
        "too_good": "yes" if ratio is not None and ratio > TOO_GOOD else "no",
    }


def could_help(found: PlanSolution) -> list[dict[str, Any]]:
    """Return the substitutes without a published cost in the places whose CO2 is limited, with what they could do.

    returns : measure, regions (how many), value (kt/yr of CO2, below 0 where it falls; None where that is not published
    either) and unit
    """
    held, options = found.ground, found.ground.options
    places = {region for code, _ in held.aims.co2 for region in regions_at(held.pack, code)}
    substitutes = {one.code for one in single(held.pack) if one.kind == SUBSTITUTION}
    rows: dict[str, list[int]] = {}
    for row, reason in enumerate(options.reason):
        if reason == NO_COST and options.region[row] in places and options.maximum[row] > options.current[row]:
            rows.setdefault(options.measure[row], []).append(row)
    found_rows = []
    for code, mine in rows.items():
        change = options.co2[mine] * (options.maximum[mine] - options.current[mine])
        value = None if np.isnan(change).all() else float(np.nansum(change))
        if code in substitutes if value is None else value < 0:
            found_rows.append({"measure": code, "regions": len(mine), "value": value, "unit": "kt/yr"})
    return found_rows


def _benefit(held: PlanInputs, application: Floats) -> float | None:
    """Return what the deaths avoided in the nations are worth, million USD of 2015 a year."""
    home = country_of(held.pack)
    owners = [home[code] for code in held.chain.people.regions]
    nations = list(dict.fromkeys(owners))
    try:
        values = life_values(held.pack, nations)
    except MissingTableError:
        return None
    before = held.chain.evaluate(held.emissions)[1].to_numpy()
    after = held.chain.evaluate(after_plan(held, held.options, application))[1].to_numpy()
    worth = np.array([values[nation].value for nation in owners])
    return float(np.nansum((before - after) * worth))
