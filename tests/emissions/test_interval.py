"""Published intervals of emission totals: against the percentages of Zhao et al. 2011, and where none may stand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import airshed
from airshed.emissions.interval import TotalInterval, interval_ends
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


@pytest.mark.parametrize("inventory", ["baseline", "reas", "gains"])
@pytest.mark.parametrize("pollutant", list(PRINTED))
def test_the_ends_are_the_printed_percentages_of_the_total(pack, inventory, pollutant):
    if inventory == "gains" and pollutant in ("PM10", "BC", "OC"):
        with pytest.raises(airshed.AirshedError, match="not known"):
            emission_table(pack, inventory=inventory, regions=["CHN"], pollutants=[pollutant])
        return
    rows = emission_table(pack, inventory=inventory, regions=["CHN"], pollutants=[pollutant]).set_index("sector")
    total, below, above = rows.loc["total"], *PRINTED[pollutant]
    assert total["low"] == pytest.approx(total["value"] * (1 + below / 100))
    assert total["high"] == pytest.approx(total["value"] * (1 + above / 100))
    assert "zhao_2011" in total["source"].split() and "another inventory of China, year 2005" in total["note"]
    parts = rows.drop(index="total")
    assert parts[["low", "high"]].isna().all().all() and not parts["source"].str.contains("zhao_2011").any()


def test_what_is_projected_keeps_the_interval(pack):
    rows = emission_table(pack, regions=["CHN"], by=["country"], pollutants=["NOx"], years=[2015, 2030])
    assert (rows["high"] / rows["value"]).to_list() == pytest.approx([1.37, 1.37])
    assert rows.columns.to_list()[4:8] == ["value", "low", "high", "unit"]


@pytest.mark.parametrize(
    "asked",
    [
        {"regions": ["CN-BJ", "CN-TJ"], "by": ["country"]},
        {"regions": ["CN-SD", "JJJ", "KOR", "JPN"], "by": ["region"]},
        {"regions": ["CHN", "KOR"], "by": ["pollutant"]},
        {"regions": ["CHN"], "pollutants": ["NH3", "CO2"]},
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
    below, above = interval_ends(value, TotalInterval(low, high, "", ""))
    assert below <= value <= above or math.isclose(below, value) or math.isclose(above, value)


def test_the_command_shows_the_ends_only_where_there_are_any(cli):
    code, out, _ = cli("--lang", "ko", "emissions", "--region", "CHN", "--pollutant", "SO2")
    assert code == 0 and "하한" in out and "2005년 총량의 95% 구간" in " ".join(out.split())
    code, out, _ = cli("--lang", "ko", "emissions", "--region", "KOR", "--pollutant", "SO2")
    assert code == 0 and "하한" not in out
