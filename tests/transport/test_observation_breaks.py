"""A declared break ends a series of observations: no change is taken across it."""

from airshed.transport.series import observed_series
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


def test_no_change_of_ulaanbaatar_is_taken_from_2018_to_2023(pack):
    series = [
        item for item in observed_series(pack, 2011, 2025) if item.place == "ulaanbaatar" and item.kind == "IQAir"
    ]
    assert not [item for item in series if item.first <= 2018 and item.last >= 2023]
