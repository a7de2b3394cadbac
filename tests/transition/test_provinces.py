"""People and GDP of provinces over the years: the rows of their files, one edition per series, growth by hand."""

import csv

import pytest

from airshed.assessment.chain.economy import product_of
from airshed.assessment.chain.growth import editions_of_year, people_series, product_series
from airshed.assessment.members.budget_keys import read_key
from airshed.pack.errors import MissingTableError
from airshed.pack.people import beside_parts, population

YEARS = [str(year) for year in range(2005, 2025)]
FIFTH = [str(year) for year in range(2020, 2061, 5)]


@pytest.fixture(scope="module")
def economy(shared):
    def read(name):
        with (shared / "data" / "economy" / name).open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    return read


@pytest.mark.shared
def test_the_series_of_provinces_are_those_of_their_files(pack, economy):
    for row in economy("nbs_gdp_province_2005_2024.csv"):
        found = product_series(pack, row["code"])
        assert (found.edition, found.unit, found.constant) == ("NBS 2025", "billion CNY", False)
        assert found.values.to_dict() == pytest.approx({int(year): float(row[year]) / 10 for year in YEARS})
    for row in economy("nbs_population_province_2005_2024.csv"):
        found = people_series(pack, row["code"]).values
        assert found.loc[:2024].to_dict() == {int(year): 1e4 * float(row[year]) for year in YEARS}


@pytest.mark.shared
def test_projections_are_those_of_their_files(pack, economy):
    wanted = {
        (row["code"], indicator, row["ssp"], int(year)): float(row[year]) * scale
        for name, indicator, scale in (
            ("ssp_population_province_2020_2060.csv", "population", 1.0),
            ("ssp_gdp_province_2020_2060.csv", "gdp_lcu_constant", 0.1),
        )
        for row in economy(name)
        for year in FIFTH
    }
    rows = pack.table("projections")
    keys = zip(rows["code"], rows["indicator"], rows["scenario"], rows["year"], strict=True)
    found = dict(zip(keys, rows["value"], strict=True))
    assert found.keys() == wanted.keys()
    assert all(found[key] == pytest.approx(value, abs=0.51 if value > 1e5 else 0.006) for key, value in wanted.items())


def test_people_of_beijing_have_two_editions_that_are_never_joined(pack):
    """2,171 (yearbook 2016) and 2,188 (after the census) ten thousands; 2024 is 2,171 x 2,183 / 2,188."""
    assert editions_of_year(pack, "CN-BJ", 2015) == {"base": 21.71e6, "NBS 2025, SSP2": 21.88e6}
    assert population(pack, 2015, ["CN-BJ"])["CN-BJ"] == 21.71e6
    assert population(pack, 2024, ["CN-BJ"])["CN-BJ"] == pytest.approx(21.71e6 * 2183 / 2188)
    assert people_series(pack, "CN-BJ").values[2015] == 21.88e6


def test_people_of_beijing_in_2030_by_hand(pack):
    """From 2024 like SSP2, which is 21,893,095 in 2020, evenly to 2025, and so on to 2030: read from its rows."""
    rows = pack.table("projections").query("code == 'CN-BJ' and indicator == 'population' and scenario == 'SSP2'")
    middle = dict(zip(rows["year"], rows["value"], strict=True))
    in_2024 = middle[2020] ** 0.2 * middle[2025] ** 0.8
    expected = 21.71e6 / 21.88e6 * 21.83e6 * middle[2030] / in_2024
    assert population(pack, 2030, ["CN-BJ"])["CN-BJ"] == pytest.approx(expected, rel=1e-7)


def test_provinces_and_nation_are_stated_and_not_scaled(pack):
    """WPP 2019 grows China by 1,464.34 / 1,406.85 to 2030; the provinces together fall behind it by 3 percent."""
    whole, parts = beside_parts(pack, "CHN", 2030)
    assert whole == pytest.approx(1374.62e6 * 1464340150 / 1406847868)
    assert parts == pytest.approx(population(pack, 2030, _provinces(pack)).sum())
    assert 0.02 < 1 - parts / whole < 0.05
    assert beside_parts(pack, "KOR", 2030) is None
    assert beside_parts(pack, "JPN", 2030) is None


def test_gdp_of_korean_provinces_is_a_share_and_of_chinese_ones_the_yearbook(pack):
    """Seoul has 345 of 1,564 thousand billion won in 2015, Incheon 68.4 of 1,484.5 in 2014; Beijing has its USD."""
    assert product_of(pack, "KR-11").value == pytest.approx(1466.039e3 * 345 / 1564)
    assert product_of(pack, "KR-28").value == pytest.approx(1466.039e3 * 68.4 / 1484.5)
    assert product_of(pack, "CN-BJ").value == pytest.approx(369565)


def test_provinces_divide_by_gdp_of_one_edition(pack):
    """Beijing, Tianjin and Hebei by the yearbook of 2016: 2,301.459, 1,653.819 and 2,980.611 billion yuan."""
    codes, printed = ["CN-BJ", "CN-TJ", "CN-HE"], [2301.459, 1653.819, 2980.611]
    shares = read_key(pack, "gdp", codes, 2015).shares
    assert [float(shares[code]) for code in codes] == pytest.approx(
        [value / sum(printed) for value in printed], rel=1e-5
    )


def test_a_gdp_that_was_revised_by_much_says_so(pack):
    """Tianjin: 1,087.95 of 1,653.819 billion yuan are left of it; Henan was hardly revised."""
    assert product_of(pack, "CN-TJ").note == "the later edition NBS 2025 has 66 % of this"
    assert product_of(pack, "CN-HA").note == ""


def test_per_head_of_seoul_is_at_constant_prices(pack):
    found = product_series(pack, "KR-11")
    assert (found.constant, found.per_head, found.values[2017]) == (True, True, 33177e3)
    assert 1997 not in product_series(pack, "KR-31").values.index


def test_a_place_without_years_says_so(pack):
    with pytest.raises(MissingTableError, match="GDP of PRK over the years"):
        product_series(pack, "PRK")
    with pytest.raises(MissingTableError, match="people of KR-11 over the years"):
        people_series(pack, "KR-11")


def _provinces(pack):
    rows = pack.table("regions")
    counted = set(pack.table("populations")["region"])
    return [code for code in rows.loc[rows["parent"] == "CHN", "code"] if code in counted]
