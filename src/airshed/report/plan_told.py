"""What a plan says in sentences, for the command line and for pages: its cost, its cases, what stands in its way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from airshed.pack.language import Translate
from airshed.pack.pack import Pack
from airshed.report.cells import names
from airshed.report.words import Words

LEAST_SHOWN = 0.05
"""ug/m3 from which one decimal says by what a target is missed."""
CASES = {"low": "low case", "middle": "middle case", "high": "high case"}
"""What the cases are called."""


def plan_told(summary: Mapping[str, Any], pack: Pack, language: str, translate: Translate) -> list[str]:
    """Return what a plan costs and avoids, in every case, and what stands in its way.

    summary : of `plan_summary`, with a certainty if it is robust
    """
    first = translate(
        "{status}, {year}: {cost} million USD of 2015 a year ({low} to {high} over the cost of its measures); "
        "{deaths} deaths a year avoided"
    )
    together = translate("the same levels together: {cost} million USD")
    said = first.format(
        status=translate(summary["status"]),
        year=summary["year"],
        cost=f"{summary['cost']:,.0f}",
        low=f"{summary['price_low']:,.0f}",
        high=f"{summary['price_high']:,.0f}",
        deaths=f"{summary['deaths_avoided']:,.0f}",
    )
    found = [
        "; ".join([said, *_set_told(summary, pack, language, translate)]),
        *_effort_told(summary, translate),
        *_cases_told(summary, translate),
    ]
    if summary.get("together_cost") is not None:
        found.append(together.format(cost=f"{summary['together_cost']:,.0f}"))
    found += [_certainty_told(summary["certainty"], translate)] if "certainty" in summary else []
    return [
        *found,
        *_missed_told(summary, pack, language, translate),
        *_income_told(summary, pack, language, translate),
        *_unknown_told(summary, translate),
        *_carbon_told(summary, translate),
        *_unpriced_told(summary, pack, language, translate),
    ]


def _set_told(summary: Mapping[str, Any], pack: Pack, language: str, translate: Translate) -> list[str]:
    """Return which cities set the cost, nothing where none does."""
    held = summary.get("set_by")
    if not held or not held["receptors"]:
        return []
    name = names(pack, language)
    share = f"{100 * held['share']:.0f}"
    if len(held["receptors"]) == 1:
        return [translate("{city} alone sets {share} of the cost").format(city=name(held["receptors"][0]), share=share)]
    text = translate("{count} cities set {share} of the cost: {cities}")
    cities = ", ".join(map(name, held["receptors"]))
    return [text.format(count=len(held["receptors"]), share=share, cities=cities)]


def _effort_told(summary: Mapping[str, Any], translate: Translate) -> list[str]:
    """Return how near to the cheapest a plan with whole measures is, and what could not be decided beside the plan."""
    near = translate("measures taken whole: no plan costs less than this one by more than {gap}")
    doubt = translate("not decided by the solver, or not in the time given: {what}")
    found = [near.format(gap=f"{100 * summary['gap']:.2g}")] if "gap" in summary else []
    if summary.get("undecided"):
        found.append(doubt.format(what=", ".join(map(translate, summary["undecided"]))))
    return found


def digits(value: float) -> str:
    """Return what a target is missed by: never zero for what is missed.

    >>> digits(5.72), digits(0.0021)
    ('5.7', '0.0021')
    """
    return f"{value:.1f}" if value >= LEAST_SHOWN else f"{value:.2g}"


def _cases_told(summary: Mapping[str, Any], translate: Translate) -> list[str]:
    """Return what the plan would be if more, or less, of what is unknown were in place already."""
    said = translate("{case}: {status}, {cost}, {missed} targets missed")
    words = [
        said.format(
            case=translate(CASES[item["case"]]),
            status=translate(item["status"]),
            cost=translate("no cost") if item["cost"] is None else f"{item['cost']:,.0f}",
            missed="–" if item["missed"] is None else item["missed"],
        )
        for item in summary["cases"]
    ]
    return ["; ".join(words)] if words else []


def _certainty_told(certainty: Mapping[str, Any], translate: Translate) -> str:
    said = translate(
        "targets met in {achieved} of {samples} samples of the relation (asked {asked}, central plan {central}); "
        "certainty costs {price} million USD a year"
    )
    if certainty["achieved"] < certainty["asked"]:
        said = translate(
            "targets met in {achieved} of {samples} samples of the relation: the certainty asked, {asked}, is out of "
            "reach (central plan {central})"
        )
    return said.format(
        achieved=_percent(certainty["achieved"]),
        samples=certainty["samples"],
        asked=f"{100 * certainty['asked']:.4g}%",
        central=_percent(certainty["achieved_by_central_plan"]),
        price=f"{certainty['price']:,.0f}",
    )


def _percent(share: float) -> str:
    """Return a share that was reached, rounded down: all is said only of all."""
    return f"{math.floor(100 * share + 1e-9)}%"


def _missed_told(summary: Mapping[str, Any], pack: Pack, language: str, translate: Translate) -> list[str]:
    """Return which places have no measures, which miss their targets, and what the others would cost without these."""
    name = names(pack, language)
    without = translate("without measures around them: {cities}")
    said = translate("{city} misses the target by {value} {unit}")
    instead = translate(
        "{cost} million USD a year if these aim at the interim target in their reach instead (--unmet interim)"
    )
    found = []
    if summary["unreachable"]:
        found.append(without.format(cities=", ".join(map(name, summary["unreachable"]))))
    missed = [
        said.format(city=name(row["receptor"]), value=digits(row["value"]), unit=row["unit"])
        for row in summary["relaxation"]
    ]
    found += ["; ".join(missed)] if missed else []
    if summary.get("interim_cost") is not None:
        found.append(instead.format(cost=f"{summary['interim_cost']:,.0f}"))
    if summary.get("nearly_met"):
        near = translate("above the target by no more than the {within} ug/m3 allowed: {cities}")
        cities = ", ".join(map(name, summary["nearly_met"]))
        found.append(near.format(within=f"{summary['within']:g}", cities=cities))
    if summary["below_natural"]:
        below = translate("the target lies below what no measure moves (natural part), and cannot be met: {cities}")
        found.append(below.format(cities=", ".join(map(name, summary["below_natural"]))))
    return found


def _income_told(summary: Mapping[str, Any], pack: Pack, language: str, translate: Translate) -> list[str]:
    """Return which nations have no GDP, and what that means for them."""
    name = names(pack, language)
    poor = translate("left out, since their GDP is not known: {who} (--without-gdp paid lets the others pay for them)")
    paid = translate("paid for by the others, since their GDP is not known: {who}")
    found = []
    if summary.get("without_income"):
        found.append(poor.format(who=", ".join(map(name, summary["without_income"]))))
    if summary.get("paid_for"):
        found.append(paid.format(who=", ".join(map(name, summary["paid_for"]))))
    return found


def _carbon_told(summary: Mapping[str, Any], translate: Translate) -> list[str]:
    """Return how CO2 changes, as far as it is known."""
    if summary["co2_change"] is None:
        return [translate("the change of CO2 is not known: none is published for any measure of the plan")]
    if not summary["co2_unknown"]:
        return []
    text = translate("CO2 changes by {change} kt a year, without the {count} measures of which it is not known")
    return [text.format(change=f"{summary['co2_change']:+,.0f}", count=summary["co2_unknown"])]


def _unpriced_told(summary: Mapping[str, Any], pack: Pack, language: str, translate: Translate) -> list[str]:
    """Return which measures without a published cost could lower the CO2 that is limited."""
    held = [item for item in summary.get("unpriced", ()) if item["value"] is not None]
    if not held:
        return []
    text = translate(
        "never chosen, for no cost is published, but they could lower CO2: {names} ({change} kt a year at most)"
    )
    words = Words(pack, language, translate)
    shown = ", ".join(words.measure(item["measure"]) for item in held)
    return [text.format(names=shown, change=f"{sum(item['value'] for item in held):+,.0f}")]


def _unknown_told(summary: Mapping[str, Any], translate: Translate) -> list[str]:
    """Return how much of the answer rests on levels, applications and costs that are not known well."""
    above = translate(
        "{count} places are modelled far above what was observed, and come out too low after deep cuts; "
        "--scenario observed-anchored starts from emissions that explain the observed levels"
    )
    unpriced = translate("{count} measures of the plan have no published cost: they count nothing")
    deep = translate(
        "{count} places lose more than 20 % of their man-made part, beyond the changes that the relation was made for: "
        "their levels are as wide as reached_low and reached_high say"
    )
    count = len(summary["overpredicted"])
    found = [above.format(count=count)] if count else []
    if summary["beyond_range"]:
        found.append(deep.format(count=len(summary["beyond_range"])))
    found += _trust_told(summary, translate)
    unknown = summary["measures_without_cost"]
    return [*found, unpriced.format(count=unknown)] if unknown else found


def _trust_told(summary: Mapping[str, Any], translate: Translate) -> list[str]:
    """Return which part of a plan rests on assumed applications and on prices far below prints, and a gain too good."""
    assumed = translate("{cost} of its cost and {removed} of what it removes rest on assumed applications")
    flagged = translate(
        "{count} of its measures are priced below a tenth of what studies of the airshed print: {share} of the cost"
    )
    good = translate("its benefit is {ratio} times its cost, above 100: such prices are doubtful")
    found = []
    if summary.get("assumed_removed_share"):
        cost, removed = (f"{summary[name] or 0.0:.0%}" for name in ("assumed_cost_share", "assumed_removed_share"))
        found.append(assumed.format(cost=cost, removed=removed))
    if summary.get("flagged_measures"):
        count, share = summary["flagged_measures"], f"{summary['flagged_cost_share'] or 0.0:.0%}"
        found.append(flagged.format(count=count, share=share))
    if summary.get("too_good") == "yes":
        found.append(good.format(ratio=f"{summary['benefit_cost']:,.0f}"))
    return found
