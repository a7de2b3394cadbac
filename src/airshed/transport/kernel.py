"""The downscaling kernel: how a country block is shared out to the provinces and cities inside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.errors import MissingTableError, Phrase
from airshed.pack.pack import Pack


@dataclass(frozen=True)
class Kernel:
    """Parameters of the weight: distance scales in km and exponents, for secondary and for primary precursors."""

    d0_secondary: float
    omega_secondary: float
    d0_primary: float
    omega_primary: float


@equation(
    key="kernel-weight",
    title="Weight of a source at a distance",
    latex=r"w = (1 + d/d_0)^{-\omega}",
    units="1",
    citation="bell shape of SHERPA: Pisoni et al. 2017, J. Environ. Manage. 203:727, with a distance scale d0",
)
def weight(distance: Floats, d0: Floats | float, omega: Floats | float) -> Floats:
    """Return the weight of a source at a distance.

    distance : array, km, >= 0
    d0 : distance scale, km, > 0
    omega : exponent, >= 0; both broadcast with the distances
    returns : array of the same shape, 0..1

    >>> weight(np.array([0.0, 30.0]), 30.0, 2.0)
    array([1.  , 0.25])
    """
    # A power, not an exponential: sulphate of a power plant is found hundreds of kilometres away, where an exponential
    # that fits nearby has left nothing. The 1 keeps a source over its own receptor finite.
    return np.asarray((1.0 + distance / d0) ** -omega, dtype=np.float64)


@equation(
    key="downscaling",
    title="Downscaling of a country block to provinces and cities",
    latex=r"K(r,c) = \frac{K(S,R)\, w(r,c)}{\sum_{r' \in S}\sum_{c' \in R} e(r')\, n(c')\, w(r',c')}",
    units="ug/m3 per kt/yr",
    citation="docs/method.md: the population-weighted effect of S on R stays that of the block",
)
def downscale(block: float, weights: Floats, emission_share: Floats, partition: Floats) -> Floats:
    """Share a block out.

    block : K(S,R), ug/m3 per kt/yr, population-weighted over R
    weights : array (source in S, receptor in R or a city of it)
    emission_share : array (source), adding to 1
    partition : array (receptor), the population share of the regions of R, adding to 1; 0 for cities
    returns : array (source, receptor), ug/m3 per kt/yr; with emissions in the given shares its population-weighted
        effect is that of the block
    """
    # Divided by its mean over emissions and people, the kernel moves what is there from place to place and adds
    # nothing: TM5-FASST is made for the block, and says nothing of places inside.
    return block * weights / float(emission_share @ weights @ partition)


def kernel(pack: Pack) -> Kernel:
    """Return the kernel parameters of the pack; raises MissingTableError if one is absent."""
    rows = pack.table("parameters").set_index("key")["value"]
    found = {}
    for name in Kernel.__dataclass_fields__:
        if f"kernel_{name}" not in rows.index:
            raise MissingTableError("parameters", Phrase("detail-parameter", key=f"kernel_{name}"))
        found[name] = float(rows[f"kernel_{name}"])
    return Kernel(**found)
