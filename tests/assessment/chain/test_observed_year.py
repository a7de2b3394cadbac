"""The year of an answer that names none, by hand on the small pack and by the rows of the built-in one."""

from collections import Counter

import pytest

import airshed
from airshed.assessment.chain.chain import observed_year
from support.small import write_table


def with_observations(folder, places):
    rows = [
        {
            "place": place,
            "place_name": place,
            "coverage": "whole",
            "year": year,
            "period": year,
            "statistic": "annual mean",
            "value": 20,
            "unit": "ug/m3",
            "kind": "official",
            "confidence": "H",
            "source": "airshed",
        }
        for place, years in places.items()
        for year in years
    ]
    write_table(folder / "tables" / "observations.csv", "observations", rows)
    return airshed.open_pack(folder)


def test_without_observations_the_base_year_stands(small_copy):
    pack = with_observations(small_copy, {})
    assert observed_year(pack) == pack.base_year == observed_year(pack, "port")


def test_years_before_the_base_year_do_not_count(small_copy):
    pack = with_observations(small_copy, {"port": [2014, 2015]})
    assert observed_year(pack, "port") == 2015


@pytest.mark.parametrize(("place", "least"), [("CN-BJ", 2025), ("KR-11", 2022), ("KOR", 2024)])
def test_a_place_has_its_own_newest_year(pack, place, least):
    rows = pack.table("observations")
    newest = rows.loc[(rows["place"] == place) & (rows["statistic"] == "annual mean"), "year"].astype(int).max()
    assert observed_year(pack, place) == newest == least


def test_a_city_has_the_year_of_its_region(pack):
    assert observed_year(pack, "seoul") == observed_year(pack, "KR-11")


def test_the_airshed_has_the_newest_year_of_most_places(pack):
    rows = pack.table("observations")
    places = rows[rows["place"] != ""].groupby("year")["place"].nunique()
    counts = Counter({int(year): int(count) for year, count in places.items()})
    found = observed_year(pack)
    assert 2 * counts[found] >= max(counts.values()) and found > pack.base_year
