"""Which servers of a database live: each holds a lock that the system takes back when the server dies."""

from __future__ import annotations

import sqlite3
from pathlib import Path


class Presence:
    """The lock of one server: a file beside the database, locked as SQLite locks files on every system."""

    def __init__(self, database: Path | None, server: str) -> None:
        self._database, self._server = database, server
        self._held = None if database is None else _locked(_lock_file(database, server))

    def alive(self, server: str) -> bool:
        """Return whether a server lives; the file of a dead one is removed."""
        if server == self._server:
            return True
        if self._database is None:
            return False
        file = _lock_file(self._database, server)
        if not file.exists():
            return False
        taken = _locked(file)
        if taken is None:
            return True
        taken.close()
        file.unlink(missing_ok=True)
        return False

    def end(self) -> None:
        """Give the lock back."""
        if self._held is not None and self._database is not None:
            self._held.close()
            self._held = None
            _lock_file(self._database, self._server).unlink(missing_ok=True)


def _lock_file(database: Path, server: str) -> Path:
    return database.with_name(f"{database.name}-server-{server}")


def _locked(file: Path) -> sqlite3.Connection | None:
    """Return the connection that holds the lock of a file, None if another holds it."""
    connection = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        return None
    return connection
