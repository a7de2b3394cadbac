"""What is gained together, who has how much of it by which key, and who pays whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import records
from airshed.answers.game_words import GameAsked, without_deal, worth_cards, worth_sentence
from airshed.answers.together import _game as shared
from airshed.answers.together._game import GAME, MOST, GameQuestion, Point
from airshed.answers.together.gains import (
    Gained,
    gain_sentences,
    gained,
    gains_panel,
    gains_sheet,
    sweep_panel,
    sweep_sheet,
)
from airshed.answers.words import Figure, Words
from airshed.assessment.games.cooperate import KEYS, USUAL_KEY, bargains, shares_table
from airshed.assessment.games.game import DISAGREEMENTS, LINEAR, Benefits
from airshed.assessment.games.keys import LeftOut
from airshed.assessment.games.many_players import many_table, too_many
from airshed.assessment.games.names import key_name
from airshed.assessment.games.payments import payments_table
from airshed.assessment.games.player_words import doubtful_sentences
from airshed.charts.cooperation import shares_chart, transfers_chart

EQUATIONS = (
    *("measure-benefit", "coalition-worth", "shapley", "nucleolus", "chander-tulkens", "transfers"),
    *("gain-by-key", "cost-by-key", "free-riding"),
)
COLUMNS = (
    *("key", "player", "own_gain", "cooperation_gain", "share", "standard_error", "low", "high", "transfer"),
    *("probability", "free_ride", "stays", "blocking", "excess"),
)
SPARE = (
    *("excess", "blocking", "standard_error", "probability", "own_gain", "free_ride", "cooperation_gain"),
    *("low", "high"),
)
"""Columns that a narrow screen does without, the first first: who has what, pays what and stays is kept."""


class CooperationQuestion(GameQuestion):
    """Who plays, by which keys, against which disagreement point."""

    disagreement: Point = shared.WITHOUT
    key: tuple[str, ...] = Field(default=(), description="keys; all if none", max_length=20)
    benefits: Benefits = Field(
        default=LINEAR, description="benefits: linear around the baseline, or by the whole curve"
    )


CHOICES = GAME | {"key": lambda pack: list(KEYS)}


@dataclass(frozen=True)
class Divided:
    """What is gained, and the shares of it by key; left_out : keys that could not be answered, and why."""

    gained: Gained
    shares: pd.DataFrame
    left_out: list[LeftOut]


def divided(
    ask: Ask,
    question: CooperationQuestion,
    points: Sequence[str] | None = None,
    exact: bool = False,
) -> Divided:
    """Return the gain and its shares, as the game is counted or, of many players, sampled.

    points : at which it is divided, the one of the question if none, with the gain at all of them; exact : count all
    coalitions of many players
    """
    players, asked = shared.players_of(ask, question, MOST), question
    shown, told = points or (asked.disagreement,), points or DISAGREEMENTS
    keys, acted_on = list(asked.key) or None, asked.acted_on

    def make() -> Divided:
        table = shared.table_asked(ask, players, asked, asked.benefits)
        if too_many(table, exact):
            shares, left_out = many_table(ask.pack, table, list(shown), acted_on, keys)
            return Divided(gained(table, acted_on, told), shares, left_out)
        found = bargains(table, list(told), acted_on)
        shares, left_out = shares_table(ask.pack, table, {point: found[point] for point in shown}, keys)
        return Divided(gained(table, acted_on, told, found), shares, left_out)

    return ask.ask(("cooperation", tuple(players), asked, tuple(points or ()), exact), make)


def cooperation(ask: Ask, words: Words, question: CooperationQuestion) -> Content:
    """Return the gain at each disagreement point, the shares by key, and who pays whom."""
    return cooperation_told(ask, words, question, divided(ask, question))


def cooperation_told(ask: Ask, words: Words, question: CooperationQuestion, found: Divided) -> Content:
    """Return what cooperation gains and how it may be divided, as it was found."""
    _, asked, year = words.translate, question, shared.year_of(ask.pack, question)
    rows = records(found.gained.gains)
    of = GameAsked(found.gained.facts.players, year, point_of(asked, rows), asked.acted_on)
    several = found.shares["disagreement"].nunique() > 1 if len(found.shares) else False
    columns = (*(("disagreement",) if several else ()), *COLUMNS)
    swept = sweep_panel(found.gained, year, words)
    return Content(
        title=_("What cooperation gains, and who has how much of it"),
        sheets=(
            Sheet(
                "shares",
                _("Shares of the gain by key, million USD of 2015 a year"),
                found.shares,
                columns,
                shared.heads_of(words),
                shared.cells_of(words),
                spare=SPARE,
                brief=one_key(found.shares, asked.key),
            ),
            gains_sheet(found.gained, words),
            payments_sheet(found, asked, words),
            sweep_sheet(found.gained, words),
        ),
        panels=(
            gains_panel(found.gained, year, words),
            *([_shares_panel(found, asked, year, words)] if len(found.shares) else []),
            *([payments_panel(found, asked, year, words)] if len(found.shares) else []),
            *([swept] if swept else []),
        ),
        equations=EQUATIONS,
        sentences=(
            worth_sentence(rows, of, words),
            *keys_sentences(found.shares, asked.key, words),
            *gain_sentences(found.gained, words, asked.acted_on),
            *cautions(found, asked, words),
        ),
        cards=worth_cards(rows, of, words),
        links=shared.onward(asked, words, "cooperation", disagreement=asked.disagreement),
    )


def cautions(found: Divided, asked: CooperationQuestion, words: Words) -> list[str]:
    """Return what is not as usual in the game, who stays though a loss is likelier, and what is said of players."""
    points = set(found.shares["disagreement"]) | {asked.disagreement} if len(found.shares) else {asked.disagreement}
    rows = [row for row in records(found.gained.gains) if "core_empty" in row and row["disagreement"] in points]
    return [
        *(said for row in rows for said in shared.kind_sentences(row, words)),
        *doubtful_sentences(found.shares, words.translate, words.name),
        *shared.caution_sentences(found.gained.facts, words, found.left_out),
    ]


def point_of(asked: CooperationQuestion, rows: Sequence[dict[str, Any]]) -> str:
    """Return the disagreement point that is told: the one of the question, else the first that was counted."""
    held = [str(row["disagreement"]) for row in rows]
    return asked.disagreement if asked.disagreement in held else held[0]


def usual_key(shares: pd.DataFrame, keys: Sequence[str]) -> str:
    """Return the key that is told: the first that is asked, else the usual one, else the first that has a solution."""
    held = list(dict.fromkeys(map(str, shares["key"]))) if len(shares) else []
    wanted = [*keys, USUAL_KEY, *held]
    return next((key for key in wanted if key in held), USUAL_KEY)


def one_key(shares: pd.DataFrame, keys: Sequence[str]) -> Callable[[pd.DataFrame], pd.DataFrame] | None:
    """Return what keeps the rows of one key, where none is asked."""
    key = usual_key(shares, keys)
    return None if keys else lambda rows: rows[rows["key"] == key] if len(rows) else rows


def keys_sentences(shares: pd.DataFrame, keys: Sequence[str], words: Words) -> list[str]:
    """Return which key the table shows, and how many there are to ask for."""
    held = shares["key"].nunique() if len(shares) else 0
    if keys or held < 2:
        return []
    _ = words.translate
    said = _("the table divides the gain by the key {key}; {count} other keys can be asked for")
    return [said.format(key=key_name(usual_key(shares, keys), _), count=held - 1)]


def payments_sheet(found: Divided, asked: CooperationQuestion, words: Words) -> Sheet:
    """Return the table of who pays whom."""
    return Sheet(
        "payments",
        words.translate("Who pays whom by each key, as through one pot, million USD of 2015 a year"),
        payments_table(found.shares),
        ("key", "payer", "receiver", "amount"),
        shared.heads_of(words),
        shared.cells_of(words),
        brief=one_key(found.shares, asked.key),
    )


def payments_panel(found: Divided, asked: CooperationQuestion, year: int, words: Words) -> Panel:
    """Return the chart of who pays and who receives."""
    _ = words.translate
    shown = _drawn(found, asked)
    chart = transfers_chart(shown, words.pack, words.language, _clause(shown, asked, words))
    said = _("Who pays whom, {year}").format(year=year)
    caption = _("Payments add to zero for each key.")
    return Panel(_figure("transfers", chart, said, caption, asked, words), "payments")


def _shares_panel(found: Divided, asked: CooperationQuestion, year: int, words: Words) -> Panel:
    _ = words.translate
    shown = _drawn(found, asked)
    chart = shares_chart(shown, words.pack, words.language, _clause(shown, asked, words))
    said = _("Shares of the gain, {year}").format(year=year)
    caption = _("Which key is fair is for the players to say.")
    return Panel(_figure("shares", chart, said, caption, asked, words), "shares")


def _figure(name: str, chart: object, said: str, caption: str, asked: CooperationQuestion, words: Words) -> Figure:
    clause = without_deal(asked.disagreement, words, asked.acted_on)
    return Figure(name, chart, f"{said}, {clause}", caption)


def _drawn(found: Divided, asked: CooperationQuestion) -> pd.DataFrame:
    """Return the shares that charts draw, as the tables show them: of one key where none is asked."""
    keep = one_key(found.shares, asked.key)
    return found.shares if keep is None else keep(found.shares)


def _clause(shown: pd.DataFrame, asked: CooperationQuestion, words: Words) -> str:
    """Return what is taken to happen without a deal, where a chart is of one such assumption."""
    several = shown["disagreement"].nunique() > 1
    return "" if several else without_deal(str(shown["disagreement"].iloc[0]), words, asked.acted_on)


ANSWER = Entry(
    title="Cooperation",
    question=CooperationQuestion,
    make=cooperation,
    choices=CHOICES,
    folded=shared.FOLDED,
)
