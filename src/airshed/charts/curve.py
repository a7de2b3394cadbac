"""The cost curve with its words in one language: the same chart for the report and for a file."""

from __future__ import annotations

from typing import Any

import pandas as pd

from airshed.charts.strategy import cost_curve_panels
from airshed.pack.errors import AirshedError
from airshed.pack.language import translator
from airshed.pack.pack import Pack


def curve_title(points: pd.DataFrame, pack: Pack, language: str, year: int) -> str:
    """Return what a cost curve shows: of which city or pollutant, in which year."""
    _ = translator(language)
    if "receptor" in points:
        place = pack.name(str(points["receptor"].iloc[0]), language)
        return _("Cost curve of PM2.5 in {place}, {year}").format(place=place, year=year)
    name = pack.name(str(points["pollutant"].iloc[0]), language)
    return _("Cost curve of {pollutant} emissions, {year}").format(pollutant=name, year=year)


def curve_chart(steps: pd.DataFrame, points: pd.DataFrame, pack: Pack, language: str, year: int) -> Any:
    """Return the chart of a cost curve.

    steps : of `assessment.curve.cost_curve`; points : of `assessment.curve.frontier_curve`, for the same question
    Raises AirshedError where no measure has the effect.
    """
    if steps.empty:
        raise AirshedError("no-measure-effect-nothing-draw")
    _ = translator(language)
    level = "receptor" in points
    return cost_curve_panels(
        steps,
        points,
        series=[_("measures in order of their cost"), _("least-cost plan")],
        title=curve_title(points, pack, language, year),
        subtitle=_("each step is a measure in a region; logarithmic axes"),
        reduction=_("reduction, µg/m³") if level else _("reduction, kt per year"),
        marginal=_("million USD a year per µg/m³") if level else _("million USD a year per kt per year"),
        cost=_("million USD a year"),
    )
