"""The report as one self-contained HTML file: no script, no request, figures inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import pandas as pd

import airshed
from airshed.answers.chapters.curtailment import curtailment_sentences
from airshed.answers.chapters.figures import figures
from airshed.answers.chapters.pictures import Picture, data_uri, environment
from airshed.answers.chapters.plan import plan_sentences, unanswered_sentence
from airshed.answers.chapters.plan_front import front_sentences, regret_sentences
from airshed.answers.chapters.summary import cards, example_of_explain, sentences
from airshed.answers.chapters.trust import outside_sentence, score_cards, scoreboard_sentence
from airshed.answers.chapters.views import finding_lines, views
from airshed.answers.words import Figure, Words
from airshed.assessment.assessment import Assessment
from airshed.assessment.chapters.tables import unanswered
from airshed.charts.render import Drawer
from airshed.pack.finding import Finding
from airshed.pack.language import translator
from airshed.pack.letters import cleaned
from airshed.pack.pack import Pack
from airshed.report.chapter import Chapter

TEMPLATE = "report.html.j2"
SECTIONS = (
    *("scoreboard", "summary", "emissions", "transport", "health", "plan", "curtailment"),
    *("checks", "claims", "method", "sources"),
)


@dataclass(frozen=True)
class Drawing:
    """The figures of one language while they are drawn."""

    words: Words
    figures: dict[str, Figure]
    svg: dict[str, Future[str]]


def start_drawing(
    pack: Pack,
    assessment: Assessment,
    tables: Mapping[str, pd.DataFrame],
    language: str,
    drawer: Drawer,
    chapters: Sequence[Chapter] = (),
) -> Drawing:
    """Start to draw the figures of the report in a language; their specs are validated in the tests, not here."""
    from altair.utils.schemapi import debug_mode

    words = Words(pack, language, translator(language))
    with debug_mode(False):
        made = figures(pack, assessment, tables, words)
        for chapter in chapters:
            made |= chapter.figures
        svg = {name: drawer.draw(figure.chart) for name, figure in made.items()}
    return Drawing(words, made, svg)


def html_report(
    pack: Pack,
    assessment: Assessment,
    tables: Mapping[str, pd.DataFrame],
    drawing: Drawing,
    findings: Sequence[Finding] = (),
    chapters: Sequence[Chapter] = (),
) -> str:
    """Return the report as HTML text, in the language of its figures; chapters : asked for beside the usual."""
    words = drawing.words
    translate = words.translate
    shown = views(pack, assessment, tables, words)
    for chapter in chapters:
        shown |= chapter.views
    groups: dict[str, list[str]] = {}
    for name, view in shown.items():
        if view.group:
            groups.setdefault(view.group, []).append(name)
    pictures = {
        name: Picture(data_uri(drawing.svg[name].result()), figure.alt, figure.caption)
        for name, figure in drawing.figures.items()
    }
    text: str = (
        environment(translate, "airshed.report")
        .get_template(TEMPLATE)
        .render(
            language=words.language,
            title=translate("{airshed}: the shared air").format(airshed=pack.title(words.language)),
            year=assessment.year,
            scenario=assessment.question.scenario,
            pack_name=assessment.pack_name,
            pack_version=assessment.pack_version,
            version=airshed.__version__,
            inputs_hash=assessment.inputs_hash,
            contents=_contents(chapters, translate),
            chapters=chapters,
            score_cards=score_cards(tables, words),
            score=scoreboard_sentence(tables, words),
            outside=outside_sentence(assessment, words),
            example=example_of_explain(pack, tables),
            cards=cards(pack, assessment, tables, words),
            sentences=sentences(pack, assessment, tables, words),
            plan=plan_sentences(tables, words),
            front=front_sentences(tables, words),
            regret=regret_sentences(tables, words),
            curtailment=curtailment_sentences(tables, words),
            unanswered={name: unanswered_sentence(reason, words) for name, reason in unanswered(assessment).items()},
            figures=pictures,
            tables=shown,
            groups=groups,
            findings=finding_lines(findings, words),
        )
    )
    return cleaned(text)


def _contents(chapters: Sequence[Chapter], translate: Any) -> list[tuple[str, str]]:
    """Return the sections with their headings: chapters that were asked for stand before the checks."""
    usual = list(zip(SECTIONS, _headings(translate), strict=True))
    place = SECTIONS.index("checks")
    return [*usual[:place], *((chapter.id, chapter.heading) for chapter in chapters), *usual[place:]]


def _headings(_: Any) -> list[str]:
    return [
        _("Scoreboard"),
        _("Summary"),
        _("Who emits"),
        _("Who is hit, and by whom"),
        _("What it does to people"),
        _("Least-cost plan"),
        _("Coal curtailment"),
        _("How far to trust it"),
        _("Published figures recomputed"),
        _("Method"),
        _("Sources and terms of reuse"),
    ]
