"""The airshed in a few numbers, and how far they have come out."""

from __future__ import annotations

import pandas as pd

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet, Way
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.chapters.evidence import hindcast_figure
from airshed.answers.chapters.figures import deaths_figure, origins_figure
from airshed.answers.chapters.maps import SCRIPT, level_map
from airshed.answers.chapters.sheets import HUNDREDTHS, health_sheet, level_sheet
from airshed.answers.chapters.summary import cards, sentences
from airshed.answers.chapters.trust import score_cards, scoreboard_sentence
from airshed.answers.words import Words
from airshed.assessment.front import aimed, leading_tables, plan_tables, scoreboard_tables
from airshed.assessment.tables import NOTES
from airshed.assessment.tables import levels as levels_of


class OverviewQuestion(Query):
    """The overview asks nothing."""


def overview(ask: Ask, words: Words, question: OverviewQuestion) -> Content:
    """Return what the report opens with: the scoreboard, the summary, and its first charts.

    The scoreboard and the plan take longest: a server shows the rest before them.
    """
    pack = ask.pack
    assessment = aimed(pack, ask.assessment(None))
    tables = ask.ask("leading tables", lambda: leading_tables(pack, assessment))
    scored = ask.soon("scoreboard", lambda: scoreboard_tables(pack, assessment))
    tables = {**tables, **(ask.soon("plan told", lambda: plan_tables(pack, assessment)) or {}), **(scored or {})}
    levels, deaths = level_sheet(tables["concentrations"], words), health_sheet(tables["health"], words)
    origins = tables["attribution_by_country"]
    origin = Sheet(
        "attribution",
        words.translate("Who gives the PM2.5 of the places, µg/m³"),
        origins,
        ("receptor", "country", "value", "share", "low", "high", "source"),
        cells=HUNDREDTHS,
        notes=NOTES,
        way=Way("attribution", ("receptor", "country")),
    )
    checks = [f"{card.label}: {card.value} ({card.detail})" for card in score_cards(tables, words)] if scored else []
    return Content(
        title=pack.title(words.language),
        sheets=(levels, origin, deaths, *([_hindcast_sheet(scored["hindcast"], words)] if scored else [])),
        panels=(
            Panel(level_map(levels_of(pack, assessment), assessment.year, words), "concentrations"),
            Panel(origins_figure(pack, assessment, tables, words), "attribution"),
            Panel(deaths_figure(assessment, tables, words), "health"),
            *(Panel(figure, "hindcast") for figure in [scored and hindcast_figure(tables, words)] if figure),
        ),
        equations=("exposure", "per-emission", "level", "gemm", "attributable-deaths", "hindcast"),
        sentences=(
            *sentences(pack, assessment, tables, words),
            *([scoreboard_sentence(tables, words)] if scored else []),
            *checks,
        ),
        cards=tuple(cards(pack, assessment, tables, words)),
    )


def _hindcast_sheet(rows: pd.DataFrame, words: Words) -> Sheet:
    changes = dict.fromkeys(("observed_change", "value", "low", "high"), fixed(1, sign=True))
    return Sheet(
        "hindcast",
        words.translate("Predicted and observed change, µg/m³"),
        rows,
        ("place", "first_year", "last_year", *changes, "inside", "source"),
        heads={"value": words.translate("predicted change")},
        cells=changes,
        way=Way("hindcast", ("place", "rank")),
    )


ANSWER = Entry(title="Overview", question=OverviewQuestion, make=overview, path="/", scripts=(SCRIPT,), early=True)
