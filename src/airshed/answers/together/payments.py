"""Who pays whom, by each key, so that all have their share of what is gained together."""

from __future__ import annotations

from airshed.answers.answer import Content, Entry
from airshed.answers.ask import Ask
from airshed.answers.game_words import GameAsked, payments_sentence
from airshed.answers.together import _game as shared
from airshed.answers.together.cooperation import (
    CHOICES,
    CooperationQuestion,
    cautions,
    divided,
    keys_sentences,
    payments_panel,
    payments_sheet,
    usual_key,
)
from airshed.answers.words import Words
from airshed.assessment.games.names import point_names


def payments(ask: Ask, words: Words, question: CooperationQuestion) -> Content:
    """Return who pays whom by each key, as if all paid into one pot."""
    _, found, asked = words.translate, divided(ask, question), question
    year, point = shared.year_of(ask.pack, asked), point_names(_)[asked.disagreement]
    of = GameAsked(found.gained.facts.players, year, asked.disagreement, asked.acted_on)
    sheet = payments_sheet(found, asked, words)
    key = usual_key(found.shares, asked.key)
    told = (
        payments_sentence(found.shares, key, of, words) if len(found.shares) else _("no key has a solution in {year}")
    )
    without = _("without an agreement: {point}").format(point=point)
    return Content(
        title=_("Who pays whom, {year}").format(year=year),
        sheets=(sheet,),
        panels=(payments_panel(found, asked, year, words),) if len(found.shares) else (),
        equations=("transfers", "gain-by-key", "cost-by-key"),
        sentences=(
            told.format(year=year),
            *keys_sentences(found.shares, asked.key, words),
            without,
            *cautions(found, asked, words),
        ),
        links=shared.onward(asked, words, "payments", disagreement=asked.disagreement),
    )


ANSWER = Entry(
    title="Who pays whom",
    question=CooperationQuestion,
    make=payments,
    choices=CHOICES,
    folded=shared.FOLDED,
)
