"""Boundaries that a deployment gives for the regions of its pack: which area of a file is which region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airshed.pack.codes import children
from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.geometry import Box, Shape, common_box, read_shapes
from airshed.pack.pack import Pack
from airshed.pack.spelling import composed, fold, tidy

MOST_POINTS = 500_000
"""Points of all boundaries together."""
FAR = 0.5
"""Degrees that the point of a region may lie outside the box of its area, as that of a port may."""
NAMES = tuple(f"{kind}_{language}" for kind in ("name", "label") for language in ("en", "ko", "zh"))
Areas = dict[str, tuple[Shape, ...]]


@dataclass(frozen=True)
class BoundaryMatch:
    """What of a file is regions: the property that names them, their number, and what else the file holds."""

    file: str
    key: str
    regions: int
    unmatched: tuple[str, ...]


@dataclass(frozen=True)
class Boundaries:
    """The areas of regions by their codes, and how they were found."""

    areas: Mapping[str, tuple[Shape, ...]]
    matches: tuple[BoundaryMatch, ...]

    def drawn(self, pack: Pack) -> list[str]:
        """Return the regions to draw, in the order of the pack: none of which a part is drawn too."""
        parts = children(pack)
        held = [code for code in pack.table("regions")["code"] if code in self.areas]
        return [code for code in held if not set(parts.get(code, ())) & set(held)]


def read_boundaries(pack: Pack, files: Sequence[Path], key: str | None = None) -> Boundaries:
    """Return the areas of the regions of a pack from GeoJSON or TopoJSON files.

    key : the property with the code or name of the region; without it, the one that names the most regions
    Raises AirshedError where a file cannot be read, names no region, or lies elsewhere.
    """
    areas: Areas = {}
    matches = []
    for file in files:
        match, found = _matched(pack, file.name, read_shapes(file), key)
        matches.append(match)
        for code, shapes in found.items():
            areas[code] = (*areas.get(code, ()), *shapes)
    points = sum(shape.points for shapes in areas.values() for shape in shapes)
    if points > MOST_POINTS:
        raise AirshedError("boundaries-points-more-than", points=points, most_points=MOST_POINTS)
    return Boundaries(areas, tuple(matches))


def known_names(pack: Pack) -> dict[str, str]:
    """Return the regions by all that names them: code, name and short name; never by what names two."""
    regions = pack.table("regions")
    inside = regions[regions["level"] != "outside"]
    found: dict[str, set[str]] = {}
    for column in NAMES:
        for code, name in zip(inside["code"], inside[column].fillna(""), strict=True):
            if name:
                found.setdefault(_plain(name), set()).add(str(code))
    codes = {_plain(code): str(code) for code in inside["code"]}
    return {**{name: next(iter(held)) for name, held in found.items() if len(held) == 1}, **codes}


def _plain(value: Any) -> str:
    return fold(tidy(str(value)))


def _matched(pack: Pack, file: str, shapes: Sequence[Shape], key: str | None) -> tuple[BoundaryMatch, Areas]:
    """Return how the areas of a file were matched, and those that are regions by their codes."""
    names = known_names(pack)
    properties = list(dict.fromkeys(name for shape in shapes for name in shape.properties))
    key = composed(key)
    if key is not None and key not in properties:
        raise AirshedError(
            "no-property", file=file, key=key, known=", ".join(properties[:12]) or Phrase("word-none-there")
        )
    named = {name: _regions(shapes, name, names) for name in ([key] if key else properties)}
    if not any(named.values()):
        shown = "; ".join(f"{name}: {shapes[0].properties.get(name)}" for name in properties[:6]) or Phrase(
            "word-no-properties"
        )
        raise AirshedError("no-area-region-pack-first", file=file, properties=shown)
    points = _points(pack)
    placed = {
        name: {code: held for code, held in areas.items() if _near(held, points.get(code))}
        for name, areas in named.items()
    }
    best = max(placed, key=lambda name: len(placed[name]))
    if not placed[best]:
        raise _elsewhere(file, next(areas for areas in named.values() if areas), points)
    taken = {id(shape) for held in placed[best].values() for shape in held}
    others = tuple(str(shape.properties.get(best, "")) for shape in shapes if id(shape) not in taken)
    return BoundaryMatch(file, best, len(placed[best]), others), placed[best]


def _regions(shapes: Sequence[Shape], name: str, names: Mapping[str, str]) -> Areas:
    """Return the areas by the region that a property names; a region may have several."""
    found: Areas = {}
    for shape in shapes:
        code = names.get(_plain(shape.properties.get(name, "")))
        if code is not None:
            found[code] = (*found.get(code, ()), shape)
    return found


def _points(pack: Pack) -> dict[str, tuple[float, float]]:
    regions = pack.table("regions").dropna(subset=["longitude", "latitude"])
    places = zip(regions["longitude"].astype(float), regions["latitude"].astype(float), strict=True)
    return dict(zip(regions["code"], places, strict=True))


def _box(shapes: Sequence[Shape]) -> Box:
    return common_box(shape.box for shape in shapes)


def _near(shapes: Sequence[Shape], point: tuple[float, float] | None) -> bool:
    """Say whether areas may be the region with that point: another place may have the same name."""
    if point is None:
        return True
    west, south, east, north = _box(shapes)
    return west - FAR <= point[0] <= east + FAR and south - FAR <= point[1] <= north + FAR


def _elsewhere(file: str, areas: Areas, points: Mapping[str, tuple[float, float]]) -> AirshedError:
    code = next(iter(areas))
    west, south, east, north = _box(areas[code])
    longitude, latitude = points[code]
    return AirshedError(
        "areas-lie-elsewhere-reaches-but",
        file=file,
        code=code,
        west=f"{west:g}",
        east=f"{east:g}",
        south=f"{south:g}",
        north=f"{north:g}",
        longitude=f"{longitude:g}",
        latitude=f"{latitude:g}",
    )
