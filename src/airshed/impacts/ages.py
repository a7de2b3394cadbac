"""Age words of the tables: five-year bands, open bands and all ages, read in one place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from airshed.pack.errors import AirshedError

EVERYONE = "all ages"
_WORD = re.compile(r"(?P<first>\d+)-(?P<last>\d+)|(?P<open>\d+)\+|>(?P<over>\d+)")


def age_span(word: str) -> tuple[int, int | None]:
    """Return the first and the last year of age of a word; None as the last of an open band.

    `>25` is the band from 25 on: the set that prints it lists the same parameters as `25+` in its test inputs.
    Raises AirshedError for a word that is no age band.

    >>> [age_span(word) for word in ("25-29", "80+", ">25", "all ages")]
    [(25, 29), (80, None), (25, None), (0, None)]
    """
    if word == EVERYONE:
        return 0, None
    found = _WORD.fullmatch(word)
    if found is None:
        raise AirshedError(f"{word} is not an age band", f"write a band such as 25-29, 80+, >25 or {EVERYONE}")
    if found["first"]:
        return int(found["first"]), int(found["last"])
    return int(found["open"] or found["over"]), None


def covered(word: str, known: Sequence[str]) -> list[str]:
    """Return the bands of a table that a band holds: 80+ holds 80-84, 85-89, 90-94 and 95+.

    >>> covered("80+", ["75-79", "80-84", "95+"])
    ['80-84', '95+']
    """
    first, last = age_span(word)
    held = []
    for band in known:
        start, end = age_span(band)
        if start >= first and (last is None or (end is not None and end <= last)):
            held.append(band)
    return held


def whole_band(words: Sequence[str]) -> str | None:
    """Return the open band among several that holds all the others (25+ beside 25-29 to 80+), or None.

    >>> whole_band(["25+", "25-29", "80+"]), whole_band(["25+"])
    ('25+', None)
    """
    if len(words) < 2:
        return None
    start = min(age_span(word)[0] for word in words)
    return next((word for word in words if age_span(word) in ((start, None), (0, None))), None)
