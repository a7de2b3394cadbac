"""What is built and the materials that it takes, by hand from the named rows."""

import numpy as np
import pandas as pd
import pytest

from airshed.assessment.transition import risk
from airshed.assessment.transition.risk import builds_of_plan, builds_of_scenario, demand_table, pieces_of
from airshed.pack.errors import AirshedError

ENDS = ["low", "value", "high"]
SHARE, CAPACITY = "share of electric vehicles", "additional wind and solar capacity in large bases"


@pytest.fixture(scope="module")
def needed(pack):
    table = demand_table(pack, builds_of_scenario(pack, ["seed-policies"]), "KOR")
    return table.set_index(["what", "material"])


def ends(needed, what, material):
    return needed.loc[(what, material), ENDS].to_numpy(dtype=float)


def test_a_fifth_of_the_cars_sold_in_a_year(needed):
    # 8.1 million electric cars were 38 % of the sales of 2023: 21.3 million; a fifth of them 4.26 million
    row = needed.loc[(SHARE, "lithium")]
    assert row["pieces"] == pytest.approx(0.2 * 21.3e6)
    assert row["unit"] == "kt/yr"
    # kg of lithium in a car: 3.9, 8.9 (IEA) and 11.9
    assert ends(needed, SHARE, "lithium") == pytest.approx([4.26 * 3.9, 4.26 * 8.9, 4.26 * 11.9])


def test_the_conventional_car_is_taken_off(needed):
    # copper: 53.2 kg in an electric car, 22.3 in a conventional one (IEA); least less most, most less least
    assert ends(needed, SHARE, "copper") == pytest.approx(
        [4.26 * (35.5 - 27.9), 4.26 * (53.2 - 22.3), 4.26 * (70.9 - 16.7)]
    )


def test_any_mix_of_sun_and_wind_has_ends_and_no_middle(needed):
    # 455 GW: copper from 2.8 kg (2 to 5) per kW of solar power to 8 kg (4 to 16) offshore; onshore 2.9 (1.45 to 5.8)
    low, value, high = ends(needed, CAPACITY, "copper")
    assert (low, high) == pytest.approx((455 * 1.45, 455 * 16))
    assert np.isnan(value)


def test_a_material_that_some_of_the_mix_need_may_be_none(needed):
    # aluminium is known for solar power only, 22 kg per kW at most
    low, _, high = ends(needed, CAPACITY, "aluminium")
    assert (low, high) == pytest.approx((0, 455 * 22))
    assert risk.SOME_ONLY.format(known="solar") in needed.loc[(CAPACITY, "aluminium"), "note"]


def test_what_was_not_found_is_named(needed):
    assert np.isnan(ends(needed, SHARE, "aluminium")).all()
    assert "not found" in needed.loc[(SHARE, "aluminium"), "note"]


def test_the_dependence_stands_beside(needed):
    row = needed.loc[(SHARE, "graphite")]
    assert (row["commodity"], row["supplier"], row["share_percent"], row["flag"]) == (
        "natural_graphite",
        "CHN",
        94.0,
        "raised",
    )
    assert "kita_seoul_2023" in row["source"].split()


def test_ends_are_in_order_and_every_row_has_a_source(needed):
    held = needed.dropna(subset=["low", "high"])
    assert (held["low"] <= held["high"]).all()
    middle = held.dropna(subset=["value"])
    assert ((middle["low"] <= middle["value"]) & (middle["value"] <= middle["high"])).all()
    assert (needed["source"] != "").all()


def test_a_plan_builds_a_share_of_the_cars_of_its_provinces(pack):
    # private cars at the end of 2023: Beijing 5,455,300, Tianjin 3,680,700
    changes = pd.DataFrame(
        [("CN-BJ", "road.ELECTRIC_CARS", 0.2), ("CN-TJ", "road.ELECTRIC_CARS", 0.1), ("CN-BJ", "power.FGD", 0.5)],
        columns=["region", "measure", "more"],
    )
    builds = builds_of_plan(pack, changes, 2030)
    assert [build.amount for build in builds] == pytest.approx([1_091_060, 368_070])
    table = demand_table(pack, builds, "KOR")
    nickel = table[table["material"] == "nickel"]["value"].sum()
    assert nickel == pytest.approx((1_091_060 + 368_070) * 39.9 / 1e6)


def test_a_group_is_the_sum_of_its_parts_where_all_are_counted(pack):
    # Beijing, Tianjin and Hebei
    whole, year, source = pieces_of(pack, "JJJ", "cars")
    rows = pack.table("equipment")
    parts = rows[(rows["item"] == "cars") & rows["region"].isin(["CN-BJ", "CN-TJ", "CN-HE"])]
    assert (whole, year, source) == (pytest.approx(parts["value"].sum()), 2023, "nbs_private_cars_pik")
    assert np.isnan(pieces_of(pack, "KOR", "cars")[0])


def test_where_pieces_are_not_counted_the_note_says_so(pack):
    changes = pd.DataFrame([("KR-11", "road.ELECTRIC_CARS", 0.2)], columns=["region", "measure", "more"])
    (build,) = builds_of_plan(pack, changes, 2030)
    assert np.isnan(build.amount)
    assert build.note == risk.NO_PIECES.format(region="KR-11")


def test_what_builds_nothing_is_refused(pack):
    with pytest.raises(AirshedError, match="does not say what the scenario frozen builds"):
        builds_of_scenario(pack, ["frozen"])
    with pytest.raises(AirshedError, match=r"road\.ELECTRIC_CARS"):
        builds_of_plan(pack, pd.DataFrame([("CN-BJ", "power.FGD", 0.5)], columns=["region", "measure", "more"]), 2030)
