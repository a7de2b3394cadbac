"""How plans are told: what they cost and avoid, what stands in their way, and their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airshed.cli.output import fixed, names, plain, print_rows, say

if TYPE_CHECKING:
    from airshed.cli.settings import Settings
    from airshed.pack.pack import Pack

CASES = {"low": "low case", "middle": "middle case", "high": "high case"}
"""What the cases are called."""
LEVELS = ("level", "target", "reached")
FIRST = 20
"""Rows of measures that a table shows; all are in CSV and JSON."""


def say_plan(given: Settings, pack: Pack, summary: dict[str, Any]) -> None:
    """Say what a plan costs and avoids, in every case, and what stands in its way."""
    translate = given.translator()
    say(
        translate(
            "{status}, {year}: {cost} million USD of 2015 a year ({low} to {high} over the cost of its measures); "
            "{deaths} deaths a year avoided"
        ).format(
            status=translate(summary["status"]),
            year=summary["year"],
            cost=f"{summary['cost']:,.0f}",
            low=f"{summary['price_low']:,.0f}",
            high=f"{summary['price_high']:,.0f}",
            deaths=f"{summary['deaths_avoided']:,.0f}",
        )
    )
    _say_cases(given, summary)
    if "together_cost" in summary:
        say(translate("the same levels together: {cost} million USD").format(cost=f"{summary['together_cost']:,.0f}"))
    if "certainty" in summary:
        _say_certainty(given, summary["certainty"])
    _say_missed(given, pack, summary)


def _say_cases(given: Settings, summary: dict[str, Any]) -> None:
    """Say what the plan would be if more, or less, of what is unknown were in place already."""
    translate = given.translator()
    said = translate("{case}: {status}, {cost}, {missed} targets missed")
    words = []
    for item in summary["cases"]:
        label, status, amount, missed = CASES[item["case"]], item["status"], item["cost"], item["missed"]
        words.append(
            said.format(
                case=translate(label),
                status=translate(status),
                cost="–" if amount is None else f"{amount:,.0f}",
                missed=missed,
            )
        )
    if words:
        say("; ".join(words))


def _say_certainty(given: Settings, certainty: dict[str, Any]) -> None:
    translate = given.translator()
    said = translate(
        "targets met in {achieved} of {samples} samples of the relation (asked {asked}, central plan {central}); "
        "certainty costs {price} million USD a year"
    )
    say(
        said.format(
            achieved=f"{certainty['achieved']:.0%}",
            samples=certainty["samples"],
            asked=f"{certainty['asked']:.0%}",
            central=f"{certainty['achieved_by_central_plan']:.0%}",
            price=f"{certainty['price']:,.0f}",
        )
    )


def _say_missed(given: Settings, pack: Pack, summary: dict[str, Any]) -> None:
    """Say which places have no measures, which miss their targets, and what the others would cost without these."""
    translate = given.translator()
    name = names(pack, given.language)
    if summary["unreachable"]:
        cities = ", ".join(map(name, summary["unreachable"]))
        say(translate("without measures around them: {cities}").format(cities=cities))
    said = translate("{city} misses the target by {value} {unit}")
    for row in summary["relaxation"]:
        unit = row["unit"]
        say(said.format(city=name(row["receptor"]), value=f"{row['value']:.1f}", unit=unit))
    if "interim_cost" in summary:
        cost = f"{summary['interim_cost']:,.0f}"
        say(
            translate(
                "{cost} million USD a year if these aim at the interim target in their reach instead (--unmet interim)"
            ).format(cost=cost)
        )
    if summary.get("without_income"):
        who = ", ".join(map(name, summary["without_income"]))
        say(translate("without a known GDP, so that nothing is asked of them: {who}").format(who=who))
    if summary["overpredicted"]:
        count = len(summary["overpredicted"])
        said = translate(
            "{count} places are modelled far above what was observed, and come out too low after deep cuts; "
            "--scenario observed-anchored starts from emissions that explain the observed levels"
        )
        say(said.format(count=count))
    if summary["measures_without_cost"]:
        count = summary["measures_without_cost"]
        say(translate("{count} measures of the plan have no published cost: they count nothing").format(count=count))


def print_plan(given: Settings, pack: Pack, parts: dict[str, list[dict[str, Any]]]) -> None:
    """Print what the cities reach, and the regions and measures that cost most."""
    translate = given.translator()
    name = names(pack, given.language)
    print_rows(
        parts["receptors"],
        "table",
        columns=["year", "receptor", *LEVELS, "slack", "shadow_price", "binding", "lowest", "interim"],
        heads=translate,
        cells={
            "receptor": name,
            **dict.fromkeys((*LEVELS, "lowest", "interim"), fixed(1)),
            "slack": fixed(1, sign=True),
            "shadow_price": fixed(0),
            "binding": translate,
        },
    )
    if parts["aims"]:
        print_aims(given, pack, parts["aims"])
    print_rows(
        parts["regions"][:FIRST],
        "table",
        columns=["year", "region", "cost", "measures"],
        heads=translate,
        cells={"region": name, "cost": fixed(0)},
    )
    print_rows(
        parts["measures"][:FIRST],
        "table",
        columns=["year", "region", "measure", "current", "application", "maximum", "removed", "pollutant", "cost"],
        heads=translate,
        cells={
            "region": name,
            "cost": fixed(0),
            "removed": fixed(1),
            **dict.fromkeys(("current", "application", "maximum"), fixed(2)),
        },
    )


def print_aims(given: Settings, pack: Pack, rows: list[dict[str, Any]]) -> None:
    """Print what became of the aims beside the targets of cities."""
    translate = given.translator()
    name = names(pack, given.language)

    def place(code: str) -> str:
        head, _, pollutant = code.partition(":")
        return f"{name(head)} {pollutant}".strip()

    print_rows(
        rows,
        "table",
        columns=["year", "aim", "place", "before", "asked", "reached", "unit", "met", "price"],
        heads=translate,
        cells={"aim": translate, "place": place, "met": translate, "price": plain},
    )
