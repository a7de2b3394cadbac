"""Shares of the nations before and after calibration, with the studies behind them and the factor."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.chapters.evidence import calibration_figure
from airshed.answers.relation import relation_field, relation_of, relation_words
from airshed.answers.words import Words
from airshed.assessment.chain.chain import Chain, prepare
from airshed.assessment.evidence.calibration import NOTES, calibration_table
from airshed.assessment.evidence.relation_answers import compare_by_file
from airshed.pack.codes import countries, unknown
from airshed.pack.percent import percent
from airshed.transport.ensemble import SAMPLES

SMALL = 0.001
"""Shares below this are not shown: they are in CSV and JSON."""
SHARES = ("published", "file", "model", "value", "low", "high")


class TransportCompareQuestion(Query):
    """At whose receptors."""

    receptor: str | None = Field(default=None, description="nation; all if none")
    relation: str = relation_field()


def transport_compare(ask: Ask, words: Words, question: TransportCompareQuestion) -> Content:
    """Return the shares of the nations before and after calibration, beside those of a relation of a file if given."""
    _, pack = words.translate, ask.pack

    def chain() -> Chain:
        return prepare(pack, pack.base_year, with_health=False, samples=SAMPLES)

    said: tuple[str, ...] = ()
    if question.relation:
        held = relation_of(ask, question.relation)
        said = relation_words(ask, words, held)
        table = compare_by_file(pack, held, chain())
    else:
        table = ask.ask("shares of relation", lambda: calibration_table(pack, chain().ensemble))
    if question.receptor is not None:
        if question.receptor not in set(table["receptor"]):
            raise unknown("receptor nation", question.receptor, list(dict.fromkeys(table["receptor"])))
        table = table[table["receptor"] == question.receptor].reset_index(drop=True)
    title = _("Shares of the nations before and after calibration")
    sheet = Sheet(
        "transport-compare",
        title,
        table,
        ("receptor", "country", "year", *SHARES, "factor", "source", "note"),
        heads={"value": _("calibrated")},
        cells={**dict.fromkeys(SHARES, percent), "factor": fixed(2)},
        notes=NOTES,
        brief=_shown,
    )
    figure = calibration_figure({"calibration": table}, words)
    return Content(
        title=title,
        sheets=(sheet,),
        panels=(Panel(figure, "transport-compare"),) if figure else (),
        equations=("log-odds", "random-effects", "kernel-likelihood"),
        sentences=(*_told(table, words), *said),
    )


def _told(table: pd.DataFrame, words: Words) -> tuple[str, ...]:
    """Return what calibration does to the share that most studies speak of."""
    rows = table[(table["receptor"] != table["country"]) & (table["studies"] > 0)] if "studies" in table else table[:0]
    if rows.empty:
        return ()
    row = rows.sort_values("studies", ascending=False, kind="stable").iloc[0]
    text = words.translate(
        "Held to {studies} studies, {source} gives {value} of the man-made PM2.5 of {receptor} ({year}), where the "
        "model alone says {model}."
    )
    return (
        text.format(
            studies=row["studies"],
            source=words.name(row["country"]),
            receptor=words.name(row["receptor"]),
            year=row["year"],
            value=percent(row["value"]),
            model=percent(row["model"]),
        ),
    )


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["value"] >= SMALL]


ANSWER = Entry(
    title="Relation calibrated",
    question=TransportCompareQuestion,
    make=transport_compare,
    choices={"receptor": countries},
)
