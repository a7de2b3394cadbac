"""What a plan says in sentences, for the command line and for pages: its cost, its cases, what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airshed.pack.language import Translate
from airshed.pack.pack import Pack
from airshed.report.cells import names

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
    found = [
        first.format(
            status=translate(summary["status"]),
            year=summary["year"],
            cost=f"{summary['cost']:,.0f}",
            low=f"{summary['price_low']:,.0f}",
            high=f"{summary['price_high']:,.0f}",
            deaths=f"{summary['deaths_avoided']:,.0f}",
        ),
        *_cases_told(summary, translate),
    ]
    found += [together.format(cost=f"{summary['together_cost']:,.0f}")] if "together_cost" in summary else []
    found += [_certainty_told(summary["certainty"], translate)] if "certainty" in summary else []
    return [*found, *_missed_told(summary, pack, language, translate), *_unknown_told(summary, translate)]


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
    return said.format(
        achieved=f"{certainty['achieved']:.0%}",
        samples=certainty["samples"],
        asked=f"{certainty['asked']:.0%}",
        central=f"{certainty['achieved_by_central_plan']:.0%}",
        price=f"{certainty['price']:,.0f}",
    )


def _missed_told(summary: Mapping[str, Any], pack: Pack, language: str, translate: Translate) -> list[str]:
    """Return which places have no measures, which miss their targets, and what the others would cost without these."""
    name = names(pack, language)
    without = translate("without measures around them: {cities}")
    said = translate("{city} misses the target by {value} {unit}")
    instead = translate(
        "{cost} million USD a year if these aim at the interim target in their reach instead (--unmet interim)"
    )
    poor = translate("without a known GDP, so that nothing is asked of them: {who}")
    found = []
    if summary["unreachable"]:
        found.append(without.format(cities=", ".join(map(name, summary["unreachable"]))))
    missed = [
        said.format(city=name(row["receptor"]), value=f"{row['value']:.1f}", unit=row["unit"])
        for row in summary["relaxation"]
    ]
    found += ["; ".join(missed)] if missed else []
    if "interim_cost" in summary:
        found.append(instead.format(cost=f"{summary['interim_cost']:,.0f}"))
    if summary.get("without_income"):
        found.append(poor.format(who=", ".join(map(name, summary["without_income"]))))
    return found


def _unknown_told(summary: Mapping[str, Any], translate: Translate) -> list[str]:
    """Return how much of the answer rests on levels, applications and costs that are not known well."""
    above = translate(
        "{count} places are modelled far above what was observed, and come out too low after deep cuts; "
        "--scenario observed-anchored starts from emissions that explain the observed levels"
    )
    unpriced = translate("{count} measures of the plan have no published cost: they count nothing")
    count = len(summary["overpredicted"])
    found = [above.format(count=count)] if count else []
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
