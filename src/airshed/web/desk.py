"""Answers that take long are computed one after the other in a thread of their own, and kept."""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import pandas as pd

from airshed.assessment.assessment import Assessment
from airshed.assessment.config import Question
from airshed.assessment.run import assess
from airshed.assessment.tables import all_tables
from airshed.pack.boundaries import Boundaries
from airshed.pack.pack import Pack

Answer = TypeVar("Answer")
TARGET = "who-2005"
"""The target of the assessment that the overview shows, that of `airshed run`."""
PARTS = ("emissions", "concentration", "attribution", "calibration", "health")
PATIENCE = 2.0
"""Seconds that a page waits for an answer before it says that it is still computing."""
KEPT = 100
"""Answers that are kept."""
QUEUE = 12
"""Questions that may wait; more are turned away for a while."""


class StillComputingError(Exception):
    """The answer is not ready; the question waits in the queue, or was turned away because that is full."""

    def __init__(self, full: bool) -> None:
        super().__init__("the queue is full" if full else "still computing")
        self.full = full


class Desk:
    """Where pages ask: the pack, and what was computed from it."""

    def __init__(self, pack: Pack, patience: float | None = PATIENCE, boundaries: Boundaries | None = None) -> None:
        self.pack = pack
        self.boundaries = boundaries
        self.patience = patience
        self.hash = pack.hash()
        self._work = ThreadPoolExecutor(max_workers=1, thread_name_prefix="airshed-desk")
        self._answers: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def patient(self) -> Desk:
        """Return the same desk for one who waits until the answer is there."""
        other = copy.copy(self)
        other.patience = None
        return other

    def close(self) -> None:
        """Drop what waits."""
        self._work.shutdown(wait=False, cancel_futures=True)

    def ask(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """Return what `make` returns, computed once for its key; `make` must not ask again.

        Raises StillComputingError if that takes longer than the patience of the desk.
        """
        future = self._future(key, make)
        try:
            found: Answer = future.result(self.patience)
        except TimeoutError:
            raise StillComputingError(full=False) from None
        except Exception:
            with self._lock:
                self._answers.pop(key, None)
            raise
        return found

    def _future(self, key: Hashable, make: Callable[[], Answer]) -> Future[Any]:
        with self._lock:
            if key not in self._answers:
                if sum(not future.done() for future in self._answers.values()) >= QUEUE:
                    raise StillComputingError(full=True)
                self._answers[key] = self._work.submit(make)
                done = [held for held, future in self._answers.items() if future.done()]
                for held in done[: max(len(self._answers) - KEPT, 0)]:
                    del self._answers[held]
            self._answers.move_to_end(key)
            return self._answers[key]

    def whole(self) -> tuple[Assessment, Mapping[str, pd.DataFrame]]:
        """Return the assessment of the base year in full, with its tables."""

        def make() -> tuple[Assessment, Mapping[str, pd.DataFrame]]:
            target = TARGET if self.pack.has("standards") else None
            assessment = assess(self.pack, Question(target=target))
            return assessment, all_tables(self.pack, assessment)

        return self.ask("whole", make)

    def assessment(self, year: int | None) -> Assessment:
        """Return the assessment of a year without its chapters, the base year if none is given."""
        wanted = self.pack.base_year if year is None else year
        return self.ask(("assessment", wanted), lambda: assess(self.pack, Question(year=wanted), parts=PARTS))
