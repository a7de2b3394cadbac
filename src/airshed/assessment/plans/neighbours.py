"""Whether a tonne does more damage than that of the neighbours allows: a law that a borrowed relation may break."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airshed.assessment.lives.damage import effect_per_kilotonne, slopes
from airshed.assessment.plans.plan_inputs import PlanInputs
from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.transport.distance import great_circle
from airshed.transport.relation import EMITTED

NEAREST = 3
"""Regions of other nations that a region is held against."""
ALLOWED = 1.5
"""Times the most that these neighbours' tonnes do, up to which nothing is said: rule of this project."""


@dataclass(frozen=True)
class Beyond:
    """A region whose tonne kills more elsewhere than its neighbours' allow: deaths per kilotonne, and their most."""

    region: str
    deaths: float
    around: float

    @property
    def times(self) -> float:
        """How many times the most of the neighbours it is."""
        return self.deaths / self.around


@equation(
    key="neighbour-law",
    title="Damage of a tonne against that of the neighbours",
    latex=r"\frac{d_r}{\max_{n \in N(r)} d_n} \le 1.5",
    units="1",
    citation="rule of this project: N are the three nearest regions of other nations; a study may say otherwise",
)
def beyond(deaths: Floats, around: Floats) -> Floats:
    """Return the ratio of a region's deaths per kilotonne to the most of its neighbours' (region).

    deaths : (region); around : (region, neighbour)

    >>> beyond(np.array([6.0]), np.array([[2.0, 3.0]]))
    array([2.])
    """
    most = around.max(axis=1)
    return np.asarray(np.divide(deaths, most, out=np.ones(len(deaths)), where=most > 0))


def beyond_neighbours(held: PlanInputs, pollutant: str = "NH3") -> list[Beyond]:
    """Return the regions whose tonne of a pollutant kills more than ALLOWED times that of every near neighbour.

    Deaths elsewhere are held against each other: how many live at the source itself is no matter of the relation. Only
    regions that emit and whose point is known; neighbours are the NEAREST regions of other nations.
    """
    chain = held.chain
    emissions = chain.emissions()
    level = chain.evaluate(emissions)[0].to_numpy()
    effect = effect_per_kilotonne(chain, emissions)[EMITTED.index(pollutant)]
    itself = np.array(chain.relation.regions)[:, None] == np.array(chain.people.regions)
    per = np.where(itself, 0.0, effect) @ slopes(chain, level)[0]
    rows = held.pack.table("regions").set_index("code")
    known = [code for code in chain.relation.regions if code in rows.index and np.isfinite(rows["latitude"][code])]
    place = [chain.relation.regions.index(code) for code in known]
    latitude, longitude = (rows.loc[known, name].to_numpy(dtype=np.float64) for name in ("latitude", "longitude"))
    found = []
    for at, code in enumerate(known):
        apart = np.array([chain.home[other] != chain.home[code] for other in known])
        if apart.sum() < NEAREST:
            continue
        far = great_circle(latitude[at : at + 1], longitude[at : at + 1], latitude, longitude)
        near = np.argsort(np.where(apart, far, np.inf), kind="stable")[:NEAREST]
        deaths, around = float(per[place[at]]), np.array([per[place[other]] for other in near])
        if around.max() > 0 and beyond(np.array([deaths]), around[None])[0] > ALLOWED:
            found.append(Beyond(code, deaths, float(around.max())))
    return found
