"""Joint Monte Carlo over everything uncertain that the pack states: intervals, and which input they are due to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.chain.chain import Chain, prepare
from airshed.assessment.chain.levels import UNOBSERVED
from airshed.assessment.lives.deaths_interval import FAMILY_TERM, stated_families
from airshed.assessment.lives.joint import QUANTITIES, ImpactDraws, Joint, draw, evaluate, joint
from airshed.emissions.baseline import baseline_cube
from airshed.impacts.response import read_responses
from airshed.impacts.valuation import life_values
from airshed.pack.arrays import Floats
from airshed.pack.bounds import SAMPLES as DRAWABLE
from airshed.pack.bounds import Bound, within
from airshed.pack.pack import Pack
from airshed.pack.progress import step
from airshed.pack.schema import tables
from airshed.sampling.interval import LEVELS
from airshed.sampling.sensitivity import noise_floor, variance_shares
from airshed.sampling.table import distributions
from airshed.transport.ensemble import SEED
from airshed.transport.levels import NAMES
from airshed.transport.relation import coefficient_sources
from airshed.transport.studies import published

SAMPLES = 1000
FEWEST = 100
DRAWN = Bound(FEWEST, DRAWABLE.most, whole=True)
"""Samples below which shares of variance are mostly noise."""
UNITS = {
    "own": "ug/m3",
    "foreign": "ug/m3",
    "unexplained": "ug/m3",
    "deaths": "deaths/yr",
    "deaths_foreign": "deaths/yr",
    "value": "million USD of 2015/yr",
}
WEATHER_TERMS = ("annual_mean", "weather", "shared_weather")
OF_DEATHS = ("deaths", "deaths_foreign", "value")
HELD = "observations hold the total against other emissions, which move its parts alone"
LEVEL = "nothing was observed here: the inputs move the total"
PROPORTIONAL = "in proportion to the part of foreign sources in PM2.5"
OUTSIDE = "foreign: sources of other nations and outside all nations"
FAMILIES = "by {families}, each as likely: the value lies between their numbers"
NOTES = (HELD, LEVEL, UNOBSERVED, PROPORTIONAL, OUTSIDE, FAMILIES)
"""Templates of the notes, for translation."""


def uncertainty(pack: Pack, samples: int = SAMPLES, seed: int = SEED, client: Any = None) -> pd.DataFrame:
    """Return the answers of the base year with their intervals, and the share of each input in their variance.

    samples : at least 100; seed : the same numbers for the same seed, whatever the block size or the workers
    client : of Dask, whose workers share the blocks of samples
    returns : one row per region, quantity and input. Columns region (nations, policy groups), quantity (own, foreign:
        PM2.5 from the sources in the region and from other nations; unexplained: the rest of the observed level;
        deaths; deaths_foreign; value), value (median), low, high (5 and 95 %), unit, input (emissions, relation,
        natural, response, family (of responses), weather, value_of_life: those that the pack states), variance_share
        (0..1), noise (what chance alone
        gives an input; it is taken off, but smaller shares mean nothing), samples, year, basis, source (of the input),
        note. What is not known is left out; what does not vary has no interval and no share
    Raises AirshedError for too few samples, MissingTableError if the pack lacks a table of the chain.
    """
    within(samples, "samples", DRAWN)
    chain = prepare(pack, pack.base_year, baseline_cube(pack), samples=samples, seed=seed)
    model, draws = joint(pack, chain), draw(pack, chain, samples, seed)
    together, shares = sampled(model, draws, samples, client)
    middles = {quantity: np.quantile(values, (0.5, *LEVELS), axis=0) for quantity, values in together.items()}
    sources = _sources(pack, chain, draws)
    families = stated_families(pack) if draws.family is not None else []
    records = []
    for place, code in enumerate(model.places):
        for quantity in QUANTITIES:
            value, *ends = middles[quantity][:, place].tolist()
            if np.isnan(value):
                continue
            note = _note(quantity, chain, code, families)
            for name in draws.inputs:
                share = float(shares[name][quantity][place])
                records.append(
                    {
                        "region": code,
                        "quantity": quantity,
                        **_interval(value, ends, share),
                        "unit": UNITS[quantity],
                        "input": name,
                        "variance_share": share,
                        "noise": noise_floor(samples),
                        "samples": samples,
                        "year": chain.year,
                        "basis": "derived",
                        "source": sources[name],
                        "note": note,
                    }
                )
    return pd.DataFrame.from_records(records)


Answers = Mapping[str, Floats]


def sampled(model: Joint, draws: ImpactDraws, samples: int, client: Any = None) -> tuple[Answers, dict[str, Answers]]:
    """Return every quantity in the samples (sample, place), and by input its share in the variance of each (place)."""
    step("inputs", 0, 1 + len(draws.inputs))
    together, drivers = evaluate(model, draws, samples, client), {}
    for done, name in enumerate(draws.inputs, start=1):
        step("inputs", done, 1 + len(draws.inputs))
        drivers[name] = evaluate(model, draws.alone(name), samples, client)
    # All shares at once: each alone is too small to be worth a call.
    values = np.concatenate([together[quantity] for _ in drivers for quantity in QUANTITIES], axis=1)
    driving = np.concatenate([found[quantity] for found in drivers.values() for quantity in QUANTITIES], axis=1)
    shares = variance_shares(values, driving).reshape(len(drivers), len(QUANTITIES), -1)
    return together, {name: dict(zip(QUANTITIES, shares[number], strict=True)) for number, name in enumerate(drivers)}


def _interval(value: float, ends: Sequence[float], share: float) -> dict[str, float]:
    """Return the median and the ends; no ends for what does not vary, whose shares are not defined."""
    low, high = ends if np.isfinite(share) else (np.nan, np.nan)
    return {"value": value, "low": low, "high": high}


def _note(quantity: str, chain: Chain, place: str, families: Sequence[str]) -> str:
    notes = [HELD if chain.levels.fit.used else LEVEL]
    notes += [UNOBSERVED] if UNOBSERVED in chain.levels.places[place].note else []
    notes += [FAMILIES.format(families=", ".join(families))] if families and quantity in OF_DEATHS else []
    notes += [PROPORTIONAL] if quantity == "deaths_foreign" else []
    notes += [OUTSIDE] if quantity in ("foreign", "deaths_foreign") else []
    return "; ".join(notes)


def _sources(pack: Pack, chain: Chain, draws: ImpactDraws) -> dict[str, str]:
    """Return the sources of every drawn input."""
    studies = [row.source for item in chain.ensemble.evidence for rows in item.studies.values() for row in rows]
    lives = life_values(pack, list(dict.fromkeys(chain.home[code] for code in chain.people.regions)))
    cited = {
        "emissions": [item.source for item in distributions(pack, "emissions")],
        "relation": [
            *coefficient_sources(pack),
            *studies,
            *(item.source for item in distributions(pack, "parameters")),
            *(row.source for row in published(pack, "kernel")),
            *_terms(pack, *(term for term in NAMES.values() if term not in WEATHER_TERMS)),
            *(_column(pack, "observations") if chain.levels.fit.used else []),
        ],
        "natural": _column(pack, "source_receptor_base" if pack.has("source_receptor_base") else "natural"),
        "response": _column(pack, "responses_gemm"),
        "family": [*_terms(pack, FAMILY_TERM), *_responses(pack)],
        "weather": _terms(pack, *WEATHER_TERMS) or _column(pack, "observations"),
        "value_of_life": [key for life in lives.values() for key in life.source.split()],
    }
    return {name: " ".join(dict.fromkeys(key for key in cited[name] if key)) for name in draws.inputs}


def _terms(pack: Pack, *names: str) -> list[str]:
    """Return the sources of rows of the table of error terms."""
    rows = pack.optional("error_terms")
    return list(rows.loc[rows["term"].isin(names), "source"])


def _responses(pack: Pack) -> list[str]:
    """Return the sources of the responses of the stated families."""
    held = [sets for family in stated_families(pack) for sets in read_responses(pack, family).values()]
    return [key for causes in held for item in causes for key in item.main.source.split()]


def _column(pack: Pack, name: str) -> list[str]:
    return [key for column in tables()[name].citing for key in pack.table(name)[column]]


def wide(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per region and quantity, with a column per input for its share of the variance in percent."""
    keys = ["region", "quantity", "value", "low", "high", "unit"]
    shares = table.pivot(index=["region", "quantity"], columns="input", values="variance_share")
    first = table.drop_duplicates(["region", "quantity"])[[*keys, "note"]]
    order = list(dict.fromkeys(table["input"]))
    return first.join(100.0 * shares[order], on=["region", "quantity"])[[*keys, *order, "note"]]
