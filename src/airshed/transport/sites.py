"""Where the people and sources of a region are: its cities and what lies around them, and how far these are apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.errors import MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.people import base_population
from airshed.pack.units import factor
from airshed.transport.distance import great_circle, inner_distances, points
from airshed.transport.kernel import weight

CAP = "inner_distance_cap"
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class CitySite:
    """A place where people live and emit.

    latitude, longitude : degrees; share : of the people of its region; extent : mean distance to its middle, km
    town : whether it is a built-up area; gives : its share of what the region emits, that of people if None
    """

    latitude: float
    longitude: float
    share: float
    extent: float
    town: bool = False
    gives: float | None = None

    @property
    def given(self) -> float:
        """Its share of what the region emits."""
        return self.share if self.gives is None else self.gives

    @property
    def spot(self) -> CitySite:
        """The same place, whoever it belongs to."""
        return replace(self, share=1.0, gives=None)


@dataclass(frozen=True)
class Apart:
    """How far the sites of emitters are from those of receivers.

    steps : the distances that occur, km; place : (site, site of receivers), the place of each pair in them
    giving : (emitter, site), the share of each site in what an emitter emits; rows add to 1
    farming : (emitter, site), the same for ammonia: of the sites outside the towns, where there are any
    living : (receiver, site of receivers), the share of each site in the people of a receiver; rows add to 1
    """

    steps: Floats
    place: Indices
    giving: Floats
    farming: Floats
    living: Floats

    def weights(self, d0: Floats | float, omega: Floats | float) -> tuple[Floats, Floats]:
        """Return the mean kernel weights between emitters and receivers, of all sources and of those of ammonia.

        d0, omega : one kernel, or arrays (...) of many
        returns : two arrays (..., emitter, receiver)
        """
        scale, exponent = np.asarray(d0, dtype=np.float64), np.asarray(omega, dtype=np.float64)
        near = weight(self.steps, scale[..., None], exponent[..., None])
        received: Floats = near[..., self.place] @ self.living.T
        return np.asarray(self.giving @ received), np.asarray(self.farming @ received)


@equation(
    key="site-distance",
    title="Distance between two places that are spread out",
    latex=r"d(p,q) = \sqrt{D(p,q)^2 + \max(s_p, s_q)^2},\quad s = \tfrac{2}{3}\sqrt{A/\pi}",
    units="km",
    citation="docs/method.md: great-circle distance D, and the mean distance s from the middle of a circle of the "
    "area A (a definition); a place is at its own s from itself",
)
def site_distances(one: Sequence[CitySite], other: Sequence[CitySite]) -> Floats:
    """Return distances in km between sites, array (one, other): never below the extent of the wider one."""
    first, second = (
        np.array([[site.latitude, site.longitude, site.extent] for site in sites]) for sites in (one, other)
    )
    apart = great_circle(first[:, None, 0], first[:, None, 1], second[None, :, 0], second[None, :, 1])
    return np.asarray(np.hypot(apart, np.maximum(first[:, None, 2], second[None, :, 2])))


def apart(emitters: Sequence[Sequence[CitySite]], receivers: Sequence[Sequence[CitySite]]) -> Apart:
    """Return how far emitters are from receivers, each given by its sites."""
    from_sites, giving = _joined(emitters, lambda site: site.given)
    to_sites, living = _joined(receivers, lambda site: site.share)
    outside = giving * np.array([not site.town for site in from_sites])
    total = outside.sum(axis=1, keepdims=True)
    farming = np.where(total > 0, outside / np.where(total > 0, total, 1.0), giving)
    distances = site_distances(from_sites, to_sites)
    steps, place = np.unique(distances, return_inverse=True)
    return Apart(steps, place.reshape(distances.shape), giving, farming, living)


def _joined(places: Sequence[Sequence[CitySite]], share: Callable[[CitySite], float]) -> tuple[list[CitySite], Floats]:
    """Return the sites of places, each once, and the share of every site in every place."""
    where = {site: number for number, site in enumerate(_each_once(places))}
    shares = np.zeros((len(places), len(where)))
    for row, place in enumerate(places):
        for site in place:
            shares[row, where[site.spot]] += share(site)
    return list(where), shares


def _each_once(places: Sequence[Sequence[CitySite]]) -> list[CitySite]:
    return list(dict.fromkeys(site.spot for place in places for site in place))


def sites(pack: Pack, alone: Sequence[str] = ()) -> dict[str, list[CitySite]]:
    """Return the sites of every region with a point or a city, and of every city inside the relation.

    A region is the built-up areas of its cities, and of the other rows of `built_up_areas`, with the people in them,
    and all others, who lie as wide as the region (at most the parameter `inner_distance_cap`) around its own point;
    where that is the point of one of its cities, or it has none, around all of its cities by people. A city without a
    row is as wide as its region.

    alone : regions that need no area, since they are the only one of their block
    """
    regions, cities = pack.table("regions"), pack.optional("receptors")
    middles = points(pack)
    inside = cities[cities["inside"] == "yes"]
    extents = _region_extents(pack, alone)
    people = {str(code): float(value) for code, value in base_population(pack).items()}
    towns: dict[str, list[_Town]] = {}
    for region, town in _towns(pack, inside):
        towns.setdefault(region, []).append(town)
    found: dict[str, list[CitySite]] = {}
    for code in regions["code"]:
        if code not in extents or code not in middles:
            continue
        here, extent = towns.get(code, []), extents[code]
        north, east = middles[code][0]
        found[code] = _region_sites((float(north), float(east)), here, people.get(code, 0.0), extent)
        for town in here:
            found[town.code] = [CitySite(*town.point, 1.0, min(town.extent, extent), town=True)]
    return found


@dataclass(frozen=True)
class _Town:
    """A city: its point, the people in its built-up area, and two thirds of the equivalent radius of that, km.

    sources : its share of what the region emits; that of people if None
    """

    code: str
    point: tuple[float, float]
    people: float
    extent: float
    sources: float | None = None


def _towns(pack: Pack, cities: pd.DataFrame) -> list[tuple[str, _Town]]:
    """Return every city and every other urban area with its region.

    A city that is a part of an urban area has a part of its area, by people.
    """
    rows = pack.optional("built_up_areas").to_dict("records")
    built = {row["city"]: row for row in rows}
    known = set(pack.optional("receptors")["code"])
    others = [{**row, "code": row["city"], "population": row["people"]} for row in rows if row["city"] not in known]
    found = []
    for row in [*cities.to_dict("records"), *others]:
        people, extent = float(np.nan_to_num(row["population"])), np.inf
        sources: float | None = None
        area = built.get(row["code"])
        if area is not None:
            part = min(1.0, people / area["people"]) if people > 0 else 1.0
            people = min(people, float(area["people"]))
            extent = _extent(part * area["value"] * factor(area["unit"], "km2"))
            sources = float(area["sources"]) if np.isfinite(area["sources"]) else None
        point = (float(row["latitude"]), float(row["longitude"]))
        found.append((str(row["region"]), _Town(str(row["code"]), point, people, extent, sources)))
    return found


def _extent(area: float) -> float:
    """Return two thirds of the radius, km, of a circle of an area in km2."""
    return 2.0 / 3.0 * float(np.sqrt(area / np.pi))


def _region_sites(point: tuple[float, float], towns: Sequence[_Town], people: float, extent: float) -> list[CitySite]:
    """Return the sites of a region with that many people and that extent, km, around a point.

    What is emitted lies with people, but for towns whose share of it is known: the others have what these leave.
    """
    counted = np.array([town.people for town in towns])
    total = max(people, float(counted.sum()))
    shares = counted / total if total > 0 else counted
    stated = np.array([town.sources is not None for town in towns], dtype=bool)
    gives = np.array([town.sources or 0.0 for town in towns])
    people_left = 1.0 - float(shares[stated].sum())
    left = (1.0 - float(gives.sum())) / people_left if people_left > 0 else 0.0
    gives = np.where(stated, gives, left * shares)
    found = [
        CitySite(*town.point, float(share), min(town.extent, extent), town=True, gives=float(given))
        for town, share, given in zip(towns, shares, gives, strict=True)
        if share > 0
    ]
    rest = 1.0 - float(shares.sum())
    around = [(point, 1.0)]
    if point in [town.point for town in towns] and counted.sum() > 0:
        around = [(town.point, float(part)) for town, part in zip(towns, counted / counted.sum(), strict=True)]
    return found + [
        CitySite(*where, rest * part, extent, gives=left * rest * part) for where, part in around if rest * part > 1e-12
    ]


def _region_extents(pack: Pack, alone: Sequence[str]) -> dict[str, float]:
    """Return two thirds of the equivalent radius of every region, km, at most the cap of the pack."""
    parameters = pack.optional("parameters").set_index("key")["value"]
    cap = float(parameters[CAP]) if CAP in parameters.index else np.inf
    wide = {code: min(value, cap) for code, value in inner_distances(pack).items()}
    return {**{code: cap if np.isfinite(cap) else 0.0 for code in alone}, **wide}


def require_area(found: Mapping[str, Sequence[CitySite]], codes: Sequence[str]) -> None:
    """Raise MissingTableError for a region with a point of which no area is known."""
    for code in codes:
        if code not in found:
            raise MissingTableError("areas", Phrase("detail-area-code", code=code))
