"""Seeded designs: points in the unit cube whose named columns can be added without moving the others."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from airshed.pack.arrays import Floats


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random numbers that belong to a name under a seed: the same on every machine."""
    # By a hash of the name, not by the next numbers of one generator: a quantity that is added or left out leaves the
    # draws of all others as they were, so that two answers differ by what was changed and not by luck.
    words = np.frombuffer(sha256(f"{seed}:{name}".encode()).digest(), dtype="<u4")
    return np.random.Generator(np.random.PCG64([int(word) for word in words]))


def latin_column(samples: int, seed: int, name: str) -> Floats:
    """Return one column of a Latin hypercube: a point in each of `samples` equal strata of 0..1, in random order.

    A column depends on its seed and name only, so that a new uncertain quantity leaves the others as they were.

    >>> column = latin_column(4, 1, "share")
    >>> sorted((column * 4).astype(int).tolist())
    [0, 1, 2, 3]
    """
    # One point in each stratum: the mean of a sum then has a fraction of the error of free draws (McKay et al. 1979).
    random = stream(seed, name)
    return (random.permutation(samples) + random.random(samples)) / samples


def latin_hypercube(samples: int, names: Sequence[str], seed: int) -> Floats:
    """Return a design (sample, name) in 0..1: a Latin hypercube (McKay et al. 1979, Technometrics 21:239)."""
    return np.stack([latin_column(samples, seed, name) for name in names], axis=1)
