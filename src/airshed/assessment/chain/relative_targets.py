"""Targets that ask the same of all cities: the same share of the gap to what is possible, or the same fall in percent.

Both were the measure of ambition in the negotiations of the Gothenburg Protocol: no single city sets them.
"""

from __future__ import annotations

import re

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.bounds import PERCENT, number
from airshed.pack.equations import equation
from airshed.pack.spelling import tidy

GAP, CUT = "gap", "cut"
FORM = re.compile(r"(gap|cut)\s*:\s*([^:%]+)%?", re.IGNORECASE)
LONGEST = 40


def relative(target: str) -> tuple[str, float] | None:
    """Return the kind and share of a target such as `gap:60%` or `cut:20%`, None for any other.

    Raises AirshedError for a share that is no percentage.

    >>> relative("gap:60%"), relative("cut: 20"), relative("who-it3")
    (('gap', 0.6), ('cut', 0.2), None)
    """
    found = FORM.fullmatch(tidy(target[:LONGEST]))
    return None if found is None else (found[1].lower(), number(found[2], "target", PERCENT) / 100.0)


@equation(
    key="gap-closure",
    title="Targets by gap closure and by equal relative improvement",
    latex=r"T_c = C_c - g\,(C_c - C_c^{min});\qquad T_c = (1 - g)\,C_c",
    units="ug/m3",
    citation="gap closure of the analyses for the Gothenburg Protocol: Amann et al. 2011, Environ. Model. "
    "Softw. 26:1489; the lowest level of each city is found for it alone (rule of this project)",
)
def closed(kind: str, share: float, level: Floats, lowest: Floats) -> Floats:
    """Return the targets of cities, ug/m3.

    kind : `gap`, the share of what lies between the level and the lowest in reach, or `cut`, the share of the level
    share : 0..1; level, lowest : (receptor), ug/m3

    >>> closed("gap", 0.5, np.array([40.0, 20.0]), np.array([20.0, 16.0]))
    array([30., 18.])
    >>> closed("cut", 0.25, np.array([40.0, 20.0]), np.array([20.0, 16.0]))
    array([30., 15.])
    """
    gap = level - lowest if kind == GAP else level
    return np.asarray(level - share * gap)
