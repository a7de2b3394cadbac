"""Lists of leading regions: do they come out of data, by chance how often, and how alike two regions are."""

from __future__ import annotations

from math import comb

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError

CONFIRMED, PARTLY, DIFFERS, CANNOT_CHECK = "confirmed", "partly", "differs", "cannot_check"
VERDICTS = (CONFIRMED, PARTLY, DIFFERS, CANNOT_CHECK)
CHANCE = 0.05
"""Share of random lists that may do as well as one that is borne out in part."""


@equation(
    key="list-chance",
    title="Chance that a random list names as many of the first",
    latex=r"P(X \ge k) = \sum_{i=k}^{n} \binom{n}{i}\binom{N-n}{n-i} \Big/ \binom{N}{n}",
    units="1",
    citation="hypergeometric distribution (test of Fisher 1935); k of n listed regions are among the first n of N",
)
def chance_of_hits(hits: int, listed: int, regions: int) -> float:
    """Return the share of random lists of some length that name at least as many of the first as a list does.

    hits : listed regions that are among the first `listed` of all; listed : length of the list; regions : how many
    regions are ranked. Raises AirshedError where the list is longer than the ranking.

    >>> round(chance_of_hits(3, 4, 30), 5)
    0.00383
    >>> chance_of_hits(0, 4, 30)
    1.0
    """
    if not 0 <= hits <= listed <= regions:
        raise AirshedError("list-longer-than-ranking", hits=hits, listed=listed, regions=regions)
    found = sum(comb(listed, one) * comb(regions - listed, listed - one) for one in range(hits, listed + 1))
    return found / comb(regions, listed)


def verdict_of_list(hits: int, listed: int, regions: int) -> str:
    """Return whether a list of leading regions comes out of a ranking.

    Confirmed: all listed are among the first as many; partly: at least half of them are, and fewer than
    `CHANCE` of random lists do as well; differs otherwise. Rule of this project.

    >>> [verdict_of_list(hits, 4, 30) for hits in (4, 3, 2, 1)]
    ['confirmed', 'partly', 'differs', 'differs']
    """
    if hits == listed:
        return CONFIRMED
    borne_out = 2 * hits >= listed and chance_of_hits(hits, listed, regions) < CHANCE
    return PARTLY if borne_out else DIFFERS


@equation(
    key="profile-similarity",
    title="Similarity of two profiles",
    latex=r"S(a, b) = \sum_i \min(a_i, b_i), \quad \sum_i a_i = \sum_i b_i = 1",
    units="1",
    citation="Finger and Kreinin 1979, A measure of 'export similarity' and its possible uses, Economic Journal 89, "
    "905-912",
)
def similarity(one: Floats, other: Floats) -> Floats:
    """Return how alike profiles (..., part) are: 1 for equal shares, 0 for none in common; NaN without any value.

    one, other : amounts of each part, at least 0, in any unit; each is taken as shares of its sum
    Raises AirshedError for a negative amount.

    >>> similarity(np.array([1.0, 3.0]), np.array([30.0, 10.0]))
    array(0.5)
    """
    if (np.nan_to_num(one) < 0).any() or (np.nan_to_num(other) < 0).any():
        raise AirshedError("profile-below-zero")
    totals = np.nansum(one, axis=-1, keepdims=True), np.nansum(other, axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.nan_to_num(one) / totals[0], np.nan_to_num(other) / totals[1]
    return np.asarray(np.minimum(*shares).sum(axis=-1))


@equation(
    key="size-ratio",
    title="Likeness in size",
    latex=r"R(a, b) = \min(a, b) / \max(a, b)",
    units="1",
    citation="ratio of the smaller to the larger; rule of this project, see docs/method.md",
)
def size_ratio(one: Floats, other: Floats) -> Floats:
    """Return how near two amounts are in size, 0..1; NaN where one is not known or both are nothing.

    >>> size_ratio(np.array([2.0, 0.0]), np.array([8.0, 0.0]))
    array([0.25,  nan])
    """
    least, most = np.minimum(one, other), np.maximum(one, other)
    return np.asarray(np.where(most > 0, least / np.where(most > 0, most, 1.0), np.nan))
