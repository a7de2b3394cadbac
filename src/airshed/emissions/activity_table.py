"""Emissions in the activity form as rows, by period; and, where kilotonnes cannot be had, their index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from airshed.emissions.activity_form import (
    EFFECTS,
    ActivityForm,
    ActivityScenario,
    activity_array,
    activity_rows,
    read_form,
    split_change,
)
from airshed.pack.codes import children, leaves, members
from airshed.pack.errors import AirshedError, MissingTableError, Phrase
from airshed.pack.pack import Pack

TOTAL = "total"
MONTHS = 12
UNCONTROLLED = "no control strategy: as if nothing were removed"
GAPS = "{count} months without a row, taken as nothing"
RELATIVE = "efficiency and factor cancel inside one fuel, as long as plants, fuel and controls stay the same"
NOTES = (UNCONTROLLED, GAPS, RELATIVE)
"""Templates of the notes, for translation."""


def held_regions(pack: Pack, code: str, present: Sequence[str]) -> list[str]:
    """Return the regions with activities that make up a region, nation or group: its own row, else its parts."""
    if code in present:
        return [code]
    held = [region for region in members(pack, code) if region in present]
    if not held:
        raise MissingTableError("activities", Phrase("detail-no-row-code", code=code))
    return held


def _places(pack: Pack, wanted: Sequence[str], present: Sequence[str]) -> dict[str, list[str]]:
    """Return for each asked code the regions added up for it; without any, the nations that have activities."""
    parts = children(pack)
    every = [code for code in pack.table("regions")["code"] if code in parts or code in leaves(pack)]
    if not wanted:
        nations = [code for code in every if set(parts.get(code, [])) & set(present)]
        alone = [code for code in present if not any(code in parts[nation] for nation in nations)]
        wanted = [*nations, *(code for code in alone if code not in nations)]
    return {code: held_regions(pack, code, present) for code in dict.fromkeys(wanted)}


def native_periods(label: str, known: Sequence[str]) -> list[str]:
    """Return the periods of the table that make up a period: itself, or the twelve months of a year.

    >>> native_periods("2019-02", ["2019-01", "2019-02"])
    ['2019-02']
    """
    if label in known:
        return [label]
    months = [period for period in known if period[:4] == label and len(period) > len(label)]
    if len(months) != MONTHS:
        if len(known) > 1:
            raise AirshedError("activities-no-period-within", label=label, first=known[0], last=known[-1])
        raise AirshedError("activities-no-period", label=label, known=" ".join(known))
    return months


def _labels(wanted: Sequence[str], known: Sequence[str]) -> dict[str, list[str]]:
    """Return the asked periods, or without any all whole years, with the periods of the table behind each."""
    if not wanted:
        years = list(dict.fromkeys(period[:4] for period in known))
        counts = {year: len([period for period in known if period[:4] == year != period]) for year in years}
        wanted = [year for year in years if year in known or counts[year] == MONTHS] or list(known)
    return {label: native_periods(label, known) for label in dict.fromkeys(wanted)}


def activity_table(
    pack: Pack,
    scenario: ActivityScenario | None = None,
    *,
    regions: Sequence[str] = (),
    sectors: Sequence[str] = (),
    pollutants: Sequence[str] = (),
    periods: Sequence[str] = (),
    since: str | None = None,
) -> pd.DataFrame:
    """Return emissions in the activity form.

    regions : codes of regions, nations or groups; without any the nations that have activities
    periods : years or months; without any all whole years. since : period that changes are counted from
    returns : columns region, sector, activity (`total` for their sum), pollutant, period, value, unit (kt), low, high,
        with `since` change, activity_effect, factor_effect, control_effect (kt, adding up to the change), then basis,
        source, note
    Raises MissingTableError with the table and number that the pack lacks.
    """
    scenario = scenario or ActivityScenario()
    present = list(dict.fromkeys(activity_rows(pack, scenario.pathway)["region"]))
    places = _places(pack, regions, present)
    needed = sorted({region for held in places.values() for region in held})
    form = read_form(pack, scenario, needed, sectors, (), pollutants)
    known = [str(period) for period in form.activity["period"].to_numpy()]
    labels = _labels([*([since] if since else []), *periods] if periods else [], known)
    emitted = form.emissions()
    records: list[dict[str, Any]] = []
    for label, native in labels.items():
        found = emitted.sel(period=native)
        if since:
            found = xr.merge([found, _since(form, native_periods(since, known), native)])
        for code, held in places.items():
            records += _records(code, label, found, held, native)
    table = pd.DataFrame.from_records(records)
    notes = [] if scenario.strategy else [UNCONTROLLED]
    table["note"] = ["; ".join([*notes, *([GAPS.format(count=count)] if count else [])]) for count in table.pop("gaps")]
    table.insert(len(table.columns) - 1, "basis", "derived")
    table.insert(len(table.columns) - 1, "source", " ".join(form.sources))
    return table


def _since(form: ActivityForm, before: list[str], after: list[str]) -> xr.Dataset:
    if len(before) != len(after):
        raise AirshedError("year-month-cannot-compared-give-since")
    first, last = (
        ActivityForm(
            form.activity.sel(period=native).assign_coords(period=after),
            form.factor,
            form.remaining.sel(period=native).assign_coords(period=after),
            form.sources,
        )
        for native in (before, after)
    )
    return split_change(first, last)


def _records(code: str, label: str, found: xr.Dataset, held: list[str], native: list[str]) -> list[dict[str, Any]]:
    """Return the rows of one place and period: every activity that is there, and their sum where there are several."""
    inside = found.sel(region=held)
    sums = inside.sum(("region", "period"), min_count=1)
    ends = inside[["low", "high"]].isnull() & inside["value"].notnull()
    unknown = ends.any(("region", "period"))
    value = inside["value"]
    present = value.notnull().any(("period", "pollutant"))
    gaps = (value.isnull() & present).any("pollutant").sum(("region", "period"))
    fields = ["value", "low", "high", *(name for name in ("change", *EFFECTS) if name in found)]
    records = []
    for sector in found["sector"].to_numpy():
        for pollutant in found["pollutant"].to_numpy():
            rows = []
            for name in found["activity"].to_numpy():
                where = {"sector": sector, "activity": name, "pollutant": pollutant}
                cell = sums.sel(where)
                if np.isnan(float(cell["value"])):
                    continue
                numbers = {field: float(cell[field]) for field in fields}
                numbers |= {end: float("nan") for end in ("low", "high") if bool(unknown[end].sel(where))}
                missing = int(gaps.sel(sector=sector, activity=name))
                rows.append({"activity": str(name), **numbers, "gaps": missing})
            if len(rows) > 1:
                total: dict[str, Any] = {field: sum(row[field] for row in rows) for field in (*fields, "gaps")}
                rows.append({"activity": TOTAL, **total})
            for row in rows:
                key = {"region": code, "sector": str(sector), "activity": row.pop("activity")}
                value_of = row.pop("value")
                records.append(
                    key | {"pollutant": str(pollutant), "period": label, "value": value_of, "unit": "kt"} | row
                )
    return records


def index_table(
    pack: Pack,
    base: str,
    pathway: str = "",
    *,
    regions: Sequence[str] = (),
    sectors: Sequence[str] = (),
    periods: Sequence[str] = (),
) -> pd.DataFrame:
    """Return the emission of every fuel relative to a base period: an answer that needs neither factor nor efficiency.

    base : year or month; periods : of the same kind, without any all of the table of that kind
    returns : columns region, sector, activity, period, value (percent of the base), unit, base, basis, source, note
    """
    rows = activity_rows(pack, pathway)
    rows = rows[rows["sector"].isin(sectors)] if sectors else rows
    if rows.empty:
        raise MissingTableError("activities", Phrase("detail-no-row-choice"))
    array = activity_array(rows)
    known = [str(period) for period in array["period"].to_numpy()]
    monthly = len(base) > len("YYYY") and base in known
    labels = _labels(periods or ([p for p in known if len(p) == len(base)] if monthly else []), known)
    first = native_periods(base, known)
    source = " ".join(dict.fromkeys(rows["source"]))
    records = []
    for code, held in _places(pack, regions, list(dict.fromkeys(rows["region"]))).items():
        inside = array.sel(region=held).sum("region", min_count=1)
        before = inside.sel(period=first).sum("period", min_count=1)
        for sector in array["sector"].to_numpy():
            for name in array["activity"].to_numpy():
                start = float(before.sel(sector=sector, activity=name))
                if not start > 0:
                    continue
                for label, native in labels.items():
                    there = inside.sel(sector=sector, activity=name, period=native)
                    value = float(there.sum("period", min_count=1))
                    if len(native) != len(first):
                        raise AirshedError("year-month-cannot-compared-give-periods")
                    key = {"region": code, "sector": str(sector), "activity": str(name), "period": label}
                    records.append(key | {"value": 100.0 * value / start, "unit": "percent", "base": base})
    table = pd.DataFrame.from_records(records)
    if table.empty:
        raise MissingTableError("activities", Phrase("detail-nothing-active-base-choice", base=base))
    return table.assign(basis="derived", source=source, note=RELATIVE)
