"""The page on deals that parties sign although they disagree on who affects whom."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from pydantic import Field

from airshed.assessment.games.beliefs import COLUMNS, Belief, Pair, deals_table, pair_of
from airshed.assessment.games.cooperate import CHANDER_TULKENS
from airshed.assessment.games.game import Table
from airshed.assessment.games.names import key_name, point_names
from airshed.assessment.plans.aims import amounts
from airshed.charts.cooperation import deals_chart, signable
from airshed.pack.codes import countries
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.report.words import Figure, Words
from airshed.web.desk import Desk
from airshed.web.forms import csv_of
from airshed.web.page import Content, File, Panel, Sheet
from airshed.web.pages import game as shared
from airshed.web.pages.game import MOST_LISTED, GameQuestion, Point

FILE = "beliefs.csv"
BELIEFS = "believed shares, as CHN=20% KOR=50%; the ends of what studies found if none"
DISPUTED = ("source", "receptor", "beliefs", "response")


class BeliefsQuestion(GameQuestion):
    """What parties believe on the share of one nation in the PM2.5 of another."""

    source: str | None = Field(default=None, description="nation whose share is disputed; the first player if empty")
    receptor: str | None = Field(default=None, description="nation whose PM2.5 it is; the second player if empty")
    beliefs: tuple[str, ...] = Field(default=(), description=BELIEFS, max_length=MOST_LISTED)
    response: tuple[str, ...] = Field(
        default=(), description="responses by which parties count deaths, as KOR=ier2015", max_length=MOST_LISTED
    )


class DealsQuestion(BeliefsQuestion):
    """Which deals are signed, by which key, against which disagreement point."""

    disagreement: Point = Field(default="current", description="what happens without an agreement")
    key: str = Field(default=CHANDER_TULKENS, description="key of the division", max_length=100)


@dataclass(frozen=True)
class Signed:
    """The deals that parties sign by their own beliefs on a pair, and the shares at which each walks out."""

    pair: Pair
    beliefs: tuple[Belief, ...]
    deals: pd.DataFrame
    walkouts: pd.DataFrame
    unvalued: list[str]
    borrowed: list[str]


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
        raise AirshedError("deals need two nations", f"name source and receptor, of {', '.join(known)}")
    if source == receptor:
        raise AirshedError(f"{source} cannot be source and receptor", f"name another receptor, of {', '.join(known)}")
    return source, receptor


def beliefs_asked(table: Table, pair: Pair, question: BeliefsQuestion) -> tuple[Belief, ...]:
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
            raise AirshedError(f"the share {share:g} of {party} is not between 0 and 1", "write 0.32 or 32%")
    for party in (*given, *responses):
        if party not in table.players:
            raise AirshedError(f"{party} is no player", f"use one of: {', '.join(table.players)}")
    parties = dict.fromkeys((*given, *responses))
    return tuple(
        Belief(party, pair.source, pair.receptor, given.get(party, pair.central), responses.get(party, ""))
        for party in parties
    )


def _response(word: str) -> tuple[str, str]:
    party, _, name = word.partition("=")
    if not party or not name:
        raise AirshedError(f"the response {word} cannot be read", "write PARTY=RESPONSE, as KOR=ier2015")
    return party, name


def signed(pack: Pack, table: Table, players: list[str], asked: BeliefsQuestion, key: str, point: str) -> Signed:
    """Return the deals on a table; key, point : by which they are made."""
    pair = pair_of(table, *pair_asked(pack, players, asked))
    held = beliefs_asked(table, pair, asked)
    deals, walkouts = deals_table(pack, table, held, key, point, asked.acted_on)
    return Signed(pair, held, deals, walkouts, table.unvalued, table.borrowed)


def asked_of(desk: Desk, question: DealsQuestion) -> tuple[list[str], Signed]:
    """Return the players and their deals."""
    pack = desk.pack
    players = shared.players_of(pack, question, MOST_LISTED)

    def make() -> Signed:
        table = shared.table_asked(pack, players, question)
        return signed(pack, table, players, question, question.key, question.disagreement)

    return players, desk.ask(("deals", tuple(players), question), make)


def believed_table(found: Signed) -> pd.DataFrame:
    """Return the beliefs as the command reads them: columns party, source, receptor, share, response."""
    rows = [(one.party, one.source, one.receptor, one.share, one.response) for one in found.beliefs]
    return pd.DataFrame.from_records(rows, columns=[*COLUMNS, "response"])


def deals(desk: Desk, words: Words, question: DealsQuestion) -> Content:
    """Return the deals that all sign by their own beliefs, and the shares at which each walks out."""
    _, pack, asked = words.translate, desk.pack, question
    players, found = asked_of(desk, asked)
    cells = shared.cells_of(words)
    columns = ("share", "player", "value", "signs", "all_sign", "transfer")
    shares = dict.fromkeys(("share", "believes", "lowest", "highest", "belief_low", "belief_high"), percent)
    signs = dict.fromkeys(("signs", "all_sign"), lambda told: _(str(told)))
    chart = deals_chart(found.deals, found.walkouts, pack, words.language, (found.pair.source, found.pair.receptor))
    title = _("Deals that are signed without agreeing on the share")
    told = signed_sentence(found, words)
    key, point = key_name(asked.key, _), point_names(_)[asked.disagreement]
    caption = _("Division by {key}; without an agreement: {point}.").format(key=key, point=point)
    walk = ("player", "believes", "lowest", "highest", "belief_low", "belief_high")
    more = ("--beliefs", f"deals.{FILE}", "--part", "deals", "--key", asked.key, "--disagreement", asked.disagreement)
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
        command=shared.command_of(pack, players, asked, *more),
        python=shared.python_of(
            pack,
            players,
            asked,
            "from airshed.assessment.games.beliefs import deals_table, read_beliefs",
            f"held = read_beliefs(pack, Path('deals.{FILE}'), table.players)",
            f"deals_table(pack, table, held, {asked.key!r}, {asked.disagreement!r}, {asked.acted_on:.15g})",
        ),
        sentences=(
            told,
            _range_sentence(found, words),
            *shared.caution_sentences(found.unvalued, [], words, found.borrowed, players),
        ),
        links=shared.onward(asked, words, "deals", disagreement=asked.disagreement),
    )


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
    """Return what the calibrated relation says of the share."""
    pair = found.pair
    said = words.translate("By the calibrated relation the share is {share} (5 to 95 %: {low} to {high}).")
    return said.format(share=percent(pair.central), low=percent(pair.low), high=percent(pair.high))


def beliefs_file(desk: Desk, words: Words, question: DealsQuestion) -> bytes:
    """Return the beliefs as the CSV that the command reads."""
    return csv_of(believed_table(asked_of(desk, question)[1]))


FILES = {FILE: File("The beliefs as a table for the command", "text/csv; charset=utf-8", beliefs_file)}
