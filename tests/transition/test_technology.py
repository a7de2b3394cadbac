"""Leading regions: the rows of their files, verdicts by hand from named rows, matches by hand in a small pack."""

import csv
from collections import Counter

import numpy as np
import pytest

import airshed
from airshed.assessment.evidence.claims import claims_table
from airshed.assessment.transition.technology import fields_table, leads_table
from airshed.assessment.transition.technology_partners import matches_table, pair_table, plants_table, scores
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.expressions import ExpressionError, parse
from support.variant import with_tables

INDUSTRIES = {
    "ferrous_metals": "Smelting and Pressing of Ferrous Metals",
    "chemicals": "Raw Chemical Materials and Chemical Products",
    "scrap": "Scrap and waste",
    "nonferrous_metals": "Smelting and Pressing of Nonferrous Metals",
    "nonmetal_minerals": "Nonmetal Mineral Products",
    "petroleum": "Petroleum Processing and Coking",
    "all": "Total",
}


@pytest.fixture(scope="module")
def files(shared):
    def read(name):
        with (shared / "data" / name).open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    return read


@pytest.mark.shared
def test_industries_are_those_of_their_file(pack, files):
    rows = {(row["region"], row["sector"]): row for row in files("co2/ceads_province_sector_co2_1997_2019.csv")}
    held = pack.table("industries").query("source == 'ceads_provinces'")
    for row in held.to_dict("records"):
        printed = rows[row["region"], INDUSTRIES[row["industry"]]][str(row["year"])]
        assert float(printed) == row["value"]
    assert held.groupby(["industry", "year"]).size().loc["ferrous_metals"].eq(30).all()
    korean = [row for row in files("co2/facts_korea_province_co2_2005_2006.csv") if row["region"] != "KOR"]
    wanted = {
        row["region"]: float(row["value"]) for row in korean if (row["basis"], row["year"]) == ("emission", "2005")
    }
    found = pack.table("industries").query("source == 'korea_co2_2005'")
    assert dict(zip(found["region"], found["value"], strict=True)) == wanted


@pytest.mark.shared
def test_plants_add_up_to_those_of_their_files(pack, files):
    """1,080 GW of coal and 58.3 GW of reactors in operation in China, unit by unit in the trackers."""
    kept = ("operating", "construction", "retired", "mothballed")
    coal = [row for row in files("energy/gem_coal_units_east_asia_2022_07.csv") if row["status"] in kept]
    reactors = [row for row in files("energy/gem_nuclear_east_asia_2023_01.csv") if row["Status"] in kept]
    held = pack.table("plants")
    for status in kept:
        mine = held[held["status"] == status]
        fuels = {fuel: mine[mine["fuel"] == fuel] for fuel in ("coal", "nuclear")}
        units = [float(row["mw"]) for row in coal if row["status"] == status]
        assert fuels["coal"]["value"].sum() == pytest.approx(sum(units), rel=1e-4)
        assert fuels["coal"]["count"].sum() == len(units)
        printed = Counter(
            (r["Project Name"], r["Unit Name"], float(r["Capacity (MW)"])) for r in reactors if r["Status"] == status
        )
        nuclear = fuels["nuclear"]
        assert Counter(zip(nuclear["plant"], nuclear["block"], nuclear["value"], strict=True)) == printed
    chinese = held[held["region"].str.startswith("CN-") & (held["status"] == "operating")]
    assert chinese.groupby("fuel")["value"].sum()["nuclear"] == pytest.approx(58264)


def test_steel_comes_out_in_part(pack):
    """In 2019 Hebei 413.52, Jiangsu 189.37, Liaoning 151.1, Shandong 102.45 Mt come first; Shanghai has 22.98."""
    rows = leads_table(pack, "steel").set_index("region")
    assert rows["rank"].to_dict() == {"CN-HE": 1, "CN-JS": 2, "CN-SD": 4, "CN-SH": 19}
    field = fields_table(pack, "steel").iloc[0]
    assert (field["hits"], field["listed"], field["regions"], field["verdict"]) == (3, 4, 30, "partly")
    assert field["chance"] == pytest.approx(105 / 27405)


def test_verdicts_of_all_lists(pack):
    verdicts = fields_table(pack).set_index("field")["verdict"].to_dict()
    assert verdicts == {
        "steel": "partly",
        "chemicals": "differs",
        "recycling": "differs",
        "hydrogen": "cannot_check",
        "nuclear_heat": "confirmed",
    }


def test_haiyang_has_two_reactors_of_1250_megawatts(pack):
    row = leads_table(pack, "nuclear_heat").iloc[0]
    assert (row["value"], row["unit"], row["year"]) == (2500.0, "MW", 2018)


def test_a_plant_that_does_not_operate_is_no_proof(pack):
    plants = pack.table("plants")
    without = with_tables(pack, plants=plants[plants["plant"] != "Haiyang nuclear power plant"])
    assert fields_table(without, "nuclear_heat")["verdict"].to_list() == ["differs"]


def test_every_leading_region_lies_where_the_study_says(pack):
    """Lists of the study, read by hand."""
    leads = pack.table("technology_leads")
    found = leads.groupby("field")["region"].agg(list).to_dict()
    assert found["steel"] == ["CN-HE", "CN-JS", "CN-SD", "CN-SH"]
    assert found["chemicals"] == ["CN-JS", "CN-GD", "CN-ZJ", "CN-HN"]
    cities = leads[leads["city_en"] != ""].groupby("field")["city_en"].agg(list).to_dict()
    assert cities["recycling"] == ["Zhangjiagang", "Changsha", "Pudong", "Hejian"]
    assert cities["hydrogen"] == ["Tianjin", "Suzhou", "Shenzhen"]


def test_scores_by_hand():
    """Standings 1, 0, 0.5 and 0, middle, 1 by two parts; the region without the second stands in its middle."""
    assert scores(np.array([[0.9, 0.2], [0.1, np.nan], [0.5, 0.4]])).tolist() == [0.5, 0.25, 0.75]


def test_co2_is_matched_in_one_year(pack):
    """Tianjin and South Chungcheong in 2005: by the rows of both."""
    rows = pack.table("industries").query("industry == 'all' and year == 2005").set_index("region")["value"]
    match = matches_table(pack, "KOR", "hydrogen", top=16).set_index(["region", "partner"]).loc[("CN-TJ", "KR-44")]
    assert match["co2"] == pytest.approx(min(rows["CN-TJ"], rows["KR-44"]) / max(rows["CN-TJ"], rows["KR-44"]))
    assert match["note"] == "CO2 of 2005"


def test_plants_are_matched_by_class(pack):
    """Shandong and South Jeolla, each class of capacity in operation as a share, the smaller of both added up."""
    plants = pack.table("plants").query("status == 'operating'")
    kinds = {"CN-SD": Counter(), "KR-46": Counter()}
    for row in plants[plants["region"].isin(kinds)].to_dict("records"):
        period = "" if row["plant"] else (row["first_year"], row["last_year"])
        kinds[row["region"]][row["fuel"], row["technology"], period] += row["value"]
    one, other = ({kind: value / part.total() for kind, value in part.items()} for part in kinds.values())
    expected = sum(min(share, other.get(kind, 0.0)) for kind, share in one.items())
    match = matches_table(pack, "KOR", "nuclear_heat", top=16).set_index("partner").loc["KR-46"]
    assert match["plants"] == pytest.approx(expected)


def test_ranks_lie_between_best_and_worst_and_none_is_lost(pack):
    found = matches_table(pack, "KOR", top=16)
    assert found["rank"].between(found["rank_best"], found["rank_worst"]).all()
    assert found["score"].between(0, 1).all()
    assert (found.groupby(["field", "region"])["partner"].nunique() == found["among"].iloc[0]).all()


def test_partners_join_the_table_of_leading_regions(pack):
    there, back = pair_table(pack, "KR-46", "CN-HE"), pair_table(pack, "CN-HE", "KR-46")
    assert there.to_dict("records") == back.to_dict("records")
    assert there[["field", "region", "partner"]].to_numpy().tolist() == [
        ["steel", "CN-HE", "KR-46"],
        ["recycling", "CN-HE", "KR-46"],
    ]
    assert pair_table(pack, "JPN", "MNG").empty


def test_plants_of_a_region_are_told_unit_by_unit(pack):
    found = plants_table(pack, ["KR-26"]).query("fuel == 'nuclear' and status == 'operating'")
    assert found["block"].to_list() != [] and set(found["plant"]) == {
        "Kori nuclear power plant",
        "Shin-Kori nuclear power plant",
    }


def test_bad_questions_are_refused(pack):
    with pytest.raises(AirshedError, match="steel"):
        fields_table(pack, "stel")
    with pytest.raises(AirshedError, match="no region outside the nations that lead"):
        matches_table(pack, "CHN")
    bare = with_tables(pack, technology_leads=pack.table("technology_leads").head(0))
    with pytest.raises(MissingTableError, match="technology_leads"):
        airshed.ask(bare, "transition technology")


def test_claims_on_lists_are_counted(pack):
    rows = claims_table(pack).set_index("id")
    assert rows.loc["leads-steel", ["printed", "computed", "verdict"]].to_list() == [4, 3, "differs"]
    assert rows.loc["leads-nuclear-heat", ["computed", "verdict"]].to_list() == [2, "confirmed"]
    assert rows.loc["leads-hydrogen", "verdict"] == "cannot_check"
    with pytest.raises(ExpressionError):
        parse("among_first(industries(region='CN-HE'))")


def test_the_answer_begins_with_how_many_lists_hold(pack):
    content = airshed.ask(pack, "transition technology")
    first = content.sentences[0]
    assert first.startswith("Data up to 2019 bear out 1 of 5 lists")
    assert "3 of the 4 are among the first 4 of 30 regions" in content.sentences[1]
