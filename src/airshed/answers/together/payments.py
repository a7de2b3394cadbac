"""Who pays whom, by each key, so that all have their share of what is gained together."""

from __future__ import annotations

from airshed.answers.answer import Content, Entry
from airshed.answers.ask import Ask
from airshed.answers.cells import records
from airshed.answers.together import _game as shared
from airshed.answers.together.cooperation import (
    CHOICES,
    CooperationQuestion,
    cautions,
    divided,
    payments_panel,
    payments_sheet,
)
from airshed.answers.words import Words
from airshed.assessment.games.names import key_name, point_names


def payments(ask: Ask, words: Words, question: CooperationQuestion) -> Content:
    """Return who pays whom by each key, as if all paid into one pot."""
    _, found, asked = words.translate, divided(ask, question), question
    sheet = payments_sheet(found, words)
    point, year = point_names(_)[asked.disagreement], shared.year_of(ask.pack, asked)
    said = _("most is paid by {payer} to {receiver}, {key}: {amount} million USD of 2015 a year")
    largest = records(sheet.rows.sort_values("amount", ascending=False, kind="stable").head(1))
    told = [
        f"{year}: "
        + said.format(
            payer=words.name(row["payer"]),
            receiver=words.name(row["receiver"]),
            key=key_name(row["key"], _),
            amount=shared.money(row["amount"]),
        )
        for row in largest
    ]
    nobody = [] if told else [_("nobody pays anybody: there is nothing to divide")]
    without = _("without an agreement: {point}").format(point=point)
    return Content(
        title=_("Who pays whom, {year}").format(year=year),
        sheets=(sheet,),
        panels=(payments_panel(found, asked, year, words),) if len(found.shares) else (),
        equations=("transfers", "gain-by-key", "cost-by-key"),
        sentences=(*told, *nobody, without, *cautions(found, asked, words)),
        links=shared.onward(asked, words, "payments", disagreement=asked.disagreement),
    )


ANSWER = Entry(
    title="Who pays whom",
    question=CooperationQuestion,
    make=payments,
    choices=CHOICES,
    folded=shared.FOLDED,
)
