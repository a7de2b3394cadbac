"""Charts of health: deaths with their interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.deferred import deferred
from airshed.charts.theme import PALETTE, configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt


@deferred
def death_points(rows: pd.DataFrame, *, title: str, subtitle: str, axis: str) -> Any:
    """Return points with intervals on a logarithmic axis, largest first.

    rows : columns region (name), value, low, high, all above zero
    """
    places = list(rows.sort_values("value", ascending=False)["region"])
    position = alt.Y("region:N", sort=places, axis=alt.Axis(title=None, labelLimit=200, grid=True))
    across = alt.X(
        "value:Q", scale=alt.Scale(type="log", nice=True), axis=alt.Axis(title=axis, format="~s", tickCount=5)
    )
    points = alt.Chart(rows).mark_circle(size=90, color=PALETTE[0], opacity=1).encode(x=across, y=position)
    spans = (
        alt.Chart(rows)
        .mark_rule(strokeWidth=2, color=PALETTE[0])
        .encode(x=alt.X("low:Q", scale=alt.Scale(type="log")), x2=alt.X2("high:Q"), y=position)
    )
    size = {"width": 620, "height": 22 * len(places)}
    return configured((spans + points).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))
