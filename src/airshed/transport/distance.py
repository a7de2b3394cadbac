"""Great-circle distances between regions and receptors, by their population points."""

from __future__ import annotations

import numpy as np
import pandas as pd

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.pack.units import factor

EARTH_RADIUS = 6371.0088
"""Mean radius of the Earth in km (IUGG)."""
Point = tuple[float, float]


@equation(
    key="great-circle",
    title="Great-circle distance (haversine)",
    latex=r"d = 2R \arcsin\sqrt{\sin^2\tfrac{\Delta\phi}{2} + \cos\phi_1\cos\phi_2\sin^2\tfrac{\Delta\lambda}{2}}",
    units="km",
    citation="definition, R = 6371.0088 km (IUGG mean radius)",
)
def great_circle(latitude: Floats, longitude: Floats, other_latitude: Floats, other_longitude: Floats) -> Floats:
    """Return distances in km between points in degrees; the arrays broadcast.

    >>> float(np.round(great_circle(np.array(37.57), np.array(126.98), np.array(39.90), np.array(116.41))))
    952.0
    """
    north, east, other_north, other_east = (
        np.radians(angle) for angle in (latitude, longitude, other_latitude, other_longitude)
    )
    half = np.sin((other_north - north) / 2) ** 2
    half = half + np.cos(north) * np.cos(other_north) * np.sin((other_east - east) / 2) ** 2
    distance: Floats = 2.0 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distance


def points(pack: Pack) -> dict[str, list[Point]]:
    """Return the population points of every region (its own and those of the cities in it), and of every city."""
    regions, cities = pack.table("regions"), pack.optional("receptors")
    located = regions.dropna(subset=["latitude", "longitude"])
    found: dict[str, list[Point]] = {
        code: [(north, east)]
        for code, north, east in zip(located["code"], located["latitude"], located["longitude"], strict=True)
    }
    inside = cities[cities["inside"] == "yes"]
    for code, region, north, east in zip(
        inside["code"], inside["region"], inside["latitude"], inside["longitude"], strict=True
    ):
        point = (float(north), float(east))
        if point not in found.setdefault(region, []):
            found[region].append(point)
        found[code] = [point]
    return found


def inner_distances(pack: Pack) -> dict[str, float]:
    """Return for every region the distance on itself in km: two thirds of the radius of a circle of its area."""
    areas = pack.optional("areas")
    official = areas[areas["measure"] == "official"]
    rows = official if len(official) else areas
    return {
        region: 2.0 / 3.0 * float(np.sqrt(value * factor(unit, "km2") / np.pi))
        for region, value, unit in zip(rows["region"], rows["value"], rows["unit"], strict=True)
    }


def receptor_homes(pack: Pack) -> pd.Series:
    """Return the region that every city lies in, by city."""
    cities = pack.optional("receptors")
    return pd.Series(list(cities["region"]), index=list(cities["code"]), dtype="str")
