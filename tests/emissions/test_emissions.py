"""Emissions: cubes, baseline, interpolation, harmonisation, tables, marks; against hand calculation and brute force."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import airshed
from airshed.emissions import growth
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.change import compound_growth
from airshed.emissions.flags import BASES, meanings
from airshed.emissions.interpolate import interpolate
from airshed.emissions.inventory import inventory_cube
from airshed.emissions.table import coverage_changes, emission_table
from airshed.pack.codes import members
from airshed.pack.errors import AirshedError, MissingTableError


@pytest.fixture(scope="module")
def baseline(pack):
    return baseline_cube(pack)


def cell(cube, region, sector, pollutant, year):
    return float(cube["value"].sel(region=region, sector=sector, pollutant=pollutant, year=year))


def basis(cube, region, sector, pollutant, year):
    return BASES[int(cube["basis"].sel(region=region, sector=sector, pollutant=pollutant, year=year))]


def reas(pack, region, sector, pollutant, year):
    rows = pack.table("emissions")
    here = (rows["inventory"] == "reas") & (rows["region"] == region) & (rows["sector"] == sector)
    return rows.loc[here & (rows["pollutant"] == pollutant) & (rows["year"] == year), "value"].sum()


def test_the_history_is_the_inventory(pack, baseline):
    for region, sector, pollutant, year in (("CN-BJ", "industry", "SO2", 2010), ("JPN", "road", "NOx", 1990)):
        assert cell(baseline, region, sector, pollutant, year) == pytest.approx(
            reas(pack, region, sector, pollutant, year)
        )
        assert basis(baseline, region, sector, pollutant, year) == "reported"


def meic(pack, pollutant):
    """Return the reported change of China's total from 2015 to 2017."""
    rows = pack.table("emissions")
    rows = rows[(rows["inventory"] == "meic") & (rows["pollutant"] == pollutant)].set_index("year")["value"]
    return rows[2017] / rows[2015]


def test_a_province_with_a_printed_row_grows_like_it(pack, baseline):
    """Hebei, residential PM2.5: the study prints 318 and 191 kt; 2015-2017 China's reported change wins."""
    for pollutant in ("PM2.5", "BC"):
        start = reas(pack, "CN-HE", "residential_commercial", pollutant, 2015) * meic(pack, pollutant)
        assert cell(baseline, "CN-HE", "residential_commercial", pollutant, 2017) == pytest.approx(start)
        wanted = start * (191 / 318) ** (13 / 15)
        assert cell(baseline, "CN-HE", "residential_commercial", pollutant, 2030) == pytest.approx(wanted)
    assert basis(baseline, "CN-HE", "residential_commercial", "PM2.5", 2017) == "harmonised"
    assert basis(baseline, "CN-HE", "residential_commercial", "PM2.5", 2030) == "projected"


def test_other_provinces_grow_like_the_residual(pack, baseline):
    """Guangdong by hand: nation less Jing-Jin-Ji, Yangtze delta and Fenwei, from tables 3-6, each between its years."""

    def rest(whole, parts):
        before, after = (nation - part for nation, part in zip(whole, parts, strict=True))
        return (after / before) ** (13 / 15)

    held = (420 + 384 + 390 + 517 + 402 + 687, 293 + 227 + 267 + 295 + 282 + 414)
    both = rest((7511 + 39, 4722 + 33), held)
    mobile = rest((9119, 4685), (335 + 532 + 914 + 811 + 579 + 215, 118 + 517 + 345 + 727 + 202 + 126))
    power = rest((5458, 3394), (329 + 691 + 759, 193 + 450 + 412))
    for sector, pollutant, factor in (
        ("industry", "PM2.5", both),
        ("residential_commercial", "OC", both),
        ("road", "NOx", mobile),
        ("offroad", "NOx", mobile),
        ("power", "SO2", power),
    ):
        start = reas(pack, "CN-GD", sector, pollutant, 2015) * meic(pack, pollutant)
        assert cell(baseline, "CN-GD", sector, pollutant, 2030) == pytest.approx(start * factor)
        assert basis(baseline, "CN-GD", sector, pollutant, 2030) == "residual"


def test_years_between_are_log_linear_and_flagged(pack, baseline):
    start, end = (cell(baseline, "CN-GD", "industry", "SO2", year) for year in (2017, 2030))
    assert cell(baseline, "CN-GD", "industry", "SO2", 2020) == pytest.approx(start * (end / start) ** (3 / 13))
    assert basis(baseline, "CN-GD", "industry", "SO2", 2020) == "interpolated"


def test_what_no_projection_covers_is_constant_and_flagged(baseline):
    for region, sector, pollutant in (("CN-BJ", "agriculture", "NH3"), ("JPN", "road", "NOx"), ("PRK", "power", "SO2")):
        last = 2017 if region == "CN-BJ" else 2015
        assert cell(baseline, region, sector, pollutant, 2030) == cell(baseline, region, sector, pollutant, last)
        assert basis(baseline, region, sector, pollutant, 2030) == "constant"


def test_a_break_of_method_is_no_change_of_emission(pack, baseline):
    """CAPSS manufacturing particles fall by 88 % in 2020 for their method: 2020 stays at 2019, 2021 follows CAPSS."""
    rows = pack.table("emissions")
    capss = rows[(rows["inventory"] == "capss") & (rows["region"] == "KOR") & (rows["sector"] == "industry")]
    printed = capss[capss["pollutant"] == "PM2.5"].groupby("year")["value"].sum()
    korea = members(pack, "KOR")

    def total(year):
        sums = baseline["value"].sel(region=[code for code in korea if code in baseline["region"]], year=year)
        return float(sums.sel(sector="industry", pollutant="PM2.5").sum())

    assert printed[2020] < 0.3 * printed[2019]
    assert total(2020) == pytest.approx(total(2019))
    assert total(2021) / total(2020) == pytest.approx(printed[2021] / printed[2020])


def test_splitting_keeps_the_national_total(pack, baseline):
    """CAPSS of 2016, which prints all categories; CO2 of 2010 is that of REAS."""
    korea = [code for code in ("KOR", *members(pack, "KOR")) if code in baseline["region"]]
    rows = pack.table("emissions")
    rows = rows[(rows["region"] == "KOR") & (rows["sector"] == "total")]
    for inventory, year, pollutants in (
        ("capss", 2016, ("PM2.5", "SO2", "NOx", "NH3", "NMVOC")),
        ("reas", 2010, ("CO2",)),
    ):
        for pollutant in pollutants:
            total = float(baseline["value"].sel(region=korea, pollutant=pollutant, year=year).sum())
            printed = rows[(rows["inventory"] == inventory) & (rows["year"] == year)]
            printed = printed[printed["pollutant"] == pollutant]
            assert total == pytest.approx(printed["value"].item(), rel=1e-4)


def test_carbon_dioxide_of_korean_provinces_is_missing_not_invented(pack):
    with pytest.raises(MissingTableError, match="needs table emissions"):
        emission_table(pack, regions=["KR-11"], pollutants=["CO2"])
    assert emission_table(pack, regions=["KOR"], pollutants=["CO2"])["value"].max() == pytest.approx(688624, rel=1e-5)


def test_every_cell_has_a_basis_and_a_source(baseline):
    known = np.isfinite(baseline["value"].to_numpy())
    assert (baseline["basis"].to_numpy() > 0)[known].all()
    assert (baseline["source"].to_numpy() > 0)[known].all()
    assert not (baseline["basis"].to_numpy() > 0)[~known].any()
    assert (baseline["value"].to_numpy()[known] >= 0).all()
    words = meanings(baseline["source"])
    code = int(baseline["source"].sel(region="CN-BJ", sector="industry", pollutant="SO2", year=2015))
    later = int(baseline["source"].sel(region="CN-BJ", sector="industry", pollutant="SO2", year=2030))
    assert (words[code], words[later]) == ("reas32_ceds", "reas32_ceds meic_zheng2018 seed_si_cooperation")


def test_baseline_covers_1990_to_2030_and_says_when_it_was_projected(baseline):
    assert baseline["year"].to_numpy().tolist() == list(range(1990, 2031))
    assert (baseline.attrs["projection"], baseline.attrs["projected_after"]) == ("as projected in 2018", 2017)


def test_inventories_are_kept_apart(pack):
    assert inventory_cube(pack, "gains")["year"].to_numpy().tolist() == [2015, 2030]
    assert set(inventory_cube(pack, "capss")["region"].to_numpy()) <= {"KOR", *members(pack, "KOR")}
    with pytest.raises(AirshedError, match="inventory edgar is not known"):
        inventory_cube(pack, "edgar")


@pytest.mark.parametrize("make", [baseline_cube, lambda pack: inventory_cube(pack, "gains")])
def test_cubes_are_shared_and_cannot_be_written_to(pack, make):
    cube = make(pack)
    assert make(pack) is cube
    with pytest.raises(ValueError):
        cube["value"][0, 0, 0, 0] = 0.0


def test_offset_where_the_ratio_is_too_large_or_a_base_is_zero():
    history, base, later = (
        np.array(values) for values in ([100.0, 0.0, 3.0, 4.0], [5.0, 2.0, 0.0, 8.0], [4.0, 5.0, 1.0, 4.0])
    )
    assert growth.harmonise(history, base, later).tolist() == [99.0, 3.0, 4.0, 2.0]
    assert np.isnan(growth.harmonise(np.array([1.0, np.nan]), np.array([0.5, 1.0]), np.array([np.nan, 1.0]))).all()


@given(
    st.lists(st.floats(0, 1e4), min_size=2, max_size=5),
    st.lists(st.integers(1, 9), min_size=4, max_size=4),
)
def test_interpolation_meets_the_known_years_and_stays_between_them(values, gaps):
    years = [1990 + sum(gaps[:place]) for place in range(len(values))]
    every = list(range(1985, years[-1] + 6))
    filled = interpolate(np.array(values), years, every)
    for year, value in zip(years, values, strict=True):
        assert filled[every.index(year)] == value
    assert filled.min() >= min(values) * (1 - 1e-12) and filled.max() <= max(values) * (1 + 1e-12)


def test_compound_growth_over_the_real_span():
    """IEA power sector of China 2015-2019: 4.2 % with five periods as printed, 5.2 % over the real four years."""
    rate = compound_growth(np.array([4298.0]), np.array([5268.0]), 4)[0]
    assert rate == pytest.approx(0.0522, abs=5e-5)
    assert pytest.approx(0.0415, abs=5e-5) == (5268 / 4298) ** 0.2 - 1


def test_groups_and_nations_are_sums_of_their_regions(pack):
    rows = emission_table(pack, regions=["SCA", "KR-11", "KR-28", "KR-41"], by=["region"], pollutants=["NOx", "PM2.5"])
    for _, part in rows.groupby("pollutant"):
        values = part.set_index("region")["value"]
        assert values["SCA"] == pytest.approx(values[["KR-11", "KR-28", "KR-41"]].sum())
        assert part["share_percent"].isna().all()


@pytest.mark.parametrize("by", [[], ["region"], ["sector"], ["country"], ["sector", "region"], ["pollutant"]])
def test_totals_are_kept_by_aggregation(pack, by):
    rows = emission_table(pack, by=by, pollutants=["SO2", "PM2.5"], years=[2015])
    rows = rows[rows["sector"] == "total"]
    every = baseline_cube(pack)["value"].sel(year=2015)
    located = every.sel(sector=[code for code in every["sector"].to_numpy() if code != "unsplit"])
    for pollutant, part in rows.groupby("pollutant"):
        assert part["value"].sum() == pytest.approx(float(located.sel(pollutant=pollutant).sum()))
        if by and "sector" not in by:
            assert part["share_percent"].sum() == pytest.approx(100.0)


def test_the_order_of_regions_does_not_matter(pack):
    one = emission_table(pack, regions=["KOR", "JPN"], by=["sector"], years=[2015])
    other = emission_table(pack, regions=["JPN", "KOR"], by=["sector"], years=[2015])
    keys = ["sector", "pollutant", "year"]
    merged = one.merge(other, on=keys, suffixes=("", "_other"))
    assert len(merged) == len(one) == len(other)
    assert merged["value"].to_numpy() == pytest.approx(merged["value_other"].to_numpy(), rel=1e-12)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"regions": ["JJJ", "CN-BJ"], "by": ["sector"]}, "overlap in CN-BJ"),
        ({"regions": ["XX"]}, "region XX is not known"),
        ({"years": [1980]}, "has no year 1980. it has 1990 to 2030"),
        ({"inventory": "gains", "years": [2020]}, "it has 2015, 2030"),
        ({"pollutants": ["pm25"]}, "did you mean PM2.5"),
        ({"by": ["colour"]}, "grouping colour is not known"),
        ({"inventory": "gains", "regions": ["JPN"]}, "gains holds no row for JPN"),
    ],
)
def test_a_wrong_question_is_answered_with_place_and_remedy(pack, asked, message):
    with pytest.raises(AirshedError, match=message):
        emission_table(pack, **asked)


def test_years_whose_categories_differ_are_not_comparable_and_say_so(pack):
    """CAPSS holds fugitive dust and biomass burning from 2015 on; 2015 and later are alike."""
    (change,) = coverage_changes(pack, "capss", [2011, 2016], ["PM2.5"])
    assert (change.year, change.other, change.categories) == (2011, 2016, ("비산먼지", "생물성 연소"))
    assert coverage_changes(pack, "capss", [2015, 2021], []) == []
    assert coverage_changes(pack, "gains", [2015, 2030], []) == []


def test_notes_of_the_source_stand_beside_its_numbers(pack):
    rows = emission_table(pack, inventory="gains", regions=["CHN"], pollutants=["PM2.5"]).set_index("sector")["note"]
    assert "cannot hold" in rows["residential_commercial"] and rows["power"] == "table 3"
    rows = emission_table(pack, inventory="reas", regions=["PRK"], pollutants=["NOx"]).set_index("sector")["note"]
    assert "implausible" in rows["road"] and rows["power"] == ""


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"histroy": "counted"}, "baseline, histroy: there is no such key"),
        ({"projection": {"inventory": "counted"}}, "baseline, projection.national: it is missing"),
        ({"national": {"CCC": "counted"}}, "rules of the baseline CCC is not known"),
        ({"province_shares": {"AAA": {"inventory": "counted", "year": 1999}}}, "no year 1999 for the shares of AAA"),
    ],
)
def test_wrong_rules_of_a_pack_are_refused_with_their_place(small_copy, rules, message):
    path = small_copy / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**descriptor, "baseline": rules}), encoding="utf-8")
    with pytest.raises(AirshedError, match=message):
        baseline_cube(airshed.open_pack(small_copy))
