"""Charts of evidence: what was computed, with its interval, beside what was observed or published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.colours import MAIN, OBSERVED, PUBLISHED
from airshed.charts.deferred import deferred
from airshed.charts.marks import at_mark, numbers, who_lines
from airshed.charts.theme import configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

SHAPES = ("circle", "diamond", "cross")
COLOURS = (MAIN, OBSERVED, PUBLISHED)
TICKS = 10
"""About how many ticks the axis of values has, so that long numbers do not run into each other."""


@deferred
def comparison_points(
    spans: pd.DataFrame,
    points: pd.DataFrame,
    *,
    labels: Sequence[str],
    series: Sequence[str],
    title: str,
    subtitle: str,
    axis: str,
    percent: bool = False,
    colours: Sequence[str] = (),
    guides: Sequence[float] = (),
) -> Any:
    """Return a row per label with the interval of the computed value and a mark per series.

    spans : columns label, low, high; points : columns label, series, value
    labels : rows from above; series : names in order, the computed one first; at most three; colours : of the series,
        the usual ones if none; guides : levels of WHO where the axis is one of PM2.5, ug/m3
    Behind each row stands the number of the first series, whose marks lie above the others.
    """
    position = alt.Y("label:N", sort=list(labels), axis=alt.Axis(title=None, labelLimit=340, grid=True))
    form = alt.Axis(title=axis, tickCount=TICKS, format=".0%" if percent else ",~f")
    names, shades = list(series), list(colours or COLOURS)
    shown = alt.Legend(title=None, orient="bottom", labelLimit=0)
    legend = shown if len(names) > 1 else None
    rules = (
        alt.Chart(spans)
        .mark_rule(strokeWidth=7, opacity=0.3, color=shades[0])
        .encode(x=alt.X("low:Q", axis=form), x2=alt.X2("high:Q"), y=position)
    )
    marks = (
        alt.Chart(points.iloc[::-1])
        .mark_point(size=90, filled=True, opacity=1)
        .encode(
            x=alt.X("value:Q", axis=form),
            y=position,
            shape=alt.Shape("series:N", scale=alt.Scale(domain=names, range=list(SHAPES[: len(names)])), legend=legend),
            color=alt.Color("series:N", scale=alt.Scale(domain=names, range=shades[: len(names)]), legend=legend),
        )
    )
    written = _written(spans, points, names[0], percent)
    top = float(written["end"].max()) if len(written) else 0.0
    layers = [rules, *who_lines(guides, top), marks, numbers(written, position, "end")]
    size = {"width": 620, "height": 26 * len(labels)}
    return configured(alt.layer(*layers).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))


def _written(spans: pd.DataFrame, points: pd.DataFrame, first: str, percent: bool) -> pd.DataFrame:
    """Return the number of the first series of each row, and where its marks end."""
    ends = pd.concat([points[["label", "value"]], spans.rename(columns={"high": "value"})[["label", "value"]]])
    end = ends.dropna().groupby("label")["value"].max()
    held = points[points["series"] == first].dropna(subset=["value"])
    text = [f"{100 * value:.0f} %" if percent else at_mark(value) for value in held["value"]]
    return pd.DataFrame({"label": list(held["label"]), "end": list(held["label"].map(end)), "text": text})
