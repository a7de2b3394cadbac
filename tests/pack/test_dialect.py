"""Frictionless resources are read as their descriptor says: as the frictionless library and csv read them."""

import csv
import io
import json
from pathlib import Path

import pytest
from frictionless import Resource, system

import airshed
from airshed.pack.checks import check_pack

AREAS = "tables/areas.csv"
HEADER = ["region", "measure", "value", "unit", "confidence", "source", "note"]
ROWS = [
    ["AA-1", "official", "30000", "km2", "", "airshed", 'from "one, two"'],
    ["AA-2", "official", "20000.5", "km2", "", "airshed", "Ålands: plain"],
    ["BBB", "official", "90000", "km2", "", "airshed", "한국어 없음"],
]


def entry_of(folder: Path, **properties) -> dict:
    """Change the entry of the table areas; returns it."""
    path = folder / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    (entry,) = [entry for entry in raw["resources"] if entry["name"] == "areas"]
    entry.update(properties)
    path.write_text(json.dumps(raw), encoding="utf-8")
    return entry


def written(rows, **dialect) -> str:
    out = io.StringIO()
    csv.writer(out, **{"lineterminator": "\n", **dialect}).writerows(rows)
    return out.getvalue()


def areas(folder: Path) -> list[list[str]]:
    assert [item.record() for item in check_pack(folder).findings] == []
    table = airshed.open_pack(folder).table("areas")
    return [[str(row[name]) for name in HEADER] for row in table.to_dict("records")]


def by_library(folder: Path, entry: dict) -> list[list[str]]:
    """Return the cells as the frictionless library reads them, numbers as they print, empty ones empty."""
    with system.use_context(trusted=True):
        known = {key: entry[key] for key in ("name", "path", "schema", "dialect", "encoding", "format") if key in entry}
        rows = Resource.from_descriptor(known, basepath=str(folder)).read_rows()
    return [["" if row[name] is None else str(row[name]) for name in HEADER] for row in rows]


def plain(rows) -> list[list[str]]:
    return [
        [str(float(cell)) if name == "value" else cell for name, cell in zip(HEADER, row, strict=True)] for row in rows
    ]


def as_printed(rows) -> list[list[str]]:
    return plain([[cell if cell is not None else "" for cell in row] for row in rows])


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ({"delimiter": ";"}, written([HEADER, *ROWS], delimiter=";")),
        ({"delimiter": "\t", "quoteChar": "'"}, written([HEADER, *ROWS], delimiter="\t", quotechar="'")),
        ({"delimiter": "|", "doubleQuote": False, "escapeChar": "\\"}, None),
        ({"skipInitialSpace": True}, written([HEADER, *ROWS]).replace(",", ", ").replace("one, ", "one,")),
        ({"commentChar": "#"}, "# made, up\n" + written([HEADER, *ROWS]).replace("BBB", "#it's \"left, out\nBBB")),
        ({"header": False}, written(ROWS)),
        ({"headerRows": [3]}, "printed in 2015\nby nobody\n" + written([HEADER, *ROWS])),
        ({"commentRows": [1, 3]}, "printed in 2015\n" + written([HEADER]) + "in,km2\n" + written(ROWS)),
        ({"csv": {"delimiter": ";"}}, written([HEADER, *ROWS], delimiter=";")),
        ({"lineTerminator": "\r\n"}, written([HEADER, *ROWS], lineterminator="\r\n")),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_dialect_is_read_as_it_says(small_copy, dialect, text):
    if text is None:
        text = written([HEADER, *ROWS], delimiter="|", doublequote=False, escapechar="\\", quoting=csv.QUOTE_ALL)
    (small_copy / AREAS).write_bytes(text.encode())
    entry = entry_of(small_copy, dialect=dialect)
    rows = areas(small_copy)
    assert rows == plain(ROWS)
    if "commentRows" not in dialect and "escapeChar" not in dialect and "commentChar" not in dialect:
        assert as_printed(by_library(small_copy, entry)) == rows


def test_a_comment_is_none_within_quotes(small_copy):
    rows = [[*ROWS[0][:-1], "two lines\n# of a note"], *ROWS[1:]]
    (small_copy / AREAS).write_text(written([HEADER, *rows]), encoding="utf-8")
    entry_of(small_copy, dialect={"commentChar": "#"})
    assert areas(small_copy) == plain(rows)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16", "gb18030", "UTF8", "EUC-KR"])
def test_an_encoding_is_read_as_it_says(small_copy, encoding):
    rows = [[*row[:-1], row[-1].replace("Å", "A")] for row in ROWS]
    (small_copy / AREAS).write_bytes(written([HEADER, *rows]).encode(encoding))
    entry = entry_of(small_copy, encoding=encoding)
    assert areas(small_copy) == plain(rows) == as_printed(by_library(small_copy, entry))


def test_what_is_not_in_its_encoding_has_a_place(small_copy):
    (small_copy / AREAS).write_bytes(written([HEADER, *ROWS]).encode("utf-8"))
    entry_of(small_copy, encoding="ascii")
    (item,) = check_pack(small_copy).findings
    assert (item.code, item.row) == ("AS111", 3)
    assert item.message == "the file is not ASCII: byte 0xc3 at position 36 of the line"


@pytest.mark.parametrize("level", ["field", "schema", "resource", "package"])
def test_missing_values_of_every_level_are_empty_cells(small_copy, level):
    rows = [[*row[:4], "-", *row[5:]] for row in ROWS]
    (small_copy / AREAS).write_text(written([HEADER, *rows]), encoding="utf-8")
    assert {item.code for item in check_pack(small_copy).findings} == {"AS205"}
    entry = entry_of(small_copy)
    schema = entry["schema"]
    del schema["missingValues"]
    given = {"missingValues": ["", "-", "n/a"]}
    if level == "field":
        (column,) = [field for field in schema["fields"] if field["name"] == "confidence"]
        column |= {"missingValues": [{"value": "-", "label": "not told"}]}
    elif level == "schema":
        schema |= given
    elif level == "package":
        path = small_copy / "datapackage.json"
        path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **given}), encoding="utf-8")
    entry = entry_of(small_copy, schema=schema, **(given if level == "resource" else {}))
    assert areas(small_copy) == plain(ROWS)
    if level == "schema":
        assert as_printed(by_library(small_copy, entry)) == plain(ROWS)


def test_a_null_sequence_is_an_empty_cell(small_copy):
    rows = [[*row[:4], "\\N", *row[5:]] for row in ROWS]
    (small_copy / AREAS).write_text(written([HEADER, *rows]), encoding="utf-8")
    entry_of(small_copy, dialect={"nullSequence": "\\N"})
    assert areas(small_copy) == plain(ROWS)


def test_numbers_have_the_letters_that_the_schema_says(small_copy):
    """1.234,5 is 1234.5 where the comma is the decimal letter; read as it stands, 20.000 would be 20."""
    rows = [[*row[:2], cell, *row[3:]] for row, cell in zip(ROWS, ("30.000", "20.000,5", "90.000,0"), strict=True)]
    (small_copy / AREAS).write_text(written([HEADER, *rows]), encoding="utf-8")
    schema = entry_of(small_copy)["schema"]
    (column,) = [field for field in schema["fields"] if field["name"] == "value"]
    column |= {"decimalChar": ",", "groupChar": "."}
    entry = entry_of(small_copy, schema=schema)
    assert areas(small_copy) == plain(ROWS) == as_printed(by_library(small_copy, entry))


@pytest.mark.parametrize("headers", [(HEADER, HEADER), (HEADER, None), (HEADER, HEADER[::-1])])
def test_the_files_of_a_list_follow_each_other(small_copy, headers):
    """A further file has the header of the first, none as chunks have it, or its own."""
    for number, (header, rows) in enumerate(zip(headers, (ROWS[:1], ROWS[1:]), strict=True)):
        turned = [row[::-1] for row in rows] if header == HEADER[::-1] else rows
        text = written([header, *turned] if header else turned)
        (small_copy / "tables" / f"areas-{number}.csv").write_text(text, encoding="utf-8")
    (small_copy / AREAS).unlink()
    entry = entry_of(small_copy, path=["tables/areas-0.csv", "tables/areas-1.csv"])
    assert areas(small_copy) == plain(ROWS)
    if headers == (HEADER, HEADER):
        assert as_printed(by_library(small_copy, entry)) == plain(ROWS)
    before = airshed.open_pack(small_copy).hash()
    (small_copy / "tables" / "areas-1.csv").write_text(written([HEADER, *ROWS[1:2], ROWS[2]]) + "\n", encoding="utf-8")
    assert airshed.open_pack(small_copy).hash() != before


def test_findings_name_the_file_of_a_list(small_copy):
    (small_copy / "tables" / "areas-1.csv").write_text("BBB,official,much,km2,,airshed,\n", encoding="utf-8")
    (small_copy / AREAS).write_text(written([HEADER, *ROWS[:2]]), encoding="utf-8")
    entry_of(small_copy, path=[AREAS, "tables/areas-1.csv"])
    found = [(item.code, item.file, item.row) for item in check_pack(small_copy).findings]
    assert found == [("AS202", "tables/areas-1.csv", 1)]


def test_schema_and_dialect_may_stand_in_files_that_count_as_input(small_copy):
    schema = entry_of(small_copy)["schema"]
    (small_copy / "schema.json").write_text(json.dumps({**schema, "missingValues": ["-"]}), encoding="utf-8")
    (small_copy / "dialect.json").write_text(json.dumps({"delimiter": ";"}), encoding="utf-8-sig")
    rows = [[*row[:4], "-", *row[5:]] for row in ROWS]
    (small_copy / AREAS).write_text(written([HEADER, *rows], delimiter=";"), encoding="utf-8")
    entry_of(small_copy, schema="schema.json", dialect="dialect.json")
    assert areas(small_copy) == plain(ROWS)
    before = airshed.open_pack(small_copy).hash()
    (small_copy / "schema.json").write_text(json.dumps({**schema, "missingValues": ["-", "?"]}), encoding="utf-8")
    assert airshed.open_pack(small_copy).hash() != before


@pytest.mark.parametrize(
    ("form", "mediatype"), [("tsv", None), ("csv", "text/csv"), (None, "text/tab-separated-values")]
)
def test_tabs_separate_what_is_said_to_be_tsv(small_copy, form, mediatype):
    tab = "\t" if form != "csv" else ","
    (small_copy / AREAS).write_text(written([HEADER, *ROWS], delimiter=tab), encoding="utf-8")
    entry_of(small_copy, format=form, mediatype=mediatype)
    assert areas(small_copy) == plain(ROWS)


def test_a_descriptor_with_a_byte_order_mark_is_read(small_copy):
    path = small_copy / "datapackage.json"
    before = airshed.open_pack(small_copy).descriptor
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert airshed.open_pack(small_copy).descriptor == before


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"path": "https://example.org/areas.csv"}, "path"),
        ({"path": [AREAS, "ftp://example.org/areas.csv"]}, "path"),
        ({"format": "xlsx"}, "format"),
        ({"mediatype": "application/json"}, "mediatype"),
        ({"encoding": "utf-7"}, "encoding"),
        ({"encoding": "klingon"}, "encoding"),
        ({"compression": "gz"}, "compression"),
        ({"data": [["region"]]}, "data"),
        ({"layout": {"limitRows": 2}}, "layout"),
        ({"schema": "https://example.org/schema.json"}, "schema"),
        ({"schema": "absent.json"}, "schema"),
        ({"schema": "../outside.json"}, "schema"),
        ({"schema": {"fields": [{"name": "value", "bareNumber": False}]}}, "schema.fields.value.bareNumber"),
        ({"schema": {"fields": [{"name": "note", "type": "date", "format": "%d.%m.%Y"}]}}, "schema.fields.note.format"),
        ({"schema": {"fields": "all"}}, "schema.fields"),
        ({"schema": {"missingValues": "-"}}, "schema.missingValues"),
        ({"dialect": 7}, "dialect"),
        ({"dialect": {"delimiter": ";;"}}, "dialect.delimiter"),
        ({"dialect": {"delimiter": '"'}}, "dialect.delimiter"),
        ({"dialect": {"headerRows": [1, 2]}}, "dialect.headerRows"),
        ({"dialect": {"header": "yes"}}, "dialect.header"),
        ({"dialect": {"header": False}, "schema": {}}, "dialect.header"),
        ({"dialect": {"lineTerminator": ";"}}, "dialect.lineTerminator"),
        ({"dialect": {"sheetName": "first"}}, "dialect.sheetName"),
        ({"dialect": {"colour": "red"}}, "dialect.colour"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_read_is_refused_by_its_name(small_copy, properties, name):
    entry_of(small_copy, **properties)
    found = [item for item in check_pack(small_copy).findings if item.code == "AS123"]
    assert [(item.file, item.column) for item in found] == [("datapackage.json", f"resources.areas.{name}")]
    assert f"has the property {name} = " in found[0].message
