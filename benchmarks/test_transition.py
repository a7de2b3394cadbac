"""Decomposition of many regions, sectors and years beside the formula of the paper without its care for zeros."""

import numpy as np

from airshed.transition.lmdi import effects

REGIONS, SECTORS, YEARS = 60, 8, 30
MOST = 4.0
"""Times the floor that the decomposition may take."""


def test_lmdi_against_its_bare_formula(seconds, tell):
    """Four factors of 60 regions x 8 sectors x 30 years, a tenth of them zero in one of them, year after year."""
    random = np.random.default_rng(3)
    factors = random.lognormal(0.0, 1.0, (4, REGIONS, SECTORS, YEARS))
    factors[3][random.random((REGIONS, SECTORS, YEARS)) < 0.1] = 0.0
    first, last = factors[..., :-1], factors[..., 1:]

    def floor():
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(last) - np.log(first)
            before, after = first.prod(axis=0), last.prod(axis=0)
            return (after - before) / (np.log(after) - np.log(before)) * logs

    whole = effects(first, last)
    change = last.prod(axis=0) - first.prod(axis=0)
    assert np.allclose(whole.sum(axis=0), change, rtol=1e-9, atol=1e-9 * np.abs(change).max())
    here, there = seconds(lambda: effects(first, last)), seconds(floor)
    tell(
        f"LMDI {1e3 * here:.1f} ms, bare formula {1e3 * there:.1f} ms, ratio {here / there:.1f} (at most {MOST:.0f})",
        "LMDI-I, four factors",
        f"{REGIONS} regions x {SECTORS} sectors x {YEARS} years",
        here=here,
        theirs=there,
        beside="the formula without zeros",
    )
    assert here <= MOST * there
