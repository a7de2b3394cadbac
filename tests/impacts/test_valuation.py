"""The value of a statistical life: by hand from the published rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import airshed
from airshed.assessment.lives.value import value_table
from airshed.impacts.valuation import elasticity_range, incomes, life_values, price_factor, value_of_life
from airshed.pack.errors import MissingTableError
from support.variant import with_tables

NATIONS = ["CHN", "KOR", "JPN", "PRK", "MNG", "TWN", "RUS"]


@pytest.mark.parametrize(
    ("nation", "ratio", "level"),
    [
        ("CHN", 13201.7 / 40574.2, 8016.4 / 13201.7),
        ("KOR", 37902.4 / 40574.2, 28737.4 / 37902.4),
        ("MNG", 10677.4 / 40574.2, 3919.4 / 10677.4),
        ("TWN", 46910.952 / 57006.926 * 57040.2 / 40574.2, 534.515e9 / 23520573 / 46910.952),
        ("PRK", 34500e9 / 25915106 / 1130.952 / 40574.2, 1.0),
    ],
)
def test_incomes_and_values_by_hand(pack, nation, ratio, level):
    """World Bank 2015; Taiwan by the IMF's ratio to the USA; North Korea by the estimate in won, exchanged.

    In market USD by GDP per head at market rates over that at purchasing power; the elasticity from 0.7 to 1.4.
    """
    found = life_values(pack, [nation])[nation]
    assert found.income_ratio == pytest.approx(ratio, rel=1e-12)
    assert found.price_level == pytest.approx(level, rel=1e-5)
    in_ppp = [3.0 * 97.316 / 81.556 * ratio**power for power in (0.8, 0.7, 1.4)]
    ends = [level * value for value in in_ppp]
    assert found.value == pytest.approx(ends[0], rel=1e-5)
    assert (found.low, found.high) == pytest.approx((min(ends), max(ends)), rel=1e-5)
    assert found.value_ppp == pytest.approx(np.nan if nation == "PRK" else in_ppp[0], rel=1e-12, nan_ok=True)


def test_gdp_per_head_at_market_rates_is_gdp_over_people(pack):
    """The rows of the World Bank against its GDP and the counts of the pack, which differ by up to 5 % in people."""
    rows = pack.table("economy").query("year == 2015").set_index(["code", "indicator"])["value"]
    people = pack.table("populations").query("year == 2015 and series == 'WPP 2019'").set_index("region")["value"]
    for code in ("CHN", "KOR", "JPN", "MNG", "RUS", "CN-HK", "TWN"):
        assert rows[code, "gdp_per_head_usd"] == pytest.approx(1e9 * rows[code, "gdp_usd"] / people[code], rel=0.02)
    assert rows["USA", "gdp_per_head_usd"] == rows.xs("USA")["gdp_per_head_ppp"].iloc[0]


def test_the_lives_of_china_in_market_money_and_their_share_of_its_gdp(pack, assessment):
    """3.6 trillion international dollars are 2.2 trillion in the money in which its GDP is 11.06 trillion."""
    (row,) = value_table(pack, assessment, ["CHN"]).to_dict("records")
    life = 3.0 * 97.316 / 81.556 * (13201.7 / 40574.2) ** 0.8
    assert row["value_ppp"] == pytest.approx(row["deaths"] * life)
    assert row["value"] == pytest.approx(row["value_ppp"] * 8016.4 / 13201.7)
    assert f"{row['value'] / 11061573:.0%}".replace("%", " % of its GDP of 2015") in row["note"]


def test_the_range_of_the_elasticity_is_that_of_the_error_terms(pack, small_folder):
    assert elasticity_range(pack) == (0.7, 0.8, 1.4)
    assert elasticity_range(airshed.open_pack(small_folder)) == (0.7, 0.8, 0.9)


def test_an_income_in_purchasing_power_alone_gives_no_market_money(small_folder):
    pack = airshed.open_pack(small_folder)
    rows = pack.table("economy")
    without = with_tables(pack, economy=rows[rows["indicator"] != "gdp_per_head_usd"])
    found = life_values(without, ["AAA"])["AAA"]
    assert np.isnan([found.value, found.low, found.high]).all() and found.value_ppp == pytest.approx(3.6 * 0.25**0.8)
    assert found.note == "no gdp_per_head_usd of AAA beside its income in purchasing power, so no value in market money"
    (row,) = value_table(without, airshed.assess(without), ["AAA"]).to_dict("records")
    assert np.isnan(row["value"]) and row["value_ppp"] == pytest.approx(row["deaths"] * 3.6 * 0.25**0.8)
    assert found.note in row["note"]


def test_the_price_factor_is_the_one_that_is_printed(pack):
    rows = pack.table("economy")
    (printed,) = rows.loc[
        (rows["code"] == "USA") & (rows["indicator"] == "price_factor_2005_to_2015_gdp_deflator"), "value"
    ]
    assert price_factor(pack, 2005)[0] == pytest.approx(printed, abs=5e-6)


def test_one_source_for_every_nation_that_it_holds(pack):
    found = incomes(pack, NATIONS)
    assert {nation for nation, item in found.items() if "imf_weo_2024" in item.sources} == {"TWN"}
    assert "linked through USA" in found["TWN"].note
    assert "in place of purchasing power parity" in found["PRK"].note and "bok_nk" in found["PRK"].sources


def test_north_korea_has_the_widest_interval(pack, assessment):
    lives = life_values(pack, NATIONS)
    widths = {nation: life.high / life.low for nation, life in lives.items()}
    assert max(widths, key=lambda nation: widths[nation]) == "PRK"
    rows = value_table(pack, assessment, [nation for nation in NATIONS if nation != "RUS"]).set_index("region")
    assert (rows["high"] / rows["low"]).idxmax() == "PRK"


@given(st.floats(0.01, 5), st.floats(0.01, 5), st.floats(0.1, 1.5))
def test_richer_nations_are_valued_higher_and_the_reference_at_its_base(one, other, elasticity):
    values = value_of_life(3.0, np.array([min(one, other), max(one, other), 1.0]), elasticity, 1.2)
    assert values[0] <= values[1] and values[2] == pytest.approx(3.6)


def test_values_of_groups_are_sums_and_ends_join_ends(pack, assessment):
    codes = ["SCA", "KR-11", "KR-28", "KR-41", "KOR"]
    rows = value_table(pack, assessment, codes).set_index("region")
    for column in ("deaths", "value", "low", "high", "value_ppp"):
        parts = rows.loc[["KR-11", "KR-28", "KR-41"], column].sum()
        assert rows.loc["SCA", column] == pytest.approx(parts)
    korea = life_values(pack, ["KOR"])["KOR"]
    dead = assessment["health"].sel(region=[code for code in pack.table("regions")["code"] if code.startswith("KR-")])
    assert rows.loc["KOR", "value"] == pytest.approx(float(dead["deaths"].sum()) * korea.value)
    assert rows.loc["KOR", "low"] == pytest.approx(float(dead["deaths_low"].sum()) * korea.low)
    assert rows.loc["KOR", "high"] == pytest.approx(float(dead["deaths_high"].sum()) * korea.high)


def test_a_nation_without_income_has_a_reason_and_no_number(small_folder):
    pack = airshed.open_pack(small_folder)
    rows = value_table(pack, airshed.assess(pack)).set_index("region")
    assert np.isnan(rows.loc["BBB", "value"]) and rows.loc["BBB", "note"] == "no income per head of BBB in the pack"
    assert rows.loc["AAA", "vsl"] == pytest.approx(3 * (96 / 80) * 0.25**0.8 * 0.5)
    assert rows.loc["AAA", "value"] == pytest.approx(rows.loc["AAA", "deaths"] * rows.loc["AAA", "vsl"])
    assert np.isnan(value_table(pack, airshed.assess(pack), ["BOTH"])["value"].item())


@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        ("economy", "OECD", "needs table economy: gdp_per_head_ppp of OECD"),
        ("economy", "USA", "needs table economy: gdp_deflator of USA in 2005 and 2015"),
        ("parameters", "vsl_base,", "needs table parameters: vsl_base"),
    ],
)
def test_what_a_pack_leaves_out_is_named(small_copy, table, row, message):
    path = small_copy / "tables" / f"{table}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith(row)) + "\n", encoding="utf-8")
    pack = airshed.open_pack(small_copy)
    with pytest.raises(MissingTableError, match=message):
        life_values(pack, ["AAA"])
