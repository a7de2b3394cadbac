"""Targets: paths and rates by hand, laws of verdicts, and verdicts of named rows of the built-in pack."""

import csv
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.assessment.transition.targets import by_status, target_row, targets_table
from airshed.pack.errors import AirshedError
from airshed.transition.targets import (
    BEHIND,
    MET,
    MISSED,
    NO_DATA,
    ON_TRACK,
    UNDATED,
    Aim,
    amount_share,
    needed_rate,
    reached,
    share_done,
    target_path,
    verdict,
)

amounts = st.floats(1.0, 1e4)
years = st.integers(1, 40)


def judge(aim, *pairs):
    return verdict(aim, np.array([year for year, _ in pairs]), np.array([value for _, value in pairs], dtype=float))


def test_a_straight_path_of_hand():
    """From 20 in 2020 to 60 in 2030 is 4 a year: 32 in 2023."""
    assert target_path(20.0, 60.0, 2020, 2030, np.array([2020.0, 2023.0, 2030.0]), False).tolist() == [20.0, 32.0, 60.0]


def test_a_compound_path_of_hand():
    """From 100 to 25 in two years halves every year."""
    assert target_path(100.0, 25.0, 2020, 2022, np.array([2021.0]), True).tolist() == [50.0]


def test_a_compound_path_through_zero_is_none_and_so_are_years_out_of_order():
    assert np.isnan(target_path(100.0, 0.0, 2020, 2022, np.array([2021.0]), True)).all()
    assert np.isnan(target_path(1.0, 2.0, 2022, 2022, np.array([2022.0]), False)).all()


def test_rates_of_hand():
    assert needed_rate(40.0, 60.0, 4, False) == 5.0
    assert needed_rate(100.0, 121.0, 2, True) == pytest.approx(0.1)
    assert math.isnan(needed_rate(40.0, 60.0, 0, False))
    assert math.isnan(needed_rate(0.0, 60.0, 2, True))


@given(base=amounts, goal=amounts, start=st.integers(1990, 2020), span=years, compound=st.booleans())
def test_a_path_begins_at_its_base_and_ends_at_its_goal(base, goal, start, span, compound):
    ends = target_path(base, goal, start, start + span, np.array([float(start), float(start + span)]), compound)
    assert ends == pytest.approx([base, goal])


@given(base=amounts, goal=amounts, span=st.integers(2, 40), at=st.integers(1, 39), compound=st.booleans())
def test_who_keeps_the_path_needs_the_rate_that_it_had(base, goal, span, at, compound):
    at = min(at, span - 1)
    there = float(target_path(base, goal, 2000, 2000 + span, np.array([2000.0 + at]), compound)[0])
    had, needs = needed_rate(base, there, at, compound), needed_rate(there, goal, span - at, compound)
    assert needs == pytest.approx(had, rel=1e-6, abs=1e-6)


@given(base=amounts, goal=amounts, span=st.integers(2, 40), at=st.integers(1, 39), compound=st.booleans())
def test_who_keeps_the_path_is_on_track_and_who_is_worse_is_behind(base, goal, span, at, compound):
    if abs(goal - base) < 1e-3 * base:
        return
    at, rising = min(at, span - 1), goal > base
    there = float(target_path(base, goal, 2000, 2000 + span, np.array([2000.0 + at]), compound)[0])
    aim = Aim(goal, rising, base, 2000, 2000 + span, compound)
    assert judge(aim, (2000 + at, there)).status in (ON_TRACK, MET)
    worse = there - 1e-4 * abs(goal - base) * (1 if rising else -1)
    assert judge(aim, (2000 + at, worse)).status == BEHIND


@given(
    values=st.lists(amounts, min_size=1, max_size=8), goal=amounts, rising=st.booleans(), due=st.integers(2001, 2010)
)
def test_a_verdict_by_its_words(values, goal, rising, due):
    """Met is the last value up to the year of the target at the goal; missed is that year gone by without it."""
    rows = [(2001 + place, value) for place, value in enumerate(values)]
    aim = Aim(goal, rising, values[0], 2000, due)
    found = judge(aim, *rows)
    counts = [row for row in rows if row[0] <= due] or rows[:1]
    good = bool(reached(np.array([counts[-1][1]]), goal, rising)[0])
    assert (found.year, found.value) == counts[-1]
    assert (found.status == MET) == good
    assert (found.status == MISSED) == (not good and counts[-1][0] >= due)
    if good:
        assert all(reached(np.array([value]), goal, rising)[0] for year, value in counts if year >= found.since)


@given(goal=amounts, rising=st.booleans(), value=amounts)
def test_turning_signs_turns_nothing(goal, rising, value):
    """More is better of a number as less is better of its negative."""
    plain = judge(Aim(goal, rising, 0.0, 2000, 2010), (2005, value))
    turned = judge(Aim(-goal, not rising, 0.0, 2000, 2010), (2005, -value))
    assert plain.status == turned.status


def test_no_data_undated_and_late():
    assert judge(Aim(10.0, False, 20.0, 2020, 2025)).status == NO_DATA
    assert judge(Aim(10.0, False, 20.0, 2020, 2025), (2019, 5.0), (2020, 5.0)).status == NO_DATA
    assert judge(Aim(10.0, False), (2022, 19.0)).status == UNDATED
    late = judge(Aim(10.0, True, 5.0, 2020, 2022), (2022, 9.0), (2023, 9.5), (2024, 10.0))
    assert (late.status, late.year, late.late) == (MISSED, 2022, 2024)


def test_a_goal_that_was_reached_and_lost_is_not_met():
    assert judge(Aim(20.0, True, 5.0, 2020, 2025), (2021, 21.0), (2022, 15.0)).status == ON_TRACK
    assert judge(Aim(20.0, True, 5.0, 2020, 2025), (2024, 21.0), (2025, 15.0)).status == MISSED


def test_without_a_base_a_goal_that_is_not_reached_is_behind():
    assert judge(Aim(32.0, False, target_year=2025), (2023, 33.0)).status == BEHIND


def test_shares_are_of_the_whole_and_never_more():
    assert amount_share(2.0, 3.0, 60.0) == 0.1
    assert amount_share(50.0, 3.0, 60.0) == 1.0
    assert np.isnan(share_done(np.array([5.0]), np.array([5.0]), np.array([7.0]))).all()


BY_HAND = {
    "ev-sales-20": (MET, 2023, 38.0),
    "ev-stock-20": (BEHIND, 2023, 7.6),
    "nuclear-70": (MISSED, 2025, 62.5),
    "wind-solar-455": (MET, 2025, 1700.0),
    "wind-solar-1200": (MET, 2025, 1700.0),
    "coal-30": (BEHIND, 2021, 1.581),
    "industry-energy": (ON_TRACK, 2021, 94.4),
    "recycling-480": (BEHIND, 2021, 385.0),
    "nonferrous-20": (ON_TRACK, 2024, 19.15),
    "precursors-so2-2020": (MET, 2019, 77.5),
    "precursors-nox-2020": (MET, 2019, 83.7),
    "pm25-2020": (MET, 2019, 76.9),
    "ten-measures-jjj": (MET, 2017, 64.0),
    "ten-measures-yrd": (MET, 2017, 44.0),
    "ten-measures-prd": (MET, 2017, 34.0),
    "ten-measures-beijing": (MET, 2017, 58.0),
    "ten-measures-pm10": (MET, 2017, 77.3),
    "who-member-cities": (UNDATED, 2022, 19.16),
}


@pytest.fixture(scope="module")
def table(pack):
    return targets_table(pack).set_index("target")


@pytest.mark.parametrize("code", BY_HAND)
def test_verdicts_of_named_rows(table, code):
    """By hand: SO2 22.5 % and NOx 16.3 % below 2015 against 15; 1.6 GW of coal retired in 2021, where 6 GW are due."""
    row = table.loc[code]
    assert (row["status"], row["data_year"], row["value"]) == BY_HAND[code]


@pytest.mark.parametrize(
    "code", ["nox-2025", "voc-2025", "storage-cost", "storage-market", "v2g-market", "industry-co2"]
)
def test_what_is_not_observed_says_what_is_missing_and_where_it_was_looked_for(table, code):
    row = table.loc[code]
    assert row["status"] == NO_DATA
    assert "searched" in row["missing"]


def test_the_verdicts_at_the_end_of_2022(pack):
    """By hand: 254.1 + 282.1 = 536.2 and 393.1 + 366.0 = 759.1 GW, +222.9; nuclear: 54.6 + 15.4 / 4 is due."""
    rows = targets_table(pack, until=2022).set_index("target")
    assert rows.loc["wind-solar-455", "status"] == ON_TRACK
    assert rows.loc["wind-solar-455", "value"] - rows.loc["wind-solar-455", "base_value"] == pytest.approx(222.9)
    assert rows.loc["wind-solar-455", "goal"] == pytest.approx(536.2 + 455.0)
    assert rows.loc["nuclear-70", "status"] == BEHIND
    assert rows.loc["nuclear-70", "on_path"] == pytest.approx(54.6 + 15.4 / 4)
    assert rows.loc["nuclear-70", "rate_needed"] == pytest.approx((70.0 - 58.264) / 3)
    assert (rows.loc["ev-sales-20", "status"], rows.loc["ev-sales-20", "since"]) == (MET, 2022)
    assert targets_table(pack, until=2021).set_index("target").loc["ev-sales-20", "status"] == ON_TRACK


def test_every_target_of_the_table_of_printed_targets_has_a_verdict(pack):
    """Each printed target or proposal is a target with the same number, place and year."""
    held = pack.table("policy_targets").fillna(0).to_dict("records")
    printed = pack.table("targets").fillna(0)
    for row in printed[printed["kind"].isin(["target", "proposal"])].to_dict("records"):
        same = [one for one in held if one["value"] == row["value"]]
        same = [one for one in same if row["region"] == one["region"] or row["kind"] == "proposal"]
        begun = str(row["target_year"])[:4]
        assert [one for one in same if one["target_year"] == begun or not begun], row


def test_counts_of_statuses_add_up(pack):
    rows = targets_table(pack)
    counts = by_status(rows)
    assert sum(counts.values()) == len(rows) == len(pack.table("policy_targets"))


def test_an_unknown_target_is_refused_with_the_known_ones(pack):
    with pytest.raises(AirshedError) as caught:
        target_row(pack, "nuclear-71")
    assert "nuclear-70" in f"{caught.value} {caught.value.remedy}"


def test_sums_of_single_years_end_at_their_first_gap(pack, monkeypatch):
    """5.405 GW in 2016, 7.15 in 2017: from 2015 on 12.555 by 2017; without 2017 the sum stays 5.405."""
    from airshed.assessment.transition.targets import series_of, tables_of

    target = {**target_row(pack, "coal-30"), "base_year": "2015", "target_year": "2020"}
    assert series_of(tables_of(pack), target).values[1] == pytest.approx(12.555)
    rows = pack.table("target_observations")
    cut = rows[~((rows["indicator"] == "coal_retired") & (rows["year"] == 2017))]
    whole = type(pack).table
    monkeypatch.setattr(
        type(pack), "table", lambda self, name: cut if name == "target_observations" else whole(self, name)
    )
    assert series_of(tables_of(pack), target).values.tolist() == [5.405]


@pytest.mark.shared
def test_observations_of_energy_are_those_of_the_shared_files(pack, shared):
    """Wind and solar by the Energy Institute, reactors and coal units by GEM, electric cars by IEA."""
    held = pack.table("target_observations")
    held = {(row["indicator"], row["year"]): row["value"] for row in held.to_dict("records")}
    with (shared / "data/energy/ei_review_2023_energy_minerals_1990_2022.csv").open() as lines:
        review = {row["sheet"]: row for row in csv.DictReader(lines) if row["country"] == "China"}
    for year in (2015, 2020, 2021, 2022):
        total = (float(review["Solar Capacity"][str(year)]) + float(review["Wind Capacity"][str(year)])) / 1000
        assert held["wind_solar_capacity", year] == pytest.approx(total, abs=0.01)
    assert held["coal_generation", 2022] == pytest.approx(float(review["Elec Gen from Coal"]["2022"]))
    assert held["nuclear_generation", 2022] == pytest.approx(float(review["Nuclear Generation - TWh"]["2022"]))
    with (shared / "data/energy/gem_nuclear_east_asia_2023_01.csv").open() as lines:
        reactors = [row for row in csv.DictReader(lines) if row["Country"] == "China" and row["Status"] == "operating"]
    for year in (2019, 2020, 2021, 2022):
        total = sum(float(row["Capacity (MW)"]) for row in reactors if float(row["Start Year"] or 9999) <= year)
        assert held["nuclear_capacity", year] == pytest.approx(total / 1000)
    with (shared / "data/energy/gem_coal_units_east_asia_2022_07.csv").open() as lines:
        units = [row for row in csv.DictReader(lines) if row["country"] == "China"]
    for year in range(2016, 2022):
        total = sum(float(row["mw"]) for row in units if row["status"] == "retired" and row["retired"] == str(year))
        assert held["coal_retired", year] == pytest.approx(total / 1000, abs=0.0006)
    with (shared / "data/energy/iea_global_ev_2024_chn_kor_jpn_world.csv").open() as lines:
        cars = [row for row in csv.DictReader(lines) if row["region"] == "China" and row["mode"] == "Cars"]
    for name, words in (("ev_sales_share", "EV sales share"), ("ev_stock_share", "EV stock share")):
        for row in cars:
            if row["parameter"] == words and row["category"] == "Historical" and int(row["year"]) >= 2020:
                assert held[name, int(row["year"])] == pytest.approx(float(row["value"]), abs=0.05)


def test_levels_are_those_of_the_table_of_observations(pack):
    """Where both tables have an official or derived annual mean of a place they say the same."""
    seen = pack.table("observations")
    seen = seen[(seen["statistic"] == "annual mean") & seen["kind"].isin(["official", "city mean", "derived"])]
    rows = pack.table("target_observations")
    rows = rows[(rows["indicator"] == "pm25") & rows["series"].isin(["official", "city mean of hourly values"])]
    compared = 0
    for row in rows.to_dict("records"):
        same = seen[
            (seen["place"] == row["region"]) & (seen["year"] == row["year"]) & (seen["source"] == row["source"])
        ]
        if len(same):
            compared += 1
            assert row["value"] in same["value"].tolist()
    assert compared >= 12
