"""The figures of maps: numbers of regions with names in one language, as tiles, bubbles, boundaries or flows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from airshed.answers.words import Figure, Words
from airshed.charts.frame import around, grown
from airshed.charts.maps import boundary_map, bubble_map, flow_map, tile_map
from airshed.charts.tiles import tile_layout
from airshed.pack.boundaries import Boundaries
from airshed.pack.codes import leaves
from airshed.pack.errors import AirshedError
from airshed.pack.geometry import Box, Shape, common_box, simplified, within
from airshed.pack.pack import Pack

SCRIPT = "marks.js"
"""The script of a page whose map is walked by keys."""

MOST_POINTS = 12_000
"""Points of the boundaries of one map."""
REACH = 0.25
"""How far beyond the points of its regions a map with boundaries reaches at most, of its width and height."""
FLOWS = 15
"""Lines of a map of flows."""
POINT = ["longitude", "latitude"]
TILE = ["tile_row", "tile_column"]


@dataclass(frozen=True)
class Subject:
    """What a map shows, in words.

    digits : decimals of its numbers; weight : what the area of bubbles follows where it is not the number itself
    """

    title: str
    subtitle: str
    caption: str
    unit: str
    digits: int
    weight: str = ""


def inner(pack: Pack) -> pd.DataFrame:
    """Return the regions that have no parts and people of their own: each place of the airshed once."""
    regions = pack.table("regions")
    return regions[regions["code"].isin(leaves(pack)) & (regions["level"] != "outside")]


def tiles(words: Words) -> pd.DataFrame:
    """Return the tiles with their short names: those that the pack lays out, else a layout from the coordinates.

    returns : columns code, row, column, label
    Raises AirshedError for a pack that has neither.
    """
    found = words.pack.derive("tiles", _tiles)
    return found.assign(label=[words.short(code) for code in found["code"]])


def _tiles(pack: Pack) -> pd.DataFrame:
    regions = pack.table("regions").dropna(subset=TILE)
    if len(regions):
        row, column = (regions[name].astype(int).to_numpy() for name in TILE)
    else:
        regions = inner(pack).dropna(subset=POINT)
        if regions.empty:
            raise AirshedError("table-regions-neither-tiles-nor")
        longitude, latitude = (regions[name].to_numpy(dtype=np.float64) for name in POINT)
        row, column = tile_layout(longitude, latitude)
    return pd.DataFrame({"code": list(regions["code"]), "row": row, "column": column})


def points(words: Words) -> pd.DataFrame:
    """Return the points of the regions that have no parts, with their short names.

    returns : columns code, longitude, latitude, label
    Raises AirshedError for a pack without coordinates.
    """
    regions = inner(words.pack).dropna(subset=POINT)
    if regions.empty:
        raise AirshedError("table-regions-no-coordinates")
    return _placed(regions, words)


def _placed(regions: pd.DataFrame, words: Words) -> pd.DataFrame:
    longitude, latitude = (regions[name].astype(float).to_numpy() for name in POINT)
    codes = list(regions["code"])
    label = [words.short(code) for code in codes]
    return pd.DataFrame({"code": codes, "longitude": longitude, "latitude": latitude, "label": label})


def _told(rows: pd.DataFrame, subject: Subject, words: Words) -> list[str]:
    """Return what every mark says: the name of the region, and its number with the unit."""
    unknown = words.translate("not known")
    return [
        f"{words.name(code)}: {f'{value:,.{subject.digits}f} {subject.unit}' if np.isfinite(value) else unknown}"
        for code, value in zip(rows["code"], rows["value"], strict=True)
    ]


def tile_figure(values: pd.Series[float], subject: Subject, words: Words, name: str = "map") -> Figure:
    """Return a tile-grid map; values : by region code, only the regions to show."""
    rows = tiles(words)
    rows = rows[rows["code"].isin(values.index)]
    rows = rows.assign(value=rows["code"].map(values).astype(float))
    rows["text"] = [_short(value, subject.digits) for value in rows["value"]]
    rows["told"] = _told(rows, subject, words)
    chart = tile_map(rows, title=subject.title, subtitle=subject.subtitle, legend=subject.unit)
    return Figure(name, chart, subject.title, subject.caption)


def level_map(rows: pd.DataFrame, year: int, words: Words) -> Figure:
    """Return the tile-grid map of levels; rows : columns region, value (ug/m3)."""
    _ = words.translate
    title = _("Annual mean PM2.5 of the regions, {year}").format(year=year)
    caption = _("A level is the natural part and what the sources give, held to all observations.")
    subject = Subject(title, _("one tile per region"), caption, "µg/m³", 1)
    return tile_figure(rows.set_index("region")["value"], subject, words)


def _short(value: float, digits: int) -> str:
    """Return a number for a tile.

    >>> [_short(value, 1) for value in (3.94, 41.2, 5432.0, 2293192.2)]
    ['3.9', '41', '5.4k', '2.3M']
    """
    if not np.isfinite(value):
        return ""
    for limit, letter in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.{0 if abs(value) >= 10 * limit else 1}f}{letter}"
    return f"{value:.{digits if abs(value) < 10 else 0}f}"


def bubble_figure(values: pd.Series[float], weights: pd.Series[float], subject: Subject, words: Words) -> Figure:
    """Return bubbles; values, weights : by region code, only the regions to show."""
    rows = points(words)
    rows = rows[rows["code"].isin(values.index)]
    rows = rows.assign(value=rows["code"].map(values).astype(float), size=rows["code"].map(weights).astype(float))
    rows["told"] = _told(rows, subject, words)
    chart = bubble_map(
        rows, title=subject.title, subtitle=subject.subtitle, legend=subject.unit, size_legend=subject.weight or None
    )
    land = words.translate("Land: Natural Earth, public domain.")
    return Figure("map", chart, subject.title, f"{subject.caption} {land}")


def boundary_figure(
    values: pd.Series[float], areas: Mapping[str, Sequence[Shape]], box: Box, subject: Subject, words: Words
) -> Figure:
    """Return a choropleth; values : by region code; areas : by region code, as `seen` returns them with their box."""
    regions = words.pack.table("regions").set_index("code", drop=False)
    rows = _placed(regions.loc[list(values.index)], words)
    rows = rows.assign(value=values.to_numpy(dtype=float))
    rows["told"] = _told(rows, subject, words)
    chart = boundary_map(rows, areas, box, title=subject.title, subtitle=subject.subtitle, legend=subject.unit)
    given = words.translate("The boundaries were given by whoever runs this server; they are not part of airshed.")
    return Figure("map", chart, subject.title, given)


def seen(pack: Pack, boundaries: Boundaries, codes: Sequence[str]) -> tuple[dict[str, list[Shape]], Box]:
    """Return the areas of regions, cut to what a map of them shows and simplified for it, and the box of that map.

    An area that reaches far beyond the points of the regions, as that of a large neighbour does, does not widen the
    map without end.
    """
    shapes = [(code, shape) for code in codes for shape in boundaries.areas[code]]
    box = common_box(shape.box for _, shape in shapes)
    regions = pack.table("regions").set_index("code").loc[list(codes), POINT].dropna()
    if len(regions):
        limit = around(zip(regions["longitude"], regions["latitude"], strict=True), share=REACH)
        box = (max(box[0], limit[0]), max(box[1], limit[1]), min(box[2], limit[2]), min(box[3], limit[3]))
    parts = [Shape({"code": code}, within(shape, grown(box)).polygons) for code, shape in shapes]
    kept, _ = simplified([part for part in parts if part.polygons], MOST_POINTS)
    found: dict[str, list[Shape]] = {}
    for shape in kept:
        found.setdefault(str(shape.properties["code"]), []).append(shape)
    return found, box


def flows_figure(rows: pd.DataFrame, place: str, year: int, words: Words) -> Figure | None:
    """Return lines from the regions that give a place the most; None where the place or all of them have no point.

    rows : columns region and value (ug/m3), as `attribution` by region returns them
    """
    _ = words.translate
    target = _point_of(words.pack, place)
    sources = _placed(words.pack.table("regions").dropna(subset=POINT), words)
    given = rows[rows["value"] > 0].set_index("region")["value"]
    shown = sources[sources["code"].isin(given.index)]
    shown = shown.assign(value=shown["code"].map(given)).nlargest(FLOWS, "value")
    if target is None or shown.empty:
        return None
    title = _("Flows to {place}, {year}").format(place=words.name(place), year=year)
    subtitle = _("the {count} regions that give the most; width: µg/m³").format(count=len(shown))
    subject = Subject(title, subtitle, "", "µg/m³", 2)
    shown["told"] = _told(shown, subject, words)
    shown["label"] = [f"{label} {value:.1f}" for label, value in zip(shown["label"], shown["value"], strict=True)]
    chart = flow_map(shown, (words.name(place), *target), title=title, subtitle=subtitle, legend="µg/m³")
    note = _("Lines join points, not paths of the air; single regions across a border are indicative.")
    land = _("Land: Natural Earth, public domain.")
    return Figure("flows", chart, title, f"{note} {land}")


def _point_of(pack: Pack, place: str) -> tuple[float, float] | None:
    """Return longitude and latitude of a city or region, None for what has no point."""
    for table in ("receptors", "regions"):
        rows = pack.optional(table)
        rows = rows[rows["code"] == place].dropna(subset=POINT)
        for longitude, latitude in zip(rows["longitude"], rows["latitude"], strict=True):
            return float(longitude), float(latitude)
    return None
