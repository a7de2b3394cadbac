"""How a projection or a second inventory carries a history on: ratio and offset, residuals, breaks of method."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import xarray as xr

from airshed.emissions.grid import take
from airshed.emissions.rules import BaselineRules
from airshed.pack.arrays import Floats
from airshed.pack.equations import equation

RATIO_LIMIT = 10.0


@equation(
    key="harmonisation",
    title="A projection or a second inventory joined to the history",
    latex=r"E(y) = E_h(b)\,\frac{P(y)}{P(b)} \text{ if } P(b) > 0, E_h(b) > 0, \frac{E_h(b)}{P(b)} \le 10;"
    r"\quad E(y) = \max(0,\, E_h(b) + P(y) - P(b)) \text{ otherwise}",
    units="kt/yr",
    citation="ratio and offset methods of Gidden et al. 2018, Environ. Model. Softw. 105:187",
)
def harmonise(history: Floats, base: Floats, later: Floats) -> Floats:
    """Carry the history of the base year on by the change of another series.

    history, base : emissions of the base year in the history and in the other series, kt/yr
    later : the other series in a later year, kt/yr; arrays of one shape
    returns : array of the same shape, kt/yr; NaN where either series is

    >>> harmonise(np.array([10.0, 50.0, 0.0]), np.array([5.0, 2.0, 4.0]), np.array([4.0, 3.0, 6.0]))
    array([ 8., 51.,  2.])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = history / base
        scaled = history * (later / base)
    by_ratio = (base > 0) & (history > 0) & (ratio <= RATIO_LIMIT)
    return np.where(by_ratio, scaled, np.maximum(history + later - base, 0.0))


def chain_over_breaks(values: Floats, broken: npt.NDArray[np.bool_]) -> Floats:
    """Rescale a series after each break of method, so that no change remains between the year before and the break.

    values, broken : arrays (..., year); broken marks the first year after a break
    returns : array of the same shape

    >>> chain_over_breaks(np.array([10.0, 8.0, 2.0, 1.0]), np.array([False, False, True, False]))
    array([10.,  8.,  8.,  4.])
    """
    before = np.concatenate([values[..., :1], values[..., :-1]], axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.where(broken & (values > 0) & (before > 0), before / values, 1.0)
    return values * np.cumprod(step, axis=-1)


@equation(
    key="residual-growth",
    title="Growth of the provinces outside the printed groups",
    latex=r"g = \frac{N(y) - \sum_k G_k(y)}{N(b) - \sum_k G_k(b)}",
    units="1",
    citation="arithmetic on the printed national and group rows, per sector and pollutant",
)
def residual(
    projection: xr.Dataset,
    national: str,
    groups: Sequence[str],
    sectors: Sequence[str],
    pollutants: Sequence[str],
    rules: BaselineRules,
) -> Floats:
    """Return what a projection leaves of the nation outside its groups.

    sectors, pollutants : the codes to answer for; the rules say what a code grows like (`sector_grows_like`,
        `grow_like`), which sectors are taken as one (`merge_for_residual`), and which printed sector holds several
        (`printed_sectors`)
    returns : array (sector, pollutant, year), kt/yr; NaN where nothing is printed or nothing is left
    """
    result = np.full((len(sectors), len(pollutants), projection.sizes["year"]), np.nan)
    names = [str(code) for code in projection["sector"].to_numpy()]
    printed = [rules.grow_like.get(code, code) for code in pollutants]
    whole = take(projection, [national], names, printed)[0]
    inside = take(projection, groups, names, printed)
    for column, pollutant in enumerate(printed):
        for row, sector in enumerate(sectors):
            parts, wholes = _held(rules.sector_grows_like.get(sector, sector), pollutant, rules)
            if not set(parts) | set(wholes) <= set(names):
                continue
            total = whole[[names.index(code) for code in wholes], column].sum(axis=0)
            held = inside[:, [names.index(code) for code in parts], column].sum(axis=(0, 1))
            if np.all(total - held > 0):
                result[row, column] = total - held
    return result


def _held(sector: str, pollutant: str, rules: BaselineRules) -> tuple[list[str], list[str]]:
    """Return the sectors of the groups, and of the nation, whose difference serves this sector and pollutant."""
    for merged in rules.merge_for_residual.get(pollutant, []):
        if sector in merged:
            return list(merged), list(merged)
    for printed, held in rules.printed_sectors.items():
        if sector in held:
            return list(held), [printed]
    return [sector], [sector]
