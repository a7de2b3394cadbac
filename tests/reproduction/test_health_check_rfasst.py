"""R-FASST's health check of 2015: our responses with its inputs against what it prints and what was recomputed."""

import csv

import numpy as np
import pytest

from airshed.impacts.mortality import baseline_deaths
from airshed.impacts.response import deaths_by_age, read_responses

pytestmark = pytest.mark.shared
CLOSE = ("CHN", "JPN", "PRK", "TWN")
CAUSES = ("COPD", "STROKE")


@pytest.fixture(scope="module")
def check(shared):
    with (shared / "figures" / "health_check_rfasst.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def one(check, region, kind, item, cause=""):
    (row,) = [r for r in check if (r["region"], r["kind"], r["item"], r["cause"]) == (region, kind, item, cause)]
    return float(row["value"])


def computed(pack, check, region, cause):
    """Return the deaths at the mean PM2.5 of the nation: by the bands of the death rates."""
    (response,) = (item.main for item in read_responses(pack, "ier")["rfasst"] if item.main.cause == cause)
    rates = {
        r["age_band"]: float(r["value"])
        for r in check
        if (r["region"], r["item"], r["cause"]) == (region, "mortality_rate", cause)
    }
    people = {
        "95+" if r["age_band"] in ("95-99", "100+") else r["age_band"]: 0.0
        for r in check
        if (r["region"], r["item"]) == (region, "population_by_age")
    }
    for row in check:
        if (row["region"], row["item"]) == (region, "population_by_age"):
            people["95+" if row["age_band"] in ("95-99", "100+") else row["age_band"]] += float(row["value"])
    whole = sum(people.values())
    if list(rates) == ["all ages"]:
        share, rate = np.array([[1.0]]), np.array([[rates["all ages"] / 1e5]])
    else:
        assert set(response.ages) <= set(people)
        share = np.array([[people[age] / whole for age in response.ages]])
        rate = np.array([[rates[age] / 1e5 for age in response.ages]])
    persons = np.array([[one(check, region, "input", "population")]])
    level = np.array([one(check, region, "expected", "popw_pm25")])
    return float(deaths_by_age(response, level, baseline_deaths(persons, share, rate)).sum())


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("region", ["CHN", "KOR", "JPN", "PRK", "MNG", "TWN"])
def test_recomputed_deaths(pack, check, region, cause):
    expected = one(check, region, "recomputed", "deaths", cause)
    assert computed(pack, check, region, cause) == pytest.approx(expected, rel=0.002)


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("region", CLOSE)
def test_deaths_that_the_reference_prints(pack, check, region, cause):
    """The reference sums over a grid, this over the mean of the nation: 2-4 %."""
    expected = one(check, region, "expected", "deaths", cause)
    assert computed(pack, check, region, cause) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(
    ("region", "cause", "percent"), [("KOR", "COPD", -11), ("MNG", "COPD", 9), ("MNG", "STROKE", 19)]
)
def test_known_deviations_from_the_reference(pack, check, region, cause, percent):
    """Korea and Mongolia: a mean does not stand for their grids; the deviation is what was found before."""
    expected = one(check, region, "expected", "deaths", cause)
    assert 100 * (computed(pack, check, region, cause) / expected - 1) == pytest.approx(percent, abs=1.0)


def test_the_parameters_are_those_of_the_pack(pack, check):
    rows = pack.table("responses_ier").set_index(["cause", "age"])
    names = {"alpha": "alpha", "beta": "beta", "delta": "delta", "zcf": "counterfactual"}
    printed = [row for row in check if row["kind"] == "parameter"]
    assert len(printed) == 64
    for row in printed:
        age = ">25" if row["age_band"] == "25+" else row["age_band"]
        assert rows.loc[(row["cause"], age), names[row["item"]]] == float(row["value"])
