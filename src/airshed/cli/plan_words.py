"""How plans are told: what they cost and avoid, what stands in their way, and their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airshed.cli.output import fixed, names, plain, print_rows, say

if TYPE_CHECKING:
    from airshed.cli.settings import Settings
    from airshed.pack.pack import Pack

MONEY = dict.fromkeys(("cost", "saved"), fixed(0))
LEVELS = ("level", "target", "reached")
REST = ("applied_basis", "flagged")
FIRST = 20
"""Rows of measures that a table shows; all are in CSV and JSON."""


def say_plan(given: Settings, pack: Pack, summary: dict[str, Any]) -> None:
    """Say what a plan costs and avoids, in every case, and what stands in its way."""
    from airshed.answers.chapters.plan_told import plan_told

    for told in plan_told(summary, pack, given.language, given.translator()):
        say(told)


def print_plan(given: Settings, pack: Pack, parts: dict[str, list[dict[str, Any]]]) -> None:
    """Print what the cities reach, and the regions and measures that cost most."""
    translate = given.translator()
    name = names(pack, given.language)
    print_rows(
        parts["receptors"],
        "table",
        columns=[
            "year", "receptor", *LEVELS, "reached_low", "reached_high", "natural", "slack", "shadow_price", "binding",
            "lowest", "interim",
        ],
        heads=translate,
        cells={
            "receptor": name,
            **dict.fromkeys((*LEVELS, "reached_low", "reached_high", "natural", "lowest", "interim"), fixed(1)),
            "slack": fixed(1, sign=True),
            "shadow_price": fixed(0),
            "binding": translate,
        },
    )  # fmt: skip
    if parts["tenths"]:
        print_rows(
            parts["tenths"],
            "table",
            columns=["year", "receptor", "looser", "target", "cost", "saved"],
            heads=translate,
            cells={"receptor": name, **dict.fromkeys(("looser", "target"), fixed(1)), **MONEY},
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
        columns=[
            "year",
            "region",
            "measure",
            "current",
            "application",
            "maximum",
            "removed",
            "pollutant",
            "cost",
            *REST,
        ],
        heads=translate,
        cells={
            "region": name,
            **dict.fromkeys(REST, translate),
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
