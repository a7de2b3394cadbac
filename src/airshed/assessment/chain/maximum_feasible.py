"""Emissions if every measure of the catalogue is applied as far as it can be, and what the priced ones cost.

In GAINS this is the scenario of maximum technically feasible reductions: what technology can do, whatever it costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import xarray as xr

from airshed.emissions.flags import BASES, add_source, flag_array, meanings
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of
from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.pack.people import base_population
from airshed.strategy.application import Case
from airshed.strategy.measures import Measure, catalogue
from airshed.strategy.options import (
    APPLIED,
    CARBON,
    EMPTY,
    MILLION_PER_KT,
    Options,
    build_options,
)
from airshed.strategy.removal import efficiencies, removed_by
from airshed.strategy.subjects import subject_years
from airshed.transport.precursors import split_primary
from airshed.transport.relation import Relation
from airshed.transport.tm5fasst import GASES

Places = npt.NDArray[np.intp]
USED = 1e-9
"""Application above today's from which a measure counts as applied."""
DIGITS = 12
"""Significant digits by which two measures are told apart; what is equal in them is a tie."""
MAXIMUM = "maximum"
"""What emissions say in which every measure is applied as far as it can be."""
DIMS = ("region", "sector", "year")


@dataclass(frozen=True)
class Spent:
    """What is applied in some regions in a year.

    cost : (3), million USD of 2015 a year of the priced measures: low, central, high; NaN if none of them has a price
    measures : how many different ones are applied above today; unpriced : how many of these have no published cost
    """

    cost: Floats
    measures: int
    unpriced: int


@dataclass(frozen=True)
class Applied:
    """Applications above today's, of the years after the base year; before them nothing is applied.

    measure, region : of the options; more : (option, year), 0..1; cost : (option, year, 3), million USD of 2015 a year
    for `more`: low, central, high; NaN where no cost was published
    """

    years: list[int]
    measure: list[str]
    region: list[str]
    more: Floats
    cost: Floats

    def spent(self, regions: Sequence[str], year: int) -> Spent:
        """Return the cost of all regions together in a year, and how many measures it is of."""
        if year not in self.years:
            return Spent(np.zeros(3), 0, 0)
        column = self.years.index(year)
        rows = np.flatnonzero(np.isin(self.region, list(regions)) & (self.more[:, column] > USED))
        cost = self.cost[rows, column]
        unknown = np.isnan(cost[:, 1])
        total = np.full(3, np.nan) if unknown.any() and unknown.all() else np.nansum(cost, axis=0)
        unpriced = {self.measure[row] for row in rows[unknown]}
        return Spent(total, len({self.measure[row] for row in rows}), len(unpriced))


@dataclass(frozen=True)
class Wanted:
    """What speaks for the options of a group, (option, year): the first decides, the others settle ties.

    value : fall of the exposure at application 1; amount : kt/yr removed of all pollutants but CO2
    cost : million USD/yr, infinite where not known
    """

    value: Floats
    amount: Floats
    cost: Floats


@equation(
    key="exposure-effect",
    title="Effect of an emission on the exposure of all people",
    latex=r"a_{r,p} = \max\left(0,\ \frac{\sum_c N_c\,K(p; r, c)}{\sum_c N_c}\right)",
    units="ug/m3 per kt/yr",
    citation="population-weighted mean of the relation, docs/method.md; the part below zero is a rule of this project",
)
def exposure_effect(effect: Floats, persons: Floats) -> Floats:
    """Return what a kilotonne adds to the population-weighted PM2.5, nothing where it would lower it.

    effect : (..., receptor), ug/m3 per kt/yr; persons : (receptor); where nobody lives nobody is spared anything

    >>> exposure_effect(np.array([[2.0, 4.0], [-1.0, 0.0]]), np.array([1.0, 3.0]))
    array([3.5, 0. ])
    """
    everyone = persons.sum()
    return np.asarray(np.maximum(effect @ (persons / everyone if everyone > 0 else persons), 0.0))


@equation(
    key="maximum-feasible",
    title="Applications of maximum feasible reduction",
    latex=r"\max_x \sum_m x_m \sum_p a_{r,p}\,\Delta E_{m,p}, \quad x^{today}_m \le x_m \le x^{max}_m,\ "
    r"\sum_{m \in group} x_m \le 1",
    units="share of the emission",
    citation="maximum technically feasible reductions of GAINS, Amann et al. 2011, doi:10.1016/j.envsoft.2011.07.012; "
    "valued by exposure: rule of this project",
)
def fullest(wanted: Wanted, span: Floats, room: float, indivisible: npt.NDArray[np.bool_] | None = None) -> Floats:
    """Return how much more of each option of a group is applied (option, year), so that the group is worth most.

    span : (option), how much more each can be applied; room : what the group has left of 1
    indivisible : (option), taken with its whole span or not at all
    Options that share one sum and have a value each are taken in order of their value: that is the exact optimum. What
    is worth nothing is taken where it removes something, then in the order of that; ties go to the cheapest.

    >>> one = np.ones((3, 1))
    >>> fullest(Wanted(one * [[5.0], [9.0], [7.0]], one, one), np.array([0.5, 0.4, 0.4]), 0.7).T
    array([[0. , 0.4, 0.3]])
    """
    if not (room > 0 and (span > 0).any()):
        return np.zeros_like(wanted.value)
    wanted = Wanted(_rounded(wanted.value), _rounded(wanted.amount), wanted.cost)
    whole = np.flatnonzero(indivisible) if indivisible is not None else np.zeros(0, dtype=np.intp)
    free = span.copy()
    free[whole] = 0.0
    best = _filled(wanted, free, room)
    for count in range(1, len(whole) + 1):
        fitting = [list(taken) for taken in combinations(whole, count) if span[list(taken)].sum() <= room + EMPTY]
        if not fitting:
            break
        for taken in fitting:
            found = _filled(wanted, free, max(room - span[taken].sum(), 0.0))
            found[taken] = span[taken, None]
            best = np.where(_better(wanted, found, best), found, best)
    return best


def _rounded(values: Floats) -> Floats:
    """Return values rounded to significant digits of the largest of their year."""
    scale = np.abs(values).max(axis=0, initial=0.0)
    scale = np.where(scale > 0, scale, 1.0)
    return np.asarray(np.round(values / scale, DIGITS) * scale, dtype=np.float64)


def _filled(wanted: Wanted, span: Floats, room: float) -> Floats:
    """Return divisible applications (option, year): the best first, until the room is full."""
    helps = (wanted.value > 0) | ((wanted.value == 0) & (wanted.amount > 0))
    order = np.lexsort((wanted.cost, -wanted.amount, -wanted.value), axis=0)
    spans = np.take_along_axis(np.where(helps, span[:, None], 0.0), order, axis=0)
    taken = np.diff(np.minimum(spans.cumsum(axis=0), room), axis=0, prepend=0.0)
    result = np.zeros(spans.shape)
    np.put_along_axis(result, order, taken, axis=0)
    return result


def _better(wanted: Wanted, found: Floats, best: Floats) -> npt.NDArray[np.bool_]:
    """Say in which years (year) an application is worth more than the best so far."""
    gain = (wanted.value * (found - best)).sum(axis=0)
    near = np.abs(gain) <= EMPTY * np.abs(wanted.value).max(axis=0, initial=0.0)
    return np.asarray(np.where(near, (wanted.amount * (found - best)).sum(axis=0) > EMPTY, gain > 0))


Choose = Callable[[Options, Places, Sequence[int], Wanted, Floats, float], Floats]
"""Gives how much more of the options of a group is applied: of options, rows, years, reasons, span, room."""


def as_far_as_can_be(
    options: Options, rows: Places, _: Sequence[int], wanted: Wanted, span: Floats, room: float
) -> Floats:
    """Return how much more of each option of a group is applied (option, year) in the maximum feasible reduction."""
    return fullest(wanted, span, room, options.indivisible[rows])


def maximum_feasible(
    pack: Pack,
    emissions: xr.Dataset,
    relation: Relation,
    case: Case = "middle",
    choose: Choose = as_far_as_can_be,
    regions: Sequence[str] | None = None,
) -> tuple[xr.Dataset, Applied]:
    """Return emissions with every measure applied as far as it can be after the base year, and the applications.

    emissions : value (kt/yr), basis and source over (region, sector, pollutant, year), without the measures
    relation : decides between measures of one group by what they do to the exposure of all people
    choose : another way to say how far measures are applied; regions : in which they are, all if not given
    Raises MissingTableError for a pack without measures.
    """
    measures = {measure.code: measure for measure in catalogue(pack)}
    value = emissions["value"].transpose(*DIMS, "pollutant")
    after = np.flatnonzero(value["year"].to_numpy() > pack.base_year)
    years = [int(year) for year in value["year"].to_numpy()[after]]
    if not years:
        return emissions.assign_attrs({APPLIED: MAXIMUM}), Applied([], [], [], np.zeros((0, 0)), np.zeros((0, 0, 3)))
    emitted = np.nan_to_num(value.to_numpy()[:, :, after])
    effect = _effects(pack, relation, value, emitted)
    change, parts = np.zeros_like(emitted), []
    for columns in _spans(pack, years):
        options = build_options(pack, years[columns[0]], case, regions, emissions, keep=False)
        part = _Part(measures, options, value, emitted[:, :, columns], effect[:, :, columns])
        parts.append(part)
        change[:, :, columns] = part.apply(choose, [years[column] for column in columns])
    more = np.concatenate([part.more for part in parts], axis=1)
    cost = np.concatenate([part.cost for part in parts], axis=1)
    applied = Applied(years, parts[0].options.measure, parts[0].options.region, more, cost)
    return _changed(emissions, change, after, _sources(measures, parts[0].options, more)), applied


def _spans(pack: Pack, years: list[int]) -> list[Places]:
    """Return the places of years in which the same applications and shares of subjects hold, in one array each."""
    stated = sorted({*(int(year) for year in pack.optional("applications")["year"]), *subject_years(pack)})
    number = np.searchsorted(stated, years, side="right")
    return [np.flatnonzero(number == one) for one in np.unique(number)]


def _effects(pack: Pack, relation: Relation, value: xr.DataArray, emitted: Floats) -> Floats:
    """Return what emissions do to the exposure of all people (region, sector, year, pollutant), ug/m3 per kt/yr.

    A kilotonne of PM2.5 stands for the part of it that is neither BC nor organic matter, which have their own.
    """
    home, people = country_of(pack), base_population(pack)
    receptors = [code for code in relation.receptors if code in home]
    persons = people.reindex(receptors).fillna(0.0).to_numpy(dtype=np.float64)
    matrix = relation.matrix.sum("species").sel(receptor=receptors).reindex(region=value["region"], fill_value=0.0)
    of = matrix.transpose("precursor", "region", "receptor")
    one = {str(code): exposure_effect(of.sel(precursor=code).to_numpy(), persons) for code in of["precursor"].values}
    column = {str(code): place for place, code in enumerate(value["pollutant"].to_numpy())}
    fine, black, organic = (emitted[..., column[code]] for code in ("PM2.5", "BC", "OC"))
    _, other = split_primary(fine, black, organic, relation.om_to_oc)
    effect = np.zeros_like(emitted)
    for code in (*GASES, "BC"):
        effect[..., column[code]] = one[code][:, None, None]
    effect[..., column["OC"]] = relation.om_to_oc * one["OM"][:, None, None]
    share = np.where(fine > 0, other / np.where(fine > 0, fine, 1.0), 0.0)
    effect[..., column["PM2.5"]] = share * one["PM_other"][:, None, None]
    return effect


class _Part:
    """Years in which the same applications hold: what is applied more in them, and what that costs.

    emitted : (region, sector, year, pollutant), kt/yr; effect : the same shape, ug/m3 per kt/yr
    """

    def __init__(
        self, measures: Mapping[str, Measure], options: Options, value: xr.DataArray, emitted: Floats, effect: Floats
    ) -> None:
        self.options = options
        self.more = np.zeros((len(options.measure), emitted.shape[2]))
        self.cost = np.zeros((*self.more.shape, 3))
        self._measures, self._emitted, self._effect = measures, emitted, effect
        self._regions, self._sectors, self._pollutants = (
            [str(code) for code in value[dim].to_numpy()] for dim in ("region", "sector", "pollutant")
        )
        self._counted = np.array([code != CARBON for code in self._pollutants])

    def apply(self, choose: Choose, years: Sequence[int]) -> Floats:
        """Fill every group; return what that takes off the emissions, in their shape, kt/yr."""
        change = np.zeros_like(self._emitted)
        order = np.argsort(self.options.group, kind="stable")
        region = np.array([self._regions.index(code) for code in self.options.region], dtype=np.intp)
        named = {code: place for place, code in enumerate(self._sectors)}
        sector = np.array([named.get(code, -1) for code in self.options.sector], dtype=np.intp)
        some = (sector >= 0) & (self._emitted[region, sector] != 0).any(axis=(1, 2))
        removed, tonnes = self._removed(region, sector)
        for rows in np.split(order, np.flatnonzero(np.diff(self.options.group[order])) + 1):
            if some[rows].any():
                gone = removed[rows]
                more = self._fill(rows, gone, tonnes[rows], self._effect[region[rows], sector[rows]], choose, years)
                np.add.at(change, (region[rows], sector[rows]), gone * more[..., None])
        return change

    def _removed(self, region: Places, sector: Places) -> tuple[Floats, Floats]:
        """Return what options remove at application 1 (option, year, pollutant), and of the priced one (option, year).

        region, sector : (option), places in the emissions, -1 for a sector that they do not hold
        """
        without = self._emitted[region, sector] * (sector >= 0)[:, None, None] * self.options.factor[:, None, :]
        removed, tonnes = np.zeros_like(without), np.zeros(without.shape[:2])
        of: dict[str, list[int]] = {}
        for row, code in enumerate(self.options.measure):
            of.setdefault(code, []).append(row)
        for code, rows in of.items():
            measure = self._measures[code]
            eta = efficiencies(measure, self._pollutants)
            removed[rows], tonnes[rows] = removed_by(measure, eta, without[rows], self._pollutants)
        return removed, tonnes

    def _fill(
        self, rows: Places, removed: Floats, tonnes: Floats, effect: Floats, choose: Choose, years: Sequence[int]
    ) -> Floats:
        """Return how much more of each option of a group is applied (option, year); keep it with its cost."""
        options = self.options
        current = options.current[rows]
        span = np.maximum(options.maximum[rows] - current, 0.0)
        price = options.unit_cost[rows]
        known = np.isfinite(price[:, 1]) & (price[:, 1] != 0)
        cost = np.where(known[:, None] & (tonnes > 0), 0.0, np.nan)[..., None] + (
            price[:, None] * tonnes[..., None] * MILLION_PER_KT
        )
        wanted = Wanted(
            (removed * effect).sum(axis=-1),
            removed[..., self._counted].sum(axis=-1),
            np.where(np.isnan(cost[..., 1]), np.inf, cost[..., 1]),
        )
        more = choose(options, rows, years, wanted, span, max(1.0 - float(current.sum()), 0.0))
        self.more[rows], self.cost[rows] = more, cost * more[..., None]
        return more


def _sources(measures: Mapping[str, Measure], options: Options, more: Floats) -> dict[str, str]:
    """Return the sources of the measures that are applied in each sector, with a space between."""
    used = {options.measure[row] for row in np.flatnonzero((more > 0).any(axis=1))}
    found: dict[str, list[str]] = {}
    for code, measure in measures.items():
        if code in used:
            found.setdefault(measure.sector, []).extend(measure.source.split())
    return {sector: " ".join(dict.fromkeys(keys)) for sector, keys in found.items()}


def _changed(emissions: xr.Dataset, change: Floats, after: Places, sources: Mapping[str, str]) -> xr.Dataset:
    """Return emissions less a change (region, sector, year, pollutant); basis and source say what it touched."""
    result = emissions.transpose(*DIMS, "pollutant").copy(deep=True)
    touched = np.zeros(result["value"].shape, dtype=bool)
    touched[:, :, after] = change != 0
    value = result["value"].to_numpy()
    value[touched] = np.maximum(np.nan_to_num(value[touched]) - change[change != 0], 0.0)
    result["basis"].to_numpy()[touched] = BASES.index("derived")
    words, codes = meanings(result["source"]), result["source"].to_numpy().copy()
    for place, sector in enumerate(result["sector"].to_numpy()):
        cells = touched[:, place]
        if cells.any():
            codes[:, place][cells] = add_source(codes[:, place][cells], words, sources[str(sector)])
    result["source"] = flag_array(codes, words, result["value"], "source")
    return result.transpose(*emissions["value"].dims).assign_attrs({APPLIED: MAXIMUM})
