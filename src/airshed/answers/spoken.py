"""A question as words: the flags of its command, the command and the Python lines that ask it, and its answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from airshed.answers.answer import Content, Entry, Query
from airshed.answers.ask import Ask
from airshed.answers.asked import is_area, parameters
from airshed.answers.words import Words


def extra(entry: Entry, name: str) -> dict[str, Any]:
    """Return what a field says of its doors: `flag`, its option on the command line; `argument`, that it needs none."""
    stated = entry.question.model_fields[name].json_schema_extra
    return dict(stated) if isinstance(stated, dict) else {}


def flag(entry: Entry, name: str) -> str:
    """Return the option of a field on the command line; its name alone for an argument."""
    if is_argument(entry, name):
        return name.upper()
    return str(extra(entry, name).get("flag") or f"--{name.replace('_', '-')}")


def is_argument(entry: Entry, name: str) -> bool:
    """Return whether a field is given on the command line by its place."""
    return name in entry.placed or bool(extra(entry, name).get("argument"))


def has_words(entry: Entry, name: str) -> bool:
    """Return whether a text is given on the command line by all words that come at its place."""
    return bool(extra(entry, name).get("words"))


def command_words(entry: Entry, question: Query) -> tuple[str, ...]:
    """Return the words of the command that asks a question; a pasted table is a file there."""
    words = entry.command.split()
    placed = [str(getattr(question, name)) for name in entry.placed]
    options: list[str] = []
    for name, value in parameters(entry, question):
        if is_argument(entry, name):
            placed += value.split() if has_words(entry, name) else [value]
        elif entry.question.model_fields[name].annotation is bool:
            options.append(flag(entry, name))
        else:
            options += [flag(entry, name), f"{name}.csv" if is_area(entry, name) else value]
    return (*words, *placed, *options)


def python_line(entry: Entry, question: Query, language: str) -> str:
    """Return the line that asks a question in Python, of the pack `pack`."""
    fields = {name: getattr(question, name) for name in entry.placed}
    asked = {name for name, _ in parameters(entry, question)}
    fields |= {name: getattr(question, name) for name in entry.question.model_fields if name in asked}
    given = {name: value if not isinstance(value, tuple) else [*value] for name, value in fields.items()}
    spoken = {} if language == "en" else {"language": language}
    words = [repr(entry.command), *(f"{name}={value!r}" for name, value in {**given, **spoken}.items())]
    return f"airshed.ask(pack, {', '.join(words)})"


def answered(ask: Ask, entry: Entry, words: Words, question: Query) -> Content:
    """Return the answer to a question, with the command and the Python line that give the same."""
    content = entry.make(ask, words, question)
    return replace(
        content,
        command=content.command or command_words(entry, question),
        python=content.python or python_line(entry, question, words.language),
    )
