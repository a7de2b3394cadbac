"""A table as a reader sees it: headings, cells with their style, rounding."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class ChapterCell:
    """A cell of a table with its style; markup : what stands for its text where that is read as HTML."""

    text: str
    css: str = ""
    markup: str = ""


@dataclass(frozen=True)
class Head:
    """A heading of a column."""

    text: str
    numeric: bool = False


@dataclass(frozen=True)
class ChapterTable:
    """A table ready to be drawn."""

    heads: list[Head]
    rows: list[list[ChapterCell]]
    caption: str = ""
    group: str = field(default="")


def number(value: float, digits: int = 0) -> str:
    """Return a number with thousands separators."""
    return f"{value:,.{digits}f}"


def rounded(value: float) -> str:
    """Return a count to three significant digits, as its interval allows.

    >>> rounded(2511581.0)
    '2,510,000'
    """
    if value == 0:
        return "0"
    step = 10 ** max(int(np.floor(np.log10(abs(value)))) - 2, 0)
    return f"{round(value / step) * step:,.0f}"


def show(value: float, digits: int = 0) -> str:
    """Return a number, or nothing where there is none."""
    return number(value, digits) if np.isfinite(value) else ""


def numeric(text: str) -> ChapterCell:
    """Return a cell with a number."""
    return ChapterCell(text, "n")
