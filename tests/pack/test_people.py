"""People of a year: the count of the year asked, growth between counts, and projections before and after them."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import airshed
from airshed.assessment.lives.health import health
from airshed.pack.checks import check_pack
from airshed.pack.counts import natural_order
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.people import base_population, population
from support.small import write_grown
from support.variant import opened_variant, small_variant, with_tables


def counts(region, series="base", **persons):
    return [
        {"region": region, "year": int(year[1:]), "series": series, "value": value, "unit": "persons"}
        for year, value in persons.items()
    ]


def with_people(*rows):
    """Return the change of the small airshed that counts AA-1 by these rows, and the others as before."""

    def change(tables):
        others = [row for row in tables["populations"] if row["region"] != "AA-1"]
        tables["populations"] = [*others, *rows]

    return change


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_count_of_the_year_asked(tmp_path, order):
    """4 million in 2015 between 2 and 8: the last row of the file is no better than the others."""
    rows = counts("AA-1", y2010=2e6, y2015=4e6, y2020=8e6)
    pack = opened_variant(tmp_path / "pack", with_people(*(rows[place] for place in order)))
    assert [population(pack, year, ["AA-1"])["AA-1"] for year in (2010, 2015, 2020)] == [2e6, 4e6, 8e6]
    assert base_population(pack).to_dict() == {"AA-1": 4e6, "AA-2": 3e6, "BBB": 2e6}
    assert population(pack, 2012, ["AA-1"])["AA-1"] == pytest.approx(2e6 * 2 ** (2 / 5))
    assert population(pack, 2030, ["AA-1"])["AA-1"] == 8e6


def test_deaths_of_the_issue_with_three_counts_in_one_table(tmp_path):
    """2,370 deaths in 2015 with 1, 3 and 2 million people, whatever was counted before and after."""
    one = small_variant(tmp_path / "one")
    three = small_variant(
        tmp_path / "three",
        lambda tables: tables.update(
            populations=[
                {**row, "year": year, "value": factor * row["value"]}
                for year, factor in ((2010, 0.5), (2015, 1.0), (2020, 2.0))
                for row in tables["populations"]
            ]
        ),
    )
    before, after = (health(pack, airshed.assess(pack)) for pack in (airshed.open_pack(one), airshed.open_pack(three)))
    assert after["value"].to_list() == before["value"].to_list()
    assert after.set_index("region")["population"][["AAA", "BBB"]].to_dict() == {"AAA": 4e6, "BBB": 2e6}


def test_projections_carry_the_nearest_count(tmp_path):
    """1 million in 2015 and the projection of Aland from 10 to 11 million (2020) and 9 million (2010): by hand."""
    rows = [*counts("AA-1", y2012=1e6, y2018=2e6), *counts("AAA", "UN", y2010=9e6, y2015=10e6, y2020=11e6)]
    pack = opened_variant(tmp_path / "pack", with_people(*rows))
    in_2018 = 10e6 * 1.1 ** (3 / 5)
    assert population(pack, 2020, ["AA-1"])["AA-1"] == pytest.approx(2e6 * 11e6 / in_2018)
    in_2012 = 9e6 * (10 / 9) ** (2 / 5)
    assert population(pack, 2010, ["AA-1"])["AA-1"] == pytest.approx(1e6 * 9e6 / in_2012)
    with pytest.raises(MissingTableError, match="AAA in 2025; its projection covers 2010 to 2020"):
        population(pack, 2025, ["AA-1"])


def test_v10_is_newer_than_v9(tmp_path):
    rows = [*counts("AA-1", y2015=1e6), *counts("AA-1", "v10", y2015=1e6, y2020=3e6)]
    rows += counts("AA-1", "v9", y2015=1e6, y2020=2e6)
    pack = opened_variant(tmp_path / "pack", with_people(*rows))
    assert population(pack, 2020, ["AA-1"])["AA-1"] == pytest.approx(3e6)


def test_names_go_in_natural_order():
    names = ["WPP 2024", "v10", "WPP 2019", "v9", "WPP 2019 high", "v²"]
    assert sorted(names, key=natural_order) == ["v9", "v10", "v²", "WPP 2019", "WPP 2019 high", "WPP 2024"]


def test_a_projection_of_nobody_is_refused_and_counts_of_nobody_are_counted(tmp_path):
    rows = [*counts("AA-1", y2015=0, y2019=4e6), *counts("AAA", "UN", y2019=0, y2030=1e6)]
    pack = opened_variant(tmp_path / "pack", with_people(*rows))
    assert [population(pack, year, ["AA-1"])["AA-1"] for year in (2015, 2016)] == [0, 1e6]
    with pytest.raises(AirshedError, match="the projection of AA-1 has nobody in 2019"):
        population(pack, 2025, ["AA-1"])


def test_a_base_year_beyond_the_projection_takes_the_nearest_count_for_shares(tmp_path):
    rows = [*counts("AA-1", y2000=5e6), *counts("AA-1", "UN", y2000=5e6, y2010=6e6)]
    pack = opened_variant(tmp_path / "pack", with_people(*rows))
    assert base_population(pack)["AA-1"] == 5e6


@given(
    st.dictionaries(st.integers(1990, 2040), st.integers(1, 10**8), min_size=1, max_size=5),
    st.integers(1990, 2040),
    st.randoms(),
)
def test_rows_in_any_order_give_the_count_or_what_grows_evenly_between_two(small_pack_of, persons, year, random):
    years = list(persons)
    random.shuffle(years)
    found = small_pack_of({one: persons[one] for one in years})
    before, after = [one for one in persons if one <= year], [one for one in persons if one >= year]
    start, end = max(before or [min(persons)]), min(after or [max(persons)])
    part = (year - start) / (end - start) if end > start else 0.0
    expected = math.exp((1 - part) * math.log(persons[start]) + part * math.log(persons[end]))
    assert population(found, year, ["AA-1"])["AA-1"] == pytest.approx(expected, rel=1e-9)


@pytest.fixture(scope="module")
def small_pack_of(tmp_path_factory):
    """Return what opens the small airshed with other counts of AA-1; the files are read once."""

    pack = opened_variant(tmp_path_factory.mktemp("people") / "pack")
    rows = pack.table("populations")
    others, like = rows[rows["region"] != "AA-1"], rows[rows["region"] == "AA-1"].iloc[0]

    def make(persons):
        mine = [like.to_dict() | {"year": year, "value": float(value)} for year, value in persons.items()]
        return with_tables(pack, populations=pd.concat([others, pd.DataFrame(mine)], ignore_index=True))

    return make


def test_counts_of_two_years_are_no_finding(tmp_path):
    assert check_pack(write_grown(tmp_path / "pack")).findings == []
