"""Percentages as people read them: one rule for sentences and cells of commands, pages and the report."""

from __future__ import annotations

import math

LEAST = 0.1
"""Percent below which one decimal says nothing."""
WHOLE_FROM = 9.95
"""Percent from which a whole number says enough."""
ALL, NEARLY = 100.0, 99.5
"""Percent that is all, and from which a whole number would say all."""
EXACT = 1e-9


def percent(share: float | None, sign: bool = False, small: bool = False) -> str:
    """Return a share or a relative change as text: the number, a space and the sign of percent; nothing if not known.

    share : 1 is 100 %; sign : write the plus of a rise; small : two digits of what is below one percent, where all that
    is told is as small, such as parts of a GDP
    What is not 0 never reads 0 %, and what is not all of it never 100 %.

    >>> [percent(share) for share in (0.003, 0.042, 0.05, 0.46, 1.0, 12.5)]
    ['0.3 %', '4.2 %', '5 %', '46 %', '100 %', '1,250 %']
    >>> [percent(share) for share in (0.0, 0.0004, -0.0004, 0.9962, 0.9999)]
    ['0 %', '< 0.1 %', '> -0.1 %', '99.6 %', '> 99.9 %']
    >>> percent(0.2, sign=True), percent(-0.042, sign=True), percent(0.000423, small=True), percent(None)
    ('+20 %', '-4.2 %', '0.042 %', '')
    """
    if share is None or not math.isfinite(share):
        return ""
    size = abs(ALL * share)
    mark = "-" if share < 0 else "+" if sign and share > 0 else ""
    above, below = ("<", ">") if share < 0 else (">", "<")
    if small and 0 < size < 1.0:
        return f"{mark}{size:.2g} %"
    if 0 < size < LEAST - EXACT:
        return f"{below} {mark}{LEAST} %"
    if NEARLY <= size < ALL - EXACT:
        return f"{mark}{size:.1f} %" if size < ALL - LEAST / 2 else f"{above} {mark}{ALL - LEAST} %"
    return f"{mark}{size:.1f}".removesuffix(".0") + " %" if size < WHOLE_FROM else f"{mark}{size:,.0f} %"
