"""The relation beside published results that it was never tuned to, and beside its own base run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, names
from airshed.answers.relation import relation_field, relation_of, relation_words
from airshed.answers.words import Words
from airshed.assessment.chain.chain import prepare
from airshed.assessment.evidence.calibration import kernel_table
from airshed.assessment.evidence.left_out_places import left_out_places
from airshed.assessment.evidence.relation_answers import check_by_file
from airshed.assessment.evidence.validation import NOTES, left_out_table, validation_table
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.transport.ensemble import SAMPLES
from airshed.transport.rules import transport_rules
from airshed.transport.tm5fasst import closure

VALIDATION = "validation"
BESIDE = (
    *("published", "published_low", "published_high", "value", "low", "high", "unit", "deviation", "inside", "method"),
    "note",
)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    VALIDATION: ("study", "receptor", "source_region", "quantity", "year", *BESIDE),
    "left-out": ("study", "receptor", "country", *BESIDE),
    "left-out-places": ("place", "year", "observed", "value", "low", "high", "inside", "score", "kind", "source"),
}
"""The columns that are shown; all where none are named."""
HUNDREDTHS = ("published", "published_low", "published_high", "value", "low", "high", "column_sum", "base", "ratio")


class TransportCheckQuestion(Query):
    """Beside what the relation is put."""

    of: Literal["validation", "left-out", "left-out-places", "closure", "kernel"] = Field(
        default="validation",
        description="published results never tuned to; each study left out; each region; the base run; the kernel",
    )
    relation: str = relation_field()


def transport_check(ask: Ask, words: Words, question: TransportCheckQuestion) -> Content:
    """Return the relation beside published results, or beside its base run.

    A relation of a file stands beside all published results, for it was tuned to none of them.
    """
    _, pack, of = words.translate, ask.pack, question.of
    said: tuple[str, ...] = ()
    if question.relation:
        if of != VALIDATION:
            raise AirshedError("relation-pack", of=of)
        held = relation_of(ask, question.relation)
        rows, said = check_by_file(pack, held), relation_words(ask, words, held)
    else:
        rows = ask.ask(("check of relation", of), lambda: checked(pack, of))
    title = _("The relation beside published results, and its own base run")
    sheet = Sheet(
        "transport-check",
        title,
        rows,
        COLUMNS.get(of, ()),
        heads={"value": _("computed")},
        cells=_cells(words),
        notes=NOTES,
        told=_foreign(words) if of == VALIDATION else None,
    )
    said = (*_told(rows, words), *said)
    return Content(title, (sheet,), equations=("per-emission", "log-odds", "random-effects"), sentences=said)


def _told(rows: pd.DataFrame, words: Words) -> tuple[str, ...]:
    """Return how many numbers lie outside their interval, over which years."""
    if "inside" not in rows:
        return ()
    known = rows[rows["inside"].isin(["yes", "no"])]
    years = pd.to_numeric(known["year"], errors="coerce").dropna().astype(int) if "year" in known else pd.Series([])
    if known.empty or years.empty:
        return ()
    text = words.translate("{outside} of {all} published numbers of {first} to {last} lie outside the computed range.")
    outside = int((known["inside"] == "no").sum())
    return (text.format(outside=outside, all=len(known), first=years.min(), last=years.max()),)


def checked(pack: Pack, of: str) -> pd.DataFrame:
    """Return a table of the checks of the pack's own relation."""
    chain = prepare(pack, pack.base_year, with_health=False, samples=SAMPLES)
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        VALIDATION: lambda: validation_table(pack, chain),
        "left-out": lambda: left_out_table(pack, chain),
        "left-out-places": lambda: left_out_places(chain),
        "closure": lambda: closure(pack, transport_rules(pack).relation),
        "kernel": lambda: kernel_table(chain.ensemble),
    }
    return makers[of]()


def _cells(words: Words) -> dict[str, Callable[[Any], str]]:
    _, name = words.translate, names(words.pack, words.language)
    return {
        **dict.fromkeys(HUNDREDTHS, fixed(2)),
        "deviation": fixed(2, sign=True),
        "source_region": lambda code: _("others") if code == "other" else name(str(code)),
        "quantity": _,
    }


def _foreign(words: Words) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what is shown of a row: a study of all foreign sources together names no region."""
    told = words.translate("all foreign sources")
    return lambda row: {**row, "source_region": told} if row["stands_for"] == "foreign" else row


ANSWER = Entry(title="Relation checked", question=TransportCheckQuestion, make=transport_check)
