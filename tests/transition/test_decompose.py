"""Why CO2 changed, on the built-in pack by hand and on a made-up one, with the bad questions that are refused."""

import csv
import math

import pytest

import airshed
from airshed.assessment.transition.decompose import (
    decompose,
    decoupling_table,
    effect_table,
    parts_decomposed,
)
from airshed.pack.errors import AirshedError
from support.small import write_table


@pytest.fixture(scope="module")
def china(pack):
    return decompose(pack, "CHN", 2005, 2015, account="ceads")


def test_china_2005_to_2015_by_hand(pack, china):
    """Two levels and one ratio by the logarithmic mean, written out from the rows of the pack, sector by sector."""
    economy = pack.table("economy")
    economy = economy[economy["code"] == "CHN"]

    def level(indicator, year, vintage):
        rows = economy[(economy["indicator"] == indicator) & (economy["year"] == year)]
        return float(rows.loc[rows["vintage"] == vintage, "value"].iloc[0])

    prices = {year: level("gdp_deflator", year, "IMF WEO April 2024") for year in (2005, 2015)}
    gdp = {year: level("gdp_lcu", year, "World Bank WDI, mid-2024") / prices[year] for year in (2005, 2015)}
    energy = {2005: 75.7, 2015: 126.5}  # EJ, Statistical Review 2023
    counts = pack.table("populations")
    counts = counts[counts["region"].str.startswith("CN-") & counts["series"].str.startswith("NBS")]
    people = {year: float(counts.loc[counts["year"] == year, "value"].sum()) for year in (2005, 2015)}
    wanted = {"people": 0.0, "GDP per head": 0.0, "energy per GDP": 0.0, "CO2 per energy": 0.0}
    accounts = pack.table("co2_accounts")
    rows = accounts[(accounts["account"] == "ceads") & (accounts["region"] == "CHN")]
    for _, mine in rows.groupby("sector"):
        before, after = (float(mine.loc[mine["year"] == year, "value"].iloc[0]) for year in (2005, 2015))
        weight = (after - before) / math.log(after / before)
        wanted["people"] += weight * math.log(people[2015] / people[2005])
        earned = (gdp[2015] / people[2015]) / (gdp[2005] / people[2005])
        wanted["GDP per head"] += weight * math.log(earned)
        ratio = (energy[2015] / gdp[2015]) / (energy[2005] / gdp[2005])
        wanted["energy per GDP"] += weight * math.log(ratio)
        wanted["CO2 per energy"] += weight * math.log((after / energy[2015]) / (before / energy[2005]))
    found = effect_table(china).set_index("factor")["value"]
    for factor, value in wanted.items():
        assert found[factor] == pytest.approx(value, rel=1e-9)
    assert found["change"] == pytest.approx(sum(wanted.values()))


@pytest.mark.shared
def test_the_growth_of_gdp_and_energy_is_near_what_iea_prints(shared, china):
    """IEA's Kaya indices: GDP of China (people times GDP per head) by 2.46, energy by 1.68 from 2005 to 2015."""
    with (shared / "data/energy/iea_kaya_index_1990_2021.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["country_as_printed"] == "People's Rep. of China"]
    named = {row["factor_index"].partition(" (")[0]: float(row["2015"]) / float(row["2005"]) for row in rows}
    gdp = named["Population"] * named["GDP per population"]
    levels = {name: float(level.values[1] / level.values[0]) for name, level in china.levels.items()}
    assert levels["GDP"] == pytest.approx(gdp, rel=0.05)
    assert levels["energy"] == pytest.approx(gdp * named["Energy intensity"], rel=0.05)


def test_constant_prices_come_before_a_longer_span(pack):
    """GDP of 2019 is known at current prices alone, so that the years without a name end in 2015."""
    assert decompose(pack, "CHN").years == (2005, 2015)
    longer = decompose(pack, "CHN", 2005, 2019)
    assert "GDP at current prices" in longer.note


def test_decoupling_of_china_by_hand(china):
    row = decoupling_table([china]).iloc[0]
    assert row["co2_percent"] == pytest.approx(100 * china.change / china.carbon[0].sum())
    assert row["elasticity"] == pytest.approx(row["co2_percent"] / row["gdp_percent"])
    assert row["state"] == "weak decoupling"
    assert 0 < row["elasticity"] < 0.8


def test_sectors_add_to_the_whole(china):
    by_sector, whole = effect_table(china, by_sector=True), effect_table(china)
    sums = by_sector.groupby("factor")["value"].sum()
    assert sums[whole["factor"]].to_numpy() == pytest.approx(whole["value"].to_numpy())


def test_one_sector_is_the_part_of_that_sector(pack, china):
    power = decompose(pack, "CHN", 2005, 2015, ["power"], "ceads")
    mine = effect_table(china, by_sector=True)
    wanted = mine[mine["sector"] == "power"].set_index("factor")["value"]
    found = effect_table(power).set_index("factor")["value"]
    assert found.to_dict() == pytest.approx(wanted.to_dict())


def test_what_is_not_known_is_said(pack):
    found = decompose(pack, "PRK")
    assert "not known in both years: GDP, energy" in found.note
    assert found.factors == ["people", "CO2 per head"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("CHN", 2015, 2005), "decompose-years-not-in-order"),
        (("CHN", 2015, 2015), "decompose-years-not-in-order"),
        (("CHN", 1850, 2015), "decompose-not-known"),
        (("CN-XZ", None, None), "decompose-not-known"),
        (("CHN", 2005, 2015, ["solvent"]), "decompose-sector-not-held"),
        (("XXX",), "not-known"),
    ],
)
def test_bad_questions_are_told(pack, asked, code):
    with pytest.raises(AirshedError) as told:
        decompose(pack, *asked)
    assert told.value.code.startswith(code)


@pytest.fixture(scope="module")
def made(small_folder, tmp_path_factory):
    """Hold a pack in which AA-1 doubles its people and its income, closes its kilns and starts to burn waste."""
    import shutil

    folder = tmp_path_factory.mktemp("made") / "pack"
    shutil.copytree(small_folder, folder)
    carbon = [
        ("AA-1", "power", 2010, 10.0),
        ("AA-1", "power", 2015, 20.0),
        ("AA-1", "industry", 2010, 4.0),
        ("AA-1", "industry", 2015, 0.0),
        ("AA-1", "waste", 2015, 3.0),
        ("AA-2", "power", 2010, 5.0),
        ("AA-2", "power", 2015, 5.0),
        ("AAA", "power", 2010, 16.0),
        ("AAA", "power", 2015, 26.0),
    ]
    names = ("region", "sector", "year", "value")
    rows = [
        {**dict(zip(names, one, strict=True)), "account": "made", "unit": "Mt/yr", "basis": "reported"}
        for one in carbon
    ]
    write_table(folder / "tables" / "co2-accounts.csv", "co2_accounts", rows)
    people = [("AA-1", 2010, 5e5), ("AA-1", 2015, 1e6), ("AA-2", 2010, 2e6), ("AA-2", 2015, 3e6)]
    rows = [
        {"region": code, "year": year, "series": "counted", "value": count, "unit": "persons"}
        for code, year, count in people
    ]
    rows += [
        {"region": code, "year": 2015, "series": "base", "value": count, "unit": "persons"}
        for code, count in (("AA-1", 1e6), ("AA-2", 3e6), ("BBB", 2e6))
    ]
    write_table(folder / "tables" / "populations.csv", "populations", rows)
    with (folder / "tables" / "economy.csv").open(encoding="utf-8") as handle:
        held = list(csv.DictReader(handle))
    gdp = [("AA-1", 2010, 10.0, "new"), ("AA-1", 2015, 40.0, "new"), ("AA-1", 2010, 1.0, "old")]
    held += [
        {"code": code, "indicator": "gdp_lcu", "year": year, "value": value, "unit": "billion USD", "vintage": vintage}
        for code, year, value, vintage in gdp
    ]
    rows = [{name: value for name, value in row.items() if value != ""} for row in held]
    write_table(folder / "tables" / "economy.csv", "economy", rows)
    return airshed.open_pack(folder)


def test_what_appears_and_vanishes_goes_to_its_own_factor_and_is_named(made):
    """Power: L = 10 / ln 2; people and income double each, so CO2 per GDP halves: effects 10, 10 and -10 Mt."""
    found = decompose(made, "AA-1", 2010, 2015)
    by_sector = effect_table(found, by_sector=True).set_index(["sector", "factor"])["value"]
    assert by_sector["power"].to_dict() == pytest.approx(
        {"people": 10.0, "GDP per head": 10.0, "CO2 per GDP": -10.0, "change": 10.0}
    )
    assert by_sector["industry"].to_dict() == pytest.approx(
        {"people": 0.0, "GDP per head": 0.0, "CO2 per GDP": -4.0, "change": -4.0}, abs=1e-6
    )
    assert by_sector["waste"].to_dict() == pytest.approx(
        {"people": 0.0, "GDP per head": 0.0, "CO2 per GDP": 3.0, "change": 3.0}, abs=1e-6
    )
    assert "appears or vanishes: industry, waste" in found.note
    assert "GDP at current prices" in found.note


def test_two_editions_are_never_joined(made):
    """The old edition holds 2010 alone: GDP grows by four, from the new one, not by forty."""
    level = decompose(made, "AA-1", 2010, 2015).levels["GDP"]
    assert float(level.values[1] / level.values[0]) == pytest.approx(4.0)


def test_people_of_a_nation_are_the_sum_of_its_regions(made):
    found = decompose(made, "AAA", 2010, 2015)
    assert found.levels["people"].values.tolist() == [2.5e6, 4e6]
    assert found.factors == ["people", "CO2 per head"]
    parts = parts_decomposed(made, "AAA", (2010, 2015), (), "made")
    assert [part.region for part in parts] == ["AA-1", "AA-2"]
    assert parts[1].change == pytest.approx(0.0)
    # 5 Mt stay: half more people are made up for by less CO2 per head.
    assert parts[1].effects.sum(axis=1).tolist() == pytest.approx([5 * math.log(1.5), -5 * math.log(1.5)])
