"""Tables that a common budget is asked with: scores of compliance, special contributions, what was paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from airshed.cooperation.contributions import Tables, to_cents
from airshed.pack.bounds import LONGEST, SHARE, SHOWN, WHOLE, Bound, number, whole
from airshed.pack.errors import AirshedError
from airshed.pack.user_table import Pasted, user_rows

PURPOSE = "purpose"


@dataclass(frozen=True)
class Files:
    """CSVs with member and year, and score (0..1), or amount (USD; special ones may have a purpose)."""

    scores: Path | Pasted | None = None
    special: Path | Pasted | None = None
    paid: Path | Pasted | None = None


NO_FILES = Files()


def read_tables(files: Files, codes: Sequence[str], years: Sequence[int]) -> Tables:
    """Return what files say of members and years; raises AirshedError, with the line, for a row that makes no sense."""
    scores = {(row.member, row.year): row.score() for row in _rows(files.scores, "score", codes, years)}
    paid = {(row.member, row.year): row.amount() for row in _rows(files.paid, "amount", codes, years)}
    special = {
        (row.member, row.year, row.purpose): row.amount()
        for row in _rows(files.special, "amount", codes, years, earmarked=True)
    }
    return Tables(scores, paid, special)


@dataclass(frozen=True)
class _Row:
    place: str
    member: str
    year: int
    value: str
    purpose: str

    def score(self) -> float:
        try:
            return number(self.value, "score", SHARE)
        except AirshedError:
            raise AirshedError("score-not-share", place=self.place, value=repr(self.value[:SHOWN])) from None

    def amount(self) -> int:
        try:
            return to_cents(self.value)
        except AirshedError as error:
            raise AirshedError("place-and-message", place=self.place, message=error.text, remedy=error.advice) from None


def _rows(
    path: Path | Pasted | None, column: str, codes: Sequence[str], years: Sequence[int], earmarked: bool = False
) -> Iterator[_Row]:
    """Yield the rows of a file, none without a file; a member has one row a year, earmarked one for each purpose."""
    if path is None:
        return
    wanted = ("member", "year", column)
    seen: dict[tuple[str, int, str], int] = {}
    some = False
    for row in user_rows(path, wanted, (PURPOSE,) if earmarked else ()):
        place = row.place
        member, when, value = (row[name] for name in wanted)
        if member not in codes:
            raise AirshedError("not-member-budget", place=place, member=repr(member), codes=", ".join(codes))
        if not WHOLE.fullmatch(when[:LONGEST]):
            raise AirshedError(
                "budget-year-not-read", place=place, when=repr(when[:SHOWN]), first=years[0], last=years[-1]
            )
        year = int(whole(when, "year", Bound(0, 9999, whole=True)))
        if year not in years:
            raise AirshedError("year-outside-budget", place=place, year=year, first=years[0], last=years[-1])
        key = member, year, row[PURPOSE] if earmarked else ""
        if key in seen:
            raise AirshedError(
                "named-again-first-line", place=place, key=" ".join(str(part) for part in key if part), line=seen[key]
            )
        seen[key] = row.line
        some = True
        yield _Row(place, *key[:2], value, key[2])
    if not some:
        raise AirshedError("holds-header-only", path=path, wanted=", ".join(wanted))
