"""First sentences that several answers share: what the air of a place holds, and from whom it comes."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from airshed.answers.cells import NAN, records
from airshed.answers.words import Words
from airshed.assessment.assessment import Assessment
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import level

SHARES = 2
"""Sources that a sentence names."""
LEAST = 0.05
"""Share of the man-made part below which a second source is not named."""
APART = ("natural", "unexplained")


def origins_lead(
    rows: pd.DataFrame, by: str, words: Words, place: str, year: int, assessment: Assessment | None = None
) -> str:
    """Return what the air of a place holds, and which sources give most of the man-made part.

    rows : columns BY, value (ug/m3), share (0..1 of the man-made part), low and high (ug/m3); assessment : whose
    intervals of the shares of nations are told, where rows are of nations
    """
    _ = words.translate
    total = level(float(rows["value"].sum()))
    made = rows[~rows[by].isin(APART) & (rows["share"] > 0)].nlargest(SHARES, "share")
    made = made[(made["share"] >= LEAST) | (made["share"] == made["share"].max())]
    ends = _ends(assessment, place) if by == "country" else {}
    parts = [_part(str(row[by]), float(row["share"]), ends, words) for row in records(made, NAN)]
    if not parts:
        return _("In {year} the air of {place} holds {level} of PM2.5.").format(
            year=year, place=words.name(place), level=total
        )
    if not rows[by].isin(APART).any():
        # shares of a period: their sum is the man-made part alone, no level of the place
        text = _("Of the man-made PM2.5 of {place}, {parts} (shares of the period, at the level of {year}).")
        return text.format(year=year, place=words.name(place), parts=_(" and ").join(parts))
    text = _("In {year} the air of {place} holds {level} of PM2.5; of the man-made part {parts}.")
    return text.format(year=year, place=words.name(place), level=total, parts=_(" and ").join(parts))


def _part(code: str, share: float, ends: Mapping[str, tuple[float, float]], words: Words) -> str:
    _ = words.translate
    low, high = ends.get(code, (0.0, 0.0))
    if high <= low:
        return _("{share} comes from {source}").format(share=percent(share), source=words.name(code))
    return _("{share} ({low} to {high}) comes from {source}").format(
        share=percent(share), source=words.name(code), low=percent(low), high=percent(high)
    )


def _ends(assessment: Assessment | None, place: str) -> dict[str, tuple[float, float]]:
    """Return the ends of the shares of nations at a place, 0..1."""
    if assessment is None or place not in assessment["attribution"]["place"]:
        return {}
    here = assessment["attribution"].sel(place=place)
    if "share_low" not in here:
        return {}
    low, high = here["share_low"].to_series(), here["share_high"].to_series()
    return {str(code): (float(low[code]), float(high[code])) for code in low.index}


def span_lead(rows: pd.DataFrame, words: Words, text: str, **values: object) -> str:
    """Return a sentence of the least and the greatest value of rows with region and value; the text names both.

    text : with placeholders lowest, low_place, highest, high_place beside those of the values
    """
    known = rows.dropna(subset=["value"])
    if known.empty:
        return ""
    ordered = records(known.sort_values("value", kind="stable"))
    least, most = ordered[0], ordered[-1]
    return text.format(
        lowest=level(float(least["value"])),
        highest=level(float(most["value"])),
        low_place=words.name(str(least["region"])),
        high_place=words.name(str(most["region"])),
        **values,
    )
