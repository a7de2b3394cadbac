"""Areas that a deployment gives: matched to regions by code or name, told where they are none, refused where wrong."""

import json
import unicodedata

import pandas as pd
import pytest

from airshed.pack.boundaries import read_boundaries
from airshed.pack.errors import AirshedError
from airshed.pack.geometry import read_shapes
from airshed.pack.pack import Pack

FILES = {
    "china_provinces_50m.geojson": ("iso_3166_2", 31, 0),
    "east_asia_countries_50m.geojson": ("adm0_a3", 7, 15),
    "skorea-provinces-2018-topo-simple.json": ("name", 17, 0),
}
"""The property, the regions found and the rest, by the descriptions of the files: 31 provinces; 22 countries of which
the pack holds seven (Hong Kong and Macao have codes of nations there), 17 provinces."""


def square(longitude, latitude, **properties):
    ring = [[longitude + x, latitude + y] for x, y in ((-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.fixture
def written(tmp_path):
    def write(*features, name="areas.json"):
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return path

    return write


@pytest.mark.shared
@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_matched_by_itself(pack, shared, name):
    found = read_boundaries(pack, [shared / "data" / "geography" / name])
    key, regions, others = FILES[name]
    (match,) = found.matches
    assert (match.key, match.regions, len(match.unmatched)) == (key, regions, others)
    assert len(found.areas) == len(found.drawn(pack)) == regions


@pytest.mark.shared
@pytest.mark.parametrize("form", ["NFD", "NFC", "NFKD"])
def test_a_file_of_a_mac_is_matched_whatever_the_form_of_its_letters(pack, shared, tmp_path, form):
    """All 17 provinces of Korea by their Korean names, composed or decomposed, with the property named so too."""
    text = (shared / "data" / "geography" / "skorea-provinces-2018-topo-simple.json").read_text(encoding="utf-8")
    plain = json.dumps(json.loads(text), ensure_ascii=False).replace('"name":', '"이름":')
    path = tmp_path / "areas.json"
    path.write_text(unicodedata.normalize(form, plain), encoding="utf-8")
    for key in (None, "이름", unicodedata.normalize("NFD", "이름")):
        (match,) = read_boundaries(pack, [path], key).matches
        assert (match.key, match.regions, match.unmatched) == ("이름", 17, ())


@pytest.mark.shared
def test_korean_provinces_are_those_of_their_names(pack, shared):
    """The codes of KOSTAT are not those of ISO 3166-2, so the areas go by their Korean names."""
    found = read_boundaries(pack, [shared / "data" / "geography" / "skorea-provinces-2018-topo-simple.json"])
    points = pack.table("regions").set_index("code")
    for code, (shape,) in found.areas.items():
        west, south, east, north = shape.box
        assert west <= points.loc[code, "longitude"] <= east and south <= points.loc[code, "latitude"] <= north


@pytest.mark.shared
def test_land_without_names_is_refused(pack, shared):
    with pytest.raises(AirshedError, match=r"no area of ne_110m_land\.json is a region") as caught:
        read_boundaries(pack, [shared / "data" / "geography" / "ne_110m_land.json"])
    assert "featurecla: Land" in caught.value.message and "--boundary-key" in caught.value.remedy


@pytest.mark.shared
def test_a_town_is_not_taken_for_the_city_of_its_name(pack, shared):
    """The only municipality with the name of a region is Gwangju in Gyeonggi, 250 km from the city KR-29."""
    with pytest.raises(AirshedError, match="KR-29 reaches from 127") as caught:
        read_boundaries(pack, [shared / "data" / "geography" / "skorea-municipalities-2018-topo-simple.json"])
    assert "another place of the same name" in caught.value.remedy


@pytest.mark.shared
def test_municipalities_serve_a_pack_that_has_them(pack, shared):
    path = shared / "data" / "geography" / "skorea-municipalities-2018-topo-simple.json"
    codes = [str(shape.properties["code"]) for shape in read_shapes(path)]
    districts = pd.DataFrame(dict.fromkeys(pack.table("regions").columns, ""), index=range(25))
    districts["code"] = [code for code in codes if code.startswith("11")]
    districts = districts.assign(level="province", longitude=float("nan"), latitude=float("nan"))
    seoul = Pack(pack.path, pack.descriptor, {"regions": districts})
    found = read_boundaries(seoul, [path])
    assert found.matches[0].key == "code" and found.matches[0].regions == 25 and len(found.matches[0].unmatched) == 225


@pytest.mark.shared
def test_several_files_draw_the_parts_rather_than_the_whole(pack, shared):
    folder = shared / "data" / "geography"
    found = read_boundaries(pack, [folder / name for name in FILES])
    drawn = found.drawn(pack)
    assert {"CHN", "KOR"} <= set(found.areas) and not {"CHN", "KOR"} & set(drawn)
    assert len(drawn) == 31 + 17 + 5


def test_names_of_any_language_and_codes_in_any_case_are_known(pack, written):
    path = written(square(127, 37.5, who="서울특별시"), square(116, 40, who="cn-bj"), square(139.5, 35.5, who="日本"))
    assert set(read_boundaries(pack, [path]).areas) == {"KR-11", "CN-BJ", "JPN"}


def test_the_property_that_names_most_regions_wins_unless_one_is_given(pack, written):
    path = written(
        square(127, 37.5, a="KR-11", b="x"), square(116, 40, a="x", b="CN-BJ"), square(139.5, 35.5, a="y", b="JPN")
    )
    assert read_boundaries(pack, [path]).matches[0].key == "b"
    assert read_boundaries(pack, [path]).matches[0].unmatched == ("x",)
    assert set(read_boundaries(pack, [path], "a").areas) == {"KR-11"}
    with pytest.raises(AirshedError, match="no property c") as caught:
        read_boundaries(pack, [path], "c")
    assert "a, b" in caught.value.remedy


def test_islands_of_a_region_may_be_areas_of_their_own(pack, written):
    path = written(square(127, 37.5, code="KR-11"), square(129, 37.5, code="KR-11"))
    assert len(read_boundaries(pack, [path]).areas["KR-11"]) == 2


def test_areas_that_lie_elsewhere_are_refused(pack, written):
    path = written(square(37.5, 27, code="KR-11"), square(40, 16, code="CN-BJ"))
    with pytest.raises(AirshedError, match=r"lie elsewhere: KR-11 reaches from 36\.5 to 38\.5 and 26 to 28"):
        read_boundaries(pack, [path])


def test_a_pack_without_coordinates_goes_by_codes(pack, written):
    regions = pack.table("regions").assign(longitude=float("nan"), latitude=float("nan"))
    bare = Pack(pack.path, pack.descriptor, {"regions": regions})
    assert set(read_boundaries(bare, [written(square(3, 3, code="KR-11"))]).areas) == {"KR-11"}


@pytest.mark.parametrize(
    ("words", "message", "remedy"),
    [
        (("--boundaries", "nowhere.json"), "No such file", "name a file"),
        (("--boundary-key", "code"), "needs --boundaries", "--boundaries FILE"),
        (("--boundaries", "{areas}", "--boundary-key", "none"), "no property none", "code"),
    ],
)
def test_the_command_says_at_its_start_what_is_wrong(cli, written, words, message, remedy):
    path = str(written(square(127, 37.5, code="KR-11")))
    code, _, err = cli("serve", "--port", "0", *(word.format(areas=path) for word in words))
    assert code == 2 and message in err and remedy in err


def test_a_kind_that_is_no_geometry_is_refused_and_lines_are_left_out(pack, written):
    """A misspelled Polygon is no line: left out unsaid, its region would vanish from the map."""
    line = {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}}
    assert list(read_boundaries(pack, [written(square(127, 37, code="KOR"), line)]).areas) == ["KOR"]
    wrong = square(138, 36, code="JPN")
    wrong["geometry"]["type"] = "polygon"
    with pytest.raises(AirshedError, match="feature 2 is of the type 'polygon', which is no geometry"):
        read_boundaries(pack, [written(square(127, 37, code="KOR"), wrong)])


def test_polygons_of_a_collection_are_areas(pack, written):
    held = square(127, 37, code="KOR")
    held["geometry"] = {"type": "GeometryCollection", "geometries": [held["geometry"]]}
    assert read_boundaries(pack, [written(held)]).areas["KOR"][0].box == (126.0, 36.0, 128.0, 38.0)


@pytest.mark.parametrize("text", ['{"type": "Feature", "type": "x"}', '{"type": NaN}', '{"type": ' + "9" * 5000 + "}"])
def test_what_is_said_twice_or_endless_is_no_json(pack, tmp_path, text):
    path = tmp_path / "areas.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AirshedError, match="is no JSON"):
        read_boundaries(pack, [path])
