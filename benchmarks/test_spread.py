"""Intervals beside the bare numpy of the samples they rest on."""

import numpy as np

from airshed.assessment.chain.chain import prepare
from airshed.assessment.chain.concentration import concentration_dataset
from airshed.assessment.lives.damage import damage_chain, damage_table
from airshed.assessment.lives.joint import draw, joint
from airshed.assessment.lives.uncertainty import sampled, uncertainty


def test_joint_sampling_beside_the_products_of_its_arrays(pack, seconds, tell):
    """The floor: emissions times relation for every sample, thrice (all inputs, emissions and relation alone).

    Beside it also the whole question, which calibrates to the year and draws the inputs first.
    """
    samples = 1000
    chain = prepare(pack, pack.base_year, samples=samples)
    model, draws = joint(pack, chain), draw(pack, chain, samples, 1)

    def bare():
        for _ in range(3):
            for sample in range(samples):
                kernel = model.kernel[sample]
                np.einsum("prc,pr->rc", model.effect[kernel], model.emitted) * model.factor[sample][model.source]

    here, there = seconds(lambda: sampled(model, draws, samples), rounds=5), seconds(bare, rounds=5)
    whole = seconds(lambda: uncertainty(pack, samples), rounds=3)
    size, beside = f"{samples} samples", "bare products"
    for job, spent, most in (("joint samples", here, 2), ("uncertainty", whole, 7)):
        told = f"{job} {1e3 * spent:.0f} ms, {beside} {1e3 * there:.0f} ms, ratio {spent / there:.1f} (at most {most})"
        tell(told, job, size, here=spent, theirs=there, beside=beside)
    assert here <= 2 * there and whole <= 7 * there


def test_levels_beside_the_contributions_of_their_years(pack, seconds, tell):
    """The floor: what all sources give under every kernel, once for each year that an observation is of."""
    chain = damage_chain(pack)
    years = {year for item in chain.biases.values() if item for _, year, _ in item.made_of} | {chain.year}
    emissions = [chain.baseline["value"].sel(year=year) for year in years]
    here = seconds(lambda: concentration_dataset(chain), rounds=3)
    there = seconds(lambda: [chain.ensemble.contributions(item) for item in emissions], rounds=3)
    tell(
        f"levels {here:.2f} s, contributions of {len(years)} years {there:.2f} s, ratio {here / there:.1f} (at most 5)",
        "levels with intervals",
        f"{len(years)} years",
        here=here,
        theirs=there,
        beside="their contributions",
    )
    assert here <= 5 * there


def test_damage_with_samples_beside_without(pack, seconds, tell):
    chain, bare = damage_chain(pack), damage_chain(pack, samples=0)
    here, there = (
        seconds(lambda: damage_table(pack, chain), rounds=3),
        seconds(lambda: damage_table(pack, bare), rounds=3),
    )
    tell(
        f"damage {here:.2f} s, without samples {there:.2f} s, ratio {here / there:.1f} (at most 10)",
        "damage with samples",
        "",
        here=here,
        theirs=there,
        beside="without samples",
    )
    assert here <= 10 * there
