"""The pages in one list: it makes the routes, the navigation, the other forms, REST and the sweep of the tests."""

from __future__ import annotations

from typing import get_args

from airshed.assessment.cooperate import KEYS
from airshed.pack.pack import Pack
from airshed.transport.tm5fasst import PRECURSORS
from airshed.web.page import Page
from airshed.web.pages import agreement, air, beliefs, costs, deal, evidence, game, places, plan, stability, strategy

PLACES, WHO, WHAT, TRUST = "The airshed", "Who and whom", "What could be done", "How far to trust it"
GAME = {"players": air.places, "scenario": strategy.scenario_names}
PAGES = (
    Page(
        name="overview",
        path="",
        title="Overview",
        group=PLACES,
        about="The airshed in a few numbers, and how far they have come out.",
        question=places.OverviewQuestion,
        make=places.overview,
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
        name="value",
        path="value",
        title="Value of lives",
        group=WHO,
        about="What the deaths attributable to PM2.5 are worth, by the value of a statistical life of each nation.",
        question=costs.ValueQuestion,
        make=costs.value,
        choices={"region": air.places},
    ),
    Page(
        name="damage",
        path="damage",
        title="Damage per tonne",
        group=WHO,
        about="Deaths and damage by a tonne emitted more, by source and pollutant.",
        question=costs.DamageQuestion,
        make=costs.damage,
        choices={"region": air.places, "pollutant": costs.emitted},
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
        name="plan",
        path="plan",
        title="Least-cost plan",
        group=WHAT,
        about="The cheapest measures that bring the cities to a target, or how near they can come.",
        question=plan.PlanQuestion,
        make=plan.plan,
        choices={"receptor": air.receptors, "scenario": strategy.scenario_names},
        files=plan.FILES,
        folded=plan.FOLDED,
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
        about="What is gained together, who has how much of it by which key, and who pays whom.",
        question=deal.CooperationQuestion,
        make=deal.cooperation,
        choices=GAME | {"key": lambda pack: list(KEYS)},
        folded=game.FOLDED,
    ),
    Page(
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
    Page(
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
    Page(
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
    Page(
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
        name="uncertainty",
        path="uncertainty",
        title="Intervals",
        group=TRUST,
        about="Intervals of the answers when all that is uncertain varies together, and what they are due to.",
        question=costs.UncertaintyQuestion,
        make=costs.uncertain,
        folded=costs.FOLDED,
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
