"""Age bands: how tables spell them, and how the bands of one table hold those of another, read in one place."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import pandas as pd

from airshed.pack.errors import AirshedError
from airshed.pack.units import factor

EVERYONE = "all ages"
Span = tuple[int, float]
"""The first year of age, and the age before which the band ends; infinite for an open band."""
Bands = Mapping[Span, float]
"""A share of the people, or a death rate, by band."""
WIDEST, OLD = 15, 75
"""A rate serves both sides of a border of the response if its band has at most so many years, or is open from here on.

Bands of 15 years or 75+ in place of those of 5 move the deaths by GEMM of the nations of the built-in pack by up to
2 %, 65+ by 5 %, and 0-64 by 20 %.
"""
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−~〜∼", "-"))
UNITS = re.compile(r"(?<!\d)\s|\s(?!\d)|^age[ds]?\s*(?=\d)|(?:years?|yrs?)(?:\s*(?:old|of age))?|세|周?[岁歲歳]")
WORD = re.compile(
    r"(?P<first>\d{1,3})(?:(?:-|to|至)(?P<last>\d{1,3}))?"
    r"|(?:>=?|≥)(?P<from>\d{1,3})|(?P<open>\d{1,3})(?:\+|plus|(?:and|or|&)(?:over|older|above|more)|이상|及?以上)"
    r"|(?:<|under|below|不满|未满)(?P<under>\d{1,3})|(?P<below>\d{1,3})미만"
)
"""A band without its spaces and units: 25-29, 25 to 29, 0, 85+, >=85, 85 and over, 85 plus, <1, under 1."""
MORTALITY_CAUSE = {"ALRI": "LRI", "DM": "DM2"}
"""Causes of the response sets under the name of the mortality table.

ALRI of IER 2015 (acute lower respiratory infections, Cohen et al. 2017, Lancet 389:1907) is LRI there. DM of the sets
rfasst and mrbrt2019 is type 2 diabetes, DM2: the test results of R-FASST (source rfasst_jrc) print it so.
"""


@lru_cache(maxsize=4096)
def read_span(word: str) -> Span | None:
    """Return the ages of a word, None for one that is no age band.

    >>> [read_span(word) for word in ("0", "<1", "01-04", "25–29", "85 and over", "9-May")]
    [(0, 1), (0, 1), (1, 5), (25, 30), (85, inf), None]
    """
    plain = unicodedata.normalize("NFKC", word).casefold().translate(DASHES).strip()
    if plain == EVERYONE:
        return 0, math.inf
    found = WORD.fullmatch(UNITS.sub("", plain))
    if found is None:
        return None
    if found["first"]:
        first, beyond = int(found["first"]), int(found["last"] or found["first"]) + 1
        return (first, beyond) if first < beyond else None
    below = int(found["under"] or found["below"] or 0)
    if below:
        return 0, below
    above = found["from"] or found["open"]
    return (int(above), math.inf) if above else None


def age_span(word: str) -> Span:
    """Return the first age of a band and the age before which it ends, infinite for an open band.

    `>25` is the band from 25 on: the set that prints it lists the same parameters as `25+` in its test inputs.
    Raises AirshedError for a word that is no age band.

    >>> [age_span(word) for word in ("25-29", "80+", ">25", "all ages")]
    [(25, 30), (80, inf), (25, inf), (0, inf)]
    """
    found = read_span(word)
    if found is None:
        raise AirshedError("not-age-band", word=word, everyone=EVERYONE)
    return found


def age_word(span: Span) -> str:
    """Return the plain word of a band.

    >>> [age_word(span) for span in ((0, 1), (25, 30), (85, math.inf), (0, math.inf))]
    ['0', '25-29', '85+', 'all ages']
    """
    first, beyond = span
    if math.isinf(beyond):
        return f"{first}+" if first else EVERYONE
    return f"{first}-{int(beyond) - 1}" if beyond > first + 1 else f"{first}"


def age_words(spans: Collection[Span]) -> str:
    """Return the words of bands, from the youngest on."""
    return ", ".join(age_word(span) for span in sorted(spans))


def holds(whole: Span, part: Span) -> bool:
    """Say whether a band holds another, which may be the same.

    >>> holds(age_span("80+"), age_span("95+")), holds(age_span("75+"), age_span("70-79"))
    (True, False)
    """
    return whole[0] <= part[0] and part[1] <= whole[1]


def meets(one: Span, other: Span) -> bool:
    """Say whether two bands have an age in common."""
    return one[0] < other[1] and other[0] < one[1]


def whole_band(words: Sequence[str]) -> str | None:
    """Return the open band among several that holds all the others (25+ beside 25-29 to 80+), or None.

    >>> whole_band(["25+", "25-29", "80+"]), whole_band(["25+"])
    ('25+', None)
    """
    if len(words) < 2:
        return None
    start = min(age_span(word)[0] for word in words)
    return next((word for word in words if age_span(word) in ((start, math.inf), (0, math.inf))), None)


def read_bands(rows: pd.DataFrame, unit: str) -> dict[str, dict[int, dict[Span, float]]]:
    """Return a table by region, year and band, from the youngest on, in a unit."""
    factors = {name: factor(name, unit) for name in rows["unit"].unique()}
    values = rows["value"] * rows["unit"].map(factors)
    found: dict[str, dict[int, dict[Span, float]]] = {}
    for region, year, age, value in zip(rows["region"], rows["year"], rows["age"], values, strict=True):
        found.setdefault(str(region), {}).setdefault(int(year), {})[age_span(age)] = float(value)
    return {
        region: {year: dict(sorted(bands.items())) for year, bands in sorted(years.items())}
        for region, years in found.items()
    }


def years_around(years: Collection[int], year: int) -> tuple[int, int, float] | None:
    """Return the years before and after and how far the year lies between them, 0..1; None outside of all.

    >>> years_around([2015, 2030], 2020), years_around([2015], 2020)
    ((2015, 2030, 0.3333333333333333), None)
    """
    before, after = [one for one in years if one <= year], [one for one in years if one >= year]
    if not before or not after:
        return None
    start, end = max(before), min(after)
    return start, end, (year - start) / (end - start) if end > start else 0.0


def shares_between(start: Bands, end: Bands, part: float) -> dict[Span, float]:
    """Return the shares of the people by band between two years, linear.

    Years with other bands are joined in the finest bands that both can be added up to: 85+ of one with 85-89, 90-94
    and 95+ of the other in 85+. Nobody is older than the last band.

    >>> shares_between({(0, 85): 0.9, (85, math.inf): 0.1}, {(0, 85): 0.8, (85, 90): 0.1, (90, math.inf): 0.1}, 0.5)
    {(0, 85): 0.8500000000000001, (85, inf): 0.15000000000000002}
    """
    if start.keys() == end.keys():
        return {band: (1.0 - part) * start[band] + part * end[band] for band in start}
    common = sorted(
        set.intersection(*({0, math.inf, *(age for band in bands for age in band)} for bands in (start, end)))
    )
    found = {}
    for first, beyond in pairwise(common):
        band = (int(first), beyond)
        before, after = (sum(value for one, value in bands.items() if holds(band, one)) for bands in (start, end))
        if before or after:
            found[band] = (1.0 - part) * before + part * after
    return found


def _borders(bands: Bands) -> set[float]:
    return {0, math.inf, *(age for band in bands for age in band)}


@dataclass
class BandMatch:
    """The death rates at the bands of the age shares, and what cannot be said.

    rates : by band of the age shares, 0 where the response speaks of nobody
    owner : the place of the band of the response that holds a band of the age shares
    without : bands of the people without a death rate; finer : bands of the people within which the rate changes
    across : bands of the people on both sides of a border of the response
    split, over : bands of the death rates on both sides of one; the rate of the first serves either side, the others
    are too wide for that
    """

    rates: dict[Span, float] = field(default_factory=dict)
    owner: dict[Span, int] = field(default_factory=dict)
    without: list[Span] = field(default_factory=list)
    finer: list[Span] = field(default_factory=list)
    across: list[Span] = field(default_factory=list)
    over: list[Span] = field(default_factory=list)
    split: list[Span] = field(default_factory=list)


def match(shares: Bands, rates: Bands, response: Sequence[Span]) -> BandMatch:
    """Bring the death rates and the bands of a response to the bands of the age shares.

    A rate is a mean over the people of its band, so the deaths of a wide band are its rate times the sum of the
    shares in it: it holds at each of them. People of a wide band cannot be divided by what is not known, so a band of
    the shares takes a rate only if the same one holds at all its ages, and a band of the response only if it holds
    it whole. A response for all ages leaves out the ages before the first death rate.
    """
    found = BandMatch()
    youngest = min((first for first, _ in rates), default=0)
    for band, share in shares.items():
        found.rates[band] = 0.0
        held = [place for place, one in enumerate(response) if meets(one, band)] if share else []
        if not held:
            continue
        if len(held) > 1 or not holds(response[held[0]], band):
            found.across.append(band)
            continue
        found.owner[band] = held[0]
        if band[1] <= youngest and response[held[0]][0] == 0:
            continue
        parts = [one for one in rates if meets(one, band)]
        if not _covered(band, parts):
            found.without.append(band)
        elif len({rates[one] for one in parts}) > 1:
            found.finer.append(band)
        else:
            found.rates[band] = rates[parts[0]]
    for band in rates:
        if any(meets(one, band) and not holds(one, band) for one in response):
            narrow = band[1] - band[0] <= WIDEST or (band[0] >= OLD and math.isinf(band[1]))
            (found.split if narrow else found.over).append(band)
    return found


@dataclass(frozen=True)
class Structure:
    """The shares of a nation's people by age in a year, and its death rates at them, between two years of its table."""

    shares: dict[Span, float]
    start: BandMatch
    end: BandMatch
    part: float

    @property
    def owner(self) -> dict[Span, int]:
        """The place of the band of the response that holds a band of the shares."""
        return self.start.owner

    def rate(self, band: Span) -> float:
        """Return the death rate at a band of the shares, linear between the two years."""
        return (1.0 - self.part) * self.start.rates[band] + self.part * self.end.rates[band]

    def bands(self, kind: str) -> list[Span]:
        """Return the bands of a kind of `Match` in either year."""
        return sorted({*getattr(self.start, kind), *getattr(self.end, kind)})


def structure(
    shares: Mapping[int, Bands], rates: Mapping[int, Bands], year: int, response: Sequence[Span]
) -> Structure | str:
    """Return shares and rates of a nation in a year; the name of the table whose years do not reach it otherwise."""
    around, beside = years_around(shares, year), years_around(rates, year)
    if around is None or beside is None:
        return "ages" if around is None else "mortality"
    people = shares_between(shares[around[0]], shares[around[1]], around[2])
    start, end = (match(people, rates[one], response) for one in beside[:2])
    return Structure(people, start, end, beside[2])


def _covered(band: Span, parts: Sequence[Span]) -> bool:
    """Say whether bands cover every age of a band."""
    reached: float = band[0]
    for first, beyond in sorted(parts):
        if first > reached:
            return False
        reached = max(reached, beyond)
    return reached >= band[1]


def gaps(spans: Collection[Span], start: int | None = None) -> Iterator[Span]:
    """Go through the ages between bands that none of them holds.

    start : the age at which they must begin; the youngest band if not given

    >>> list(gaps([(0, 5), (10, 15)])), list(gaps([(5, 10)], 0))
    ([(5, 10)], [(0, 5)])
    """
    ordered = sorted(spans)
    reached: float = ordered[0][0] if start is None else start
    for first, beyond in ordered:
        if first > reached:
            yield int(reached), first
        reached = max(reached, beyond)
