"""Units: one table (unit, dimension, factor, source) and one conversion, used at the door.

A scale (`thousand`, `million`) may stand before any unit, and `CUR` in the table stands for the code of a currency.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, TypeVar, cast

from airshed.pack.errors import AirshedError

Numeric = TypeVar("Numeric")
SCALE = "scale"
"""Dimension of what may stand before a unit."""
CURRENCY = "CUR"
"""Stands for the code of a currency (ISO 4217) in the table of units."""
CODE = "[A-Z]{3}"
SHOUTED = re.compile(r"\b(?:[A-Z][a-z]{3,}|[A-Z]{5,})\b")
"""Words, of which the case says nothing; in symbols it does: mg/m3 is not Mg/m3, and k, M stand before a currency."""


@dataclass(frozen=True)
class Unit:
    """A unit with its dimension, its factor to the base unit of that dimension, and its currency if it has one."""

    unit: str
    dimension: str
    factor: float
    source: str
    note: str
    currency: str = ""


@cache
def units() -> dict[str, Unit]:
    """Return the table of units by name."""
    with files("airshed.pack").joinpath("schema/units.csv").open(encoding="utf-8") as handle:
        return {
            row["unit"]: Unit(row["unit"], row["dimension"], float(row["factor"]), row["source"], row["note"])
            for row in csv.DictReader(handle)
        }


@lru_cache(maxsize=4096)
def find(text: str) -> Unit | None:
    """Return the unit that a text names, however it is written; None if it is none.

    >>> find("µg/m³").unit, find("Thousand  USD").factor, find("kEUR/t").dimension
    ('ug/m3', 1000.0, 'cost per tonne in EUR')
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).replace("μ", "u").split())
    name = SHOUTED.sub(lambda word: word[0].lower(), plain)
    known = units()
    if name in known:
        return known[name]
    for scale in (unit for unit in known.values() if unit.dimension == SCALE):
        rest = find(name.removeprefix(f"{scale.unit} ")) if name.startswith(f"{scale.unit} ") else None
        if rest is not None:
            return replace(rest, unit=f"{scale.unit} {rest.unit}", factor=scale.factor * rest.factor)
    for unit in known.values():
        parts = [re.escape(part) for part in unit.unit.split(CURRENCY)]
        match = re.fullmatch(f"({CODE})".join(parts), name) if len(parts) > 1 else None
        if match is not None:
            return replace(unit, unit=name, dimension=unit.dimension.replace(CURRENCY, match[1]), currency=match[1])
    return None


def alike(unit: Unit) -> list[str]:
    """Return the names of the units that measure the same, itself first, then in the order of the table.

    >>> alike(find("million USD"))
    ['million USD', 'USD', 'kUSD', 'MUSD']
    """
    currency = unit.currency or CURRENCY
    names = [one.unit for one in units().values() if one.dimension.replace(CURRENCY, currency) == unit.dimension]
    return list(dict.fromkeys([unit.unit, *(name.replace(CURRENCY, currency) for name in names)]))


def factor(unit: str, target: str) -> float:
    """Return what a value in `unit` is multiplied with to be in `target`.

    Raises AirshedError if a unit is unknown or the two measure different things.

    >>> factor("t/yr", "kt/yr")
    0.001
    """
    found, wanted = _known(unit), _known(target)
    if found.dimension != wanted.dimension:
        raise AirshedError(
            "units-of-other-dimensions",
            unit=unit,
            dimension=found.dimension,
            target=target,
            target_dimension=wanted.dimension,
        )
    return found.factor / wanted.factor


def _known(name: str) -> Unit:
    found, known = find(name), units()
    if found is None:
        raise AirshedError("unit-not-known", name=name, known=", ".join(known))
    return found


def convert(value: Numeric, unit: str, target: str) -> Numeric:
    """Return `value` (number or array) converted from `unit` to `target`.

    >>> convert(1500.0, "t/yr", "kt/yr")
    1.5
    """
    converted: Any = value
    return cast(Numeric, converted * factor(unit, target))
