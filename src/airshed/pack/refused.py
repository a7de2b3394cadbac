"""Refusals of text that no page, file or picture can show (see `airshed.pack.letters`), with their place."""

from __future__ import annotations

from typing import Any

from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.letters import NEVER, first_letter, letters_in


def refuse_letters(text: str, place: Phrase, lines: bool = False) -> None:
    """Raise AirshedError for a text with a letter that it may not hold; place : what the text is, and where."""
    letter = first_letter(text, lines)
    if letter:
        raise AirshedError("holds-control-character-u", place=place, letter=letter)


def refuse_in_file(text: str, path: object) -> None:
    """Raise AirshedError for the text of a file with a letter that it may not hold, with its line."""
    found = NEVER.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        refuse_letters(found.group(), Phrase("place-line", line=line, path=path), lines=True)


def refuse_in_document(document: Any, name: str | Phrase) -> None:
    """Raise AirshedError for a parsed document in which a text holds such a letter, with its place."""
    for place, letter in letters_in(document):
        raise AirshedError("text-holds-control-character-u", name=name, place=place, letter=letter)
