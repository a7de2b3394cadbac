"""An agreement on one page: who does what, who pays, what each gains, and what if one leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import Field

from airshed.answers.answer import Content, Entry, File, Panel, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.chapters.deal import caveats, deal_cards, deal_sentence, holding_sentences, paid_sentence, sheet_of
from airshed.answers.chapters.paper import FORMS, deal_tables
from airshed.answers.common import measure_names, refuse_files, solved
from airshed.answers.together import _game as shared
from airshed.answers.together._game import GAME, MOST_FOR_TARGETS, MOST_LISTED, Point
from airshed.answers.together.deals import DISPUTED, BeliefsQuestion, nations, signed
from airshed.answers.words import Words
from airshed.assessment.games.cooperate import KEYS, USUAL_KEY, bargains
from airshed.assessment.games.deal import Believed, Deal, deal_of
from airshed.assessment.games.names import key_name, point_names
from airshed.assessment.games.target_game import targets_together
from airshed.pack.percent import percent

ONE = fixed(1)
SHOWN: dict[str, tuple[str, ...]] = {
    "members": (
        *("player", "measures", "cost_alone", "cost", "price_low", "price_high", "benefit", "benefit_full"),
        *("pm25_before", "pm25_after", "deaths_avoided", "deaths_low", "deaths_high"),
    ),
    "shares": ("player", "share", "low", "high", "transfer", "probability", "free_ride", "stays"),
    "leaving": ("player", "share", "free_ride", "gain_by_leaving", "loss", "worth", "loses", "rides_free"),
    "measures": ("player", "measure", "sector", "regions", "removed", "pollutant", "cost", "benefit", "known"),
    "keys": ("key", "player", "share", "low", "high", "transfer", "stays", "blocking", "excess"),
    "targets": ("key", "player", "cost_alone", "cost_ground", "saving", "pays", "transfer"),
}
"""Columns of the tables of a deal that a page shows; of the others all."""
LEFT = ("game", "equations", "sources", "deals")
"""Tables that a page does not show: they stand on other pages."""
LABELS = {
    "pdf": ("The sheet on paper (PDF)", "application/pdf"),
    "xlsx": ("The sheet as a workbook (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "html": ("The sheet as one page (HTML)", "text/html; charset=utf-8"),
}


class SheetQuestion(BeliefsQuestion):
    """Who agrees, by which key, against which disagreement point, on which targets and beliefs."""

    disagreement: Point = shared.WITHOUT
    key: str = Field(default=USUAL_KEY, description="key of the division", max_length=100)
    target: str | None = Field(
        default=None, description="targets to stand on the sheet too: who-it1 to who-2021, or a number", max_length=500
    )


def agreed(ask: Ask, question: SheetQuestion) -> Deal:
    """Return the deal that is asked."""
    pack, asked = ask.pack, question
    players = members_of(ask, asked)

    def make() -> Deal:
        table = shared.table_asked(ask, players, asked)
        bargain = bargains(table, [asked.disagreement], asked.acted_on)[asked.disagreement]
        year, goals, believed = shared.year_of(pack, asked), None, None
        if asked.target is not None:
            goals = targets_together(pack, players, asked.target, year, asked.scenario)
        if asked.beliefs or asked.response:
            found = signed(ask, table, players, asked, asked.key, asked.disagreement)
            believed = Believed(found.pair.source, found.pair.receptor, found.deals, found.walkouts)
        return deal_of(pack, table, bargain, asked.key, asked.scenario, asked.acted_on, believed, goals)

    return ask.ask(("sheet", tuple(players), asked), lambda: solved(make))


def members_of(ask: Ask, asked: SheetQuestion) -> list[str]:
    """Return the members of the deal; fewer may be asked for targets as well."""
    refuse_files(ask, asked.target or "")
    return shared.players_of(ask, asked, MOST_LISTED if asked.target is None else MOST_FOR_TARGETS)


def sheet(ask: Ask, words: Words, question: SheetQuestion) -> Content:
    """Return the deal: its members, shares, what holds, measures, other keys, targets and beliefs if asked."""
    _, asked, deal = words.translate, question, agreed(ask, question)
    told = sheet_of(deal, words)
    tables = {name: table for name, table in deal_tables(deal).items() if name not in LEFT}
    headings = {section.id: section.heading for section in told.sections}
    titles = {"leaving": "holding", "walkouts": "beliefs", "lowered": "targets"}
    cells, heads = _cells(words), shared.heads_of(words)
    figures = {"keys": "keys", "deals": "walkouts"}
    drawn = [section.figure for section in told.sections if section.figure is not None]
    key, point = key_name(asked.key, _), point_names(_)[asked.disagreement]
    by = _("Division by {key}; without an agreement: {point}.").format(key=key, point=point)
    return Content(
        title=told.title,
        sheets=tuple(
            Sheet(name, headings[titles.get(name, name)], table, SHOWN.get(name, ()), heads, cells)
            for name, table in tables.items()
        ),
        panels=tuple(Panel(figure, figures[figure.id]) for figure in drawn),
        equations=tuple(item.id for item in deal.equations),
        sentences=(
            deal_sentence(deal, words),
            *holding_sentences(deal, words),
            paid_sentence(deal, words),
            by,
            *caveats(deal, words),
        ),
        cards=tuple(deal_cards(deal, words)),
        links=shared.onward(asked, words, "sheet", disagreement=asked.disagreement),
    )


def _cells(words: Words) -> dict[str, Callable[[Any], str]]:
    """Return how the columns of a deal are told."""
    shares = dict.fromkeys(("believes", "lowest", "highest", "belief_low", "belief_high", "known"), percent)
    counts = dict.fromkeys(
        ("deaths_avoided", "deaths_low", "deaths_high", "price_low", "price_high", "benefit_full"), shared.whole
    )
    levels = dict.fromkeys(("pm25_before", "pm25_after", "removed", "target", "counted"), ONE)
    return {
        **shared.cells_of(words),
        **shares,
        **counts,
        **levels,
        "measure": measure_names(words),
        "measures": lambda count: str(count),
    }


def file_of(ending: str) -> Callable[[Ask, Words, SheetQuestion], bytes]:
    """Return what writes the sheet of a deal in one form."""

    def write(ask: Ask, words: Words, question: SheetQuestion) -> bytes:
        deal = agreed(ask, question)
        key = ("sheet file", ending, words.language, tuple(deal.players), question)
        return ask.ask(key, lambda: FORMS[f".{ending}"](deal, words))

    return write


FILES = {ending: File(label, media, file_of(ending)) for ending, (label, media) in LABELS.items()}

ANSWER = Entry(
    title="Deal sheet",
    question=SheetQuestion,
    make=sheet,
    choices=GAME | {"key": lambda pack: list(KEYS), "source": nations, "receptor": nations},
    files=FILES,
    folded={"If parties disagree on who affects whom": DISPUTED, **shared.FOLDED},
)
