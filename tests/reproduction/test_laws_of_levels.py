"""Laws of levels over the built-in airshed: all places, many years, every built-in scenario, every door."""

import numpy as np
import pandas as pd
import pytest

from airshed.assessment.chain.chain import Chain, prepare
from airshed.assessment.chain.concentration import concentration_dataset
from airshed.assessment.chain.levels import levels_of
from airshed.assessment.chain.scenarios import scenario_emissions, uncalibrated
from airshed.assessment.compare import compare_table
from airshed.assessment.lives.health import health
from airshed.assessment.question import Question
from airshed.assessment.run import assess
from airshed.assessment.tables import attribution, levels
from airshed.emissions.baseline import baseline_cube
from airshed.pack.codes import children
from airshed.pack.pack import Pack
from airshed.pack.scenarios import scenarios
from airshed.transport.levels import measurement

YEARS = (1990, 2000, 2005, 2010, 2015, 2016, 2018, 2020, 2024, 2030)
DOORS = (2015, 2020, 2030)
PARTS = ("emissions", "concentration", "attribution", "health")
SCENARIOS = ("baseline", "observed-anchored", "maximum-feasible", "frozen", "seed-policies")
NATIONS = ("CHN", "JPN", "KOR", "MNG", "PRK", "RUS", "TWN")
ROUNDING = 1e-9


@pytest.fixture(scope="module")
def chains(pack: Pack) -> dict[int, Chain]:
    return {year: prepare(pack, year, with_health=False) for year in YEARS}


@pytest.mark.parametrize("year", YEARS)
def test_nothing_lies_below_its_natural_part_and_the_parts_add(chains: dict[int, Chain], year: int) -> None:
    air = concentration_dataset(chains[year])
    natural, rest = air["natural"].to_numpy(), air["unexplained"].to_numpy()
    assert (natural >= 0).all() and (rest >= 0).all()
    assert (air["total"].to_numpy() > natural).all()
    whole = natural + air["without_response"].to_numpy() * air["response"].to_numpy()
    sets = [code not in chains[year].relation.receptors for code in chains[year].places.codes]
    one = ~np.array(sets)
    assert whole[one] == pytest.approx(air["total"].to_numpy()[one])


@pytest.mark.parametrize("year", YEARS)
def test_a_nation_is_the_mean_of_its_regions_over_people(pack: Pack, chains: dict[int, Chain], year: int) -> None:
    air = concentration_dataset(chains[year])["total"].to_series()
    people = pack.table("populations")
    base = people[people["series"] == "base"].set_index("region")["value"]
    for nation, parts in children(pack).items():
        known = [code for code in parts if code in air.index and code in base.index]
        if nation in air.index and known and nation not in known:
            share = base.loc[known].groupby(level=0).last()
            assert air[nation] == pytest.approx(float(np.average(air.loc[share.index], weights=share)), rel=1e-3)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_stays_above_the_natural_part(pack: Pack, name: str) -> None:
    given = scenario_emissions(pack, name)
    raw = uncalibrated(pack, name)
    for year in (2015, 2030):
        chain = prepare(pack, year, given.scenario, with_health=False, reference=given.reference, calibrated=not raw)
        air = concentration_dataset(chain)
        assert (air["total"] >= air["natural"] - ROUNDING).all()
        assert air["total"].notnull().all()


def test_every_scenario_of_the_pack_is_held_to_these_laws(pack: Pack) -> None:
    assert set(scenarios(pack)) == set(SCENARIOS)


def test_frozen_in_the_base_year_is_the_base_year(pack: Pack, chains: dict[int, Chain]) -> None:
    given = scenario_emissions(pack, "frozen")
    year = pack.base_year
    frozen = prepare(pack, year, given.scenario, with_health=False, reference=given.reference)
    one, other = (concentration_dataset(chain)["total"].to_numpy() for chain in (frozen, chains[year]))
    assert one == pytest.approx(other, abs=1e-9)


def test_no_level_jumps_because_another_year_is_nearest(pack: Pack, chains: dict[int, Chain]) -> None:
    """What is man-made moves like the modelled part, and by the course of the nation: nowhere by a quarter a year."""
    cube = baseline_cube(pack)
    years = range(2000, 2031)
    logs = []
    for year in years:
        chain = chains[year] if year in chains else prepare(pack, year, cube, with_health=False)
        logs.append(np.log(chain.levels.ratio))
    moved = pd.DataFrame(np.abs(np.diff(np.array(logs), axis=0)), index=years[1:], columns=chain.relation.receptors)
    # what stations of Ulaanbaatar measured in 2019 to 2021 and 2023, less the 4.0 that is natural, fell by as much
    measured = np.log([58.0 / 42.6, 42.6 / 29.1, 25.5 / 18.5])
    fall = moved.loc[[2020, 2021, 2023], ["MNG", "ulaanbaatar"]]
    assert (fall.to_numpy() < measured[:, None]).all(), fall
    moved.loc[[2020, 2021, 2023], ["MNG", "ulaanbaatar"]] = 0.0
    assert moved.max().max() < 0.25, moved.stack().nlargest(5)


@pytest.mark.parametrize("year", DOORS)
def test_one_number_for_a_place_and_year_at_every_door(pack: Pack, year: int) -> None:
    """The same level in `levels`, `attribution`, `health` and `scenarios compare`, for every nation.

    Deaths weigh provinces by their people of the year, levels by those of the base year: by 2030 that is less than 1 %.
    """
    assessment = assess(pack, Question(year=year, samples=50), parts=PARTS)
    told = levels(pack, assessment).set_index("region")["value"]
    deaths = health(pack, assessment).drop_duplicates("region").set_index("region")["exposure"]
    compared = compare_table(pack, ["baseline"], year, list(deaths.index.intersection(NATIONS)), samples=0)
    rows = compared[compared["quantity"] == "concentration"].set_index("region")["value"]
    for nation in NATIONS:
        if nation not in told.index:
            continue
        assert attribution(pack, assessment, nation)["value"].sum() == pytest.approx(told[nation])
        if nation in deaths.index:
            assert deaths[nation] == pytest.approx(told[nation], rel=1e-2)
            assert rows[nation] == pytest.approx(deaths[nation])


def test_no_share_of_a_nation_exceeds_the_whole(pack: Pack) -> None:
    """A share is taken within each sample: a level twice as high in a sample doubles every part of it."""
    data = assess(pack, Question(samples=50), parts=("concentration", "attribution"))["attribution"]
    share = data["by_country"] / data["by_country"].sum("country")
    assert (data["share_low"] >= 0).all() and (data["share_high"] <= 1 + ROUNDING).all()
    assert ((data["share_low"] <= share + ROUNDING) & (share <= data["share_high"] + ROUNDING)).all()
    assert (data["by_country_high"] > data["by_country"].sum("country")).any(), (
        "which an interval of parts does not say"
    )


def test_the_newest_observation_of_every_place_holds_its_level_and_the_years_after_start_from_it(pack: Pack) -> None:
    """The level lies within 90 % of what was measured last, and a year later it has moved as emissions have."""
    fit = prepare(pack, 2015, with_health=False).levels.fit
    ground, known = fit.ground, fit.widths

    def level(place: str, year: int) -> float:
        parts = np.exp(fit.logs(year)[0]) * ground.modelled(year)
        return float(ground.weights[place] @ (ground.natural + parts))

    for place, seen in fit.used.items():
        last = max(item.year for item in seen)
        newest = next(item for item in seen if item.year == last)
        error = float(np.hypot(known.weather, measurement(newest, known)))
        # what a change of instruments did is not known: each side of a declared break has an offset of its own
        error = float(np.hypot(error, known.nation)) if newest.segment else error
        reached = level(place, last)
        assert abs(np.log(reached / newest.value)) < 1.645 * error, (place, last, newest.value, reached)
        if fit.last_year(int(ground.nation[np.argmax(ground.weights[place])])) == last:
            given = [float(ground.weights[place] @ ground.modelled(year)) for year in (last, last + 1)]
            assert abs(np.log(level(place, last + 1) / reached)) <= abs(np.log(given[1] / given[0])) + 1e-6, place


def test_ulaanbaatar_breathes_what_its_stations_measured_last(pack: Pack) -> None:
    """IQAir has 58.5 in 2018, 62.0, 46.6, 33.1, 29.5 and 22.5 in 2023, after raw coal was banned in 2019."""
    printed = {2018: 58.5, 2019: 62.0, 2020: 46.6, 2021: 33.1, 2022: 29.5, 2023: 22.5}
    chain = prepare(pack, 2015, with_health=False)
    for year, value in printed.items():
        found = levels_of(chain.levels.fit, chain.places, year)
        air = concentration_dataset(prepare(pack, year, with_health=False))["total"].sel(place="ulaanbaatar")
        assert found.places["ulaanbaatar"].observed == value
        assert float(air) == pytest.approx(value, rel=0.1)
