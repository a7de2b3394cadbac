"""Maximum feasible reductions against published ones, with the deviations stated.

GAINS for the 2+26 cities of northern China, best available technologies, 2017 to 2030 (Pathways toward PM2.5 air
quality attainment and its CO2 mitigation co-benefits in China's northern cities by 2030, abstract): primary PM2.5
-75 %, SO2 -69, NOx -76, NH3 -32. Here the six provinces that hold these cities.
"""

import pytest

from airshed.assessment.scenarios import scenario_emissions
from airshed.emissions.baseline import baseline_cube

PROVINCES = ["CN-BJ", "CN-TJ", "CN-HE", "CN-SX", "CN-SD", "CN-HA"]
PUBLISHED = {"PM2.5": (75, 5), "NH3": (32, 5), "SO2": (69, 20), "NOx": (76, 20)}
"""Percent, and by how many points ours may differ.

SO2 (about -53) and NOx (-63) fall short: what is in place stays in place here (an old lorry is not replaced, a wet
scrubber not rebuilt), and boilers of oil and gas, heating oil and the fuels of industry are known by wide intervals.
"""


@pytest.fixture(scope="module")
def fall(pack):
    before = baseline_cube(pack)["value"]
    after = scenario_emissions(pack, "maximum-feasible").scenario["value"]

    def of(pollutant, regions, since=2017):
        start = float(before.sel(region=regions, pollutant=pollutant, year=since).sum())
        return 100 * (1 - float(after.sel(region=regions, pollutant=pollutant, year=2030).sum()) / start)

    return of


@pytest.mark.parametrize("pollutant", PUBLISHED)
def test_northern_china_falls_by_what_gains_finds(fall, pollutant):
    printed, points = PUBLISHED[pollutant]
    assert fall(pollutant, PROVINCES) == pytest.approx(printed, abs=points)


def test_the_deviations_have_their_sign(fall):
    """No more of the gases is removed than GAINS removes, which may replace what is in place."""
    assert fall("SO2", PROVINCES) < 69 and fall("NOx", PROVINCES) < 76


def test_all_of_china_does_not_lose_88_percent_of_its_particles(pack, fall):
    """It did, when every measure worked on its whole sector: no published study of these measures goes so far."""
    china = [code for code in baseline_cube(pack)["region"].to_numpy() if str(code).startswith("CN-")]
    assert 45 < fall("PM2.5", china, since=2030) < 75 < 88


def test_where_most_is_in_place_less_is_left(pack, fall):
    """Japan and Korea have less to add than China, by their emission per CO2 and their income."""
    china = [code for code in baseline_cube(pack)["region"].to_numpy() if str(code).startswith("CN-")]
    assert fall("PM2.5", ["JPN"], since=2030) < fall("PM2.5", china, since=2030)
    assert fall("SO2", ["JPN"], since=2030) < 30
