"""Control measures: the catalogue; of regions what they can do there, and why some cannot be selected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Query, Sheet, Way
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.chapters.plan_told import BETWEEN
from airshed.answers.common import OBSERVED_YEAR, places, sectors, year
from airshed.answers.words import Words
from airshed.pack.codes import members
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import plain
from airshed.strategy.tables import applied_table, cost_check_table, measures_table, options_table

ENDS = ("low", "value", "high")
ITALIAN = (
    "Costs of GAINS technologies are Italian, their units an inference; they are brought to other nations by income."
)
WHOLE = 9
"""Digits of a count that is said to the last one."""
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
    # The catalogue and the prices beside prints are of no year, and need no emissions to find one.
    listed = bool(asked.region) and not asked.applied and not asked.compare
    dated = bool(asked.applied or asked.region)
    digits, wanted_year = 0, ask.year(asked.year) if dated else pack.base_year
    columns: tuple[str, ...]
    if asked.applied:
        wanted = [leaf for code in asked.region for leaf in members(pack, code)] or None
        rows = ask.ask(("applied", asked), lambda: applied_table(pack, wanted_year, wanted))
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
            lambda: options_table(pack, list(asked.region), wanted_year, list(asked.sector)),
        )
        title = f"{wanted_year}, {_('USD of 2015 per tonne')}"
        columns = ("region", "measure", "subject", "efficiency", "priced", *ENDS, "flagged")
        columns += ("applied_basis", "selectable", "reason", "source")
    else:
        rows = ask.ask(("measures", asked), lambda: measures_table(pack, list(asked.sector)))
        title = _("USD of 2015 per tonne, where it was published")
        columns = ("measure", "sector", "efficiency", "priced", *ENDS, "lowest_print", "price_region", "source")
    if asked.sector and "sector" in rows:
        rows = rows[rows["sector"].isin(asked.sector)]
    way = Way("measures", ("region", "measure"), year=wanted_year) if listed else None
    sheet = Sheet("measures", title, rows, columns, cells=_cells(digits, words), spare=SPARE, way=way)
    places_named = words.listed(map(words.name, asked.region))
    heading = _("Measures in {places}").format(places=places_named) if asked.region else _("Measures")
    return Content(
        heading, (sheet,), equations=("annual-cost", "annuity"), sentences=_said(rows, asked, wanted_year, words)
    )


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


def _said(rows: pd.DataFrame, asked: MeasuresQuestion, year: int, words: Words) -> tuple[str, ...]:
    """Return what the rows come to, first in one sentence."""
    if rows.empty:
        return (words.translate("No measure is known here for {year}.").format(year=year),)
    if asked.applied:
        return (_applied_told(rows, year, words),)
    if asked.compare:
        return (_compared_told(rows, words),)
    if asked.region:
        return _options_told(rows, asked, year, words)
    text = words.translate("{all} measures are known, {priced} of them with a published price (USD of 2015).")
    return (text.format(all=len(rows), priced=int(rows["value"].notna().sum())), words.translate(ITALIAN))


def _options_told(rows: pd.DataFrame, asked: MeasuresQuestion, year: int, words: Words) -> tuple[str, ...]:
    """Return how many options can be selected, how many prices are doubtful, and what their application rests on."""
    _ = words.translate
    counts = {name: int((rows[name] == "yes").sum()) for name in ("selectable", "flagged", "known")}
    lead = _(
        "In {year}, {yes} of {all} measures could be taken further in {place}, each counted once in every region; how "
        "far they are in place is known for {known}."
    ).format(
        year=year,
        yes=plain(counts["selectable"], WHOLE),
        all=plain(len(rows), WHOLE),
        known=plain(counts["known"], WHOLE),
        place=BETWEEN.get(words.language, ", ").join(map(words.name, asked.region)),
    )
    text = _("{count} prices are below a tenth of what studies of the airshed print.")
    doubtful = [text.format(count=plain(counts["flagged"], WHOLE))] if counts["flagged"] else []
    return (lead, *doubtful, _(ITALIAN))


def _applied_told(rows: pd.DataFrame, year: int, words: Words) -> str:
    """Return where the best available technique is applied least, and where most."""
    text = words.translate(
        "In {year} the best available technique covers between {least} ({low}) and {most} ({high}) of what a "
        "sector emits."
    )
    held = rows.sort_values("value", kind="stable")
    first, last = held.iloc[0], held.iloc[-1]
    place = words.translate("{sector}, {place}")
    low, high = (
        place.format(sector=words.name(row["sector"]), place=words.name(row["region"])) for row in (first, last)
    )
    return text.format(year=year, least=percent(first["value"]), most=percent(last["value"]), low=low, high=high)


def _compared_told(rows: pd.DataFrame, words: Words) -> str:
    """Return how many prices hold what studies print, and how many are far below it."""
    text = words.translate(
        "{inside} of {all} prices (in USD of 2015 a tonne) hold what a study of the region prints within their range; "
        "{flagged} are below a tenth of it."
    )
    held = {name: int((rows[name] == "yes").sum()) for name in ("inside", "flagged")}
    return text.format(all=len(rows), **held)


ANSWER = Entry(
    title="Measures",
    question=MeasuresQuestion,
    make=measures,
    choices={"region": places, "sector": sectors},
)
