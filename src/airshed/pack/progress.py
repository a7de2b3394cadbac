"""How far a long computation is: told to the one who listens, who may also end it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class CancelledError(Exception):
    """Nobody wants the answer any more."""


class Listener(Protocol):
    """Who listens; both methods may raise CancelledError to end the computation."""

    def told(self, stage: str, done: int, total: int) -> None:
        """Hear that so many parts of a stage are done."""

    def check(self) -> None:
        """Hear that the computation is still at work."""


_listener: ContextVar[Listener | None] = ContextVar("airshed_listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let a listener hear what is computed inside the block, in this thread."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def step(stage: str, done: int, total: int) -> None:
    """Tell that `done` of `total` parts of a stage are done; raises CancelledError where the listener ends it.

    Stages may lie in each other: what is told between two steps of a stage belongs to the part that is being worked.
    """
    listener = _listener.get()
    if listener is not None:
        listener.told(stage, done, total)


def check() -> None:
    """Raise CancelledError where the listener ends the computation; for loops whose length is not known."""
    listener = _listener.get()
    if listener is not None:
        listener.check()


def note(what: str, value: float, bound: float) -> None:
    """Tell the best value of something found so far, and a bound that none can pass."""
    listener = _listener.get()
    told = getattr(listener, "noted", None)
    if told is not None:
        told(what, value, bound)


def clear() -> None:
    """Let a listener that draws take its drawing away, since something is about to be printed."""
    listener = _listener.get()
    cleared = getattr(listener, "cleared", None)
    if cleared is not None:
        cleared()


class Track:
    """Where a computation stands, from the steps that it tells.

    >>> track = Track()
    >>> [track.move("years", 0, 2), track.move("samples", 1, 4), track.move("samples", 4, 4), track.move("years", 1, 2)]
    [0.0, 0.125, 0.5, 0.5]
    """

    def __init__(self) -> None:
        self._open: list[tuple[str, int, int]] = []

    def move(self, stage: str, done: int, total: int) -> float:
        """Return the share of the outermost stage that is done, 0..1; a stage that ends closes those inside it."""
        names = [name for name, _, _ in self._open]
        if stage in names:
            del self._open[names.index(stage) :]
        total = max(total, 1)
        self._open.append((stage, min(max(done, 0), total), total))
        share, width = 0.0, 1.0
        for _, parts, count in self._open:
            width /= count
            share += parts * width
        if done >= total:
            self._open.pop()
        return min(share, 1.0)
