"""Populations of the regions: the counts, and the growth of a projection before the first and after the last."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from airshed.pack.codes import children, country_of
from airshed.pack.counts import Series, at_year, covers, read_counts, read_projections
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack


def counted(pack: Pack) -> list[str]:
    """Return the regions that were counted in any year; raises MissingTableError if there are none."""
    return list(_counts(pack))


def base_population(pack: Pack) -> pd.Series:
    """Return the persons of every counted region in the base year, by region.

    Where a projection does not reach the base year, the count of the nearest year stands.
    """
    persons = {}
    for code, counts in _counts(pack).items():
        found = _in_year(pack, code, pack.base_year)
        persons[code] = float(counts[_nearest(counts, pack.base_year)]) if isinstance(found, pd.Series) else found
    return pd.Series(persons, name="value")


def population(pack: Pack, year: int, regions: Sequence[str]) -> pd.Series:
    """Return the persons of regions in a year, by region.

    A year that was counted has its count; between two counts people grow at a constant rate. Before the first and
    after the last the nearest count grows like the projection of the region, or of its nation where it has none of
    its own; levels of the two are never mixed. Raises MissingTableError for a region without a count, and for a year
    that the projection does not reach. A region whose nearest count has no projection, or lies outside it (eastern
    Russia), keeps it.
    """
    known, home = _counts(pack), country_of(pack)
    uncounted = [code for code in regions if code not in known]
    if uncounted:
        raise MissingTableError("populations", Phrase("detail-base-count-uncounted", uncounted=", ".join(uncounted)))
    result = {}
    for code in regions:
        found = _in_year(pack, code, year)
        if isinstance(found, pd.Series):
            first, last = found.index.min(), found.index.max()
            detail = Phrase("detail-projection-covers", home=home[code], year=year, first=first, last=last)
            raise MissingTableError("populations", detail)
        result[code] = found
    return pd.Series(result, name="population")


def beside_parts(pack: Pack, code: str, year: int) -> tuple[float, float] | None:
    """Return the persons of a nation and of its regions together in a year, by the projection of each.

    None where no region has a projection of its own, or the year is out of reach. The two are not made equal:
    answers by region add up the regions.
    """
    known, parts = _counts(pack), children(pack).get(code, [])
    counted_parts = [part for part in parts if part in known]
    if code not in known or not any(part in _projections(pack) for part in counted_parts):
        return None
    try:
        return float(population(pack, year, [code])[code]), float(population(pack, year, counted_parts).sum())
    except MissingTableError:
        return None


def _in_year(pack: Pack, code: str, year: int) -> float | pd.Series:
    """Return the persons of a region in a year; the projection where it does not reach the year."""
    counts, projections = _counts(pack)[code], _projections(pack)
    start = _nearest(counts, year)
    count = float(counts[start]) if start in counts.index else at_year(counts, start)
    growing = projections.get(code) if code in projections else projections.get(country_of(pack)[code])
    if start == year or growing is None or not covers(growing, start):
        return count
    if not covers(growing, year):
        return growing
    if count == 0:
        return 0.0
    if at_year(growing, start) == 0:
        raise AirshedError("projection-nobody-growth-not-known", code=code, start=start)
    return count * at_year(growing, year) / at_year(growing, start)


def _nearest(counts: pd.Series, year: int) -> int:
    """Return the year itself between the first and the last count, else the nearer of these."""
    return int(np.clip(year, counts.index.min(), counts.index.max()))


def _counts(pack: Pack) -> Series:
    return pack.derive("counts of people", lambda opened: read_counts(opened.table("populations")))


def _projections(pack: Pack) -> Series:
    return pack.derive("projections of people", lambda opened: read_projections(opened.table("populations")))
