"""Where every number comes from, and on what terms it may be passed on."""

from __future__ import annotations

import pandas as pd

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.words import Words
from airshed.pack.sources import reuse_message, source_table, titles

COLUMNS = ("key", "title", "publisher", "year", "licence", "reuse", "tables", "rows")


class SourcesQuestion(Query):
    """Which sources there are."""


def sources(ask: Ask, words: Words, question: SourcesQuestion) -> Content:
    """Return every source with its terms of reuse."""
    _ = words.translate
    table = source_table(ask.pack)
    held = table["reuse"].value_counts()
    counts = ", ".join(f"{_(reuse_message(str(key)))} {count}" for key, count in held.items())
    told = _(
        "the code is Apache-2.0, the data are not: numbers of non-commercial sources must not be used for business"
    )
    title = _("Sources and terms of reuse")
    shown = titles(ask.pack, words.language)
    return Content(
        title=title,
        sheets=(
            Sheet(
                "sources",
                title,
                table,
                COLUMNS,
                spare=("publisher",),
                anchored=True,
                told=lambda row: {**row, "title": shown[row["key"]]},
            ),
        ),
        sentences=(sources_sentence(table, words), _("terms of reuse: {counts}").format(counts=counts), told),
    )


def sources_sentence(table: pd.DataFrame, words: Words) -> str:
    """Return how many sources there are, from which years, and how many may not be passed on freely.

    table : of `sources.source_table`
    """
    years = [int(year) for year in table["year"] if str(year).isdigit()]
    held = table["reuse"].value_counts()
    said = words.translate(
        "All numbers come from {count} sources of {first} to {last}: {closed} forbid business use, {silent} state no "
        "terms, {free} are open or ask for attribution."
    )
    closed, silent = int(held.get("non-commercial", 0)), int(held.get("not-stated", 0))
    return said.format(
        count=len(table),
        first=min(years, default="–"),
        last=max(years, default="–"),
        closed=closed,
        silent=silent,
        free=len(table) - closed - silent,
    )


ANSWER = Entry(title="Sources", question=SourcesQuestion, make=sources)
