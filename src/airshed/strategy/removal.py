"""What a measure removes of every pollutant, and what it raises beside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.strategy.measures import UNKNOWN, Measure

CARRIED = ("BC", "OC")
"""Parts of PM2.5 that a device takes out with it, at the same efficiency unless their own is published."""
WHOLE = "PM2.5"


def efficiencies(measure: Measure, pollutants: Sequence[str]) -> Floats:
    """Return the removal efficiency (pollutant) of a measure; 0 where none is published.

    BC and OC are parts of PM2.5 and take its efficiency: a device does not tell them apart. What a measure raises
    beside something that it removes is 0 here, see `raised`. A replacement removes what it does beyond the old one.
    """
    if measure.swap is not None:
        new, old = measure.swap
        return efficiencies(new, pollutants) - efficiencies(old, pollutants)
    known = {code: item.value for code, item in measure.efficiency.items()}
    for part in CARRIED:
        known.setdefault(part, known.get(WHOLE, 0.0))
    for code in raised(measure):
        known[code] = 0.0
    return np.array([known.get(code, 0.0) for code in pollutants])


@equation(
    key="raised-emission",
    title="Pollutant that a measure raises, per tonne of the one it removes",
    latex=r"r_{p} = \frac{-\eta_{p}\,f_{p}}{\eta_{a}\,f_{a}}",
    units="t per t",
    citation="emission factors and removal efficiencies of one activity; rule of this project, see docs/method.md",
)
def raised_per_tonne(efficiency: float, factor: float, anchor_efficiency: float, anchor_factor: float) -> float:
    """Return how much of a pollutant comes with a tonne that is removed of the anchor.

    efficiency : of the raised pollutant, below 0; factor : its emission without the measure per unit of activity
    anchor_efficiency, anchor_factor : the same of the pollutant that the measure is priced by

    >>> raised_per_tonne(-99.0, 0.001, 0.5, 0.25)
    0.792
    """
    return -efficiency * factor / (anchor_efficiency * anchor_factor)


def raised(measure: Measure) -> dict[str, float]:
    """Return what a measure raises per tonne of the pollutant that it is priced by.

    Such emissions (ammonia slip) go with the activity. As a share of the inventory's own emission of that pollutant
    they would be nothing or far too much, for that comes from elsewhere or is the slip of what is in place.
    """
    if not any(item.value < 0 for item in measure.efficiency.values()):
        return {}
    anchor = "" if measure.cost is None else measure.cost.pollutant
    gain = measure.efficiency.get(anchor, UNKNOWN).value * measure.factor.get(anchor, np.nan)
    if not gain > 0:
        return {}
    return {
        code: raised_per_tonne(
            item.value, measure.factor[code], measure.efficiency[anchor].value, measure.factor[anchor]
        )
        for code, item in measure.efficiency.items()
        if item.value < 0 and code in measure.factor
    }


def removed_by(
    measure: Measure, efficiency: Floats, unabated: Floats, pollutants: Sequence[str]
) -> tuple[Floats, Floats]:
    """Return what a measure removes at application 1, kt/yr, and how much of that is of the pollutant it is priced by.

    efficiency : (pollutant), see `efficiencies`; unabated : (..., pollutant), kt/yr
    returns : (..., pollutant), below 0 for what it raises; (...), 0 without a price; of a replacement both are what the
        new one does beyond the old one, but that the old one raised more counts as nothing
    """
    if measure.swap is not None:
        new, old = measure.swap
        gone, tonnes = removed_by(new, efficiencies(new, pollutants), unabated, pollutants)
        before, _ = removed_by(old, efficiencies(old, pollutants), unabated, pollutants)
        gone = gone - before
        for code in raised(old):
            if code in pollutants:
                gone[..., pollutants.index(code)] = np.minimum(gone[..., pollutants.index(code)], 0.0)
        anchor = "" if new.cost is None else new.cost.pollutant
        return gone, tonnes if anchor not in pollutants else gone[..., pollutants.index(anchor)]
    removed = efficiency * unabated
    priced = "" if measure.cost is None else measure.cost.pollutant
    if priced not in pollutants:
        return removed, np.zeros(unabated.shape[:-1])
    amount = removed[..., pollutants.index(priced)].copy()
    for code, share in raised(measure).items():
        if code in pollutants:
            removed[..., pollutants.index(code)] -= share * amount
    return removed, amount
