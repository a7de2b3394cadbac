"""The scenarios of the pack, and what could not be turned into one."""

from __future__ import annotations

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.words import Words
from airshed.assessment.chain.scenarios import scenario_table

COLUMNS = ("scenario", "title", "overrides", "measures", "not_turned", "target", "description")


class ScenariosQuestion(Query):
    """Which scenarios there are."""


def scenarios(ask: Ask, words: Words, question: ScenariosQuestion) -> Content:
    """Return the scenarios of the pack."""
    title = words.translate("Scenarios")
    table = scenario_table(ask.pack, words.language)
    return Content(title, (Sheet("scenarios", title, table, COLUMNS, spare=("description",)),))


ANSWER = Entry(title="Scenarios", question=ScenariosQuestion, make=scenarios, name="scenarios", path="scenarios")
