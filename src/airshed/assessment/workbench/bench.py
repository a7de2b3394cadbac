"""A year to try changes out in: sectors and measures moved by hand, and at once what that does to air and people.

What does not depend on the changes is prepared once, so that an answer is a few products of matrices. The numbers are
those of `airshed scenarios compare`, `airshed plan evaluate` and `airshed run` for the files of the same changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from airshed.assessment.chain.chain import Chain, prepare, refuse_other_years
from airshed.assessment.chain.concentration import totals_of, unexplained_at
from airshed.assessment.chain.maximum_feasible import USED, Applied
from airshed.assessment.chain.sampled_contributions import SampledYears, deviations_of
from airshed.assessment.chain.targets import resolve_target
from airshed.assessment.plans.plan_inputs import acting
from airshed.emissions.baseline import baseline_cube
from airshed.pack.arrays import Floats
from airshed.pack.codes import countries, emitters, members, unknown
from airshed.pack.defaults import named_targets
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.strategy.options import (
    CARBON,
    NO_EFFICIENCY,
    NO_EMISSION,
    NO_SECTOR,
    NO_SUBJECT,
    NOT_CARRIED,
    ON_EXPOSURE,
    Options,
    build_options,
)
from airshed.transport.ensemble import SAMPLES

Places = npt.NDArray[np.intp]
IDLE = (ON_EXPOSURE, NO_SECTOR, NO_SUBJECT, NO_EFFICIENCY, NOT_CARRIED, NO_EMISSION)
"""Reasons for which a measure changes no level of PM2.5; without a cost it still does."""
MOST = 100.0
"""Percent by which emissions may rise or fall."""
TENTH = -10.0
"""Percent of the change whose deaths are shown beside every sector."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Change:
    """Emissions of a sector in a region, nation or group that change by percent, -100 to 100."""

    region: str
    sector: str
    percent: float


@dataclass(frozen=True)
class Use:
    """A measure applied to a share of its sector's emission, 0 to 1, in a region, nation or group.

    Where less is possible it goes as far as it can, where more is in place already that stays.
    """

    region: str
    measure: str
    application: float


@dataclass(frozen=True)
class BenchState:
    """What emissions do.

    emissions : (region, sector, pollutant), kt/yr; carbon : (region, sector), kt/yr of CO2, NaN where not known
    levels : (place), ug/m3; samples : (sample, place), ug/m3; deaths : central, low, high (region), per year
    """

    emissions: xr.DataArray
    carbon: Floats
    levels: Floats
    samples: Floats
    deaths: tuple[Floats, Floats, Floats]


@dataclass(frozen=True)
class BenchSpread:
    """What the samples of the relation need of emissions.

    counting : (species, receptor), the species that are not below zero; per_kilotonne : (kernel, precursor, region,
        receptor), ug/m3 per kt/yr of those; constant : (1, nation, receptor), ug/m3
    """

    counting: npt.NDArray[np.bool_]
    per_kilotonne: Floats
    constant: Floats


@dataclass(frozen=True)
class Bench:
    """What answers of a year share.

    options : None for a pack without measures, or up to the base year, in which measures are in place already
    rows, columns : (option), the cell of the emissions that it works on; places : of the options of every measure
    at : the place of every code
    cities : that the relation answers for; guidelines : WHO's values, the strictest first, one name for each, ug/m3
    standards : (city), ug/m3, the national standard, NaN where there is none
    """

    pack: Pack
    chain: Chain
    options: Options | None
    rows: Places
    columns: Places
    places: dict[str, Places]
    spread: BenchSpread
    before: BenchState
    at: dict[str, int]
    cities: list[str]
    guidelines: list[tuple[str, float]]
    standards: Floats
    _hints: dict[str, tuple[dict[str, float], dict[str, float]]] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """The year of the answers."""
        return self.chain.year


@dataclass(frozen=True)
class Tried:
    """Changes with what they do.

    more : (option), application above what is in place; applied : of the options above it, with its cost, None without
        measures
    """

    bench: Bench
    changes: tuple[Change, ...]
    uses: tuple[Use, ...]
    more: Floats
    applied: Applied | None
    after: BenchState


def prepare_bench(pack: Pack, year: int, samples: int = SAMPLES) -> Bench:
    """Prepare a year; raises AirshedError for one that the baseline does not hold, MissingTableError without health."""
    baseline = baseline_cube(pack)
    refuse_other_years(baseline, year)
    chain = prepare(pack, year, baseline, samples=samples)
    options = None
    emissions = chain.emissions().transpose("region", "sector", "pollutant").drop_vars("year")
    if pack.has("measures") and year > pack.base_year:
        options = build_options(pack, year, regions=acting(pack, chain))
    value = baseline["value"].sel(year=year).transpose("region", "sector", "pollutant")
    missing = np.full(emissions.shape[:2], np.nan)
    carbon = value.sel(pollutant=CARBON).to_numpy() if CARBON in value["pollutant"] else missing
    spread = _spread(chain)
    known = set(pack.optional("receptors")["code"])
    cities = [code for code in chain.places.codes if code in known]
    return Bench(
        pack=pack,
        chain=chain,
        options=options,
        rows=_cells(emissions, "region", options.region if options else []),
        columns=_cells(emissions, "sector", options.sector if options else []),
        places=_by_measure(options),
        spread=spread,
        before=_state(chain, spread, emissions, np.asarray(carbon, dtype=np.float64)),
        at={code: place for place, code in enumerate(chain.places.codes)},
        cities=cities,
        guidelines=_guidelines(pack),
        standards=_standards(pack, cities, year),
    )


def _cells(emissions: xr.DataArray, dim: str, codes: Sequence[str]) -> Places:
    """Return the place of every code along a dimension of emissions."""
    return np.asarray(pd.Index(emissions[dim].to_numpy()).get_indexer(pd.Index(codes)), dtype=np.intp)


def _by_measure(options: Options | None) -> dict[str, Places]:
    """Return the places of the options of every measure that changes levels or not."""
    found: dict[str, list[int]] = {}
    for place, code in enumerate(options.measure if options else []):
        found.setdefault(code, []).append(place)
    return {code: np.array(held, dtype=np.intp) for code, held in found.items()}


def _guidelines(pack: Pack) -> list[tuple[str, float]]:
    """Return the levels that the pack names as targets, the strictest first, one name for each value, ug/m3."""
    found: dict[float, str] = {}
    for name, target in named_targets(pack).items():
        found.setdefault(target.limit, name)
    return [(found[limit], limit) for limit in sorted(found)]


def _standards(pack: Pack, cities: Sequence[str], year: int) -> Floats:
    """Return the national standard of cities (city), ug/m3, NaN where there is none."""
    try:
        return np.asarray(resolve_target(pack, "national", cities, year).to_numpy(), dtype=np.float64)
    except MissingTableError:
        return np.full(len(cities), np.nan)


def _spread(chain: Chain) -> BenchSpread:
    """Return what the samples of the relation need of emissions, prepared for the species that count in the year."""
    kept = _counting(chain, chain.emissions())
    ensemble = chain.ensemble
    return BenchSpread(kept, ensemble.per_kilotonne(kept.astype(np.float64)), ensemble.constant()[None])


def _counting(chain: Chain, emissions: xr.DataArray) -> npt.NDArray[np.bool_]:
    """Return which species (species, receptor) are not below zero in the relation before calibration."""
    raw = chain.ensemble.raw
    return np.asarray(raw.raw_species(raw.precursors(emissions).sum("sector").to_numpy()) >= 0)


def _deviations(chain: Chain, spread: BenchSpread, emissions: xr.DataArray, central: Floats) -> Floats:
    """Return by how much the samples differ from the centre (sample, place), ug/m3; central : (receptor).

    Where another species falls below zero than in the year as it is, everything is computed anew.
    """
    if not np.array_equal(_counting(chain, emissions), spread.counting):
        return SampledYears(chain.ensemble, chain.places, emissions.expand_dims(year=[chain.year])).deviations(
            chain.year
        )
    emitted = chain.ensemble.raw.precursors(emissions).sum("sector").to_numpy()
    given = np.einsum("kprc,pr->krc", spread.per_kilotonne, emitted, optimize=True)
    return deviations_of(chain.ensemble, chain.places, chain.ensemble.by_nation(given) + spread.constant, central)


def _state(chain: Chain, spread: BenchSpread, emissions: xr.DataArray, carbon: Floats) -> BenchState:
    """Return what emissions (region, sector, pollutant) do, kt/yr."""
    total = chain.relation.concentration(emissions)
    modelled = chain.places.mean(total).to_numpy()
    deviations = None
    if chain.ensemble.samples:
        central = (total - chain.relation.natural).to_numpy()
        deviations = _deviations(chain, spread, emissions, central)
    return BenchState(
        emissions=emissions,
        carbon=carbon,
        levels=modelled + unexplained_at(chain),
        samples=totals_of(chain, modelled, deviations)[1],
        deaths=chain.people.attributable(chain.evaluate(emissions)[0].to_numpy()),
    )


def attempt(bench: Bench, changes: Sequence[Change], uses: Sequence[Use]) -> Tried:
    """Return what changes and measures do; sectors change first, measures work on what is left.

    Changes of the same emission multiply; of two applications of a measure in a region the later one holds.
    Raises AirshedError for what is not known, named twice or beyond its limits.
    """
    share = _shares(bench, changes)
    more = _applications(bench, uses)
    before = bench.before
    emissions = before.emissions.copy(data=before.emissions.to_numpy() * share[..., None])
    carbon = before.carbon * share
    applied = None
    if bench.options is not None:
        more = np.where(share[bench.rows, bench.columns] > 0, more, 0.0)
        emissions, carbon = _without_removed(bench, share, more, emissions, carbon)
        applied = _applied(bench, bench.options, share, more)
    same = not changes and not uses
    after = before if same else _state(bench.chain, bench.spread, emissions, carbon)
    return Tried(bench, tuple(changes), tuple(uses), more, applied, after)


def _shares(bench: Bench, changes: Sequence[Change]) -> Floats:
    """Return what is left of every emission (region, sector), 1 where nothing changes."""
    regions, sectors = (list(bench.before.emissions[dim].to_numpy()) for dim in ("region", "sector"))
    share = np.ones((len(regions), len(sectors)))
    named: set[tuple[str, str]] = set()
    for item in changes:
        held = emitters(bench.pack, item.region)
        if item.sector not in sectors:
            raise unknown("sector", item.sector, sectors)
        if not -MOST <= item.percent <= MOST:
            raise AirshedError("change-percent", sector=item.sector, region=item.region, percent=f"{item.percent:g}")
        if (item.region, item.sector) in named:
            raise AirshedError("changed-twice", sector=item.sector, region=item.region)
        named.add((item.region, item.sector))
        share[[place for place, code in enumerate(regions) if code in held], sectors.index(item.sector)] *= left(item)
    return share


def left(item: Change) -> float:
    """Return the factor of a change: 0.7 for -30 %."""
    return 1.0 + item.percent / 100


def _applications(bench: Bench, uses: Sequence[Use]) -> Floats:
    """Return by how much more every option is applied (option)."""
    if not uses:
        return np.zeros(len(bench.rows))
    if bench.options is None:
        if not bench.pack.has("measures"):
            raise MissingTableError("measures", Phrase("detail-can-applied-sectors-can-changed"))
        raise AirshedError("measures-applied-after-base-year", base_year=bench.pack.base_year)
    options, more = bench.options, np.zeros(len(bench.rows))
    named: set[tuple[str, str]] = set()
    for item in uses:
        if not 0 <= item.application <= 1:
            raise AirshedError(
                "measure-region-applied-application",
                measure=item.measure,
                region=item.region,
                application=f"{item.application:g}",
            )
        if (item.region, item.measure) in named:
            raise AirshedError("applied-twice", measure=item.measure, region=item.region)
        named.add((item.region, item.measure))
        found = options_at(bench, item.region, item.measure)
        more[found] = np.clip(item.application - options.current[found], 0.0, room(options)[found])
    _refuse_crowds(options, more)
    return more


def options_at(bench: Bench, region: str, measure: str) -> Places:
    """Return the places of a measure's options in a region, nation or group; raises AirshedError where it is idle."""
    options = bench.options
    if options is None or measure not in bench.places:
        raise unknown("measure", measure, list(bench.places))
    inside = set(members(bench.pack, region))
    held = [place for place in bench.places[measure].tolist() if options.region[place] in inside]
    idle = [options.reason[place] in IDLE for place in held]
    if all(idle):
        why = options.reason[held[0]] if held else Phrase("word-region-without-measures")
        raise AirshedError("measure-does-not-apply", measure=measure, region=region, why=why)
    return np.array([place for place, resting in zip(held, idle, strict=True) if not resting], dtype=np.intp)


def room(options: Options) -> Floats:
    """Return how much more every option can be applied (option), alone in its group."""
    taken = np.bincount(options.group, weights=options.current)
    return np.asarray(
        np.maximum(np.minimum(options.maximum - options.current, 1.0 - taken[options.group]), 0.0), dtype=np.float64
    )


def _refuse_crowds(options: Options, more: Floats) -> None:
    """Raise AirshedError where measures that exclude each other are applied to more than 1 in all."""
    total = np.bincount(options.group, weights=options.current + more)
    asked = np.bincount(options.group, weights=more) > USED
    wrong = np.flatnonzero(asked & (total > 1.0 + ROUNDING))
    if len(wrong):
        mine = [place for place in np.flatnonzero(more > 0) if options.group[place] == wrong[0]]
        names = ", ".join(options.measure[place] for place in mine)
        raise AirshedError(
            "measures-exclude-each-other-add",
            region=options.region[mine[0]],
            total=f"{total[wrong[0]]:.4g}",
            names=names,
        )


def _without_removed(
    bench: Bench, share: Floats, more: Floats, emissions: xr.DataArray, carbon: Floats
) -> tuple[xr.DataArray, Floats]:
    """Return emissions (region, sector, pollutant) and CO2 (region, sector) less what measures remove, none below 0."""
    options, where = bench.options, (bench.rows, bench.columns)
    if options is None:
        return emissions, carbon
    scale = share[where] * more
    gone, burnt = np.zeros(emissions.shape), np.zeros(carbon.shape)
    np.add.at(gone, where, np.nan_to_num(options.removal) * scale[:, None])
    np.add.at(burnt, where, -np.nan_to_num(options.co2) * scale)
    rest = np.where(gone != 0, np.maximum(emissions.to_numpy() - gone, 0.0), emissions.to_numpy())
    return emissions.copy(data=rest), np.where(burnt != 0, np.maximum(np.nan_to_num(carbon) - burnt, 0.0), carbon)


def _applied(bench: Bench, options: Options, share: Floats, more: Floats) -> Applied:
    """Return what is applied more, with its cost; a cost printed as zero counts as not known."""
    used = np.flatnonzero(more > USED)
    price = options.unit_cost[used, 1]
    known = np.isfinite(price) & (price != 0) & (options.cost[used, 1] != 0)
    cost = options.cost[used] * (share[bench.rows, bench.columns] * more)[used, None]
    measures, regions = ([names[place] for place in used.tolist()] for names in (options.measure, options.region))
    priced = np.where(known[:, None], cost, np.nan)
    return Applied([bench.year], measures, regions, more[used, None], priced[:, None])


def deaths_avoided(bench: Bench, emissions: xr.DataArray) -> float:
    """Return how many deaths a year fewer there are under emissions (region, sector, pollutant), kt/yr."""
    fewer = bench.before.deaths[0] - bench.chain.evaluate(emissions)[1].to_numpy()
    return float(np.nansum(fewer))


def sectors_of(bench: Bench, region: str) -> list[str]:
    """Return the sectors that emit something in a region, nation or group; raises AirshedError for an unknown one."""
    here = _inside(bench, region)
    emitted = bench.before.emissions.to_numpy()[here].sum(axis=(0, 2))
    names = bench.before.emissions["sector"].to_numpy()
    return [str(code) for code, value in zip(names, emitted, strict=True) if value > 0]


def _inside(bench: Bench, region: str) -> list[int]:
    held = emitters(bench.pack, region)
    return [place for place, code in enumerate(bench.before.emissions["region"].to_numpy()) if code in held]


def hints(bench: Bench, region: str) -> tuple[dict[str, float], dict[str, float]]:
    """Return deaths avoided a year by each change alone: a tenth less of a sector, a measure as far as it goes.

    Made once for a region of a bench; measures in the order of what they avoid.
    """
    if region not in bench._hints:
        emissions = bench.before.emissions
        names = list(emissions["sector"].to_numpy())
        tenths = {}
        for sector in sectors_of(bench, region):
            values = emissions.to_numpy().copy()
            values[_inside(bench, region), names.index(sector)] *= left(Change(region, sector, TENTH))
            tenths[sector] = deaths_avoided(bench, emissions.copy(data=values))
        bench._hints[region] = (tenths, _measure_hints(bench, region))
    return bench._hints[region]


def _measure_hints(bench: Bench, region: str) -> dict[str, float]:
    options, found = bench.options, dict[str, float]()
    if options is None:
        return found
    span = room(options)
    one = np.ones(bench.before.carbon.shape)
    for code in bench.places:
        try:
            held = options_at(bench, region, code)
        except AirshedError:
            continue
        if not (span[held] > USED).any():
            continue
        more = np.zeros(len(span))
        more[held] = span[held]
        rest, _ = _without_removed(bench, one, more, bench.before.emissions, bench.before.carbon)
        found[code] = deaths_avoided(bench, rest)
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def greatest_share(bench: Bench) -> str:
    """Return the nation whose emissions, a tenth less of all of them, would save most lives."""

    def saved(nation: str) -> float:
        values = bench.before.emissions.to_numpy().copy()
        values[_inside(bench, nation)] *= 1.0 + TENTH / 100
        return deaths_avoided(bench, bench.before.emissions.copy(data=values))

    levels = bench.pack.table("regions").set_index("code")["level"]
    return max((code for code in countries(bench.pack) if levels[code] != "outside"), key=saved)
