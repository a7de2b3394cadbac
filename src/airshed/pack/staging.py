"""Files and folders that are made beside their place and then put there: whole or not at all, and nothing left over."""

from __future__ import annotations

import errno
import glob
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from airshed.pack.lock import hold, seize

LOCK, DRAFT, OLD = "lock", "draft", "old"
"""Inside a staging folder: who holds it lives; what is being made; what stood in the place of it."""
THERE = (errno.ENOTEMPTY, errno.EEXIST)
"""What a system answers to who puts a folder where one is."""


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give the path of a draft, a file or folder to be made; it replaces the target as a whole if the block ends well.

    What a process that was killed left beside the target is taken away; SIGTERM ends the block like an error.
    Raises OSError where nothing can be written beside the target.
    """
    place = target.resolve()
    sweep(place)
    folder, held = _own_folder(place)
    try:
        with _ended_by_signal():
            yield folder / DRAFT
            _replace(folder, place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            held.close()


def _own_folder(place: Path) -> tuple[Path, sqlite3.Connection | None]:
    """Return a new folder beside a place, and what holds its lock, where files can be locked."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
        held = hold(folder / LOCK)
        if folder.exists():
            return folder, held
        # Who sweeps took it for one that was left behind, in the moment before it was locked.


def sweep(place: Path) -> None:
    """Take away what dead processes left beside a place; what one of them had moved out of it is put back."""
    for folder in place.parent.glob(f".{glob.escape(place.name)}-*"):
        if not (folder / LOCK).exists():
            # One that is only just made, or somebody else's: what is not empty stays.
            with suppress(OSError):
                folder.rmdir()
        elif (held := seize(folder / LOCK)) is not None:
            _take_away(folder, place)
            held.close()


def _take_away(folder: Path, place: Path) -> None:
    """Remove the folder of a dead process, whose lock the caller holds.

    It loses its name first: one that was only just made, and is about to be locked by its owner, is seen to be gone
    at once, and never half gone.
    """
    if (folder / OLD).exists() and not place.exists():
        with suppress(OSError):
            (folder / OLD).rename(place)
    with suppress(OSError):
        folder = folder.rename(folder.with_name(f"{folder.name}-gone"))
    shutil.rmtree(folder, ignore_errors=True)


def _replace(folder: Path, place: Path) -> None:
    """Put the draft in its place. A folder that stands there is kept until the new one stands, whoever else does so."""
    draft, old = folder / DRAFT, folder / OLD
    if not draft.is_dir():
        draft.replace(place)
        return
    while True:
        try:
            draft.rename(place)
            return
        except OSError as why:
            if why.errno not in THERE:
                _put_back(old, place)
                raise
        # Another process may have put its own there since: the last one stays.
        shutil.rmtree(old, ignore_errors=True)
        with suppress(FileNotFoundError):
            place.rename(old)


def _put_back(old: Path, place: Path) -> None:
    if old.exists():
        with suppress(OSError):
            old.rename(place)


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Let SIGTERM raise SystemExit, where it would end the process without a word to who cleans up."""
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return

    def end(number: int, _: FrameType | None) -> Any:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
