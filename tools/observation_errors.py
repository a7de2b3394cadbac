#!/usr/bin/env python3
"""Measures how far annual means of PM2.5 can be trusted, from the observations of the pack.

python tools/observation_errors.py    print the numbers that `observation_kinds` and `error_terms` hold

- the error of each kind: two kinds at one place and year differ by both errors, so the squares of ln ratios are fitted
  by sums of two variances, none below zero (least squares over all pairs)
- weather and measurement of one mean: what is left of series of five years or more around their log-linear trend
- what provinces of one nation share of it: the correlation of these rests between the series of one source
- what a few cities say about a province: the spread of ln means between the cities of a province
"""

from __future__ import annotations

import csv
import itertools
import math
import statistics
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from observations import MOVED

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "src" / "airshed" / "packs" / "northeast_asia" / "tables"
ANNUAL = ("annual mean", "fiscal-year mean")
LEAST_YEARS = 5
LEAST_CITIES = 10
SWEEPS = 10_000

Row = dict[str, str]
Pair = tuple[str, str, float]


def observations(folder: Path) -> list[Row]:
    """Return the annual means of places, doubtful ones left out."""
    rows = []
    for name in ("observations.csv", "observations-cities.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as handle:
            rows += list(csv.DictReader(handle))
    return [row for row in rows if row["statistic"] in ANNUAL and row["place"] and row["confidence"] != "L"]


def kind_of(row: Row) -> str:
    """Return the kind; what is derived from official numbers is one of them."""
    return "official" if row["kind"] == "derived" else row["kind"]


def pairs(rows: Sequence[Row]) -> list[Pair]:
    """Return the ln ratio of every two kinds that observed a whole place, or a site of it, in the same year."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["coverage"] != "part":
            found[row["place"], row["year"]].append(row)
    result = []
    for same in found.values():
        for one, other in itertools.combinations(same, 2):
            if kind_of(one) != kind_of(other):
                result.append((kind_of(one), kind_of(other), math.log(float(one["value"]) / float(other["value"]))))
    return result


def errors_by_kind(found: Sequence[Pair]) -> dict[str, float]:
    """Return the standard deviation in ln of each kind: least squares of d^2 = v(a) + v(b), v >= 0, by coordinates."""
    kinds = sorted({kind for one, other, _ in found for kind in (one, other)})
    variance = dict.fromkeys(kinds, 0.0)
    for _ in range(SWEEPS):
        before = dict(variance)
        for kind in kinds:
            rest = [
                ratio**2 - variance[other if one == kind else one]
                for one, other, ratio in found
                if kind in (one, other)
            ]
            variance[kind] = max(0.0, statistics.fmean(rest))
        if max(abs(variance[kind] - before[kind]) for kind in kinds) < 1e-12:
            break
    return {kind: math.sqrt(value) for kind, value in variance.items()}


def common(found: Sequence[Pair], one: str, other: str) -> float:
    """Return the error of each of two kinds that is taken to be as large in both: rms ln ratio over root two."""
    return math.sqrt(statistics.fmean(ratio**2 for a, b, ratio in found if {a, b} == {one, other}) / 2)


def rests(values: Mapping[int, float]) -> dict[int, float]:
    """Return what is left of ln values by year around their straight line."""
    years = sorted(values)
    logs = [math.log(values[year]) for year in years]
    slope, start = statistics.linear_regression(years, logs)
    return {year: log - (start + slope * year) for year, log in zip(years, logs, strict=True)}


def long_series(rows: Sequence[Row]) -> dict[tuple[str, ...], dict[int, float]]:
    """Return series of one place, kind and source with five years or more."""
    found: dict[tuple[str, ...], dict[int, float]] = defaultdict(dict)
    for row in rows:
        key = (kind_of(row), row["source"], row["place"], row["place_name"], row["coverage"], row["statistic"])
        found[key][int(row["year"])] = float(row["value"])
    return {key: values for key, values in found.items() if len(values) >= LEAST_YEARS}


def pooled(series: Sequence[Mapping[int, float]]) -> tuple[float, int]:
    """Return the pooled standard deviation of the rests, and its degrees of freedom (years less two a series)."""
    degrees = sum(len(values) - 2 for values in series)
    squares = sum(rest**2 for values in series for rest in rests(values).values())
    return math.sqrt(squares / degrees), degrees


def shared(series: Sequence[Mapping[int, float]]) -> float:
    """Return the mean correlation between the rests of series of the same years."""
    found = [rests(values) for values in series]
    numbers = []
    for one, other in itertools.combinations(found, 2):
        years = sorted(set(one) & set(other))
        if len(years) >= LEAST_YEARS:
            numbers.append(statistics.correlation([one[year] for year in years], [other[year] for year in years]))
    return statistics.fmean(numbers)


def between_cities(points: Sequence[Row]) -> float:
    """Return the pooled standard deviation of ln means between the cities of a province with ten or more."""
    held: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in points:
        for column in ("mean_2014", "mean_2015"):
            held[MOVED.get(row["City"], row["province"]), column].append(math.log(float(row[column])))
    groups = [values for values in held.values() if len(values) >= LEAST_CITIES]
    squares = sum(statistics.variance(values) * (len(values) - 1) for values in groups)
    return math.sqrt(squares / sum(len(values) - 1 for values in groups))


def main() -> None:
    """Print all numbers."""
    rows = observations(TABLES)
    found = pairs(rows)
    for kind, value in errors_by_kind(found).items():
        count = sum(kind in (one, other) for one, other, _ in found)
        print(f"error of {kind}: {value:.3f} from {count} pairs")
    print(f"official and city mean, were they alike: {common(found, 'official', 'city mean'):.3f}")
    series = long_series(rows)
    by_kind: dict[str, list[dict[int, float]]] = defaultdict(list)
    for key, values in series.items():
        by_kind[key[0]].append(values)
    for kind, held in {**by_kind, "all": list(series.values())}.items():
        value, degrees = pooled(held)
        print(f"rest of {kind}: {value:.3f} from {len(held)} series, {degrees} degrees of freedom")
    without = [values for key, values in series.items() if key[0] != "interpolated product"]
    print(f"rest of all but interpolated products: {pooled(without)[0]:.3f}")
    print(f"shared by the provinces of Korea: {shared(by_kind['district mean']):.2f}")
    path = Path(sys.argv[1]) if sys.argv[1:] else ROOT.parent / "shared" / "data" / "observations"
    with (path / "china_cities_points_means_2014_2015.csv").open(encoding="utf-8", newline="") as handle:
        print(f"between cities of a province: {between_cities(list(csv.DictReader(handle))):.3f}")


if __name__ == "__main__":
    main()
