"""What the caches of a server hold, by REST."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Response

import airshed
from airshed.charts.render import drawers
from airshed.web.forms import MEDIA, dump
from airshed.web.site import Site

COUNT = {"type": "integer", "minimum": 0}
CACHE = {
    "type": "object",
    "properties": {
        "entries": {**COUNT, "description": "how many things are kept"},
        "bytes": {**COUNT, "description": "what they hold, with arrays, tables and texts"},
        "limit": {**COUNT, "description": "bytes that are kept; the least lately used is dropped for what comes"},
        "hits": {**COUNT, "description": "how often something was there"},
        "misses": {**COUNT, "description": "how often it had to be made"},
    },
}
DRAWING = {
    "type": "object",
    "properties": {
        "entries": {**COUNT, "description": "processes that draw charts"},
        "limit": {**COUNT, "description": "how many there may be"},
        "drawn": {**COUNT, "description": "charts that were drawn"},
        "failed": {**COUNT, "description": "charts that could not be drawn, or are being drawn"},
    },
}
SCHEMA = {
    "type": "object",
    "properties": {
        "version": {"type": "string"},
        "pack": {"type": ["string", "null"], "description": "SHA-256 of the pack as it was read"},
        "caches": {"type": "object", "properties": {"pack": CACHE, "answers": CACHE, "pages": CACHE}},
        "drawing": DRAWING,
    },
}


def status(site: Site) -> dict[str, Any]:
    """Return what a server keeps: made of the pack, answers, and rendered pages; and the processes that draw."""
    desk = site.desk
    caches = {"pack": desk.pack.derived.status(), "answers": desk.answers.status()} if desk else {}
    return {
        "version": airshed.__version__,
        "pack": desk.hash if desk else None,
        "caches": {**caches, "pages": site.cache.status()},
        "drawing": drawers().status(),
    }


def add_status(app: FastAPI, site: Site, api: str) -> None:
    """Add the route of the status."""

    def endpoint() -> Response:
        return Response(dump(status(site)), 200, {"cache-control": "no-store"}, MEDIA["json"])

    content = {MEDIA["json"]: {"schema": SCHEMA}}
    app.add_api_route(
        f"{api}/status",
        endpoint,
        methods=["GET"],
        name="status",
        summary="What the server keeps",
        openapi_extra={"responses": {"200": {"description": "entries, bytes and limits", "content": content}}},
        response_class=Response,
    )
