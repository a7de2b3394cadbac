"""A report as data: sections that answer first, and an annex of the long tables; each form is set from this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from airshed.answers.chapters.table import ChapterTable
from airshed.answers.words import Card, Figure, Words
from airshed.report.chapter import Chapter

ROWS = 8
"""Rows of a table that stands in its section; a longer one stands in the annex."""


@dataclass(frozen=True)
class ReportPart:
    """A part of a section, in the order in which it is read; what is empty is left out.

    figures, tables : by name; a table of more than ROWS rows goes to the annex, and so do those of `annex`; whole :
    tables that stand in the part however long they are
    """

    heading: str = ""
    cards: Sequence[Card] = ()
    sentences: Sequence[str] = ()
    figures: Sequence[str] = ()
    tables: Sequence[str] = ()
    note: str = ""
    annex: Sequence[str] = ()
    whole: Sequence[str] = ()


@dataclass(frozen=True)
class ReportSection:
    """A chapter of a report."""

    id: str
    heading: str
    parts: Sequence[ReportPart]


@dataclass(frozen=True)
class SourceReference:
    """A table of the annex as it is called: its name, its number and its caption."""

    name: str
    number: str
    caption: str


@dataclass(frozen=True)
class Document:
    """A report in one language; see the module.

    meta, footer : what stands below the title and at the end; marks : colours of cells of the annex with their words
    """

    words: Words
    title: str
    meta: str
    footer: str
    sections: Sequence[ReportSection]
    figures: Mapping[str, Figure]
    tables: Mapping[str, ChapterTable]
    marks: Sequence[tuple[str, str]] = ()

    def near(self, part: ReportPart) -> list[str]:
        """Return the tables that stand in a part, by name."""
        held = [name for name in part.tables if name in self.tables and self._short(name)]
        return [*(name for name in part.whole if name in self.tables), *held]

    def far(self, part: ReportPart) -> list[str]:
        """Return the tables of a part that stand in the annex, by name."""
        long = [name for name in part.tables if name in self.tables and not self._short(name)]
        return [*long, *(name for name in part.annex if name in self.tables)]

    def drawn(self, part: ReportPart) -> list[str]:
        """Return the figures of a part, by name."""
        return [name for name in part.figures if name in self.figures]

    def annex(self) -> list[tuple[ReportSection, list[SourceReference]]]:
        """Return the sections that have tables in the annex, with these, numbered from A1 on."""
        found, count = [], 0
        for section in self.sections:
            listed = []
            for name in _each(self, section):
                count += 1
                listed.append(SourceReference(name, f"A{count}", self.tables[name].caption))
            if listed:
                found.append((section, listed))
        return found

    def references(self) -> dict[str, SourceReference]:
        """Return the tables of the annex by name."""
        return {item.name: item for _, listed in self.annex() for item in listed}

    def told(self, part: ReportPart) -> str:
        """Return where the numbers of a part stand in the annex; nothing where they all stand in it.

        Tables that follow each other are named by the first and the last of them.
        """
        known = self.references()
        numbers = [int(known[name].number[1:]) for name in self.far(part)]
        if not numbers:
            return ""
        spans = [f"A{first}" if first == last else f"A{first}–A{last}" for first, last in _spans(numbers)]
        return self.words.translate("All numbers: {tables} of the annex.").format(tables=self.words.listed(spans))

    def _short(self, name: str) -> bool:
        return len(self.tables[name].rows) <= ROWS


def _each(document: Document, section: ReportSection) -> Iterator[str]:
    for part in section.parts:
        yield from document.far(part)


def _spans(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and last of numbers that follow each other.

    >>> _spans([1, 2, 3, 5])
    [(1, 3), (5, 5)]
    """
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def sections_of(chapters: Sequence[Chapter]) -> list[ReportSection]:
    """Return the sections of answers that are chapters: the sentences, then the charts, then the tables."""
    return [
        ReportSection(
            chapter.id,
            chapter.heading,
            [
                ReportPart(
                    cards=chapter.content.cards,
                    sentences=list(chapter.content.sentences),
                    figures=list(chapter.figures),
                    tables=list(chapter.views),
                )
            ],
        )
        for chapter in chapters
    ]
