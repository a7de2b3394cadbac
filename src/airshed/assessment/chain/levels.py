"""The response of every place of a pack in a year, and the relation and its samples with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr

from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of
from airshed.pack.pack import Pack
from airshed.sampling.design import stream
from airshed.sampling.laws import NORMAL_90
from airshed.transport.ensemble import Ensemble
from airshed.transport.level_ground import Ground
from airshed.transport.levels import MOST, LevelFit, fit_levels, level, widths
from airshed.transport.observation import Observation, annual_observations
from airshed.transport.places import Places
from airshed.transport.relation import EMITTED, Relation

OWN = "response from {count} observations of {place}, {first} to {last}"
OF_PLACE = "response of {place}"
OF_MEMBERS = "mean of the responses of its regions"
HELD = "held after {year}"
BEFORE = "held before {year}"
UNOBSERVED = "no observation in the nation: response of all other places"
NOTHING = "no observation in the pack: as modelled"
CARRIED = "response {response} is above what the relation can carry: the rest is unexplained"
NOTES = (OWN, OF_PLACE, OF_MEMBERS, HELD, BEFORE, UNOBSERVED, NOTHING, CARRIED)
"""Templates of the notes on a response."""


@dataclass(frozen=True)
class LevelResponse:
    """What multiplies the modelled man-made part of a place in a year, and what it rests on.

    value, low, high : ratio, with its 5 and 95 %; unexplained : ug/m3, what the relation cannot carry
    place : whose observations it rests on, empty without any; observed : ug/m3, the observation of the place itself in
        this very year, NaN without one; kind, source : of that observation; sources : of all it rests on
    """

    value: float
    low: float
    high: float
    unexplained: float
    place: str
    observed: float
    kind: str
    source: str
    sources: str
    note: str


@dataclass(frozen=True)
class Levels:
    """The responses of a year.

    ratio, unexplained : (receptor); reference : (receptor), the modelled man-made part that they were found for, ug/m3
    places : of every place
    """

    fit: LevelFit
    year: int
    ratio: Floats
    unexplained: Floats
    reference: Floats
    places: dict[str, LevelResponse]


@dataclass(frozen=True, eq=False)
class ModelledPart:
    """Gives the modelled man-made part (receptor) of a year, ug/m3; a function of its own could not be sent on.

    relation : without responses; reference : the emissions as they were, value (region, sector, pollutant, year), kt/yr
    """

    relation: Relation
    reference: xr.Dataset
    known: dict[int, Floats] = field(default_factory=dict)

    def __call__(self, year: int) -> Floats:
        """Return the part of a year."""
        if year not in self.known:
            emitted = self.reference["value"].sel(year=year, pollutant=list(EMITTED)).fillna(0.0)
            self.known[year] = self.relation.by_species(emitted).sum("species").to_numpy()
        return self.known[year]


def level_fit(
    pack: Pack,
    reference: xr.Dataset,
    relation: Relation,
    available: Places,
    observations: Mapping[str, Sequence[Observation]] | None = None,
) -> LevelFit:
    """Estimate the responses of all places from the observations of the pack.

    reference : the emissions as they were, value (region, sector, pollutant, year), kt/yr
    observations : those of the pack if not given
    """
    cities = pack.optional("receptors")
    region = dict(zip(cities["code"], cities["region"], strict=True))
    home, receptors = country_of(pack), relation.receptors
    nation = [home[region.get(code, code)] for code in receptors]
    nations = list(dict.fromkeys(nation))
    regions = list(dict.fromkeys(region.get(code, code) for code in receptors))
    shares = available.weights.to_numpy()
    spread = relation.natural_high.to_numpy() - relation.natural_low.to_numpy()
    years = reference["year"].to_numpy()
    ground = Ground(
        receptors=receptors,
        region=np.array([regions.index(region.get(code, code)) for code in receptors], dtype=np.intp),
        nation=np.array([nations.index(code) for code in nation], dtype=np.intp),
        city=np.array([code in region for code in receptors]),
        nations=nations,
        weights={code: shares[place] for place, code in enumerate(available.codes)},
        natural=relation.natural.to_numpy(),
        natural_error=np.nan_to_num(spread) / (2 * NORMAL_90),
        modelled=ModelledPart(relation, reference),
        years=range(int(years.min()), int(years.max()) + 1),
        natural_low=np.fmin(relation.natural_low.to_numpy(), relation.natural.to_numpy()),
        natural_high=np.fmax(relation.natural_high.to_numpy(), relation.natural.to_numpy()),
    )
    return fit_levels(ground, annual_observations(pack) if observations is None else observations, widths(pack))


def levels_of(fit: LevelFit, available: Places, year: int) -> Levels:
    """Return the responses of a year at all places; a nation or group is the mean of its regions."""
    ground = fit.ground
    logs, spread = fit.logs(year)
    reference = ground.modelled(year)
    if not fit.used:
        logs, spread = np.zeros(len(logs)), np.full(len(logs), np.nan)
    response = np.exp(logs)
    carried, unexplained = level(ground.natural, response, reference)
    ends = [level(ground.natural, np.exp(logs + side * NORMAL_90 * spread), reference) for side in (-1.0, 1.0)]
    ratio = np.where(reference > 0, carried / np.where(reference > 0, reference, 1.0), 1.0)
    places = {}
    for code in available.codes:
        weights = ground.weights[code]
        part = float(weights @ reference)
        value, low, high = (
            float(weights @ (given + left)) / part if part > 0 else float("nan")
            for given, left in ((carried, unexplained), *ends)
        )
        places[code] = _response(fit, available, code, year, (value, low, high), float(weights @ unexplained))
    return Levels(fit, year, ratio, unexplained, reference, places)


def _response(
    fit: LevelFit, available: Places, code: str, year: int, ends: tuple[float, float, float], unexplained: float
) -> LevelResponse:
    here = next((item for item in fit.used.get(code, []) if item.year == year), None)
    place, note = _rests_on(fit, available, code)
    notes = [note]
    used = [item for key in place for item in fit.used[key]]
    if used:
        course = next((fit.courses[n] for n in _nations(fit, code) if n in fit.courses), None)
        if course is not None and year > course.years[-1]:
            notes.append(HELD.format(year=course.years[-1]))
        if course is not None and year < course.years[0]:
            notes.append(BEFORE.format(year=course.years[0]))
    if unexplained > 0:
        notes.append(CARRIED.format(response=f"{ends[0]:.1f}"))
    return LevelResponse(
        value=ends[0],
        low=ends[1],
        high=ends[2],
        unexplained=unexplained,
        place=place[0] if len(place) == 1 else "",
        observed=here.value if here else float("nan"),
        kind=here.kind if here else "",
        source=here.source if here else "",
        sources=" ".join(dict.fromkeys(key for item in used for key in item.source.split())),
        note="; ".join(notes),
    )


def _nations(fit: LevelFit, code: str) -> list[int]:
    found = fit.ground.nation[fit.ground.weights[code] > 0]
    return [int(number) for number in dict.fromkeys(found.tolist())]


def _rests_on(fit: LevelFit, available: Places, code: str) -> tuple[list[str], str]:
    """Return the places whose observations the response of a place rests on first, and the note that says so."""
    if not fit.used:
        return [], NOTHING
    for place in (code, *available.above[code]):
        if place in fit.used:
            years = [item.year for item in fit.used[place]]
            name = fit.used[place][0].place_name
            note = OWN.format(count=len(years), place=name, first=min(years), last=max(years))
            return [place], note if place == code else f"{OF_PLACE.format(place=place)}: {note}"
    inside = [part for part in available.parts(code) if part in fit.used and part != code]
    if inside:
        return inside, OF_MEMBERS
    nations = {fit.ground.nations[number] for number in _nations(fit, code)}
    near = [place for place in fit.used if nations & {fit.ground.nations[n] for n in _nations(fit, place)}]
    return (near, OF_PLACE.format(place=" ".join(sorted(nations)))) if near else ([], UNOBSERVED)


def drawn_logs(fit: LevelFit, year: int, samples: int, seed: int, away: Floats | None = None) -> Floats:
    """Return ln R in samples (sample, receptor); one sample is of the same draw in every year.

    away : (sample, receptor), of the natural part from its centre, ug/m3
    """
    normal = stream(seed, "levels").standard_normal((samples, len(fit.mean)))
    drift = np.column_stack(
        [stream(seed, f"drift of {nation}").standard_normal(samples) for nation in fit.ground.nations]
    )
    return fit.samples(year, normal, drift, structure_scores(samples, seed), away)


def structure_scores(samples: int, seed: int) -> Floats:
    """Return standard scores of what the relation may be wrong by in a change, (sample)."""
    return stream(seed, "structure of the relation").standard_normal(samples)


@dataclass(frozen=True)
class Responding:
    """The relation of a year with the response in it, central and in samples.

    rest : (sample, receptor), what it cannot carry, ug/m3; without rows where there are no samples
    natural_away : (sample, receptor), of the natural part from its centre, ug/m3; natural_factor : (sample, receptor),
        what this alone does to the response, which is in the samples of the relation
    """

    ensemble: Ensemble
    relation: Relation
    rest: Floats
    natural_away: Floats
    natural_factor: Floats


def with_response(ensemble: Ensemble, relation: Relation, found: Levels, modelled: Floats, seed: int) -> Responding:
    """Return the relation of a year, central and in samples, with the response in it, and what it cannot carry.

    modelled : (sample, receptor), what the samples of the relation give for the reference, ug/m3. In a sample the
        response is that of the centre's modelled level: there the observations hold the level, not the relation
    """
    scaled = relation.scaled(found.ratio[None, :])
    ground = found.fit.ground
    away = ground.natural_away(ensemble.samples, seed)
    if not ensemble.samples or not found.fit.used:
        none = np.zeros((ensemble.samples, len(found.unexplained)))
        return Responding(replace(ensemble, relation=scaled), scaled, none, away, np.ones_like(none))
    alone = drawn_logs(found.fit, found.year, ensemble.samples, seed)
    logs, plain = alone + found.fit.shift(found.year, away), np.minimum(np.exp(alone), MOST)
    carried, rest = level(ground.natural, np.exp(logs), np.ones_like(logs))
    same = np.where(modelled > 0, found.reference / np.where(modelled > 0, modelled, 1.0), 1.0)
    factor = ensemble.factor * (carried * same)[:, None, :]
    return Responding(
        replace(ensemble, relation=scaled, factor=factor), scaled, rest * found.reference, away, carried / plain
    )
