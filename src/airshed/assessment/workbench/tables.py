"""What changes that were tried out do, as tables: levels and targets of places, nations, emissions, measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from airshed.assessment.chain.concentration import NARROWEST, ends_at_places
from airshed.assessment.chain.maximum_feasible import USED
from airshed.assessment.chain.scenarios import COST_UNKNOWN, MEASURES_ONLY, MONEY, NO_COST
from airshed.assessment.workbench.bench import TENTH, Bench, Tried, hints
from airshed.impacts.exposure import population_weighted
from airshed.pack.arrays import Floats
from airshed.pack.codes import countries, emitters, members
from airshed.sampling.interval import LEVELS
from airshed.strategy.measures import catalogue
from airshed.strategy.options import CARBON
from airshed.strategy.plan import MET

SHOWN = ("PM2.5", "SO2", "NOx", "NH3", CARBON)


def nations_of_bench(bench: Bench) -> list[str]:
    """Return the nations of the airshed, without the sources outside."""
    levels = bench.pack.table("regions").set_index("code")["level"]
    return [code for code in countries(bench.pack) if levels[code] != "outside"]


def levels_tried(tried: Tried) -> pd.DataFrame:
    """Return the PM2.5 of the cities before and after, the strictest WHO value met and whether the national one is.

    returns : columns receptor, before, value, low, high, change, change_low, change_high, unit, met_before, met,
        national_before, national (yes, no, or empty without a standard); intervals: 5 to 95 % over the samples
    """
    bench = tried.bench
    at = [bench.at[code] for code in bench.cities]
    before, after = bench.before.levels[at], tried.after.levels[at]
    low, high = _ends(tried.after.samples[:, at], after)
    least, most = _change_ends(bench, tried, at, after - before)
    return pd.DataFrame(
        {
            "receptor": bench.cities,
            "before": before,
            "value": after,
            "low": low,
            "high": high,
            "change": after - before,
            "change_low": least,
            "change_high": most,
            "unit": "ug/m3",
            "met_before": strictest(bench, before),
            "met": strictest(bench, after),
            "national_before": _national(bench, before),
            "national": _national(bench, after),
        }
    )


def _ends(samples: Floats, value: Floats) -> tuple[Floats, Floats]:
    if not len(samples):
        none = np.full(len(value), np.nan)
        return none, none
    return ends_at_places(samples, value)


def _change_ends(bench: Bench, tried: Tried, at: Sequence[int], change: Floats) -> tuple[Floats, Floats]:
    """Return 5 and 95 % of the change of levels (place) over the samples, NaN where nothing changes."""
    moved = tried.after.samples[:, at] - bench.before.samples[:, at]
    if not len(moved):
        none = np.full(len(change), np.nan)
        return none, none
    low, high = np.quantile(moved, LEVELS, axis=0)
    same = high - low <= NARROWEST
    return np.where(same, np.nan, np.minimum(low, change)), np.where(same, np.nan, np.maximum(high, change))


def strictest(bench: Bench, levels: Floats) -> list[str]:
    """Return the name of the strictest WHO value that each level meets, empty where it meets none."""
    known = bench.guidelines
    return [next((name for name, limit in known if level <= limit + MET), "") for level in levels.tolist()]


def _national(bench: Bench, levels: Floats) -> list[str]:
    words = np.where(levels <= bench.standards + MET, "yes", "no")
    return [str(word) if np.isfinite(limit) else "" for word, limit in zip(words, bench.standards, strict=True)]


def nations_tried(tried: Tried) -> pd.DataFrame:
    """Return what every nation gains and pays.

    returns : columns region, deaths_avoided, low, high (deaths a year), cost, price_low, price_high (million USD of
        2015 a year), measures, unpriced, co2_change (kt/yr), note
    """
    return pd.DataFrame([{"region": code, **_gains(tried, code)} for code in nations_of_bench(tried.bench)])


def _gains(tried: Tried, region: str) -> dict[str, Any]:
    bench = tried.bench
    people = bench.chain.people.regions
    held = [people.index(code) for code in members(bench.pack, region) if code in people]
    fewer = [
        float((before[held] - after[held]).sum()) if held else float("nan")
        for before, after in zip(bench.before.deaths, tried.after.deaths, strict=True)
    ]
    return {
        "deaths_avoided": fewer[0],
        "low": min(fewer),
        "high": max(fewer),
        **_spent(tried, members(bench.pack, region)),
        "co2_change": _carbon(tried, emitters(bench.pack, region)),
    }


def _spent(tried: Tried, regions: Sequence[str]) -> dict[str, Any]:
    """Return what the measures of regions cost; emissions that are changed by hand have no cost that is known."""
    if tried.applied is None or not (tried.more > USED).any():
        moved = any(item.percent for item in tried.changes)
        cost = [float("nan") if moved else 0.0] * 3
        counts, note = (0, 0), COST_UNKNOWN if moved else NO_COST
    else:
        spent = tried.applied.spent(regions, tried.bench.year)
        low, value, high = spent.cost.tolist()
        cost = [value, low, high]
        counts = (spent.measures, spent.unpriced)
        note = MEASURES_ONLY if any(item.percent for item in tried.changes) else ""
    return {
        **dict(zip(("cost", "price_low", "price_high"), cost, strict=True)),
        "measures": counts[0],
        "unpriced": counts[1],
        "note": note,
    }


def _carbon(tried: Tried, regions: Sequence[str]) -> float:
    """Return by how much the CO2 of regions changes, kt/yr, as far as it is known; NaN where nothing is."""
    names = tried.bench.before.emissions["region"].to_numpy()
    here = np.isin(names, list(regions))
    return _known_sum(tried.after.carbon[here]) - _known_sum(tried.bench.before.carbon[here])


def _known_sum(values: Floats) -> float:
    return float(np.nansum(values)) if np.isfinite(values).any() else float("nan")


def emissions_tried(tried: Tried, regions: Sequence[str]) -> pd.DataFrame:
    """Return emissions of regions before and after: columns region, pollutant, before, value, change_percent, unit."""
    bench, rows = tried.bench, []
    names = bench.before.emissions["region"].to_numpy()
    columns = [str(code) for code in bench.before.emissions["pollutant"].to_numpy()]
    for region in regions:
        here = np.isin(names, emitters(bench.pack, region))
        for pollutant in SHOWN:
            if pollutant == CARBON:
                parts = [_known_sum(state.carbon[here]) for state in (bench.before, tried.after)]
            else:
                place = columns.index(pollutant)
                states = (bench.before, tried.after)
                parts = [float(state.emissions.to_numpy()[here, :, place].sum()) for state in states]
            rows.append(
                {
                    "region": region,
                    "pollutant": pollutant,
                    "before": parts[0],
                    "value": parts[1],
                    "change_percent": 100 * (parts[1] / parts[0] - 1) if parts[0] > 0 else float("nan"),
                    "unit": "kt/yr",
                }
            )
    return pd.DataFrame(rows, columns=["region", "pollutant", "before", "value", "change_percent", "unit"])


def measures_tried(tried: Tried, language: str = "en") -> pd.DataFrame:
    """Return what is applied above today's.

    returns : columns region, measure, name, sector, current, application, maximum, cost, low, high, unit, source
    """
    columns = ["region", "measure", "name", "sector", "current", "application", "maximum"]
    columns += ["cost", "low", "high", "unit", "source"]
    options, rows = tried.bench.options, []
    names = measure_names(tried.bench, language)
    if options is not None and tried.applied is not None:
        for row, place in enumerate(np.flatnonzero(tried.more > USED).tolist()):
            low, value, high = tried.applied.cost[row, 0].tolist()
            rows.append(
                {
                    "region": options.region[place],
                    "measure": options.measure[place],
                    "name": names[options.measure[place]],
                    "sector": options.sector[place],
                    "current": float(options.current[place]),
                    "application": float(options.current[place] + tried.more[place]),
                    "maximum": float(options.maximum[place]),
                    "cost": value,
                    "low": low,
                    "high": high,
                    "unit": MONEY,
                    "source": options.source[place],
                }
            )
    return pd.DataFrame(rows, columns=columns)


def measure_names(bench: Bench, language: str) -> dict[str, str]:
    """Return the names of the measures in a language, in English where they have none."""
    if not bench.pack.has("measures"):
        return {}
    return {item.code: item.named(language) for item in catalogue(bench.pack)}


def tenths(bench: Bench, regions: Sequence[str]) -> pd.DataFrame:
    """Return what a tenth less of each sector would save alone: columns region, sector, percent, value, unit."""
    rows = [
        {"region": region, "sector": sector, "percent": TENTH, "value": saved, "unit": "deaths/yr"}
        for region in regions
        for sector, saved in hints(bench, region)[0].items()
    ]
    return pd.DataFrame(rows, columns=["region", "sector", "percent", "value", "unit"])


def summary(tried: Tried) -> dict[str, Any]:
    """Return what changes do in one record.

    exposure_before, exposure : mean over all people, ug/m3; stricter, laxer : cities that meet a stricter WHO value
        than before, or only a laxer one
    """
    bench = tried.bench
    at = [bench.at[code] for code in bench.cities]
    order = ["", *(name for name, _ in reversed(bench.guidelines))]
    steps = [
        order.index(after) - order.index(before)
        for before, after in zip(
            strictest(bench, bench.before.levels[at]), strictest(bench, tried.after.levels[at]), strict=True
        )
    ]
    fewer = [float(np.nansum(a - b)) for a, b in zip(bench.before.deaths, tried.after.deaths, strict=True)]
    return {
        "year": bench.year,
        "deaths_avoided": fewer[0],
        "deaths_avoided_low": min(fewer),
        "deaths_avoided_high": max(fewer),
        **_spent(tried, bench.chain.relation.regions),
        "unit": MONEY,
        "co2_change": _carbon(tried, list(bench.before.emissions["region"].to_numpy())),
        "exposure_before": _exposure(bench, bench.before.levels),
        "exposure": _exposure(bench, tried.after.levels),
        "cities": len(bench.cities),
        "stricter": [code for code, step in zip(bench.cities, steps, strict=True) if step > 0],
        "laxer": [code for code, step in zip(bench.cities, steps, strict=True) if step < 0],
    }


def _exposure(bench: Bench, levels: Floats) -> float:
    """Return the mean over all people of the regions, ug/m3."""
    at = [bench.at[code] for code in bench.chain.people.regions]
    persons = bench.chain.people.persons
    return population_weighted(levels[at], persons)
