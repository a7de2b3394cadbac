"""What studies say of a nation's own part: which precursors it is made of, and how much of it a place gives itself.

Both are factors inside what a nation gives to a receptor in the base year; that itself stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.pack.people import base_population
from airshed.sampling.design import latin_column
from airshed.transport.calibration import Effects, predictive
from airshed.transport.distance import receptor_homes
from airshed.transport.splits import Width
from airshed.transport.studies import OWN, PERCENT, Published, from_log_odds, log_odds, published
from airshed.transport.tm5fasst import PRECURSORS, PRIMARY

MOST = float(np.log(5.0))
"""Logarithm of the largest factor on a precursor, and of its inverse the least."""
EMITTED_AS = {"PM2.5": PRIMARY}
"""What the pollutant of a study is among the precursors, where it is not one itself."""


@dataclass(frozen=True)
class Shaper:
    """What shaping needs of a relation.

    given : (kernel, precursor, region, receptor), ug/m3 in the base year, the centre first
    regions, receptors : codes; home : region to its nation; effects : how far studies differ
    """

    given: Floats
    regions: list[str]
    receptors: list[str]
    home: Mapping[str, str]
    effects: Effects

    def rows(self, nation: str) -> list[int]:
        """Return the sources of a nation."""
        return [place for place, code in enumerate(self.regions) if self.home.get(code) == nation]

    def columns(self, pack: Pack, code: str) -> list[int]:
        """Return the receptors in a region or nation: itself and the cities in it."""
        homes = dict(receptor_homes(pack))
        inside = [str(homes.get(name, name)) for name in self.receptors]
        return [place for place, name in enumerate(inside) if code in (name, self.home.get(name))]


def shaping(pack: Pack, shaper: Shaper, seed: int) -> Floats:
    """Return factors (kernel, precursor, region, receptor) on contributions, the centre first.

    What a nation gives to a receptor in the base year stays, under every kernel. Each kernel has its own drawing of
    what the studies leave open; the centre stands at their means.
    """
    factor = np.ones(shaper.given.shape)
    for (nation, _), rows in _by(published(pack, "precursor"), lambda item: (item.receptor, item.study)).items():
        if rows[0].source_region == nation and nation in shaper.home.values():
            _balance(pack, shaper, nation, rows, factor, seed)
    own = [item for item in published(pack, "own") if item.stands_for == OWN and item.unit == PERCENT]
    for (region, _), rows in _by(own, lambda item: (item.source_region, "")).items():
        if region in shaper.regions and all(item.receptor == region for item in rows):
            _split(pack, shaper, region, rows, factor, seed)
    return factor


def _by(
    rows: Sequence[Published], key: Callable[[Published], tuple[str, str]]
) -> dict[tuple[str, str], list[Published]]:
    found: dict[tuple[str, str], list[Published]] = {}
    for item in rows:
        found.setdefault(key(item), []).append(item)
    return found


@equation(
    key="precursor-balance",
    title="Balance of precursors in what a nation gives itself",
    latex=r"f_p = \exp\max\!\Big(-\ln 5, \min\!\Big(\ln 5, \ln\frac{s_p}{m_p}\Big)\Big),\quad "
    r"K_p \to K_p \frac{f_p \sum_q m_q(c)}{\sum_q f_q m_q(c)}",
    units="1",
    citation="docs/method.md: published shares s of precursors against the relation's m; the sum at a receptor stays",
)
def precursor_balance(published_shares: Floats, model_shares: Floats) -> Floats:
    """Return the bounded logarithm of the factors (..., precursor) that bring shares to published ones.

    >>> precursor_balance(np.array([0.5, 0.5]), np.array([0.25, 0.75])).round(2)
    array([ 0.69, -0.41])
    """
    safe = np.maximum(model_shares, 1e-12)
    return np.asarray(np.clip(np.log(published_shares / safe), -MOST, MOST))


def _balance(pack: Pack, shaper: Shaper, nation: str, rows: Sequence[Published], factor: Floats, seed: int) -> None:
    """Balance the precursors of what a nation gives itself, in place."""
    sources, columns = shaper.rows(nation), shaper.columns(pack, nation)
    of = [[PRECURSORS.index(code) for code in EMITTED_AS.get(item.precursor, (item.precursor,))] for item in rows]
    people = base_population(pack)
    counted = np.array([float(people.get(shaper.receptors[place], 0.0)) for place in columns])
    domestic = np.maximum(shaper.given[:, :, sources][..., columns].sum(axis=2), 0.0)
    mean = domestic @ (counted / counted.sum())
    model = np.stack([mean[:, kinds].sum(axis=1) for kinds in of], axis=1)
    printed = np.array([item.middle for item in rows])
    logs = precursor_balance(printed / printed.sum(), model / model.sum(axis=1, keepdims=True))
    width = predictive(1, shaper.effects)
    for place, (item, kinds) in enumerate(zip(rows, of, strict=True)):
        drawn = logs[:, place] + _drawn(width, len(logs), seed, f"precursor {nation} {item.precursor}")
        factor[np.ix_(range(len(logs)), kinds, sources, columns)] *= np.exp(np.clip(drawn, -MOST, MOST))[
            :, None, None, None
        ]
    _hold(shaper, sources, columns, factor)


def _hold(shaper: Shaper, sources: Sequence[int], columns: Sequence[int], factor: Floats) -> None:
    """Scale the factors on some sources so that what they give to each receptor in the base year stays."""
    where = np.ix_(range(len(factor)), range(len(PRECURSORS)), sources, columns)
    given = shaper.given[where]
    before, after = given.sum(axis=(1, 2)), (given * factor[where]).sum(axis=(1, 2))
    level = np.where((before > 0) & (after > 0), before / np.where(after > 0, after, 1.0), 1.0)
    factor[where] *= level[:, None, None, :]


def _split(pack: Pack, shaper: Shaper, region: str, rows: Sequence[Published], factor: Floats, seed: int) -> None:
    """Bring the share that a region gives to itself to published ones, in place, at the cost of its nation's others."""
    own, nation = shaper.regions.index(region), shaper.home[region]
    sources, columns = shaper.rows(nation), shaper.columns(pack, region)
    study = _by(rows, lambda item: (item.study, ""))
    odds = float(np.mean([np.mean([log_odds(item.middle / 100) for item in held]) for held in study.values()]))
    drawn = _drawn(predictive(len(study), shaper.effects), len(factor), seed, f"own {region}")
    given = np.maximum((shaper.given * factor).sum(axis=1), 0.0)
    total, domestic = given.sum(axis=1), given[:, sources].sum(axis=1)
    here = shaper.receptors.index(region)
    shift = odds + drawn - log_odds(given[:, own, here] / total[:, here])
    for column in columns:
        wanted = from_log_odds(log_odds(given[:, own, column] / total[:, column]) + shift) * total[:, column]
        wanted = np.minimum(wanted, MOST_OWN * domestic[:, column])
        rest = domestic[:, column] - given[:, own, column]
        factor[:, :, own, column] *= (wanted / given[:, own, column])[:, None]
        others = [place for place in sources if place != own]
        factor[:, :, others, column] *= ((domestic[:, column] - wanted) / rest)[:, None, None]


MOST_OWN = 0.98
"""Largest part of what a nation gives to a place that the place may give itself."""


def _drawn(width: Width, count: int, seed: int, name: str) -> Floats:
    """Return departures from the mean: 0 for the centre, then one for every kernel."""
    return np.concatenate([np.zeros(1), width.quantile(latin_column(count - 1, seed, name), 0.0)])
