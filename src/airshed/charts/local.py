"""The chart of one place: its levels over the years, modelled and observed, and its standards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.colours import MAIN
from airshed.charts.deferred import deferred
from airshed.charts.theme import configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

WIDTH, HEIGHT = 560, 300
DOTS = "#22282e"
"""Colour of what was observed."""
RULES = "#767676"
"""Colour of the lines of standards and of their names."""
BESIDE = 6
"""Pixels between the end of a line and its name."""
APART = 0.045
"""Of the height: two lines that are closer share one name."""


@deferred
def level_trend(
    rows: pd.DataFrame, limits: pd.DataFrame, *, series: tuple[str, str], title: str, subtitle: str, axis: str
) -> Any:
    """Return modelled levels as a line with its interval, observations as dots, standards as named lines.

    rows : columns year, value, low, high, observed, ug/m3, empty where not known; limits : columns limit, label
    series : names of what is modelled and of what was observed
    """
    modelled, seen = rows.dropna(subset=["value"]), rows.dropna(subset=["observed"])
    tallest = float(pd.concat([rows["high"], rows["value"], rows["observed"]]).max())
    top = max(tallest, float(limits["limit"].min()) if len(limits) else tallest) * 1.08
    shown = named_once(limits[limits["limit"] <= top], top * APART)
    years = (int(rows["year"].min()), int(rows["year"].max()))
    across = alt.X(
        "year:Q", title=None, axis=alt.Axis(format="d", tickCount=8), scale=alt.Scale(domain=years, nice=False)
    )
    height = alt.Scale(domain=[0.0, top], nice=False)
    legend = alt.Legend(title=None, orient="top")
    colour = alt.Color("series:N", scale=alt.Scale(domain=list(series), range=[MAIN, DOTS]), legend=legend)

    def upright(name: str) -> Any:
        return alt.Y(f"{name}:Q", title=axis, scale=height)

    band = (
        alt.Chart(modelled[["year", "low", "high"]].dropna())
        .mark_area(opacity=0.2, color=MAIN)
        .encode(x=across, y=upright("low"), y2="high:Q")
    )
    line = alt.Chart(modelled[["year", "value"]].assign(series=series[0]))
    line = line.mark_line(strokeWidth=2.5).encode(x=across, y=upright("value"), color=colour)
    dots = alt.Chart(seen[["year", "observed"]].assign(series=series[1]))
    dots = dots.mark_point(size=55, filled=True, opacity=1).encode(x=across, y=upright("observed"), color=colour)
    rules = alt.Chart(shown).mark_rule(strokeDash=[4, 3], color=RULES).encode(y=upright("limit"))
    names = (
        alt.Chart(shown[shown["label"] != ""])
        .mark_text(align="left", dx=BESIDE, fontSize=11, color="#555")
        .encode(x=alt.value(WIDTH), y=upright("limit"), text="label:N")
    )
    size = {"width": WIDTH, "height": HEIGHT}
    return configured(
        (band + rules + line + dots + names).properties(title=alt.TitleParams(title, subtitle=subtitle), **size)
    )


def named_once(limits: pd.DataFrame, apart: float) -> pd.DataFrame:
    """Return lines with their names; a line close above another one stands without, its name joined to the lower one.

    >>> named_once(pd.DataFrame({"limit": [15.0, 15.0, 25.0], "label": ["WHO", "own", "WHO"]}), 1.0).to_dict("list")
    {'limit': [15.0, 15.0, 25.0], 'label': ['WHO, own', '', 'WHO']}
    """
    labels: list[str] = []
    lead, at = -1, float("-inf")
    for place, (limit, label) in enumerate(zip(limits["limit"], limits["label"], strict=True)):
        if limit - at < apart:
            labels[lead] += f", {label}"
            labels.append("")
        else:
            labels.append(str(label))
            lead, at = place, float(limit)
    return limits.assign(label=labels)
