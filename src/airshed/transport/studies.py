"""Published contributions as numbers to calibrate to or to compare with: whose, of what, how exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.pack import Pack

PERCENT = "percent"
SOURCE, FOREIGN, OTHER, OWN = "source", "foreign", "other", "own"
BOUND = 0.02
"""Shares up to this are upper bounds only."""


@dataclass(frozen=True)
class Published:
    """A row of published_contributions with its use."""

    study: str
    method: str
    period: str
    receptor: str
    receptor_name: str
    source_region: str
    source_name: str
    stands_for: str
    role: str
    quantity: str
    unit: str
    low: float
    central: float
    high: float
    year: int | None
    year_before: int | None
    confidence: str
    source: str
    note: str
    precursor: str = ""
    period_kind: str = ""
    receptor_coverage: str = ""

    @property
    def values(self) -> list[float]:
        """The numbers that are printed, in order."""
        return [value for value in (self.low, self.central, self.high) if np.isfinite(value)]

    @property
    def middle(self) -> float:
        """The central number, or the middle of the ends; an end alone stands for itself."""
        return self.central if np.isfinite(self.central) else float(np.mean(self.values))

    @property
    def rounding(self) -> float:
        """Half a unit of the last digit of the middle, as it is printed."""
        text = f"{self.middle:g}"
        return float(0.5 * 10.0 ** -len(text.partition(".")[2]))


def published(pack: Pack, use: str) -> list[Published]:
    """Return the rows of one use (anchor, spread, place, own, precursor ...), in the order of the table."""
    rows = pack.optional("published_contributions")
    return [
        Published(
            **{name: row[name] for name in _TEXTS},
            role=row["receptor_role"],
            low=float(row["low"]),
            central=float(row["central"]),
            high=float(row["high"]),
            year=_year(row["model_year"]),
            year_before=_year(row["model_year_before"]),
            **{name: str(row.get(name, "")) for name in _MORE},
        )
        for row in rows[rows["use"] == use].to_dict("records")
    ]


_TEXTS = (
    "study",
    "method",
    "period",
    "receptor",
    "receptor_name",
    "source_region",
    "source_name",
    "stands_for",
    "quantity",
    "unit",
    "confidence",
    "source",
    "note",
)


_MORE = ("precursor", "period_kind", "receptor_coverage")


def _year(value: object) -> int | None:
    text = str(value).removesuffix(".0")
    return int(text) if text.isdigit() else None


@equation(
    key="log-odds",
    title="Log-odds of a share",
    latex=r"x = \ln\frac{s}{1-s}",
    units="1",
    citation="definition; Aitchison 1986, The Statistical Analysis of Compositional Data",
)
def log_odds(share: Floats | float) -> Floats:
    """Return the log-odds of shares in 0..1.

    >>> float(log_odds(0.5))
    0.0
    """
    value = np.clip(np.asarray(share, dtype=np.float64), 1e-9, 1.0 - 1e-9)
    return np.asarray(np.log(value / (1.0 - value)))


def from_log_odds(odds: Floats | float) -> Floats:
    """Return the shares of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(np.asarray(odds, dtype=np.float64), -700.0, 700.0))))
