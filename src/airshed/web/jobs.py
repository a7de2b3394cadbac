"""Long computations as jobs: one after the other in a thread of their own, with progress and an end at any time."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from airshed.pack.errors import AirshedError
from airshed.pack.progress import CancelledError, Track, listening
from airshed.store import Job, Store, StoreError
from airshed.store.models import ACTIVE, CANCELLED, DONE, FAILED, INTERRUPTED, QUEUED, RUNNING
from airshed.store.store import new_id, now

QUEUE = 60
"""Questions that may wait; more are turned away for a while."""
BETWEEN_WRITES = 1.0
"""Seconds between two notes in the database on how far a job is."""
FAILURE = "this is a failure of airshed, not of your input"
inside: ContextVar[bool] = ContextVar("airshed_inside_a_job", default=False)
"""Whether the code is computing a job, so that it must not wait for another."""
log = logging.getLogger(__name__)


class QueueFullError(Exception):
    """Too many questions wait."""


@dataclass(frozen=True)
class Asked:
    """Which page asks; address : below the language. Without a page nobody is told of the job."""

    page: str = ""
    address: str = ""
    language: str = ""
    pack_hash: str = ""


@dataclass(frozen=True)
class View:
    """A job as it stands; ahead : how many are computed before it, None where that is not known."""

    id: str
    page: str
    address: str
    language: str
    pack_hash: str
    state: str
    progress: float
    stage: str
    message: str
    created: datetime
    started: datetime | None
    ended: datetime | None
    ahead: int | None = None

    @property
    def active(self) -> bool:
        """Whether the job waits or runs."""
        return self.state in ACTIVE

    @property
    def seconds(self) -> float:
        """How long it has taken since it was asked."""
        return ((self.ended or now()) - self.created).total_seconds()


class Task:
    """A job in memory: what is computed, how far it is, and who waits for what comes out."""

    def __init__(self, key: Hashable, asked: Asked, make: Callable[[], Any]) -> None:
        self.id = new_id()
        self.key, self.asked, self.make = key, asked, make
        self.future: Future[Any] = Future()
        self.state, self.progress, self.stage, self.message = QUEUED, 0.0, "", ""
        self.created = now()
        self.started: datetime | None = None
        self.ended: datetime | None = None
        self.kept = False
        self.lock = threading.Lock()


class Hearing:
    """Listens to the computation of a task, and ends it when nobody wants it any more."""

    def __init__(self, jobs: Jobs, task: Task) -> None:
        self._jobs, self._task, self._track, self._next = jobs, task, Track(), 0.0

    def told(self, stage: str, done: int, total: int) -> None:
        """Note how far the task is."""
        self._task.stage, self._task.progress = stage, self._track.move(stage, done, total)
        self.check()

    def check(self) -> None:
        """Raise CancelledError if the task was cancelled, here or by another server, or if this one stops."""
        task = self._task
        if task.kept and time.monotonic() >= self._next:
            self._next = time.monotonic() + BETWEEN_WRITES
            if self._jobs.note(lambda store: store.move_job(task.id, task.progress, task.stage)) is False:
                raise CancelledError
        if task.state != RUNNING or self._jobs.stopping:
            raise CancelledError


class Jobs:
    """The queue of a server, and the jobs of all servers in its database.

    A job is written to the database once somebody has to wait for it; what is quicker leaves no trace there.
    """

    def __init__(self, store: Store, most: int = QUEUE) -> None:
        self.store = store
        self.stopping = False
        self._most = most
        self._waiting: deque[Task] = deque()
        self._active: dict[Hashable, Task] = {}
        self._running: Task | None = None
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, key: Hashable, asked: Asked, make: Callable[[], Any]) -> Task:
        """Return the task of a question, a new one at the end of the queue unless it is computed already.

        Raises QueueFullError if too many wait, CancelledError if the server stops.
        """
        with self._changed:
            if self.stopping:
                raise CancelledError
            if key not in self._active:
                if len(self._active) >= self._most:
                    raise QueueFullError
                self._active[key] = Task(key, asked, make)
                self._waiting.append(self._active[key])
                if self._thread is None:
                    # A daemon: a server that stops does not wait for a computation that takes minutes.
                    self._thread = threading.Thread(target=self._work, name="airshed-jobs", daemon=True)
                    self._thread.start()
                self._changed.notify()
            return self._active[key]

    def keep(self, task: Task) -> View:
        """Write a task to the database, for somebody waits for it; return how it stands."""
        with task.lock:
            if not task.kept and task.asked.page:
                self.note(lambda store: store.add_job(**vars(task.asked), key=task.id, created=task.created))
                if task.started:
                    self.note(lambda store: store.start_job(task.id))
                if task.ended:
                    self.note(lambda store: store.end_job(task.id, task.state, task.message))
                task.kept = True
        return self._view(task)

    def held(self, key: str) -> View | None:
        """Return a job that waits or runs here, without a look into the database."""
        task = self._task(key)
        return None if task is None else self._view(task)

    def find(self, key: str) -> View | None:
        """Return a job of any server, None if there is none of that name; raises StoreError where none can be read."""
        found = self.held(key)
        if found is not None:
            return found
        job = self.store.job(key)
        return _seen(job, job) if job else None

    def listed(self) -> list[View]:
        """Return the jobs of all servers, the newest first; raises StoreError where none can be read."""
        jobs = self.store.jobs()
        tasks = {job.id: self._task(job.id) for job in jobs}
        return [_seen(job, job) if (task := tasks[job.id]) is None else self._view(task) for job in jobs]

    def cancel(self, key: str) -> None:
        """End a job: one that waits at once, one that runs at its next step."""
        task = self._task(key)
        if task is None:
            self.store.cancel_job(key)
            return
        with self._changed:
            # Who asks again gets a new task, behind the one that still has to notice its end.
            self._forget(task)
            if task in self._waiting:
                self._waiting.remove(task)
        self._end(task, CANCELLED)
        _give_up(task)

    def close(self) -> None:
        """Stop: what waits and runs is interrupted, and nobody waits for it."""
        with self._changed:
            self.stopping = True
            left = list(self._active.values())
            self._waiting.clear()
            self._active.clear()
            self._changed.notify_all()
        # Who waits is told at once, the database after that: it may be busy.
        for task in left:
            _give_up(task)
        for task in left:
            self._end(task, INTERRUPTED)

    def note(self, do: Callable[[Store], Any]) -> Any:
        """Return what the database says, None where it cannot be used: a page is answered all the same."""
        try:
            return do(self.store)
        except StoreError as why:
            log.warning("%s", why)
            return None

    def _task(self, key: str) -> Task | None:
        with self._changed:
            return next((task for task in self._active.values() if task.id == key and task.kept), None)

    def _view(self, task: Task) -> View:
        with self._changed:
            before = [*([self._running] if self._running else []), *self._waiting]
            ahead = before.index(task) if task in before else 0
        return _seen(task, task.asked, ahead if task.state == QUEUED else None)

    def _work(self) -> None:
        """Compute what waits, one after the other, until the server stops."""
        while True:
            with self._changed:
                while not self._waiting and not self.stopping:
                    self._changed.wait()
                if self.stopping:
                    return
                task = self._running = self._waiting.popleft()
            copy_context().run(self._compute, task)
            with self._changed:
                self._running = None
                self._forget(task)

    def _compute(self, task: Task) -> None:
        inside.set(True)
        if not self._start(task):
            _give_up(task)
            return
        try:
            with listening(Hearing(self, task)):
                answer = task.make()
        except CancelledError:
            self._end(task, INTERRUPTED if self.stopping else CANCELLED)
            _give_up(task)
        except BaseException as why:
            told = isinstance(why, AirshedError)
            if not told:
                log.exception("a job failed", exc_info=why)
            self._end(task, FAILED, str(why) if told else FAILURE)
            _resolve(task, partial(_fail, why))
        else:
            self._end(task, DONE)
            _resolve(task, lambda future: future.set_result(answer))

    def _start(self, task: Task) -> bool:
        """Mark a task as running; return False if it was cancelled while it waited."""
        with task.lock:
            if task.state != QUEUED:
                return False
            if task.kept and self.note(lambda store: store.start_job(task.id)) is False:
                task.state, task.ended = CANCELLED, now()
                return False
            task.state, task.started = RUNNING, now()
        return True

    def _end(self, task: Task, state: str, message: str = "") -> None:
        """Mark a task as ended, once; the answer of a cancelled one is kept by the desk, and said to be cancelled."""
        with task.lock:
            if task.ended is not None:
                return
            task.state, task.message, task.ended = state, message, now()
            if state == DONE:
                task.progress = 1.0
            if task.kept:
                self.note(lambda store: store.end_job(task.id, state, message))
        with self._changed:
            self._forget(task)

    def _forget(self, task: Task) -> None:
        """Leave a task out of those that a question may join; the condition is held."""
        if self._active.get(task.key) is task:
            del self._active[task.key]


def _give_up(task: Task) -> None:
    """Tell those who wait that the task was ended."""
    _resolve(task, partial(_fail, CancelledError()))


def _fail(why: BaseException, future: Future[Any]) -> None:
    future.set_exception(why)


def _resolve(task: Task, resolve: Callable[[Future[Any]], None]) -> None:
    """Give those who wait what came out, unless the task was given up before."""
    with task.lock:
        if not task.future.done():
            resolve(task.future)


def _seen(held: Task | Job, asked: Asked | Job, ahead: int | None = None) -> View:
    return View(
        id=held.id,
        page=asked.page,
        address=asked.address,
        language=asked.language,
        pack_hash=asked.pack_hash,
        state=held.state,
        progress=held.progress,
        stage=held.stage,
        message=held.message,
        created=held.created,
        started=held.started,
        ended=held.ended,
        ahead=ahead,
    )
