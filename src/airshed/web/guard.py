"""What every answer carries: the headers that keep a page to this server, and the limit on addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from airshed.pack.errors import AirshedError
from airshed.pack.letters import first_letter
from airshed.web.hosts import foreign_name

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
FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
"""The policy of pages made for a frame of another site: no menu, no form, nothing there to be clicked by mistake."""
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


Refuse = Callable[[str, AirshedError], ASGIApp]
"""Gives the answer to a path that is refused, and why."""


class Guard:
    """Adds the headers to every answer, and answers HEAD as GET without a body.

    Addresses that are too long or hold a letter that no text may, and requests by a name that is not the server's, get
    the answer of `refuse` at once. A request that a stopping server ends before it was answered gets that of `stopped`.
    """

    def __init__(
        self,
        app: ASGIApp,
        refuse: Refuse,
        stopped: Callable[[str], ASGIApp],
        names: Collection[str] | None = None,
    ) -> None:
        self.app, self.refuse, self.stopped, self.names = app, refuse, stopped, names

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
                held = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    held.setdefault(name, value)
            await send(message)

        app, wrong = self.app, self._wrong(scope)
        if wrong is not None:
            app = self.refuse(scope["path"][:LONGEST], wrong)
        try:
            if scope["method"] == "HEAD":
                await bare(app, scope, guarded)
            else:
                await app(scope, receive, guarded)
        except asyncio.CancelledError:
            if begun:
                raise
            await self.stopped(scope["path"])(scope, receive, guarded)

    def _wrong(self, scope: Scope) -> AirshedError | None:
        """Return what is wrong with a request before any page sees it."""
        if len(scope["query_string"]) > LONGEST or len(scope["path"]) > LONGEST:
            return AirshedError("address-longer-than-characters", longest=LONGEST)
        letter = letter_in(scope)
        if letter is not None:
            return AirshedError("address-holds-control-character-u", letter=letter)
        foreign = None if self.names is None else foreign_name(scope, self.names)
        if foreign is not None:
            return AirshedError("server-not-known-name", foreign=foreign)
        return None


async def bare(app: ASGIApp, scope: Scope, send: Send) -> None:
    """Answer HEAD: what GET would, without the body; to a stream the reader has left once its head is sent."""
    begun = asyncio.Event()

    async def receive() -> Message:
        await begun.wait()
        return {"type": "http.disconnect"}

    async def head(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            begun.set()

    await app({**scope, "method": "GET"}, receive, head)
