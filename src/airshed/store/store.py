"""The store: saved scenarios and jobs, read and written in short transactions from any thread."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker

from airshed.pack.errors import AirshedError
from airshed.store.engine import MEMORY, StoreError, open_engine, unusable, url_of
from airshed.store.models import ACTIVE, CANCELLED, INTERRUPTED, QUEUED, RUNNING, Job, SavedScenario
from airshed.store.presence import Presence

LONGEST_TITLE = 200
LONGEST_DOCUMENT = 100_000
MOST_SCENARIOS = 5_000
KEPT = 500
"""Jobs that ended and are kept."""


def new_id() -> str:
    """Return an identifier that nobody else has."""
    return secrets.token_hex(6)


def now() -> datetime:
    """Return the moment."""
    return datetime.now(UTC)


class Store:
    """A database: a path, `:memory:`, or a SQLAlchemy URL of SQLite.

    Raises StoreError for a file that is no database, a database of a newer version, and a place that cannot be
    written. Several servers may use one database.
    """

    def __init__(self, place: str | Path = MEMORY) -> None:
        url = url_of(place)
        self.path = str(url.database)
        self._engine = open_engine(url)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)
        self._lock = threading.RLock()
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

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """Give a transaction, one at a time in a process: a database in memory has one connection only."""
        try:
            with self._lock, self._sessions.begin() as session:
                yield session
        except DatabaseError as why:
            raise unusable(self.path, why) from why

    def save(self, title: str, document: str, query: str, pack_hash: str) -> str:
        """Keep a scenario and return its identifier; raises AirshedError for what cannot be kept."""
        if not title.strip() or len(title) > LONGEST_TITLE:
            raise AirshedError("the title of a scenario is empty or too long", f"give up to {LONGEST_TITLE} characters")
        if len(document) + len(query) > LONGEST_DOCUMENT:
            raise AirshedError("the scenario is too long to be kept", "state less of it")
        if any("\ud800" <= letter <= "\udfff" for letter in title + document + query):
            raise AirshedError("the scenario holds half a character", "write it again")
        kept = SavedScenario(
            id=new_id(), title=title, document=document, query=query, pack_hash=pack_hash, created=now()
        )
        with self._writing() as session:
            if (session.scalar(select(func.count()).select_from(SavedScenario)) or 0) >= MOST_SCENARIOS:
                raise AirshedError("there is no room for more saved scenarios", "delete some of them first")
            session.add(kept)
        return kept.id

    def scenarios(self) -> Sequence[SavedScenario]:
        """Return the saved scenarios, the newest first."""
        with self._writing() as session:
            return session.scalars(select(SavedScenario).order_by(SavedScenario.created.desc(), SavedScenario.id)).all()

    def scenario(self, key: str) -> SavedScenario | None:
        """Return a saved scenario, None if there is none of that identifier."""
        with self._writing() as session:
            return session.get(SavedScenario, key)

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
        with self._writing() as session:
            return session.scalars(select(Job).order_by(Job.created.desc(), Job.id)).all()

    def job(self, key: str) -> Job | None:
        """Return a job, None if there is none of that identifier."""
        with self._writing() as session:
            found = session.get(Job, key)
        if found is None or found.state not in ACTIVE or self._presence.alive(found.server):
            return found
        self.sweep()
        with self._writing() as session:
            return session.get(Job, key)

    def start_job(self, key: str) -> bool:
        """Mark a job as running; return whether it still waited."""
        with self._writing() as session:
            change = update(Job).where(Job.id == key, Job.state == QUEUED).values(state=RUNNING, started=now())
            return _changed(session, change)

    def move_job(self, key: str, progress: float, stage: str) -> bool:
        """Keep how far a job is; return whether it still runs, False once another server cancelled it."""
        with self._writing() as session:
            change = update(Job).where(Job.id == key, Job.state == RUNNING).values(progress=progress, stage=stage)
            return _changed(session, change)

    def end_job(self, key: str, state: str, message: str = "") -> bool:
        """Mark a job as ended; return whether it had not ended before."""
        values: dict[str, Any] = {"state": state, "message": message, "ended": now()}
        if state == "done":
            values["progress"] = 1.0
        with self._writing() as session:
            return _changed(session, update(Job).where(Job.id == key, Job.state.in_(ACTIVE)).values(**values))

    def cancel_job(self, key: str) -> bool:
        """Mark a job as cancelled; return whether it had not ended before."""
        return self.end_job(key, CANCELLED)

    def sweep(self) -> None:
        """Mark the jobs of servers that no longer live as interrupted."""
        with self._writing() as session:
            servers = session.scalars(select(Job.server).where(Job.state.in_(ACTIVE)).distinct()).all()
        for server in servers:
            if not self._presence.alive(server):
                with self._writing() as session:
                    session.execute(_ended(server))


def _ended(server: str) -> Any:
    values = {"state": INTERRUPTED, "ended": now()}
    return update(Job).where(Job.server == server, Job.state.in_(ACTIVE)).values(**values)


def _changed(session: Session, statement: Any) -> bool:
    return bool(cast(CursorResult[Any], session.execute(statement)).rowcount)
