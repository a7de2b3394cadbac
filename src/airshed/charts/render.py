"""Charts as SVG, PNG or a page, without a browser and without the network, drawn in processes beside this one.

vl-convert holds the interpreter while it draws, and ends its process where a spec is beyond it. So it is loaded in
processes of their own alone: they start when the first chart is asked for, two at most, and one that dies or takes too
long costs the chart that it drew, and is replaced. `airshed.charts.drawing` is what runs in them.
"""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from airshed.charts.drawing import ANSWERED, HEAD, LIMIT, READ
from airshed.pack.errors import AirshedError
from airshed.pack.letters import NEVER, REPLACEMENT, cleaned

Form = Literal["svg", "png", "html", "script"]
MOST = 2
"""Processes that draw at a time."""
TRIES = 3
"""Processes that a chart is handed to, where they end before they read it."""
FAREWELL = 2.0
"""Seconds that a process has to end by itself."""
CHILD = "import sys; sys.path += {places!r}; from airshed.charts.drawing import main; main()"
ESCAPED = ("\\u00", "\\ud", "\\ufff", "\\b", "\\f")
"""How JSON writes what no text may hold; other texts hold these as well, so that a spec with one is looked at."""
log = logging.getLogger(__name__)
BEYOND = re.compile("[\U00010000-\U0010ffff]")
CUT = ("svg", "png")
"""Forms for which the library shortens labels: it cuts a letter beyond U+FFFF in half, and then draws nothing."""


class DrawingError(AirshedError):
    """A chart could not be drawn; the next one can."""


def to_svg(spec: dict[str, Any]) -> str:
    """Return a Vega-Lite spec as SVG text, with the font stack of the page in the place of the generic font.

    Raises DrawingError where it cannot be drawn.
    """
    return drawers().ask("svg", spec).decode()


def command() -> Sequence[str]:
    """Return the command that starts a drawing process.

    It is isolated (-I): neither the working directory nor PYTHONPATH has a say in what it loads. Where airshed and
    vl-convert lie is handed over, behind the folders of Python itself.
    """
    found = [spec.origin for name in ("airshed", "vl_convert") if (spec := find_spec(name)) and spec.origin]
    places = list(dict.fromkeys(str(Path(origin).resolve().parents[1]) for origin in found))
    return [sys.executable, "-I", "-c", CHILD.format(places=places)]


class _UnreadError(Exception):
    """A process ended before it read its question."""


class _Process:
    """One process that draws charts one after the other."""

    def __init__(self) -> None:
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the process)
        self._process = subprocess.Popen(
            command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints
        )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def id(self) -> int:
        return self._process.pid

    def answer(self, question: bytes, seconds: float) -> bytes:
        """Return a picture; raises DrawingError where the process refuses, dies or takes longer than some seconds."""
        watch = threading.Timer(seconds, self._process.kill)
        watch.daemon = True
        watch.start()
        try:
            self._hand_over(question)
            state, answer = self._picture()
        except (OSError, EOFError, _UnreadError) as why:
            late = not watch.is_alive()
            words = self.close()
            if late:
                raise DrawingError("chart-took-longer-than-seconds", seconds=f"{seconds:g}") from None
            log.warning("the drawing process ended with %s: %s", self._process.returncode, words)
            if isinstance(why, _UnreadError):
                raise
            raise DrawingError("chart-could-not-drawn-process") from None
        finally:
            watch.cancel()
        if state != ANSWERED:
            raise DrawingError("chart-could-not-drawn", answer=answer.decode())
        return answer

    def _hand_over(self, question: bytes) -> None:
        """Send a question; raises _UnreadError where nobody reads it."""
        questions, answers = self._process.stdin, self._process.stdout
        read = b""
        if questions is not None and answers is not None:
            with suppress(OSError):
                questions.write(HEAD.pack(ANSWERED, len(question)) + question)
                questions.flush()
                read = answers.read(len(READ))
        if read != READ:
            raise _UnreadError

    def _picture(self) -> tuple[int, bytes]:
        """Return whether a question could be drawn, and its picture; raises EOFError where the process ends."""
        head = self._read(HEAD.size)
        state, size = HEAD.unpack(head)
        return state, self._read(size)

    def _read(self, size: int) -> bytes:
        found = b"" if self._process.stdout is None else self._process.stdout.read(size)
        if len(found) < size:
            raise EOFError
        return found

    def kill(self) -> None:
        """End the process at once; who waits for its picture learns of it."""
        self._process.kill()

    def close(self) -> str:
        """End the process, by the end of its questions, else by force; return the last of its complaints."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with self._complaints as complaints:
            complaints.seek(0)
            return complaints.read().decode("utf-8", "replace").strip()[-500:]


REMEDY = "ask again; if it stays, ask for the table or the .vl of the chart"


class Drawers:
    """The processes that draw: started on demand, replaced when they end, closed together."""

    def __init__(self, most: int = MOST, seconds: float = LIMIT) -> None:
        self._most, self._seconds = most, seconds
        self._idle: deque[_Process] = deque()
        self._busy: set[_Process] = set()
        self._changed = threading.Condition()
        self._drawn = self._failed = 0
        self._owner = os.getpid()

    def start(self) -> None:
        """Start a process, so that it is ready when the first chart comes."""
        self._put(self._take())

    def ask(self, form: Form, spec: dict[str, Any] | str) -> bytes:
        """Return a spec drawn in a form, cleaned of letters that no picture can show; waits for a free process.

        Raises DrawingError where it cannot be drawn.
        """
        question = written(form, spec)
        for _ in range(TRIES):
            with suppress(_UnreadError):
                return self._ask(question)
        raise DrawingError("process-draws-charts-cannot-started")

    def _ask(self, question: bytes) -> bytes:
        process = self._take()
        self._failed += 1
        try:
            picture = process.answer(question, self._seconds)
            self._failed, self._drawn = self._failed - 1, self._drawn + 1
            return picture
        finally:
            self._put(process)

    def _take(self) -> _Process:
        """Return a process for the caller alone: an idle one that lives, else a new one."""
        with self._changed:
            while True:
                while self._idle:
                    process = self._idle.pop()
                    if process.alive:
                        self._busy.add(process)
                        return process
                    process.close()
                if len(self._busy) < self._most:
                    process = _Process()
                    self._busy.add(process)
                    return process
                self._changed.wait()

    def _put(self, process: _Process) -> None:
        """Give a process back; one that ended is forgotten."""
        with self._changed:
            if process in self._busy:
                self._busy.remove(process)
                if process.alive:
                    self._idle.append(process)
            self._changed.notify()

    def status(self) -> dict[str, int]:
        """Return how many processes there are, and how many charts they drew and failed to draw."""
        with self._changed:
            held = len(self._busy) + len(self._idle)
        return {"entries": held, "limit": self._most, "drawn": self._drawn, "failed": self._failed}

    def close(self) -> None:
        """End all processes; a chart that is being drawn fails. A copy of this process leaves them alone."""
        if os.getpid() != self._owner:
            return
        with self._changed:
            idle, busy = list(self._idle), list(self._busy)
            self._idle.clear()
            self._busy.clear()
        for process in busy:
            process.kill()
        for process in idle:
            process.close()


def written(form: Form, spec: dict[str, Any] | str) -> bytes:
    """Return the question for a drawing process: a spec, cleaned where it holds what no picture can show."""
    text = json.dumps([form, spec], ensure_ascii=False)
    if NEVER.search(text) or any(mark in text for mark in ESCAPED):
        text = json.dumps([form, cleaned(spec)], ensure_ascii=False)
    if form in CUT:
        text = BEYOND.sub(REPLACEMENT, text)
    return text.encode()


@cache
def _of_process(owner: int) -> Drawers:
    import atexit

    made = Drawers()
    atexit.register(made.close)
    return made


def drawers() -> Drawers:
    """Return the drawing processes of this process, made when first asked for; a forked copy has its own."""
    return _of_process(os.getpid())


class Drawer:
    """Charts that are drawn while this process goes on with its work; to be used in a `with` block."""

    def __init__(self) -> None:
        self._asking = ThreadPoolExecutor(max_workers=1)
        self._asking.submit(drawers().start)

    def __enter__(self) -> Drawer:
        return self

    def __exit__(self, *_: object) -> None:
        self._asking.shutdown(cancel_futures=True)

    def draw(self, chart: Any) -> Future[str]:
        """Ask for a chart; the result is its SVG."""
        return self._asking.submit(to_svg, chart.to_dict(validate=False))
