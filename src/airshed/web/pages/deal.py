"""The page on cooperation: what is gained together, how it may be divided, and who would leave."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field

from airshed.assessment.chain import latest_year
from airshed.assessment.cooperate import GAME_KEYS, bargains, game_table, shares_table
from airshed.assessment.game import ACTED_ON, table_of
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.telling import told_behind
from airshed.report.cells import fixed
from airshed.report.words import Figure, Words
from airshed.web.desk import Desk
from airshed.web.page import Content, Panel, Question, Sheet
from airshed.web.pages.air import FIRST_YEAR, LAST_YEAR
from airshed.web.pages.figures import side_by_side
from airshed.web.pages.strategy import LATEST_YEAR

Point = Literal["nash", "current", "limited"]
SAMPLES = 200
MOST = 8
"""Players of a game on a page; more on the command line."""


class CooperationQuestion(Question):
    """Who plays, by which keys, against which disagreement point."""

    players: tuple[str, ...] = Field(
        default=(), description="players: nations, regions or groups; all nations if none", max_length=20
    )
    disagreement: Point = Field(default="nash", description="what happens without an agreement")
    key: tuple[str, ...] = Field(default=(), description="keys; all if none", max_length=20)
    year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description=LATEST_YEAR)


def nations(pack: Pack) -> list[str]:
    """Return the nations with people in the airshed."""
    regions = pack.table("regions")
    return list(regions.loc[regions["level"] == "country", "code"])


def cooperation(desk: Desk, words: Words, question: CooperationQuestion) -> Content:
    """Return the shares of the gain by key, who pays whom, and who would leave."""
    _, pack, asked = words.translate, desk.pack, question
    players = list(asked.players) or nations(pack)[:MOST]
    if len(players) > MOST:
        raise AirshedError(
            f"{len(players)} players are too many for a page", f"name {MOST} at most, or use the command"
        )
    year = latest_year(pack) if asked.year is None else asked.year
    keys = list(asked.key) or None

    def make() -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
        table = table_of(pack, players, year, "baseline", samples=SAMPLES)
        found = bargains(table, [asked.disagreement], ACTED_ON)
        shares, left_out = shares_table(pack, table, found, keys)
        return shares, game_table(table, found), left_out

    shares, game, left_out = desk.ask(("cooperation", tuple(players), asked.disagreement, asked.key, year), make)
    money = ("benefit", "cost", "net_alone", "net_together", "share", "low", "high", "transfer", "free_ride", "excess")
    columns = ("key", "player", *money[2:8], "probability", "free_ride", "stays", "blocking", "excess")
    title = _("What cooperation gains, and who has how much of it")
    figure = _shares_figure(shares, asked.disagreement, year, words)
    command = ["cooperate", "--players", ",".join(players), "--disagreement", asked.disagreement, "--year", str(year)]
    command += [word for key in asked.key for word in ("--key", key)]
    row = game.iloc[0]
    gain = _("{gain} million USD of 2015 a year are gained together").format(gain=f"{row['gain']:,.0f}")
    left = [_("left out, {reason}").format(reason=told_behind(reason, words.language)) for reason in left_out]
    return Content(
        title=title,
        sheets=(
            Sheet(
                "shares",
                _("Shares of the gain by key, million USD of 2015 a year"),
                shares,
                columns,
                cells={**dict.fromkeys(money, fixed(0)), "probability": fixed(2)},
                heads={"key": _("sharing rule")},
            ),
            Sheet("game", _("What kind of game it is"), game),
        ),
        panels=(Panel(figure, "shares"),) if figure else (),
        equations=(
            "coalition-worth",
            "shapley",
            "nucleolus",
            "chander-tulkens",
            "transfers",
            "gain-by-key",
            "free-riding",
        ),
        command=tuple(command),
        python=(
            "from airshed.assessment.game import table_of\n"
            "from airshed.assessment.cooperate import bargains, shares_table\n"
            f"table = table_of(pack, {players!r}, {year}, samples={SAMPLES})\n"
            f"shares_table(pack, table, bargains(table, [{asked.disagreement!r}]), {keys!r})"
        ),
        sentences=(gain, *left),
    )


def _shares_figure(shares: pd.DataFrame, point: str, year: int, words: Words) -> Figure | None:
    """Return the shares of the players by three keys, and their range over all keys."""
    _ = words.translate
    held = list(dict.fromkeys(shares["key"]))
    shown = [key for key in GAME_KEYS if key in held] or held[:3]
    rows = shares.assign(label=[words.short(code) for code in shares["player"]], series=shares["key"].map(_))
    if not shown:
        return None
    spans = rows.groupby("label", as_index=False, sort=False).agg(low=("share", "min"), high=("share", "max"))
    return side_by_side(
        "shares",
        rows.loc[rows["key"].isin(shown), ["label", "series", "share"]].rename(columns={"share": "value"}),
        spans,
        [_(key) for key in shown],
        title=_("Shares of the gain, {year}").format(year=year),
        subtitle=_("band: the least and the most by any key; without an agreement: {point}").format(point=_(point)),
        axis=_("million USD of 2015 a year"),
        caption=_("Which key is fair is for the players to say."),
    )
