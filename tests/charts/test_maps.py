"""Maps: tile layouts, the projection beside Vega, room for names, the outline of the land, colours that can be read."""

import json
import math
import re
from importlib.resources import files
from itertools import combinations, pairwise, permutations

import numpy as np
import pandas as pd
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from airshed.charts.frame import OUTLINES, Name, around, frame_of, land, roomy
from airshed.charts.maps import bubble_map, flow_map, tile_map
from airshed.charts.render import to_svg
from airshed.charts.tiles import MOST, tile_layout
from airshed.pack.codes import leaves
from airshed.pack.errors import AirshedError

PLACES = st.lists(st.tuples(st.floats(-170, 170), st.floats(-60, 75)), min_size=1, max_size=40)


def grid(places):
    longitude, latitude = (np.array(axis, dtype=float) for axis in zip(*places, strict=True))
    return tile_layout(longitude, latitude)


@settings(max_examples=60)
@given(PLACES)
def test_no_two_regions_share_a_computed_tile(places):
    row, column = grid(places)
    assert len(set(zip(row, column, strict=True))) == len(places)
    assert row.min() >= 0 and column.min() >= 0


def test_the_layout_is_the_nearest_of_all():
    """Four regions at the corners of a map keep their corners, and a fifth between them its middle."""
    row, column = grid([(100, 40), (120, 40), (100, 24), (120, 24), (110, 32)])
    assert (row[0], row[1]) == (0, 0) and row[2] == row[3] == row.max()
    assert column[0] == column[2] == 0 and column[1] == column[3] == column.max()
    assert 0 < row[4] < row.max() or 0 < column[4] < column.max()


@pytest.mark.parametrize("own", [True, False])
def test_north_stays_north_and_east_stays_east(pack, own):
    regions = pack.table("regions")
    regions = regions[regions["code"].isin(leaves(pack))].dropna(subset=["latitude"])
    if own:
        regions = regions.dropna(subset=["tile_row"])
        row, column = regions["tile_row"].astype(int), regions["tile_column"].astype(int)
    else:
        row, column = tile_layout(regions["longitude"].to_numpy(float), regions["latitude"].to_numpy(float))
    assert len(set(zip(row, column, strict=True))) == len(regions) == 55
    frame = regions.assign(row=row, column=column)
    for parts in (frame, *(frame[frame["parent"] == nation] for nation in ("CHN", "KOR"))):
        assert spearmanr(parts["row"], parts["latitude"]).statistic < -0.7
        assert spearmanr(parts["column"], parts["longitude"]).statistic > 0.7


def test_too_many_regions_for_tiles_are_refused():
    with pytest.raises(AirshedError, match="too many for a tile grid"):
        grid([(0.01 * place, 0) for place in range(MOST + 1)])


def test_the_frame_is_where_vega_draws():
    frame = frame_of((100.0, 20.0, 140.0, 45.0), 720.0, 560.0)
    assert frame.width == pytest.approx(720.0) and frame.height <= 560.0
    places = [(126.98, 37.57), (100.5, 44.0), (139.0, 21.0), (113.3, 23.1)]
    spec = {
        "data": {"values": [{"x": x, "y": y} for x, y in places]},
        "width": frame.width,
        "height": frame.height,
        "projection": {"type": "mercator", "scale": frame.scale, "translate": list(frame.translate)},
        "mark": "circle",
        "encoding": {
            "longitude": {"field": "x", "type": "quantitative"},
            "latitude": {"field": "y", "type": "quantitative"},
        },
    }
    svg = vl_convert.vegalite_to_svg(spec)
    theirs = re.findall(r'role="graphics-symbol"[^>]*transform="translate\(([-\d.]+),([-\d.]+)\)"', svg)
    assert len(theirs) == len(places)
    for (x, y), place in zip(theirs, places, strict=True):
        assert frame.place(*place) == pytest.approx((float(x), float(y)), abs=0.01)
    assert frame.place(100.0, 45.0) == pytest.approx((0, 0), abs=1e-9)
    assert frame.place(140.0, 20.0) == pytest.approx((frame.width, frame.height))


@given(st.floats(80, 150), st.floats(-60, 75))
def test_a_place_and_its_pixels_go_both_ways(longitude, latitude):
    frame = frame_of((80.0, 10.0, 150.0, 60.0), 700.0, 500.0)
    assert frame.point(*frame.place(longitude, latitude)) == pytest.approx((longitude, latitude))


@given(PLACES)
def test_a_box_holds_its_points(places):
    west, south, east, north = around(places)
    assert all(west <= x <= east and south <= y <= north for x, y in places) and west < east and south < north


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 700), st.floats(0, 500), st.floats(0, 20)), max_size=30))
def test_names_never_cover_each_other_nor_a_mark(marks):
    frame = frame_of((80.0, 10.0, 150.0, 60.0), 700.0, 500.0)
    names = [Name("서울 Seoul", x, y, radius) for x, y, radius in marks]
    found = roomy(names, frame)
    boxes = [name.box(*at) for name, at in zip(names, found, strict=True) if at]
    for (a, b, c, d), (e, f, g, h) in combinations(boxes, 2):
        assert c <= e or g <= a or d <= f or h <= b
    for west, top, east, bottom in boxes:
        assert west >= 0 and top >= 0 and east <= frame.width and bottom <= frame.height
    for place, (name, at) in enumerate(zip(names, found, strict=True)):
        for other, (x, y, radius) in enumerate(marks):
            if at and other != place:
                west, top, east, bottom = name.box(*at)
                inside = max(west - x, x - east, 0) < radius and max(top - y, y - bottom, 0) < radius
                assert not inside


def test_the_first_name_beside_nothing_stands_to_the_right():
    frame = frame_of((80.0, 10.0, 150.0, 60.0), 700.0, 500.0)
    (at,) = roomy([Name("Seoul", 300, 200, 5)], frame)
    assert at is not None and at[0] > 305 and at[1] == 200


def outline(name):
    return json.loads(files("airshed.charts").joinpath("outline", name).read_text("utf-8"))


def inside(point, rings):
    """Return whether a point lies in the area of rings, by counting the edges east of it."""
    x, y = point
    crossings = 0
    for ring in rings:
        for (x0, y0), (x1, y1) in pairwise(ring):
            crossings += (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    return crossings % 2 == 1


@pytest.mark.parametrize("name", OUTLINES)
def test_the_outline_of_the_land_is_whole_and_small(name):
    document = outline(name)
    west, south, east, north = document["properties"]["box"]
    rings = [ring for polygon in document["geometry"]["coordinates"] for ring in polygon]
    assert rings and all(ring[0] == ring[-1] and len(ring) > 3 for ring in rings)
    assert all(west <= x <= east and south <= y <= north for ring in rings for x, y in ring)
    for polygon in document["geometry"]["coordinates"]:
        (first, *holes) = [sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(r)) for r in polygon]
        assert first > 0 and all(hole < 0 for hole in holes)
    assert "Natural Earth, public domain" in document["properties"]["source"]
    assert "ISC" in document["properties"]["source"]


def test_both_outlines_together_are_small():
    folder = files("airshed.charts").joinpath("outline")
    assert sum(len(folder.joinpath(name).read_bytes()) for name in OUTLINES) < 60_000


@pytest.mark.parametrize("name", OUTLINES)
def test_land_is_land_and_sea_is_sea(pack, name):
    rings = [ring for polygon in outline(name)["geometry"]["coordinates"] for ring in polygon]
    inland = {"beijing": (116.4, 39.9), "xian": (108.9, 34.3), "daejeon": (127.38, 36.35), "ulaanbaatar": (106.9, 47.9)}
    at_sea = {"yellow": (123.5, 35.5), "east": (132.0, 39.0), "philippine": (133.0, 25.0)}
    assert [place for place, point in inland.items() if not inside(point, rings)] == []
    assert [place for place, point in at_sea.items() if inside(point, rings)] == []


def test_the_fine_outline_covers_the_pack_and_the_coarse_one_the_rest(pack):
    regions = pack.table("regions").dropna(subset=["latitude"])
    box = around(zip(regions["longitude"], regions["latitude"], strict=True))
    fine = land(box)
    assert fine.points > 1000
    alps = land((5.0, 43.0, 15.0, 48.0))
    assert 3 < alps.points < 200 and any(inside((9.2, 45.5), polygon) for polygon in alps.polygons)


def rows(count=6):
    places = [(100.0 + 7 * place, 25.0 + 3 * (place % 4)) for place in range(count)]
    return pd.DataFrame(
        {
            "code": [f"R{place}" for place in range(count)],
            "longitude": [x for x, _ in places],
            "latitude": [y for _, y in places],
            "row": [place % 3 for place in range(count)],
            "column": list(range(count)),
            "label": [f"N{place}" for place in range(count)],
            "text": "1",
            "told": [f"name {place}" for place in range(count)],
            "value": np.linspace(0.0, 10.0, count),
            "size": np.linspace(1.0, 9.0, count),
        }
    )


WORDS = {"title": "t", "subtitle": "s", "legend": "u"}


@pytest.mark.parametrize("lost", [[], [0, 3], range(6)])
def test_what_is_not_known_is_drawn_and_told_too(lost):
    found = rows()
    found.loc[list(lost), ["value", "size"]] = np.nan
    for chart in (tile_map(found, **WORDS), bubble_map(found, **WORDS)):
        svg = to_svg(chart.to_dict(validate=True))
        assert set(re.findall(r'aria-label="(name \d)"', svg)) == set(found["told"])


def channel(part):
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4


def luminance(colour):
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)] if "(" in colour else None
    named = {"white": (1, 1, 1), "black": (0, 0, 0)}
    red, green, blue = parts or named.get(colour) or [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)


def test_letters_on_tiles_can_be_read():
    """WCAG 2: at least 4.5 to 1 between letters and tile for every number of the scale."""
    count = 60
    found = rows(count).assign(row=0, column=range(count))
    svg = to_svg(tile_map(found, **WORDS).to_dict())
    tiles = dict(re.findall(r'aria-label="name (\d+)"[^>]*fill="([^"]+)"', svg))
    inks = {number: ink for ink, number in re.findall(r'fill="([^"]+)"[^>]*>N(\d+)<', svg)}
    assert len(tiles) == len(inks) == count
    worst = 21.0
    for number, colour in tiles.items():
        light, dark = sorted((luminance(colour), luminance(inks[number])), reverse=True)
        worst = min(worst, (light + 0.05) / (dark + 0.05))
    assert worst >= 4.5


def test_colours_grow_darker_with_the_number():
    found = rows(30).assign(row=0, column=range(30))
    tiles = dict(re.findall(r'aria-label="name (\d+)"[^>]*fill="([^"]+)"', to_svg(tile_map(found, **WORDS).to_dict())))
    light = [luminance(tiles[str(place)]) for place in range(30)]
    assert light == sorted(light, reverse=True)


def test_flows_are_as_wide_as_what_they_carry():
    found = rows().assign(value=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    svg = to_svg(flow_map(found, ("here", 120.0, 30.0), **WORDS).to_dict())
    widths = sorted(float(width) for width in re.findall(r'<line [^>]*stroke-width="([\d.]+)"', svg))
    assert widths == pytest.approx([11 * value / 6 for value in range(1, 7)], abs=0.01)


def test_bubbles_have_the_area_of_their_number():
    found = rows().assign(size=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], value=1.0)
    svg = to_svg(bubble_map(found, **WORDS).to_dict())
    radii = re.findall(r'aria-label="name (\d)"[^>]*?d="M([\d.]+),0A', svg)
    areas = {int(number): math.pi * float(radius) ** 2 for number, radius in radii}
    assert len(areas) == 6 and all(areas[n] / areas[5] == pytest.approx((n + 1) / 6, rel=0.01) for n in areas)


def test_small_layouts_are_the_best_of_all_permutations():
    """Brute force over every way to put four regions on the cells of the same grid."""
    places = [(100.0, 20.0), (101.0, 30.0), (109.0, 22.0), (110.0, 31.0)]
    longitude, latitude = (np.array(axis) for axis in zip(*places, strict=True))
    row, column = tile_layout(longitude, latitude)
    rows_, columns = 4, 2  # 1.6 cells for each of four regions, and a map a little taller than wide

    def wanted(position):
        rank = np.argsort(np.argsort(position)) / 3
        return ((position - position.min()) / np.ptp(position) + rank) / 2

    x, y = (columns - 1) * wanted(longitude), (rows_ - 1) * (1 - wanted(latitude))
    cells = [(r, c) for r in range(rows_) for c in range(columns)]

    def cost(chosen):
        return sum((x[i] - c) ** 2 + (y[i] - r) ** 2 for i, (r, c) in enumerate(chosen))

    best = min(permutations(cells, 4), key=cost)
    assert cost(list(zip(row, column, strict=True))) == pytest.approx(cost(best))
