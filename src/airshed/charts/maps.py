"""The tile-grid map: one tile per region, laid out by hand, because borders here are disputed."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from airshed.charts.theme import HEAT, MISSING_COLOUR, configured


def tile_map(rows: pd.DataFrame, *, title: str, subtitle: str, legend: str, size: int = 46) -> Any:
    """Return a tile-grid map of a number.

    rows : columns row, column (of the tile), label, value (NaN where unknown); with a column `panel`, one map each
    """
    scale = alt.Scale(scheme=HEAT, zero=True)
    base = alt.Chart(rows.reset_index(drop=True)).encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(paddingInner=0.06)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.06)),
    )
    ground = base.mark_rect(cornerRadius=3, color=MISSING_COLOUR)
    tiles = (
        base.transform_filter("isValid(datum.value)")
        .mark_rect(cornerRadius=3)
        .encode(color=alt.Color("value:Q", scale=scale, legend=alt.Legend(title=legend, format="~s", orient="right")))
    )
    letters = max(8, size // 5)
    top = float(rows["value"].max())
    white = f"isValid(datum.value) && datum.value > {0.62 * top}"
    words = base.mark_text(fontSize=letters, dy=-letters * 0.55).encode(
        text="label:N", color=alt.condition(white, alt.value("white"), alt.value("#333"))
    )
    numbers = base.mark_text(fontSize=letters, dy=letters * 0.75).encode(
        text="text:N", color=alt.condition(white, alt.value("white"), alt.value("#333"))
    )
    layers = ground + tiles + words + numbers
    width = size * (int(rows["column"].max()) - int(rows["column"].min()) + 1)
    height = size * (int(rows["row"].max()) - int(rows["row"].min()) + 1)
    layers = layers.properties(width=width, height=height)
    if "panel" in rows:
        panels = list(dict.fromkeys(rows["panel"]))
        columns = 2
        chart = layers.facet(
            facet=alt.Facet("panel:N", sort=panels, header=alt.Header(title=None)), columns=columns
        ).resolve_scale(color="shared")
        return configured(chart.properties(title=alt.TitleParams(title, subtitle=subtitle)))
    return configured(layers.properties(title=alt.TitleParams(title, subtitle=subtitle)))
