"""What charts share: numbers written at marks, WHO's levels as lines, and whether lines are flat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airshed.pack.pack import Pack

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

INK = "#22282e"
SOFT = "#5c6670"
GUIDE = "#6a737b"
DIGITS = 3
"""Significant digits of a number at a mark."""
EACH = "abs(datum.value) >= 1000 || datum.value == 0 ? format(datum.value, '~s') : format(datum.value, '~g')"
"""Labels of an axis over many powers of ten: each with its own prefix, none for what is below one."""
FLAT = 0.02
"""Relative change below which a line is flat."""
ABOVE = 1.05
"""How far above the largest value, as a factor, a level is still drawn."""
ROOM = 1.14
"""How much further than its values an axis goes on which numbers stand behind them."""


def at_mark(value: float, digits: int = DIGITS) -> str:
    """Return a number as it stands at a mark: two or three digits that count, thousands apart.

    >>> [at_mark(value) for value in (0.04213, 3.94, 41.26, 1184.0, 2293192.0, -0.0001, 0.0)]
    ['0.042', '3.9', '41', '1,180', '2,290,000', '-0.0001', '0']
    """
    if not np.isfinite(value) or value == 0:
        return "0" if value == 0 else ""
    kept = digits if abs(value) >= 1000 else digits - 1
    rounded = float(f"{value:.{kept - 1}e}")
    power = int(np.floor(np.log10(abs(rounded))))
    decimals = max(0, kept - 1 - power)
    text = f"{rounded:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals and abs(rounded) < 1 else text


def numbers(rows: pd.DataFrame, position: Any, at: str, text: str = "text", **mark: Any) -> Any:
    """Return the texts of rows behind their marks, on a light rim; at : column of the place along x; position : y."""
    base = alt.Chart(rows).encode(x=alt.X(f"{at}:Q"), y=position, text=alt.Text(f"{text}:N"))
    form = {"align": "left", "dx": 7, "fontSize": 11, **mark}
    rim = base.mark_text(color="white", stroke="white", strokeWidth=4, strokeJoin="round", aria=False, **form)
    return rim + base.mark_text(color=SOFT, **form)


def who_levels(pack: Pack) -> list[float]:
    """Return the levels of annual mean PM2.5 of the newest WHO guidelines that the pack holds, ug/m3, ascending."""
    rows = pack.optional("standards")
    rows = rows[(rows["scope"] == "WHO") & (rows["pollutant"] == "PM2.5") & (rows["averaging"] == "annual")]
    newest = rows[rows["standard"] == rows["standard"].max()] if len(rows) else rows
    return sorted(float(limit) for limit in newest["limit"])


def who_shown(levels: Sequence[float], top: float) -> list[float]:
    """Return the levels that an axis up to a value shows, the lowest at least.

    >>> who_shown([5.0, 10.0, 15.0, 25.0, 35.0], 24.0), who_shown([5.0, 10.0], 2.0), who_shown([], 9.0)
    ([5.0, 10.0, 15.0, 25.0], [5.0], [])
    """
    held = [level for level in levels if level <= ABOVE * top]
    return held or list(levels[:1])


def who_lines(levels: Sequence[float], top: float, height: float | None = None) -> list[Any]:
    """Return WHO's levels as thin lines across an x axis of PM2.5 that ends at `top`, labelled above the plot.

    height : pixels from above that the lines go down, to the axis if none
    """
    shown = who_shown(levels, top)
    if not shown:
        return []
    texts = [f"WHO {level:g}" if place == 0 else f"{level:g}" for place, level in enumerate(shown)]
    rows = pd.DataFrame({"who": shown, "words": texts})
    base = alt.Chart(rows).encode(x=alt.X("who:Q"))
    down = {} if height is None else {"y": alt.value(0), "y2": alt.value(height)}
    lines = base.mark_rule(strokeWidth=0.8, strokeDash=[3, 3], color=GUIDE).encode(**down)
    words = base.mark_text(fontSize=10, color=GUIDE, dy=-6).encode(y=alt.value(0), text=alt.Text("words:N"))
    return [lines, words]


def flat(rows: pd.DataFrame, by: str, value: str = "value") -> bool:
    """Return whether no line changes by as much as 2 % between its lowest and its highest value.

    rows : a row per point; by : the column that tells the lines apart

    >>> flat(pd.DataFrame({"who": ["a", "a", "b", "b"], "value": [10.0, 10.1, 5.0, 5.0]}), "who")
    True
    >>> flat(pd.DataFrame({"who": ["a", "a"], "value": [10.0, 9.0]}), "who")
    False
    """
    ends = rows.dropna(subset=[value]).groupby(by, sort=False)[value].agg(["min", "max"])
    size = ends.abs().max(axis=1)
    return bool(((ends["max"] - ends["min"]) <= FLAT * size).all())
