"""The pages in one list: it makes the routes, the navigation, the other forms, REST and the sweep of the tests."""

from __future__ import annotations

from typing import get_args

from airshed.assessment.cooperate import KEYS
from airshed.pack.pack import Pack
from airshed.transport.tm5fasst import PRECURSORS
from airshed.web.page import Page
from airshed.web.pages import air, budget, builder, deal, evidence, maps, members, partners, places, side, strategy

PLACES, WHO, WHAT, TRUST = "The airshed", "Who and whom", "What could be done", "How far to trust it"
TOGETHER = "Acting together"
PAGES = (
    Page(
        name="overview",
        path="",
        title="Overview",
        group=PLACES,
        about="The airshed in a few numbers, and how far they have come out.",
        question=places.OverviewQuestion,
        make=places.overview,
        scripts=(maps.SCRIPT,),
    ),
    Page(
        name="map",
        path="map",
        title="Map",
        group=PLACES,
        about="One number of every region, as tiles or as bubbles over the land.",
        question=maps.MapQuestion,
        make=maps.make,
        choices={"pollutant": air.pollutants, "receptor": air.receptors, "within": maps.wholes},
        scripts=(maps.SCRIPT,),
    ),
    Page(
        name="region",
        path="region/{region}",
        title="Region",
        group=PLACES,
        about="What one region breathes, from whom, what it emits, and what that does to people.",
        question=places.RegionQuestion,
        make=places.region,
        choices={"region": air.places},
    ),
    Page(
        name="side-by-side",
        path="compare",
        title="Places side by side",
        group=PLACES,
        about="Two or three places: what they breathe and from whom, what they emit, the deaths, and what they earn.",
        question=side.SideQuestion,
        make=side.compared,
        choices={"region": side.choices},
    ),
    Page(
        name="emissions",
        path="emissions",
        title="Emissions",
        group=WHO,
        about="Who emits what, and how it changes: inventories apart, and the harmonised baseline.",
        question=air.EmissionsQuestion,
        make=air.emissions,
        choices={"region": air.places, "pollutant": air.pollutants, "inventory": air.inventories},
    ),
    Page(
        name="attribution",
        path="attribution",
        title="Who affects whom",
        group=WHO,
        about="Where the PM2.5 of a place comes from, with intervals, adding up to what was observed.",
        question=air.AttributionQuestion,
        make=air.attribution,
        choices={"receptor": air.receptors},
        first=("receptor",),
        scripts=(maps.SCRIPT,),
    ),
    Page(
        name="health",
        path="health",
        title="Health",
        group=WHO,
        about="Deaths a year attributable to PM2.5, with the interval of the response.",
        question=air.HealthQuestion,
        make=air.health,
        choices={"region": air.places},
    ),
    Page(
        name="scenarios",
        path="scenarios",
        title="Scenarios",
        group=WHAT,
        about="The scenarios of the pack, and what could not be turned into one.",
        question=evidence.PlainQuestion,
        make=strategy.scenarios,
    ),
    Page(
        name="compare",
        path="scenarios/compare",
        title="Scenarios side by side",
        group=WHAT,
        about="Emissions, levels, deaths and cost under several scenarios.",
        question=strategy.CompareQuestion,
        make=strategy.compare,
        choices={"scenario": strategy.scenario_names, "region": air.places},
    ),
    Page(
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
    Page(
        name="plan",
        path="plan",
        title="Least-cost plan",
        group=WHAT,
        about="The cheapest measures that bring the cities to a target, or how near they can come.",
        question=strategy.PlanQuestion,
        make=strategy.plan,
        choices={"receptor": strategy.cities, "scenario": strategy.scenario_names},
    ),
    Page(
        name="costcurve",
        path="costcurve",
        title="Cost curve",
        group=WHAT,
        about="What one unit less costs: measures in order, and the least cost of ever stricter targets.",
        question=strategy.CurveQuestion,
        make=strategy.costcurve,
        choices={"receptor": strategy.cities, "pollutant": lambda pack: list(PRECURSORS), "region": air.places},
    ),
    Page(
        name="cooperation",
        path="cooperation",
        title="Cooperation",
        group=WHAT,
        about="What is gained together, who has how much of it by which key, who pays whom, and who would leave.",
        question=deal.CooperationQuestion,
        make=deal.cooperation,
        choices={"players": air.places, "key": lambda pack: list(KEYS)},
    ),
    Page(
        name="partners",
        path="partners",
        title="Partners",
        group=TOGETHER,
        about="With whom a joint project is worth most to a region, in which sector, why, and how firm that rank is.",
        question=partners.PartnersQuestion,
        make=partners.partners,
        choices={"region": partners.seekers, "partner": partners.sought, "sector": partners.sectors},
        first=("region",),
    ),
    Page(
        name="budget",
        path="budget",
        title="Budget of a common body",
        group=TOGETHER,
        about="Who contributes what to a secretariat or fund: by key, limits, discounts and compliance, to the cent.",
        question=budget.BudgetQuestion,
        make=budget.budget,
        choices={"members": air.places, "key": lambda pack: list(budget.KEYS)},
    ),
    Page(
        name="schedule",
        path="schedule",
        title="Targets and schedule",
        group=TOGETHER,
        about="When each member can meet which target, alone and together, and a schedule in which all bear the same.",
        question=members.ScheduleQuestion,
        make=members.schedule,
        choices={"members": air.places, "scenario": strategy.scenario_names},
    ),
    Page(
        name="support",
        path="support",
        title="Grants to members",
        group=TOGETHER,
        about="Which grants avoid most deaths per dollar, and what a budget should go to.",
        question=members.SupportQuestion,
        make=members.support,
        choices={"members": air.places, "scenario": strategy.scenario_names},
    ),
    Page(
        name="hindcast",
        path="hindcast",
        title="Hindcast",
        group=TRUST,
        about="Predicted against observed change, place by place; shares before and after calibration.",
        question=evidence.PlainQuestion,
        make=evidence.hindcast,
    ),
    Page(
        name="claims",
        path="claims",
        title="Claims",
        group=TRUST,
        about="Published derived figures, recomputed from the tables of the pack.",
        question=evidence.ClaimsQuestion,
        make=evidence.claims,
    ),
    Page(
        name="explain",
        path="explain",
        title="Explain a number",
        group=TRUST,
        about="From a number to its studies, its rule and its interval.",
        question=evidence.ExplainQuestion,
        make=evidence.explain,
    ),
    Page(
        name="sources",
        path="sources",
        title="Sources",
        group=TRUST,
        about="Where every number comes from, and on what terms it may be passed on.",
        question=evidence.PlainQuestion,
        make=evidence.sources,
    ),
    Page(
        name="equations",
        path="equations",
        title="Equations",
        group=TRUST,
        about="Every formula with its units, its paper and the function that computes it.",
        question=evidence.PlainQuestion,
        make=evidence.equations,
    ),
)


def groups() -> dict[str, list[Page]]:
    """Return the pages by the group of the navigation."""
    found: dict[str, list[Page]] = {}
    for page in PAGES:
        found.setdefault(page.group, []).append(page)
    return found


def choices(page: Page, name: str, pack: Pack) -> list[str]:
    """Return what a field of a page's question may be; empty where anything may be written."""
    if name in page.choices:
        return list(page.choices[name](pack))
    return literals(page.question.model_fields[name].annotation)


def literals(annotation: object) -> list[str]:
    """Return the words of a Literal, wherever it stands in an annotation."""
    found = []
    for part in get_args(annotation):
        found += [part] if isinstance(part, str) else literals(part)
    return found
