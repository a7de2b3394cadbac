"""What the fields of a question may be."""

from __future__ import annotations

from typing import get_args

from airshed.answers.answer import Entry
from airshed.pack.pack import Pack


def choices(entry: Entry, name: str, pack: Pack) -> list[str]:
    """Return what a field of a question may be; empty where anything may be written."""
    if name in entry.choices:
        return list(entry.choices[name](pack))
    return literals(entry.question.model_fields[name].annotation)


def literals(annotation: object) -> list[str]:
    """Return the words of a Literal, wherever it stands in an annotation."""
    found = []
    for part in get_args(annotation):
        found += [part] if isinstance(part, str) else literals(part)
    return found
