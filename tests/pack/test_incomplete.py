"""Packs that lack a part which an answer needs: refused with what is missing, never an own failure."""

import json
from pathlib import Path

import pytest

import airshed
from airshed.pack.checks import check_pack
from airshed.pack.errors import AirshedError
from support.small import write_grown


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def without(path: Path, word: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if word not in line) + "\n", encoding="utf-8")


def found(folder: Path) -> list[tuple[str, int, str]]:
    return [(item.code, item.row, item.column) for item in check_pack(folder).findings]


@pytest.mark.parametrize(("given", "column"), [(",,", "latitude"), ("10.5,,", "longitude"), (",10.0,", "latitude")])
def test_a_region_of_the_relation_needs_both_coordinates(small_copy, given, column):
    changed(small_copy / "tables" / "regions.csv", "10.5,10.0,", given)
    assert found(small_copy) == [("AS391", 4, column)]


def test_a_region_takes_the_point_of_its_city(small_copy):
    """AA-2 lies at 9.5, 10.5; its city at 9.6, 10.9 stands for it where the region has no coordinates."""
    changed(small_copy / "tables" / "regions.csv", "9.5,10.5,", ",,")
    assert found(small_copy) == []
    table = airshed.assess(airshed.open_pack(small_copy), parts=("concentration",)).datasets["concentration"]
    assert set(table["place"].to_numpy()) >= {"AA-2", "port"}


def test_sources_without_a_place_give_evenly_and_need_no_coordinates(small_copy):
    tables = small_copy / "tables"
    changed(tables / "regions.csv", "BBB,Bland,,,,country,12.0,14.0", "BBB,Bland,,,,outside,,")
    without(tables / "source-receptor.csv", "BLOCK_B,BLOCK_B,")
    without(tables / "source-receptor.csv", "BLOCK_A,BLOCK_B,")
    assert found(small_copy) == []


def test_every_block_has_a_coefficient_of_what_others_have(small_copy):
    without(small_copy / "tables" / "source-receptor.csv", "SO2,SO4,BLOCK_B")
    items = check_pack(small_copy).findings
    assert [item.code for item in items] == ["AS390", "AS390"]
    assert items[0].message.startswith("the relation tm5fasst has no row SO2 > SO4, BLOCK_B > BLOCK_A")


def test_a_study_of_a_source_that_the_relation_lacks_is_named(small_copy):
    without(small_copy / "tables" / "source-receptor.csv", ",BLOCK_B,BLOCK_")
    with pytest.raises(AirshedError, match="share of BBB at AAA, which no block of the relation holds"):
        airshed.assess(airshed.open_pack(small_copy))


def test_nobody_in_a_projection_is_a_finding_and_nobody_counted_stays_nobody(small_copy):
    from airshed.pack.people import population

    path = small_copy / "tables" / "populations.csv"
    counted = path.read_text(encoding="utf-8")
    path.write_text(counted + "AA-1,2015,WPP,0,persons,,,airshed,\nAA-1,2020,WPP,0,persons,,,airshed,\n")
    assert found(small_copy) == [("AS392", 2, "year")]
    assert "AA-1,2015,base,1000000.0," in counted
    path.write_text(path.read_text(encoding="utf-8").replace("AA-1,2015,base,1000000.0,", "AA-1,2015,base,0,"))
    assert found(small_copy) == []
    assert population(airshed.open_pack(small_copy), 2020, ["AA-1"])["AA-1"] == 0.0


def test_without_sources_the_table_is_named_once(small_copy):
    path = small_copy / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["resources"] = [entry for entry in raw["resources"] if entry["name"] != "sources"]
    path.write_text(json.dumps(raw), encoding="utf-8")
    items = check_pack(small_copy).findings
    assert [(item.code, item.message) for item in items] == [("AS105", "the pack has no table sources")]


def test_a_pack_without_rules_answers_by_its_first_inventory(small_copy):
    path = small_copy / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    for part in ("baseline", "transport", "hindcast"):
        raw.pop(part, None)
    before = airshed.assess(airshed.open_pack(small_copy)).datasets["concentration"]
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert airshed.assess(airshed.open_pack(small_copy)).datasets["concentration"].equals(before)


def test_a_cell_longer_than_any_text_is_a_finding(small_copy):
    path = small_copy / "tables" / "areas.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2] + '"' + ("x" * 1000 + "\n") * 140 + '"'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (item,) = check_pack(small_copy).findings
    assert (item.code, item.file) == ("AS118", "tables/areas.csv")
    assert "131072" in item.message


@pytest.mark.parametrize("name", ["[data set]", "Aland [/x]", "[bold]A[/bold]", ":smile: A", "[link=x]A"])
def test_names_are_printed_as_they_are(small_copy, cli, name):
    changed(small_copy / "tables" / "regions.csv", "Aland North", name)
    code, out, err = cli("--pack", small_copy, "emissions", "--by", "region")
    assert code == 0, err
    assert f"{name} (AA-1)" in out


def test_the_summary_of_a_run_prints_the_title_as_it_is(small_copy, cli):
    name = "[data set] of [/x] :smile:"
    changed(small_copy / "datapackage.json", '"title": "Small airshed"', json.dumps({"title": name})[1:-1])
    code, out, err = cli("--pack", small_copy, "run", "--out", small_copy.parent / "out")
    assert code == 0, err
    assert f" {name} 2015 " in out


@pytest.mark.parametrize(("rows", "year", "limit"), [("port,5,2030\n", 2020, None), ("port,30,2018\n", 2020, 30.0)])
def test_a_target_that_has_not_come_due_is_said(tmp_path, cli, rows, year, limit):
    folder = write_grown(tmp_path / "pack")
    path = tmp_path / "targets.csv"
    path.write_text("receptor,target,year\n" + rows, encoding="utf-8")
    code, out, err = cli("--pack", folder, "optimise", "--target", path, "--year", year, "--format", "json")
    if limit is None:
        assert (code, out) == (2, "")
        assert f"holds nowhere in {year}" in err
    else:
        assert [row["target"] for row in json.loads(out)["receptors"]] == [limit]
