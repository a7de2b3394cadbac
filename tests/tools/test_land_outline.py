"""The script that derives the land outlines: on a package made by hand, and on the real one where it is given."""

import importlib.util
import io
import json
import math
import os
import tarfile
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("land_outline", ROOT / "tools" / "land_outline.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def circle(x, y, radius, count=720):
    turns = [math.tau * place / count for place in range(count)]
    points = [[x + radius * math.cos(turn), y + radius * math.sin(turn)] for turn in turns]
    return [*points, points[0]]


@pytest.fixture
def package(tmp_path):
    """Write a package with two round islands, one of which is too small to be kept."""
    islands = [[circle(120, 35, 3)], [circle(130, 35, 0.02)]]
    document = {
        "type": "Topology",
        "arcs": [ring for rings in islands for ring in rings],
        "objects": {"land": {"type": "MultiPolygon", "arcs": [[[0]], [[1]]]}},
    }
    path = tmp_path / "package.tgz"
    with tarfile.open(path, "w:gz") as held:
        for name in ("land-50m.json", "land-110m.json"):
            content = json.dumps(document).encode()
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            held.addfile(entry, io.BytesIO(content))
    return path


def test_an_island_keeps_its_area_and_loses_its_points(script, package):
    polygons = script.land(package, "land-50m.json")
    document = json.loads(script.outline(polygons, (0.0, 0.0, 180.0, 80.0), 0.03, 0.012, 2))
    ((ring,),) = document["geometry"]["coordinates"]
    area = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2
    assert len(ring) < 60 and area == pytest.approx(math.pi * 9, rel=0.02)
    assert max(abs(math.dist(point, (120, 35)) - 3) for point in ring) < 0.02


def test_what_is_cut_has_half_the_area(script, package):
    polygons = script.land(package, "land-50m.json")
    document = json.loads(script.outline(polygons, (120.0, 0.0, 180.0, 80.0), 0.03, 0.012, 2))
    ((ring,),) = document["geometry"]["coordinates"]
    area = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2
    assert area == pytest.approx(math.pi * 4.5, rel=0.02) and min(point[0] for point in ring) == 120.0


def test_the_box_of_the_files_is_that_of_the_pack(script):
    document = json.loads((script.FOLDER / "northeast_asia.json").read_text("utf-8"))
    assert document["properties"]["box"] == list(script.airshed_box())


if "AIRSHED_WORLD_ATLAS" in os.environ:

    def test_the_files_are_what_the_script_makes_of_the_real_package(script):
        made = script.outlines(Path(os.environ["AIRSHED_WORLD_ATLAS"]))
        assert {name: (script.FOLDER / name).read_bytes() for name in made} == made
