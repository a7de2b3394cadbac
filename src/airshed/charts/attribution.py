"""The chart of an attribution: one bar from zero to the level of a place, and below it what each source gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airshed.charts.colours import ink_on
from airshed.charts.deferred import deferred
from airshed.charts.marks import ABOVE, INK, at_mark, numbers, who_lines
from airshed.charts.theme import configured

if TYPE_CHECKING:
    import altair as alt
else:
    from airshed.charts.deferred import alt

WIDTH = 620
STEP = 30
"""Height of a row."""
LETTER, WIDE_LETTER = 7.0, 12.0
"""Pixels that a letter of a name takes, and one of Korean or Chinese."""
DASHES = (4, 3)
LEFT = "#ffffff"
"""Inside of what is not explained."""


@deferred
def level_bar(
    rows: pd.DataFrame,
    level: float,
    *,
    whole: str,
    unexplained: str,
    title: str,
    subtitle: str | Sequence[str],
    axis: str,
    guides: Sequence[float] = (),
) -> Any:
    """Return the level of a place as one bar of its parts, with a row for each part below.

    rows : columns label, value, low, high (ug/m3; NaN for no interval), colour, text (the number behind its row), in
        the order of the bar; level : where the bar ends, ug/m3; whole : label of the bar; unexplained : label of the
        part that no source explains, which is dashed; guides : levels of WHO
    Where the sources give more than the level, the part that is not explained is below zero, and the bar goes on beyond
    the mark of the level.
    """
    labels = [whole, *rows["label"]]
    down = alt.Y("label:N", sort=labels, axis=alt.Axis(title=None, labelLimit=340))
    parts = _parts(rows, whole)
    top = max(float(parts["end"].max()), level, float(rows[["value", "high"]].max().max()))
    parts["need"] = [sum(WIDE_LETTER if ord(one) > 0x2E80 else LETTER for one in name) for name in parts["part"]]
    parts["room"] = (parts["end"] - parts["start"]) / (ABOVE * top)
    across = alt.Axis(title=axis, grid=not guides, tickCount=8)
    fill = alt.Color("colour:N", scale=None)
    below = rows.assign(dashed=rows["label"] == unexplained, end=rows[["value", "high"]].max(axis=1).clip(lower=0.0))
    layers = [
        *_bars(parts, "start", "end", down, fill, across),
        *who_lines(guides, max(level, float(parts["end"].max())), STEP),
        *_bars(below.assign(start=0.0), "start", "value", down, fill, across),
        *_spans(below.dropna(subset=["low", "high"]), down),
        numbers(below, down, "end"),
        alt.Chart(parts)
        .mark_text(fontSize=11)
        .encode(
            x=alt.X("middle:Q"),
            y=down,
            text=alt.condition("datum.need < datum.room * width", "part:N", alt.value("")),
            color=alt.Color("ink:N", scale=None),
        ),
        *_mark_of_level(level, float(parts["end"].max()), whole, down),
    ]
    size = {"width": WIDTH, "height": STEP * len(labels)}
    return configured(alt.layer(*layers).properties(title=alt.TitleParams(title, subtitle=subtitle), **size))


def _parts(rows: pd.DataFrame, whole: str) -> pd.DataFrame:
    """Return the parts of the one bar, one behind the other: columns label, part, start, end, middle, colour, ink."""
    held = rows[rows["value"] > 0]
    ends = held["value"].cumsum().to_numpy(dtype=np.float64)
    starts = ends - held["value"].to_numpy(dtype=np.float64)
    return pd.DataFrame(
        {
            "label": whole,
            "part": list(held["label"]),
            "start": starts,
            "end": ends,
            "middle": (starts + ends) / 2,
            "colour": list(held["colour"]),
            "ink": [ink_on(colour) for colour in held["colour"]],
            "dashed": [colour == LEFT for colour in held["colour"]],
        }
    )


def _bars(rows: pd.DataFrame, start: str, end: str, down: Any, fill: Any, axis: Any) -> list[Any]:
    """Return bars between two columns; what is dashed has an outline alone."""
    across = {"x": alt.X(f"{start}:Q", axis=axis), "x2": alt.X2(f"{end}:Q"), "y": down}
    full, hollow = rows[~rows["dashed"]], rows[rows["dashed"]]
    made = [alt.Chart(full).mark_bar(stroke="white", strokeWidth=1).encode(color=fill, **across)]
    if len(hollow):
        outline = alt.Chart(hollow).mark_bar(stroke=INK, strokeDash=list(DASHES), color=LEFT)
        made.append(outline.encode(**across))
    return made


def _spans(rows: pd.DataFrame, down: Any) -> list[Any]:
    """Return the lines of the intervals, with a light rim so that they are seen on any bar."""
    if rows.empty:
        return []
    base = alt.Chart(rows).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=down)
    return [base.mark_rule(strokeWidth=4, color="white", aria=False), base.mark_rule(strokeWidth=2, color=INK)]


def _mark_of_level(level: float, end: float, whole: str, down: Any) -> list[Any]:
    """Return the mark at which the bar should end, and its number."""
    rows = pd.DataFrame({"label": [whole], "level": [level], "end": [max(level, end)], "text": [at_mark(level, 4)]})
    tick = alt.Chart(rows).mark_tick(thickness=3, color="black", height=STEP - 6).encode(x=alt.X("level:Q"), y=down)
    words = alt.Chart(rows).mark_text(align="left", dx=7, fontSize=13, fontWeight=600, color=INK)
    return [tick, words.encode(x=alt.X("end:Q"), y=down, text=alt.Text("text:N"))]
