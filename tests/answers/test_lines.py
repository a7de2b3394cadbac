"""The command and the line of Python that a page shows ask its question again, whatever was asked."""

from types import SimpleNamespace

import pytest

from airshed.answers.asked import is_area, is_list, is_local, question_of
from airshed.answers.choices import choices
from airshed.answers.python import question_asked
from airshed.answers.registry import entries
from airshed.answers.spoken import command_words, python_line
from airshed.cli.door import asked_of, command_of

NUMBERS = {"year": 2019, "total": "1234.5", "years": "2028-2029", "weights": "cost=2", "least_share": 10}


def usual(entry, pack):
    """Return the question without any field."""
    return question_of(entry, pack, {name: choices(entry, name, pack)[0] for name in entry.placed}, [])


def other(entry, pack):
    """Return a question in which every field that has choices takes its last one, and switches are on."""
    placed = {name: choices(entry, name, pack)[-1] for name in entry.placed}
    asked = []
    for name, field in entry.question.model_fields.items():
        known = choices(entry, name, pack)
        if name in placed or is_area(entry, name) or is_local(entry, name):
            continue
        if field.annotation is bool:
            asked.append((name, "true"))
        elif known:
            asked += [(name, code) for code in (known[-2:] if is_list(entry, name) else known[-1:])]
        elif name in NUMBERS and not is_list(entry, name):
            asked.append((name, str(NUMBERS[name])))
    return question_of(entry, pack, placed, asked)


@pytest.mark.parametrize("make", [usual, other])
@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.command)
def test_the_lines_of_a_page_ask_its_question(entry, make, pack):
    question = make(entry, pack)
    words = command_words(entry, question)
    command = command_of(entry.command)
    given = command.make_context(words[0], [*words[len(entry.command.split()) :]]).params
    placed = {name: str(given[name]) for name in entry.placed}
    assert question_of(entry, pack, placed, asked_of(entry, given)) == question
    line = python_line(entry, question, "en")

    def ask(*_, **fields):
        return question_asked(entry, pack, fields)

    assert eval(line, {"airshed": SimpleNamespace(ask=ask), "pack": pack}) == question
