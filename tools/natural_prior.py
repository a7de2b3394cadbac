#!/usr/bin/env python3
"""Writes the natural part of PM2.5 of the provinces of China: a prior by distance to the deserts.

python tools/natural_prior.py    print the table `natural`

No table by province was found. The law: natural(c) = N (f + (1 - f) w(c) / W), w(c) = sum over deserts of s exp(-d/L),
W the mean of w over the people of China, so that their mean stays N, the dust and sea salt of the TM5-FASST block.
d is the mean distance to the population points of the region. Low and high are the least and largest over L and f and
both printed versions of N, widened by a factor for what the law leaves out (wind, mountains, strength of the deserts).
It gives Beijing 2.0 times Shanghai, where a year of weekly samples has 1.4 to 2.2 by element (He et al. 2001).
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

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "src" / "airshed" / "packs" / "northeast_asia" / "tables"
RADIUS = 6371.0088
DESERTS = {
    "Taklamakan": (38.9, 82.2, 0.42),
    "Gobi": (43.5, 106.0, 0.58 / 3),
    "Badain Jaran": (40.0, 102.5, 0.58 / 3),
    "Ordos": (39.0, 108.5, 0.58 / 3),
}
"""Latitude, longitude, share of the emission: 42 percent in the Taklamakan (Atmosphere 12:952), the others alike."""
LENGTH, LENGTHS = 800.0, (500.0, 1200.0)
"""e-folding distance in km, and its ends."""
EVEN, EVENS = 0.3, (0.2, 0.5)
"""Share that is the same everywhere (far dust, sea salt), and its ends."""
WIDER = 1.3
BASIN = {"CN-XJ": 2.0}
"""Wider upwards where mountains hold the dust: PM10 is 239 ug/m3 in southern Xinjiang, 70 in the north (Zhang 2017)."""
MORE_POINTS = {"CN-XJ": [(39.47, 75.99)]}
"""Kashgar: half of the people of Xinjiang live south of the Tian Shan, where the pack has no city."""
NATION, BLOCK = "CHN", "TM5_CHN"

Point = tuple[float, float]


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of the pack."""
    with (TABLES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def distance(one: Point, other: Point) -> float:
    """Return the great-circle distance in km."""
    north, south = math.radians(one[0]), math.radians(other[0])
    half = math.sin((south - north) / 2) ** 2
    half += math.cos(north) * math.cos(south) * math.sin(math.radians(other[1] - one[1]) / 2) ** 2
    return 2 * RADIUS * math.asin(math.sqrt(half))


def prior(
    points: Mapping[str, Sequence[Point]], people: Mapping[str, float], whole: float, length: float, even: float
) -> dict[str, float]:
    """Return the natural part by region, ug/m3, whose mean over the people is `whole`."""
    near = {}
    for code, places in points.items():
        far = {
            name: statistics.fmean(distance(place, (y, x)) for place in places) for name, (y, x, _) in DESERTS.items()
        }
        near[code] = sum(strength * math.exp(-far[name] / length) for name, (_, _, strength) in DESERTS.items())
    mean = sum(near[code] * people[code] for code in near) / sum(people[code] for code in near)
    return {code: whole * (even + (1 - even) * value / mean) for code, value in near.items()}


def blocks() -> tuple[float, float]:
    """Return dust and sea salt of China in the two versions of TM5-FASST, ug/m3."""
    found: dict[str, float] = defaultdict(float)
    for row in read("source-receptor-base.csv"):
        if row["block"] == BLOCK and row["item"] in ("dust", "sea_salt"):
            found[row["quantity"]] += float(row["value"])
    return found["base_concentration"], found["base_concentration_revised"]


def rows() -> list[dict[str, str]]:
    """Return the rows of the table, in the order of the regions."""
    regions = [row for row in read("regions.csv") if row["parent"] == NATION]
    points = {row["code"]: [(float(row["latitude"]), float(row["longitude"]))] for row in regions}
    for row in read("receptors.csv"):
        place = (float(row["latitude"]), float(row["longitude"]))
        if row["region"] in points and place not in points[row["region"]]:
            points[row["region"]].append(place)
    for code, more in MORE_POINTS.items():
        points[code] += more
    counts = [row for row in read("populations.csv") if row["series"] == "base" and row["year"] == "2015"]
    people = {row["region"]: float(row["value"]) for row in counts}
    first, revised = blocks()
    central = prior(points, people, first, LENGTH, EVEN)
    ends = [
        prior(points, people, whole, length, even)
        for whole, length, even in itertools.product((first, revised), LENGTHS, EVENS)
    ]
    note = "prior by distance to the deserts, mean over people that of the relation: tools/natural_prior.py"
    return [
        {
            "place": code,
            "value": f"{value:.1f}",
            "low": f"{min(end[code] for end in ends) / WIDER:.1f}",
            "high": f"{max(end[code] for end in ends) * BASIN.get(code, WIDER):.1f}",
            "source": "airshed",
            "note": note,
        }
        for code, value in central.items()
    ]


if __name__ == "__main__":
    writer = csv.DictWriter(sys.stdout, ("place", "value", "low", "high", "source", "note"), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows())
