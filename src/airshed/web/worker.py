"""The process beside the server in which questions are computed: it opens the pack itself and sends every answer.

Run by `airshed.web.processes`, which ends it when its computation is not wanted any more. It ends by itself when the
server does, however that ended: its pipe is closed then.
"""

from __future__ import annotations

import io
import logging
import os
import pickle
import queue
import signal
import threading
import time
import traceback
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from airshed.pack.boundaries import Boundaries
from airshed.pack.errors import AirshedError
from airshed.pack.names import Named
from airshed.pack.pack import Pack, open_pack
from airshed.pack.progress import CancelledError, Track, listening

BETWEEN_STEPS = 0.1
"""Seconds between two words on how far a computation is."""
PACK = "pack"
"""What stands for the pack in what is sent: each process has its own."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Setup:
    """What a worker is started with: the pack by folder and hash of its tables, areas of its regions, its names."""

    path: str
    digest: str
    boundaries: Boundaries | None = None
    names: tuple[Named, ...] = ()


def packed(message: Any, pack: Pack | None) -> bytes:
    """Return a message as bytes, the pack left out."""
    buffer = io.BytesIO()
    _Packer(buffer, pack).dump(message)
    return buffer.getvalue()


def unpacked(data: bytes, pack: Pack | None) -> Any:
    """Return a message, with the pack of this process in its place."""
    return _Unpacker(io.BytesIO(data), pack).load()


class _Packer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, pack: Pack | None) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._pack = pack

    def persistent_id(self, item: object) -> str | None:
        return PACK if self._pack is not None and item is self._pack else None


class _Unpacker(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, pack: Pack | None) -> None:
        super().__init__(file)
        self._pack = pack

    def persistent_load(self, _: str) -> Pack | None:
        return self._pack


def opened(setup: Setup) -> Pack:
    """Return the pack; raises AirshedError if its files are not what the server has read."""
    try:
        pack = open_pack(setup.path)
        pack = pack.named(setup.names) if setup.names else pack
        if pack.hash() == setup.digest:
            return pack
    except AirshedError as why:
        log.warning("%s", why)
    raise AirshedError("files-pack-changed-since-server")


class Teller:
    """Says to the server what is computed, and hears from it whether that is still wanted."""

    def __init__(self, pipe: Connection, pack: Pack) -> None:
        self._pipe, self._pack, self._track = pipe, pack, Track()
        self._next = 0.0
        self._one_at_a_time = threading.Lock()
        self.unwanted = threading.Event()

    def say(self, *message: Any) -> None:
        """Send a message."""
        data = packed(message, self._pack)
        with self._one_at_a_time:
            self._pipe.send_bytes(data)

    def begin(self) -> None:
        """Begin with another order."""
        self._track, self._next = Track(), 0.0

    def told(self, stage: str, done: int, total: int) -> None:
        """Say how far it is, not more often than anybody looks."""
        progress = self._track.move(stage, done, total)
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + BETWEEN_STEPS
            self.say("moved", stage, progress)
        self.check()

    def check(self) -> None:
        """End the computation if it is not wanted any more."""
        if self.unwanted.is_set():
            raise CancelledError

    def answered(self, key: Hashable, answer: object) -> None:
        """Send an answer of the desk."""
        self.say("answer", key, answer)


def serve(orders: Connection, answers: Connection) -> None:
    """Compute what is ordered, until the server is gone."""
    from airshed.web.desk import Desk
    from airshed.web.jobs import inside
    from airshed.web.order import fulfil

    try:
        setup = pickle.loads(orders.recv_bytes())
        pack = opened(setup)
    except Exception as why:
        answers.send_bytes(packed(("failed", sendable(why)), None))
        return
    teller = Teller(answers, pack)
    desk = Desk(pack, None, boundaries=setup.boundaries)
    desk.made = teller.answered
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(orders, waiting, teller), daemon=True).start()
    inside.set(True)
    teller.say("ready")
    while True:
        order = waiting.get()
        teller.begin()
        try:
            with listening(teller):
                fulfil(order, desk)
        except Exception as why:
            teller.say("failed", sendable(why))
        else:
            teller.say("done")


def _listen(orders: Connection, waiting: queue.SimpleQueue[Any], teller: Teller) -> None:
    """Take orders, and None for the one that is not wanted any more; end with the server."""
    with suppress(EOFError, OSError):
        while True:
            order = pickle.loads(orders.recv_bytes())
            if order is None:
                teller.unwanted.set()
            else:
                teller.unwanted.clear()
                waiting.put(order)
    os._exit(0)


def sendable(why: Exception) -> Exception:
    """Return an error as it can be sent, with the place of a failure; one that cannot be sent is told in its words."""
    if not isinstance(why, AirshedError | CancelledError):
        why.add_note("".join(traceback.format_tb(why.__traceback__)))
    try:
        pickle.loads(pickle.dumps(why))
    except Exception:
        return RuntimeError(f"{type(why).__name__}: {why}")
    return why


def main() -> None:
    """Talk over standard input and output; what libraries print goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders, answers = Connection(os.dup(0), writable=False), Connection(os.dup(1), readable=False)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    with suppress(BrokenPipeError, EOFError):
        serve(orders, answers)
    os._exit(0)
