"""Places that a question may name: cities, regions, nations and groups, the latter two as means over their people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from airshed.pack.codes import children, country_of, group_members, members
from airshed.pack.pack import Pack
from airshed.pack.people import base_population
from airshed.transport.relation import Relation


@dataclass(frozen=True)
class Places:
    """The receptors of a relation and the sets of them that can be asked for.

    weights : (place, receptor), the population share of each receptor in the place; rows add to 1
    above : for every place the places it lies in, nearest first
    """

    weights: xr.DataArray
    above: dict[str, list[str]]

    @property
    def codes(self) -> list[str]:
        """Codes of all places."""
        return [str(code) for code in self.weights["place"].to_numpy()]

    def parts(self, place: str) -> dict[str, float]:
        """Return the receptors of a place with their share of its people."""
        row = self.weights.to_numpy()[self.codes.index(place)]
        receptors = self.weights["receptor"].to_numpy()
        return {str(receptors[column]): float(row[column]) for column in np.flatnonzero(row)}

    def mean(self, values: xr.DataArray) -> xr.DataArray:
        """Return values (..., receptor) as means over the people of every place (..., place)."""
        result = values.dot(self.weights, dim="receptor")
        return result.assign_attrs(values.attrs)


def places(pack: Pack, relation: Relation) -> Places:
    """Return all places that the relation can answer for, receptors first."""
    receptors = relation.receptors
    home, parts = country_of(pack), children(pack)
    cities = pack.optional("receptors").set_index("code")["region"]
    people = base_population(pack)
    above: dict[str, list[str]] = {}
    rows: dict[str, dict[str, float]] = {code: {code: 1.0} for code in receptors}
    for code in receptors:
        region = str(cities[code]) if code in cities.index else code
        chain = [region, home[region]] if code in cities.index else [home[region]]
        above[code] = [place for place in dict.fromkeys(chain) if place != code]
    regional = set(receptors) - set(cities.index)
    sets = {nation: [code for code in held if code in regional] for nation, held in parts.items()}
    for group in group_members(pack):
        held = members(pack, group)
        if set(held) <= regional:
            sets[group] = held
    for code, held in sets.items():
        share = np.array([float(people.get(region, 0.0)) for region in held])
        if held and share.sum() > 0:
            rows[code] = dict(zip(held, (share / share.sum()).tolist(), strict=True))
            nations = list(dict.fromkeys(home[region] for region in held))
            above[code] = [nation for nation in nations if nation != code] if len(nations) == 1 else []
    weights = np.array([[row.get(code, 0.0) for code in receptors] for row in rows.values()])
    coords = {"place": list(rows), "receptor": receptors}
    return Places(xr.DataArray(weights, coords=coords, dims=("place", "receptor")), above)
