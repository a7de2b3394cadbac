"""The report as a tagged PDF on A4: chapters first, then the annex with the long tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from airshed.answers.chapters.paper import set_on_paper, width
from airshed.answers.chapters.table import ChapterCell, ChapterTable
from airshed.report.document import Document, ReportPart
from airshed.report.formula import runs_of

TEMPLATE, PACKAGE = "report.typ", "airshed.report"
LEAST, MOST = 5, 26
"""Weights of columns, in letters: the least, and the most of one without sentences."""
LONG = (30, 90)
"""Weights of columns of sentences: as many letters as they have on average, between these."""
SENTENCE = 40
"""Letters from which a cell is a sentence."""
FIXED = 12
"""Letters up to which a column takes just its room, beside wider ones."""
ACROSS = 100
"""Letters of all columns that take their room."""
LETTER, ROOM, HALF, WRAPPED = 3.9, 6.0, 257.0, 20
"""Points of a letter, around a cell, and of half the page; letters after which a cell of half a page is wrapped."""
ASIDE = 24
"""Rows up to which two stand side by side."""
FEW, TIMES = 6, 2
"""Sentences of a column that become notes, and how often each is repeated at least."""
EAST, LINES = 6, 3
"""Letters of a word of a heading that stay together in Chinese and Korean, and lines that a heading takes at most."""
WORD, BREAK = 14, "\u200b"
"""Letters from which a word may be broken, and what marks where."""
SIGN = re.compile(r"([._/:;,-])(?=\w)")
FILLS = ("out", "largest", "smallest", "cut")
SIZE = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')


def pdf_report(document: Document, svg: Mapping[str, str]) -> bytes:
    """Return a report as a PDF; svg : the pictures of its figures by name.

    Raises AirshedError for Korean or Chinese where no font has the letters, and where Typst complains.
    """
    pages = typeset(document, svg)
    return pages if isinstance(pages, bytes) else b"".join(pages)


def typeset(document: Document, svg: Mapping[str, str], form: Literal["pdf", "png"] = "pdf") -> bytes | list[bytes]:
    """Return a report as Typst sets it: a PDF, or a picture for each page with `png`."""
    return set_on_paper(TEMPLATE, data_of(document, svg), form, PACKAGE)


def data_of(document: Document, svg: Mapping[str, str]) -> dict[str, Any]:
    """Return what the template for Typst reads."""
    _ = document.words.translate
    return {
        "language": document.words.language,
        "title": document.title,
        "meta": document.meta,
        "footer": document.footer,
        "contents": _("Contents"),
        "annexed": _("Annex"),
        "marks": [{"fill": css, "word": word} for css, word in document.marks],
        "sections": [
            {"heading": section.heading, "parts": [_part(document, part, svg) for part in section.parts]}
            for section in document.sections
            if section.parts
        ],
        "annex": [
            {
                "heading": section.heading,
                "tables": [{"number": item.number, **_view(document.tables[item.name])} for item in listed],
            }
            for section, listed in document.annex()
        ],
    }


def _part(document: Document, part: ReportPart, svg: Mapping[str, str]) -> dict[str, Any]:
    return {
        "heading": part.heading,
        "cards": [{"value": card.value, "label": card.label, "detail": card.detail} for card in part.cards],
        "sentences": list(part.sentences),
        "figures": [_figure(document, name, svg[name]) for name in document.drawn(part)],
        "tables": [_view(document.tables[name]) for name in document.near(part)],
        "note": part.note,
        "told": document.told(part),
    }


def _figure(document: Document, name: str, svg: str) -> dict[str, Any]:
    found = SIZE.search(svg)
    across, down = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    figure = document.figures[name]
    return {"svg": svg, "alt": figure.alt, "caption": figure.caption, "width": across, "height": down}


def _view(view: ChapterTable) -> dict[str, Any]:
    """Return a table without empty columns: its columns with the room that each takes, and the notes beneath it."""
    kept = [place for place, _ in enumerate(view.heads) if any(row[place].text for row in view.rows)]
    columns = [[row[place] for row in view.rows] for place in kept] if kept else []
    notes: list[str] = []
    cells = [_cells(column, notes) for column in columns]
    heads = [view.heads[place] for place in kept]
    weights = [
        max(
            [width(cell["text"].replace(BREAK, "")) for cell in column]
            + [_longest(head.text), -(-width(head.text) // LINES)]
        )
        for head, column in zip(heads, cells, strict=True)
    ]
    fixed = [weight <= FIXED for weight in weights]
    if all(fixed) or sum(weight + 1 for weight, is_fixed in zip(weights, fixed, strict=True) if is_fixed) > ACROSS:
        fixed = [False] * len(fixed)
    return {
        "caption": view.caption,
        "aside": len(view.rows) <= ASIDE and sum(min(weight, WRAPPED) * LETTER + ROOM for weight in weights) <= HALF,
        "notes": notes,
        "heads": [
            {
                "text": head.text,
                "numeric": head.numeric,
                "fixed": is_fixed,
                "weight": _share(weight, column),
            }
            for head, weight, is_fixed, column in zip(heads, weights, fixed, cells, strict=True)
        ],
        "rows": [list(row) for row in zip(*cells, strict=True)],
    }


def _cells(column: Sequence[ChapterCell], notes: list[str]) -> list[dict[str, Any]]:
    """Return the cells of a column; sentences that it repeats become notes beneath the table, and are added to them."""
    texts = [cell.text for cell in column]
    told = list(dict.fromkeys(text for text in texts if text))
    repeated = len(told) <= FEW and len([text for text in texts if text]) >= TIMES * len(told)
    if repeated and max(map(width, told), default=0) > SENTENCE:
        marks = {text: f"({len(notes) + place})" for place, text in enumerate(told, start=1)}
        notes.extend(f"{mark} {text}" for text, mark in marks.items())
        return [{"text": marks.get(text, ""), "fill": "", "formula": None} for text in texts]
    return [
        {
            "text": cell.text if cell.markup else breakable(cell.text),
            "fill": next((word for word in cell.css.split() if word in FILLS), ""),
            "formula": runs_of(cell.markup) if cell.markup else None,
        }
        for cell in column
    ]


def _share(weight: int, column: Sequence[Mapping[str, Any]]) -> int:
    """Return the weight of a column whose widest cell has so many letters."""
    if weight <= SENTENCE:
        return min(max(weight, LEAST), MOST)
    filled = [width(cell["text"]) for cell in column if cell["text"]]
    return min(max(sum(filled) // len(filled), LONG[0]), LONG[1])


def _longest(text: str) -> int:
    """Return how wide the longest word of a heading is; one in Chinese breaks anywhere."""
    return max((width(word) if word.isascii() else min(width(word), EAST) for word in text.split()), default=0)


def breakable(text: str) -> str:
    """Return a text whose long words may be broken after their signs, as paths and keys need it.

    >>> breakable("airshed.report.pdf:breakable").split("\u200b")
    ['airshed.', 'report.', 'pdf:', 'breakable']
    """
    return " ".join(SIGN.sub("\\1" + BREAK, word) if len(word) > WORD else word for word in text.split(" "))
