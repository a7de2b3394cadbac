"""The files of a pack as they were when they were read: each is read once, and the hash is of what was read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from airshed.pack.errors import AirshedError

SCENARIOS = "scenarios"
"""The folder of the scenarios of a pack."""
MEGABYTE = 1_000_000
LARGEST = 16 * MEGABYTE
"""Bytes of a file beside the pack, that a question names; devices that never end are none."""
_seen: ContextVar[dict[Path, bytes] | None] = ContextVar("airshed_files_read", default=None)


class Contents:
    """The bytes of a pack: whoever reads a file again gets what the first one got."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: dict[str, bytes] = {}
        self._scenarios: list[str] | None = None
        self._digest = ""
        self.beside: dict[Path, bytes] = {}
        """Scenario files beside the pack as they were last read."""

    def read(self, name: str) -> bytes:
        """Return the bytes of a file; name : its path within the pack."""
        if name not in self._held:
            self._held[name] = _bytes(self.folder / name)
        return self._held[name]

    def scenarios(self) -> dict[str, bytes]:
        """Return the files of the scenarios by their path within the pack, in the order of their names."""
        if self._scenarios is None:
            found = self.folder.joinpath(SCENARIOS).glob("*.yaml")
            self._scenarios = sorted(path.relative_to(self.folder).as_posix() for path in found)
        return {name: self.read(name) for name in self._scenarios}

    def hash(self, names: Iterable[str]) -> str:
        """Return the SHA-256 of files and of all scenarios, made once; then only the scenarios are held."""
        if not self._digest:
            digest, kept = hashlib.sha256(), self.scenarios()
            for name in sorted({*names, *kept}):
                digest.update(name.encode())
                digest.update(self.read(name))
            self._digest, self._held = digest.hexdigest(), kept
        return self._digest


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file beside the pack, the same within `reading_once`.

    Raises AirshedError where it cannot be read, and for more than LARGEST.
    """
    seen = _seen.get()
    if seen is None:
        return _bytes(path, LARGEST)
    if path not in seen:
        seen[path] = _bytes(path, LARGEST)
    return seen[path]


def is_file(path: Path) -> bool:
    """Return whether a path is that of a file; one that is too long for the system is that of none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _bytes(path: Path, most: int = -1) -> bytes:
    """Return the bytes of a file; most : how many are read, all if below 0."""
    try:
        with path.open("rb") as file:
            found = file.read(most + 1) if most >= 0 else file.read()
    except OSError as why:
        raise AirshedError(f"{path} cannot be read: {why.strerror}", "name a file that can be read") from None
    if 0 <= most < len(found):
        raise AirshedError(f"{path} holds more than {most // MEGABYTE} MB", "name the file that is meant, or split it")
    return found


@contextmanager
def reading_once() -> Iterator[None]:
    """Read every file beside the pack once, so that an answer and its hash are of the same bytes."""
    if _seen.get() is not None:
        yield
        return
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)
