"""The source-receptor relations of the pack: blocks, base year, sources; which one answers. Or what a file holds."""

from __future__ import annotations

from typing import Any

import pandas as pd

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import records
from airshed.answers.relation import relation_field, relation_of
from airshed.answers.words import Words
from airshed.pack.pack import Pack
from airshed.transport.relation import coefficient_sources
from airshed.transport.rules import KERNEL_ALONE, by_kernel_alone, transport_rules
from airshed.transport.tm5fasst import PRECURSORS


class TransportListQuestion(Query):
    """Which relations there are, or what a file of one holds."""

    relation: str = relation_field()


def transport_list(ask: Ask, words: Words, question: TransportListQuestion) -> Content:
    """Return the relations of the pack, or what a relation of a file holds."""
    _ = words.translate
    title = _("Source-receptor relations")
    cells = {"used": _}
    said: tuple[str, ...] = ()
    if question.relation:
        held = relation_of(ask, question.relation)
        rows = pd.DataFrame([{"relation": held.kind, **held.facts, "source": held.source}])
        cells = {"relation": _}
    else:
        rows = relations(ask.pack)
        said = tuple(_lead(row, words) for row in records(rows) if row["used"] == "yes")
    return Content(
        title,
        (Sheet("transport-list", title, rows, cells=cells),),
        equations=("per-emission", "kernel-weight"),
        sentences=said,
    )


def _lead(row: dict[str, Any], words: Words) -> str:
    text = words.translate(
        "Answers rest on {relation} of {base_year}: {source_blocks} sources, {receptor_blocks} receptors, {precursors}."
    )
    return text.format(**row)


def relations(pack: Pack) -> pd.DataFrame:
    """Return a row per relation of the pack.

    returns : columns relation, used (whether it answers), source_blocks, receptor_blocks (counts), precursors,
        base_year, source
    """
    used = KERNEL_ALONE if by_kernel_alone(pack) else transport_rules(pack).relation
    rows = [
        {
            "relation": str(name),
            "used": "yes" if name == used else "no",
            "source_blocks": int(part["source_block"].nunique()),
            "receptor_blocks": int(part["receptor_block"].nunique()),
            "precursors": " ".join(dict.fromkeys(part["precursor"])),
            "base_year": int(part["base_year"].iloc[0]),
            "source": " ".join(dict.fromkeys(part["source"])),
        }
        for name, part in pack.optional("source_receptor").groupby("relation", sort=False)
    ]
    if used == KERNEL_ALONE:
        rows.append(
            {
                "relation": used,
                "used": "yes",
                "source_blocks": 1,
                "receptor_blocks": 1,
                "precursors": " ".join(PRECURSORS),
                "base_year": pack.base_year,
                "source": " ".join(coefficient_sources(pack)),
            }
        )
    return pd.DataFrame(rows)


ANSWER = Entry(title="Relations", question=TransportListQuestion, make=transport_list)
