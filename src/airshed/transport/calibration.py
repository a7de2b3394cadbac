"""Calibration of the relation to published shares: soft, Bayesian, as share vectors on the simplex (docs/method.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from airshed.pack.codes import country_of
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.sampling.design import latin_column
from airshed.sampling.laws import NORMAL_90
from airshed.transport.splits import Shares, Width, draw, factors, nested
from airshed.transport.studies import BOUND, PERCENT, SOURCE, Published, log_odds, published

Floats = npt.NDArray[np.float64]
ENOUGH_STUDIES = 3
"""From so many studies of one share their range counts as the spread between studies."""
OUTSIDE = float(np.log(3.0))
"""A block whose factor leaves 1/3..3 is a finding."""


@dataclass(frozen=True)
class Evidence:
    """What is known of the origins at the receptors of one nation.

    receptors : the receptor cities the published shares are compared with, and their weights in the mean
    year : of the baseline that the shares are compared in; None where no study is known
    shares : splits, bounds and widths; printed : source to the anchor it rests on; studies : source to all studies
    """

    nation: str
    receptors: list[str]
    weights: Floats
    year: int | None
    shares: Shares
    printed: dict[str, Published]
    studies: dict[str, list[Published]]


@equation(
    key="between-study-spread",
    title="Spread between studies of a share",
    latex=r"s_- = \frac{x(p) - x(p_{min})}{1.645},\quad s_+ = \frac{x(p_{max}) - x(p)}{1.645},\quad "
    r"x(p) = \ln\frac{p}{1-p}",
    units="1 (log-odds)",
    citation="docs/method.md: least and largest published value as 5 and 95 % quantile around the anchor study",
)
def spread(anchor: float, values: Sequence[float], rounding: float) -> Width:
    """Return the width of a share from what the studies print, never below its rounding; all in 0..1.

    A printed 0 or 1 stands for what is rounded to it.

    >>> width = spread(0.32, [0.16, 0.65], 0.005)
    >>> round(width.below, 2), round(width.above, 2)
    (0.55, 0.83)
    """
    least = max(rounding, min([anchor - rounding, *values]))
    most = min(1.0 - rounding, max([anchor + rounding, *values]))
    centre = float(log_odds(anchor))
    below, above = (centre - float(log_odds(least))) / NORMAL_90, (float(log_odds(most)) - centre) / NORMAL_90
    return Width(max(below, 0.0), max(above, 0.0))


def evidence(pack: Pack, nations: dict[str, list[str]], people: dict[str, float], without: str = "") -> list[Evidence]:
    """Return what the studies say of every nation's receptors; of a nation without a study its own mean, no split.

    nations : nation to its receptor regions; people : their persons
    without : a study that is left out, to predict it from the others
    """
    anchors = [item for item in _shares_of_nations(pack, "anchor") if item.study != without]
    spreads = [item for item in _shares_of_nations(pack, "spread") if item.study != without]
    known = {(item.receptor, item.source_region): item for item in anchors}
    for item in _centres_without_anchor(known, spreads):
        known[item.receptor, item.source_region] = item
    by_pair: dict[tuple[str, str], list[Published]] = {}
    for item in [*anchors, *spreads]:
        by_pair.setdefault((item.receptor, item.source_region), []).append(item)
    wide = {pair: _own_width(known[pair], rows) for pair, rows in by_pair.items() if _studies(rows) >= ENOUGH_STUDIES}
    pooled = _pooled(list(wide.values()))
    cities = _roles(pack)
    found = []
    for nation, regions in nations.items():
        mine = {source: item for (receptor, source), item in known.items() if receptor == nation}
        role = next((item.role for item in mine.values() if item.role), "")
        places = cities.get((nation, role), [])
        named = [source for source in mine if mine[source].middle > 100 * BOUND]
        order = sorted(named, key=lambda source: (-_studies(by_pair[nation, source]), -mine[source].middle))
        splits = [
            (source, mine[source].middle / 100, wide.get((nation, source)) or _at_least(pooled, mine[source]))
            for source in order
        ]
        bounds = {
            source: (item.middle + item.rounding) / 100 for source, item in mine.items() if item.middle <= 100 * BOUND
        }
        counted = np.array([people.get(code, 0.0) for code in regions])
        shares = counted / counted.sum() if counted.sum() > 0 else np.full(len(regions), 1 / len(regions))
        years = [item.year for item in mine.values() if item.year is not None]
        found.append(
            Evidence(
                nation=nation,
                receptors=places or regions,
                weights=np.full(len(places), 1 / len(places)) if places else shares,
                year=years[0] if years else None,
                shares=Shares(nested(splits), bounds, pooled),
                printed=mine,
                studies={source: by_pair[nation, source] for source in mine},
            )
        )
    return found


def _shares_of_nations(pack: Pack, use: str) -> list[Published]:
    """Return the printed shares of one use; raises AirshedError for one that is not of a nation at a nation."""
    home = country_of(pack)
    rows = [item for item in published(pack, use) if item.unit == PERCENT]
    for item in rows:
        for code in (item.receptor, item.source_region):
            if home.get(code) != code:
                raise AirshedError(
                    f"{item.study} is marked as {use}, but {code} is not a nation",
                    "calibration takes shares of nations at nations; mark the row as validation",
                )
        if item.stands_for not in ("", SOURCE):
            raise AirshedError(
                f"{item.study} is marked as {use}, but its number stands for {item.stands_for} sources",
                "calibration takes shares of single nations; mark the row as validation",
            )
    return rows


def _studies(rows: Sequence[Published]) -> int:
    return len({item.study for item in rows})


def _own_width(anchor: Published, rows: Sequence[Published]) -> Width:
    values = [value / 100 for item in rows for value in item.values]
    return spread(anchor.middle / 100, values, anchor.rounding / 100)


def _at_least(width: Width, item: Published) -> Width:
    """Return a width that is never below the rounding of the printed share."""
    rounding = spread(item.middle / 100, [], item.rounding / 100)
    return Width(max(width.below, rounding.below), max(width.above, rounding.above))


def _pooled(widths: Sequence[Width]) -> Width:
    """Return the mean width of the shares that several studies give: the spread of all others; 0 without any."""
    if not widths:
        return Width(0.0, 0.0)
    return Width(float(np.mean([w.below for w in widths])), float(np.mean([w.above for w in widths])))


def _centres_without_anchor(known: dict[tuple[str, str], Published], spreads: Sequence[Published]) -> list[Published]:
    """Return the study nearest the median (in log-odds) of each share that has studies but no anchor."""
    open_pairs: dict[tuple[str, str], list[Published]] = {}
    for item in spreads:
        if (item.receptor, item.source_region) not in known:
            open_pairs.setdefault((item.receptor, item.source_region), []).append(item)
    found = []
    for rows in open_pairs.values():
        odds = np.array([float(log_odds(item.middle / 100)) for item in rows])
        found.append(rows[int(np.argmin(np.abs(odds - np.median(odds))))])
    return found


def _roles(pack: Pack) -> dict[tuple[str, str], list[str]]:
    """Return the receptor cities inside the relation by nation and role."""
    home = country_of(pack)
    cities = pack.optional("receptors")
    found: dict[tuple[str, str], list[str]] = {}
    for row in cities[cities["inside"] == "yes"].to_dict("records"):
        for role in row["roles"].split():
            found.setdefault((home[row["region"]], role), []).append(row["code"])
    return found


@dataclass(frozen=True)
class Fit:
    """Factors on the sources at one nation's receptors, and the shares behind them.

    model, share, factor : (sample, source) at the mean of the compared receptors
    """

    model: Floats
    share: Floats
    factor: Floats


def fit(known: Evidence, sources: Sequence[str], at: Floats, design: Floats) -> Fit:
    """Fit the factors of one nation's receptors.

    at : (sample, source, receptor of the evidence), modelled contributions, ug/m3. A source that takes away at a
        receptor, by cross terms, has no share there
    design : (sample, source) in 0..1
    Raises AirshedError for a printed share of a source that the relation does not have.
    """
    beyond = next((split.source for split in known.shares.splits if split.source not in sources), None)
    if beyond is not None:
        raise AirshedError(
            f"studies print a share of {beyond} at {known.nation}, which no block of the relation holds",
            "add it to a block in group_members; or mark the row of published_contributions as validation",
        )
    given = np.maximum(at, 0.0)
    total = given.sum(axis=1, keepdims=True)
    model = (given / np.where(total > 0, total, 1.0)) @ known.weights
    share = draw(known.shares, sources, model, design)
    return Fit(model, share, factors(share, given, known.weights))


def calibration_design(nation: str, sources: Sequence[str], samples: int, seed: int) -> Floats:
    """Return the design (sample, source) of a nation's receptors: a column for every source, drawn by its name."""
    return np.stack([latin_column(samples, seed, f"share {nation} {source}") for source in sources], axis=1)
