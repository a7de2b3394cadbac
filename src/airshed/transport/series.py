"""Observed series: annual means of one place, kind and source, from the first to the last year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airshed.pack.pack import Pack
from airshed.pack.units import factor
from airshed.transport.observation import ANNUAL, observation_breaks, segment_of

SITE, PART, WHOLE = "site", "part", "whole"
OFFICIAL = "official"
DERIVED = "derived"


@dataclass(frozen=True)
class Series:
    """Annual means of one series, ug/m3 by year.

    coverage : whole, part of the place, or one site; rank : 1 is the series of the place that is preferred
    """

    place: str
    place_name: str
    coverage: str
    statistic: str
    kind: str
    doubtful: bool
    source: str
    values: dict[int, float]
    rank: int = 0

    @property
    def first(self) -> int:
        """The first year."""
        return min(self.values)

    @property
    def last(self) -> int:
        """The last year."""
        return max(self.values)

    def at(self, year: int) -> float:
        """Return the mean of a year inside the series, at constant growth between observed years."""
        years = sorted(self.values)
        return float(np.exp(np.interp(year, years, [np.log(self.values[known]) for known in years])))


def observed_series(pack: Pack, first_year: int, last_year: int) -> list[Series]:
    """Return all series with two or more years, the preferred one of a place first.

    A series holds one kind, source, place and statistic; values derived from the official ones of the same source
    belong to them. A break that the table observation_breaks declares ends one series and starts another. Official
    comes before station, then the others; the whole place before a part, a doubtful one last.
    """
    rows = pack.optional("observations")
    years = rows["year"].between(first_year, last_year)
    rows = rows[rows["statistic"].isin(ANNUAL) & (rows["place"] != "") & years]
    official = set(rows.loc[rows["kind"] == OFFICIAL, ["place", "source"]].itertuples(index=False, name=None))
    breaks = observation_breaks(pack)
    found: dict[tuple[str | int, ...], Series] = {}
    for row in rows.to_dict("records"):
        derived = row["kind"] == DERIVED and (row["place"], row["source"]) in official
        kind = OFFICIAL if derived else row["kind"]
        name = row["place_name"] if row["coverage"] != WHOLE else ""
        past = segment_of(breaks, row["place"], row["kind"], int(row["year"]))
        key = (row["place"], name, row["coverage"], row["statistic"], kind, row["source"], past)
        item = found.setdefault(
            key,
            Series(
                place=row["place"],
                place_name=row["place_name"],
                coverage=row["coverage"],
                statistic=row["statistic"],
                kind=kind,
                doubtful=row["confidence"] == "L",
                source=row["source"],
                values={},
            ),
        )
        item.values.setdefault(int(row["year"]), float(row["value"]) * factor(row["unit"], "ug/m3"))
    return _ranked(pack, [item for item in found.values() if len(item.values) > 1])


def _ranked(pack: Pack, series: list[Series]) -> list[Series]:
    kinds = pack.optional("observation_kinds")
    rank = dict(zip(kinds["kind"], kinds["rank"], strict=True))
    coverage = (WHOLE, PART, SITE)

    def order(item: Series) -> tuple[float, ...]:
        return (
            float(item.doubtful),
            float(rank.get(item.kind, np.inf)),
            float(coverage.index(item.coverage)),
            float(item.first - item.last),
        )

    result = []
    for place in dict.fromkeys(item.place for item in series):
        here = sorted((item for item in series if item.place == place), key=order)
        result += [Series(**{**vars(item), "rank": number}) for number, item in enumerate(here, start=1)]
    return result
