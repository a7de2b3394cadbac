"""Opening a database: SQLite in WAL, brought to the version of the code by the migrations that the package carries."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool

from airshed.store.states import BUSY, NO_ADDRESS, NO_SQLITE, StoreError, is_damaged, refuse_file, state_of

MEMORY = ":memory:"
HEAD = "head"
READ_WAIT, WRITE_WAIT = 0.5, 3.0
"""Seconds that a reader and a writer wait for another program; a writer keeps no reader waiting (WAL)."""
_migrating = threading.Lock()
"""Alembic's `op` is one for the whole process."""


def url_of(place: str | Path) -> URL:
    """Return the address of a database from a path, `:memory:` or a SQLAlchemy URL; raises StoreError for others."""
    text = str(place)
    if "://" not in text:
        if not text.strip() or "\0" in text:
            raise StoreError(NO_ADDRESS, repr(text))
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except ArgumentError:
        raise StoreError(NO_ADDRESS, text) from None
    if url.get_backend_name() != "sqlite" or url.query:
        raise StoreError(NO_SQLITE, url.render_as_string())
    return url.set(drivername="sqlite", database=url.database or MEMORY)


def open_engine(url: URL, revision: str = HEAD) -> Engine:
    """Return the engine of a database that was brought to a revision; raises StoreError where that cannot be done.

    A file that is damaged, no database, another program's or of a newer version is left as it is, to the byte.
    """
    path = str(url.database)
    with _migrating, _scripts() as script:
        if path != MEMORY:
            refuse_file(path, {item.revision for item in script.walk_revisions()})
        pool: dict[str, Any] = {"poolclass": StaticPool} if path == MEMORY else {"pool_timeout": WRITE_WAIT}
        # Parameters are hidden: what visitors save is no business of the log.
        arguments = {"timeout": WRITE_WAIT, "check_same_thread": False}
        engine = create_engine(url, connect_args=arguments, hide_parameters=True, **pool)
        event.listen(engine, "connect", _connected)
        event.listen(engine, "begin", _begun)
        try:
            _bring(engine, script, revision)
        except DBAPIError as why:
            engine.dispose()
            raise StoreError(state_of(why, lambda: is_damaged(path)), path) from why
    return engine


def writing(wait: float) -> dict[str, Any]:
    """Return the options of a connection that writes, and waits some seconds for another program to end."""
    return {"writes": True, "wait": wait}


def _connected(connection: sqlite3.Connection, _: object) -> None:
    """Leave transactions to SQLAlchemy, so that migrations are whole or not at all."""
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: Connection) -> None:
    """Begin; who writes takes the right to at once: a transaction that reads first could lose it to another server."""
    options = connection.get_execution_options()
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(1000 * options.get('wait', READ_WAIT))}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


@contextmanager
def _scripts() -> Iterator[ScriptDirectory]:
    with as_file(files("airshed.store").joinpath("migrations")) as folder:
        yield ScriptDirectory(str(folder))


def _bring(engine: Engine, script: ScriptDirectory, revision: str) -> None:
    """Run the migrations that a database lacks; one that lacks none may be in use by a program that writes."""
    try:
        with engine.execution_options(**writing(WRITE_WAIT)).begin() as connection:
            _upgrade(connection, script, revision)
    except DBAPIError as why:
        if state_of(why, lambda: False) is not BUSY:
            raise
        with engine.begin() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
        if present != script.get_current_head():
            raise


def _upgrade(connection: Connection, script: ScriptDirectory, revision: str) -> None:
    def steps(present: Any, _: MigrationContext) -> Any:
        return script._upgrade_revs(revision, present)

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()
