"""Cells of tables as text and as JSON: the same rounding for command line and pages."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airshed.pack.pack import Pack


NAN = math.nan
"""What stands for a missing number in rows that are reckoned with; None does in rows that are shown or sent."""
SMALL = 0.1
"""Million USD below which two decimals say too little."""
WHOLE_FROM = 10.0
"""Million USD from which a whole number says enough."""


def clean(value: Any, missing: float | None = None) -> Any:
    """Return a cell as JSON knows it: a number that is none becomes `missing`, numpy numbers plain ones, text stays."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return missing
    return value


def records(table: Any, missing: float | None = None) -> list[dict[str, Any]]:
    """Return a data frame as a list of plain records; missing : what stands where there is no number."""
    return [{str(key): clean(value, missing) for key, value in row.items()} for row in table.to_dict("records")]


def plain(value: Any) -> str:
    """Return a cell as text: nothing for what is missing, numbers with up to four significant digits after a point."""
    if value is None or value == "":
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value)


def names(pack: Pack, language: str) -> Callable[[Any], str]:
    """Return the rendering of a code as its name with the code behind it."""

    def show(code: str) -> str:
        name = pack.name(code, language)
        return code if name == code else f"{name} ({code})"

    return show


def plain_amount(value: float | None) -> str:
    """Return an amount with one decimal, or two digits where that says nothing.

    >>> plain_amount(1234.56), plain_amount(0.0123), plain_amount(0.0)
    ('1,234.6', '0.012', '0.0')
    """
    return "" if value is None else f"{value:,.1f}" if value == 0 or abs(value) >= SMALL / 2 else f"{value:.2g}"


def whole_amount(value: float) -> str:
    """Return an amount in millions: whole, or two digits where it is small.

    >>> whole_amount(81856.3), whole_amount(12.4), whole_amount(0.312), whole_amount(0.0)
    ('81,856', '12', '0.31', '0')
    """
    return f"{value:,.0f}" if value == 0 or abs(value) >= WHOLE_FROM else f"{value:.2g}"


def small_money(value: Any) -> str:
    """Return an amount in millions: two decimals, or four digits where two decimals would say nothing.

    >>> small_money(12.345), small_money(0.0025), small_money(0.0)
    ('12.35', '0.0025', '0.00')
    """
    return fixed(2)(value) if value is None or not 0 < abs(value) < SMALL else plain(value)


def fixed(digits: int, sign: bool = False) -> Callable[[Any], str]:
    """Return the rendering of a number with that many decimals."""
    form = f"{{:{'+' if sign else ''},.{digits}f}}"
    return lambda value: "" if value is None else form.format(value)
