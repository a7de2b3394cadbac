"""Write an assessment to a folder: beside it first, then renamed, so that nothing is ever half written."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from airshed.assessment.assessment import Assessment
from airshed.assessment.tables import all_tables
from airshed.charts.render import Drawer
from airshed.pack.errors import AirshedError
from airshed.pack.finding import Finding
from airshed.pack.language import LANGUAGES as KNOWN
from airshed.pack.pack import Pack
from airshed.pack.spreadsheet import csv_text
from airshed.pack.staging import staged
from airshed.report.chapter import Chapter
from airshed.report.chapter import chapters as answers_of
from airshed.report.drawing import start_drawing
from airshed.report.html import html_text
from airshed.report.whole import whole_document
from airshed.report.workbook import write_workbook

LANGUAGES = ("en", "ko")
"""Languages in which a report is always written."""
OWN = frozenset({"tables", "assessment.xlsx", "assessment.nc", *(f"report.{language}.html" for language in KNOWN)})


def languages_with(language: str) -> tuple[str, ...]:
    """Return the languages in which a report is written, the one that was asked for among them.

    >>> languages_with("ko"), languages_with("zh")
    (('en', 'ko'), ('en', 'ko', 'zh'))
    """
    return tuple(dict.fromkeys((*LANGUAGES, language)))


def check_folder(folder: Path) -> None:
    """Raise AirshedError if writing to the folder would lose files of somebody else, or is not possible."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise AirshedError("not-folder", folder=folder)
    if folder.is_dir():
        foreign = sorted(entry.name for entry in folder.iterdir() if entry.name not in OWN)
        if foreign:
            raise AirshedError("folder-holds-files-not-assessment", folder=folder, foreign=", ".join(foreign[:5]))
    parent = folder.resolve().parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise AirshedError("cannot-written", parent=parent)


def write(
    pack: Pack,
    assessment: Assessment,
    folder: Path,
    findings: Sequence[Finding] = (),
    progress: Callable[[str], None] = lambda _: None,
    chapters: Sequence[str] = (),
    languages: Sequence[str] = LANGUAGES,
) -> Mapping[str, pd.DataFrame]:
    """Write report.LANGUAGE.html, tables/*.csv, assessment.xlsx and assessment.nc; returns the tables.

    chapters : commands of answers that are chapters of the report too

    An assessment that stands in the folder is replaced as a whole; any other file there is an error.
    """
    check_folder(folder)
    with staged(folder) as draft, Drawer() as drawer:
        draft.mkdir()
        more = answers_of(pack, chapters, languages)
        tables = {**all_tables(pack, assessment), **chapter_tables(more[languages[0]])}
        _write_all(pack, assessment, draft, findings, progress, tables, drawer, more)
    return tables


def chapter_tables(chapters: Sequence[Chapter]) -> dict[str, pd.DataFrame]:
    """Return the tables of chapters as they are, by name."""
    return {name: table for chapter in chapters for name, table in chapter.tables.items()}


def _write_all(
    pack: Pack,
    assessment: Assessment,
    folder: Path,
    findings: Sequence[Finding],
    progress: Callable[[str], None],
    tables: Mapping[str, pd.DataFrame],
    drawer: Drawer,
    more: Mapping[str, Sequence[Chapter]],
) -> None:
    drawings = [start_drawing(pack, assessment, tables, language, drawer, held) for language, held in more.items()]
    progress("tables")
    (folder / "tables").mkdir()
    for name, table in tables.items():
        (folder / "tables" / f"{name}.csv").write_text(csv_text(table), encoding="utf-8", newline="")
    write_workbook(folder / "assessment.xlsx", assessment, tables)
    assessment.to_netcdf(folder / "assessment.nc")
    for drawing in drawings:
        name = f"report.{drawing.words.language}.html"
        progress(name)
        held = more[drawing.words.language]
        document = whole_document(pack, assessment, tables, drawing.words, drawing.figures, findings, held)
        (folder / name).write_text(html_text(document, drawing.svg), encoding="utf-8")
