"""Charts of members: contributions by year, years in which targets can be met, levels of a schedule, grants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.colours import AFTER, BEFORE, BEST
from airshed.charts.deferred import deferred
from airshed.charts.marks import EACH, GUIDE, INK, who_shown
from airshed.charts.theme import configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

WIDTH = 560
LEVEL_WIDTH = 230
REACHED_COLOURS = (BEFORE, AFTER, BEST)
REACHED_SHAPES = ("square", "diamond", "circle")
LEVEL_COLOURS = (BEFORE, AFTER)
BOUGHT_SHAPES = ("circle", "diamond", "cross")
BOUGHT_COLOURS = (AFTER, BEST, BEFORE)


@deferred
def yearly_bars(
    rows: pd.DataFrame, *, members: Sequence[str], colours: Sequence[str], title: str, subtitle: str, axis: str
) -> Any:
    """Return a stacked bar per year, coloured by member.

    rows : columns year, member (names), value (>= 0); members : names from the bottom up, and their
        colours
    """
    rows = rows.assign(order=rows["member"].map({name: place for place, name in enumerate(members)}))
    bars = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("year:O", axis=alt.Axis(title=None, labelAngle=0, labelOverlap="greedy")),
            y=alt.Y("value:Q", stack="zero", axis=alt.Axis(title=axis, format="~s")),
            color=alt.Color(
                "member:N",
                sort=list(members),
                scale=alt.Scale(domain=list(members), range=list(colours)),
                legend=alt.Legend(title=None, orient="bottom", columns=4, labelLimit=0),
            ),
            order=alt.Order("order:Q"),
        )
    )
    return configured(bars.properties(title=alt.TitleParams(title, subtitle=subtitle), width=WIDTH, height=260))


@deferred
def attainment_dots(
    rows: pd.DataFrame,
    *,
    years: Sequence[str],
    targets: Sequence[str],
    series: Sequence[str],
    title: str,
    subtitle: str,
) -> Any:
    """Return the first year in which members can meet targets, a panel per member and a mark per way of meeting them.

    rows : columns member, target, series (names) and year (text, the last of `years` for never)
    years : text in order; targets : names from above; series : at most three ways, the latest first
    """
    members = list(dict.fromkeys(rows["member"]))
    names = list(series)
    base = alt.Chart(rows).encode(
        y=alt.Y("target:N", sort=list(targets), axis=alt.Axis(title=None, labelLimit=340, grid=True))
    )
    across = alt.X(
        "year:O", sort=list(years), scale=alt.Scale(domain=list(years)), axis=alt.Axis(title=None, labelAngle=0)
    )
    marks = base.mark_point(size=85, filled=True, opacity=1).encode(
        x=across.copy(),
        yOffset=alt.YOffset("series:N", sort=names),
        color=alt.Color(
            "series:N",
            scale=alt.Scale(domain=names, range=list(REACHED_COLOURS[: len(names)])),
            legend=alt.Legend(title=None, orient="bottom", labelLimit=0),
        ),
        shape=alt.Shape(
            "series:N",
            scale=alt.Scale(domain=names, range=list(REACHED_SHAPES[: len(names)])),
            legend=alt.Legend(title=None, orient="bottom", labelLimit=0),
        ),
    )
    panel = marks.properties(width=78 * len(years), height=44 * len(targets))
    faceted = panel.facet(
        facet=alt.Facet("member:N", sort=members, header=alt.Header(title=None)), columns=2, spacing=20
    )
    return configured(faceted.properties(title=alt.TitleParams(title, subtitle=subtitle)))


@deferred
def schedule_levels(
    rows: pd.DataFrame,
    due: pd.DataFrame,
    *,
    series: Sequence[str],
    title: str,
    subtitle: str,
    axis: str,
    guides: Sequence[float] = (),
) -> Any:
    """Return the level of every member over the years, without and with the schedule, and ticks at the targets due.

    rows : columns member, year, series (names), value; due : columns member, year, limit; series : two names;
    guides : levels of WHO, ug/m3
    """
    members = list(dict.fromkeys(rows["member"]))
    legend = alt.Legend(title=None, orient="bottom")
    colour = alt.Color("series:N", scale=alt.Scale(domain=list(series), range=list(LEVEL_COLOURS)), legend=legend)
    dash = alt.StrokeDash("series:N", scale=alt.Scale(domain=list(series), range=[[1, 0], [5, 3]]), legend=legend)
    levels = _levels_of(rows, guides)
    both = pd.concat([rows, due.rename(columns={"limit": "value"}).assign(series=""), levels], ignore_index=True)
    bare = alt.Chart(both)
    base = bare.encode(
        x=alt.X("year:O", axis=alt.Axis(title=None, labelAngle=0)), y=alt.Y("value:Q", axis=alt.Axis(title=axis))
    )
    lines = (
        base.transform_filter("datum.series && isValid(datum.value)")
        .mark_line(point={"size": 60, "filled": True, "opacity": 1}, strokeWidth=2.5)
        .encode(color=colour, strokeDash=dash)
    )
    ticks = base.transform_filter("datum.series == ''").mark_tick(thickness=3, width=26, color=INK, orient="horizontal")
    across = bare.transform_filter("isValid(datum.who)")
    who = across.mark_rule(strokeWidth=0.8, strokeDash=[3, 3], color=GUIDE).encode(y=alt.Y("who:Q"))
    words = across.mark_text(fontSize=10, color=GUIDE, align="left", dx=3).encode(
        x=alt.value(LEVEL_WIDTH), y=alt.Y("who:Q"), text=alt.Text("words:N")
    )
    faceted = (
        alt.layer(*([who, words] if len(levels) else []), lines, ticks, data=both)
        .properties(width=LEVEL_WIDTH, height=150)
        .facet(facet=alt.Facet("member:N", sort=members, header=alt.Header(title=None)), columns=3, spacing=44)
        .resolve_scale(y="independent")
    )
    return configured(faceted.properties(title=alt.TitleParams(title, subtitle=subtitle)))


def _levels_of(rows: pd.DataFrame, guides: Sequence[float]) -> pd.DataFrame:
    """Return WHO's levels that the axis of each member shows: columns member, who, words."""
    tops = rows.groupby("member", sort=False)["value"].max()
    found = [
        {"member": member, "who": level, "words": f"WHO {level:g}"}
        for member, top in tops.items()
        for level in who_shown(guides, float(top))
    ]
    return pd.DataFrame(found, columns=["member", "who", "words"])


@deferred
def grant_points(rows: pd.DataFrame, *, series: Sequence[str], title: str, subtitle: str, axis: str) -> Any:
    """Return what a million dollars does in every grant, on a logarithmic axis, marked by how much of it is bought.

    rows : columns label, value (> 0), series (names), from above; series : bought in full, in part, not
    """
    labels = list(dict.fromkeys(rows["label"]))
    names = list(series)
    legend = alt.Legend(title=None, orient="bottom")
    marks = (
        alt.Chart(rows)
        .mark_point(size=85, filled=True, opacity=1)
        .encode(
            x=alt.X("value:Q", scale=alt.Scale(type="log"), axis=alt.Axis(title=axis, labelExpr=EACH, tickCount=6)),
            y=alt.Y("label:N", sort=labels, axis=alt.Axis(title=None, labelLimit=340, grid=True)),
            color=alt.Color("series:N", scale=alt.Scale(domain=names, range=list(BOUGHT_COLOURS)), legend=legend),
            shape=alt.Shape("series:N", scale=alt.Scale(domain=names, range=list(BOUGHT_SHAPES)), legend=legend),
        )
    )
    size = {"width": WIDTH, "height": 22 * len(labels)}
    return configured(marks.properties(title=alt.TitleParams(title, subtitle=subtitle), **size))
