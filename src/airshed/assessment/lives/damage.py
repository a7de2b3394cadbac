"""Deaths and damage per tonne emitted: what one more kilotonne from a region does to people everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from airshed.assessment.chain.chain import Chain, prepare, refuse_other_years
from airshed.assessment.chain.contribution_intervals import FINE_SAMPLES
from airshed.emissions.baseline import baseline_cube
from airshed.emissions.flags import BASES
from airshed.impacts.gemm import marginal_fraction
from airshed.impacts.mortality import theta_interval
from airshed.impacts.valuation import life_values
from airshed.pack.arrays import Floats
from airshed.pack.bounds import once
from airshed.pack.codes import members, unknown
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.progress import step
from airshed.pack.schema import tables
from airshed.sampling.interval import LEVELS
from airshed.sampling.table import distributions
from airshed.transport.ensemble import SAMPLES, SEED
from airshed.transport.relation import EMITTED, coefficient_sources
from airshed.transport.studies import published
from airshed.transport.tm5fasst import PRECURSORS

UNIT = "USD of 2015/t"
TONNES_PER_KT = 1000.0
USD_PER_MILLION = 1e6
PRIMARY = {"PM2.5": "PM_other", "BC": "BC", "OC": "OM"}
"""What one kilotonne of a primary pollutant is on its way into the air."""
MARGINAL = "marginal: for a small change only, the response is concave"
NOTHING = "no emission of it here"
MEAN = "mean of its regions, weighted with their emission"
NOT_COUNTED = "without the people of {nations}, of whom there is no mortality"
NOT_VALUED = "without the value of lives in {nations}, of which there is no income"
ENDS = "low and high: 5 and 95 % over the samples of the relation, at the ends of response and elasticity"
UNSAMPLED = "low and high: ends of response and elasticity, without the relation"
WORLD = "mean of a source over the whole world: not what a tonne does at one place, as from ships in a port"
CONSTANT = "most of its emissions are held constant: no source of the pack projects them"
NOTES = (WORLD, MARGINAL, NOTHING, MEAN, NOT_COUNTED, NOT_VALUED, ENDS, UNSAMPLED, CONSTANT)
"""Templates of the notes, for translation."""
FIELDS = ("deaths_per_kt", "deaths_low", "deaths_high", "deaths_own", "deaths_abroad", "value", "low", "high")
"""Numbers of a row, in its order."""


@dataclass(frozen=True)
class Spread:
    """Effects of one more kilotonne a year under samples of the relation (sample, pollutant, source).

    deaths : per year, everywhere, at the central response
    low, high : USD of 2015 per tonne at the ends of response and elasticity
    """

    deaths: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Damage:
    """Effects of one more kilotonne a year (pollutant, source), and how much is emitted now, kt/yr.

    deaths, own : additional deaths per year, everywhere and in the nation of the source
    value, low, high : USD of 2015 per tonne, at the central relation
    spread : the same over samples of the relation; None for a chain without samples
    """

    regions: list[str]
    emitted: Floats
    deaths: Floats
    own: Floats
    value: Floats
    low: Floats
    high: Floats
    uncounted: list[str]
    unvalued: list[str]
    life_sources: list[str]
    spread: Spread | None


def damage_chain(pack: Pack, year: int | None = None, samples: int = SAMPLES, seed: int = SEED) -> Chain:
    """Return the chain of a year, the base year if not given; raises AirshedError if the baseline does not hold it.

    samples, seed : of the relation, for the spread; 0 for none
    """
    wanted = pack.base_year if year is None else year
    baseline = baseline_cube(pack)
    refuse_other_years(baseline, wanted, pack.base_year)
    return prepare(pack, wanted, baseline, samples=samples, seed=seed)


def effect_per_kilotonne(chain: Chain, emissions: xr.DataArray) -> Floats:
    """Return the change of PM2.5 per kt/yr (pollutant, source, region of the people), ug/m3, around these emissions.

    A kilotonne of BC or OC comes with the PM2.5 that it is; one of PM2.5 is of what is neither BC nor organic. A
    species that is not above zero at a place does not move there. A source that the baseline counts elsewhere moves
    nothing.
    """
    people = chain.people.regions
    matrix = chain.relation.matrix.sel(receptor=people, precursor=list(PRECURSORS)).to_numpy()
    held = _held(chain, emissions).sel(receptor=people).to_numpy()
    return _of_pollutants(chain, emissions, (matrix * held[None, :, None, :]).sum(axis=1))


def _held(chain: Chain, emissions: xr.DataArray) -> xr.DataArray:
    """Return 1 for the species that are above zero at a receptor (species, receptor), else 0."""
    return (chain.relation.by_species(emissions) > 0).astype(np.float64)


def _of_pollutants(chain: Chain, emissions: xr.DataArray, effect: Floats) -> Floats:
    """Return effects (..., precursor, source, region) as those of what is emitted (..., pollutant, source, region)."""
    share = np.array([chain.relation.om_to_oc if code == "OC" else 1.0 for code in EMITTED])
    picked = effect[..., [PRECURSORS.index(PRIMARY.get(code, code)) for code in EMITTED], :, :]
    known = np.isin(chain.relation.regions, emissions["region"].to_numpy())
    return np.asarray(picked * share[:, None, None] * known[:, None])


@equation(
    key="marginal-deaths",
    title="Deaths per kilotonne emitted",
    latex=r"\frac{dD}{dE_p(r)} = \sum_c J_p(r,c) \sum_a D_0(c,a)\,\frac{dAF_a}{dC}(C(c))",
    units="deaths per kt",
    citation="chain rule on the relation and on GEMM (Burnett et al. 2018, PNAS 115:9592)",
)
def marginal_deaths(effect: Floats, slope: Floats) -> Floats:
    """Return additional deaths per year per kt/yr emitted (pollutant, source).

    effect : (pollutant, source, region), ug/m3 per kt/yr; slope : (region), deaths per year per ug/m3
    """
    return effect @ slope


def slopes(chain: Chain, concentration: Floats) -> tuple[Floats, Floats, Floats]:
    """Return additional deaths per ug/m3 (region): central and at the ends of theta; 0 where no mortality is known."""
    bands, deaths = chain.people.bands, np.nan_to_num(chain.people.deaths)
    shape = (bands.alpha, bands.mu, bands.nu, bands.counterfactual)
    low, high = theta_interval(bands)
    central, lower, upper = (
        (deaths * marginal_fraction(concentration[:, None], theta, *shape)).sum(axis=1)
        for theta in (bands.theta, low, high)
    )
    return central, lower, upper


def damage(pack: Pack, chain: Chain) -> Damage:
    """Return deaths and value of one more kilotonne of every pollutant from every source, around the baseline.

    The ends join the ends of theta with those of the elasticity of the value of life, place by place: where a
    pollutant takes PM2.5 away at some places and adds it at others, they lie as far apart as they can. With samples
    of the relation the spread joins these ends with the samples.
    """
    emissions = chain.emissions()
    concentration, _ = chain.evaluate(emissions)
    effect = effect_per_kilotonne(chain, emissions)
    people, sources = chain.people.regions, chain.relation.regions
    nations = [chain.home[code] for code in people]
    lives = life_values(pack, nations)
    worth = [np.array([getattr(lives[nation], end) for nation in nations]) for end in ("value", "low", "high")]
    slope = slopes(chain, concentration.to_numpy())
    at_home = np.array([[chain.home[code] == nation for nation in nations] for code in sources], dtype=np.float64)
    ends = np.array([dead * np.nan_to_num(each) for dead, each in zip(slope, worth, strict=True)])
    ends *= USD_PER_MILLION / TONNES_PER_KT
    low, high = place_by_place(effect, ends)
    emitted = emissions.sum("sector").reindex(region=sources, fill_value=0.0).sel(pollutant=list(EMITTED))
    uncounted = np.isnan(chain.people.deaths.sum(axis=1)).tolist()
    return Damage(
        regions=sources,
        emitted=emitted.transpose("pollutant", "region").to_numpy(),
        deaths=marginal_deaths(effect, slope[0]),
        own=np.einsum("psc,c,sc->ps", effect, slope[0], at_home),
        value=effect @ ends[0],
        low=low.sum(axis=-1),
        high=high.sum(axis=-1),
        uncounted=sorted({nation for nation, gone in zip(nations, uncounted, strict=True) if gone}),
        unvalued=sorted({nation for nation in nations if np.isnan(lives[nation].value)}),
        life_sources=[key for life in lives.values() for key in life.source.split()],
        spread=damage_spread(chain, emissions, slope[0], ends) if chain.ensemble.samples else None,
    )


def place_by_place(effect: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """Return the least and the most that effects are worth (..., region), with the end that does it at every place.

    effect : (..., region), ug/m3 per kt/yr, of either sign; ends : (end, region), worth of one ug/m3

    >>> least, most = place_by_place(np.array([2.0, -1.0]), np.array([[3.0, 3.0], [1.0, 1.0], [5.0, 5.0]]))
    >>> least.tolist(), most.tolist()
    ([2.0, -5.0], [10.0, -1.0])
    """
    more, less = np.maximum(effect, 0.0), np.minimum(effect, 0.0)
    low, high = ends.min(axis=0), ends.max(axis=0)
    return more * low + less * high, more * high + less * low


def damage_spread(chain: Chain, emissions: xr.DataArray, slope: Floats, ends: Floats) -> Spread:
    """Return deaths and value of one more kilotonne under samples of the relation.

    slope : (region), deaths per ug/m3; ends : (end, region), USD of 2015 per tonne times kt per ug/m3
    The first 1,000 samples stand for all; they are in random order.
    """
    ensemble, relation = chain.ensemble, chain.relation
    where = [relation.receptors.index(code) for code in chain.people.regions]
    given = ensemble.per_kilotonne(_held(chain, emissions).to_numpy())[..., where]
    effect = _of_pollutants(chain, emissions, given)
    parts = np.stack([effect * slope, *place_by_place(effect, ends)])
    count = min(FINE_SAMPLES, ensemble.samples)
    factor, kernel = ensemble.factor[:count][..., where], ensemble.kernel[:count]
    result = np.empty((len(parts), *effect.shape[1:3], count))
    for nation in range(len(ensemble.nations)):
        step("damage by nation", nation, len(ensemble.nations))
        sources = np.flatnonzero(ensemble.source == nation)
        block = np.empty((len(parts), len(EMITTED), len(sources), count))
        for number in range(len(effect)):
            here = np.flatnonzero(kernel == number)
            block[..., here] = parts[:, number][:, :, sources] @ factor[here, nation].T
        result[:, :, sources] = block
    return Spread(*np.moveaxis(result, -1, 1))


def damage_table(
    pack: Pack, chain: Chain, regions: Sequence[str] | None = None, pollutants: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return deaths and damage per tonne by source region and pollutant.

    regions : codes of sources, nations or groups, all sources without any; a nation or group is the mean of its
        regions weighted with their emission, which is what an equal cut in percent does
    pollutants : of PM2.5, BC, OC, SO2, NOx, NH3, all without any
    returns : columns region, pollutant, deaths_per_kt, deaths_low, deaths_high, deaths_own (in the nation of the
        source), deaths_abroad, value (USD of 2015 per tonne), low, high, unit, year, basis, source, note; 0 where
        nothing is emitted or nobody hit. Deaths have the 5 and 95 % over the samples of the relation at the central
        response, NaN without samples. The ends of the value join ends with ends: low is the 5 % over the samples of
        the value at the low ends of response and elasticity, high the 95 % of that at the high ends
    """
    for code in pollutants or ():
        if code not in EMITTED:
            raise unknown("pollutant", code, EMITTED)
    found, constant = damage(pack, chain), held_constant(chain)
    keys = " ".join(dict.fromkeys([*_sources(pack, chain), *found.life_sources]))
    known = pack.table("regions")
    worldwide = set(known.loc[known["level"] == "outside", "code"])
    records: list[dict[str, Any]] = []
    for code in once(regions or found.regions):
        held = [found.regions.index(region) for region in members(pack, code) if region in found.regions]
        if not held:
            raise AirshedError("no-source-relation-choose-region", code=code)
        for pollutant in once(pollutants or EMITTED):
            record = _record(found, code, held, pollutant, chain.year, keys)
            if worldwide & {found.regions[place] for place in held}:
                record["note"] = "; ".join([WORLD, record["note"]])
            if _mostly(constant, found, held, pollutant):
                record["note"] = "; ".join([record["note"], CONSTANT])
            records.append(record)
    return pd.DataFrame.from_records(records)


def held_constant(chain: Chain) -> Floats:
    """Return what is emitted by cells that are held constant in the year (pollutant, source), kt/yr."""
    data = chain.baseline.sel(year=chain.year, pollutant=list(EMITTED))
    constant = data["value"].where(data["basis"] == BASES.index("constant")).sum("sector")
    regions = chain.relation.regions
    return constant.reindex(region=regions, fill_value=0.0).transpose("pollutant", "region").to_numpy()


def _mostly(constant: Floats, found: Damage, held: Sequence[int], pollutant: str) -> bool:
    place = EMITTED.index(pollutant)
    return bool(constant[place, held].sum() > 0.5 * found.emitted[place, held].sum() > 0)


def _mean_ends(found: Damage, place: int, held: Sequence[int], weight: Floats) -> dict[str, float]:
    """Return the mean of some sources over their weights with its ends, for one pollutant; NaN for unknown ends."""

    def mean(values: Floats) -> Floats:
        return np.asarray(values[..., place, held] @ weight)

    deaths, low, high = float(mean(found.deaths)), float(mean(found.low)), float(mean(found.high))
    ends = {"deaths_low": np.nan, "deaths_high": np.nan, "low": low, "high": high}
    if found.spread is not None:
        below, above = (float(end) for end in np.quantile(mean(found.spread.deaths), LEVELS))
        ends["deaths_low"], ends["deaths_high"] = min(below, deaths), max(above, deaths)
        ends["low"] = min(low, float(np.quantile(mean(found.spread.low), LEVELS[0])))
        ends["high"] = max(high, float(np.quantile(mean(found.spread.high), LEVELS[1])))
    own, value = float(mean(found.own)), float(mean(found.value))
    return {"deaths_per_kt": deaths, "deaths_own": own, "deaths_abroad": deaths - own, "value": value, **ends}


def _record(found: Damage, code: str, held: Sequence[int], pollutant: str, year: int, keys: str) -> dict[str, Any]:
    place = EMITTED.index(pollutant)
    emitted = found.emitted[place, held]
    total = float(emitted.sum())
    weight = emitted / total if total > 0 else np.zeros(len(held))
    numbers = _mean_ends(found, place, held, weight)
    notes = [MARGINAL if total > 0 else NOTHING, UNSAMPLED if found.spread is None else ENDS]
    notes += [MEAN] if len(held) > 1 else []
    notes += [NOT_COUNTED.format(nations=", ".join(found.uncounted))] if found.uncounted else []
    notes += [NOT_VALUED.format(nations=", ".join(found.unvalued))] if found.unvalued else []
    return {
        "region": code,
        "pollutant": pollutant,
        **{name: numbers[name] for name in FIELDS},
        "unit": UNIT,
        "year": year,
        "basis": "derived",
        "source": keys,
        "note": "; ".join(notes),
    }


def _sources(pack: Pack, chain: Chain) -> list[str]:
    """Return the sources of the relation and of the response; one row rests on all receptors."""
    names = ("responses_gemm", "mortality", "ages", "populations")
    cited = [key for name in names for column in tables()[name].citing for key in pack.table(name)[column]]
    parameters = pack.table("parameters")
    kernel = parameters.loc[parameters["key"].str.startswith("kernel_"), "source"]
    laws = [item.source for item in distributions(pack, "parameters")]
    studies = [row.source for item in chain.ensemble.evidence for rows in item.studies.values() for row in rows]
    chosen = [row.source for row in published(pack, "kernel")]
    return [
        key for key in dict.fromkeys([*coefficient_sources(pack), *cited, *kernel, *laws, *studies, *chosen]) if key
    ]
