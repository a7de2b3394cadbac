"""The whole assessment as a report: the summary, how far to trust it, then what it does, by whom, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

import airshed
from airshed.answers.chapters.curtailment import curtailment_sentences
from airshed.answers.chapters.openings import deaths_sentence, emitters_sentence, foreign_sentence, printed_sentence
from airshed.answers.chapters.plan import plan_sentences, unanswered_sentence
from airshed.answers.chapters.plan_front import front_sentences, regret_sentences
from airshed.answers.chapters.summary import cards, example_of_explain, sentences
from airshed.answers.chapters.table import ChapterCell, ChapterTable, Head
from airshed.answers.chapters.trust import outside_sentence, score_cards, scoreboard_sentences
from airshed.answers.chapters.views import finding_lines, views
from airshed.answers.words import Figure, Words
from airshed.assessment.assessment import Assessment
from airshed.assessment.chapters.tables import unanswered
from airshed.pack.finding import Finding
from airshed.pack.pack import Pack
from airshed.report.chapter import Chapter
from airshed.report.document import Document, ReportPart, ReportSection, sections_of

PLAN_NOTE = (
    "How much of each measure is in place today was published for hardly any place. The plan takes the middle of what "
    "it may be; the table of cases shows the ends."
)
RANGES = (
    "Province-to-city numbers across a border are indicative. Intervals of contributions are the 5 and 95 % of the "
    "posterior samples of the calibrated relation, those of deaths the 95 % interval of the response function."
)
TERMS = (
    "The code is Apache-2.0; the data are not. Some sources are for non-commercial use only, and for many no terms "
    "were seen: ask before passing their numbers on."
)
LINES = 2
"""Sentences of a chapter that open it; the others are a list."""


@dataclass(frozen=True)
class _Told:
    """What the sections of a report are made from."""

    pack: Pack
    assessment: Assessment
    tables: Mapping[str, pd.DataFrame]
    words: Words
    shown: Mapping[str, ChapterTable]

    def group(self, name: str) -> list[str]:
        """Return the tables of a group, by name."""
        return [key for key, view in self.shown.items() if view.group == name]

    def _(self, text: str) -> str:
        return self.words.translate(text)


def whole_document(
    pack: Pack,
    assessment: Assessment,
    tables: Mapping[str, pd.DataFrame],
    words: Words,
    figures: Mapping[str, Figure],
    findings: Sequence[Finding] = (),
    chapters: Sequence[Chapter] = (),
) -> Document:
    """Return the report of an assessment; figures : of `figures_of`; chapters : asked for beside the usual."""
    _ = words.translate
    shown = views(pack, assessment, tables, words)
    lines = finding_lines(findings, words)
    if lines:
        rows = [[ChapterCell(line)] for line in lines]
        shown["findings"] = ChapterTable([Head(_("finding"))], rows, _("Findings in the pack"))
    for chapter in chapters:
        shown |= chapter.views
    told = _Told(pack, assessment, tables, words, shown)
    sections = [
        *(make(told) for make in (_summary, _trust, _health, _transport, _emissions, _plan, _curtailment)),
        *sections_of(chapters),
        _method(told),
    ]
    return Document(
        words=words,
        title=_("{airshed}: the shared air").format(airshed=pack.title(words.language)),
        meta=_meta(assessment, words),
        footer=_footer(assessment.inputs_hash, words),
        sections=sections,
        figures=figures,
        tables=shown,
        marks=[("largest", _("largest")), ("smallest", _("smallest")), ("cut", _("largest cut"))]
        if told.group("projection")
        else [],
    )


def _meta(assessment: Assessment, words: Words) -> str:
    _ = words.translate
    told = (
        f"{_('Year of the answer')} {assessment.year}",
        f"{_('scenario')} {_(assessment.question.scenario)}",
        f"{_('pack')} {assessment.pack_name} {assessment.pack_version}",
        f"airshed {airshed.__version__}",
    )
    return " · ".join(told)


def _footer(inputs: str, words: Words) -> str:
    _ = words.translate
    held = _("Every table is in tables/*.csv and assessment.xlsx, every number in assessment.nc.")
    return f"{_('Inputs')} SHA-256 {inputs}. {held}"


def _summary(told: _Told) -> ReportSection:
    given = (told.pack, told.assessment, told.tables, told.words)
    part = ReportPart(cards=cards(*given), sentences=sentences(*given), figures=["exposure"])
    return ReportSection("summary", told._("Summary"), [part])


def _trust(told: _Told) -> ReportSection:
    """Return the scoreboard: what failed, what the checks came to, and the published figures that differ."""
    tables, words = told.tables, told.words
    said = [
        *scoreboard_sentences(tables, words),
        outside_sentence(told.assessment, words),
        *printed_sentence(tables, words),
    ]
    evidence = ("hindcast", "validation", "left_out", "calibration", "kernel", "bias", "closure")
    part = ReportPart(
        cards=score_cards(tables, words),
        sentences=said,
        figures=["hindcast", "calibration"],
        annex=[*evidence, *told.group("claims"), "findings"],
    )
    return ReportSection("scoreboard", told._("How far to trust it"), [part])


def _health(told: _Told) -> ReportSection:
    _ = told._
    first = ReportPart(
        sentences=deaths_sentence(told.assessment, told.tables, told.words), figures=["deaths"], annex=["health"]
    )
    by_cause = ReportPart(
        heading=_("By cause, and by other response functions"), tables=["health_by_cause"], annex=["health_responses"]
    )
    worth = ReportPart(heading=_("What it is worth to avoid"), tables=["value"], annex=["damage"])
    return ReportSection("health", _("What it does to people"), [first, *_held(told, by_cause, worth)])


def _transport(told: _Told) -> ReportSection:
    _ = told._
    part = ReportPart(
        sentences=foreign_sentence(told.pack, told.assessment, told.tables, told.words),
        figures=["matrix", "origins"],
        annex=told.group("origins"),
    )
    return ReportSection("transport", _("Who is hit, and by whom"), [part])


def _emissions(told: _Told) -> ReportSection:
    _ = told._
    first = ReportPart(
        sentences=emitters_sentence(told.assessment, told.tables, told.words), figures=["baseline"], annex=["emissions"]
    )
    printed = ReportPart(
        heading=_("Change tables of the projection, with marks"),
        figures=["change", "printed_map"],
        annex=told.group("projection"),
    )
    return ReportSection("emissions", _("Who emits"), [first, *_held(told, printed)])


def _plan(told: _Told) -> ReportSection:
    _, tables, words = told._, told.tables, told.words
    heading, missing = _("Least-cost plan"), unanswered(told.assessment)
    if "plan" in missing:
        return ReportSection("plan", heading, [ReportPart(sentences=[unanswered_sentence(missing["plan"], words)])])
    said = plan_sentences(tables, words)
    if not said:
        return ReportSection("plan", heading, [])
    parts = [
        ReportPart(
            sentences=said,
            figures=["plan_levels"],
            tables=["plan_cases", "plan_receptors"],
            note=" ".join(
                [
                    _(
                        "The cheapest measures that bring every city to a target; for other targets and years: "
                        "airshed optimise."
                    ),
                    _(PLAN_NOTE),
                ]
            ),
        ),
        ReportPart(
            heading=_("Who does what"),
            figures=["plan_regions"],
            tables=["plan_nations"],
            annex=["plan_regions", "plan_measures", "plan_reasons", "plan_applied", "plan_sources"],
        ),
        ReportPart(heading=_("What less costs in one city"), figures=["plan_curve"], annex=["plan_frontier"]),
        ReportPart(
            heading=_("What ever more ambition costs"),
            sentences=front_sentences(tables, words),
            figures=["plan_front"],
            annex=["plan_front"],
        ),
        ReportPart(heading=_("Plan of least regret"), sentences=regret_sentences(tables, words), annex=["plan_regret"]),
    ]
    return ReportSection("plan", heading, [parts[0], *_held(told, *parts[1:])])


def _curtailment(told: _Told) -> ReportSection:
    missing = unanswered(told.assessment)
    if "curtailment" in missing:
        part = ReportPart(sentences=[unanswered_sentence(missing["curtailment"], told.words)])
    else:
        part = ReportPart(
            sentences=curtailment_sentences(told.tables, told.words),
            figures=["curtailment"],
            tables=["curtailment_seasons", "curtailment_printed"],
        )
    return ReportSection("curtailment", told._("Coal curtailment"), [part])


def _method(told: _Told) -> ReportSection:
    _ = told._
    example = example_of_explain(told.pack, told.tables)
    said = [_(RANGES), _(TERMS)]
    if example:
        said.append(f"{_('From any number to its sources, for example:')} {example}")
    part = ReportPart(sentences=said, annex=["provenance", "equations", "sources"])
    return ReportSection("method", _("Method and sources"), [part])


def _held(told: _Told, *parts: ReportPart) -> list[ReportPart]:
    """Return the parts that hold anything."""
    return [part for part in parts if part.sentences or any(name in told.shown for name in (*part.tables, *part.annex))]
