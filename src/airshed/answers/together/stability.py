"""Who would leave an agreement, which coalition could do better, and what would keep all in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from airshed.answers.answer import Content, Entry, Panel, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import records
from airshed.answers.game_words import GameAsked, holding_cards, leaving_sentence
from airshed.answers.together import _game as shared
from airshed.answers.together._game import MOST_LISTED
from airshed.answers.together.cooperation import CHOICES, CooperationQuestion
from airshed.answers.words import Figure, Words
from airshed.assessment.games.cooperate import (
    NOTHING,
    USUAL_KEY,
    Bargain,
    bargains,
    coalition_table,
    game_table,
    shares_by,
    shares_table,
)
from airshed.assessment.games.deal import leaving_table
from airshed.assessment.games.game import DISAGREEMENTS
from airshed.assessment.games.keys import LeftOut
from airshed.assessment.games.names import key_name, point_names
from airshed.assessment.games.payments import stability_table
from airshed.assessment.games.player_words import PlayerFacts, player_facts
from airshed.charts.cooperation import money_points
from airshed.pack.spoken_numbers import money

GAME_COLUMNS = (
    *(
        "disagreement",
        "gain",
        "gain_alone",
        "gain_cooperating",
        "convex",
        "superadditive",
        "core_empty",
        "least_core",
        "shapley_in_core",
    ),
    *("largest_stable", "stable_shapley", "fund", "loses_by_joining", "core_blocked", "core_nearest", "core_fund"),
)
CURVED = ("gain_linear", "starts_agree", "equilibrium_unique")
"""Columns of a game by the curve of deaths."""


SPARE = (
    *("unit", "least_core", "shapley_in_core", "convex", "superadditive", "loses_by_joining", "core_blocked"),
    *("core_nearest", "core_fund", "gain_full", "cost_alone", "cost_together", "stable_shapley", "benefits"),
    *("starts_agree", "equilibrium_unique", "gain_linear", "fund", "gain_alone", "externally_stable", "surplus"),
)
"""Columns that a narrow screen does without, the first first."""


@dataclass(frozen=True)
class Held:
    """What holds: the kind of game, every coalition where they are few, what each key does, who gains by leaving."""

    game: pd.DataFrame
    coalitions: pd.DataFrame
    keys: pd.DataFrame
    leaving: pd.DataFrame
    key: str
    left_out: list[LeftOut]
    facts: PlayerFacts


def held(ask: Ask, question: CooperationQuestion, points: Sequence[str] | None = None) -> Held:
    """Return what holds; who gains by leaving is of the first key that is asked, else of the usual or a solved one.

    points : of which all coalitions are told however many players there are, with the kind of game at each; the one of
    the question if none, with the kind of game at all
    """
    players, asked = shared.players_of(ask, question), question

    def make() -> Held:
        table = shared.table_asked(ask, players, asked, asked.benefits)
        found = bargains(table, list(points or DISAGREEMENTS), asked.acted_on)
        chosen = {point: found[point] for point in points or (asked.disagreement,)}
        first: dict[str, Bargain] = {asked.disagreement: found[asked.disagreement]}
        shares, left_out = shares_table(ask.pack, table, first, list(asked.key) or None)
        solved = list(dict.fromkeys(shares["key"]))
        usual = USUAL_KEY if USUAL_KEY in solved else next(iter(solved), USUAL_KEY)
        key = asked.key[0] if asked.key else usual
        bargain = found[asked.disagreement]
        few = points is not None or len(players) <= MOST_LISTED
        return Held(
            game=game_table(table, found),
            coalitions=coalition_table(table, chosen) if few else pd.DataFrame(),
            keys=stability_table(shares),
            leaving=leaving_table(table, bargain, shares_by(ask.pack, table, bargain, key)),
            key=key,
            left_out=left_out,
            facts=player_facts(table),
        )

    return ask.ask(("stability", tuple(players), asked, tuple(points or ())), make)


def stability(ask: Ask, words: Words, question: CooperationQuestion) -> Content:
    """Return the kind of game, who would leave by each key, and every coalition."""
    return stability_told(words, question, held(ask, question), shared.year_of(ask.pack, question))


def stability_told(words: Words, question: CooperationQuestion, found: Held, year: int) -> Content:
    """Return what holds, and who would leave, as it was found."""
    _, asked = words.translate, question
    cells, heads, point = shared.cells_of(words), shared.heads_of(words), point_names(_)[asked.disagreement]
    without = _("without an agreement: {point}").format(point=point)
    row = next(row for row in records(found.game) if row["disagreement"] == asked.disagreement)
    of = GameAsked(found.facts.players, year, asked.disagreement, asked.acted_on)
    sheets = [
        Sheet("game", _("What kind of game it is"), found.game, _game_columns(found), cells=cells, spare=SPARE),
        Sheet(
            "leaving",
            _("If one leaves and the others agree without it, {key}").format(key=key_name(found.key, _)),
            found.leaving,
            ("player", "share", "free_ride", "gain_by_leaving", "loss", "worth", "loses", "rides_free"),
            heads,
            cells,
        ),
        Sheet(
            "keys",
            _("Who would leave, by key"),
            found.keys,
            ("key", "would_leave", "blocking", "excess"),
            heads,
            cells,
        ),
    ]
    if len(found.coalitions):
        columns = (
            *(("disagreement",) if found.coalitions["disagreement"].nunique() > 1 else ()),
            "coalition",
            "size",
            "worth",
            "surplus",
            *(f"{kind}_stable" for kind in ("potentially", "internally", "externally")),
        )
        sheets.append(
            Sheet(
                "coalitions", _("Every coalition of two or more"), found.coalitions, columns, cells=cells, spare=SPARE
            )
        )
    few = _("All coalitions are listed for {count} players at most.").format(count=MOST_LISTED)
    return Content(
        title=_("What holds, and who would leave"),
        sheets=tuple(sheets),
        panels=(Panel(_leaving_figure(found, without, words), "leaving"),),
        equations=("coalition-worth", "core-excess", "free-riding", "transfers"),
        sentences=(
            leaving_sentence(found.leaving, row, found.key, of, words),
            *_stability_sentences(found, row, words),
            *([] if len(found.coalitions) else [few]),
            *shared.caution_sentences(found.facts, words, found.left_out),
        ),
        cards=holding_cards(found.leaving, row, of, words),
        links=shared.onward(asked, words, "cooperation/stability", disagreement=asked.disagreement),
    )


def _game_columns(found: Held) -> tuple[str, ...]:
    """Return the columns of the game that say something in it."""
    return (*GAME_COLUMNS, *(name for name in CURVED if name in found.game))


def _stability_sentences(found: Held, row: dict[str, Any], words: Words) -> list[str]:
    """Return what could hold, and what kind of game is played; row : of the game at the chosen disagreement point."""
    _ = words.translate
    told, said = shared.braces(words), []
    if row["largest_stable"]:
        largest = _("Largest coalition that some division of the gain can hold together: {coalition}.")
        said.append(largest.format(coalition=told(row["largest_stable"])))
    if row["fund"] > NOTHING:
        fund = _("{fund} a year from outside would keep all in, however the gain is divided.")
        said.append(fund.format(fund=money(row["fund"], words.language)))
    if row["core_empty"] != "yes":
        said.append(
            _("Some divisions leave no coalition better off by itself (in game theory: the core is not empty).")
        )
    return [*said, *(kind for one in records(found.game) for kind in shared.kind_sentences(one, words))]


def _leaving_figure(found: Held, without: str, words: Words) -> Figure:
    """Return what each has in the deal, beside what it would have by riding free."""
    _ = words.translate
    kinds = {"share": _("its gain in the deal"), "free_ride": _("it gains by riding free")}
    rows = pd.DataFrame(
        [
            {"label": words.short(row["player"]), "series": told, "value": row[name]}
            for row in records(found.leaving)
            for name, told in kinds.items()
        ]
    )
    title = _("To stay or to ride free, {key}").format(key=key_name(found.key, _))
    chart = money_points(
        rows, series=list(kinds.values()), title=title, subtitle=without, axis=_("million USD of 2015 a year")
    )
    return Figure("leaving", chart, title, _("Who gains more by riding free has a reason to leave."))


ANSWER = Entry(
    title="What holds",
    question=CooperationQuestion,
    make=stability,
    choices=CHOICES,
    folded=shared.FOLDED,
    path="cooperation/stability",
)
