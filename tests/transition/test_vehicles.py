"""Fleets of the built-in pack beside printed numbers, and what cannot be asked."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

from airshed.answers.ask import Direct
from airshed.answers.transition.transition_vehicles import VehiclesQuestion, scenario_file
from airshed.answers.words import Words
from airshed.assessment.chain.scenarios import scenario_emissions
from airshed.assessment.transition.maker_credits import credits_table, roadmap_table
from airshed.assessment.transition.vehicle_inputs import cohort_standards, standards
from airshed.assessment.transition.vehicle_scenario import road_factors
from airshed.assessment.transition.vehicles import (
    SalesPath,
    asked_nation,
    emissions_table,
    fleet_of,
    standards_table,
    years_table,
)
from airshed.emissions.baseline import baseline_cube
from airshed.pack.codes import members
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.language import translator


@pytest.fixture(scope="module")
def fleet(pack):
    return fleet_of(pack, "CHN", SalesPath(), 2030)


@pytest.fixture(scope="module")
def ended(pack):
    return fleet_of(pack, "CHN", SalesPath(phase_out=2035), 2035)


def test_implied_sales_of_2019_are_those_that_were_sold(pack, fleet):
    """Almost 23 million light vehicles were sold in China in 2019 (IEA, fuel economy in China)."""
    rows = years_table(pack, fleet).set_index("year")
    assert rows.loc[2019, "sales"] == pytest.approx(23e6, rel=0.1)


def test_electric_part_of_the_stock_is_near_the_printed_one(pack, fleet):
    """IEA prints the part of electric cars in the stock; the fleet follows from sales alone."""
    rows = years_table(pack, fleet).set_index("year").loc[2017:2023]
    assert rows["electric_percent"].to_numpy() == pytest.approx(rows["printed_percent"].to_numpy(), rel=0.16)


def test_fleets_of_provinces_are_the_stock_and_add_up(pack, fleet):
    stocks = pack.table("vehicle_stocks")
    printed = stocks[stocks["year"] == 2023].set_index("region")["vehicles"]
    found = fleet.turnover.vehicles[:, fleet.at(2023)].sum(axis=1)
    assert dict(zip(fleet.regions, found, strict=True)) == pytest.approx(printed.to_dict())
    rows = standards_table(pack, fleet, [2023])
    assert rows["vehicles"].sum() == pytest.approx(printed.sum())
    assert rows["percent"].sum() == pytest.approx(100.0)


def test_one_province_and_pollutant_by_hand(pack, fleet):
    """NOx of Tibet in 2023: each cohort times the limit of its standard, the part that is not battery electric, km."""
    limits = {"I": 0.416, "II": 0.214, "III": 0.15, "IV": 0.08, "V": 0.06, "VI-a": 0.06, "VI-b": 0.035}
    starts = [("I", 0), ("II", 2004), ("III", 2007), ("IV", 2011), ("V", 2017), ("VI-a", 2021), ("VI-b", 2023)]
    sales = pack.table("vehicle_sales").set_index("year")
    place = fleet.regions.index("CN-XZ")
    total = 0.0
    for cohort, number in zip(fleet.cohorts, fleet.turnover.vehicles[place, fleet.at(2023)], strict=True):
        standard = [code for code, year in starts if cohort >= year][-1]
        row = sales.loc[cohort] if cohort in sales.index else None
        battery = 0.0 if row is None else row["electric_percent"] / 100 * (1 - row["hybrid_share"])
        total += number * (1 - battery) * limits[standard] * 18_900 / 1e9
    rows = emissions_table(pack, fleet, 2023, ("CN-XZ",)).set_index("pollutant")
    assert rows.loc["NOx", "value"] == pytest.approx(total)


def test_early_dates_of_a_city_hold_there_alone(pack):
    order = standards(pack, "CHN")
    cohorts = np.arange(2017, 2024)
    found = cohort_standards(pack, ("CN-SH", "CN-HE"), "CHN", cohorts)
    assert [order[place] for place in found[0]] == ["V", "V", *["VI-b"] * 5]
    assert [order[place] for place in found[1]] == ["V", "V", "V", "V", "VI-a", "VI-a", "VI-b"]


def test_an_end_of_sales_takes_off_and_comes_earlier_for_more(pack, ended):
    sooner = fleet_of(pack, "CHN", SalesPath(phase_out=2028), 2035)
    late, soon = (emissions_table(pack, one, 2035).set_index("pollutant") for one in (ended, sooner))
    assert (late["change"] < 0).all()
    assert (soon["value"] < late["value"]).all()
    assert late["before"].to_dict() == pytest.approx(soon["before"].to_dict())
    assert (late["low"] <= late["value"]).all() and (late["value"] <= late["high"]).all()


def test_withdrawn_standards_are_gone(pack):
    gone = fleet_of(pack, "CHN", SalesPath(retired=(("IV", 2027),)), 2028)
    rows = standards_table(pack, gone, [2028]).set_index("standard")["vehicles"]
    assert rows[["I", "II", "III", "IV"]].sum() == 0
    assert rows["V"] > 0


def test_a_roadmap_goes_by_year_and_says_when_half_is_electric(pack, ended):
    rows = roadmap_table(pack, ended, SalesPath(phase_out=2035))
    assert rows["year"].is_monotonic_increasing
    ratios = rows[rows["kind"] == "credits"].set_index("year")["value"]
    assert ratios.to_dict() == {2018: 8, 2019: 10, 2020: 12, 2021: 14, 2022: 16, 2023: 18}
    half = int(rows.loc[rows["kind"] == "fleet", "year"].iloc[0])
    held = years_table(pack, ended).set_index("year")["electric_percent"]
    assert held[half - 1] < 50 <= held[half]


@pytest.mark.parametrize(
    ("year", "electric", "hybrids", "range_km", "balance"),
    [
        # 1,000 times 0.012 x 250 + 0.8 = 3.8 and 500 times 2, less 10 percent of 40,000
        (2019, 1000, 500, 250, 3800 + 1000 - 4000),
        # the cap of 5 credits
        (2020, 1000, 0, 500, 5000 - 4800),
        # 0.0056 x 400 + 0.4 = 2.64 and 1.6, less 14 percent
        (2021, 1000, 500, 400, 2640 + 800 - 5600),
        # the cap of 3.4 credits
        (2022, 2000, 0, 700, 6800 - 6400),
        (2023, 2000, 0, 700, 6800 - 7200),
    ],
)
def test_the_balance_of_a_maker_by_the_rule_of_its_year(pack, year, electric, hybrids, range_km, balance):
    row = credits_table(pack, "CHN", year, 40_000, electric, hybrids, range_km).iloc[0]
    assert row["balance"] == pytest.approx(balance)
    assert row["bound"] == "yes"


def test_a_small_maker_owes_nothing(pack):
    row = credits_table(pack, "CHN", 2021, 20_000, 100, 0, 700).iloc[0]
    assert (row["bound"], row["wanted"]) == ("no", 0.0)
    assert row["balance"] == pytest.approx(340.0)


def test_a_deficit_says_how_many_electric_cars_are_missing(pack):
    row = credits_table(pack, "CHN", 2021, 100_000, 0, 0, 700).iloc[0]
    assert row["electric_needed"] == pytest.approx(14_000 / 3.4)


def test_the_path_is_a_scenario_of_the_road(pack, ended):
    cube = baseline_cube(pack)["value"].sel(sector="road", pollutant="NOx", year=2030)
    road = float(cube.sel(region=members(pack, "CHN")).sum())
    rows = emissions_table(pack, ended, 2030).set_index("pollutant")
    found = {(code, pollutant, year): factor for code, pollutant, year, factor in road_factors(pack, ended)}
    assert found["CHN", "NOx", 2030] == pytest.approx(1 + rows.loc["NOx", "change"] / road)
    assert all(2023 < year <= 2030 and 0 <= factor <= 1 for (_, _, year), factor in found.items())


def test_the_scenario_file_changes_the_road_by_what_the_fleets_change(pack, tmp_path):
    words = Words(pack, "en", translator("en"))
    question = VehiclesQuestion(phase_out=2030)
    path = tmp_path / "vehicles.yaml"
    path.write_bytes(scenario_file(Direct(pack), words, question))
    before = baseline_cube(pack)["value"]
    after = scenario_emissions(pack, str(path)).scenario["value"]
    fleet = fleet_of(pack, "CHN", SalesPath(phase_out=2030), 2030)
    wanted = emissions_table(pack, fleet, 2030).set_index("pollutant").loc["NOx", "change"]
    change = (after - before).sel(pollutant="NOx", year=2030)
    assert float(change.sel(sector="road").sum()) == pytest.approx(wanted, rel=1e-4)
    assert float(np.abs(change.drop_sel(sector="road")).max()) == 0.0


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (SalesPath(points=((2030, 130.0),)), "share-of-sales-no-percent"),
        (SalesPath(points=((2021, 50.0),)), "path-year-not-after-sales"),
        (SalesPath(points=((2030, 50.0), (2030, 60.0))), "year-has-two-shares"),
        (SalesPath(phase_out=2061), "path-year-not-after-sales"),
        (SalesPath(points=((2036, 80.0),), phase_out=2035), "share-after-phase-out"),
        (SalesPath(retired=(("IV", 2020),)), "path-year-not-after-sales"),
        (SalesPath(retired=(("Euro 9", 2027),)), "not-known"),
    ],
)
def test_paths_that_cannot_be(pack, path, code):
    with pytest.raises(AirshedError) as caught:
        fleet_of(pack, "CHN", path, 2040)
    assert caught.value.code.startswith(code)


def test_years_without_a_ratio_are_named(pack):
    with pytest.raises(AirshedError, match="2018 2019 2020 2021 2022 2023"):
        credits_table(pack, "CHN", 2027, 40_000, 1, 1, 400)


def test_a_nation_without_a_stock_says_which_table(pack):
    with pytest.raises(MissingTableError, match="vehicle_stocks"):
        asked_nation(pack, ("KR-11",))
    with pytest.raises(AirshedError, match="several nations"):
        asked_nation(pack, ("KR-11", "CN-BJ"))


@pytest.mark.shared
def test_stocks_and_sales_are_those_of_the_files(pack, shared):
    wide = pd.read_csv(shared / "data" / "vehicles" / "nbs_private_cars_province_2005_2023.csv")
    printed = wide.melt(["code", "region"], var_name="year").assign(year=lambda rows: rows["year"].astype(int))
    found = pack.table("vehicle_stocks").set_index(["region", "year"])["vehicles"]
    wanted = printed.set_index(["code", "year"])["value"] * 1e4
    assert found.to_dict() == pytest.approx(wanted.to_dict())
    with (shared / "data" / "energy" / "iea_global_ev_2024_chn_kor_jpn_world.csv").open(encoding="utf-8") as handle:
        rows = [row for row in csv.DictReader(handle) if row["region"] == "China" and row["category"] == "Historical"]
    sales = {
        int(r["year"]): float(r["value"]) for r in rows if r["parameter"] == "EV sales share" and r["mode"] == "Cars"
    }
    held = pack.table("vehicle_sales").set_index("year")["electric_percent"].to_dict()
    assert held == pytest.approx(sales, rel=1e-5)


@pytest.mark.shared
def test_ratios_of_credits_are_those_of_the_facts(pack, shared):
    with (shared / "data" / "vehicles" / "facts_vehicle_rules_china.csv").open(encoding="utf-8") as handle:
        rows = [row for row in csv.DictReader(handle) if row["rule"] == "dual credit: NEV credit ratio"]
    rules = pack.table("vehicle_rules")
    found = rules[rules["key"] == "nev_ratio_percent"].set_index("year")["value"].to_dict()
    assert found == {int(row["valid_from"]): float(row["value"]) for row in rows}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--share", "2030"), "--share cannot read 2030"),
        (("--share", "soon=50"), "--share cannot read soon=50"),
        (("--retire", "III=old"), "--retire cannot read III=old"),
        (("--maker-electric", "100"), "credits of a maker need --maker-cars"),
        (("--maker-cars", "50000", "--maker-electric", "100"), "credits of a maker need --maker-range"),
        (("--maker-cars", "-1"), "maker-cars"),
        (("--year", "1999"), "is no year of a path"),
        (("--phase-out", "2035", "--year", "2080"), "is no year of a path"),
    ],
)
def test_what_cannot_be_asked_is_told_by_its_option(cli, words, said):
    code, out, err = cli("transition", "vehicles", *words)
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "are electric on the asked path"), ("ko", "물어본 경로에서는"), ("zh", "所询问的路径")],
)
def test_the_sentence_is_said_in_every_language(cli, language, words):
    code, out, err = cli("--lang", language, "transition", "vehicles", "--phase-out", "2035", "--format", "json")
    assert code == 0 and words in err
    row = json.loads(out)[0]
    assert row["low"] < row["value"] < row["high"] and row["source"].startswith("nbs_private_vehicles")


def test_a_pack_without_vehicles_names_the_table(cli, small_folder):
    code, _, err = cli("--pack", small_folder, "transition", "vehicles")
    assert code == 2 and "needs table vehicle_stocks" in err
