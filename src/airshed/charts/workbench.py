"""Charts of what changes save: bars with their interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.colours import MAIN
from airshed.charts.deferred import deferred
from airshed.charts.marks import INK, at_mark, numbers
from airshed.charts.theme import configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

MOST_ROWS = 40


@deferred
def saved_bars(rows: pd.DataFrame, *, title: str, subtitle: str, axis: str, colours: Sequence[str] = (MAIN,)) -> Any:
    """Return a bar per label with its number and a line for its interval where it has one; from above, at most 40.

    rows : columns label, value, low, high; NaN for no interval; colours : one for each row, or one for all
    """
    shades = list(colours) if len(colours) == len(rows) else [colours[0]] * len(rows)
    ends = rows[["value", "high"]].max(axis=1).clip(lower=0.0)
    shown = rows.assign(shade=shades, end=ends, text=[at_mark(value) for value in rows["value"]]).head(MOST_ROWS)
    position = alt.Y("label:N", sort=list(shown["label"]), axis=alt.Axis(title=None, labelLimit=340))
    form = alt.Axis(title=axis, format=",~f", tickCount=6)
    base = alt.Chart(shown)
    chart = base.mark_bar().encode(x=alt.X("value:Q", axis=form), y=position, color=alt.Color("shade:N", scale=None))
    spans = shown[["label", "low", "high"]].dropna()
    if len(spans):
        rules = alt.Chart(spans).mark_rule(strokeWidth=2, color=INK)
        chart += rules.encode(x=alt.X("low:Q", axis=form), x2=alt.X2("high:Q"), y=position)
    chart += numbers(shown, position, "end")
    size = {"width": 620, "height": 26 * len(shown)}
    return configured(chart.properties(title=alt.TitleParams(title, subtitle=subtitle), **size))
