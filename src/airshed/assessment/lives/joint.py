"""The whole chain under drawn inputs: emissions, relation, natural part, response, weather, value of life at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from airshed.assessment.chain.chain import Chain
from airshed.assessment.chain.concentration import weather
from airshed.assessment.lives.deaths_interval import family_ratios, stated_families
from airshed.assessment.lives.health import People
from airshed.impacts.gemm import attributable_fraction
from airshed.impacts.mortality import AgeBands
from airshed.impacts.valuation import elasticity_range, life_values, life_values_at
from airshed.pack.arrays import Floats
from airshed.pack.codes import countries, members
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.sampling.blocks import blocks, over_blocks
from airshed.sampling.design import latin_column
from airshed.sampling.laws import normal_quantile, split_uniform
from airshed.sampling.table import Distribution, distributions
from airshed.transport.precursors import split_primary
from airshed.transport.relation import EMITTED
from airshed.transport.tm5fasst import PRECURSORS

Indices = npt.NDArray[np.intp]
INNER = 100
"""Samples that are always worked together, whoever works them: so the numbers do not depend on where they were."""
QUANTITIES = ("own", "foreign", "unexplained", "deaths", "deaths_foreign", "value")
CENTRE = -1
"""Place of the central relation, behind the samples."""


@dataclass(frozen=True)
class ImpactDraws:
    """Drawn inputs, one row per sample; None for an input that stays at its centre.

    emissions : (sample, precursor, region), kt/yr; relation : (sample), number of the posterior sample
    natural : (sample, receptor), ug/m3; response : (sample), standard scores of theta, all ages together
    family : (sample), number of the family of responses; weather : (sample, people), of one year and its measurement,
    in ln; value_of_life : (sample, region of the people), million market USD of 2015
    """

    emissions: Floats | None = None
    relation: Indices | None = None
    natural: Floats | None = None
    response: Floats | None = None
    family: Indices | None = None
    weather: Floats | None = None
    value_of_life: Floats | None = None

    @property
    def inputs(self) -> list[str]:
        """Names of the inputs that are drawn."""
        return [field.name for field in fields(self) if getattr(self, field.name) is not None]

    def alone(self, name: str) -> ImpactDraws:
        """Return the draws of one input, all others at their centre."""
        return ImpactDraws(**{name: getattr(self, name)})


@dataclass(frozen=True)
class Joint:
    """What the chain is made of, as plain arrays, with the centre behind the samples of the relation.

    effect : (kernel, precursor, region, receptor), ug/m3 per kt/yr; constant : (kernel, region, receptor)
    factor : (sample, nation, receptor); kernel : (sample); source : (region), the nation of every source
    emitted : (precursor, region), kt/yr; central : (kernel, region, receptor), ug/m3, what they give
    natural : (receptor), ug/m3; natural_factor : (sample, receptor), what the natural part of a sample does to the
    response, which is not in factor; life : (people), million USD of 2015
    places, weights : codes, and the share of each receptor in them (place, receptor)
    own, foreign : (place, region), 1 for the sources in a place and for those of other nations
    rest : (sample, receptor), what is left unexplained, ug/m3
    where : (people), receptors of the regions of the people; inside : (place, people), 1 for the regions of a place
    deaths : (people, age), baseline deaths per year, NaN where not known
    family : (family, people), deaths by every drawn family of responses over those by GEMM, at the central level
    held : whether observations hold the level, so that other emissions move its parts alone
    """

    effect: Floats
    constant: Floats
    factor: Floats
    kernel: Indices
    source: Indices
    emitted: Floats
    central: Floats
    natural: Floats
    natural_factor: Floats
    life: Floats
    places: list[str]
    weights: Floats
    own: Floats
    foreign: Floats
    rest: Floats
    where: Indices
    inside: Floats
    deaths: Floats
    bands: AgeBands
    family: Floats
    held: bool

    @cached_property
    def groups(self) -> SourceGroups:
        """The sources in groups that no place and no nation tells apart."""
        kinds = np.concatenate([self.source[None], self.own, self.foreign])
        _, first, group = np.unique(kinds, axis=1, return_index=True, return_inverse=True)
        sources = [np.flatnonzero(group == number) for number in range(len(first))]
        own, foreign = self.own[:, first], self.foreign[:, first]
        sides = np.concatenate([own.T[:, None] * self.weights.T, foreign.T[:, None] * self.weights.T], axis=2)
        return SourceGroups(
            sources=sources,
            effect=[_rows(self.effect[:, :, part]) for part in sources],
            emitted=self.emitted,
            constant=np.stack([self.constant[:, part].sum(axis=1) for part in sources], axis=1),
            central=np.stack([self.central[:, part].sum(axis=1) for part in sources], axis=1),
            nation=self.source[first],
            foreign=foreign,
            sides=sides.reshape(-1, sides.shape[-1]),
        )


@dataclass(frozen=True)
class SourceGroups:
    """Sources in groups, of which all places of the answer ask together: what a sample needs is one product each.

    sources : of each group; effect : of each group, (kernel, precursor and source, receptor), ug/m3 per kt/yr
    emitted : (precursor, region), kt/yr, what `central` is of: groups that emit as much in all samples are not redone
    constant, central : (kernel, group, receptor), ug/m3, as in `Joint`; nation : (group)
    foreign : (place, group), 1 for the groups of other nations
    sides : (group and receptor, place and place), what the own and the foreign part of a place takes of each
    """

    sources: list[Indices]
    effect: list[Floats]
    emitted: Floats
    constant: Floats
    central: Floats
    nation: Indices
    foreign: Floats
    sides: Floats

    def given(self, emitted: Floats, kernel: Indices) -> Floats:
        """Return what the groups give (sample, group, receptor), ug/m3, before the factors of the nations.

        emitted : (sample, precursor, region), kt/yr; kernel : (sample)
        """
        found = np.array(self.central[kernel])
        drawn = (emitted != self.emitted).any(axis=(0, 1))
        moved = [group for group, part in enumerate(self.sources) if drawn[part].any()]
        parts = {group: _rows(emitted[:, :, self.sources[group]][..., None])[..., 0] for group in moved}
        # Kernel by kernel, as its samples share one matrix: a product of matrices is ten times the speed of a sum over
        # indices that picks its own matrix in every sample.
        for number in np.unique(kernel):
            here = np.flatnonzero(kernel == number)
            for group in moved:
                found[here, group] = self.constant[number, group] + parts[group][here] @ self.effect[group][number]
        return found


def _rows(values: Floats) -> Floats:
    """Return (kernel, precursor, source, receptor) with precursors and sources in one row."""
    return values.reshape(len(values), -1, values.shape[-1])


def joint(pack: Pack, chain: Chain) -> Joint:
    """Return the chain of a year, prepared with samples, as plain arrays for its nations and policy groups."""
    ensemble, relation, emissions = chain.ensemble, chain.relation, chain.emissions()
    emitted = relation.precursors(emissions).transpose("precursor", "region", "sector").sum("sector").to_numpy()
    kept = ensemble.raw.raw_species(emitted) >= 0
    central = np.where((relation.raw_species(emitted) >= 0)[None, :, None], relation.matrix.to_numpy(), 0.0)
    constants = [ensemble.raw.constant.to_numpy().sum(axis=0)] * len(ensemble.chosen.kernels)
    people, groups = chain.people.regions, pack.optional("groups")
    nations = [code for code in countries(pack) if code in chain.places.codes]
    places = [
        *nations,
        *(code for code in groups.loc[groups["kind"] == "policy", "code"] if code in chain.places.codes),
    ]
    held = {code: set(members(pack, code)) for code in places}
    homes = {code: {chain.home[region] for region in regions} for code, regions in held.items()}
    lives = life_values(pack, [chain.home[code] for code in people])

    def mark(rows: list[list[bool]]) -> Floats:
        return np.array(rows, dtype=np.float64)

    effect = np.concatenate([ensemble.per_kilotonne(kept.astype(np.float64)), central.sum(axis=1)[None]])
    constant = np.stack([*constants, relation.constant.to_numpy().sum(axis=0)])
    return Joint(
        effect=effect,
        constant=constant,
        factor=np.concatenate(
            [ensemble.factor / chain.natural_factor[:, None, :], np.ones((1, *ensemble.factor.shape[1:]))]
        ),
        kernel=np.append(ensemble.kernel, len(ensemble.chosen.kernels)),
        source=ensemble.source,
        emitted=emitted,
        central=np.stack([_given(one, emitted) for one in effect]) + constant,
        natural=relation.natural.to_numpy(),
        natural_factor=chain.natural_factor,
        life=np.array([lives[chain.home[code]].value for code in people]),
        places=places,
        weights=chain.places.weights.sel(place=places).to_numpy(),
        own=mark([[code in held[place] for code in relation.regions] for place in places]),
        foreign=mark([[chain.home[code] not in homes[place] for code in relation.regions] for place in places]),
        rest=np.concatenate([chain.rest, chain.levels.unexplained[None]]),
        where=np.array([relation.receptors.index(code) for code in people], dtype=np.intp),
        inside=mark([[code in held[place] for code in people] for place in places]),
        deaths=chain.people.deaths,
        bands=chain.people.bands,
        family=_families(pack, chain),
        held=bool(chain.levels.fit.used),
    )


def _families(pack: Pack, chain: Chain) -> Floats:
    """Return deaths by the stated families of responses over those by GEMM (family, people); a row of 1 without any."""
    people = chain.people
    names = stated_families(pack)
    if not names:
        return np.ones((1, len(people.regions)))
    level, deaths = chain.evaluate(chain.emissions())
    nations = [chain.home[code] for code in people.regions]
    exposed = People(chain.year, people.regions, nations, people.persons, level.to_numpy())
    ratios = family_ratios(pack, exposed, deaths.to_numpy())
    return np.array([ratios[name] for name in names])


def draw(pack: Pack, chain: Chain, samples: int, seed: int) -> ImpactDraws:
    """Return drawn inputs: what the pack states a law or a range of, each by its own random numbers.

    Emissions by the laws of the table distributions; the relation by its posterior samples, with the responses of
    places; the natural part as in levels, with what the observations then leave to the response; theta normal, all ages
    alike; each family of responses as likely as the others; weather by its spread, in part shared inside a nation; the
    elasticity uniform on either side of its centre, half of the samples on each.
    """
    relation, people = chain.relation, chain.people.regions
    nations = [chain.home[code] for code in people]
    ends = elasticity_range(pack)
    score = normal_quantile(latin_column(samples, seed, "response"))
    elasticity = latin_column(samples, seed, "elasticity of the value of life")
    families = len(stated_families(pack))
    family = (families * latin_column(samples, seed, "family of responses")).astype(np.intp)
    return ImpactDraws(
        emissions=drawn_emissions(pack, chain, samples, seed),
        relation=np.arange(samples),
        natural=relation.natural.to_numpy() + chain.natural_away if chain.natural_away.any() else None,
        response=score if (chain.people.bands.theta_se > 0).any() else None,
        family=family if families > 1 else None,
        weather=weather(chain)[:, [chain.places.codes.index(code) for code in people]],
        value_of_life=life_values_at(pack, nations, split_uniform(elasticity, *ends)) if ends else None,
    )


def drawn_emissions(pack: Pack, chain: Chain, samples: int, seed: int) -> Floats | None:
    """Return emissions (sample, precursor, region), kt/yr, by the laws that the pack states; None without any."""
    laws = [item for item in distributions(pack, "emissions") if item.conditions.get("pollutant") in (None, *EMITTED)]
    if not laws:
        return None
    emissions = chain.emissions().reindex(region=chain.relation.regions, fill_value=0.0)
    held = emissions.sel(pollutant=list(EMITTED)).transpose("pollutant", "region", "sector").to_numpy()
    rows = [_rows_of(pack, law, emissions) for law in laws]
    # Only regions that a law speaks of are drawn: the others are the same in all samples.
    touched = np.flatnonzero(np.any(rows, axis=(0, 2)))
    values = {code: held[number][touched][None] for number, code in enumerate(EMITTED)}
    for law, of in zip(laws, rows, strict=True):
        drawn = law.sample(samples, seed)[:, None, None]
        factor = drawn if of[touched].all() else np.where(of[touched], drawn, 1.0)
        for code in EMITTED:
            if law.conditions.get("pollutant") in (None, code):
                values[code] = values[code] * factor
    result = np.empty((samples, len(PRECURSORS), len(of)))
    result[...] = _precursors({code: held[number][None] for number, code in enumerate(EMITTED)}, chain)
    result[..., touched] = _precursors(values, chain)
    return result


def _precursors(values: dict[str, Floats], chain: Chain) -> Floats:
    """Return pollutants (sample, region, sector), kt/yr, as precursors (sample, precursor, region); one row or all."""
    matter, other = split_primary(values["PM2.5"], values["BC"], values["OC"], chain.relation.om_to_oc)
    parts = [part.sum(axis=-1) for part in (values["SO2"], values["NOx"], values["NH3"], values["BC"], matter, other)]
    return np.stack(np.broadcast_arrays(*parts), axis=1)


def _rows_of(pack: Pack, law: Distribution, emissions: xr.DataArray) -> npt.NDArray[np.bool_]:
    """Return which regions and sectors (region, sector) a law speaks of."""
    about = law.conditions
    wrong = [column for column in about if column not in ("region", "sector", "pollutant")]
    if wrong:
        raise AirshedError("law-emissions-names-baseline-does", key=law.key, names=wrong[0])
    regions = emissions["region"].to_numpy()
    here = np.isin(regions, members(pack, about["region"])) if "region" in about else np.ones(len(regions), bool)
    sectors = emissions["sector"].to_numpy()
    there = sectors == about["sector"] if "sector" in about else np.ones(len(sectors), bool)
    return np.asarray(here[:, None] & there[None, :])


def _given(effect: Floats, emitted: Floats) -> Floats:
    """Return what emissions (precursor, region) give by effects (precursor, region, receptor): (region, receptor)."""
    return np.asarray(np.einsum("prc,pr->rc", effect, emitted))


def evaluate(model: Joint, draws: ImpactDraws, samples: int, client: Any = None) -> dict[str, Floats]:
    """Return the quantities of every place in every sample: (sample, place).

    client : of Dask, whose workers share the blocks
    returns : own, foreign, unexplained (ug/m3), deaths, deaths_foreign (per year), value (million USD of 2015 per
        year); NaN where the pack does not know people, incomes or an observation
    """
    found = over_blocks(partial(evaluate_block, model, draws), blocks(samples, 1, INNER), client)
    return {name: np.concatenate([part[name] for part in found]) for name in QUANTITIES}


def evaluate_block(model: Joint, draws: ImpactDraws, part: slice) -> dict[str, Floats]:
    """Return the quantities of every place in the samples of one block: (sample, place)."""
    groups, count, places = model.groups, part.stop - part.start, len(model.places)
    air = _air(model, draws, part)
    sides = air.reshape(len(air), -1) @ groups.sides
    natural = model.natural[None] if draws.natural is None else draws.natural[part]
    rest = model.rest[CENTRE][None] if draws.relation is None else model.rest[part]
    level = (air.sum(axis=1) + natural + rest)[:, model.where]
    # The share is that of the mean level, before weather: a bad year raises all parts alike and moves no share.
    share = np.where(level > 0, 1.0 / np.where(level > 0, level, 1.0), 0.0)
    if draws.weather is not None:
        level = level * np.exp(draws.weather[part])
    deaths = _deaths(model, draws, part, level)
    if draws.family is not None:
        deaths = deaths * model.family[draws.family[part]]
    life = model.life[None] if draws.value_of_life is None else draws.value_of_life[part]
    foreign = np.matmul(groups.foreign, air[..., model.where]) * model.inside
    result = {
        "own": sides[:, :places],
        "foreign": sides[:, places:],
        "unexplained": rest @ model.weights.T,
        "deaths": _over(model, deaths),
        "deaths_foreign": _where_known(model, deaths * share, lambda known: foreign_deaths(known, foreign)),
        "value": _over(model, deaths * life),
    }
    return {name: np.broadcast_to(values, (count, places)) for name, values in result.items()}


def _air(model: Joint, draws: ImpactDraws, part: slice) -> Floats:
    """Return what the groups of sources give: (sample, group, receptor), ug/m3.

    One row where neither emissions, relation nor natural part are drawn.
    """
    groups = model.groups
    numbers = np.array([CENTRE]) if draws.relation is None else draws.relation[part]
    kernel, factor = model.kernel[numbers], model.factor[numbers][:, groups.nation]
    found = central = groups.central[kernel] * factor
    if draws.emissions is not None:
        emitted = draws.emissions[part]
        found = groups.given(emitted, np.broadcast_to(kernel, len(emitted))) * factor
        if model.held:
            # The response was found by the emissions as they are: with more of them the observed level would have asked
            # for a smaller one. So errors of emissions move shares, and the level only where nothing was observed.
            found *= _held_at(found.sum(axis=1), central.sum(axis=1))[:, None]
    if draws.natural is not None:
        found = found * model.natural_factor[part, None]
    return np.asarray(found)


def _held_at(given: Floats, level: Floats) -> Floats:
    """Return what brings drawn emissions to the level of the central ones (receptor): observations hold it."""
    some = given > 0
    return np.asarray(np.where(some, level / np.where(some, given, 1.0), 1.0))


def _deaths(model: Joint, draws: ImpactDraws, part: slice, level: Floats) -> Floats:
    """Return deaths per year (sample, people) at the levels of the samples; one row where nothing differs."""
    bands = model.bands
    theta = bands.theta[None]
    if draws.response is not None:
        # One score for all ages: their thetas come from one fit. Drawn apart, errors of fifteen bands would cancel and
        # the interval of the sum be about a quarter of what it is.
        theta = bands.theta + draws.response[part, None] * bands.theta_se
    # Ages often differ in theta alone: the shape of the curve is then found once for all of them.
    shape = [_one(values) for values in (bands.alpha, bands.mu, bands.nu, bands.counterfactual)]
    fraction = attributable_fraction(level[..., None], theta[:, None, :], *shape)
    return np.asarray(np.einsum("spa,pa->sp", fraction, model.deaths))


def _one(values: Floats) -> Floats:
    """Return numbers of the ages as one number where all are the same."""
    held = np.asarray(values)
    return held[..., :1] if held.ndim and (held == held[..., :1]).all() else held


@equation(
    key="foreign-deaths",
    title="Deaths by a part of the PM2.5",
    latex=r"D_s(c) = D(c)\,\frac{C_s(c)}{C(c)}",
    units="deaths per year",
    citation="deaths in proportion to the part of PM2.5: a division of the total, not the effect of taking s away",
)
def foreign_deaths(deaths_per_level: Floats, part: Floats) -> Floats:
    """Return deaths of the people of places by a part of the PM2.5, in proportion to it: (sample, place).

    deaths_per_level : (sample, people), deaths per year over PM2.5 in ug/m3
    part : (sample, place, people), ug/m3, 0 for people elsewhere; one row where it is the same in all samples

    >>> foreign_deaths(np.array([[100.0 / 25.0]]), np.array([[[5.0]]]))
    array([[20.]])
    """
    if len(part) == 1:
        return _product(deaths_per_level, part[0])
    return np.asarray(np.matmul(part, deaths_per_level[..., None])[..., 0])


def _over(model: Joint, values: Floats) -> Floats:
    """Return sums over the people of every place (sample, place); NaN for a place with any that is not known.

    values : (sample, people)
    """
    return _where_known(model, values, lambda known: _product(known, model.inside))


def _product(values: Floats, weights: Floats) -> Floats:
    """Return sums (sample, place) of values (sample, people) by weights (place, people).

    Rows that are alike have sums that are alike, to the last digit: a matrix product does not promise that, and the
    shares of the variance are told by which samples are equal.
    """
    return np.asarray(np.matmul(values[:, None], weights.T)[:, 0])


def _where_known(model: Joint, values: Floats, over: Callable[[Floats], Floats]) -> Floats:
    """Return `over` of values (sample, people) of which those not known count as 0; NaN for the places that have any.

    A product takes all people, also those outside a place: NaN times 0 would take their number from all places.
    """
    unknown = np.isnan(values)
    if not unknown.any():
        return over(values)
    found = over(np.where(unknown, 0.0, values))
    return np.where(unknown.astype(np.float64) @ model.inside.T > 0, np.nan, found)
