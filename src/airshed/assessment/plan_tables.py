"""A plan as tables and as the object that the command line prints."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.plan import MONEY, USED, Answer
from airshed.pack.codes import country_of
from airshed.strategy.plan import INFEASIBLE, OPTIMAL


def plan_summary(found: Answer) -> dict[str, Any]:
    """Return the plan in one record: status, cost, what it avoids, and what stands in its way.

    cost, cost_low, cost_high, together_cost : million USD of 2015 a year; relaxation : receptor and ug/m3 by which the
    elastic plan misses its target; co2_change : kt/yr of the options of which it is known
    """
    plan, held = found.plan, found.ground
    missed = [
        {"receptor": code, "value": float(value), "unit": "ug/m3"}
        for code, value in zip(held.receptors, plan.relaxation, strict=True)
        if value > 0
    ]
    summary = {
        "status": INFEASIBLE if missed and found.budget is None else OPTIMAL,
        "year": held.chain.year,
        "cost": plan.cost,
        "cost_low": min(cost for _, cost in found.cases.values()),
        "cost_high": max(cost for _, cost in found.cases.values()),
        "cases": [
            {"case": case, "status": status, "cost": cost} for case, (status, cost) in sorted(found.cases.items())
        ],
        "unit": MONEY,
        "deaths_avoided": found.deaths,
        "deaths_avoided_low": found.deaths_low,
        "deaths_avoided_high": found.deaths_high,
        "co2_change": plan.co2_change,
        "co2_unknown": plan.co2_unknown,
        "relaxation": missed,
        "unreachable": list(held.unreachable),
        "measures_not_selectable": int((~held.options.selectable).sum()),
    }
    if found.together_cost is not None:
        summary["together_cost"] = found.together_cost
    return summary


def measures_of_plan(found: Answer) -> pd.DataFrame:
    """Return what the plan applies, a row per region and measure.

    returns : columns region, measure, sector, current, application, maximum, removed (kt/yr of the priced pollutant),
        pollutant, cost, unit, basis, source; the dearest first
    """
    options, problem = found.ground.options, found.problem
    change = found.application - problem.current
    names = options.pollutants
    rows = []
    for place in np.flatnonzero(np.abs(change) > USED):
        option = int(place)
        pollutant = options.priced[option]
        removed = options.removal[option, names.index(pollutant)] * change[place] if pollutant in names else np.nan
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
                "unit": MONEY,
                "basis": "derived",
                "source": options.source[option],
            }
        )
    columns = ["region", "measure", "sector", "current", "application", "maximum", "removed", "pollutant"]
    return pd.DataFrame.from_records(rows, columns=[*columns, "cost", "unit", "basis", "source"]).sort_values(
        "cost", ascending=False, kind="stable", ignore_index=True
    )


def receptors_of_plan(found: Answer) -> pd.DataFrame:
    """Return what every receptor reaches.

    returns : columns receptor, level (before), target, reached, relaxation, shadow_price (million USD a year per
        ug/m3), binding, lowest (if all were done for it), interim (the strictest WHO value it could reach), unit
    """
    plan, held = found.plan, found.ground
    return pd.DataFrame(
        {
            "receptor": held.receptors,
            "level": held.level,
            "target": held.target,
            "reached": np.maximum(plan.reached, 0.0),
            "relaxation": plan.relaxation,
            "shadow_price": plan.shadow_price,
            "binding": np.where(plan.binding, "yes", "no"),
            "lowest": np.maximum(found.lowest, 0.0),
            "interim": found.interim,
            "unit": "ug/m3",
        }
    )


def regions_of_plan(found: Answer) -> pd.DataFrame:
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
