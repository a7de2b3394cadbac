"""Changes between two years: absolute, percent, compound growth; and the marks that policy tables print."""

from __future__ import annotations

import numpy as np
import pandas as pd

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation


@equation(
    key="percent-change",
    title="Change in percent",
    latex=r"\Delta = 100\, \frac{E(b) - E(a)}{E(a)}",
    units="percent",
    citation="definition",
)
def percent_change(before: Floats, after: Floats) -> Floats:
    """Return the change from `before` to `after` in percent; NaN where `before` is zero.

    >>> percent_change(np.array([56.0]), np.array([37.0])).round(1)
    array([-33.9])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(before != 0, 100.0 * (after - before) / before, np.nan)


@equation(
    key="compound-growth",
    title="Compound growth per year",
    latex=r"g = \left(\frac{E(b)}{E(a)}\right)^{1/(b-a)} - 1",
    units="1/yr",
    citation="definition; over the years that really lie between the two",
)
def compound_growth(before: Floats, after: Floats, years: int) -> Floats:
    """Return the growth per year between two values that lie `years` apart, as a fraction; NaN where it has none.

    >>> compound_growth(np.array([4298.0]), np.array([5268.0]), 4).round(3)
    array([0.052])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = (after / before) ** (1.0 / years) - 1.0
    return np.where((before > 0) & (after >= 0), growth, np.nan)


def mark_extremes(rows: pd.DataFrame) -> pd.Series:
    """Return the marks of every row of an emission table.

    rows : columns region, sector, pollutant, year, value and change (kt/yr)
    returns : text, one or more of `largest` and `smallest` (of the sectors of a region, pollutant and year) and
        `largest_cut` (the most negative change of the sectors), with a space between; ties are all marked, totals never
    """
    sectors = rows[rows["sector"] != "total"]
    table = sectors.groupby(["region", "pollutant", "year"])
    several = table["value"].transform("count") > 1
    words = {
        "largest": several & (sectors["value"] == table["value"].transform("max")),
        "smallest": several & (sectors["value"] == table["value"].transform("min")),
        "largest_cut": (sectors["change"] < 0) & (sectors["change"] == table["change"].transform("min")),
    }
    marks = pd.Series("", index=rows.index, dtype="str")
    for word, where in words.items():
        marked = where.index[where]
        marks[marked] = (marks[marked] + " " + word).str.strip()
    return marks
