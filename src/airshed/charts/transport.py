"""Charts of who affects whom: the source-receptor heat map and the origins of the air of cities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.deferred import deferred
from airshed.charts.marks import at_mark, numbers, who_lines
from airshed.charts.theme import HEAT, configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

STEP = 26
"""Height of a bar with its room."""


@deferred
def heat_map(
    rows: pd.DataFrame, *, sources: Sequence[str], receptors: Sequence[str], title: str, subtitle: str, legend: str
) -> Any:
    """Return a heat map of the share that every source has in every receptor; nothing is white.

    rows : columns receptor, source (names) and share (0..1); legend : title of the colour scale
    """
    base = alt.Chart(rows).encode(
        x=alt.X("source:N", sort=list(sources), axis=alt.Axis(title=None, orient="top", labelAngle=-35, labelLimit=0)),
        y=alt.Y("receptor:N", sort=list(receptors), axis=alt.Axis(title=None, labelLimit=0)),
    )
    cells = base.mark_rect(stroke="#eee").encode(
        color=alt.Color(
            "share:Q",
            scale=alt.Scale(range=list(HEAT), domain=[0, 1], interpolate="lab"),
            legend=alt.Legend(title=legend, format=".0%"),
        )
    )
    words = (
        base.mark_text(fontSize=11)
        .encode(
            text=alt.Text("share:Q", format=".0%"),
            color=alt.condition("datum.share > 0.6", alt.value("white"), alt.value("#333")),
        )
        .transform_filter("datum.share >= 0.005")
    )
    size = {"width": 52 * len(sources), "height": 22 * len(receptors)}
    return configured((cells + words).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))


@deferred
def origin_bars(
    rows: pd.DataFrame,
    totals: pd.DataFrame,
    *,
    sources: Sequence[str],
    colours: Sequence[str],
    receptors: Sequence[str],
    title: str,
    subtitle: str,
    axis: str,
    guides: Sequence[float] = (),
) -> Any:
    """Return stacked bars of the origin of PM2.5 of places, with a tick and the number of the observed concentration.

    rows : columns receptor, source (names) and value (ug/m3, >= 0); totals : columns receptor and total (ug/m3)
    sources : names in order, the natural part last, and their colours; guides : levels of WHO, ug/m3
    """
    rows = rows.assign(order=rows["source"].map({name: place for place, name in enumerate(sources)}))
    position = alt.Y("receptor:N", sort=list(receptors), axis=alt.Axis(title=None, labelLimit=0))
    ends = rows.groupby("receptor")["value"].sum()
    totals = totals.assign(
        end=[max(total, ends.get(name, 0.0)) for name, total in zip(totals["receptor"], totals["total"], strict=True)],
        text=[at_mark(total) for total in totals["total"]],
    )
    bars = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("value:Q", stack="zero", axis=alt.Axis(title=axis, grid=not guides)),
            y=position,
            color=alt.Color(
                "source:N",
                sort=list(sources),
                scale=alt.Scale(domain=list(sources), range=list(colours)),
                legend=alt.Legend(title=None, orient="top", columns=8, labelLimit=0),
            ),
            order=alt.Order("order:Q"),
        )
    )
    ticks = alt.Chart(totals).mark_tick(thickness=3, color="black", height=20).encode(x=alt.X("total:Q"), y=position)
    layers = [bars, *who_lines(guides, float(totals["end"].max())), ticks, numbers(totals, position, "end")]
    size = {"width": 620, "height": STEP * len(receptors)}
    return configured(alt.layer(*layers).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))
