"""The hindcast: predicted against observed change of PM2.5, place by place, with what explains the difference.

The prediction starts from the first observed level; what is man-made in it follows the modelled change, in ratio, so
that nothing falls below the natural part. Its interval holds all terms that are known: relation, drift of emissions,
structure of the relation, and weather and measurement of both years.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from airshed.assessment.chain.chain import Chain
from airshed.assessment.chain.sampled_contributions import SampledYears
from airshed.emissions.reported import hindcast_rules, reports_until, with_reported
from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.sampling.design import latin_column
from airshed.sampling.interval import ends_around, interval_score
from airshed.sampling.laws import normal_quantile
from airshed.transport.level_ground import LEAST_PART
from airshed.transport.series import PART, SITE, Series, observed_series

PART_NOTE = "observed in a part of the place: {name}"
SITE_NOTE = "one station: {name}"
DOUBTFUL_NOTE = "doubtful observation"
PRINTED = ("official", "derived", "station", "embassy", "interpolated product")
"""Kinds that their source prints as annual means of the place; the others are means of cities or districts."""
NOTES = (PART_NOTE, SITE_NOTE, DOUBTFUL_NOTE)
"""Templates of the notes on a hindcast."""


@equation(
    key="hindcast",
    title="Predicted change of PM2.5",
    latex=r"\Delta C(c) = \big(C^{obs}_1 - C_{natural}\big)\left(\frac{C_{model,2}}{C_{model,1}} - 1\right)",
    units="ug/m3",
    citation="docs/method.md: the natural part is constant, what is man-made follows the modelled change in ratio",
)
def predicted_change(observed: Floats, natural: Floats | float, ratio: Floats) -> Floats:
    """Return the change that emissions predict from an observed level, ug/m3; the arrays broadcast.

    observed : first level, ug/m3; natural : ug/m3; ratio : modelled man-made part of the second year over the first

    >>> float(predicted_change(np.array(48.0), 8.0, np.array(0.5)))
    -20.0
    """
    part = np.maximum(observed - natural, LEAST_PART * observed)
    return np.asarray(part * (ratio - 1.0))


def rest_of_change(observed: float, predicted: float) -> float:
    """Return what emissions do not predict of an observed change, ug/m3: weather, observation, wrong emissions."""
    return observed - predicted


@dataclass(frozen=True)
class Spans:
    """What the emissions of a look back are: their contributions, and until when they are reported, by nation.

    scores : of what is not known, the same in all series
    """

    years: SampledYears
    chain: Chain
    reported: dict[str, int]
    errors: dict[str, float]
    scores: dict[str, Floats] = field(default_factory=dict)


def hindcast_table(pack: Pack, chain: Chain) -> pd.DataFrame:
    """Return predicted and observed change of every series with two observed years.

    chain : with samples; its emissions are those of the scenario that is looked back at
    returns : columns place, first_year, last_year, observed_first, observed_last, observed_change, value (predicted
        change, of emissions alone), low, high (5 and 95 % of what would be observed), rest, inside, score (interval
        score of Winkler), span (reported: the emissions of all its years are; else projected), unit,
        observed_percent, predicted_percent, coverage, kind, rank (1: the preferred series of the place), basis,
        source, note
    """
    years = [int(year) for year in chain.baseline["year"].to_numpy()]
    known = set(chain.places.codes)
    kinds = pack.optional("observation_kinds").set_index("kind")
    spans = Spans(
        years=SampledYears(chain.ensemble, chain.places, with_reported(pack, chain.baseline)),
        chain=chain,
        reported=reports_until(pack),
        errors=dict(kinds["error"].dropna()) if "error" in kinds else {},
    )
    series = observed_series(pack, max(hindcast_rules(pack).first_year or years[0], years[0]), years[-1])
    rows = [_row(spans, item) for item in series if item.place in known]
    return pd.DataFrame.from_records(rows, columns=COLUMNS)


COLUMNS = [
    "place",
    "first_year",
    "last_year",
    "observed_first",
    "observed_last",
    "observed_change",
    "value",
    "low",
    "high",
    "rest",
    "inside",
    "score",
    "span",
    "unit",
    "observed_percent",
    "predicted_percent",
    "coverage",
    "kind",
    "rank",
    "basis",
    "source",
    "note",
]


def _row(spans: Spans, item: Series) -> dict[str, object]:
    chain, start, end = spans.chain, item.values[item.first], item.values[item.last]
    (given, before), (later, after) = (spans.years.nations(item.place, year) for year in (item.first, item.last))
    place = chain.places.codes.index(item.place)
    natural = float(chain.places.weights.to_numpy()[place] @ chain.relation.natural.to_numpy())
    ratio = later / given if given > 0 else 1.0
    predicted = float(predicted_change(np.array(start), natural, np.array(ratio)))
    samples = np.zeros(0)
    if len(before):
        drawn = natural + chain.natural_away @ chain.places.weights.to_numpy()[place]
        samples = _seen(spans, item, _drifted(spans, item, before, after), drawn)
    low, high = ends_around(predicted, samples)
    notes = [PART_NOTE.format(name=item.place_name)] if item.coverage == PART else []
    notes += [SITE_NOTE.format(name=item.place_name)] if item.coverage == SITE else []
    notes += [DOUBTFUL_NOTE] if item.doubtful else []
    return {
        "place": item.place,
        "first_year": item.first,
        "last_year": item.last,
        "observed_first": start,
        "observed_last": end,
        "observed_change": end - start,
        "value": predicted,
        "low": low,
        "high": high,
        "rest": rest_of_change(end - start, predicted),
        "inside": "yes" if low <= end - start <= high else "no",
        "score": float(interval_score(np.array(low), np.array(high), np.array(end - start))),
        "span": "reported" if item.last <= _until(spans, _nation(chain, item.place), item) else "projected",
        "unit": "ug/m3",
        "observed_percent": 100 * (end / start - 1),
        "predicted_percent": 100 * predicted / start,
        "coverage": item.coverage,
        "kind": item.kind,
        "rank": item.rank,
        "basis": "derived",
        "source": item.source,
        "note": "; ".join(notes),
    }


def _nation(chain: Chain, place: str) -> str:
    ground = chain.levels.fit.ground
    return ground.nations[int(ground.nation[np.argmax(ground.weights[place])])]


def _until(spans: Spans, nation: str, item: Series) -> int:
    """Return the last year of a span in which the emissions of a nation are reported."""
    return min(max(spans.reported.get(nation, item.first), item.first), item.last)


def _scores(spans: Spans, of: str) -> Floats:
    """Return standard scores (sample) of something that is not known of a look back."""
    if of not in spans.scores:
        design = latin_column(spans.chain.ensemble.samples, spans.chain.seed, f"hindcast {of}")
        spans.scores[of] = normal_quantile(design)
    return spans.scores[of]


def _drifted(spans: Spans, item: Series, before: Floats, after: Floats) -> Floats:
    """Return the modelled man-made part of the last year over that of the first (sample), with drifting emissions.

    before, after : (sample, nation), what they give; each nation drifts by itself
    """
    ensemble, known = spans.chain.ensemble, spans.chain.levels.fit.widths
    total = np.zeros(len(before))
    for number, nation in enumerate(ensemble.nations):
        until = _until(spans, nation, item)
        drift = known.drift_reported * (until - item.first) * _scores(spans, f"drift of reports {nation}")
        beyond = _scores(spans, f"drift of projections {nation}")
        drift = drift + known.projected(np.array(float(item.last - until)), beyond)
        total += after[:, number] * np.exp(drift)
    start = before.sum(axis=1)
    return np.where((start > 0) & (total > 0), total / np.where(start > 0, start, 1.0), 1.0)


def _seen(spans: Spans, item: Series, ratios: Floats, natural: Floats) -> Floats:
    """Return the changes that would be observed in samples (sample), ug/m3.

    ratios : (sample), modelled; natural : (sample), ug/m3
    """
    known = spans.chain.levels.fit.widths
    error = float(np.hypot(known.weather, spans.errors.get(item.kind, known.measurement)))
    logs = np.log(ratios) * (1.0 + known.structure * _scores(spans, "structure"))
    true = item.values[item.first] * np.exp(-error * _scores(spans, "first year"))
    last = true + predicted_change(true, natural, np.exp(logs))
    return np.asarray(last * np.exp(error * _scores(spans, "last year")) - item.values[item.first])


@dataclass(frozen=True)
class Inside:
    """How many series have the observed change inside their interval.

    preferred : the best series of each place; every : all of them; each (inside, number)
    """

    preferred: tuple[int, int]
    every: tuple[int, int]


def inside_counts(table: pd.DataFrame, kinds: Collection[str] | None = None) -> Inside:
    """Return the counts over the series of some kinds, the preferred one of each place among these; of all if None."""
    rows = table if kinds is None else table[table["kind"].isin(list(kinds))]
    best = rows.sort_values("rank", kind="stable").drop_duplicates("place")
    preferred, every = (int((part["inside"] == "yes").sum()) for part in (best, rows))
    return Inside((preferred, len(best)), (every, len(rows)))


@dataclass(frozen=True)
class Score:
    """How the preferred series of the places came out.

    first_year : the earliest year from which one of them is looked back at
    explained : sum of predicted over sum of observed changes, NaN where these add to nothing
    mean_error : mean absolute difference, ug/m3; bias : mean of predicted minus observed change, ug/m3
    interval : mean interval score, ug/m3: the width, and twenty times what an observed change lies beyond it
    """

    first_year: int
    places: int
    same_sign: int
    inside: int
    explained: float
    mean_error: float
    bias: float
    interval: float


def score(table: pd.DataFrame, span: str | None = None) -> Score | None:
    """Return the scoreboard over the preferred series, of one span or of all; None without any."""
    rows = table[table["rank"] == 1]
    rows = rows if span is None else rows[rows["span"] == span]
    if rows.empty:
        return None
    observed, predicted = rows["observed_change"].to_numpy(), rows["value"].to_numpy()
    return Score(
        first_year=int(rows["first_year"].min()),
        places=len(rows),
        same_sign=int((np.sign(observed) == np.sign(predicted)).sum()),
        inside=int((rows["inside"] == "yes").sum()),
        explained=float(predicted.sum() / observed.sum()) if observed.sum() else float("nan"),
        mean_error=float(np.abs(observed - predicted).mean()),
        bias=float((predicted - observed).mean()),
        interval=float(rows["score"].mean()),
    )
