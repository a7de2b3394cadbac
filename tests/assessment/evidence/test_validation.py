"""Published results that the relation was never tuned to, beside what it computes; each study left out in turn."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import airshed
from airshed.assessment.chain.chain import prepare
from airshed.assessment.chain.sampled_contributions import SampledYears
from airshed.assessment.evidence.validation import compared, left_out_table, validation_table
from airshed.assessment.lives.health import health
from airshed.assessment.tables_as_datasets import dataset_of, frame_of
from airshed.emissions.baseline import baseline_cube
from airshed.pack.codes import country_of
from airshed.pack.errors import AirshedError
from airshed.pack.people import base_population
from airshed.sampling.interval import ends_around
from airshed.transport.ensemble import SAMPLES
from airshed.transport.relation import EMITTED
from airshed.transport.studies import published
from support.variant import opened_variant, small_variant, third_nation, with_tables

TABLE = "published_contributions"


@pytest.fixture(scope="module")
def chain(pack):
    return prepare(pack, pack.base_year, with_health=False, samples=SAMPLES)


@pytest.fixture(scope="module")
def table(pack, chain):
    return validation_table(pack, chain)


def given(pack, chain, receptors, year):
    """Return what every region gives to the people of some receptors, ug/m3."""
    emitted = baseline_cube(pack)["value"].sel(year=year, pollutant=list(EMITTED)).fillna(0.0)
    people = base_population(pack)[receptors].to_numpy()
    values = chain.relation.contribution(emitted).sel(receptor=receptors).to_numpy() @ people / people.sum()
    return dict(zip(chain.relation.regions, values.tolist(), strict=True))


def found(table, study, receptor, **fields):
    rows = table[(table["study"] == study) & (table["receptor"] == receptor)]
    for name, value in fields.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1, (study, receptor, fields)
    return rows.iloc[0]


def test_seoul_2016_by_brute_force(pack, chain, table):
    """Shares of a campaign in Seoul: own nation, China, and all that is foreign, in percent."""
    home, parts = country_of(pack), given(pack, chain, ["KR-11"], 2016)
    total = sum(parts.values())

    def share(nations):
        return 100 * sum(value for code, value in parts.items() if home[code] in nations) / total

    assert found(table, "KORUS-AQ", "KR-11", source_region="KOR")["value"] == pytest.approx(share({"KOR"}))
    assert found(table, "KORUS-AQ", "KR-11", source_region="CHN")["value"] == pytest.approx(share({"CHN"}))
    foreign = found(table, "KORUS-AQ", "KR-11", stands_for="foreign")
    assert foreign["value"] == pytest.approx(100 - share({"KOR"})) and foreign["published"] == 48


def test_foreign_contributions_to_a_nation_by_brute_force(pack, chain, table):
    home = country_of(pack)
    korean = [code for code in chain.relation.receptors if home.get(code) == "KOR"]
    parts = given(pack, chain, korean, 2019)
    foreign = sum(value for code, value in parts.items() if home[code] != "KOR")
    row = found(table, "Bae and Kim 2022", "KOR", unit="ug/m3")
    assert row["value"] == pytest.approx(foreign) and row["published"] == 12.7


def test_deaths_across_borders_are_the_parts_of_ier_region_by_region(pack, assessment, chain, table):
    """The study prints 3,970 to 5,280 in Korea and 2,780 to 5,010 in Japan, and no centre."""
    home = country_of(pack)
    emitted = baseline_cube(pack)["value"].sel(year=2015, pollutant=list(EMITTED)).fillna(0.0)
    given = chain.relation.contribution(emitted)
    china = [code for code in chain.relation.regions if home[code] == "CHN"]
    data = assessment["health"]
    for nation, ends in (("KOR", (3970, 5280)), ("JPN", (2780, 5010))):
        places = [code for code in data["region"].to_numpy() if home[str(code)] == nation]
        rows = health(pack, assessment, [str(code) for code in places], "ier")
        deaths = rows[rows["cause"] == "SUM"].set_index("region")["value"]
        part = given.sel(region=china, receptor=places).sum("region").to_numpy()
        share = part / data["exposure"].sel(region=places).to_numpy()
        row = found(table, "PMC12036670", nation, year=2015)
        assert (row["quantity"], row["unit"]) == ("deaths", "deaths/yr") and "ier2015" in row["note"]
        assert row["value"] == pytest.approx(float((deaths[places].to_numpy() * share).sum()))
        assert (row["published_low"], row["published_high"]) == pytest.approx(ends)
        assert row["low"] < row["value"] < row["high"]


def test_deaths_across_borders_need_mortality_and_the_relation_of_the_pack(pack, chain):
    rows = [item for item in published(pack, "validation") if item.quantity == "premature deaths"]
    assert [(item.receptor, item.year) for item in rows] == [("KOR", 2015), ("JPN", 2015), ("KOR", 2017), ("JPN", 2017)]

    def years(emissions):
        return SampledYears(chain.ensemble, chain.places, emissions)

    assert not len(compared(pack, rows, set(chain.places.codes), years))
    without = with_tables(pack, mortality=pack.table("mortality").iloc[:0])
    assert not len(compared(without, rows, set(chain.places.codes), years, chain))


def test_what_a_study_does_not_name_is_the_rest_of_the_nation(pack, chain, table):
    home = country_of(pack)
    for row in table[table["stands_for"] == "other"].to_dict("records"):
        parts = given(pack, chain, [row["receptor"]], row["year"])
        same = table[(table["study"] == row["study"]) & (table["receptor"] == row["receptor"])]
        named = set(same.loc[same["stands_for"] == "source", "source_region"])
        rest = [code for code in parts if home[code] == "KOR" and code not in named]
        assert row["value"] == pytest.approx(sum(parts[code] for code in rest))


def test_deviations_are_computed_minus_published(table):
    printed = table[table["published"].notna()]
    assert (printed["deviation"] == printed["value"] - printed["published"]).all()
    ranges = table[table["published"].isna()]
    nearest = ranges["value"].clip(
        ranges[["published_low", "published_high"]].min(axis=1), ranges[["published_low", "published_high"]].max(axis=1)
    )
    assert len(ranges) and (ranges["deviation"] == ranges["value"] - nearest).all()
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()


def test_inside_means_that_the_intervals_touch(table):
    least = table[["published_low", "published", "published_high"]].min(axis=1)
    most = table[["published_low", "published", "published_high"]].max(axis=1)
    assert ((table["inside"] == "yes") == ((table["low"] <= most) & (table["high"] >= least))).all()


def test_every_row_of_validation_is_answered(pack, table):
    rows = pack.table(TABLE)
    rows = rows[rows["use"] == "validation"]
    assert list(zip(table["study"], table["receptor"], strict=True)) == list(
        zip(rows["study"], rows["receptor"], strict=True)
    )


def told(**changes):
    """Return a change of the one row of validation of the small airshed."""
    return lambda rows: rows[TABLE][-1].update(changes)


def computed(folder, change):
    pack = opened_variant(folder, change)
    chain = prepare(pack, 2015, with_health=False, samples=20)
    return pack, chain, validation_table(pack, chain)


@pytest.mark.parametrize(
    ("changes", "receptors", "sources"),
    [
        ({}, ["AA-1", "AA-2"], ["BBB"]),
        ({"source_region": "AA-2"}, ["AA-1", "AA-2"], ["AA-2"]),
        ({"source_region": "BOTH"}, ["AA-1", "AA-2"], ["AA-2", "BBB"]),
        ({"receptor": "port"}, ["port"], ["BBB"]),
        ({"receptor": "port", "stands_for": "foreign"}, ["port"], ["BBB"]),
        ({"receptor": "port", "stands_for": "other", "source_region": ""}, ["port"], ["AA-1", "AA-2"]),
        ({"receptor": "BOTH"}, ["AA-2", "BBB"], ["BBB"]),
        ({"receptor": "BOTH", "stands_for": "foreign"}, ["AA-2", "BBB"], []),
    ],
)
def test_cities_and_groups_as_receptor_and_source(tmp_path, changes, receptors, sources):
    pack, chain, table = computed(tmp_path / "pack", told(**changes))
    emitted = baseline_cube(pack)["value"].sel(year=2015)
    people = {"AA-1": 1e6, "AA-2": 3e6, "BBB": 2e6, "port": 1.0}
    values = chain.relation.contribution(emitted)

    def mean(code):
        weights = [people[place] for place in receptors]
        return np.average([float(values.sel(region=code, receptor=place)) for place in receptors], weights=weights)

    total = sum(mean(code) for code in chain.relation.regions)
    assert table["value"].to_list() == pytest.approx([100 * sum(map(mean, sources)) / total])


def test_a_year_outside_the_baseline_is_refused(tmp_path):
    for number, year in enumerate((1999, 2050)):
        with pytest.raises(AirshedError, match=f"no year {year}") as caught:
            computed(tmp_path / str(number), told(model_year=year))
        assert caught.value.remedy


def test_a_share_of_nothing_is_not_compared(tmp_path):
    def change(rows):
        for row in rows["source_receptor"]:
            row["coefficient"] = 0 if row["receptor_block"] == "BLOCK_A" else row["coefficient"]

    assert computed(tmp_path / "pack", change)[2].empty


def test_a_change_without_reports_is_not_compared(tmp_path):
    change = told(quantity="change", unit="ug/m3", central=-1, model_year_before=2010)
    assert computed(tmp_path / "pack", change)[2].empty


@pytest.mark.parametrize("left", ["validation", "all"])
def test_packs_without_studies_have_empty_tables(tmp_path, left):
    def change(rows):
        rows[TABLE] = [] if left == "all" else [row for row in rows[TABLE] if row["use"] != "validation"]

    folder = small_variant(tmp_path / "pack", change)
    assessment = airshed.assess(airshed.open_pack(folder), airshed.Question(samples=5))
    assert frame_of(assessment["validation"]).empty
    assert frame_of(assessment["left_out"]).empty == (left == "all")
    assessment.to_netcdf(tmp_path / "one.nc")
    assert airshed.Assessment.from_netcdf(tmp_path / "one.nc").identical(assessment)


def test_a_report_can_be_written_without_studies(tmp_path, cli):
    folder = small_variant(tmp_path / "pack", lambda rows: rows.update({TABLE: []}))
    code, _, err = cli("--pack", folder, "run", "--out", tmp_path / "out")
    assert code == 0, err


def test_each_study_is_predicted_by_the_others(tmp_path):
    """Without the study Second, 30 and 45 are left for BBB: their mean in log-odds, and their spread.

    With the 70 of AAA it is more than the whole, and scaled down with it.
    """
    pack = opened_variant(tmp_path / "pack", lambda rows: third_nation(rows, None))
    chain = prepare(pack, 2015, with_health=False, samples=20)
    table = left_out_table(pack, chain, 2000)
    assert list(table["study"]) == ["First", "First", "Second", "Third"]
    second = table[table["study"] == "Second"].iloc[0]
    odds = stats.logistic.ppf([0.30, 0.45])
    scale = np.std(odds, ddof=1) * np.sqrt(1.5)
    mean = stats.logistic.cdf(np.mean(odds))
    law = stats.t(1, stats.logistic.ppf(mean / (mean + 0.70)), scale)
    low, middle, high = (100 * stats.logistic.cdf(law.ppf(level)) for level in (0.05, 0.5, 0.95))
    assert second["value"] == pytest.approx(middle, abs=0.5)
    assert (second["low"], second["high"]) == (pytest.approx(low, abs=2.0), pytest.approx(high, abs=2.0))
    assert second["inside"] == "yes" and second["deviation"] == pytest.approx(middle - 20, abs=0.5)
    assert left_out_table(pack, chain, 200).equals(left_out_table(pack, chain, 200))
    assert not left_out_table(pack, chain, 200, seed=2).equals(left_out_table(pack, chain, 200))


def test_ends_hold_the_centre_and_are_the_quantiles():
    samples = np.arange(101.0)
    assert ends_around(50.0, samples) == (5.0, 95.0)
    assert ends_around(99.0, samples) == (5.0, 99.0) and ends_around(1.0, samples) == (1.0, 95.0)
    assert ends_around(3.0, np.zeros(0)) == (3.0, 3.0) and ends_around(3.0, np.array([4.0])) == (3.0, 4.0)


def test_tables_come_back_from_datasets():
    table = pd.DataFrame({"name": ["a", "나"], "year": [2013, 2015], "value": [1.5, np.nan]})
    again = frame_of(dataset_of(table))
    assert again["name"].to_list() == ["a", "나"] and again["year"].to_list() == [2013, 2015]
    assert again["value"].iloc[0] == 1.5 and np.isnan(again["value"].iloc[1])
    assert frame_of(dataset_of(table.iloc[:0])).empty
