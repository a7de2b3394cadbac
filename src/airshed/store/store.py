"""The store: saved scenarios and jobs, read and written in short transactions from any thread."""

from __future__ import annotations

import logging
import secrets
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from airshed.pack.errors import AirshedError
from airshed.store.engine import MEMORY, READ_WAIT, WRITE_WAIT, open_engine, url_of, writing
from airshed.store.models import ACTIVE, CANCELLED, INTERRUPTED, QUEUED, RUNNING, Job, SavedScenario, check_row
from airshed.store.presence import Presence
from airshed.store.states import BUSY, DAMAGED, MOVED, NoRoomError, StoreError, is_damaged, state_of

LONGEST_TITLE = 200
LONGEST_DOCUMENT = 100_000
MOST_SCENARIOS, SHARE = 5_000, 200
"""Saved scenarios that are kept of all, and of those that one address saved."""
KEPT = 500
"""Jobs that ended and are kept."""
HeldJob = TypeVar("HeldJob", Job, Job | None)
log = logging.getLogger(__name__)


def new_id() -> str:
    """Return an identifier that nobody else has."""
    return secrets.token_hex(6)


def now() -> datetime:
    """Return the moment."""
    return datetime.now(UTC)


class Store:
    """A database: a path, `:memory:`, or a SQLAlchemy URL of SQLite.

    Raises StoreError, whose state says why, for a file that is damaged, no database, another program's or of a newer
    version, and a place that cannot be written; later for a database that is busy, full, damaged or taken away.
    Once damage was met nothing is written any more. Several servers may use one database.
    """

    def __init__(self, place: str | Path = MEMORY) -> None:
        url = url_of(place)
        self.path = str(url.database)
        self._engine = open_engine(url)
        # Who forgets to close, or fails below, leaves no connection behind.
        weakref.finalize(self, self._engine.dispose)
        self._file = self._identity()
        self._looked = self._changed()
        self._damaged = False
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)
        self._lock = threading.RLock()
        self._unwritten: dict[str, dict[str, Any]] = {}
        """Ends of jobs that the database could not take yet."""
        self._check_rows()
        self.server = new_id()
        self._presence = Presence(None if self.path == MEMORY else Path(self.path), self.server)
        self.sweep()

    def close(self) -> None:
        """End the jobs of this server as interrupted, and close the database."""
        # What cannot be marked now is swept by who opens the database next.
        with suppress(StoreError), self._writing() as session:
            session.execute(_ended(self.server))
        self._presence.end()
        self._engine.dispose()

    def _check_rows(self) -> None:
        """Read every row; raises StoreError for one that is not as it was written."""
        try:
            with self._reading() as session:
                for kept in session.scalars(select(SavedScenario).execution_options(yield_per=100)):
                    check_row(kept)
                for job in session.scalars(select(Job).execution_options(yield_per=100)):
                    check_row(job)
        except StoreError:
            self._engine.dispose()
            raise

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        """Give a transaction that reads: in a file it waits for nobody who writes."""
        # A database in memory has one connection only.
        alone = self._alone(WRITE_WAIT) if self.path == MEMORY else nullcontext()
        with self._watched(ValueError, TypeError), alone, self._sessions.begin() as session:
            yield session

    @contextmanager
    def _writing(self, wait: float = WRITE_WAIT) -> Iterator[Session]:
        """Give a transaction that writes, one at a time in a process; wait : seconds for all others together."""
        until = time.monotonic() + wait
        with self._watched(), self._alone(wait):
            self._look()
            unwritten = dict(self._unwritten)
            with self._sessions.begin() as session:
                session.connection(execution_options=writing(max(until - time.monotonic(), 0.0)))
                for key, values in unwritten.items():
                    session.execute(update(Job).where(Job.id == key, Job.state.in_(ACTIVE)).values(**values))
                yield session
            for key in unwritten:
                self._unwritten.pop(key, None)

    def _look(self) -> None:
        """Raise StoreError if the file was damaged since the last look; its pages may lie in memory unharmed."""
        found = self._changed()
        if found != self._looked and is_damaged(self.path):
            self._damaged = True
            raise StoreError(DAMAGED, self.path)
        self._looked = found

    @contextmanager
    def _alone(self, wait: float) -> Iterator[None]:
        if not self._lock.acquire(timeout=wait):
            raise StoreError(BUSY, self.path)
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _watched(self, *unreadable: type[Exception]) -> Iterator[None]:
        """Raise StoreError for whatever the database does not do; unreadable : what damaged rows raise."""
        if self._damaged:
            raise StoreError(DAMAGED, self.path)
        if self._identity() != self._file:
            raise StoreError(MOVED, self.path)
        try:
            yield
        except PoolTimeoutError as why:
            raise StoreError(BUSY, self.path) from why
        except Exception as why:
            if isinstance(why, UnicodeEncodeError) or not isinstance(why, (DBAPIError, sqlite3.Error, *unreadable)):
                raise
            state = state_of(why, lambda: is_damaged(self.path))
            log.warning("%s: %s", self.path, why)
            self._damaged = state is DAMAGED
            raise StoreError(state, self.path) from why

    def _identity(self) -> tuple[int, int] | None:
        """Return what tells the file from another that takes its name; None in memory, or where there is no file."""
        if self.path == MEMORY:
            return None
        try:
            found = Path(self.path).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _changed(self) -> tuple[int, int] | None:
        """Return what changes whenever somebody writes into the file; None in memory."""
        if self.path == MEMORY:
            return None
        found = Path(self.path).stat()
        return found.st_mtime_ns, found.st_size

    def save(self, title: str, document: str, query: str, pack_hash: str, client: str = "") -> str:
        """Keep a scenario and return its identifier; raises AirshedError for what cannot be kept.

        client : the address that asks, which has its share of the places; raises NoRoomError if that is used up
        """
        if not title.strip() or len(title) > LONGEST_TITLE:
            raise AirshedError("title-scenario-empty-too-long", longest_title=LONGEST_TITLE)
        if len(document) + len(query) > LONGEST_DOCUMENT:
            raise AirshedError("scenario-too-long-kept")
        if any("\ud800" <= letter <= "\udfff" for letter in title + document + query):
            raise AirshedError("scenario-holds-half-character")
        kept = SavedScenario(
            id=new_id(), title=title, document=document, query=query, pack_hash=pack_hash, client=client, created=now()
        )
        kept.digest = kept.content_digest()
        with self._writing() as session:
            held = select(func.count()).select_from(SavedScenario)
            if client and (session.scalar(held.where(SavedScenario.client == client)) or 0) >= SHARE:
                raise NoRoomError("scenarios-saved-your-address-no", share=SHARE)
            if (session.scalar(held) or 0) >= MOST_SCENARIOS:
                raise NoRoomError("no-room-more-saved-scenarios")
            session.add(kept)
        return kept.id

    def scenarios(self) -> Sequence[SavedScenario]:
        """Return the saved scenarios, the newest first."""
        with self._reading() as session:
            found = session.scalars(select(SavedScenario).order_by(SavedScenario.created.desc(), SavedScenario.id))
            return [check_row(row) for row in found]

    def scenario(self, key: str) -> SavedScenario | None:
        """Return a saved scenario, None if there is none of that identifier."""
        with self._reading() as session:
            return check_row(session.get(SavedScenario, key))

    def delete(self, key: str) -> bool:
        """Remove a saved scenario; return whether there was one."""
        with self._writing() as session:
            return _changed(session, delete(SavedScenario).where(SavedScenario.id == key))

    def add_job(
        self, page: str, address: str, language: str, pack_hash: str, key: str = "", created: datetime | None = None
    ) -> Job:
        """Keep a job that waits in the queue of this server; the oldest jobs beyond those kept are dropped."""
        job = Job(
            id=key or new_id(),
            server=self.server,
            page=page,
            address=address,
            language=language,
            pack_hash=pack_hash,
            state=QUEUED,
            progress=0.0,
            stage="",
            message="",
            created=created or now(),
        )
        with self._writing() as session:
            old = select(Job.id).where(Job.state.not_in(ACTIVE)).order_by(Job.created.desc()).offset(KEPT)
            session.execute(delete(Job).where(Job.id.in_(old)))
            session.add(job)
        return job

    def jobs(self) -> Sequence[Job]:
        """Return the jobs of all servers, the newest first."""
        self.sweep()
        with self._reading() as session:
            found = session.scalars(select(Job).order_by(Job.created.desc(), Job.id))
            rows = [check_row(row) for row in found]
        return [self._as_ended(row) for row in rows]

    def job(self, key: str) -> Job | None:
        """Return a job, None if there is none of that identifier."""
        found = self._job(key)
        if found is None or found.state not in ACTIVE or self._presence.alive(found.server):
            return found
        self.sweep()
        return self._job(key)

    def _job(self, key: str) -> Job | None:
        with self._reading() as session:
            found = check_row(session.get(Job, key))
        return self._as_ended(found)

    def _as_ended(self, job: HeldJob) -> HeldJob:
        """Return a job as it ended, where that could not be written yet."""
        if job is not None:
            for name, value in self._unwritten.get(job.id, {}).items():
                setattr(job, name, value)
        return job

    def start_job(self, key: str) -> bool:
        """Mark a job as running; return whether it still waited."""
        with self._writing() as session:
            change = update(Job).where(Job.id == key, Job.state == QUEUED).values(state=RUNNING, started=now())
            return _changed(session, change)

    def move_job(self, key: str, progress: float, stage: str) -> bool:
        """Keep how far a job is; return whether it still runs, False once another server cancelled it."""
        # The computation goes on after this: it must not wait long for a note that the next one replaces.
        with self._writing(READ_WAIT) as session:
            change = update(Job).where(Job.id == key, Job.state == RUNNING).values(progress=progress, stage=stage)
            return _changed(session, change)

    def end_job(self, key: str, state: str, message: str = "") -> bool:
        """Mark a job as ended, at the latest with what is written next; return whether it had not ended before."""
        values: dict[str, Any] = {"state": state, "message": message, "ended": now()}
        if state == "done":
            values["progress"] = 1.0
        try:
            with self._writing() as session:
                return _changed(session, update(Job).where(Job.id == key, Job.state.in_(ACTIVE)).values(**values))
        except StoreError:
            self._unwritten[key] = values
            raise

    def cancel_job(self, key: str) -> bool:
        """Mark a job as cancelled; return whether it had not ended before."""
        return self.end_job(key, CANCELLED)

    def sweep(self) -> None:
        """Mark the jobs of servers that no longer live as interrupted, later if the database is busy."""
        with self._reading() as session:
            servers = session.scalars(select(Job.server).where(Job.state.in_(ACTIVE)).distinct()).all()
        for server in servers:
            if not self._presence.alive(server):
                with suppress(StoreError), self._writing(READ_WAIT) as session:
                    session.execute(_ended(server))


def _ended(server: str) -> Any:
    values = {"state": INTERRUPTED, "ended": now()}
    return update(Job).where(Job.server == server, Job.state.in_(ACTIVE)).values(**values)


def _changed(session: Session, statement: Any) -> bool:
    return bool(cast(CursorResult[Any], session.execute(statement)).rowcount)
