"""The option `--sheet` of `cooperate`: the deal that a call asks for, as a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from airshed.cli.output import say
from airshed.cli.settings import Settings

if TYPE_CHECKING:
    from airshed.assessment.games.deal import Believed
    from airshed.assessment.games.game import Table
    from airshed.pack.pack import Pack

KEY, POINT = "chander-tulkens", "current"
"""The key and the disagreement point of a sheet, if the call names none."""


@dataclass(frozen=True)
class Asked:
    """What a call asks of the sheet: the first key and point that it names, beliefs and a target if any.

    ends : least and largest share that deals take for true, percent, None for the default
    """

    keys: list[str] | None
    points: list[str] | None
    scenario: str
    acted_on: float
    beliefs: Path | None = None
    target: str | None = None
    ends: tuple[float | None, float | None] = (None, None)


def save_sheet(given: Settings, pack: Pack, table: Table, asked: Asked, path: Path) -> None:
    """Write the sheet of the deal and say where it is."""
    from airshed.assessment.games.cooperate import bargains
    from airshed.assessment.games.deal import deal_of
    from airshed.assessment.games.target_game import targets_together
    from airshed.report.sheet import check_sheet, write_sheet

    check_sheet(path)
    key, point = (asked.keys or [KEY])[0], (asked.points or [POINT])[0]
    bargain = bargains(table, [point], asked.acted_on)[point]
    targets = None
    if asked.target is not None:
        targets = targets_together(pack, table.players, asked.target, table.held.chain.year, asked.scenario)
    believed = None if asked.beliefs is None else _believed(pack, table, asked, asked.beliefs)
    deal = deal_of(pack, table, bargain, key, asked.scenario, asked.acted_on, believed, targets)
    write_sheet(deal, pack, given.language, path)
    say(given.translator()("the sheet of the deal is in {path}").format(path=path))


def _believed(pack: Pack, table: Table, asked: Asked, path: Path) -> Believed:
    """Return the deals by the beliefs of a file."""
    from airshed.assessment.games.beliefs import deals_table, read_beliefs, span_of
    from airshed.assessment.games.deal import Believed

    held = read_beliefs(pack, path, table.players)
    key, point = (asked.keys or [KEY])[0], (asked.points or [POINT])[0]
    span = span_of(pack, table, held, *(None if end is None else end / 100.0 for end in asked.ends))
    deals, walkouts = deals_table(pack, table, held, key, point, asked.acted_on, span=span)
    return Believed(held[0].source, held[0].receptor, deals, walkouts)
