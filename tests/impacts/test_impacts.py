"""Impacts: GEMM by hand, exposure, deaths, intervals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.impacts.exposure import population_weighted
from airshed.impacts.gemm import attributable_fraction
from airshed.impacts.mortality import attributable_deaths, band_deaths, gemm_bands, theta_interval
from airshed.pack.errors import AirshedError, MissingTableError


@pytest.mark.parametrize(
    ("concentration", "fraction"),
    [(10.0, 0.100), (35.0, 0.277), (50.0, 0.348), (2.4, 0.0), (0.0, 0.0)],
)
def test_copd_fractions_by_hand(pack, concentration, fraction):
    """Burnett et al. 2018: theta .251, alpha 6.5, mu 2.5, nu 32, computed by hand."""
    bands = gemm_bands(pack, "COPD")
    found = attributable_fraction(np.array([concentration]), bands.theta, bands.alpha, bands.mu, bands.nu)
    assert found[0] == pytest.approx(fraction, abs=5e-4)


def test_the_logarithm_is_of_z_over_alpha_plus_one():
    z, theta, alpha, mu, nu = 40.0, 0.2, 2.0, 10.0, 30.0
    risk = math.exp(theta * math.log(z / alpha + 1) / (1 + math.exp(-(z - mu) / nu)))
    assert attributable_fraction(np.array(z + 2.4), theta, alpha, mu, nu) == pytest.approx(1 - 1 / risk)


@given(st.floats(0, 500), st.floats(0.01, 50))
def test_more_pollution_never_means_fewer_deaths(concentration, more):
    lower, higher = attributable_fraction(np.array([concentration, concentration + more]), 0.143, 1.6, 15.5, 36.8)
    assert 0 <= lower <= higher < 1


def test_deaths_by_loops(pack):
    """China 2015 at 45.9 ug/m3, summed band by band from the tables."""
    ages = pack.table("ages")
    rates = pack.table("mortality")
    share = ages[(ages["region"] == "CHN") & (ages["year"] == 2015)].set_index("age")["value"]
    here = (rates["region"] == "CHN") & (rates["year"] == 2015) & (rates["cause"] == "NCD+LRI")
    rate = rates[here].set_index("age")["value"] / 1e5
    parameters = pack.table("responses_gemm")
    parameters = parameters[parameters["cause"] == "NCD+LRI"].set_index("age")
    total = 0.0
    for age in share.index:
        first = int(age.rstrip("+").split("-")[0])
        if first < 25:
            continue
        row = parameters.loc[age if age in parameters.index else "80+"]
        z = 45.9 - 2.4
        risk = math.exp(row["theta"] * math.log(z / row["alpha"] + 1) / (1 + math.exp(-(z - row["mu"]) / row["nu"])))
        total += 1374620000 * share[age] * rate[age] * (1 - 1 / risk)
    bands = gemm_bands(pack)
    deaths = band_deaths(pack, ["CHN"], np.array([1374620000.0]), 2015, "NCD+LRI", bands)
    assert attributable_deaths(np.array([45.9]), deaths, bands)[0] == pytest.approx(total, rel=1e-9)


def test_years_between_the_tables_are_linear(pack):
    bands = gemm_bands(pack)
    people = np.array([1e6])
    start, middle, end = (
        band_deaths(pack, ["KOR"], people, year, "NCD+LRI", bands).sum() for year in (2015, 2020, 2030)
    )
    assert min(start, end) < middle < max(start, end)
    with pytest.raises(AirshedError, match="it covers 2015 to 2030"):
        band_deaths(pack, ["KOR"], people, 2010, "NCD+LRI", bands)


def test_a_nation_without_mortality_is_named(pack):
    with pytest.raises(MissingTableError, match=r"NCD\+LRI of RUS"):
        band_deaths(pack, ["RUS"], np.array([1.0]), 2015, "NCD+LRI", gemm_bands(pack))


def test_the_interval_is_theta_with_its_standard_error(pack):
    bands = gemm_bands(pack, "COPD")
    low, high = theta_interval(bands)
    assert (high - low)[0] / 2 == pytest.approx(1.96 * 0.06762, rel=1e-4)


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(1, 1e7)), min_size=1, max_size=8))
def test_exposure_lies_between_the_extremes_and_ignores_order(pairs):
    values, persons = np.array(pairs).T
    mean = population_weighted(values, persons)
    assert values.min() - 1e-9 <= mean <= values.max() + 1e-9
    assert population_weighted(values[::-1], persons[::-1]) == pytest.approx(mean)


def test_regions_without_a_concentration_are_left_out_with_their_people():
    assert population_weighted(np.array([10.0, np.nan]), np.array([1.0, 99.0])) == 10.0


def test_nobody_is_exposed_to_anything():
    from airshed.impacts.exposure import population_weighted

    assert np.isnan(population_weighted(np.array([10.0, 40.0]), np.array([0.0, 0.0])))
    assert population_weighted(np.array([10.0, np.nan]), np.array([1.0, 5.0])) == 10.0
