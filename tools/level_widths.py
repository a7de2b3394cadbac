"""Print the widths of levels that the observations of a pack are likeliest under.

    python tools/level_widths.py [PACK]

The marginal likelihood of all observations (Rasmussen and Williams 2006, chapter 5), largest over the offsets of
nations, regions and cities and the courses of nations and regions; the errors of the observations are those of the
pack.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from airshed.assessment.chain.chain import prepare
from airshed.pack.pack import open_pack
from airshed.transport.levels import LevelFit, Widths, log_likelihood

NAMES = ("nation", "place", "city", "course", "region_course")


def likeliest(fit: LevelFit) -> Widths:
    """Return the widths of the largest likelihood, the others as they are."""

    def loss(logs: np.ndarray) -> float:
        known = replace(fit.widths, **dict(zip(NAMES, np.exp(logs).tolist(), strict=True)))
        return -log_likelihood(fit.ground, fit.used, known)

    start = np.log([getattr(fit.widths, name) for name in NAMES])
    found = minimize(loss, start, method="Nelder-Mead", options={"xatol": 0.01, "fatol": 0.01, "maxiter": 400})
    return replace(fit.widths, **dict(zip(NAMES, np.exp(found.x).tolist(), strict=True)))


if __name__ == "__main__":
    pack = open_pack(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    chain = prepare(pack, pack.base_year, with_health=False)
    widths = likeliest(chain.levels.fit)
    for name in NAMES:
        print(f"{name}: {getattr(widths, name):.3f}")
