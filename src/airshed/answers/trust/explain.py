"""From a number to its studies, its rule and its interval."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import records
from airshed.answers.common import OBSERVED_YEAR, receptors, year
from airshed.answers.trust._steps import (
    amount_told,
    between_told,
    differing_sentences,
    equations_of,
    interval_sentences,
    rests_sentence,
    step_sentences,
    studies_of,
)
from airshed.answers.words import Card, Words
from airshed.assessment.explain.explain import TEMPLATES
from airshed.assessment.explain.explain import explain as steps_of
from airshed.pack.codes import countries
from airshed.pack.pack import Pack

YEARLY = ("attribution", "health", "value", "damage", "emissions")
"""Commands whose numbers are of the year that is asked; the others have their years in the row."""
COLUMNS = ("step", "value", "low", "high", "unit", "source", "title", "note")


class ExplainQuestion(Query):
    """Which number."""

    command: Literal["attribution", "health", "value", "damage", "emissions", "claims", "hindcast", "measures"] = Field(
        default="attribution",
        description="the command that gave the number",
        json_schema_extra={"argument": True},
    )
    row: str = Field(
        default="",
        description="the key of its row, such as KR-11 CHN",
        max_length=100,
        json_schema_extra={"argument": True, "words": True},
    )
    year: int | None = year(OBSERVED_YEAR)


def explain(ask: Ask, words: Words, question: ExplainQuestion) -> Content:
    """Return the way from a number to its studies, sources and rule."""
    _, pack = words.translate, ask.pack
    text = question.row or (_example(pack) if question.command == "attribution" else "")
    keys = text.replace(",", " ").split()
    shown = ask.year(question.year, keys[0] if keys and question.command == "attribution" else "")

    def make() -> pd.DataFrame:
        steps = steps_of(pack, question.command, keys, shown)
        return pd.DataFrame.from_records([step.record(pack) for step in steps])

    rows = ask.ask(("explain", question.command, tuple(keys), shown), make)
    asked = f"{_(question.command)}: {', '.join(words.name(key) for key in keys)}"
    pair = keys if question.command == "attribution" else ()
    when = shown if question.command in YEARLY else None
    return Content(
        title=_("Where a number comes from"),
        sheets=(Sheet("explain", asked, rows, COLUMNS, cells={"source": str}, notes=TEMPLATES),),
        held={"row": (text,)},
        sentences=(
            rests_sentence(rows, pair, asked, when, words),
            *step_sentences(rows, words),
            *differing_sentences(rows, words),
            *interval_sentences(rows, words),
        ),
        cards=_cards(rows, when, words),
        equations=equations_of(rows),
    )


def _cards(rows: pd.DataFrame, year: int | None, words: Words) -> tuple[Card, ...]:
    """Return the number, and how many studies and sources it rests on."""
    _ = words.translate
    first, when = records(rows)[0], "" if year is None else str(year)
    between = between_told(first, words)
    found = []
    if first["value"] is not None:
        value = amount_told(first["value"], first["unit"], words)
        found.append(Card(value, _("the number"), "; ".join(part for part in (when, between) if part)))
    studies = {one["study"] for one in studies_of(rows)}
    if studies:
        found.append(Card(str(len(studies)), _("studies"), _("that it rests on")))
    sources = {key for cell in rows["source"] for key in str(cell).split()}
    return (*found, Card(str(len(sources)), _("sources"), _("of all its steps")))


def _example(pack: Pack) -> str:
    return f"{receptors(pack)[0]} {countries(pack)[0]}"


ANSWER = Entry(title="Explain a number", question=ExplainQuestion, make=explain)
