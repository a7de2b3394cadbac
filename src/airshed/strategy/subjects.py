"""What measures work on: fuels, processes, manure, ships, vehicles, as shares of what a sector of a region emits.

A subject is a part of a sector. Measures on different subjects add; those of one group on one subject exclude each
other. Without the tables a measure works on its whole sector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from airshed.pack.arrays import Bools, Floats
from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.strategy.application import Case, places_of
from airshed.strategy.measures import AT, Interval

PARENT = {"BC": "PM2.5", "OC": "PM2.5", "PM10": "PM2.5"}
"""Pollutant that others are parts of and share the subjects of: what is removed keeps the mix of particles."""
UNKNOWN_SHARE = "unknown"
"""Basis of a share of which the pack says nothing."""
PLACE = {"low": 0.0, "middle": 0.5, "high": 1.0}
"""Where between the ends of a share a case lies: much of a subject is much room for its measures."""


@equation(
    key="subject-shares",
    title="Shares of the subjects of a sector, which add to 1 at most",
    latex=r"w_s = l_s + t\,(v_s - l_s), \quad t = \min\left(1,\ \frac{1 - \sum_s l_s}{\sum_s (v_s - l_s)}\right)",
    units="share of the emission",
    citation="rule of this project: what is known exactly stays, intervals give way together; see docs/method.md",
)
def fitted_shares(low: Floats, value: Floats) -> Floats:
    """Return shares that add to 1 at most: those asked for, or as far above their least as there is room.

    low, value : (subject, ...), least and wanted share, 0 <= low <= value <= 1; leasts that add to more than 1 are
    scaled down to 1

    >>> fitted_shares(np.array([0.6, 0.0]), np.array([0.6, 0.8]))
    array([0.6, 0.4])
    """
    total = low.sum(axis=0)
    low = low / np.maximum(total, 1.0)
    value = np.maximum(value, low)
    asked = (value - low).sum(axis=0)
    room = np.maximum(1.0 - low.sum(axis=0), 0.0)
    scale = np.where(asked > room, room / np.where(asked > room, asked, 1.0), 1.0)
    return np.asarray(low + scale * (value - low))


@dataclass(frozen=True)
class Share:
    """How much of a sector's emission is of a subject from a year on: its ends, and where it is from."""

    year: int
    ends: Interval
    basis: str
    source: str


NOTHING = Share(0, Interval(0.0, 0.0, 0.0), "published", "")
ANYTHING = Share(0, Interval(0.0, np.nan, 1.0), UNKNOWN_SHARE, "")


@dataclass(frozen=True)
class _Table:
    """The tables of a pack on subjects.

    held : subjects of each sector; of : subjects of each measure; at_sea : subjects of a coast
    shares : (subject, region or group, pollutant) to its rows by year; inland : regions without a coast
    """

    held: Mapping[str, list[str]]
    of: Mapping[str, list[str]]
    at_sea: frozenset[str]
    shares: Mapping[tuple[str, str, str], list[Share]]
    inland: frozenset[str]


def _read(pack: Pack) -> _Table:
    held: dict[str, list[str]] = {}
    rows = pack.optional("subjects")
    for code, sector in zip(rows["code"], rows["sector"], strict=True):
        held.setdefault(str(sector), []).append(str(code))
    of: dict[str, list[str]] = {}
    named = pack.optional("measure_subjects")
    for measure, subject in zip(named["measure"], named["subject"], strict=True):
        of.setdefault(str(measure), []).append(str(subject))
    shares: dict[tuple[str, str, str], list[Share]] = {}
    for row in pack.optional("subject_shares").sort_values("year", kind="stable").to_dict("records"):
        key = (str(row["subject"]), str(row["region"]), str(row["pollutant"]))
        ends = _whole(Interval(float(row["low"]), float(row["share"]), float(row["high"])))
        shares.setdefault(key, []).append(Share(int(row["year"]), ends, str(row["basis"]), str(row["source"])))
    coasts = pack.optional("coasts")
    return _Table(
        held,
        of,
        frozenset(map(str, rows.loc[rows["coast"] == "yes", "code"])),
        shares,
        frozenset(map(str, coasts.loc[coasts["coast"] == "no", "region"])),
    )


def _whole(ends: Interval) -> Interval:
    """Return an interval with its ends: those of a share alone are its own, those of nothing 0 and 1."""
    low = ends.low if np.isfinite(ends.low) else (ends.value if ends.known else 0.0)
    high = ends.high if np.isfinite(ends.high) else (ends.value if ends.known else 1.0)
    return Interval(low, ends.value, high)


def subject_years(pack: Pack) -> list[int]:
    """Return the years from which other shares of subjects hold."""
    return sorted({int(year) for year in pack.optional("subject_shares")["year"]})


@dataclass(frozen=True)
class Subjects:
    """The parts of what sectors emit, in a year and a case of a pack.

    pollutants : of the columns of `parts`; place : between the ends of the intervals, 0 to 1
    """

    pack: Pack
    year: int
    case: Case
    pollutants: Sequence[str]
    _table: _Table = field(compare=False, repr=False)
    _parts: dict[tuple[str, str], Floats] = field(default_factory=dict, compare=False, repr=False)
    _covers: dict[tuple[str, str], Bools] = field(default_factory=dict, compare=False, repr=False)

    def names(self, sector: str) -> list[str]:
        """Return the codes of the subjects of a sector; what they leave is the last row of `parts`, without a code."""
        return self._table.held.get(sector, [])

    def of(self, measure: str) -> list[str]:
        """Return the codes of the subjects that a measure works on; none: its whole sector.

        A replacement works on those of what is new.
        """
        return self._table.of.get(measure.partition(AT)[0], [])

    def cover(self, measure: str, sector: str) -> Bools:
        """Return whether a measure works on each part of a sector (subject and rest)."""
        key = (measure, sector)
        if key not in self._covers:
            of, names = self.of(measure), self.names(sector)
            self._covers[key] = np.array([*(not of or code in of for code in names), not of], dtype=bool)
        return self._covers[key]

    def share(self, region: str, subject: str, pollutant: str, places: Sequence[str] = ()) -> Share:
        """Return the share of a subject in what its sector emits of a pollutant in a region.

        Without a row: that of the region's groups or nation, then anything between nothing and all; BC, OC and PM10
        have the share of PM2.5. A subject of a coast is nothing in a region without one. places : where rows are
        looked up, found from the region if not given
        """
        table = self._table
        if subject in table.at_sea and region in table.inland:
            return NOTHING
        name = PARENT.get(pollutant, pollutant)
        for place in places or places_of(self.pack, region):
            rows = table.shares.get((subject, place, name))
            if rows:
                before = [item for item in rows if item.year <= self.year]
                return before[-1] if before else rows[0]
        return ANYTHING

    def parts(self, region: str, sector: str) -> Floats:
        """Return the shares (subject and rest, pollutant) of a sector's emission in a region, which add to 1."""
        key = (region, sector)
        if key not in self._parts:
            self._parts[key] = self._made(region, sector)
        return self._parts[key]

    def _made(self, region: str, sector: str) -> Floats:
        names = self.names(sector)
        if not names:
            return np.ones((1, len(self.pollutants)))
        places = places_of(self.pack, region)
        found = [[self.share(region, name, code, places).ends for code in self.pollutants] for name in names]
        low = np.array([[item.low for item in row] for row in found])
        value = np.array([[_at(item, PLACE[self.case]) for item in row] for row in found])
        shares = fitted_shares(low, value)
        return np.vstack([shares, np.maximum(1.0 - shares.sum(axis=0), 0.0)])


def subjects_in(pack: Pack, year: int, case: Case, pollutants: Sequence[str]) -> Subjects:
    """Return the subjects of a pack in a year and a case, made once while the pack keeps them."""
    key = f"subjects {year} {case} {' '.join(pollutants)}"
    return pack.derive(key, lambda opened: Subjects(opened, year, case, list(pollutants), _read(opened)))


def _at(item: Interval, place: float) -> float:
    """Return the share at a place between the ends; the share itself in the middle where it is known."""
    if place == PLACE["middle"] and item.known:
        return item.value
    return item.low + place * (item.high - item.low)


def components(measures: Sequence[str], subjects: Subjects) -> list[list[int]]:
    """Return the measures of a group, by number, that share a subject directly or by others: these exclude each other.

    A measure without subjects works on all and joins them.
    """
    of = [set(subjects.of(code)) for code in measures]
    if any(not found for found in of):
        return [list(range(len(measures)))]
    sets: list[tuple[set[str], list[int]]] = []
    for number, found in enumerate(of):
        touching = [item for item in sets if item[0] & found]
        sets = [item for item in sets if not item[0] & found]
        union = found.union(*(item[0] for item in touching))
        sets.append((union, sorted([number, *(one for item in touching for one in item[1])])))
    return sorted((numbers for _, numbers in sets), key=min)


@equation(
    key="unabated-emission",
    title="Emission without the measures in place",
    latex=r"E^{0}_{m,p} = \sum_{s \in S_m} \frac{w_{s,p}\,E_{p}}{1 - \sum_{k:\,s \in S_k} \eta_{k,p}\,x_k}",
    units="kt/yr",
    citation="inventory form of the emission equation of GAINS by fuel and activity, Amann et al. 2011, "
    "doi:10.1016/j.envsoft.2011.07.012",
)
def unabated_subjects(
    emission: Floats, parts: Floats, cover: Bools, efficiency: Floats, current: Floats, empty: float = 1e-12
) -> Floats:
    """Return what the subjects of each measure would emit without the measures of its group.

    emission : (..., pollutant), kt/yr of the sector with the measures in place; parts : (subject, pollutant), shares
    cover : (measure, subject), whether it works on it; efficiency : (measure, pollutant), at most 1
    current : (measure), shares of their subjects that the measures are applied to
    returns : (measure, ..., pollutant), kt/yr; 0 where the measures in place leave nothing

    >>> coal, oil = [0.8], [0.2]
    >>> both, one = [True, True], [True, False]
    >>> args = np.array([10.0]), np.array([coal, oil]), np.array([both, one]), np.array([[0.5], [0.5]])
    >>> unabated_subjects(*args, np.array([0.0, 1.0]))
    array([[18.],
           [16.]])
    """
    return np.asarray(np.einsum("...p,mp->m...p", emission, unabated_shares(parts, cover, efficiency, current, empty)))


def unabated_shares(parts: Floats, cover: Bools, efficiency: Floats, current: Floats, empty: float = 1e-12) -> Floats:
    """Return what `unabated_subjects` does per unit of emission, (..., measure, pollutant).

    parts : (..., subject, pollutant); current : (..., measure), the same leading dimensions, regions for instance
    """
    held = cover.astype(np.float64)
    left = 1.0 - np.einsum("ms,mp,...m->...sp", held, efficiency, current)
    some = left > empty
    factor = np.where(some, parts / np.where(some, left, 1.0), 0.0)
    return np.asarray(np.einsum("ms,...sp->...mp", held, factor))


@equation(
    key="left-by-devices",
    title="What the best devices would leave of a subject",
    latex=r"r_{s,p} = \min\left(1,\ \frac{1 - \max_k \eta_{k,p}}{1 - \sum_k \eta_{k,p}\,x_k}\right),"
    r"\quad k:\,s \in S_k",
    units="share of the emission",
    citation="rule of this project: what is taken out of use counts for what no device takes off, so that both add; "
    "see docs/method.md",
)
def left_by_devices(cover: Bools, efficiency: Floats, current: Floats, empty: float = 1e-12) -> Floats:
    """Return what would be left of each subject if the best device of a group stood everywhere, over what is emitted.

    cover : (measure, subject); efficiency : (measure, pollutant); current : (..., measure), shares applied
    returns : (..., subject, pollutant), 0 to 1; 1 where no device works

    >>> left_by_devices(np.array([[True, False]]), np.array([[0.9]]), np.array([0.5]))
    array([[0.18181818],
           [1.        ]])
    """
    held = cover.astype(np.float64)
    best = (held[:, :, None] * np.maximum(efficiency, 0.0)[:, None, :]).max(axis=0)
    now = 1.0 - np.einsum("ms,mp,...m->...sp", held, efficiency, current)
    some = now > empty
    return np.asarray(np.where(some, np.minimum(1.0, (1.0 - best) / np.where(some, now, 1.0)), 1.0))
