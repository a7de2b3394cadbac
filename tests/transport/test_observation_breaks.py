"""Observations: a declared break ends a series, and one site stands for its city where nothing else does."""

from airshed.transport.observation import annual_observations
from airshed.transport.series import observed_series
from support.small import rows_of
from support.variant import opened_variant


def years(rows, broken):
    def change(held):
        first = held["observations"][0]
        held["observations"] = [{**first, "year": year, "period": str(year), "value": value} for year, value in rows]
        held["observation_breaks"] = [{"place": "AA-1", "kind": "official", "year": year} for year in broken]

    return change


def spans(pack):
    return sorted((item.first, item.last) for item in observed_series(pack, 2000, 2030))


def test_one_series_without_a_break(tmp_path):
    rows = [(2012, 30), (2013, 28), (2014, 20), (2015, 19)]
    assert spans(opened_variant(tmp_path / "pack", years(rows, []))) == [(2012, 2015)]


def test_a_break_makes_two(tmp_path):
    rows = [(2012, 30), (2013, 28), (2014, 20), (2015, 19)]
    assert spans(opened_variant(tmp_path / "pack", years(rows, [2014]))) == [(2012, 2013), (2014, 2015)]


def test_a_year_alone_on_one_side_is_no_series(tmp_path):
    rows = [(2012, 30), (2014, 20), (2015, 19)]
    assert spans(opened_variant(tmp_path / "pack", years(rows, [2013]))) == [(2014, 2015)]


def test_the_fall_of_ulaanbaatar_counts_against_the_model_and_no_change_of_vladivostok_does(pack):
    """Six annual reports follow each other from 62 to 22.5; of Vladivostok other instruments are declared in 2020."""
    found = {(item.place, item.first, item.last) for item in observed_series(pack, 2011, 2025) if item.kind == "IQAir"}
    assert ("ulaanbaatar", 2018, 2023) in found
    assert not [key for key in found if key[0] == "vladivostok" and key[1] < 2020 <= key[2]]


def site(place, year, value):
    """Return a change that adds what one site of a place measured."""

    def change(held):
        first = held["observations"][0]
        row = {**first, "place": place, "coverage": "site", "year": year, "period": str(year)}
        held["observations"] += [{**row, "value": value}]

    return change


def test_a_site_stands_for_its_city_where_nothing_else_was_observed(tmp_path):
    city = rows_of()["receptors"][0]["code"]
    pack = opened_variant(tmp_path / "pack", site(city, 2014, 33))
    assert [(item.year, item.value) for item in annual_observations(pack)[city]] == [(2014, 33.0)]


def test_a_site_does_not_stand_for_a_region_nor_beside_a_whole_observation(tmp_path):
    pack = opened_variant(tmp_path / "pack", site("AA-1", 2014, 33))
    assert [item.year for item in annual_observations(pack)["AA-1"]] == [2013, 2015]
    city = rows_of()["receptors"][0]["code"]

    def both(held):
        site(city, 2014, 33)(held)
        held["observations"].append(
            {**held["observations"][0], "place": city, "year": 2014, "period": "2014", "value": 21}
        )

    other = opened_variant(tmp_path / "other", both)
    assert [item.value for item in annual_observations(other)[city]] == [21.0]
