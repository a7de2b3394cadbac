"""Where levels are sought and what was seen there: places with their natural part, and observations as arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from airshed.pack.arrays import Floats
from airshed.sampling.design import latin_column
from airshed.sampling.laws import NORMAL_90, split_normal

Indices = npt.NDArray[np.intp]
LEAST_PART = 0.1
"""Least man-made share of an observed level: one at or below the natural part says no more than that it is small."""


@dataclass(frozen=True)
class Ground:
    """What the model says of the places whose levels are sought.

    receptors : of the relation; region, nation : (receptor), the region of every receptor and its nation, by number;
    city : (receptor), whether it is a city; nations : names of the nations
    weights : place to its shares of the receptors (receptor), which add to 1
    natural, natural_error, natural_low, natural_high : (receptor), ug/m3; the ends are 5 and 95 %
    modelled : gives the man-made part (receptor) of a year, ug/m3; years : of the emissions
    """

    receptors: list[str]
    region: Indices
    nation: Indices
    city: npt.NDArray[np.bool_]
    nations: list[str]
    weights: Mapping[str, Floats]
    natural: Floats
    natural_error: Floats
    modelled: Callable[[int], Floats]
    years: range
    natural_low: Floats | None = None
    natural_high: Floats | None = None

    def natural_away(self, samples: int, seed: int) -> Floats:
        """Return by how much the natural part differs from its centre in samples, (sample, receptor), ug/m3.

        Two half-normal laws that meet at the centre; none brings it below zero. Receptors of a nation with the same
        natural part have it from the same row, and move together.
        """
        away = np.zeros((samples, len(self.receptors)))
        if self.natural_low is None or self.natural_high is None:
            return away
        ends = zip(self.nation.tolist(), self.natural, self.natural_low, self.natural_high, strict=True)
        keys = [f"{self.nations[nation]} {value:.9g} {low:.9g} {high:.9g}" for nation, value, low, high in ends]
        for column, key in enumerate(keys):
            value, first = self.natural[column], keys.index(key)
            if first < column:
                away[:, column] = away[:, first]
            elif self.natural_high[column] > self.natural_low[column]:
                below, above = (value - self.natural_low[column], self.natural_high[column] - value)
                design = latin_column(samples, seed, f"natural part of {key}")
                drawn = split_normal(design, value, below / NORMAL_90, above / NORMAL_90)
                away[:, column] = np.maximum(drawn, 0.0) - value
        return away


@dataclass(frozen=True)
class Seen:
    """The observations of a fit, and what each of them adds to the unknowns.

    observed : (observation), ug/m3; weights : (observation, receptor); gain : (unknown, observation)
    """

    observed: Floats
    weights: Floats
    gain: Floats

    def shift(self, natural: Floats, away: Floats) -> Floats:
        """Return what another natural part changes in the unknowns, (sample, unknown): the observed level stays.

        natural : (receptor); away : (sample, receptor), from it, ug/m3
        """
        least = LEAST_PART * self.observed
        part = self.observed - self.weights @ natural
        moved = np.maximum(part - away @ self.weights.T, least)
        return np.asarray(np.log(moved / np.maximum(part, least)) @ self.gain.T)
