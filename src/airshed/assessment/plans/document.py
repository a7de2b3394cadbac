"""A plan, or a path of plans, as one document: a summary beside its tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from airshed.assessment.plans.path import PathAnswer
from airshed.assessment.plans.plan import PlanSolution
from airshed.assessment.plans.robust import RobustAnswer
from airshed.assessment.plans.tables import (
    aims_of_plan,
    measures_of_plan,
    plan_summary,
    receptors_of_plan,
    regions_of_plan,
    tenths_of_plan,
)


def tables_of_plan(found: PlanSolution) -> dict[str, pd.DataFrame]:
    """Return the tables of a plan by name."""
    return {
        "measures": measures_of_plan(found),
        "receptors": receptors_of_plan(found),
        "regions": regions_of_plan(found),
        "aims": aims_of_plan(found),
        "tenths": tenths_of_plan(found),
    }


def tables_of_path(found: PathAnswer) -> dict[str, pd.DataFrame]:
    """Return the tables of all years of a path, the year first."""
    years = [tables_of_plan(item) for item in found.answers]
    return {
        name: pd.concat(
            [held[name].assign(year=year) for year, held in zip(found.years, years, strict=True)], ignore_index=True
        )[["year", *years[0][name].columns]]
        for name in years[0]
    }


def summary_of_robust(sure: RobustAnswer) -> dict[str, Any]:
    """Return a robust plan in one record: that of its plan, with the certainty that was asked and reached."""
    search = sure.search
    certainty: Mapping[str, Any] = {
        "asked": search.asked,
        "achieved": search.achieved,
        "achieved_by_central_plan": search.central_achieved,
        "central_cost": search.central.cost,
        "price": search.price,
        "samples": sure.samples,
        "left_out": len(search.discarded),
    }
    return {**plan_summary(sure.answer), "certainty": certainty}


def summary_of_path(found: PathAnswer) -> dict[str, Any]:
    """Return a path in one record; years : the summary of every year.

    cost : million USD of 2015, discounted to the first year, price_low and price_high at the ends of the cost of its
    measures; cost_low, cost_high : None, since a path is of one case
    deaths_avoided : a year, mean over the years of the path
    """
    steps = [
        {"year": year, "share": share, **plan_summary(item)}
        for year, share, item in zip(found.years, found.shares, found.answers, strict=True)
    ]
    return {
        "status": found.status,
        "cost": found.cost,
        "cost_low": None,
        "cost_high": None,
        **{
            name: sum(share * step[name] for share, step in zip(found.shares, steps, strict=True))
            for name in ("price_low", "price_high")
        },
        "unit": "million USD of 2015",
        "relaxation": [{"year": step["year"], **row} for step in steps for row in step["relaxation"]],
        "deaths_avoided": sum(step["deaths_avoided"] for step in steps) / len(steps),
        "co2_change": steps[-1]["co2_change"],
        "years": steps,
    }
