"""The natural part by place: rows of the table before the block, and the prior of the built-in pack by hand."""

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest

from airshed.emissions.baseline import baseline_cube
from airshed.pack.checks import check_pack
from airshed.pack.codes import country_of
from airshed.pack.people import base_population
from airshed.transport.natural import natural_parts
from airshed.transport.relation import downscaled_relation
from support.variant import opened_variant, small_variant

ROOT = Path(__file__).resolve().parents[2]
DEGREE = 6371.0088 * math.pi / 180


def with_natural(*rows):
    def change(held):
        held["natural"] = [{"unit": "ug/m3", **row} for row in rows]

    return change


def relation_of(pack):
    return downscaled_relation(pack, baseline_cube(pack)["value"].sel(year=pack.base_year))


def parts_of(relation):
    values = zip(relation.natural, relation.natural_low, relation.natural_high, strict=True)
    return dict(zip(relation.receptors, (tuple(float(part) for part in row) for row in values), strict=True))


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("natural_prior", ROOT / "tools" / "natural_prior.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_without_rows_every_receptor_keeps_the_part_of_its_block(small_folder, tmp_path):
    pack = opened_variant(tmp_path / "pack")
    relation = relation_of(pack)
    assert natural_parts(pack, relation) == (relation.natural, relation.natural_low, relation.natural_high)


def test_a_city_takes_its_region_and_a_region_its_nation(tmp_path):
    bare = parts_of(relation_of(opened_variant(tmp_path / "bare")))
    rows = ({"place": "AA-1", "value": 5, "low": 3, "high": 9}, {"place": "AAA", "value": 4})
    pack = opened_variant(tmp_path / "pack", with_natural(*rows))
    found = parts_of(relation_of(pack))
    cities = pack.table("receptors").set_index("code")["region"].to_dict()
    wanted = {"AA-1": (5.0, 3.0, 9.0), "AA-2": (4.0, 4.0, 4.0), "BBB": bare["BBB"]}
    assert found == {**wanted, **{city: wanted[region] for city, region in cities.items()}}


def test_a_city_has_its_own(tmp_path):
    pack = opened_variant(tmp_path / "pack", with_natural({"place": "AA-1", "value": 5}))
    city = pack.table("receptors")["code"].iloc[0]
    own = opened_variant(tmp_path / "own", with_natural({"place": "AA-1", "value": 5}, {"place": city, "value": 7}))
    assert parts_of(relation_of(own))[city] == (7.0, 7.0, 7.0)


def test_ends_out_of_order_and_a_part_below_zero_are_findings(tmp_path):
    rows = ({"place": "AA-1", "value": 5, "low": 6}, {"place": "AA-2", "value": -1})
    found = check_pack(small_variant(tmp_path / "pack", with_natural(*rows))).findings
    assert {(item.code, item.row, item.column) for item in found if item.table == "natural"} >= {("AS203", 3, "value")}
    found = check_pack(small_variant(tmp_path / "other", with_natural(rows[0]))).findings
    assert [(item.code, item.row, item.column) for item in found if item.table == "natural"] == [("AS345", 2, "low")]


def test_the_prior_by_hand(script, monkeypatch):
    """One desert on the equator: one e-folding distance away, and two, with three people to one."""
    monkeypatch.setattr(script, "DESERTS", {"desert": (0.0, 0.0, 1.0)})
    points = {"near": [(0.0, 1.0)], "far": [(0.0, 2.0)]}
    found = script.prior(points, {"near": 3.0, "far": 1.0}, 8.0, DEGREE, 0.25)
    near, far = math.exp(-1), math.exp(-2)
    mean = (3 * near + far) / 4
    assert found == pytest.approx({"near": 2 + 6 * near / mean, "far": 2 + 6 * far / mean})
    assert (3 * found["near"] + found["far"]) / 4 == pytest.approx(8.0)


def test_the_pack_holds_the_prior(script, pack):
    rows = pack.table("natural")
    assert rows[["place", "source", "note"]].to_dict("records") == [
        {name: row[name] for name in ("place", "source", "note")} for row in script.rows()
    ]
    for end in ("value", "low", "high"):
        assert list(rows[end]) == [float(row[end]) for row in script.rows()]


def test_the_mean_over_the_people_of_china_is_that_of_its_block(pack):
    """Dust 8.37 and sea salt 0.42 of the first version: 8.79, less what 33 rounded values may miss."""
    rows = pack.table("natural").set_index("place")
    chinese = [code for code, nation in country_of(pack).items() if nation == "CHN" and code != "CHN"]
    assert set(rows.index) == set(chinese)
    people = base_population(pack)[list(rows.index)]
    assert np.average(rows["value"], weights=people) == pytest.approx(8.37051 + 0.418833, abs=0.05)
    assert ((rows["low"] < rows["value"]) & (rows["value"] < rows["high"])).all()


def test_beijing_against_shanghai_as_a_year_of_samples_has_it(pack):
    """Crustal elements in PM2.5: 1.40 to 2.24 times those of Shanghai (He et al. 2001, Atmos. Environ. 35, 4959)."""
    value = pack.table("natural").set_index("place")["value"]
    assert 1.40 <= value["CN-BJ"] / value["CN-SH"] <= 2.24
