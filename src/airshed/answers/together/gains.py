"""What is gained together, by what would be without an agreement, and by how much each does for itself anyway."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import records
from airshed.answers.game_words import GameAsked, worth_cards, worth_sentence
from airshed.answers.together import _game as shared
from airshed.answers.together._game import GAME, MOST, GameQuestion
from airshed.answers.words import Figure, Words
from airshed.assessment.games.cooperate import Bargain, bargains, game_table, sweep_table
from airshed.assessment.games.game import DISAGREEMENTS, LINEAR, USUAL_POINT, Benefits, GameTable
from airshed.assessment.games.many_players import too_many
from airshed.assessment.games.names import point_names
from airshed.assessment.games.payments import gains_of
from airshed.assessment.games.player_words import PlayerFacts, player_facts
from airshed.charts.cooperation import money_points, sweep_chart
from airshed.charts.marks import flat


class GainsQuestion(GameQuestion):
    """Who plays, and how benefits are counted."""

    benefits: Benefits = Field(
        default=LINEAR, description="benefits: linear around the baseline, or by the whole curve"
    )


@dataclass(frozen=True)
class Gained:
    """What is gained at every disagreement point, and over the share of its own benefit that each acts on.

    sampled : whether the players are too many to count all coalitions
    """

    gains: pd.DataFrame
    sweep: pd.DataFrame
    facts: PlayerFacts
    sampled: bool


def gained(
    table: GameTable, acted_on: float, points: Sequence[str] = DISAGREEMENTS, found: dict[str, Bargain] | None = None
) -> Gained:
    """Return what is gained on a table; found : its bargains, where they are known already."""
    sampled = too_many(table)
    if sampled:
        rows = gains_of(table, acted_on)
        gains = rows[rows["disagreement"].isin(list(points))]
    else:
        gains = game_table(table, found if found is not None else bargains(table, points, acted_on))
    return Gained(gains, sweep_table(table), player_facts(table), sampled)


def gains(ask: Ask, words: Words, question: GainsQuestion) -> Content:
    """Return the gain at each disagreement point, and over what each does alone."""
    _, asked = words.translate, question
    players = shared.players_of(ask, asked, MOST)

    def make() -> Gained:
        return gained(shared.table_asked(ask, players, asked, asked.benefits), asked.acted_on)

    found = ask.ask(("gains", tuple(players), asked), make)
    year = shared.year_of(ask.pack, asked)
    rows, of = records(found.gains), GameAsked(players, year, USUAL_POINT, asked.acted_on)
    return Content(
        title=_("What is gained together, {year}").format(year=year),
        sheets=(gains_sheet(found, words), sweep_sheet(found, words)),
        panels=tuple(panel for panel in (gains_panel(found, year, words), sweep_panel(found, year, words)) if panel),
        equations=("measure-benefit", "coalition-worth"),
        sentences=(
            worth_sentence(rows, of, words),
            *gain_sentences(found, words, asked.acted_on),
            *shared.caution_sentences(found.facts, words),
        ),
        cards=worth_cards(rows, of, words),
        links=shared.onward(asked, words, "gains"),
    )


def gain_sentences(found: Gained, words: Words, acted_on: float) -> list[str]:
    """Return what is gained at each disagreement point, and whether shares can only be sampled."""
    said = shared.gain_sentences(records(found.gains), words, acted_on)
    if _hardly_moves(found):
        said.append(words.translate("The gain stays within 2 %, whatever share of its own benefit each acts on."))
    if not found.sampled:
        return said
    sampled = words.translate("{count} players are too many to count all coalitions: Shapley shares are sampled")
    return [*said, sampled.format(count=len(found.facts.players))]


def _hardly_moves(found: Gained) -> bool:
    """Return whether what all gain together is the same over the sweep."""
    return flat(found.sweep[found.sweep["player"] == "all"], "player", "gain")


def gains_sheet(found: Gained, words: Words) -> Sheet:
    """Return the table of gains by disagreement point."""
    shown = ("disagreement", "gain", "gain_linear" if "gain_linear" in found.gains else "gain_full")
    columns = (*shown, "gain_alone", "gain_cooperating", "cost_alone", "cost_together")
    title = words.translate("The gain under each disagreement point")
    return Sheet("game", title, found.gains, columns, cells=shared.cells_of(words))


def sweep_sheet(found: Gained, words: Words) -> Sheet:
    """Return the table of gains over the share of its own benefit that each acts on."""
    _ = words.translate
    cells: dict[str, Callable[[Any], str]] = {
        **shared.cells_of(words),
        "player": lambda code: _("all together") if code == "all" else words.name(str(code)),
    }
    return Sheet("sweep", _("The gain over what each does alone"), found.sweep, cells=cells)


def sweep_panel(found: Gained, year: int, words: Words) -> Panel | None:
    """Return the chart of gains over the share of its own benefit that each acts on; None where they hardly change."""
    _ = words.translate
    if _hardly_moves(found):
        return None
    chart = sweep_chart(found.sweep, words.pack, words.language)
    said = _("The gain over the share of its own benefit that each acts on, {year}").format(year=year)
    caption = _("The more each does for itself, the less is left to gain together.")
    return Panel(Figure("sweep", chart, said, caption), "sweep")


def gains_panel(found: Gained, year: int, words: Words) -> Panel:
    """Return what is gained together at the disagreement points, side by side."""
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
        apart=True,
    )
    caption = _("A gain is counted from what all would do without an agreement.")
    return Panel(Figure("gains", chart, title, caption), "game")


ANSWER = Entry(
    title="What is gained",
    question=GainsQuestion,
    make=gains,
    choices=GAME,
    folded=shared.FOLDED,
)
