"""Maps: one tile per region, bubbles over the outline of the land, given boundaries, and flows to a place.

Borders are never drawn unless a deployment gives them, because some here are disputed. Rows with a column `code` can
be followed to the page of the region; `told` is what a mark says when it is read out or pointed at.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airshed.charts.deferred import deferred
from airshed.charts.frame import Frame, Name, around, frame_of, land, roomy, view
from airshed.charts.theme import (
    DIVERGING,
    FLOW_COLOUR,
    LAND_COLOUR,
    MAP_EXTENT,
    MAP_SCHEME,
    MAP_TURN,
    MISSING_COLOUR,
    SEA_COLOUR,
    configured,
)
from airshed.pack.geometry import Box, Shape

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

WIDTH, TALLEST = 720.0, 560.0
NARROW_WIDTH, NARROW_TALLEST = 330.0, 420.0
LARGEST_BUBBLE, LARGEST_NARROW = 1300.0, 420.0
"""Area of the largest bubble in square pixels."""
UNKNOWN_BUBBLE = 30.0
WIDEST_FLOW = 11.0
SMALLEST_SOURCE, LARGEST_SOURCE = 50.0, 210.0
"""Area of the point of a source in square pixels: what every one has, and what the largest has more."""
DARK = "black"
FAR = 0.75
"""The share of a scale to both sides of zero above which letters on a colour are white."""
HALO = "white"
LETTERS: Mapping[str, Any] = {"fontSize": 11, "aria": False}


def scale_of(values: pd.Series[float]) -> alt.Scale:
    """Return the scale of colours of a map: from zero, or to both sides of a white zero where values are below it."""
    if float(values.min()) < 0:
        end = float(values.abs().max())
        return alt.Scale(range=list(DIVERGING), domain=[-end, end], interpolate="lab")
    scheme = alt.SchemeParams(name=MAP_SCHEME, extent=list(MAP_EXTENT))
    return alt.Scale(scheme=scheme, reverse=True, zero=True)


def _saying(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the encoding of what a mark says, where rows hold it."""
    return {"tooltip": alt.Tooltip("told:N"), "description": alt.Description("told:N")} if "told" in rows else {}


@deferred
def tile_map(rows: pd.DataFrame, *, title: str, subtitle: str, legend: str, size: int = 46, across: int = 2) -> Any:
    """Return a tile-grid map of a number.

    rows : columns row, column (of the tile), label, text, value (NaN where unknown), told and code where marks are to
        be followed; with a column `panel`, one map each
    """
    base = alt.Chart(rows.reset_index(drop=True)).encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(paddingInner=0.06)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.06)),
    )
    saying = _saying(rows)
    ground = base.mark_rect(cornerRadius=3, color=MISSING_COLOUR).encode(**saying)
    colour = alt.Color("value:Q", scale=scale_of(rows["value"]), legend=alt.Legend(title=legend, format="~s"))
    tiles = base.mark_rect(cornerRadius=3).encode(color=colour, **saying)
    letters = max(8, size // 5)
    top = _top(rows["value"])
    dark = f"abs(datum.value) > {FAR * float(rows['value'].abs().max())}" if (rows["value"] < 0).any() else ""
    dark = dark or f"datum.value > {MAP_TURN * top}"
    ink = alt.condition(f"isValid(datum.value) && {dark}", alt.value("white"), alt.value(DARK))
    words = base.mark_text(fontSize=letters, dy=-letters * 0.55, aria=False).encode(text=alt.Text("label:N"), color=ink)
    numbers = base.mark_text(fontSize=letters, dy=letters * 0.75, aria=False).encode(text=alt.Text("text:N"), color=ink)
    known = "isValid(datum.value)"
    layers = ground.transform_filter(f"!{known}") + tiles.transform_filter(known) + words + numbers
    width = size * (int(rows["column"].max()) - int(rows["column"].min()) + 1)
    height = size * (int(rows["row"].max()) - int(rows["row"].min()) + 1)
    layers = layers.properties(width=width, height=height)
    if "panel" in rows:
        facet = alt.Facet("panel:N", sort=list(dict.fromkeys(rows["panel"])), header=alt.Header(title=None))
        layers = layers.facet(facet=facet, columns=across).resolve_scale(color="shared")
    return configured(layers.properties(title=alt.TitleParams(title, subtitle=subtitle)))


@deferred
def bubble_map(rows: pd.DataFrame, *, title: str, subtitle: str, legend: str, size_legend: str | None = None) -> Any:
    """Return bubbles of a number at the points of regions, over the outline of the land.

    rows : columns code, longitude, latitude (degrees), label, told, value (NaN where unknown) and size (>= 0), which
        the area of the bubble follows; size_legend : what the size is, where it is not the value
    """
    rows = rows.sort_values("size", ascending=False, na_position="last").reset_index(drop=True)
    frames = _frames(around(zip(rows["longitude"], rows["latitude"], strict=True)))
    top = _top(rows["size"])
    base = alt.Chart(rows).encode(
        longitude=alt.Longitude("longitude:Q"), latitude=alt.Latitude("latitude:Q"), **_saying(rows)
    )
    unknown = base.mark_circle(size=UNKNOWN_BUBBLE, color="white", stroke="#777", opacity=1)
    area = alt.Scale(domain=[0, top], range=[0, alt.ExprRef(f"narrow ? {LARGEST_NARROW} : {LARGEST_BUBBLE}")])
    sizes = alt.Legend(title=size_legend, format="~s", symbolFillColor="#999", tickCount=3)
    bubbles = base.mark_circle(stroke="#444", strokeWidth=0.7, opacity=0.9).encode(
        color=alt.Color("value:Q", scale=scale_of(rows["value"]), legend=alt.Legend(title=legend, format="~s")),
        size=alt.Size("size:Q", scale=area, legend=sizes if size_legend else None),
    )
    known = "isValid(datum.value) && isValid(datum.size)"
    parts = (rows["size"] / top).fillna(0.01)
    names = [
        _names(rows, [math.sqrt(largest * max(part, 0.0) / math.pi) for part in parts], frame)
        for largest, frame in zip((LARGEST_BUBBLE, LARGEST_NARROW), frames, strict=True)
    ]
    marks = [unknown.transform_filter(f"!({known})"), bubbles.transform_filter(known)]
    return _framed([*marks, *_labels(names)], frames, title, subtitle)


@deferred
def boundary_map(
    rows: pd.DataFrame, shapes: Mapping[str, Sequence[Shape]], box: Box, *, title: str, subtitle: str, legend: str
) -> Any:
    """Return a choropleth: the areas of regions, coloured by a number, over the outline of the land.

    rows : columns code, longitude, latitude (where its name may stand; NaN for no name), label, told, value (NaN where
        unknown); shapes : areas by code; box : what the map shows
    """
    frames = _frames(box)
    base = {True: rows[rows["value"].notna()], False: rows[rows["value"].isna()]}
    known, unknown = (_areas(base[held], shapes).encode(**_saying(rows)) for held in (True, False))
    shade = alt.Color("value:Q", scale=scale_of(rows["value"]), legend=alt.Legend(title=legend, format="~s"))
    areas = [unknown.encode(color=alt.ColorValue(MISSING_COLOUR)), known.encode(color=shade)]
    placed = rows.dropna(subset=["longitude", "latitude"])
    names = [_names(placed, [0.0] * len(placed), frame, inside=True) for frame in frames]
    return _framed([*areas, *_labels(names)], frames, title, subtitle)


def _areas(rows: pd.DataFrame, shapes: Mapping[str, Sequence[Shape]]) -> alt.Chart:
    """Return the areas of regions with what each row says of them."""
    features = [
        {"type": "Feature", "geometry": shape.geometry(), **_plain(row)}
        for row in rows[["code", "told", "value"]].to_dict("records")
        for shape in shapes.get(str(row["code"]), ())
    ]
    chart: alt.Chart = alt.Chart(alt.InlineData(values=features)).mark_geoshape(
        stroke="white", strokeWidth=0.7, clip=True
    )
    return chart


@deferred
def flow_map(rows: pd.DataFrame, place: tuple[str, float, float], *, title: str, subtitle: str, legend: str) -> Any:
    """Return lines from source regions to a place, as wide as what they give it.

    rows : columns code, longitude, latitude, label, told, value (ug/m3, > 0); place : name, longitude, latitude
    """
    name, longitude, latitude = place
    rows = rows.sort_values("value", ascending=False).reset_index(drop=True)
    points = [(longitude, latitude), *zip(rows["longitude"], rows["latitude"], strict=True)]
    frames = _frames(around(points, share=0.1))
    top = float(rows["value"].max())
    base = alt.Chart(
        rows.assign(
            to_longitude=longitude, to_latitude=latitude, area=SMALLEST_SOURCE + LARGEST_SOURCE * rows["value"] / top
        )
    )
    width = alt.StrokeWidth(
        "value:Q",
        scale=alt.Scale(domain=[0, top], range=[0, WIDEST_FLOW]),
        legend=alt.Legend(
            title=legend, symbolType="stroke", symbolStrokeColor=FLOW_COLOUR, values=_ticks(top), format=".2~f"
        ),
    )
    lines = base.mark_rule(color=FLOW_COLOUR, opacity=0.55, strokeCap="round", aria=False).encode(
        longitude=alt.Longitude("longitude:Q"),
        latitude=alt.Latitude("latitude:Q"),
        longitude2=alt.Longitude2("to_longitude:Q"),
        latitude2=alt.Latitude2("to_latitude:Q"),
        strokeWidth=width,
    )
    sources = base.mark_circle(color=FLOW_COLOUR, opacity=1, stroke="white", strokeWidth=1).encode(
        longitude=alt.Longitude("longitude:Q"),
        latitude=alt.Latitude("latitude:Q"),
        size=alt.Size("area:Q", scale=None),
        **_saying(rows),
    )
    target = alt.Chart(pd.DataFrame({"longitude": [longitude], "latitude": [latitude], "told": [name]}))
    target = target.mark_point(shape="diamond", size=130, filled=True, color="black", stroke="white", opacity=1).encode(
        longitude=alt.Longitude("longitude:Q"),
        latitude=alt.Latitude("latitude:Q"),
        tooltip=alt.Tooltip("told:N"),
        description=alt.Description("told:N"),
    )
    here = pd.DataFrame({"longitude": [longitude], "latitude": [latitude], "label": [name]})
    shown = pd.concat([here, rows[["longitude", "latitude", "label"]]], ignore_index=True)
    names = [_names(shown, [7.0] * len(shown), frame) for frame in frames]
    return _framed([lines, sources, target, *_labels(names)], frames, title, subtitle)


def _frames(box: Box) -> tuple[Frame, Frame]:
    """Return the frame of a wide screen and that of a phone."""
    return frame_of(box, WIDTH, TALLEST), frame_of(box, NARROW_WIDTH, NARROW_TALLEST)


def _top(values: pd.Series[float]) -> float:
    """Return the largest number, 1 where none is above zero."""
    top = float(values.max())
    return top if top > 0 else 1.0


def _ticks(top: float) -> list[float]:
    """Return a quarter, the half and the whole of a number, each to one digit.

    >>> _ticks(3.94)
    [1.0, 2.0, 4.0]
    """
    return [float(f"{top * share:.0e}") for share in (0.25, 0.5, 1.0)]


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): (None if value != value else value) for name, value in row.items()}


def _names(rows: pd.DataFrame, radii: Sequence[float], frame: Frame, inside: bool = False) -> pd.DataFrame:
    """Return the texts that find room with the points of their middles: columns longitude, latitude, label, inside."""
    places = zip(rows["longitude"], rows["latitude"], rows["label"], radii, strict=True)
    names = [Name(str(label), *frame.place(x, y), radius) for x, y, label, radius in places]
    middles = roomy(names, frame, inside)
    found = [(*frame.point(*at), name.text) for name, at in zip(names, middles, strict=True) if at]
    return pd.DataFrame(found, columns=["longitude", "latitude", "label"])


def _labels(names: Sequence[pd.DataFrame]) -> list[alt.Chart]:
    """Return the names of both frames, with a light rim so that they can be read on any colour."""
    wide, narrow = names
    rows = pd.concat([wide.assign(narrow=False), narrow.assign(narrow=True)], ignore_index=True)
    base = alt.Chart(rows).transform_filter("datum.narrow === narrow")
    place: dict[str, Any] = {
        "longitude": alt.Longitude("longitude:Q"),
        "latitude": alt.Latitude("latitude:Q"),
        "text": alt.Text("label:N"),
    }
    rim = base.mark_text(color=HALO, stroke=HALO, strokeWidth=3, strokeJoin="round", opacity=0.85, **LETTERS)
    ink = base.mark_text(color=DARK, **LETTERS)
    return [rim.encode(**place), ink.encode(**place)]


def _framed(layers: Sequence[alt.Chart], frames: tuple[Frame, Frame], title: str, subtitle: str) -> Any:
    """Return layers over the land; a narrow screen takes the second frame, which the spec carries beside the first."""
    wide, narrow = frames
    ground = {"type": "Feature", "geometry": land(wide.box).geometry()}
    earth = alt.Chart(alt.InlineData(values=[ground])).mark_geoshape(color=LAND_COLOUR, aria=False, clip=True)
    shown = view(wide)
    chart = alt.layer(earth, *layers).project(**shown["projection"])
    return configured(
        chart.add_params(alt.param(name="narrow", value=False)).properties(
            width=wide.width,
            height=wide.height,
            view=alt.ViewBackground(fill=SEA_COLOUR),
            title=alt.TitleParams(title, subtitle=subtitle),
            usermeta={"narrow": view(narrow)},
        )
    )
