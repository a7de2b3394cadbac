"""From a number to its studies, its rule and its interval."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.common import OBSERVED_YEAR, receptors, year
from airshed.answers.words import Words
from airshed.assessment.explain.explain import TEMPLATES
from airshed.assessment.explain.explain import explain as steps_of
from airshed.pack.codes import countries
from airshed.pack.pack import Pack

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
    return Content(
        title=_("Where a number comes from"),
        sheets=(Sheet("explain", asked, rows, COLUMNS, cells={"source": str}, notes=TEMPLATES),),
        held={"row": (text,)},
        sentences=(asked,),
    )


def _example(pack: Pack) -> str:
    return f"{receptors(pack)[0]} {countries(pack)[0]}"


ANSWER = Entry(title="Explain a number", question=ExplainQuestion, make=explain)
