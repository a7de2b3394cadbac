"""Partners for a region: joint projects with other regions, sector by sector, ranked, with how firm the ranks are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.assessment.chain.cities import city_of, city_region
from airshed.assessment.evidence.calibration import relation_sources
from airshed.assessment.lives.damage import damage_chain
from airshed.assessment.members.partner_facts import PartnerFacts, Shared, Side, facts_of, shared_by, side_of
from airshed.assessment.members.partner_reasons import NOT_COUNTED, STANDS_FOR, sentence
from airshed.cooperation.partners import (
    DRAWS,
    UNKNOWN,
    WEIGHTS,
    Firmness,
    better_equipped,
    firmness,
    lesser,
    mutual,
    random_weights,
    ranks,
    scores,
    standing,
    weights_of,
)
from airshed.emissions.printed import history_emissions, printed_emissions
from airshed.impacts.valuation import life_values
from airshed.pack.arrays import Floats
from airshed.pack.bounds import ROWS, within
from airshed.pack.codes import children, country_of, leaves, members, unknown
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.language import LANGUAGES
from airshed.pack.pack import Pack
from airshed.pack.progress import step
from airshed.sampling.interval import ends_around
from airshed.strategy.tables import applied_table
from airshed.transport.attribution import INDICATIVE
from airshed.transport.ensemble import SAMPLES, SEED

Applied = Mapping[tuple[str, str], tuple[float, float]]
MONEY = "million USD of 2015/yr"
TOP = 20
ALL = 1.0 - 1e-9
"""Width of the interval of a share applied from which nothing is known of it."""


@dataclass(frozen=True)
class Projects:
    """Joint projects of one set of emissions, all arrays over them last.

    sides, sector : what each is of; share, quotient, given, deaths : (side, project) as in `Shared`
    cost : (3, project), million USD of 2015 a year, NaN without a measure that has a price; measures : (side, project)
    pays, worth : (side, project), what the measures of a side cost, and what the deaths avoided there are worth
    co2 : (project), kt/yr more, NaN where not known; applied : (side, end, project), share of the best technique
    given_samples, deaths_samples : (side, sample, project)
    """

    sides: list[tuple[Side, Side]]
    sector: list[str]
    share: Floats
    quotient: Floats
    given: Floats
    deaths: Floats
    cost: Floats
    pays: Floats
    worth: Floats
    measures: npt.NDArray[np.int64]
    co2: Floats
    applied: Floats
    given_samples: Floats
    deaths_samples: Floats

    @property
    def keys(self) -> list[tuple[str, str, str]]:
        """Region, partner and sector of every project."""
        return [(one.code, other.code, code) for (one, other), code in zip(self.sides, self.sector, strict=True)]

    @property
    def avoided(self) -> Floats:
        """Deaths a year avoided on both sides together (project), NaN where those of neither side are known."""
        return both_sides(self.deaths)

    def equipped(self, place: int) -> tuple[str, float]:
        """Return the side that surely has more of the best technique in place, and by how much."""
        codes = [side.code for side in self.sides[place]]
        return better_equipped(codes, self.applied[:, 0, place].tolist(), self.applied[:, 1, place].tolist())

    def standings(self, sampled: bool = False) -> Floats:
        """Return the parts of the score, 0..1: (part, project), or (part, sample, project) in samples of the relation.

        The relevance of a sector is of the inventory; it stays in the samples.
        """
        given, deaths = (self.given_samples, self.deaths_samples) if sampled else (self.given, self.deaths)
        relevance = (standing(mutual(*self.share)) + standing(mutual(*self.quotient))) / 2.0
        gaps = np.array([self.equipped(place)[1] for place in range(len(self.sector))])
        found = {
            "relevance": relevance,
            "exposure": standing(mutual(*given)),
            "deaths": standing(mutual(*deaths)),
            "cost": standing(lesser(*deaths) / np.where(self.cost[1] > 0, self.cost[1], np.nan)),
            "co2": standing(-self.co2),
            "technology": standing(gaps),
        }
        shape = np.broadcast_shapes(*(part.shape for part in found.values()))
        return np.stack([np.broadcast_to(found[name], shape) for name in WEIGHTS])


def both_sides(values: Floats) -> Floats:
    """Return the sum over sides (side, ...) of what is known, NaN where nothing is."""
    return np.where(np.isnan(values).all(axis=0), np.nan, np.nan_to_num(values).sum(axis=0))


def pairs_of(pack: Pack, region: str, partner: str | None = None, network: bool = False) -> list[tuple[str, str]]:
    """Return the pairs that a question asks about.

    partner : a nation, whose regions are asked for, or a group or region, which stands as a whole; the regions of all
    other nations if not given; network : every region of the one with every region of the other
    Raises AirshedError for codes that are not known or that share a region.
    """
    own, home = members(pack, region), country_of(pack)
    if partner is None:
        nations = {home[code] for code in own}
        others = [code for code in leaves(pack) if home[code] not in nations]
    else:
        others = members(pack, partner)
        if partner == region:
            raise AirshedError("no-partner-own", region=region)
        common = sorted(set(own) & set(others))
        if common:
            raise AirshedError(
                "region-partner-share-common", region=region, partner=partner, common=", ".join(common[:5])
            )
        others = others if network or partner in children(pack) else [partner]
    return [(one, other) for one in (own if network else [region]) for other in others]


def projects_of(facts: PartnerFacts, pairs: Sequence[tuple[str, str]], applied: Applied) -> Projects:
    """Return the projects of pairs: the sectors that emit on both sides.

    applied : ends of the share of the best technique, by region and sector
    Raises AirshedError without any.
    """
    codes = dict.fromkeys(code for pair in pairs for code in pair)
    sides = {code: side_of(facts.pack, facts.chain, code) for code in codes}
    found: list[tuple[Side, Side, Shared, int]] = []
    for done, (first, second) in enumerate(pairs):
        step("pairs", done, len(pairs))
        one, other = sides[first], sides[second]
        if one is not None and other is not None:
            shared = shared_by(facts, one, other)
            found += [(one, other, shared, int(at)) for at in np.flatnonzero((shared.share > 0).all(axis=0))]
    if not found:
        named = ", ".join(list(codes)[:5])
        raise AirshedError("no-sector-emits-both-sides", named=named)

    def column(name: str) -> Floats:
        return np.stack([getattr(shared, name)[..., at] for _, _, shared, at in found], axis=-1)

    def summed(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return values (region, sector, ...) of both sides: (side, ..., project)."""
        rows = [[values[side.sources, at].sum(axis=0) for side in (one, other)] for one, other, _, at in found]
        return np.moveaxis(np.array(rows), 0, -1)

    held = facts.potential
    known = np.isfinite(held.co2)
    measures = summed(held.measures)
    some = measures.sum(axis=0) > 0
    costs, lives = summed(held.cost), _lives(facts, [one for pair in found for one in pair[:2]])
    values = np.array([[lives[side.code] for side in pair[:2]] for pair in found]).T
    return Projects(
        sides=[(one, other) for one, other, _, _ in found],
        sector=[facts.sectors[at] for _, _, _, at in found],
        share=column("share"),
        quotient=column("quotient"),
        given=column("given"),
        deaths=column("deaths"),
        cost=np.where(some, costs.sum(axis=0), np.nan),
        pays=np.where(some, costs[:, 1], np.nan),
        worth=column("deaths") * values,
        measures=measures.astype(np.int64),
        co2=np.where(summed(known).any(axis=0), summed(np.nan_to_num(held.co2)).sum(axis=0), np.nan),
        applied=np.moveaxis(
            np.array([[_applied(side, facts.sectors[at], applied) for side in pair] for *pair, _, at in found]), 0, -1
        ),
        given_samples=column("given_samples"),
        deaths_samples=column("deaths_samples"),
    )


def _lives(facts: PartnerFacts, sides: Sequence[Side]) -> dict[str, float]:
    """Return the value of a life on every side, million USD: the mean over its people; NaN where it is not known."""
    home, people = facts.chain.home, facts.chain.people
    try:
        known = life_values(facts.pack, [home[code] for code in people.regions])
    except MissingTableError:
        return dict.fromkeys([side.code for side in sides], float("nan"))
    each = np.array([known[home[code]].value for code in people.regions])
    return {
        side.code: float(np.average(each[side.people], weights=np.maximum(people.persons[side.people], 1.0)))
        for side in {side.code: side for side in sides}.values()
    }


def _applied(side: Side, sector: str, applied: Applied) -> tuple[float, float]:
    """Return the ends of the share applied on a side, those of its regions around them all; NaN where not known."""
    ends = [applied[code, sector] for code in side.codes if (code, sector) in applied]
    low, high = min((end[0] for end in ends), default=0.0), max((end[1] for end in ends), default=1.0)
    return (low, high) if high - low < ALL else (np.nan, np.nan)


def applied_shares(pack: Pack, regions: Sequence[str]) -> dict[tuple[str, str], tuple[float, float]]:
    """Return the ends of the share of the best technique that is applied, by region and sector."""
    rows = applied_table(pack, None, regions)
    keys = zip(rows["region"], rows["sector"], strict=True)
    return dict(zip(keys, zip(rows["low"], rows["high"], strict=True), strict=True))


@dataclass(frozen=True)
class Ranked:
    """Projects with their scores and ranks (project) among those listed; 0 for what is not listed.

    parts : (part, project); in_sector, in_pair : ranks among all of the sector, and of the pair
    by_weights, by_samples : firmness of the rank; weights : (part)
    """

    projects: Projects
    weights: Floats
    listed: npt.NDArray[np.bool_]
    parts: Floats
    score: Floats
    rank: Floats
    in_sector: Floats
    in_pair: Floats
    by_weights: Firmness
    by_samples: Firmness | None


def ranked(projects: Projects, weights: Floats, top: int, sector: str | None = None, seed: int = SEED) -> Ranked:
    """Return projects ranked; the score is of all, `sector` says which are listed."""
    parts = projects.standings()
    score = scores(parts, weights)
    sectors = np.array(projects.sector)
    listed = sectors == sector if sector else np.ones(len(sectors), dtype=bool)
    pairs = np.unique([f"{one} {other}" for one, other, _ in projects.keys], return_inverse=True)[1]
    sampled = None
    if projects.given_samples.shape[1]:
        sampled = firmness(ranks(scores(projects.standings(sampled=True), weights)[:, listed]), top)
    return Ranked(
        projects=projects,
        weights=weights,
        listed=listed,
        parts=parts,
        score=score,
        rank=_ranks_within(score, np.where(listed, 1, 0)),
        in_sector=_ranks_within(score, np.unique(sectors, return_inverse=True)[1]),
        in_pair=_ranks_within(score, pairs),
        by_weights=firmness(ranks(random_weights(weights, DRAWS, seed) @ parts[:, listed]), top),
        by_samples=sampled,
    )


def _ranks_within(score: Floats, group: npt.NDArray[np.intp]) -> Floats:
    """Return the rank of every score among those of its group (project)."""
    result = np.zeros(len(score))
    for one in np.unique(group):
        result[group == one] = ranks(score[group == one])
    return result


def partners_table(
    pack: Pack,
    region: str,
    partner: str | None = None,
    sector: str | None = None,
    top: int = TOP,
    weights: Mapping[str, float] | None = None,
    network: bool = False,
    samples: int = SAMPLES,
    seed: int = SEED,
) -> pd.DataFrame:
    """Return the best joint projects of a region in the base year, the best first.

    region, partner : a city that is no region of its own stands for the region around it
    partner, network : see `pairs_of`; sector : lists its projects alone; top : how many; weights : of the parts of the
    score, see `airshed.cooperation.partners.WEIGHTS`; samples, seed : of the relation
    returns : columns region, partner, sector, score, rank, rank_in_sector, rank_in_pair, rank_history (under the
    history of the baseline alone, NaN where it knows no such project), the parts of the score (part_*), weakest (what
    stands in the way: the part in which it stands lowest) and weakest_standing, what the parts are made of, the balance
    (cost_*, worth_* of the deaths avoided there, balance_*, receives: what the region gets from the partner if both
    bear the cost as they gain, deaths_share_partner), firmness of the rank (weights_*, samples_*), inventories, why_en,
    why_ko, why_zh, year, basis, source, note
    Raises AirshedError for codes that are not known or overlap, bad weights, or regions that share no sector.
    """
    asked = [code for code in (region, partner) if code is not None and city_of(pack, code) is not None]
    region = city_region(pack, region)
    partner = None if partner is None else city_region(pack, partner)
    wanted = weights_of(weights or {})
    kinds = pack.table("sectors").set_index("code")["kind"]
    known = [str(code) for code in kinds.index if kinds[code] == "sector"]
    if sector is not None and sector not in known:
        raise unknown("sector", sector, known)
    within(top, "top", ROWS)
    pairs = pairs_of(pack, region, partner, network)
    chain = damage_chain(pack, samples=samples, seed=seed)
    inside = sorted({leaf for pair in pairs for code in pair for leaf in members(pack, code)})
    applied = applied_shares(pack, inside)
    facts = facts_of(pack, chain, printed_emissions(pack), inside, sampled=True)
    projects = projects_of(facts, pairs, applied)
    if sector is not None and sector not in projects.sector:
        shared = ", ".join(dict.fromkeys(projects.sector))
        raise AirshedError("does-not-emit-both-sides", sector=sector, shared=shared)
    found = ranked(projects, wanted, top, sector, seed)
    before = _history_ranks(facts_of(pack, chain, history_emissions(pack), inside), pairs, applied, wanted, sector)
    keys = found.projects.keys
    places = sorted(np.flatnonzero(found.listed).tolist(), key=lambda place: (found.rank[place], keys[place]))
    table = pd.DataFrame.from_records([_record(facts, found, place, before) for place in places[:top]])
    said = [STANDS_FOR.format(city=code, region=city_region(pack, code)) for code in asked]
    table["note"] = ["; ".join([*said, note] if note else said) for note in table["note"]]
    return table


def _history_ranks(
    facts: PartnerFacts, pairs: Sequence[tuple[str, str]], applied: Applied, weights: Floats, sector: str | None
) -> dict[tuple[str, str, str], float]:
    """Return the ranks under the history of the baseline alone, by region, partner and sector."""
    projects = projects_of(facts, pairs, applied)
    score = scores(projects.standings(), weights)
    listed = np.array([sector in (None, one) for one in projects.sector])
    keys = [key for key, shown in zip(projects.keys, listed, strict=True) if shown]
    return dict(zip(keys, ranks(score[listed]).tolist(), strict=True)) if keys else {}


def _record(
    facts: PartnerFacts, found: Ranked, place: int, before: Mapping[tuple[str, str, str], float]
) -> dict[str, Any]:
    projects, pack = found.projects, facts.pack
    key = projects.keys[place]
    numbers = _numbers(projects, place)
    equipped, _ = projects.equipped(place)
    return {
        **dict(zip(("region", "partner", "sector"), key, strict=True)),
        "score": float(found.score[place]),
        "rank": int(found.rank[place]),
        "rank_in_sector": int(found.in_sector[place]),
        "rank_in_pair": int(found.in_pair[place]),
        "rank_history": before.get(key, float("nan")),
        **{f"part_{name}": float(part[place]) for name, part in zip(WEIGHTS, found.parts, strict=True)},
        **_weakest(found, place),
        **numbers,
        "technology": equipped if equipped != UNKNOWN else "unknown",
        **_firm("weights", found.by_weights, found, place),
        **(_firm("samples", found.by_samples, found, place) if found.by_samples is not None else {}),
        **_inventories(facts, projects, place),
        **{f"why_{code}": sentence(pack, code, key, numbers) for code in LANGUAGES},
        "unit": f"ug/m3; deaths/yr; {MONEY}; kt/yr",
        "year": facts.chain.year,
        "basis": "derived",
        "source": _sources(facts, projects, place),
        "note": "; ".join(_notes(facts, projects, place)),
    }


def _weakest(found: Ranked, place: int) -> dict[str, Any]:
    """Return what stands in the way of a project: the part that counts in which it stands lowest."""
    counted = np.where(found.weights > 0, found.parts[:, place], np.inf)
    lowest = int(np.argmin(counted))
    return {"weakest": list(WEIGHTS)[lowest], "weakest_standing": float(counted[lowest])}


def _numbers(projects: Projects, place: int) -> dict[str, float]:
    """Return what the parts of the score of a project are made of."""
    names = ("region", "partner")
    found: dict[str, float] = {}
    for name, values in (("share", projects.share), ("quotient", projects.quotient)):
        found |= {f"{name}_{side}": float(values[at, place]) for at, side in enumerate(names)}
    for name, at in (("gives", 0), ("gets", 1)):
        central = float(projects.given[at, place])
        low, high = ends_around(central, projects.given_samples[at, :, place])
        found |= {name: central, f"{name}_low": low, f"{name}_high": high}
    found |= {f"deaths_{side}": float(projects.deaths[at, place]) for at, side in enumerate(names)}
    avoided = float(projects.avoided[place])
    low, high = ends_around(avoided, both_sides(projects.deaths_samples)[:, place])
    found |= {"deaths": avoided, "deaths_low": low, "deaths_high": high}
    found |= dict(zip(("price_low", "cost", "price_high"), projects.cost[:, place].tolist(), strict=True))
    found |= _balance(projects, place, names)
    found |= {f"measures_{side}": int(projects.measures[at, place]) for at, side in enumerate(names)}
    found["co2_change"] = float(projects.co2[place])
    for at, side in enumerate(names):
        low, high = projects.applied[at, :, place].tolist()
        found |= {f"applied_{side}_low": low, f"applied_{side}_high": high}
    return found


@equation(
    key="project-balance",
    title="Balance of a joint project",
    latex=r"t_i = c_i - \frac{b_i}{b_i + b_j}\,(c_i + c_j)",
    units="million USD of 2015/yr, received if above 0",
    citation="beneficiaries pay, as Chander and Tulkens 1997, Int. J. Game Theory 26:379, for two sides; b: what the "
    "deaths avoided there are worth",
)
def balance(pays: Floats, worth: Floats) -> Floats:
    """Return what each side receives (side) so that both bear the cost as they gain; NaN where a gain is not known.

    >>> balance(np.array([10.0, 0.0]), np.array([1.0, 3.0])).tolist()
    [7.5, -7.5]
    """
    total = float(worth.sum())
    if not np.isfinite(total) or total <= 0.0:
        return np.full(len(pays), np.nan)
    return np.asarray(pays - worth / total * pays.sum())


def _balance(projects: Projects, place: int, names: Sequence[str]) -> dict[str, float]:
    """Return what each side gives and gets: its cost, the worth of its deaths avoided, what it should receive."""
    pays, worth = projects.pays[:, place], projects.worth[:, place]
    paid = balance(pays, worth)
    found = {f"cost_{side}": float(pays[at]) for at, side in enumerate(names)}
    found |= {f"worth_{side}": float(worth[at]) for at, side in enumerate(names)}
    found |= {f"balance_{side}": float(worth[at] - pays[at]) for at, side in enumerate(names)}
    found["receives"] = float(paid[0])
    total = float(np.nansum(projects.deaths[:, place]))
    found["deaths_share_partner"] = float(projects.deaths[1, place] / total) if total > 0 else float("nan")
    return found


def _firm(name: str, firm: Firmness, found: Ranked, place: int) -> dict[str, float]:
    """Return the firmness of the rank of a listed project."""
    at = int(found.listed[:place].sum())
    ends = {f"{name}_best": int(firm.best[at]), f"{name}_worst": int(firm.worst[at])}
    return {f"{name}_in_top": float(firm.inside[at]), **ends}


def _inventories(facts: PartnerFacts, projects: Projects, place: int) -> dict[str, str]:
    known, found = facts.printed.inventory, {}
    for name, side in zip(("region", "partner"), projects.sides[place], strict=True):
        found[f"inventory_{name}"] = " ".join(dict.fromkeys(known[code] for code in side.codes if code in known))
    return found


def _sources(facts: PartnerFacts, projects: Projects, place: int) -> str:
    """Return the sources of a project: emissions, relation, response, measures."""
    codes = [code for side in projects.sides[place] for code in side.codes]
    cited = [facts.printed.sources.get(code, "") for code in codes]
    cited += [*relation_sources(facts.pack), facts.chain.people.bands.source]
    cited += [facts.potential.sources.get((code, projects.sector[place]), "") for code in codes]
    return " ".join(dict.fromkeys(key for phrase in cited for key in phrase.split()))


def _notes(facts: PartnerFacts, projects: Projects, place: int) -> list[str]:
    """Return what must be said with a project."""
    one, other = projects.sides[place]
    home = country_of(facts.pack)
    nations = [{home[code] for code in side.codes} for side in (one, other)]
    notes = [INDICATIVE] if nations[0] != nations[1] else []
    deaths = projects.deaths[:, place].tolist()
    uncounted = [side.code for side, avoided in zip((one, other), deaths, strict=True) if np.isnan(avoided)]
    return notes + ([NOT_COUNTED.format(places=", ".join(uncounted))] if uncounted else [])
