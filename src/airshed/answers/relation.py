"""Relations of files: the field that names one, which commands and calls have alone, and what a reader must know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from airshed.answers.ask import Ask
from airshed.answers.words import Words
from airshed.pack.errors import AirshedError
from airshed.pack.language import retell
from airshed.transport.relation_file import NOTES, RelationFile, read_relation


def relation_field() -> Any:
    """Return the field of a relation of a file, which pages do not have."""
    return Field(
        default="",
        description="file of another relation: a coefficient table (CSV), SHERPA or InMAP (netCDF)",
        json_schema_extra={"local": True},
    )


def relation_of(ask: Ask, name: str) -> RelationFile:
    """Return the relation of a file; raises AirshedError for pages, which read no files."""
    if not ask.reads_files:
        raise AirshedError("names-file-give-relation", name=name)
    return read_relation(ask.pack, Path(name))


def relation_words(ask: Ask, words: Words, held: RelationFile) -> tuple[str, ...]:
    """Return what a reader must know of the answers of a relation of a file."""
    return tuple(retell(note, NOTES, words.translate) for note in held.notes(ask.pack))
