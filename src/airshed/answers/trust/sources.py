"""Where every number comes from, and on what terms it may be passed on."""

from __future__ import annotations

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.words import Words
from airshed.pack.sources import reuse_message, source_table

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
    return Content(
        title=title,
        sheets=(Sheet("sources", title, table, COLUMNS, spare=("publisher",), anchored=True),),
        sentences=(_("terms of reuse: {counts}").format(counts=counts), told),
    )


ANSWER = Entry(title="Sources", question=SourcesQuestion, make=sources)
