"""Intervals of emission totals: what Zhao et al. 2011 prints, how far inventories lie apart, and none elsewhere."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import airshed
from airshed.emissions.interval import TotalInterval, interval_ends, joined_ends
from airshed.emissions.table import emission_table

PRINTED = {
    "SO2": (-14, 13),
    "NOx": (-13, 37),
    "PM10": (-14, 45),
    "PM2.5": (-17, 54),
    "BC": (-25, 136),
    "OC": (-40, 121),
}
"""95 % intervals that the abstract of Zhao et al. 2011 prints, percent of the total of China."""


FARTHEST = {
    "SO2": (21686, 18492),
    "NOx": (26471.86, 29469),
    "PM10": (12302.8, 15849),
    "PM2.5": (9141.76, 11479),
    "BC": (1453.03, 1687.6),
    "OC": (2549.81, 2887.4),
}
"""The inventory that lies farthest off and the baseline of its year, kt: GAINS 2015 (SO2), MEIC 2010 (NOx) or 2015."""


@pytest.mark.parametrize("inventory", ["baseline", "reas", "gains"])
@pytest.mark.parametrize("pollutant", list(PRINTED))
def test_the_ends_join_the_printed_percentages_and_the_distance_of_the_farthest_inventory(pack, inventory, pollutant):
    if inventory == "gains" and pollutant in ("PM10", "BC", "OC"):
        with pytest.raises(airshed.AirshedError, match="not known"):
            emission_table(pack, inventory=inventory, regions=["CHN"], pollutants=[pollutant])
        return
    rows = emission_table(pack, inventory=inventory, regions=["CHN"], pollutants=[pollutant]).set_index("sector")
    total, spread = rows.loc["total"], math.log(FARTHEST[pollutant][0] / FARTHEST[pollutant][1])
    below, above = (math.hypot(math.log(1 + end / 100), spread) for end in PRINTED[pollutant])
    assert math.log(total["low"] / total["value"]) == pytest.approx(-below, abs=1e-3)
    assert math.log(total["high"] / total["value"]) == pytest.approx(above, abs=1e-3)
    assert "zhao_2011" in total["source"].split() and "another inventory of China, year 2005" in total["note"]
    assert "spread between inventories" in total["note"]
    parts = rows.drop(index="total")
    assert parts[["low", "high"]].isna().all().all() and not parts["source"].str.contains("zhao_2011").any()


@pytest.mark.parametrize("pollutant", ["SO2", "NOx", "PM10", "PM2.5", "BC", "OC", "NH3", "NMVOC", "CO2"])
def test_the_interval_holds_every_inventory_that_reports_the_same_total(pack, pollutant):
    """MEIC 2010-2017, GAINS 2015 and REAS 2010-2015 of China, each in its own year."""
    rows = pack.table("emissions")
    rows = rows[(rows["region"] == "CHN") & (rows["sector"] == "total") & (rows["pollutant"] == pollutant)]
    rows = rows[(rows["basis"] == "reported") & (rows["year"] >= 2010)]
    ours = emission_table(
        pack, regions=["CHN"], pollutants=[pollutant], years=sorted(set(rows["year"])), by=["country"]
    )
    ours = ours.set_index("year")
    assert len(rows) >= 10
    for row in rows.to_dict("records"):
        value = row["value"] * (1000.0 if row["unit"] == "Mt/yr" else 1.0)
        assert ours.loc[row["year"], "low"] <= value <= ours.loc[row["year"], "high"], row


def test_china_in_2017_is_what_the_issue_asks(pack):
    """MEIC of 2017 prints 10,503 kt SO2 and 7,620 kt PM2.5."""
    rows = emission_table(pack, regions=["CHN"], by=["country"], years=[2017]).set_index("pollutant")
    for pollutant, printed, before in (("SO2", 10503, 17530), ("PM2.5", 7620, 10675)):
        assert rows.loc[pollutant, "low"] < printed < rows.loc[pollutant, "value"] < before


def test_terms_add_in_squares():
    """Ends of 3 and 4 percent, in logarithms, join to 5; one term alone keeps its ends, whatever their sign."""
    low, high = joined_ends(np.array([-0.03, -0.04]), np.array([0.06, 0.08]))
    assert (math.log(low), math.log(high)) == pytest.approx((-0.05, 0.1))
    assert joined_ends(np.log([1.1]), np.log([1.2])) == pytest.approx((1.1, 1.2))


def test_what_is_projected_keeps_the_interval(pack):
    rows = emission_table(pack, regions=["CHN"], by=["country"], pollutants=["NOx"], years=[2015, 2030])
    factors = (rows["high"] / rows["value"]).to_list()
    assert factors[0] == pytest.approx(factors[1]) and factors[0] > 1.37
    assert rows.columns.to_list()[4:8] == ["value", "low", "high", "unit"]


@pytest.mark.parametrize(
    "asked",
    [
        {"regions": ["CN-BJ", "CN-TJ"], "by": ["country"]},
        {"regions": ["CN-SD", "JJJ", "KOR", "JPN"], "by": ["region"]},
        {"regions": ["CHN", "KOR"], "by": ["pollutant"]},
        {"regions": ["JPN"], "pollutants": ["NH3", "CO2"]},
    ],
)
def test_parts_sums_and_other_pollutants_have_none(pack, asked):
    rows = emission_table(pack, **{"pollutants": ["SO2"], **asked})
    assert rows[["low", "high"]].isna().all().all() and (rows["note"] == "").all()


def test_a_pack_without_laws_of_emissions_has_none(small_copy):
    path = small_copy / "tables" / "distributions.csv"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("emissions")]
    known = emission_table(airshed.open_pack(small_copy), regions=["AA-1"], pollutants=["SO2"])
    assert known["high"].dropna().to_list() == pytest.approx([2.5 * 20.0])
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert emission_table(airshed.open_pack(small_copy))["low"].isna().all()


@given(value=st.floats(0, 1e9), low=st.floats(0.01, 1), high=st.floats(1, 100))
def test_the_value_lies_between_its_ends(value, low, high):
    below, above = interval_ends(value, TotalInterval(low, high, (), ()))
    assert below <= value <= above or math.isclose(below, value) or math.isclose(above, value)


def test_the_command_shows_the_ends_only_where_there_are_any(cli):
    code, out, err = cli("--lang", "ko", "emissions", "--region", "CHN", "--pollutant", "SO2")
    assert code == 0 and "하한" in out and "2005년 총량의 95% 구간" in " ".join(err.split())
    code, out, _ = cli("--lang", "ko", "emissions", "--region", "KOR", "--pollutant", "SO2")
    assert code == 0 and "하한" not in out
