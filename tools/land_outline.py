#!/usr/bin/env python3
"""Derive the land outlines of the maps from Natural Earth, as the npm package world-atlas carries it.

Usage: tools/land_outline.py [world-atlas-2.0.2.tgz] [--check]

Without the file of the package the script gets it by `npm pack`. It writes a fine outline of the area of the built-in
pack and a coarse one of the world; with --check it compares them with what is there. No borders are in the package's
land, and none are added.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from airshed.pack.geometry import Box, Point, Polygon, Ring, Shape, cut, shapes_of, signed_area, wound  # noqa: E402 (path above)
from airshed.pack.pack import open_pack  # noqa: E402 (path above)

PACKAGE = "world-atlas@2.0.2"
SOURCE = "Natural Earth, public domain; from the npm package world-atlas 2.0.2, ISC"
FOLDER = ROOT / "src" / "airshed" / "charts" / "outline"
MARGIN = 15.0
"""Degrees around the regions of the pack."""
WORLD = (-180.0, -60.0, 180.0, 84.0)


def package_file(folder: Path) -> Path:
    """Return the file of the package, fetched by npm."""
    told = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, text=True)
    return folder / told.stdout.split()[-1]


def land(package: Path, name: str) -> list[Polygon]:
    """Return the land polygons of one file of the package."""
    with tarfile.open(package) as held:
        member = held.extractfile(f"package/{name}")
        if member is None:
            raise SystemExit(f"{package} holds no {name}")
        document = json.load(member)
    return [polygon for shape in shapes_of(document, name) for polygon in shape.polygons]


def airshed_box() -> Box:
    """Return the box of the regions of the built-in pack with the margin, in whole degrees."""
    regions = open_pack().table("regions").dropna(subset=["latitude", "longitude"])
    west, east = regions["longitude"].min() - MARGIN, regions["longitude"].max() + MARGIN
    south, north = regions["latitude"].min() - MARGIN, regions["latitude"].max() + MARGIN
    return float(math.floor(west)), float(math.floor(south)), float(math.ceil(east)), float(math.ceil(north))


def thinned(points: Sequence[Point], tolerance: float) -> list[Point]:
    """Return a line without the points nearer than the tolerance to the rest (Douglas and Peucker 1973)."""
    keep = [False] * len(points)
    keep[0] = keep[-1] = True
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        distances = [_distance(points[place], points[first], points[last]) for place in range(first + 1, last)]
        if distances and max(distances) > tolerance:
            middle = first + 1 + distances.index(max(distances))
            keep[middle] = True
            waiting += [(first, middle), (middle, last)]
    return [point for point, kept in zip(points, keep, strict=True) if kept]


def _distance(point: Point, start: Point, end: Point) -> float:
    (x, y), (x0, y0), (x1, y1) = point, start, end
    length = math.hypot(x1 - x0, y1 - y0)
    if length == 0:
        return math.hypot(x - x0, y - y0)
    share = min(1.0, max(0.0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length**2))
    return math.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0))


def reduced(ring: Ring, box: Box, tolerance: float, smallest: float, digits: int) -> Ring:
    """Return a ring cut, thinned and rounded; empty where less than the smallest area (square degrees) is left."""
    points = cut(ring[:-1], box)
    if len(points) < 3:
        return ()
    turn = max(range(len(points)), key=lambda place: math.dist(points[place], points[0]))
    line = [*thinned(points[: turn + 1], tolerance), *thinned([*points[turn:], points[0]], tolerance)[1:]]
    found = [(round(x, digits), round(y, digits)) for x, y in line]
    closed = tuple(point for place, point in enumerate(found) if place == 0 or point != found[place - 1])
    return closed if len(closed) > 3 and abs(signed_area(closed)) >= smallest else ()


def outline(polygons: Sequence[Polygon], box: Box, tolerance: float, smallest: float, digits: int) -> bytes:
    """Return the outline of the land within a box as a GeoJSON feature."""
    found = []
    for polygon in polygons:
        rings = [reduced(ring, box, tolerance, smallest, digits) for ring in polygon]
        if rings[0]:
            found.append(wound(tuple(ring for ring in rings if ring)))
    shape = Shape({}, tuple(found))
    properties = {"source": SOURCE, "box": box, "tolerance": tolerance}
    feature = {"type": "Feature", "properties": properties, "geometry": shape.geometry()}
    return (json.dumps(feature, separators=(",", ":")) + "\n").encode()


def outlines(package: Path) -> dict[str, bytes]:
    """Return the content of the two files by their names."""
    near = outline(land(package, "land-50m.json"), airshed_box(), tolerance=0.03, smallest=0.012, digits=2)
    world = outline(land(package, "land-110m.json"), WORLD, tolerance=0.5, smallest=2.0, digits=1)
    return {"northeast_asia.json": near, "world.json": world}


def main() -> int:
    """Write or compare the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", nargs="?", type=Path, help="file of the package, if it is there already")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = asked.package or package_file(Path(folder))
        made = outlines(package)
        print(f"{package.name} sha256 {hashlib.sha256(package.read_bytes()).hexdigest()}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    differing = 0
    for name, content in made.items():
        path = FOLDER / name
        same = path.is_file() and path.read_bytes() == content
        differing += not same
        print(f"{name} {len(content)} bytes {'as it was' if same else 'differs'}")
        if not asked.check:
            path.write_bytes(content)
    return 1 if asked.check and differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
