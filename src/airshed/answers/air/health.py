"""Deaths a year attributable to PM2.5, with the interval of the response."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query
from airshed.answers.ask import BASELINE, Ask
from airshed.answers.chapters.sheets import explained, health_sheet
from airshed.answers.chapters.single import region_deaths_figure
from airshed.answers.common import OBSERVED_YEAR, REGIONS, places, refuse_files, scenario, scenario_names, year
from airshed.answers.words import Words, explanation
from airshed.assessment.lives.health import NO_DEATHS
from airshed.assessment.lives.health import health as deaths_of
from airshed.pack.language import values_of
from airshed.pack.pack import Pack
from airshed.pack.people import beside_parts
from airshed.pack.spoken_numbers import count

TOLD = 3
"""Regions of which a sentence tells."""
CURVES = {"gemm": "gemm", "ier": "ier", "mrbrt": "tabulated-risk", "loglinear": "loglinear-risk"}
"""Responses with their formula in the catalogue."""


class HealthQuestion(Query):
    """Whose deaths, by which response."""

    region: tuple[str, ...] = Field(default=(), description=REGIONS, max_length=20)
    year: int | None = year(OBSERVED_YEAR)
    response: Literal["gemm", "ier", "mrbrt", "loglinear"] = Field(
        default="gemm", description="concentration-response function"
    )
    by: Literal["total", "cause", "age"] | None = Field(
        default=None, description="total, by cause or by age; if none the total of GEMM, the causes of the others"
    )
    set: str | None = Field(
        default=None, description="one set of the response, such as ier2015, rfasst or mrbrt2019", max_length=40
    )
    scenario: str = scenario()


def health(ask: Ask, words: Words, question: HealthQuestion) -> Content:
    """Return deaths attributable to PM2.5 with the interval of the response."""
    _, pack, asked = words.translate, ask.pack, question
    refuse_files(ask, asked.scenario)
    assessment = ask.assessment(asked.year, asked.scenario, ("health",))
    regions = list(asked.region) or None
    rows = ask.ask(("health", asked), lambda: deaths_of(pack, assessment, regions, asked.response, asked.by, asked.set))
    plainly = asked.response == "gemm" and asked.by in (None, "total")
    kinds = () if plainly else ("set", "age")
    columns = ("region", "cause", *kinds, "value", "low", "high", "population", "exposure")
    sheet = health_sheet(rows, words, (*columns, "basis" if plainly else "note", "source"))
    figure = region_deaths_figure(rows, assessment.year, asked.response, words)
    return Content(
        title=_("Deaths attributable to PM2.5"),
        sheets=(explained(sheet, asked.scenario),),
        panels=(Panel(figure, "health"),) if figure else (),
        equations=(CURVES[asked.response], "baseline-deaths", "attributable-deaths", "exposure"),
        why=_why(rows, asked, assessment.year) if plainly else "",
        sentences=(
            *_told(rows, words),
            *_lacking(rows, words),
            *_people(pack, rows, words),
            f"{_(asked.response)}, {assessment.year}, {_('deaths per year')}",
        ),
    )


def _why(rows: pd.DataFrame, asked: HealthQuestion, year: int) -> str:
    """Return the query of the page that explains the first deaths that are told, nothing of what it does not know."""
    told = rows.dropna(subset=["value"]).head(1)
    known = asked.scenario == BASELINE and asked.set is None
    return "".join(explanation("health", str(code), year=year) for code in told["region"]) if known else ""


def _told(rows: pd.DataFrame, words: Words) -> tuple[str, ...]:
    """Return the deaths of the first regions that have them as sentences."""
    first = rows.drop_duplicates("region").dropna(subset=["value"]).head(TOLD)
    text = words.translate("In {year} about {deaths} people in {place} die early because of PM2.5 ({low} to {high}).")
    plain = words.translate("In {year} about {deaths} people in {place} die early because of PM2.5.")
    said = []
    for row in first.to_dict("records"):
        numbers = {name: count(float(row[name]), words.language) for name in ("value", "low", "high")}
        known = {"deaths": numbers["value"], "low": numbers["low"], "high": numbers["high"]}
        form = plain if pd.isna(row["low"]) else text
        said.append(form.format(place=words.name(row["region"]), year=row["year"], **known))
    return tuple(said)


def _lacking(rows: pd.DataFrame, words: Words) -> tuple[str, ...]:
    """Say whose mortality is missing, once for a nation."""
    parts = (part for note in rows.loc[rows["value"].isna(), "note"] for part in note.split("; "))
    nations = dict.fromkeys(found["nation"] for part in parts if (found := values_of(part, NO_DEATHS)))
    return tuple(words.translate(NO_DEATHS).format(nation=words.name(nation)) for nation in nations)


def _people(pack: Pack, rows: pd.DataFrame, words: Words) -> tuple[str, ...]:
    """Say by how much the people of regions, as projected for each, differ from the projection of their nation."""
    text = words.translate(
        "The regions of {place} grow by projections of their own, to {parts} people together in {year}; that of "
        "{place} says {whole}. Deaths are those of the regions, nothing is scaled."
    )
    told = []
    for code, of in dict.fromkeys(zip(rows["region"], rows["year"], strict=True)):
        found = beside_parts(pack, str(code), int(of)) if int(of) != pack.base_year else None
        if found is not None:
            whole, parts = (count(value, words.language, 4) for value in found)
            told.append(text.format(place=words.name(str(code)), parts=parts, year=of, whole=whole))
    return tuple(told)


ANSWER = Entry(
    title="Health",
    question=HealthQuestion,
    make=health,
    choices={"region": places, "scenario": scenario_names},
)
