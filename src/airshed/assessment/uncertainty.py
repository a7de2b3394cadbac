"""Joint Monte Carlo over everything uncertain that the pack states: intervals, and which input they are due to."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airshed.assessment.chain import Chain, prepare
from airshed.assessment.joint import QUANTITIES, Draws, draw, evaluate, joint
from airshed.emissions.baseline import baseline_cube
from airshed.impacts.valuation import life_values
from airshed.pack.bounds import SAMPLES as DRAWABLE
from airshed.pack.bounds import Bound, within
from airshed.pack.pack import Pack
from airshed.pack.progress import step
from airshed.pack.schema import tables
from airshed.sampling.interval import LEVELS
from airshed.sampling.sensitivity import noise_floor, variance_share
from airshed.sampling.table import distributions
from airshed.transport.ensemble import SEED
from airshed.transport.studies import published

Floats = npt.NDArray[np.float64]
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
HELD = "observed total held: the inputs move its parts"
LEVEL = "nothing was observed here: the inputs move the total"
PROPORTIONAL = "in proportion to the part of foreign sources in PM2.5"
OUTSIDE = "foreign: sources of other nations and outside all nations"
NOTES = (HELD, LEVEL, PROPORTIONAL, OUTSIDE)
"""Templates of the notes, for translation."""


def uncertainty(pack: Pack, samples: int = SAMPLES, seed: int = SEED, client: Any = None) -> pd.DataFrame:
    """Return the answers of the base year with their intervals, and the share of each input in their variance.

    samples : at least 100; seed : the same numbers for the same seed, whatever the block size or the workers
    client : of Dask, whose workers share the blocks of samples
    returns : one row per region, quantity and input. Columns region (nations, policy groups), quantity (own, foreign:
        PM2.5 from the sources in the region and from other nations; unexplained: the rest of the observed level;
        deaths; deaths_foreign; value), value (median), low, high (5 and 95 %), unit, input (emissions, relation,
        natural, response, value_of_life: those that the pack states), variance_share (0..1), noise (what chance alone
        gives an input; it is taken off, but smaller shares mean nothing), samples, year, basis, source (of the input),
        note. What is not known is left out; what does not vary has no interval and no share
    Raises AirshedError for too few samples, MissingTableError if the pack lacks a table of the chain.
    """
    within(samples, "samples", DRAWN)
    chain = prepare(pack, pack.base_year, baseline_cube(pack), samples=samples, seed=seed)
    model, draws = joint(pack, chain), draw(pack, chain, samples, seed)
    step("inputs", 0, 1 + len(draws.inputs))
    together, drivers = evaluate(model, draws, samples, client), {}
    for done, name in enumerate(draws.inputs, start=1):
        step("inputs", done, 1 + len(draws.inputs))
        drivers[name] = evaluate(model, draws.alone(name), samples, client)
    sources = _sources(pack, chain, draws)
    records = []
    for place, code in enumerate(model.places):
        for quantity in QUANTITIES:
            values = together[quantity][:, place]
            if np.isnan(values).any():
                continue
            note = _note(quantity, not chain.levels.fit.used)
            for name in draws.inputs:
                share = variance_share(values, drivers[name][quantity][:, place])
                records.append(
                    {
                        "region": code,
                        "quantity": quantity,
                        **_interval(values, share),
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


def _interval(values: Floats, share: float) -> dict[str, float]:
    """Return the median and the ends; no ends for what does not vary, whose shares are not defined."""
    low, high = np.quantile(values, LEVELS).tolist() if np.isfinite(share) else (np.nan, np.nan)
    return {"value": float(np.median(values)), "low": low, "high": high}


def _note(quantity: str, unobserved: bool) -> str:
    notes = [LEVEL if unobserved else HELD]
    notes += [PROPORTIONAL] if quantity == "deaths_foreign" else []
    notes += [OUTSIDE] if quantity in ("foreign", "deaths_foreign") else []
    return "; ".join(notes)


def _sources(pack: Pack, chain: Chain, draws: Draws) -> dict[str, str]:
    """Return the sources of every drawn input."""
    studies = [row.source for item in chain.ensemble.evidence for rows in item.studies.values() for row in rows]
    lives = life_values(pack, list(dict.fromkeys(chain.home[code] for code in chain.people.regions)))
    cited = {
        "emissions": [item.source for item in distributions(pack, "emissions")],
        "relation": [
            *_column(pack, "source_receptor"),
            *studies,
            *(item.source for item in distributions(pack, "parameters")),
            *(row.source for row in published(pack, "kernel")),
        ],
        "natural": _column(pack, "source_receptor_base"),
        "response": _column(pack, "responses_gemm"),
        "value_of_life": [key for life in lives.values() for key in life.source.split()],
    }
    return {name: " ".join(dict.fromkeys(key for key in cited[name] if key)) for name in draws.inputs}


def _column(pack: Pack, name: str) -> list[str]:
    return [key for column in tables()[name].citing for key in pack.table(name)[column]]


def wide(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per region and quantity, with a column per input for its share of the variance in percent."""
    keys = ["region", "quantity", "value", "low", "high", "unit"]
    shares = table.pivot(index=["region", "quantity"], columns="input", values="variance_share")
    first = table.drop_duplicates(["region", "quantity"])[[*keys, "note"]]
    order = list(dict.fromkeys(table["input"]))
    return first.join(100.0 * shares[order], on=["region", "quantity"])[[*keys, *order, "note"]]
