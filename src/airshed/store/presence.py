"""Which servers of a database live: each holds a lock that the system takes back when the server dies."""

from __future__ import annotations

import glob
import weakref
from pathlib import Path

from airshed.pack.lock import forsaken, hold


class Presence:
    """The lock of one server: a file beside the database; the files of dead servers are removed at the start."""

    def __init__(self, database: Path | None, server: str) -> None:
        self._database, self._server = database, server
        self._held = None if database is None else hold(_lock_file(database, server))
        if self._held is not None:
            weakref.finalize(self, self._held.close)
        if database is not None:
            for file in database.parent.glob(f"{glob.escape(_lock_file(database, '').name)}*"):
                if file != _lock_file(database, server):
                    forsaken(file)

    def alive(self, server: str) -> bool:
        """Return whether a server lives; the file of a dead one is removed."""
        if server == self._server:
            return True
        return self._database is not None and not forsaken(_lock_file(self._database, server))

    def end(self) -> None:
        """Give the lock back."""
        if self._held is not None and self._database is not None:
            _lock_file(self._database, self._server).unlink(missing_ok=True)
            self._held.close()
            self._held = None


def _lock_file(database: Path, server: str) -> Path:
    return database.with_name(f"{database.name}-server-{server}")
