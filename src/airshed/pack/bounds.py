"""What the numbers of a question may be: the same bounds on the command line, on pages, in REST and in Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.spelling import tidy

SHOWN = 80
"""Letters of a wrong value that are said back."""
LONGEST = 40
"""Letters of a number; a longer one is none that is meant."""
MOST_YEARS = 400
"""Years of a list or span."""
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
WHOLE = re.compile(r"[+-]?[0-9]+(?:\.0*)?")
Real = TypeVar("Real", bound=int | float | Decimal | Fraction)


@dataclass(frozen=True)
class Bound:
    """The least and the most that a number may be; whole : without parts; above : the least itself is too little."""

    least: float
    most: float
    whole: bool = False
    above: bool = False

    def holds(self, value: Any) -> bool:
        """Return whether a number is within; what is infinite or no number is not."""
        if isinstance(value, Decimal) and not value.is_finite():
            return False
        return bool((value > self.least if self.above else value >= self.least) and value <= self.most)

    def __str__(self) -> str:
        """Return the bounds as the help of a command shows them."""
        return f"{self.least:.16g}..{self.most:.16g}"


def needed(bound: Bound) -> Phrase:
    """Return what is needed, in words.

    >>> str(needed(Bound(1850, 2200, whole=True))), str(needed(Bound(0, 1e9, above=True)))
    ('a whole number from 1850 to 2200 is needed', 'a number above 0, 1000000000 at most, is needed')
    """
    least, most = f"{bound.least:.16g}", f"{bound.most:.16g}"
    if bound.whole:
        return Phrase("whole-number-within-needed", least=least, most=most)
    if bound.above:
        return Phrase("number-above-needed", least=least, most=most)
    return Phrase("number-within-needed", least=least, most=most)


YEAR = Bound(1850, 2200, whole=True)
SEED = Bound(0, 2**31 - 1, whole=True)
SAMPLES = Bound(0, 100_000, whole=True)
"""Samples of the relation, or of all that is uncertain."""
SHARE = Bound(0, 1)
PERCENT = Bound(0, 100)
CHANGE = Bound(-100, 1e6)
"""Percent by which something changes: less than nothing cannot be left."""
AMOUNT = Bound(-1e15, 1e15)
MONEY = Bound(0, 1e15)
"""USD, above any budget."""
LEVEL = Bound(0, 1e4, above=True)
"""Targets of PM2.5, ug/m3."""
WITHIN = Bound(0, 100)
"""ug/m3 by which a target may be missed."""
GAP = Bound(0, 0.5)
"""Relative, between a plan and the best that can be."""
POINTS = Bound(3, 200, whole=True)
"""Points of a front."""
SECONDS = Bound(1, 86_400)
GROWTH = Bound(-1, 10, above=True)
PER_HEAD = Bound(0, 1e9, above=True)
"""USD a year."""
WEIGHT = Bound(0, 1e6)
SCALE = Bound(0, 1e12, above=True)
"""By what values of a table are multiplied."""
POWER = Bound(0, 10)
ROWS = Bound(1, 10_000, whole=True)


def within(value: Real, name: str, bound: Bound) -> Real:
    """Return a number as it is; raises AirshedError, naming the parameter and its bounds, where it is beyond them.

    >>> within(2030, "year", YEAR)
    2030
    """
    if not bound.holds(value) or (bound.whole and value != int(value)):
        raise refused(_told(value), name, bound)
    return value


def number(value: str | float, name: str, bound: Bound) -> float:
    """Return a number that may be written as text; raises AirshedError where it is none or beyond its bounds.

    >>> number(" ０.5 ", "certainty", SHARE)
    0.5
    """
    return float(_read(value, NUMBER, name, bound))


def whole(value: str | float, name: str, bound: Bound) -> int:
    """Return a whole number that may be written as text; raises AirshedError where it is none or beyond its bounds.

    >>> whole("2030", "year", YEAR)
    2030
    """
    return int(_read(value, WHOLE, name, bound))


def reader(name: str, bound: Bound) -> Callable[[Any], Any]:
    """Return what reads a number within bounds, for options and fields."""
    return lambda value: (whole if bound.whole else number)(value, name, bound)


def years(text: str, name: str) -> list[int]:
    """Return the years of a list such as 2015,2030, each once; raises AirshedError for what is no year."""
    words = text.split(",", MOST_YEARS)
    if len(words) > MOST_YEARS:
        raise AirshedError("parameter-more-than-years", name=name, most_years=MOST_YEARS)
    return list(dict.fromkeys(whole(word, name, YEAR) for word in words))


def span(text: str, name: str, most: int = MOST_YEARS) -> tuple[int, ...]:
    """Return the years of a span; raises AirshedError for what is none, before any year of it is counted.

    >>> span("2027-2029", "years")
    (2027, 2028, 2029)
    """
    first, dash, last = tidy(text[:LONGEST]).partition("-")
    if not all(re.fullmatch("[0-9]{4}", word) for word in ((first, last) if dash else (first,))):
        raise AirshedError("parameter-cannot-write-one", name=name, text=text[:SHOWN])
    ends = whole(first, name, YEAR), whole(last or first, name, YEAR)
    if not 0 <= ends[1] - ends[0] < most:
        raise AirshedError("parameter-cannot-write-earlier", name=name, text=text[:SHOWN], most=most)
    return tuple(range(ends[0], ends[1] + 1))


def once(values: Sequence[str]) -> list[str]:
    """Return values in their order, each once: what is said again says nothing more."""
    return list(dict.fromkeys(values))


def refused(text: str, name: str, bound: Bound) -> AirshedError:
    """Return the error that says that a parameter is not within its bounds."""
    return AirshedError("parameter-cannot", name=name, text=text, needed=needed(bound))


def _read(value: str | float, form: re.Pattern[str], name: str, bound: Bound) -> float:
    if not isinstance(value, str):
        return within(value, name, bound)
    text = tidy(value) if len(value) <= LONGEST else "?"
    if not text:
        raise AirshedError("parameter-empty", name=name, needed=needed(bound))
    if form.fullmatch(text):
        read = int(text.partition(".")[0]) if form is WHOLE else float(text)
        if bound.holds(read):
            return read
    raise refused(value[:SHOWN].strip(), name, bound)


def _told(value: Any) -> str:
    """Return a number as text, however many digits it has."""
    try:
        return str(value)[:SHOWN]
    except ValueError:  # more digits than Python writes
        return f"{hex(int(value))[:LONGEST]}..."
