"""Work in blocks of fixed size: what is computed does not depend on how much is held at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, TypeVar

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.errors import AirshedError
from airshed.pack.progress import step

Result = TypeVar("Result")
CELLS = 4_000_000
"""Numbers held at a time in one array, about 32 MB."""


def blocks(count: int, cells_each: int, cells: int = CELLS) -> Iterator[slice]:
    """Return the slices of `count` items of which each needs `cells_each` numbers, at most `cells` at a time.

    >>> [(part.start, part.stop) for part in blocks(5, 10, 20)]
    [(0, 2), (2, 4), (4, 5)]
    """
    size = max(1, cells // max(1, cells_each))
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def quantiles(
    make: Callable[[slice], Floats], count: int, samples: int, levels: Sequence[float], cells: int = CELLS
) -> Floats:
    """Return quantiles over the samples of every item, array (level, item, ...), a block of items at a time.

    make : gives the values (sample, item, ...) of a slice of the items; cells : numbers held at a time
    """
    found = [np.quantile(make(part), levels, axis=0) for part in blocks(count, samples, cells)]
    return np.concatenate(found, axis=1)


def connect(address: str) -> Any:
    """Return a client of the Dask scheduler at an address; raises AirshedError without the package or the scheduler."""
    try:
        client = import_module("distributed").Client
    except ImportError:
        raise AirshedError("scheduler-needs-package-distributed") from None
    try:
        return client(address)
    except (OSError, ValueError) as error:
        raise AirshedError("no-scheduler-answers", address=address, error=error) from error


def over_blocks(make: Callable[[slice], Result], parts: Iterable[slice], client: Any = None) -> list[Result]:
    """Return the results of all blocks in their order, worked here or by the workers of a Dask client.

    >>> over_blocks(lambda part: part.stop - part.start, blocks(5, 1, 2))
    [2, 2, 1]
    """
    if client is None:
        listed, found = list(parts), []
        for done, part in enumerate(listed):
            step("samples", done, len(listed))
            found.append(make(part))
        return found
    return list(client.gather(client.map(make, list(parts))))
