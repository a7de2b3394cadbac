"""Files that pages load: our own style and script, the icon, and the bundle that draws charts, by hashed names."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from importlib.resources import files

from airshed.charts.render import drawers
from airshed.store import KeptAnswers
from airshed.store.kept_answers import key_of

MEDIA = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json"}
SNIPPET = "window.vegaEmbed = vegaEmbed;"
"""What the bundle offers to the page."""


@dataclass(frozen=True)
class Asset:
    """A file with its compressed form."""

    content: bytes
    compressed: bytes
    media: str


def _named(name: str, content: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{ending}"


def _same(asset: Asset) -> Asset:
    return asset


@cache
def _bundle() -> Asset:
    """Return Vega, Vega-Lite and Vega-Embed as one script, made where charts are drawn: it takes more than a second."""
    content = drawers().ask("script", SNIPPET)
    return Asset(content, gzip.compress(content, 9), "text/javascript")


def _bundle_of(kept: KeptAnswers, name: str) -> Asset:
    """Return the bundle as it was kept under its name, which says of what it was made; made and kept if it was not."""
    key = key_of("file", name)
    compressed = kept.get(key)
    if compressed is None:
        made = _bundle()
        kept.put(key, made.compressed)
        return made
    return Asset(gzip.decompress(compressed), compressed, "text/javascript")


class Assets:
    """The files by name; the bundle is made in a thread at the start, and waited for if it is asked before.

    kept : where the bundle is found again after a restart, None for nowhere
    """

    def __init__(self, kept: KeptAnswers | None = None) -> None:
        self._kept = kept
        self.names: dict[str, str] = {}
        self._held: dict[str, Callable[[], Asset]] = {}
        for file in files("airshed.web").joinpath("static").iterdir():
            name, content = file.name, file.read_bytes()
            asset = Asset(content, gzip.compress(content, 9), MEDIA[f".{name.rpartition('.')[2]}"])
            self.names[name] = _named(name, content)
            self._held[self.names[name]] = partial(_same, asset)
        self.names["vega.js"] = _named("vega.js", f"{version('vl-convert-python')} {SNIPPET}".encode())
        self._lock = threading.Lock()
        self._found: Asset | None = None
        self._held[self.names["vega.js"]] = self.bundle

    def bundle(self) -> Asset:
        """Return the bundle, made once in a process, and once for all servers that keep answers in a folder."""
        with self._lock:
            if self._kept is None:
                return _bundle()
            if self._found is None:
                self._found = _bundle_of(self._kept, self.names["vega.js"])
            return self._found

    def get(self, name: str) -> Asset | None:
        """Return a file by its hashed name, None if there is none."""
        make = self._held.get(name)
        return None if make is None else make()
