"""The whole report as one file in one language: a page, a PDF or a workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from airshed.answers.chapters.paper import check_fonts
from airshed.answers.words import Words
from airshed.assessment.assessment import Assessment
from airshed.assessment.tables import all_tables
from airshed.charts.render import Drawer
from airshed.pack.finding import Finding
from airshed.pack.language import translator
from airshed.pack.pack import Pack
from airshed.report.chapter import chapters as answers_of
from airshed.report.drawing import draw, start_drawing
from airshed.report.html import html_text
from airshed.report.partial import made_of, partial_document
from airshed.report.pdf import pdf_report
from airshed.report.whole import whole_document
from airshed.report.workbook import partial_workbook, workbook_of
from airshed.report.write import chapter_tables

Form = Literal["html", "pdf", "xlsx"]


def check_form(form: Form, language: str) -> None:
    """Raise AirshedError for a form that cannot be written here, before anything is computed for it."""
    translator(language)
    if form == "pdf":
        check_fonts(language)


def full_report(
    pack: Pack,
    assessment: Assessment,
    form: Form,
    language: str = "en",
    findings: Sequence[Finding] = (),
    progress: Callable[[str], None] = lambda _: None,
    chapters: Sequence[str] = (),
) -> bytes:
    """Return the report of an assessment as a file; the same assessment gives the same bytes.

    chapters : commands of answers that are chapters of the report too
    Raises AirshedError for a PDF in Korean or Chinese where no font has the letters.
    """
    held = answers_of(pack, chapters, [language])[language]
    tables = {**all_tables(pack, assessment), **chapter_tables(held)}
    progress("tables")
    if form == "xlsx":
        return workbook_of(assessment, tables)
    with Drawer() as drawer:
        drawing = start_drawing(pack, assessment, tables, language, drawer, held)
        words = Words(pack, language, translator(language))
        document = whole_document(pack, assessment, tables, words, drawing.figures, findings, held)
        svg = drawing.svg
    progress("writing")
    return html_text(document, svg).encode() if form == "html" else pdf_report(document, svg)


def partial_report(
    pack: Pack,
    missing: Mapping[str, Sequence[str]],
    form: Form,
    language: str = "en",
    findings: Sequence[Finding] = (),
    progress: Callable[[str], None] = lambda _: None,
    chapters: Sequence[str] = (),
) -> bytes:
    """Return the report of what a pack can answer so far as a file; missing : as `missing_of` says.

    Raises AirshedError, with all that is missing, where there is nothing to report.
    """
    partial, made = made_of(pack, missing, chapters, progress, [language])
    if form == "xlsx":
        return partial_workbook(pack, partial.missing, chapter_tables(made[language]))
    document = partial_document(pack, partial, made[language], language, findings)
    with Drawer() as drawer:
        svg = draw(document.words, dict(document.figures), drawer).svg
    return html_text(document, svg).encode() if form == "html" else pdf_report(document, svg)
