"""The chart of a front: what every step costs, and the knee."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.colours import BEST, MAIN
from airshed.charts.deferred import deferred
from airshed.charts.marks import who_lines
from airshed.charts.theme import configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

WIDTH, HEIGHT = 620, 340


@deferred
def front_line(
    rows: pd.DataFrame, *, title: str, subtitle: str, aim: str, cost: str, guides: Sequence[float] = ()
) -> Any:
    """Return the line of a front, a point per plan, the knee as a larger one.

    rows : columns value (of the aim), cost (million USD/yr), knee (yes or no), along the front; aim, cost : of the
        axes; guides : levels of WHO where the aim is a level of PM2.5, ug/m3, of which those among the values are drawn
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
    low, top = float(held["value"].min()), float(held["value"].max())
    who = who_lines([level for level in guides if low <= level <= top], top)
    size = {"width": WIDTH, "height": HEIGHT}
    return configured(
        alt.layer(line, *who, points, knee).properties(title=alt.TitleParams(title, subtitle=subtitle), **size)
    )
