"""Locks that the system takes back when their process dies: empty files, locked as SQLite locks files everywhere."""

from __future__ import annotations

import sqlite3
from pathlib import Path

TRIES, PATIENCE = 5, 1.0
"""How often a lock is asked for, and the seconds that each waits for who looks whether its owner is dead."""


def hold(file: Path) -> sqlite3.Connection | None:
    """Return what holds the lock of a file until it is closed; None where another holds it, or nothing can be locked.

    The file is made. Its name should be one that nobody else chooses.
    """
    for _ in range(TRIES):
        held = _locked(file, PATIENCE)
        if held is None or file.exists():
            return held
        # Who takes the files of the dead away was quicker: what is locked has no name any more.
        held.close()
    return None


def forsaken(file: Path) -> bool:
    """Return whether nobody holds the lock of a file; such a file is removed, while nobody else can lock it."""
    if not file.exists():
        return True
    held = seize(file)
    if held is None:
        return False
    file.unlink(missing_ok=True)
    held.close()
    return True


def seize(file: Path) -> sqlite3.Connection | None:
    """Return what holds the lock of a file whose owner is dead, until it is closed; None where it lives."""
    return _locked(file)


def _locked(file: Path, patience: float = 0.0) -> sqlite3.Connection | None:
    try:
        connection = sqlite3.connect(file, timeout=patience, isolation_level=None, check_same_thread=False)
    except sqlite3.Error:
        return None
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        connection.close()
        return None
    return connection
