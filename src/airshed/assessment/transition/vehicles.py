"""Fleets of the pack: stocks and sales by cohort, what they emit by standard, and what a path of sales changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.assessment.transition.vehicle_inputs import (
    EMITTING,
    ENDS,
    Factors,
    Nation,
    Years,
    cohort_factors,
    cohort_standards,
    fleet_nations,
    nation_of,
    sales_mix,
    sold,
    standards,
)
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of, members, unknown
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.transition.fleet import WHOLE, Turnover, fleet_emissions, share_path, survival, turn_over

AGES = 40
"""Years that a vehicle is followed."""
FIRST_YEARS = 5
"""Recorded years whose growth stands for that of the years before."""
KEPT, NONE = "kept", "none"
LAST_YEAR = 2060
"""Last year of a path."""
LIMITS = "limit values of petrol cars, not real driving"
TAILPIPE = "at the tailpipe: electricity for cars is not counted"
UNLIMITED = "{percent} % of the vehicles meet standards without a limit and are not counted"
NOTES = (LIMITS, TAILPIPE, UNLIMITED)
"""Templates of the notes, for translation."""


@dataclass(frozen=True)
class SalesPath:
    """What is asked of the sales of vehicles.

    points : (year, percent) of electric cars in what is sold; phase_out : year from which nothing else is sold
    growth : of what is sold after the last year of a stock, percent a year; retired : (standard, year), cars of this
    standard and older ones must be gone by that year; against : KEPT, NONE, or nothing for what suits the path
    """

    points: tuple[tuple[int, float], ...] = ()
    phase_out: int | None = None
    growth: float = 0.0
    retired: tuple[tuple[str, int], ...] = ()
    against: str = ""

    @property
    def compared(self) -> str:
        """What the path is compared with: the last share sold held where it asks for more, else no electric cars."""
        asks = self.points or self.phase_out is not None or self.retired
        return self.against or (KEPT if asks else NONE)


@dataclass(frozen=True)
class Fleet:
    """The fleets of a nation under a path, and those that it is compared with.

    observed : last year of a stock that is known; share, base_share : (cohort), electric cars in what is sold, percent
    places : (region, cohort), the standard of a cohort in `order`; emitted, base_emitted : by end, (region, year,
    pollutant), kt/yr
    """

    nation: Nation
    regions: tuple[str, ...]
    years: Years
    cohorts: Years
    observed: int
    order: tuple[str, ...]
    places: Years
    factors: Factors
    share: Floats
    base_share: Floats
    turnover: Turnover
    base: Turnover
    emitted: Mapping[str, Floats]
    base_emitted: Mapping[str, Floats]
    sources: tuple[str, ...]

    def at(self, year: int) -> int:
        """Return the place of a year."""
        return int(year - self.years[0])

    def electric(self, base: bool = False) -> Floats:
        """Return the electric vehicles, (region, year)."""
        held, share = (self.base, self.base_share) if base else (self.turnover, self.share)
        found: Floats = np.einsum("ryc,c->ry", held.vehicles, share / WHOLE)
        return found

    def counted(self, year: int) -> Floats:
        """Return the vehicles of a year that have a factor, (region, pollutant)."""
        known = self.factors.known.astype(np.float64)
        found: Floats = np.einsum("rc,rcp->rp", self.turnover.vehicles[:, self.at(year)], known)
        return found


def fleet_of(pack: Pack, nation: str, path: SalesPath, last: int) -> Fleet:
    """Return the fleets of a nation up to a year.

    Raises AirshedError for a path that cannot be, MissingTableError for a table that the pack lacks.
    """
    held, rows = nation_of(pack, nation), sold(pack, nation)
    regions, first, observed = _observed(pack, nation)
    known = first + observed.shape[1] - 1
    end = max(last, known)
    check_path(pack, path, nation, int(rows["year"].max()), known)
    years, cohorts = np.arange(first, end + 1), np.arange(first - AGES + 1, end + 1)
    places = cohort_standards(pack, regions, nation, cohorts)
    order = standards(pack, nation)
    surviving = survival(np.arange(AGES), held.value("mean_life"), held.value("life_shape"))
    steps = min(FIRST_YEARS, observed.shape[1] - 1)
    growth = np.log(observed[:, steps] / observed[:, 0]) / steps if steps else np.zeros(len(observed))
    last_sold = turn_over(observed, surviving, growth).sales[:, -1:]
    ahead = last_sold * (1.0 + path.growth / WHOLE) ** np.arange(1, end - known + 1)
    base = turn_over(observed, surviving, growth, ahead)
    gone = _withdrawn(path, order, places, years)
    turnover = base if gone is None else turn_over(observed, surviving, growth, ahead, gone)
    printed = {int(row["year"]): float(row["electric_percent"]) for row in rows.to_dict("records")}
    asked = dict(path.points) | ({path.phase_out: WHOLE} if path.phase_out is not None else {})
    share = share_path(cohorts, printed, asked)
    base_share = share_path(cohorts, printed, {}) if path.compared == KEPT else np.zeros(len(cohorts))
    factors = cohort_factors(pack, held, places, cohorts)
    emitted, base_emitted = (
        _emitted(one, sales_mix(rows, cohorts, electric), factors, held)
        for one, electric in ((turnover, share), (base, base_share))
    )
    stocks = pack.table("vehicle_stocks")
    cited = (*stocks.loc[stocks["region"].isin(regions), "source"], *rows["source"], *held.sources)
    return Fleet(
        *(held, regions, years, cohorts, known, tuple(order), places, factors, share, base_share),
        *(turnover, base, emitted, base_emitted, tuple(dict.fromkeys(cited))),
    )


def _observed(pack: Pack, nation: str) -> tuple[tuple[str, ...], int, Floats]:
    """Return the regions of a nation with a stock, the first year, and the stock (region, year).

    Raises MissingTableError for a year that one of them lacks.
    """
    home, rows = country_of(pack), pack.table("vehicle_stocks")
    rows = rows[[home[code] == nation for code in rows["region"]]]
    if rows.empty:
        raise MissingTableError("vehicle_stocks", Phrase("detail-rows-of-place", place=nation))
    years = range(int(rows["year"].min()), int(rows["year"].max()) + 1)
    wide = rows.pivot(index="region", columns="year", values="vehicles")
    wide = wide.reindex(index=list(dict.fromkeys(rows["region"])), columns=years)
    holes = np.argwhere(~(wide.to_numpy(dtype=np.float64) > 0))
    if len(holes):
        region, year = wide.index[holes[0][0]], wide.columns[holes[0][1]]
        raise MissingTableError("vehicle_stocks", Phrase("detail-rows-of-place-year", place=region, year=year))
    return tuple(map(str, wide.index)), years[0], wide.to_numpy(dtype=np.float64)


def _emitted(fleet: Turnover, mix: Floats, factors: Factors, held: Nation) -> dict[str, Floats]:
    """Return what a fleet emits, by end (region, year, pollutant), kt/yr."""
    kilometres = held.ends("annual_km")
    found = {}
    for end in ENDS:
        factor = np.asarray(EMITTING[end])[:, None, None, None] * factors.factor[end][None]
        found[end] = fleet_emissions(fleet.vehicles, mix, factor, kilometres[end])
    return found


def _withdrawn(path: SalesPath, order: list[str], places: Years, years: Years) -> npt.NDArray[np.bool_] | None:
    """Return which cohorts must be gone in a year, (year, cohort); None where none must.

    A cohort of a standard that came earlier in one region goes with those of its year in the others.
    """
    if not path.retired:
        return None
    latest = places.max(axis=0)
    gone = np.zeros((len(years), places.shape[1]), dtype=bool)
    for standard, year in path.retired:
        gone |= (years >= year)[:, None] & (latest <= order.index(standard))[None, :]
    return gone


def check_path(pack: Pack, path: SalesPath, nation: str, sold_until: int, known: int) -> None:
    """Raise AirshedError for a path that cannot be."""
    for year, percent in path.points:
        if not 0 <= percent <= WHOLE:
            raise AirshedError("share-of-sales-no-percent", year=year, percent=f"{percent:g}")
    shares = dict(path.points)
    for year, percent in path.points:
        if percent != shares[year]:
            raise AirshedError("year-has-two-shares", year=year, first=f"{percent:g}", other=f"{shares[year]:g}")
    when = [*(year for year, _ in path.points), *([path.phase_out] if path.phase_out is not None else [])]
    for year in when:
        if not sold_until < year <= LAST_YEAR:
            raise AirshedError("path-year-not-after-sales", year=year, known=sold_until, last=LAST_YEAR)
    order = standards(pack, nation)
    for standard, year in path.retired:
        if standard not in order:
            raise unknown("standard", standard, order)
        if not known < year <= LAST_YEAR:
            raise AirshedError("path-year-not-after-sales", year=year, known=known, last=LAST_YEAR)
    late = [year for year, _ in path.points if path.phase_out is not None and year >= path.phase_out]
    if late:
        raise AirshedError("share-after-phase-out", year=late[0], phase_out=path.phase_out)


def asked_nation(pack: Pack, codes: tuple[str, ...]) -> str:
    """Return the nation whose fleets are asked, the first of the pack if no region is named.

    Raises AirshedError where regions lie in several nations, MissingTableError where the pack has no stock of them.
    """
    pack.table("vehicle_stocks")
    known = fleet_nations(pack)
    home = country_of(pack)
    nations = list(dict.fromkeys(home[leaf] for code in codes for leaf in members(pack, code)))
    if len(nations) > 1:
        raise AirshedError("fleet-several-nations", nations=", ".join(nations))
    if nations and nations[0] not in known:
        raise MissingTableError("vehicle_stocks", Phrase("detail-rows-of-place", place=nations[0]))
    return nations[0] if nations else known[0]


def held_places(pack: Pack, fleet: Fleet, codes: tuple[str, ...]) -> dict[str, list[int]]:
    """Return for each asked region, nation or group the places of its fleets; the nation if none is asked."""
    found = {}
    for code in codes or (fleet.nation.code,):
        inside = [place for place, one in enumerate(fleet.regions) if one in members(pack, code)]
        if not inside:
            raise MissingTableError("vehicle_stocks", Phrase("detail-rows-of-place", place=code))
        found[code] = inside
    return found


def emissions_table(pack: Pack, fleet: Fleet, year: int, codes: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return what fleets emit in a year, and what that differs from the fleets that they are compared with.

    returns : columns region, pollutant, year, before (compared with), value, change (kt/yr), change_percent, low, high
        (of the value, kt/yr), unit, basis, source, note
    """
    now, records = fleet.at(year), []
    whole = fleet.turnover.vehicles[:, now].sum(axis=1)
    counted = fleet.counted(year)
    for code, inside in held_places(pack, fleet, codes).items():
        for place, pollutant in enumerate(fleet.factors.pollutants):
            ends = {end: float(fleet.emitted[end][inside, now, place].sum()) for end in ENDS}
            before = float(fleet.base_emitted["value"][inside, now, place].sum())
            missing = WHOLE * (1.0 - float(counted[inside, place].sum() / whole[inside].sum()))
            notes = [LIMITS] if "limit" in fleet.factors.basis[pollutant] else []
            notes += [TAILPIPE] if pollutant == "CO2" else []
            notes += [UNLIMITED.format(percent=f"{missing:.0f}")] if missing > 0.5 else []
            records.append(
                {
                    "region": code,
                    "pollutant": pollutant,
                    "year": year,
                    "before": before,
                    "value": ends["value"],
                    "change": ends["value"] - before,
                    "change_percent": WHOLE * (ends["value"] / before - 1.0) if before > 0 else float("nan"),
                    "low": ends["low"],
                    "high": ends["high"],
                    "unit": "kt/yr",
                    "basis": "derived",
                    "source": " ".join(dict.fromkeys([*fleet.sources, *fleet.factors.sources[pollutant]])),
                    "note": "; ".join(notes),
                }
            )
    return pd.DataFrame.from_records(records)


def years_table(pack: Pack, fleet: Fleet, codes: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the fleets by year.

    returns : columns region, year, vehicles, sales (vehicles a year, implied), left (before their time), electric,
        electric_percent, electric_sales_percent, before_percent (compared with), printed_percent (of a source, all cars
        of the nation), basis, source
    """
    rows = pack.table("vehicle_sales")
    rows = rows[rows["region"] == fleet.nation.code]
    printed = dict(zip(rows["year"], rows["stock_percent"], strict=True))
    electric, before = fleet.electric(), fleet.electric(base=True)
    records = []
    for code, inside in held_places(pack, fleet, codes).items():
        for place, year in enumerate(map(int, fleet.years)):
            vehicles = float(fleet.turnover.vehicles[inside, place].sum())
            cohort = AGES - 1 + place
            records.append(
                {
                    "region": code,
                    "year": year,
                    "vehicles": vehicles,
                    "sales": float(fleet.turnover.sales[inside, cohort].sum()),
                    "left": float(fleet.turnover.left[inside, place].sum()),
                    "electric": float(electric[inside, place].sum()),
                    "electric_percent": WHOLE * float(electric[inside, place].sum()) / vehicles,
                    "electric_sales_percent": float(fleet.share[cohort]),
                    "before_percent": WHOLE * float(before[inside, place].sum()) / vehicles,
                    "printed_percent": printed.get(year, float("nan")) if code == fleet.nation.code else float("nan"),
                    "basis": "reported" if year <= fleet.observed else "projected",
                    "source": " ".join(fleet.sources),
                }
            )
    return pd.DataFrame.from_records(records)


def standards_table(
    pack: Pack, fleet: Fleet, years: Sequence[int] | Years, codes: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return the vehicles of some years by the standard that their cohort met, electric ones by themselves.

    returns : columns region, standard (ELECTRIC for these), year, vehicles, percent, basis, source
    """
    now = [fleet.at(int(year)) for year in years]
    cited = pack.table("vehicle_standards")
    source = " ".join(dict.fromkeys([*fleet.sources, *cited["source"]]))
    records = []
    for code, inside in held_places(pack, fleet, codes).items():
        alive = fleet.turnover.vehicles[np.ix_(inside, now)]
        others = alive * (1.0 - fleet.share / WHOLE)
        met = fleet.places[inside][:, None, :]
        sums = [np.where(met == place, others, 0.0).sum(axis=(0, 2)) for place in range(len(fleet.order))]
        whole = alive.sum(axis=(0, 2))
        sums.append(whole - others.sum(axis=(0, 2)))
        for place, year in enumerate(years):
            for name, numbers in zip((*fleet.order, ELECTRIC), sums, strict=True):
                records.append(
                    {
                        "region": code,
                        "standard": name,
                        "year": int(year),
                        "vehicles": float(numbers[place]),
                        "percent": WHOLE * float(numbers[place] / whole[place]),
                        "basis": "derived",
                        "source": source,
                    }
                )
    return pd.DataFrame.from_records(records)


ELECTRIC = "electric"
"""What the table of standards calls electric cars, plug-in hybrids included."""
