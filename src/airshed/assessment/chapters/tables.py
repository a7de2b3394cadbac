"""The tables of evidence, deaths by cause, value, claims and plan: what an assessment adds to its main tables."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from airshed.assessment.assessment import Assessment
from airshed.assessment.chain.chain import ensemble_of, prepare
from airshed.assessment.evidence.calibration import calibration_table, kernel_table
from airshed.assessment.evidence.claims import claims_table
from airshed.assessment.lives.damage import damage_table
from airshed.assessment.lives.health import health
from airshed.assessment.lives.value import value_table
from airshed.assessment.tables_as_datasets import frame_of, frames_of
from airshed.impacts.response import Family
from airshed.pack.codes import country_of
from airshed.pack.errors import MissingTableError, Phrase, recalled
from airshed.pack.pack import Pack

OTHER_RESPONSES: tuple[Family, ...] = ("ier", "mrbrt", "loglinear")
STRATEGY = ("plan", "curtailment")


def evidence_tables(pack: Pack, assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return the tables that say how far to trust the numbers: hindcast, validation, calibration, claims."""
    ensemble = ensemble_of(pack, assessment.question.samples, assessment.question.seed)
    made = {name: frame_of(assessment[name]) for name in ("hindcast", "validation", "left_out", "left_out_places")}
    made["calibration"] = calibration_table(pack, ensemble, assessment["calibration"])
    made["kernel"] = kernel_table(ensemble)
    return made | _held({"claims": lambda: claims_table(pack)})


def impact_tables(pack: Pack, assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return deaths by cause and by other responses of the nations, the value of deaths, and damage per tonne.

    What the pack lacks the tables for is left out.
    """
    home = country_of(pack)
    data = assessment["health"]
    counted = data["deaths"].notnull().to_numpy()
    nations = list(dict.fromkeys(home[str(code)] for code in data["region"].to_numpy()[counted]))
    question = assessment.question

    def damages() -> pd.DataFrame:
        chain = prepare(pack, assessment.year, assessment["emissions"], samples=question.samples, seed=question.seed)
        return damage_table(pack, chain)

    made = _held({"health_by_cause": lambda: health(pack, assessment, nations, "gemm", "cause")})
    others = _held({family: _by_response(pack, assessment, nations, family) for family in OTHER_RESPONSES})
    if others:
        made["health_responses"] = pd.concat(list(others.values()), ignore_index=True)
    return made | _held({"value": lambda: value_table(pack, assessment), "damage": damages})


def strategy_tables(assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return the tables of the plan and of the curtailment that were answered: `plan_measures`, and so on."""
    return {
        f"{chapter}_{name}": table
        for chapter in STRATEGY
        if chapter in assessment.datasets
        for name, table in frames_of(assessment[chapter]).items()
    }


def unanswered(assessment: Assessment) -> dict[str, Phrase | str]:
    """Return the chapters on strategy that the pack cannot answer, each with the reason."""
    found = {name: assessment.datasets[name].attrs for name in STRATEGY if name in assessment.datasets}
    return {
        name: recalled(str(attributes["unanswered"]))
        for name, attributes in found.items()
        if "unanswered" in attributes
    }


def _by_response(pack: Pack, assessment: Assessment, nations: list[str], family: Family) -> Callable[[], pd.DataFrame]:
    return lambda: health(pack, assessment, nations, family, "cause")


def _held(makers: dict[str, Callable[[], pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Make the tables that the pack holds everything for."""
    made = {}
    for name, make in makers.items():
        try:
            table = make()
        except MissingTableError:
            continue
        if len(table):
            made[name] = table
    return made
