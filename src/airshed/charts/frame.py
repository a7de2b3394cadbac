"""The frame of a map: which part of the world it shows, how that is projected, and where names find room."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from airshed.pack.geometry import Box, Shape, common_box, shapes_of, within

NORTHERNMOST = 80.0
SMALLEST = 1.5
"""Degrees that a map shows at least."""
BEYOND = 4.0
AROUND = 0.07
"""Room around the places of a map, of its width and height."""
OUTLINES = ("northeast_asia.json", "world.json")
"""Outlines of the land, the finest first; each is good within its box."""
WIDE = 1.0
"""Width of a letter that is not Latin, in sizes of the font; Latin ones take a little more than half."""
NARROW = 0.58


@dataclass(frozen=True)
class Frame:
    """A part of the world in Mercator's projection, as Vega draws it.

    box : west, south, east, north, degrees; scale : pixels per radian; translate : pixels of longitude 0, latitude 0
    """

    box: Box
    scale: float
    translate: tuple[float, float]
    width: float
    height: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return the pixels of a point, from the upper left corner."""
        x, y = self.translate
        return x + self.scale * math.radians(longitude), y - self.scale * _mercator(latitude)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return longitude and latitude of pixels."""
        longitude = (x - self.translate[0]) / self.scale
        latitude = 2 * math.atan(math.exp((self.translate[1] - y) / self.scale)) - math.pi / 2
        return math.degrees(longitude), math.degrees(latitude)


def _mercator(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))


def frame_of(box: Box, width: float, tallest: float) -> Frame:
    """Return the frame of a box in the given width, narrower where it would be taller than that."""
    west, south, east, north = box
    breadth, length = math.radians(east - west), _mercator(north) - _mercator(south)
    scale = min(width / breadth, tallest / length)
    translate = (-scale * math.radians(west), scale * _mercator(north))
    return Frame(box, scale, translate, scale * breadth, scale * length)


def around(points: Iterable[tuple[float, float]], share: float = AROUND) -> Box:
    """Return the box of points of longitude and latitude with some room around."""
    west, south, east, north = common_box((x, y, x, y) for x, y in points)
    wide, high = max(east - west, SMALLEST), max(north - south, SMALLEST)
    x, y = (west + east) / 2, (south + north) / 2
    wide, high = (1 + 2 * share) * max(wide, high * 0.8), (1 + 2 * share) * max(high, wide * 0.45)
    return (
        max(x - wide / 2, -180.0),
        max(y - high / 2, -NORTHERNMOST),
        min(x + wide / 2, 180.0),
        min(y + high / 2, NORTHERNMOST),
    )


@cache
def _outline(name: str) -> tuple[Box, Shape]:
    document = json.loads(files("airshed.charts").joinpath("outline", name).read_text("utf-8"))
    west, south, east, north = document["properties"]["box"]
    return (west, south, east, north), shapes_of(document, name)[0]


def grown(box: Box, degrees: float = BEYOND) -> Box:
    """Return a box with some degrees more on every side.

    What is cut to it has its straight edges out of sight: projected, they bend along great circles.
    """
    west, south, east, north = box
    return west - degrees, south - degrees, east + degrees, north + degrees


def land(box: Box) -> Shape:
    """Return the outline of the land in and around a box, without borders: the fine one where it covers the box.

    Source: Natural Earth, public domain, by tools/land_outline.py.
    """
    for name in OUTLINES:
        covered, shape = _outline(name)
        if covered[0] <= box[0] and covered[1] <= box[1] and covered[2] >= box[2] and covered[3] >= box[3]:
            break
    return within(shape, grown(box))


@dataclass(frozen=True)
class Name:
    """A text beside a point: pixels of the point, the radius of its mark, and the size of the letters."""

    text: str
    x: float
    y: float
    radius: float
    size: float = 11.0

    def box(self, x: float, y: float) -> Box:
        """Return the box of the text around its middle."""
        width = self.size * sum(WIDE if ord(letter) > 0x2E80 else NARROW for letter in self.text)
        return x - width / 2, y - self.size * 0.6, x + width / 2, y + self.size * 0.6


def roomy(names: Sequence[Name], frame: Frame, inside: bool = False) -> list[tuple[float, float] | None]:
    """Return the middle of every text in pixels, None for what finds no room; the first names choose first.

    A text stands right, left, above or below its mark (with `inside`, on it), within the frame, and covers no other
    text and no mark of a name before it.
    """
    taken: list[Box] = []
    marks = [(name.x - name.radius, name.y - name.radius, name.x + name.radius, name.y + name.radius) for name in names]
    found: list[tuple[float, float] | None] = []
    for place, name in enumerate(names):
        others = taken + ([] if inside else marks[:place] + marks[place + 1 :])
        middle = next((at for at in _candidates(name, inside) if _free(name.box(*at), others, frame)), None)
        if middle is not None:
            taken.append(name.box(*middle))
        found.append(middle)
    return found


def _candidates(name: Name, inside: bool) -> list[tuple[float, float]]:
    left, top, right, bottom = name.box(0.0, 0.0)
    aside, above = name.radius + 3 + (right - left) / 2, name.radius + 2 + (bottom - top) / 2
    near, half = aside * 0.8, above * 0.8
    offsets = [(aside, 0.0), (-aside, 0.0), (0.0, -above), (0.0, above)]
    offsets += [(x, y) for x in (near, -near) for y in (-half, half)]
    return [(name.x + dx, name.y + dy) for dx, dy in ([(0.0, 0.0)] if inside else offsets)]


def _free(box: Box, others: Sequence[Box], frame: Frame) -> bool:
    if box[0] < 0 or box[1] < 0 or box[2] > frame.width or box[3] > frame.height:
        return False
    return not any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in others
    )


def view(frame: Frame) -> dict[str, Any]:
    """Return the frame as a Vega-Lite spec says it."""
    projection = {"type": "mercator", "scale": frame.scale, "translate": list(frame.translate)}
    return {"width": frame.width, "height": frame.height, "projection": projection}
