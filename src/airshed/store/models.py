"""The tables of the database."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import DateTime, Float, Index, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

QUEUED, RUNNING, DONE = "queued", "running", "done"
FAILED, CANCELLED, INTERRUPTED = "failed", "cancelled", "interrupted"
STATES = (QUEUED, RUNNING, DONE, FAILED, CANCELLED, INTERRUPTED)
"""The states of a job; interrupted is what its server did not live to end."""
ACTIVE = (QUEUED, RUNNING)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, which SQLite keeps without its zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return the moment as it is kept."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the moment with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """What the tables share."""


class SavedScenario(Base):
    """A scenario that a reader built: its document (YAML) and the query of the page that shows it.

    client : the address that saved it, empty where that is not known; digest : of the rest, empty in old rows
    """

    __tablename__ = "scenarios"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    pack_hash: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime] = mapped_column(Moment, index=True)
    client: Mapped[str] = mapped_column(String(64), server_default="")
    digest: Mapped[str] = mapped_column(String(32), server_default="")

    def content_digest(self) -> str:
        """Return the digest of what was saved."""
        parts = json.dumps([self.id, self.title, self.document, self.query, self.pack_hash, self.client])
        return hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()


class Job(Base):
    """A long computation: which page asked for it, how far it is, and how it ended.

    address : of the page, below the language; server : who computes it; progress : 0..1
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state_server", "state", "server"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    server: Mapped[str] = mapped_column(String(16))
    page: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    pack_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    progress: Mapped[float] = mapped_column(Float)
    stage: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(Moment, index=True)
    started: Mapped[datetime | None] = mapped_column(Moment)
    ended: Mapped[datetime | None] = mapped_column(Moment)


Row = TypeVar("Row", SavedScenario, Job, SavedScenario | None, Job | None)


def check_row(row: Row) -> Row:
    """Return a row; raises ValueError for one that holds what was never written: its page was damaged."""
    for column in row.__table__.columns if row is not None else ():
        value = getattr(row, column.key)
        if not (isinstance(value, column.type.python_type) or (value is None and column.nullable)):
            raise ValueError(f"{column.name} holds {value!r:.80}")
        if column is Job.__table__.c.state and value not in STATES:
            raise ValueError(f"{value!r:.80} is no state of a job")
    if isinstance(row, SavedScenario) and row.digest and row.digest != row.content_digest():
        raise ValueError(f"the saved scenario {row.id} is not what was saved")
    return row
