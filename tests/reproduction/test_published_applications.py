"""Published shares of application: the rows of the pack against what the sources print, in their words."""

import pytest

XINHUA = "脱硝装机容量累计达7.5亿千瓦,占火电总装机容量87%; ... 脱硫机组占全国煤电总装机容量96%"
KNMI = "penetration of Selective Catalytic Reduction (SCR) increasing from 18% to 86% during 2011–2015"
CEC = "air pollution control equipment has been fully installed"
JJJ = "the transformation has been completed in the Beijing-Tianjin-Hebei region"
NEA = "658 GW of installed coal-fired power capacity ... installed coal-fired power capacity reached 990 GW"
MEE_2018 = "全国达到超低排放限值的煤电机组约8.1亿千瓦,占全国煤电总装机容量的80%"
MEE_2024 = "95%以上煤电机组和45%以上的粗钢产能完成超低排放改造"
MEP_2014 = (
    "the total capacity of de-NOx units up to 550 mil. kW, accounting for 62.5% of the combined installed capacity"
)
JERA = "All thermal power stations, excluding gas-dedicated ones, install high-performance electric precipitators"

CCC = "Almost 90% of these plants are fitted with DeNOx controls and all have FGD and particulate controls."

PRINTED = {
    ("power.desulphurisation", "JPN", 2015): ("iea_ccc_2014", 1.0, "all have FGD", CCC),
    ("power.denitrification", "JPN", 2015): ("iea_ccc_2014", 0.9, "Almost 90%", CCC),
    ("power.dedusting", "JPN", 2015): ("jera_air", 1.0, "All thermal power stations", JERA),
    ("power.denitrification", "CHN", 2011): ("liu_2016_nox", 0.18, "18%", KNMI),
    ("power.denitrification", "CHN", 2014): ("mep_2014_half", 0.625, "62.5%", MEP_2014),
    ("power.denitrification", "CHN", 2015): ("mep_2015_half", 0.87, "87%", XINHUA),
    ("power.desulphurisation", "CHN", 2015): ("mep_2015_half", 0.96, "96%", XINHUA),
    ("power.desulphurisation", "CHN", 2017): ("chinadaily_20170921", 1.0, "fully", CEC),
    ("power.denitrification", "CHN", 2017): ("chinadaily_20170921", 1.0, "fully", CEC),
    ("power.dedusting", "CHN", 2017): ("chinadaily_20170921", 1.0, "fully", CEC),
    ("power.RFGD", "JJJ", 2017): ("chinadaily_20170921", 1.0, "completed", JJJ),
    ("power.denitrification", "JJJ", 2017): ("chinadaily_20170921", 1.0, "completed", JJJ),
    ("power.HED", "JJJ", 2017): ("chinadaily_20170921", 1.0, "completed", JJJ),
    ("power.RFGD", "CHN", 2017): ("interfax_20180918", 658 / 990, "658 GW", NEA),
    ("power.HED", "CHN", 2017): ("interfax_20180918", 658 / 990, "990 GW", NEA),
    ("power.RFGD", "CHN", 2018): ("mee_20190121", 0.8, "80%", MEE_2018),
    ("power.HED", "CHN", 2018): ("mee_20190121", 0.8, "80%", MEE_2018),
    ("power.RFGD", "CHN", 2024): ("mee_20240925", 0.95, "95%以上", MEE_2024),
    ("power.denitrification", "CHN", 2024): ("mee_20240925", 0.95, "95%以上", MEE_2024),
    ("power.HED", "CHN", 2024): ("mee_20240925", 0.95, "95%以上", MEE_2024),
}
"""Source, share and the words that state it; where the text gives no number, the word that does."""


def held(pack):
    rows = pack.table("applications").to_dict("records")
    return {(row["measure"], row["region"], int(row["year"])): row for row in rows}


def test_every_published_row_is_one_that_a_source_prints(pack):
    assert {key for key, row in held(pack).items() if row["basis"] in ("", "published")} == set(PRINTED)


def test_rows_that_are_not_published_say_by_what_rule(pack):
    others = [row for row in held(pack).values() if row["basis"] not in ("", "published")]
    assert {row["basis"] for row in others} == {"implied", "standard", "rule"}
    assert all(0 <= row["current_low"] <= row["current_high"] <= 1 for row in others)
    assert all("rule" in row["note"] for row in others if row["basis"] in ("standard", "rule"))


def test_the_coal_plants_of_korea_by_hand(pack):
    """90.3 kt of SO2 (REAS, power) from 232.2 TWh of coal and 12.6 of oil; 330 to 5,000 g/GJ without abatement.

    Dirtiest: 96.8 % of it is coal's, burned at 41 %, of the least sulphur; cleanest: 38 %, at 30 %, of the most.
    """
    row = held(pack)["power.desulphurisation", "KOR", 2015]
    coal, oil, gas = 232.2 * 820, 12.6 * 495, 119.9 * 0.281
    most, least = coal / (coal + oil + gas), 0.02 * coal / (0.02 * coal + oil + gas)
    low = 1 - most * 90.3 / (232.2 * 3.6 / 0.41 * 330 / 1000)
    high = 1 - least * 90.3 / (232.2 * 3.6 / 0.30 * 5000 / 1000)
    assert row["current_low"] == pytest.approx(low / 0.98, abs=2e-3)
    assert row["current_high"] == pytest.approx(min(1.0, high / 0.98), abs=2e-3)


def test_a_fleet_is_renewed_evenly_from_the_date_of_its_standard(pack):
    """China VI for all new lorries from July 2021: at the middle of 2030 nine years, of lives of 10 to 20."""
    row = held(pack)["road.HDEUVI", "CHN", 2030]
    assert (row["current_low"], row["current_high"]) == (pytest.approx(9 / 20), pytest.approx(9 / 10))


@pytest.mark.parametrize(
    ("key", "low", "high"),
    [
        (("road.HDEUVI", "KOR", 2015), 1.5 / 20, 1.5 / 10),
        (("road.HDEUV", "KOR", 2015), 4.3 / 20, 4.3 / 10),
        (("road.HDEUV", "KOR", 2030), 0.0, 3.5 / 20),
        (("road.HDEUVI", "KOR", 2030), 16.5 / 20, 1.0),
        (("offroad.CAGEUIV", "CHN", 2030), 7.6 / 20, 7.6 / 10),
    ],
)
def test_a_standard_comes_and_goes_with_its_cohort(pack, key, low, high):
    """Vehicles of 0 to 10 or 20 years, evenly: those sold while it was the standard, over the years that are left."""
    row = held(pack)[key]
    assert (row["current_low"], row["current_high"]) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


@pytest.mark.parametrize("key", PRINTED, ids=lambda key: "-".join(map(str, key)))
def test_the_interval_holds_what_is_printed(pack, key):
    source, share, words, quote = PRINTED[key]
    row = held(pack)[key]
    assert words in quote
    assert row["source"] == source and row["confidence"] in "HMLBC" and row["note"].startswith("printed: ")
    assert 0 < row["current_low"] <= share <= row["current_high"] <= 1
    assert row["current_low"] < row["current_high"]


def test_the_other_ends_are_printed_too(pack):
    """2014 lies between two Junes, 2015 between catalysis alone and desulphurisation, 2018 between two year ends."""
    rows = held(pack)
    assert rows["power.denitrification", "CHN", 2014]["current_high"] == 0.87
    assert rows["power.denitrification", "CHN", 2015]["current_low"] == 0.86 and "86%" in KNMI
    assert rows["power.denitrification", "CHN", 2015]["current_high"] == 0.96
    assert rows["power.desulphurisation", "CHN", 2015]["current_low"] == 0.87
    assert rows["power.RFGD", "CHN", 2018]["current_low"] == pytest.approx(658 / 990, abs=0.005)
    assert rows["power.denitrification", "CHN", 2017]["current_low"] == 0.87
    assert rows["power.desulphurisation", "CHN", 2017]["current_low"] == 0.96


def test_families_hold_what_the_statistics_count_together(pack):
    rows = pack.table("measures")
    families = rows[rows["family"] != ""].groupby("family")["technology"].agg(list).to_dict()
    assert set(families) == {"power.desulphurisation", "power.denitrification", "power.dedusting"}
    assert {"PWFGD", "RFGD"} <= set(families["power.desulphurisation"])
    assert "LSHF" not in families["power.desulphurisation"]
    assert set(families["power.dedusting"]) == {"ESP1", "ESP2", "HED"}
