"""Charts of emissions: stacked series of the baseline, and bars of change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.deferred import deferred
from airshed.charts.theme import colour_range, configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt


@deferred
def stacked_emissions(
    rows: pd.DataFrame, *, category: str, order: Sequence[str], title: str, subtitle: str, axis: str, columns: int = 2
) -> Any:
    """Return stacked areas over the years, one panel per pollutant.

    rows : columns pollutant (panel name), year, `category` (names) and value; order : the names from the bottom up
    axis : title of the value axis, with its unit
    """
    rows = rows.assign(order=rows[category].map({name: place for place, name in enumerate(order)}))
    base = (
        alt.Chart(rows)
        .mark_area(line=False, opacity=0.95)
        .encode(
            x=alt.X("year:Q", axis=alt.Axis(format="d", title=None, tickCount=5)),
            y=alt.Y("value:Q", stack="zero", axis=alt.Axis(title=axis, format="~s")),
            color=alt.Color(
                f"{category}:N",
                sort=list(order),
                scale=alt.Scale(domain=list(order), range=colour_range(len(order))),
                legend=alt.Legend(title=None, orient="bottom", columns=5),
            ),
            order=alt.Order("order:Q"),
        )
        .properties(width=330, height=190)
    )
    panels = list(dict.fromkeys(rows["pollutant"]))
    faceted = base.facet(
        facet=alt.Facet("pollutant:N", sort=panels, header=alt.Header(title=None)), columns=columns
    ).resolve_scale(y="independent")
    return configured(faceted.properties(title=alt.TitleParams(title, subtitle=subtitle)))


@deferred
def change_bars(
    rows: pd.DataFrame, *, category: str, order: Sequence[str], title: str, subtitle: str, axis: str
) -> Any:
    """Return bars of the change between two years by region, one panel per pollutant, coloured by sector.

    rows : columns pollutant (panel name), region (name), `category` (sector name) and change
    """
    panels = list(dict.fromkeys(rows["pollutant"]))
    places = list(dict.fromkeys(rows["region"]))
    base = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("change:Q", axis=alt.Axis(title=axis, format="~s", tickCount=4)),
            y=alt.Y("region:N", sort=places, axis=alt.Axis(title=None, labelLimit=220)),
            color=alt.Color(
                f"{category}:N",
                sort=list(order),
                scale=alt.Scale(domain=list(order), range=colour_range(len(order))),
                legend=alt.Legend(title=None, orient="bottom", columns=4),
            ),
        )
        .properties(width=205, height=26 * max(len(places), 2))
    )
    faceted = base.facet(column=alt.Column("pollutant:N", sort=panels, header=alt.Header(title=None))).resolve_scale(
        x="independent"
    )
    return configured(faceted.properties(title=alt.TitleParams(title, subtitle=subtitle)))


@deferred
def stacked_shares(
    rows: pd.DataFrame, *, category: str, order: Sequence[str], title: str, subtitle: str, axis: str
) -> Any:
    """Return stacked bars of shares by region, one panel per pollutant, coloured by sector.

    rows : columns pollutant (panel name), region (name), `category` (sector name) and share (0..1)
    """
    panels = list(dict.fromkeys(rows["pollutant"]))
    places = list(dict.fromkeys(rows["region"]))
    rows = rows.assign(order=rows[category].map({name: place for place, name in enumerate(order)}))
    base = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X(
                "share:Q",
                stack="zero",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(title=axis, format=".0%", tickCount=3),
            ),
            y=alt.Y("region:N", sort=places, axis=alt.Axis(title=None, labelLimit=220)),
            color=alt.Color(
                f"{category}:N",
                sort=list(order),
                scale=alt.Scale(domain=list(order), range=colour_range(len(order))),
                legend=alt.Legend(title=None, orient="bottom", columns=4),
            ),
            order=alt.Order("order:Q"),
        )
        .properties(width=250, height=30 * max(len(places), 2))
    )
    faceted = base.facet(facet=alt.Facet("pollutant:N", sort=panels, header=alt.Header(title=None)), columns=2)
    return configured(faceted.properties(title=alt.TitleParams(title, subtitle=subtitle)))
