"""One nation on one page: its air, who gives it, what works, with whom, and what only others can do."""

from __future__ import annotations

from pydantic import Field

from airshed.answers.answer import Content, Entry, Query
from airshed.answers.ask import Ask
from airshed.answers.chapters.local_page import content_of, local_page
from airshed.answers.chapters.local_paper import files_of
from airshed.answers.common import year
from airshed.answers.words import Words
from airshed.assessment import local
from airshed.assessment.local import Local

LATEST = "year; the latest that was observed there if empty"


class CountryQuestion(Query):
    """Which nation, in which year."""

    region: str = Field(description="nation")
    year: int | None = year(LATEST)


def place_of(ask: Ask, question: CountryQuestion) -> tuple[Local, int | None]:
    """Return the nation that is asked for, and the year."""
    return local.nation(ask.pack, question.region), question.year


def country(ask: Ask, words: Words, question: CountryQuestion) -> Content:
    """Return all there is to say of a nation, shortly."""
    return content_of(local_page(ask, words, *place_of(ask, question)), words)


ANSWER = Entry(
    title="My country",
    question=CountryQuestion,
    make=country,
    choices={"region": local.nations},
    path="country/{region}",
    files=files_of(place_of),
    template="place.html.j2",
)
