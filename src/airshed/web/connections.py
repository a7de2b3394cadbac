"""Connections have limits: how long a request may take to arrive, how long an answer to be read, and how many a client.

uvicorn waits for the rest of a request for ever, so that a few hundred halves of requests would take every file
descriptor of the server.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from airshed.web.visitor import client_of

LATE = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
FULL = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\ncontent-length: 0\r\n\r\n"
PART = 16_384
"""Bytes of an answer that a reader has to take in the time given."""
SPARE = 64
"""File descriptors that are left to the database, to files, and to workers."""


@dataclass(frozen=True)
class Limits:
    """Seconds that the head and the body of a request, and reading the next part of an answer, may take; connections.

    look : seconds between two looks at a connection; client : connections of one client; all : of all clients
    """

    head: float = 10.0
    body: float = 30.0
    reading: float = 60.0
    look: float = 1.0
    client: int = 100
    all: int = 4000


LIMITS = Limits()


class Bounded(H11Protocol):
    """A connection that is closed when it takes too long, or is one too many."""

    limits: Limits
    trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]
    most: int
    held: Counter[str]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # of TCP only
        """Count the connection, and watch it."""
        super().connection_made(transport)
        self._watch: asyncio.TimerHandle | None = None
        self._step, self._since, self._left, self._begun = "", self.loop.time(), 0, False
        self._client = client_of(self.client[0]) if self.client else ""
        self.held[self._client] += 1
        crowded = self.held[self._client] > self.limits.client and not _within(self._client, self.trusted)
        if crowded or self.held.total() > self.most:
            self._close(FULL)
        else:
            self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Make room for another one."""
        self.held[self._client] -= 1
        if not self.held[self._client]:
            del self.held[self._client]
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Note that a request has begun."""
        self._begun = True
        super().data_received(data)

    def on_response_complete(self) -> None:
        """Give the next request its own time."""
        self._since, self._begun = self.loop.time(), False
        super().on_response_complete()

    def _look(self) -> None:
        """Close the connection if it has been at the same step for too long; else look again later."""
        step, left = self._at(), self.transport.get_write_buffer_size()
        if step != self._step or left <= self._left - PART:
            self._step, self._since, self._left = step, self.loop.time(), left
        if self.loop.time() - self._since > getattr(self.limits, step, float("inf")):
            self._close(LATE if self._begun and step != "reading" else b"")
        else:
            self._watch = self.loop.call_later(self.limits.look, self._look)

    def _at(self) -> str:
        """Return what the connection waits for: a head, a body, the reader of an answer, or us."""
        cycle: Any = self.cycle
        if self.transport.get_write_buffer_size():
            return "reading"
        if cycle is None or cycle.response_complete:
            return "head"
        if cycle.more_body and not cycle.response_started:
            return "body"
        return "ours"

    def _close(self, word: bytes) -> None:
        if word:
            self.transport.write(word)
            self.transport.close()
        else:
            # Nobody waits for one who reads nothing.
            self.transport.abort()


def bounded(limits: Limits, proxies: Sequence[str] = ()) -> type[H11Protocol]:
    """Return the protocol of connections within limits; proxies : addresses that may open as many as all."""
    trusted = [ipaddress.ip_network(text, strict=False) for text in proxies]
    most = min(limits.all, _descriptors() - SPARE)
    return type("Here", (Bounded,), {"limits": limits, "trusted": trusted, "most": most, "held": Counter()})


def _within(client: str, trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    with suppress(ValueError):
        network = ipaddress.ip_network(client)
        return any(network.version == one.version and network.overlaps(one) for one in trusted)
    return False


def _descriptors() -> int:
    """Return how many files the process may hold open, after asking for as many as it may."""
    try:
        import resource
    except ImportError:  # no POSIX
        return 512
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    return soft if soft != resource.RLIM_INFINITY else 1_000_000
