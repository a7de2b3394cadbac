"""Long computations as jobs: short ones beside long ones, each in its turn, with progress and an end at any time."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from airshed.pack.errors import AirshedError, Phrase, recalled
from airshed.pack.progress import CancelledError, Track, listening
from airshed.store import Job, Store, StoreError
from airshed.store.models import ACTIVE, CANCELLED, DONE, FAILED, INTERRUPTED, QUEUED, RUNNING
from airshed.store.store import new_id, now
from airshed.web.fair import FairQueue

QUEUE = 1000
"""Questions that may wait; more are turned away for a while."""
SHARE = 200
"""Questions of one client that may wait."""
SHORT, LONG = "short", "long"
SHORT_UNTIL = 2.0
"""Seconds of a short question; a computer is reserved for those."""
LONG_FROM = 5.0
"""Seconds from which a question is a long one; up to here, it may take the reserved computer."""
BETWEEN_WRITES = 1.0
"""Seconds between two notes in the database on how far a job is."""
inside: ContextVar[bool] = ContextVar("airshed_inside_a_job", default=False)
"""Whether the code is computing a job, so that it must not wait for another."""
log = logging.getLogger(__name__)


class QueueFullError(Exception):
    """Too many questions wait."""


class Computer(Protocol):
    """Where the questions of a lane are computed, if not in the thread that works them off."""

    def open(self) -> None:
        """Make ready for the first order."""

    def compute(self, order: Any, hearing: Hearing) -> Any:
        """Compute what an order needs; raises CancelledError where the hearing says so, and what the order raises."""

    def close(self) -> None:
        """End it, whatever it computes."""


Hire = Callable[[str], Computer]
"""Gives a computer for a lane."""


@dataclass(frozen=True)
class Asked:
    """Which page asks; address : below the language. Without a page nobody is told of the job."""

    page: str = ""
    address: str = ""
    language: str = ""
    pack_hash: str = ""


@dataclass(frozen=True)
class JobView:
    """A job as it stands; ahead : how many are computed before it, None where that is not known."""

    id: str
    page: str
    address: str
    language: str
    pack_hash: str
    state: str
    progress: float
    stage: str
    message: Phrase | str
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

    def __init__(
        self, key: Hashable, asked: Asked, make: Callable[[], Any], order: Any, client: str, cost: float
    ) -> None:
        self.id = new_id()
        self.key, self.asked, self.make, self.order = key, asked, make, order
        self.client, self.cost = client, cost
        self.lane = LONG if cost > SHORT_UNTIL else SHORT
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
        self.moved(stage, self._track.move(stage, done, total))
        self.check()

    def moved(self, stage: str, progress: float) -> None:
        """Note how far the task is, as its computer says."""
        self._task.stage, self._task.progress = stage, progress

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
    Short questions and others have a lane each, in which every client has the same share, and computers of their own:
    who asks something short waits for no long one. Where all others are busy, the computer of the short ones takes
    what is not long, once nothing short waits.

    hire : gives the computer of a lane, None where its thread computes; workers : computers of the lane of long ones
    """

    def __init__(self, store: Store, hire: Hire | None = None, workers: int = 1) -> None:
        self.store = store
        self.stopping = False
        self._hire = hire
        self._lanes: dict[str, FairQueue[Task]] = {SHORT: FairQueue(), LONG: FairQueue()}
        self._wanted = [SHORT, *[LONG] * workers]
        self._free = workers
        self._active: dict[Hashable, Task] = {}
        self._running: list[Task] = []
        self._changed = threading.Condition()
        self._computers: list[Computer] = []

    def start(self) -> None:
        """Start what works the lanes off, unless that was done before."""
        with self._changed:
            wanted, self._wanted = self._wanted, []
        for lane in wanted:
            computer = self._hire(lane) if self._hire else None
            self._computers += [computer] if computer else []
            # A daemon: a server that stops does not wait for a computation that takes minutes.
            threading.Thread(target=self._work, args=(lane, computer), name=f"airshed-{lane}", daemon=True).start()

    def ask(
        self,
        key: Hashable,
        asked: Asked,
        make: Callable[[], Any],
        *,
        order: Any = None,
        client: str = "",
        cost: float = 0.0,
    ) -> Task:
        """Return the task of a question, a new one in the queue unless it is computed already.

        make : computes it here; order : computes it elsewhere, if there is an elsewhere; client : who asks; cost :
        seconds that it is thought to take
        Raises QueueFullError if too many wait, CancelledError if the server stops.
        """
        self.start()
        with self._changed:
            if self.stopping:
                raise CancelledError
            task = self._active.get(key)
            if task is not None:
                self._lanes[task.lane].admit(task, client)
                return task
            asking = Counter(held.client for held in self._active.values())
            if asking.total() >= QUEUE or asking[client] >= SHARE:
                raise QueueFullError
            task = self._active[key] = Task(key, asked, make, order, client, cost)
            self._lanes[task.lane].put(task, client, cost)
            self._changed.notify_all()
            return task

    def keep(self, task: Task) -> JobView:
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

    def held(self, key: str) -> JobView | None:
        """Return a job that waits or runs here, without a look into the database."""
        task = self._task(key)
        return None if task is None else self._view(task)

    def find(self, key: str) -> JobView | None:
        """Return a job of any server, None if there is none of that name; raises StoreError where none can be read."""
        found = self.held(key)
        if found is not None:
            return found
        job = self.store.job(key)
        return _seen(job, job) if job else None

    def listed(self) -> list[JobView]:
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
            self._lanes[task.lane].remove(task)
        self._end(task, CANCELLED)
        _give_up(task)

    def close(self) -> None:
        """Stop: what waits and runs is interrupted, and nobody waits for it."""
        with self._changed:
            self.stopping = True
            left = list(self._active.values())
            self._active.clear()
            self._changed.notify_all()
        # Who waits is told at once, the database after that: it may be busy.
        for task in left:
            _give_up(task)
        for computer in self._computers:
            computer.close()
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

    def _view(self, task: Task) -> JobView:
        with self._changed:
            before = [*(held for held in self._running if held.lane == task.lane), *self._lanes[task.lane]]
            ahead = before.index(task) if task in before else 0
        return _seen(task, task.asked, ahead if task.state == QUEUED else None)

    def _work(self, lane: str, computer: Computer | None) -> None:
        """Compute what waits in a lane, in its turn, until the server stops."""
        if computer is not None and lane == SHORT:
            # One that cannot be started now is tried again for every order.
            with suppress(CancelledError, OSError):
                computer.open()
        while True:
            with self._changed:
                while (task := self._next(lane)) is None and not self.stopping:
                    self._changed.wait()
                if task is None or self.stopping:
                    return
                self._running.append(task)
                self._free -= lane == LONG
                self._changed.notify_all()
            copy_context().run(self._compute, task, computer)
            with self._changed:
                self._free += lane == LONG
                self._running.remove(task)
                self._lanes[task.lane].served(task.client, task.cost)
                self._forget(task)

    def _next(self, lane: str) -> Task | None:
        """Take what a computer of a lane computes next, None while it has to wait; the condition is held."""
        if self._lanes[lane]:
            return self._lanes[lane].pop()
        if lane == SHORT and not self._free:
            return self._lanes[LONG].first(lambda task: task.cost <= LONG_FROM)
        return None

    def _compute(self, task: Task, computer: Computer | None) -> None:
        inside.set(True)
        if not self._start(task):
            _give_up(task)
            return
        hearing = Hearing(self, task)
        try:
            if computer is None or task.order is None:
                with listening(hearing):
                    answer = task.make()
            else:
                answer = computer.compute(task.order, hearing)
        except CancelledError:
            self._end(task, INTERRUPTED if self.stopping else CANCELLED)
            _give_up(task)
        except BaseException as why:
            if not isinstance(why, AirshedError):
                log.exception("a job failed", exc_info=why)
            self._end(task, FAILED, why.whole if isinstance(why, AirshedError) else Phrase("failure-of-airshed"))
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

    def _end(self, task: Task, state: str, why: Phrase | None = None) -> None:
        """Mark a task as ended, once; the answer of a cancelled one is kept by the desk, and said to be cancelled."""
        message = "" if why is None else why.record()
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


def _seen(held: Task | Job, asked: Asked | Job, ahead: int | None = None) -> JobView:
    return JobView(
        id=held.id,
        page=asked.page,
        address=asked.address,
        language=asked.language,
        pack_hash=asked.pack_hash,
        state=held.state,
        progress=held.progress,
        stage=held.stage,
        message=recalled(held.message),
        created=held.created,
        started=held.started,
        ended=held.ended,
        ahead=ahead,
    )
