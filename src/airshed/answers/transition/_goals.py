"""How targets are told: their numbers in words, the sentence of a verdict, and their charts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from airshed.answers.cells import NAN, plain, records
from airshed.answers.words import Figure, Words
from airshed.charts.evidence import comparison_points
from airshed.charts.local import level_trend
from airshed.pack.percent import percent
from airshed.transition.targets import BEHIND, MET, MISSED, NO_DATA, ON_TRACK, UNDATED

AIMED = "aimed at"
SHOWN = 12
"""Targets of a chart."""
LONGEST = 56
"""Letters of a target in a chart."""
INDEX, PERCENT = "index", "percent"
Row = Mapping[str, Any]


def amount(row: Row, name: str, words: Words) -> str:
    """Return a number of a target: of a change in percent from its base, of yes or no in a word, else with its unit."""
    value = NAN if row[name] is None else float(row[name])
    if row["operator"] == "change":
        if name == "goal":
            return _percent(float(row["target_value"]))
        base = NAN if row["base_value"] is None else float(row["base_value"])
        return _percent(100.0 * (value / base - 1.0)) if math.isfinite(value) and base > 0 else ""
    if row["operator"] == "do":
        return words.translate("yes") if value == 1.0 else ""
    if not math.isfinite(value):
        return ""
    if row["unit"] == PERCENT:
        return percent(value / 100.0)
    return f"{plain(value)} {unit_of(row, words)}".strip()


def _percent(value: float) -> str:
    """Return a change in percent as targets print it, where 13.5 and 13 are not the same."""
    return f"{value:+.3g} %"


def unit_of(row: Row, words: Words) -> str:
    """Return the unit of a row as people write it."""
    return words.translate(str(row["unit"])).replace("ug/m3", "µg/m³") if row["unit"] else ""


def rate(row: Row, name: str, words: Words) -> str:
    """Return a rate per year of a target; nothing where there is none."""
    value = NAN if row[name] is None else float(row[name])
    if not math.isfinite(value) or row["operator"] == "do":
        return ""
    if row["rate_unit"] == "percent/yr":
        return percent(value / 100.0, sign=True)
    if row["operator"] == "change":
        base = NAN if row["base_value"] is None else float(row["base_value"])
        return percent(value / base, sign=True) if base > 0 else ""
    unit = words.translate("points") if row["unit"] == PERCENT else unit_of(row, words)
    return f"{value:+.3g} {unit}".strip()


def absent(value: Any) -> bool:
    """Return whether a cell holds nothing."""
    return value is None or bool(pd.isna(value))


def target_year(row: Row) -> str:
    """Return the year of a target as text, nothing for none."""
    return "" if absent(row["target_year"]) else str(int(row["target_year"]))


def on_path(row: Row, words: Words) -> str:
    """Return where the path to a target stands in the year of its data; nothing where it has none."""
    return amount(row, "on_path", words) if row["status"] in (ON_TRACK, BEHIND) else ""


def needed(row: Row, words: Words) -> str:
    """Return the rate that a target still needs beside that so far; nothing where it needs none."""
    wanted, so_far = rate(row, "rate_needed", words), rate(row, "rate_so_far", words)
    if not wanted:
        return ""
    if not so_far:
        return words.translate("{needed} a year").format(needed=wanted)
    return words.translate("{needed} a year, so far {so_far} a year").format(needed=wanted, so_far=so_far)


def status_sentence(row: Row, words: Words) -> str:
    """Return the verdict on a target in one sentence, with the year of its data."""
    _ = words.translate
    texts = {
        MET: _("“{statement}”: met since {since}; {value} in {year}, {goal} aimed at."),
        ON_TRACK: _("“{statement}”: on track by data of {year}; {value}, where the path to {goal} asks for {path}."),
        BEHIND: _("“{statement}”: behind by data of {year}; {value}, where the path to {goal} asks for {path}."),
        MISSED: _("“{statement}”: missed; {value} in {year}, {goal} aimed at."),
        UNDATED: _("“{statement}”: no year is set; {value} in {year}, {goal} aimed at."),
        NO_DATA: _("“{statement}”: no verdict, since there is no {missing}."),
    }
    status, path = str(row["status"]), on_path(row, words)
    text = texts[status]
    if status == BEHIND and not path:
        text = _("“{statement}”: behind by data of {year}; {value}, {goal} aimed at.")
    if status == MET and row["operator"] == "do":
        text = _("“{statement}”: met, by data of {year}.")
    if status == NO_DATA and not row["missing"]:
        text = _("“{statement}”: no verdict, since there is no data after the base year.")
    if status == MISSED and not absent(row["late"]):
        text = _("“{statement}”: missed, {value} in {year} and {goal} aimed at; reached in {late}.")
    years = {name: "" if absent(row[name]) else int(row[name]) for name in ("since", "late", "data_year")}
    return text.format(
        statement=row["statement"],
        since=years["since"],
        late=years["late"],
        year=years["data_year"],
        value=amount(row, "value", words),
        goal=amount(row, "goal", words),
        path=path,
        missing=row["missing"],
    )


def under_way(table: pd.DataFrame) -> pd.DataFrame:
    """Return the targets that are not met, of which it is known how far they are along their way."""
    held: pd.DataFrame = table[table["status"].isin([ON_TRACK, BEHIND, MISSED]) & table["done_percent"].notna()]
    return held


def way_chart(table: pd.DataFrame, words: Words) -> Figure | None:
    """Return how far targets that are not met are along their way, beside what their path asks for."""
    _ = words.translate
    held = under_way(table).head(SHOWN)
    if held.empty:
        return None
    labels = [text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…" for text in held["statement"]]
    series = [_("done"), _("path asks for")]
    points = pd.concat(
        pd.DataFrame({"label": labels, "series": name, "value": held[column].to_numpy(dtype=float) / 100})
        for name, column in zip(series, ("done_percent", "path_percent"), strict=True)
    ).dropna()
    ends = held[["done_percent", "path_percent"]].to_numpy(dtype=float) / 100
    spans = pd.DataFrame({"label": labels, "low": ends.min(axis=1), "high": ends.max(axis=1)}).dropna()
    title = _("How far targets are along their way")
    years = held["data_year"].dropna()
    subtitle = _("targets not met, by data of {first} to {last}").format(first=int(years.min()), last=int(years.max()))
    chart = comparison_points(
        spans,
        points,
        labels=labels,
        series=series,
        title=title,
        subtitle=subtitle,
        axis=_("share of the way from base to target"),
        percent=True,
    )
    return Figure("way", chart, f"{title}. {status_sentence(records(held, NAN)[0], words)}", title)


def trend_chart(row: Row, seen: pd.DataFrame, words: Words) -> Figure | None:
    """Return what is observed beside the path from the base to the target; nothing without two years of data."""
    _ = words.translate
    held = seen.sort_values("year").drop_duplicates("year", keep="first")
    if len(held) + (not absent(row["base_year"])) < 2 or row["operator"] in ("retire", "do"):
        return None
    points = {int(year): float(value) for year, value in zip(held["year"], held["value"], strict=True)}
    path: dict[int, float] = {}
    if not absent(row["base_year"]) and not absent(row["target_year"]) and math.isfinite(row["base_value"]):
        path = {int(row["base_year"]): float(row["base_value"]), int(row["target_year"]): float(row["goal"])}
    years = sorted({*points, *path})
    rows = pd.DataFrame({"year": years})
    rows = rows.assign(value=rows["year"].map(path), observed=rows["year"].map(points), low=NAN, high=NAN)
    series = (_("path to the target"), _("observed"))
    title = _("Observed and aimed at")
    limits = pd.DataFrame({"limit": [float(row["goal"])], "label": [""]})
    unit = _("base year = 100") if row["unit"] == INDEX else unit_of(row, words)
    chart = level_trend(rows, limits, series=series, title=title, subtitle=str(row["statement"]), axis=unit)
    return Figure("trend", chart, f"{title}. {status_sentence(row, words)}", title)
