"""By which names a server may be asked: a foreign name that leads here is a page of another site that reads along."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection, Iterable

from starlette.types import Scope

from airshed.pack.errors import AirshedError

LOOPBACK = ("localhost", "127.0.0.1", "::1")
SHOWN = 80
"""Characters of a foreign name that are said back."""


def own_names(host: str, more: Iterable[str]) -> frozenset[str]:
    """Return the names of a server: where it listens, this machine's own, and those that it was given."""
    return frozenset(bare_name(name) for name in (host, *LOOPBACK, socket.gethostname(), socket.getfqdn(), *more))


def bare_name(host: str) -> str:
    """Return a name without port, brackets and the dot of the root.

    >>> [bare_name(host) for host in ("Air.Example.:8000", "[::1]:8000", "::1")]
    ['air.example', '::1', '::1']
    """
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return (host if host.count(":") > 1 else host.partition(":")[0]).rstrip(".")


def foreign_name(scope: Scope, names: Collection[str]) -> str | None:
    """Return a name that a request asks by and that is not the server's, None if there is none.

    The address that the connection came in at is the server's own.
    """
    own = {*names, *([str(scope["server"][0])] if scope.get("server") else [])}
    asked = [value.decode("latin-1") for key, value in scope["headers"] if key == b"host"]
    return next((str(name)[:SHOWN] for name in asked if bare_name(name) not in own), None)


def networks(given: Iterable[str]) -> tuple[str, ...]:
    """Return addresses and networks as they were given; raises AirshedError for what is neither."""
    for text in given:
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise AirshedError("proxy-no-address-network", text=text) from None
    return tuple(given)
