"""The pages in one list: it makes the routes, the navigation, the other forms, REST and the sweep of the tests."""

from __future__ import annotations

from airshed.answers import common
from airshed.answers.answer import Entry
from airshed.answers.registry import GROUPS, entries, place
from airshed.assessment.games.cooperate import KEYS
from airshed.web.pages import (
    agreement,
    beliefs,
    builder,
    deal,
    game,
    maps,
    negotiate,
    places,
    stability,
)

PLACES, WHO, WHAT, TRUST = "The airshed", "Who and whom", "What could be done", "How far to trust it"
TOGETHER = "Acting together"
GAME = {"players": common.seats, "scenario": common.scenario_names}
HERE = (
    Entry(
        name="overview",
        path="",
        title="Overview",
        group=PLACES,
        about="The airshed in a few numbers, and how far they have come out.",
        question=places.OverviewQuestion,
        make=places.overview,
        scripts=(maps.SCRIPT,),
    ),
    Entry(
        name="map",
        path="map",
        title="Map",
        group=PLACES,
        about="One number of every region, as tiles or as bubbles over the land.",
        question=maps.MapQuestion,
        make=maps.make,
        choices={"pollutant": common.pollutants, "receptor": common.receptors, "within": maps.wholes},
        scripts=(maps.SCRIPT,),
    ),
    Entry(
        name="region",
        path="region/{region}",
        title="Region",
        group=PLACES,
        about="What one region breathes, from whom, what it emits, and what that does to people.",
        question=places.RegionQuestion,
        make=places.region,
        choices={"region": common.places},
    ),
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
    Entry(
        name="cooperation",
        path="cooperation",
        title="Cooperation",
        group=WHAT,
        about="What is gained together, who has how much of it by which key, and who pays whom.",
        question=deal.CooperationQuestion,
        make=deal.cooperation,
        choices=GAME | {"key": lambda pack: list(KEYS)},
        folded=game.FOLDED,
    ),
    Entry(
        name="stability",
        path="cooperation/stability",
        title="What holds",
        group=WHAT,
        about="Who would leave an agreement, which coalition could do better, and what would keep all in.",
        question=deal.CooperationQuestion,
        make=stability.stability,
        choices=GAME | {"key": lambda pack: list(KEYS)},
        folded=game.FOLDED,
    ),
    Entry(
        name="negotiate",
        path="cooperation/deal",
        title="A deal of one's own",
        group=WHAT,
        about="Own transfers, terms, stages and donors: who stays, who leaves, and what would keep them.",
        question=negotiate.NegotiateQuestion,
        make=negotiate.negotiate,
        choices=GAME | {"key": lambda pack: list(negotiate.KEYS), "sector": common.sectors},
        folded=game.FOLDED,
    ),
    Entry(
        name="targets",
        path="cooperation/targets",
        title="Targets together",
        group=WHAT,
        about="What each pays to reach a target alone and together, beside the game of benefits.",
        question=stability.TargetsQuestion,
        make=stability.targets,
        choices=GAME,
        folded=game.FOLDED,
    ),
    Entry(
        name="deals",
        path="deals",
        title="Deals over beliefs",
        group=WHAT,
        about="Deals that all sign although they disagree on who affects whom, and where each walks out.",
        question=beliefs.DealsQuestion,
        make=beliefs.deals,
        choices=GAME | {"key": lambda pack: list(KEYS), "source": beliefs.nations, "receptor": beliefs.nations},
        files=beliefs.FILES,
        folded=game.FOLDED,
    ),
    Entry(
        name="sheet",
        path="sheet",
        title="Deal sheet",
        group=WHAT,
        about="An agreement on one page: who does what, who pays, what each gains, and what if one leaves.",
        question=agreement.SheetQuestion,
        make=agreement.sheet,
        choices=GAME | {"key": lambda pack: list(KEYS), "source": beliefs.nations, "receptor": beliefs.nations},
        files=agreement.FILES,
        folded={"If parties disagree on who affects whom": beliefs.DISPUTED, **game.FOLDED},
    ),
)


def groups() -> dict[str, list[Entry]]:
    """Return the pages by the group of the navigation."""
    found: dict[str, list[Entry]] = {}
    for page in pages():
        found.setdefault(page.group, []).append(page)
    return found


def pages() -> tuple[Entry, ...]:
    """Return all pages, in the order of the menu."""
    order = [*GROUPS.values()]
    return tuple(sorted((*HERE, *entries()), key=lambda page: (order.index(page.group), place(page.name))))


def named(name: str) -> Entry:
    """Return the page of a name; raises StopIteration for one that is not known."""
    return next(page for page in pages() if page.name == name)


PAGES = pages()
"""All pages of airshed itself."""
