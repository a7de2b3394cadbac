"""The pages in one list: those of the answers, and the few that are made for the browser alone."""

from __future__ import annotations

from airshed.answers.answer import Entry
from airshed.answers.registry import GROUPS, entries, place
from airshed.web.pages import builder

WHAT = GROUPS["options"]
HERE = (
    Entry(
        name="builder",
        path="scenarios/build",
        title="Build a scenario",
        group=WHAT,
        about="Move sectors and measures, and see at once what that does to levels, deaths, cost and CO2.",
        question=builder.BuilderQuestion,
        make=builder.builder,
        choices={"region": builder.builder_places},
        template="builder.html.j2",
        scripts=("builder.js",),
    ),
)
"""Pages that are no answers of `airshed.answers`."""


def groups() -> dict[str, list[Entry]]:
    """Return the pages by the group of the navigation."""
    found: dict[str, list[Entry]] = {}
    for page in pages():
        found.setdefault(page.group, []).append(page)
    return found


def pages() -> tuple[Entry, ...]:
    """Return all pages, in the order of the menu."""
    order = [*GROUPS.values()]
    return tuple(
        sorted((*HERE, *entries()), key=lambda page: (order.index(page.group), place(page.command or page.name)))
    )


def named(name: str) -> Entry:
    """Return the page of a name; raises StopIteration for one that is not known."""
    return next(page for page in pages() if page.name == name)


PAGES = pages()
"""All pages of airshed itself."""
