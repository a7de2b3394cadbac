"""Workers as the server sees them: processes that compute, told to stop, ended where they do not hear, and replaced."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import airshed
from airshed.pack.errors import AirshedError
from airshed.pack.progress import CancelledError
from airshed.web.desk import Desk
from airshed.web.jobs import Hearing
from airshed.web.order import Order
from airshed.web.worker import Setup, unpacked

LOOK = 0.1
"""Seconds between two looks whether a computation is still wanted."""
GRACE = 2.0
"""Seconds that a computation has to end by itself, at its next step; then its process is ended."""
BEGIN = "import sys; sys.path.append(sys.argv[1]); from airshed.web.worker import main; main()"


class LostError(AirshedError):
    """A worker ended before its answer was there."""


class Worker:
    """A process that computes for a desk; a fresh one takes the place of one that has ended."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._closed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False

    def open(self) -> None:
        """Start a process; it reads the pack while this one goes on."""
        with self._lock:
            if self._closed:
                raise CancelledError
            # -P: nothing in the working directory is taken for a module.
            words = [sys.executable, "-P", "-c", BEGIN, str(Path(airshed.__file__).parents[1])]
            process = self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a worker has no pipes")
        self._orders = Connection(os.dup(process.stdin.fileno()), readable=False)
        self._answers = Connection(os.dup(process.stdout.fileno()), writable=False)
        process.stdin.close()
        process.stdout.close()
        self._ready = False
        pack = self._desk.pack
        self._send(Setup(str(pack.path), self._desk.hash, self._desk.boundaries, pack.names))

    def compute(self, order: Order, hearing: Hearing) -> Any:
        """Compute what an order needs; the desk keeps the answers as they come.

        Raises what the order raises, CancelledError where the hearing says so, LostError where the process ended.
        """
        if self._process is None or self._process.poll() is not None:
            self.open()
        sent, deadline = False, float("inf")
        while True:
            try:
                if self._ready and not sent:
                    self._send(order)
                    sent = True
                if self._answers.poll(LOOK) and self._heard(hearing):
                    return None
            except (EOFError, OSError):
                raise self._lost() from None
            try:
                hearing.check()
            except CancelledError:
                if not sent:
                    raise
                if deadline == float("inf"):
                    deadline = time.monotonic() + GRACE
                    self._send(None)
                if time.monotonic() > deadline:
                    self._end()
                    raise

    def _heard(self, hearing: Hearing) -> bool:
        """Take what the process says; return whether the order is done."""
        kind, *said = unpacked(self._answers.recv_bytes(), self._desk.pack)
        if kind == "ready":
            self._ready = True
        elif kind == "moved":
            hearing.moved(*said)
        elif kind == "answer":
            self._desk.keep(*said)
        elif kind == "failed":
            if not self._ready:
                self._end()
            raise said[0]
        return bool(kind == "done")

    def _send(self, message: Any) -> None:
        # A process that has ended is noticed where its answers are read.
        with suppress(OSError):
            self._orders.send_bytes(pickle.dumps(message))

    def _lost(self) -> Exception:
        """Return the error of a process that ended by itself."""
        code = self._end()
        if self._closed:
            return CancelledError()
        return LostError("process-computed-ended-before-answer", code=code)

    def _end(self) -> int | None:
        """End the process, and return how it ended."""
        process = self._process
        if process is None:
            return None
        process.kill()
        self._orders.close()
        self._answers.close()
        return process.wait()

    def close(self) -> None:
        """End the process for good."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()
                self._process.wait()
