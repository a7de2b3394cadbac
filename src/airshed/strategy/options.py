"""What every measure can do in every region: removal and cost at full application, what is applied, what can be.

The share of a sector's emission that a measure is applied to is x. Measures of one group exclude each other in a
region, so their x add up to at most 1. Where the pack knows no application, x lies anywhere between nothing and all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    RULE,
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
from airshed.strategy.cost import Money
from airshed.strategy.measures import EXPOSURE, SUBSTITUTION, Measure, catalogue, single
from airshed.strategy.option_rows import (
    CARBON,
    MILLION_PER_KT,
    NO_COST,
    NO_EFFICIENCY,
    NO_EMISSION,
    NO_INCOME,
    NO_SECTOR,
    NO_SUBJECT,
    NOT_CARRIED,
    ON_EXPOSURE,
    REASONS,
    ZERO_COST,
    Place,
    Setting,
    add_needs,
    row,
)
from airshed.strategy.removal import efficiencies
from airshed.strategy.subjects import Subjects, components, left_by_devices, subjects_in, unabated_subjects
from airshed.transport.relation import EMITTED

__all__ = [
    "CARBON", "MILLION_PER_KT", "NOT_CARRIED", "NO_COST", "NO_EFFICIENCY", "NO_EMISSION", "NO_INCOME", "NO_SECTOR",
    "NO_SUBJECT", "ON_EXPOSURE", "REASONS", "ZERO_COST", "Options", "build_options",
]  # fmt: skip
Floats = npt.NDArray[np.float64]
EMPTY = 1e-12
"""What is left of an emission, as a share, below which it counts as nothing."""
APPLIED = "measures"
"""Attribute of emissions in which measures are applied already: it says how far."""


@dataclass(frozen=True)
class Options:
    """Measures by region; lists and arrays are over the options, in the order of regions and then of measures.

    subject : what the option works on, codes with a space between; empty: the whole sector
    group : number of the exclusive group, one for each region and group_name: those of a group and of one subject
    removal : (option, pollutant of EMITTED), kt/yr at application 1; below 0 where the measure raises the pollutant
    factor : (option, pollutant of subjects), what it works on at application 1 over what its sector emits: its subjects
        without the measures of its group; what the best devices would leave of them where it takes them out of use; the
        part that the old measure is applied to where it replaces that
    unabated : (option, pollutant), kt/yr: that part, which options of a subject share
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
    needed : code of the measure that it needs beside it, empty for none; needed_cost : (option), million USD of 2015 a
        year for that at application 1, a part of the central cost
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
    needed: list[str]
    group: npt.NDArray[np.intp]
    removal: Floats
    factor: Floats
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
    needed_cost: Floats
    exposure_factor: Floats
    indivisible: npt.NDArray[np.bool_]
    selectable: npt.NDArray[np.bool_]
    subjects: Subjects

    @property
    def pollutants(self) -> list[str]:
        """Pollutants of the columns of removal."""
        return list(EMITTED)


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


def _setting(pack: Pack, emissions: xr.DataArray, year: int, applied_in: int, case: Case) -> Setting:
    pollutants = [str(code) for code in emissions["pollutant"].to_numpy()]
    subjects = subjects_in(pack, year, case, pollutants)
    needs = pack.optional("needs")
    known, shares = pack.derive(f"applied shares {applied_in}", lambda opened: _known_shares(opened, applied_in))
    return Setting(
        money=pack.derive("money", Money),
        known=known,
        case=case,
        subjects=subjects,
        groups=exclusive_groups(single(pack), subjects),
        swaps=[measure for measure in catalogue(pack) if measure.swap is not None],
        needs=dict(zip(needs["measure"], needs["needs"], strict=True)),
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


def _region_rows(pack: Pack, setting: Setting, region: str, emissions: Floats) -> list[dict[str, Any]]:
    """Return the options of a region, one row for each measure; emissions (sector, pollutant), kt/yr."""
    places = places_of(pack, region)
    emitted = dict(zip(setting.sectors, emissions, strict=True))
    rows: list[dict[str, Any]] = []
    left: dict[str, Floats] = {}
    for name, members in sorted(setting.groups, key=lambda item: substitutes(item[1])):
        found = [find_application(setting.known, measure.code, places) for measure in members]
        shared = [find_application(setting.known, measure.family, places) for measure in members]
        whole = find_application(setting.known, members[0].group, places)
        cases = {
            case: _kept_shares(setting, name, members, found, shared, whole, case)
            for case in dict.fromkeys(("high", setting.case, "low"))
        }
        current, maximum = cases[setting.case]
        factors = _factors(setting, region, members, current, left)
        items = [_first_known(*three, whole) for three in zip(found, shared, strict=True)]
        bases = [RULE if substitutes(members) else NO_BASIS if item is None else item.basis for item in items]
        sources = ["" if item is None or substitutes(members) else item.source for item in items]
        taken = float(current.sum())
        numbers = {measure.code: number for number, measure in enumerate(members)}
        for measure in [*members, *_pairs(setting, numbers)]:
            number = numbers[measure.code if measure.swap is None else measure.swap[0].code]
            swaps = measure.swap is not None
            old = number if measure.swap is None else numbers[measure.swap[1].code]
            place = _place(
                setting, region, measure, emitted, factors[number], taken, float(current[old]) if swaps else None
            )
            most = _greatest(members[number], float(maximum[number]))
            most = _of_the_rest(most, float(current[number])) if swaps else most
            rows.append(
                {
                    **row(pack, setting, place),
                    "group_name": measure.group if swaps else name,
                    "current": 0.0 if swaps else current[number],
                    "maximum": most,
                    "applied": [0.0, 0.0] if swaps else sorted(cases[case][0][number] for case in ("high", "low")),
                    "application_basis": bases[old],
                    "application_known": bases[old] not in ASSUMED,
                    "application_source": sources[old],
                }
            )
    add_needs(setting, rows)
    return rows


def substitutes(members: Sequence[Measure]) -> bool:
    """Say whether a group takes its subjects out of use: another fuel, electricity, less use."""
    return any(measure.kind == SUBSTITUTION for measure in members)


def _pairs(setting: Setting, numbers: Mapping[str, int]) -> list[Measure]:
    """Return the replacements of the measures of a group, both of the same subjects."""
    return [
        measure
        for measure in setting.swaps
        if measure.swap is not None
        and all(one.code in numbers for one in measure.swap)
        and set(setting.subjects.of(measure.swap[0].code)) == set(setting.subjects.of(measure.swap[1].code))
    ]


def _factors(
    setting: Setting, region: str, members: Sequence[Measure], current: Floats, left: dict[str, Floats]
) -> Floats:
    """Return what each measure works on over what its sector emits, (measure, pollutant).

    left : by sector, what the best devices of the groups before would leave of each subject, which this group lowers
    """
    ones = np.ones(len(setting.pollutants))
    eta = np.array([setting.efficiency[measure.code] for measure in members])
    found = np.zeros((len(members), len(ones)))
    for sector in dict.fromkeys(measure.sector for measure in members):
        parts = setting.subjects.parts(region, sector)
        cover = np.array([setting.subjects.cover(measure.code, sector) for measure in members])
        mine = [number for number, measure in enumerate(members) if measure.sector == sector]
        rest = left.setdefault(sector, np.ones_like(parts))
        if substitutes(members):
            found[mine] = (cover @ (parts * rest))[mine]
            continue
        found[mine] = group_unabated(setting.subjects, members, region, sector, ones, eta, current)[mine]
        left[sector] = np.minimum(rest, left_by_devices(cover, eta, current))
    return found


def _place(
    setting: Setting,
    region: str,
    measure: Measure,
    emitted: Mapping[str, Floats],
    factor: Floats,
    taken: float,
    old: float | None,
) -> Place:
    """Return where a measure stands; old : of a replacement, the share that the old measure is applied to."""
    sector = emitted.get(measure.sector, np.zeros(len(setting.pollutants)))
    own = setting.subjects.cover(measure.code, measure.sector) @ setting.subjects.parts(region, measure.sector)
    if CARBON in setting.pollutants:
        factor = factor.copy()
        # a change of CO2 is published as a share of what is emitted now
        factor[setting.pollutants.index(CARBON)] = own[setting.pollutants.index(CARBON)]
    if old is None or measure.swap is None:
        return Place(region, measure, sector, sector * own, factor, taken)
    held = old * factor * (1.0 - setting.efficiency[measure.swap[1].code])
    if CARBON in setting.pollutants:
        held[setting.pollutants.index(CARBON)] = old * own[setting.pollutants.index(CARBON)]
    return Place(region, measure, sector, sector * held, old * factor, taken, old)


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


def _of_the_rest(maximum: float, current: float) -> float:
    """Return the greatest application over what a measure is not applied to yet, as a share of that.

    A replacement takes so much of the old one at most, so that what is new never passes its own greatest application.
    """
    return (maximum - current) / (1.0 - current) if current < 1.0 - EMPTY else 0.0


def _kept_shares(
    setting: Setting,
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
    if substitutes(members):
        return _open(members, case)
    return current, maximum


def _open(members: Sequence[Measure], case: Case) -> tuple[Floats, Floats]:
    """Return nothing in place and the greatest application of measures that take their subject out of use.

    What they have replaced already emits no more, so that none of it is in the inventory.
    """
    part = {"low": 0.0, "middle": 0.5, "high": 1.0}[case]
    ends = np.array([measure.applicability for measure in members], dtype=np.float64)
    low, high = np.nan_to_num(ends[:, 0]), np.where(np.isnan(ends[:, 1]), 1.0, ends[:, 1])
    most = low + part * (high - low)
    most[[not measure.efficiency for measure in members]] = 0.0
    return np.zeros(len(members)), most


def _joined(rows: list[dict[str, Any]], year: int, case: Case, subjects: Subjects) -> Options:
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
        needed=words("needed"),
        group=np.array(group, dtype=np.intp),
        removal=floats("removal", len(EMITTED)),
        factor=floats("factor", len(subjects.pollutants)),
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
        needed_cost=floats("needed_cost"),
        exposure_factor=floats("exposure_factor"),
        indivisible=np.array([row["indivisible"] for row in rows], dtype=bool),
        selectable=np.array([row["selectable"] for row in rows], dtype=bool),
        subjects=subjects,
    )
