"""What lies in what, and that a code means one thing: packs of which a question could be answered for another place."""

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airshed.emissions.table import emission_table
from airshed.pack.checks.columns import FILE, LINE
from airshed.pack.checks.places import NAMED, RESERVED, SECTORS, check_meanings
from airshed.pack.codes import emitters, members, named
from airshed.pack.errors import AirshedError
from airshed.pack.finding import PackError
from airshed.strategy.application import places_of
from support.variant import opened_variant, small_variant


def refused(tmp_path, change):
    with pytest.raises(PackError) as caught:
        opened_variant(tmp_path / "pack", change)
    return [(item.code, item.file, item.row, item.column, item.message) for item in caught.value.findings]


def set_code(table, number, code):
    def change(rows):
        old = rows[table][number]["code"]
        rows[table][number]["code"] = code
        if table == "groups":
            for item in rows["group_members"]:
                item["group"] = code if item["group"] == old else item["group"]

    return change


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        (
            set_code("receptors", 0, "AA-2"),
            ("tables/receptors.csv", 2, "code"),
            "one code, two things: AA-2 here, and AA-2 in regions (tables/regions.csv:5)",
        ),
        (
            set_code("receptors", 0, "aa-1"),
            ("tables/receptors.csv", 2, "code"),
            "one code, two things: aa-1 here, and AA-1 in regions (tables/regions.csv:4)",
        ),
        (
            set_code("groups", 2, "BBB"),
            ("tables/groups.csv", 4, "code"),
            "one code, two things: BBB here, and BBB in regions (tables/regions.csv:3)",
        ),
        (
            set_code("receptors", 0, "Both"),
            ("tables/receptors.csv", 2, "code"),
            "one code, two things: Both here, and BOTH in groups (tables/groups.csv:4)",
        ),
        (
            set_code("receptors", 0, "Natural"),
            ("tables/receptors.csv", 2, "code"),
            "one code, two things: Natural here, and natural in airshed attribution",
        ),
        (
            set_code("receptors", 0, "industry"),
            ("tables/sectors.csv", 3, "code"),
            "one code, two things: industry here, and industry in receptors (tables/receptors.csv:2)",
        ),
        (
            set_code("receptors", 0, "so2"),
            ("tables/pollutants.csv", 6, "code"),
            "one code, two things: SO2 here, and so2 in receptors (tables/receptors.csv:2)",
        ),
        (
            lambda rows: rows["measures"][0].update(family="industry.cloth"),
            ("tables/measures.csv", 2, "family"),
            "one code, two things: industry.cloth here, and industry.CLOTH in measures (tables/measures.csv:3)",
        ),
    ],
)
def test_one_code_for_two_things_is_refused_with_both_places(tmp_path, change, place, message):
    """Such packs ended `health`, 13 of 16 pages, or gave the numbers of another nation."""
    assert refused(tmp_path, change) == [("AS382", *place, message)]


@pytest.mark.parametrize("words", [["health"], ["emissions"], ["attribution", "AA-2"], ["run"]])
def test_no_command_answers_a_pack_of_which_a_code_means_two_things(tmp_path, cli, words):
    folder = small_variant(tmp_path / "pack", set_code("receptors", 0, "AA-2"))
    code, out, err = cli("--pack", folder, *words)
    assert (code, out) == (2, "")
    assert "AS382" in err
    assert "tables/regions.csv:5" in err


CODES = st.text(alphabet="aAbB", min_size=1, max_size=2) | st.sampled_from(sorted(RESERVED))


@given(st.dictionaries(st.sampled_from(NAMED), st.lists(CODES, max_size=3, unique=True), min_size=1))
@example({"sectors": ["Unexplained", "total"]})
def test_codes_are_unique_over_all_tables_letter_case_aside(codes):
    """Counted by hand: all but the first of codes that fold to one, and every reserved word but the sector total."""
    texts = {
        table: pd.DataFrame({"code": held, FILE: f"{table}.csv", LINE: range(2, 2 + len(held))}, dtype=object)
        for table, held in codes.items()
    }
    every = [code.lower() for table in NAMED for code in codes.get(table, ())]
    repeated = len(every) - len(set(every))
    words = [(table, code.lower()) for table in NAMED for code in codes.get(table, ())]
    reserved = sum(word in RESERVED and not (table == "sectors" and word in SECTORS) for table, word in words)
    assert len(check_meanings(texts, {})) == repeated + reserved


def test_a_name_is_answered_with_the_codes_that_bear_it(tmp_path):
    def change(rows):
        rows["regions"][3].update(name_ko="항구", label_ko="항")
        rows["receptors"][0].update(name_ko="항구")

    pack = opened_variant(tmp_path / "pack", change)
    assert named(pack, "항구") == ["AA-2", "port"]
    assert named(pack, "항") == named(pack, " aland SOUTH") == ["AA-2"]
    with pytest.raises(AirshedError, match=r"the region Aland South is not known\. did you mean AA-2"):
        emission_table(pack, regions=["Aland South"])


def test_a_city_and_its_region_of_one_name_are_one_place(tmp_path, cli):
    folder = small_variant(tmp_path / "pack", lambda rows: rows["receptors"][0].update(name_en="Aland South"))
    asked = [
        cli("--pack", folder, "attribution", word, "--format", "json")[:2] for word in ("aland south", "port", "AA-2")
    ]
    assert asked[0] == asked[1] != asked[2] and asked[0][0] == 0


def test_a_name_of_two_places_is_refused_with_both(tmp_path, cli):
    folder = small_variant(tmp_path / "pack", lambda rows: rows["receptors"][0].update(name_en="Aland North"))
    code, out, err = cli("--pack", folder, "attribution", "aland north")
    assert (code, out) == (2, "")
    assert "the receptor aland north may be port or AA-1" in " ".join(err.split())


def put_parent(number, parent):
    return lambda rows: rows["regions"][number].update(parent=parent)


def test_a_third_level_is_refused(tmp_path):
    (found,) = refused(tmp_path, put_parent(3, "AA-1"))
    assert found[:4] == ("AS380", "tables/regions.csv", 5, "parent")
    assert found[4] == "the region AA-2 lies in AA-1, which lies in AAA: regions have two levels"


@pytest.mark.parametrize("number", [0, 2])
def test_a_region_that_is_its_own_ancestor_is_refused_when_the_pack_is_opened(tmp_path, number):
    """Only `pack check` found it; answers left the whole ring out."""
    codes = [found[0] for found in refused(tmp_path, put_parent(number, "AA-1"))]
    assert "AS305" in codes
    assert set(codes) <= {"AS305", "AS380", "AS381"}


def test_a_city_lies_in_a_region_without_parts(tmp_path):
    """It was no receptor, unsaid, and its place still counted for the nation."""
    (found,) = refused(tmp_path, lambda rows: rows["receptors"][0].update(region="AAA"))
    assert found == ("AS381", "tables/receptors.csv", 2, "region", "the city port lies in AAA, which has parts")


def test_a_group_that_names_a_nation_and_its_part_counts_each_region_once(tmp_path):
    pack = opened_variant(
        tmp_path / "pack", lambda rows: rows["group_members"].append({"group": "BOTH", "region": "AAA"})
    )
    assert members(pack, "BOTH") == ["AA-2", "BBB", "AA-1"]
    assert emitters(pack, "BOTH") == ["AAA", "AA-2", "BBB", "AA-1"]
    assert emitters(pack, "AA-1") == ["AA-1"]
    assert places_of(pack, "AA-1") == ["AA-1", "BLOCK_A", "BOTH", "AAA"]
    rows = emission_table(pack, regions=["BOTH"], pollutants=["SO2"], by=["pollutant"])
    assert rows["value"].tolist() == [20.0 + 60.0 + 40.0]


@pytest.mark.parametrize("table", ["mortality", "ages"])
def test_rates_of_parts_in_a_table_by_nation_are_refused(tmp_path, table):
    """With rates of the parts alone, `health` answered for Bland only."""

    def change(rows):
        for item in rows[table]:
            item["region"] = "AA-1" if item["region"] == "AAA" else item["region"]

    (found,) = refused(tmp_path, change)
    assert found[:4] == ("AS388", f"tables/{table}.csv", 2, "region")


@pytest.mark.parametrize("lost", [["AA-1"], ["AA-1", "AA-2"], ["BBB"]])
def test_people_of_every_receptor_are_counted(tmp_path, lost):
    def change(rows):
        kept = [item for item in rows["populations"] if item["region"] not in lost]
        rows["populations"] = [*kept, {**kept[-1], "region": "AAA", "value": 4e6}] if kept else kept

    lines = {"BBB": 3, "AA-1": 4, "AA-2": 5}
    found = refused(tmp_path, change)
    assert [item[:3] for item in found] == [("AS385", "tables/regions.csv", lines[code]) for code in lost]
    assert all("the table populations has no rows of it: base" in item[4] for item in found)
