"""Published deaths across borders beside the computed ones, by the response that the studies take: the IER."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from airshed.assessment.chain.chain import Chain, prepare
from airshed.assessment.chain.sampled_contributions import Given
from airshed.assessment.lives.health import People, cause_lines, fits
from airshed.impacts.mortality import TOTAL_CAUSE
from airshed.impacts.response import Family
from airshed.pack.arrays import Floats
from airshed.pack.codes import members
from airshed.pack.errors import MissingTableError
from airshed.pack.pack import Pack
from airshed.sampling.design import latin_column
from airshed.sampling.laws import NORMAL_95, split_normal
from airshed.transport.studies import Published

DEATHS, UNIT = "premature deaths", "deaths/yr"
"""Quantity of the rows of published_contributions, which are in thousand deaths, and the unit of an answer."""
PER_THOUSAND = 1000.0
FAMILY: Family = "ier"
BY_FIT = "by the fit {set} of the IER, in proportion to the part of PM2.5"
NOTES = (BY_FIT,)
"""Templates of the notes on deaths."""


def in_deaths(item: Published) -> Published:
    """Return a published number of thousand deaths in deaths a year."""
    ends = {name: PER_THOUSAND * getattr(item, name) for name in ("low", "central", "high")}
    return replace(item, quantity="deaths", unit=UNIT, **ends)


def deaths_across(
    pack: Pack, chain: Chain, item: Published, given: Given, chosen: npt.NDArray[np.bool_]
) -> tuple[float, Floats, str] | None:
    """Return the deaths at a receptor by the part of its PM2.5 from some sources: central, in every sample, and a note.

    given : what the sources give to the receptor in the year of the study; chosen : (region), the sources
    The deaths of every region of the receptor are divided by its PM2.5, as the studies do. Samples are those of what
    the sources give, times the response between its ends. None for a pack without the response or mortality.
    """
    if item.year is None:
        return None
    year = item.year
    try:
        died = pack.derive(f"deaths of {year} by {FAMILY}", lambda opened: _died(opened, year))
    except MissingTableError:
        return None
    inside = np.isin(died.regions, members(pack, item.receptor))
    ends = [values[inside] for values in died.ends]
    if not np.isfinite(ends[0]).all() or not inside.any():
        return None
    share = died.shares[chosen].sum(axis=0)[inside]
    central = float((ends[0] * share).sum())
    air = given.samples[:, chosen].sum(axis=1) / given.central[chosen].sum()
    return central, central * air * _response(chain, ends, len(air)), BY_FIT.format(set=died.fit)


@dataclass(frozen=True)
class Died:
    """The deaths of a year by the response that studies take, and what every source has of the PM2.5.

    regions : with people; ends : central, low and high, each (region), deaths a year; shares : (source, region), of the
    level; fit : name of the response
    """

    regions: list[str]
    ends: list[Floats]
    shares: Floats
    fit: str


def _died(pack: Pack, year: int) -> Died:
    then = prepare(pack, year)
    level, _ = then.evaluate(then.emissions())
    people = then.people
    nations = [then.home[code] for code in people.regions]
    exposed = People(year, people.regions, nations, people.persons, level.to_numpy())
    (name, lines), *_ = fits(FAMILY, cause_lines(pack, exposed, FAMILY)).items()
    whole = [line for line in lines if line.cause == TOTAL_CAUSE] or lines
    ends = [_total([line.values[end] for line in whole]) for end in range(3)]
    parts = then.relation.contribution(then.emissions()).sel(receptor=people.regions).to_numpy()
    return Died(people.regions, ends, parts / level.to_numpy(), name)


def _total(values: Sequence[Floats]) -> Floats:
    """Return the sum over the causes that are known (region); NaN where none is."""
    held = np.array(values)
    return np.where(np.isnan(held).all(axis=0), np.nan, np.nansum(held, axis=0))


def _response(chain: Chain, ends: Sequence[Floats], samples: int) -> Floats:
    """Return deaths over the central ones in samples of the response between its ends (sample); 1 without ends."""
    central, low, high = (float(values.sum()) for values in ends)
    if not (np.isfinite([low, high]).all() and central > 0):
        return np.ones(samples)
    design = latin_column(samples, chain.seed, "response of deaths across borders")
    spread = split_normal(design, 1.0, (1.0 - low / central) / NORMAL_95, (high / central - 1.0) / NORMAL_95)
    return np.maximum(spread, 0.0)
