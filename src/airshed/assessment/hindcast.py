"""The hindcast: predicted against observed change of PM2.5, place by place, with what explains the difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from airshed.assessment.chain import Chain
from airshed.assessment.sampled import SampledYears
from airshed.emissions.reported import hindcast_rules, with_reported
from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.sampling.interval import ends_around
from airshed.transport.series import PART, SITE, Series, observed_series

PART_NOTE = "observed in a part of the place: {name}"
SITE_NOTE = "one station: {name}"
DOUBTFUL_NOTE = "doubtful observation"
NOTES = (PART_NOTE, SITE_NOTE, DOUBTFUL_NOTE)
"""Templates of the notes on a hindcast."""


@equation(
    key="hindcast",
    title="Predicted change split",
    latex=r"\Delta C_{observed} = \underbrace{\sum_r K(r,c)\,\Delta E(r)}_{emission} + rest",
    units="ug/m3",
    citation="docs/method.md: natural part and bias are held constant, so that only emissions change the prediction",
)
def rest_of_change(observed: float, predicted: float) -> float:
    """Return what emissions do not predict of an observed change, ug/m3: weather, observation, wrong emissions."""
    return observed - predicted


def hindcast_table(pack: Pack, chain: Chain) -> pd.DataFrame:
    """Return predicted and observed change of every series with two observed years.

    chain : with samples; its emissions are those of the scenario that is looked back at
    returns : columns place, first_year, last_year, observed_first, observed_last, observed_change, value (predicted
        change, of emissions alone), low, high (over the samples of the relation), rest, inside, unit,
        observed_percent, predicted_percent, coverage, kind, rank (1: the preferred series of the place), basis,
        source, note
    """
    years = [int(year) for year in chain.baseline["year"].to_numpy()]
    known = set(chain.places.codes)
    emissions = SampledYears(chain.ensemble, chain.places, with_reported(pack, chain.baseline))
    series = observed_series(pack, max(hindcast_rules(pack).first_year, years[0]), years[-1])
    rows = [_row(emissions, item) for item in series if item.place in known]
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


def _row(emissions: SampledYears, item: Series) -> dict[str, object]:
    (before, samples_before), (after, samples_after) = (
        emissions.totals(item.place, year) for year in (item.first, item.last)
    )
    predicted, samples = after - before, samples_after - samples_before
    low, high = ends_around(predicted, samples)
    start, end = item.values[item.first], item.values[item.last]
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


@dataclass(frozen=True)
class Score:
    """How the preferred series of the places came out.

    explained : sum of predicted over sum of observed changes, NaN where these add to nothing
    mean_error : mean absolute difference, ug/m3; bias : mean of predicted minus observed change, ug/m3
    """

    places: int
    same_sign: int
    inside: int
    explained: float
    mean_error: float
    bias: float


def score(table: pd.DataFrame) -> Score | None:
    """Return the scoreboard over the preferred series; None without any."""
    rows = table[table["rank"] == 1]
    if rows.empty:
        return None
    observed, predicted = rows["observed_change"].to_numpy(), rows["value"].to_numpy()
    return Score(
        places=len(rows),
        same_sign=int((np.sign(observed) == np.sign(predicted)).sum()),
        inside=int((rows["inside"] == "yes").sum()),
        explained=float(predicted.sum() / observed.sum()) if observed.sum() else float("nan"),
        mean_error=float(np.abs(observed - predicted).mean()),
        bias=float((predicted - observed).mean()),
    )
