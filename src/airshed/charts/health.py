"""Charts of health: deaths with their interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.colours import MAIN
from airshed.charts.deferred import deferred
from airshed.charts.marks import EACH, at_mark, numbers
from airshed.charts.theme import configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt


@deferred
def death_points(rows: pd.DataFrame, *, title: str, subtitle: str, axis: str, colours: Sequence[str] = (MAIN,)) -> Any:
    """Return points with intervals and their numbers on a logarithmic axis, largest first.

    rows : columns region (name), value, low, high; values above zero, NaN for no interval; colours : one for each row,
        or one for all
    """
    shades = list(colours) if len(colours) == len(rows) else [colours[0]] * len(rows)
    ends = rows[["value", "high"]].max(axis=1)
    rows = rows.assign(shade=shades, end=ends, text=[at_mark(value) for value in rows["value"]])
    rows = rows[["region", "value", "low", "high", "shade", "end", "text"]]
    shade = alt.Color("shade:N", scale=None)
    places = list(rows.sort_values("value", ascending=False)["region"])
    position = alt.Y("region:N", sort=places, axis=alt.Axis(title=None, labelLimit=340, grid=True))
    across = alt.X(
        "value:Q", scale=alt.Scale(type="log", nice=True), axis=alt.Axis(title=axis, labelExpr=EACH, tickCount=5)
    )
    points = alt.Chart(rows).mark_circle(size=90, opacity=1).encode(x=across, y=position, color=shade)
    spans = (
        alt.Chart(rows.dropna(subset=["low", "high"]))
        .mark_rule(strokeWidth=2)
        .encode(x=alt.X("low:Q", scale=alt.Scale(type="log")), x2=alt.X2("high:Q"), y=position, color=shade)
    )
    size = {"width": 620, "height": 22 * len(places)}
    marks = spans + points if rows["low"].notna().any() else points
    chart = marks + numbers(rows, position, "end")
    return configured(chart.properties(title=alt.TitleParams(title, subtitle=subtitle), **size))
