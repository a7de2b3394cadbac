"""Spread of the concentration of places: against single samples worked through one by one, and where none may stand."""

from dataclasses import replace

import numpy as np
import pytest

import airshed
from airshed.assessment.chain.chain import prepare
from airshed.assessment.chain.concentration import concentration_dataset, sampled_levels, weather
from airshed.assessment.chain.levels import drawn_logs, structure_scores
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


def drawn_natural(chain, place):
    """Return the natural part in every sample (sample): its own draw."""
    return natural(chain, place) + chain.natural_away @ chain.places.weights.sel(place=place).to_numpy()


def ends(values):
    ordered = np.sort(values)
    return np.interp([0.05, 0.95], np.linspace(0, 1, len(ordered)), ordered)


def responses(chain, code):
    """Return exp(ln R) of a receptor in every sample (sample), not above what the relation can carry, and the rest."""
    place = chain.relation.receptors.index(code)
    drawn = np.exp(drawn_logs(chain.levels.fit, chain.year, SAMPLES, chain.seed, chain.natural_away)[:, place])
    return np.minimum(drawn, 3.0), np.maximum(drawn - 3.0, 0.0)


def as_modelled(chain, code):
    """Return what sources give to a receptor by the calibrated relation, without a response."""
    return float(chain.relation.by_species(chain.emissions()).sum("species").sel(receptor=code)) / float(
        chain.levels.ratio[chain.relation.receptors.index(code)]
    )


def weather_of(chain, place):
    return weather(chain)[:, chain.places.codes.index(place)]


@pytest.mark.parametrize("place", ["KR-11", "TWN", "CN-BJ", "CN-QH", "PRK", "ulaanbaatar"])
def test_the_total_is_natural_part_and_response_times_the_modelled_part_in_every_sample(chain, found, place):
    """Observed or not: the observations hold the level, so a sample of the relation moves only who gives it."""
    carried, rest = responses(chain, place)
    part = as_modelled(chain, place)
    given = [modelled(chain, sample, 2030)[place] for sample in range(SAMPLES)]
    assert given == pytest.approx(carried * part)
    here, level = found.sel(place=place), drawn_natural(chain, place) + carried * part
    assert held(here, "modelled", level) == pytest.approx([float(here["modelled_low"]), float(here["modelled_high"])])
    total = (level + rest * part) * np.exp(weather_of(chain, place))
    assert held(here, "total", total) == pytest.approx([float(here["total_low"]), float(here["total_high"])])


def held(here, name, values):
    """Return 5 and 95 % of values, with the central value inside."""
    low, high = ends(values)
    return [min(low, float(here[name])), max(high, float(here[name]))]


def test_a_nation_is_the_mean_of_its_regions_in_every_sample(pack, chain, found):
    people = base_population(pack)
    for code in ("CHN", "SCA"):
        weights = {part: float(people.get(part, 0.0)) for part in members(pack, code)}
        whole = sum(weights.values())
        level = np.zeros(SAMPLES)
        for part, weight in weights.items():
            if weight:
                carried, rest = responses(chain, part)
                level += weight / whole * (drawn_natural(chain, part) + (carried + rest) * as_modelled(chain, part))
        here = found.sel(place=code)
        total = level * np.exp(weather_of(chain, code))
        assert held(here, "total", total) == pytest.approx([float(here["total_low"]), float(here["total_high"])])


def test_the_weather_of_a_year_is_partly_that_of_the_nation(pack):
    """Over 400 years: spread 0.074 in ln, 0.61 of its variance shared in a nation, nothing between nations."""
    chain = prepare(pack, 2015, with_health=False, samples=1)
    drawn = np.array([weather(replace(chain, year=year))[0] for year in range(1800, 2200)])
    at = {code: drawn[:, chain.places.codes.index(code)] for code in ("KR-11", "KR-26", "tokyo")}
    assert at["KR-11"].std() == pytest.approx(0.074, rel=0.1)
    assert np.corrcoef(at["KR-11"], at["KR-26"])[0, 1] == pytest.approx(0.61, abs=0.1)
    assert abs(np.corrcoef(at["KR-11"], at["tokyo"])[0, 1]) < 0.15


def test_under_a_scenario_the_response_is_that_of_the_emissions_as_they_were(pack):
    """Half of all emissions: the sources give what they give in the sample, of which the relation may be wrong."""
    baseline = baseline_cube(pack)
    halved = baseline.assign(value=0.5 * baseline["value"])
    chain = prepare(pack, 2030, halved, with_health=False, samples=SAMPLES, reference=baseline)
    before = prepare(pack, 2030, baseline, with_health=False, samples=SAMPLES)
    assert chain.levels.ratio.tolist() == before.levels.ratio.tolist()
    now, then = (
        float(item.relation.by_species(item.emissions()).sum("species").sel(receptor="KR-11"))
        for item in (chain, before)
    )
    wrong = np.exp(0.2 * structure_scores(SAMPLES, chain.seed) * np.log(now / then))
    given = np.array([modelled(chain, sample, 2030)["KR-11"] for sample in range(SAMPLES)])
    total = (drawn_natural(chain, "KR-11") + given * wrong) * np.exp(weather_of(chain, "KR-11"))
    here = concentration_dataset(chain).sel(place="KR-11")
    assert float(here["total"]) == pytest.approx(natural(chain, "KR-11") + now)
    assert held(here, "total", total) == pytest.approx([float(here["total_low"]), float(here["total_high"])])


def test_the_value_is_inside_and_no_end_is_below_the_natural_part(pack, found):
    at_base = concentration_dataset(prepare(pack, 2015, with_health=False, samples=SAMPLES))
    for data in (found, at_base):
        fixed = data["modelled_low"].isnull()
        assert bool((data["response"] > 3).where(fixed, True).all()), "all that the relation can carry in every sample"
        for name, known in (("total", data["total"] > 0), ("modelled", ~fixed)):
            inside = (data[f"{name}_low"] <= data[name]) & (data[name] <= data[f"{name}_high"])
            assert bool(inside.where(known, True).all())
        assert bool((data["response_low"] > 0).all())


def test_no_level_of_a_sample_is_below_the_natural_part_drawn_in_it(chain):
    modelled = chain.places.mean(chain.relation.concentration(chain.emissions())).to_numpy()
    levels = sampled_levels(chain, modelled)[0]
    drawn = np.column_stack([drawn_natural(chain, place) for place in chain.places.codes])
    assert (drawn >= 0).all() and (levels >= drawn).all() and (levels > drawn).mean() > 0.99


@pytest.mark.parametrize("place", ["CN-XZ", "CN-NX", "CN-XJ"])
def test_the_natural_part_is_drawn_between_its_printed_ends(pack, place):
    """90 % of the samples lie between low and high of the table, half on either side of its value."""
    row = pack.table("natural").set_index("place").loc[place]
    drawn = drawn_natural(prepare(pack, 2015, with_health=False, samples=2000), place)
    assert np.quantile(drawn, [0.05, 0.5, 0.95]) == pytest.approx([row["low"], row["value"], row["high"]], rel=0.02)


def test_what_is_natural_widens_a_place_never_observed_and_hardly_one_that_is(pack):
    """Ningxia has no observation, and 21 (10 to 49) ug/m3 of dust; the level of Beijing is held by its stations."""
    chain = prepare(pack, 2015, with_health=False, samples=2000)
    level = concentration_dataset(chain)["modelled_high"] - concentration_dataset(chain)["modelled_low"]
    fixed = concentration_dataset(replace(chain, natural_away=np.zeros_like(chain.natural_away)))
    assert float(level.sel(place="CN-NX")) > 35.0
    within = np.ptp(np.quantile(drawn_natural(chain, "CN-BJ"), [0.05, 0.95]))
    loose = float((fixed["modelled_high"] - fixed["modelled_low"]).sel(place="CN-BJ"))
    assert within > 10.0 and float(level.sel(place="CN-BJ")) < loose


def test_a_place_with_an_observation_is_known_better_than_one_without(pack):
    """In ln of the man-made part: Seoul, observed in 2015, against North Korea, where nothing ever was."""
    air = concentration_dataset(prepare(pack, 2015, with_health=False, samples=SAMPLES))
    width = np.log(air["response_high"] / air["response_low"])
    assert float(width.sel(place="KR-11")) < 0.3 < 1.5 < float(width.sel(place="PRK"))


def test_without_samples_there_is_no_interval(pack):
    found = airshed.assess(pack, airshed.Question(samples=0), parts=("concentration",))["concentration"]
    assert bool(found[["total_low", "total_high", "modelled_low", "modelled_high"]].to_array().isnull().all())


def test_the_table_carries_the_ends(pack, assessment):
    table = concentrations(pack, assessment).set_index("place")
    assert list(table.columns[:6]) == ["total", "total_low", "total_high", "modelled", "modelled_low", "modelled_high"]
    assert table.loc["CN-BJ", "total_low"] < table.loc["CN-BJ", "total"] < table.loc["CN-BJ", "total_high"]
    assert table[["total_low", "total_high"]].notna().all().all()
