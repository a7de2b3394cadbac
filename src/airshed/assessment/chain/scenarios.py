"""The emissions of scenarios: the anchor, the overrides in order, what measures do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import xarray as xr

from airshed.assessment.chain.anchored import observed_anchored
from airshed.assessment.chain.chain import ensemble_of
from airshed.assessment.chain.maximum_feasible import Applied, maximum_feasible
from airshed.assessment.chain.scenario_controls import controlled
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.inventory import sealed
from airshed.emissions.overrides import apply_override
from airshed.pack.pack import Pack
from airshed.pack.scenarios import BASELINE, Scenario, combined, scenarios
from airshed.transport.ensemble import SEED
from airshed.transport.places import places

MONEY = "million USD of 2015/yr"
NO_COST = "costs are counted above the baseline"
COST_UNKNOWN = "cost not known: the scenario states emissions, no measures"
MEASURES_ONLY = "cost of the measures alone, not of what else changes"
COST_NOTES = (NO_COST, COST_UNKNOWN, MEASURES_ONLY)


@dataclass(frozen=True)
class Emissions:
    """Emissions of a scenario, and those that stand for what was: (region, sector, pollutant, year), kt/yr.

    measures : what is applied above today's, where the scenario applies measures

    What is observed belongs to the reference: the baseline, or the one anchored to observation. Overrides change the
    scenario only, so that all scenarios share the response of their places.
    """

    grows = False
    """Measured once by who keeps it."""

    scenario: xr.Dataset
    reference: xr.Dataset
    measures: Applied | None = None


def scenario_emissions(pack: Pack, names: str, samples: int = 0, seed: int = SEED) -> Emissions:
    """Return the emissions of a scenario, or of several joined by `+`.

    An anchor comes first, then the overrides in the order of the names, measures last; the relation is calibrated to
    the baseline in every scenario. They are made once while the pack keeps them: samples and seed do not move the
    centre of the relation, by which an anchor and measures go. Raises MissingTableError for measures that the pack does
    not hold.
    """
    chosen = combined(pack, names)
    return pack.derive(f"scenario {names} {chosen!r}", lambda opened: _made(opened, names, chosen, samples, seed))


def _made(pack: Pack, names: str, chosen: Sequence[Scenario], samples: int, seed: int) -> Emissions:
    reference = baseline_cube(pack)
    if any(item.anchor == "observed" for item in chosen):
        ensemble = ensemble_of(pack, samples, seed)
        reference = observed_anchored(pack, reference, ensemble, places(pack, ensemble.relation))
    result = reference
    for item in chosen:
        for override in item.emissions:
            result = apply_override(pack, result, override)
    applied = None
    controls = [control for item in chosen for control in item.controls]
    if any(item.measures == "maximum" for item in chosen):
        result, applied = maximum_feasible(pack, result, ensemble_of(pack, samples, seed).relation)
    elif controls:
        result, applied = controlled(pack, result, ensemble_of(pack, samples, seed).relation, controls)
    return Emissions(sealed(result if names == BASELINE else result.assign_attrs(scenario=names)), reference, applied)


def uncalibrated(pack: Pack, names: str) -> bool:
    """Return whether a scenario takes the relation as the atmospheric model gives it."""
    return any(item.relation for item in combined(pack, names))


def target_of(pack: Pack, names: str) -> str | None:
    """Return the target that a scenario names, the last one of several."""
    return next((item.target for item in reversed(combined(pack, names)) if item.target), None)


def scenario_table(pack: Pack, language: str = "en") -> pd.DataFrame:
    """Return the scenarios of the pack: name, title, description, how many overrides, what could not be turned."""
    rows = []
    for item in scenarios(pack).values():
        title, description = item.told(language)
        rows.append(
            {
                "scenario": item.name,
                "title": title,
                "description": " ".join(description.split()),
                "overrides": len(item.emissions),
                "measures": item.measures,
                "not_turned": len(item.not_turned),
                "combines": " ".join(item.combines),
                "target": item.target or "",
                "source": " ".join(dict.fromkeys(override.source for override in item.emissions)),
            }
        )
    return pd.DataFrame.from_records(rows)
