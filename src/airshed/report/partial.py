"""A report of what a pack can answer so far, for one that lacks something of the whole chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import airshed
from airshed.answers.chapters.table import ChapterCell, ChapterTable, Head
from airshed.answers.chapters.views import finding_lines
from airshed.answers.words import Words
from airshed.charts.render import Drawer
from airshed.pack.errors import AirshedError
from airshed.pack.finding import Finding
from airshed.pack.language import translator
from airshed.pack.needs import lacking
from airshed.pack.pack import Pack
from airshed.pack.spreadsheet import csv_text
from airshed.pack.staging import staged
from airshed.pack.telling import told
from airshed.report.chapter import Chapter, chapters
from airshed.report.document import Document, ReportPart, ReportSection, sections_of
from airshed.report.drawing import draw
from airshed.report.html import html_text
from airshed.report.write import LANGUAGES, chapter_tables, check_folder

WHOLE = "health"
"""The answer that needs all that the whole report does."""
CHAPTERS = {
    "emissions": ("emissions",),
    "attribution": ("attribution", "levels"),
    "measures": ("measures",),
    "activity": ("activity",),
    "curtailment": ("curtailment",),
    "claims": ("claims",),
}
"""The chapters that stand for an answer of `needs`."""


@dataclass(frozen=True)
class Partial:
    """What a report of a part holds, and what is missing for the rest.

    made : commands of the answers that are chapters; missing : by answer, what the pack lacks for it; refused : by
    command, why an answer could not be given although its tables have rows
    """

    made: tuple[str, ...]
    missing: Mapping[str, Sequence[str]]
    refused: Mapping[str, AirshedError] = field(default_factory=dict)


def missing_of(pack: Pack) -> dict[str, list[str]]:
    """Return what the pack lacks, by answer, in the order of `needs`; answers that lack nothing are left out."""
    held = {name: pack.table(name) for name in pack.tables}
    return {answer: what for answer, what in lacking(held).items() if what}


def write_partial(
    pack: Pack,
    folder: Path,
    missing: Mapping[str, Sequence[str]],
    asked: Sequence[str] = (),
    findings: Sequence[Finding] = (),
    progress: Callable[[str], None] = lambda _: None,
    languages: Sequence[str] = LANGUAGES,
) -> Partial:
    """Write report.LANGUAGE.html and tables/*.csv of what the pack can answer; returns what it holds.

    missing : as `missing_of` says; asked : commands of answers that are chapters too
    Raises AirshedError, with all that is missing, where there is nothing to report.
    """
    check_folder(folder)
    partial, made = made_of(pack, missing, asked, progress, languages)
    progress("writing")
    with staged(folder) as draft, Drawer() as drawer:
        (draft / "tables").mkdir(parents=True)
        for name, table in chapter_tables(made[languages[0]]).items():
            (draft / "tables" / f"{name}.csv").write_text(csv_text(table), encoding="utf-8", newline="")
        for language in languages:
            document = partial_document(pack, partial, made[language], language, findings)
            drawn = draw(document.words, dict(document.figures), drawer)
            text = html_text(document, drawn.svg)
            (draft / f"report.{language}.html").write_text(text, encoding="utf-8")
    return partial


def made_of(
    pack: Pack,
    missing: Mapping[str, Sequence[str]],
    asked: Sequence[str],
    progress: Callable[[str], None],
    languages: Sequence[str],
) -> tuple[Partial, dict[str, list[Chapter]]]:
    """Return what a report of a part holds, and its chapters by language.

    Raises AirshedError, with all that is missing, where there is nothing to report.
    """
    wanted = [name for answer, names in CHAPTERS.items() if answer not in missing for name in names]
    made: dict[str, list[Chapter]] = {language: [] for language in languages}
    refused: dict[str, AirshedError] = {}
    for name in dict.fromkeys([*wanted, *asked]):
        progress(name)
        try:
            for language, held in chapters(pack, [name], languages).items():
                made[language] += held
        except AirshedError as why:
            refused[name] = why
    names = tuple(name for name in dict.fromkeys([*wanted, *asked]) if name not in refused)
    if not names:
        raise AirshedError("nothing-to-report-yet", all_of=_all_of(missing))
    return Partial(names, missing, refused), made


def _all_of(missing: Mapping[str, Sequence[str]]) -> str:
    """Return all that the whole report lacks, each once."""
    return "; ".join(missing.get(WHOLE, ()))


def partial_document(
    pack: Pack, partial: Partial, held: Sequence[Chapter], language: str, findings: Sequence[Finding]
) -> Document:
    """Return the report in a language: what is missing first, then a section for each answer."""
    words = Words(pack, language, translator(language))
    _ = words.translate
    told = _(
        "The pack cannot be assessed as a whole yet. This report holds what it can answer; the rest needs these tables."
    )
    parts = [ReportPart(sentences=[told], whole=["missing"])]
    lines = finding_lines(findings, words)
    if lines:
        parts.append(ReportPart(heading=_("Findings in the pack"), sentences=lines))
    return Document(
        words=words,
        title=_("{airshed}: the shared air").format(airshed=pack.title(language)),
        meta=(
            f"{_('Year of the answer')} {pack.base_year} · {_('pack')} {pack.descriptor.name} "
            f"{pack.descriptor.version} · airshed {airshed.__version__}"
        ),
        footer=f"{_('Inputs')} SHA-256 {pack.hash()}.",
        sections=[ReportSection("missing", _("What is missing"), parts), *sections_of(held)],
        figures={name: figure for one in held for name, figure in one.figures.items()},
        tables={"missing": _missing_view(partial, words), **{k: v for one in held for k, v in one.views.items()}},
    )


def _missing_view(partial: Partial, words: Words) -> ChapterTable:
    _ = words.translate
    rows = [[ChapterCell(answer), ChapterCell("; ".join(what))] for answer, what in partial.missing.items()]
    rows += [[ChapterCell(name), ChapterCell(told(why.whole, words.language))] for name, why in partial.refused.items()]
    return ChapterTable([Head(_("answer")), Head(_("needs"))], rows, _("what each answer still needs"))
