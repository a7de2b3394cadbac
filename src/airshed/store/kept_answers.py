"""Answers kept in a folder by the hash of all that they depend on: bounded, least used first out, never half written.

An entry is a file of its own, named by its key, that begins with the SHA-256 of the rest. It is written beside and
renamed, so that whoever ends the process leaves the old entry or the new one; one that was damaged is none.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

LIMIT = 64_000_000
"""Bytes that a folder holds."""
ENDING, BESIDE = ".answer", ".part"
"""How the names of entries end, and of those that are being written."""
LEFT_BEHIND = 3600.0
"""Seconds after which a file that was being written is one that its writer left behind."""
DIGEST = hashlib.sha256().digest_size
LEVEL = 1
"""Of zlib: texts shrink to a fifth at no time worth counting."""


def key_of(*parts: Any) -> str:
    """Return the key of an answer: the SHA-256 of all that it depends on; parts : what JSON can hold.

    >>> key_of("a", 1) == key_of("a", 1) and key_of("a", "1") != key_of("a", 1)
    True
    """
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class KeptAnswers:
    """A folder of answers, shared by all processes of one user; a folder that cannot be used keeps nothing.

    limit : bytes of all entries as they lie on the disk; clock : seconds since 1970, by which the least used are told
    """

    def __init__(self, folder: Path, limit: int = LIMIT, clock: Callable[[], float] = time.time) -> None:
        self.folder, self.limit = folder, limit
        self._clock = clock

    def get(self, key: str) -> bytes | None:
        """Return what is kept under a key, and note that it was used; None for nothing, or for what was damaged.

        key : as `key_of` makes it
        """
        path = self._path(key)
        try:
            held = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(held[DIGEST:]).digest() != held[:DIGEST]:
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path, (self._clock(),) * 2)
        return zlib.decompress(held[DIGEST:])

    def put(self, key: str, content: bytes) -> None:
        """Keep something under a key, and drop what was not used for the longest time where that takes its room."""
        packed = zlib.compress(content, LEVEL)
        held = hashlib.sha256(packed).digest() + packed
        if len(held) > self.limit:
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self._path(key), held)
            self._drop()

    def _write(self, path: Path, held: bytes) -> None:
        handle, name = tempfile.mkstemp(suffix=BESIDE, dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(held)
            os.utime(name, (self._clock(),) * 2)
            os.replace(name, path)  # noqa: PTH105  # the name of a file that was made is a text
        except BaseException:
            with suppress(OSError):
                os.unlink(name)  # noqa: PTH108  # as above
            raise

    def _drop(self) -> None:
        """Drop the least lately used until the rest keeps to the limit, and what writers left behind."""
        found: list[tuple[float, int, str]] = []
        with os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # another process dropped it
                    status = entry.stat()
                    if entry.name.endswith(ENDING):
                        found.append((status.st_mtime, status.st_size, entry.path))
                    elif entry.name.endswith(BESIDE) and self._clock() - status.st_mtime > LEFT_BEHIND:
                        Path(entry.path).unlink()
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self.limit:
                break
            Path(path).unlink(missing_ok=True)
            total -= size

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{ENDING}"
