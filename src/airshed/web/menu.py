"""The menu: six doors with their pages beneath, and what the pack lacks for those that it cannot answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from airshed.answers.answer import Entry
from airshed.pack.needs import lacking, needs
from airshed.pack.pack import Pack
from airshed.web.registry import groups

LIKE = {
    **dict.fromkeys(("levels", "episode", "uncertainty"), "attribution"),
    **dict.fromkeys(("scenarios compare", "builder"), "scenarios"),
    **dict.fromkeys(("plan evaluate", "plan compare", "plan front", "plan regret", "schedule", "support"), "optimise"),
    **dict.fromkeys(("cooperation", "gains", "payments", "stability", "negotiate", "targets"), "cooperate"),
    **dict.fromkeys(("deals", "sheet"), "cooperate"),
}
"""Pages that need what another answer of `schema/answers.csv` needs; a page that is in neither is never grey."""


@dataclass(frozen=True)
class MenuLine:
    """A page in the menu; path : below the language; lacks : tables and rows that the pack has not, empty if none."""

    name: str
    title: str
    path: str
    lacks: str = ""


def menu(pack: Pack) -> dict[str, list[MenuLine]]:
    """Return the pages by the title of their door, each with what the pack lacks for it."""
    missing = pack.derive("what answers lack", _lacking, pinned=True)
    return {title: [_line(page, pack, missing) for page in listed] for title, listed in groups().items()}


def _line(page: Entry, pack: Pack, missing: Mapping[str, list[str]]) -> MenuLine:
    command = page.command or page.name
    lacks = missing.get(command) or missing.get(LIKE.get(command, ""), [])
    return MenuLine(page.name, page.title, page.address(pack), ", ".join(lacks))


def _lacking(pack: Pack) -> dict[str, list[str]]:
    """Return by answer what the pack lacks for it."""
    asked = {
        name for held in needs().values() for need in held for name in (need.table, need.beside, need.instead) if name
    }
    return lacking({name: pack.optional(name) for name in asked})
