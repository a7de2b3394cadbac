"""The door for Python: a question asked of a pack, and its answer as tables, charts and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
from pydantic import ValidationError

from airshed.answers.answer import Content, Entry, Query
from airshed.answers.ask import Ask, Direct
from airshed.answers.asked import resolved, wrong
from airshed.answers.columns import table_of
from airshed.answers.registry import entries, entry, listed
from airshed.answers.spoken import answered
from airshed.answers.words import Words
from airshed.pack.codes import unknown
from airshed.pack.errors import AirshedError
from airshed.pack.language import LANGUAGES, translator
from airshed.pack.pack import Pack


@dataclass(frozen=True, repr=False)
class Answer:
    """An answer in one language: `sentence`, `table`, `tables`, `charts`; a notebook shows all of it."""

    entry: Entry
    question: Query
    content: Content
    words: Words

    @property
    def sentence(self) -> str:
        """The first thing that is said, the title where nothing is."""
        return next(iter(self.content.sentences), self.content.title)

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that is said."""
        return self.content.sentences

    @property
    def table(self) -> pd.DataFrame:
        """The first table, with every column as it is."""
        return self.content.sheets[0].rows

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables by their names."""
        return {sheet.name: sheet.rows for sheet in self.content.sheets}

    @property
    def charts(self) -> Mapping[str, Any]:
        """The charts, of Altair, by their names."""
        return {panel.figure.id: panel.figure.chart for panel in self.content.panels}

    def __repr__(self) -> str:
        tables = ", ".join(f"{name} ({len(rows)} rows)" for name, rows in self.tables.items())
        return f"Answer({self.entry.command}: {self.sentence} | {tables})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: sentences and tables as a page has them."""
        parts = [f"<h3>{escape(self.content.title)}</h3>", *(f"<p>{escape(text)}</p>" for text in self.sentences)]
        for sheet in self.content.sheets:
            table = table_of(sheet, self.words)
            heads = "".join(f"<th>{escape(cell.text)}</th>" for cell in table.heads)
            rows = (
                "".join(f"<td>{escape(cell.text or ' '.join(cell.keys))}</td>" for cell in row) for row in table.rows
            )
            body = "".join(f"<tr>{cells}</tr>" for cells in rows)
            parts.append(f"<h4>{escape(table.title)}</h4><table><tr>{heads}</tr>{body}</table>")
        return "\n".join(parts)


def ask(pack: Pack | Ask, question: str | Query, language: str = "en", **fields: Any) -> Answer:
    """Return the answer of a pack to a question: by the words of its command with fields, or the question itself.

    Raises AirshedError for a question, a field, a value or a code that is not known.

    >>> import airshed
    >>> airshed.ask(airshed.open_pack(), "measures", region=("KOR",), sector=("power",)).table.columns[0]
    'region'
    """
    if language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)
    here = pack if isinstance(pack, Ask) else Direct(pack)
    found = _entry(question)
    asked = question_asked(found, here.pack, fields) if isinstance(question, str) else question
    asked = resolved(found, here.pack, asked, wide=True)
    words = Words(here.pack, language, translator(language))
    return Answer(found, asked, answered(here, found, words, asked), words)


def _entry(question: str | Query) -> Entry:
    if isinstance(question, str):
        command = " ".join(question.replace("-", " ").replace("_", " ").split())
        if command not in listed():
            raise unknown("question", question[:80], [*listed()])
        return entry(command)
    held = [item for item in entries() if item.question is type(question)]
    if len(held) != 1:
        raise AirshedError("question-of-several-answers", name=type(question).__name__, answers=len(held))
    return held[0]


def question_asked(found: Entry, pack: Pack, fields: Mapping[str, Any]) -> Query:
    """Return a question by its fields; raises AirshedError for one that is not known or cannot be."""
    known = found.question.model_fields
    for name in fields:
        if name not in known:
            raise unknown("field", name[:80], [*known])
    firsts = {name: found.choices[name](pack)[0] for name in found.first}
    given = {
        name: tuple(value) if isinstance(value, list | set | frozenset) else value for name, value in fields.items()
    }
    try:
        return found.question.model_validate({**firsts, **given})
    except ValidationError as why:
        raise wrong(found, pack, given, why) from None
