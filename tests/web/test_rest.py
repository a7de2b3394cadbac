"""REST answers as its own description says, HEAD as GET, and CSV as spreadsheets need it."""

import csv
import io
import json
import re
import zipfile

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airshed.answers.asked import is_local
from airshed.pack.pack import open_pack
from airshed.pack.spreadsheet import quoted
from airshed.web.app import create_app
from airshed.web.registry import PAGES
from support.small import write_small_pack

BOM = b"\xef\xbb\xbf"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
FREE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=12)


@pytest.fixture(scope="module")
def small(small_folder, connect):
    with connect(create_app(open_pack(small_folder), patience=None), follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def described(small):
    return small.get("/api/v1/openapi.json").json()


def allowed(schema, kind):
    """Return values of a parameter that its schema allows, or forbids, as an address writes them."""
    if schema["type"] == "array":
        return allowed(schema["items"], kind)
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) if kind else FREE.filter(lambda text: text not in schema["enum"])
    if schema["type"] == "boolean":
        return st.sampled_from(["true", "false"]) if kind else st.sampled_from(["", "yes", "1", "TRUE", "null", "2"])
    if schema["type"] in ("integer", "number"):
        low, high = schema.get("minimum", schema.get("exclusiveMinimum", 0)), schema.get("maximum", 9)
        beyond = st.sampled_from(
            [str(low - 1), "", "null", "one", "nan", "1e999", *([str(high + 1)] if "maximum" in schema else [])]
        )
        return st.integers(int(low) + 1, int(min(high, 10**6))).map(str) if kind else beyond
    if schema.get("minLength"):
        return FREE.filter(str.strip) if kind else st.just("")
    return FREE if kind else FREE.map(lambda text: "x" * (schema.get("maxLength", 4000) + 1) + text)


def documented(described, page):
    return described["paths"][f"/api/v1/{page.path or page.name}"]["get"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_the_description_forbids_is_refused_and_every_status_is_documented(small, described, data):
    page = data.draw(st.sampled_from([page for page in PAGES if page.name not in ("schedule", "deals", "sheet")]))
    operation = documented(described, page)
    parameters = operation["parameters"]
    placed = {one["name"]: one["schema"]["enum"][0] for one in parameters if one["in"] == "path"}
    open_to = [one for one in parameters if one["in"] == "query"]
    required = {one["name"]: one["schema"]["enum"][0] for one in open_to if one["required"] and "enum" in one["schema"]}
    asked, forbidden = dict(required), False
    if open_to:
        one = data.draw(st.sampled_from(open_to))
        forbidden = data.draw(st.booleans())
        asked[one["name"]] = data.draw(allowed(one["schema"], not forbidden))
    answer = small.get(f"/api/v1/{(page.path or page.name).format(**placed)}", params=asked)
    assert str(answer.status_code) in operation["responses"], answer.text
    assert answer.headers["content-type"] in operation["responses"][str(answer.status_code)]["content"]
    if forbidden and one["schema"].get("type") != "array":
        assert answer.status_code in (400, 404, 409, 414), (asked, answer.text)
    if not forbidden:
        assert answer.status_code in (200, 404, 409), (asked, answer.text)


def test_what_can_be_asked_and_not_answered_is_a_conflict_with_the_pack_in_rest(small):
    for query in (
        "health?year=1900",
        "cooperation?scenario=moon",
        "budget?total=much",
        "costcurve?receptor=port&pollutant=SO2",
    ):
        answer = small.get(f"/api/v1/{query}")
        assert answer.status_code == answer.json()["error"]["status"] == 409, (query, answer.text)
        assert answer.json()["error"]["remedy"]
        assert small.get(f"/en/{query}").status_code == 400


def test_what_is_asked_with_nothing_or_the_first_of_every_choice_is_documented(small, described):
    for page in PAGES:
        operation = documented(described, page)
        names = {one["name"] for one in operation["parameters"]}
        assert names == {name for name in page.question.model_fields if not is_local(page, name)}, page.name
        for one in operation["parameters"]:
            assert "anyOf" not in one["schema"] and one["schema"].get("default", "") is not None
            assert one["required"] == (one["in"] == "path" or page.question.model_fields[one["name"]].is_required())


def test_a_parameter_that_is_given_empty_is_no_number_and_no_code_in_rest_but_may_be_in_a_form(small):
    for query, status in (("year=", 400), ("region=", 400), ("year=%20", 400), ("response=", 400)):
        assert small.get(f"/api/v1/health?{query}").status_code == status, query
        assert small.get(f"/en/health?{query}").status_code == 200
    assert small.get("/api/v1/emissions?marks=yes").status_code == 400


def texts(schema):
    """Return the patterns of the texts of a parameter; none of them for a number or one of a list."""
    shape = schema.get("items", schema)
    if shape.get("type") != "string" or "enum" in shape:
        return []
    return [part["pattern"] for part in shape.get("allOf", [shape])]


def test_no_text_may_hold_a_control_character_by_the_description_and_none_is_answered(small, described):
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for one in operation.get("parameters", ()):
                held = texts(one["schema"])
                if not held:
                    continue
                for letter in "\x00\x0b\x1f\x9b\u2028":
                    assert not all(re.search(pattern, f"a{letter}b") for pattern in held), (path, one["name"])
                assert all(re.search(pattern, "서울 KR-11, ä") for pattern in held)
                assert method != "get" or "400" in operation["responses"]
    assert small.get("/api/v1/jobs/a%07").status_code == 400


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_list_that_is_too_long_is_refused_in_words(page, small, described):
    operation = documented(described, page)
    placed = {one["name"]: one["schema"]["enum"][0] for one in operation["parameters"] if one["in"] == "path"}
    for one in operation["parameters"]:
        if one["schema"].get("type") != "array" or "maxItems" not in one["schema"]:
            continue
        values = [str(2000 + number) for number in range(one["schema"]["maxItems"] + 1)]
        query = [(one["name"], value) for value in values]
        answer = small.get(f"/api/v1/{(page.path or page.name).format(**placed)}", params=query)
        assert answer.status_code == 400 and answer.json()["error"]["remedy"], answer.text


def routes(client):
    """Return all addresses that are answered to GET, with something in their places."""
    fills = {"language": "ko", "key": "none", "name": "plan.csv", "region": "AAA", "receptor": "port"}
    paths = {route.path for route in client.app.routes if "GET" in (getattr(route, "methods", None) or ())}
    return sorted(re.sub(r"{(\w+)}", lambda match: fills[match[1]], path) for path in paths)


def test_head_answers_wherever_get_does_with_the_same_headers_and_no_body(small):
    asked = [path for path in routes(small) if not re.search(r"\.(png|svg|pdf|xlsx)$", path)]
    assert {"/", "/api/v1/jobs", "/api/v1/openapi.json", "/jobs/none/events", "/ko/scenarios/build/answer"} <= set(
        asked
    )
    for path in asked:
        got, head = small.get(path), small.head(path)
        assert (head.status_code, head.content) == (got.status_code, b""), path
        assert dict(head.headers) == dict(got.headers), path


def test_head_of_a_stream_ends(pack, held, connect):
    from support.held import LONG

    with connect(create_app(pack, patience=0.0)) as client:
        job = client.get("/en/claims.json").json()["waiting"]["job"].rpartition("/")[2]
        assert held.entered.acquire(timeout=LONG)
        head = client.head(f"/jobs/{job}/events")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == "text/event-stream; charset=utf-8"


def test_what_an_address_does_not_do_says_what_it_does(small, described):
    for path in ("/api/v1/jobs", "/api/v1/jobs/none", "/api/v1/health", "/en/jobs/none/cancel", "/en/scenarios/saved"):
        known = small.request("TRACE", path)
        allow = set(known.headers["allow"].split(", "))
        for method in METHODS:
            answer = small.request(method, path)
            assert (answer.status_code == 405) == (method not in allow), (method, path)
            if answer.status_code == 405:
                assert set(answer.headers["allow"].split(", ")) == allow


@pytest.mark.parametrize(
    "path", ["health.csv", "scenarios/saved.csv", "jobs.csv", "health.csv?year=1700", "scenarios/build/files/plan.csv"]
)
def test_csv_in_korean_and_chinese_begins_with_the_mark_that_excel_needs(small, path):
    rows = {language: small.get(f"/{language}/{path}").content for language in ("en", "ko", "zh")}
    assert not rows["en"].startswith(BOM)
    for language in ("ko", "zh"):
        assert rows[language].startswith(BOM) and rows[language].count(BOM) == 1
        rows[language].decode("utf-8")


def test_csv_in_a_zip_begins_with_the_mark_too(small):
    for language in ("en", "ko", "zh"):
        with zipfile.ZipFile(io.BytesIO(small.get(f"/{language}/health.zip").content)) as held:
            tables = [held.read(name) for name in held.namelist() if name.endswith(".csv")]
            document = held.read("metadata.json")
        assert tables and {table.startswith(BOM) for table in tables} == {language != "en"}
        assert not document.startswith(BOM)


def test_cells_that_a_spreadsheet_would_compute_are_text_and_told(tmp_path, connect):
    folder = write_small_pack(tmp_path / "pack")
    path = folder / "tables" / "sources.csv"
    pd.read_csv(path, dtype=str, keep_default_na=False).assign(title="=HYPERLINK(1)").to_csv(path, index=False)
    with connect(create_app(open_pack(folder), patience=None)) as client:
        answer = client.get("/en/sources.csv")
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert rows and {row["title"] for row in rows} == {"'=HYPERLINK(1)"}
        assert int(answer.headers["x-quoted-cells"]) == len(rows)
        assert {row["title"] for row in client.get("/api/v1/sources").json()} == {"=HYPERLINK(1)"}
        with zipfile.ZipFile(io.BytesIO(client.get("/en/sources.zip").content)) as held:
            assert json.loads(held.read("metadata.json"))["quoted_cells"]["sources.csv"] == len(rows)
        assert "x-quoted-cells" not in client.get("/en/health.csv").headers


CELLS = st.one_of(
    st.none(),
    st.floats(allow_nan=False),
    st.integers(),
    st.text(max_size=6),
    st.sampled_from(["=1", "+a", "-x", "@y", "\t1", "\rz", "-3"]),
)


@given(st.lists(CELLS, min_size=1, max_size=8))
def test_no_cell_of_a_table_is_a_formula_and_every_number_stays(cells):
    table, count = quoted(pd.DataFrame({"cell": pd.Series(cells, dtype=object)}))
    changed = 0
    for cell, new in zip(cells, table["cell"], strict=True):
        old = cell.replace("\r\n", "\n").replace("\r", "\n") if isinstance(cell, str) else cell
        text = isinstance(old, str) and len(old) > 1 and old[0] in "=+-@\t\n＝＋－＠"
        if text and not is_number(old):
            changed += 1
            assert new == f"'{old}"
        else:
            assert new == old or (old is None and pd.isna(new))
    assert count == changed


def is_number(text):
    try:
        return float(text) is not None
    except ValueError:
        return False
