"""What every answer carries: the headers that keep a page to this server, and the limit on addresses."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
LONGEST = 4000
"""Bytes of a query; a longer one is no question that a form or link of ours asks."""


def from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Return whether a page of another site sent a request; what is no browser names no site.

    >>> from_elsewhere({"origin": "https://evil.example", "host": "air.example"})
    True
    >>> from_elsewhere({"sec-fetch-site": "same-origin"}) or from_elsewhere({})
    False
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


class Guard:
    """Adds the headers to every answer; addresses that are too long get the answer of `refuse` at once.

    A request that a stopping server ends before it was answered gets the answer of `stopped`.
    """

    def __init__(self, app: ASGIApp, refuse: Callable[[str], ASGIApp], stopped: Callable[[str], ASGIApp]) -> None:
        self.app, self.refuse, self.stopped = app, refuse, stopped

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        long = len(scope["query_string"]) > LONGEST or len(scope["path"]) > LONGEST
        try:
            await (self.refuse(scope["path"][:LONGEST]) if long else self.app)(scope, receive, guarded)
        except CancelledError:
            if begun:
                raise
            await self.stopped(scope["path"])(scope, receive, guarded)
