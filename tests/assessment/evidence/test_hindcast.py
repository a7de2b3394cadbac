"""Looking back: reported emissions, observed series, predicted change, and the observed-anchored scenario."""

import csv
import io
import math

import numpy as np
import pandas as pd
import pytest

import airshed
from airshed.answers.chapters.scoreboard import series_sentences
from airshed.assessment.chain.anchored import anchored_factors, anchoring_series, observed_anchored
from airshed.assessment.chain.chain import ensemble_of, prepare
from airshed.assessment.evidence.hindcast import COLUMNS, PRINTED, Inside, hindcast_table, inside_counts, score
from airshed.assessment.tables_as_datasets import frame_of
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.flags import BASES, meanings
from airshed.emissions.reported import change_between, with_reported
from airshed.pack.codes import country_of
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.people import base_population
from airshed.sampling.interval import LEVELS
from airshed.transport.places import places
from airshed.transport.relation import EMITTED
from airshed.transport.series import observed_series
from support.variant import opened_variant, with_tables

MEIC_YEARS = range(2013, 2018)
REPORTED = {"hindcast": {"first_year": 2011}, "baseline": {"history": "counted", "reported": {"AAA": "told"}}}


@pytest.fixture(scope="module")
def baseline(pack):
    return baseline_cube(pack)


@pytest.fixture(scope="module")
def reported(pack, baseline):
    return with_reported(pack, baseline)


@pytest.fixture(scope="module")
def table(assessment):
    return frame_of(assessment["hindcast"])


def chinese(pack, cube):
    return [code for code in cube["region"].to_numpy() if country_of(pack)[str(code)] == "CHN"]


@pytest.mark.shared
@pytest.mark.parametrize("pollutant", ["PM2.5", "PM10", "BC", "OC", "SO2", "NOx", "NH3", "NMVOC"])
def test_china_follows_the_ratios_of_meic(pack, reported, shared, pollutant):
    with (shared / "figures" / "meic_national.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["quantity"] == "emission"]
    meic = {int(row["year"]): float(row["value"]) for row in rows if row["pollutant"] == pollutant}
    cells = reported.sel(region=chinese(pack, reported), pollutant=pollutant)
    totals = {year: float(cells.sel(year=year).sum()) for year in MEIC_YEARS}
    for year in MEIC_YEARS:
        assert totals[year] / totals[2013] == pytest.approx(meic[year] / meic[2013], rel=1e-12)


def test_provinces_keep_their_shares_and_all_else_stays(pack, baseline, reported):
    regions = chinese(pack, reported)
    here = reported.sel(region=regions, pollutant="SO2")
    start = here.sel(year=2013) / here.sel(year=2013).sum()
    for year in MEIC_YEARS:
        assert (here.sel(year=year) / here.sel(year=year).sum()).to_numpy() == pytest.approx(
            start.to_numpy(), nan_ok=True
        )
    others = [code for code in reported["region"].to_numpy() if code not in regions]
    before, after = baseline["value"], reported
    assert after.sel(region=others).equals(before.sel(region=others))
    years = [*range(1990, 2013), *range(2015, 2031)]
    assert after.sel(year=years).equals(before.sel(year=years))


def test_the_baseline_itself_holds_the_reports_after_its_base_year(pack, baseline, reported):
    """MEIC, SO2 of 2017 over 2015: 10,503.44 / 16,921.28; the look back does not apply it again."""
    regions = chinese(pack, baseline)
    for cube in (baseline["value"], reported):
        cells = cube.sel(region=regions, pollutant="SO2").sum(["region", "sector"])
        assert float(cells.sel(year=2017) / cells.sel(year=2015)) == pytest.approx(10503.44 / 16921.28)


def told(totals):
    """Return a change that adds what an inventory `told` reports of SO2 of AAA by year."""

    def change(rows):
        first = rows["emissions"][0]
        rows["emissions"] += [
            {**first, "inventory": "told", "region": "AAA", "sector": "total", "pollutant": "SO2"}
            | {"year": year, "value": value}
            for year, value in totals.items()
        ]

    return change


@pytest.mark.parametrize(
    ("totals", "wanted"),
    [
        ({2011: 100, 2015: 25}, [1.0, 0.25**0.25, 0.5, 0.25**0.75, 0.25]),
        ({2011: 100, 2013: 50, 2020: 10}, [1.0, math.sqrt(0.5), 0.5, 0.5 * 0.2 ** (1 / 7), 0.5 * 0.2 ** (2 / 7)]),
        ({2010: 7, 2011: 50, 2012: 25, 2013: 0, 2014: 0, 2015: 1}, [1.0, 0.5, 0.0, 0.0, 0.02]),
    ],
)
def test_reports_with_gaps_beyond_the_base_year_or_down_to_nothing(tmp_path, totals, wanted):
    pack = opened_variant(tmp_path / "pack", told(totals), REPORTED)
    found = with_reported(pack, baseline_cube(pack)).sel(region="AA-1", pollutant="SO2").sum("sector")
    start = float(found.sel(year=2011))
    assert [float(found.sel(year=year)) / start for year in range(2011, 2016)] == pytest.approx(wanted)


@pytest.mark.parametrize("totals", [{2012: 100, 2015: 25}, {2011: 0, 2015: 25}, {2011: 100}, {2011: 5, 2015: 0}])
def test_reports_without_a_start_change_nothing(tmp_path, totals):
    pack = opened_variant(tmp_path / "pack", told(totals), REPORTED)
    before = baseline_cube(pack)["value"]
    after = with_reported(pack, baseline_cube(pack))
    assert after.equals(before) and np.isfinite(after.sel(pollutant="SO2").sum(["region", "sector"])).all()
    assert (change_between(pack, "AAA", 2011, 2015) is None) == (totals != {2011: 5, 2015: 0})
    assert change_between(pack, "BBB", 2011, 2015) is None


def test_a_change_between_two_reports(tmp_path):
    pack = opened_variant(tmp_path / "pack", told({2011: 100, 2015: 41}), REPORTED)
    assert change_between(pack, "AAA", 2011, 2015) == {"SO2": pytest.approx(-0.59)}


def observations(small, rows, kinds=("official", "derived", "station")):
    """Return the small airshed with rows (place, year, value, kind, source, changes) of observations."""
    first = small.table("observations").iloc[0].to_dict()
    made = [
        {**first, "place": place, "year": year, "period": str(year), "value": value, "kind": kind, "source": source}
        | changes
        for place, year, value, kind, source, changes in rows
    ]
    ranks = pd.DataFrame({"kind": list(kinds), "rank": [float(number + 1) for number in range(len(kinds))]})
    return with_tables(small, observations=pd.DataFrame(made), observation_kinds=ranks)


@pytest.fixture(scope="module")
def small(small_folder):
    return airshed.open_pack(small_folder)


def test_official_series_come_before_stations_and_doubtful_ones_last(small):
    doubt = {"confidence": "L"}
    pack = observations(
        small,
        [
            ("AA-1", 2013, 30.0, "station", "s", {}),
            ("AA-1", 2015, 25.0, "station", "s", {}),
            ("AA-1", 2014, 22.0, "official", "o", {}),
            ("AA-1", 2015, 20.0, "official", "o", {}),
            ("BBB", 2013, 40.0, "official", "o", doubt),
            ("BBB", 2015, 30.0, "official", "o", doubt),
            ("BBB", 2014, 41.0, "station", "s", {}),
            ("BBB", 2015, 31.0, "station", "s", {}),
        ],
    )
    found = [(item.place, item.rank, item.kind, item.first, item.last) for item in observed_series(pack, 2010, 2015)]
    assert found == [
        ("AA-1", 1, "official", 2014, 2015),
        ("AA-1", 2, "station", 2013, 2015),
        ("BBB", 1, "station", 2014, 2015),
        ("BBB", 2, "official", 2013, 2015),
    ]
    assert [item.rank for item in observed_series(pack, 2010, 2014)] == [], "one year is no series"


def test_values_derived_by_the_official_source_belong_to_its_series(small):
    pack = observations(
        small,
        [
            ("AA-1", 2014, 22.0, "official", "o", {}),
            ("AA-1", 2013, 24.0, "derived", "o", {}),
            ("AA-1", 2012, 26.0, "derived", "other", {}),
            ("AA-1", 2011, 27.0, "derived", "other", {}),
        ],
    )
    found = observed_series(pack, 2010, 2015)
    assert [(item.kind, item.source, item.values) for item in found] == [
        ("official", "o", {2014: 22.0, 2013: 24.0}),
        ("derived", "other", {2012: 26.0, 2011: 27.0}),
    ]


def test_series_hold_one_place_part_and_statistic(small):
    part = {"coverage": "part", "place_name": "North shore"}
    pack = observations(
        small,
        [
            ("AA-1", 2013, 30.0, "official", "o", part),
            ("AA-1", 2015, 25.0, "official", "o", {**part, "place_name": "South shore"}),
            ("AA-1", 2014, 22.0, "official", "o", {"statistic": "fiscal-year mean"}),
            ("AA-1", 2015, 20.0, "official", "o", {"statistic": "season mean"}),
            ("AA-1", 2013, 21.0, "official", "o", {}),
            ("", 2013, 21.0, "official", "o", {}),
            ("", 2014, 21.0, "official", "o", {}),
        ],
    )
    assert observed_series(pack, 2010, 2015) == []


def test_a_series_grows_at_a_constant_rate_between_its_years(small):
    pack = observations(small, [("AA-1", 2011, 40.0, "official", "o", {}), ("AA-1", 2015, 10.0, "official", "o", {})])
    item = observed_series(pack, 2010, 2015)[0]
    assert [item.at(year) for year in (2011, 2012, 2013, 2015)] == pytest.approx([40, 40 / math.sqrt(2), 20, 10])


def given_to(relation, cube, weights, year):
    """Return what sources give to the people of some receptors in a year, ug/m3; weights : by receptor."""
    given = relation.contribution(cube.sel(year=year, pollutant=list(EMITTED)).fillna(0.0)).sum("region")
    return sum(weight * float(given.sel(receptor=code)) for code, weight in weights.items())


@pytest.mark.parametrize("place", ["CN-BJ", "KOR"])
def test_predicted_changes_by_brute_force(pack, table, reported, place):
    """What is man-made in the first observed level follows the modelled ratio; a nation over people and response."""
    chain = prepare(pack, 2015, with_health=False)
    relation = ensemble_of(pack).relation
    home, people = country_of(pack), base_population(pack)
    receptors = [code for code in relation.receptors if place in (code, home.get(code))]
    share = people[receptors] / people[receptors].sum()
    response = pd.Series(chain.levels.ratio, index=relation.receptors)[receptors]
    row = table[(table["place"] == place) & (table["rank"] == 1)].iloc[0]
    first, last = (
        given_to(relation, reported, dict(share * response), row[name]) for name in ("first_year", "last_year")
    )
    natural = float(share @ relation.natural.sel(receptor=receptors).to_numpy())
    change = (row["observed_first"] - natural) * (last / first - 1)
    assert row["value"] == pytest.approx(change)
    weather = 0.062 * (row["observed_first"] + change)
    assert row["low"] < change - 1.645 * weather and row["high"] > change + 1.645 * weather
    assert row["low"] > natural - row["observed_first"]


def test_every_row_adds_up_and_names_its_sources(pack, table):
    assert list(table.columns) == COLUMNS
    assert (table["observed_change"] == table["observed_last"] - table["observed_first"]).all()
    assert (table["value"] + table["rest"]).to_numpy() == pytest.approx(table["observed_change"].to_numpy())
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()
    held = (table["low"] <= table["observed_change"]) & (table["observed_change"] <= table["high"])
    assert (held == (table["inside"] == "yes")).all()
    assert set(" ".join(table["source"]).split()) <= set(pack.table("sources")["key"])
    assert not table[table["rank"] == 1]["place"].duplicated().any()
    assert LEVELS == (0.05, 0.95)


def test_the_scoreboard_by_hand():
    rows = pd.DataFrame(
        {
            "rank": [1, 2, 1, 1],
            "first_year": [2018, 2014, 2017, 2019],
            "observed_change": [-10.0, -99.0, -6.0, 2.0],
            "value": [-4.0, 99.0, -8.0, -1.0],
            "inside": ["no", "yes", "yes", "no"],
            "score": [44.0, 99.0, 10.0, 30.0],
            "span": ["reported", "reported", "projected", "projected"],
        }
    )
    found = score(rows)
    assert (found.places, found.same_sign, found.inside, found.first_year) == (3, 2, 1, 2017)
    assert found.explained == pytest.approx(13 / 14)
    assert found.interval == pytest.approx(28.0)
    assert (score(rows, "projected").places, score(rows, "projected").interval) == (2, 20.0)
    assert score(rows[rows["span"] == "reported"], "projected") is None
    assert found.mean_error == pytest.approx(11 / 3) and found.bias == pytest.approx((6 - 2 - 3) / 3)


def test_a_scoreboard_of_nothing_is_none_and_of_no_change_has_no_part_explained():
    assert score(pd.DataFrame(columns=COLUMNS)) is None
    rows = pd.DataFrame(
        {
            "rank": [1],
            "first_year": [2013],
            "observed_change": [0.0],
            "value": [-1.0],
            "inside": ["no"],
            "score": [1.0],
        }
    )
    assert math.isnan(score(rows).explained)


def test_a_pack_without_observations_has_an_empty_hindcast(tmp_path):
    pack = opened_variant(tmp_path / "pack", lambda rows: rows.update(observations=[]))
    found = airshed.assess(pack, parts=("hindcast", "concentration"))
    assert frame_of(found["hindcast"]).empty and score(frame_of(found["hindcast"])) is None
    with pytest.raises(MissingTableError, match="an official series of two years"):
        airshed.assess(pack, airshed.Question(scenario="observed-anchored"), parts=("emissions",))


def test_without_samples_an_interval_is_its_centre(small):
    found = airshed.assess(small, airshed.Question(samples=0))
    row = frame_of(found["hindcast"]).iloc[0]
    assert row["low"] == row["value"] == row["high"]
    way = found["attribution"]
    assert way["by_country_low"].equals(way["by_country"]) and way["by_sector_high"].equals(way["by_sector"])
    one = airshed.assess(small, airshed.Question(samples=1))
    assert (one["attribution"]["by_country_low"] <= one["attribution"]["by_country"]).all()


def test_a_hindcast_in_a_chain_of_its_own(small):
    chain = prepare(small, 2015, with_health=False, samples=10)
    row = hindcast_table(small, chain).iloc[0]
    assert (row["place"], row["first_year"], row["last_year"], row["observed_change"]) == ("AA-1", 2013, 2015, -2.0)


def test_anchored_factors_by_hand():
    """2 f + 1 g = 5 and 1 f + 3 g = 5 give f = 2, g = 1; a wanted level below nothing gives 0."""
    assert anchored_factors(np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([5.0, 5.0])) == pytest.approx([2.0, 1.0])
    assert anchored_factors(np.array([[2.0]]), np.array([-1.0])).tolist() == [0.0]


@pytest.fixture(scope="module")
def scenario(pack):
    ensemble = ensemble_of(pack, airshed.Question().samples, airshed.Question().seed)
    return observed_anchored(pack, baseline_cube(pack), ensemble, places(pack, ensemble.relation))


def national_mean(pack, relation, cube, nation, year):
    home, people = country_of(pack), base_population(pack)
    cells = [code for code in relation.receptors if home.get(code) == nation]
    values = relation.concentration(cube.sel(year=year)).sel(receptor=cells).to_numpy()
    return values @ people[cells].to_numpy() / people[cells].sum()


@pytest.mark.parametrize("nation", ["CHN", "KOR"])
def test_anchored_nations_follow_their_observation(pack, scenario, nation):
    ensemble = ensemble_of(pack)
    series = {item.place: item for item in anchoring_series(pack, places(pack, ensemble.relation), 2015, 2030)}
    item = series[nation]
    start = national_mean(pack, ensemble.relation, scenario["value"], nation, item.first)
    for year in sorted(item.values):
        found = national_mean(pack, ensemble.relation, scenario["value"], nation, year)
        assert found - start == pytest.approx(item.values[year] - item.values[item.first], abs=1e-6)


def test_only_anchored_nations_change_and_only_after_their_first_year(pack, baseline, scenario):
    home = country_of(pack)
    series = anchoring_series(pack, places(pack, ensemble_of(pack).relation), 2015, 2030)
    assert {item.place for item in series} == {"CHN", "KOR"}
    spans = {item.place: (item.first, item.last) for item in series}
    before, after = baseline["value"], scenario["value"]
    for code in before["region"].to_numpy():
        first, last = spans.get(home[str(code)], (2030, 2030))
        untouched = [year for year in before["year"].to_numpy() if year <= first]
        assert after.sel(region=code, year=untouched).equals(before.sel(region=code, year=untouched))
        ratio = (after.sel(region=code) / before.sel(region=code)).sel(year=slice(last, None))
        assert np.nanmax(ratio.max("year") - ratio.min("year"), initial=0.0) < 1e-12
    assert float(after.min()) >= 0.0
    cell = {"region": "CN-HE", "pollutant": "SO2", "sector": "industry"}
    bases = [BASES[int(scenario["basis"].sel(cell).sel(year=year))] for year in (2015, 2016, 2017, 2030)]
    assert bases[0] == "reported" and bases[2:] == ["derived", "derived"]
    assert all(BASES[int(code)] != "derived" for code in baseline["basis"].sel(cell))
    words = meanings(scenario["source"])
    assert "press_mee_national" in words[int(scenario["source"].sel(cell).sel(year=2020))].split()
    assert "press_mee_national" not in words[int(scenario["source"].sel(cell).sel(year=2015))].split()


def test_an_unknown_rule_of_the_hindcast_is_refused(tmp_path):
    pack = opened_variant(tmp_path / "pack", descriptor={"hindcast": {"since": 2011}})
    with pytest.raises(AirshedError, match="hindcast"):
        airshed.assess(pack, parts=("hindcast",))


def test_preferred_and_all_series_are_counted_apart():
    """Place a: preferred mean of cities outside, embassy inside; place b: official inside, a product outside."""
    rows = [("a", "city mean", 1, "no"), ("a", "embassy", 2, "yes"), ("b", "official", 1, "yes")]
    rows.append(("b", "interpolated product", 2, "no"))
    table = pd.DataFrame(rows, columns=["place", "kind", "rank", "inside"])
    assert inside_counts(table) == Inside(preferred=(1, 2), every=(2, 4))
    assert inside_counts(table, PRINTED) == Inside(preferred=(2, 2), every=(2, 3))
    assert series_sentences(table, str) == [
        "Preferred series: 1 of 2 inside; all series: 2 of 4.",
        "Official means, embassies and products alone: 2 of 2 preferred series inside; all of them: 2 of 3.",
    ]


def test_the_counts_that_are_asked_for_are_reached(cli):
    """At least 8 of 10 preferred series and 17 of 20 of all, whichever are counted."""
    code, out, said = cli("hindcast", "--format", "csv")
    table = pd.read_csv(io.StringIO(out))
    for kinds in (None, PRINTED):
        counts = inside_counts(table, kinds)
        assert counts.preferred[0] >= 0.8 * counts.preferred[1] >= 8
        assert counts.every[0] >= 0.85 * counts.every[1] > 15
    assert code == 0 and "Preferred series: " in said and "embassies" in said
