"""Levels, reported changes and provincial shares by the rules of small packs, against hand calculation."""

import numpy as np
import pytest

import airshed
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.flags import BASES
from airshed.emissions.provinces import weighted_shares
from airshed.pack.errors import AirshedError
from support.variant import opened_variant


def told(inventory, region, totals, sector="industry", pollutant="SO2", category="", basis="reported"):
    """Return a change that adds rows of an inventory, kt/yr by year."""

    def change(rows):
        first = rows["emissions"][0]
        rows["emissions"] += [
            {**first, "inventory": inventory, "region": region, "sector": sector, "pollutant": pollutant}
            | {"category": category, "year": year, "value": value, "basis": basis}
            for year, value in totals.items()
        ]

    return change


def opened(tmp_path, rules, *changes, **tables):
    def change(rows):
        for one in changes:
            one(rows)
        for name, more in tables.items():
            rows[name] = [*rows.get(name, []), *more]

    folder = tmp_path / f"pack {len(list(tmp_path.iterdir()))}"
    return opened_variant(folder, change, {"baseline": {"history": "counted", **rules}})


def levels(cube, region, pollutant="SO2", sector="industry"):
    cells = cube.sel(region=region, sector=sector, pollutant=pollutant)
    years = [int(year) for year in cells["year"].to_numpy()]
    basis = [BASES[code] for code in cells["basis"].to_numpy()]
    return dict(zip(years, zip(cells["value"].to_numpy().tolist(), basis, strict=True), strict=True))


LEVEL = {"level": [{"inventory": "own", "regions": ["BBB"]}]}


def test_the_level_is_that_of_the_inventory_and_the_past_changes_like_the_history(tmp_path):
    """The history of Bland falls to 1 / 1.2 from 2010 to 2015; its own inventory has 30 kt in 2015."""
    cube = baseline_cube(opened(tmp_path, LEVEL, told("own", "BBB", {2015: 30.0})))
    plain = baseline_cube(opened(tmp_path, {}, told("own", "BBB", {2015: 30.0})))
    assert levels(cube, "BBB")[2015] == (30.0, "reported")
    assert levels(cube, "BBB")[2010] == (pytest.approx(36.0), "harmonised")
    assert levels(cube, "BBB", "NOx") == levels(plain, "BBB", "NOx")
    assert levels(cube, "AA-1") == levels(plain, "AA-1")


def test_sectors_that_are_not_printed_are_not_added_to_those_that_are(tmp_path):
    extra = told("counted", "BBB", {2010: 5.0, 2015: 5.0}, sector="power")
    cube = baseline_cube(opened(tmp_path, LEVEL, extra, told("own", "BBB", {2015: 30.0})))
    assert float(cube["value"].sel(region="BBB", pollutant="SO2", year=2015).sum()) == 30.0
    only = {"level": [{"inventory": "own", "regions": ["BBB"], "sectors": ["industry"]}]}
    cube = baseline_cube(opened(tmp_path, only, extra, told("own", "BBB", {2015: 30.0})))
    assert float(cube["value"].sel(region="BBB", pollutant="SO2", year=2015).sum()) == 35.0


def test_projected_rows_of_an_inventory_are_no_level(tmp_path):
    rows = told("own", "BBB", {2015: 30.0}), told("own", "BBB", {2020: 10.0}, basis="projected")
    found = levels(baseline_cube(opened(tmp_path, LEVEL, *rows)), "BBB")
    assert found[2015][0] == found[2020][0] == 30.0


def test_the_first_rule_that_fits_wins_and_groups_stand_for_their_members(tmp_path):
    rules = {"level": [{"inventory": "own", "regions": ["BBB"]}, {"inventory": "other", "regions": ["BOTH"]}]}
    changes = told("own", "BBB", {2015: 30.0}), told("other", "BBB", {2015: 9.0}), told("other", "AA-2", {2015: 7.0})
    cube = baseline_cube(opened(tmp_path, rules, *changes))
    assert (levels(cube, "BBB")[2015][0], levels(cube, "AA-2")[2015][0]) == (30.0, 7.0)


def test_a_break_and_a_wider_coverage_are_no_change_of_emission(tmp_path):
    """Kilns fall by a change of method in 2014 and dust is printed from 2015 on: 4 kt, held before."""
    kilns = told("own", "BBB", {2012: 40.0, 2013: 32.0, 2014: 8.0, 2015: 6.0}, category="kilns")
    dust = told("own", "BBB", {2015: 4.0}, category="dust")
    line = {"inventory": "own", "region": "BBB", "sector": "industry", "pollutant": "SO2", "year": 2014}
    found = levels(baseline_cube(opened(tmp_path, LEVEL, kilns, dust, series_breaks=[line])), "BBB")
    assert found[2015] == (10.0, "reported")
    assert [found[year][0] for year in (2014, 2013, 2012)] == pytest.approx([12.0, 12.0, 44.0 * 12.0 / 36.0])
    assert found[2012][1] == "constant"


def test_parts_of_fine_particles_keep_their_share_of_the_history(tmp_path):
    rules = {**LEVEL, "grow_like": {"BC": "PM2.5", "OC": "PM2.5"}}
    pack = opened(tmp_path, rules, told("own", "BBB", {2015: 3.0}, pollutant="PM2.5"))
    history = baseline_cube(opened(tmp_path, {}))
    cube = baseline_cube(pack)
    for part in ("BC", "OC"):
        share = levels(history, "BBB", part)[2015][0] / levels(history, "BBB", "PM2.5")[2015][0]
        assert levels(cube, "BBB", part)[2015] == (pytest.approx(3.0 * share), "derived")


@pytest.mark.parametrize(
    ("rules", "changes", "message"),
    [
        (
            {"level": [{"inventory": "own", "regions": ["AAA"]}]},
            [told("own", "AAA", {2015: 30.0})],
            "level.0: AAA cannot take its level as a whole, for the history has SO2 of its parts",
        ),
        (
            {"level": [{"inventory": "own", "regions": ["AA-2"]}]},
            [told("own", "BBB", {2015: 30.0})],
            "level.0: own reports nothing of AA-2",
        ),
        (
            {"level": [{"inventory": "own", "regions": ["BBB"], "sectors": ["road"]}]},
            [told("own", "BBB", {2015: 30.0})],
            "own of BBB by sector, of which the level is taken",
        ),
        ({"level": [{"inventory": "counted", "regions": ["DDD"]}]}, [], "region or group in the rules.*DDD"),
        ({"level": [{"inventory": "counted", "regions": ["BBB"], "sectors": ["rail"]}]}, [], "sector in the rules"),
        ({"reported": {"DDD": "counted"}}, [], "region or group in the rules.*DDD"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_place(tmp_path, rules, changes, message):
    pack = opened(tmp_path, rules, *changes)
    with pytest.raises(AirshedError, match=message):
        baseline_cube(pack)


def test_a_break_of_a_year_that_is_not_printed_is_refused(tmp_path):
    line = {"inventory": "own", "region": "BBB", "sector": "industry", "pollutant": "SO2", "year": 2013}
    pack = opened(tmp_path, LEVEL, told("own", "BBB", {2015: 30.0}), series_breaks=[line])
    with pytest.raises(AirshedError, match="series_breaks names industry 2013"):
        baseline_cube(pack)


def test_reported_change_wins_and_then_the_projection_goes_on_from_the_last_report(tmp_path):
    """Reports halve Bland by 2017; the projection falls to a quarter from 2015 to 2019, so to a half from 2017 on."""
    rules = {
        "reported": {"BBB": "told"},
        "projection": {"inventory": "later", "national": "BBB"},
        "years": [2010, 2019],
    }
    changes = (
        told("told", "BBB", {2015: 80.0, 2017: 40.0}, sector="total"),
        told("later", "BBB", {2015: 8.0, 2019: 2.0}),
    )
    pack = opened(tmp_path, rules, *changes)
    cube = baseline_cube(pack)
    found = levels(cube, "BBB")
    start = found[2015][0]
    shares = [found[year][0] / start for year in range(2015, 2020)]
    assert shares == pytest.approx([1.0, np.sqrt(0.5), 0.5, 0.5 * np.sqrt(0.5), 0.25])
    assert [found[year][1] for year in (2017, 2019)] == ["harmonised", "projected"]
    assert cube.attrs["projected_after"] == 2017


def test_shares_of_a_sector_weigh_its_categories():
    shares = np.array([[0.25, 1.0], [0.75, 0.0]])
    assert weighted_shares(shares, np.array([2.0, 2.0])).tolist() == [0.625, 0.375]
    assert weighted_shares(shares, np.array([0.0, 0.0])).tolist() == [0.0, 0.0]


def test_the_small_pack_needs_no_rule(small_folder):
    assert baseline_cube(airshed.open_pack(small_folder)).attrs["history"] == "counted"
