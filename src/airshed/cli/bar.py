"""How far a command is, on standard error of a terminal: one line, from two seconds on, gone before the answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from airshed.pack.language import Translate
from airshed.pack.percent import percent
from airshed.pack.progress import Track, listening

FROM = 2.0
"""Seconds after which a command shows how far it is."""
EVERY = 0.5
"""Seconds between two looks at the clock."""
WIDEST = 100
ERASE = "\r\x1b[K"
QUIET = frozenset({"serve"})
"""Commands that end only when they are told to."""


class Bar:
    """Listens to a computation and draws one line; what is printed to the same terminal clears it first.

    stream : where it is drawn; translate : of the names of stages; clock : gives seconds
    """

    def __init__(self, stream: TextIO, translate: Translate, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._translate, self._clock = stream, translate, clock
        self._began = clock()
        self._track = Track()
        self._stage, self._share, self._best = "", 0.0, ""
        self._held = self._drawn = False
        self._lock = threading.Lock()

    def told(self, stage: str, done: int, total: int) -> None:
        """Hear that so many parts of a stage are done."""
        with self._lock:
            self._share = self._track.move(stage, done, total)
            self._stage, self._held = stage, False

    def noted(self, what: str, value: float, bound: float) -> None:
        """Hear the best that was found so far."""
        with self._lock:
            self._best = f"{self._translate(what)} {value:,.0f} ({bound:,.0f})"
            self._held = False

    def check(self) -> None:
        """Hear that the computation is at work: an interrupt ends it, nothing else."""

    def draw(self) -> None:
        """Draw the line, if the command takes long enough and is not printing."""
        with self._lock:
            spent = self._clock() - self._began
            if spent < FROM or self._held:
                return
            parts = [f"{spent:.0f} s"]
            parts += [f"{percent(self._share):>5} {self._translate(self._stage)}"] if self._stage else []
            parts += [self._best] if self._best else []
            self._stream.write(f"{ERASE}{'  '.join(parts)[:WIDEST]}")
            self._stream.flush()
            self._drawn = True

    def cleared(self) -> None:
        """Take the line away, until the computation goes on."""
        with self._lock:
            if self._drawn:
                self._stream.write(ERASE)
                self._stream.flush()
            self._drawn, self._held = False, True


@contextmanager
def bar(stream: TextIO, translate: Translate, words: list[str]) -> Iterator[None]:
    """Show on a terminal how far what is computed inside the block is; elsewhere nothing is shown."""
    if not stream.isatty() or QUIET & set(words):
        yield
        return
    shown, over = Bar(stream, translate), threading.Event()

    def watch() -> None:
        while not over.wait(EVERY):
            shown.draw()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        with listening(shown):
            yield
    finally:
        over.set()
        watcher.join()
        shown.cleared()
