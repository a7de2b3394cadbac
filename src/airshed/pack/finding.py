"""Findings of the pack checks: a code, a severity, a place, and the remedy."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.letters import letters_in, shown

SEVERITIES = ("blocker", "error", "warning", "info")


@dataclass(frozen=True)
class Finding:
    """One thing a check found; `row` is the line of the file, counted from 1 with the header, 0 for a whole file."""

    code: str
    severity: str
    table: str
    file: str
    row: int
    column: str
    message: str
    remedy: str
    values: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)

    @property
    def text(self) -> Phrase:
        """The message as a phrase."""
        return Phrase(self.code, **self.values)

    @property
    def advice(self) -> Phrase:
        """The remedy as a phrase."""
        return self.text.remedied()

    def record(self) -> dict[str, str | int]:
        """Return the finding as one record for JSON or CSV."""
        return {name: value for name, value in asdict(self).items() if name != "values"}


@dataclass(frozen=True)
class FindingKind:
    """A row of the catalogue of findings, in the language asked for."""

    code: str
    severity: str
    message: str
    remedy: str


@cache
def catalogue() -> dict[str, FindingKind]:
    """Return the catalogue `schema/findings.csv` by code."""
    with files("airshed.pack").joinpath("schema/findings.csv").open(encoding="utf-8") as handle:
        return {row["code"]: FindingKind(**row) for row in csv.DictReader(handle)}


def finding(code: str, file: str, table: str = "", row: int = 0, column: str = "", **values: object) -> Finding:
    """Make a finding of the catalogue; `values` fill the placeholders of its message and remedy."""
    text = Phrase(code, **{"table": table, "column": column, **values})
    return Finding(
        code=code,
        severity=catalogue()[code].severity,
        table=table,
        file=file,
        row=row,
        column=shown(column),
        message=text.told(str),
        remedy=text.remedied().told(str),
        values=text.values,
    )


def check_document(document: Any, file: str) -> list[Finding]:
    """Find the texts of a parsed document that hold a letter that no text may."""
    return [finding("AS117", file, column=place, letter=letter) for place, letter in letters_in(document)]


def stops(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that make a pack unusable: blockers and errors."""
    return [item for item in findings if item.severity in ("blocker", "error")]


class PackError(AirshedError):
    """The pack fails its checks; carries the findings."""

    def __init__(self, path: str, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        super().__init__("pack-fails-checks", path=path, findings=len(self.findings))
