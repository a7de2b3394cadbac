"""Charts of what changes save: bars with their interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.deferred import deferred
from airshed.charts.theme import PALETTE, configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

INK = "#22282e"
MOST_ROWS = 40


@deferred
def saved_bars(rows: pd.DataFrame, *, title: str, subtitle: str, axis: str) -> Any:
    """Return a bar per label with a line for its interval where it has one; labels from above, at most 40.

    rows : columns label, value, low, high; NaN for no interval
    """
    shown = rows.head(MOST_ROWS)
    position = alt.Y("label:N", sort=list(shown["label"]), axis=alt.Axis(title=None, labelLimit=220))
    form = alt.Axis(title=axis, format=",~f", tickCount=6)
    base = alt.Chart(shown)
    chart = base.mark_bar(color=PALETTE[0]).encode(x=alt.X("value:Q", axis=form), y=position)
    spans = shown[["label", "low", "high"]].dropna()
    if len(spans):
        rules = alt.Chart(spans).mark_rule(strokeWidth=2, color=INK)
        chart += rules.encode(x=alt.X("low:Q", axis=form), x2=alt.X2("high:Q"), y=position)
    size = {"width": 620, "height": 26 * len(shown)}
    return configured(chart.properties(title=alt.TitleParams(title, subtitle=subtitle), **size))
