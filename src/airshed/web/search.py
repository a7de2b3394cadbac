"""The search for a place: one field on every page, which leads to the page of what it means."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from airshed.answers.words import Words
from airshed.pack.errors import Phrase
from airshed.pack.language import LANGUAGES
from airshed.pack.place_names import CITY, GROUP, NATION, REGION, Found, find, holding, nearest, places_of
from airshed.pack.refused import refuse_letters
from airshed.web.render import plain_html
from airshed.web.site import HTML, Site, UnknownAddressError

SEARCH = "search"
PATHS = {CITY: "city", NATION: "country", REGION: "region", GROUP: "region"}
"""The page of a place by its kind."""
LONGEST = 100
"""Letters of a name that is looked for."""


def add_search(app: FastAPI, site: Site) -> None:
    """Add the route of the search."""

    async def endpoint(request: Request) -> Response:
        language = str(request.path_params["language"])
        try:
            if language not in LANGUAGES:
                raise UnknownAddressError("no-language", asked=language[:20], languages=", ".join(LANGUAGES))
            asked = request.query_params.get("q", "").strip()
            return await run_in_threadpool(searched, site, language, asked)
        except Exception as why:
            return await run_in_threadpool(site.told, why, HTML, language)

    app.add_api_route(f"/{{language}}/{SEARCH}", endpoint, methods=["GET"], include_in_schema=False)


def searched(site: Site, language: str, asked: str) -> Response:
    """Return the way to the one place that is meant, or the page that lists what may be."""
    refuse_letters(asked, Phrase("place-parameter", name="q"))
    words = site.words(language)
    asked = asked[:LONGEST]
    found = find(words.pack, asked) if asked else []
    if len(found) == 1:
        return RedirectResponse(f"/{language}/{page_of(found[0])}", 303)
    exact = bool(found)
    found = found or (holding(words.pack, asked) if asked else [])
    near = [] if found or not asked else nearest(words.pack, asked)
    page = plain_html(
        words,
        site.assets.names,
        "search.html.j2",
        f"{SEARCH}?q={quote(asked)}" if asked else SEARCH,
        asked=asked,
        exact=exact,
        found=[line_of(place, words) for place in found],
        near=[line_of(place, words) for place in near],
        every=[] if asked else [line_of(place, words) for place in places_of(words.pack).places if place.kind in EVERY],
    )
    missed = bool(asked) and not found
    return Response(page, 404 if missed else 200, {"cache-control": "no-cache"}, "text/html; charset=utf-8")


EVERY = (CITY, NATION)
"""Kinds of places that the page without a word lists."""


def page_of(place: Found) -> str:
    """Return the path of the page of a place, below the language."""
    return f"{PATHS[place.kind]}/{quote(place.code)}"


def line_of(place: Found, words: Words) -> tuple[str, str, str]:
    """Return a place as a list shows it: its name, what it is and its code, and the path of its page."""
    what = words.translate(place.kind)
    names = dict.fromkeys([words.name(place.code), words.name(place.region)])
    return words.name(place.code), ", ".join([what, *list(names)[1:], place.code]), page_of(place)
