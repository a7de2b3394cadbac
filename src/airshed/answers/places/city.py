"""One city on one page: its air, who gives it, what works, with whom, and what only others can do."""

from __future__ import annotations

from pydantic import Field

from airshed.answers.answer import Content, Entry, Query
from airshed.answers.ask import Ask
from airshed.answers.chapters.local_page import content_of, local_page
from airshed.answers.chapters.local_paper import files_of
from airshed.answers.common import cities, year
from airshed.answers.words import Words
from airshed.assessment import local
from airshed.assessment.local import Local

LATEST = "year; the latest that was observed there if empty"


class CityQuestion(Query):
    """Which city, in which year."""

    receptor: str = Field(description="city")
    year: int | None = year(LATEST)


def place_of(ask: Ask, question: CityQuestion) -> tuple[Local, int | None]:
    """Return the city that is asked for, and the year."""
    return local.city(ask.pack, question.receptor), question.year


def city(ask: Ask, words: Words, question: CityQuestion) -> Content:
    """Return all there is to say of a city, shortly."""
    return content_of(local_page(ask, words, *place_of(ask, question)), words)


ANSWER = Entry(
    title="My city",
    question=CityQuestion,
    make=city,
    choices={"receptor": cities},
    path="city/{receptor}",
    files=files_of(place_of),
    template="place.html.j2",
)
