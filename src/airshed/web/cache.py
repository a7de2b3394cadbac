"""Rendered answers by their address, the least lately used dropped first."""

from __future__ import annotations

from dataclasses import dataclass

from airshed.pack.kept import Kept

SIZE = 32_000_000
"""Bytes that are kept."""


@dataclass(frozen=True)
class Rendered:
    """An answer as it is sent; quoted : cells of a CSV that got an apostrophe, so that no spreadsheet computes them.

    page : whether it has marks that are filled in when it is sent (`airshed.web.reuse`)
    """

    content: bytes
    media: str
    filename: str = ""
    quoted: int = 0
    page: bool = False


class Cache(Kept):
    """Rendered answers; the key holds the hash of the pack."""

    def __init__(self, size: int = SIZE) -> None:
        super().__init__(size, lambda rendered: len(rendered.content), large=False)
