"""What the deaths attributable to PM2.5 are worth, by the value of a statistical life of each nation."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet, Way
from airshed.answers.ask import BASELINE, Ask
from airshed.answers.cells import fixed, records
from airshed.answers.chapters.largest import largest
from airshed.answers.chapters.sheets import explained
from airshed.answers.chapters.single import MOST
from airshed.answers.common import OBSERVED_YEAR, REGIONS, places, refuse_files, scenario, scenario_names, year
from airshed.answers.words import Figure, Words, explanation
from airshed.assessment.lives.value import NOTES, value_table
from airshed.charts.colours import colours_of_nations
from airshed.charts.health import death_points
from airshed.pack.spoken_numbers import money

WHOLE, TWO = fixed(0), fixed(2)
UNITS = "million market USD of 2015 per year; vsl: per death; value_ppp: million international dollars"


class ValueQuestion(Query):
    """Whose deaths, and when."""

    region: tuple[str, ...] = Field(default=(), description=REGIONS, max_length=20)
    year: int | None = year(OBSERVED_YEAR)
    scenario: str = scenario()


def value(ask: Ask, words: Words, question: ValueQuestion) -> Content:
    """Return what the deaths due to PM2.5 are worth."""
    _, pack, asked = words.translate, ask.pack, question
    refuse_files(ask, asked.scenario)
    assessment = ask.assessment(asked.year, asked.scenario, ("health",))
    rows = value_table(pack, assessment, list(asked.region) or None)
    cells = {**dict.fromkeys(("deaths", "value", "low", "high", "value_ppp"), WHOLE), "vsl": TWO}
    title = _("Value of the deaths attributable to PM2.5, {year}").format(year=assessment.year)
    heads = {
        "vsl": _("value of a statistical life, million market USD of 2015"),
        "value_ppp": _("in purchasing power, million international dollars of 2015 a year"),
    }
    columns = ("region", "deaths", "vsl", "value", "low", "high", "value_ppp", "note", "source")
    named = largest(pack, rows[(rows["value"] > 0) & (rows["low"] > 0)], "region", MOST)
    shades = colours_of_nations(pack, list(named["region"]))
    named = named.assign(region=[words.name(code) for code in named["region"]])
    subtitle = _("lines: ends of the response with ends of the elasticity; logarithmic axis")
    axis = _("million market USD of 2015 a year")
    chart = death_points(named, title=title, subtitle=subtitle, axis=axis, colours=shades)
    caption = _("A value of life follows income: it says what a nation would pay, not what a life is worth.")
    way = Way("value", ("region",), year=assessment.year)
    told = rows.dropna(subset=["value"]).head(1)
    unit = _("Value of lives, million market USD of 2015 a year")
    return Content(
        title=title,
        sheets=(explained(Sheet("value", unit, rows, columns, heads, cells, NOTES, way=way), asked.scenario),),
        panels=(Panel(Figure("value", chart, title, caption), "value"),) if len(named) else (),
        equations=("gemm", "attributable-deaths", "value-of-life", "market-money"),
        sentences=(*_told(rows, assessment.year, words), _(UNITS)),
        why="".join(explanation("value", str(code), year=assessment.year) for code in told["region"])
        if asked.scenario == BASELINE
        else "",
    )


def _told(rows: pd.DataFrame, year: int, words: Words) -> tuple[str, ...]:
    """Return what the early deaths of the first nation are worth."""
    known = rows.dropna(subset=["value"])
    if known.empty:
        return ()
    first = records(known.head(1))[0]
    text = words.translate(
        "In {year} the early deaths because of PM2.5 in {place} are valued at {value} ({low} to {high})."
    )
    ends = {name: money(float(first[name]), words.language) for name in ("value", "low", "high")}
    return (text.format(year=year, place=words.name(first["region"]), **ends),)


ANSWER = Entry(
    title="Value of lives",
    question=ValueQuestion,
    make=value,
    choices={"region": places, "scenario": scenario_names},
)
