"""A relation of a file answers as the pack's own does: the pack's relation written as a table, and numbers by hand."""

import json

import numpy as np
import pytest

from airshed.assessment.chain.chain import ensemble_of, prepare
from airshed.assessment.chain.concentration import concentration_dataset
from airshed.assessment.evidence.relation_answers import (
    attribution_by_file,
    check_by_file,
    compare_by_file,
    opened_relation,
)
from airshed.emissions.baseline import baseline_cube
from airshed.pack.errors import AirshedError
from airshed.pack.pack import open_pack
from airshed.transport.relation_file import read_relation
from support.relations import write_plain, write_sherpa
from support.variant import opened_variant


@pytest.fixture(scope="module")
def small(small_folder):
    return open_pack(small_folder)


@pytest.fixture(scope="module")
def unobserved(tmp_path_factory):
    """Hold the small airshed without observations: there the relation stands as it is, without a response."""

    def change(rows):
        rows["observations"] = []

    return opened_variant(tmp_path_factory.mktemp("unobserved") / "pack", change)


@pytest.fixture(scope="module")
def written(small, tmp_path_factory):
    """Hold the relation of the small pack, before calibration, as a coefficient table."""
    matrix = ensemble_of(small).raw.matrix.sum("species")
    rows = [
        (region, receptor, precursor, float(matrix.sel(region=region, receptor=receptor, precursor=precursor)))
        for region in matrix["region"].to_numpy()
        for receptor in matrix["receptor"].to_numpy()
        for precursor in matrix["precursor"].to_numpy()
    ]
    return read_relation(small, write_plain(tmp_path_factory.mktemp("relation") / "own.csv", rows))


def test_the_relation_of_the_pack_as_a_table_gives_its_contributions_back(unobserved, written):
    emissions = baseline_cube(unobserved)["value"].sel(year=2015)
    own = ensemble_of(unobserved).raw.contribution(emissions).sel(receptor="port")
    rows = attribution_by_file(unobserved, written, "port", "region", None).set_index("region")
    for region in own["region"].to_numpy():
        assert rows.loc[region, "value"] == pytest.approx(float(own.sel(region=region)), rel=1e-9)
    assert rows["low"].dropna().index.tolist() == []


@pytest.mark.parametrize("way", ["country", "region", "sector", "pollutant"])
def test_rows_add_up_to_the_level(small, written, way):
    """AA-1 was observed in 2013 and 2015, 22 and 20 ug/m3: the level is that of the same relation in the pack."""
    own = concentration_dataset(prepare(small, 2015, with_health=False, calibrated=False))["total"]
    rows = attribution_by_file(small, written, "AA-1", way, 2015)
    assert rows["value"].sum() == pytest.approx(float(own.sel(place="AA-1")), rel=1e-9)
    assert rows["value"].sum() == pytest.approx(20.0, rel=0.02)
    assert rows["share"].sum() == pytest.approx(1.0)
    assert set(rows[way]) >= {"natural", "unexplained"}


def test_a_contribution_by_hand(unobserved, tmp_path):
    """BBB emits 40 kt of SO2 in 2015 (20 x 2): 0.05 ug/m3 per kt give 2; in 2010 it was 1.2 times as much."""
    held = read_relation(unobserved, write_plain(tmp_path / "k.csv", [("BBB", "port", "SO2", 0.05)]))
    for year, value in ((2015, 2.0), (2010, 2.4)):
        rows = attribution_by_file(unobserved, held, "port", "country", year).set_index("country")
        assert rows.loc["BBB", "value"] == pytest.approx(value)
    notes = " ".join(held.notes(unobserved))
    assert "2 regions of the pack are no sources in it: AA-1, AA-2" in notes


def test_a_nation_is_not_answered_for_by_one_of_its_regions(small, unobserved, tmp_path):
    held = read_relation(small, write_plain(tmp_path / "k.csv", [("BBB", "AA-1", "SO2", 0.05)]))
    assert opened_relation(small, held)[1].codes == ["AA-1"]
    for place in ("AAA", "port", "BOTH"):
        with pytest.raises(AirshedError, match=f"cannot answer for {place}"):
            attribution_by_file(small, held, place, "country", None)
    both = write_plain(tmp_path / "both.csv", [("BBB", "AA-1", "SO2", 0.05), ("BBB", "AA-2", "SO2", 0.09)])
    rows = attribution_by_file(unobserved, read_relation(unobserved, both), "AAA", "country", None)
    rows = rows.set_index("country")
    # 1 and 3 million people: (2 + 3 x 3.6) / 4
    assert rows.loc["BBB", "value"] == pytest.approx(3.2)


def test_published_shares_beside_those_of_a_file(small, tmp_path):
    """Of AAA's air 2 ug/m3 are BBB's and 6 its own: 25 and 75 percent."""
    # AA-1 emits 20 kt of SO2, AA-2 60 kt: 6 ug/m3 of 80 kt are 0.075 per kt.
    rows = [
        (region, receptor, "SO2", value)
        for receptor in ("AA-1", "AA-2")
        for region, value in (("BBB", 0.05), ("AAA", 0.075))
    ]
    held = read_relation(small, write_plain(tmp_path / "k.csv", rows))
    table = check_by_file(small, held)
    assert table["study"].tolist() == ["First", "First", "Second", "Third", "Fourth"]
    assert table["value"].to_numpy() == pytest.approx([25.0, 75.0, 25.0, 25.0, 25.0])
    assert table["low"].isna().all() and table["inside"].tolist() == ["no"] * 5
    beside = compare_by_file(small, held, prepare(small, 2015, with_health=False, samples=100))
    shares = beside[beside["receptor"] == "AAA"].set_index("country")["file"]
    assert shares.to_dict() == pytest.approx({"AAA": 0.75, "BBB": 0.25})
    assert "BBB" not in set(beside["receptor"])


def test_a_grid_answers_at_the_points_of_the_pack(small, tmp_path):
    parts = {name: np.full((5, 5, 5), value) for name, value in (("alpha", 4.0), ("omega", 2.0))}
    path = write_sherpa(tmp_path / "s.nc", parts, np.arange(8.0, 13.0), np.arange(9.0, 14.0))
    held = read_relation(small, path)
    rows = attribution_by_file(small, held, "port", "region", 2015)
    assert {"AA-1", "AA-2", "natural"} <= set(rows["region"]) and "BBB" not in set(rows["region"])
    assert any("indicative" in note for note in held.notes(small))


@pytest.fixture
def table(tmp_path):
    return write_plain(tmp_path / "k.csv", [("BBB", "port", "SO2", 0.05), ("AAA", "port", "PM2.5", 0.1)])


def test_the_commands_read_a_relation(cli, small_folder, unobserved, table):
    code, out, err = cli("--pack", small_folder, "transport", "list", "--relation", table, "--format", "json")
    assert code == 0 and err == ""
    (row,) = json.loads(out)
    assert row["relation"] == "coefficient table" and row["receptors"] == 1 and row["regions"] == 3
    folder = str(unobserved.path)
    code, out, err = cli("--pack", folder, "attribution", "port", "--relation", table, "--format", "json")
    assert code == 0 and "combinations of region, receptor and precursor" in err
    values = {row["country"]: row["value"] for row in json.loads(out)}
    # 80 kt of SO2 would be 4.0; BBB's 40 kt give 2, and AAA's 40 kt of PM2.5 4
    assert values["BBB"] == pytest.approx(2.0) and values["AAA"] == pytest.approx(4.0)
    assert cli("--pack", small_folder, "transport", "check", "--relation", table, "--format", "json")[:2] == (0, "[]\n")
    code, _, err = cli("--pack", small_folder, "transport", "compare", "--relation", table)
    assert code == 2 and "the receptors of no nation that shares are compared in" in err


def test_the_commands_refuse_in_korean_and_leave_the_own_checks_alone(cli, small_folder, table, tmp_path):
    code, _, err = cli("--pack", small_folder, "transport", "check", "--of", "kernel", "--relation", table)
    assert code == 2 and "of the relation of the pack" in err
    code, out, err = cli(
        "--pack", small_folder, "--lang", "ko", "attribution", "port", "--relation", tmp_path / "x.csv"
    )
    assert code == 2 and out == "" and "파일" in err
