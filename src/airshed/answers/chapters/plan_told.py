"""What a plan says in sentences, for the command line and for pages: its cost, its cases, what stands in its way."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from airshed.answers.chapters.plan_lead import Aimed, chosen_nothing, plan_lead
from airshed.answers.words import Words
from airshed.assessment.plans.caveats import SAID_FROM
from airshed.assessment.plans.plan import UNDECIDED
from airshed.pack.language import Translate
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import level, mass, money, money_range

LEAST_SHOWN = 0.05
"""ug/m3 from which one decimal says by what a target is missed."""
LEAST_PAID = 0.001
"""Part of the cost from which what is paid twice is worth a word."""
BETWEEN = {"zh": "、"}
"""What joins names, where it is not the comma with a space."""
CASES = {"low": "low case", "middle": "middle case", "high": "high case"}
"""What the cases are called."""


def plan_told(
    summary: Mapping[str, Any], pack: Pack, language: str, translate: Translate, aims: Aimed | None = None
) -> list[str]:
    """Return what a plan costs and avoids, in every case, and what stands in its way.

    summary : of `plan_summary`, with a certainty if it is robust; aims : what it aims at, for words
    """
    together = translate("The same levels cost {cost} a year if all plan together.")
    found = [
        plan_lead(summary, language, translate, aims),
        *_choosing_told(summary, translate),
        *_ranges_told(summary, translate),
        *_set_told(summary, pack, language, translate),
        *_effort_told(summary, translate),
        *_cases_told(summary, language, translate),
    ]
    if summary.get("together_cost") is not None:
        found.append(together.format(cost=money(summary["together_cost"], language)))
    found += [_certainty_told(summary["certainty"], language, translate)] if "certainty" in summary else []
    return [
        *found,
        *_missed_told(summary, pack, language, translate),
        *_income_told(summary, pack, language, translate),
        *_unknown_told(summary, translate),
        *rows_told(summary, pack, language, translate),
        *_carbon_told(summary, translate),
        *_unpriced_told(summary, pack, language, translate),
    ]


def _choosing_told(summary: Mapping[str, Any], translate: Translate) -> list[str]:
    """Return how measures are chosen, for a plan that holds none."""
    if not chosen_nothing(summary):
        return []
    return [
        translate(
            "To choose measures, give a line for every region and measure with the share, 0 to 1, that it is to be "
            "applied to; the least-cost plan can be saved as such a table and changed."
        )
    ]


def _ranges_told(summary: Mapping[str, Any], translate: Translate) -> list[str]:
    """Return what the ranges of the first sentence hold."""
    if not summary["measures_applied"]:
        return []
    return [
        translate(
            "The range of the cost is that of the prices of its measures (prices of 2015), that of the deaths is of "
            "the response function."
        )
    ]


def _set_told(summary: Mapping[str, Any], pack: Pack, language: str, translate: Translate) -> list[str]:
    """Return which cities set the cost, nothing where none does or all that have a target do."""
    held = summary.get("set_by")
    if not held or not held["receptors"] or len(held["receptors"]) >= summary.get("targets", math.inf):
        return []
    cities = _listed(held["receptors"], pack, language)
    share = percent(held["share"])
    if len(held["receptors"]) == 1:
        return [translate("{city} alone sets {share} of the cost.").format(city=cities, share=share)]
    text = translate("{count} cities set {share} of the cost: {cities}.")
    return [text.format(count=len(held["receptors"]), share=share, cities=cities)]


def _listed(codes: Iterable[str], pack: Pack, language: str) -> str:
    """Return places by name."""
    return BETWEEN.get(language, ", ").join(pack.name(code, language) for code in codes)


def _effort_told(summary: Mapping[str, Any], translate: Translate) -> list[str]:
    """Return how near to the cheapest a plan with whole measures is, and what could not be decided beside the plan."""
    near = translate("Measures are taken whole: no plan costs less than this one by more than {gap}.")
    doubt = translate("Not decided by the solver, or not in the time given: {what}.")
    found = [near.format(gap=percent(summary["gap"], small=True))] if "gap" in summary else []
    if summary.get("undecided"):
        found.append(doubt.format(what=", ".join(map(translate, summary["undecided"]))))
    return found


def digits(value: float) -> str:
    """Return what a target is missed by: never zero for what is missed.

    >>> digits(5.72), digits(0.0021)
    ('5.7', '0.0021')
    """
    return f"{value:.1f}" if value >= LEAST_SHOWN else f"{value:.2g}"


def _cases_told(summary: Mapping[str, Any], language: str, translate: Translate) -> list[str]:
    """Return what the plan would be if more, or less, of what is unknown were in place already."""
    if not summary["targets"]:
        return []
    known = {
        "low": translate("if as much is in place already as can be (low case)"),
        "middle": translate("in the middle case"),
        "high": translate("if as little is in place as can be (high case)"),
    }
    told = translate("{what}: {said}")
    words = [
        told.format(what=known[item["case"]], said=_case_told(item, language, translate))
        for item in summary["cases"]
        if item["case"] != summary["case"] and item["status"] != UNDECIDED
    ]
    return ["; ".join(words)] if words else []


def _case_told(item: Mapping[str, Any], language: str, translate: Translate) -> str:
    """Return what the plan of another case costs, or why it has no cost."""
    if item["cost"] == 0 and not item["missed"]:
        return translate("no further measure is needed")
    if item["cost"] is not None:
        return translate("{cost} a year").format(cost=money(item["cost"], language))
    if item["missed"] is None:
        return translate("the caps cannot be kept")
    return translate("targets missed: {missed}").format(missed=item["missed"])


def _certainty_told(certainty: Mapping[str, Any], language: str, translate: Translate) -> str:
    said = translate(
        "The targets are met in {achieved} of {samples} samples of the relation (asked {asked}, central plan "
        "{central}); certainty costs {price} a year."
    )
    if certainty["achieved"] < certainty["asked"]:
        said = translate(
            "The targets are met in {achieved} of {samples} samples of the relation: the certainty asked, {asked}, is "
            "out of reach (central plan {central})."
        )
    return said.format(
        achieved=_reached(certainty["achieved"]),
        samples=certainty["samples"],
        asked=percent(certainty["asked"]),
        central=_reached(certainty["achieved_by_central_plan"]),
        price=money(certainty["price"], language),
    )


def _reached(share: float) -> str:
    """Return a share that was reached, rounded down: all is said only of all."""
    return percent(math.floor(100 * share + 1e-9) / 100)


def _missed_told(summary: Mapping[str, Any], pack: Pack, language: str, translate: Translate) -> list[str]:
    """Return which places have no measures, which miss their targets, and what the others would cost without these."""
    without = translate("Left out, for no measures are known around them: {cities}.")
    said = translate("Above their targets, by µg/m³: {cities}.")
    instead = translate(
        "If these cities aim at the strictest interim target in their reach instead, the plan costs {cost} a year."
    )
    found = []
    if summary["unreachable"]:
        found.append(without.format(cities=_listed(summary["unreachable"], pack, language)))
    missed = [f"{pack.name(row['receptor'], language)} {digits(row['value'])}" for row in summary["relaxation"]]
    found += [said.format(cities=BETWEEN.get(language, ", ").join(missed))] if missed else []
    if summary.get("interim_cost") is not None:
        found.append(instead.format(cost=money(summary["interim_cost"], language)))
    if summary.get("nearly_met"):
        near = translate("Above the target by no more than the {within} allowed: {cities}.")
        cities = _listed(summary["nearly_met"], pack, language)
        found.append(near.format(within=level(summary["within"]), cities=cities))
    if summary["below_natural"]:
        below = translate("The target lies below what no measure moves (natural part), and cannot be met: {cities}.")
        found.append(below.format(cities=_listed(summary["below_natural"], pack, language)))
    return found


def _income_told(summary: Mapping[str, Any], pack: Pack, language: str, translate: Translate) -> list[str]:
    """Return which nations have no GDP, and what that means for them."""
    poor = translate("Left out, since their GDP is not known: {who}; the others could be let to pay for them.")
    paid = translate("Paid for by the others, since their GDP is not known: {who}.")
    found = []
    if summary.get("without_income"):
        found.append(poor.format(who=_listed(summary["without_income"], pack, language)))
    if summary.get("paid_for"):
        found.append(paid.format(who=_listed(summary["paid_for"], pack, language)))
    return found


def _carbon_told(summary: Mapping[str, Any], translate: Translate) -> list[str]:
    """Return how CO2 changes, as far as it is known."""
    if summary["co2_change"] is None:
        return [translate("The change of CO2 is not known: none is published for any measure of the plan.")]
    if not summary["co2_unknown"]:
        return []
    text = translate("CO2 changes by {change} a year, without the {count} measures of which it is not known.")
    return [text.format(change=_signed(summary["co2_change"]), count=f"{summary['co2_unknown']:,}")]


def _signed(kilotonnes: float) -> str:
    """Return a change of emissions with its sign.

    >>> _signed(1234.0), _signed(-12.0)
    ('+1.23 Mt', '-12 kt')
    """
    return f"{'+' if kilotonnes > 0 else ''}{mass(kilotonnes)}"


def _unpriced_told(summary: Mapping[str, Any], pack: Pack, language: str, translate: Translate) -> list[str]:
    """Return which measures without a published cost could lower the CO2 that is limited."""
    held = [item for item in summary.get("unpriced", ()) if item["value"] is not None]
    if not held:
        return []
    text = translate(
        "Never chosen, for no cost is published, but they could lower CO2: {names} ({change} a year at most)."
    )
    words = Words(pack, language, translate)
    shown = words.listed(words.measure(item["measure"]) for item in held)
    return [text.format(names=shown, change=_signed(sum(item["value"] for item in held)))]


def _unknown_told(summary: Mapping[str, Any], translate: Translate) -> list[str]:
    """Return how much of the answer rests on levels, applications and costs that are not known well."""
    above = translate(
        "Places modelled far above what was observed, and scaled down to it: {count}; the scenario anchored to "
        "observation starts from emissions that explain the observed levels."
    )
    unpriced = translate("Measures of the plan without a published cost, which count nothing: {count}.")
    deep = translate(
        "Places that lose more than 20 % of their man-made part, beyond the changes that the relation was made for: "
        "{count}; the 5 and 95 % ends of their levels hold what that may be wrong by."
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
    assumed = translate(
        "{cost} of its cost and {removed} of what it removes rest on assumed applications (how far measures are in "
        "place already)."
    )
    flagged = translate(
        "Measures priced below a tenth of what studies of the airshed print: {count}, {share} of the cost."
    )
    good = translate("Its benefit is {ratio} times its cost, above 100: such prices are doubtful.")
    found = []
    if summary.get("assumed_removed_share"):
        cost, removed = (percent(summary[name] or 0.0) for name in ("assumed_cost_share", "assumed_removed_share"))
        found.append(assumed.format(cost=cost, removed=removed))
    if summary.get("flagged_measures"):
        count, share = summary["flagged_measures"], percent(summary["flagged_cost_share"] or 0.0)
        found.append(flagged.format(count=count, share=share))
    if summary.get("too_good") == "yes":
        found.append(good.format(ratio=f"{summary['benefit_cost']:,.0f}"))
    return found


def rows_told(summary: Mapping[str, Any], pack: Pack, language: str, translate: Translate) -> list[str]:
    """Return what the rows of its measures warn of, what may be paid twice, and what rests on prices hardly known."""
    words = Words(pack, language, translate)
    twice = translate(
        "Up to {amount} a year of its cost is paid twice, by the measure itself and by those that need it: {names}."
    )
    wide = translate(
        "Of the cost of {whole} a year, {part} rest on measures whose lowest and highest price lie more than a "
        "thousand times apart: {names}; they make {share} of the central cost."
    )
    found = caveats_told(summary["caveats"], words)
    if summary["paid_twice"] >= LEAST_PAID * summary["cost"] > 0:
        names = _measures(summary["paid_twice_for"], words)
        found.append(twice.format(amount=money(summary["paid_twice"], language), names=names))
    if summary["wide_measures"] and summary["wide_high"] >= SAID_FROM * summary["price_high"]:
        found.append(
            wide.format(
                names=_measures(summary["wide_measures"], words),
                share=percent(summary["wide_cost_share"]),
                part=money_range(summary["wide_low"], summary["wide_high"], language),
                whole=money_range(summary["price_low"], summary["price_high"], language),
            )
        )
    return found


def caveats_told(caveats: Iterable[Mapping[str, Any]], words: Words) -> list[str]:
    """Return a sentence for every caveat of a measure that counts."""
    told = words.translate("{what}: {said}")
    pairs = [(words.measure(row["measure"]), row["caveat"]) for row in caveats]
    return [told.format(what=measure, said=words.translate(caveat)) for measure, caveat in pairs]


def _measures(codes: Iterable[str], words: Words) -> str:
    """Return measures by name, each name once."""
    return BETWEEN.get(words.language, ", ").join(dict.fromkeys(words.measure(code) for code in codes))
