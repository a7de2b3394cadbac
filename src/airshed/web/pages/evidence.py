"""Pages on how far to trust the numbers: hindcast, recomputed claims, explanations, sources, equations."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from airshed.assessment.evidence.claims import NOTES as CLAIM_NOTES
from airshed.assessment.evidence.claims import SIGNS, VERDICTS, claims_table
from airshed.assessment.evidence.equations import equations as catalogue
from airshed.assessment.evidence.hindcast import NOTES as HINDCAST_NOTES
from airshed.assessment.evidence.hindcast import score
from airshed.assessment.explain.explain import TEMPLATES
from airshed.assessment.explain.explain import explain as steps_of
from airshed.pack.codes import countries
from airshed.pack.percent import percent
from airshed.pack.sources import reuse_message, source_table
from airshed.report.cells import fixed
from airshed.report.evidence import calibration_figure, hindcast_figure
from airshed.report.scoreboard import score_sentence, series_sentences, span_sentences
from airshed.report.words import Words
from airshed.web.desk import Desk
from airshed.web.page import Content, Panel, Question, Sheet, Way
from airshed.web.pages.air import FIRST_YEAR, LAST_YEAR, receptors


class PlainQuestion(Question):
    """A page that asks nothing."""


class ClaimsQuestion(Question):
    """Which claims."""

    verdict: tuple[Literal["confirmed", "differs", "cannot_check"], ...] = Field(
        default=(), description="verdict; all if none", max_length=3
    )


class ExplainQuestion(Question):
    """Which number."""

    command: Literal["attribution", "health", "value", "damage", "emissions", "claims", "hindcast", "measures"] = Field(
        default="attribution", description="the command that gave the number"
    )
    row: str = Field(default="", description="the key of its row, such as KR-11 CHN", max_length=100)
    year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description="year; the base year if empty")


def hindcast(desk: Desk, words: Words, question: PlainQuestion) -> Content:
    """Return predicted beside observed changes, and shares before and after calibration."""
    _ = words.translate
    _assessment, tables = desk.whole()
    rows, shares = tables["hindcast"], tables["calibration"]
    signed, whole = fixed(1, sign=True), fixed(0, sign=True)
    changes = ("observed_change", "value", "low", "high", "rest")
    first = Sheet(
        "hindcast",
        _("Predicted and observed change of PM2.5, µg/m³; the preferred series of a place first"),
        rows,
        (
            *("place", "first_year", "last_year", *changes, "inside", "observed_percent", "predicted_percent"),
            *("kind", "source", "note"),
        ),
        heads={"value": _("predicted change")},
        cells={**dict.fromkeys(changes, signed), "observed_percent": whole, "predicted_percent": whole},
        notes=HINDCAST_NOTES,
        way=Way("hindcast", ("place",)),
    )
    parts = ("published", "model", "value", "low", "high")
    second = Sheet(
        "calibration",
        _("Shares of the nations before and after calibration"),
        shares,
        ("receptor", "country", "year", *parts, "factor", "source"),
        heads={"value": _("calibrated")},
        cells={**dict.fromkeys(parts, percent), "factor": fixed(2)},
    )
    found = score(rows)
    drawn = ((hindcast_figure(tables, words), "hindcast"), (calibration_figure(tables, words), "calibration"))
    return Content(
        title=_("Hindcast: change of PM2.5 between two observed years"),
        sheets=(first, second),
        panels=tuple(Panel(figure, name) for figure, name in drawn if figure),
        equations=("hindcast", "log-odds", "random-effects", "kernel-likelihood"),
        command=("hindcast",),
        python='assessment = airshed.assess(pack, parts=("hindcast",))\nassessment["hindcast"]',
        sentences=(_("no place has two observed years"),)
        if found is None
        else (score_sentence(found, _), *series_sentences(rows, _), *span_sentences(rows, _)),
    )


def claims(desk: Desk, words: Words, question: ClaimsQuestion) -> Content:
    """Return the published derived figures, recomputed."""
    _ = words.translate
    table = desk.ask(("claims", words.language), lambda: claims_table(desk.pack, words.language))
    shown = table[table["verdict"].isin(question.verdict)] if question.verdict else table
    counts = {name: int((table["verdict"] == name).sum()) for name in VERDICTS}
    told = _("{confirmed} claims confirmed, {differs} differ, {cannot_check} cannot be checked").format(**counts)
    return Content(
        title=_("Published figures recomputed"),
        sheets=(
            Sheet(
                "claims",
                _("Published figures recomputed"),
                shown.reset_index(drop=True),
                ("id", "statement", "printed", "computed", "unit", "verdict", "reason", "source"),
                notes=CLAIM_NOTES,
                way=Way("claims", ("id",), "computed"),
            ),
        ),
        equations=("printed-agreement", "percent-change", "compound-growth"),
        command=("claims", *(word for verdict in question.verdict for word in ("--verdict", verdict))),
        python="from airshed.assessment.evidence.claims import claims_table\nclaims_table(pack)",
        sentences=(told,),
    )


def printed_cells(row: dict[str, Any]) -> dict[str, Any]:
    """Return a claim with the printed number as printed and the computed one with a digit more."""
    digits = row["decimals"]
    computed = "" if row["computed"] is None else f"{row['computed']:,.{digits + 1}f}"
    return {**row, "printed": f"{SIGNS[row['comparison']]}{row['printed']:,.{digits}f}", "computed": computed}


def explain(desk: Desk, words: Words, question: ExplainQuestion) -> Content:
    """Return the way from a number to its studies, sources and rule."""
    _ = words.translate
    example = f"{receptors(desk.pack)[0]} {countries(desk.pack)[0]}"
    text = question.row or (example if question.command == "attribution" else "")
    keys = text.replace(",", " ").split()

    def make() -> pd.DataFrame:
        steps = steps_of(desk.pack, question.command, keys, question.year)
        return pd.DataFrame.from_records([step.record(desk.pack) for step in steps])

    rows = desk.ask(("explain", question.command, tuple(keys), question.year), make)
    years = ["--year", str(question.year)] if question.year is not None else []
    return Content(
        title=_("Where a number comes from"),
        sheets=(
            Sheet(
                "explain",
                f"{_(question.command)}: {', '.join(words.name(key) for key in keys)}",
                rows,
                ("step", "value", "low", "high", "unit", "source", "title", "note"),
                notes=TEMPLATES,
            ),
        ),
        command=("explain", question.command, *keys, *years),
        held={"row": (text,)},
        python=(
            "from airshed.assessment.explain.explain import explain\n"
            f"explain(pack, {question.command!r}, {keys!r}, {question.year!r})"
        ),
    )


def sources(desk: Desk, words: Words, question: PlainQuestion) -> Content:
    """Return every source with its terms of reuse."""
    _ = words.translate
    table = source_table(desk.pack)
    held = table["reuse"].value_counts()
    counts = ", ".join(f"{_(reuse_message(str(key)))} {count}" for key, count in held.items())
    told = _(
        "the code is Apache-2.0, the data are not: numbers of non-commercial sources must not be used for business"
    )
    shown = ("key", "title", "publisher", "year", "licence", "reuse", "tables", "rows")
    return Content(
        title=_("Sources and terms of reuse"),
        sheets=(Sheet("sources", _("Sources and terms of reuse"), table, shown),),
        command=("sources",),
        python="from airshed.pack.sources import source_table\nsource_table(pack)",
        sentences=(_("terms of reuse: {counts}").format(counts=counts), told),
    )


def equations(desk: Desk, words: Words, question: PlainQuestion) -> Content:
    """Return the catalogue of formulas."""
    rows = pd.DataFrame.from_records([asdict(item) for item in catalogue()])
    title = words.translate("Equations")
    columns = ("id", "title", "latex", "units", "citation", "function")
    return Content(
        title=title,
        sheets=(Sheet("equations", title, rows, columns, cells={"title": words.translate}),),
        command=("equations",),
        python="from airshed.assessment.evidence.equations import equations\nequations()",
    )
