"""Checks of age bands: overlaps and gaps, and whether shares, death rates and responses fit each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import pandas as pd

from airshed.pack.ages import (
    MORTALITY_CAUSE,
    Span,
    Structure,
    age_span,
    age_word,
    age_words,
    gaps,
    meets,
    read_bands,
    structure,
    whole_band,
)
from airshed.pack.checks.columns import FILE, LINE
from airshed.pack.finding import Finding, finding

Frames = Mapping[str, pd.DataFrame]
AGES, MORTALITY = "ages", "mortality"
BANDED = {
    AGES: ("region", "year"),
    MORTALITY: ("region", "cause", "year"),
    "responses_gemm": ("cause",),
    "responses_ier": ("set", "cause"),
    "response_curves": ("set", "cause"),
    "responses_loglinear": ("set", "cause"),
}
"""Tables with age bands, and the columns of which each combination has bands of its own; responses come last."""
GEMM = "responses_gemm"
Row = tuple[Span, str, int]
"""A band with the file and line of its first row."""
Banding = dict[tuple[str, ...], list[Row]]


def check_bands(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find bands of one nation, year or response that overlap, and ages that none of them holds.

    Age shares begin at birth. Death rates may begin later, where nobody dies of the cause before. A response may speak
    of some ages only: a part of its bands is missed where another response of the table with such bands has it.
    """
    findings = []
    for table in BANDED:
        found = _banding(texts, numbers, table)
        for key, rows in found.items():
            what = " ".join((table, *key))
            for (one, _, _), (other, file, line) in pairwise(rows):
                if meets(one, other):
                    words = {"first": age_word(one), "second": age_word(other), "what": what}
                    findings.append(finding("AS371", file, table, line, "age", **words))
            if table not in (AGES, MORTALITY):
                findings += _left_out(table, key, found)
                continue
            for gap in gaps([band for band, _, _ in rows], 0 if table == AGES else None):
                file, line = next((file, line) for band, file, line in rows if band[0] == gap[1])
                findings.append(finding("AS372", file, table, line, "age", what=what, gap=age_word(gap)))
    return findings


def _banding(texts: Frames, numbers: Frames, table: str) -> Banding:
    """Return the bands of every combination of a table, from the youngest on; of a response without its total."""
    if table not in numbers:
        return {}
    columns = [*BANDED[table], "age"]
    rows = numbers[table][columns].assign(**{name: texts[table][name].to_numpy() for name in (FILE, LINE)})
    found: dict[tuple[str, ...], list[tuple[str, str, int]]] = {}
    for *key, age, file, line in rows.drop_duplicates(columns).itertuples(index=False, name=None):
        found.setdefault(tuple(map(str, key)), []).append((age, str(file), int(line)))
    result = {}
    for combination, words in found.items():
        whole = None if table in (AGES, MORTALITY) else whole_band([age for age, _, _ in words])
        result[combination] = sorted((age_span(age), file, line) for age, file, line in words if age != whole)
    return result


def _left_out(table: str, key: tuple[str, ...], found: Banding) -> list[Finding]:
    """Find bands that a response leaves out and another one with such bands has."""
    own = [band for band, _, _ in found[key]]
    for other, rows in found.items():
        theirs = [band for band, _, _ in rows]
        if len({*own} & {*theirs}) < max(2, len(theirs) / 2):
            continue
        for band in theirs:
            if not any(meets(one, band) for one in own):
                words = {"what": " ".join((table, *key)), "band": age_word(band), "other": " ".join(other)}
                return [finding("AS379", found[key][0][1], table, found[key][0][2], "age", **words)]
    return []


def unfit(
    held: Structure, nation: str, year: int, cause: str, response: Sequence[Span]
) -> Iterator[tuple[Finding, Span]]:
    """Go through what stands against the deaths of a nation by a response, with the band; no place in a file yet."""
    who = f"{nation} {cause}"
    for kind, table, whose in (("across", AGES, nation), ("over", MORTALITY, who)):
        for band in held.bands(kind):
            words = {"who": whose, "year": year, "band": age_word(band), "met": _met(response, band)}
            yield finding("AS375", "", table, 0, "age", **words), band
    for band in held.bands("without"):
        yield finding("AS373", "", AGES, 0, "age", who=who, year=year, band=age_word(band)), band
    for band in held.bands("finer"):
        yield finding("AS374", "", AGES, 0, "age", who=who, year=year, band=age_word(band), region=nation), band


def _met(response: Sequence[Span], band: Span) -> str:
    return age_words([one for one in response if meets(one, band)])


def _split(held: Structure, nation: str, cause: str, response: Sequence[Span]) -> Iterator[tuple[Finding, Span]]:
    for band in held.bands("split"):
        words = {"who": f"{nation} {cause}", "band": age_word(band), "met": _met(response, band)}
        yield finding("AS376", "", MORTALITY, 0, "age", **words), band


def check_deaths(texts: Frames, numbers: Frames) -> list[Finding]:
    """Find age shares, death rates and responses that give no deaths together, or only by dividing a band by people.

    What the answer by GEMM cannot do without is an error; other responses can be left unasked.
    """
    if AGES not in numbers or MORTALITY not in numbers:
        return []
    places = {table: _banding(texts, numbers, table) for table in (AGES, MORTALITY)}
    shares = read_bands(numbers[AGES], "1")
    rates = {
        str(cause): read_bands(rows, "deaths/person/yr")
        for cause, rows in numbers[MORTALITY].groupby("cause", sort=False)
    }
    kept: dict[tuple[str, str, str, str, Span], Finding] = {}
    fitted: dict[tuple[object, ...], Structure | str] = {}
    for table in list(BANDED)[2:]:
        for key, rows in _banding(texts, numbers, table).items():
            response, cause = [band for band, _, _ in rows], MORTALITY_CAUSE.get(key[-1], key[-1])
            for nation in [code for code in rates.get(cause, {}) if code in shares]:
                for year in _years(shares[nation], rates[cause][nation]):
                    same = (nation, cause, year, *response)
                    if same not in fitted:
                        fitted[same] = structure(shares[nation], rates[cause][nation], year, response)
                    held = fitted[same]
                    if isinstance(held, str):
                        continue
                    found = [*unfit(held, nation, year, cause, response), *_split(held, nation, cause, response)]
                    for item, band in found:
                        where = (item.code, item.table, nation, "" if item.code == "AS375" else cause, band)
                        told = item if table == GEMM or item.severity != "error" else replace(item, severity="warning")
                        kept.setdefault(where, _placed(told, places[item.table], nation, cause, band))
    return [*kept.values(), *_apart(shares, rates, places[MORTALITY])]


def _years(shares: Mapping[int, object], rates: Mapping[int, object]) -> list[int]:
    """Return the years at which the bands of a nation can change: those of its rows, and one between any two."""
    first, last = max(min(shares), min(rates)), min(max(shares), max(rates))
    known = sorted(year for year in {*shares, *rates} if first <= year <= last)
    return sorted({*known, *(one + 1 for one, other in pairwise(known) if other > one + 1)})


def _placed(item: Finding, places: Banding, nation: str, cause: str, band: Span) -> Finding:
    """Return a finding at the row of its band; of a band joined from others, at the first row of the nation."""
    rows = [
        (one != band, file, line)
        for key, held in places.items()
        if key[0] == nation and (item.table == AGES or key[1] == cause)
        for one, file, line in held
    ]
    _, file, line = min(rows)
    return replace(item, file=file, row=line)


def _apart(
    shares: Mapping[str, Mapping[int, object]], rates: Mapping[str, Mapping[str, Mapping[int, object]]], places: Banding
) -> Iterator[Finding]:
    """Find nations whose death rates meet no age shares in any year, so that none of their deaths is counted."""
    for key, rows in places.items():
        nation, cause, year = key
        years = rates[cause][nation]
        if int(year) == min(years) and (nation not in shares or not _years(shares[nation], years)):
            yield finding("AS377", rows[0][1], MORTALITY, rows[0][2], "region", who=f"{nation} {cause}")
