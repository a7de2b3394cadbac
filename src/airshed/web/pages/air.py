"""Pages on who emits, who moves it to whom, and what it does to people."""

from __future__ import annotations

from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from airshed.assessment.lives.health import health as deaths_of
from airshed.assessment.tables import NOTES as NOTES_OF_PARTS
from airshed.assessment.tables import attribution as rows_of
from airshed.assessment.tables import levels as levels_of
from airshed.emissions.table import NOTES, emission_table, open_inventory
from airshed.pack.bounds import YEAR
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.report.cells import fixed
from airshed.report.figures import matrix_figure
from airshed.report.maps import Subject, flows_figure, tile_figure
from airshed.report.words import Words
from airshed.web.desk import Desk
from airshed.web.page import Content, Panel, Question, Sheet, Way
from airshed.web.pages.change import change_figure, change_rows, change_sheet, ends_of
from airshed.web.pages.figures import region_deaths_figure, series_figure, sources_figure
from airshed.web.pages.periods import Period, in_period
from airshed.web.pages.places import health_sheet, origin_sheet

Year = int | None
FIRST_YEAR, LAST_YEAR = int(YEAR.least), int(YEAR.most)
OneYear = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
"""A year of a list."""
REGIONS = "regions, nations or groups; all nations if none"
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


class AttributionQuestion(Question):
    """Whose air, and how it is split."""

    receptor: str = Field(description="city, region, nation or group")
    by: Literal["country", "region", "sector", "pollutant"] = Field(default="country", description="what is kept apart")
    year: Year = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description="year; the base year if empty")
    period: Period = Field(default="annual", description="period of the mean")


class LevelsQuestion(Question):
    """Which places, in which year."""

    region: tuple[str, ...] = Field(
        default=(), description="cities, regions, nations or groups; all if none", max_length=20
    )
    year: Year = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description="year; the base year if empty")


class HealthQuestion(Question):
    """Whose deaths, by which response."""

    region: tuple[str, ...] = Field(default=(), description=REGIONS, max_length=20)
    year: Year = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR, description="year; the base year if empty")
    response: Literal["gemm", "ier", "mrbrt", "loglinear"] = Field(
        default="gemm", description="concentration-response function"
    )
    by: Literal["total", "cause", "age"] | None = Field(default=None, description="total, by cause or by age")


def places(pack: Pack) -> list[str]:
    """Return the codes of regions and policy groups."""
    regions, groups = pack.table("regions"), pack.optional("groups")
    inside = regions.loc[regions["level"] != "outside", "code"]
    return [*inside, *groups.loc[groups["kind"] == "policy", "code"]]


def receptors(pack: Pack) -> list[str]:
    """Return the codes of cities, regions and policy groups that have a level, the cities first."""
    cities = pack.table("receptors")
    return [*cities.loc[cities["inside"] != "no", "code"], *places(pack)]


def pollutants(pack: Pack) -> list[str]:
    """Return the codes of the pollutants."""
    return list(pack.table("pollutants")["code"])


def inventories(pack: Pack) -> list[str]:
    """Return the harmonised baseline and the inventories behind it."""
    return ["baseline", *dict.fromkeys(pack.table("emissions")["inventory"])]


def words_of(option: str, values: tuple[object, ...]) -> list[str]:
    """Return a repeatable option of the command line with its values."""
    return [word for value in values for word in (option, str(value))]


def emissions(desk: Desk, words: Words, question: EmissionsQuestion) -> Content:
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


def attribution(desk: Desk, words: Words, question: AttributionQuestion) -> Content:
    """Return who gives the PM2.5 of a place, and who affects whom among all."""
    pack = desk.pack
    place = question.receptor
    if question.period != "annual":
        return in_period(desk, words, place, question.by, question.year, question.period)
    assessment = desk.assessment(question.year)
    rows = rows_of(pack, assessment, place, question.by)
    given = rows if question.by == "region" else rows_of(pack, assessment, place, "region")
    lines = flows_figure(given, place, assessment.year, words)
    flows = Sheet(
        "flows",
        words.translate("What regions give to the PM2.5 of the place"),
        given.sort_values("value", ascending=False),
        ("region", "value", "share", "low", "high", "source", "note"),
        cells={**dict.fromkeys(("value", "low", "high"), fixed(2)), "share": percent},
        notes=NOTES_OF_PARTS,
    )
    _, tables = desk.whole()
    matrix = Sheet(
        "matrix",
        words.translate("Who affects whom"),
        tables["attribution_by_country"],
        ("receptor", "country", "value", "share", "low", "high", "source"),
        cells={**dict.fromkeys(("value", "low", "high"), fixed(2)), "share": percent},
        way=Way("attribution", ("receptor", "country")),
    )
    total = words.translate("sum: {total} ug/m3").format(total=f"{rows['value'].sum():.2f}")
    command = ["attribution", place, "--by", question.by, "--year", str(assessment.year)]
    return Content(
        title=words.translate("Who gives {place} its PM2.5").format(place=words.name(place)),
        sheets=(origin_sheet(rows, question.by, words, assessment.year), *([flows] if lines else []), matrix),
        panels=(
            Panel(sources_figure(rows, question.by, words.name(place), assessment.year, words), "attribution"),
            *([Panel(lines, "flows")] if lines else []),
            Panel(matrix_figure(pack, tables, words), "matrix"),
        ),
        equations=("per-emission", "kernel-weight", "downscaling", "log-odds", "random-effects", "level"),
        command=tuple(command),
        python=(
            f"assessment = airshed.assess(pack, airshed.Question(year={assessment.year}))\n"
            "from airshed.assessment.tables import attribution\n"
            f"attribution(pack, assessment, {place!r}, {question.by!r})"
        ),
        sentences=(total,),
    )


def levels(desk: Desk, words: Words, question: LevelsQuestion) -> Content:
    """Return the level of places, what it is made of, and what was observed, with the map of all regions."""
    _, pack = words.translate, desk.pack
    assessment = desk.assessment(question.year)
    asked = list(question.region) or None
    every = levels_of(pack, assessment)
    rows = levels_of(pack, assessment, asked)
    numbers = ("value", "low", "high", "natural", "modelled", "unexplained", "observed")
    sheet = Sheet(
        "levels",
        _("PM2.5 of the places, µg/m³"),
        rows,
        ("region", *numbers[:5], "response", *numbers[5:], "kind", "source", "note"),
        cells={**dict.fromkeys(numbers, fixed(1)), "response": fixed(2)},
        notes=NOTES_OF_PARTS,
    )
    title = _("Annual mean PM2.5 of the regions, {year}").format(year=assessment.year)
    caption = _("A level is the natural part and what the sources give, held to all observations.")
    subject = Subject(title, _("one tile per region"), caption, "µg/m³", 1)
    figure = tile_figure(every.set_index("region")["value"], subject, words)
    return Content(
        title=_("Levels of PM2.5"),
        sheets=(sheet,),
        panels=(Panel(figure, "levels"),),
        equations=("level", "observed-response", "total-spread", "exposure"),
        command=("levels", *words_of("--region", question.region), "--year", str(assessment.year)),
        python=(
            f"assessment = airshed.assess(pack, airshed.Question(year={assessment.year}))\n"
            "from airshed.assessment.tables import levels\n"
            f"levels(pack, assessment, {asked!r})"
        ),
        sentences=_levels_told(rows, words),
    )


def _levels_told(rows: pd.DataFrame, words: Words) -> tuple[str, ...]:
    """Return the levels of the first places as sentences."""
    text = words.translate("{place}, {year}: {level} µg/m³ ({low} to {high}), of it {natural} natural")
    said = []
    for row in rows.dropna(subset=["low"]).head(TOLD).to_dict("records"):
        numbers = {name: f"{row[name]:.1f}" for name in ("low", "high", "natural")}
        place = words.name(row["region"])
        said.append(text.format(place=place, year=row["year"], level=f"{row['value']:.1f}", **numbers))
    return tuple(said)


def health(desk: Desk, words: Words, question: HealthQuestion) -> Content:
    """Return deaths attributable to PM2.5 with the interval of the response."""
    pack, asked = desk.pack, question
    assessment = desk.assessment(asked.year)
    regions = list(asked.region) or None
    rows = desk.ask(("health", asked), lambda: deaths_of(pack, assessment, regions, asked.response, asked.by))
    plainly = asked.response == "gemm" and asked.by in (None, "total")
    kinds = () if plainly else ("set", "age")
    columns = ("region", "cause", *kinds, "value", "low", "high", "population", "exposure")
    sheet = health_sheet(rows, words, (*columns, "basis" if plainly else "note", "source"))
    figure = region_deaths_figure(rows, assessment.year, asked.response, words)
    command = ["health", *words_of("--region", asked.region), "--year", str(assessment.year)]
    command += ["--response", asked.response, *(["--by", asked.by] if asked.by else [])]
    curve = {"gemm": "gemm", "ier": "ier", "mrbrt": "tabulated-risk", "loglinear": "loglinear-risk"}[asked.response]
    return Content(
        title=words.translate("Deaths attributable to PM2.5"),
        sheets=(sheet,),
        panels=(Panel(figure, "health"),) if figure else (),
        equations=(curve, "baseline-deaths", "attributable-deaths", "exposure"),
        command=tuple(command),
        python=(
            f"assessment = airshed.assess(pack, airshed.Question(year={assessment.year}))\n"
            "from airshed.assessment.lives.health import health\n"
            f"health(pack, assessment, {regions!r}, {asked.response!r}, {asked.by!r})"
        ),
        sentences=_deaths_told(rows, words),
    )


def _deaths_told(rows: pd.DataFrame, words: Words) -> tuple[str, ...]:
    """Return the deaths of the first regions that have them as sentences."""
    first = rows.drop_duplicates("region").dropna(subset=["value"]).head(TOLD)
    text = words.translate("{place}, {year}: {deaths} deaths a year attributable to PM2.5 ({low} to {high})")
    plain = words.translate("{place}, {year}: {deaths} deaths a year attributable to PM2.5")
    said = []
    for row in first.to_dict("records"):
        numbers = {name: f"{row[name]:,.0f}" for name in ("value", "low", "high")}
        known = {"deaths": numbers["value"], "low": numbers["low"], "high": numbers["high"]}
        form = plain if pd.isna(row["low"]) else text
        said.append(form.format(place=words.name(row["region"]), year=row["year"], **known))
    return tuple(said)
