"""Control measures: the catalogue; of regions what they can do there, and why some cannot be selected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.common import OBSERVED_YEAR, places, sectors, year
from airshed.answers.words import Words
from airshed.pack.codes import members
from airshed.strategy.tables import applied_table, cost_check_table, measures_table, options_table

ENDS = ("low", "value", "high")
ITALIAN = (
    "costs of GAINS technologies are Italian, their units an inference; "
    "brought to other nations by income, see docs/method.md"
)
SPARE = ("applied_basis", "priced", "price_region", "efficiency", "subject", "lowest_print", "reason")


class MeasuresQuestion(Query):
    """Which measures, where, and what of them."""

    region: tuple[str, ...] = Field(
        default=(), description="regions, nations or groups that they are for; the catalogue if none", max_length=20
    )
    sector: tuple[str, ...] = Field(default=(), description="sectors; all if none", max_length=20)
    year: int | None = year(OBSERVED_YEAR)
    applied: bool = Field(default=False, description="how much of the best available technique is applied, by sector")
    compare: bool = Field(default=False, description="costs beside what studies of the region print on the same thing")


def measures(ask: Ask, words: Words, question: MeasuresQuestion) -> Content:
    """Return the catalogue of measures, options in regions, shares applied, or costs beside prints."""
    _, pack, asked = words.translate, ask.pack, question
    digits = 0
    said: tuple[str, ...] = ()
    columns: tuple[str, ...]
    if asked.applied:
        wanted = [leaf for code in asked.region for leaf in members(pack, code)] or None
        rows = ask.ask(("applied", asked), lambda: applied_table(pack, ask.year(asked.year), wanted))
        title, columns, digits = (
            _("share of the best available technique that is applied"),
            ("region", "sector", *ENDS),
            2,
        )
    elif asked.compare:
        rows = ask.ask("costs beside prints", lambda: cost_check_table(pack))
        title = _("USD of 2015 per tonne; printed: the study's; ratio: ours over the study's")
        columns = ("measure", "region", "pollutant", *ENDS, "printed", "ratio", "inside", "flagged", "study")
    elif asked.region:
        rows = ask.ask(
            ("options", asked),
            lambda: options_table(pack, list(asked.region), ask.year(asked.year), list(asked.sector)),
        )
        wanted_year = ask.year(asked.year)
        title, said = f"{wanted_year}, {_('USD of 2015 per tonne')}", _counts(rows, words)
        columns = ("region", "measure", "subject", "efficiency", "priced", *ENDS, "flagged")
        columns += ("applied_basis", "selectable", "reason", "source")
    else:
        rows = ask.ask(("measures", asked), lambda: measures_table(pack, list(asked.sector)))
        title, said = _("USD of 2015 per tonne, where it was published"), (_(ITALIAN),)
        columns = ("measure", "sector", "efficiency", "priced", *ENDS, "lowest_print", "price_region", "source")
    if asked.sector and "sector" in rows:
        rows = rows[rows["sector"].isin(asked.sector)]
    sheet = Sheet("measures", title, rows, columns, cells=_cells(digits, words), spare=SPARE)
    places_named = words.listed(map(words.name, asked.region))
    heading = _("Measures in {places}").format(places=places_named) if asked.region else _("Measures")
    return Content(heading, (sheet,), equations=("annual-cost", "annuity"), sentences=(*said[:1], title, *said[1:]))


def _cells(digits: int, words: Words) -> dict[str, Callable[[Any], str]]:
    _ = words.translate
    return {
        "subject": lambda codes: words.listed(words.name(code) for code in codes.split()) or _("whole sector"),
        "emitted": fixed(1),
        **dict.fromkeys(ENDS, fixed(digits)),
        "printed": fixed(0),
        "ratio": fixed(3),
        "lowest_print": fixed(0),
        **dict.fromkeys(("flagged", "known", "applied_basis", "selectable", "inside", "reason"), _),
        "applied_low": fixed(2),
        "applied_high": fixed(2),
    }


def _counts(rows: pd.DataFrame, words: Words) -> tuple[str, ...]:
    """Return how many options can be selected, how many prices are doubtful, and what their application rests on."""
    _ = words.translate
    counts = {"yes": int((rows["selectable"] == "yes").sum()), "no": int((rows["selectable"] == "no").sum())}
    flagged, known = int((rows["flagged"] == "yes").sum()), int((rows["known"] == "yes").sum())
    said = [_("{yes} measures can be selected, {no} cannot").format(**counts)]
    if flagged:
        text = _("{count} prices are below a tenth of what studies of the airshed print")
        said.append(text.format(count=flagged))
    text = _("how far they are applied rests on counts, emissions or standards for {known} of {all}")
    return (*said, text.format(known=known, all=len(rows)), _(ITALIAN))


ANSWER = Entry(
    title="Measures",
    question=MeasuresQuestion,
    make=measures,
    choices={"region": places, "sector": sectors},
)
