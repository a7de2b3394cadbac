"""Where pages ask: answers that take long are computed as jobs, and kept."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from concurrent.futures import wait
from typing import Any, TypeVar

from airshed.answers.ask import Ask
from airshed.pack.boundaries import Boundaries
from airshed.pack.kept import Kept
from airshed.pack.pack import Pack
from airshed.store import Store
from airshed.web.jobs import Asked, Jobs, JobView, QueueFullError, Task, inside

Answer = TypeVar("Answer")
PATIENCE = 2.0
"""Seconds that a page waits for an answer before it says that it is still computing."""
LONGER = 30
"""How many times as long the other forms wait: a script or a download does not come again by itself."""
KEPT = 96_000_000
"""Bytes of answers that are kept."""
NOTHING = object()
"""Stands for an answer that is not kept."""
__all__ = ["PATIENCE", "Desk", "NotReadyError", "StillComputingError"]


class NotReadyError(Exception):
    """The answer is not there yet; said to one who only has a glance."""


class StillComputingError(Exception):
    """The answer is not ready; the question waits in the queue, or was turned away because that is full."""

    def __init__(self, full: bool, job: JobView | None = None) -> None:
        super().__init__("the queue is full" if full else "still computing")
        self.full = full
        self.job = job


class Desk(Ask):
    """Where pages ask: the pack, and what was computed from it."""

    def __init__(
        self,
        pack: Pack,
        patience: float | None = PATIENCE,
        jobs: Jobs | None = None,
        boundaries: Boundaries | None = None,
    ) -> None:
        self.pack = pack
        self.boundaries = boundaries
        self.patience = patience
        self.hash = pack.hash()
        self.jobs = Jobs(Store()) if jobs is None else jobs
        self._own = jobs is None
        self.answers = Kept(KEPT)
        self.made: Callable[[Hashable, object], None] = lambda key, answer: None
        self._glancing = self._early = False
        self.coming = False

    def glance(self, early: bool = False) -> Desk:
        """Return the same desk for one who takes only what is there, and gets NotReadyError for all else.

        early : whether a page does without what comes soon
        """
        other = self.hurried() if early else copy.copy(self)
        other._glancing = True
        return other

    def hurried(self) -> Desk:
        """Return the same desk for a page that is shown early: `coming` tells whether it then lacks something."""
        other = copy.copy(self)
        other._early = True
        return other

    def soon(self, key: Hashable, make: Callable[[], Answer]) -> Answer | None:
        """Return what `make` returns, computed once for its key; None where a page is shown before that is there."""
        if not self._early:
            return self.ask(key, make)
        found: Answer | None = self.answers.get(key)
        self.coming = self.coming or found is None
        return found

    def close(self) -> None:
        """Drop what waits."""
        self.jobs.close()
        if self._own:
            self.jobs.store.close()

    def ask(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """Return what `make` returns, computed once for its key.

        Raises StillComputingError if that takes longer than the patience of the desk.
        """
        found: Answer = self.answers.get(key, NOTHING)
        if found is not NOTHING:
            return found
        if self._glancing:
            raise NotReadyError
        if inside.get():
            return self._computed(key, make)
        return self.waited(("desk", key), Asked(), lambda: self.ask(key, make))

    def waited(self, key: Hashable, asked: Asked, make: Callable[[], Answer]) -> Answer:
        """Return what `make` returns as a job; raises StillComputingError with the job where that takes too long."""
        try:
            task = self.jobs.ask(key, asked, make)
        except QueueFullError:
            raise StillComputingError(full=True) from None
        wait([task.future], self.patience)
        found: Answer = self.outcome(task)
        return found

    def outcome(self, task: Task) -> Any:
        """Return what came out of a job; raises StillComputingError with the job if nothing did yet.

        Whether it did is asked of the job itself, never of the time that was waited: what comes in that moment counts.
        """
        if not task.future.done():
            job = self.jobs.keep(task)
            if job.active:
                raise StillComputingError(full=False, job=job)
        return task.future.result()

    def _computed(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """Return what `make` returns, keep it, and tell whoever listens."""
        found = make()
        self.answers.put(key, found)
        self.made(key, found)
        return found

    def keep(self, key: Hashable, answer: object) -> None:
        """Keep an answer that was computed elsewhere."""
        self.answers.put(key, answer)
