"""What stands beside the sliders of the builder: a small map of the cities, and those that move."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from airshed.answers.words import Words
from airshed.charts.frame import Frame, around, frame_of, land

WIDTH, TALLEST = 320.0, 230.0
"""Pixels of the small map."""
APART = 1.6
"""Pixels that two points of its outline are apart at least."""
SMALLEST, LARGEST = 2.0, 9.0
"""Radius of a city that does not move, and of the one that moves most; the area follows the change."""
MOVES = 0.005
"""Change of a level, ug/m3, from which on a city moves: what two decimals show."""
LISTED = 6
"""Cities that are listed, those that move most first."""


@dataclass(frozen=True)
class Dot:
    """A city on the map, pixels; kind : down, up or still; told : its name and change."""

    x: float
    y: float
    radius: float
    kind: str
    told: str


@dataclass(frozen=True)
class SmallMap:
    """A map without letters: pixels, the outline of the land as a path of SVG, and the cities, the largest first."""

    width: int
    height: int
    land: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Moved:
    """A city that moves: its name, and its levels and change as they are shown, ug/m3; kind : down or up."""

    name: str
    before: str
    after: str
    change: str
    kind: str


@dataclass(frozen=True)
class View:
    """The map, the cities that move most, and how many more do."""

    map: SmallMap | None
    moved: tuple[Moved, ...]
    more: int


def view_of(rows: pd.DataFrame, words: Words) -> View:
    """Return what stands beside the sliders; rows : of `levels_tried`."""
    going = rows[rows["change"].abs() >= MOVES]
    going = going.reindex(going["change"].abs().sort_values(ascending=False, kind="stable").index)
    listed = tuple(
        Moved(
            words.name(str(row["receptor"])),
            f"{row['before']:.2f}",
            f"{row['value']:.2f}",
            signed(row["change"]),
            kind_of(row["change"]),
        )
        for row in going.head(LISTED).to_dict("records")
    )
    return View(small_map(rows, words), listed, max(len(going) - LISTED, 0))


def kind_of(change: float) -> str:
    """Return how a level moves.

    >>> kind_of(-0.3), kind_of(0.2), kind_of(0.0)
    ('down', 'up', 'still')
    """
    return "still" if abs(change) < MOVES else "down" if change < 0 else "up"


def signed(change: float) -> str:
    """Return a change with two decimals and its sign.

    >>> signed(-0.3), signed(0.25)
    ('−0.30', '+0.25')
    """
    return f"{change:+.2f}".replace("-", "−")


def small_map(rows: pd.DataFrame, words: Words) -> SmallMap | None:
    """Return the cities at their points over the land, the area of each as its change; None without any point."""
    places = words.pack.optional("receptors").set_index("code")[["longitude", "latitude"]].dropna()
    shown = rows[rows["receptor"].isin(places.index)]
    if shown.empty:
        return None
    frame, path = words.pack.derive("small map", lambda _: _ground(places.loc[shown["receptor"]]))
    most = max(float(shown["change"].abs().max()), MOVES)
    dots = []
    for row in shown.to_dict("records"):
        x, y = frame.place(*(float(value) for value in places.loc[row["receptor"]]))
        share = abs(row["change"]) / most if kind_of(row["change"]) != "still" else 0.0
        radius = max(SMALLEST, LARGEST * math.sqrt(share))
        told = f"{words.name(str(row['receptor']))} {signed(row['change'])} µg/m³"
        dots.append(Dot(round(x, 1), round(y, 1), round(radius, 1), kind_of(row["change"]), told))
    dots.sort(key=lambda dot: -dot.radius)
    return SmallMap(round(frame.width), round(frame.height), path, tuple(dots))


def _ground(places: pd.DataFrame) -> tuple[Frame, str]:
    """Return the frame around the cities, and the land in it as a path."""
    frame = frame_of(around(zip(places["longitude"], places["latitude"], strict=True)), WIDTH, TALLEST)
    parts = []
    for polygon in land(frame.box).geometry()["coordinates"]:
        for ring in polygon:
            points: list[tuple[float, float]] = []
            for longitude, latitude, *_ in ring:
                point = frame.place(float(longitude), max(min(float(latitude), 85.0), -85.0))
                if not points or math.dist(points[-1], point) >= APART:
                    points.append(point)
            if len(points) > 2:
                parts.append("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points) + "Z")
    return frame, "".join(parts)
