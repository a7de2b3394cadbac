"""A tile grid from longitudes and latitudes, for airsheds whose pack lays none out."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from airshed.pack.arrays import Floats
from airshed.pack.errors import AirshedError

ROOM = 1.6
"""Cells of the grid per region: what is left free keeps seas and distances visible."""
MOST = 1200
"""Regions that a tile grid is computed for."""


def tile_layout(longitude: Floats, latitude: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return a row (from the north) and a column (from the west) for every region, no two on one tile.

    Every region wants the tile half way between its place on the map and its rank among the regions, which draws
    crowds apart and keeps the order; the grid has the proportions of the map, and the assignment has the least sum of
    squared distances to what is wanted (Hungarian method; Crouse, IEEE Trans. Aerosp. Electron. Syst. 52, 2016, as
    scipy implements it).

    longitude, latitude : degrees (region)
    Raises AirshedError for more regions than a grid can show.
    """
    from scipy.optimize import linear_sum_assignment

    count = len(longitude)
    if count > MOST:
        raise AirshedError("regions-too-many-tile-grid", count=count)
    east = longitude * math.cos(math.radians(float(np.mean(latitude))))
    wide, high = max(float(np.ptp(east)), 1e-9), max(float(np.ptp(latitude)), 1e-9)
    proportion = min(max(wide / high, 0.4), 2.5)
    columns = max(1, round(math.sqrt(count * ROOM * proportion)))
    rows = max(1, math.ceil(count * ROOM / columns))
    x, y = (columns - 1) * _wanted(east), (rows - 1) * (1.0 - _wanted(latitude))
    row, column = (axis.ravel() for axis in np.mgrid[0:rows, 0:columns])
    distance = (x[:, None] - column) ** 2 + (y[:, None] - row) ** 2
    _, cell = linear_sum_assignment(distance)
    return row[cell], column[cell]


def _wanted(position: Floats) -> Floats:
    """Return the mean of place and rank, both from 0 to 1; equal places have equal ranks."""
    span = float(np.ptp(position))
    if span == 0.0:
        return np.full(len(position), 0.5)
    _, group = np.unique(position, return_inverse=True)
    place: Floats = (position - position.min()) / span
    rank: Floats = group / group.max()
    return (place + rank) / 2
