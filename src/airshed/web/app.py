"""The application: its routes, made from the registry of pages."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp

import airshed
from airshed.answers.answer import Entry
from airshed.answers.asked import openapi_parameters
from airshed.pack.boundaries import Boundaries
from airshed.pack.errors import AirshedError
from airshed.pack.finding import PackError
from airshed.pack.language import LANGUAGES
from airshed.pack.pack import Pack
from airshed.pack.progress import CancelledError
from airshed.store import Store
from airshed.web.builder import add_builder
from airshed.web.desk import PATIENCE
from airshed.web.documented import responses
from airshed.web.effort import DEAREST
from airshed.web.forms import MEDIA
from airshed.web.guard import Guard
from airshed.web.job_routes import add_jobs
from airshed.web.preparing import prepare_pages
from airshed.web.registry import pages
from airshed.web.site import DEFAULT_LANGUAGE, HTML, Site, UnknownAddressError
from airshed.web.status import add_status
from airshed.web.visitor import visitor_of

API = "/api/v1"
FOREVER = "public, max-age=31536000, immutable"
METHODS = ["GET"]
THREADS = 40
"""Requests at a time that look into the database or say what is wrong; who waits for an answer holds none."""


def create_app(
    source: Pack | PackError,
    *,
    store: Store | None = None,
    prepare: bool = False,
    patience: float | None = PATIENCE,
    boundaries: Boundaries | None = None,
    workers: int = 0,
    dearest: float = DEAREST,
    names: Collection[str] | None = None,
) -> FastAPI:
    """Return the application over a pack; over a pack that fails its checks, one that says so on every page.

    store : of saved scenarios and jobs, one in memory if none; prepare : start at once, in a thread, to compute what
    pages show when they are asked nothing, and the bundle that draws charts; patience : seconds that a page waits for
    what is not computed yet, None for as long as it takes; boundaries : areas of regions that this deployment draws;
    workers : processes that compute long questions, beside one for short ones, 0 to compute in threads of this one;
    dearest : seconds of computation up to which a question is taken; names : by which it may be asked, any if None
    """
    site = Site(source, patience, Store() if store is None else store, boundaries, workers, dearest)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        if prepare:
            threading.Thread(target=site.assets.bundle, daemon=True).start()
            if site.desk is not None:
                site.jobs.start()
                threading.Thread(target=prepare_pages, args=(site,), daemon=True).start()
        yield
        site.jobs.close()
        if store is None:
            site.store.close()

    app = FastAPI(
        title="airshed",
        version=airshed.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        lifespan=lifespan,
    )
    app.state.site = site
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)
    app.add_middleware(
        Guard,
        names=names,
        refuse=lambda path, why: _refusal(site, path, why),
        stopped=lambda path: _stopped(site, path),
    )
    add_jobs(app, site, API)
    add_status(app, site, API)
    _add_files(app, site)
    add_builder(app, site)
    for page in pages():
        _add_page(app, site, page)

    @app.exception_handler(HTTPException)
    def unknown_address(request: Request, why: HTTPException) -> Response:
        language, form = _kind(request.url.path)
        found = UnknownAddressError("nothing-lies", path=request.url.path[:80])
        answer = site.told(found if why.status_code == 404 else why, form, language)
        if why.status_code == 405:
            answer.headers["allow"] = ", ".join(sorted(_allowed(app, request)))
        return answer

    return app


def _allowed(app: FastAPI, request: Request) -> set[str]:
    """Return the methods of all routes at an address; HEAD is answered wherever GET is."""
    met = [route.methods for route in app.routes if isinstance(route, Route) and route.matches(request.scope)[0].value]
    found = {method for methods in met for method in methods or ()}
    return found | {"HEAD"} if "GET" in found else found


def _kind(path: str) -> tuple[str, str]:
    """Return the language and the form that an address asks for."""
    if path.startswith("/api/"):
        return DEFAULT_LANGUAGE, "json"
    language = path.split("/")[1]
    ending = path.rpartition(".")[2]
    return (language if language in LANGUAGES else DEFAULT_LANGUAGE), (ending if ending in MEDIA else HTML)


def _refusal(site: Site, path: str, why: AirshedError) -> ASGIApp:
    """Return the answer to a request that is refused before any page sees it."""
    language, form = _kind(path)
    return site.told(why, form, language)


def _stopped(site: Site, path: str) -> ASGIApp:
    """Return the answer to what the server did not answer before it stopped."""
    language, form = _kind(path)
    return site.told(CancelledError(), form, language)


def _add_files(app: FastAPI, site: Site) -> None:
    """Add the front door and the files that pages load."""

    async def front(request: Request) -> Response:
        return RedirectResponse(f"/{preferred(request.headers.get('accept-language', ''))}/", 307)

    async def bare(request: Request, language: str) -> Response:
        if language not in LANGUAGES:
            return site.told(UnknownAddressError("nothing-lies-choose-page", language=language[:80]), HTML, "")
        return RedirectResponse(f"/{language}/", 307)

    async def icon(request: Request) -> Response:
        return RedirectResponse(f"/static/{site.assets.names['favicon.svg']}", 307)

    async def static(request: Request, name: str) -> Response:
        asset = await run_in_threadpool(site.assets.get, name)
        if asset is None:
            return site.told(UnknownAddressError("no-file-reload-page", name=name[:80]), HTML, "")
        headers = {"cache-control": FOREVER, "vary": "accept-encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.compressed, 200, {**headers, "content-encoding": "gzip"}, asset.media)
        return Response(asset.content, 200, headers, asset.media)

    for path, endpoint in (("/", front), ("/favicon.ico", icon), ("/static/{name}", static), ("/{language}", bare)):
        app.add_api_route(path, endpoint, methods=METHODS, include_in_schema=False)


def preferred(accepted: str) -> str:
    """Return the language of ours that a browser likes best.

    >>> preferred("fr;q=0.9, ko-KR;q=0.8, en;q=0.2")
    'ko'
    """
    wishes = []
    for place, part in enumerate(accepted.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), place, tag.split("-")[0].lower()))
        except ValueError:
            continue
    return next((tag for _, _, tag in sorted(wishes) if tag in LANGUAGES), DEFAULT_LANGUAGE)


def _add_page(app: FastAPI, site: Site, page: Entry) -> None:
    """Add the routes of a page in all forms, and its place in REST."""
    stem = f"/{{language}}/{page.path}"
    for form in (*MEDIA, *page.files):
        ended = f"{stem if page.path else stem + page.name}.{form}"
        app.add_api_route(ended, _endpoint(site, page, form), methods=METHODS, include_in_schema=False)
    app.add_api_route(stem, _endpoint(site, page, HTML), methods=METHODS, include_in_schema=False)
    extra: dict[str, Any] = {
        "parameters": openapi_parameters(page, site.pack) if site.pack else [],
        "responses": responses({}, "202", "400", "403", "404", "409", "503"),
    }
    app.add_api_route(
        f"{API}/{page.path or page.name}",
        _endpoint(site, page, "json", DEFAULT_LANGUAGE),
        methods=["GET"],
        name=page.name,
        summary=page.title,
        description=page.about,
        openapi_extra=extra,
        response_class=Response,
    )


def _endpoint(site: Site, page: Entry, form: str, language: str = "") -> Callable[[Request], Awaitable[Response]]:
    """Return the function behind a route."""

    async def endpoint(request: Request) -> Response:
        placed = {name: str(value) for name, value in request.path_params.items() if name != "language"}
        asked = language or str(request.path_params["language"])
        if asked not in LANGUAGES:
            why = UnknownAddressError("no-language", asked=asked[:20], languages=", ".join(LANGUAGES))
            return site.told(why, form, asked)
        query, visitor = request.query_params.multi_items(), visitor_of(request)
        return await site.answer(page, form, asked, placed, query, visitor, strict=bool(language))

    return endpoint
