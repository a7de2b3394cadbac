"""The answers in one list, found by their files: a folder is a group of the menu, a file is an answer.

The name of a file is its command (`plan_front.py` is `airshed plan front`), the first line of its docstring says what
it answers, and `ANSWER` in it is the declaration. To list them, no answer is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airshed.answers.answer import Entry

GROUPS = {
    "places": "My city",
    "air": "Who affects whom",
    "options": "What can be done",
    "together": "A deal",
    "transition": "The green transition",
    "trust": "How far to trust it",
}
"""The folders of answers, and the headings of the menu: its doors."""
ORDER = (
    *("overview", "city", "country", "map", "region", "compare"),
    *("emissions", "activity", "attribution", "episode", "levels", "health", "value", "damage"),
    *("transport list", "transport compare", "transport check"),
    *("scenarios list", "scenarios compare", "scenarios show", "builder", "measures", "curtailment"),
    *("optimise", "plan evaluate", "plan compare", "plan front", "plan regret", "costcurve"),
    *("partners", "cooperation", "gains", "payments", "stability", "negotiate", "targets", "deals", "sheet"),
    *("budget", "schedule", "support"),
    *("transition co2", "transition decompose", "transition together", "transition targets", "transition imports"),
    *("transition risk", "transition technology", "transition vehicles"),
    *("hindcast", "uncertainty", "claims", "explain", "sources", "equations"),
)
"""Commands in the order of the menu; what is not here comes after, by its name."""
_registered: dict[str, Listed] = {}
_entries: dict[str, Entry] = {}


@dataclass(frozen=True)
class Listed:
    """An answer as it is listed: the words of its command, its group, and what it answers.

    module : that declares it
    """

    command: str
    group: str
    about: str
    module: str


@cache
def _found() -> dict[str, Listed]:
    listed: dict[str, Listed] = {}
    for folder, group in GROUPS.items():
        held = files("airshed.answers") / folder
        if not held.is_dir():
            continue
        names = sorted(path.name.removesuffix(".py") for path in held.iterdir() if path.name.endswith(".py"))
        for name in names:
            if name.startswith("_"):
                continue
            with (held / f"{name}.py").open(encoding="utf-8") as text:
                about = text.readline().strip().strip('"').strip()
            command = name.replace("_", " ")
            listed[command] = Listed(command, group, about, f"airshed.answers.{folder}.{name}")
    return listed


def listed() -> dict[str, Listed]:
    """Return the answers by the words of their commands, without loading one."""
    return {**_found(), **_registered}


def entry(command: str) -> Entry:
    """Return the declaration of an answer by the words of its command; raises KeyError for one that is not known."""
    if command not in _entries:
        item = listed()[command]
        declared: Entry = import_module(item.module).ANSWER
        _entries[command] = _whole(declared, item)
    return _entries[command]


def _whole(declared: Entry, item: Listed) -> Entry:
    return replace(
        declared,
        name=declared.name or item.command.replace(" ", "-"),
        path=declared.path.strip("/") if declared.path else item.command.replace(" ", "/"),
        command=item.command,
        group=item.group,
        about=item.about,
    )


def place(command: str) -> tuple[int, str]:
    """Return the place of an answer in its group."""
    return (ORDER.index(command) if command in ORDER else len(ORDER), command)


def entries() -> tuple[Entry, ...]:
    """Return the declarations of all answers."""
    return tuple(entry(command) for command in listed())


def register(declared: Entry, command: str, group: str, about: str) -> Entry:
    """Add an answer that stands in no folder, as a program of one's own does; returns it as the doors see it."""
    item = Listed(command, group, about, declared.make.__module__)
    _registered[command] = item
    _entries[command] = _whole(declared, item)
    return _entries[command]


def forget(command: str) -> None:
    """Take out an answer that was registered."""
    _registered.pop(command, None)
    _entries.pop(command, None)
