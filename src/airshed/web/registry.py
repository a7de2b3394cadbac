"""The pages in one list: it makes the routes, the navigation, the other forms, REST and the sweep of the tests."""

from __future__ import annotations

from airshed.answers import common
from airshed.answers.answer import Entry
from airshed.answers.registry import GROUPS, entries, place
from airshed.transport.tm5fasst import PRECURSORS
from airshed.web.pages import (
    air,
    builder,
    costs,
    evidence,
    front,
    maps,
    periods,
    places,
    plan,
    regret,
    side,
    strategy,
)

PLACES, WHO, WHAT, TRUST = "The airshed", "Who and whom", "What could be done", "How far to trust it"
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
        name="side-by-side",
        path="compare",
        title="Places side by side",
        group=PLACES,
        about="Two or three places: what they breathe and from whom, what they emit, the deaths, and what they earn.",
        question=side.SideQuestion,
        make=side.compared,
        choices={"region": side.choices},
    ),
    Entry(
        name="emissions",
        path="emissions",
        title="Emissions",
        group=WHO,
        about="Who emits what, and how it changes: inventories apart, and the harmonised baseline.",
        question=air.EmissionsQuestion,
        make=air.emissions,
        choices={"region": common.places, "pollutant": common.pollutants, "inventory": common.inventories},
    ),
    Entry(
        name="attribution",
        path="attribution",
        title="Who affects whom",
        group=WHO,
        about="Where the PM2.5 of a place comes from, with intervals, adding up to what was observed.",
        question=air.AttributionQuestion,
        make=air.attribution,
        choices={"receptor": common.receptors},
        first=("receptor",),
        scripts=(maps.SCRIPT,),
    ),
    Entry(
        name="episode",
        path="episode",
        title="Joint cuts in an episode",
        group=WHO,
        about="What emergency cuts, announced together, take off the PM2.5 of a place on days of high concentration.",
        question=periods.EpisodeQuestion,
        make=periods.episode,
        choices={"receptor": periods.studied},
        first=("receptor",),
    ),
    Entry(
        name="levels",
        path="levels",
        title="Levels of PM2.5",
        group=WHO,
        about="What places breathe: natural and modelled part, response, interval, and the observation beside it.",
        question=air.LevelsQuestion,
        make=air.levels,
        choices={"region": common.receptors},
        scripts=(maps.SCRIPT,),
    ),
    Entry(
        name="health",
        path="health",
        title="Health",
        group=WHO,
        about="Deaths a year attributable to PM2.5, with the interval of the response.",
        question=air.HealthQuestion,
        make=air.health,
        choices={"region": common.places},
    ),
    Entry(
        name="value",
        path="value",
        title="Value of lives",
        group=WHO,
        about="What the deaths attributable to PM2.5 are worth, by the value of a statistical life of each nation.",
        question=costs.ValueQuestion,
        make=costs.value,
        choices={"region": common.places},
    ),
    Entry(
        name="damage",
        path="damage",
        title="Damage per tonne",
        group=WHO,
        about="Deaths and damage by a tonne emitted more, by source and pollutant.",
        question=costs.DamageQuestion,
        make=costs.damage,
        choices={"region": common.places, "pollutant": costs.emitted},
    ),
    Entry(
        name="scenarios",
        path="scenarios",
        title="Scenarios",
        group=WHAT,
        about="The scenarios of the pack, and what could not be turned into one.",
        question=evidence.PlainQuestion,
        make=strategy.scenarios,
    ),
    Entry(
        name="compare",
        path="scenarios/compare",
        title="Scenarios side by side",
        group=WHAT,
        about="Emissions, levels, deaths and cost under several scenarios.",
        question=strategy.CompareQuestion,
        make=strategy.compare,
        choices={"scenario": common.scenario_names, "region": common.places},
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
        name="plan",
        path="plan",
        title="Least-cost plan",
        group=WHAT,
        about="The cheapest measures that bring the cities to a target, or how near they can come.",
        question=plan.PlanQuestion,
        make=plan.plan,
        choices={"receptor": common.receptors, "scenario": common.scenario_names},
        files=plan.FILES,
        folded=plan.FOLDED,
    ),
    Entry(
        name="front",
        path="plan/front",
        title="Cost of ambition",
        group=WHAT,
        about="What ever less exposure, deaths, worst level or CO2 costs, and the knee from which it gets dear.",
        question=front.FrontQuestion,
        make=front.fronts,
        choices={"receptor": common.receptors, "scenario": common.scenario_names},
    ),
    Entry(
        name="regret",
        path="plan/regret",
        title="Plan of least regret",
        group=WHAT,
        about="The plan that is least wrong whatever is true of what is applied today, of prices, and of levels.",
        question=regret.RegretQuestion,
        make=regret.regret,
        choices={"receptor": common.receptors, "scenario": common.scenario_names},
    ),
    Entry(
        name="costcurve",
        path="costcurve",
        title="Cost curve",
        group=WHAT,
        about="What one unit less costs: measures in order, and the least cost of ever stricter targets.",
        question=strategy.CurveQuestion,
        make=strategy.costcurve,
        choices={"receptor": common.cities, "pollutant": lambda pack: list(PRECURSORS), "region": common.places},
    ),
    Entry(
        name="hindcast",
        path="hindcast",
        title="Hindcast",
        group=TRUST,
        about="Predicted against observed change, place by place; shares before and after calibration.",
        question=evidence.PlainQuestion,
        make=evidence.hindcast,
    ),
    Entry(
        name="uncertainty",
        path="uncertainty",
        title="Intervals",
        group=TRUST,
        about="Intervals of the answers when all that is uncertain varies together, and what they are due to.",
        question=costs.UncertaintyQuestion,
        make=costs.uncertain,
        folded=costs.FOLDED,
    ),
    Entry(
        name="claims",
        path="claims",
        title="Claims",
        group=TRUST,
        about="Published derived figures, recomputed from the tables of the pack.",
        question=evidence.ClaimsQuestion,
        make=evidence.claims,
    ),
    Entry(
        name="explain",
        path="explain",
        title="Explain a number",
        group=TRUST,
        about="From a number to its studies, its rule and its interval.",
        question=evidence.ExplainQuestion,
        make=evidence.explain,
    ),
    Entry(
        name="sources",
        path="sources",
        title="Sources",
        group=TRUST,
        about="Where every number comes from, and on what terms it may be passed on.",
        question=evidence.PlainQuestion,
        make=evidence.sources,
    ),
    Entry(
        name="equations",
        path="equations",
        title="Equations",
        group=TRUST,
        about="Every formula with its units, its paper and the function that computes it.",
        question=evidence.PlainQuestion,
        make=evidence.equations,
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
