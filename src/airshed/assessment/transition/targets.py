"""Targets of policies with their verdicts: what was aimed at, what is observed, how far it is, what rate it needs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from airshed.pack.arrays import Floats, Ints
from airshed.pack.codes import unknown
from airshed.pack.pack import Pack
from airshed.transition.targets import (
    NO_DATA,
    STATUSES,
    Aim,
    Verdict,
    needed_rate,
    share_done,
    target_path,
    verdict,
)

COMPOUND = "compound"
PERCENT_RATE = "percent/yr"
COLUMNS = (
    "target", "kind", "statement", "region", "scope", "indicator", "operator", "target_value", "target_unit",
    "base_year", "base_value", "target_year", "path", "goal", "unit", "status", "data_year", "period", "value",
    "on_path", "since", "late", "done_percent", "path_percent", "distance", "rate_so_far", "rate_needed", "rate_unit",
    "years", "rule", "missing", "place", "source", "observed_source", "note",
)  # fmt: skip
Row = Mapping[str, Any]


@dataclass(frozen=True)
class ObservedSeries:
    """The observations that a target is judged by.

    years, values : (observation), in order, of an indicator that adds up the sums from the year after the base year
    periods, sources : (observation)
    base_year, base : that the way is counted from; None and NaN where there is none
    """

    years: Ints
    values: Floats
    periods: tuple[str, ...]
    sources: tuple[str, ...]
    base_year: int | None
    base: float


@dataclass(frozen=True)
class TargetTables:
    """The tables on targets: targets and indicators by code, observations by indicator, region and series.

    seen : rows in the order of years
    """

    targets: Mapping[str, Row]
    indicators: Mapping[str, Row]
    seen: Mapping[tuple[str, str, str], Sequence[Row]]


def tables_of(pack: Pack) -> TargetTables:
    """Return the tables on targets; raises MissingTableError without one of them."""
    targets, indicators = (_by_code(pack.table(name)) for name in ("policy_targets", "target_indicators"))
    seen: dict[tuple[str, str, str], list[Row]] = {}
    for row in pack.table("target_observations").sort_values("year", kind="stable").to_dict("records"):
        held = {str(key): value for key, value in row.items()}
        seen.setdefault((held["indicator"], held["region"], held["series"]), []).append(held)
    return TargetTables(targets, indicators, seen)


def target_codes(pack: Pack) -> list[str]:
    """Return the codes of the targets of policies, in the order of their table."""
    return [str(code) for code in pack.optional("policy_targets")["code"]]


def target_row(pack: Pack, code: str) -> Row:
    """Return a target of policies; raises AirshedError for one that is not known."""
    return _target(_by_code(pack.table("policy_targets")), code)


def _target(rows: Mapping[str, Row], code: str) -> Row:
    if code not in rows:
        raise unknown("target", code, list(rows))
    return rows[code]


def _by_code(rows: pd.DataFrame) -> dict[str, Row]:
    """Return the rows of a table by their code."""
    return {str(row["code"]): {str(key): value for key, value in row.items()} for row in rows.to_dict("records")}


def told(row: Row, field: str, language: str) -> str:
    """Return a text of a row in a language, in English where it has none."""
    return str(row[f"{field}_{language}"] or row[f"{field}_en"])


def observations(pack: Pack, target: Row, until: int | None = None) -> pd.DataFrame:
    """Return the observations of the indicator of a target in its region, of every series, by series and year.

    until : the last year that counts, all if None
    """
    rows = pack.table("target_observations")
    held: pd.DataFrame = rows[(rows["indicator"] == target["indicator"]) & (rows["region"] == target["region"])]
    if until is not None:
        held = held[held["year"] <= until]
    return held.sort_values(["series", "year"], kind="stable").reset_index(drop=True)


def series_of(tables: TargetTables, target: Row, until: int | None = None) -> ObservedSeries:
    """Return the series that a target is judged by.

    until : the last year that counts, all if None
    The base is that of the target as printed, else the observation of its base year, else the first after it.
    """
    rows = tables.seen.get((str(target["indicator"]), str(target["region"]), str(target["series"])), ())
    held = [row for row in rows if until is None or row["year"] <= until]
    years = np.array([row["year"] for row in held], dtype=np.int64)
    values = np.array([row["value"] for row in held], dtype=float)
    base_year, base = _year(target["base_year"]), float(target["base_value"])
    if tables.indicators[str(target["indicator"])]["accumulates"] == "yes":
        years, values = _added(years, values, base_year)
        held = [row for row in held if row["year"] in years]
    elif base_year is not None and not math.isfinite(base):
        from_there = np.flatnonzero(years >= base_year)
        due = _year(target["target_year"])
        if len(from_there) and (due is None or years[from_there[0]] < due):
            base_year, base = int(years[from_there[0]]), float(values[from_there[0]])
    periods, sources = (tuple(str(row[name]) for row in held) for name in ("period", "source"))
    return ObservedSeries(years, values, periods, sources, base_year, base)


def _added(years: Ints, values: Floats, base_year: int | None) -> tuple[Ints, Floats]:
    """Return the running sums of a series of single years, up to its first gap."""
    first = int(years[0]) if base_year is None and len(years) else (base_year or 0) + 1
    kept = [place for place, year in enumerate(years) if year >= first]
    whole = [place for number, place in enumerate(kept) if years[place] == first + number]
    return years[whole], np.cumsum(values[whole])


def aim_of(target: Row, series: ObservedSeries) -> Aim:
    """Return a target as a number of its indicator; its goal is NaN where that needs a base that is not known."""
    value, operator = float(target["value"]), str(target["operator"])
    base, begun = series.base, series.base_year
    if operator == "change":
        goal = base * (1.0 + value / 100.0)
    elif operator == "add":
        goal = base + value
    elif operator == "do":
        goal, begun = 1.0, None
    else:
        goal = value
    rising = value > 0 if operator == "change" else operator != "at_most"
    return Aim(goal, rising, base, begun, _year(target["target_year"]), target["path"] == COMPOUND)


def judged(series: ObservedSeries, aim: Aim) -> Verdict:
    """Return the verdict on a target, `no data` where its goal is not known in the unit of its indicator."""
    return verdict(aim, series.years, series.values) if math.isfinite(aim.goal) else Verdict(NO_DATA)


def targets_table(
    pack: Pack, language: str = "en", until: int | None = None, codes: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the targets of policies with their verdicts.

    language : of statement and missing; until : the last year of data that counts, all if None
    codes : targets, all if none
    returns : COLUMNS; goal, base_value, value, on_path and distance (goal less value) in `unit`; done_percent of the
        way from the base, path_percent of it that the path asks for in the year of the data; rates in `rate_unit`
    Raises MissingTableError without targets, AirshedError for a target that is not known.
    """
    tables, stated = tables_of(pack), pack.optional("target_rules")
    rules = dict(zip(stated["target"], stated["rule"], strict=True))
    chosen = [_target(tables.targets, code) for code in codes or tables.targets]
    rows = [_row(tables, target, language, until, str(rules.get(target["code"], ""))) for target in chosen]
    table = pd.DataFrame(rows, columns=COLUMNS)
    for name in ("base_year", "target_year", "data_year", "since", "late"):
        table[name] = table[name].astype("Int64")
    return table


def by_status(table: pd.DataFrame) -> dict[str, int]:
    """Return how many targets have each status, those that none has left out."""
    counts = table["status"].value_counts()
    return {status: int(counts[status]) for status in STATUSES if status in counts}


def _row(tables: TargetTables, target: Row, language: str, until: int | None, rule: str) -> dict[str, Any]:
    series = series_of(tables, target, until)
    aim = aim_of(target, series)
    found = judged(series, aim)
    indicator = tables.indicators[str(target["indicator"])]
    place = int(np.flatnonzero(series.years == found.year)[0]) if found.year is not None else None
    missing = told(indicator, "missing", language) if found.status == NO_DATA else ""
    return {
        "target": target["code"],
        "kind": target["kind"],
        "statement": told(target, "statement", language),
        "region": target["region"],
        "scope": target["scope"],
        "indicator": target["indicator"],
        "operator": target["operator"],
        "target_value": target["value"],
        "target_unit": target["unit"],
        "base_year": aim.base_year,
        "base_value": aim.base,
        "target_year": aim.target_year,
        "path": target["path"],
        "goal": aim.goal,
        "unit": indicator["unit"],
        "status": found.status,
        "data_year": found.year,
        "period": series.periods[place] if place is not None else "",
        "value": found.value,
        "since": found.since,
        "late": found.late,
        **_way(aim, found),
        "years": target["years"],
        "rule": rule,
        "missing": missing,
        "place": target["place"],
        "source": target["source"],
        "observed_source": series.sources[place] if place is not None else "",
        "note": target["note"],
    }


def _way(aim: Aim, found: Verdict) -> dict[str, Any]:
    """Return how far along its way a target is, and the rates per year up to now and from now on."""
    compound = aim.compound
    result = dict.fromkeys(("on_path", "done_percent", "path_percent", "rate_so_far", "rate_needed"), math.nan)
    result["distance"] = aim.goal - found.value
    rate_unit = PERCENT_RATE if compound else "per year"
    scale = 100.0 if compound else 1.0
    begun, due, year = aim.base_year, aim.target_year, found.year
    if year is not None and begun is not None and math.isfinite(aim.base):
        ends = np.array(aim.base), np.array(aim.goal)
        result["done_percent"] = 100.0 * float(share_done(*ends, np.array(found.value)))
        result["rate_so_far"] = scale * needed_rate(aim.base, found.value, year - begun, compound)
        if due is not None and year <= due:
            path = target_path(aim.base, aim.goal, begun, due, np.array([float(year)]), compound)
            result["on_path"] = float(path[0])
            result["path_percent"] = 100.0 * float(share_done(*ends, path)[0])
    if due is not None and year is not None and found.since is None:
        result["rate_needed"] = scale * needed_rate(found.value, aim.goal, due - year, compound)
    return {**result, "rate_unit": rate_unit}


def _year(value: Any) -> int | None:
    """Return a year of a table; None for an empty one."""
    return int(value) if value not in (None, "") and math.isfinite(float(value)) else None
