"""The page on cooperation: what is gained together, how it may be divided, and who pays whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Panel, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import records
from airshed.answers.words import Figure, Words
from airshed.assessment.games.cooperate import NOTHING, bargains, game_table, shares_table, sweep_table
from airshed.assessment.games.game import CURRENT, LIMITED, LINEAR, NASH, Benefits, Table
from airshed.assessment.games.many_players import many_table, too_many
from airshed.assessment.games.names import point_names
from airshed.assessment.games.player_words import doubtful_sentences
from airshed.charts.cooperation import money_points, shares_chart, sweep_chart, transfers_chart
from airshed.pack.pack import Pack
from airshed.web.pages import game as shared
from airshed.web.pages.game import MOST, GameQuestion, Point

EQUATIONS = (
    *("measure-benefit", "coalition-worth", "shapley", "nucleolus", "chander-tulkens", "transfers"),
    *("gain-by-key", "cost-by-key", "free-riding"),
)
COLUMNS = (
    *("key", "player", "own_gain", "cooperation_gain", "share", "standard_error", "low", "high", "transfer"),
    *("probability", "free_ride", "stays", "blocking", "excess"),
)


class CooperationQuestion(GameQuestion):
    """Who plays, by which keys, against which disagreement point."""

    disagreement: Point = Field(default="nash", description="what happens without an agreement")
    key: tuple[str, ...] = Field(default=(), description="keys; all if none", max_length=20)
    benefits: Benefits = Field(
        default=LINEAR, description="benefits: linear around the baseline, or by the whole curve"
    )


@dataclass(frozen=True)
class Played:
    """The tables of a game: shares as the command prints them, gains of every disagreement point, the sweep."""

    shares: pd.DataFrame
    gains: pd.DataFrame
    sweep: pd.DataFrame
    left_out: list[str]
    unvalued: list[str]
    borrowed: list[str]
    sampled: bool


def many_players(desk: Ask, question: GameQuestion) -> list[str]:
    """Return the players, as many as are counted, or as can only be sampled."""
    return shared.players_of(desk, question, max(MOST, 2))


def played(pack: Pack, players: list[str], question: CooperationQuestion) -> Played:
    """Return the tables of a game."""
    table, keys = shared.table_asked(pack, players, question, question.benefits), list(question.key) or None
    point, acted_on = question.disagreement, question.acted_on
    sampled = too_many(table)
    if sampled:
        shares, left_out = many_table(pack, table, [point], acted_on, keys)
        gains = gains_of(table, acted_on)
    else:
        found = bargains(table, acted_on=acted_on)
        shares, left_out = shares_table(pack, table, {point: found[point]}, keys)
        gains = game_table(table, found)
    return Played(shares, gains, sweep_table(table), left_out, table.unvalued, table.borrowed, sampled)


def gains_of(table: Table, acted_on: float) -> pd.DataFrame:
    """Return what many players gain together at every disagreement point, by the sweep at its share."""
    rows = sweep_table(table, (1.0, 0.0, acted_on))
    rows = rows[rows["player"] == "all"].rename(columns={"cost": "cost_alone"})
    return rows.assign(disagreement=[NASH, CURRENT, LIMITED])[["disagreement", "gain", "cost_alone", "unit"]]


def payments_table(shares: pd.DataFrame) -> pd.DataFrame:
    """Return who pays whom by each key, as if all paid into one pot and each took its part of every payment.

    returns : columns disagreement, key, payer, receiver, amount (million USD of 2015 a year), unit
    """
    columns = ["disagreement", "key", "payer", "receiver", "amount", "unit"]
    rows = []
    for (point, key), part in shares.groupby(["disagreement", "key"], sort=False):
        gets = part["transfer"].clip(lower=0.0)
        whole = float(gets.sum())
        if whole <= NOTHING:
            continue
        for payer, paid in zip(part["player"], -part["transfer"], strict=True):
            for receiver, got in zip(part["player"], gets, strict=True):
                if paid > NOTHING and got > NOTHING:
                    rows.append((point, key, payer, receiver, paid * got / whole, part["unit"].iloc[0]))
    return pd.DataFrame.from_records(rows, columns=columns)


def cooperation(desk: Ask, words: Words, question: CooperationQuestion) -> Content:
    """Return the gain at each disagreement point, the shares by key, and who pays whom."""
    _, pack, asked = words.translate, desk.pack, question
    players = many_players(desk, asked)
    found = desk.ask(("cooperation", tuple(players), asked), lambda: played(pack, players, asked))
    year, cells, heads = shared.year_of(pack, asked), shared.cells_of(words), shared.heads_of(words)
    sampled = _("{count} players are too many to count all coalitions: Shapley shares are sampled")
    sentences = shared.gain_sentences(records(found.gains), _, asked.acted_on)
    sentences += [sampled.format(count=len(players))] if found.sampled else []
    key_words = asked_words(asked)
    keys = list(asked.key) or None
    lines = (
        "from airshed.assessment.games.many_players import many_table\n"
        f"many_table(pack, table, [{asked.disagreement!r}], {asked.acted_on:.15g}, {keys!r})"
        if found.sampled
        else "from airshed.assessment.games.cooperate import bargains, shares_table\n"
        f"found = bargains(table, [{asked.disagreement!r}], {asked.acted_on:.15g})\n"
        f"shares_table(pack, table, found, {keys!r})"
    )
    return Content(
        title=_("What cooperation gains, and who has how much of it"),
        sheets=(
            Sheet(
                "shares",
                _("Shares of the gain by key, million USD of 2015 a year"),
                found.shares,
                COLUMNS,
                heads,
                cells,
            ),
            Sheet("game", _("The gain under each disagreement point"), found.gains, _gain_columns(found), cells=cells),
            Sheet(
                "payments",
                _("Who pays whom by each key, as through one pot, million USD of 2015 a year"),
                payments_table(found.shares),
                ("key", "payer", "receiver", "amount"),
                heads,
                cells,
            ),
            Sheet("sweep", _("The gain over what each does alone"), found.sweep, cells=_sweep_cells(words)),
        ),
        panels=tuple(_panels(found, asked, year, words)),
        equations=EQUATIONS,
        command=shared.command_of(pack, players, asked, "--disagreement", asked.disagreement, *key_words),
        python=shared.python_of(pack, players, asked, lines, benefits=asked.benefits),
        sentences=(
            *sentences,
            *doubtful_sentences(found.shares, _, words.name),
            *shared.caution_sentences(found.unvalued, found.left_out, words, found.borrowed, players),
        ),
        links=shared.onward(asked, words, "cooperation", disagreement=asked.disagreement),
    )


def asked_words(question: CooperationQuestion) -> list[str]:
    """Return the options of the command that say the keys and the form of benefits."""
    form = ["--benefits", question.benefits] if question.benefits != LINEAR else []
    return [*(word for key in question.key for word in ("--key", key)), *form]


def _gain_columns(found: Played) -> tuple[str, ...]:
    shown = ("disagreement", "gain", *(["gain_linear"] if "gain_linear" in found.gains else ["gain_full"]))
    shown = (*shown, "gain_alone", "gain_cooperating", "cost_alone", "cost_together")
    return tuple(name for name in shown if name in found.gains)


def _sweep_cells(words: Words) -> dict[str, Callable[[Any], str]]:
    _ = words.translate
    cells = shared.cells_of(words)
    return {**cells, "player": lambda code: _("all together") if code == "all" else words.name(str(code))}


def _panels(found: Played, asked: CooperationQuestion, year: int, words: Words) -> list[Panel]:
    """Return the charts of the page; those on shares only where there is something to divide."""
    _ = words.translate
    point = point_names(_)[asked.disagreement]
    panels = [Panel(_gains_figure(found, year, words), "game")]
    if len(found.shares):
        said = _("Shares of the gain, {year}").format(year=year)
        caption = _("Which key is fair is for the players to say.")
        without = _("without an agreement: {point}").format(point=point)
        chart = shares_chart(found.shares, words.pack, words.language)
        panels.append(Panel(Figure("shares", chart, f"{said}, {without}", f"{without}. {caption}"), "shares"))
        said = _("Who pays whom, {year}").format(year=year)
        caption = _("Payments add to zero for each key.")
        chart = transfers_chart(found.shares, words.pack, words.language)
        panels.append(Panel(Figure("transfers", chart, f"{said}, {without}", f"{without}. {caption}"), "payments"))
    chart = sweep_chart(found.sweep, words.pack, words.language)
    said = _("The gain over the share of its own benefit that each acts on, {year}").format(year=year)
    caption = _("The more each does for itself, the less is left to gain together.")
    return [*panels, Panel(Figure("sweep", chart, said, caption), "sweep")]


def _gains_figure(found: Played, year: int, words: Words) -> Figure:
    """Return what is gained together at the three disagreement points, side by side."""
    _ = words.translate
    points = point_names(_)
    linear = "gain_linear" in found.gains
    kinds = {
        "gain_linear" if linear else "gain": _("linear around the baseline"),
        "gain" if linear else "gain_full": _("by the curve of deaths"),
    }
    shown = found.gains.sort_values("gain", ascending=False, kind="stable")
    rows = pd.DataFrame(
        [
            {"label": points[row["disagreement"]], "series": told, "value": row[name]}
            for row in records(shown)
            for name, told in kinds.items()
            if name in row
        ]
    )
    title = _("What is gained together, by what happens without an agreement, {year}").format(year=year)
    chart = money_points(
        rows,
        series=list(dict.fromkeys(rows["series"])),
        title=title,
        subtitle=_("logarithmic axis on both sides of zero"),
        axis=_("million USD of 2015 a year"),
    )
    return Figure("gains", chart, title, _("A gain is counted from what all would do without an agreement."))
