"""Changes tried out: equal to the command line, to hand calculation, and linear in the emissions."""

import csv
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import airshed
from airshed.assessment.workbench.bench import Change, Use, attempt, greatest_share, hints, prepare_bench
from airshed.assessment.workbench.files import plan_text, scenario_of, scenario_text
from airshed.assessment.workbench.tables import (
    emissions_tried,
    levels_tried,
    measures_tried,
    nations_tried,
    summary,
    tenths,
)
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import open_pack
from support.small import EMITTED, write_grown

CHANGES = [Change("CHN", "power", -50.0), Change("CN-SD", "industry", 20.0), Change("KR-11", "road", -30.0)]
USES = [
    Use("KOR", "industry4.PR_HED", 0.53),
    Use("CN-HE", "residential_commercial.STV_PELL", 0.4),
]


@pytest.fixture(scope="module")
def bench(pack):
    return prepare_bench(pack, 2030)


@pytest.fixture(scope="module")
def uses(bench):
    """Hold applications of measures, some of them without a published cost."""
    unpriced = next(
        code
        for code, place in ((code, int(places[0])) for code, places in bench.places.items())
        if bench.options.reason[place] == "no published cost" and code in hints(bench, "CHN")[1]
    )
    return [*USES, Use("CHN", unpriced, 1.0)]


@pytest.fixture(scope="module")
def tried(bench, uses):
    return attempt(bench, CHANGES, uses)


@pytest.fixture(scope="module")
def files(tried, tmp_path_factory):
    """Write the files that the page offers; returns their folder."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "scenario.yaml").write_text(scenario_text(scenario_of(tried, "시험 Test: #1")), encoding="utf-8")
    (folder / "changes.yaml").write_text(scenario_text(scenario_of(tried, "T", measures=False)), encoding="utf-8")
    (folder / "plan.csv").write_text(plan_text(tried), encoding="utf-8")
    return folder


def test_nothing_moved_is_the_baseline_itself(bench):
    same = attempt(bench, [], [])
    for other in (same, attempt(bench, [Change("CHN", "power", 0.0)], [Use("KOR", "industry4.PR_HED", 0.0)])):
        assert np.array_equal(other.after.levels, bench.before.levels)
        assert np.array_equal(other.after.emissions, bench.before.emissions)
        said = summary(other)
        assert (said["deaths_avoided"], said["cost"], said["co2_change"]) == (0, 0, 0)
        assert said["stricter"] == said["laxer"] == []
    assert levels_tried(same)["change"].abs().max() == 0


def test_nations_are_those_of_the_command_line(tried, files, cli):
    """Deaths, cost, CO2 and emissions are what `airshed scenarios compare` prints for the scenario file."""
    code, out, _ = cli(
        *("scenarios", "compare", "baseline", files / "scenario.yaml", "--year", 2030, "--format", "json"),
        *("--region", "CHN", "--region", "KOR", "--region", "JPN"),
    )
    assert code == 0
    rows = {(row["region"], row["quantity"], row["scenario"]): row for row in json.loads(out)}
    name = str(files / "scenario.yaml")
    nations = nations_tried(tried).set_index("region")
    emitted = emissions_tried(tried, ["CHN", "KOR", "JPN"]).set_index(["region", "pollutant"])
    for region in ("CHN", "KOR", "JPN"):
        found = nations.loc[region]
        before, after = rows[region, "deaths", "baseline"], rows[region, "deaths", name]
        for column, key in (("deaths_avoided", "value"), ("low", "low"), ("high", "high")):
            assert found[column] == pytest.approx(before[key] - after[key], rel=1e-8)
        cost = rows[region, "cost", name]
        assert [found["cost"], found["price_low"], found["price_high"]] == pytest.approx(
            [cost["value"], cost["low"], cost["high"]], rel=1e-9
        )
        assert (found["measures"], found["unpriced"]) == (cost["measures"], cost["unpriced"])
        carbon = [rows[region, "emissions CO2", which]["value"] for which in ("baseline", name)]
        assert found["co2_change"] == pytest.approx(carbon[1] - carbon[0], rel=1e-9)
        for pollutant in ("PM2.5", "SO2", "NOx", "NH3"):
            line = rows[region, f"emissions {pollutant}", name]
            assert emitted.loc[(region, pollutant), "value"] == pytest.approx(line["value"], rel=1e-12)
    assert nations.loc["CHN", "unpriced"] == 1 and nations.loc["KOR", "cost"] > 0


def test_cities_are_those_of_an_edited_plan(tried, files, cli):
    """Levels, cost and CO2 of measures are what `airshed plan evaluate` says of the plan on the changed sectors."""
    code, out, _ = cli(
        *("plan", "evaluate", files / "plan.csv", "--scenario", files / "changes.yaml"),
        *("--year", 2030, "--target", "who-2005", "--format", "json"),
    )
    assert code == 0
    found = json.loads(out)
    levels = levels_tried(tried).set_index("receptor")
    for row in found["receptors"]:
        assert levels.loc[row["receptor"], "value"] == pytest.approx(row["reached"], abs=1e-9)
    said = summary(tried)
    prices = [found["summary"][key] for key in ("cost", "price_low", "price_high")]
    assert [said["cost"], said["price_low"], said["price_high"]] == pytest.approx(prices, rel=1e-9)
    alone = attempt(tried.bench, CHANGES, [])
    carbon = summary(tried)["co2_change"] - summary(alone)["co2_change"]
    assert found["summary"]["co2_change"] is None and carbon == 0
    avoided = summary(tried)["deaths_avoided"] - summary(alone)["deaths_avoided"]
    assert avoided == pytest.approx(found["summary"]["deaths_avoided"], rel=1e-7)


def test_intervals_are_those_of_an_assessment_of_the_scenario_file(tried, files, pack):
    """Levels and their ends are those of the places in `airshed run --scenario scenario.yaml --year 2030`."""
    question = airshed.Question(scenario=str(files / "scenario.yaml"), year=2030)
    places = airshed.assess(pack, question, parts=("concentration", "calibration"))["concentration"]
    levels = levels_tried(tried).set_index("receptor")
    for city, row in levels.iterrows():
        ends = [float(places[name].sel(place=city)) for name in ("total", "total_low", "total_high")]
        assert [row["value"], row["low"], row["high"]] == pytest.approx(ends, rel=1e-9)
        assert row["change_low"] <= row["change"] <= row["change_high"]


def test_the_targets_met_are_those_of_who(tried):
    """WHO 2021: guideline 5, interim targets 35, 25, 15, 10 ug/m3."""
    limits = {"": np.inf, "who-it1": 35, "who-it2": 25, "who-it3": 15, "who-it4": 10, "who-2021": 5}
    for row in levels_tried(tried).to_dict("records"):
        assert row["value"] <= limits[row["met"]]
        assert not any(row["value"] <= limit < limits[row["met"]] for limit in limits.values())


def test_a_tenth_less_is_the_change_itself(bench):
    rows = tenths(bench, ["KR-11"])
    road = rows.set_index("sector").loc["road", "value"]
    assert road == pytest.approx(summary(attempt(bench, [Change("KR-11", "road", -10.0)], []))["deaths_avoided"])
    assert greatest_share(bench) == "CHN"


@settings(max_examples=25)
@given(first=st.floats(-50, 50), second=st.floats(-50, 50), share=st.floats(0, 1))
def test_levels_are_linear_in_emissions(bench, first, second, share):
    """No species falls below zero under changes up to a half: what changes do adds up, in proportion."""

    def moved(*changes):
        return attempt(bench, changes, []).after.levels - bench.before.levels

    one, other = Change("KOR", "road", first), Change("JPN", "industry", second)
    np.testing.assert_allclose(moved(one, other), moved(one) + moved(other), atol=1e-9)
    part = Change("KOR", "road", share * first)
    np.testing.assert_allclose(moved(part), share * moved(one), atol=1e-9)


@pytest.mark.parametrize(
    ("changes", "uses", "said"),
    [
        ([Change("KR-99", "road", -1)], [], "KR-99"),
        ([Change("KR-11", "moon", -1)], [], "the sector moon is not known"),
        ([Change("KR-11", "road", -1000)], [], "-1000 percent"),
        ([Change("KR-11", "road", float("nan"))], [], "nan percent"),
        ([Change("KR-11", "road", -1), Change("KR-11", "road", -2)], [], "changed twice"),
        ([], [Use("KR-11", "windmills", 0.5)], "the measure windmills is not known"),
        ([], [Use("KR-11", "industry4.PR_HED", 1.5)], "applied to 1.5"),
        ([], [Use("KR-11", "industry4.PR_HED", float("nan"))], "applied to nan"),
        ([], [Use("KR-11", "industry4.PR_HED", 0.5)] * 2, "applied twice"),
        ([], [Use("SHIP", "industry4.PR_HED", 0.5)], "does not apply in SHIP"),
        (
            [],
            [Use("KR-11", code, 1.0) for code in ("industry4.PR_HED", "industry3.PR_HED", "industry3.IN_ESP2")],
            "exclude each other in KR-11",
        ),
    ],
)
def test_what_cannot_be_tried_is_told(bench, changes, uses, said):
    with pytest.raises(AirshedError, match=said):
        attempt(bench, changes, uses)


def test_a_measure_goes_as_far_as_it_can_and_not_back(bench, tried):
    rows = measures_tried(attempt(bench, [], [Use("KR-11", "industry4.PR_HED", 1.0)]))
    options = bench.options
    at = list(zip(options.region, options.measure, strict=True)).index(("KR-11", "industry4.PR_HED"))
    free = 1.0 - options.current[options.group == options.group[at]].sum()
    most = min(float(options.maximum[at]), float(options.current[at]) + free)
    assert rows["application"].tolist() == pytest.approx([most])
    assert measures_tried(attempt(bench, [], [Use("KR-11", "industry4.PR_HED", 0.0)])).empty


def test_a_sector_that_is_gone_has_no_measures(bench):
    both = attempt(bench, [Change("KR-11", "industry", -100)], [Use("KR-11", "industry4.PR_HED", 1.0)])
    assert measures_tried(both).empty and np.isnan(summary(both)["cost"])


@pytest.fixture(scope="module")
def small_bench(tmp_path_factory):
    """Hold the small pack with emissions of 2020, four fifths of those of 2015."""
    return prepare_bench(open_pack(write_grown(tmp_path_factory.mktemp("grown") / "pack")), 2020)


def test_a_measure_by_hand(small_bench):
    """Filter in place 0.3 at 90 %, cloth half of the rest (0.35) at 50 %: E0 = E / (1 - 0.27 - 0.175).

    Cloth costs 200 USD/t in the OECD; Aland has a quarter of its income, half is labour: 200 x (0.5 + 0.5 x 0.25) =
    125 USD/t, between 50 (all labour) and 200 (none).
    """
    tried = attempt(small_bench, [Change("AA-2", "industry", -50.0)], [Use("AA-2", "industry.CLOTH", 0.4)])
    before = 0.8 * EMITTED["AA-2"]
    removed = 0.5 * (0.5 * before / (1 - 0.9 * 0.3 - 0.5 * 0.35)) * 0.05
    rows = emissions_tried(tried, ["AA-2"]).set_index("pollutant")
    assert rows.loc["PM2.5", "value"] == pytest.approx(0.5 * before - removed)
    assert rows.loc["SO2", "value"] == pytest.approx(0.5 * 2 * before)
    said = summary(tried)
    assert [said[key] for key in ("cost", "price_low", "price_high")] == pytest.approx(
        [removed * 125e-3, removed * 50e-3, removed * 200e-3]
    )
    assert (said["measures"], said["unpriced"]) == (1, 0)
    assert np.isnan(emissions_tried(tried, ["AAA"]).set_index("pollutant").loc["CO2", "before"])


def test_the_plan_names_what_is_applied(small_bench):
    tried = attempt(small_bench, [], [Use("AAA", "industry.CLOTH", 0.4)])
    rows = list(csv.DictReader(plan_text(tried).splitlines()))
    assert [(row["region"], row["measure"], float(row["application"])) for row in rows] == [
        ("AA-1", "industry.CLOTH", pytest.approx(0.4)),
        ("AA-2", "industry.CLOTH", pytest.approx(0.4)),
    ]


def test_without_measures_sectors_can_still_be_moved(tmp_path):
    away = ("measures", "measure_effects", "measure_costs", "applications")
    bench = prepare_bench(open_pack(write_grown(tmp_path / "pack", away)), 2020)
    assert summary(attempt(bench, [Change("AAA", "industry", -50.0)], []))["deaths_avoided"] > 0
    assert hints(bench, "AAA")[1] == {}
    with pytest.raises(MissingTableError):
        attempt(bench, [], [Use("AAA", "industry.CLOTH", 0.4)])


def test_up_to_the_base_year_measures_are_refused(pack):
    bench = prepare_bench(pack, 2015, samples=0)
    with pytest.raises(AirshedError, match="after the base year 2015"):
        attempt(bench, [], USES[:1])
    assert np.isnan(levels_tried(attempt(bench, CHANGES, []))["low"]).all()


def test_measures_hold_in_the_file_as_long_as_what_is_in_place(pack):
    """China VI has rows of 2022, by its date: before them less is in place."""
    tried = attempt(prepare_bench(pack, 2020, samples=0), [], USES[1:])
    assert {(item.first_year, item.last_year) for item in scenario_of(tried, "T").controls} == {(2020, 2021)}
