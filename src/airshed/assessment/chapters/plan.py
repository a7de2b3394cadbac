"""The chapter on strategy: the least-cost plan to WHO's third interim target, what more and less cost, and regret."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.assessment import ProvenanceStep
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.evidence.calibration import relation_sources
from airshed.assessment.plans.cost_curve import frontier_of, staircase_of
from airshed.assessment.plans.front import front
from airshed.assessment.plans.plan import MONEY, PlanSolution, answer
from airshed.assessment.plans.plan_inputs import PlanInputs, ground
from airshed.assessment.plans.regret import PRICE, regret_answer, regret_table, summary_of_regret
from airshed.assessment.plans.tables import measures_of_plan, plan_summary, receptors_of_plan, regions_of_plan
from airshed.pack.defaults import lead_cities, named_targets, target_or_usual
from airshed.pack.pack import Pack
from airshed.strategy.options import REASONS
from airshed.strategy.tables import applied_table, selectable_table
from airshed.transport.ensemble import SEED

RULE = "cheapest measures that bring every city to the target; targets out of reach relaxed in tenths of ug/m3"
SELECTABLE = "selectable"
FRONT_POINTS = 12
"""Plans of the front in a report: few, so that a run stays short; `airshed plan front` takes 30."""
REGRET = ("regret", "central_regret", "worst_state", "best_in", "price_cap")
TABLES = (
    *("measures", "measure_effects", "measure_costs", "applications", "economy", "parameters"),
    *("standards", "source_receptor", "observations"),
)


def plan_target(pack: Pack) -> str:
    """Return the target of the plan; raises MissingTableError for a pack without standards."""
    return target_or_usual(pack, None, "plan_target")


def plan_frames(
    pack: Pack, scenario: str = "baseline", samples: int = 0, seed: int = SEED, regret: bool = False, told: bool = False
) -> dict[str, pd.DataFrame]:
    """Return the tables of the plan for all cities with measures around them.

    samples, seed : of the relation, taken at its centre: those that were drawn already are not drawn again
    regret : whether the plan of least regret stands beside it, which takes longer than all the rest
    told : whether summary and receptors are enough, of which a summary of the report tells
    returns : summary (one row), cases, receptors, regions, measures, reasons (options by why they cannot be selected),
        applied (share of the best technique in the regions of the cities that lead), curve and frontier (of PM2.5 in
        one city), front (of cost against the mean over people); with regret also regret (by state) and regret_summary
        (one row)
    Raises MissingTableError for a pack without measures that can be chosen, without cities or without standards,
    AirshedError for a scenario that does not hold the year.
    """
    year = latest_year(pack)
    held = ground(pack, plan_target(pack), year, scenario, samples=samples, seed=seed)
    found = answer(held)
    summary, measures = plan_summary(found), measures_of_plan(found)
    aim, relation = _target_sources(pack), relation_sources(pack)
    used = _keys(measures["source"])
    every = _keys([*aim, used, *relation])
    city = focus(pack, held)
    row = pd.DataFrame([_summary_row(found, summary, len(measures), city, scenario)]).assign(source=every)
    receptors = receptors_of_plan(found).assign(basis="derived", source=_keys([*aim, *relation]))
    if told:
        return {"summary": row, "receptors": receptors}
    frames = {
        "summary": row,
        "cases": pd.DataFrame(summary["cases"])
        .astype({"cost": float})
        .assign(unit=MONEY, basis="derived", source=every),
        "receptors": receptors,
        "regions": _with_sources(regions_of_plan(found), measures),
        "measures": measures,
        "reasons": _reasons(found).assign(source=_catalogue_sources(pack)),
        "applied": applied_table(pack, year, _lead_regions(pack, held)).assign(
            unit="1", basis="derived", source=_catalogue_sources(pack)
        ),
        "curve": staircase_of(held, found.problem, city),
        "frontier": frontier_of(held, found.problem, city).assign(source=_keys([*relation, used])),
        "front": front(held, "exposure", FRONT_POINTS).assign(source=every),
    }
    return frames | (_regret(held, every) if regret else {})


def _regret(held: PlanInputs, source: str) -> dict[str, pd.DataFrame]:
    """Return what the plan of least regret costs and misses in every state, and its record."""
    found = regret_answer(replace(held, aims=replace(held.aims, price_cap=PRICE)))
    summary = summary_of_regret(found)
    row = {name: summary[name] for name in ("year", "cost", "unit", *REGRET)}
    return {
        "regret": regret_table(found).assign(source=source),
        "regret_summary": pd.DataFrame([row]).assign(basis="derived", source=source),
    }


def plan_step(frames: dict[str, pd.DataFrame]) -> ProvenanceStep:
    """Return the entry of the provenance log: by which rule, from which tables, after which sources."""
    return ProvenanceStep("plan", RULE, TABLES, tuple(str(frames["summary"]["source"].iloc[0]).split()))


def focus(pack: Pack, held: PlanInputs) -> str:
    """Return the city whose cost curve is shown: the first of those that lead, with measures around it."""
    return lead_cities(pack, held.receptors)[0]


def _lead_regions(pack: Pack, held: PlanInputs) -> list[str]:
    """Return the regions of the cities that lead, with measures around them."""
    home = dict(zip(pack.table("receptors")["code"], pack.table("receptors")["region"], strict=True))
    return list(dict.fromkeys(str(home.get(code, code)) for code in lead_cities(pack, held.receptors)))


def _summary_row(
    found: PlanSolution, summary: dict[str, Any], applied: int, city: str, scenario: str
) -> dict[str, Any]:
    """Return the summary as one row.

    price_low, price_high : of this plan at the ends of the cost of its measures; interim_cost : of the plan in which
        the cities out of reach aim at WHO's value in their reach, NaN where all meet the target
    set_by, set_share : the cities that set most of the cost, and its share that is saved without their targets
    """
    options = found.ground.options
    avoided = ("deaths_avoided", "deaths_avoided_low", "deaths_avoided_high", "co2_change", "co2_unknown")
    return {
        "target": plan_target(found.ground.pack),
        "scenario": scenario,
        **{name: summary[name] for name in ("status", "year", "cost")},
        **{name: summary[name] for name in ("price_low", "price_high")},
        "interim_cost": float(summary.get("interim_cost", np.nan)),
        **{name: summary[name] for name in ("unit", *avoided)},
        "measures": applied,
        "options": len(options.measure),
        SELECTABLE: int(options.selectable.sum()),
        "set_by": " ".join(summary["set_by"]["receptors"]) if summary["set_by"] else "",
        "set_share": float(summary["set_by"]["share"]) if summary["set_by"] else np.nan,
        "unreachable": " ".join(summary["unreachable"]),
        "overpredicted": " ".join(summary["overpredicted"]),
        "focus": city,
        "basis": "derived",
    }


def _reasons(found: PlanSolution) -> pd.DataFrame:
    """Return how many options can be selected, and for which reason the others cannot."""
    counts = selectable_table(found.ground.options)
    total = int(counts[[SELECTABLE, "not_selectable"]].to_numpy().sum())
    rows = [(name, int(counts[name].sum())) for name in (SELECTABLE, *REASONS)]
    return pd.DataFrame(
        [{"reason": name, "options": count, "share": count / total} for name, count in rows if count],
        columns=["reason", "options", "share"],
    )


def _with_sources(regions: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Return the regions with the sources of what is applied there."""
    cited = measures.groupby("region")["source"].agg(_keys)
    return regions.assign(basis="derived", source=[str(cited[code]) for code in regions["region"]])


def _target_sources(pack: Pack) -> list[str]:
    named, target = named_targets(pack), plan_target(pack)
    if target in named:
        return [named[target].source]
    return list(dict.fromkeys(pack.table("standards")["source"]))


def _catalogue_sources(pack: Pack) -> str:
    names = ("measures", "measure_effects", "measure_costs", "applications")
    return _keys(key for name in names for key in pack.optional(name)["source"])


def _keys(cells: Iterable[str]) -> str:
    """Return the source keys of cells, each once."""
    return " ".join(dict.fromkeys(key for cell in cells for key in str(cell).split()))
