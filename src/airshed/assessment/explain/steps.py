"""One step from a number to its sources, and the steps that every explanation shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from airshed.pack.codes import unknown
from airshed.pack.pack import Pack

THE_NUMBER = "the number"
EQUATION = "equation: {title}"
TEMPLATES = (THE_NUMBER, EQUATION)
"""Templates of steps, for translation."""


@dataclass(frozen=True)
class Step:
    """One step from a number to its sources."""

    step: str
    value: float = float("nan")
    unit: str = ""
    low: float = float("nan")
    high: float = float("nan")
    basis: str = ""
    source: str = ""
    note: str = ""

    def record(self, pack: Pack) -> dict[str, Any]:
        """Return the step as a record, the titles of its sources written out."""
        titles = pack.table("sources").set_index("key")["title"]
        numbers = {
            name: None if not np.isfinite(value) else float(value)
            for name, value in (("value", self.value), ("low", self.low), ("high", self.high))
        }
        named = " | ".join(str(titles[key]) for key in self.source.split() if key in titles.index)
        return {
            "step": self.step,
            **numbers,
            "unit": self.unit,
            "basis": self.basis,
            "source": self.source,
            "title": named,
            "note": self.note,
        }


def equation_steps(*keys: str) -> list[Step]:
    """Return a step for each formula of the catalogue."""
    from airshed.assessment.evidence.equations import equations

    found = {item.id: item for item in equations()}
    return [
        Step(EQUATION.format(title=found[key].title), unit=found[key].units, note=f"{found[key].citation}: {key}")
        for key in keys
    ]


def row_step(row: dict[str, Any], unit: str = "") -> Step:
    """Return the step of the explained number itself."""
    number = {name: float(row.get(name, np.nan)) for name in ("value", "low", "high")}
    return Step(
        THE_NUMBER,
        number["value"],
        str(row.get("unit", unit)),
        number["low"],
        number["high"],
        str(row.get("basis", "")),
        str(row.get("source", "")),
        str(row.get("note", "")),
    )


def pick(rows: pd.DataFrame, column: str, key: str) -> dict[str, Any]:
    """Return the first row with a key; raises AirshedError for one that is not there."""
    if key not in set(rows[column]):
        raise unknown(column, key, list(dict.fromkeys(rows[column])))
    return {str(name): value for name, value in rows[rows[column] == key].iloc[0].items()}
