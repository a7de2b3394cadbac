"""Where the PM2.5 of a place comes from, with intervals, adding up to what was observed."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet, Way
from airshed.answers.ask import BASELINE, Ask
from airshed.answers.chapters.figures import matrix_figure
from airshed.answers.chapters.maps import SCRIPT, flows_figure
from airshed.answers.chapters.sheets import HUNDREDTHS, explained, origin_sheet
from airshed.answers.chapters.single import sources_figure
from airshed.answers.common import OBSERVED_YEAR, receptors, refuse_files, scenario, scenario_names, year
from airshed.answers.leads import origins_lead
from airshed.answers.relation import relation_field, relation_of, relation_words
from airshed.answers.words import Figure, Words, explanation
from airshed.assessment.assessment import Assessment
from airshed.assessment.evidence.relation_answers import attribution_by_file
from airshed.assessment.lives.periods import NOTES as NOTES_OF_PERIODS
from airshed.assessment.lives.periods import period_attribution
from airshed.assessment.tables import NOTES, attribution_of_all
from airshed.assessment.tables import attribution as rows_of
from airshed.pack.errors import AirshedError

ANNUAL = "annual"
PARTS = ("emissions", "concentration", "attribution", "calibration")
SPREAD = "share: of the anthropogenic part; low and high: 5 and 95 % of {samples} samples of the relation"


class AttributionQuestion(Query):
    """Whose air, and how it is split."""

    receptor: str = Field(description="city, region, nation or group", json_schema_extra={"argument": True})
    by: Literal["country", "region", "sector", "pollutant"] = Field(default="country", description="what is kept apart")
    year: int | None = year(OBSERVED_YEAR)
    period: Literal["annual", "season:DJF", "season:MAM", "season:JJA", "season:SON", "episode"] = Field(
        default="annual", description="period of the mean"
    )
    scenario: str = scenario()
    relation: str = relation_field()


def attribution(ask: Ask, words: Words, question: AttributionQuestion) -> Content:
    """Return who gives the PM2.5 of a place, and who affects whom among all."""
    _, asked = words.translate, question
    refuse_files(ask, asked.scenario)
    special = asked.period != ANNUAL or asked.relation
    if special and asked.scenario != BASELINE:
        raise AirshedError("origins-part-year-relation-file")
    if asked.period != ANNUAL and asked.relation:
        raise AirshedError("relation-file-annual-means-only")
    if asked.relation:
        return _by_file(ask, words, asked)
    if asked.period != ANNUAL:
        return _in_period(ask, words, asked)
    return _annual(ask, words, asked)


def _annual(ask: Ask, words: Words, asked: AttributionQuestion) -> Content:
    _, pack, place = words.translate, ask.pack, asked.receptor
    assessment = ask.assessment(ask.year(asked.year, place), asked.scenario, PARTS)
    rows = rows_of(pack, assessment, place, asked.by)
    given = rows if asked.by == "region" else rows_of(pack, assessment, place, "region")
    lines = flows_figure(given, place, assessment.year, words)
    flows = Sheet(
        "flows",
        _("What regions give to the PM2.5 of the place"),
        given.sort_values("value", ascending=False),
        ("region", "value", "share", "low", "high", "source", "note"),
        cells=HUNDREDTHS,
        notes=NOTES,
        way=Way("attribution", ("receptor", "region"), year=assessment.year),
    )
    own = origin_sheet(rows, asked.by, words, assessment.year)
    matrix, heat = _matrix(ask, words, assessment)
    spread = _(SPREAD).format(samples=assessment["attribution"].attrs["samples"])
    return Content(
        title=_("Who gives {place} its PM2.5").format(place=words.name(place)),
        sheets=tuple(explained(sheet, asked.scenario) for sheet in (own, *([flows] if lines else []), matrix)),
        panels=(
            Panel(sources_figure(rows, asked.by, words.name(place), assessment.year, words), "attribution"),
            *([Panel(lines, "flows")] if lines else []),
            Panel(heat, "matrix"),
        ),
        equations=("per-emission", "kernel-weight", "downscaling", "log-odds", "random-effects", "level"),
        sentences=(origins_lead(rows, asked.by, words, place, assessment.year, assessment), spread),
        why=_why(rows, asked, assessment.year),
    )


def _why(rows: pd.DataFrame, asked: AttributionQuestion, year: int) -> str:
    """Return the query of the page that explains the largest contribution of a place or region, if it knows it."""
    if asked.scenario != BASELINE or asked.by not in ("country", "region"):
        return ""
    made = rows[~rows[asked.by].isin(["natural", "unexplained"])].nlargest(1, "value")
    return "".join(explanation("attribution", asked.receptor, str(code), year=year) for code in made[asked.by])


def _matrix(ask: Ask, words: Words, assessment: Assessment) -> tuple[Sheet, Figure]:
    """Return who affects whom among all places, in the year of the answer."""
    key = ("matrix", assessment.year, assessment.question.scenario)
    rows = ask.ask(key, lambda: attribution_of_all(ask.pack, assessment, "country"))
    sheet = Sheet(
        "matrix",
        words.translate("Who affects whom"),
        rows,
        ("receptor", "country", "value", "share", "low", "high", "source"),
        cells=HUNDREDTHS,
        way=Way("attribution", ("receptor", "country"), year=assessment.year),
    )
    return sheet, matrix_figure(ask.pack, {"attribution_by_country": rows}, words)


def _in_period(ask: Ask, words: Words, asked: AttributionQuestion) -> Content:
    """Return who gives the PM2.5 of a place in a season or in episodes."""
    _, pack, place, by = words.translate, ask.pack, asked.receptor, asked.by
    shown = ask.year(asked.year, asked.receptor)
    key = ("period", place, by, shown, asked.period)
    rows = ask.ask(key, lambda: period_attribution(pack, place, asked.period, by, shown))
    return Content(
        title=_("Who gives {place} its PM2.5: {period}").format(place=words.name(place), period=_(asked.period)),
        sheets=(origin_sheet(rows, by, words, notes=NOTES_OF_PERIODS),),
        panels=(Panel(sources_figure(rows, by, words.name(place), shown, words), "attribution"),),
        equations=("period-odds", "log-odds", "random-effects"),
        sentences=(origins_lead(rows, by, words, place, shown), _(asked.period)),
    )


def _by_file(ask: Ask, words: Words, asked: AttributionQuestion) -> Content:
    """Return who gives the PM2.5 of a place by a relation of a file."""
    _, pack, place, by = words.translate, ask.pack, asked.receptor, asked.by
    held = relation_of(ask, asked.relation)
    shown = ask.year(asked.year, asked.receptor)
    rows = attribution_by_file(pack, held, place, by, shown)
    return Content(
        title=_("Who gives {place} its PM2.5").format(place=words.name(place)),
        sheets=(origin_sheet(rows, by, words),),
        panels=(Panel(sources_figure(rows, by, words.name(place), shown, words), "attribution"),),
        equations=("per-emission", "level"),
        sentences=(origins_lead(rows, by, words, place, shown), *relation_words(ask, words, held)),
    )


ANSWER = Entry(
    title="Who affects whom",
    question=AttributionQuestion,
    make=attribution,
    choices={"receptor": receptors, "scenario": scenario_names},
    first=("receptor",),
    scripts=(SCRIPT,),
)
