"""Estimating the responses of all places from all observations, beside the bare linear algebra that it needs."""

import numpy as np

from airshed.assessment.chain.chain import prepare
from airshed.assessment.chain.levels import level_fit
from airshed.emissions.baseline import baseline_cube
from airshed.transport.levels import fit_levels

LIMIT = 1.0
"""Seconds that the estimate may take."""


def test_estimate_of_the_responses(pack, seconds, tell):
    """The floor solves one system of as many observations for as many unknowns."""
    chain = prepare(pack, pack.base_year, with_health=False)
    fit, cube = chain.levels.fit, baseline_cube(pack)
    count = sum(len(items) for items in fit.used.values())
    random = np.random.default_rng(1)
    root = random.normal(size=(count, count))
    system, sides = root @ root.T + count * np.eye(count), random.normal(size=(count, len(fit.mean)))
    floor = seconds(lambda: np.linalg.solve(system, sides), rounds=5)
    again = seconds(lambda: fit_levels(fit.ground, fit.used, fit.widths), rounds=5)
    whole = seconds(lambda: level_fit(pack, cube, chain.ensemble.relation, chain.places), rounds=3)
    tell(
        f"responses of {len(fit.ground.receptors)} places from {count} observations {whole:.3f} s (under {LIMIT:.0f}), "
        f"without the modelled years {again:.3f} s, bare solve {floor:.3f} s, ratio {again / floor:.1f} (at most 20)",
        "responses of places",
        f"{count} observations",
        here=again,
        theirs=floor,
        beside="bare solve",
    )
    assert whole < LIMIT and again <= 20 * floor
