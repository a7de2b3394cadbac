"""Breaks of method: years in which an inventory changed its method, so that the step is no change of emission."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack


def breaks_of(pack: Pack, inventory: str, region: str) -> pd.DataFrame:
    """Return the rows of `series_breaks` of an inventory and region: sector, pollutant, year (first after), note."""
    rows = pack.optional("series_breaks")
    return rows[(rows["inventory"] == inventory) & (rows["region"] == region)]


def broken_years(
    pack: Pack, inventory: str, region: str, sectors: Sequence[str], pollutants: Sequence[str], years: Sequence[int]
) -> npt.NDArray[np.bool_]:
    """Return where a series of an inventory and region begins anew (sector, pollutant, year).

    pollutants : codes, repeats allowed. Raises AirshedError for a break of a sector or year that is not among them.
    """
    broken = np.zeros((len(sectors), len(pollutants), len(years)), dtype=bool)
    for sector, pollutant, year in breaks_of(pack, inventory, region)[["sector", "pollutant", "year"]].to_numpy():
        if sector not in sectors or year not in years:
            raise AirshedError(
                f"series_breaks names {sector} {year}, which {inventory} does not carry on for {region}",
                "correct the row, or take it out",
            )
        columns = [place for place, like in enumerate(pollutants) if like == pollutant]
        broken[sectors.index(sector), columns, years.index(year)] = True
    return broken
