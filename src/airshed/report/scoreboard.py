"""The scoreboard in words: how the hindcast came out."""

from __future__ import annotations

from airshed.assessment.hindcast import Score
from airshed.pack.language import Translate


def score_sentence(found: Score, _: Translate) -> str:
    """Return how many places came out, in direction, in size and inside the interval."""
    return _(
        "Of {places} places with two observed years since 2013 the direction is right in {sign}, the emissions explain "
        "{explained} % of the observed change, and {inside} observed changes lie in the interval of the relation; "
        "mean error {error} µg/m³."
    ).format(
        places=found.places,
        sign=found.same_sign,
        explained=f"{100 * found.explained:.0f}",
        inside=found.inside,
        error=f"{found.mean_error:.1f}",
    )
