"""Every observed region predicted from all others, to see whether intervals of places without an observation hold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from airshed.assessment.chain.chain import Chain
from airshed.pack.progress import step
from airshed.sampling.interval import ends_around, interval_score
from airshed.sampling.laws import normal_quantile
from airshed.transport.levels import LevelFit, level, measurement
from airshed.transport.observation import Observation

SAMPLES = 2000
FEWEST = 2
"""Regions of a nation that must be observed, so that one of them can be left out."""
COLUMNS = ["place", "year", "observed", "value", "low", "high", "unit", "inside", "score", "kind", "source"]


def left_out_places(chain: Chain) -> pd.DataFrame:
    """Return the observed level of every region beside what all observations outside it predict.

    The year is the one of its observations that lies nearest the year of the chain; its cities are left out with it.
    returns : columns place, year, observed, value, low, high (5 and 95 % of what would be observed), unit, inside,
        score (interval score of Winkler), kind, source; regions of nations with a single observed region are not there
    """
    fit, records = chain.levels.fit, []
    regions = [code for code in fit.used if _is_region(fit, code)]
    nation = {code: chain.home[code] for code in regions}
    counted = pd.Series(nation).value_counts() if nation else pd.Series(dtype=int)
    asked = [code for code in regions if counted[nation[code]] >= FEWEST]
    for done, code in enumerate(asked):
        step("regions left out in turn", done, len(asked))
        item = min(fit.used[code], key=lambda seen: abs(seen.year - chain.year))
        records.append(_row(fit, code, item))
    return pd.DataFrame.from_records(records, columns=COLUMNS)


def _is_region(fit: LevelFit, code: str) -> bool:
    ground = fit.ground
    return code in ground.receptors and not ground.city[ground.receptors.index(code)] and code not in ground.nations


def _inside(fit: LevelFit, code: str) -> set[str]:
    """Return a region and the cities in it."""
    ground = fit.ground
    here = ground.region[ground.receptors.index(code)]
    return {name for number, name in enumerate(ground.receptors) if ground.region[number] == here}


def _row(fit: LevelFit, code: str, item: Observation) -> dict[str, object]:
    ground = fit.ground
    place = ground.receptors.index(code)
    log, spread = fit.without(_inside(fit, code), place, item.year)
    natural, modelled = ground.natural[place], ground.modelled(item.year)[place]
    middle = (np.arange(SAMPLES) + 0.5) / SAMPLES
    random = np.random.default_rng(1)
    response = np.exp(log + spread * normal_quantile(random.permutation(middle)))
    drawn = natural + random.permutation(ground.natural_away(SAMPLES, 1)[:, place])
    error = float(np.hypot(fit.widths.weather, measurement(item, fit.widths)))
    seen = np.exp(error * normal_quantile(random.permutation(middle)))
    carried, rest = level(natural, response, modelled)
    value = float(natural + np.exp(log) * modelled)
    low, high = ends_around(value, (drawn + carried + rest) * seen)
    return {
        "place": code,
        "year": item.year,
        "observed": item.value,
        "value": value,
        "low": low,
        "high": high,
        "unit": "ug/m3",
        "inside": "yes" if low <= item.value <= high else "no",
        "score": float(interval_score(np.array(low), np.array(high), np.array(item.value))),
        "kind": item.kind,
        "source": item.source,
    }
