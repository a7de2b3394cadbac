"""The options of cities that are no region of their own: each has its share of those of the region around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from airshed.assessment.chain.cities import held_by, share_in
from airshed.pack.arrays import Floats, Ints
from airshed.pack.pack import Pack
from airshed.strategy.problem import Problem

OUTSIDE = -1
WHOLE = 1.0


@dataclass(frozen=True)
class CityShares:
    """The options of a problem in which cities act beside regions.

    used, scale : (option of the problem), the option of the ground that it is, and the share of it that it is
    option_owner : (option of the problem), number of the member on whose ground it lies, -1 outside
    region_owner : (region of the problem), the same; city : (added region), number of the member
    """

    used: Ints
    scale: Floats
    option_owner: Ints
    region_owner: Ints
    city: list[int]

    def on_ground(self, current: Floats, change: Floats) -> Floats:
        """Return applications of the ground, (option of the ground), after a change (option of the problem).

        current : (option of the ground), 0..1
        """
        moved = np.bincount(self.used, weights=self.scale * change, minlength=len(current))
        return np.asarray(current + moved, dtype=np.float64)


def shares_of(pack: Pack, codes: Sequence[str], problem: Problem, regions: Sequence[str]) -> CityShares:
    """Return whose the options of a problem are, and the options that cities add to it.

    codes : members that share no ground: nations, regions, groups, cities; regions : (region of the problem), codes
    What lies in the region of a city and is not the city's belongs to nobody.
    """
    held = [held_by(pack, code) for code in codes]
    part = [share_in(pack, code) for code in codes]
    owner = {region: at for at, mine in enumerate(held) if part[at] == WHOLE for region in mine}
    region_owner = np.array([owner.get(code, OUTSIDE) for code in regions], dtype=np.int64)
    city = [at for at, share in enumerate(part) if share < WHOLE]
    mine = [np.flatnonzero(problem.region == list(regions).index(held[at][0])) for at in city]
    whole = np.arange(len(problem.region))
    return CityShares(
        used=np.concatenate([whole, *mine]).astype(np.int64),
        scale=np.concatenate(
            [np.ones(len(whole)), *(np.full(len(one), part[at]) for at, one in zip(city, mine, strict=True))]
        ),
        option_owner=np.concatenate(
            [region_owner[problem.region], *(np.full(len(one), at) for at, one in zip(city, mine, strict=True))]
        ).astype(np.int64),
        region_owner=np.r_[region_owner, np.array(city, dtype=np.int64)],
        city=city,
    )


def with_cities(problem: Problem, shares: CityShares) -> Problem:
    """Return the problem with the options of cities: what they remove and cost is their share of the region's.

    A tonne of a city does what a tonne of its region does. Its options are a region of their own in the problem, with
    groups of their own.
    """
    if not shares.city:
        return replace(problem, region_owner=shares.region_owner)
    used, scale, first = shares.used, shares.scale, len(problem.region)
    regions = problem.effect.shape[1]
    place = {at: regions + number for number, at in enumerate(shares.city)}
    added = shares.option_owner[first:]
    home = [int(problem.region[used[first:][added == at][0]]) for at in shares.city]
    group = problem.group[used].copy()
    _, own = np.unique(np.stack([added, group[first:]]), axis=1, return_inverse=True)
    group[first:] = problem.group.max(initial=0) + 1 + own.ravel()
    names = dict(problem.names)
    names["option"] = [problem.name("option", int(one)) for one in used]
    names["region"] = [problem.name("region", one) for one in (*range(regions), *home)]
    return replace(
        problem,
        removal=problem.removal[used] * scale[:, None],
        region=np.r_[problem.region, [place[int(at)] for at in added]],
        group=group,
        cost=problem.cost[used] * scale,
        current=problem.current[used],
        maximum=problem.maximum[used],
        effect=np.concatenate([problem.effect, problem.effect[:, home]], axis=1),
        co2=None if problem.co2 is None else problem.co2[used] * scale,
        indivisible=None if problem.indivisible is None else problem.indivisible[used],
        region_owner=shares.region_owner,
        names=names,
    )
