"""Answers of commands kept from one call to the next: what was printed, by all that it depends on.

An answer is a function of the pack and the question. It is found again by the words of the call, the terminal and the
program, and shown only where the files of the pack still have the hash of those that it was made from. Calls that write
files, read files beside the pack or ask other machines are not kept.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import airshed
from airshed.pack.contents import Contents, read_beside
from airshed.pack.errors import AirshedError
from airshed.store.kept_answers import KeptAnswers, key_of

if TYPE_CHECKING:
    from airshed.pack.pack import Pack

SETTING, OFF = "AIRSHED_CACHE", "off"
"""The variable that names the folder of the answers, and what it says where none are kept."""
FORMAT = 1
"""Of an entry: another one is that of another program."""
OUT, ERROR = "out", "error"
SHOWING = ("COLUMNS", "LINES", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
"""Variables that say how a table is drawn."""
COMPUTING = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Variables that may move the last digit."""
PARTS = str.maketrans("=,+", "   ")
"""Letters between what may be the names of files in a word."""


@dataclass
class KeptCall:
    """A call of a command, and what it printed so far: where (OUT or ERROR), and which text."""

    answers: KeptAnswers
    key: str
    pack: Path
    said: list[tuple[str, str]] = field(default_factory=list)

    def replay(self) -> bool:
        """Print what the same call printed on the same files; says whether there was such an answer."""
        held = self.answers.get(self.key)
        if held is None:
            return False
        entry = json.loads(held)
        try:
            now = Contents(self.pack).hash(entry["files"])
        except AirshedError:
            return False
        if now != entry["hash"]:
            return False
        for where, text in entry["said"]:
            stream = sys.stdout if where == OUT else sys.stderr
            stream.write(text)
            stream.flush()
        return True

    def keep(self, pack: Pack) -> None:
        """Keep what was printed, with the hash of the files as they were read."""
        entry = {"files": pack.descriptor.files, "hash": pack.hash(), "said": self.said}
        self.answers.put(self.key, json.dumps(entry).encode())


_call: ContextVar[KeptCall | None] = ContextVar("airshed_call", default=None)


@contextmanager
def keeping(words: Sequence[str]) -> Iterator[KeptCall | None]:
    """Note what a call prints inside the block, so that `keep` can keep it; gives None where it is not to be kept.

    words : of the call, global options in front
    """
    token = _call.set(_call_of(words))
    try:
        yield _call.get()
    finally:
        _call.reset(token)


def note(where: str, text: str) -> None:
    """Note a text that is printed; where : OUT or ERROR."""
    call = _call.get()
    if call is not None:
        call.said.append((where, text))


def keep(pack: Pack) -> None:
    """Keep what was printed as the answer of this call, unless a file beside the pack was read for it."""
    call = _call.get()
    if call is not None and not read_beside() and not pack.contents.beside:
        call.keep(pack)


def folder() -> Path | None:
    """Return the folder of the answers: the one that AIRSHED_CACHE names, else in the user's cache; None for `off`."""
    named = os.environ.get(SETTING, "")
    if named.lower() == OFF:
        return None
    if named:
        return Path(named)
    with suppress(RuntimeError):  # a user without a home
        usual = {"darwin": Path.home() / "Library" / "Caches", "win32": Path.home() / "AppData" / "Local"}
        above = os.environ.get("XDG_CACHE_HOME") or usual.get(sys.platform) or Path.home() / ".cache"
        return Path(above) / "airshed"
    return None


def _call_of(words: Sequence[str]) -> KeptCall | None:
    """Return a call that may be kept, None for one that may read a file beside the pack, and where none are kept."""
    where = folder()
    named, rest = _split(words)
    if where is None or "--debug" in rest or any(_may_be_a_file(word) for word in rest):
        return None
    pack = (Path(named) if named else _package() / "packs" / "northeast_asia").absolute()
    asked = [FORMAT, airshed.__version__, program(), str(pack), list(rest), _screen()]
    asked.append({name: os.environ.get(name) for name in (*SHOWING, *COMPUTING)})
    return KeptCall(KeptAnswers(where), key_of(*asked), pack)


def _split(words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the folder of the pack that a call names, the last one, and all other words."""
    named, pending = "", list(words)
    rest: list[str] = []
    while pending:
        word = pending.pop(0)
        if word == "--":
            return named, [*rest, word, *pending]
        if word == "--pack" and pending:
            named = pending.pop(0)
        elif word.startswith("--pack="):
            named = word.partition("=")[2]
        else:
            rest.append(word)
    return named, rest


def _may_be_a_file(word: str) -> bool:
    """Return whether a word, or a part of it, is a path or the name of something that lies here."""
    parts = word.translate(PARTS).split() or [word]
    return os.sep in word or any(os.path.lexists(part) for part in (word, *parts))


def _package() -> Path:
    return Path(airshed.__file__).parent


def program() -> list[Any]:
    """Return what stands for the program: Python, its files as they lie here, and the folders of what it uses."""
    lying: list[Any] = [sys.version, platform.machine()]
    for path in sys.path:
        if Path(path).name in ("site-packages", "dist-packages"):
            with suppress(OSError):
                lying.append([path, os.stat(path).st_mtime_ns])  # noqa: PTH116  # one call less for each
    waiting = [str(_package())]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting += [] if entry.name in ("__pycache__", "packs") else [entry.path]
                else:
                    status = entry.stat()
                    lying.append([entry.path, status.st_size, status.st_mtime_ns])
    return sorted(lying, key=str)


def _screen() -> list[Any]:
    """Return what decides how a table is drawn: whether there is a terminal, its letters, and its size."""
    sizes = []
    for number in range(3):
        with suppress(OSError, ValueError):
            sizes.append(list(os.get_terminal_size(number)))
    return [sys.stdout.isatty(), sys.stderr.isatty(), str(sys.stdout.encoding), sizes]
