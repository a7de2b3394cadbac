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
ENDINGS = (".yaml", ".yml")
"""How the names of their files end, in any case."""
MEGABYTE = 1_000_000
LARGEST, LARGEST_SCENARIO, LARGEST_BESIDE = 50 * MEGABYTE, MEGABYTE, 16 * MEGABYTE
"""Bytes of the largest file of a pack, of a scenario, and of a table that a question names: devices never end."""
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

    def read(self, name: str, most: int = LARGEST) -> bytes:
        """Return the bytes of a file; name : its path within the pack. Of more than `most` only one more is read."""
        if name not in self._held:
            self._held[name] = _bytes(self.folder / name, most)
        return self._held[name]

    def scenarios(self) -> dict[str, bytes]:
        """Return the files of the scenarios by their path within the pack, in the order of their names."""
        if self._scenarios is None:
            found = [path for path in self.folder.joinpath(SCENARIOS).glob("*") if is_scenario(path.name)]
            self._scenarios = sorted(path.relative_to(self.folder).as_posix() for path in found if path.is_file())
        return {name: self.read(name, LARGEST_SCENARIO) for name in self._scenarios}

    def hash(self, names: Iterable[str]) -> str:
        """Return the SHA-256 of files and of all scenarios, made once; then only the scenarios are held."""
        if not self._digest:
            digest, kept = hashlib.sha256(), self.scenarios()
            for name in sorted({*names, *kept}):
                digest.update(name.encode())
                digest.update(self.read(name))
            self._digest, self._held = digest.hexdigest(), kept
        return self._digest


def is_scenario(name: str) -> bool:
    """Say whether a file is a scenario's by its name."""
    return name.lower().endswith(ENDINGS)


def read_bytes(path: Path, largest: int = LARGEST_BESIDE) -> bytes:
    """Return the bytes of a file beside the pack, the same within `reading_once`.

    Raises AirshedError where it cannot be read, and for more bytes than the largest.
    """
    seen = _seen.get()
    found = seen.get(path) if seen is not None else None
    if found is None:
        found = _bytes(path, largest)
        if len(found) > largest:
            most = largest // MEGABYTE
            raise AirshedError("holds-more-than-mb", path=path, most=most)
    if seen is not None:
        seen[path] = found
    return found


def read_beside() -> bool:
    """Return whether files beside the pack were read within `reading_once`."""
    return bool(_seen.get())


def is_file(path: Path) -> bool:
    """Return whether a path is that of a file; one that is too long for the system is that of none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _bytes(path: Path, most: int) -> bytes:
    """Return the bytes of a file; of more than `most` only one more."""
    try:
        with path.open("rb") as handle:
            return handle.read(most + 1)
    except OSError as why:
        raise AirshedError("cannot-read-name-file", path=path, strerror=why.strerror) from None


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
