"""What each pays to reach a target alone and together, beside the game of benefits."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, records
from airshed.answers.common import refuse_files, solved
from airshed.answers.game_words import GameAsked, members_named
from airshed.answers.together import _game as shared
from airshed.answers.together._game import GAME, MOST_FOR_TARGETS, GameQuestion, Point
from airshed.answers.words import Card, Figure, Words, target_name
from airshed.assessment.games.cooperate import SHAPLEY, bargains, shares_table
from airshed.assessment.games.names import point_names
from airshed.assessment.games.player_words import PlayerFacts, player_facts
from airshed.assessment.games.target_game import lowered_table, target_table, targets_together
from airshed.charts.cooperation import money_points
from airshed.pack.defaults import target_or_usual
from airshed.pack.spoken_numbers import money


class TargetsQuestion(GameQuestion):
    """Who plays, and which target each has to reach."""

    target: str = Field(
        default="", description="target: who-it1 to who-2021, national, or a number; the usual if empty", max_length=500
    )
    disagreement: Point = shared.WITHOUT


@dataclass(frozen=True)
class GamesBeside:
    """The game of targets, and the Shapley shares of the game of benefits beside it."""

    targets: pd.DataFrame
    lowered: pd.DataFrame
    beside: pd.DataFrame
    facts: PlayerFacts


def targets_asked(ask: Ask, players: list[str], question: TargetsQuestion) -> GamesBeside:
    """Return the target game, and both games side by side.

    beside : columns player, benefit_gain, benefit_transfer (of the game of benefits by Shapley, received if above 0),
        target_saving, target_transfer (of the game of targets by Shapley), unit
    """
    pack = ask.pack
    found = targets_together(pack, players, question.target, shared.year_of(pack, question), question.scenario)
    table = shared.table_asked(ask, players, question)
    bargain = bargains(table, [question.disagreement], question.acted_on)
    shares, _ = shares_table(pack, table, bargain, [SHAPLEY])
    rows = target_table(found)
    mine = rows[rows["key"] == SHAPLEY]
    beside = pd.DataFrame(
        {
            "player": players,
            "benefit_gain": shares["share"].to_numpy(),
            "benefit_transfer": shares["transfer"].to_numpy(),
            "target_saving": mine["saving"].to_numpy(),
            "target_transfer": mine["transfer"].to_numpy(),
            "unit": mine["unit"].to_numpy(),
        }
    )
    return GamesBeside(rows, lowered_table(found), beside, player_facts(table))


def targets(ask: Ask, words: Words, question: TargetsQuestion) -> Content:
    """Return the target game beside the game of benefits."""
    _ = words.translate
    asked = question.model_copy(update={"target": target_or_usual(ask.pack, question.target, "game_target")})
    refuse_files(ask, asked.target)
    players = shared.players_of(ask, asked, MOST_FOR_TARGETS)
    found = ask.ask(("targets", tuple(players), asked), lambda: solved(lambda: targets_asked(ask, players, asked)))
    cells = shared.cells_of(words)
    levels = dict.fromkeys(("target", "counted"), fixed(1))
    whole = dict.fromkeys(("benefit_gain", "benefit_transfer", "target_saving", "target_transfer"), shared.whole)
    columns = ("key", "player", "cost_alone", "cost_ground", "saving", "pays", "transfer", "blocking", "excess")
    benefit = _("{point}: {gain} a year are gained together")
    gain, saved = (float(found.beside[name].sum()) for name in ("benefit_gain", "target_saving"))
    alone = float(found.targets.loc[found.targets["key"] == SHAPLEY, "cost_alone"].sum())
    named = target_name(asked.target, words)
    of = GameAsked(players, shared.year_of(ask.pack, asked), asked.disagreement, asked.acted_on)
    sheets = [
        Sheet(
            "targets",
            _("Cost of targets alone and together, million USD of 2015 a year"),
            found.targets,
            columns,
            {"key": shared.heads_of(words)["key"]},
            cells,
            spare=("excess", "blocking", "cost_ground"),
        ),
        Sheet(
            "beside",
            _("The game of benefits and the game of targets, by Shapley"),
            found.beside,
            cells={**cells, **whole},
        ),
    ]
    sheets += (
        [Sheet("lowered", _("Targets lowered to what their player reaches alone"), found.lowered, cells=levels)]
        if len(found.lowered)
        else []
    )
    return Content(
        title=_("Targets together: what joining saves"),
        sheets=tuple(sheets),
        panels=(Panel(_beside_figure(found, asked, words), "beside"),),
        equations=("coalition-worth", "shapley", "nucleolus", "core-excess", "least-cost-plan"),
        sentences=(
            saving_sentence(of, named, alone, saved, len(found.lowered), words),
            benefit.format(point=point_names(_)[asked.disagreement], gain=money(gain, words.language)),
            *shared.caution_sentences(found.facts, words),
        ),
        cards=saving_cards(of, alone, saved, words),
        links=shared.onward(asked, words, "cooperation/targets", disagreement=asked.disagreement),
    )


def saving_sentence(of: GameAsked, target: str, alone: float, saving: float, lowered: int, words: Words) -> str:
    """Return what all pay to reach a target together and alone, million USD a year; lowered : targets that were."""
    _ = words.translate
    said = _(
        "To bring the cities of {who} to {target} in {year} costs {together} a year together, {alone} if each acts "
        "alone{lowered}."
    )
    less = _("; {count} targets are lowered to what can be reached alone") if lowered else ""
    return said.format(
        who=members_named(of.players, words),
        target=target,
        year=of.year,
        together=money(alone - saving, words.language),
        alone=money(alone, words.language),
        lowered=less.format(count=lowered),
    )


def saving_cards(of: GameAsked, alone: float, saving: float, words: Words) -> tuple[Card, ...]:
    """Return what reaching the target costs together and alone, and what joining saves, million USD a year."""
    _, year = words.translate, str(of.year)
    told = (
        (alone - saving, _("together, a year")),
        (alone, _("if each acts alone, a year")),
        (saving, _("saved by joining, a year")),
    )
    return tuple(Card(money(value, words.language), label, year) for value, label in told)


def _beside_figure(found: GamesBeside, asked: TargetsQuestion, words: Words) -> Figure:
    """Return what each player has of both games."""
    _ = words.translate
    kinds = {
        "benefit_gain": _("gain in the game of benefits"),
        "target_saving": _("saving in the game of targets"),
    }
    rows = pd.DataFrame(
        [
            {"label": words.short(row["player"]), "series": told, "value": row[name]}
            for row in records(found.beside)
            for name, told in kinds.items()
        ]
    )
    title = _("Two games beside each other, {target}").format(target=target_name(asked.target, words))
    chart = money_points(
        rows,
        series=list(kinds.values()),
        title=title,
        subtitle=_("Shapley shares; logarithmic axis on both sides of zero"),
        axis=_("million USD of 2015 a year"),
        apart=True,
    )
    caption = _("A game of targets needs no value of life; a game of benefits needs no targets.")
    return Figure("beside", chart, title, caption)


ANSWER = Entry(
    title="Targets together",
    question=TargetsQuestion,
    make=targets,
    choices=GAME,
    folded=shared.FOLDED,
    path="cooperation/targets",
)
