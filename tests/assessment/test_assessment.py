"""The assessment: chain, round trip, targets, tables."""

import re

import numpy as np
import pytest
from pydantic import ValidationError

import airshed
from airshed.assessment.chain.chain import prepare
from airshed.assessment.chain.targets import resolve_target
from airshed.assessment.tables import all_tables, attribution, health, place_codes
from airshed.impacts.mortality import attributable_deaths
from airshed.pack.errors import AirshedError, MissingTableError


@pytest.fixture(scope="module")
def tables(pack, assessment):
    return all_tables(pack, assessment)


def test_it_comes_back_from_netcdf_as_it_was(assessment, tmp_path):
    path = tmp_path / "assessment.nc"
    assessment.to_netcdf(path)
    again = airshed.Assessment.from_netcdf(path)
    assert again.identical(assessment) and assessment.identical(again)
    changed = {**assessment.datasets, "health": assessment["health"] * 1.0000001}
    assert not airshed.Assessment(**{**vars(assessment), "datasets": changed}).identical(assessment)


def test_other_files_are_not_an_assessment(tmp_path, assessment):
    text = tmp_path / "text.nc"
    text.write_text("no netCDF", encoding="utf-8")
    with pytest.raises(AirshedError, match="cannot be read as netCDF"):
        airshed.Assessment.from_netcdf(text)
    other = tmp_path / "other.nc"
    assessment["health"].to_netcdf(other)
    with pytest.raises(AirshedError, match="is not an assessment"):
        airshed.Assessment.from_netcdf(other)


def test_the_same_question_has_the_same_answer(pack, assessment):
    assert airshed.assess(pack, assessment.question).identical(assessment)


def test_a_question_is_frozen_and_refuses_extra_keys():
    with pytest.raises(ValidationError):
        airshed.Question(colour="red")
    with pytest.raises(ValidationError):
        airshed.Question(year=2015).year = 2016


def test_an_unknown_scenario_or_year_is_refused(pack):
    with pytest.raises(AirshedError, match="scenario wishful is not known"):
        airshed.assess(pack, airshed.Question(scenario="wishful"))
    with pytest.raises(AirshedError, match="covers 1990 to 2030"):
        airshed.assess(pack, airshed.Question(year=1985))


def test_the_chain_evaluates_like_its_parts(pack, assessment):
    chain = prepare(pack, 2015)
    total, deaths = chain.evaluate(chain.emissions())
    air = assessment["concentration"]["total"].sel(place=chain.people.regions)
    assert total.to_numpy() == pytest.approx(air.to_numpy())
    slow = attributable_deaths(air.to_numpy(), chain.people.deaths, chain.people.bands)
    known = np.isfinite(slow)
    assert deaths.to_numpy()[known] == pytest.approx(slow[known])


def test_cutting_emissions_saves_lives_everywhere(pack):
    chain = prepare(pack, 2015)
    emissions = chain.emissions()
    _, before = chain.evaluate(emissions)
    _, after = chain.evaluate(emissions * 0.7)
    assert (after < before).where(before.notnull(), True).all()


def test_provenance_names_tables_and_sources_of_every_dataset(pack, assessment):
    keys = set(pack.table("sources")["key"])
    assert {step.dataset for step in assessment.provenance} == set(assessment.datasets)
    for step in assessment.provenance:
        assert step.rule and step.tables and step.sources
        assert set(step.sources) <= keys, step.dataset


def test_tables_name_a_source_in_every_row(tables):
    for name, table in tables.items():
        if name in ("closure", "sources"):
            continue
        empty = table[table["source"] == ""]
        unobserved = {"PRK", "pyongyang"} if name == "concentrations" else set()
        assert set(empty.iloc[:, 0]) == unobserved, name


def test_what_no_source_projects_is_said_to_be_held_constant(pack):
    """After MEIC's last year nothing says how ammonia changes; in the base year it is reported."""
    for year, held in ((2030, {"NH3"}), (2015, set())):
        found = airshed.assess(pack, airshed.Question(year=year, samples=0))
        rows = attribution(pack, found, "KR-11", "pollutant")
        assert (
            set(rows.loc[rows["note"].str.startswith("most of its emissions are held constant"), "pollutant"]) == held
        )


def test_attribution_rows_add_up_to_the_observed_total(pack, assessment):
    for place in place_codes(pack, assessment)[::7]:
        for way in ("country", "region", "sector", "pollutant"):
            rows = attribution(pack, assessment, place, way)
            assert rows["value"].sum() == pytest.approx(float(assessment["concentration"]["total"].sel(place=place)))
            assert rows["share"].sum() == pytest.approx(1.0)
            assert rows.loc[rows[way].isin(["natural", "unexplained"]), "share"].isna().all()


def test_province_to_city_numbers_across_a_border_are_indicative(pack, assessment):
    notes = attribution(pack, assessment, "seoul", "region").set_index("region")["note"]
    assert notes["CN-SD"] == "indicative" and notes["KR-41"] == "" and "TM5_MON" in notes["PRK"]


def test_north_korea_and_mongolia_are_split_and_say_so(pack, assessment):
    rows = attribution(pack, assessment, "KR-11").set_index("country")
    assert rows.loc["PRK", "basis"] == "derived" and "TM5_MON" in rows.loc["PRK", "note"]
    assert rows.loc["PRK", "value"] > rows.loc["MNG", "value"] > 0


@pytest.mark.parametrize(
    ("place", "message"),
    [("moscow", "outside the area"), ("SHIP", "source without people"), ("Seoul", "did you mean KR-11 or seoul")],
)
def test_places_without_an_answer_say_why(pack, assessment, place, message):
    with pytest.raises(AirshedError, match=message):
        attribution(pack, assessment, place)


def test_deaths_of_groups_are_sums(pack, assessment):
    rows = health(pack, assessment, ["SCA", "KR-11", "KR-28", "KR-41", "KOR"]).set_index("region")
    assert rows.loc["SCA", "value"] == pytest.approx(rows.loc[["KR-11", "KR-28", "KR-41"], "value"].sum())
    assert (rows["low"] < rows["value"]).all() and (rows["value"] < rows["high"]).all()
    with pytest.raises(MissingTableError, match="of RUS"):
        health(pack, assessment, ["RUS"])


def test_named_targets(pack, tmp_path):
    places = ["KR-11", "CN-BJ", "seoul", "PRK", "JPN"]
    assert resolve_target(pack, "who-2005", places, 2015).tolist() == [10.0] * 5
    assert resolve_target(pack, "who-2021", places, 2015).tolist() == [5.0] * 5
    assert resolve_target(pack, "who-it3", places, 2015).tolist() == [15.0] * 5
    assert resolve_target(pack, "12.5", places, 2015).tolist() == [12.5] * 5
    national = {year: resolve_target(pack, "national", places, year).to_dict() for year in (2016, 2020, 2030)}
    assert national[2016]["KR-11"] == national[2016]["seoul"] == 25.0 and national[2020]["KR-11"] == 15.0
    assert (national[2016]["CN-BJ"], national[2030]["CN-BJ"]) == (35.0, 30.0)
    assert np.isnan(national[2016]["PRK"])
    own = tmp_path / "own.csv"
    own.write_text("receptor,target,year\nseoul,20,2015\nseoul,15,2020\n", encoding="utf-8")
    assert resolve_target(pack, str(own), places, 2019)["seoul"] == 20.0
    assert resolve_target(pack, str(own), places, 2025)["seoul"] == 15.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("receptor,target\nseoul,20\n", "lacks a column"),
        ("receptor,target,year\natlantis,20,2015\n", "line 2: the receptor atlantis"),
        ("receptor,target,year\nseoul,low,2015\n", "line 2: the parameter target cannot be low"),
        ("receptor,target,year\nseoul,-3,2015\n", "line 2: the parameter target cannot be -3"),
    ],
)
def test_broken_target_files_name_the_line(pack, tmp_path, text, message):
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AirshedError, match=message):
        resolve_target(pack, str(path), ["seoul"], 2015)


@pytest.mark.parametrize("target", ["who-it9", "none", "-1", "nan", "missing.csv"])
def test_targets_that_are_none_are_refused(pack, target):
    with pytest.raises(AirshedError):
        resolve_target(pack, target, ["seoul"], 2015)


def test_an_observation_below_the_natural_part_takes_no_more_than_there_is(small_copy):
    """A clean observation in 2010 and nearly no emissions in 2015: the level ends at the natural part, and adds up.

    The natural part is 2 of dust and 1 of sea salt; below the counterfactual of 2.4 nobody would die.
    """
    tables = small_copy / "tables"
    path = tables / "observations.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    clean = next(row for row in rows if ",2015," in row).replace("2015", "2010").replace(",20,", ",0.5,")
    path.write_text(f"{header}\n{clean}\n", encoding="utf-8")
    path = tables / "emissions.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    low = [re.sub(r",2015,[0-9.]+,", ",2015,0.001,", line) for line in lines]
    path.write_text("\n".join(low) + "\n", encoding="utf-8")
    pack = airshed.open_pack(small_copy)
    found = airshed.assess(pack)
    air = found["concentration"].sel(place="AA-1")
    assert float(air["natural"]) == 3.0 < float(air["total"]) < 3.001
    assert float(air["total_low"]) > 0 and float(air["response"]) < 1
    assert attribution(pack, found, "AA-1")["value"].sum() == pytest.approx(float(air["total"]))
    of_nature = found["health"].sel(region="AA-1")
    assert 0 < float(of_nature["deaths"]) < 0.05 * float(of_nature["baseline_deaths"])


def test_a_pack_without_standards_runs_without_a_target(cli, small_copy, tmp_path):
    path = small_copy / "tables" / "standards.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    code, out, err = cli("--pack", small_copy, "run", "--out", tmp_path / "out")
    assert code == 0 and "above the target" not in out
    code, _, err = cli("--pack", small_copy, "run", "--target", "who-2005", "--out", tmp_path / "other")
    assert code == 2 and "needs table standards" in err
