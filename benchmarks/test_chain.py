"""One scenario through emissions, concentration and deaths, beside the bare numpy of the same arithmetic."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from airshed.assessment.chain.chain import Chain, Health, prepare
from airshed.impacts.mortality import AgeBands
from airshed.transport.relation import EMITTED, Relation
from airshed.transport.tm5fasst import PRECURSORS, SPECIES


def bare(chain):
    """Return the same arithmetic as one function of a plain array, everything else bound."""
    matrix, constant, offset = chain._matrix, chain._constant, chain._offset
    order, known = chain._order, chain._known[:, None, None]
    deaths, bands, om = chain.people.deaths, chain.people.bands, chain.relation.om_to_oc

    def run(values):
        values = values[order] * known
        fine, black, organic = (values[..., place] for place in range(3))
        matter = om * organic
        other = np.maximum(fine - black - matter, 0.0)
        emitted = np.concatenate(
            [values.sum(axis=1)[:, 3:].T.ravel(), black.sum(axis=1), matter.sum(axis=1), other.sum(axis=1)]
        )
        species = np.maximum((matrix @ emitted).reshape(constant.shape) + constant, 0.0)
        total = np.maximum(species.sum(axis=0) + offset, 0.0)
        excess = np.maximum(total[:, None] - bands.counterfactual, 0.0)
        log_risk = bands.theta * np.log1p(excess / bands.alpha) / (1 + np.exp(-(excess - bands.mu) / bands.nu))
        return total, (-np.expm1(-log_risk) * deaths).sum(axis=1)

    return run


def test_one_scenario_against_bare_numpy(pack, seconds, tell):
    chain = prepare(pack, 2015)
    emissions = chain.emissions()
    values, floor = emissions.to_numpy(), bare(chain)
    assert np.allclose(floor(values)[1], chain.evaluate(emissions)[1], equal_nan=True)
    here, there = seconds(lambda: chain.evaluate(emissions), loops=50), seconds(lambda: floor(values), loops=50)
    tell(
        f"one scenario {1e3 * here:.2f} ms, bare numpy {1e3 * there:.2f} ms, ratio {here / there:.1f} (at most 5)",
        "one scenario",
        "built-in pack",
        here=here,
        theirs=there,
        beside="bare numpy",
    )
    assert here < 0.005 and here <= 5 * there


def synthetic(regions: int, receptors: int) -> Chain:
    """Return a chain of that many sources and receptors with random numbers."""
    random = np.random.default_rng(1)
    names, places = [f"R{place}" for place in range(regions)], [f"C{place}" for place in range(receptors)]
    coords = {"precursor": list(PRECURSORS), "species": list(SPECIES), "region": names, "receptor": places}
    dims = tuple(coords)
    shape = tuple(len(coords[dim]) for dim in dims)
    zeros = xr.DataArray(np.zeros(receptors), coords={"receptor": places}, dims="receptor")
    relation = Relation(
        xr.DataArray(random.random(shape) / regions, coords=coords, dims=dims),
        xr.DataArray(np.zeros(shape[1:]), coords={dim: coords[dim] for dim in dims[1:]}, dims=dims[1:]),
        zeros,
        zeros,
        zeros,
        1.3,
    )
    value = xr.DataArray(
        random.random((regions, 9, len(EMITTED), 1)),
        coords={"region": names, "sector": [str(n) for n in range(9)], "pollutant": list(EMITTED), "year": [2015]},
        dims=("region", "sector", "pollutant", "year"),
    )
    one = np.ones(12)
    bands = AgeBands([""] * 12, 0.14 * one, 0.01 * one, 1.6 * one, 15.5 * one, 36.8 * one, 2.4 * one, "")
    health = Health(places, np.ones(receptors), np.ones((receptors, 12)), bands)
    return Chain(
        year=2015,
        baseline=xr.Dataset({"value": value}),
        reference=xr.Dataset({"value": value}),
        ensemble=None,
        relation=relation,
        places=None,
        levels=SimpleNamespace(unexplained=np.zeros(receptors)),
        rest=np.zeros((0, receptors)),
        natural_away=np.zeros((0, receptors)),
        natural_factor=np.ones((0, receptors)),
        health=health,
        home={},
    )


def test_cost_is_linear_in_regions_times_receptors(seconds, tell):
    sizes = [(200, 200), (400, 400), (800, 800)]
    times = []
    for regions, receptors in sizes:
        chain = synthetic(regions, receptors)
        emissions = chain.emissions()
        chain.evaluate(emissions)
        times.append(seconds(lambda chain=chain, emissions=emissions: chain.evaluate(emissions), loops=3))
    products = [regions * receptors for regions, receptors in sizes]
    exponent = math.log(times[-1] / times[0]) / math.log(products[-1] / products[0])
    shown = ", ".join(f"{product}: {1e3 * time:.1f} ms" for product, time in zip(products, times, strict=True))
    tell(
        f"regions x receptors {shown}; exponent {exponent:.2f} (at most 1.15)",
        "one scenario by size",
        "regions x receptors",
        here=times[-1],
        exponent=exponent,
    )
    assert exponent <= 1.15


@pytest.mark.benchmark(group="scenario")
def test_evaluate(benchmark, pack):
    chain = prepare(pack, 2015)
    emissions = chain.emissions()
    benchmark(chain.evaluate, emissions)
