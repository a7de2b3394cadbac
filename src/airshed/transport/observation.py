"""Observed means and the bias of the model: what the relation does not explain, never given to a source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.pack.units import factor

ANNUAL = ("annual mean", "fiscal-year mean")
OBSERVED = "observed {place} {year} ({statistic}, {kind}): {value} ug/m3"
OF_PLACE = "bias of {place}"
HELD = "bias of the year {year} held constant"
DOUBTFUL = "doubtful observation"
MEMBERS = "mean of the biases of its regions over their people"
OBSERVED_PARTS = "mean of the biases of its observed regions over their people"
UNOBSERVED = "no observation in the nation, so no unexplained row"
NOTES = (OBSERVED, HELD, OF_PLACE, DOUBTFUL, MEMBERS, OBSERVED_PARTS, UNOBSERVED)
"""Templates of the notes on a bias."""


@dataclass(frozen=True)
class Observation:
    """An observed annual mean: of which place and year, of what kind, from where."""

    place: str
    place_name: str
    year: int
    value: float
    statistic: str
    kind: str
    confidence: str
    source: str


@dataclass(frozen=True)
class Bias:
    """Observed less modelled PM2.5 at a receptor, ug/m3, with the observation it rests on and its place.

    made_of : places and years whose modelled level it was taken from, with their weights, which add to 1
    """

    value: float
    place: str
    year: int
    observed: float
    source: str
    note: str
    made_of: tuple[tuple[str, int, float], ...]


def annual_observations(pack: Pack) -> dict[str, list[Observation]]:
    """Return the annual means that stand for a whole place, by place; the preferred kind first, doubtful ones last."""
    rows = pack.optional("observations")
    rows = rows[(rows["coverage"] == "whole") & rows["statistic"].isin(ANNUAL) & (rows["place"] != "")]
    kinds = pack.optional("observation_kinds")
    rank = dict(zip(kinds["kind"], kinds["rank"], strict=True))
    found: dict[str, list[tuple[tuple[float, ...], Observation]]] = {}
    for row in rows.to_dict("records"):
        order = (
            float(row["confidence"] == "L"),
            float(rank.get(row["kind"], np.inf)),
            float(ANNUAL.index(row["statistic"])),
        )
        item = Observation(
            place=row["place"],
            place_name=row["place_name"],
            year=int(row["year"]),
            value=float(row["value"]) * factor(row["unit"], "ug/m3"),
            statistic=row["statistic"],
            kind=row["kind"],
            confidence=row["confidence"],
            source=row["source"],
        )
        found.setdefault(item.place, []).append((order, item))
    return {place: [item for _, item in sorted(items, key=lambda pair: pair[0])] for place, items in found.items()}


def nearest_observation(observations: Sequence[Observation], year: int, years: range) -> Observation | None:
    """Return the observation of the best kind whose year is nearest; of two as near the later one.

    Only years that the baseline covers count: the bias needs a modelled value of the same year.
    """
    inside = [item for item in observations if item.year in years]
    if not inside:
        return None
    best = [item for item in inside if item.kind in _first_kinds(inside)]
    return min(best, key=lambda item: (abs(item.year - year), -item.year))


def _first_kinds(observations: Sequence[Observation]) -> set[str]:
    """Return the best kind, together with values derived from it: official means and changes printed with them."""
    first = observations[0].kind
    return {first, "derived"} if first == "official" else {first}


@equation(
    key="bias",
    title="Observed and modelled concentration",
    latex=r"C_{observed}(c) = C_{model}(c) + bias(c)",
    units="ug/m3",
    citation="docs/method.md: the bias of the nearest common year is held constant",
)
def bias(observed: float, modelled: float) -> float:
    """Return what the model does not explain of an observed mean, ug/m3; shown as `unexplained`, never abated."""
    return observed - modelled


def own_bias(
    place: str,
    year: int,
    observations: Mapping[str, Sequence[Observation]],
    modelled: Callable[[str, int], float],
    years: range,
) -> Bias | None:
    """Return the bias of a place by its own observation; None where it was not observed.

    modelled : gives the modelled concentration of a place in a year, ug/m3; years : those of the baseline
    """
    found = nearest_observation(observations.get(place, []), year, years)
    if found is None:
        return None
    named = {"place": found.place_name, "year": found.year, "statistic": found.statistic, "kind": found.kind}
    notes = [OBSERVED.format(value=f"{found.value:g}", **named)]
    if found.year != year:
        notes.append(HELD.format(year=found.year))
    if found.confidence == "L":
        notes.append(DOUBTFUL)
    value = bias(found.value, modelled(place, found.year))
    made_of = ((place, found.year, 1.0),)
    return Bias(value, place, found.year, found.value, found.source, "; ".join(notes), made_of)


def mean_bias(place: str, parts: Sequence[tuple[Bias, float]], note: str) -> Bias | None:
    """Return the mean of biases by their weights (people); None without any."""
    if not parts:
        return None
    whole = sum(weight for _, weight in parts)
    value = sum(part.value * weight for part, weight in parts) / whole
    sources = " ".join(dict.fromkeys(key for part, _ in parts for key in part.source.split()))
    made_of: dict[tuple[str, int], float] = {}
    for part, weight in parts:
        for where, year, share in part.made_of:
            made_of[where, year] = made_of.get((where, year), 0.0) + share * weight / whole
    combined = tuple((where, year, share) for (where, year), share in made_of.items())
    return Bias(value, place, 0, float("nan"), sources, note, combined)


def inherited(item: Bias) -> Bias:
    """Return the bias as it stands at a place that was not observed itself and lies in the one that was."""
    return replace(item, note=f"{item.note}; {OF_PLACE.format(place=item.place)}")
