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
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of, leaves
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.strategy.application import (
    ASSUMED,
    CASES,
    NO_BASIS,
    RULE,
    Application,
    Case,
    Known,
    MeasureFamily,
    applications,
    find_application,
    group_shares,
    is_known,
    not_sold,
    places_of,
)
from airshed.strategy.cost import Money
from airshed.strategy.groups import exclusive_groups, open_shares, substitutes
from airshed.strategy.measures import EXPOSURE, Measure, catalogue, single
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
    NOT_SOLD,
    ON_EXPOSURE,
    REASONS,
    ZERO_COST,
    MeasurePlace,
    Setting,
    add_needs,
    columns,
)
from airshed.strategy.removal import efficiencies
from airshed.strategy.subjects import Subjects, left_by_devices, subjects_in, unabated_shares
from airshed.transport.relation import EMITTED

__all__ = [
    "CARBON", "MILLION_PER_KT", "NOT_CARRIED", "NO_COST", "NO_EFFICIENCY", "NO_EMISSION", "NO_INCOME", "NO_SECTOR",
    "NO_SUBJECT", "ON_EXPOSURE", "REASONS", "ZERO_COST", "Options", "build_options",
]  # fmt: skip
EMPTY = 1e-12
"""What is left of an emission, as a share, below which it counts as nothing."""
WORDS = (
    *(
        "measure",
        "region",
        "sector",
        "subject",
        "group_name",
        "priced",
        "reason",
        "note",
        "application_basis",
        "needed",
    ),
)
"""Fields of options that are texts as the columns of measures hold them."""
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
        raise AirshedError("case-not-known", case=case, cases=", ".join(CASES))
    own = baseline_cube(pack)
    cube = own if baseline is None else baseline
    if cube.attrs.get(APPLIED):
        raise AirshedError("measures-applied-these-emissions-already")
    year = pack.base_year if year is None else year
    years = cube["year"].to_numpy().tolist()
    if year not in years:
        raise AirshedError("baseline-no-year", year=year, first=years[0], last=years[-1])
    emissions = cube["value"].sel(year=year).transpose("region", "sector", "pollutant")
    missing = [code for code in EMITTED if code not in emissions["pollutant"]]
    if missing:
        raise MissingTableError("emissions", Phrase("detail-missing-measures-reckoned", missing=", ".join(missing)))
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
    values = np.nan_to_num(emissions.to_numpy())[[held.index(region) for region in regions]]
    made = _joined(_columns(pack, setting, list(regions), values), list(regions), year, case, setting.subjects)
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
        not_sold=not_sold(pack, year),
    )


def _known_shares(pack: Pack, year: int) -> tuple[Known, dict[tuple[object, ...], tuple[Floats, Floats]]]:
    """Return the applications of a year with room for the shares by them, which are the same in all cases."""
    return applications(pack, year), {}


def _columns(pack: Pack, setting: Setting, regions: list[str], emissions: Floats) -> list[dict[str, Any]]:
    """Return the options of regions, the columns of one measure after the other; see `option_rows.columns`.

    emissions : (region, sector, pollutant), kt/yr
    """
    emitted = {sector: emissions[:, number] for number, sector in enumerate(setting.sectors)}
    places = [places_of(pack, region) for region in regions]
    parts: dict[str, Floats] = {}
    for sector in dict.fromkeys(measure.sector for measure in catalogue(pack)):
        held = [setting.subjects.parts(region, sector) for region in regions]
        parts[sector] = np.array(held).reshape(len(regions), -1, len(setting.pollutants))
    found: list[dict[str, Any]] = []
    left = {sector: np.ones_like(part) for sector, part in parts.items()}
    for name, members in sorted(setting.groups, key=lambda item: substitutes(item[1])):
        group = _group(setting, name, members, places)
        factors = _factors(setting, members, group.current, parts, left)
        numbers = {measure.code: number for number, measure in enumerate(members)}
        for measure in [*members, *_pairs(setting, numbers)]:
            number = numbers[measure.code if measure.swap is None else measure.swap[0].code]
            swaps = measure.swap is not None
            old = number if measure.swap is None else numbers[measure.swap[1].code]
            replaced = group.current[:, old] if swaps else None
            place = _place(setting, regions, measure, emitted, parts, factors[:, number], group.taken, replaced)
            current = group.current[:, number]
            most = _greatest(members[number], group.maximum[:, number])
            ended = _ended(setting, measure, places)
            found.append(
                {
                    **_without_sales(columns(pack, setting, place), ended),
                    "group_name": measure.group if swaps else name,
                    "current": np.zeros(len(regions)) if swaps else current,
                    "maximum": _of_the_rest(most, current) if swaps else np.where(ended, current, most),
                    "applied": np.zeros((len(regions), 2)) if swaps else np.sort(group.ends[:, number], axis=1),
                    "application_basis": group.basis[old],
                    "application_known": [basis not in ASSUMED for basis in group.basis[old]],
                    "application_source": group.source[old],
                }
            )
    add_needs(setting, found)
    return found


def _ended(setting: Setting, measure: Measure, places: Sequence[Sequence[str]]) -> npt.NDArray[np.bool_]:
    """Say of each region whether new ones of a measure are not sold there any more; a replacement brings new ones."""
    code = measure.code if measure.swap is None else measure.swap[0].code
    return np.array([any((code, place) in setting.not_sold for place in where) for where in places], dtype=bool)


def _without_sales(held: dict[str, Any], ended: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Return the columns of a measure, which nobody can choose where new ones are not sold any more."""
    reason = [why or NOT_SOLD * bool(end) for why, end in zip(held["reason"], ended, strict=True)]
    return {**held, "reason": reason, "selectable": held["selectable"] & ~ended}


@dataclass(frozen=True)
class _Group:
    """What a group is applied to: current, maximum (region, measure); ends (region, measure, 2), of the cases.

    taken : (region), of all measures together; basis, source : by measure and region, where the shares are from
    """

    current: Floats
    maximum: Floats
    ends: Floats
    taken: Floats
    basis: list[list[str]]
    source: list[list[str]]


def _group(setting: Setting, name: str, members: Sequence[Measure], places: Sequence[Sequence[str]]) -> _Group:
    """Return what a group is applied to in regions; places : by region, where its applications are looked up."""
    shape, assumed = (len(places), len(members)), substitutes(members)
    held: dict[Case, tuple[Floats, Floats]] = {
        case: (np.zeros(shape), np.zeros(shape)) for case in ("high", setting.case, "low")
    }
    basis: list[list[str]] = [[] for _ in members]
    source: list[list[str]] = [[] for _ in members]
    for row, where in enumerate(places):
        found = [find_application(setting.known, measure.code, where) for measure in members]
        shared = [find_application(setting.known, measure.family, where) for measure in members]
        whole = find_application(setting.known, members[0].group, where)
        for case, (current, maximum) in held.items():
            current[row], maximum[row] = _kept_shares(setting, name, members, found, shared, whole, case)
        for number, pair in enumerate(zip(found, shared, strict=True)):
            item = _first_known(*pair, whole)
            basis[number].append(RULE if assumed else NO_BASIS if item is None else item.basis)
            source[number].append("" if item is None or assumed else item.source)
    current, maximum = held[setting.case]
    ends = np.stack([held["high"][0], held["low"][0]], axis=-1)
    return _Group(current, maximum, ends, current.sum(axis=1), basis, source)


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
    setting: Setting, members: Sequence[Measure], current: Floats, parts: Mapping[str, Floats], left: dict[str, Floats]
) -> Floats:
    """Return what each measure works on over what its sector emits, (region, measure, pollutant).

    current : (region, measure); parts : by sector, (region, subject, pollutant)
    left : by sector, what the best devices of the groups before would leave of each subject, which this group lowers
    """
    eta = np.array([setting.efficiency[measure.code] for measure in members])
    found = np.zeros((*current.shape, len(setting.pollutants)))
    for sector in dict.fromkeys(measure.sector for measure in members):
        cover = np.array([setting.subjects.cover(measure.code, sector) for measure in members])
        mine = [number for number, measure in enumerate(members) if measure.sector == sector]
        if substitutes(members):
            found[:, mine] = (cover.astype(np.float64) @ (parts[sector] * left[sector]))[:, mine]
            continue
        found[:, mine] = unabated_shares(parts[sector], cover, eta, current, EMPTY)[:, mine]
        left[sector] = np.minimum(left[sector], left_by_devices(cover, eta, current))
    return found


def _place(
    setting: Setting,
    regions: Sequence[str],
    measure: Measure,
    emitted: Mapping[str, Floats],
    parts: Mapping[str, Floats],
    factor: Floats,
    taken: Floats,
    old: Floats | None,
) -> MeasurePlace:
    """Return where a measure stands; old : (region), of a replacement, the share that the old one is applied to."""
    part = parts[measure.sector]
    sector = emitted.get(measure.sector, np.zeros((len(regions), len(setting.pollutants))))
    own = setting.subjects.cover(measure.code, measure.sector).astype(np.float64) @ part
    carbon = setting.pollutants.index(CARBON) if CARBON in setting.pollutants else None
    if carbon is not None:
        factor = factor.copy()
        # a change of CO2 is published as a share of what is emitted now
        factor[:, carbon] = own[:, carbon]
    if old is None or measure.swap is None:
        return MeasurePlace(regions, measure, part, sector, sector * own, factor, taken, np.ones(len(regions)))
    held = old[:, None] * factor * (1.0 - setting.efficiency[measure.swap[1].code])
    if carbon is not None:
        held[:, carbon] = old * own[:, carbon]
    return MeasurePlace(regions, measure, part, sector, sector * held, old[:, None] * factor, taken, old)


def _first_known(*items: Application | None) -> Application | None:
    """Return the first application with a current share, None if none has one."""
    return next((item for item in items if is_known(item)), None)


def _greatest(measure: Measure, found: Floats) -> Floats:
    """Return the greatest application of a measure; one on exposure can be used by all that it is meant for."""
    if measure.kind != EXPOSURE or not measure.exposure_factor.known:
        return found
    return np.full_like(found, 1.0 if np.isnan(measure.applicability[1]) else measure.applicability[1])


def _of_the_rest(maximum: Floats, current: Floats) -> Floats:
    """Return the greatest application over what a measure is not applied to yet, as a share of that.

    A replacement takes so much of the old one at most, so that what is new never passes its own greatest application.
    """
    some = current < 1.0 - EMPTY
    return np.where(some, (maximum - current) / np.where(some, 1.0 - current, 1.0), 0.0)


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
        MeasureFamily(application, tuple(positions))
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
        return open_shares(members, case)
    return current, maximum


def _joined(found: list[dict[str, Any]], regions: list[str], year: int, case: Case, subjects: Subjects) -> Options:
    """Return the options of regions from the columns of measures: region by region, in each the measures in order."""
    names: dict[str, int] = {}
    group = np.array([names.setdefault(item["group_name"], len(names)) for item in found], dtype=np.intp)

    def words(name: str) -> list[str]:
        held = [[item[name]] * len(regions) if isinstance(item[name], str) else item[name] for item in found]
        return [word for row in zip(*held, strict=True) for word in row]

    def array(name: str, *shape: int, kind: type = np.float64) -> npt.NDArray[Any]:
        held = [np.broadcast_to(item[name], (len(regions), *shape)) for item in found]
        stacked = np.stack(held, axis=1) if held else np.zeros((len(regions), 0, *shape))
        return stacked.reshape(-1, *shape).astype(kind)

    pairs = list(zip(words("source"), words("application_source"), strict=True))
    sources = {pair: " ".join(dict.fromkeys(" ".join(pair).split())) for pair in set(pairs)}
    numbers = ("lowest_print", "current", "maximum", "co2", "needed_cost", "exposure_factor")
    held: dict[str, Any] = {
        **{name: words(name) for name in WORDS},
        **{name: array(name, len(EMITTED)) for name in ("removal", "unabated", "emitted")},
        **{name: array(name, 3) for name in ("unit_cost", "cost")},
        **{name: array(name) for name in numbers},
        **{name: array(name, kind=bool) for name in ("flagged", "application_known", "indivisible", "selectable")},
    }
    return Options(
        year=year,
        case=case,
        source=[sources[pair] for pair in pairs],
        group=(np.arange(len(regions))[:, None] * len(names) + group).reshape(-1).astype(np.intp),
        factor=array("factor", len(subjects.pollutants)),
        applied=array("applied", 2),
        subjects=subjects,
        **held,
    )
