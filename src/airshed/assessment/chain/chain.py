"""The chain from emissions to deaths for one year, prepared once and evaluated for many scenarios."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from airshed.assessment.chain.levels import Levels, level_fit, levels_of, with_response
from airshed.assessment.chain.sampled_contributions import modelled_in_samples
from airshed.emissions.baseline import baseline_cube
from airshed.impacts.mortality import (
    TOTAL_CAUSE,
    AgeBands,
    attributable_deaths,
    gemm_bands,
    nations_with_mortality,
    regional_deaths,
    theta_interval,
)
from airshed.pack.arrays import Floats
from airshed.pack.bounds import SAMPLES, YEAR, within
from airshed.pack.bounds import SEED as SEEDS
from airshed.pack.codes import country_of
from airshed.pack.defaults import defaults
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.people import population
from airshed.transport.ensemble import SAMPLES as USUAL
from airshed.transport.ensemble import SEED, Ensemble, build_ensemble
from airshed.transport.levels import LevelFit
from airshed.transport.observation import annual_observations
from airshed.transport.places import Places, places
from airshed.transport.precursors import BLACK, FINE, GASEOUS, ORGANIC, split_primary
from airshed.transport.relation import EMITTED, Relation, blocks_of, geometry


@dataclass(frozen=True)
class Health:
    """What deaths need of the pack in one year: people, baseline deaths by age of the response, and the response.

    persons : (region); deaths : (region, age), NaN for regions of nations without mortality
    """

    regions: list[str]
    persons: Floats
    deaths: Floats
    bands: AgeBands

    def attributable(self, concentration: Floats) -> tuple[Floats, Floats, Floats]:
        """Return deaths per year (region): central, and the ends of the 95 % interval of the response."""
        low, high = theta_interval(self.bands)
        return (
            attributable_deaths(concentration, self.deaths, self.bands),
            attributable_deaths(concentration, self.deaths, self.bands, low),
            attributable_deaths(concentration, self.deaths, self.bands, high),
        )


@dataclass(frozen=True)
class Chain:
    """Emissions, relation, places, levels and health of one pack and year.

    `evaluate` answers a scenario: emissions (region, sector, pollutant) of that year in kt/yr.
    ensemble, relation : with the response of the year, so that parts add to the level
    rest : (sample, receptor), what the relation cannot carry, ug/m3
    natural_away, natural_factor : (sample, receptor), of the natural part from its centre, ug/m3, and what that does to
        the response
    reference : the emissions that the responses were found with; `baseline` if None
    """

    year: int
    baseline: xr.Dataset
    ensemble: Ensemble
    relation: Relation
    places: Places
    levels: Levels
    rest: Floats
    natural_away: Floats
    natural_factor: Floats
    health: Health | None
    home: dict[str, str]
    reference: xr.Dataset | None = None
    seed: int = SEED

    @property
    def people(self) -> Health:
        """The health part; raises AirshedError for a chain that was prepared without it."""
        if self.health is None:
            raise AirshedError("chain-prepared-without-health")
        return self.health

    @cached_property
    def _regional(self) -> npt.NDArray[np.intp]:
        index = pd.Index(self.relation.receptors)
        return np.asarray(index.get_indexer(pd.Index(self.people.regions)))

    @cached_property
    def _matrix(self) -> Floats:
        """Array (species x region receptor, precursor x source), ug/m3 per kt/yr."""
        part = self.relation.matrix.to_numpy()[..., self._regional]
        precursors, species, sources, receptors = part.shape
        return np.ascontiguousarray(part.transpose(1, 3, 0, 2).reshape(species * receptors, precursors * sources))

    @cached_property
    def _constant(self) -> Floats:
        part: Floats = self.relation.constant.to_numpy()[..., self._regional].sum(axis=1)
        return part

    @cached_property
    def _offset(self) -> Floats:
        """Array (region): natural and unexplained part, ug/m3."""
        offset: Floats = (self.relation.natural.to_numpy() + self.levels.unexplained)[self._regional]
        return offset

    @cached_property
    def _order(self) -> npt.NDArray[np.intp]:
        return np.asarray(pd.Index(self.baseline["region"].to_numpy()).get_indexer(pd.Index(self.relation.regions)))

    @cached_property
    def _known(self) -> Floats:
        """Array (source): 0 for a source without a row in the baseline (Sejong, counted in its neighbour), else 1."""
        return (self._order >= 0).astype(np.float64)

    def emissions(self, year: int | None = None) -> xr.DataArray:
        """Return the baseline emissions (region, sector, pollutant) of the pollutants in the chain, kt/yr."""
        return self.baseline["value"].sel(year=self.year if year is None else year, pollutant=list(EMITTED)).fillna(0.0)

    def evaluate(self, emissions: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
        """Return concentrations and deaths of every region under a scenario.

        emissions : (region, sector, pollutant) with the regions, sectors and pollutants of `emissions()`, kt/yr
        returns : PM2.5 (region), ug/m3, with natural and unexplained part; deaths (region), per year
        """
        # A source that the baseline lacks has the order -1, which picks the last row: the mask takes that away again.
        # Picking first and masking after is one copy; plans and games come here thousands of times.
        values = emissions.to_numpy()[self._order] * self._known[:, None, None]
        sums = values.sum(axis=1)
        # The split is by sector, before the sum: what is left of PM2.5 is cut off at zero, and a sector whose BC and OC
        # exceed its PM2.5 must not take from another one.
        matter, other = split_primary(
            values[..., FINE], values[..., BLACK], values[..., ORGANIC], self.relation.om_to_oc
        )
        emitted = np.concatenate([sums[:, GASEOUS].T.ravel(), sums[:, BLACK], matter.sum(axis=1), other.sum(axis=1)])
        species = (self._matrix @ emitted).reshape(self._constant.shape) + self._constant
        # TM5-FASST is linear around its base: its cross terms (less SO2 leaves more nitrate) drive a species below zero
        # far from there. It is cut by species, before the sum, or a negative one would hide what others give.
        total = np.maximum(species, 0.0).sum(axis=0) + self._offset
        deaths = attributable_deaths(total, self.people.deaths, self.people.bands)
        return self._forms[0].copy(data=total), self._forms[1].copy(data=deaths)

    @cached_property
    def _forms(self) -> tuple[xr.DataArray, xr.DataArray]:
        """Empty results with their labels, which cost more to make than the numbers."""
        empty = xr.DataArray(np.zeros(len(self.people.regions)), coords={"region": self.people.regions}, dims="region")
        return empty.assign_attrs(units="ug/m3"), empty.assign_attrs(units="deaths/yr")


def latest_year(pack: Pack) -> int:
    """Return the year of a plan or comparison that names none: the last of the baseline.

    Where the pack states a latest year, the last that is not after it; the first where all are.
    """
    return _up_to_latest(pack, _baseline_years(pack))[-1]


def observed_year(pack: Pack, place: str = "") -> int:
    """Return the year of an answer that names none: the newest in which its place, or most places, were observed.

    place : code of a city, region or group; a city without observations has those of its region; without a place, or
    where it was never observed, the newest year in which at
    least half as many places were observed as in the best year. Only years of the baseline from the base year on: what
    lies before the base year is history. The base year where nothing was observed after it.
    """
    seen = pack.derive("observed years", _observed_years)
    cities = pack.optional("receptors")
    around = dict(zip(cities["code"], cities["region"], strict=True))
    own = seen.get(place) or seen.get(around.get(place, ""))
    if own:
        return max(own)
    counts = Counter(year for years in seen.values() for year in years)
    enough = [year for year, count in counts.items() if 2 * count >= max(counts.values())]
    return max([*enough, pack.base_year]) if enough else pack.base_year


def _observed_years(pack: Pack) -> dict[str, set[int]]:
    known = {year for year in _baseline_years(pack) if year >= pack.base_year}
    return {code: {item.year for item in items} & known for code, items in annual_observations(pack).items()}


def years_ahead(pack: Pack) -> list[int]:
    """Return up to three years of the baseline after the newest observation, the last one among them.

    A schedule that names none has these: what was observed already cannot be planned any more. Where the baseline ends
    before, its last year alone.
    """
    known = _baseline_years(pack)
    observed = pack.optional("observations")
    newest = int(observed["year"].max()) if len(observed) else pack.base_year
    ahead = [year for year in _up_to_latest(pack, known) if newest < year] or known[-1:]
    return sorted({ahead[0], ahead[len(ahead) // 2], ahead[-1]})


def _baseline_years(pack: Pack) -> list[int]:
    return sorted(int(year) for year in baseline_cube(pack)["year"].to_numpy())


def _up_to_latest(pack: Pack, years: list[int]) -> list[int]:
    """Return ascending years up to the latest that the pack states; the first alone where all are after it."""
    latest = defaults(pack).latest_year
    return [year for year in years if latest is None or year <= latest] or years[:1]


def ensemble_of(pack: Pack, samples: int = 0, seed: int = SEED) -> Ensemble:
    """Return the calibrated relation of the pack with that many samples, made once; 0 for the centre alone.

    The centre is the same with samples and without, so that alone it is taken from where the usual samples are kept.
    """
    within(samples, "samples", SAMPLES)
    within(seed, "seed", SEEDS)

    def make(opened: Pack) -> Ensemble:
        drawn: Ensemble | None = None if samples else opened.derived.get(f"ensemble {USUAL} {seed}")
        if drawn is not None:
            return drawn.central()
        blocks = blocks_of(opened)
        return build_ensemble(opened, baseline_cube(opened), blocks, geometry(opened, blocks), samples, seed)

    return pack.derive(f"ensemble {samples} {seed}", make)


def prepare(
    pack: Pack,
    year: int,
    baseline: xr.Dataset | None = None,
    with_health: bool = True,
    samples: int = 0,
    seed: int = SEED,
    reference: xr.Dataset | None = None,
    calibrated: bool = True,
) -> Chain:
    """Prepare the chain of a pack for a year.

    baseline : the emissions of a scenario; those of the pack if not given. The relation is calibrated to the pack's
    reference : the emissions as they were, for which the responses are found; `baseline` if not given
    with_health : False for a year of which the pack knows no people or mortality; such a chain ends at concentrations
    samples : posterior samples of the relation; 0 for the centre alone
    calibrated : False for the relation as the atmospheric model gives it
    Raises AirshedError for a year that the emissions do not hold.
    """
    baseline = baseline_cube(pack) if baseline is None else baseline
    refuse_other_years(baseline, year)
    ensemble = ensemble_of(pack, samples, seed)
    relation = ensemble.relation if calibrated else ensemble.raw
    available = places(pack, relation)
    was = baseline if reference is None else reference
    found = levels_of(_fit(pack, was, relation, available, calibrated), available, year)
    emitted = was["value"].sel(year=year, pollutant=list(EMITTED)).fillna(0.0)
    made = with_response(ensemble, relation, found, modelled_in_samples(ensemble, emitted), seed)
    return Chain(
        year=year,
        baseline=baseline,
        ensemble=made.ensemble,
        relation=made.relation,
        places=available,
        levels=found,
        rest=made.rest,
        natural_away=made.natural_away,
        natural_factor=made.natural_factor,
        health=prepare_health(pack, relation, year) if with_health else None,
        home=country_of(pack),
        reference=reference,
        seed=seed,
    )


def _fit(pack: Pack, reference: xr.Dataset, relation: Relation, available: Places, calibrated: bool) -> LevelFit:
    """Return the responses of all years; those of the baseline are found once."""
    if reference is not baseline_cube(pack):
        return level_fit(pack, reference, relation, available)
    return pack.derive(f"levels {calibrated}", lambda opened: level_fit(opened, reference, relation, available))


def refuse_other_years(baseline: xr.Dataset, *years: int) -> None:
    """Raise AirshedError for a year that the baseline does not hold."""
    known = [int(value) for value in baseline["year"].to_numpy()]
    for needed in years:
        within(needed, "year", YEAR)
        if needed not in known:
            raise AirshedError("baseline-no-year", year=needed, first=known[0], last=known[-1])


def prepare_health(pack: Pack, relation: Relation, year: int, cause: str = TOTAL_CAUSE) -> Health:
    """Return people and baseline deaths of the regions of the relation in a year."""
    home = country_of(pack)
    regions = [code for code in relation.receptors if code in home]
    bands = gemm_bands(pack, cause)
    persons = population(pack, year, regions).reindex(regions).to_numpy()
    if not nations_with_mortality(pack, cause):
        raise MissingTableError(
            "mortality" if pack.has("ages") else "ages", Phrase("detail-rows-of-cause", cause=cause)
        )
    deaths = regional_deaths(pack, [home[code] for code in regions], persons, year, cause, bands)
    return Health(regions, persons, deaths, bands)
