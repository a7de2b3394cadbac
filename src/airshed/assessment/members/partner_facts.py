"""What two regions do to each other, sector by sector: relevance, exposure, deaths; with samples of the relation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from airshed.assessment.chain.chain import Chain
from airshed.assessment.chain.contribution_intervals import FINE_SAMPLES
from airshed.assessment.chain.maximum_feasible import exposure_effect
from airshed.assessment.lives.damage import slopes
from airshed.assessment.members.potential import Potential, potential
from airshed.cooperation.partners import location_quotient, shares
from airshed.emissions.printed import Printed
from airshed.impacts.mortality import attributable_deaths
from airshed.pack.arrays import Floats
from airshed.pack.codes import country_of, members
from airshed.pack.pack import Pack
from airshed.transport.relation import EMITTED

Indices = npt.NDArray[np.intp]
UNSPLIT = "unsplit"


@dataclass(frozen=True)
class Side:
    """A region, nation or group as one side of a project.

    sources : its regions as rows of the relation; receptors : the same as columns of it; people : as rows of the people
    weights : (receptor), shares of its people; codes : of its regions
    """

    code: str
    codes: list[str]
    sources: Indices
    receptors: Indices
    people: Indices
    weights: Floats


@dataclass(frozen=True)
class PartnerFacts:
    """What the projects of one set of emissions are reckoned from.

    emitted : (precursor, region, sector), kt/yr; effect : (precursor, region, receptor), ug/m3 per kt/yr
    exposure : (precursor, region), ug/m3 per kt/yr of all people; level, slope : (region of the people), ug/m3 and
        deaths a year per ug/m3; raw : (kernel, precursor, region, receptor), uncalibrated; None without samples
    """

    pack: Pack
    chain: Chain
    printed: Printed
    sectors: list[str]
    emitted: Floats
    effect: Floats
    exposure: Floats
    potential: Potential
    level: Floats
    slope: Floats
    raw: Floats | None


@dataclass(frozen=True)
class Shared:
    """What a pair shares by sector; samples are empty without any.

    share, quotient : (side, sector); given : (giver, sector), ug/m3 to the people of the other side
    deaths : (side, sector), deaths a year that the measures of both avoid there, NaN where deaths are not known
    """

    share: Floats
    quotient: Floats
    given: Floats
    deaths: Floats
    given_samples: Floats
    deaths_samples: Floats


def facts_of(
    pack: Pack, chain: Chain, printed: Printed, regions: Sequence[str] | None = None, sampled: bool = False
) -> PartnerFacts:
    """Return the facts of a set of emissions; the levels of PM2.5 stay those of the chain, as observed.

    regions : whose measures are asked for, all if not given; sampled : with what samples of the relation need
    """
    relation, people = chain.relation, chain.people
    emissions = printed.emissions["value"].sel(year=pack.base_year, pollutant=list(EMITTED)).fillna(0.0)
    kept = (relation.by_species(emissions) > 0).to_numpy().astype(np.float64)
    effect = (relation.matrix.to_numpy() * kept[None, :, None, :]).sum(axis=1)
    columns = [relation.receptors.index(code) for code in people.regions]
    exposure = exposure_effect(effect[..., columns], people.persons)
    level = chain.evaluate(chain.emissions())[0].to_numpy()
    return PartnerFacts(
        pack=pack,
        chain=chain,
        printed=printed,
        sectors=[str(code) for code in emissions["sector"].to_numpy()],
        emitted=relation.precursors(emissions).transpose("precursor", "region", "sector").to_numpy(),
        effect=effect,
        exposure=exposure,
        potential=potential(pack, printed.emissions, relation, exposure, regions),
        level=level,
        slope=slopes(chain, level)[0],
        raw=chain.ensemble.per_kilotonne(kept) if sampled and chain.ensemble.samples else None,
    )


def side_of(pack: Pack, chain: Chain, code: str) -> Side | None:
    """Return a region, nation or group as a side; None without regions that both emit and have people."""
    relation, people = chain.relation, chain.people
    held = [one for one in members(pack, code) if one in relation.regions and one in people.regions]
    rows = np.array([people.regions.index(one) for one in held], dtype=np.intp)
    persons = people.persons[rows]
    if not persons.sum() > 0:
        return None
    return Side(
        code=code,
        codes=held,
        sources=np.array([relation.regions.index(one) for one in held], dtype=np.intp),
        receptors=np.array([relation.receptors.index(one) for one in held], dtype=np.intp),
        people=rows,
        weights=persons / persons.sum(),
    )


def weighed(facts: PartnerFacts, side: Side) -> tuple[Floats, Floats]:
    """Return what the sectors (sector) of a side weigh, and those of the reference, ug/m3 of all people's exposure.

    The reference are the regions of the same nations in the same inventories, weighted with the effects of the side:
    a quotient then tells structures apart, not places. A nation without regions is its own reference.
    """
    home, inventory = country_of(facts.pack), facts.printed.inventory
    kinds = {(home[code], inventory.get(code)) for code in side.codes}
    around = [
        place for place, code in enumerate(facts.chain.relation.regions) if (home[code], inventory.get(code)) in kinds
    ]
    own = facts.emitted[:, side.sources]
    total = own.sum(axis=(1, 2))
    effect = (own.sum(axis=2) * facts.exposure[:, side.sources]).sum(axis=1)
    per_kilotonne = np.where(total > 0, effect / np.where(total > 0, total, 1.0), 0.0)
    sectors = np.array([code != UNSPLIT for code in facts.sectors], dtype=np.float64)
    reference = facts.emitted[:, around].sum(axis=1)
    return sectors * (per_kilotonne @ own.sum(axis=1)), sectors * (per_kilotonne @ reference)


def given(facts: PartnerFacts, emitted: Floats, giver: Side, taker: Side) -> Floats:
    """Return what emissions (precursor, region, sector) of a side give at the regions of another (sector, region)."""
    effect = facts.effect[:, giver.sources][:, :, taker.receptors]
    return np.asarray(np.einsum("prc,prs->sc", effect, emitted[:, giver.sources], optimize=True))


def given_samples(facts: PartnerFacts, emitted: Floats, giver: Side, taker: Side, weights: Floats) -> Floats:
    """Return the same in samples of the relation, as a weighted sum over the regions of the taker: (sample, sector).

    weights : (region of the taker). The first 1,000 samples stand for all; they are in random order.
    """
    ensemble = facts.chain.ensemble
    count = min(FINE_SAMPLES, ensemble.samples)
    result = np.zeros((count, emitted.shape[-1]))
    if facts.raw is None:
        return result
    raw = facts.raw[:, :, giver.sources][..., taker.receptors]
    kernels = np.einsum("kprc,prs->krsc", raw, emitted[:, giver.sources], optimize=True)
    for nation in np.unique(ensemble.source[giver.sources]):
        here = kernels[:, ensemble.source[giver.sources] == nation].sum(axis=1)
        factor = ensemble.factor[:count, nation][:, taker.receptors] * weights
        result += np.einsum("isc,ic->is", here[ensemble.kernel[:count]], factor)
    return result


def deaths_avoided(facts: PartnerFacts, side: Side, fall: Floats) -> Floats:
    """Return the deaths a year (sector) that falls of PM2.5 (sector, region of the side) avoid; NaN where not known.

    The difference of two totals of the curve, never a slope.
    """
    people, sectors = facts.chain.people, len(fall)
    before, deaths = facts.level[side.people], people.deaths[side.people]
    if np.isnan(deaths).any(axis=1).all():
        return np.full(sectors, np.nan)
    after = np.maximum(before - fall, 0.0).ravel()
    start = np.nansum(attributable_deaths(before, deaths, people.bands))
    left = attributable_deaths(after, np.tile(deaths, (sectors, 1)), people.bands).reshape(sectors, -1)
    return np.asarray(start - np.nansum(left, axis=1))


def shared_by(facts: PartnerFacts, one: Side, other: Side) -> Shared:
    """Return what two sides share, by sector."""
    sides, cut = (one, other), facts.potential.cut
    weights = [weighed(facts, side) for side in sides]
    falls = [given(facts, cut, one, taker) + given(facts, cut, other, taker) for taker in sides]
    deaths = np.stack([deaths_avoided(facts, side, fall) for side, fall in zip(sides, falls, strict=True)])
    crossing = ((one, other), (other, one))
    empty = np.zeros((2, 0, len(facts.sectors)))
    return Shared(
        share=np.stack([shares(own) for own, _ in weights]),
        quotient=np.stack([location_quotient(own, reference) for own, reference in weights]),
        given=np.stack([given(facts, facts.emitted, *pair) @ pair[1].weights for pair in crossing]),
        deaths=deaths,
        given_samples=empty
        if facts.raw is None
        else np.stack([given_samples(facts, facts.emitted, *pair, pair[1].weights) for pair in crossing]),
        deaths_samples=empty
        if facts.raw is None
        else np.stack(
            [
                _scaled_deaths(facts, sides, taker, avoided, fall)
                for taker, avoided, fall in zip(sides, deaths, falls, strict=True)
            ]
        ),
    )


def _scaled_deaths(facts: PartnerFacts, givers: Sequence[Side], taker: Side, avoided: Floats, fall: Floats) -> Floats:
    """Return the deaths avoided in samples (sample, sector): the central ones, scaled as fall times slope."""
    slope = facts.slope[taker.people]
    if np.isnan(avoided).all():
        return np.full((min(FINE_SAMPLES, facts.chain.ensemble.samples), len(avoided)), np.nan)
    central = fall @ slope
    drawn = sum(given_samples(facts, facts.potential.cut, giver, taker, slope) for giver in givers)
    scale = np.where(central > 0, avoided / np.where(central > 0, central, 1.0), 0.0)
    return np.asarray(drawn * scale)
