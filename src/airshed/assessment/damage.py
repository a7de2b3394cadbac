"""Deaths and damage per tonne emitted: what one more kilotonne from a region does to people everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from airshed.assessment.chain import Chain, baseline_of, prepare, refuse_other_years
from airshed.impacts.gemm import marginal_fraction
from airshed.impacts.mortality import theta_interval
from airshed.impacts.valuation import life_values
from airshed.pack.codes import members, unknown
from airshed.pack.equations import equation
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.schema import tables
from airshed.transport.relation import EMITTED

Floats = npt.NDArray[np.float64]
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
NOTES = (MARGINAL, NOTHING, MEAN, NOT_COUNTED, NOT_VALUED)
"""Templates of the notes, for translation."""


@dataclass(frozen=True)
class Damage:
    """Effects of one more kilotonne a year (pollutant, source), and how much is emitted now, kt/yr.

    deaths, own : additional deaths per year, everywhere and in the nation of the source
    value, low, high : USD of 2015 per tonne
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


def damage_chain(pack: Pack, year: int | None = None) -> Chain:
    """Return the chain of a year, the base year if not given; raises AirshedError if the baseline does not hold it."""
    wanted = pack.base_year if year is None else year
    baseline = baseline_of(pack)
    refuse_other_years(baseline, wanted, pack.base_year)
    return prepare(pack, wanted, baseline)


def effect_per_kilotonne(chain: Chain, emissions: xr.DataArray) -> Floats:
    """Return the change of PM2.5 per kt/yr (pollutant, source, region of the people), ug/m3, around these emissions.

    A kilotonne of BC or OC comes with the PM2.5 that it is; one of PM2.5 is of what is neither BC nor organic. A
    species that is not above zero at a place does not move there. A source that the baseline counts elsewhere moves
    nothing.
    """
    relation, people = chain.relation, chain.people.regions
    matrix = relation.matrix.sel(receptor=people).to_numpy()
    held = relation.by_species(emissions).sel(receptor=people).to_numpy() > 0
    effect = (matrix * held[None, :, None, :]).sum(axis=1)
    names = [str(code) for code in relation.matrix["precursor"].to_numpy()]
    share = np.array([relation.om_to_oc if code == "OC" else 1.0 for code in EMITTED])
    picked = effect[[names.index(PRIMARY.get(code, code)) for code in EMITTED]]
    known = np.isin(relation.regions, emissions["region"].to_numpy())
    return np.asarray(picked * share[:, None, None] * known[None, :, None])


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
    pollutant takes PM2.5 away at some places and adds it at others, they lie as far apart as they can.
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
    ends = [
        effect * dead * np.nan_to_num(each) * USD_PER_MILLION / TONNES_PER_KT
        for dead, each in zip(slope, worth, strict=True)
    ]
    emitted = emissions.sum("sector").reindex(region=sources, fill_value=0.0).sel(pollutant=list(EMITTED))
    uncounted = np.isnan(chain.people.deaths.sum(axis=1)).tolist()
    return Damage(
        regions=sources,
        emitted=emitted.transpose("pollutant", "region").to_numpy(),
        deaths=marginal_deaths(effect, slope[0]),
        own=np.einsum("psc,c,sc->ps", effect, slope[0], at_home),
        value=ends[0].sum(axis=-1),
        low=np.minimum.reduce(ends).sum(axis=-1),
        high=np.maximum.reduce(ends).sum(axis=-1),
        uncounted=sorted({nation for nation, gone in zip(nations, uncounted, strict=True) if gone}),
        unvalued=sorted({nation for nation in nations if np.isnan(lives[nation].value)}),
        life_sources=[key for life in lives.values() for key in life.source.split()],
    )


def damage_table(
    pack: Pack, chain: Chain, regions: Sequence[str] | None = None, pollutants: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return deaths and damage per tonne by source region and pollutant.

    regions : codes of sources, nations or groups, all sources without any; a nation or group is the mean of its
        regions weighted with their emission, which is what an equal cut in percent does
    pollutants : of PM2.5, BC, OC, SO2, NOx, NH3, all without any
    returns : columns region, pollutant, deaths_per_kt, deaths_own (in the nation of the source), deaths_abroad, value
        (USD of 2015 per tonne), low, high, unit, year, basis, source, note; 0 where nothing is emitted or nobody hit
    """
    for code in pollutants or ():
        if code not in EMITTED:
            raise unknown("pollutant", code, EMITTED)
    found = damage(pack, chain)
    keys = " ".join(dict.fromkeys([*_sources(pack), *found.life_sources]))
    records: list[dict[str, Any]] = []
    for code in regions or found.regions:
        held = [found.regions.index(region) for region in members(pack, code) if region in found.regions]
        if not held:
            raise AirshedError(f"{code} is no source of the relation", "choose a region inside it")
        for pollutant in pollutants or EMITTED:
            records.append(_record(found, code, held, pollutant, chain.year, keys))
    return pd.DataFrame.from_records(records)


def _record(found: Damage, code: str, held: Sequence[int], pollutant: str, year: int, keys: str) -> dict[str, Any]:
    place = EMITTED.index(pollutant)
    emitted = found.emitted[place, held]
    total = float(emitted.sum())
    weight = emitted / total if total > 0 else np.zeros(len(held))

    def mean(values: Floats) -> float:
        return float((values[place, held] * weight).sum())

    notes = [MARGINAL if total > 0 else NOTHING]
    notes += [MEAN] if len(held) > 1 else []
    notes += [NOT_COUNTED.format(nations=", ".join(found.uncounted))] if found.uncounted else []
    notes += [NOT_VALUED.format(nations=", ".join(found.unvalued))] if found.unvalued else []
    return {
        "region": code,
        "pollutant": pollutant,
        "deaths_per_kt": mean(found.deaths),
        "deaths_own": mean(found.own),
        "deaths_abroad": mean(found.deaths - found.own),
        "value": mean(found.value),
        "low": mean(found.low),
        "high": mean(found.high),
        "unit": UNIT,
        "year": year,
        "basis": "derived",
        "source": keys,
        "note": "; ".join(notes),
    }


def _sources(pack: Pack) -> list[str]:
    """Return the sources of the relation and of the response; one row rests on all receptors."""
    names = ("source_receptor", "responses_gemm", "mortality", "ages", "populations")
    cited = [key for name in names for column in tables()[name].citing for key in pack.table(name)[column]]
    parameters = pack.table("parameters")
    kernel = parameters.loc[parameters["key"].str.startswith("kernel_"), "source"]
    return [key for key in dict.fromkeys([*cited, *kernel]) if key]
