"""Opening a database: SQLite in WAL, brought to the version of the code by the migrations that the package carries."""

from __future__ import annotations

import sqlite3
import threading
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import StaticPool

from airshed.pack.errors import AirshedError

MEMORY = ":memory:"
HEAD = "head"
BUSY = 30.0
"""Seconds to wait for another server that is writing."""
_migrating = threading.Lock()
"""Alembic's `op` is one for the whole process."""


class StoreError(AirshedError):
    """The database cannot be used."""


def url_of(place: str | Path) -> URL:
    """Return the address of a database from a path, `:memory:` or a SQLAlchemy URL; raises StoreError for others."""
    text = str(place)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except ArgumentError:
        raise StoreError(
            f"the database {text} has no address that can be read", "give a path or sqlite:///path"
        ) from None
    if url.get_backend_name() != "sqlite" or url.query:
        raise StoreError(f"the database {url.render_as_string()} is not SQLite", "give a path or sqlite:///path")
    return url.set(drivername="sqlite", database=url.database or MEMORY)


def open_engine(url: URL, revision: str = HEAD) -> Engine:
    """Return the engine of a database that was brought to a revision; raises StoreError where that cannot be done."""
    single: dict[str, Any] = {"poolclass": StaticPool} if url.database == MEMORY else {}
    engine = create_engine(url, connect_args={"timeout": BUSY, "check_same_thread": False}, **single)
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begun)
    try:
        with _migrating, engine.begin() as connection:
            _migrate(connection, revision, str(url.database))
    except DatabaseError as why:
        engine.dispose()
        raise unusable(str(url.database), why) from why
    except StoreError:
        engine.dispose()
        raise
    return engine


def unusable(path: str, why: DatabaseError) -> StoreError:
    """Return the error that says why a database cannot be used."""
    reason = str(why.orig)
    if "not a database" in reason:
        return StoreError(f"{path} is not a database", "give another --database")
    if Path(path).is_dir():
        return StoreError(f"{path} is a folder", "give the path of a file as --database")
    if "unable to open" in reason or "readonly" in reason:
        return StoreError(f"the database {path} cannot be written", "give --database in a folder that can be written")
    return StoreError(f"the database {path} cannot be used: {reason}", "give another --database")


def _connected(connection: sqlite3.Connection, _: object) -> None:
    """Leave transactions to SQLAlchemy, so that migrations are whole or not at all."""
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: Connection) -> None:
    """Take the right to write at once: a transaction that reads first could lose it to another server."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate(connection: Connection, revision: str, path: str) -> None:
    """Run the migrations between the revision of the database and the wanted one."""
    with as_file(files("airshed.store").joinpath("migrations")) as folder:
        script = ScriptDirectory(str(folder))
        present = MigrationContext.configure(connection).get_current_revision()
        known = [item.revision for item in script.walk_revisions()]
        if present is not None and present not in known:
            raise StoreError(
                f"the database {path} was written by a newer airshed (revision {present})",
                "update airshed, or give another --database",
            )
        if present is None and inspect(connection).get_table_names():
            raise StoreError(f"{path} is a database of another program", "give another --database")
        _upgrade(connection, script, revision)


def _upgrade(connection: Connection, script: ScriptDirectory, revision: str) -> None:
    def steps(present: Any, _: MigrationContext) -> Any:
        return script._upgrade_revs(revision, present)

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()
