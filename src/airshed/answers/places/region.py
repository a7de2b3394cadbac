"""What one region breathes, from whom, what it emits, and what that does to people."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet, Way
from airshed.answers.ask import BASELINE, Ask
from airshed.answers.cells import fixed
from airshed.answers.chapters.sheets import explained, health_sheet, level_sheet, origin_sheet
from airshed.answers.chapters.single import sector_figure, sources_figure
from airshed.answers.common import OBSERVED_YEAR, emissions_of, places, refuse_files, scenario, scenario_names, year
from airshed.answers.leads import origins_lead
from airshed.answers.words import Card, Words, explanation
from airshed.assessment.lives.health import health
from airshed.assessment.tables import attribution, concentrations
from airshed.emissions.table import NOTES as EMISSION_NOTES
from airshed.emissions.table import emission_table
from airshed.pack.codes import members
from airshed.pack.errors import AirshedError
from airshed.pack.percent import percent
from airshed.pack.spoken_numbers import count
from airshed.pack.telling import told

Frame = pd.DataFrame
SHOWN = ("PM2.5", "SO2", "NOx", "NH3")
TENTHS = fixed(1)


class RegionQuestion(Query):
    """Which region."""

    region: str = Field(description="region, nation or group")
    year: int | None = year(OBSERVED_YEAR)
    scenario: str = scenario()


def region(ask: Ask, words: Words, question: RegionQuestion) -> Content:
    """Return what there is to say of one region: what it breathes, from whom, what it emits, and the deaths."""
    code = question.region
    refuse_files(ask, question.scenario)
    members(ask.pack, code)
    assessment = ask.assessment(question.year, question.scenario)
    origins = attribution(ask.pack, assessment, code)
    levels = concentrations(ask.pack, assessment)
    level, missing = levels[levels["place"] == code], []

    def held(make: Callable[[], Frame]) -> Frame | None:
        try:
            return make()
        except AirshedError as why:
            missing.append(told(why.whole, words.language))
            return None

    def make() -> Frame:
        return emission_table(
            ask.pack,
            regions=[code],
            by=["region", "sector"],
            pollutants=list(SHOWN),
            years=[assessment.year],
            cube=emissions_of(ask, assessment.year, question.scenario),
        )

    deaths = held(lambda: health(ask.pack, assessment, [code]))
    emitted = held(lambda: ask.ask(("emissions of", code, assessment.year, question.scenario), make))
    place = words.name(code)
    more = [] if emitted is None else [_emission_sheet(emitted, words)]
    more += [] if deaths is None else [health_sheet(deaths, words)]
    own = origin_sheet(origins, "country", words, assessment.year)
    known = code if question.scenario == BASELINE else ""
    origin = Panel(sources_figure(origins, "country", place, assessment.year, words), "attribution")
    return Content(
        title=place,
        sheets=tuple(explained(sheet, question.scenario) for sheet in (own, level_sheet(level, words), *more)),
        panels=(
            origin,
            *([] if emitted is None else [Panel(sector_figure(emitted, place, words), "emissions")]),
        ),
        equations=("per-emission", "exposure", "level", "harmonisation", "gemm", "attributable-deaths"),
        sentences=(origins_lead(origins, "country", words, code, assessment.year, assessment), *missing),
        cards=tuple(_region_cards(level, deaths, origins, words, assessment.year, known)),
    )


def _emission_sheet(rows: Frame, words: Words) -> Sheet:
    """Return the emissions of a region by sector as a sheet."""
    columns = ("sector", "pollutant", "year", "value", "share_percent", "basis", "source")
    title = words.translate("Emissions by sector, kt per year")
    cells = {"value": fixed(1), "share_percent": TENTHS}
    way = Way("emissions", ("region", "pollutant", "sector"))
    return Sheet("emissions", title, rows, columns, cells=cells, notes=EMISSION_NOTES, way=way)


def _region_cards(
    level: Frame, deaths: Frame | None, origins: Frame, words: Words, year: int, known: str
) -> list[Card]:
    """Return the numbers that lead the page of a region; known : its code, empty for numbers that nothing explains."""
    _ = words.translate
    found = []
    for total in level["total"]:
        found.append(Card(f"{total:.1f} µg/m³", _("annual mean PM2.5"), str(year)))
    largest = origins[~origins["country"].isin(["natural", "unexplained"])].nlargest(2, "share")
    for row in largest.head(1).to_dict("records"):
        part = _("of the man-made part, {year}").format(year=year)
        why = explanation("attribution", known, str(row["country"]), year=year) if known else ""
        found.append(Card(percent(row["share"]), words.name(row["country"]), part, why))
    for row in [] if deaths is None else deaths.dropna(subset=["value"]).to_dict("records"):
        said = {name: count(float(row[name]), words.language) for name in ("value", "low", "high")}
        span = _("{low} to {high}, {year}").format(year=year, low=said["low"], high=said["high"])
        why = explanation("health", known, year=year) if known else ""
        found.append(Card(said["value"], _("early deaths a year"), span, why))
    return found


ANSWER = Entry(
    title="Region",
    question=RegionQuestion,
    make=region,
    choices={"region": places, "scenario": scenario_names},
    path="region/{region}",
)
