"""Charts of evidence: what was computed, with its interval, beside what was observed or published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.deferred import deferred
from airshed.charts.theme import PALETTE, configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

SHAPES = ("circle", "diamond", "cross")
COLOURS = (PALETTE[0], "#22282e", PALETTE[1])
TICKS = 10
"""About how many ticks the axis of values has, so that long numbers do not run into each other."""


@deferred
def comparison_points(
    spans: pd.DataFrame,
    points: pd.DataFrame,
    *,
    labels: Sequence[str],
    series: Sequence[str],
    title: str,
    subtitle: str,
    axis: str,
    percent: bool = False,
) -> Any:
    """Return a row per label with the interval of the computed value and a mark per series.

    spans : columns label, low, high; points : columns label, series, value
    labels : rows from above; series : names in order, the computed one first; at most three
    """
    position = alt.Y("label:N", sort=list(labels), axis=alt.Axis(title=None, labelLimit=260, grid=True))
    form = alt.Axis(title=axis, tickCount=TICKS, format=".0%" if percent else ",~f")
    rules = (
        alt.Chart(spans)
        .mark_rule(strokeWidth=7, opacity=0.35, color=PALETTE[0])
        .encode(x=alt.X("low:Q", axis=form), x2=alt.X2("high:Q"), y=position)
    )
    legend = alt.Legend(title=None, orient="bottom")
    names = list(series)
    marks = (
        alt.Chart(points)
        .mark_point(size=90, filled=True, opacity=1)
        .encode(
            x=alt.X("value:Q", axis=form),
            y=position,
            shape=alt.Shape("series:N", scale=alt.Scale(domain=names, range=list(SHAPES[: len(names)])), legend=legend),
            color=alt.Color(
                "series:N", scale=alt.Scale(domain=names, range=list(COLOURS[: len(names)])), legend=legend
            ),
        )
    )
    size = {"width": 620, "height": 26 * len(labels)}
    return configured((rules + marks).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))
