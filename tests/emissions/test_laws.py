"""Laws of the baseline over all regions, sectors, pollutants and years, against the rows that inventories print."""

import numpy as np
import pytest

from airshed.emissions.baseline import OUTSIDE_SECTOR, baseline_cube
from airshed.emissions.flags import BASES
from airshed.emissions.table import emission_table
from airshed.pack.codes import countries, members

ROUNDING = 0.01
"""What parts may exceed the whole by, kt/yr: the digits that the inventories print."""


@pytest.fixture(scope="module")
def cube(pack):
    return baseline_cube(pack)


@pytest.fixture(scope="module")
def printed(pack):
    """Return what inventories print by sector, kt/yr, by inventory, region, sector, pollutant and year."""
    rows = pack.table("emissions")
    scale = rows["unit"].map({"kt/yr": 1.0, "Mt/yr": 1000.0, "t/yr": 0.001})
    keys = ["inventory", "region", "sector", "pollutant", "year"]
    return rows.assign(value=rows["value"] * scale).groupby(keys)["value"].sum()


def series(printed, inventory, region, sector, pollutant):
    return printed.loc[inventory, region, sector, pollutant]


def of_nation(pack, cube, nation, sector, pollutant, year):
    held = [code for code in (nation, *members(pack, nation)) if code in cube["region"]]
    return float(cube["value"].sel(region=held, sector=sector, pollutant=pollutant, year=year).sum())


def test_nothing_is_negative_or_infinite(cube):
    values = cube["value"].to_numpy()
    assert np.isfinite(values[~np.isnan(values)]).all() and np.nanmin(values) == 0.0


def test_a_nation_is_the_sum_of_its_rows(pack, cube):
    nations = [code for code in countries(pack) if set(members(pack, code)) & set(cube["region"].to_numpy())]
    table = emission_table(pack, regions=nations, years=[1990, 2008, 2017, 2030])
    rows = table[table["sector"] == "total"].set_index(["region", "pollutant", "year"])["value"]
    for nation in nations:
        held = [code for code in dict.fromkeys((nation, *members(pack, nation))) if code in cube["region"]]
        sums = cube["value"].sel(region=held).sum(["region", "sector"])
        for (pollutant, year), value in rows.loc[nation].items():
            assert value == pytest.approx(float(sums.sel(pollutant=pollutant, year=year)), rel=1e-12)


@pytest.mark.parametrize(
    ("parts", "whole"), [(("BC", "OC"), "PM2.5"), (("PM2.5",), "PM10")], ids=["carbon in fine", "fine in coarse"]
)
def test_parts_never_exceed_the_whole(cube, parts, whole):
    """Sources known by their total alone are of a model, which counts BC apart from PM2.5."""
    inside = cube["value"].sel(sector=[code for code in cube["sector"].to_numpy() if code != OUTSIDE_SECTOR])
    held = inside.sel(pollutant=list(parts)).sum("pollutant", min_count=1)
    excess = (held - inside.sel(pollutant=whole)).to_numpy()
    assert np.nanmax(excess) <= ROUNDING


def test_reported_cells_are_the_printed_numbers(pack, cube, printed):
    """Every cell of a region with basis reported is the row of an inventory, to the last digit."""
    code = BASES.index("reported")
    inside = [sector for sector in cube["sector"].to_numpy() if sector != OUTSIDE_SECTOR]
    here = (cube["basis"] == code).sel(sector=inside)
    cells = cube["value"].sel(sector=inside).where(here).to_series().dropna()
    assert len(cells) > 5000
    rows = {name: printed.xs(name, level="inventory") for name in ("reas", "capss", "gains")}
    for key, value in cells.items():
        assert any(value == pytest.approx(float(held[key]), rel=1e-9) for held in rows.values() if key in held.index), (
            key
        )


@pytest.mark.parametrize("year", [2015, 2016, 2019])
def test_korea_is_capss_sector_by_sector(pack, cube, printed, year):
    """Years after the widening of 2015 and before the change of method of 2020."""
    for pollutant in ("PM2.5", "PM10", "BC", "SO2", "NOx", "NH3", "NMVOC"):
        for sector in cube["sector"].to_numpy():
            held = printed.xs(("capss", "KOR", pollutant, year), level=("inventory", "region", "pollutant", "year"))
            wanted = float(held.get(sector, 0.0))
            assert of_nation(pack, cube, "KOR", sector, pollutant, year) == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("sector", "pollutant", "kilotonnes"),
    [
        ("offroad", "NOx", 304.4),
        ("offroad", "SO2", 39.4),
        ("residential_commercial", "PM2.5", 1.0),
        ("power", "PM2.5", 3.6),
        ("other", "PM2.5", 29.6),
    ],
)
def test_korea_of_2015_as_its_inventory_prints_it(pack, cube, sector, pollutant, kilotonnes):
    assert of_nation(pack, cube, "KOR", sector, pollutant, 2015) == pytest.approx(kilotonnes, abs=0.05)


def test_the_ammonia_of_korea_is_that_of_its_inventory(pack):
    rows = emission_table(pack, regions=["KOR"], pollutants=["NH3"], by=["country"])
    assert rows["value"].item() == pytest.approx(297.2, abs=0.1)


def test_what_korea_lacks_comes_from_the_history(pack, cube, printed):
    """CO2 is that of REAS; organic carbon has the share in PM2.5 that REAS prints of the sector."""
    assert of_nation(pack, cube, "KOR", "road", "CO2", 2015) == pytest.approx(
        series(printed, "reas", "KOR", "road", "CO2")[2015]
    )
    share = series(printed, "reas", "KOR", "road", "OC")[2015] / series(printed, "reas", "KOR", "road", "PM2.5")[2015]
    fine = series(printed, "capss", "KOR", "road", "PM2.5")[2015]
    assert of_nation(pack, cube, "KOR", "road", "OC", 2015) == pytest.approx(share * fine)


def test_korea_before_its_inventory_changes_like_the_history(pack, cube, printed):
    """Households, SO2: REAS of 1990 over that of 1999, which lies at constant growth between 1990 and 2000."""
    reas = series(printed, "reas", "KOR", "residential_commercial", "SO2")
    then = reas[1990] ** 0.1 * reas[2000] ** 0.9
    first = series(printed, "capss", "KOR", "residential_commercial", "SO2")[1999]
    found = of_nation(pack, cube, "KOR", "residential_commercial", "SO2", 1990)
    assert found == pytest.approx(first * reas[1990] / then)


def test_fine_particles_before_they_were_printed_change_like_coarse_ones(pack, cube, printed):
    fine, coarse = (series(printed, "capss", "KOR", "road", pollutant) for pollutant in ("PM2.5", "PM10"))
    found = of_nation(pack, cube, "KOR", "road", "PM2.5", 2005)
    assert found == pytest.approx(fine[2011] * coarse[2005] / coarse[2011])


def test_a_wider_coverage_is_no_rise(pack, cube, printed):
    """Fugitive dust and biomass burning, printed from 2015 on, are held at that number before: 29.3 of 29.6 kt."""
    other = series(printed, "capss", "KOR", "other", "PM2.5")
    rows = pack.table("emissions")
    rows = rows[(rows["inventory"] == "capss") & (rows["region"] == "KOR") & (rows["pollutant"] == "PM2.5")]
    added = rows[(rows["year"] == 2015) & rows["category"].isin(["비산먼지", "생물성 연소"])]["value"].sum()
    assert other[2015] / other[2014] > 50
    for year in (2014, 2011):
        assert of_nation(pack, cube, "KOR", "other", "PM2.5", year) == pytest.approx(other[year] + added)


@pytest.mark.parametrize(
    ("sector", "pollutant", "first", "after"), [("power", "NOx", 2007, 2010), ("industry", "PM10", 2007, 2010)]
)
def test_breaks_before_the_base_year_scale_what_lies_before_them(pack, cube, printed, sector, pollutant, first, after):
    capss = series(printed, "capss", "KOR", sector, pollutant)
    for year in range(first, after + 1):
        assert of_nation(pack, cube, "KOR", sector, pollutant, year) == pytest.approx(capss[year])
    assert of_nation(pack, cube, "KOR", sector, pollutant, first - 1) == pytest.approx(capss[first])
    found = of_nation(pack, cube, "KOR", sector, pollutant, 2000)
    assert found == pytest.approx(capss[first] * capss[2000] / capss[first - 1])


def test_provinces_take_the_latest_shares_of_each_category(pack, cube):
    """Seoul: off-road NOx of 2006 by its share of 2006, of 2015 by that of 2008, the latest there is."""
    rows = pack.table("emissions")
    rows = rows[(rows["inventory"] == "capss") & (rows["sector"] == "offroad") & (rows["pollutant"] == "NOx")]
    provinces = rows[rows["region"] != "KOR"].groupby(["year", "region"])["value"].sum()
    whole = rows[rows["region"] == "KOR"].groupby("year")["value"].sum()
    for year, known in ((2006, 2006), (2003, 2000), (2015, 2008), (2021, 2008)):
        share = provinces[known, "KR-11"] / provinces[known].sum()
        found = float(cube["value"].sel(region="KR-11", sector="offroad", pollutant="NOx", year=year))
        assert found == pytest.approx(whole[year] * share)
        assert BASES[int(cube["basis"].sel(region="KR-11", sector="offroad", pollutant="NOx", year=year))] == "derived"


@pytest.mark.parametrize(("region", "kilotonnes"), [("CN-TJ", 383.0), ("CN-SH", 326.0), ("CN-JS", 183.0)])
def test_ports_take_their_level_from_the_tables_that_know_them(cube, region, kilotonnes):
    assert float(cube["value"].sel(region=region, sector="offroad", pollutant="NOx", year=2015)) == kilotonnes


def test_ports_are_added_to_the_nation_and_stay_within_what_gains_prints(pack, cube, printed):
    """REAS without the ten provinces plus their tables; with the roads below the printed mobile sources, 9,119 kt."""
    ten = [key for key in printed.xs("gains").index.get_level_values("region").unique() if key.startswith("CN-")]
    assert len(ten) == 10
    for pollutant, mobile in (("NOx", 9119.0), ("PM2.5", 656.0)):
        reas = series(printed, "reas", "CHN", "offroad", pollutant)[2015]
        parts = sum(series(printed, "reas", code, "offroad", pollutant)[2015] for code in ten)
        ports = sum(series(printed, "gains", code, "offroad", pollutant)[2015] for code in ten)
        found = of_nation(pack, cube, "CHN", "offroad", pollutant, 2015)
        assert found == pytest.approx(reas - parts + ports, rel=1e-4)
        assert found + of_nation(pack, cube, "CHN", "road", pollutant, 2015) < mobile


@pytest.mark.parametrize("pollutant", ["SO2", "NOx", "PM2.5", "PM10", "BC", "OC", "NH3", "NMVOC", "CO2"])
def test_china_follows_its_reports_in_every_province_and_sector(pack, cube, printed, pollutant):
    meic = series(printed, "meic", "CHN", "total", pollutant)
    regions = [code for code in members(pack, "CHN") if code in cube["region"]]
    cells = cube["value"].sel(region=regions, pollutant=pollutant)
    start = cells.sel(year=2015).to_numpy()
    known = start > 0
    for year in (2016, 2017):
        assert cells.sel(year=year).to_numpy()[known] / start[known] == pytest.approx(meic[year] / meic[2015])


def test_after_the_reports_china_changes_like_the_projection(pack, cube, printed):
    """Hebei, industry SO2: from 2017 on the growth that is printed for 2015-2030, of which two fifteenths are past."""
    gains = series(printed, "gains", "CN-HE", "industry", "SO2")
    cell = cube["value"].sel(region="CN-HE", sector="industry", pollutant="SO2")
    growth = (gains[2030] / gains[2015]) ** (13 / 15)
    assert float(cell.sel(year=2030) / cell.sel(year=2017)) == pytest.approx(growth)
    assert float(cell.sel(year=2024) / cell.sel(year=2023)) == pytest.approx(growth ** (1 / 13))


def test_ammonia_after_the_last_report_is_constant_and_says_so(pack, cube):
    regions = [code for code in members(pack, "CHN") if code in cube["region"]]
    cells = cube.sel(region=regions, pollutant="NH3")
    known = np.isfinite(cells["value"].sel(year=2017).to_numpy())
    for year in (2018, 2030):
        assert (cells["value"].sel(year=year).to_numpy() == cells["value"].sel(year=2017).to_numpy())[known].all()
        assert {BASES[code] for code in cells["basis"].sel(year=year).to_numpy()[known]} == {"constant"}
