"""Share vectors on the simplex: nested splits of what is left, each with its log-odds and its width on either side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.errors import AirshedError
from airshed.sampling.laws import TINY, normal_quantile
from airshed.transport.studies import from_log_odds, log_odds

PASSES = 6
"""How often the bounds of several bounded sources are set against each other; two sources need two or three."""


@dataclass(frozen=True)
class Width:
    """Scales in log-odds below and above the median, of a t law with so many degrees of freedom (normal: infinity)."""

    below: float
    above: float
    freedom: float = np.inf

    def quantile(self, design: Floats, median: Floats | float) -> Floats:
        """Return quantiles around a median; design : array in 0..1."""
        score = t_quantile(design, self.freedom)
        away = np.where(score < 0, self.below, self.above) * score
        return np.asarray(median + np.clip(away, -FARTHEST, FARTHEST), dtype=np.float64)


FARTHEST = 50.0
"""Log-odds beyond which a share is none or all of it: the tails of a t law with one degree of freedom have no end."""


def t_quantile(design: Floats, freedom: float) -> Floats:
    """Return quantiles of Student's t law; the normal law for infinite degrees of freedom.

    >>> t_quantile(np.array([0.95]), 3.0).round(3)
    array([2.353])
    """
    from scipy.special import stdtrit

    if not np.isfinite(freedom):
        return normal_quantile(design)
    return np.asarray(stdtrit(freedom, np.clip(design, TINY, 1.0 - TINY)), dtype=np.float64)


@dataclass(frozen=True)
class SourceSplit:
    """A named source: its share of what the splits before it leave, as log-odds, and its width."""

    source: str
    centre: float
    width: Width


@dataclass(frozen=True)
class OriginShares:
    """What is known of the origins at one receptor: splits in order, upper bounds, and the width of all the rest.

    bounds : source to the largest share it may have; rest : width in log-odds of the sources that no split names
    """

    splits: tuple[SourceSplit, ...]
    bounds: dict[str, float]
    rest: Width


def nested(shares: Sequence[tuple[str, float, Width]]) -> tuple[SourceSplit, ...]:
    """Return splits from shares of the whole in 0..1, in their order; shares that add to more than 1 are scaled to 1.

    >>> nested([("A", 0.5, Width(0.1, 0.1)), ("B", 0.25, Width(0.1, 0.1))])[1].centre
    0.0
    """
    total = max(1.0, sum(share for _, share, _ in shares))
    # Broken like a stick, not drawn as one vector and scaled to 1 (Dirichlet or softmax): scaled, the best known share
    # would move whenever an unknown one does.
    left, splits = 1.0, []
    for source, share, width in shares:
        splits.append(SourceSplit(source, float(log_odds(share / total / max(left, TINY))), width))
        left -= share / total
    return tuple(splits)


def draw(known: OriginShares, sources: Sequence[str], model: Floats, design: Floats) -> Floats:
    """Return share vectors, array (sample, source), whose rows add to 1.

    sources : all sources; model : (sample, source), the shares of the relation itself, > 0 where a source acts; one
        that does not act has no share, whatever is printed. Named sources alone are scaled to the whole
    design : (sample, source) in 0..1; at 0.5 everywhere the splits stand at their medians and the rest at the model's
    Raises AirshedError for a split of what is no source.
    """
    result = np.zeros(design.shape)
    left = np.ones(len(design))
    for split in known.splits:
        if split.source not in sources:
            raise AirshedError("study-prints-share-no-source", source=split.source)
        column = sources.index(split.source)
        odds = split.width.quantile(design[:, column], split.centre)
        result[:, column] = np.where(model[:, column] > 0, left * from_log_odds(odds), 0.0)
        left = left - result[:, column]
    named = {split.source for split in known.splits}
    columns = [place for place, source in enumerate(sources) if source not in named]
    weights = _rest(known, [sources[place] for place in columns], model[:, columns], design[:, columns], left)
    result[:, columns] = left[:, None] * weights
    total = result.sum(axis=1, keepdims=True)
    limit = np.array([known.bounds.get(source, np.inf) for source in sources])
    return _inside(result / np.where(total > 0, total, 1.0), limit)


def _inside(shares: Floats, limit: Floats) -> Floats:
    """Return shares (sample, source) with what goes beyond the limits (source) given to the sources without a limit."""
    free = np.where(np.isinf(limit), shares, 0.0)
    room = free.sum(axis=1, keepdims=True)
    cut = np.minimum(shares, limit)
    excess = (shares - cut).sum(axis=1, keepdims=True)
    return np.where(room > 0, cut + excess * free / np.where(room > 0, room, 1.0), shares)


def _rest(known: OriginShares, names: list[str], model: Floats, design: Floats, left: Floats) -> Floats:
    """Return how the rest is shared out, array (sample, name) with rows that add to 1.

    The model's shares move with the width of the rest; the law of a bounded source is cut off at its bound.
    """
    width = known.rest
    weights = model * np.exp(width.quantile(design, 0.0))
    bounded = [place for place, name in enumerate(names) if name in known.bounds]
    # The law is cut off at the bound, not the draw set to it: set, many samples would lie on the bound itself. What a
    # bounded source may have depends on what the others have, hence the passes.
    for _ in range(PASSES if len(bounded) > 1 else 1):
        for place in bounded:
            others = weights.sum(axis=1) - weights[:, place]
            room = np.minimum(known.bounds[names[place]] / np.maximum(left, 1e-12), 1.0 - 1e-9)
            most = log_odds(room) + np.log(np.maximum(others, 1e-300)) - np.log(np.maximum(model[:, place], 1e-300))
            inside = design[:, place] * _cumulative(most, width)
            shift = np.minimum(width.quantile(inside, 0.0), most)
            weights[:, place] = model[:, place] * np.exp(shift)
    total = weights.sum(axis=1, keepdims=True)
    return np.asarray(weights / np.where(total > 0, total, 1.0))


def _cumulative(value: Floats, width: Width) -> Floats:
    """Return the cumulative distribution of the law around 0; 1 everywhere for a law without width."""
    from scipy.special import ndtr, stdtr

    if width.below == 0 or width.above == 0:
        return np.ones(value.shape)
    score = np.where(value < 0, value / width.below, value / width.above)
    return np.asarray(stdtr(width.freedom, score) if np.isfinite(width.freedom) else ndtr(score))


def factors(shares: Floats, at: Floats, weights: Floats, passes: int = 60) -> Floats:
    """Return factors on the sources that bring the mean of the places' shares to given shares.

    shares : (sample, source), rows add to 1; at : (sample, source, place), contributions in any one unit, >= 0
    weights : (place), adding to 1
    returns : (sample, source); each place keeps its own total, so only ratios of the factors matter. Iterative
        proportional fitting (Deming and Stephan 1940, Ann. Math. Stat. 11:427)
    """
    # Studies print a mean over places, and nothing of each: factors on the sources leave the pattern over the places to
    # the relation, keep none at none, and cannot turn a contribution's sign, as an added term could.
    result = np.ones(shares.shape)
    for _ in range(passes):
        parts = result[:, :, None] * at
        whole = parts.sum(axis=1, keepdims=True)
        now = (parts / np.where(whole > 0, whole, 1.0)) @ weights
        step = np.where(now > 0, shares / np.where(now > 0, now, 1.0), 1.0)
        result *= step
        if np.abs(step - 1.0).max() < 1e-12:
            break
    return result
