"""The chart of a front: what every step costs, and the knee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.colours import BEST, MAIN
from airshed.charts.deferred import deferred
from airshed.charts.theme import configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

WIDTH, HEIGHT = 620, 340


@deferred
def front_line(rows: pd.DataFrame, *, title: str, subtitle: str, aim: str, cost: str) -> Any:
    """Return the line of a front, a point per plan, the knee as a larger one.

    rows : columns value (of the aim), cost (million USD/yr), knee (yes or no), along the front; aim, cost : of the axes
    """
    across = alt.X("value:Q", title=aim, scale=alt.Scale(zero=False))
    height = alt.Y("cost:Q", title=cost)
    held = rows[["value", "cost", "knee"]]
    line = alt.Chart(held).mark_line(color=MAIN).encode(x=across, y=height, order="cost:Q")
    points = alt.Chart(held).mark_point(size=40, filled=True, opacity=1, color=MAIN).encode(x=across, y=height)
    knee = (
        alt.Chart(held[held["knee"] == "yes"])
        .mark_point(size=180, filled=True, opacity=1, color=BEST, shape="diamond")
        .encode(x=across, y=height)
    )
    size = {"width": WIDTH, "height": HEIGHT}
    return configured((line + points + knee).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))
