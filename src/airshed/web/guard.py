"""What every answer carries: the headers that keep a page to this server, and the limit on addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from airshed.pack.letters import first_letter

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


def letter_in(scope: Scope) -> str | None:
    """Return the code point of the first letter that no address may hold; lines stand in a query alone."""
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    texts = (text for pair in pairs for text in pair)
    return first_letter(scope["path"]) or next(filter(None, (first_letter(text, lines=True) for text in texts)), None)


class Guard:
    """Adds the headers to every answer; addresses that are too long, or hold a letter that no text may, go no further.

    refuse : returns the answer for a path and that letter, or for one that is too long
    """

    def __init__(self, app: ASGIApp, refuse: Callable[[str, str | None], ASGIApp]) -> None:
        self.app, self.refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        long = len(scope["query_string"]) > LONGEST or len(scope["path"]) > LONGEST
        letter = None if long else letter_in(scope)
        passed = self.refuse(scope["path"][:LONGEST], letter) if long or letter else self.app
        await passed(scope, receive, guarded)
