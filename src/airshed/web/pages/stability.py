"""The pages on what holds: the kind of game, who would leave, all coalitions; and the game of targets beside it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from pydantic import Field

from airshed.assessment.games.cooperate import (
    SHAPLEY,
    Bargain,
    bargains,
    coalition_table,
    game_table,
    shares_by,
    shares_table,
)
from airshed.assessment.games.deal import leaving_table
from airshed.assessment.games.names import key_name, point_names
from airshed.assessment.games.target_game import lowered_table, target_table, targets_together
from airshed.charts.cooperation import money_points
from airshed.pack.defaults import target_or_usual
from airshed.pack.pack import Pack
from airshed.report.cells import fixed, records
from airshed.report.words import Figure, Words, target_name
from airshed.web.desk import Desk
from airshed.web.page import Content, Panel, Sheet
from airshed.web.pages import game as shared
from airshed.web.pages.deal import CooperationQuestion, asked_words
from airshed.web.pages.game import MOST_FOR_TARGETS, MOST_LISTED, GameQuestion, Point
from airshed.web.pages.strategy import refuse_files, solved

"""The target of the command that asks for the target game."""
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


class TargetsQuestion(GameQuestion):
    """Who plays, and which target each has to reach."""

    target: str = Field(
        default="", description="target: who-it1 to who-2021, national, or a number; the usual if empty", max_length=20
    )
    disagreement: Point = Field(default="nash", description="what happens without an agreement")


@dataclass(frozen=True)
class Held:
    """What holds: the kind of game, every coalition where they are few, what each key does, who gains by leaving."""

    game: pd.DataFrame
    coalitions: pd.DataFrame
    keys: pd.DataFrame
    leaving: pd.DataFrame
    key: str
    left_out: list[str]
    unvalued: list[str]
    borrowed: list[str]


def held(pack: Pack, players: list[str], question: CooperationQuestion) -> Held:
    """Return what holds; who gains by leaving is of the first key that is asked, else of the Shapley value."""
    table = shared.table_asked(pack, players, question, question.benefits)
    found = bargains(table, acted_on=question.acted_on)
    chosen: dict[str, Bargain] = {question.disagreement: found[question.disagreement]}
    shares, left_out = shares_table(pack, table, chosen, list(question.key) or None)
    key = question.key[0] if question.key else SHAPLEY
    few = len(players) <= MOST_LISTED
    bargain = found[question.disagreement]
    return Held(
        game=game_table(table, found),
        coalitions=coalition_table(table, chosen) if few else pd.DataFrame(),
        keys=stability_table(shares),
        leaving=leaving_table(table, bargain, shares_by(pack, table, bargain, key)),
        key=key,
        left_out=left_out,
        unvalued=table.unvalued,
        borrowed=table.borrowed,
    )


def stability_table(shares: pd.DataFrame) -> pd.DataFrame:
    """Return for each key who would leave, and the coalition that could do better by itself.

    returns : columns disagreement, key, would_leave (players that lose, or gain more by riding free), blocking, excess
        (million USD a year that the blocking coalition would have more), unit
    """
    rows = []
    for (point, key), part in shares.groupby(["disagreement", "key"], sort=False):
        leave = ", ".join(part.loc[part["stays"] == "no", "player"])
        first = part.iloc[0]
        rows.append((point, key, f"{{{leave}}}" if leave else "", first["blocking"], first["excess"], first["unit"]))
    columns = ["disagreement", "key", "would_leave", "blocking", "excess", "unit"]
    return pd.DataFrame.from_records(rows, columns=columns)


def stability(desk: Desk, words: Words, question: CooperationQuestion) -> Content:
    """Return the kind of game, who would leave by each key, and every coalition."""
    _, pack, asked = words.translate, desk.pack, question
    players = shared.players_of(pack, asked)
    found = desk.ask(("stability", tuple(players), asked), lambda: held(pack, players, asked))
    cells, heads, point = shared.cells_of(words), shared.heads_of(words), point_names(_)[asked.disagreement]
    without = _("without an agreement: {point}").format(point=point)
    sheets = [
        Sheet("game", _("What kind of game it is"), found.game, _game_columns(found), cells=cells),
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
            "coalition",
            "size",
            "worth",
            "surplus",
            *(f"{kind}_stable" for kind in ("potentially", "internally", "externally")),
        )
        sheets.append(Sheet("coalitions", _("Every coalition of two or more"), found.coalitions, columns, cells=cells))
    few = _("All coalitions are listed for {count} players at most.").format(count=MOST_LISTED)
    return Content(
        title=_("What holds, and who would leave"),
        sheets=tuple(sheets),
        panels=(Panel(_leaving_figure(found, without, words), "leaving"),),
        equations=("coalition-worth", "core-excess", "free-riding", "transfers"),
        command=shared.command_of(pack, players, asked, "--part", "game", *asked_words(asked)),
        python=shared.python_of(
            pack,
            players,
            asked,
            "from airshed.assessment.games.cooperate import bargains, coalition_table, game_table",
            f"found = bargains(table, acted_on={asked.acted_on:.15g})",
            "game_table(table, found)",
            "coalition_table(table, found)",
            benefits=asked.benefits,
        ),
        sentences=(
            *_stability_sentences(found, asked, words),
            *([] if len(found.coalitions) else [few]),
            *shared.caution_sentences(found.unvalued, found.left_out, words, found.borrowed, players),
        ),
        links=shared.onward(asked, words, "cooperation/stability", disagreement=asked.disagreement),
    )


def _game_columns(found: Held) -> tuple[str, ...]:
    """Return the columns of the game that say something in it."""
    return (*GAME_COLUMNS, *(name for name in CURVED if name in found.game))


def _stability_sentences(found: Held, asked: CooperationQuestion, words: Words) -> list[str]:
    """Return what kind of game is played at the chosen disagreement point."""
    _ = words.translate
    row = next(row for row in records(found.game) if row["disagreement"] == asked.disagreement)
    told = shared.braces(words)
    said = [
        _("{point}: {gain} million USD of 2015 a year are gained together").format(
            point=point_names(_)[asked.disagreement], gain=f"{row['gain']:,.0f}"
        )
    ]
    if row["core_empty"] == "yes":
        least = _("No division satisfies all coalitions: some coalition lacks {excess} million USD a year at least.")
        said.append(least.format(excess=f"{row['least_core']:,.0f}"))
        mend = _(
            "{fund} million USD a year from outside would satisfy all; without it, the nearest division is {nearest}."
        )
        said.append(mend.format(fund=f"{row['core_fund']:,.0f}", nearest=row["core_nearest"]))
    else:
        said.append(_("Some divisions satisfy all coalitions: the core is not empty."))
    if row["largest_stable"]:
        largest = _("Largest coalition that some division of the gain can hold together: {coalition}.")
        said.append(largest.format(coalition=told(row["largest_stable"])))
    fund = _("A fund of {fund} million USD a year would keep all in with Shapley shares.")
    return [*said, fund.format(fund=f"{row['fund']:,.0f}")]


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


@dataclass(frozen=True)
class Beside:
    """The game of targets, and the Shapley shares of the game of benefits beside it."""

    targets: pd.DataFrame
    lowered: pd.DataFrame
    beside: pd.DataFrame
    unvalued: list[str]
    borrowed: list[str]


def targets_asked(pack: Pack, players: list[str], question: TargetsQuestion) -> Beside:
    """Return the target game, and both games side by side.

    beside : columns player, benefit_gain, benefit_transfer (of the game of benefits by Shapley, received if above 0),
        target_saving, target_transfer (of the game of targets by Shapley), unit
    """
    found = targets_together(pack, players, question.target, shared.year_of(pack, question), question.scenario)
    table = shared.table_asked(pack, players, question)
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
    return Beside(rows, lowered_table(found), beside, table.unvalued, table.borrowed)


def targets(desk: Desk, words: Words, question: TargetsQuestion) -> Content:
    """Return the target game beside the game of benefits."""
    _, pack = words.translate, desk.pack
    asked = question.model_copy(update={"target": target_or_usual(pack, question.target, "game_target")})
    refuse_files(asked.target)
    players = shared.players_of(pack, asked, MOST_FOR_TARGETS)
    found = desk.ask(("targets", tuple(players), asked), lambda: solved(lambda: targets_asked(pack, players, asked)))
    cells, year = shared.cells_of(words), shared.year_of(pack, asked)
    levels = dict.fromkeys(("target", "counted"), fixed(1))
    money = dict.fromkeys(("benefit_gain", "benefit_transfer", "target_saving", "target_transfer"), shared.whole)
    columns = ("key", "player", "cost_alone", "cost_ground", "saving", "pays", "transfer", "blocking", "excess")
    lowered = _("{count} targets were lowered to what their player reaches alone.")
    sheets = [
        Sheet(
            "targets",
            _("Cost of targets alone and together, million USD of 2015 a year"),
            found.targets,
            columns,
            {"key": shared.heads_of(words)["key"]},
            cells,
        ),
        Sheet(
            "beside",
            _("The game of benefits and the game of targets, by Shapley"),
            found.beside,
            cells={**cells, **money},
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
        command=shared.command_of(pack, players, asked, "--part", "targets", "--target", asked.target),
        python=(
            "from airshed.assessment.games.target_game import target_table, targets_together\n"
            f"found = targets_together(pack, {players!r}, {asked.target!r}, {year}, {asked.scenario!r})\n"
            "target_table(found)"
        ),
        sentences=(
            *_saving_sentences(found, asked, words),
            *([lowered.format(count=len(found.lowered))] if len(found.lowered) else []),
            *shared.caution_sentences(found.unvalued, [], words, found.borrowed, players),
        ),
        links=shared.onward(asked, words, "cooperation/targets", disagreement=asked.disagreement),
    )


def _saving_sentences(found: Beside, asked: TargetsQuestion, words: Words) -> list[str]:
    """Return what all save by reaching the target together, and what the game of benefits gains."""
    _ = words.translate
    rows, money = found.beside, "{:,.0f}".format
    alone = float(found.targets.loc[found.targets["key"] == SHAPLEY, "cost_alone"].sum())
    saved = _("{target}: {alone} million USD of 2015 a year if each reaches it alone, {saving} less together")
    gained = _("{point}: {gain} million USD of 2015 a year are gained together")
    point = point_names(_)[asked.disagreement]
    return [
        saved.format(
            target=target_name(asked.target, words), alone=money(alone), saving=money(rows["target_saving"].sum())
        ),
        gained.format(point=point, gain=money(rows["benefit_gain"].sum())),
    ]


def _beside_figure(found: Beside, asked: TargetsQuestion, words: Words) -> Figure:
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
    )
    caption = _("A game of targets needs no value of life; a game of benefits needs no targets.")
    return Figure("beside", chart, title, caption)
