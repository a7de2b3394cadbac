"""What places breathe: natural and modelled part, response, interval, and the observation beside it."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from airshed.answers.answer import Content, Entry, Panel, Query, Sheet
from airshed.answers.ask import Ask
from airshed.answers.cells import fixed
from airshed.answers.chapters.maps import SCRIPT, level_map
from airshed.answers.common import OBSERVED_YEAR, receptors, refuse_files, scenario, scenario_names, year
from airshed.answers.leads import span_lead
from airshed.answers.words import Words
from airshed.assessment.tables import NOTES
from airshed.assessment.tables import levels as levels_of

TOLD = 3
"""Places of which a sentence tells."""
NUMBERS = ("value", "low", "high", "natural", "modelled", "unexplained", "observed")


class LevelsQuestion(Query):
    """Which places, in which year."""

    region: tuple[str, ...] = Field(
        default=(), description="cities, regions, nations or groups; all if none", max_length=20
    )
    year: int | None = year(OBSERVED_YEAR)
    scenario: str = scenario()


def levels(ask: Ask, words: Words, question: LevelsQuestion) -> Content:
    """Return the level of places, what it is made of, and what was observed, with the map of all regions."""
    _, pack = words.translate, ask.pack
    refuse_files(ask, question.scenario)
    assessment = ask.assessment(question.year, question.scenario, ("concentration",))
    every = levels_of(pack, assessment)
    rows = levels_of(pack, assessment, list(question.region) or None)
    sheet = Sheet(
        "levels",
        _("PM2.5 of the places, µg/m³"),
        rows,
        ("region", *NUMBERS[:5], "response", *NUMBERS[5:], "kind", "source", "note"),
        cells={**dict.fromkeys(NUMBERS, fixed(1)), "response": fixed(2)},
        notes=NOTES,
    )
    figure = level_map(every, assessment.year, words)
    rule = f"PM2.5, {assessment.year}, µg/m³; {_('value = natural + response x modelled')}"
    return Content(
        title=_("Levels of PM2.5"),
        sheets=(sheet,),
        panels=(Panel(figure, "levels"),),
        equations=("level", "observed-response", "total-spread", "exposure"),
        sentences=(*([] if question.region else [_span(rows, words, assessment.year)]), *_told(rows, words), rule),
    )


def _span(rows: pd.DataFrame, words: Words, year: int) -> str:
    """Return between which levels all places lie."""
    text = words.translate(
        "In {year} PM2.5 lies between {lowest} ({low_place}) and {highest} ({high_place}) in {count} places."
    )
    return span_lead(rows, words, text, year=year, count=rows["value"].notna().sum())


def _told(rows: pd.DataFrame, words: Words) -> tuple[str, ...]:
    """Return the levels of the first places as sentences."""
    text = words.translate(
        "In {year} the air of {place} holds {level} µg/m³ of PM2.5 ({low} to {high}), {natural} of it natural."
    )
    said = []
    for row in rows.dropna(subset=["low"]).head(TOLD).to_dict("records"):
        numbers = {name: f"{row[name]:.1f}" for name in ("low", "high", "natural")}
        place = words.name(row["region"])
        said.append(text.format(place=place, year=row["year"], level=f"{row['value']:.1f}", **numbers))
    return tuple(said)


ANSWER = Entry(
    title="Levels of PM2.5",
    question=LevelsQuestion,
    make=levels,
    choices={"region": receptors, "scenario": scenario_names},
    scripts=(SCRIPT,),
)
