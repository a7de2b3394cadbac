"""One number of every region, as tiles or as bubbles over the land."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from pydantic import Field

from airshed.answers import common
from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed, records
from airshed.answers.chapters.maps import (
    SCRIPT,
    Subject,
    boundary_figure,
    bubble_figure,
    inner,
    points,
    seen,
    tile_figure,
    tiles,
)
from airshed.answers.words import Figure, Words
from airshed.assessment.lives.health import health
from airshed.assessment.tables import attribution
from airshed.assessment.tables import levels as level_rows
from airshed.emissions.table import emission_table
from airshed.pack.boundaries import Boundaries
from airshed.pack.codes import group_members, members
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.spoken_numbers import count

HEADS = 100_000
"""People that rates of deaths refer to."""
COLUMNS = ("region", "value", "low", "high", "unit", "population", "basis", "source", "note")
OTHERS = 12
"""Areas of a file that are named where they are no region."""


class MapQuestion(Query):
    """Which number, where, and how it is drawn."""

    quantity: Literal["concentration", "deaths", "death-rate", "emissions", "contribution"] = Field(
        default="concentration", description="what the map shows"
    )
    form: Literal["tiles", "bubbles", "boundaries"] = Field(default="tiles", description="how it is drawn")
    year: int | None = common.year(common.OBSERVED_YEAR)
    scenario: str = common.scenario()
    pollutant: str | None = Field(default=None, description="pollutant, for emissions")
    receptor: str | None = Field(default=None, description="place, for contributions")
    within: str | None = Field(default=None, description="nation or group to look at; all if none")


@dataclass(frozen=True)
class MapRows:
    """The rows behind a map, and its words.

    rows : columns region, value, low, high, unit, source and what else the command says of each; nations and their
        parts; elsewhere : what comes from no place on the map
    """

    rows: pd.DataFrame
    subject: Subject
    equations: tuple[str, ...]
    elsewhere: str = ""


def wholes(pack: Pack) -> list[str]:
    """Return the nations that have parts, and the policy groups."""
    regions, groups = pack.table("regions"), pack.optional("groups")
    parents = set(regions["parent"])
    nations = [code for code in regions["code"] if code in parents]
    return [*nations, *groups.loc[groups["kind"] == "policy", "code"]]


def map_of(ask: Ask, words: Words, question: MapQuestion) -> Content:
    """Return a map of a number of the regions, and its rows."""
    _ = words.translate
    common.refuse_files(ask, question.scenario)
    shown = _shown(ask, words, question)
    found = FINDERS[question.quantity](ask, words, question)
    rows = pd.DataFrame({"region": shown}).merge(found.rows, on="region", how="left")
    rows["unit"] = rows["unit"].fillna(found.rows["unit"].iloc[0])
    texts = [name for name in ("basis", "source", "note") if name in rows]
    rows[texts] = rows[texts].fillna("")
    rows = rows[[name for name in COLUMNS if name in rows]]
    decimals = fixed(found.subject.digits)
    sheet = Sheet(
        "map",
        found.subject.title,
        rows,
        cells={**dict.fromkeys(("value", "low", "high"), decimals), "population": fixed(0)},
        links={"region": lambda code: f"region/{code}"},
    )
    missing = [words.name(code) for code in rows.loc[rows["value"].isna(), "region"]]
    lines = [_("Grey, without a number: {names}.").format(names=_few(missing))] if missing else []
    lines += [found.elsewhere] if found.elsewhere else []
    keys = _("Arrow keys go from mark to mark on the map, Enter opens the region; the table leads there too.")
    lines += [] if ask.alone else [keys]
    extra, told = _given(ask, words) if question.form == "boundaries" else ((), [])
    return Content(
        title=_("Map"),
        sheets=(sheet, *extra),
        panels=(Panel(_figure(ask, words, question, rows, found.subject), "map"),),
        equations=found.equations,
        sentences=(_lead(rows, found.subject, words), *told, *lines),
        withheld={} if ask.boundaries else {"form": ("boundaries",)},
    )


def _lead(rows: pd.DataFrame, subject: Subject, words: Words) -> str:
    """Return what the map shows, and where it is least and most."""
    known = rows.dropna(subset=["value"])
    if known.empty:
        return subject.title
    ordered = records(known.sort_values("value", kind="stable"))
    least, most = ordered[0], ordered[-1]
    return words.translate("{title}: from {lowest} ({low_place}) to {highest} ({high_place}), {unit}.").format(
        title=subject.title,
        lowest=count(float(least["value"]), words.language),
        highest=count(float(most["value"]), words.language),
        low_place=words.name(least["region"]),
        high_place=words.name(most["region"]),
        unit=subject.unit,
    )


def _shown(ask: Ask, words: Words, question: MapQuestion) -> list[str]:
    """Return the regions that the form can draw, in the order of the pack, only those of the part that is asked for."""
    pack = ask.pack
    if question.form == "boundaries":
        codes = _boundaries(ask).drawn(pack)
    else:
        rows = tiles(words) if question.form == "tiles" else points(words)
        codes = [code for code in inner(pack)["code"] if code in set(rows["code"])]
    if question.within:
        kept = {question.within, *members(pack, question.within), *group_members(pack).get(question.within, ())}
        codes = [code for code in codes if code in kept]
    if not codes:
        if not question.within:
            raise AirshedError("no-region-of-pack-can-drawn", form=question.form)
        raise AirshedError("no-region-can-drawn", within=question.within, form=question.form)
    return codes


def _boundaries(ask: Ask) -> Boundaries:
    if ask.boundaries is None:
        raise AirshedError("server-given-no-boundaries")
    return ask.boundaries


def _figure(ask: Ask, words: Words, question: MapQuestion, rows: pd.DataFrame, subject: Subject) -> Figure:
    by_region = rows.set_index("region")
    values = by_region["value"]
    if question.form == "tiles":
        return tile_figure(values, subject, words)
    if question.form == "bubbles":
        return bubble_figure(values, by_region["population"] if subject.weight else values, subject, words)
    boundaries = _boundaries(ask)
    codes = tuple(rows["region"])
    areas, box = ask.ask(("boundaries", codes), lambda: seen(ask.pack, boundaries, codes))
    return boundary_figure(values, areas, box, subject, words)


def _given(ask: Ask, words: Words) -> tuple[tuple[Sheet, ...], list[str]]:
    """Return what of the given files is drawn and what is not, as a sheet and in words."""
    _, boundaries = words.translate, _boundaries(ask)
    held = set(boundaries.areas)
    absent = [words.name(code) for code in inner(ask.pack)["code"] if code not in held]
    rows = pd.DataFrame(
        [
            {"file": match.file, "key": match.key, "regions": match.regions, "others": _few(match.unmatched)}
            for match in boundaries.matches
        ]
    )
    heads = {"regions": _("regions found"), "others": _("areas that are no region of the pack")}
    sheet = Sheet("boundaries", _("The files of the boundaries"), rows, heads=heads, cells={"others": str})
    told = [_("No area was given for: {names}.").format(names=_few(absent))] if absent else []
    return (sheet,), told


def _few(names: Sequence[str]) -> str:
    shown = [name or "–" for name in dict.fromkeys(names)]
    return ", ".join(shown[:OTHERS]) + (f", … (+{len(shown) - OTHERS})" if len(shown) > OTHERS else "")


def _subject(words: Words, question: MapQuestion, title: str, unit: str, digits: int, weight: str = "") -> Subject:
    """Return the words of a map in the form that is asked for."""
    _ = words.translate
    if question.form == "tiles":
        caption = _("Tiles stand for regions; borders are not drawn because some are disputed.")
        return Subject(title, _("one tile per region"), caption, unit, digits)
    if question.form == "boundaries":
        return Subject(title, _("areas of the given boundaries"), "", unit, digits)
    both = _("colour and area of the bubble: {unit}").format(unit=unit)
    subtitle = _("colour: {unit}; area of the bubble: {weight}").format(unit=unit, weight=weight) if weight else both
    caption = _("A bubble stands at the point of its region; borders are not drawn because some are disputed.")
    return Subject(title, subtitle, caption, unit, digits, weight)


def _health(ask: Ask, question: MapQuestion) -> tuple[pd.DataFrame, int]:
    """Return the rows of `airshed health` and their year."""
    assessment = ask.assessment(question.year, question.scenario)
    rows = ask.ask(("map health", assessment.year, question.scenario), lambda: health(ask.pack, assessment, None))
    return rows, assessment.year


def levels(ask: Ask, words: Words, question: MapQuestion) -> MapRows:
    """Return the annual mean PM2.5 of the regions, as `airshed levels` prints it."""
    _ = words.translate
    assessment = ask.assessment(question.year, question.scenario)
    persons = assessment["health"]["population"].to_series()
    rows = level_rows(ask.pack, assessment)
    rows = rows.assign(population=rows["region"].map(persons))
    title = _("Annual mean PM2.5 of the regions, {year}").format(year=assessment.year)
    subject = _subject(words, question, title, "µg/m³", 1, _("people"))
    return MapRows(rows, subject, ("level", "observed-response", "total-spread"))


def deaths(ask: Ask, words: Words, question: MapQuestion) -> MapRows:
    """Return the deaths attributable to PM2.5, as `airshed health` prints them."""
    rows, year = _health(ask, question)
    title = words.translate("Deaths attributable to PM2.5, {year}").format(year=year)
    subject = _subject(words, question, title, words.translate("deaths per year"), 0)
    return MapRows(rows, subject, ("gemm", "baseline-deaths", "attributable-deaths"))


def death_rate(ask: Ask, words: Words, question: MapQuestion) -> MapRows:
    """Return the deaths attributable to PM2.5 per 100,000 people of all ages."""
    _ = words.translate
    rows, year = _health(ask, question)
    each = {name: rows[name] / rows["population"] * HEADS for name in ("value", "low", "high")}
    rows = rows.assign(**each, unit="deaths/100000/yr")
    title = _("Deaths attributable to PM2.5 per 100,000 people, {year}").format(year=year)
    subject = _subject(words, question, title, _("deaths per 100,000 people and year"), 1, _("people"))
    equations = ("gemm", "baseline-deaths", "attributable-deaths")
    return MapRows(rows, subject, equations)


def emissions(ask: Ask, words: Words, question: MapQuestion) -> MapRows:
    """Return the emissions of a pollutant in the baseline, as `airshed emissions` prints them."""
    pack, year = ask.pack, ask.year(question.year)
    pollutant = question.pollutant or common.pollutants(pack)[0]

    def rows_of() -> pd.DataFrame:
        ways = ("country", "region")
        cube = common.emissions_of(ask, year, question.scenario)
        frames = [emission_table(pack, by=[way], pollutants=[pollutant], years=[year], cube=cube) for way in ways]
        return pd.concat(frames, ignore_index=True).drop_duplicates("region")

    rows = ask.ask(("map emissions", pollutant, year, question.scenario), rows_of)
    title = words.translate("Emissions of {pollutant}, {year}").format(pollutant=words.name(pollutant), year=year)
    subject = _subject(words, question, title, words.translate("kt per year"), 1)
    return MapRows(rows, subject, ("harmonisation", "interpolation", "emission-interval"))


def contribution(ask: Ask, words: Words, question: MapQuestion) -> MapRows:
    """Return what every region gives to the PM2.5 of a place, as `airshed attribution` prints it."""
    _, pack = words.translate, ask.pack
    place = question.receptor or common.receptors(pack)[0]
    assessment = ask.assessment(ask.year(question.year, place), question.scenario)

    def rows_of() -> pd.DataFrame:
        frames = [
            attribution(pack, assessment, place, way).rename(columns={way: "region"}) for way in ("region", "country")
        ]
        return pd.concat(frames, ignore_index=True).drop_duplicates("region")

    rows = ask.ask(("map contribution", place, assessment.year, question.scenario), rows_of)
    drawn = set(inner(pack)["code"])
    nations = set(pack.table("regions")["parent"])
    others = rows[~rows["region"].isin(drawn | nations)]
    total = rows.loc[~rows["region"].isin(nations), "value"].sum()
    parts = [f"{words.name(code)} {value:.1f}" for code, value in zip(others["region"], others["value"], strict=True)]
    told = _("Without a place on the map: {parts} µg/m³; all together are {total}.").format(
        parts=", ".join(parts), total=f"{total:.1f}"
    )
    title = _("What regions give to the PM2.5 of {place}, {year}").format(place=words.name(place), year=assessment.year)
    subject = _subject(words, question, title, "µg/m³", 2)
    return MapRows(rows, subject, ("per-emission", "kernel-weight", "downscaling", "level"), told)


FINDERS = {
    "concentration": levels,
    "deaths": deaths,
    "death-rate": death_rate,
    "emissions": emissions,
    "contribution": contribution,
}

ANSWER = Entry(
    title="Map",
    question=MapQuestion,
    make=map_of,
    choices={
        "pollutant": common.pollutants,
        "receptor": common.receptors,
        "within": wholes,
        "scenario": common.scenario_names,
    },
    scripts=(SCRIPT,),
)
