"""Sheets that several answers show: levels, deaths, and who gives the PM2.5 of a place."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from airshed.answers.answer import Sheet, Way
from airshed.answers.ask import BASELINE
from airshed.answers.cells import fixed
from airshed.answers.words import Words
from airshed.assessment.lives.health import NOTES as HEALTH_NOTES
from airshed.assessment.tables import NOTES
from airshed.pack.percent import percent

LEVELS = ("place", "total", "total_low", "total_high", "modelled", "natural", "unexplained", "target", "source", "note")
HUNDREDTHS = {**dict.fromkeys(("value", "low", "high"), fixed(2)), "share": percent}
"""How concentrations and shares of sources are shown."""


def explained(sheet: Sheet, scenario: str) -> Sheet:
    """Return a sheet without the ways to explanations where it is not of the baseline, of which these are."""
    return sheet if scenario == BASELINE else replace(sheet, way=None)


def level_sheet(rows: pd.DataFrame, words: Words) -> Sheet:
    """Return the levels of places as a sheet."""
    numbers = ("total", "total_low", "total_high", "modelled", "natural", "unexplained", "target")
    title = words.translate("PM2.5 of the places, µg/m³")
    return Sheet("concentrations", title, rows, LEVELS, cells=dict.fromkeys(numbers, fixed(1)), notes=NOTES)


def health_sheet(rows: pd.DataFrame, words: Words, columns: tuple[str, ...] = ()) -> Sheet:
    """Return deaths as a sheet."""
    shown = columns or ("region", "cause", "value", "low", "high", "population", "exposure", "basis", "source")
    counts = ("value", "low", "high", "population")
    title = words.translate("Deaths a year attributable to PM2.5")
    cells = {**dict.fromkeys(counts, fixed(0)), "exposure": fixed(1)}
    way = Way("health", ("region",)) if "set" not in shown else None
    return Sheet("health", title, rows, shown, cells=cells, notes=HEALTH_NOTES, way=way)


def origin_sheet(
    rows: pd.DataFrame, by: str, words: Words, year: int | None = None, notes: tuple[str, ...] = NOTES
) -> Sheet:
    """Return who gives the PM2.5 of a place as a sheet; year : of numbers that `airshed explain` knows, None if not."""
    known = year is not None and by in ("country", "region")
    return Sheet(
        "attribution",
        words.translate("Who gives the PM2.5 of the place, µg/m³"),
        rows,
        (by, "value", "share", "low", "high", "source", "note"),
        cells=HUNDREDTHS,
        notes=notes,
        way=Way("attribution", ("receptor", by), year=year) if known else None,
    )
