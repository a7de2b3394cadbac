"""Charts of emissions: stacked series of the baseline, bars of change, and shares of the sectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.colours import ink_on
from airshed.charts.deferred import deferred
from airshed.charts.marks import INK
from airshed.charts.theme import configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

NAMED = 0.06
"""Part of a panel from which on an area bears its name at its end."""
WRITTEN = 0.08
"""Share from which on a part of a bar bears its number."""


def _named(rows: pd.DataFrame, category: str) -> pd.DataFrame:
    """Return the ends of the areas that have room for their name: columns pollutant, year, name, middle."""
    last = rows[rows["year"] == rows.groupby("pollutant")["year"].transform("max")].sort_values("order")
    over = last.groupby("pollutant")["value"].cumsum()
    tallest = rows.groupby(["pollutant", "year"])["value"].sum().groupby("pollutant").max()
    ends = last.assign(name=last[category], middle=over - last["value"] / 2)
    return ends[ends["value"] >= NAMED * ends["pollutant"].map(tallest)][["pollutant", "year", "name", "middle"]]


@deferred
def stacked_emissions(
    rows: pd.DataFrame,
    *,
    category: str,
    order: Sequence[str],
    colours: Sequence[str],
    title: str,
    subtitle: str,
    axis: str,
    columns: int = 2,
) -> Any:
    """Return stacked areas over the years, one panel per pollutant; areas with room bear their name at their end.

    rows : columns pollutant (panel name), year, `category` (names) and value; order : the names from the bottom up, and
        their colours; axis : title of the value axis, with its unit
    """
    # Vega stacks the highest order first.
    rows = rows.assign(order=rows[category].map({name: -place for place, name in enumerate(order)}))
    rows = rows.sort_values("order", ascending=False, kind="stable")
    ends = _named(rows.assign(order=-rows["order"]), category)
    unnamed = [name for name in order if name not in set(ends["name"])]
    legend = alt.Legend(title=None, orient="bottom", columns=5, values=unnamed, labelLimit=0) if unnamed else None
    both = pd.concat([rows, ends], ignore_index=True)
    base = alt.Chart(both)
    areas = (
        base.transform_filter("isValid(datum.value)")
        .mark_area(line=False, opacity=0.95)
        .encode(
            x=alt.X("year:Q", scale=alt.Scale(nice=False), axis=alt.Axis(format="d", title=None, tickCount=5)),
            y=alt.Y("value:Q", stack="zero", axis=alt.Axis(title=axis, format="~s")),
            color=alt.Color(
                f"{category}:N",
                sort=list(order),
                scale=alt.Scale(domain=list(order), range=list(colours)),
                legend=legend,
            ),
            order=alt.Order("order:Q", sort="descending"),
        )
    )
    names = (
        base.transform_filter("isValid(datum.middle)")
        .mark_text(align="left", dx=5, fontSize=11, color=INK)
        .encode(x=alt.X("year:Q"), y=alt.Y("middle:Q"), text=alt.Text("name:N"))
    )
    panels = list(dict.fromkeys(rows["pollutant"]))
    # A layer without a row has no extent of its own, of which the library that draws warns.
    panel = alt.layer(areas, *([names] if len(ends) else []), data=both).properties(width=330, height=190)
    faceted = panel.facet(
        facet=alt.Facet("pollutant:N", sort=panels, header=alt.Header(title=None)),
        columns=columns,
        spacing={"row": 24, "column": 78},
    ).resolve_scale(y="independent")
    return configured(faceted.properties(title=alt.TitleParams(title, subtitle=subtitle)))


@deferred
def change_bars(
    rows: pd.DataFrame,
    *,
    category: str,
    order: Sequence[str],
    colours: Sequence[str],
    title: str,
    subtitle: str,
    axis: str,
) -> Any:
    """Return bars of the change between two years by region, one panel per pollutant, coloured by sector.

    rows : columns pollutant (panel name), region (name), `category` (sector name) and change; order : names of the
        sectors, and their colours
    """
    panels = list(dict.fromkeys(rows["pollutant"]))
    places = list(dict.fromkeys(rows["region"]))
    base = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("change:Q", axis=alt.Axis(title=axis, format="~s", tickCount=4)),
            y=alt.Y("region:N", sort=places, axis=alt.Axis(title=None, labelLimit=340)),
            color=alt.Color(
                f"{category}:N",
                sort=list(order),
                scale=alt.Scale(domain=list(order), range=list(colours)),
                legend=alt.Legend(title=None, orient="bottom", columns=6, labelLimit=0),
            ),
        )
        .properties(width=205, height=26 * max(len(places), 2))
    )
    faceted = base.facet(
        facet=alt.Facet("pollutant:N", sort=panels, header=alt.Header(title=None)), columns=len(panels)
    ).resolve_scale(x="independent")
    return configured(faceted.properties(title=alt.TitleParams(title, subtitle=subtitle)))


def _with_numbers(rows: pd.DataFrame, by: Sequence[str], shades: dict[str, str], category: str) -> pd.DataFrame:
    """Return the parts with the middle of each, the number where there is room for it, and its ink."""
    rows = rows.sort_values([*by, "order"], kind="stable")
    over = rows.groupby(list(by), sort=False)["share"].cumsum()
    return rows.assign(
        middle=over - rows["share"] / 2,
        text=[f"{100 * share:.0f} %" if share >= WRITTEN else "" for share in rows["share"]],
        ink=[ink_on(shades[name]) for name in rows[category]],
    )


@deferred
def stacked_shares(
    rows: pd.DataFrame,
    *,
    category: str,
    order: Sequence[str],
    colours: Sequence[str],
    title: str,
    subtitle: str,
    axis: str,
) -> Any:
    """Return stacked bars of shares by region, one panel per pollutant, coloured by sector, with the large numbers.

    rows : columns pollutant (panel name), region (name), `category` (sector name) and share (0..1); order : names of
        the sectors, and their colours
    A single region has a bar per pollutant instead of a panel.
    """
    panels = list(dict.fromkeys(rows["pollutant"]))
    places = list(dict.fromkeys(rows["region"]))
    single = len(places) == 1
    shades = dict(zip(order, colours, strict=True))
    rows = rows.assign(order=rows[category].map({name: place for place, name in enumerate(order)}))
    rows = _with_numbers(rows, ["pollutant", "region"], shades, category)
    down = alt.Y(
        "pollutant:N" if single else "region:N",
        sort=panels if single else places,
        axis=alt.Axis(title=None, labelLimit=340),
    )
    base = alt.Chart(rows)
    bars = base.mark_bar().encode(
        x=alt.X(
            "share:Q",
            stack="zero",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(title=axis, format=".0%", tickCount=3),
        ),
        y=down,
        color=alt.Color(
            f"{category}:N",
            sort=list(order),
            scale=alt.Scale(domain=list(order), range=list(colours)),
            legend=alt.Legend(title=None, orient="bottom", columns=5, labelLimit=0),
        ),
        order=alt.Order("order:Q"),
    )
    words = base.mark_text(fontSize=11).encode(
        x=alt.X("middle:Q"), y=down, text=alt.Text("text:N"), color=alt.Color("ink:N", scale=None)
    )
    drawn = alt.layer(bars, words, data=rows)
    told = alt.TitleParams(title, subtitle=subtitle)
    if single:
        return configured(drawn.properties(width=620, height=34 * len(panels), title=told))
    drawn = drawn.properties(width=250, height=30 * max(len(places), 2))
    faceted = drawn.facet(facet=alt.Facet("pollutant:N", sort=panels, header=alt.Header(title=None)), columns=2)
    return configured(faceted.properties(title=told))
