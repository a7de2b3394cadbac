"""What the front page tells: the tables of an assessment that it shows, and no other."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from airshed.assessment.assessment import Assessment
from airshed.assessment.chain.chain import ensemble_of
from airshed.assessment.chapters.plan import plan_frames
from airshed.assessment.evidence.calibration import calibration_table
from airshed.assessment.evidence.claims import claims_table
from airshed.assessment.run import assess
from airshed.assessment.tables import attribution_of_all, concentrations, emissions_series, health, printed_projection
from airshed.assessment.tables_as_datasets import dataset_of_tables, frame_of, frames_of
from airshed.pack.defaults import usual_target
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import Pack

SCORED = ("hindcast", "validation", "left_out", "left_out_places")
"""The datasets of the scoreboard."""
Tables = dict[str, pd.DataFrame]


def aimed(pack: Pack, assessment: Assessment) -> Assessment:
    """Return an assessment whose places are held against the usual target of the pack."""
    return replace(assessment, question=assessment.question.model_copy(update={"target": usual_target(pack)}))


def leading_tables(pack: Pack, assessment: Assessment) -> Tables:
    """Return levels, deaths, origins, emissions and calibrated shares, as `all_tables` has them."""
    question = assessment.question
    ensemble = ensemble_of(pack, question.samples, question.seed)
    made = {
        "concentrations": concentrations(pack, assessment),
        "health": health(pack, assessment),
        "attribution_by_country": attribution_of_all(pack, assessment, "country"),
        "emissions_series": emissions_series(pack, assessment),
        "calibration": calibration_table(pack, ensemble, assessment["calibration"]),
    }
    printed = printed_projection(pack)
    return made if printed is None else {**made, "emissions_projection": printed}


def scoreboard_tables(pack: Pack, assessment: Assessment) -> Tables:
    """Return the tables of the scoreboard: hindcast, validation, studies and places left out, and claims.

    Claims are left out of a pack that has none.
    """
    scored = assess(pack, assessment.question, parts=SCORED)
    made = {name: frame_of(scored[name]) for name in SCORED}
    try:
        claims = claims_table(pack)
    except MissingTableError:
        return made
    return {**made, "claims": claims} if len(claims) else made


def plan_tables(pack: Pack, assessment: Assessment) -> Tables:
    """Return summary and cities of the plan of the report; nothing where the pack cannot answer it."""
    question = assessment.question
    try:
        frames = plan_frames(pack, question.scenario, question.samples, question.seed, told=True)
    except AirshedError:
        return {}
    return {f"plan_{name}": table for name, table in frames_of(dataset_of_tables(frames)).items()}
