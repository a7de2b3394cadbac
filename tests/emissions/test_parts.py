"""Emissions given for a nation, for its parts, for some of them or for both: each door gives what is, or none opens."""

import itertools
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airshed.emissions.baseline import baseline_cube
from airshed.emissions.table import NOT_SPLIT, emission_table
from airshed.pack.checks.parts import CARRIED
from airshed.pack.errors import AirshedError
from airshed.pack.finding import PackError
from airshed.transport.relation import EMITTED
from support.small import EMITTED as AMOUNTS
from support.small import SHARES
from support.variant import opened_variant, small_variant

YEARS = {2010: 1.2, 2015: 1.0}
THIRD = {"AA-3": 40.0}
"""What a third part of Aland emits, beside what the parts of the small pack do."""


def row(region, pollutant, year, value, inventory="counted"):
    return {
        "inventory": inventory,
        "region": region,
        "sector": "industry",
        "pollutant": pollutant,
        "year": year,
        "value": value,
        "unit": "kt/yr",
        "basis": "reported",
    }


def without(rows, unwanted):
    rows["emissions"] = [item for item in rows["emissions"] if not unwanted(item)]
    rows["distributions"] = [item for item in rows["distributions"] if item["table"] != "emissions"]


def nation_for_parts(rows, parts=("AA-1", "AA-2"), times=1.0, years=YEARS):
    """Give Aland one row in the place of those of some of its parts; times : of what it emits as a whole."""
    without(rows, lambda item: item["region"] in parts and item["year"] in years)
    rows["emissions"] += [
        row("AAA", pollutant, year, times * 40.0 * SHARES[pollutant] * YEARS[year])
        for pollutant in SHARES
        for year in years
    ]


def totals(pack, **asked):
    rows = emission_table(pack, pollutants=["SO2"], **asked)
    return dict(rows.loc[rows["sector"] == "total", ["region", "value"]].itertuples(index=False))


def refused(tmp_path, change, descriptor=None):
    with pytest.raises(PackError) as caught:
        opened_variant(tmp_path / "pack", change, descriptor)
    return {(item.code, item.table, item.row): item.message for item in caught.value.findings}


def test_the_checks_know_the_pollutants_of_the_relation():
    assert set(CARRIED) == set(EMITTED)


def test_a_nation_with_rows_and_parts_without_is_refused_with_the_rule_that_would_split_it(tmp_path):
    """By region it was left out (Bland 100 %), in the attribution of a city it gave nothing."""
    found = refused(tmp_path, nation_for_parts)
    assert list(found) == [("AS383", "regions", 2)]
    assert "counted has PM2.5, BC, OC, SO2, NOx, NH3 of AAA for 2010, 2015" in found["AS383", "regions", 2]


def shared_by_rule(rows):
    nation_for_parts(rows)
    rows["emissions"] += [
        row(code, pollutant, 2015, AMOUNTS[code], "regional")
        for code in ("AA-1", "AA-2")
        for pollutant in ("SO2", "NOx")
    ]


RULE = {
    "history": "counted",
    "province_shares": {
        "AAA": {
            "inventory": "regional",
            "year": 2015,
            "pollutant_like": dict.fromkeys(("PM2.5", "BC", "OC", "NH3"), "SO2"),
        }
    },
}


@pytest.mark.parametrize(
    ("change", "rules", "basis"),
    [
        (lambda rows: nation_for_parts(rows, ["AA-2"]), {"history": "counted"}, "residual"),
        (shared_by_rule, RULE, "derived"),
    ],
    ids=["residual", "shares"],
)
def test_what_is_known_of_the_nation_reaches_its_parts_and_every_door(tmp_path, cli, change, rules, basis):
    """Aland emits 20 kt of SO2 in the north and 60 in the south, however that is said: all commands answer the same."""
    folder = small_variant(tmp_path / "given", change, {"baseline": rules})
    plain = small_variant(tmp_path / "plain", lambda rows: without(rows, lambda item: False))
    questions = [
        ["emissions", "--by", "region"],
        ["emissions", "--by", "country"],
        ["emissions", "--by", "sector"],
        ["emissions", "--region", "AAA", "--region", "BOTH"],
        ["attribution", "port", "--by", "region"],
        ["health"],
        ["value"],
        ["damage"],
        ["optimise", "--target", "30"],
        ["cooperate", "--players", "AAA,BBB"],
    ]

    def answers(pack, words):
        code, out, err = cli("--pack", pack, *words, "--format", "json")
        assert code == 0, err
        return numbers(json.loads(out))

    for words in questions:
        assert answers(folder, words) == answers(plain, words), words
    _, out, _ = cli("--pack", folder, "emissions", "--by", "region", "--pollutant", "SO2", "--format", "json")
    found = {item["region"]: (round(item["value"], 9), item["basis"]) for item in json.loads(out)}
    assert found["AA-2"] == (60.0, basis)
    assert found["AA-1"][0] == 20.0


def numbers(answer):
    """Return an answer without its words on where numbers come from, numbers as approximations."""
    if isinstance(answer, dict):
        return {key: numbers(value) for key, value in answer.items() if key not in ("basis", "source", "note")}
    if isinstance(answer, list):
        return [numbers(item) for item in answer]
    return pytest.approx(answer, rel=1e-6, abs=1e-6) if isinstance(answer, float) else answer


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda rows: without(rows, lambda item: item["region"] == "AA-2"), ("AS384", "regions", 5), "not of AA-2"),
        (
            lambda rows: without(rows, lambda item: (item["region"], item["pollutant"]) == ("AA-2", "SO2")),
            ("AS384", "regions", 5),
            "counted has SO2 of AA-1 for 2010, 2015",
        ),
        (lambda rows: nation_for_parts(rows, ["AA-2"], 0.2), ("AS384", "regions", 5), "not of AA-2"),
        (lambda rows: nation_for_parts(rows, years=[2015]), ("AS383", "regions", 2), "of AAA for 2015"),
        (lambda rows: without(rows, lambda item: item["region"] == "BBB"), ("AS385", "regions", 3), "BLOCK_B"),
        (
            lambda rows: without(rows, lambda item: (item["region"], item["pollutant"]) == ("BBB", "NH3")),
            ("AS385", "regions", 3),
            "no rows of it: counted NH3",
        ),
        (
            lambda rows: rows["emissions"].append({**row("AAA", "NOx", 2015, 7.0), "sector": "power"}),
            ("AS383", "regions", 2),
            "NOx of AAA for 2015",
        ),
    ],
    ids=["no part", "no pollutant", "no rest", "no year", "no nation", "no pollutant of a nation", "no sector"],
)
def test_what_would_count_as_zero_is_refused(tmp_path, change, code, words):
    """One province without a row gave 20 kt instead of 80, 1,472 deaths instead of 2,370."""
    found = refused(tmp_path, change)
    assert list(found) == [code]
    assert words in found[code]


def test_an_inventory_of_another_name_leaves_a_region_of_which_nothing_is_known(tmp_path):
    """It gave 695 deaths instead of 1,129; a name that is only spelled otherwise is read as the same."""

    def change(rows, other="census"):
        for item in rows["emissions"]:
            item["inventory"] = other if item["region"] == "BBB" else "counted"

    spelled = opened_variant(tmp_path / "spelled", lambda rows: change(rows, "Counted"))
    rows = emission_table(spelled, by=["region"], pollutants=["SO2"]).set_index("region")["value"]
    assert rows.to_dict() == {"AA-1": 20.0, "AA-2": 60.0, "BBB": 40.0}
    assert list(refused(tmp_path, change)) == [("AS385", "regions", 3)]


@pytest.mark.parametrize(
    ("part", "rules", "place"),
    [
        ("baseline", {"history": "census"}, "baseline.history"),
        ("baseline", {"national": {"BBB": "own"}}, "baseline.national.BBB"),
        ("baseline", {"projection": {"inventory": "later", "national": "AAA"}}, "baseline.projection.inventory"),
        ("baseline", {"outside": {"inventory": "model", "regions": []}}, "baseline.outside.inventory"),
        (
            "baseline",
            {"province_shares": {"AAA": {"inventory": "split", "year": 2015}}},
            "baseline.province_shares.AAA.inventory",
        ),
        (
            "transport",
            {"rebase": [{"block": "BLOCK_A", "pollutant": "NH3", "inventory": "old", "year": 2015}]},
            "transport.rebase.0.inventory",
        ),
        ("baseline", {"reported": {"AAA": "told"}}, "baseline.reported.AAA"),
        ("baseline", {"level": [{"inventory": "ports", "regions": ["BBB"]}]}, "baseline.level.0.inventory"),
    ],
)
def test_a_rule_that_names_an_inventory_without_rows_is_found_where_it_stands(tmp_path, part, rules, place):
    with pytest.raises(PackError) as caught:
        opened_variant(tmp_path / "pack", descriptor={part: rules})
    (item,) = caught.value.findings
    assert (item.code, item.file, item.column, item.remedy) == (
        "AS386",
        "datapackage.json",
        place,
        "use one of: counted",
    )


def test_a_nation_is_not_carried_on_as_a_whole_where_its_parts_are_the_history(tmp_path):
    """The rule did nothing: Aland of 2020 was that of 2015, whatever its own inventory says."""

    def change(rows):
        rows["emissions"] += [row("AAA", "SO2", year, value, "own") for year, value in ((2015, 80.0), (2020, 40.0))]

    rules = {"baseline": {"history": "counted", "national": {"AAA": "own"}}}
    with pytest.raises(AirshedError, match="AAA cannot be carried on as a whole, for the history has SO2 of its parts"):
        baseline_cube(opened_variant(tmp_path / "pack", change, rules))


def test_a_year_that_a_part_lacks_is_held_and_said(tmp_path):
    def change(rows):
        without(rows, lambda item: item["region"] == "AA-2" and item["year"] == 2015)

    pack = opened_variant(tmp_path / "pack", change)
    (item,) = pack.findings
    assert (item.code, item.severity, item.row) == ("AS387", "warning", 5)
    assert "NH3 of AA-2 for 2010, but not for 2015" in item.message
    assert totals(pack, by=["region"]) == pytest.approx({"BBB": 40.0, "AA-1": 20.0, "AA-2": 72.0})


def test_what_is_not_split_stands_among_the_regions_by_its_nation(tmp_path):
    """CO2 of Aland is known for the nation only; the rows by region add up to those by country."""

    def change(rows):
        rows["emissions"] += [row(code, "CO2", 2015, value) for code, value in (("AAA", 900.0), ("BBB", 300.0))]
        rows["group_members"].append({"group": "BOTH", "region": "AAA"})

    pack = opened_variant(tmp_path / "pack", change)
    rows = emission_table(pack, by=["region"], pollutants=["CO2"])
    assert rows[["region", "value", "share_percent", "note"]].to_numpy().tolist() == [
        ["AAA", 900.0, 75.0, NOT_SPLIT],
        ["BBB", 300.0, 25.0, ""],
    ]
    for codes in (["BOTH"], ["AAA", "BBB"]):
        rows = emission_table(pack, regions=codes, by=["pollutant"], pollutants=["CO2"])
        assert rows["value"].tolist() == [1200.0]


def test_regions_of_an_inventory_add_up_to_its_nations(tmp_path):
    """An inventory that prints Aland as a whole gave Bland all of the emissions by region."""

    def change(rows):
        rows["emissions"] += [row(code, "SO2", 2015, value, "whole") for code, value in (("AAA", 90.0), ("BBB", 30.0))]
        rows["emissions"].append(row("AA-1", "NOx", 2015, 5.0, "whole"))

    pack = opened_variant(tmp_path / "pack", change)
    rows = emission_table(pack, inventory="whole", by=["region"], pollutants=["SO2"])
    assert rows[["region", "share_percent"]].to_numpy().tolist() == [["AAA", 75.0], ["BBB", 25.0]]


TRUE = {"AA-1": 10.0, "AA-2": 30.0, "AA-3": 40.0, "BBB": 20.0}
PARTS = ("AA-1", "AA-2", "AA-3")
CELLS = list(itertools.product([*TRUE, "AAA"], SHARES, YEARS))


def of(region, pollutant, year):
    """Return what a region emits, kt/yr."""
    held = PARTS if region == "AAA" else [region]
    return sum(TRUE[code] for code in held) * SHARES[pollutant] * YEARS[year]


def grown(rows, cells, members):
    """Give Aland a third part, and emission rows of some cells only."""
    for table, key in (("regions", "code"), ("areas", "region"), ("populations", "region")):
        rows[table] += [{**item, key: "AA-3"} for item in rows[table] if item[key] == "AA-2"]
    rows["group_members"].append({"group": "BLOCK_A", "region": "AA-3"})
    rows["group_members"] = [item for item in rows["group_members"] if item["group"] != "BOTH"]
    rows["group_members"] += [{"group": "BOTH", "region": code} for code in members]
    without(rows, lambda item: True)
    rows["emissions"] = [row(*cell, of(*cell)) for cell in cells]


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(
    whole=st.sets(st.sampled_from(sorted(SHARES)), max_size=6),
    lost=st.sets(st.sampled_from([cell for cell in CELLS if cell[0] != "AAA"]), max_size=3),
    never=st.none() | st.tuples(st.sampled_from(list(TRUE)), st.sampled_from(sorted(SHARES))),
    members=st.sets(st.sampled_from(["AAA", *TRUE]), min_size=1),
)
def test_rows_that_are_left_out_never_change_a_number_unsaid(whole, lost, never, members):
    """Aland by parts, for some pollutants as a whole too; then rows are lost: the truth, a finding, or no pack."""
    cells = [
        cell for cell in CELLS if cell not in lost and cell[:2] != never and (cell[0] != "AAA" or cell[1] in whole)
    ]
    with tempfile.TemporaryDirectory() as folder:
        try:
            pack = opened_variant(Path(folder) / "pack", lambda rows: grown(rows, cells, sorted(members)))
        except PackError as error:
            assert {item.code for item in error.findings} <= {"AS383", "AS384", "AS385"}
            return
        doubtful = {name for item in pack.findings for name in item.message.split(" of ")[0][12:].split(", ")}
        assert doubtful <= set(SHARES)
        leaves = {code for code in TRUE if {code, "AAA" if code != "BBB" else code} & members}
        for pollutant in set(SHARES) - doubtful:
            asked = {"pollutants": [pollutant], "years": [2015]}
            expected = {code: of(code, pollutant, 2015) for code in TRUE}
            doors = {
                "region": emission_table(pack, by=["region"], **asked),
                "country": emission_table(pack, by=["country"], **asked),
                "named": emission_table(pack, by=["region"], regions=["AAA", "BOTH"], **asked),
                "pollutant": emission_table(pack, by=["pollutant"], **asked),
                "sector": emission_table(pack, by=["sector"], **asked),
            }
            found = {name: dict(zip(rows["region"], rows["value"], strict=True)) for name, rows in doors.items()}
            nation = of("AAA", pollutant, 2015)
            assert found["region"] == pytest.approx(expected)
            assert found["country"] == pytest.approx({"AAA": nation, "BBB": expected["BBB"]})
            assert found["named"] == pytest.approx({"AAA": nation, "BOTH": sum(expected[code] for code in leaves)})
            assert found["pollutant"] == found["sector"] == pytest.approx({"all": sum(expected.values())})
