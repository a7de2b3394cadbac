"""How sure a level after a plan is: the relation was made for small changes, and a plan makes large ones."""

from __future__ import annotations

import numpy as np

from airshed.assessment.plans.plan_inputs import PlanInputs
from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.sampling.laws import NORMAL_90

RANGE = 0.2
"""Share by which emissions were changed to find the relation: larger cuts are extrapolated in a straight line."""
NOTHING = 1e-9
"""ug/m3 of man-made PM2.5 that is none."""


@equation(
    key="level-after-cuts",
    title="Level after deep cuts, with what the relation may be wrong by",
    latex=r"C_{5,95} = F + M_0 \left(\frac{M_1}{M_0}\right)^{1 \pm 1.645\,\sigma}",
    units="ug/m3",
    citation="error of the modelled ln change (structure, table error_terms of the pack); rule of this project",
)
def widened(floor: Floats, before: Floats, after: Floats, structure: float) -> tuple[Floats, Floats]:
    """Return the 5 and 95 % of levels after a plan, ug/m3: the wider, the deeper the cut.

    floor : (receptor), natural part and what is unexplained; before, after : (receptor), levels, ug/m3
    structure : standard error of the relation on the modelled ln change of the man-made part

    >>> low, high = widened(np.array([4.0]), np.array([24.0]), np.array([9.0]), 0.2)
    >>> low.round(2), high.round(2)
    (array([7.17]), array([11.89]))
    """
    start, left = np.maximum(before - floor, NOTHING), np.maximum(after - floor, NOTHING)
    ratio, width = left / start, NORMAL_90 * structure
    ends = [floor + start * ratio ** (1.0 + side * width) for side in (1.0, -1.0)]
    return np.minimum(*ends), np.maximum(*ends)


def ends_of_levels(held: PlanInputs, reached: Floats) -> tuple[Floats, Floats]:
    """Return the 5 and 95 % of the levels (receptor) that a plan reaches, ug/m3."""
    return widened(held.floor, held.level, reached, held.chain.levels.fit.widths.structure)


def beyond_range(held: PlanInputs, reached: Floats) -> list[str]:
    """Return the receptors whose man-made part a plan cuts by more than the relation was made for."""
    start = np.maximum(held.level - held.floor, NOTHING)
    cut = (held.level - reached) / start
    return [code for code, share in zip(held.receptors, cut, strict=True) if share > RANGE]


def below_floor(held: PlanInputs) -> list[str]:
    """Return the receptors whose target no measure can bring: it lies below what no measure moves."""
    asked = held.target + np.where(np.arange(len(held.receptors)) < held.cities, held.aims.within, 0.0)
    return [code for code, low in zip(held.receptors, asked < held.floor - NOTHING, strict=True) if low]
