"""The sheet of a deal as a file: a page without script or request, a PDF on A4, or a workbook."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Collection
from datetime import UTC
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from airshed.answers.chapters.deal import DealSheet, Section, sheet_of
from airshed.answers.chapters.pictures import Picture, data_uri, environment
from airshed.answers.chapters.table import ChapterTable
from airshed.answers.chapters.workbook import NO_DATE, OPTIONS, write_sheets
from airshed.answers.words import Words
from airshed.assessment.games.deal import Deal
from airshed.charts.render import to_svg
from airshed.pack.errors import AirshedError
from airshed.pack.language import translator
from airshed.pack.letters import cleaned
from airshed.pack.pack import Pack
from airshed.pack.staging import staged

HERE = "airshed.answers.chapters"
HTML_TEMPLATE, PDF_TEMPLATE = "deal.html.j2", "deal.typ"
FONTS = (
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "Apple SD Gothic Neo",
    "Malgun Gothic",
    "NanumGothic",
)
"""Fonts with Latin, Korean and Chinese letters, the first that is there is taken."""
CHINESE = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei")
"""Fonts with Chinese letters as they are written in the People's Republic, which go before the others in Chinese."""
BUILT_IN = "Libertinus Serif"
"""The font that Typst brings along; it has no Korean or Chinese letters."""
EAST = frozenset({"ko", "zh"})
EASTERN = "\u1100"
"""The first of the letters that are set twice as wide."""
FRONT = ("members", "shares", "holding", "targets", "measures", "caveats")
"""Sections of the front of the paper, which is read by itself; the others and all measures are on its back."""
NAMED = 2
"""Measures of each member that the front names."""
TOLD = 200
"""Letters of what Typst complains about that are said."""
LEAST, MOST = 9, 34
"""Weights of columns, in letters."""


def write_sheet(deal: Deal, pack: Pack, language: str, path: str | Path) -> None:
    """Write the sheet of a deal in the form that the name of the file ends with: .html, .pdf or .xlsx.

    The file is made beside its place and then put there, so that it is never half written; the same deal gives the
    same bytes. Raises AirshedError for any other name, for a folder that is not there or cannot be written to, and for
    a PDF in Korean or Chinese where no font has the letters.
    """
    target = Path(path)
    check_sheet(target)
    make = FORMS[target.suffix.lower()]
    put(target, make(deal, Words(pack, language, translator(language))))


def check_sheet(target: Path) -> None:
    """Raise AirshedError for a name that no sheet can have, before anything is computed for it."""
    if target.suffix.lower() not in FORMS:
        raise AirshedError("no-name-sheet", name=target.name, forms=", ".join(FORMS))
    check_place(target)


def check_place(target: Path) -> None:
    """Raise AirshedError for a place where no file can be put, before anything is computed for it."""
    if not target.parent.is_dir():
        raise AirshedError("folder-not", parent=target.parent)
    if target.is_dir():
        raise AirshedError("target-folder", target=target)


def put(target: Path, content: bytes) -> None:
    """Write a file as a whole or not at all; raises AirshedError where that is not possible."""
    try:
        with staged(target) as draft:
            draft.write_bytes(content)
            draft.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
    except OSError as why:
        raise AirshedError("cannot-written-name-file", target=target, strerror=why.strerror) from why


def html_sheet(deal: Deal, words: Words) -> bytes:
    """Return the sheet as one self-contained page."""
    sheet = sheet_of(deal, words)
    pictures = {
        section.id: Picture(
            data_uri(to_svg(section.figure.chart.to_dict())), section.figure.alt, section.figure.caption
        )
        for section in sheet.sections
        if section.figure is not None
    }
    template = environment(words.translate, HERE).get_template(HTML_TEMPLATE)
    text: str = template.render(language=words.language, sheet=sheet, pictures=pictures)
    return cleaned(text).encode()


def pdf_sheet(deal: Deal, words: Words) -> bytes:
    """Return the sheet as a tagged PDF."""
    pages = typeset(sheet_of(deal, words), words.language)
    return pages if isinstance(pages, bytes) else b"".join(pages)


def typeset(sheet: DealSheet, language: str, form: Literal["pdf", "png"] = "pdf") -> bytes | list[bytes]:
    """Return the sheet as Typst sets it: a PDF, or a picture for each page with `png`.

    Raises AirshedError for Korean or Chinese where no font has the letters, and where Typst complains.
    """
    return set_on_paper(PDF_TEMPLATE, _data(sheet, language), form)


def set_on_paper(
    template: str,
    data: dict[str, Any],
    form: Literal["pdf", "png"] = "pdf",
    package: str = HERE,
    dots: float | None = None,
) -> bytes | list[bytes]:
    """Return what Typst sets by a template of a package: a PDF, or a picture for each page with `png`.

    data : what the template reads as `sheet`, with its `language`; the fonts are added here; dots : of a picture, per
    inch, as many as Typst takes if None
    Raises AirshedError for Korean or Chinese where no font has the letters, and where Typst complains.
    """
    import typst

    found = typst.Fonts()
    held = {**data, "fonts": fonts_for(data["language"], found.families())}
    pages, warnings = typst.compile_with_warnings(
        files(package).joinpath("templates", template).read_bytes(),
        font_paths=found,
        sys_inputs={"sheet": json.dumps(cleaned(held), ensure_ascii=False)},
        format=form,
        ppi=dots,
        timestamp=NO_DATE.replace(tzinfo=UTC),
    )
    if warnings:
        raise AirshedError("sheet-cannot-set-paper", warnings="; ".join(item.message for item in warnings)[:TOLD])
    return pages


def check_fonts(language: str) -> None:
    """Raise AirshedError for a language whose letters no font has, before anything is computed for a paper."""
    import typst

    fonts_for(language, typst.Fonts().families())


def fonts_for(language: str, families: Collection[str]) -> list[str]:
    """Return the fonts of a language among those that are there, the first of them first.

    Raises AirshedError for Korean or Chinese where no font has the letters; it names the package that brings one.
    """
    wanted = (*CHINESE, *FONTS) if language == "zh" else FONTS
    known = [name for name in wanted if name in families]
    if language in EAST and not known:
        raise AirshedError("no-font-korean-letters-installed")
    return [*known[:1], BUILT_IN]


def _data(sheet: DealSheet, language: str) -> dict[str, Any]:
    """Return what the template for Typst reads."""
    order = {name: place for place, name in enumerate(FRONT)}
    front = sorted((section for section in sheet.sections if section.id in order), key=lambda part: order[part.id])
    back = [section for section in sheet.sections if section.id not in order or section.id == "measures"]
    return {
        "language": language,
        "title": sheet.title,
        "meta": sheet.meta,
        "footer": sheet.footer,
        "cards": [{"value": card.value, "label": card.label, "detail": card.detail} for card in sheet.cards],
        "front": [_section(_brief(section) if section.id == "measures" else section) for section in front],
        "back": [_section(section) for section in back],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "heading": section.heading,
        "sentences": section.sentences,
        "views": [_view(view) for view in section.views],
        "svg": "" if section.figure is None else to_svg(section.figure.chart.to_dict()),
        "alt": "" if section.figure is None else section.figure.alt,
        "caption": "" if section.figure is None else section.figure.caption,
    }


def _brief(section: Section) -> Section:
    """Return the section of measures with the first of each member alone, in a sentence each."""
    named: dict[str, list[str]] = {}
    for member, measure, sector, *_ in (row for view in section.views for row in view.rows):
        if member.text:
            named[member.text] = []
        named[next(reversed(named))].append(f"{measure.text} ({sector.text})")
    told = [f"{member}: {'; '.join(measures[:NAMED])}" for member, measures in named.items()]
    return Section(section.id, section.heading, told)


def _view(view: ChapterTable) -> dict[str, Any]:
    """Return a table with the weights by which its columns share the width."""
    columns = list(zip(*view.rows, strict=True))
    weights = [
        max([width(cell.text) for cell in cells] + [width(word) for word in head.text.split()])
        for head, cells in zip(view.heads, columns, strict=True)
    ]
    return {
        "caption": view.caption,
        "heads": [
            {"text": head.text, "numeric": head.numeric, "weight": min(max(weight, LEAST), MOST)}
            for head, weight in zip(view.heads, weights, strict=True)
        ],
        "rows": [[{"text": cell.text, "out": "out" in cell.css.split()} for cell in row] for row in view.rows],
    }


def width(text: str) -> int:
    """Return how wide a text is, in Latin letters; Korean and Chinese ones count twice.

    >>> width("Korea"), width("한국")
    (5, 4)
    """
    return sum(2 if letter >= EASTERN else 1 for letter in text)


def xlsx_sheet(deal: Deal, words: Words) -> bytes:
    """Return the sheet as a workbook: what it is, then every table with its numbers as they are."""
    import xlsxwriter

    sheet = sheet_of(deal, words)
    lines = [("", sheet.title), ("", sheet.meta), ("", sheet.footer)]
    lines += [(card.label, f"{card.value} ({card.detail})") for card in sheet.cards]
    lines += [(section.heading, said) for section in sheet.sections for said in section.sentences]
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {**OPTIONS, "in_memory": True}) as book:
        book.set_properties({"title": sheet.title, "created": NO_DATE})
        write_sheets(book, lines, deal_tables(deal))
    return content.getvalue()


def deal_tables(deal: Deal) -> dict[str, pd.DataFrame]:
    """Return the tables of a deal by name, those without rows left out."""
    formulas = [
        {"id": item.id, "title": item.title, "latex": item.latex, "units": item.units, "citation": item.citation}
        for item in deal.equations
    ]
    made = {
        "members": deal.members,
        "shares": deal.shares,
        "leaving": deal.leaving,
        "measures": deal.measures,
        "game": pd.DataFrame([deal.game]),
        "keys": deal.keys,
        "targets": deal.targets,
        "lowered": deal.lowered,
        "deals": None if deal.believed is None else deal.believed.deals,
        "walkouts": None if deal.believed is None else deal.believed.walkouts,
        "equations": pd.DataFrame(formulas),
        "sources": deal.sources,
    }
    return {name: table for name, table in made.items() if table is not None and len(table)}


FORMS: dict[str, Callable[[Deal, Words], bytes]] = {".html": html_sheet, ".pdf": pdf_sheet, ".xlsx": xlsx_sheet}
