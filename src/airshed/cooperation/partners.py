"""How well two regions match for a project in a sector: relevance, what they share, score, how firm a rank is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.bounds import WEIGHT, within
from airshed.pack.codes import unknown
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.sampling.design import stream

WEIGHTS = {"relevance": 1.0, "exposure": 1.0, "deaths": 1.0, "cost": 1.0, "co2": 0.0, "technology": 0.0}
"""Parts of the score with the weight that holds without another: what is published for few projects counts nothing."""
DRAWS = 1000
"""Random weights by which the firmness of a rank is told."""
UNKNOWN = ""
"""Says that the tables do not tell which of two has more of a technology."""


@dataclass(frozen=True)
class Firmness:
    """How firm ranks are (project) over draws of weights or samples of the relation.

    inside : share of the draws in which the project is among the first; best, worst : its ranks over all draws
    """

    inside: Floats
    best: Floats
    worst: Floats


def shares(values: Floats) -> Floats:
    """Return values (..., sector) as shares of their sum over sectors, 0 where there is none.

    >>> shares(np.array([1.0, 3.0]))
    array([0.25, 0.75])
    """
    total = values.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(total > 0, values / np.where(total > 0, total, 1.0), 0.0))


@equation(
    key="location-quotient",
    title="Location quotient of a sector",
    latex=r"LQ_{r,s} = \frac{\sum_p a_{r,p} E_{r,s,p} / \sum_{s'} \sum_p a_{r,p} E_{r,s',p}}"
    r"{\sum_p a_{r,p} E_{N,s,p} / \sum_{s'} \sum_p a_{r,p} E_{N,s',p}}",
    units="1",
    citation="location quotient of regional science, on emissions E weighted with their effect a on the exposure of "
    "all people; N: the regions of the nation in the same inventory; see docs/method.md",
)
def location_quotient(own: Floats, reference: Floats) -> Floats:
    """Return how many times larger the share of a sector is than in the reference (sector); 0 without a reference.

    own, reference : (sector), what the sectors weigh in a region and in the reference, in one unit

    >>> location_quotient(np.array([1.0, 1.0]), np.array([10.0, 30.0])).round(3)
    array([2.   , 0.667])
    """
    here, there = shares(own), shares(reference)
    return np.asarray(np.where(there > 0, here / np.where(there > 0, there, 1.0), 0.0))


@equation(
    key="mutual",
    title="What two regions have in common",
    latex=r"m = \sqrt{\max(0, a)\,\max(0, b)}",
    units="that of a and b",
    citation="geometric mean: nothing where one side has nothing; rule of this project, see docs/method.md",
)
def mutual(one: Floats, other: Floats) -> Floats:
    """Return the geometric mean of what each side has, 0 where one has nothing; NaN where one is not known.

    >>> mutual(np.array([4.0, 9.0]), np.array([1.0, 0.0]))
    array([2., 0.])
    """
    return np.asarray(np.sqrt(np.maximum(one, 0.0) * np.maximum(other, 0.0)))


@equation(
    key="lesser-gain",
    title="What the side gains that gains less",
    latex=r"l = \min(\max(0, a), \max(0, b))",
    units="that of a and b",
    citation="a joint project needs both sides: money that saves lives on one alone is no reason for the other; rule "
    "of this project, see docs/method.md",
)
def lesser(one: Floats, other: Floats) -> Floats:
    """Return what the side has that has less, 0 where one has nothing; NaN where one is not known.

    >>> lesser(np.array([4.0, 9.0]), np.array([1.0, -2.0]))
    array([1., 0.])
    """
    return np.asarray(np.minimum(np.maximum(one, 0.0), np.maximum(other, 0.0)))


@equation(
    key="standing",
    title="Standing of a project among all",
    latex=r"n_i = \frac{\#\{j : v_j < v_i\}}{N - 1}",
    units="1",
    citation="percentile rank; what is not known counts as nothing; rule of this project, see docs/method.md",
)
def standing(values: Floats) -> Floats:
    """Return the share of the other projects that lie lower (..., project): 0..1, whatever the unit and the skew.

    values : (..., project), at least 0; below 0 or not known (NaN) counts as nothing

    >>> standing(np.array([5.0, 1.0, np.nan, 900.0, 1.0]))
    array([0.75, 0.25, 0.  , 1.  , 0.25])
    """
    from scipy.stats import rankdata

    known = np.maximum(np.nan_to_num(values), 0.0)
    return np.asarray((rankdata(known, method="min", axis=-1) - 1.0) / max(known.shape[-1] - 1, 1))


@equation(
    key="partner-score",
    title="Score of a joint project",
    latex=r"S_i = \frac{\sum_k w_k\, n_{k,i}}{\sum_k w_k}",
    units="1",
    citation="weighted sum of normalised indicators, OECD and JRC 2008, Handbook on Constructing Composite Indicators",
)
def scores(parts: Floats, weights: Floats) -> Floats:
    """Return the scores (..., project).

    parts : (part, ..., project), 0..1; weights : (part), at least 0, not all 0
    """
    return np.asarray(np.tensordot(weights / weights.sum(), parts, axes=1))


def ranks(values: Floats) -> Floats:
    """Return the ranks of scores (..., project), 1 for the highest; equals share the better rank.

    >>> ranks(np.array([0.5, 0.9, 0.5]))
    array([2., 1., 2.])
    """
    from scipy.stats import rankdata

    return np.asarray(rankdata(-np.round(values, 12), method="min", axis=-1), dtype=np.float64)


def weights_of(given: Mapping[str, float]) -> Floats:
    """Return the weights of the parts in the order of WEIGHTS; those not given keep theirs.

    Raises AirshedError for an unknown part, a weight that is negative or no number, and weights that are all zero.
    """
    for name, value in given.items():
        if name not in WEIGHTS:
            raise unknown("part of the score", name, list(WEIGHTS))
        within(value, name, WEIGHT)
    found = np.array([given.get(name, held) for name, held in WEIGHTS.items()], dtype=np.float64)
    if not found.sum() > 0:
        raise AirshedError("all-weights-0")
    return found


def random_weights(weights: Floats, draws: int = DRAWS, seed: int = 1) -> Floats:
    """Return weights (draw, part) drawn evenly from all that add up to 1, of the parts that have a weight at all."""
    used = np.flatnonzero(weights > 0)
    drawn = np.zeros((draws, len(weights)))
    drawn[:, used] = stream(seed, "weights of partners").dirichlet(np.ones(len(used)), size=draws)
    return drawn


def firmness(found: Floats, first: int) -> Firmness:
    """Return how firm ranks are; found : (draw, project), ranks; first : how many count as the first."""
    return Firmness((found <= first).mean(axis=0), found.min(axis=0), found.max(axis=0))


def better_equipped(sides: Sequence[str], low: Sequence[float], high: Sequence[float]) -> tuple[str, float]:
    """Return which of two sides surely has more of a technology in place, and by how much at least.

    low, high : ends of the share applied on each side, NaN where not known; ends that overlap leave it unknown

    >>> better_equipped(["A", "B"], [0.8, 0.1], [0.9, 0.3])
    ('A', 0.5)
    >>> better_equipped(["A", "B"], [0.8, 0.0], [0.9, 1.0])
    ('', nan)
    """
    for one, other in ((0, 1), (1, 0)):
        gap = low[one] - high[other]
        if gap > 0:
            return sides[one], gap
    return UNKNOWN, float("nan")
