"""Pages of jobs: the one that waits for an answer, and the list of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from airshed.pack.language import Translate, translator
from airshed.pack.pack import Pack
from airshed.pack.percent import percent
from airshed.pack.telling import told
from airshed.web.jobs import JobView
from airshed.web.registry import PAGES
from airshed.web.render import framed_html

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


def line_of(job: JobView, language: str) -> JobLine:
    """Return a job in the words of a language."""
    translate = translator(language)
    state = translate(STATES[job.state])
    if job.ahead:
        state = translate("waiting, {count} before it").format(count=job.ahead)
    return JobLine(
        id=job.id,
        title=translate(TITLES.get(job.page, job.page)),
        asks=job.address.partition("?")[2].replace("&", " "),
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
    more = {"job": line_of(job, language), "next": NEXT, "reload": RELOAD}
    return framed_html("waiting.html.j2", language, pack, names, shown, **more)


def jobs_html(language: str, pack: Pack | None, names: dict[str, str], jobs: Sequence[JobView]) -> str:
    """Return the page that lists all jobs."""
    more = {"jobs": [line_of(job, language) for job in jobs], "reload": RELOAD}
    return framed_html("jobs.html.j2", language, pack, names, "jobs", **more)
