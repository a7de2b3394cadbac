"""The overview of the airshed, and the page of one region."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Panel, Question, Sheet, Way
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.chapters.evidence import hindcast_figure
from airshed.answers.chapters.figures import deaths_figure, exposure_figure, origins_figure
from airshed.answers.chapters.sheets import health_sheet, level_sheet, origin_sheet
from airshed.answers.chapters.single import sector_figure, sources_figure
from airshed.answers.chapters.summary import cards, sentences
from airshed.answers.chapters.trust import score_cards, scoreboard_sentence
from airshed.answers.words import Card, Words
from airshed.assessment.lives.health import health
from airshed.assessment.tables import NOTES, attribution, concentrations
from airshed.emissions.table import NOTES as EMISSION_NOTES
from airshed.emissions.table import emission_table
from airshed.pack.codes import members
from airshed.pack.errors import AirshedError
from airshed.pack.percent import percent

Frame = pd.DataFrame
SHOWN = ("PM2.5", "SO2", "NOx", "NH3")
TENTHS = fixed(1)


class OverviewQuestion(Question):
    """The overview asks nothing."""


class RegionQuestion(Question):
    """Which region."""

    region: str = Field(description="region, nation or group")


def overview(desk: Ask, words: Words, question: OverviewQuestion) -> Content:
    """Return what the report opens with: the scoreboard, the summary, and its first charts."""
    assessment, tables = desk.whole()
    levels, deaths = level_sheet(tables["concentrations"], words), health_sheet(tables["health"], words)
    origins = tables["attribution_by_country"]
    origin = Sheet(
        "attribution",
        words.translate("Who gives the PM2.5 of the places, µg/m³"),
        origins,
        ("receptor", "country", "value", "share", "low", "high", "source"),
        cells={**dict.fromkeys(("value", "low", "high"), fixed(2)), "share": percent},
        notes=NOTES,
        way=Way("attribution", ("receptor", "country")),
    )
    score = hindcast_figure(tables, words)
    changes = dict.fromkeys(("observed_change", "value", "low", "high"), fixed(1, sign=True))
    hindcast = Sheet(
        "hindcast",
        words.translate("Predicted and observed change, µg/m³"),
        tables["hindcast"],
        ("place", "first_year", "last_year", *changes, "inside", "source"),
        heads={"value": words.translate("predicted change")},
        cells=changes,
        way=Way("hindcast", ("place",)),
    )
    return Content(
        title=desk.pack.title(words.language),
        sheets=(levels, origin, deaths, hindcast),
        panels=(
            Panel(exposure_figure(assessment, words), "concentrations"),
            Panel(origins_figure(desk.pack, assessment, tables, words), "attribution"),
            Panel(deaths_figure(assessment, tables, words), "health"),
            *([Panel(score, "hindcast")] if score else []),
        ),
        equations=("exposure", "per-emission", "level", "gemm", "attributable-deaths", "hindcast"),
        command=("run",),
        python='assessment = airshed.assess(pack, airshed.Question(target="who-2005"))',
        sentences=(*sentences(desk.pack, assessment, tables, words), scoreboard_sentence(tables, words)),
        cards=(*cards(desk.pack, assessment, tables, words), *score_cards(tables, words)),
    )


def region(desk: Ask, words: Words, question: RegionQuestion) -> Content:
    """Return what there is to say of one region: what it breathes, from whom, what it emits, and the deaths."""
    code = question.region
    members(desk.pack, code)
    assessment = desk.assessment(None)
    origins = attribution(desk.pack, assessment, code)
    levels = concentrations(desk.pack, assessment)
    level, missing = levels[levels["place"] == code], []

    def held(make: Callable[[], Frame]) -> Frame | None:
        try:
            return make()
        except AirshedError as why:
            missing.append(str(why))
            return None

    def make() -> Frame:
        return emission_table(desk.pack, regions=[code], by=["region", "sector"], pollutants=list(SHOWN))

    deaths = held(lambda: health(desk.pack, assessment, [code]))
    emitted = held(lambda: desk.ask(("emissions of", code), make))
    place = words.name(code)
    more = [] if emitted is None else [_emission_sheet(emitted, words)]
    more += [] if deaths is None else [health_sheet(deaths, words)]
    origin = Panel(sources_figure(origins, "country", place, assessment.year, words), "attribution")
    return Content(
        title=place,
        sheets=(origin_sheet(origins, "country", words, assessment.year), level_sheet(level, words), *more),
        panels=(
            origin,
            *([] if emitted is None else [Panel(sector_figure(emitted, place, words), "emissions")]),
        ),
        equations=("per-emission", "exposure", "level", "harmonisation", "gemm", "attributable-deaths"),
        command=("attribution", code),
        python=(
            "assessment = airshed.assess(pack)\n"
            "from airshed.assessment.tables import attribution\n"
            f"attribution(pack, assessment, {code!r})"
        ),
        sentences=tuple(missing),
        cards=tuple(_region_cards(level, deaths, origins, words, assessment.year)),
    )


def _emission_sheet(rows: Frame, words: Words) -> Sheet:
    """Return the emissions of a region by sector as a sheet."""
    columns = ("sector", "pollutant", "year", "value", "share_percent", "basis", "source")
    title = words.translate("Emissions by sector, kt per year")
    cells = {"value": fixed(1), "share_percent": TENTHS}
    way = Way("emissions", ("region", "pollutant", "sector"))
    return Sheet("emissions", title, rows, columns, cells=cells, notes=EMISSION_NOTES, way=way)


def _region_cards(level: Frame, deaths: Frame | None, origins: Frame, words: Words, year: int) -> list[Card]:
    """Return the numbers that lead the page of a region."""
    _ = words.translate
    found = []
    for total in level["total"]:
        found.append(Card(f"{total:.1f} µg/m³", _("annual mean PM2.5"), str(year)))
    largest = origins[~origins["country"].isin(["natural", "unexplained"])].nlargest(2, "share")
    for row in largest.to_dict("records"):
        found.append(Card(percent(row["share"]), words.name(row["country"]), _("of the anthropogenic part")))
    for row in [] if deaths is None else deaths.dropna(subset=["value"]).to_dict("records"):
        span = _("95 % interval {low} to {high}").format(low=f"{row['low']:,.0f}", high=f"{row['high']:,.0f}")
        found.append(Card(f"{row['value']:,.0f}", _("deaths a year attributable to it"), span))
    return found
