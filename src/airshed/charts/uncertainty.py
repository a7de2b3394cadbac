"""Charts of uncertainty: answers with their intervals, and what these are due to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.colours import MAIN, categories
from airshed.charts.deferred import deferred
from airshed.charts.marks import EACH, at_mark, numbers
from airshed.charts.theme import configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

WIDTH = 620
SEEN = 0.005
"""Share from which on an input is drawn at all."""
STEP = 26
"""Height of a row."""


@deferred
def interval_points(
    rows: pd.DataFrame, *, title: str, subtitle: str, axis: str, colours: Sequence[str] = (MAIN,)
) -> Any:
    """Return a point with interval and number for each region, the largest first; logarithmic where all are above zero.

    rows : columns region (name), value, low, high; colours : one for each row, or one for all
    """
    shades = list(colours) if len(colours) == len(rows) else [colours[0]] * len(rows)
    rows = rows.assign(shade=shades, text=[at_mark(value) for value in rows["value"]])
    shade = alt.Color("shade:N", scale=None)
    places = list(rows.sort_values("value", ascending=False)["region"])
    logarithmic = bool((rows[["value", "low", "high"]] > 0).all(axis=None))
    scale = alt.Scale(type="log", nice=True) if logarithmic else alt.Scale(zero=True)
    down = alt.Y("region:N", sort=places, axis=alt.Axis(title=None, labelLimit=340, grid=True))
    across = alt.Axis(title=axis, labelExpr=EACH, tickCount=6)
    shown = rows[["region", "value", "low", "high", "shade", "text"]]
    base = alt.Chart(shown)
    spans = base.mark_rule(strokeWidth=7, opacity=0.35).encode(
        x=alt.X("low:Q", scale=scale, axis=across), x2=alt.X2("high:Q"), y=down, color=shade
    )
    points = base.mark_circle(size=90, opacity=1).encode(
        x=alt.X("value:Q", scale=scale, axis=across), y=down, color=shade
    )
    size = {"width": WIDTH, "height": STEP * len(places)}
    chart = spans + points + numbers(shown, down, "high")
    return configured(chart.properties(title=alt.TitleParams(title, subtitle=subtitle), **size))


@deferred
def variance_bars(rows: pd.DataFrame, *, inputs: Sequence[str], title: str, subtitle: str, axis: str) -> Any:
    """Return a bar per region of the share of the variance that each input explains alone.

    rows : columns region (name), input (name), share (0..1), regions from above; inputs : names in order
    """
    seen = rows.groupby("input")["share"].max() >= SEEN
    places, names = list(dict.fromkeys(rows["region"])), [name for name in inputs if seen.get(name, False)]
    rows = rows[rows["input"].isin(names)]
    shown = rows.assign(order=[names.index(name) for name in rows["input"]])
    bars = (
        alt.Chart(shown[["region", "input", "share", "order"]])
        .mark_bar()
        .encode(
            x=alt.X("share:Q", stack="zero", axis=alt.Axis(title=axis, format=".0%", tickCount=5)),
            y=alt.Y("region:N", sort=places, axis=alt.Axis(title=None, labelLimit=340)),
            color=alt.Color(
                "input:N",
                sort=names,
                scale=alt.Scale(domain=names, range=categories(len(names))),
                legend=alt.Legend(title=None, orient="bottom", labelLimit=0),
            ),
            order=alt.Order("order:Q"),
        )
    )
    size = {"width": WIDTH, "height": STEP * len(places)}
    return configured(bars.properties(title=alt.TitleParams(title, subtitle=subtitle), **size))
