"""Dependence by a trade table, against numbers worked by hand, and what is refused."""

import numpy as np
import pytest

from airshed.assessment.transition import imports
from airshed.assessment.transition.imports import codes_of, dependence_of
from airshed.pack.errors import AirshedError
from airshed.pack.pack import open_pack
from support.trade import WIRE, WORLD, row, table, wire

HHI = {2020: 0.8**2 + 0.15**2 + 0.05**2, 2021: 0.9**2 + 0.08**2 + 0.02**2, 2022: 0.7**2 + 0.25**2 + 0.05**2}
WORLD_HHI = {year: sum((value / 1000) ** 2 for value in parts.values()) for year, parts in WORLD.items()}


@pytest.fixture
def wires(tmp_path):
    return table(tmp_path / "wires.csv", wire())


def by_year(found, column):
    return dict(zip(found.rows["year"], found.rows[column], strict=True))


def test_shares_concentration_and_the_three_criteria(pack, wires):
    found = dependence_of(pack, wires, "KOR", ["7614"])
    assert by_year(found, "hhi_imports") == pytest.approx(HHI)
    assert by_year(found, "hhi_exports") == pytest.approx(WORLD_HHI)
    assert by_year(found, "import_export_ratio") == {2020: 10, 2021: 10, 2022: 10}
    assert set(found.rows["supplier"]) == {"CHN"}
    assert by_year(found, "share_percent") == {year: parts["CHN"] for year, parts in WIRE.items()}
    assert set(found.rows["holds"]) == set(found.rows["dependent"]) == {"yes"}
    assert set(found.rows["commodity"]) == {"aluminium_wire"}


def test_the_97_5_and_99_1_percent_come_out_of_such_a_table(pack, tmp_path):
    rows = [row(2021, "KOR", "M", partner, "761490", value) for partner, value in (("CHN", 97.5), ("VNM", 2.5))]
    months = [
        row(2022, "KOR", "M", partner, "761490", value, freqCode="M", period=f"2022{month:02}")
        for month in range(1, 9)
        for partner, value in (("CHN", 99.1), ("VNM", 0.9))
    ]
    found = dependence_of(pack, table(tmp_path / "t.csv", [*rows, *months]), "KOR", ["aluminium_wire"])
    assert by_year(found, "share_percent") == pytest.approx({2021: 97.5, 2022: 99.1})


def test_two_of_three_years_are_enough_and_one_is_not(pack, tmp_path):
    def with_ratio(exports):
        rows = [cells for cells in wire() if not (cells["reporterISO"] == "KOR" and cells["flowCode"] == "X")]
        rows += [row(year, "KOR", "X", "WLD", "761490", value) for year, value in exports.items()]
        return set(dependence_of(pack, table(tmp_path / "t.csv", rows), "KOR", ["7614"]).rows["dependent"])

    assert with_ratio({2020: 10, 2021: 200, 2022: 10}) == {"yes"}
    assert with_ratio({2020: 200, 2021: 200, 2022: 10}) == {"no"}


def test_without_other_exporters_the_test_is_not_decided(pack, tmp_path):
    rows = [cells for cells in wire() if cells["reporterISO"] == "KOR"]
    found = dependence_of(pack, table(tmp_path / "t.csv", rows), "KOR", ["7614"])
    assert set(found.rows["dependent"]) == {"undecided"}
    assert imports.NO_EXPORTERS in found.notes


def test_what_no_partner_is_named_of_widens_the_concentration(pack, tmp_path):
    rows = [row(2022, "KOR", "M", "WLD", "761490", 100), row(2022, "KOR", "M", "CHN", "761490", 60)]
    rows += [row(2022, "KOR", "M", "", "761490", 40)]
    found = dependence_of(pack, table(tmp_path / "t.csv", rows), "KOR", ["7614"]).rows.iloc[0]
    assert found["unallocated_percent"] == pytest.approx(40)
    # 0.36 if the rest comes from many, 0.52 if from one: whether it is above 0.4 is not known
    assert (found["hhi_low"], found["hhi_high"]) == pytest.approx((0.36, 0.52))
    assert found["holds"] == "undecided"


def test_partners_that_add_to_more_than_their_sum_are_said(pack, tmp_path):
    rows = [row(2022, "KOR", "M", "WLD", "761490", 100), row(2022, "KOR", "M", "CHN", "761490", 120)]
    assert imports.PARTNERS_OVER in dependence_of(pack, table(tmp_path / "t.csv", rows), "KOR", ["7614"]).notes


def test_mixed_price_bases_are_said(pack, tmp_path):
    rows = [row(2022, "KOR", "M", "CHN", "761490", 90)]
    rows += [row(2022, "KOR", "M", "VNM", "761490", 10, cifvalue="null", fobvalue=10)]
    assert imports.MIXED in dependence_of(pack, table(tmp_path / "t.csv", rows), "KOR", ["7614"]).notes


def test_a_heading_is_its_own_row_or_the_sum_of_what_is_below(pack, tmp_path):
    below = [row(2022, "KOR", "M", "CHN", code, value) for code, value in (("761410", 30), ("761490", 50))]
    added = dependence_of(pack, table(tmp_path / "a.csv", below), "KOR", ["7614"])
    assert added.rows["imports"].tolist() == [80]
    own = [*below, row(2022, "KOR", "M", "CHN", "7614", 85)]
    assert dependence_of(pack, table(tmp_path / "b.csv", own), "KOR", ["7614"]).rows["imports"].tolist() == [85]


def test_who_could_supply_instead(pack, tmp_path):
    rows = [*wire(), row(2020, "USA", "X", "WLD", "761490", 10), row(2022, "USA", "X", "WLD", "761490", 60)]
    rows += [row(2020, "JPN", "X", "WLD", "761490", 60), row(2022, "JPN", "X", "WLD", "761490", 10)]
    found = dependence_of(pack, table(tmp_path / "t.csv", rows), "KOR", ["7614"]).substitutes
    # China grows but supplies 70 %; Viet Nam, Germany and Japan shrink; the world falls from 1070 to 1070
    assert found["supplier"].tolist() == ["USA"]
    assert found["growth"].tolist() == [50]
    assert found["beside_world"].to_numpy() == pytest.approx([6.0])


def test_all_goods_by_brute_force(pack, tmp_path):
    rng = np.random.default_rng(7)
    values = {
        (code, year, partner): int(rng.integers(0, 1000))
        for code in ("280461", "282520", "850760")
        for year in (2020, 2021, 2022)
        for partner in ("CHN", "VNM", "DEU", "JPN")
    }
    rows = [row(year, "KOR", "M", partner, code, value) for (code, year, partner), value in values.items()]
    found = dependence_of(pack, table(tmp_path / "t.csv", rows), "KOR").rows
    for cells in found.to_dict("records"):
        parts = [values[cells["hs"], cells["year"], partner] for partner in ("CHN", "VNM", "DEU", "JPN")]
        assert cells["imports"] == sum(parts)
        assert cells["hhi_imports"] == pytest.approx(sum((part / sum(parts)) ** 2 for part in parts))
        assert cells["share_percent"] == pytest.approx(100 * max(parts) / sum(parts))
    assert len(found) == 9


def test_a_code_of_a_newer_revision_is_not_looked_for_before_it(pack, tmp_path):
    rows = [row(2016, "KOR", "M", "CHN", "870290", 500, classificationCode="H4")]
    rows += [row(2018, "KOR", "M", "CHN", "870240", 80)]
    found = dependence_of(pack, table(tmp_path / "t.csv", rows), "KOR", ["electric_buses"])
    assert found.rows[["year", "imports"]].to_numpy().tolist() == [[2018, 80]]
    assert found.notes[0] == imports.OLDER.format(years="2016", hs="870240", older="870290")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"commodities": ["999999"]}, "has no imports of 999999"),
        ({"commodities": ["761699"]}, "761490"),
        ({"commodities": ["lithium_compounds"]}, "no HS code is known"),
        ({"commodities": ["bauxite"]}, "bauxite"),
        ({"commodities": ["761"]}, "761"),
        ({"years": [2019, 2022]}, "no imports of 2019; its years: 2020, 2021, 2022"),
        ({"reporter": "JPN"}, "no imports of JPN; its reporters: CHN, DEU, KOR, VNM"),
        ({"reporter": "JPN", "commodities": ["999999"]}, "JPN"),
    ],
)
def test_what_the_table_does_not_have_is_refused(pack, wires, asked, message):
    asked = {"reporter": "KOR", **asked}
    with pytest.raises(AirshedError, match=message):
        dependence_of(pack, wires, **asked)


def test_a_pack_without_commodities_takes_codes(small_folder):
    assert codes_of(open_pack(small_folder), ["7614.90", "2504"]) == ["761490", "2504"]
