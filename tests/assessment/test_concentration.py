"""Spread of the concentration of places: against single samples worked through one by one, and where none may stand."""

import numpy as np
import pytest

import airshed
from airshed.assessment.chain import prepare
from airshed.assessment.concentration import concentration_dataset
from airshed.assessment.tables import concentrations
from airshed.emissions.baseline import baseline_cube
from airshed.pack.codes import members
from airshed.pack.people import base_population

SAMPLES = 24


@pytest.fixture(scope="module")
def chain(pack):
    return prepare(pack, 2030, with_health=False, samples=SAMPLES)


@pytest.fixture(scope="module")
def found(chain):
    return concentration_dataset(chain)


def modelled(chain, sample, year, given=None):
    """Return what sources give to every receptor in one sample, from its one kernel: {receptor: ug/m3}."""
    ensemble = chain.ensemble
    emissions = (chain.baseline if given is None else given)["value"].sel(year=year)
    given = ensemble.contributions(emissions)[ensemble.kernel[sample]].sum(axis=0)
    given = given + ensemble.raw.constant.sum("species").to_numpy()
    total = sum(given[place] * ensemble.factor[sample, nation] for place, nation in enumerate(ensemble.source))
    return dict(zip(ensemble.raw.receptors, total.tolist(), strict=True))


def natural(chain, place):
    return float(chain.places.mean(chain.relation.natural).sel(place=place))


def ends(values):
    ordered = np.sort(values)
    return np.interp([0.05, 0.95], np.linspace(0, 1, len(ordered)), ordered)


@pytest.mark.parametrize(
    ("place", "observed_at", "year", "observed"),
    [("KR-11", "KR-11", 2020, 21.0), ("TWN", "TWN", 2023, 20.2), ("CN-BJ", "CN-BJ", 2025, 27.0)],
)
def test_the_total_is_the_observation_and_the_change_since(chain, found, place, observed_at, year, observed):
    values = [
        observed + modelled(chain, sample, 2030)[place] - modelled(chain, sample, year)[observed_at]
        for sample in range(SAMPLES)
    ]
    here = found.sel(place=place)
    assert ends(values) == pytest.approx([float(here["total_low"]), float(here["total_high"])])
    level = [modelled(chain, sample, 2030)[place] + natural(chain, place) for sample in range(SAMPLES)]
    assert ends(level) == pytest.approx([float(here["modelled_low"]), float(here["modelled_high"])])


def test_an_inherited_bias_is_that_of_the_place_observed(pack, chain, found):
    """Qinghai was not observed: it takes the bias of China in 2025, 28 ug/m3."""
    people = base_population(pack)
    weights = {code: float(people.get(code, 0.0)) for code in members(pack, "CHN")}
    whole = sum(weights.values())
    values = []
    for sample in range(SAMPLES):
        then = modelled(chain, sample, 2025)
        china = sum(weight * then[code] for code, weight in weights.items()) / whole
        values.append(28.0 - china + modelled(chain, sample, 2030)["CN-QH"])
    here = found.sel(place="CN-QH")
    shift = natural(chain, "CN-QH") - natural(chain, "CHN")
    assert ends(values) + shift == pytest.approx([float(here["total_low"]), float(here["total_high"])])


def test_under_a_scenario_the_observation_is_that_of_the_emissions_as_they_were(pack):
    baseline = baseline_cube(pack)
    halved = baseline.assign(value=0.5 * baseline["value"])
    chain = prepare(pack, 2030, halved, with_health=False, samples=SAMPLES, reference=baseline)
    values = [
        21.0 + modelled(chain, sample, 2030)["KR-11"] - modelled(chain, sample, 2020, baseline)["KR-11"]
        for sample in range(SAMPLES)
    ]
    here = concentration_dataset(chain).sel(place="KR-11")
    low, high = ends(values)
    value = float(here["total"])
    assert [float(here["total_low"]), float(here["total_high"])] == pytest.approx([min(low, value), max(high, value)])


def test_a_place_without_observation_has_the_spread_of_the_model(found):
    here = found.sel(place="PRK")
    assert float(here["total_low"]) == float(here["modelled_low"]) < float(here["total"])
    assert float(here["total_high"]) == float(here["modelled_high"]) > float(here["total"])


def test_a_group_is_the_mean_of_its_regions_in_every_sample(pack, chain, found):
    people = base_population(pack)
    weights = {code: float(people[code]) for code in members(pack, "SCA")}
    observed = {"KR-11": (2020, 21.0), "KR-28": (2021, 20.7), "KR-41": (2021, 20.1)}
    values = []
    for sample in range(SAMPLES):
        now = modelled(chain, sample, 2030)
        parts = {
            code: level - modelled(chain, sample, year)[code] + now[code] for code, (year, level) in observed.items()
        }
        values.append(sum(weights[code] * parts[code] for code in weights) / sum(weights.values()))
    here = found.sel(place="SCA")
    assert ends(values) == pytest.approx([float(here["total_low"]), float(here["total_high"])])


def test_the_value_is_inside_and_what_is_held_has_no_interval(pack, found):
    for name in ("total", "modelled"):
        known = found[f"{name}_low"].notnull()
        inside = (found[f"{name}_low"] <= found[name]) & (found[name] <= found[f"{name}_high"])
        assert bool(inside.where(known, True).all())
    at_base = concentration_dataset(prepare(pack, 2015, with_health=False, samples=SAMPLES))
    assert bool(at_base["modelled_low"].isnull().all())
    assert bool(at_base["total_low"].sel(place=["KR-41", "tokyo", "PRK"]).isnull().all())
    seoul = concentration_dataset(prepare(pack, 2018, with_health=False, samples=SAMPLES)).sel(place="KR-11")
    assert np.isnan(seoul["total_low"]) and float(seoul["total"]) == pytest.approx(23.0)
    assert float(seoul["modelled_low"]) < float(seoul["modelled"]) < float(seoul["modelled_high"])


def test_without_samples_there_is_no_interval(pack):
    found = airshed.assess(pack, parts=("concentration",))["concentration"]
    assert bool(found[["total_low", "total_high", "modelled_low", "modelled_high"]].to_array().isnull().all())


def test_the_table_carries_the_ends(pack, assessment):
    table = concentrations(pack, assessment).set_index("place")
    assert list(table.columns[:6]) == ["total", "total_low", "total_high", "modelled", "modelled_low", "modelled_high"]
    assert table.loc["CN-BJ", "total_low"] < table.loc["CN-BJ", "total"] < table.loc["CN-BJ", "total_high"]
    assert np.isnan(table.loc["KR-41", "total_low"])
