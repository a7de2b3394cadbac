"""Rendered answers by their address, the least lately used dropped first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

SIZE = 64_000_000
"""Bytes that are kept."""


@dataclass(frozen=True)
class Rendered:
    """An answer as it is sent; quoted : cells of a CSV that got an apostrophe, so that no spreadsheet computes them."""

    content: bytes
    media: str
    filename: str = ""
    quoted: int = 0


class Cache:
    """Rendered answers; the key holds the hash of the pack."""

    def __init__(self, size: int = SIZE) -> None:
        self._size, self._held = size, 0
        self._kept: OrderedDict[tuple[str, ...], Rendered] = OrderedDict()
        self._making: dict[tuple[str, ...], Future[Rendered]] = {}
        self._lock = threading.Lock()

    def once(self, key: tuple[str, ...], make: Callable[[], Rendered]) -> Rendered:
        """Return what was kept under a key, or what `make` returns; all who ask for it meanwhile get that of the first.

        Raises what `make` raises, for all of them.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            making = self._making.get(key)
            first = making is None
            if making is None:
                making = self._making[key] = Future()
        if first:
            try:
                made = make()
                self.put(key, made)
                making.set_result(made)
            except BaseException as why:
                making.set_exception(why)
            finally:
                with self._lock:
                    del self._making[key]
        return making.result()

    def get(self, key: tuple[str, ...]) -> Rendered | None:
        """Return what was kept under a key, if it still is."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: tuple[str, ...], rendered: Rendered) -> None:
        """Keep an answer, and drop the oldest ones that it takes the room of."""
        with self._lock:
            self._held += len(rendered.content) - len(self._kept[key].content if key in self._kept else b"")
            self._kept[key] = rendered
            self._kept.move_to_end(key)
            while self._held > self._size:
                _, dropped = self._kept.popitem(last=False)
                self._held -= len(dropped.content)

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._kept.clear()
            self._held = 0
