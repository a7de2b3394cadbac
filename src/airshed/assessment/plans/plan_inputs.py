"""What a plan stands on: the chain of its year, options and receptors, and the least-cost problem that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from airshed.assessment.chain.chain import Chain, prepare, refuse_other_years
from airshed.assessment.chain.relative_targets import GAP, closed, relative
from airshed.assessment.chain.scenarios import scenario_emissions, target_of, uncalibrated
from airshed.assessment.chain.targets import due_target, resolve_target
from airshed.assessment.lives.damage import slopes
from airshed.assessment.plans.aims import ALL, Aims, PlanLimits, check_measures, limits_of
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of, leaves, members
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.strategy.application import Case
from airshed.strategy.effort import EXACT, Effort
from airshed.strategy.options import Options, build_options
from airshed.strategy.problem import Problem
from airshed.strategy.solve import reachable
from airshed.transport.ensemble import SEED
from airshed.transport.precursors import BLACK, FINE, GASEOUS, ORGANIC, split_primary
from airshed.transport.tm5fasst import PRECURSORS

FAR_ABOVE = 5.0
"""ug/m3 by which a modelled level above the observed one is worth a word."""
STEEP = 1e-9
"""Deaths per ug/m3 below which deaths do not depend on the level."""


@dataclass(frozen=True)
class PlanInputs:
    """What a plan stands on.

    emissions : (region, sector, pollutant), kt/yr, before the plan; receptors : cities with measures around them, then
        the places of targets on exposure; cities : how many of them are cities
    weights : (receptor, receptor of the relation), rows add to 1; unreachable : cities whose region has no measure
    level, target : (receptor), ug/m3, NaN without a target
    case : how much of what is unknown can still be applied, by which the options are
    effort : gap and time of plans with measures that are taken whole
    """

    pack: Pack
    chain: Chain
    aims: Aims
    emissions: xr.DataArray
    options: Options
    receptors: list[str]
    cities: int
    weights: Floats
    unreachable: list[str]
    level: Floats
    target: Floats
    case: Case = "middle"
    effort: Effort = EXACT

    @property
    def floor(self) -> Floats:
        """The natural part and what the relation does not explain (receptor), ug/m3: no measure moves it."""
        chain = self.chain
        fixed = chain.relation.natural.to_numpy() + chain.levels.unexplained
        return np.asarray(np.maximum(self.weights @ fixed, 0.0))


@dataclass(frozen=True)
class Tangent:
    """The straight line that stands for the deaths of a place near a level, as one more receptor.

    weights : (receptor of the relation), the slope of deaths as shares; slope : deaths a year per ug/m3 of that mean
    level, target : ug/m3 of that mean; before, asked : deaths a year
    """

    place: str
    weights: Floats
    slope: float
    level: float
    target: float
    before: float
    asked: float


def ground(
    pack: Pack,
    target: str | Aims,
    year: int,
    scenario: str = "baseline",
    case: Case = "middle",
    receptors: Sequence[str] | None = None,
    samples: int = 0,
    seed: int = SEED,
    applied_in: int | None = None,
) -> PlanInputs:
    """Return what a plan stands on in a year.

    target : aims, or the target of cities alone; receptors : cities or regions, nations or groups as means over their
        people; the cities of regions with measures if none are given; samples, seed : of the relation
    applied_in : year whose published applications are in place, that of the plan if not given; where it is given, the
        year is one of several, in which a target may not have come due
    Raises MissingTableError without measures, AirshedError for a year or target that is not there.
    """
    aims = target if isinstance(target, Aims) else Aims(target)
    if aims.target is None:
        aims = replace(aims, target=target_of(pack, scenario))
    check_measures(pack, aims.whole)
    given = scenario_emissions(pack, scenario, samples, seed)
    refuse_other_years(given.scenario, year, pack.base_year)
    chain = prepare(
        pack,
        year,
        given.scenario,
        samples=samples,
        seed=seed,
        reference=given.reference,
        calibrated=not uncalibrated(pack, scenario),
    )
    options = build_options(pack, year, case, acting(pack, chain), given.scenario, applied_in)
    able = {region for region, chosen in zip(options.region, options.selectable, strict=True) if chosen}
    if not able:
        raise MissingTableError("measures", Phrase("detail-can-chosen-anywhere-they-need"))
    cities_here = set(pack.optional("receptors")["code"])
    asked = list(receptors) if receptors else [code for code in chain.relation.receptors if code in cities_here]
    cities = [code for code in dict.fromkeys(asked) if able & set(regions_at(pack, code))]
    if not asked:
        raise MissingTableError("receptors", Phrase("detail-cities-plan"))
    if not cities and not aims.exposure:
        raise AirshedError("no-measures-around", asked=", ".join(asked))
    places = [*cities, *(code for code, _ in aims.exposure if code not in cities)]
    weights = np.array([_weights(pack, chain, code) for code in places]).reshape(-1, len(chain.relation.receptors))
    emissions = chain.emissions()
    level = _levels(chain, emissions, weights)
    held = PlanInputs(
        pack=pack,
        chain=chain,
        aims=aims,
        emissions=emissions,
        options=options,
        receptors=places,
        cities=len(cities),
        weights=weights,
        unreachable=[code for code in asked if code not in cities],
        level=level,
        target=_goals(pack, aims, places, len(cities), level, year, applied_in is None),
        case=case,
        effort=Effort(aims.gap, aims.seconds),
    )
    return with_relative(held)


def _goals(pack: Pack, aims: Aims, places: list[str], cities: int, level: Floats, year: int, due: bool) -> Floats:
    """Return the targets of receptors in ug/m3, NaN without one; due : refuse a target that holds nowhere yet."""
    goals = np.full(len(places), np.nan)
    if aims.target is not None:
        resolve = due_target if due else resolve_target
        goals[:cities] = resolve(pack, aims.target, places[:cities], year).to_numpy()
    for code, amount in aims.exposure:
        place = places.index(code)
        goals[place] = np.fmin(goals[place], amount.of(float(level[place])))
    return goals


def with_relative(held: PlanInputs) -> PlanInputs:
    """Return the ground with the targets of its cities, where these are relative to their levels."""
    found = None if held.aims.target is None else relative(held.aims.target)
    if found is None:
        return held
    kind, share = found
    lowest = reachable(problem_of(held))[: len(held.level)] if kind == GAP else held.level
    goals = held.target.copy()
    cities = slice(0, held.cities)
    goals[cities] = np.fmin(goals, closed(kind, share, held.level, lowest))[cities]
    return replace(held, target=goals)


def everywhere(held: PlanInputs) -> tuple[Floats, Floats]:
    """Return every region with people as a receptor: its weights (region, place of the relation), its level, ug/m3."""
    places = [held.chain.relation.receptors.index(code) for code in held.chain.people.regions]
    weights = np.zeros((len(places), held.weights.shape[1]))
    weights[np.arange(len(places)), places] = 1.0
    return weights, held.chain.evaluate(held.emissions)[0].to_numpy()


def wide(held: PlanInputs) -> PlanInputs:
    """Return the ground with every region with people as a receptor of its own behind its receptors."""
    people = held.chain.people
    everyone, start = everywhere(held)
    return replace(
        held,
        receptors=[*held.receptors, *people.regions],
        weights=np.concatenate([held.weights, everyone]),
        level=np.r_[held.level, start],
        target=np.r_[held.target, np.full(len(start), np.nan)],
    )


def acting(pack: Pack, chain: Chain) -> list[str]:
    """Return the regions that can act in a plan: those that the relation knows, in the order of the pack."""
    known = set(chain.relation.regions)
    return [code for code in leaves(pack) if code in known]


def regions_at(pack: Pack, place: str) -> list[str]:
    """Return the regions of a city, region, nation or group, all for `all`."""
    if place == ALL:
        return leaves(pack)
    home = pack.derive("homes of cities", _homes, pinned=True)
    return [home[place]] if place in home else members(pack, place)


def _homes(pack: Pack) -> dict[str, str]:
    rows = pack.optional("receptors")
    return dict(zip(rows["code"], rows["region"], strict=True))


def _weights(pack: Pack, chain: Chain, place: str) -> Floats:
    """Return the share of every receptor of the relation in a place; raises AirshedError where it has no people."""
    if place in chain.places.codes:
        return np.asarray(chain.places.weights.to_numpy()[chain.places.codes.index(place)], dtype=np.float64)
    people = chain.people
    inside = set(regions_at(pack, place))
    persons = [
        float(count) if code in inside else 0.0 for code, count in zip(people.regions, people.persons, strict=True)
    ]
    weights = pd.Series(persons, index=people.regions).reindex(chain.relation.receptors, fill_value=0.0).to_numpy()
    if not weights.sum() > 0:
        raise AirshedError("not-receptor-plan", place=place)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def levels_of(held: PlanInputs, emissions: xr.DataArray) -> Floats:
    """Return PM2.5 at the receptors under emissions, ug/m3, natural and unexplained part included."""
    return _levels(held.chain, emissions, held.weights)


def _levels(chain: Chain, emissions: xr.DataArray, weights: Floats) -> Floats:
    total = chain.relation.concentration(emissions).to_numpy() + chain.levels.unexplained
    return np.asarray(total @ weights.T, dtype=np.float64)


def overpredicted(held: PlanInputs) -> list[str]:
    """Return the cities where the relation gives far more than was observed: there it is scaled down."""
    found = held.chain.levels
    given = held.weights @ found.reference
    above = given - held.weights @ (found.ratio * found.reference)
    return [code for code, excess in zip(held.receptors, above, strict=True) if excess > FAR_ABOVE]


def tangents(held: PlanInputs, emissions: xr.DataArray) -> list[Tangent]:
    """Return the aims on deaths as straight lines at the levels under emissions (region, sector, pollutant), kt/yr.

    Raises AirshedError for a place whose deaths are not known.
    """
    if not held.aims.deaths:
        return []
    people = held.chain.people
    start, now = (held.chain.evaluate(item) for item in (held.emissions, emissions))
    level, deaths = now[0].to_numpy(), np.nan_to_num(now[1].to_numpy())
    slope, _, _ = slopes(held.chain, level)
    lines = []
    for code, amount in held.aims.deaths:
        inside = np.isin(people.regions, regions_at(held.pack, code))
        steep = np.where(inside, slope, 0.0)
        if not steep.sum() > STEEP:
            raise AirshedError("deaths-not-known", code=code)
        before = float(np.nan_to_num(start[1].to_numpy())[inside].sum())
        asked = amount.of(before)
        if asked < 0:
            raise AirshedError("deaths-asked-negative", code=code)
        share = steep / steep.sum()
        mean = float(share @ level)
        aim = mean + (asked - float(deaths[inside].sum())) / float(steep.sum())
        weights = pd.Series(share, index=people.regions).reindex(held.chain.relation.receptors, fill_value=0.0)
        at_start = float(share @ start[0].to_numpy())
        lines.append(Tangent(code, weights.to_numpy(), float(steep.sum()), at_start, max(aim, 0.0), before, asked))
    return lines


def problem_of(
    held: PlanInputs, options: Options | None = None, end: int = 1, lines: Sequence[Tangent] = ()
) -> Problem:
    """Return the least-cost problem of the options.

    options : of another case; end : 0, 1, 2 for the low, central and high cost; lines : aims on deaths, as receptors
    An option that cannot be chosen stays at what is applied today: it takes up its part of its group.
    The pollutants of the problem are the precursors of the relation, in which it is linear: what a measure takes off
    PM2.5, BC and OC is split as the emissions of its region and sector are.
    """
    options = held.options if options is None else options
    regions = held.chain.relation.regions
    home = country_of(held.pack)
    nations = list(dict.fromkeys(home[code] for code in regions))
    weights = np.concatenate([held.weights, *(line.weights[None] for line in lines)])
    effect = held.chain.relation.matrix.sum("species").transpose("precursor", "region", "receptor").to_numpy()
    cost = np.where(options.selectable, np.nan_to_num(options.cost[:, end]), 0.0)
    limits = limits_in(held, options, cost)
    whole = options.indivisible | np.isin(options.measure, held.aims.whole)
    return Problem(
        removal=precursors_removed(held, options),
        region=np.array([regions.index(code) for code in options.region], dtype=np.int64),
        group=options.group.astype(np.int64),
        cost=cost,
        current=options.current,
        maximum=np.where(options.selectable, options.maximum, options.current),
        effect=effect @ weights.T,
        level=np.r_[held.level, [line.level for line in lines]],
        target=np.r_[held.target + _within(held), [line.target for line in lines]],
        co2=options.co2,
        weights=np.r_[_people(held), np.zeros(len(lines))],
        limit=limits.rows if limits.names else None,
        limit_at_most=limits.at_most if limits.names else None,
        limit_before=limits.before if limits.names else None,
        floor=np.r_[held.floor, np.zeros(len(lines))],
        effort=held.effort,
        indivisible=whole if whole.any() else None,
        region_owner=np.array([nations.index(home[code]) for code in regions], dtype=np.int64),
        receptor_owner=np.array(
            [_owner(nations, home, regions_here) for regions_here in _grounds(held, lines)], dtype=np.int64
        ),
        names={
            "option": [f"{one} in {code}" for one, code in zip(options.measure, options.region, strict=True)],
            "region": regions,
            "receptor": [*held.receptors, *(f"deaths in {line.place}" for line in lines)],
            "pollutant": list(PRECURSORS),
            "limit": limits.names,
        },
    )


def _within(held: PlanInputs) -> Floats:
    """Return by how much the target of every receptor may be missed and count as met, ug/m3."""
    return np.where(np.arange(len(held.receptors)) < held.cities, held.aims.within, 0.0)


def limits_in(held: PlanInputs, options: Options, cost: Floats) -> PlanLimits:
    """Return the limits that the aims set; cost : (option), million USD/yr at application 1."""
    totals = held.emissions.sum("sector")
    known = set(totals["region"].to_numpy())

    def emitted(region: str, pollutant: str) -> float:
        return float(totals.sel(region=region, pollutant=pollutant)) if region in known else 0.0

    return limits_of(held.pack, held.aims, options, cost, emitted)


def _grounds(held: PlanInputs, lines: Sequence[Tangent]) -> list[list[str]]:
    """Return the regions of every receptor."""
    return [regions_at(held.pack, code) for code in [*held.receptors, *(line.place for line in lines)]]


def _owner(nations: list[str], home: dict[str, str], regions: list[str]) -> int:
    """Return the number of the nation that regions lie in, -1 where they lie in several."""
    found = {home[code] for code in regions}
    return nations.index(found.pop()) if len(found) == 1 and found <= set(nations) else -1


def _people(held: PlanInputs) -> Floats:
    """Return the persons of every city, 1 where they are not known; what is no city does not count beside cities."""
    rows = held.pack.optional("receptors").set_index("code")["population"]
    known = np.array([float(rows[code]) if code in rows.index else np.nan for code in held.receptors])
    people = np.where(np.isfinite(known) & (known > 0), known, 1.0)
    if held.cities:
        people[held.cities :] = 0.0
    return people


def precursors_removed(held: PlanInputs, options: Options) -> Floats:
    """Return what options remove as precursors (option, precursor), kt/yr at application 1."""
    emitted = held.emissions.transpose("region", "sector", "pollutant")
    rows = pd.Index(emitted["region"].to_numpy()).get_indexer(pd.Index(options.region))
    columns = pd.Index(emitted["sector"].to_numpy()).get_indexer(pd.Index(options.sector))
    here = emitted.to_numpy()[rows, columns]
    ratio = held.chain.relation.om_to_oc
    emitted_fine, emitted_organic = here[:, FINE], here[:, ORGANIC]
    matter, other = split_primary(emitted_fine, here[:, BLACK], emitted_organic, ratio)
    removal = np.nan_to_num(options.removal)
    # A filter does not tell the parts of primary matter apart: it takes the same share of the rest as of PM2.5. Taken
    # as amounts, the split of what is left would not be the split before less the split of what is removed.
    fine = np.where(emitted_fine > 0, removal[:, FINE] / np.where(emitted_fine > 0, emitted_fine, 1.0), 0.0)
    organic = np.where(
        emitted_organic > 0, removal[:, ORGANIC] / np.where(emitted_organic > 0, emitted_organic, 1.0), 0.0
    )
    return np.column_stack([removal[:, GASEOUS], removal[:, BLACK], organic * matter, fine * other])
