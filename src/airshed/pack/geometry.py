"""Areas on the map: GeoJSON and TopoJSON as shapes of longitude and latitude, wound as map projections expect."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from airshed.pack.documents import json_of
from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.refused import refuse_in_document
from airshed.pack.spelling import composed

Point = tuple[float, float]
Ring = tuple[Point, ...]
Polygon = tuple[Ring, ...]
LARGEST_FILE = 50_000_000
"""Bytes of a file of boundaries that are read at all."""
GRIDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
"""Degrees that points are rounded to, the finest first."""
AREAS = ("Polygon", "MultiPolygon")
WITHOUT_AREA = ("Point", "MultiPoint", "LineString", "MultiLineString")
COLLECTION = "GeometryCollection"
LONGITUDES, LATITUDES = 180.0, 90.0
SLACK = 1e-3
"""Degrees beyond the ends of the globe that rounding explains."""
Arcs = Sequence[Ring]
Box = tuple[float, float, float, float]
"""West, south, east and north end, degrees."""


@dataclass(frozen=True)
class Shape:
    """An area with what its file says of it; in every polygon the outer ring comes first, rings are closed."""

    properties: Mapping[str, Any]
    polygons: tuple[Polygon, ...]

    @property
    def points(self) -> int:
        """The number of points of all rings."""
        return sum(len(ring) for polygon in self.polygons for ring in polygon)

    @property
    def box(self) -> Box:
        """West, south, east and north end in degrees."""
        outer = [point for polygon in self.polygons for point in polygon[0]]
        longitudes, latitudes = [point[0] for point in outer], [point[1] for point in outer]
        return min(longitudes), min(latitudes), max(longitudes), max(latitudes)

    def geometry(self) -> dict[str, Any]:
        """Return the area as a GeoJSON geometry."""
        return {"type": "MultiPolygon", "coordinates": self.polygons}


def read_shapes(path: Path) -> list[Shape]:
    """Return the areas of a GeoJSON or TopoJSON file; points and lines in it are left out.

    Raises AirshedError for what is no such file, holds no area, or is not in degrees of longitude and latitude.
    """
    shapes = shapes_of(_document(path), path.name)
    if not shapes:
        raise AirshedError("holds-no-area", name=path.name)
    return shapes


def _document(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise AirshedError("larger-than-mb", name=path.name, largest_file=LARGEST_FILE // 1000000)
        return json_of(path.read_bytes().decode("utf-8-sig"))
    except OSError as why:
        raise AirshedError("cannot-read-name-file-can", path=path, strerror=why.strerror) from why
    except UnicodeDecodeError as why:
        raise AirshedError("not-utf-8-byte", name=path.name, start=why.start) from why
    except json.JSONDecodeError as why:
        raise AirshedError("no-json-at", name=path.name, msg=why.msg, line=why.lineno, column=why.colno) from why
    except ValueError as why:
        raise AirshedError("no-json", name=path.name, why=why) from why
    except RecursionError as why:
        raise AirshedError("nested-too-deep", name=path.name) from why


def shapes_of(document: Any, name: str) -> list[Shape]:
    """Return the areas of a GeoJSON or TopoJSON document; `name` stands in the messages."""
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "Topology":
        features = _topology(document, name)
    elif kind == "FeatureCollection":
        features = _list(document.get("features"), name)
    elif kind == "Feature":
        features = [document]
    else:
        raise AirshedError("neither-geojson-nor-topojson", name=name)
    crs = document.get("crs")
    return [
        shape
        for place, item in enumerate(features, start=1)
        for shape in _shape(item, Phrase("place-feature", name=name, place=place), crs)
    ]


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise AirshedError("no-features", name=name)
    return value


def _shape(feature: Any, place: Phrase, crs: Any) -> Iterator[Shape]:
    """Yield the area of a feature, nothing for one without area."""
    try:
        held = list(_polygons(feature["geometry"], place))
        polygons = [tuple(_closed(ring) for ring in polygon) for polygon in held]
        named = {"id": feature["id"]} if "id" in feature else {}
        properties = composed({**(feature.get("properties") or {}), **named})
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError) as why:
        raise AirshedError("not-written-should", place=place, why=repr(why)) from why
    refuse_in_document(properties, place)
    polygons = [rings for rings in polygons if rings and len(rings[0]) > 3]
    for ring in (ring for rings in polygons for ring in rings):
        _refuse_projected(ring, place, crs)
    if polygons:
        yield Shape(properties, tuple(wound(rings) for rings in polygons))


def _polygons(geometry: Any, place: Phrase) -> Iterator[Any]:
    """Yield the polygons of a geometry; raises AirshedError for a kind that there is not."""
    kind = None if geometry is None else geometry["type"]
    if kind == COLLECTION:
        for part in geometry["geometries"]:
            yield from _polygons(part, place)
    elif kind in AREAS:
        yield from [geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"]
    elif kind is not None and kind not in WITHOUT_AREA:
        raise AirshedError(
            "type-no-geometry", place=place, kind=repr(kind), areas=", ".join((*AREAS, *WITHOUT_AREA, COLLECTION))
        )


def _closed(ring: Sequence[Sequence[float]]) -> Ring:
    points = [(float(point[0]), float(point[1])) for point in ring]
    return tuple(points if points[:1] == points[-1:] else [*points, points[0]])


def _refuse_projected(ring: Ring, place: Phrase, crs: Any) -> None:
    """Raise AirshedError for a point that is not in degrees of longitude and latitude."""
    for longitude, latitude in ring:
        if not (abs(longitude) <= LONGITUDES + SLACK and abs(latitude) <= LATITUDES + SLACK):
            named = crs["properties"]["name"] if isinstance(crs, dict) and "name" in crs.get("properties", {}) else ""
            values: dict[str, object] = {"place": place, "longitude": f"{longitude:g}", "latitude": f"{latitude:g}"}
            if named:
                raise AirshedError("not-degrees-of-system", **values, system=named)
            raise AirshedError("not-degrees", **values)


def _topology(document: Mapping[str, Any], name: str) -> list[Any]:
    """Return the features of all objects of a TopoJSON document."""
    try:
        arcs = _arcs(document)
        objects = document["objects"].values()
        held = [part for item in objects for part in (item.get("geometries", [item]))]
        features = [_feature(part, arcs) for part in held]
    except (TypeError, ValueError, KeyError, IndexError, AttributeError) as why:
        raise AirshedError("not-topojson-says", name=name, why=repr(why)) from why
    return _list(features, name)


def _arcs(document: Mapping[str, Any]) -> list[Ring]:
    """Return the arcs in degrees: of a quantised topology every point is a step from the one before."""
    transform = document.get("transform")
    if transform is None:
        return [tuple((float(point[0]), float(point[1])) for point in arc) for arc in document["arcs"]]
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    arcs = []
    for arc in document["arcs"]:
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * kx + dx, y * ky + dy))
        arcs.append(tuple(points))
    return arcs


def _feature(part: Mapping[str, Any], arcs: Arcs) -> dict[str, Any]:
    kind = part.get("type")
    feature = {name: part[name] for name in ("properties", "id") if name in part}
    if kind == "Polygon":
        return {**feature, "geometry": {"type": kind, "coordinates": _rings(part["arcs"], arcs)}}
    if kind == "MultiPolygon":
        return {**feature, "geometry": {"type": kind, "coordinates": [_rings(held, arcs) for held in part["arcs"]]}}
    return {**feature, "geometry": None if kind is None else {"type": kind, "coordinates": []}}


def _rings(indices: Sequence[Sequence[int]], arcs: Arcs) -> list[list[Point]]:
    """Return rings from the numbers of their arcs: a negative one, ~n, is arc n backwards."""
    rings = []
    for ring in indices:
        points: list[Point] = []
        for index in ring:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += arc[1:] if points else arc
        rings.append(points)
    return rings


def signed_area(ring: Sequence[Point]) -> float:
    """Return the area of a closed ring in the plane of longitude and latitude, positive if it runs counter-clockwise.

    >>> signed_area([(0, 0), (2, 0), (2, 1), (0, 1), (0, 0)])
    2.0
    """
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2


def wound(polygon: Polygon) -> Polygon:
    """Return a polygon with its outer ring clockwise and its holes counter-clockwise.

    RFC 7946 winds them the other way, but the projections of the charts take what lies to the right of a ring, on the
    sphere, as its inside; wound otherwise, a province is the whole globe without it.
    """
    return tuple(ring if (signed_area(ring) <= 0) == (place == 0) else ring[::-1] for place, ring in enumerate(polygon))


def simplified(shapes: Sequence[Shape], most: int) -> tuple[list[Shape], float]:
    """Return shapes with no more points than `most`, and the grid in degrees that their points are rounded to.

    Rounding is the same for the same point, so neighbours keep their common boundary. Raises AirshedError where the
    coarsest grid is not coarse enough.
    """
    for grid in GRIDS:
        found = [shape for shape in (on_grid(shape, grid) for shape in shapes) if shape.polygons]
        if sum(shape.points for shape in found) <= most:
            return found, grid
    raise AirshedError("boundaries-more-than-points-even", most=most, grids=GRIDS[-1])


def on_grid(shape: Shape, grid: float) -> Shape:
    """Return a shape with its points rounded to a grid, without repeated points and points on a straight line.

    Rings that are smaller than the grid vanish.
    """
    polygons = []
    for polygon in shape.polygons:
        rings = [_rounded(ring, grid) for ring in polygon]
        if len(rings[0]) > 3:
            polygons.append(wound(tuple(ring for ring in rings if len(ring) > 3)))
    return replace(shape, polygons=tuple(polygons))


def _rounded(ring: Ring, grid: float) -> Ring:
    digits = max(0, math.ceil(-math.log10(grid)))
    cells = [(round(x / grid), round(y / grid)) for x, y in ring[:-1]]
    kept: list[tuple[int, int]] = []
    for cell in cells:
        while len(kept) > 1 and _straight(kept[-2], kept[-1], cell):
            kept.pop()
        if not kept or cell != kept[-1]:
            kept.append(cell)
    while len(kept) > 2 and (kept[0] == kept[-1] or _straight(kept[-2], kept[-1], kept[0])):
        kept.pop()
    points = [(round(x * grid, digits), round(y * grid, digits)) for x, y in kept]
    return (*points, points[0]) if len(points) > 2 else ()


def _straight(before: tuple[int, int], here: tuple[int, int], after: tuple[int, int]) -> bool:
    """Say whether a point lies on the line from the one before to the one after, there and back again included."""
    (x0, y0), (x1, y1), (x2, y2) = before, here, after
    return (x1 - x0) * (y2 - y1) == (y1 - y0) * (x2 - x1)


def common_box(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around boxes.

    >>> common_box([(0, 0, 2, 2), (1, -1, 3, 1)])
    (0, -1, 3, 2)
    """
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def cut(ring: Sequence[Point], box: Box) -> list[Point]:
    """Return an open ring cut to a box, edge by edge (Sutherland and Hodgman, Commun. ACM 17, 32-42, 1974)."""
    west, south, east, north = box
    points = list(ring)
    for axis, limit, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
        found: list[Point] = []
        for before, here in zip(points[-1:] + points[:-1], points, strict=True):
            inside, was = sign * (here[axis] - limit) >= 0, sign * (before[axis] - limit) >= 0
            if inside != was:
                share = (limit - before[axis]) / (here[axis] - before[axis])
                crossing = [before[0] + share * (here[0] - before[0]), before[1] + share * (here[1] - before[1])]
                crossing[axis] = limit
                found.append((crossing[0], crossing[1]))
            if inside:
                found.append(here)
        points = found
    return points


def within(shape: Shape, box: Box) -> Shape:
    """Return the part of a shape that lies in a box."""
    polygons = []
    for polygon in shape.polygons:
        rings = [tuple(cut(ring[:-1], box)) for ring in polygon]
        if len(rings[0]) > 2:
            polygons.append(tuple((*ring, ring[0]) for ring in rings if len(ring) > 2))
    return replace(shape, polygons=tuple(polygons))
