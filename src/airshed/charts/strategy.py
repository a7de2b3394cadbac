"""Charts of strategy: what cities reach, who bears the cost, the cost curve, what held-down power saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airshed.charts.colours import AFTER, BEFORE, BEST, MAIN, categories
from airshed.charts.deferred import deferred
from airshed.charts.marks import INK, at_mark, numbers, who_lines
from airshed.charts.theme import configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

LEVEL_COLOURS = (BEFORE, AFTER, BEST)
LEVEL_SHAPES = ("circle", "diamond", "triangle-left")
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross")
MONEY_FORMAT = ",~f"
BINS = 1000
"""A staircase of thousands of steps is drawn with at most so many, each the last one of its part of the width."""
WIDTH = 620


@deferred
def city_levels(
    rows: pd.DataFrame,
    *,
    series: Sequence[str],
    title: str,
    subtitle: str,
    axis: str,
    guides: Sequence[float] = (),
) -> Any:
    """Return a row per city with its level before the plan and after it, the lowest in reach, and a tick at its target.

    rows : columns city, level, reached, lowest, target (ug/m3); cities from above; series : names of the first three
    guides : levels of WHO, ug/m3. Behind each row stands the level that is reached.
    """
    cities = list(rows["city"])
    position = alt.Y("city:N", sort=cities, axis=alt.Axis(title=None, labelLimit=340, grid=True))
    across = alt.Axis(title=axis, tickCount=10)
    names = dict(zip(("level", "reached", "lowest"), series, strict=True))
    points = pd.concat(
        [pd.DataFrame({"city": cities, "series": name, "value": list(rows[key])}) for key, name in names.items()]
    )
    spans = (
        alt.Chart(rows[["city", "level", "reached"]])
        .mark_rule(strokeWidth=5, opacity=0.3, color=AFTER)
        .encode(x=alt.X("reached:Q", axis=across), x2=alt.X2("level:Q"), y=position)
    )
    ticks = (
        alt.Chart(rows[["city", "target"]].dropna())
        .mark_tick(thickness=3, height=20, color="black")
        .encode(x=alt.X("target:Q", axis=across), y=position)
    )
    legend = alt.Legend(title=None, orient="bottom")
    marks = (
        alt.Chart(points)
        .mark_point(size=80, filled=True, opacity=1)
        .encode(
            x=alt.X("value:Q", axis=across),
            y=position,
            color=alt.Color("series:N", scale=alt.Scale(domain=list(series), range=list(LEVEL_COLOURS)), legend=legend),
            shape=alt.Shape("series:N", scale=alt.Scale(domain=list(series), range=list(LEVEL_SHAPES)), legend=legend),
        )
    )
    size = {"width": WIDTH, "height": 24 * len(cities)}
    # A layer without a row has no extent of its own, of which the library that draws warns.
    aimed = [ticks] if rows["target"].notna().any() else []
    ends = rows[["level", "reached", "lowest", "target"]].max(axis=1)
    written = pd.DataFrame({"city": cities, "end": ends, "text": [at_mark(value) for value in rows["reached"]]})
    layers = [spans, *who_lines(guides, float(ends.max())), *aimed, marks, numbers(written, position, "end")]
    return configured(alt.layer(*layers).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))


@deferred
def cost_bars(
    rows: pd.DataFrame, *, nations: Sequence[str], colours: Sequence[str], title: str, subtitle: str, axis: str
) -> Any:
    """Return bars of cost by region, coloured by nation, each with its words behind it.

    rows : columns region, nation (names), cost, text; regions from above; nations : names, and their colours
    """
    regions = list(rows["region"])
    base = alt.Chart(rows).encode(
        x=alt.X("cost:Q", axis=alt.Axis(title=axis, format=MONEY_FORMAT, tickCount=6)),
        y=alt.Y("region:N", sort=regions, axis=alt.Axis(title=None, labelLimit=340)),
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "nation:N",
            scale=alt.Scale(domain=list(nations), range=list(colours)),
            legend=alt.Legend(title=None, orient="bottom"),
        )
    )
    words = base.mark_text(align="left", dx=5, fontSize=11, color="#555").encode(text=alt.Text("text:N"))
    size = {"width": WIDTH, "height": 24 * len(regions)}
    return configured((bars + words).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))


def thinned(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the steps that can be told apart: the last of each thousandth of the whole reduction."""
    if len(steps) <= BINS:
        return steps
    part = (steps["reduction"] / steps["reduction"].iloc[-1] * BINS).astype(int)
    shown: pd.DataFrame = steps[~part.duplicated(keep="last")]
    return shown


@deferred
def cost_curve_panels(
    steps: pd.DataFrame,
    points: pd.DataFrame,
    *,
    series: Sequence[str],
    title: str,
    subtitle: str,
    reduction: str,
    marginal: str,
    cost: str,
) -> Any:
    """Return a staircase of marginal cost above the cumulative cost, the frontier of the least-cost plan over both.

    steps, points : columns reduction, marginal_cost, cost; series : names of staircase and frontier; reduction,
        marginal, cost : titles of the axes, with their units
    Costs span many powers of ten: their axes are logarithmic, linear near zero where some are not above it.
    """
    stairs = thinned(steps)[["reduction", "marginal_cost", "cost"]]
    first = stairs.iloc[:1].assign(reduction=0.0)
    top = _panel(pd.concat([first, stairs]), points, "marginal_cost", "step-before", series, marginal)
    bottom = _panel(_between(steps), points, "cost", "linear", series, cost)
    across = alt.X("reduction:Q", axis=alt.Axis(title=None))
    panels = alt.vconcat(
        top.encode(x=across).properties(width=WIDTH, height=210),
        bottom.encode(x=alt.X("reduction:Q", axis=alt.Axis(title=reduction))).properties(width=WIDTH, height=170),
        spacing=18,
    ).resolve_scale(x="shared")
    return configured(panels.properties(title=alt.TitleParams(title, subtitle=subtitle)))


def _between(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the cumulative cost at even reductions: straight between two steps, which a logarithmic axis bends."""
    known = np.r_[0.0, steps["reduction"]], np.r_[0.0, steps["cost"]]
    even = np.linspace(0.0, known[0][-1], BINS // 4 + 1)[1:]
    return pd.DataFrame({"reduction": even, "cost": np.interp(even, *known)})


def _panel(stairs: pd.DataFrame, points: pd.DataFrame, column: str, form: Any, series: Sequence[str], axis: str) -> Any:
    """Return one panel: a line of the staircase and points of the frontier."""
    spread = pd.concat([stairs[column], points.loc[points["reduction"] > 0, column]])
    logarithmic = bool((spread > 0).all())
    if logarithmic:
        points = points[points[column] > 0]
    scale = alt.Scale(type="log" if logarithmic else "symlog")
    legend = alt.Legend(title=None, orient="bottom", symbolType="circle")
    up = alt.Y(f"{column}:Q", scale=scale, axis=alt.Axis(title=axis, format=MONEY_FORMAT, tickCount=6))
    colour = alt.Color("series:N", scale=alt.Scale(domain=list(series), range=[MAIN, BEST]), legend=legend)
    line = (
        alt.Chart(stairs[["reduction", column]].assign(series=series[0]))
        .mark_line(interpolate=form, strokeWidth=2)
        .encode(y=up, color=colour)
    )
    marks = (
        alt.Chart(points[["reduction", column]].assign(series=series[1]))
        .mark_circle(size=45, opacity=1)
        .encode(y=up, color=colour)
    )
    return line + marks


@deferred
def saving_ranges(
    spans: pd.DataFrame, points: pd.DataFrame, *, series: Sequence[str], title: str, subtitle: str, axis: str
) -> Any:
    """Return a row per season with the range of what it saved and a mark per counterfactual.

    spans : columns label, low, high (percent); points : columns label, series, value, counted (in the range)
    series : names of the counterfactuals in order, at most five; what is not counted is drawn hollow
    """
    labels = list(spans["label"])
    position = alt.Y("label:N", sort=labels, axis=alt.Axis(title=None, labelLimit=340, grid=True))
    form = alt.Axis(title=axis, tickCount=9)
    rules = (
        alt.Chart(spans)
        .mark_rule(strokeWidth=9, opacity=0.3, color=MAIN)
        .encode(x=alt.X("low:Q", axis=form), x2=alt.X2("high:Q"), y=position)
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK).encode(x=alt.X("zero:Q", axis=form))
    names, legend = list(series), alt.Legend(title=None, orient="bottom", columns=1, labelLimit=0)
    across = {
        "x": alt.X("value:Q", axis=form),
        "y": position,
        "color": alt.Color("series:N", scale=alt.Scale(domain=names, range=categories(len(names))), legend=legend),
        "shape": alt.Shape("series:N", scale=alt.Scale(domain=names, range=list(SHAPES[: len(names)])), legend=legend),
    }
    base = alt.Chart(points)
    full = base.transform_filter("datum.counted").mark_point(size=100, filled=True, opacity=1).encode(**across)
    hollow = base.transform_filter("!datum.counted").mark_point(size=100, strokeWidth=2).encode(**across)
    size = {"width": WIDTH, "height": 54 * len(labels)}
    layers = rules + zero + full + hollow
    return configured(layers.properties(title=alt.TitleParams(title, subtitle=subtitle), **size))
