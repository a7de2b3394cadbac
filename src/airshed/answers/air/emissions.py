"""Who emits what, and how it changes: inventories apart, and the harmonised baseline."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
import xarray as xr
from pydantic import Field

from airshed.answers.air._change import change_figure, change_rows, change_sheet, ends_of
from airshed.answers.answer import Content, Entry, Panel, Query, Sheet, Way
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, records
from airshed.answers.chapters.single import series_figure
from airshed.answers.common import REGIONS, OneYear, inventories, places, pollutants
from airshed.answers.words import Words
from airshed.emissions.table import NOTES, coverage_changes, emission_table, open_inventory
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import mass

CHARTED = ("PM2.5", "SO2", "NOx", "NH3")
WHOLE = 100
"""Kilotonnes from which on no decimals are shown."""


class EmissionsQuestion(Query):
    """Which emissions."""

    region: tuple[str, ...] = Field(default=(), description=REGIONS, max_length=20)
    by: tuple[Literal["region", "country", "sector", "pollutant"], ...] = Field(
        default=(),
        description="what is kept apart; if none nations, or the regions that are named with sectors",
        max_length=4,
    )
    pollutant: tuple[str, ...] = Field(default=(), description="pollutants; all if none", max_length=20)
    year: tuple[OneYear, ...] = Field(
        default=(),
        description="years; changes are since the first",
        max_length=20,
        json_schema_extra={"flag": "--years"},
    )
    inventory: str = Field(default="baseline", description="inventory")
    marks: bool = Field(default=False, description="mark the largest, the smallest and the largest cut")


def emissions(ask: Ask, words: Words, question: EmissionsQuestion) -> Content:
    """Return emissions with shares and changes, and their course over the years."""
    _, pack, asked = words.translate, ask.pack, question
    by = asked.by or (() if asked.region else ("country",))

    def make() -> pd.DataFrame:
        return emission_table(
            pack,
            inventory=asked.inventory,
            regions=asked.region,
            by=by,
            pollutants=asked.pollutant,
            years=asked.year or ([ask.year(None)] if asked.inventory == "baseline" else []),
            marks=asked.marks,
        )

    rows = ask.ask(("emissions", asked), make)
    course = _course(ask, asked)
    moved = _changes(ask, asked, tuple(dict.fromkeys(course["pollutant"])))
    shown = ("region", "pollutant", "year", "value", "low", "high", "basis", "source")
    line = Sheet("series", _("Emissions by year, kt per year"), course, shown, cells=_cells(words), notes=NOTES)
    panels = [Panel(series_figure(course, _(asked.inventory), words), "series")]
    sheets = [_sheet(rows, asked, words), line]
    if moved is not None:
        sheets.append(change_sheet(moved, words))
        panels.append(Panel(change_figure(moved, words), "change"))
    return Content(
        title=_("Emissions"),
        sheets=tuple(sheets),
        panels=tuple(panels),
        equations=("harmonisation", "interpolation", "percent-change", "compound-growth", "emission-interval"),
        sentences=(*_lead(rows, words), *_told(ask, words, asked, sorted({int(year) for year in rows["year"]}))),
        held={"by": by or ("region", "sector")},
    )


def _lead(rows: pd.DataFrame, words: Words) -> tuple[str, ...]:
    """Return what the first region emits of the first pollutant in the last year, and which sector most of it."""
    if rows.empty:
        return ()
    last = rows[rows["year"] == rows["year"].max()]
    held = last[(last["region"] == last["region"].iloc[0]) & (last["pollutant"] == last["pollutant"].iloc[0])]
    sectors = held[~held["sector"].isin(["", "total"])]
    total = float(sectors["value"].sum() if len(sectors) else held["value"].iloc[0])
    values = {
        "year": int(held["year"].iloc[0]),
        "place": words.name(held["region"].iloc[0]) if held["region"].iloc[0] else words.pack.title(words.language),
        "mass": mass(total),
        "pollutant": held["pollutant"].iloc[0],
    }
    if len(sectors) < 2 or not total:
        return (words.translate("In {year} {place} emits {mass} of {pollutant}.").format(**values),)
    most = records(sectors.nlargest(1, "value"))[0]
    text = words.translate("In {year} {place} emits {mass} of {pollutant}, {share} of it from {sector}.")
    return (text.format(share=percent(most["value"] / total), sector=words.name(most["sector"]), **values),)


def _course(ask: Ask, asked: EmissionsQuestion) -> pd.DataFrame:
    """Return the emissions of all years of the inventory, of the pollutants of the chart."""
    charted = asked.pollutant or CHARTED

    def make() -> pd.DataFrame:
        cube = open_inventory(ask.pack, asked.inventory)
        held = [str(code) for code in cube["pollutant"].to_numpy()]
        return emission_table(
            ask.pack,
            inventory=asked.inventory,
            regions=asked.region,
            by=("region",) if asked.region else ("country",),
            pollutants=tuple(code for code in charted if code in held) or tuple(held[:1]),
            years=tuple(int(year) for year in cube["year"].to_numpy()),
            cube=cube,
        )

    return ask.ask(("series", asked.inventory, asked.region, charted), make)


def _changes(ask: Ask, asked: EmissionsQuestion, held: tuple[str, ...]) -> pd.DataFrame | None:
    """Return the changes between two years; None of an inventory of one year."""
    ends = ends_of(ask.pack, asked.inventory, asked.year)

    def make() -> pd.DataFrame | None:
        return change_rows(ask.pack, asked.inventory, asked.region, held, ends) if ends else None

    return ask.ask(("change", asked.inventory, asked.region, held, ends), make)


def _sheet(rows: pd.DataFrame, asked: EmissionsQuestion, words: Words) -> Sheet:
    many = len(set(rows["year"])) > 1
    columns = ["region", "pollutant", "sector", "year", "value"]
    columns += [*(["low", "high"] if rows["low"].notna().any() else []), "share_percent"]
    columns += ["change", "change_percent", "growth_percent_per_year"] if many else []
    columns += [*(["mark"] if asked.marks else []), "basis", "source", "note"]
    way = Way("emissions", ("region", "pollutant", "sector")) if asked.inventory == "baseline" else None
    title = words.translate("Emissions, kt per year")
    return Sheet("emissions", title, rows, tuple(columns), cells=_cells(words), notes=NOTES, way=way)


def _cells(words: Words) -> dict[str, Any]:
    _ = words.translate
    return {
        **dict.fromkeys(("value", "low", "high", "change"), _amount),
        "share_percent": fixed(1),
        "change_percent": fixed(1, sign=True),
        "growth_percent_per_year": fixed(2, sign=True),
        "mark": lambda text: ", ".join(_(word) for word in str(text).split()),
    }


def _amount(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= WHOLE or value == round(value) else f"{value:,.2f}"


def _told(ask: Ask, words: Words, asked: EmissionsQuestion, years: list[int]) -> tuple[str, ...]:
    """Return what the rows are, after which year they are projected, and which years do not hold the same."""
    _, pack = words.translate, ask.pack

    def facts() -> tuple[dict[str, Any], list[Any]]:
        cube: xr.Dataset = open_inventory(pack, asked.inventory)
        return dict(cube.attrs), coverage_changes(pack, asked.inventory, years, asked.pollutant)

    attributes, changes = ask.ask(("coverage", asked.inventory, tuple(years), asked.pollutant), facts)
    said = [f"{_(asked.inventory)}, {', '.join(map(str, years))}, {_('kt per year')}"]
    label, after = attributes.get("projection"), int(attributes.get("projected_after", 0))
    if label and years[-1] > after:
        said.append(f"> {after}: {_(str(label))}")
    text = _("{inventory}: {year} does not hold {categories}, which {other} holds; their totals are not comparable")
    for change in changes:
        named = ", ".join(change.categories)
        said.append(text.format(inventory=asked.inventory, year=change.year, other=change.other, categories=named))
    return tuple(said)


ANSWER = Entry(
    title="Emissions",
    question=EmissionsQuestion,
    make=emissions,
    choices={"region": places, "pollutant": pollutants, "inventory": inventories},
)
