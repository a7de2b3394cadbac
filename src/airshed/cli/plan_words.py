"""How plans are told: what they cost and avoid, what stands in their way, and their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airshed.cli.output import fixed, names, plain, print_rows, records, say
from airshed.pack.percent import percent

if TYPE_CHECKING:
    import pandas as pd

    from airshed.cli.settings import Format, Settings
    from airshed.pack.pack import Pack

LEVELS = ("level", "target", "reached", "reached_low", "reached_high", "natural", "lowest", "interim")
SHARES = ("current", "application", "maximum")
REST = ("applied_basis", "flagged")
SAME, LEAST_SHOWN = 1e-6, 0.05
FIRST = 20
"""Rows of measures that a table shows; all are in CSV and JSON."""
STEPS = 40
"""Steps of a cost curve that a table shows."""


def say_plan(given: Settings, pack: Pack, summary: dict[str, Any]) -> None:
    """Say what a plan costs and avoids, in every case, and what stands in its way."""
    from airshed.report.plan_told import plan_told

    for told in plan_told(summary, pack, given.language, given.translator()):
        say(told)


def print_plan(given: Settings, pack: Pack, parts: dict[str, list[dict[str, Any]]]) -> None:
    """Print what the cities reach, and the regions and measures that cost most."""
    translate = given.translator()
    name = names(pack, given.language)
    say(
        translate(
            "levels and targets in ug/m3; slack: target less what is reached; shadow_price: million USD a year for "
            "the last ug/m3; lowest: if all were done for this city alone; interim: the strictest WHO value in its "
            "reach"
        )
    )
    print_rows(
        parts["receptors"],
        "table",
        columns=[
            "year", "receptor", *LEVELS[:6], "slack", "shadow_price", "binding", *LEVELS[6:],
        ],
        heads=translate,
        cells={
            "receptor": name,
            **dict.fromkeys(LEVELS, fixed(1)),
            "slack": fixed(1, sign=True),
            "shadow_price": _amount,
            "binding": translate,
        },
    )  # fmt: skip
    if parts["tenths"]:
        say(translate("what the plan would cost if one city had a looser target, million USD of 2015 a year"))
        print_rows(
            telling(parts["tenths"]),
            "table",
            columns=["year", "receptor", "looser", "target", "cost", "saved"],
            heads=translate,
            cells={
                "receptor": name,
                **dict.fromkeys(("looser", "target"), fixed(1)),
                **dict.fromkeys(("cost", "saved"), _amount),
            },
        )
    if parts["aims"]:
        print_aims(given, pack, parts["aims"])
    if parts["regions"]:
        print_rows(
            parts["regions"][:FIRST],
            "table",
            columns=["year", "region", "cost", "measures"],
            heads=translate,
            cells={"region": name, "cost": _amount},
        )
    if parts["measures"]:
        _print_measures(given, pack, parts["measures"])


def _print_measures(given: Settings, pack: Pack, rows: list[dict[str, Any]]) -> None:
    """Print the measures that cost most by name."""
    from airshed.report.words import Words

    translate = given.translator()
    say(
        translate(
            "current, application and maximum: share of what it works on that a measure is applied to, before the "
            "plan, in it and at most; removed: kt a year; cost: million USD of 2015 a year; applied_basis: where the "
            "current share is from; flagged: priced below a tenth of what studies print"
        )
    )
    if len(rows) > FIRST:
        said = translate("the {shown} of {all} rows that cost most; all are in --format csv and json")
        say(said.format(shown=FIRST, all=f"{len(rows):,}"))
    print_rows(
        rows[:FIRST],
        "table",
        columns=["year", "region", "measure", *SHARES, "removed", "pollutant", "cost", *REST],
        heads=translate,
        cells={
            "region": names(pack, given.language),
            "measure": Words(pack, given.language, translate).measure,
            **dict.fromkeys(REST, translate),
            "cost": _amount,
            "removed": plain_amount,
            **dict.fromkeys(SHARES, percent),
        },
    )


def telling(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the tenths of every city up to the last that saves more than the one before it.

    >>> telling([{"receptor": "a", "saved": amount} for amount in (2.0, 5.0, 5.0, 5.0)])
    [{'receptor': 'a', 'saved': 2.0}, {'receptor': 'a', 'saved': 5.0}]
    """
    found: list[dict[str, Any]] = []
    for row in rows:
        last = found[-1] if found and found[-1]["receptor"] == row["receptor"] else None
        if last is None or row["saved"] > last["saved"] * (1 + SAME) + SAME:
            found.append(row)
    return found


def _amount(value: float | None) -> str:
    """Return an amount in million USD, with digits where it is small."""
    from airshed.report.plan_told import money

    return "" if value is None else money(value)


def plain_amount(value: float | None) -> str:
    """Return an amount with one decimal, or two digits where that says nothing."""
    return "" if value is None else f"{value:,.1f}" if value == 0 or abs(value) >= LEAST_SHOWN else f"{value:.2g}"


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


def print_curve(given: Settings, pack: Pack, table: pd.DataFrame, year: int, form: Format) -> None:
    """Print the steps of a cost curve, the cheapest first; as a table only so many, after what all of them do."""
    from airshed.assessment.plans.cost_curve import caveats_of_curve
    from airshed.report.plan_told import caveats_told
    from airshed.report.words import Words

    translate, rows = given.translator(), records(table)
    words = Words(pack, given.language, translate)
    if form == "table" and rows:
        unit, last = translate(str(rows[0]["unit"]).partition(";")[0]), rows[-1]
        total = f"{plain(last['reduction'])} {unit}"
        counted = {"year": year, "steps": f"{len(rows):,}", "unit": unit}
        say(
            translate(
                "{year}: all {steps} steps together bring {reduction} for {cost} million USD of 2015 a year; "
                "reduction and cost: up to and with the step, {unit} and million USD a year; marginal_cost: million "
                "USD a year for one {unit} more"
            ).format(reduction=total, cost=_amount(last["cost"]), **counted)
        )
        for told in caveats_told(caveats_of_curve(pack, table), words):
            say(told)
        if len(rows) > STEPS:
            said = translate("the first {shown} of {all} steps; all are in --format csv and json")
            say(said.format(shown=STEPS, all=f"{len(rows):,}"))
    print_rows(
        rows[:STEPS] if form == "table" else rows,
        form,
        columns=["region", "measure", "reduction", "marginal_cost", "cost", "flagged"],
        heads=translate,
        cells={
            "region": names(pack, given.language),
            "measure": words.measure,
            "reduction": fixed(3),
            "marginal_cost": fixed(2),
            "cost": plain_amount,
            "flagged": translate,
        },
    )
