"""Air and CO2 together: deaths beside those of the damage per tonne, what is too small for a ratio, and measures."""

import csv

import numpy as np
import pytest

from airshed.assessment.lives.damage import damage, damage_chain, damage_table
from airshed.assessment.transition.accounts import account_rows
from airshed.assessment.transition.together import known_places, measure_table, together_table
from airshed.pack.errors import AirshedError

YEAR = 2019


@pytest.fixture(scope="module")
def found(pack):
    chain = damage_chain(pack, YEAR)
    return chain, damage(pack, chain)


@pytest.fixture(scope="module")
def rows(pack, found):
    return together_table(pack, *found)


@pytest.mark.parametrize("code", ["CN-HE", "CN-BJ", "KOR"])
def test_deaths_of_a_place_are_those_of_its_tonnes(pack, found, rows, code):
    """The damage per kilotonne times what is emitted, over the pollutants, by the other answer."""
    chain, _ = found
    table = damage_table(pack, chain, [code]).set_index("pollutant")["deaths_per_kt"]
    emissions = chain.emissions()
    inside = [
        one
        for one in emissions["region"].to_numpy()
        if one == code or pack.table("regions").set_index("code")["parent"].get(one) == code
    ]
    emitted = emissions.sel(region=inside).sum(["region", "sector"])
    wanted = sum(float(table[one]) * float(emitted.sel(pollutant=one)) for one in table.index)
    whole = rows[(rows["region"] == code) & (rows["sector"] == "total")].iloc[0]
    assert whole["deaths"] == pytest.approx(wanted, rel=1e-6)


def test_co2_is_that_of_the_account(pack, rows):
    held = account_rows(pack, "ceads")
    held = held[(held["region"] == "CN-HE") & (held["year"] == YEAR)].set_index("sector")["value"]
    mine = rows[(rows["region"] == "CN-HE") & (rows["sector"] != "total")].set_index("sector")["co2"].dropna()
    assert mine.to_dict() == pytest.approx(held.to_dict())


def test_a_ratio_is_deaths_over_co2_and_lies_in_its_range(rows):
    known = rows[(rows["sector"] != "total") & rows["value"].notna()]
    assert (known["deaths"] / known["co2"]).to_numpy() == pytest.approx(known["value"].to_numpy())
    assert (known["low"] <= known["value"]).all()
    assert (known["value"] <= known["high"]).all()


def test_sectors_with_hardly_any_co2_have_no_ratio(rows):
    """Farms of Hebei emit 0.3 % of its CO2 and much ammonia: a ratio would be thousands of deaths per megatonne."""
    farms = rows[(rows["region"] == "CN-HE") & (rows["sector"] == "agriculture")].iloc[0]
    assert farms["co2_share_percent"] < 1.0
    assert np.isnan(farms["value"])
    assert farms["serves"] == "air"
    assert "no ratio" in farms["note"]


def test_what_a_sector_serves_follows_from_its_shares(rows):
    for row in rows[rows["sector"] != "total"].to_dict("records"):
        air, carbon = row["deaths_share_percent"] >= 10, row["co2_share_percent"] >= 10
        assert row["serves"] == {(True, True): "both", (True, False): "air", (False, True): "CO2"}.get(
            (air, carbon), "neither"
        )


def test_places_are_counted_once(pack):
    known = known_places(pack, YEAR)
    assert "CHN" not in known
    assert {known[code] for code in ("CN-BJ", "CN-HE")} == {"ceads"}
    assert {known[code] for code in ("KOR", "JPN", "MNG")} == {"climate_trace"}


def test_a_year_without_co2_is_refused(pack, found):
    with pytest.raises(AirshedError) as told:
        together_table(pack, *found, ["RUS"])
    assert told.value.code == "together-no-co2"


def test_co2_of_measures_is_what_the_pack_has_and_unknown_otherwise(pack):
    table = measure_table(pack).set_index("measure")
    path = pack.path / "tables" / "measure-effects.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        printed = {
            row["measure"]: float(row["removal_efficiency"])
            for row in csv.DictReader(handle)
            if row["pollutant"] == "CO2"
        }
    known = table[table["serves"] != "unknown"]
    assert known["co2_efficiency"].to_dict() == pytest.approx(printed)
    assert table.loc[table["serves"] == "unknown", "co2_efficiency"].isna().all()
