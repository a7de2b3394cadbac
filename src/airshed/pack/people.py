"""Populations of the regions: the base count, carried to other years by the growth of a projection."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from airshed.pack.codes import country_of
from airshed.pack.errors import MissingTableError
from airshed.pack.pack import Pack
from airshed.pack.units import factor

BASE = "base"


def base_population(pack: Pack) -> pd.Series:
    """Return the persons of every region in the base count, by region."""
    rows = _persons(pack)
    base = rows[rows["series"] == BASE]
    if base.empty:
        raise MissingTableError("populations", "rows of the series base")
    return base.groupby("region", sort=False)["value"].last()


def base_year_of(pack: Pack) -> pd.Series:
    """Return the year of the base count, by region."""
    rows = _persons(pack)
    base = rows[rows["series"] == BASE]
    return base.groupby("region", sort=False)["year"].last()


def population(pack: Pack, year: int, regions: Sequence[str]) -> pd.Series:
    """Return the persons of regions in a year, by region.

    The base count grows like the projection of the region, or of its nation where it has none of its own; levels of
    the two are never mixed. Raises MissingTableError for a region without a count, and for a year that the projection
    does not reach. A region whose base
    count has no projection at all (eastern Russia) keeps it.
    """
    base, base_years = base_population(pack), base_year_of(pack)
    home = country_of(pack)
    uncounted = [code for code in regions if code not in base.index]
    if uncounted:
        raise MissingTableError("populations", f"the base count of {', '.join(uncounted)}")
    series = _projections(pack)
    result = {}
    for code in regions:
        growing = series.get(code) if code in series else series.get(home[code])
        start = int(base_years[code])
        if year == start or growing is None or start not in growing.index:
            result[code] = float(base[code])
            continue
        if not growing.index.min() <= year <= growing.index.max():
            span = f"{growing.index.min()} to {growing.index.max()}"
            raise MissingTableError("populations", f"{home[code]} in {year}; its projection covers {span}")
        result[code] = float(base[code]) * _at(growing, year) / _at(growing, start)
    return pd.Series(result, name="population")


def _persons(pack: Pack) -> pd.DataFrame:
    rows = pack.table("populations").copy()
    rows["value"] = rows["value"] * rows["unit"].map({unit: factor(unit, "persons") for unit in rows["unit"].unique()})
    return rows


def _projections(pack: Pack) -> dict[str, pd.Series]:
    """Return the newest projection of every region that has one, by year."""
    rows = _persons(pack)
    rows = rows[rows["series"] != BASE]
    found = {}
    for region, table in rows.groupby("region", sort=False):
        newest = table[table["series"] == max(table["series"])]
        found[str(region)] = newest.set_index("year")["value"].sort_index()
    return found


def _at(series: pd.Series, year: int) -> float:
    """Return the projection in a year, at constant growth between its five-year points."""
    return float(np.exp(np.interp(year, series.index.to_numpy(), np.log(series.to_numpy()))))
