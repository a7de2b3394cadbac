"""The scoreboard in words: how the hindcast came out."""

from __future__ import annotations

import pandas as pd

from airshed.answers.cells import records
from airshed.answers.words import Words
from airshed.assessment.evidence.hindcast import PRINTED, Score, inside_counts, score
from airshed.pack.language import Translate
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import level


def failed_sentence(table: pd.DataFrame, words: Words) -> str:
    """Return how many observed changes of the preferred series lie outside their interval, and which farthest."""
    _ = words.translate
    rows = table[table["rank"] == 1]
    out = rows[rows["inside"] != "yes"]
    told = {"out": len(out), "places": len(rows), "first": int(rows["first_year"].min())}
    if out.empty:
        error = float((rows["observed_change"] - rows["value"]).abs().mean())
        said = _(
            "None of {places} observed changes since {first} lies outside its 90 % range; the prediction is off by "
            "{error} on average."
        )
        return said.format(error=level(error), **told)
    worst = records(out.loc[[_beyond(out).idxmax()]])[0]
    numbers = {
        "observed": f"{worst['observed_change']:+.1f}",
        "low": f"{worst['low']:+.1f}",
        "high": f"{worst['high']:+.1f}",
    }
    years = {"start": int(worst["first_year"]), "end": int(worst["last_year"])}
    one = _(
        "{out} of {places} observed changes since {first} lies outside its 90 % range: {place} changed by {observed} "
        "µg/m³ from {start} to {end}, where emissions say {low} to {high}."
    )
    many = _(
        "{out} of {places} observed changes since {first} lie outside their 90 % range; farthest off is {place}: "
        "{observed} µg/m³ from {start} to {end}, where emissions say {low} to {high}."
    )
    place = words.name(str(worst["place"]))
    return (one if len(out) == 1 else many).format(place=place, **told, **numbers, **years)


def _beyond(rows: pd.DataFrame) -> pd.Series:
    """Return by how much observed changes lie outside their interval, µg/m³."""
    return (rows["low"] - rows["observed_change"]).combine(rows["observed_change"] - rows["high"], max)


def score_sentence(found: Score, _: Translate) -> str:
    """Return how many places came out, inside the interval first, then in direction and size."""
    return _(
        "Of {places} places with two observed years since {year}, {inside} observed changes lie in their 90 % "
        "interval; the direction is right in {sign}, the emissions explain {explained} of the observed change; "
        "mean error {error} µg/m³, interval score {score} µg/m³."
    ).format(
        year=found.first_year,
        places=found.places,
        sign=found.same_sign,
        explained=percent(found.explained),
        inside=found.inside,
        error=f"{found.mean_error:.1f}",
        score=f"{found.interval:.1f}",
    )


def series_sentences(table: pd.DataFrame, _: Translate) -> list[str]:
    """Return how many of the preferred and of all series came out, and the same of those printed as annual means."""
    texts = (
        (None, _("Preferred series: {best} of {places} inside; all series: {inside} of {series}.")),
        (
            PRINTED,
            _(
                "Official means, embassies and products alone: {best} of {places} preferred series inside; all of "
                "them: {inside} of {series}."
            ),
        ),
    )
    found = []
    for kinds, text in texts:
        counts = inside_counts(table, kinds)
        if counts.every[1]:
            (best, places), (inside, series) = counts.preferred, counts.every
            found.append(text.format(best=best, places=places, inside=inside, series=series))
    return found


def span_sentences(table: pd.DataFrame, _: Translate) -> list[str]:
    """Return the same of the spans whose emissions are reported, and of those that a projection fills, apart."""
    texts = {
        "reported": _(
            "Reported emissions: {inside} of {places} inside, mean error {error} µg/m³, score {score} µg/m³."
        ),
        "projected": _(
            "Projected emissions: {inside} of {places} inside, mean error {error} µg/m³, score {score} µg/m³."
        ),
    }
    found = {span: score(table, span) for span in texts}
    return [
        texts[span].format(
            inside=item.inside, places=item.places, error=f"{item.mean_error:.1f}", score=f"{item.interval:.1f}"
        )
        for span, item in found.items()
        if item is not None
    ]
