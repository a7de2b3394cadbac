"""A new pack with defaults: the numbers that are of no region, each as the built-in pack prints it, with its source."""

import csv
import json

import pytest

from airshed.pack.checks import check_pack
from airshed.pack.finding import stops
from airshed.pack.pack import built_in_path


def rows(folder, name: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture
def made(tmp_path, cli):
    code, _, err = cli("pack", "new", tmp_path / "pack", "--with-defaults")
    assert code == 0, err
    return tmp_path / "pack"


def test_every_row_is_one_of_the_built_in_pack_and_every_source_is_there(made):
    cited = set()
    for name in ("parameters", "distributions", "responses-gemm", "responses-ier", "standards", "economy"):
        held, printed = rows(made, name), rows(built_in_path(), name)
        assert held
        for row in held:
            assert any(all(row[key] == cell for key, cell in one.items()) for one in printed), row
            cited |= set(row["source"].split()) | set(row.get("interval_source", "").split())
    assert cited <= {row["key"] for row in rows(made, "sources")}
    assert len({row["key"] for row in rows(made, "sources")}) == len(rows(made, "sources"))


def test_it_holds_no_fact_of_a_place(made):
    for name in ("regions", "emissions", "populations", "observations", "natural", "source-receptor", "mortality"):
        assert rows(made, name) == []
    assert {row["scope"] for row in rows(made, "standards")} == {"WHO"}
    assert {row["code"] for row in rows(made, "economy")} == {"OECD", "USA"}
    assert {row["table"] for row in rows(made, "distributions")} == {"parameters"}


def test_who_levels_are_those_of_2021(made):
    """WHO global air quality guidelines 2021, table 0.1: annual PM2.5 35, 25, 15, 10 and 5 ug/m3."""
    levels = {row["target"]: float(row["limit"]) for row in rows(made, "standards") if row["target"]}
    expected = {"who-it1": 35, "who-it2": 25, "who-it3": 15, "who-it4": 10, "who-2021": 5, "who-2005": 10}
    assert levels == expected


def test_it_passes_the_checks_and_says_the_terms_of_what_it_took(made):
    assert stops(check_pack(made).findings) == []
    held = {row["table"]: row for row in json.loads((made / "datapackage.json").read_text("utf-8"))["resources"]}
    assert [row["name"] for row in held["responses_gemm"]["licenses"]] == ["non-commercial"]
    assert [row["name"] for row in held["emissions"]["licenses"]] == ["not-stated"]


def test_without_the_option_it_holds_definitions_only(tmp_path, cli):
    assert cli("pack", "new", tmp_path / "bare")[0] == 0
    filled = {path.stem for path in (tmp_path / "bare" / "tables").iterdir() if rows(tmp_path / "bare", path.stem)}
    assert filled == {"sectors", "pollutants", "sources"}
