"""What fleets are computed from: parameters, shares sold, standards and factors of cohorts, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of
from airshed.pack.errors import MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.transition.fleet import WHOLE

ENDS = ("value", "low", "high")
CO2 = "CO2"
EMITTING: Mapping[str, tuple[float, float, float]] = {
    "value": (1.0, 1.0, 0.0),
    "low": (1.0, 0.0, 0.0),
    "high": (1.0, 1.0, 0.0),
}
"""Rule: conventional cars, plug-in hybrids and battery electric cars emit this part of the factor at the tailpipe.

How far hybrids go on electricity is not in the pack: they count as conventional cars, at the low end as electric ones.
"""
GRAMS, PER_100KM = 1000.0, 100.0
Years = npt.NDArray[np.int_]


@dataclass(frozen=True)
class Nation:
    """The parameters of the fleets of a nation: by key their value, low and high, and their sources."""

    code: str
    parameters: Mapping[str, Mapping[str, float]]
    sources: tuple[str, ...]

    def value(self, key: str) -> float:
        """Return a parameter; raises MissingTableError where the pack has none."""
        return self.ends(key)["value"]

    def ends(self, key: str) -> Mapping[str, float]:
        """Return a parameter with its ends; raises MissingTableError where the pack has none."""
        if key not in self.parameters:
            raise MissingTableError("vehicle_parameters", Phrase("detail-key-of-place", key=key, place=self.code))
        return self.parameters[key]


def fleet_nations(pack: Pack) -> list[str]:
    """Return the nations whose fleets the pack knows, none without a stock."""
    home = country_of(pack)
    return list(dict.fromkeys(home[code] for code in pack.optional("vehicle_stocks")["region"]))


def nation_of(pack: Pack, code: str) -> Nation:
    """Return the parameters of a nation."""
    rows = pack.table("vehicle_parameters")
    rows = rows[rows["region"] == code]
    held = {str(row["key"]): _ends(row, "value") for row in rows.to_dict("records")}
    return Nation(code, held, tuple(dict.fromkeys(rows["source"])))


def _ends(row: Mapping[Any, Any], central: str) -> dict[str, float]:
    """Return value, low and high of a row; an end that is not given is the value."""
    value = float(row[central])
    return {"value": value} | {end: float(row[end]) if np.isfinite(row[end]) else value for end in ("low", "high")}


def sold(pack: Pack, nation: str) -> pd.DataFrame:
    """Return the rows of electric cars sold in a nation, by year; raises MissingTableError without one."""
    rows = pack.table("vehicle_sales")
    rows = rows[rows["region"] == nation].sort_values("year")
    if rows.empty:
        raise MissingTableError("vehicle_sales", Phrase("detail-rows-of-place", place=nation))
    return rows


def sales_mix(rows: pd.DataFrame, cohorts: Years, share: Floats) -> Floats:
    """Return what was sold by type: conventional cars, plug-in hybrids, battery electric cars.

    rows : of `sold`; share : (cohort), electric cars, percent; returns : (type, cohort), shares that add up to 1
    """
    hybrid = np.interp(cohorts, rows["year"].to_numpy(), rows["hybrid_share"].to_numpy(dtype=np.float64))
    electric = share / WHOLE
    return np.stack([1.0 - electric, electric * hybrid, electric * (1.0 - hybrid)])


def standards(pack: Pack, nation: str) -> list[str]:
    """Return the standards of a nation in the order in which they came."""
    rows = pack.table("vehicle_standards")
    return [str(code) for code in rows[rows["region"] == nation].sort_values("valid_from")["standard"]]


def cohort_standards(pack: Pack, regions: Sequence[str], nation: str, cohorts: Years) -> Years:
    """Return for each cohort the place of its standard in `standards`: that in force in the middle of the year.

    Where a region was earlier than its nation it has its own date. Cohorts before all standards have the first one.
    returns : (region, cohort)
    """
    order = standards(pack, nation)
    if not order:
        raise MissingTableError("vehicle_standards", Phrase("detail-rows-of-place", place=nation))
    rows = pack.table("vehicle_standards")
    first: dict[str, dict[str, str]] = {}
    for row in rows[rows["standard"].isin(order)].to_dict("records"):
        first.setdefault(str(row["region"]), {})[str(row["standard"])] = str(row["valid_from"])

    def of(region: str) -> list[int]:
        own = first.get(region, {})
        days = [min(first[nation][code], own.get(code, LATEST)) for code in order]
        whole = [int(day[:4]) + (day[4:] > MIDDLE) for day in days]
        return [max((place for place, year in enumerate(whole) if year <= cohort), default=0) for cohort in cohorts]

    usual = of(nation)
    return np.array([of(code) if code in first and code != nation else usual for code in regions])


LATEST, MIDDLE = "9999-12-31", "-07-01"
"""A day after all others; the middle of a year: a standard that holds then is that of what is sold in the year."""


@dataclass(frozen=True)
class Factors:
    """Emission factors of cohorts.

    pollutants : their codes; factor : by end, (region, cohort, pollutant), g/km, 0 where none is known; known :
    (region, cohort, pollutant), whether one is; basis, sources : by pollutant
    """

    pollutants: tuple[str, ...]
    factor: Mapping[str, Floats]
    known: npt.NDArray[np.bool_]
    basis: Mapping[str, str]
    sources: Mapping[str, tuple[str, ...]]


def cohort_factors(pack: Pack, held: Nation, places: Years, cohorts: Years) -> Factors:
    """Return the factors of cohorts by their standard, and CO2 by the fuel that new cars of their year use.

    places : of `cohort_standards`, (region, cohort)
    """
    rows = pack.table("vehicle_factors")
    order = standards(pack, held.code)
    rows = rows[rows["standard"].isin(order)]
    pollutants = [str(code) for code in dict.fromkeys(rows["pollutant"])]
    table = {end: np.full((len(order), len(pollutants)), np.nan) for end in ENDS}
    for row in rows.to_dict("records"):
        for end, number in _ends(row, "g_per_km").items():
            table[end][order.index(row["standard"]), pollutants.index(row["pollutant"])] = number
    factor = {end: table[end][places] for end in ENDS}
    basis = {code: " ".join(sorted(set(rows.loc[rows["pollutant"] == code, "basis"]))) for code in pollutants}
    sources = {code: tuple(dict.fromkeys(rows.loc[rows["pollutant"] == code, "source"])) for code in pollutants}
    carbon = _carbon(pack, held, cohorts)
    if carbon is not None:
        numbers, cited = carbon
        pollutants.append(CO2)
        factor = {
            end: np.concatenate([factor[end], np.broadcast_to(numbers[end][:, None], (*places.shape, 1))], axis=-1)
            for end in ENDS
        }
        basis[CO2], sources[CO2] = "derived", cited
    known = np.isfinite(factor["value"])
    filled = {end: np.where(known, factor[end], 0.0) for end in ENDS}
    return Factors(tuple(pollutants), filled, known, basis, sources)


def _carbon(pack: Pack, held: Nation, cohorts: Years) -> tuple[dict[str, Floats], tuple[str, ...]] | None:
    """Return CO2 of the cohorts by end, g/km, and its sources; None where the pack does not know the fuel."""
    rows = pack.optional("vehicle_fuel")
    rows = rows[rows["region"] == held.code].sort_values("year")
    if rows.empty or "petrol_co2" not in held.parameters:
        return None
    ends = [_ends(row, "litres_per_100km") for row in rows.to_dict("records")]
    per_litre = held.ends("petrol_co2")
    numbers = {
        end: np.interp(cohorts, rows["year"].to_numpy(), [one[end] for one in ends])
        / PER_100KM
        * per_litre[end]
        * GRAMS
        for end in ENDS
    }
    return numbers, (*dict.fromkeys(rows["source"]), *held.sources)
