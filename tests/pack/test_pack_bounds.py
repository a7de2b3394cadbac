"""Values that no quantity has, and inputs without bound, are findings with place and remedy before anything is made."""

import json
from pathlib import Path

import pytest

from airshed.assessment.check import check_whole
from airshed.pack.quantities import quantities


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "old", "new", "expected"),
    [
        ("parameters", "kernel_d0_secondary,30", "kernel_d0_secondary,-30", ("AS212", 2, "value")),
        ("distributions", "loguniform,,,20,40", "loguniform,,,-20,40", ("AS212", 2, "low")),
        ("distributions", "loguniform,,,20,40", "loguniform,,,20,40000", ("AS212", 2, "high")),
        ("distributions", "split_lognormal,1.0,,0.5", "split_lognormal,1.0,,-0.5", ("AS212", 6, "low")),
        ("mortality", ",900,", ",500000,", ("AS212", 2, "value")),
        ("populations", "1000000.0", "2e12", ("AS212", 2, "value")),
        ("economy", "2005,80,", "2005,0,", ("AS212", 5, "value")),
        ("areas", "30000", "9" * 5000, ("AS202", 2, "value")),
        ("areas", "30000,km2", "1e9,km2", ("AS212", 2, "value")),
        ("emissions", ",2010,", ",9999,", ("AS207", 2, "year")),
        ("emissions", ",2010,", ",1799,", ("AS207", 2, "year")),
        ("responses-gemm", ",1.6,", ",0,", ("AS203", 2, "alpha")),
        ("regions", ",0,0,", ",99999999,0,", ("AS204", 2, "tile_row")),
        ("standards", "2010-01-01", "2015-02-30", ("AS206", 3, "valid_from")),
    ],
)
def test_what_no_quantity_is_has_its_place(small_copy, table, old, new, expected):
    path = small_copy / "tables" / f"{table}.csv"
    if table == "distributions" and "split" in old and old not in path.read_text(encoding="utf-8"):
        old, new = old.replace("1.0", "1"), new.replace("1.0", "1")
    changed(path, old, new)
    items = check_whole(small_copy).findings
    assert expected in [(item.code, item.row, item.column) for item in items]
    assert all(len(item.message) < 400 for item in items)


def test_limits_hold_in_the_unit_that_a_number_is_read_in(small_copy):
    """30 million people are 3e7, 30 thousand million 3e10: more than there ever were."""
    path = small_copy / "tables" / "populations.csv"
    changed(path, "1000000.0,persons", "30,million persons")
    assert check_whole(small_copy).findings == []
    changed(path, "30,million persons", "30000,million persons")
    assert [item.code for item in check_whole(small_copy).findings] == ["AS212"]


def test_every_quantity_has_limits_in_order():
    without = [kind for kinds in quantities().values() for kind in kinds if not kind.minimum < kind.maximum]
    assert [(kind.table, kind.key) for kind in without] == [("ages", "")]


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("path", "tables/" + "a" * 900, "AS104"),
        ("path", "tables/" + "a" * 90_000, "AS103"),
        ("path", ["tables/" + "a/" * 450], "AS104"),
        ("path", [], "AS103"),
        ("path", None, "AS103"),
        ("name", "n" * 90_000, "AS107"),
        ("table", "n" * 90_000, "AS107"),
        ("licenses", None, "AS403"),
        ("licenses", "CC0", "AS103"),
        ("licenses", ["CC0"], "AS103"),
        ("constants", {"unit": None}, None),
        ("constants", {"unit": ["km2"]}, "AS103"),
        ("constants", {"unit": "k" * 90_000}, "AS103"),
        ("title", None, None),
        ("encoding", None, None),
        ("schema", None, None),
    ],
    ids=lambda value: str(value)[:20],
)
def test_odd_entries_of_a_descriptor_are_told_in_short(small_copy, key, value, code):
    path = small_copy / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    (entry,) = [entry for entry in raw["resources"] if entry["name"] == "areas"]
    if key == "name":
        entry.pop("table")
    entry[key] = value
    path.write_text(json.dumps(raw), encoding="utf-8")
    items = check_whole(small_copy).findings
    expected = {"constants": "AS201"}.get(key) if code is None else code
    assert {item.code for item in items} == ({expected} if expected else set())
    assert all(len(item.message) < 1500 for item in items)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", 0, "nested too deeply"),
        ('{"a": ' + "[" * 200 + "]" * 200 + "}", 0, "nested too deeply"),
        ('{"base_year": ' + "9" * 5000 + "}", 0, "too many digits"),
        ('{\n"a": 1,\n"b": }', 3, "Expecting value"),
    ],
    ids=["deep", "deeper than read", "digits", "broken"],
)
def test_a_descriptor_without_bound_is_refused(small_copy, text, line, why):
    (small_copy / "datapackage.json").write_text(text, encoding="utf-8")
    (item,) = check_whole(small_copy).findings
    assert (item.code, item.row) == ("AS102", line)
    assert why in item.message
    assert len(item.message) < 200


@pytest.mark.parametrize("year", [99999999, -5, 2015.0, True, "2015", None])
def test_the_base_year_is_a_year(small_copy, year):
    path = small_copy / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8")) | {"base_year": year}
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert [item.message for item in check_whole(small_copy).findings] == [
        "datapackage.json: base_year is missing or not a year"
    ]


def test_numbers_in_names_of_projections_have_any_length(small_copy):
    path = small_copy / "tables" / "populations.csv"
    rows = "".join(f"AA-1,{year},v{'9' * 5000},5,persons,,,airshed,\n" for year in (2015, 2020))
    path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    assert check_whole(small_copy).findings == []


@pytest.mark.parametrize("words", [("pack", "check", "x" * 5000), ("--pack", "x" * 5000, "emissions")])
def test_a_name_longer_than_the_system_takes_is_bad_input(cli, words):
    code, _, err = cli(*words)
    assert code in (2, 3)
    assert "Traceback" not in err and "OSError" not in err
