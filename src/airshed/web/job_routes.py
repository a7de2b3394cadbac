"""Routes of jobs: the page of one, the list, its end, its progress as server-sent events, and REST."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pandas as pd
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, StreamingResponse

from airshed.pack.errors import AirshedError
from airshed.pack.language import LANGUAGES
from airshed.pack.letters import ALLOWED
from airshed.store import StoreError
from airshed.web.documented import responses
from airshed.web.forms import MEDIA, csv_of, dump, marked
from airshed.web.guard import from_elsewhere
from airshed.web.jobs import JobView
from airshed.web.site import DEFAULT_LANGUAGE, HTML, ElsewhereError, Site, UnknownAddressError
from airshed.web.waiting import jobs_html, line_of, waiting_html

LOOK = 0.2
"""Seconds between two looks at a job that is followed; a look at one of another server takes a query."""
MOVING = ("state", "active", "progress", "percent", "told", "stage", "took")
"""What an event tells; the time moves every second, so that a stream is never silent for long."""
LISTED = (
    *("id", "state", "progress", "stage", "ahead", "page", "address", "language", "message"),
    *("created", "started", "ended", "seconds"),
)
TIMES = ("created", "started", "ended")
FRESH = {"cache-control": "no-store"}
KEY = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "of the job",
    "schema": {"type": "string", "pattern": ALLOWED[False]},
}
JOB = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "state": {"enum": ["queued", "running", "done", "failed", "cancelled", "interrupted"]},
        "progress": {"type": "number", "minimum": 0, "maximum": 1},
        "stage": {"type": "string", "description": "what is being computed"},
        "ahead": {"type": ["integer", "null"], "description": "how many are computed before it"},
        "page": {"type": "string"},
        "address": {"type": "string", "description": "of the page that asked, below the language"},
        "language": {"type": "string"},
        "message": {"type": "string", "description": "why it failed"},
        "created": {"type": "string", "format": "date-time"},
        "started": {"type": ["string", "null"], "format": "date-time"},
        "ended": {"type": ["string", "null"], "format": "date-time"},
        "seconds": {"type": "number", "description": "since it was asked"},
        "result": {"type": "string", "description": "where the answer is, by REST"},
    },
}


def record(job: JobView, api: str) -> dict[str, Any]:
    """Return a job as JSON lists it."""
    stem, _, query = job.address.partition("?")
    times = {name: moment.isoformat() if (moment := getattr(job, name)) else None for name in TIMES}
    found = {name: getattr(job, name) for name in LISTED} | times | {"message": str(job.message)}
    return {
        **found,
        "progress": round(job.progress, 4),
        "seconds": round(job.seconds, 1),
        "result": f"{api}/{stem or job.page}{'?' + query if query else ''}",
    }


def add_jobs(app: FastAPI, site: Site, api: str) -> None:
    """Add the pages of jobs and their place in REST, before the pages of the registry."""
    _add_events(app, site)
    _add_pages(app, site, api)
    _add_rest(app, site, api)


def _found(site: Site, key: str) -> JobView:
    """Return a job; raises UnknownAddressError if there is none."""
    job = site.jobs.find(key)
    if job is None:
        raise UnknownAddressError("no-job", key=key[:40])
    return job


def _cancelled(site: Site, request: Request, key: str) -> JobView:
    """Return a job after it was cancelled; raises ElsewhereError if the page of another site asks for that."""
    if from_elsewhere(request.headers):
        raise ElsewhereError("another-site-sent")
    job = _found(site, key)
    site.jobs.cancel(job.id)
    return site.jobs.find(job.id) or job


def _told(site: Site, why: AirshedError, form: str, language: str = DEFAULT_LANGUAGE) -> Response:
    return site.told(why, form, language, missing=404)


def _page(site: Site, do: Callable[[Request, str, str], Response]) -> Callable[[Request], Response]:
    """Return the function behind the route of a page; do : takes the request, the language and the key."""

    def endpoint(request: Request) -> Response:
        language = str(request.path_params["language"])
        try:
            if language not in LANGUAGES:
                raise UnknownAddressError("no-language", asked=language[:20], languages=", ".join(LANGUAGES))
            return do(request, language, str(request.path_params.get("key", "")))
        except AirshedError as why:
            return _told(site, why, HTML, language)

    return endpoint


def _add_pages(app: FastAPI, site: Site, api: str) -> None:
    def html(text: str) -> Response:
        return Response(text, 200, FRESH, "text/html; charset=utf-8")

    def listed(_: Request, language: str, __: str) -> Response:
        return html(jobs_html(language, site.pack, site.assets.names, site.jobs.listed()))

    def as_json(_: Request, __: str, ___: str) -> Response:
        return Response(dump([record(job, api) for job in site.jobs.listed()]), 200, FRESH, MEDIA["json"])

    def as_csv(_: Request, language: str, __: str) -> Response:
        rows = [record(job, api) for job in site.jobs.listed()]
        table = pd.DataFrame.from_records(rows, columns=[*LISTED, "result"])
        return Response(marked(csv_of(table), language), 200, FRESH, MEDIA["csv"])

    def one(_: Request, language: str, key: str) -> Response:
        job = _found(site, key)
        if job.state == "done":
            return RedirectResponse(f"/{language}/{job.address}", 303, FRESH)
        return html(waiting_html(language, site.pack, site.assets.names, job, f"jobs/{job.id}"))

    def cancel(request: Request, language: str, key: str) -> Response:
        return RedirectResponse(f"/{language}/jobs/{_cancelled(site, request, key).id}", 303, FRESH)

    reading = ["GET", "HEAD"]
    for path, do, methods in (
        ("", listed, reading),
        (".json", as_json, reading),
        (".csv", as_csv, reading),
        ("/{key}", one, reading),
        ("/{key}/cancel", cancel, ["POST"]),
    ):
        app.add_api_route(f"/{{language}}/jobs{path}", _page(site, do), methods=methods, include_in_schema=False)


def _add_events(app: FastAPI, site: Site) -> None:
    async def events(request: Request, key: str) -> Response:
        try:
            await run_in_threadpool(_found, site, key)
        except AirshedError as why:
            return _told(site, why, "json")
        asked = request.query_params.get("language", "")
        language = asked if asked in LANGUAGES else DEFAULT_LANGUAGE
        headers = {**FRESH, "x-accel-buffering": "no"}
        return StreamingResponse(_stream(site, request, key, language), 200, headers, "text/event-stream")

    app.add_api_route("/jobs/{key}/events", events, methods=["GET"], include_in_schema=False)


async def _stream(site: Site, request: Request, key: str, language: str) -> AsyncIterator[str]:
    """Give the state of a job whenever it changes, until it ends, the reader leaves or the server stops."""
    said = ""
    while not site.jobs.stopping and not await request.is_disconnected():
        try:
            job = site.jobs.held(key) or await run_in_threadpool(site.jobs.find, key)
        except StoreError:
            # The page asks for the job again, and is then told why it cannot be read.
            return
        if job is None:
            return
        line = line_of(job, language)
        told = json.dumps({name: getattr(line, name) for name in MOVING}, ensure_ascii=False)
        if told != said:
            said = told
            yield f"data: {told}\n\n"
        if not job.active:
            return
        await asyncio.sleep(LOOK)


def _add_rest(app: FastAPI, site: Site, api: str) -> None:
    def listed() -> Response:
        return answered(lambda: [record(job, api) for job in site.jobs.listed()])

    def one(request: Request) -> Response:
        return answered(lambda: record(_found(site, request.path_params["key"]), api))

    def cancel(request: Request) -> Response:
        return answered(lambda: record(_cancelled(site, request, request.path_params["key"]), api))

    def answered(find: Callable[[], Any]) -> Response:
        try:
            return Response(dump(find()), 200, FRESH, MEDIA["json"])
        except AirshedError as why:
            return _told(site, why, "json")

    rows = {"type": "array", "items": JOB}
    for path, endpoint, method, summary, schema, *refused in (
        ("", listed, "GET", "Jobs", rows),
        ("/{key}", one, "GET", "A job", JOB, "400", "404"),
        ("/{key}", cancel, "DELETE", "Cancel a job; one that has ended stays as it is", JOB, "400", "403", "404"),
    ):
        app.add_api_route(
            f"{api}/jobs{path}",
            endpoint,
            methods=[method],
            name=f"jobs{path} {method}",
            summary=summary,
            openapi_extra={"responses": responses(schema, *refused), "parameters": [KEY] if "{key}" in path else []},
            response_class=Response,
        )
