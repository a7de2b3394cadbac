"""The tables of the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

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
    """A scenario that a reader built: its document (YAML) and the query of the page that shows it."""

    __tablename__ = "scenarios"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    pack_hash: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime] = mapped_column(Moment, index=True)


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
