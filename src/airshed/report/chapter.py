"""A chapter of the report made from an answer: what it says, its charts and its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from airshed.answers.answer import Content, Entry
from airshed.answers.ask import Direct
from airshed.answers.chapters.table import ChapterCell, ChapterTable, Head
from airshed.answers.columns import table_of
from airshed.answers.registry import entry, listed
from airshed.answers.spoken import answered
from airshed.answers.words import Figure, Words
from airshed.pack.codes import unknown
from airshed.pack.language import translator
from airshed.pack.pack import Pack


@dataclass(frozen=True)
class Chapter:
    """An answer in one language; figures and views by names that no other chapter has."""

    id: str
    heading: str
    content: Content
    figures: dict[str, Figure]
    views: dict[str, ChapterTable]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables as they are, for the folder and the workbook."""
        return {f"{self.id}_{sheet.name}": sheet.rows for sheet in self.content.sheets}


def check_chapters(names: Sequence[str]) -> list[str]:
    """Return the commands of answers, each once; raises AirshedError for one that is not known."""
    for name in names:
        if name not in listed():
            raise unknown("answer", name[:80], [*listed()])
    return list(dict.fromkeys(names))


def chapters(pack: Pack, names: Sequence[str], languages: Sequence[str]) -> dict[str, list[Chapter]]:
    """Return the chapters of answers to the questions without any fields, by language; each is computed once."""
    here = Direct(pack)
    made: dict[str, list[Chapter]] = {}
    for language in languages:
        words = Words(pack, language, translator(language))
        made[language] = [_chapter(here, entry(name), words) for name in check_chapters(names)]
    return made


def _chapter(here: Direct, found: Entry, words: Words) -> Chapter:
    firsts = {name: found.choices[name](here.pack)[0] for name in (*found.first, *found.placed)}
    content = answered(here, found, words, found.question.model_validate(firsts))
    key = found.name.replace("-", "_")
    figures = {f"{key}-{panel.figure.id}": panel.figure for panel in content.panels}
    views = {}
    for sheet in content.sheets:
        table = table_of(sheet, words)
        heads = [Head(cell.text, cell.css == "n") for cell in table.heads]
        rows = [[ChapterCell(cell.text or " ".join(cell.keys), cell.css) for cell in row] for row in table.rows]
        views[f"{key}-{sheet.name}"] = ChapterTable(heads, rows, sheet.title)
    return Chapter(key, words.translate(found.chapter or found.title), content, figures, views)
