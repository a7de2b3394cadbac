"""How a page is cited and shared: APA and BibTeX with its whole address and the day it was read.

Pages are kept for all who ask. What differs from one to the next, the name by which the server was asked and the day,
stands in them as a mark, and is filled in when they are sent.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import airshed
from airshed.pack.pack import Pack

ORIGIN, TODAY = "[[origin]]", "[[today]]"
"""Stand for the server as the reader asked for it, and for the day."""
YEAR = "[[year]]"
SPECIAL = re.compile(r"[&%$#_{}]")
"""Letters that BibTeX takes for signs of its own."""


@dataclass(frozen=True)
class Cited:
    """How a page is cited; address : whole; apa, bibtex : for lists of references."""

    address: str
    apa: str
    bibtex: str


def cited_page(name: str, title: str, pack: Pack, digest: str, path: str) -> Cited:
    """Return how a page is cited, with marks for the server and the day.

    name : of the page; digest : SHA-256 of the pack; path : with the language, from the root
    """
    held = f"pack {pack.descriptor.name} {pack.descriptor.version}, {digest[:12]}"
    version = f"airshed {airshed.__version__}"
    address = f"{ORIGIN}{path}"
    apa = f"airshed contributors. ({YEAR}). {title} [Data set; {held}]. {version}. Retrieved {TODAY}, from {address}"
    fields = {
        "author": "{airshed contributors}",
        "title": _escaped(title),
        "year": YEAR,
        "note": _escaped(f"{version}, {held}"),
        "url": address,
        "urldate": TODAY,
    }
    lines = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
    return Cited(address, apa, f"@misc{{airshed:{name},\n{lines}\n}}")


def embed_code(address: str, title: str) -> str:
    """Return the HTML that shows a page in a frame of another.

    >>> embed_code("/en/levels?year=2030&embed=1", "PM2.5")
    '<iframe src="/en/levels?year=2030&amp;embed=1" title="PM2.5" width="100%" height="640" loading="lazy"></iframe>'
    """
    held = f'src="{html.escape(address)}" title="{html.escape(title)}"'
    return f'<iframe {held} width="100%" height="640" loading="lazy"></iframe>'


def _escaped(text: str) -> str:
    return SPECIAL.sub(lambda found: "\\" + found.group(), text)


def filled(content: bytes, origin: str, now: datetime | None = None) -> bytes:
    """Return a page as it is sent to one reader: its marks filled in.

    origin : scheme and host by which the server was asked; now : UTC, the present if None

    >>> filled(b"[[origin]]/en/ of [[today]]", "http://a.example", datetime(2026, 3, 1, tzinfo=UTC))
    b'http://a.example/en/ of 2026-03-01'
    """
    moment = now or datetime.now(UTC)
    for mark, text in ((ORIGIN, html.escape(origin)), (TODAY, f"{moment:%Y-%m-%d}"), (YEAR, f"{moment:%Y}")):
        content = content.replace(mark.encode(), text.encode())
    return content
