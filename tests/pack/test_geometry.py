"""Areas from GeoJSON and TopoJSON: decoding by hand and beside Vega, winding, grids, and files that are not right."""

import json
import math
import re

import numpy as np
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import KDTree

from airshed.pack.errors import AirshedError
from airshed.pack.geometry import (
    LARGEST_FILE,
    Shape,
    cut,
    on_grid,
    read_shapes,
    shapes_of,
    signed_area,
    simplified,
    wound,
)

SQUARE = [[0, 0], [2, 0], [2, 1], [0, 1], [0, 0]]
TWO_SQUARES = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.25], "translate": [100, 30]},
    "arcs": [[[2, 0], [0, 4]], [[2, 4], [-2, 0], [0, -4], [2, 0]], [[2, 0], [2, 0], [0, 4], [-2, 0]]],
    "objects": {
        "land": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "west"}, "id": 7},
                {"type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": {"name": "east"}},
                {"type": "Point", "coordinates": [0, 0]},
            ],
        }
    },
}
"""Two unit squares side by side: arc 0 is their common edge at longitude 101, ~0 is the same backwards."""


def collection(*geometries, **more):
    features = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    return {"type": "FeatureCollection", "features": features, **more}


def polygon(*rings):
    return {"type": "Polygon", "coordinates": rings}


def test_a_quantised_topology_by_hand():
    west, east = shapes_of(TWO_SQUARES, "two")
    assert west.properties == {"name": "west", "id": 7} and east.properties == {"name": "east"}
    assert set(west.polygons[0][0]) == {(101.0, 30.0), (101.0, 31.0), (100.0, 31.0), (100.0, 30.0)}
    assert set(east.polygons[0][0]) == {(101.0, 30.0), (102.0, 30.0), (102.0, 31.0), (101.0, 31.0)}
    assert east.box == (101.0, 30.0, 102.0, 31.0)
    assert {round(signed_area(shape.polygons[0][0]), 9) for shape in (west, east)} == {-1.0}


@pytest.mark.parametrize("ring", [SQUARE, SQUARE[::-1], SQUARE[:-1]])
def test_outer_rings_run_clockwise_and_holes_the_other_way(ring):
    hole = [[0.5, 0.2], [1, 0.2], [1, 0.8], [0.5, 0.8], [0.5, 0.2]]
    for inner in (hole, hole[::-1]):
        (shape,) = shapes_of(collection(polygon(ring, inner)), "x")
        outer, inside = shape.polygons[0]
        assert signed_area(outer) == -2.0 and signed_area(inside) == pytest.approx(0.3)
        assert outer[0] == outer[-1]


@given(st.lists(st.floats(0, 2 * math.pi), min_size=3, max_size=30, unique=True), st.booleans())
def test_winding_keeps_the_ring(angles, backwards):
    points = [(120 + math.cos(angle), 35 + math.sin(angle)) for angle in sorted(angles, reverse=backwards)]
    ring = (*points, points[0])
    (found,) = wound((ring,))
    assert set(found) == set(ring) and signed_area(found) <= 1e-12
    assert abs(signed_area(found)) == pytest.approx(abs(signed_area(ring)))


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=3, max_size=25))
def test_a_cut_ring_lies_in_the_box(points):
    found = cut(points, (-1.0, -1.0, 1.0, 1.0))
    assert all(-1 - 1e-9 <= value <= 1 + 1e-9 for point in found for value in point)


def test_a_cut_square_by_hand():
    assert set(cut([(0, 0), (4, 0), (4, 4), (0, 4)], (1.0, 1.0, 9.0, 3.0))) == {(1, 1), (4, 1), (4, 3), (1, 3)}


@given(st.lists(st.tuples(st.floats(0.3, 0.7), st.floats(0, 1)), max_size=40))
def test_neighbours_keep_their_common_boundary_on_a_grid(line):
    """What one of two neighbours that fill a square loses by rounding, the other gains."""
    common = [(0.5, 0.0), *sorted(line, key=lambda point: point[1]), (0.5, 1.0)]
    sides = [((corner, 0.0), *common, (corner, 1.0), (corner, 0.0)) for corner in (0.0, 1.0)]
    kept = [on_grid(Shape({}, ((side,),)), 0.05).polygons[0][0] for side in sides]
    assert sum(abs(signed_area(ring)) for ring in kept) == pytest.approx(1.0)


def test_too_many_points_are_thinned_or_refused():
    circle = [[math.cos(a / 500 * math.tau), math.sin(a / 500 * math.tau)] for a in range(501)]
    shapes = shapes_of(collection(polygon(circle)), "x")
    kept, grid = simplified(shapes, 100)
    assert kept[0].points <= 100 and grid > 0.001
    assert abs(signed_area(kept[0].polygons[0][0])) == pytest.approx(math.pi, rel=0.05)
    with pytest.raises(AirshedError, match="more than 3 points"):
        simplified(shapes, 3)


BROKEN = {
    "no json": ("{not json", "line 1, column 2", "mend it"),
    "a list": ("[]", "neither GeoJSON nor TopoJSON", "FeatureCollection"),
    "a word": ('"x"', "neither GeoJSON nor TopoJSON", "Topology"),
    "another type": ('{"type": "Polygon"}', "neither", "FeatureCollection"),
    "no features": ('{"type": "FeatureCollection", "features": []}', "no features", "at least one"),
    "features no list": ('{"type": "FeatureCollection", "features": 5}', "no features", "at least one"),
    "points only": (
        json.dumps(collection({"type": "Point", "coordinates": [1, 2]}, None)),
        "holds no area",
        "Polygon or MultiPolygon",
    ),
    "text for a number": (json.dumps(collection(polygon([["a", 1]]))), "feature 1 is not written", "export"),
    "not nested": (json.dumps(collection(polygon(1))), "feature 1 is not written", "export"),
    "a number for a feature": ('{"type": "FeatureCollection", "features": [3]}', "feature 1", "export"),
    "projected": (
        json.dumps(
            collection(
                polygon([[1e6, 2e6], [1.1e6, 2e6], [1e6, 2.1e6], [1e6, 2e6]]),
                crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::5179"}},
            )
        ),
        "not in degrees: 1e+06, 2e+06 (the file names urn:ogc:def:crs:EPSG::5179)",
        "EPSG:4326",
    ),
    "latitude first": (
        json.dumps(collection(polygon([[37, 127], [38, 127], [37, 128], [37, 127]]))),
        "37, 127",
        "longitude",
    ),
    "no number": (
        '{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[NaN,1],[2,2],[3,1],[NaN,1]]]}}',
        "NaN is no number",
        "mend it or export it again",
    ),
    "an arc that is not there": (
        json.dumps({**TWO_SQUARES, "arcs": TWO_SQUARES["arcs"][:1]}),
        "not the TopoJSON that it says",
        "export",
    ),
    "no arcs": ('{"type": "Topology", "objects": {"a": {"type": "Polygon", "arcs": [[0]]}}}', "TopoJSON", "export"),
    "no objects": ('{"type": "Topology", "objects": {}, "arcs": []}', "no features", "at least one"),
    "too deep": ("[" * 100_000, "nested too deep", "export"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_says_what_is_wrong(tmp_path, case):
    text, message, remedy = BROKEN[case]
    path = tmp_path / "areas.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AirshedError) as caught:
        read_shapes(path)
    assert message in caught.value.message and remedy in caught.value.remedy
    assert caught.value.message.startswith("areas.json")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(AirshedError, match="No such file"):
        read_shapes(tmp_path / "none.json")
    path = tmp_path / "areas.json"
    path.write_bytes('{"type": "서울"}'.encode("cp949"))
    with pytest.raises(AirshedError, match="not UTF-8, from byte"):
        read_shapes(path)
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(AirshedError, match="larger than 50 MB"):
        read_shapes(path)


def test_a_byte_order_mark_is_no_harm(tmp_path):
    path = tmp_path / "areas.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(TWO_SQUARES).encode())
    assert len(read_shapes(path)) == 2


def drawn(data):
    """Return the points of every area as Vega draws them, without rings of two points."""
    spec = {
        "data": data,
        "width": 600,
        "height": 600,
        "projection": {"type": "mercator", "scale": 4000, "translate": [-8700, 3000], "precision": 0},
        "mark": "geoshape",
    }
    paths = re.findall(r'd="(M[^"]+)" fill="#4c78a8"', vl_convert.vegalite_to_svg(spec))
    rings = [[set(re.findall(r"([-\d.]+),([-\d.]+)", ring)) for ring in path.split("M")] for path in paths]
    kept = [set().union(*(ring for ring in found if len(ring) > 2)) for found in rings]
    return [np.array(sorted(found), dtype=float) for found in kept]


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["provinces", "municipalities"])
def test_a_real_topology_is_decoded_as_vega_does(shared, kind):
    """Every area has the same points on the picture, whether Vega (topojson-client) decodes the file or we do."""
    path = shared / "data" / "geography" / f"skorea-{kind}-2018-topo-simple.json"
    name = f"skorea_{kind}_2018_geo"
    text = path.read_text("utf-8")
    theirs = drawn({"values": text, "format": {"type": "topojson", "feature": name}})
    shapes = read_shapes(path)
    ours = drawn({"values": [{"type": "Feature", "geometry": shape.geometry()} for shape in shapes]})
    assert len(ours) == len(theirs) == len(json.loads(text)["objects"][name]["geometries"])
    for one, other in zip(ours, theirs, strict=True):
        assert len(one) == len(other)
        assert KDTree(one).query(other)[0].max() < 0.01 > KDTree(other).query(one)[0].max()
