"""How a database may stand that cannot be used, and what its owner and a visitor are told of each state."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from airshed.pack.errors import AirshedError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class State:
    """A state: what its owner is told, what a visitor is told (never the path), and the HTTP status of an answer.

    passing : whether it may be over in a moment, so that asking again helps
    """

    owner: AirshedError
    visitor: AirshedError
    passing: bool = False

    @property
    def status(self) -> int:
        """The HTTP status of an answer that tells it to a visitor."""
        return self.visitor.status


class StoreError(AirshedError):
    """The database cannot be used; the message is for its owner."""

    def __init__(self, state: State, path: str) -> None:
        self.state = state
        super().__init__("database-cannot-used", path=path, message=state.owner.text, remedy=state.owner.advice)


class NoRoomError(AirshedError):
    """A visitor, or all of them, saved as much as is kept."""


CLOSED = AirshedError("database-closed")
"""What a visitor is told of a database that only its owner can mend, whatever is wrong with it."""
BUSY = State(owner=AirshedError("database-busy"), visitor=AirshedError("database-busy-for-visitors"), passing=True)
FULL = State(owner=AirshedError("database-full"), visitor=AirshedError("database-full-for-visitors"))
DENIED = State(owner=AirshedError("database-denied"), visitor=AirshedError("database-denied-for-visitors"))
DAMAGED = State(owner=AirshedError("database-damaged"), visitor=AirshedError("database-damaged-for-visitors"))
FAILING = State(owner=AirshedError("database-failing"), visitor=AirshedError("database-failing-for-visitors"))
MOVED = State(owner=AirshedError("database-moved"), visitor=AirshedError("database-moved-for-visitors"))
UNKNOWN = State(owner=AirshedError("database-unknown"), visitor=CLOSED)
NEWER = State(owner=AirshedError("database-newer"), visitor=CLOSED)
FOREIGN = State(owner=AirshedError("database-foreign"), visitor=CLOSED)
NO_DATABASE = State(owner=AirshedError("database-no-database"), visitor=CLOSED)
FOLDER = State(owner=AirshedError("database-folder"), visitor=CLOSED)
NO_ADDRESS = State(owner=AirshedError("database-no-address"), visitor=CLOSED)
NO_SQLITE = State(owner=AirshedError("database-no-sqlite"), visitor=CLOSED)

BY_CODE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: DENIED,
    sqlite3.SQLITE_CANTOPEN: DENIED,
    sqlite3.SQLITE_PERM: DENIED,
    sqlite3.SQLITE_AUTH: DENIED,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_IOERR: FAILING,
}
"""States by the primary result code of SQLite."""
PRIMARY = 0xFF
"""The bits of a result code that are its primary code."""
MAGIC = b"SQLite format 3\0"
"""How a database begins."""
WRITE_FORMAT, LAST_FORMAT = 18, 2
"""The byte of the format in which a file may be written, and the last format: SQLite takes later ones for read-only."""
VERSION, OWN_TABLE = "alembic_version", "scenarios"
"""The table that holds the revision, and the one that ours has had from the first on."""


def state_of(why: BaseException, damaged: Callable[[], bool]) -> State:
    """Return the state that an error of SQLite, or of reading what it gave, tells of.

    damaged : looks whether the file is; asked only where the error itself does not say
    """
    origin = why.orig if isinstance(why, DBAPIError) else why
    code = getattr(origin, "sqlite_errorcode", None)
    if code is None:
        # No word of SQLite: a row that it gave could not be read.
        return UNKNOWN if isinstance(origin, sqlite3.ProgrammingError | sqlite3.InterfaceError) else DAMAGED
    found = BY_CODE.get(code & PRIMARY, UNKNOWN)
    return DAMAGED if found in (FAILING, UNKNOWN) and damaged() else found


def is_damaged(path: str) -> bool:
    """Return whether a file is no sound database; it is opened for reading, so that nothing is written into it."""
    try:
        with _reading(path) as connection:
            # Beside the structure this compares every index with its table, which quick_check leaves out.
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as why:
        return state_of(why, lambda: False) in (DAMAGED, UNKNOWN)
    if found != "ok":
        log.warning("the database %s is damaged: %s", path, found)
    return bool(found != "ok")


def refuse_file(path: str, revisions: Collection[str]) -> None:
    """Raise StoreError for a file that must not be opened; what cannot be read now is told by who opens it.

    revisions : those of the migrations that this version knows
    """
    file = Path(path)
    if file.is_dir():
        raise StoreError(FOLDER, path)
    if not file.exists() or (file.is_file() and not file.stat().st_size):
        return
    if not file.is_file():
        raise StoreError(NO_DATABASE, path)
    try:
        with file.open("rb") as handle:
            head = handle.read(len(MAGIC) + 4)
    except OSError:
        raise StoreError(DENIED, path) from None
    if not head.startswith(MAGIC):
        raise StoreError(NO_DATABASE, path)
    if head[WRITE_FORMAT : WRITE_FORMAT + 1] > bytes([LAST_FORMAT]) or is_damaged(path):
        raise StoreError(DAMAGED, path)
    try:
        state = _origin(path, revisions)
    except sqlite3.Error:
        return
    if state is not None:
        raise StoreError(state, path)


def _origin(path: str, revisions: Collection[str]) -> State | None:
    """Return the state of a database that this version did not write, None of one that it did, or that is empty."""
    with _reading(path) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if VERSION not in tables:
            return FOREIGN if tables else None
        found = [name for (name,) in connection.execute(f"SELECT version_num FROM {VERSION}")]
    if len(found) == 1 and found[0] in revisions:
        return None
    return NEWER if OWN_TABLE in tables else FOREIGN


@contextmanager
def _reading(path: str) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True, timeout=0)
    try:
        yield connection
    finally:
        connection.close()
