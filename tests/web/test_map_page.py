"""The map: the numbers of the commands in every form, the given boundaries, and what cannot be drawn."""

import csv
import json
import math
import re
from itertools import pairwise

import pytest

from airshed.charts.theme import MISSING_COLOUR
from airshed.pack.boundaries import read_boundaries
from airshed.pack.finding import PackError
from airshed.pack.pack import open_pack
from airshed.web.app import create_app
from support.pages import refused

GEOGRAPHY = ("east_asia_countries_50m.geojson", "china_provinces_50m.geojson", "skorea-provinces-2018-topo-simple.json")


NUMBERS = re.compile(r"([-\d.]+),([-\d.]+)")


PRINTED = {}
"""What the commands printed, once for each of them."""


def printed(cli, *words):
    if words not in PRINTED:
        code, out, _ = cli(*words, "--format", "json")
        assert code == 0
        PRINTED[words] = json.loads(out)
    return PRINTED[words]


def numbers(rows, key="region", value="value"):
    return {row[key]: row[value] for row in rows}


def told(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


def marks(spec):
    """Return the rows behind the marks of a map by their codes, and the one it says."""
    sets = [
        *spec["datasets"].values(),
        *(layer["data"].get("values", []) for layer in _layers(spec) if "data" in layer),
    ]
    return {row["code"]: row for rows in sets for row in rows if isinstance(row, dict) and "code" in row}


def _layers(spec):
    return [spec, *(inner for layer in spec.get("layer", []) for inner in _layers(layer))]


QUANTITIES = {
    "quantity=concentration": (("health",), "region", "exposure"),
    "quantity=concentration&year=2030": (("health", "--year", "2030"), "region", "exposure"),
    "quantity=deaths": (("health",), "region", "value"),
    "quantity=emissions&pollutant=SO2&year=2020": (
        ("emissions", "--by", "region", "--pollutant", "SO2", "--years", "2020"),
        "region",
        "value",
    ),
    "quantity=contribution&receptor=beijing": (("attribution", "beijing", "--by", "region"), "region", "value"),
    "quantity=contribution": (("attribution", "seoul", "--by", "region"), "region", "value"),
}


@pytest.mark.parametrize("form", ["tiles", "bubbles"])
@pytest.mark.parametrize("query", QUANTITIES)
def test_the_map_shows_what_the_command_prints(client, cli, query, form):
    words, key, value = QUANTITIES[query]
    theirs = numbers(printed(cli, *words), key, value)
    rows = numbers(told(client, f"/en/map.json?{query}&form={form}"))
    drawn = {code: row["value"] for code, row in marks(told(client, f"/en/map.vl?{query}&form={form}")).items()}
    assert set(rows) == set(drawn) and len(rows) == 55
    if value == "exposure":
        words = ("attribution", "RUS", *words[1:])
        theirs["RUS"] = sum(row["value"] for row in printed(cli, *words))
    for code, shown in rows.items():
        expected = theirs.get(code)
        assert (shown is None) == (expected is None) == (drawn[code] is None), code
        if expected is not None:
            assert shown == pytest.approx(expected, rel=1e-9) and drawn[code] == pytest.approx(expected, rel=1e-9)


def test_deaths_per_head_by_hand(client, cli):
    theirs = {row["region"]: 100_000 * row["value"] / row["population"] for row in printed(cli, "health")}
    rows = {row["region"]: row for row in told(client, "/en/map.json?quantity=death-rate")}
    assert rows["KR-11"]["value"] == pytest.approx(theirs["KR-11"])
    assert rows["KR-11"]["low"] < rows["KR-11"]["value"] < rows["KR-11"]["high"]
    assert rows["KR-11"]["unit"] == "deaths/100000/yr"


def test_what_has_no_place_on_the_map_is_said(client, cli):
    rows = printed(cli, "attribution", "seoul", "--by", "region")
    total, ships = sum(row["value"] for row in rows), numbers(rows)["SHIP"]
    text = client.get("/en/map?quantity=contribution").text
    assert f"International shipping {ships:.1f}" in text and f"all together are {total:.1f}." in text


def test_a_part_of_the_map(client, pack):
    provinces = {code for code in pack.table("regions")["code"] if code.startswith("KR-")}
    for form in ("tiles", "bubbles"):
        assert set(numbers(told(client, f"/en/map.json?within=KOR&form={form}"))) == provinces
    assert set(numbers(told(client, "/en/map.json?within=JJJ"))) == {"CN-BJ", "CN-TJ", "CN-HE"}


def test_the_table_leads_to_the_regions(client):
    text = client.get("/ko/map").text
    assert '<a href="/ko/region/KR-11">서울특별시</a>' in text
    russia = client.get("/en/region/RUS")
    assert russia.status_code == 200 and "needs table mortality" in russia.text
    assert "marks-" in text


def test_what_is_not_known_is_said(client):
    assert "회색인 곳: 러시아(동부)" in client.get("/ko/map?quantity=deaths").text
    drawn = marks(told(client, "/ko/map.vl?quantity=deaths"))
    assert drawn["RUS"]["value"] is None and drawn["RUS"]["told"] == "러시아(동부): 모름"


def test_marks_say_name_number_and_unit(client):
    rows = numbers(told(client, "/ko/map.json"))
    assert marks(told(client, "/ko/map.vl"))["KR-11"]["told"] == f"서울특별시: {rows['KR-11']:.1f} µg/m³"


def test_the_map_has_the_usual_files(client):
    assert client.get("/en/map.png?form=bubbles").content.startswith(b"\x89PNG")
    assert "Seoul: " in client.get("/en/map.svg").text
    rows = list(csv.DictReader(client.get("/en/map.csv?quantity=deaths").text.splitlines()))
    assert {"region", "value", "low", "high", "unit", "source"} <= set(rows[0])


def test_flows_are_the_largest_contributions(client, cli, pack):
    placed = set(pack.table("regions").dropna(subset=["latitude"])["code"])
    rows = [row for row in printed(cli, "attribution", "seoul", "--by", "region") if row["region"] in placed]
    largest = sorted(rows, key=lambda row: -row["value"])[:15]
    drawn = marks(told(client, "/en/attribution.vl?receptor=seoul&chart=flows"))
    assert {code: row["value"] for code, row in drawn.items()} == pytest.approx(numbers(largest), rel=1e-9)
    table = told(client, "/en/attribution.json?receptor=seoul&table=flows")
    assert table[0]["value"] == max(row["value"] for row in table)


def test_a_group_has_no_point_to_flow_to(client):
    answer = client.get("/en/attribution?receptor=JJJ")
    assert answer.status_code == 200 and 'id="flows"' not in answer.text


BAD = {
    "/en/map?quantity=luck": (400, "quantity cannot be luck", "concentration, deaths"),
    "/en/map?form=globe": (400, "form cannot be globe", "tiles, bubbles"),
    "/en/map?form=boundaries": (400, "given no boundaries", "--boundaries FILE"),
    "/ko/map?form=boundaries": (400, "경계가 주어지지 않았습니다", "--boundaries FILE"),
    "/en/map?year=1700": (400, "year cannot be 1700", "from 1850 to 2200 is needed"),
    "/en/map?year=2150": (400, "2150", "covers"),
    "/en/map?quantity=emissions&year=1950": (400, "1950", ""),
    "/en/map?quantity=emissions&pollutant=gold": (400, "gold", "use one of"),
    "/en/map?quantity=contribution&receptor=atlantis": (400, "atlantis", "use one of"),
    "/en/map?quantity=contribution&receptor=SHIP": (400, "SHIP", ""),
    "/en/map?within=KR-11": (400, "KR-11", "CHN"),
    "/en/map.svg?form=boundaries": (400, "given no boundaries", "--boundaries FILE"),
}


@pytest.mark.parametrize("address", BAD)
def test_what_cannot_be_drawn_is_said(client, address):
    assert refused(client, address, BAD[address]).text


def test_boundaries_are_offered_only_where_they_are_given(client):
    assert 'value="boundaries"' not in client.get("/en/map").text


@pytest.fixture(scope="module")
def bounded(pack, shared, connect):
    files = [shared / "data" / "geography" / name for name in GEOGRAPHY]
    app = create_app(pack, patience=None, boundaries=read_boundaries(pack, files))
    with connect(app) as client:
        yield client


@pytest.mark.shared
def test_given_boundaries_are_drawn_with_the_same_numbers(bounded, cli):
    theirs = numbers(printed(cli, "health"))
    rows = numbers(told(bounded, "/en/map.json?form=boundaries&quantity=deaths"))
    assert len(rows) == 53 and set(rows) - set(theirs) == {"RUS"}
    assert {code: rows[code] for code in rows if code in theirs} == pytest.approx(
        {code: theirs[code] for code in rows if code in theirs}, rel=1e-9
    )
    assert set(marks(told(bounded, "/en/map.vl?form=boundaries&quantity=deaths"))) == set(rows)
    svg = bounded.get("/en/map.svg?form=boundaries&quantity=deaths").text
    (russia,) = re.findall(r'aria-label="Russia \(eastern\): not known"[^>]* fill="([^"]+)"', svg)
    assert russia == MISSING_COLOUR
    text = bounded.get("/en/map?form=boundaries").text
    assert 'value="boundaries" selected' in text and "No area was given for: Hong Kong, Macao" in text
    assert "Bangladesh" in text or "BGD" in text


@pytest.mark.shared
@pytest.mark.parametrize("query", ["", "&within=KOR", "&within=CHN", "&within=JJJ", "&quantity=deaths&year=2030"])
def test_no_area_is_the_whole_globe_without_itself(bounded, query):
    """An area that is wound the wrong way is drawn as the world without it."""
    svg = bounded.get(f"/en/map.svg?form=boundaries{query}").text
    spec = told(bounded, f"/en/map.vl?form=boundaries{query}")
    found = dict(re.findall(r'<path aria-label="([^":]+): [^"]*"[^>]* d="(M[^"]+)"', svg))
    assert len(found) == len(marks(spec))
    world = (math.tau * spec["projection"]["scale"]) ** 2
    for name, path in found.items():
        rings = [[tuple(map(float, pair)) for pair in NUMBERS.findall(part)] for part in path.split("M")]
        area = abs(sum(a * d - c * b for ring in rings for (a, b), (c, d) in pairwise([*ring, *ring[:1]]))) / 2
        assert 0 < area < world / 2, name


@pytest.mark.shared
def test_a_map_with_boundaries_is_not_too_large(bounded):
    for query in ("", "&within=KOR", "&within=CHN"):
        assert len(bounded.get(f"/en/map.vl?form=boundaries{query}").content) < 500_000


def changed(folder, columns):
    path = next(folder.rglob("regions.csv"))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row.update(dict.fromkeys(columns, ""))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return open_pack(folder)


def emissions_alone(folder):
    """Leave out the relation: a region of it without coordinates is refused before there is a map."""
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    kept = [one for one in descriptor["resources"] if not one["table"].startswith("source_receptor")]
    path.write_text(json.dumps({**descriptor, "resources": kept}), encoding="utf-8")
    return folder


def test_a_pack_whose_relation_needs_coordinates_is_refused_without_them(small_copy):
    with pytest.raises(PackError) as told:
        changed(small_copy, ("latitude", "longitude"))
    assert {(item.code, item.table, item.column) for item in told.value.findings} == {("AS391", "regions", "latitude")}


def test_a_pack_without_coordinates_says_what_is_missing(small_copy, connect):
    emissions_alone(small_copy)
    with connect(create_app(changed(small_copy, ("latitude", "longitude")), patience=None)) as client:
        answer = client.get("/en/map?form=bubbles&quantity=emissions")
        assert answer.status_code == 400 and "regions has no coordinates" in answer.text
        assert "latitude and longitude" in answer.text
        assert client.get("/en/map?quantity=emissions").status_code == 200


def test_a_pack_without_tiles_gets_them_from_its_coordinates(small_copy, connect):
    with connect(create_app(changed(small_copy, ("tile_row", "tile_column")), patience=None)) as client:
        drawn = marks(told(client, "/en/map.vl?quantity=emissions"))
        assert set(drawn) == {"AA-1", "AA-2", "BBB"}
        assert len({(row["row"], row["column"]) for row in drawn.values()}) == 3
        assert drawn["BBB"]["row"] < drawn["AA-2"]["row"] and drawn["AA-1"]["column"] < drawn["BBB"]["column"]
        assert len(marks(told(client, "/en/map.vl?quantity=emissions&form=bubbles"))) == 3


def test_a_pack_with_neither_says_both(small_copy, connect):
    pack = changed(emissions_alone(small_copy), ("tile_row", "tile_column", "latitude", "longitude"))
    with connect(create_app(pack, patience=None)) as client:
        answer = client.get("/en/map?quantity=emissions")
        assert answer.status_code == 400 and "tile_row and tile_column, or latitude and longitude" in answer.text
