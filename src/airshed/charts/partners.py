"""Charts of joint projects: what a score is made of, how firm a rank is, who is joined with whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.colours import categories
from airshed.charts.deferred import deferred
from airshed.charts.theme import HEAT, configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

WIDTH = 560
INK = "#22282e"
SHAPES = ("square", "triangle-up")
LABEL_LIMIT = 340
CELL = (58, 26)


@deferred
def score_bars(rows: pd.DataFrame, *, parts: Sequence[str], title: str, subtitle: str, axis: str) -> Any:
    """Return a stacked bar per project: what each part adds to its score.

    rows : columns label, part (names), value (0..1); labels from above; parts : names in their order
    """
    labels = list(dict.fromkeys(rows["label"]))
    rows = rows.assign(order=rows["part"].map({name: place for place, name in enumerate(parts)}))
    bars = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("value:Q", stack="zero", axis=alt.Axis(title=axis, tickCount=6)),
            y=alt.Y("label:N", sort=labels, axis=alt.Axis(title=None, labelLimit=LABEL_LIMIT)),
            color=alt.Color(
                "part:N",
                sort=list(parts),
                scale=alt.Scale(domain=list(parts), range=categories(len(parts))),
                legend=alt.Legend(title=None, orient="bottom"),
            ),
            order=alt.Order("order:Q"),
        )
    )
    size = {"width": WIDTH, "height": 24 * len(labels)}
    return configured(bars.properties(title=alt.TitleParams(title, subtitle=subtitle), **size))


@deferred
def rank_spans(
    rows: pd.DataFrame, ranks: pd.DataFrame, *, series: Sequence[str], title: str, subtitle: str, axis: str
) -> Any:
    """Return the ranks that every project takes: a line per kind of draw from the best to the worst, a mark at its own.

    rows : columns label, series, best, worst; ranks : columns label, rank; labels from above; series : at most two
    """
    labels = list(dict.fromkeys(rows["label"]))
    position = alt.Y("label:N", sort=labels, axis=alt.Axis(title=None, labelLimit=LABEL_LIMIT, grid=True))
    scale = alt.Scale(type="log", nice=False, domainMin=0.9)
    across = alt.Axis(title=axis, tickCount=6, format="d")
    legend = alt.Legend(title=None, orient="bottom")
    colour = alt.Color("series:N", scale=alt.Scale(domain=list(series), range=categories(len(series))), legend=legend)
    offset = alt.YOffset("series:N", sort=list(series))
    spans = (
        alt.Chart(rows)
        .mark_rule(strokeWidth=2)
        .encode(
            x=alt.X("best:Q", scale=scale, axis=across), x2=alt.X2("worst:Q"), y=position, yOffset=offset, color=colour
        )
    )
    ends = (
        alt.Chart(rows)
        .mark_point(size=60, filled=True, opacity=1)
        .encode(
            x=alt.X("worst:Q", scale=scale, axis=across),
            y=position,
            yOffset=offset,
            color=colour,
            shape=alt.Shape(
                "series:N", scale=alt.Scale(domain=list(series), range=list(SHAPES[: len(series)])), legend=legend
            ),
        )
    )
    marks = (
        alt.Chart(ranks)
        .mark_point(size=80, filled=True, opacity=1, shape="diamond", color=INK)
        .encode(x=alt.X("rank:Q", scale=scale, axis=across), y=position)
    )
    size = {"width": WIDTH, "height": 30 * len(labels)}
    return configured((spans + ends + marks).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))


@deferred
def network_map(
    rows: pd.DataFrame, *, regions: Sequence[str], partners: Sequence[str], title: str, subtitle: str, legend: str
) -> Any:
    """Return who is joined with whom: a cell per pair with the rank of its best project, shaded by its score.

    rows : columns region, partner (names), score (0..1), text; regions : columns, partners : rows, both in order
    """
    base = alt.Chart(rows).encode(
        x=alt.X(
            "region:N", sort=list(regions), axis=alt.Axis(title=None, orient="top", labelAngle=-35, labelLimit=160)
        ),
        y=alt.Y("partner:N", sort=list(partners), axis=alt.Axis(title=None, labelLimit=LABEL_LIMIT)),
    )
    cells = base.mark_rect(stroke="#eee").encode(
        color=alt.Color(
            "score:Q",
            scale=alt.Scale(range=list(HEAT), domain=[0, 1], interpolate="lab"),
            legend=alt.Legend(title=legend, format=".1f"),
        )
    )
    words = base.mark_text(fontSize=11).encode(
        text=alt.Text("text:N"), color=alt.condition("datum.score > 0.6", alt.value("white"), alt.value("#333"))
    )
    size = {"width": CELL[0] * len(regions), "height": CELL[1] * len(partners)}
    return configured((cells + words).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))
