"""Pages of jobs: the one that waits for an answer, and the list of all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from airshed.answers.answer import Entry
from airshed.answers.choices import choices
from airshed.answers.words import Words
from airshed.pack.language import Translate, translator
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.telling import told
from airshed.web.jobs import JobView
from airshed.web.registry import PAGES
from airshed.web.render import framed_html, option

TITLES = {page.name: page.title for page in PAGES}
STATES = {
    "queued": "waiting",
    "running": "computing",
    "done": "done",
    "failed": "failed",
    "cancelled": "cancelled",
    "interrupted": "interrupted",
}
"""The words for the states of a job."""
NEXT = {
    "failed": "the computation ended with an error",
    "cancelled": "the computation was ended before it was done",
    "interrupted": "the server was stopped before the computation was done",
}
"""What to say of a job that has no answer."""
RELOAD = 5
"""Seconds after which a page without scripts asks again."""


@dataclass(frozen=True)
class JobLine:
    """A job as pages show it, in words of one language."""

    id: str
    title: str
    asks: str
    state: str
    told: str
    stage: str
    message: str
    progress: float
    percent: str
    begun: str
    took: str
    result: str
    active: bool


def line_of(job: JobView, language: str, pack: Pack | None = None) -> JobLine:
    """Return a job in the words of a language; pack : has the names of what is asked, codes stand for them without."""
    translate = translator(language)
    state = translate(STATES[job.state])
    if job.ahead:
        state = translate("waiting, {count} before it").format(count=job.ahead)
    return JobLine(
        id=job.id,
        title=translate(TITLES.get(job.page, job.page)),
        asks=asked_in_words(job, Words(pack, language, translate)) if pack else "",
        state=job.state,
        told=state,
        stage=translate(job.stage) if job.stage else "",
        message=told(job.message, language) if job.message else "",
        progress=round(job.progress, 4),
        percent=percent(job.progress),
        begun=f"{job.created:%Y-%m-%d %H:%M} UTC",
        took=duration(job.seconds, translate),
        result=f"/{language}/{job.address}",
        active=job.active,
    )


def asked_in_words(job: JobView, words: Words) -> str:
    """Return what the question of a job asks, in words: places and choices by their names, numbers by their field."""
    page = next((page for page in PAGES if page.name == job.page), None)
    stem, _, query = job.address.partition("?")
    pairs = parse_qsl(query)
    if page is None:
        return ", ".join(value for _, value in pairs)
    placed = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", page.path), stem)
    pairs = [*(placed.groupdict().items() if placed else ()), *pairs]
    return " · ".join(_told(page, name, value, words) for name, value in pairs if value != "false")


def _told(page: Entry, name: str, value: str, words: Words) -> str:
    field = page.question.model_fields.get(name)
    if value == "true" and field is not None:
        return words.translate(field.description or name)
    if value in choices(page, name, words.pack):
        return option(page, name, value, words)
    return f"{words.translate(name).replace('_', ' ')}: {value}"


def duration(seconds: float, translate: Translate) -> str:
    """Return a time in words.

    >>> duration(75.4, translator("en"))
    '1 min 15 s'
    """
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return translate("{seconds} s").format(seconds=rest)
    return translate("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)


def waiting_html(language: str, pack: Pack | None, names: dict[str, str], job: JobView, here: str | None = None) -> str:
    """Return the page of a job; here : path below the language, that of the answer if not given."""
    shown = job.address if here is None else here
    more = {"job": line_of(job, language, pack), "next": NEXT, "reload": RELOAD}
    return framed_html("waiting.html.j2", language, pack, names, shown, **more)


def jobs_html(language: str, pack: Pack | None, names: dict[str, str], jobs: Sequence[JobView]) -> str:
    """Return the page that lists all jobs."""
    more = {"jobs": [line_of(job, language, pack) for job in jobs], "reload": RELOAD}
    return framed_html("jobs.html.j2", language, pack, names, "jobs", **more)
