"""The scoreboard in words: how the hindcast came out."""

from __future__ import annotations

import pandas as pd

from airshed.assessment.evidence.hindcast import PRINTED, Score, inside_counts, score
from airshed.pack.language import Translate


def score_sentence(found: Score, _: Translate) -> str:
    """Return how many places came out, inside the interval first, then in direction and size."""
    return _(
        "Of {places} places with two observed years since {year}, {inside} observed changes lie in their 90 % "
        "interval; the direction is right in {sign}, the emissions explain {explained} % of the observed change; "
        "mean error {error} µg/m³, interval score {score} µg/m³."
    ).format(
        year=found.first_year,
        places=found.places,
        sign=found.same_sign,
        explained=f"{100 * found.explained:.0f}",
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
