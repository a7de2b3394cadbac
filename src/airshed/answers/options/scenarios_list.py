"""The scenarios of the pack, and what could not be turned into one."""

from __future__ import annotations

import pandas as pd

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.chapters.plan_told import BETWEEN
from airshed.answers.words import Words
from airshed.assessment.chain.chain import latest_year
from airshed.assessment.chain.scenarios import scenario_table

COLUMNS = ("scenario", "title", "overrides", "measures", "not_turned", "target", "description")


class ScenariosQuestion(Query):
    """Which scenarios there are."""


def scenarios(ask: Ask, words: Words, question: ScenariosQuestion) -> Content:
    """Return the scenarios of the pack."""
    title = words.translate("Scenarios")
    table = scenario_table(ask.pack, words.language)
    return Content(
        title,
        (Sheet("scenarios", title, table, COLUMNS, spare=("description",)),),
        sentences=(_said(table, ask, words),),
    )


def _said(table: pd.DataFrame, ask: Ask, words: Words) -> str:
    """Return how many scenarios there are, up to which year, and what they are called."""
    text = words.translate("{count} scenarios say what may be emitted up to {year}: {names}.")
    names = BETWEEN.get(words.language, ", ").join(table["title"])
    return text.format(count=len(table), year=latest_year(ask.pack), names=names)


ANSWER = Entry(title="Scenarios", question=ScenariosQuestion, make=scenarios, name="scenarios", path="scenarios")
