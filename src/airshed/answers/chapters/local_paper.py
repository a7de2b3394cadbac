"""The page of a place as a file: a page without script or request, one sheet of A4 as a PDF, or a workbook."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

import pandas as pd

from airshed.answers.answer import File
from airshed.answers.ask import Ask
from airshed.answers.chapters.local_page import LocalPage, local_page
from airshed.answers.chapters.paper import HERE, set_on_paper, width
from airshed.answers.chapters.pictures import Picture, data_uri, environment
from airshed.answers.chapters.workbook import NO_DATE, OPTIONS, write_sheets
from airshed.answers.columns import CITING, Table, table_of
from airshed.answers.words import Words
from airshed.assessment.local import Local
from airshed.charts.render import to_svg
from airshed.pack.letters import cleaned

Asked = TypeVar("Asked")
HTML_TEMPLATE, PDF_TEMPLATE = "local.html.j2", "local.typ"
ON_PAPER = ("reach", "measures", "partners")
"""Tables of the sheet of paper; all numbers are in the workbook."""
LEAST, MOST, LONG = 6, 34, 80
"""Weights of columns, in letters: the least, the most, and that of a column of sentences."""
SENTENCE = 60
"""Letters from which a cell is a sentence."""
HEADINGS = {
    "trend": "Trend",
    "attribution": "Who gives it",
    "periods": "Season and episode",
    "reach": "Alone and with others",
    "measures": "What works there",
    "partners": "With whom",
    "deaths": "Deaths and money",
    "missing": "What the pack cannot say",
}
"""Headings of the parts of a page."""
LABELS = {
    "pdf": ("This page on paper (PDF)", "application/pdf"),
    "xlsx": ("This page as a workbook (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "html": ("This page as one file (HTML)", "text/html; charset=utf-8"),
}


def files_of(place_of: Callable[[Ask, Any], tuple[Local, int | None]]) -> dict[str, File]:
    """Return the files of the page of a place; place_of : the place and year of a question."""
    return {ending: File(label, media, _file_of(ending, place_of)) for ending, (label, media) in LABELS.items()}


def _file_of(
    ending: str, place_of: Callable[[Ask, Any], tuple[Local, int | None]]
) -> Callable[[Ask, Words, Any], bytes]:
    def write(ask: Ask, words: Words, question: Any) -> bytes:
        place, year = place_of(ask, question)
        page = local_page(ask, words, place, year)
        key = ("local file", ending, words.language, place, year)
        return ask.ask(key, lambda: FORMS[ending](page, words))

    return write


def sections_of(page: LocalPage, words: Words) -> list[dict[str, Any]]:
    """Return the parts of a page: id, heading, sentences, table (or None) and picture (or None)."""
    parts = []
    for name, sentences in page.told.parts.items():
        table = table_of(page.sheets[name], words) if name in page.sheets else None
        if sentences or table is not None:
            figure = page.figures.get(name)
            heading = words.translate(HEADINGS[name])
            parts.append({"id": name, "heading": heading, "sentences": sentences, "table": table, "figure": figure})
    return parts


def footer_of(words: Words) -> str:
    """Return what stands below the page: of which pack, and by what."""
    import airshed

    pack = words.pack
    text = words.translate(
        "{pack}, airshed {version}; pack SHA-256 {hash}. Each number stands under the terms of its sources."
    )
    return text.format(pack=pack.title(words.language), version=airshed.__version__, hash=pack.hash()[:12])


def html_page(page: LocalPage, words: Words) -> bytes:
    """Return the page as one self-contained file."""
    pictures = {
        name: Picture(data_uri(to_svg(figure.chart.to_dict())), figure.alt, figure.caption)
        for name, figure in page.figures.items()
    }
    template = environment(words.translate, HERE).get_template(HTML_TEMPLATE)
    text: str = template.render(
        language=words.language,
        told=page.told,
        sections=sections_of(page, words),
        pictures=pictures,
        footer=footer_of(words),
    )
    return cleaned(text).encode()


def pdf_page(page: LocalPage, words: Words) -> bytes:
    """Return the page as a tagged PDF of one sheet of A4."""
    pages = typeset(page, words)
    return pages if isinstance(pages, bytes) else b"".join(pages)


def typeset(
    page: LocalPage, words: Words, form: Literal["pdf", "png"] = "pdf", dots: float | None = None
) -> bytes | list[bytes]:
    """Return the page as Typst sets it: a PDF, or a picture with `png` of so many dots per inch.

    Raises AirshedError where no font is there.
    """
    data = {
        "language": words.language,
        "title": page.told.title,
        "lead": page.told.lead,
        "footer": footer_of(words),
        "cards": [{"value": card.value, "label": card.label, "detail": card.detail} for card in page.told.cards],
        "sections": [_section(part) for part in sections_of(page, words)],
    }
    return set_on_paper(PDF_TEMPLATE, data, form, dots=dots)


def _section(part: Mapping[str, Any]) -> dict[str, Any]:
    figure, table = part["figure"], part["table"]
    return {
        "id": part["id"],
        "heading": part["heading"],
        "sentences": part["sentences"],
        "svg": "" if figure is None else to_svg(figure.chart.to_dict()),
        "alt": "" if figure is None else figure.alt,
        "table": None if table is None or part["id"] not in ON_PAPER else _view(table),
    }


def _view(table: Table) -> dict[str, Any]:
    """Return a table without the sources, with the weights by which its columns share the width."""
    kept = [place for place, _ in enumerate(table.heads) if not any(row[place].keys for row in table.rows)]
    kept = [place for place in kept if table.heads[place].text not in CITING]
    heads = [table.heads[place] for place in kept]
    rows = [[row[place] for place in kept] for row in table.rows]
    weights = [max([width(row[place].text) for row in rows] + [LEAST]) for place in range(len(kept))]
    return {
        "caption": table.title,
        "heads": [
            {
                "text": head.text,
                "numeric": "n" in head.css.split(),
                "weight": LONG if weight > SENTENCE else min(weight, MOST),
            }
            for head, weight in zip(heads, weights, strict=True)
        ],
        "rows": [[cell.text for cell in row] for row in rows],
    }


def xlsx_page(page: LocalPage, words: Words) -> bytes:
    """Return the page as a workbook: what is said, then every table with its numbers as they are."""
    import xlsxwriter

    lines = [("", page.told.title), ("", page.told.lead), ("", footer_of(words))]
    lines += [(card.label, f"{card.value} ({card.detail})") for card in page.told.cards]
    for part in sections_of(page, words):
        lines += [(part["heading"], said) for said in part["sentences"]]
    content = io.BytesIO()
    tables: dict[str, pd.DataFrame] = {name: sheet.rows for name, sheet in page.sheets.items()}
    with xlsxwriter.Workbook(content, {**OPTIONS, "in_memory": True}) as book:
        book.set_properties({"title": page.told.title, "created": NO_DATE})
        write_sheets(book, lines, tables)
    return content.getvalue()


FORMS: dict[str, Callable[[LocalPage, Words], bytes]] = {"html": html_page, "pdf": pdf_page, "xlsx": xlsx_page}
