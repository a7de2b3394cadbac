"""Charts of health: deaths with their interval."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from airshed.charts.theme import PALETTE, configured


def death_bars(rows: pd.DataFrame, *, title: str, subtitle: str, axis: str) -> Any:
    """Return bars with intervals, largest first.

    rows : columns region (name), value, low, high
    """
    places = list(rows.sort_values("value", ascending=False)["region"])
    position = alt.Y("region:N", sort=places, axis=alt.Axis(title=None, labelLimit=200))
    bars = alt.Chart(rows).mark_bar(color=PALETTE[0], opacity=0.85).encode(
        x=alt.X("value:Q", axis=alt.Axis(title=axis, format="~s")), y=position
    )
    spans = alt.Chart(rows).mark_rule(strokeWidth=2).encode(x="low:Q", x2="high:Q", y=position)
    size = {"width": 560, "height": 22 * len(places)}
    return configured((bars + spans).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))
