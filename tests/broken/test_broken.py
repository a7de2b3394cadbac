"""One broken file per finding: laid over the small pack from cases/; expected.csv says what must be found."""

import csv
import json
import shutil
from pathlib import Path

import pytest

import airshed
from airshed.assessment.check import RULE, SCENARIO, check_whole
from airshed.assessment.tables import all_tables
from airshed.pack.checks import check_pack
from airshed.pack.checks.files import LINE_LIMIT, SIZE_LIMIT
from airshed.pack.errors import AirshedError
from airshed.pack.finding import catalogue, stops
from airshed.pack.pack import built_in_path
from airshed.pack.schema import tables
from support.small import rows_of

HERE = Path(__file__).parent
with (HERE / "expected.csv").open(encoding="utf-8") as handle:
    EXPECTED = list(csv.DictReader(handle))


def broken(small_copy: Path, case: str) -> Path:
    shutil.copytree(HERE / "cases" / case, small_copy, dirs_exist_ok=True)
    return small_copy


def test_the_small_pack_itself_has_no_finding(small_folder):
    assert check_whole(small_folder).findings == []


@pytest.mark.parametrize("expected", EXPECTED, ids=[row["case"] for row in EXPECTED])
def test_each_broken_file_gives_its_finding_with_place_and_remedy(expected, small_copy, tmp_path, cli):
    """What stops an answer ends a run before it has written a folder; a scenario or a rule only who uses it."""
    folder = broken(small_copy, expected["case"])
    code, out, _ = cli("pack", "check", folder, "--format", "json")
    rows = json.loads(out)
    item = next((row for row in rows if row["code"] == expected["code"]), None)
    assert item, rows
    assert (item["file"], str(item["row"]), item["column"]) == (expected["file"], expected["row"], expected["column"])
    assert item["message"] and item["remedy"]
    assert "{" not in item["message"] + item["remedy"]
    stopping = {row["code"] for row in rows if row["severity"] in ("blocker", "error")}
    assert code == (3 if stopping else 0)
    if stopping - {SCENARIO, RULE}:
        before = sorted(tmp_path.iterdir())
        code, out, err = cli("--pack", folder, "run", "--out", tmp_path / "out")
        assert code == 2
        assert expected["code"] in err
        assert "Traceback" not in err
        assert sorted(tmp_path.iterdir()) == before


def test_every_finding_of_the_catalogue_has_a_broken_file():
    made_here = {"AS101", "AS112", "AS113", "AS118", "AS230"}
    assert {row["code"] for row in EXPECTED} | made_here == set(catalogue())


def test_no_descriptor(tmp_path):
    assert [item.code for item in check_pack(tmp_path).findings] == ["AS101"]


def test_ten_million_columns_in_one_row_are_one_finding(small_copy):
    path = small_copy / "tables" / "areas.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(header + "\n" + "," * 10_000_000 + "\n", encoding="utf-8")
    findings = check_pack(small_copy).findings
    assert [(item.code, item.row) for item in findings] == [("AS112", 2)]
    assert str(LINE_LIMIT) in findings[0].message


def test_a_file_beyond_the_size_limit_is_not_read(small_copy):
    path = small_copy / "tables" / "areas.csv"
    with path.open("ab") as handle:
        handle.truncate(SIZE_LIMIT + 1)
    assert [item.code for item in check_pack(small_copy).findings] == ["AS113"]


def test_many_equal_findings_are_counted_not_listed(small_copy):
    path = small_copy / "tables" / "mortality.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",900,", ",-1,"), encoding="utf-8")
    findings = check_pack(small_copy).findings
    assert [item.code for item in findings] == ["AS203"] * 20 + ["AS230"]
    assert "and 20 more" in findings[-1].message


def test_findings_are_collected_over_all_tables(small_copy):
    for case in ("AS203_negative_emission", "AS206_broken_date", "AS111_not_utf8"):
        broken(small_copy, case)
    assert {"AS203", "AS206", "AS111"} <= {item.code for item in check_pack(small_copy).findings}


def test_a_wrong_constant_is_one_finding_with_its_place(tmp_path):
    folder = Path(shutil.copytree(built_in_path(), tmp_path / "pack"))
    path = folder / "datapackage.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"unit": "kt/yr"', '"unit": "kt per year"', 1), encoding="utf-8"
    )
    (item,) = stops(check_pack(folder).findings)
    assert (item.code, item.file, item.row) == ("AS210", "datapackage.json", 0)
    assert item.column == "resources.emissions-gains.constants.unit"


@pytest.mark.parametrize("period", ["2019-13", "2019-10/2020-02-30", "spring", "2019/", "19"])
def test_periods_must_be_dates_of_the_calendar(small_copy, period):
    path = small_copy / "tables" / "observations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",2015,2015,", f",2015,{period},"), encoding="utf-8")
    found = [item for item in check_pack(small_copy).findings if item.column == "period"]
    assert [item.code for item in found] == ["AS206"]


def test_a_repeated_row_keeps_its_place_where_a_part_of_its_key_is_constant(tmp_path):
    folder = Path(shutil.copytree(built_in_path(), tmp_path / "pack"))
    path = folder / "tables" / "emissions-gains.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    (item,) = stops(check_pack(folder).findings)
    assert (item.code, item.file, item.row) == ("AS220", "tables/emissions-gains.csv", len(lines) + 1)


ROWS = {name: len(rows) for name, rows in rows_of().items()}
PARTS = ("header", "all but the first row", "all but the last row")


@pytest.mark.parametrize(
    ("name", "kept"),
    [(name, kept) for name in sorted(tables()) if ROWS.get(name) for kept in PARTS[: 1 if ROWS[name] == 1 else 3]],
)
def test_what_a_pack_leaves_out_is_named_or_done_without(small_copy, name, kept):
    """Never an own failure: a question is answered, or says which table it needs."""
    path = small_copy / "tables" / f"{name.replace('_', '-')}.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    left = {"header": [], "all but the first row": rows[1:], "all but the last row": rows[:-1]}[kept]
    path.write_text("\n".join([header, *left]) + "\n", encoding="utf-8")
    try:
        pack = airshed.open_pack(small_copy, science=True)
        answered = all_tables(pack, airshed.assess(pack))
    except AirshedError as error:
        assert error.message and error.remedy
    else:
        assert len(answered["concentrations"]) > 0
        assert answered["health"]["value"].notna().all()


@pytest.mark.parametrize(
    ("part", "rules", "message"),
    [
        ("baseline", {"years": [2015, 2010]}, "2015 is after 2010"),
        ("baseline", {"years": [2012, 2013]}, "has no year 2015"),
        ("baseline", {"province_shares": {"BBB": {"inventory": "counted", "year": 2015}}}, "has no parts of BBB"),
        ("transport", {"relation": "other"}, "relation other"),
        ("transport", {"rebase": [{"block": "BLOCK_A"}]}, "rebase.0.pollutant: it is missing"),
        ("base_year", 2020, "has no year 2020"),
    ],
)
def test_wrong_rules_are_refused(small_copy, part, rules, message):
    path = small_copy / "datapackage.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), part: rules}), encoding="utf-8")
    with pytest.raises(AirshedError, match=message):
        airshed.assess(airshed.open_pack(small_copy), airshed.Question(year=2015))
