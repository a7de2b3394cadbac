"""Pages on who emits, who moves it to whom, and what it does to people."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Panel, Question, Sheet, Way
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.chapters.single import series_figure
from airshed.answers.common import (
    REGIONS,
    OneYear,
    words_of,
)
from airshed.answers.words import Words
from airshed.emissions.table import NOTES, emission_table, open_inventory
from airshed.web.pages.change import change_figure, change_rows, change_sheet, ends_of

TOLD = 3
"""Regions of which a sentence tells."""
CHARTED = ("PM2.5", "SO2", "NOx", "NH3")


class EmissionsQuestion(Question):
    """Which emissions."""

    region: tuple[str, ...] = Field(default=(), description=REGIONS, max_length=20)
    by: tuple[Literal["region", "country", "sector", "pollutant"], ...] = Field(
        default=("country",), description="what is kept apart", max_length=4
    )
    pollutant: tuple[str, ...] = Field(default=(), description="pollutants; all if none", max_length=20)
    year: tuple[OneYear, ...] = Field(default=(), description="years; changes are since the first", max_length=20)
    inventory: str = Field(default="baseline", description="inventory")
    marks: bool = Field(default=False, description="mark the largest, the smallest and the largest cut")


def emissions(desk: Ask, words: Words, question: EmissionsQuestion) -> Content:
    """Return emissions with shares and changes, and their course over the years."""
    pack, asked = desk.pack, question

    def make(years: tuple[int, ...], by: tuple[str, ...], only: tuple[str, ...], marks: bool) -> pd.DataFrame:
        return emission_table(
            pack, inventory=asked.inventory, regions=asked.region, by=by, pollutants=only, years=years, marks=marks
        )

    rows = desk.ask(("emissions", asked), lambda: make(asked.year, asked.by, asked.pollutant, asked.marks))
    charted = asked.pollutant or CHARTED

    def series() -> pd.DataFrame:
        cube = open_inventory(pack, asked.inventory)
        held = [str(code) for code in cube["pollutant"].to_numpy()]
        years = tuple(int(year) for year in cube["year"].to_numpy())
        kept = ("region",) if asked.region else ("country",)
        return make(years, kept, tuple(code for code in charted if code in held) or tuple(held[:1]), False)

    course = desk.ask(("series", asked.inventory, asked.region, charted), series)
    ends = ends_of(pack, asked.inventory, asked.year)

    def changes() -> pd.DataFrame | None:
        held = tuple(dict.fromkeys(course["pollutant"]))
        return change_rows(pack, asked.inventory, asked.region, held, ends) if ends else None

    moved = desk.ask(("change", asked.inventory, asked.region, charted, ends), changes)
    many = len(set(rows["year"])) > 1
    columns = ["region", "pollutant", "sector", "year", "value"]
    columns += [*(["low", "high"] if rows["low"].notna().any() else []), "share_percent"]
    columns += ["change", "change_percent", "growth_percent_per_year"] if many else []
    columns += [*(["mark"] if asked.marks else []), "basis", "source", "note"]
    tenths, signed = fixed(1), fixed(1, sign=True)
    cells = {**dict.fromkeys(("value", "low", "high", "change", "share_percent"), tenths), "change_percent": signed}
    marked = {"mark": lambda text: ", ".join(words.translate(word) for word in str(text).split())}
    title = words.translate("Emissions, kt per year")
    way = Way("emissions", ("region", "pollutant", "sector")) if asked.inventory == "baseline" else None
    table = Sheet("emissions", title, rows, tuple(columns), cells={**cells, **marked}, notes=NOTES, way=way)
    shown = ("region", "pollutant", "year", "value", "low", "high", "basis", "source")
    line = Sheet("series", words.translate("Emissions by year, kt per year"), course, shown, cells=cells, notes=NOTES)
    panels = [Panel(series_figure(course, words.translate(asked.inventory), words), "series")]
    sheets = [table, line]
    if moved is not None:
        sheets.append(change_sheet(moved, words))
        panels.append(Panel(change_figure(moved, words), "change"))
    command = ["emissions", "--inventory", asked.inventory, *words_of("--region", asked.region)]
    command += [*words_of("--by", asked.by), *words_of("--pollutant", asked.pollutant)]
    command += ["--years", ",".join(map(str, asked.year))] if asked.year else []
    arguments = f"inventory={asked.inventory!r}, regions={list(asked.region)}, by={list(asked.by)}"
    arguments += f", pollutants={list(asked.pollutant)}, years={list(asked.year)}, marks={asked.marks}"
    return Content(
        title=words.translate("Emissions"),
        sheets=tuple(sheets),
        panels=tuple(panels),
        equations=("harmonisation", "interpolation", "percent-change", "compound-growth", "emission-interval"),
        command=(*command, *(["--marks"] if asked.marks else [])),
        python=f"from airshed.emissions.table import emission_table\nemission_table(pack, {arguments})",
    )
