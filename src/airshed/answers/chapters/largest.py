"""The rows that a chart shows of many: the largest, but none that leaves a nation out."""

from __future__ import annotations

import pandas as pd

from airshed.pack.codes import country_of
from airshed.pack.pack import Pack


def largest(pack: Pack, rows: pd.DataFrame, column: str, most: int, value: str = "value") -> pd.DataFrame:
    """Return at most so many rows, the largest first; of each nation the largest row is kept before second ones.

    column : of the codes of regions; sources outside the airshed are no nations
    """
    regions = pack.table("regions")
    inside = set(regions.loc[regions["level"] != "outside", "code"])
    home = {code: nation for code, nation in country_of(pack).items() if code in inside}
    order = rows.sort_values(value, ascending=False, kind="stable")
    nation = order[column].map(home).fillna("")
    own = order[column] == nation
    first = own | (~nation.duplicated() & ~nation.isin({"", *order.loc[own, column]}))
    kept = pd.concat([order[first], order[~first]]).head(most)
    return kept.sort_values(value, ascending=False, kind="stable")
