"""Predicted against observed change, place by place; shares before and after calibration."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet, Way
from airshed.answers.ask import BASELINE, Ask
from airshed.answers.cells import fixed
from airshed.answers.chapters.evidence import calibration_figure, hindcast_figure
from airshed.answers.chapters.scoreboard import failed_sentence, score_sentence, series_sentences, span_sentences
from airshed.answers.common import refuse_files, scenario_names
from airshed.answers.words import Card, Words
from airshed.assessment.chain.chain import ensemble_of
from airshed.assessment.evidence.calibration import calibration_table
from airshed.assessment.evidence.hindcast import NOTES, Score, score
from airshed.assessment.question import Question
from airshed.assessment.run import assess
from airshed.assessment.tables_as_datasets import frame_of
from airshed.pack.errors import AirshedError
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import level
from airshed.transport.ensemble import SAMPLES, SEED

CHANGES = ("observed_change", "value", "low", "high", "rest")
COLUMNS = (
    *("place", "first_year", "last_year", *CHANGES, "inside", "observed_percent", "predicted_percent"),
    *("kind", "source", "note"),
)


class HindcastQuestion(Query):
    """Under which emissions, and which series are shown."""

    scenario: str = Field(default=BASELINE, description="baseline or observed-anchored", max_length=500)
    every: bool = Field(
        default=False,
        description="every series, not only the preferred one of a place",
        json_schema_extra={"flag": "--all"},
    )


def hindcast(ask: Ask, words: Words, question: HindcastQuestion) -> Content:
    """Return predicted beside observed changes, and shares before and after calibration."""
    _, pack = words.translate, ask.pack
    refuse_files(ask, question.scenario)

    def make() -> pd.DataFrame:
        return frame_of(assess(pack, Question(scenario=question.scenario), parts=("hindcast",))["hindcast"])

    rows = ask.ask(("hindcast", question.scenario), make)
    shares = ask.ask("calibrated shares", lambda: _shares(ask))
    changes = Sheet(
        "hindcast",
        _("Predicted and observed change of PM2.5, µg/m³; the preferred series of a place first"),
        rows,
        COLUMNS,
        heads={"value": _("predicted change")},
        cells={
            **dict.fromkeys(CHANGES, fixed(1, sign=True)),
            **dict.fromkeys(("observed_percent", "predicted_percent"), fixed(0, sign=True)),
        },
        notes=NOTES,
        way=Way("hindcast", ("place", "rank")) if question.scenario == BASELINE else None,
        brief=None if question.every else outside_first,
    )
    found = score(rows)
    drawn = [(hindcast_figure({"hindcast": rows}, words), "hindcast")]
    drawn += [] if shares is None else [(calibration_figure({"calibration": shares}, words), "calibration")]
    return Content(
        title=_("Hindcast: change of PM2.5 between two observed years"),
        sheets=(changes, *([] if shares is None else [_share_sheet(shares, words)])),
        panels=tuple(Panel(figure, name) for figure, name in drawn if figure),
        equations=("hindcast", "log-odds", "random-effects", "kernel-likelihood"),
        sentences=(_("no place has two observed years"),)
        if found is None
        else (
            failed_sentence(rows, words),
            score_sentence(found, _),
            *series_sentences(rows, _),
            *span_sentences(rows, _),
        ),
        cards=() if found is None else _cards(found, words),
    )


def outside_first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the preferred series, those outside their interval first."""
    held = table[table["rank"] == 1]
    return held.sort_values("inside", kind="stable")


def _cards(found: Score, words: Words) -> tuple[Card, ...]:
    """Return how many observed changes lie outside their interval, how far off the prediction is, and its direction."""
    _ = words.translate
    since, of = _("since {year}").format(year=found.first_year), _("{inside} of {places}")
    return (
        Card(of.format(inside=found.places - found.inside, places=found.places), _("outside the 90 % range"), since),
        Card(of.format(inside=found.places - found.same_sign, places=found.places), _("in the wrong direction"), since),
        Card(level(found.mean_error), _("off on average"), since),
    )


def _shares(ask: Ask) -> pd.DataFrame | None:
    """Return the shares of the nations before and after calibration; None of a pack that has none."""
    try:
        return calibration_table(ask.pack, ensemble_of(ask.pack, SAMPLES, SEED))
    except AirshedError:
        return None


def _share_sheet(shares: pd.DataFrame, words: Words) -> Sheet:
    parts = ("published", "model", "value", "low", "high")
    return Sheet(
        "calibration",
        words.translate("Shares of the nations before and after calibration"),
        shares,
        ("receptor", "country", "year", *parts, "factor", "source"),
        heads={"value": words.translate("calibrated")},
        cells={**dict.fromkeys(parts, percent), "factor": fixed(2)},
    )


ANSWER = Entry(
    title="Hindcast",
    question=HindcastQuestion,
    make=hindcast,
    choices={"scenario": scenario_names},
)
