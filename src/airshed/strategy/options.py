"""What every measure can do in every region: removal and cost at full application, what is applied, what can be.

The share of a sector's emission that a measure is applied to is x. Measures of one group exclude each other in a
region, so their x add up to at most 1. Where the pack knows no application, x lies anywhere between nothing and all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from airshed.emissions.baseline import baseline_cube
from airshed.pack.codes import country_of, leaves
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.pack import Pack
from airshed.strategy.application import (
    ASSUMED,
    CASES,
    NO_BASIS,
    Application,
    Case,
    Family,
    Known,
    applications,
    find_application,
    group_shares,
    is_known,
    places_of,
)
from airshed.strategy.cost import AnnualCost, Money, cost_in
from airshed.strategy.measures import EXPOSURE, UNKNOWN, Measure, catalogue
from airshed.strategy.prints import far_below, lowest_print, price_there
from airshed.strategy.removal import efficiencies, removed_by
from airshed.strategy.subjects import Subjects, components, subjects_in, unabated_subjects
from airshed.transport.relation import EMITTED

Floats = npt.NDArray[np.float64]
CARBON = "CO2"
EMPTY = 1e-12
"""What is left of an emission, as a share, below which it counts as nothing."""
MILLION_PER_KT = 1e-3
"""Million USD per kilotonne for a cost in USD per tonne."""
APPLIED = "measures"
"""Attribute of emissions in which measures are applied already: it says how far."""
ON_EXPOSURE = "works on exposure, not on emissions"
NO_SECTOR = "the sector has no emission in the region"
NO_SUBJECT = "what it works on emits nothing in the region"
NO_EFFICIENCY = "no published efficiency"
NOT_CARRIED = "removes nothing that the relation carries"
NO_EMISSION = "the region does not emit what it removes"
NO_COST = "no published cost"
ZERO_COST = "its cost is printed as zero"
NO_INCOME = "no income of the nation to bring its cost there"
REASONS = (ON_EXPOSURE, NO_SECTOR, NO_SUBJECT, NO_EFFICIENCY, NOT_CARRIED, NO_EMISSION, NO_COST, ZERO_COST, NO_INCOME)


@dataclass(frozen=True)
class Options:
    """Measures by region; lists and arrays are over the options, in the order of regions and then of measures.

    subject : what the option works on, codes with a space between; empty: the whole sector
    group : number of the exclusive group, one for each region and group_name: those of a group and of one subject
    removal : (option, pollutant of EMITTED), kt/yr at application 1; below 0 where the measure raises the pollutant
    unabated : (option, pollutant), kt/yr: what its subjects emit without measures, which options of a subject share
    emitted : (option, pollutant), kt/yr: what its subjects emit with the measures in place
    priced : pollutant that the cost is per tonne of, empty without a cost
    unit_cost : (option, 3), USD of 2015 per tonne of it: low, central, high; NaN where not known
    lowest_print : (option), USD of 2015 per tonne: the least that a study of the airshed prints on it; NaN without one
    flagged : (option), whether the central price is below a tenth of that
    cost : (option, 3), million USD of 2015 a year at application 1: low, central, high
    current, maximum : (option), share applied and greatest share, in the case
    applied : (option, 2), least and greatest share applied, over the cases
    application_basis : where the share applied is from, see `application.BASES`
    application_known : (option), whether a source says how far the measure, its family or its group is applied
    exposure_factor : (option), what people breathe with the measure over that without, 1 where it works on emissions
    co2 : (option), kt/yr more (below 0: less) at application 1; NaN where not known
    selectable : (option); reason says why not
    subjects : the shares of the subjects that all this is reckoned on
    """

    grows = False

    year: int
    case: Case
    measure: list[str]
    region: list[str]
    sector: list[str]
    subject: list[str]
    group_name: list[str]
    priced: list[str]
    reason: list[str]
    source: list[str]
    note: list[str]
    application_basis: list[str]
    group: npt.NDArray[np.intp]
    removal: Floats
    unabated: Floats
    emitted: Floats
    unit_cost: Floats
    lowest_print: Floats
    flagged: npt.NDArray[np.bool_]
    cost: Floats
    current: Floats
    maximum: Floats
    applied: Floats
    application_known: npt.NDArray[np.bool_]
    co2: Floats
    exposure_factor: Floats
    indivisible: npt.NDArray[np.bool_]
    selectable: npt.NDArray[np.bool_]
    subjects: Subjects

    @property
    def pollutants(self) -> list[str]:
        """Pollutants of the columns of removal."""
        return list(EMITTED)


@dataclass(frozen=True)
class _Setting:
    """What the options of all regions share; emitted : places of EMITTED among the pollutants."""

    money: Money
    known: Known
    case: Case
    subjects: Subjects
    groups: list[tuple[str, list[Measure]]]
    home: dict[str, str]
    pollutants: list[str]
    emitted: list[int]
    sectors: list[str]
    efficiency: dict[str, Floats]
    prices: dict[tuple[str, str], AnnualCost]
    shares: dict[tuple[object, ...], tuple[Floats, Floats]]
    there: dict[tuple[str, str, float], tuple[AnnualCost, float]]


def build_options(
    pack: Pack,
    year: int | None = None,
    case: Case = "middle",
    regions: Sequence[str] | None = None,
    baseline: xr.Dataset | None = None,
    applied_in: int | None = None,
    keep: bool = True,
) -> Options:
    """Return what the measures of the pack can do in regions in a year.

    regions : leaf regions, all if not given; baseline : emissions of a scenario, those of the pack if not given
    applied_in : year whose published applications are in place, that of the options if not given
    keep : whether those in the baseline of the pack are kept with it, for who asks again
    Raises MissingTableError without measures, AirshedError for a year that the baseline does not hold, and for
    emissions in which measures are applied already: what is in place there is not what the pack knows.
    """
    if case not in CASES:
        raise AirshedError(f"the case {case} is not known", f"use one of: {', '.join(CASES)}")
    own = baseline_cube(pack)
    cube = own if baseline is None else baseline
    if cube.attrs.get(APPLIED):
        raise AirshedError("the measures are applied in these emissions already", "take a scenario without them")
    year = pack.base_year if year is None else year
    years = cube["year"].to_numpy().tolist()
    if year not in years:
        raise AirshedError(f"the baseline has no year {year}", f"it covers {years[0]} to {years[-1]}")
    emissions = cube["value"].sel(year=year).transpose("region", "sector", "pollutant")
    missing = [code for code in EMITTED if code not in emissions["pollutant"]]
    if missing:
        raise MissingTableError("emissions", f"of {', '.join(missing)}, which measures are reckoned on")
    held = set(emissions["region"].to_numpy().tolist())
    wanted = [code for code in dict.fromkeys(leaves(pack) if regions is None else regions) if code in held]
    asked = (emissions, year, case, wanted, year if applied_in is None else applied_in)
    if cube is not own or not keep:
        return _made(pack, *asked)
    key = f"options {year} {case} {asked[-1]} {' '.join(wanted)}"
    return pack.derive(key, lambda opened: _made(opened, *asked))


def _made(
    pack: Pack, emissions: xr.DataArray, year: int, case: Case, regions: Sequence[str], applied_in: int
) -> Options:
    """Return the options of regions in emissions (region, sector, pollutant) of a year, kt/yr."""
    setting = _setting(pack, emissions, year, applied_in, case)
    held = emissions["region"].to_numpy().tolist()
    values = np.nan_to_num(emissions.to_numpy())
    rows = [row for region in regions for row in _region_rows(pack, setting, region, values[held.index(region)])]
    made = _joined(rows, year, case, setting.subjects)
    for part in vars(made).values():
        if isinstance(part, np.ndarray):
            part.flags.writeable = False
    return made


def _setting(pack: Pack, emissions: xr.DataArray, year: int, applied_in: int, case: Case) -> _Setting:
    pollutants = [str(code) for code in emissions["pollutant"].to_numpy()]
    subjects = subjects_in(pack, year, case, pollutants)
    known, shares = pack.derive(f"applied shares {applied_in}", lambda opened: _known_shares(opened, applied_in))
    return _Setting(
        money=pack.derive("money", Money),
        known=known,
        case=case,
        subjects=subjects,
        groups=exclusive_groups(catalogue(pack), subjects),
        home=country_of(pack),
        pollutants=pollutants,
        emitted=[pollutants.index(code) for code in EMITTED],
        sectors=[str(code) for code in emissions["sector"].to_numpy()],
        efficiency={measure.code: efficiencies(measure, pollutants) for measure in catalogue(pack)},
        prices=pack.derive("measure prices", lambda _: {}),
        shares=shares,
        there=pack.derive("prices beside prints", lambda _: {}),
    )


def _known_shares(pack: Pack, year: int) -> tuple[Known, dict[tuple[object, ...], tuple[Floats, Floats]]]:
    """Return the applications of a year with room for the shares by them, which are the same in all cases."""
    return applications(pack, year), {}


def exclusive_groups(measures: Sequence[Measure], subjects: Subjects) -> list[tuple[str, list[Measure]]]:
    """Return the measures that exclude each other, with a name: those of one group and of subjects that touch."""
    groups: dict[str, list[Measure]] = {}
    for measure in measures:
        groups.setdefault(measure.group, []).append(measure)
    found = []
    for name, members in groups.items():
        parts = components([measure.code for measure in members], subjects)
        for numbers in parts:
            held = [members[number] for number in numbers]
            of = dict.fromkeys(code for measure in held for code in subjects.of(measure.code))
            found.append((name if len(parts) == 1 else f"{name} {'+'.join(of)}", held))
    return found


def _region_rows(pack: Pack, setting: _Setting, region: str, emissions: Floats) -> list[dict[str, object]]:
    """Return the options of a region, one row for each measure; emissions (sector, pollutant), kt/yr."""
    places = places_of(pack, region)
    nothing = np.zeros(len(setting.pollutants))
    emitted = dict(zip(setting.sectors, emissions, strict=True))
    rows = []
    for name, members in setting.groups:
        found = [find_application(setting.known, measure.code, places) for measure in members]
        shared = [find_application(setting.known, measure.family, places) for measure in members]
        whole = find_application(setting.known, members[0].group, places)
        cases = {
            case: _kept_shares(setting, name, members, found, shared, whole, case)
            for case in dict.fromkeys(("high", setting.case, "low"))
        }
        current, maximum = cases[setting.case]
        taken = float(current.sum())
        eta = np.array([setting.efficiency[measure.code] for measure in members])
        here = {sector: emitted.get(sector, nothing) for sector in {measure.sector for measure in members}}
        without = {
            sector: group_unabated(setting.subjects, members, region, sector, here[sector], eta, current)
            for sector in here
        }
        for number, measure in enumerate(members):
            item = _first_known(found[number], shared[number], whole)
            basis = NO_BASIS if item is None else item.basis
            cover = setting.subjects.cover(measure.code, measure.sector)
            own = here[measure.sector] * (cover @ setting.subjects.parts(region, measure.sector))
            rows.append(
                {
                    **_row(
                        pack,
                        setting,
                        region,
                        measure,
                        here[measure.sector],
                        own,
                        without[measure.sector][number],
                        taken,
                    ),
                    "group_name": name,
                    "current": current[number],
                    "maximum": _greatest(measure, float(maximum[number])),
                    "applied": sorted(shares[number] for shares, _ in (cases["high"], cases["low"])),
                    "application_basis": basis,
                    "application_known": basis not in ASSUMED,
                    "application_source": "" if item is None else item.source,
                }
            )
    return rows


def _first_known(*items: Application | None) -> Application | None:
    """Return the first application with a current share, None if none has one."""
    return next((item for item in items if is_known(item)), None)


def group_unabated(
    subjects: Subjects,
    members: Sequence[Measure],
    region: str,
    sector: str,
    emission: Floats,
    efficiency: Floats,
    current: Floats,
) -> Floats:
    """Return what the subjects of each measure would emit without its group (measure, ..., pollutant), kt/yr.

    emission : (..., pollutant of subjects), kt/yr of a sector of a region; the rest as `unabated_subjects`
    """
    cover = np.array([subjects.cover(measure.code, sector) for measure in members])
    return unabated_subjects(emission, subjects.parts(region, sector), cover, efficiency, current, EMPTY)


def _greatest(measure: Measure, found: float) -> float:
    """Return the greatest application of a measure; one on exposure can be used by all that it is meant for."""
    if measure.kind != EXPOSURE or not measure.exposure_factor.known:
        return found
    return 1.0 if np.isnan(measure.applicability[1]) else measure.applicability[1]


def _kept_shares(
    setting: _Setting,
    name: str,
    members: Sequence[Measure],
    found: Sequence[Application | None],
    shared: Sequence[Application | None],
    whole: Application | None,
    case: Case,
) -> tuple[Floats, Floats]:
    """Return what `_shares` does, made once for all regions in which the same applications hold."""
    key = (name, case, id(whole), *map(id, found), *map(id, shared))
    if key not in setting.shares:
        setting.shares[key] = _shares(members, found, shared, whole, case)
    return setting.shares[key]


def _shares(
    members: Sequence[Measure],
    found: Sequence[Application | None],
    shared: Sequence[Application | None],
    whole: Application | None,
    case: Case,
) -> tuple[Floats, Floats]:
    """Return current and greatest application (measure) of a group; a measure without efficiency takes no share.

    found, shared : application of each measure and of its family, whole : of the group; None where none is known
    """
    acting = [number for number, measure in enumerate(members) if measure.efficiency]
    variants: dict[str, list[int]] = {}
    for position, number in enumerate(acting):
        variants.setdefault(members[number].family, []).append(position)
    families = [
        Family(application, tuple(positions))
        for positions in variants.values()
        if (application := shared[acting[positions[0]]]) is not None
    ]
    current, maximum = np.zeros(len(members)), np.zeros(len(members))
    current[acting], maximum[acting] = group_shares(
        [found[number] for number in acting],
        [members[number].applicability for number in acting],
        case,
        families,
        whole,
    )
    return current, maximum


def _row(
    pack: Pack,
    setting: _Setting,
    region: str,
    measure: Measure,
    sector: Floats,
    own: Floats,
    unabated: Floats,
    taken: float,
) -> dict[str, object]:
    """Return what one measure can do in a region; (pollutant), kt/yr: what its sector and its subjects emit.

    taken : share of its subjects that the measures of its group are applied to
    """
    at = setting.emitted
    removed, tonnes = removed_by(measure, setting.efficiency[measure.code], unabated, setting.pollutants)
    amount = float(tonnes)
    removal = removed[at]
    nation, priced = setting.home[region], "" if measure.cost is None else measure.cost.pollutant
    price, lowest = _price_there(pack, setting, measure, nation, taken)
    unit_cost = np.array([price.amount.low, price.amount.value, price.amount.high])
    carbon = measure.efficiency.get(CARBON, UNKNOWN).value
    co2 = -carbon * own[setting.pollutants.index(CARBON)] if CARBON in setting.pollutants else np.nan
    carried = bool((setting.efficiency[measure.code][at] > 0).any())
    reason = _reason(measure, sector, own, carried, removal, amount, unit_cost[1])
    return {
        "measure": measure.code,
        "region": region,
        "sector": measure.sector,
        "subject": " ".join(setting.subjects.of(measure.code)),
        "priced": priced,
        "lowest_print": lowest,
        "flagged": far_below(price.amount.value, lowest),
        "reason": reason,
        "source": " ".join(dict.fromkeys([*measure.source.split(), *price.source.split()])),
        "note": price.note,
        "removal": removal,
        "unabated": unabated[at],
        "emitted": own[at],
        "unit_cost": unit_cost,
        "cost": unit_cost * amount * MILLION_PER_KT,
        "co2": co2,
        "exposure_factor": measure.exposure_factor.value if measure.exposure_factor.known else 1.0,
        "indivisible": measure.indivisible,
        "selectable": not reason,
    }


def _price(setting: _Setting, measure: Measure, nation: str) -> AnnualCost:
    """Return the cost per tonne of a measure in a nation, made once for all its regions."""
    if measure.cost is None:
        return AnnualCost(UNKNOWN, "", "")
    key = (measure.code, nation)
    if key not in setting.prices:
        setting.prices[key] = cost_in(setting.money, measure.cost, nation)
    return setting.prices[key]


def _price_there(
    pack: Pack, setting: _Setting, measure: Measure, nation: str, taken: float
) -> tuple[AnnualCost, float]:
    """Return the price of a measure in a nation beside prints, and the lowest print, made once for what is in place."""
    key = (measure.code, nation, round(taken, 9))
    if key not in setting.there:
        price = price_there(
            pack, measure, nation, setting.subjects.of(measure.code), taken, _price(setting, measure, nation)
        )
        pollutant = "" if measure.cost is None else measure.cost.pollutant
        setting.there[key] = (price, lowest_print(pack, measure.code, pollutant))
    return setting.there[key]


def _reason(
    measure: Measure, sector: Floats, own: Floats, carried: bool, removal: Floats, amount: float, unit_cost: float
) -> str:
    """Say why a measure cannot be selected in a region, the first reason that holds; nothing if it can."""
    no_cost = measure.cost is None
    reasons = {
        ON_EXPOSURE: measure.kind == EXPOSURE,
        NO_SECTOR: not sector.any(),
        NO_SUBJECT: not own.any(),
        NO_EFFICIENCY: not any(code != CARBON for code in measure.efficiency),
        NOT_CARRIED: not carried,
        NO_EMISSION: not (removal > 0).any(),
        NO_COST: no_cost,
        ZERO_COST: unit_cost == 0,
        NO_INCOME: np.isnan(unit_cost),
    }
    found = next((reason for reason, holds in reasons.items() if holds), "")
    return found or ("" if amount > 0 else NO_EMISSION)


def _joined(rows: list[dict[str, object]], year: int, case: Case, subjects: Subjects) -> Options:
    numbers: dict[tuple[object, object], int] = {}
    group = [numbers.setdefault((row["region"], row["group_name"]), len(numbers)) for row in rows]

    def words(name: str) -> list[str]:
        return [str(row[name]) for row in rows]

    def floats(name: str, *shape: int) -> Floats:
        return np.array([row[name] for row in rows], dtype=np.float64).reshape(len(rows), *shape)

    pairs = list(zip(words("source"), words("application_source"), strict=True))
    sources = {pair: " ".join(dict.fromkeys(" ".join(pair).split())) for pair in set(pairs)}
    return Options(
        year=year,
        case=case,
        measure=words("measure"),
        region=words("region"),
        sector=words("sector"),
        subject=words("subject"),
        group_name=words("group_name"),
        priced=words("priced"),
        reason=words("reason"),
        source=[sources[pair] for pair in pairs],
        note=words("note"),
        application_basis=words("application_basis"),
        group=np.array(group, dtype=np.intp),
        removal=floats("removal", len(EMITTED)),
        unabated=floats("unabated", len(EMITTED)),
        emitted=floats("emitted", len(EMITTED)),
        unit_cost=floats("unit_cost", 3),
        lowest_print=floats("lowest_print"),
        flagged=np.array([row["flagged"] for row in rows], dtype=bool),
        cost=floats("cost", 3),
        current=floats("current"),
        maximum=floats("maximum"),
        applied=floats("applied", 2),
        application_known=np.array([row["application_known"] for row in rows], dtype=bool),
        co2=floats("co2"),
        exposure_factor=floats("exposure_factor"),
        indivisible=np.array([row["indivisible"] for row in rows], dtype=bool),
        selectable=np.array([row["selectable"] for row in rows], dtype=bool),
        subjects=subjects,
    )
