"""Who asks: the address that a share of the server is given to, and whether a page of another site is behind it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request

NETWORK = 64
"""Bits of an IPv6 address that one client has to choose from."""


@dataclass(frozen=True)
class Visitor:
    """Who asks; starts : whether what it asks may be computed, if it is not there yet.

    origin : scheme and host by which it calls the server
    """

    client: str = ""
    starts: bool = True
    origin: str = ""


def visitor_of(request: Request) -> Visitor:
    """Return who sent a request."""
    client = client_of(request.client.host if request.client else "")
    return Visitor(client, not embedded(request.headers), str(request.base_url).rstrip("/"))


def client_of(host: str) -> str:
    """Return what counts as one client: an address, or all that a line of IPv6 has.

    >>> client_of("2001:db8::1") == client_of("2001:db8::2"), client_of("192.0.2.7"), client_of("::ffff:192.0.2.7")
    (True, '192.0.2.7', '192.0.2.7')
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 4 or address.ipv4_mapped:
        return str(getattr(address, "ipv4_mapped", None) or address)
    return str(ipaddress.ip_network((address, NETWORK), strict=False))


def embedded(headers: Mapping[str, str]) -> bool:
    """Return whether a page of another site loads this into itself, without anybody who opens it.

    Browsers say so by Sec-Fetch headers where the connection is safe; elsewhere a picture is known by what it accepts.

    >>> embedded({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"})
    True
    >>> embedded({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"})
    False
    """
    site = headers.get("sec-fetch-site")
    if site is None:
        referer = urlsplit(headers.get("referer", "")).netloc
        return headers.get("accept", "").startswith("image/") and referer != headers.get("host")
    opened = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
    return site not in ("same-origin", "none") and (not opened or "sec-purpose" in headers)
