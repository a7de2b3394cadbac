"""The airshed in a few numbers, and how far they have come out."""

from __future__ import annotations

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
from airshed.assessment.tables import NOTES
from airshed.assessment.tables import levels as levels_of


class OverviewQuestion(Query):
    """The overview asks nothing."""


def overview(ask: Ask, words: Words, question: OverviewQuestion) -> Content:
    """Return what the report opens with: the scoreboard, the summary, and its first charts."""
    assessment, tables = ask.whole()
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
    score = hindcast_figure(tables, words)
    checks = [f"{card.label}: {card.value} ({card.detail})" for card in score_cards(tables, words)]
    changes = dict.fromkeys(("observed_change", "value", "low", "high"), fixed(1, sign=True))
    hindcast = Sheet(
        "hindcast",
        words.translate("Predicted and observed change, µg/m³"),
        tables["hindcast"],
        ("place", "first_year", "last_year", *changes, "inside", "source"),
        heads={"value": words.translate("predicted change")},
        cells=changes,
        way=Way("hindcast", ("place",)),
    )
    return Content(
        title=ask.pack.title(words.language),
        sheets=(levels, origin, deaths, hindcast),
        panels=(
            Panel(level_map(levels_of(ask.pack, assessment), assessment.year, words), "concentrations"),
            Panel(origins_figure(ask.pack, assessment, tables, words), "attribution"),
            Panel(deaths_figure(assessment, tables, words), "health"),
            *([Panel(score, "hindcast")] if score else []),
        ),
        equations=("exposure", "per-emission", "level", "gemm", "attributable-deaths", "hindcast"),
        sentences=(*sentences(ask.pack, assessment, tables, words), scoreboard_sentence(tables, words), *checks),
        cards=tuple(cards(ask.pack, assessment, tables, words)),
    )


ANSWER = Entry(title="Overview", question=OverviewQuestion, make=overview, path="/", scripts=(SCRIPT,))
