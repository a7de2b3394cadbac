"""Intervals beside the bare numpy of the samples they rest on."""

import numpy as np

from airshed.assessment.chain import prepare
from airshed.assessment.concentration import concentration_dataset
from airshed.assessment.damage import damage_chain, damage_table
from airshed.assessment.joint import joint
from airshed.assessment.uncertainty import uncertainty


def test_joint_sampling_beside_the_products_of_its_arrays(pack, seconds, tell):
    """The floor: emissions times relation for every sample, thrice (all inputs, emissions and relation alone)."""
    samples = 1000
    model = joint(pack, prepare(pack, pack.base_year, samples=samples))

    def bare():
        for _ in range(3):
            for sample in range(samples):
                kernel = model.kernel[sample]
                np.einsum("prc,pr->rc", model.effect[kernel], model.emitted) * model.factor[sample][model.source]

    here, there = seconds(lambda: uncertainty(pack, samples), rounds=3), seconds(bare, rounds=3)
    tell(
        f"1000 joint samples {here:.2f} s (under 3), bare products {there:.2f} s, ratio {here / there:.1f} (at most 12)"
    )
    assert here < 3 and here <= 12 * there


def test_spread_of_levels_and_of_damage(pack, seconds, tell):
    chain, bare = damage_chain(pack), damage_chain(pack, samples=0)
    for name, make, limit in (("levels", concentration_dataset, 0.3), ("damage", lambda c: damage_table(pack, c), 0.6)):
        here = seconds(lambda make=make: make(chain), rounds=3)
        there = seconds(lambda make=make: make(bare), rounds=3)
        tell(f"{name} with samples {here:.2f} s (under {limit} more), without {there:.2f} s, ratio {here / there:.1f}")
        assert here - there < limit
