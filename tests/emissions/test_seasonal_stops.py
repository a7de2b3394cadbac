"""Seasonal stops of production by hand from the printed rows."""

import pytest

import airshed
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.seasonal_stops import NO_SHARE, stops_table
from airshed.pack.errors import MissingTableError


def test_steel_of_hebei_by_hand(pack):
    """Half of the output from 15 November to 15 March, 121 days, of a fifth of industrial SO2."""
    row = stops_table(pack, ("CN-HE",)).set_index(["winter", "product"]).loc[("2017/18", "steel")]
    emission = float(baseline_cube(pack)["value"].sel(region="CN-HE", sector="industry", pollutant="SO2", year=2018))
    assert row["days"] == 121
    assert row["value"] == pytest.approx(emission * 0.2 * 0.5 * 121 / 365)
    assert row["percent_of_sector"] == pytest.approx(100 * 0.2 * 0.5 * 121 / 365)
    assert row["low"] == 0 and row["high"] == pytest.approx(2 * row["value"])
    assert {"reuters_20170301", "lbnl_cement_steel"} <= set(row["source"].split())


def test_a_product_without_a_share_has_no_number(pack):
    rows = stops_table(pack)
    bare = rows[rows["product"] == "aluminium"]
    assert len(bare) == 6 and bare["value"].isna().all() and set(bare["note"]) == {NO_SHARE}


def test_regions_that_never_stopped_have_no_row_and_no_table(pack):
    assert stops_table(pack, ("KR-11",)).empty
    assert list(pack.ask("curtailment", region=("KR-44",)).tables) == ["curtailment"]
    assert list(pack.ask("curtailment").tables) == ["curtailment", "stops"]


def test_a_pack_without_stops_names_the_table(small_folder):
    with pytest.raises(MissingTableError, match="seasonal_stops"):
        stops_table(airshed.open_pack(small_folder))
