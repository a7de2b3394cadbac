"""Charts of who affects whom: the source-receptor heat map and the origins of the air of cities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.deferred import deferred
from airshed.charts.theme import HEAT, NATURAL_COLOUR, colour_range, configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt


@deferred
def heat_map(
    rows: pd.DataFrame, *, sources: Sequence[str], receptors: Sequence[str], title: str, subtitle: str, legend: str
) -> Any:
    """Return a heat map of the share that every source has in every receptor.

    rows : columns receptor, source (names) and share (0..1); legend : title of the colour scale
    """
    base = alt.Chart(rows).encode(
        x=alt.X(
            "source:N", sort=list(sources), axis=alt.Axis(title=None, orient="top", labelAngle=-35, labelLimit=140)
        ),
        y=alt.Y("receptor:N", sort=list(receptors), axis=alt.Axis(title=None, labelLimit=200)),
    )
    cells = base.mark_rect(stroke="white").encode(
        color=alt.Color(
            "share:Q", scale=alt.Scale(scheme=HEAT, domain=[0, 1]), legend=alt.Legend(title=legend, format=".0%")
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
    receptors: Sequence[str],
    title: str,
    subtitle: str,
    axis: str,
) -> Any:
    """Return stacked bars of the origin of PM2.5 of places, with a tick at the observed concentration.

    rows : columns receptor, source (names) and value (ug/m3, >= 0); totals : columns receptor and total (ug/m3)
    sources : names in order, the natural part last
    """
    colours = [*colour_range(len(sources) - 1), NATURAL_COLOUR]
    rows = rows.assign(order=rows["source"].map({name: place for place, name in enumerate(sources)}))
    position = alt.Y("receptor:N", sort=list(receptors), axis=alt.Axis(title=None, labelLimit=200))
    bars = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("value:Q", stack="zero", axis=alt.Axis(title=axis)),
            y=position,
            color=alt.Color(
                "source:N",
                sort=list(sources),
                scale=alt.Scale(domain=list(sources), range=colours),
                legend=alt.Legend(title=None, orient="bottom", columns=6),
            ),
            order=alt.Order("order:Q"),
        )
    )
    ticks = alt.Chart(totals).mark_tick(thickness=3, color="black", height=20).encode(x=alt.X("total:Q"), y=position)
    size = {"width": 620, "height": 24 * len(receptors)}
    return configured((bars + ticks).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))
