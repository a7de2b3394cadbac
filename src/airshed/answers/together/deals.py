"""Deals that all sign although they disagree on who affects whom, and where each walks out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, File, Panel, Sheet
from airshed.answers.ask import Ask
from airshed.answers.game_words import without_deal
from airshed.answers.together import _game as shared
from airshed.answers.together._game import GAME, MOST, MOST_LISTED, GameQuestion, Point
from airshed.answers.words import Figure, Words
from airshed.assessment.games.beliefs import COLUMNS, Belief, Pair, Span, deals_table, pair_of, span_of
from airshed.assessment.games.cooperate import KEYS, USUAL_KEY
from airshed.assessment.games.game import GameTable
from airshed.assessment.games.names import key_name, point_names
from airshed.assessment.games.player_words import PlayerFacts, player_facts
from airshed.assessment.plans.aims import amounts
from airshed.charts.cooperation import deals_chart, signable
from airshed.pack.codes import countries
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.spreadsheet import csv_text

PERCENT = 100.0
FILE = "beliefs.csv"
BELIEFS = "believed shares, as CHN=20% KOR=50%; the ends of what studies found if none"
DISPUTED = ("source", "receptor", "beliefs", "response", "lowest", "highest")


class BeliefsQuestion(GameQuestion):
    """What parties believe on the share of one nation in the PM2.5 of another."""

    source: str | None = Field(default=None, description="nation whose share is disputed; the first player if empty")
    receptor: str | None = Field(default=None, description="nation whose PM2.5 it is; the second player if empty")
    beliefs: tuple[str, ...] = Field(default=(), description=BELIEFS, max_length=MOST)
    response: tuple[str, ...] = Field(
        default=(), description="responses by which parties count deaths, as KOR=ier2015", max_length=MOST
    )
    lowest: float | None = Field(
        default=None,
        ge=0,
        le=PERCENT,
        description="least share that a deal takes for true, percent; of what is known if empty",
        json_schema_extra={"flag": "--from"},
    )
    highest: float | None = Field(
        default=None,
        ge=0,
        le=PERCENT,
        description="largest share that a deal takes for true, percent; of what is known if empty",
        json_schema_extra={"flag": "--to"},
    )


class DealsQuestion(BeliefsQuestion):
    """Which deals are signed, by which key, against which disagreement point."""

    disagreement: Point = shared.WITHOUT
    key: str = Field(default=USUAL_KEY, description="key of the division", max_length=100)


@dataclass(frozen=True)
class Signed:
    """The deals that parties sign by their own beliefs on a pair, and the shares at which each walks out."""

    span: Span
    beliefs: tuple[Belief, ...]
    deals: pd.DataFrame
    walkouts: pd.DataFrame
    facts: PlayerFacts

    @property
    def pair(self) -> Pair:
        """Whose share in whose PM2.5 is disputed."""
        return self.span.pair


def nations(pack: Pack) -> list[str]:
    """Return the codes of the nations."""
    return list(countries(pack))


def pair_asked(pack: Pack, players: list[str], question: BeliefsQuestion) -> tuple[str, str]:
    """Return source and receptor; raises AirshedError where they are the same, or no nation is named or plays."""
    known = nations(pack)
    playing = [code for code in players if code in known]
    source = question.source or next(iter(playing), "")
    receptor = question.receptor or next((code for code in playing if code != source), "")
    if not source or not receptor:
        raise AirshedError("deals-need-two-nations", known=", ".join(known))
    if source == receptor:
        raise AirshedError("cannot-source-receptor", source=source, known=", ".join(known))
    return source, receptor


def beliefs_asked(table: GameTable, pair: Pair, question: BeliefsQuestion) -> tuple[Belief, ...]:
    """Return what parties believe: as asked, else the ends of what studies found, each the end that suits it.

    Raises AirshedError for a party that is no player, and for a share that is not between 0 and 1.
    """
    responses = dict(_response(word) for word in question.response)
    if not question.beliefs:
        ends = {pair.source: pair.low, pair.receptor: pair.high}
        given = {party: share for party, share in ends.items() if party in table.players}
        given = given or {table.players[0]: pair.low, table.players[1]: pair.high}
    else:
        read = amounts(question.beliefs, "beliefs", signed=False)
        given = {party: amount.value / (100.0 if amount.percent else 1.0) for party, amount in read}
    for party, share in given.items():
        if not 0 < share < 1:
            raise AirshedError("share-not-between-0-1", share=f"{share:g}", party=party)
    for party in (*given, *responses):
        if party not in table.players:
            raise AirshedError("no-player", party=party, players=", ".join(table.players))
    parties = dict.fromkeys((*given, *responses))
    return tuple(
        Belief(party, pair.source, pair.receptor, given.get(party, pair.central), responses.get(party, ""))
        for party in parties
    )


def _response(word: str) -> tuple[str, str]:
    party, _, name = word.partition("=")
    if not party or not name:
        raise AirshedError("response-cannot-read", word=word)
    return party, name


def signed(ask: Ask, table: GameTable, players: list[str], asked: BeliefsQuestion, key: str, point: str) -> Signed:
    """Return the deals on a table; key, point : by which they are made.

    Raises AirshedError for an end of the range that may be a share or a percentage.
    """
    ends = {"--from": asked.lowest, "--to": asked.highest}
    for flag, end in ends.items():
        if end is not None and 0 < end < 1:
            raise AirshedError("may-share-percentage", flag=flag, end=f"{end:g}", percent=f"{PERCENT * end:g}")
    pair = pair_of(table, *pair_asked(ask.pack, players, asked))
    held = beliefs_asked(table, pair, asked)
    span = span_of(ask.pack, table, held, *(None if end is None else end / PERCENT for end in ends.values()))
    deals, walkouts = deals_table(ask.pack, table, held, key, point, asked.acted_on, span=span)
    return Signed(span, held, deals, walkouts, player_facts(table))


def asked_of(ask: Ask, question: DealsQuestion) -> Signed:
    """Return the deals that are asked."""
    players = shared.players_of(ask, question, MOST_LISTED)

    def make() -> Signed:
        table = shared.table_asked(ask, players, question)
        return signed(ask, table, players, question, question.key, question.disagreement)

    return ask.ask(("deals", tuple(players), question), make)


def believed_table(found: Signed) -> pd.DataFrame:
    """Return the beliefs as the command reads them: columns party, source, receptor, share, response."""
    rows = [(one.party, one.source, one.receptor, one.share, one.response) for one in found.beliefs]
    return pd.DataFrame.from_records(rows, columns=[*COLUMNS, "response"])


def deals(ask: Ask, words: Words, question: DealsQuestion) -> Content:
    """Return the deals that all sign by their own beliefs, and the shares at which each walks out."""
    _, pack, asked = words.translate, ask.pack, question
    found = asked_of(ask, asked)
    cells = shared.cells_of(words)
    columns = ("share", "player", "value", "signs", "all_sign", "transfer")
    shares = dict.fromkeys(("share", "believes", "lowest", "highest", "belief_low", "belief_high"), percent)
    signs = dict.fromkeys(("signs", "all_sign"), lambda told: _(str(told)))
    chart = deals_chart(found.deals, found.walkouts, pack, words.language, (found.pair.source, found.pair.receptor))
    title = _("Deals that are signed without agreeing on the share")
    told = signed_sentence(found, words)
    year = shared.year_of(pack, asked)
    key, point = key_name(asked.key, _), point_names(_)[asked.disagreement]
    caption = _("Division by {key}; without an agreement: {point}.").format(key=key, point=point)
    walk = ("player", "believes", "lowest", "highest", "belief_low", "belief_high")
    widen = _("no deal in this range is signed by all: ask for a wider range, or look who never signs")
    heads = {"lowest": _("signs from"), "highest": _("signs to")}
    return Content(
        title=title,
        sheets=(
            Sheet(
                "deals",
                _("What each deal is worth to each party, million USD of 2015 a year"),
                found.deals,
                columns,
                cells={**cells, **shares, **signs},
            ),
            Sheet("walkouts", _("Where each party walks out"), found.walkouts, walk, heads, {**cells, **shares}),
            Sheet(
                "beliefs",
                _("What the parties believe"),
                believed_table(found),
                ("party", "share", "response"),
                cells={"share": percent, "party": words.name},
            ),
        ),
        panels=(Panel(Figure("deals", chart, f"{title}. {told}", f"{told} {caption}"), "walkouts"),),
        equations=("measure-benefit", "believed-benefit", "coalition-worth", "transfers", "chander-tulkens"),
        sentences=(
            deals_sentence(found, year, asked, words),
            *([] if signable(found.deals) else [widen]),
            _range_sentence(found, words),
            *shared.caution_sentences(found.facts, words),
        ),
        links=shared.onward(asked, words, "deals", disagreement=asked.disagreement),
    )


def deals_sentence(found: Signed, year: int, asked: DealsQuestion, words: Words) -> str:
    """Return for which shares all sign in a year, and what is known of the share."""
    _, pair = words.translate, found.pair
    spans = signable(found.deals)
    said = (
        _(
            "In {year} all sign a deal that takes {ranges} of the man-made PM2.5 in {receptor} to come from {source} "
            "(what is known: {least} to {most}), {without}."
        )
        if spans
        else _(
            "In {year} no deal on the share of {source} in the man-made PM2.5 of {receptor} is signed by all (what is "
            "known: {least} to {most}), {without}."
        )
    )
    return said.format(
        year=year,
        ranges=spans_told(spans, words),
        source=words.short(pair.source),
        receptor=words.short(pair.receptor),
        least=percent(pair.low),
        most=percent(pair.high),
        without=without_deal(asked.disagreement, words, asked.acted_on),
    )


def spans_told(spans: Sequence[tuple[float, float]], words: Words) -> str:
    """Return ranges of shares as a sentence says them."""
    said = words.translate("{low} to {high}")
    return ", ".join(said.format(low=percent(low), high=percent(high)) for low, high in spans)


def signed_sentence(found: Signed, words: Words) -> str:
    """Return the ranges of shares for which all sign."""
    _ = words.translate
    source, receptor = words.name(found.pair.source), words.name(found.pair.receptor)
    spans = signable(found.deals)
    if not spans:
        return _("{source} in {receptor}: there is no deal that all sign.").format(source=source, receptor=receptor)
    told = ", ".join(f"{percent(low)} – {percent(high)}" for low, high in spans)
    said = _("{source} in {receptor}: all sign deals that take this share for true: {ranges}.")
    return said.format(source=source, receptor=receptor, ranges=told)


def _range_sentence(found: Signed, words: Words) -> str:
    """Return over which shares deals range, and what is known of the share."""
    span, pair = found.span, found.pair
    said = words.translate(
        "deals take {low} to {high} for true; calibrated: {central} ({least} to {most}), annual means of "
        "studies: {printed}"
    )
    printed = "–" if span.published is None else " – ".join(map(percent, span.published))
    numbers = {"low": span.low, "high": span.high, "central": pair.central, "least": pair.low, "most": pair.high}
    return said.format(printed=printed, **{name: percent(value) for name, value in numbers.items()})


def beliefs_file(ask: Ask, words: Words, question: DealsQuestion) -> bytes:
    """Return the beliefs as the CSV that the command reads."""
    return csv_text(believed_table(asked_of(ask, question))).encode()


FILES = {FILE: File("The beliefs as a table for the command", "text/csv; charset=utf-8", beliefs_file)}

ANSWER = Entry(
    title="Deals over beliefs",
    question=DealsQuestion,
    make=deals,
    choices=GAME | {"key": lambda pack: list(KEYS), "source": nations, "receptor": nations},
    files=FILES,
    folded={"Range of the deals": ("lowest", "highest"), **shared.FOLDED},
)
