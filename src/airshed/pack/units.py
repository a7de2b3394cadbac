"""Units: one table (unit, dimension, factor, source) and one conversion, used at the door."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar, cast

from airshed.pack.errors import AirshedError

Numeric = TypeVar("Numeric")


@dataclass(frozen=True)
class Unit:
    """A unit with its dimension and its factor to the base unit of that dimension."""

    unit: str
    dimension: str
    factor: float
    source: str
    note: str


@cache
def units() -> dict[str, Unit]:
    """Return the table of units by name."""
    with files("airshed.pack").joinpath("schema/units.csv").open(encoding="utf-8") as handle:
        return {
            row["unit"]: Unit(row["unit"], row["dimension"], float(row["factor"]), row["source"], row["note"])
            for row in csv.DictReader(handle)
        }


def factor(unit: str, target: str) -> float:
    """Return what a value in `unit` is multiplied with to be in `target`.

    Raises AirshedError if a unit is unknown or the two measure different things.

    >>> factor("t/yr", "kt/yr")
    0.001
    """
    known = units()
    for name in (unit, target):
        if name not in known:
            raise AirshedError(f"the unit {name} is not known", f"use one of: {', '.join(known)}")
    if known[unit].dimension != known[target].dimension:
        raise AirshedError(
            f"{unit} measures {known[unit].dimension}, {target} measures {known[target].dimension}",
            "the two cannot be converted",
        )
    return known[unit].factor / known[target].factor


def convert(value: Numeric, unit: str, target: str) -> Numeric:
    """Return `value` (number or array) converted from `unit` to `target`.

    >>> convert(1500.0, "t/yr", "kt/yr")
    1.5
    """
    converted: Any = value
    return cast(Numeric, converted * factor(unit, target))
