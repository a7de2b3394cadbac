"""What runs in a process that draws charts: questions on standard input, pictures on standard output.

A question is a head (a number and the count of bytes that follow) and the JSON of its form and spec. It is answered
by a byte that says that it was read, then by a head that says whether it could be drawn, and the picture or the
complaint. The process ends with the questions, so that it does not outlive who asks; the system ends one that draws for
longer than it may (`LIMIT`), even if nobody is left to do it.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from airshed.charts.theme import FONT, FONT_STACK

HEAD = struct.Struct(">II")
READ = b"\x06"
ANSWERED, REFUSED = 0, 1
LIMIT = 60.0
"""Seconds that one chart may take."""
GRACE = 10
"""Seconds more until the system ends a process that nobody ended."""
SCALE = 2.0
"""Pixels of a PNG per pixel of the chart."""


def svg(spec: dict[str, Any]) -> str:
    """Return a Vega-Lite spec as SVG text, with the font stack of the page in the place of the generic font."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(spec)
    return drawn.replace(f'font-family="{FONT}"', f'font-family="{FONT_STACK}"')


def _png(spec: dict[str, Any]) -> bytes:
    import vl_convert

    png: bytes = vl_convert.svg_to_png(svg(spec), scale=SCALE)
    return png


def _html(spec: dict[str, Any]) -> bytes:
    import vl_convert

    config = {key: value for key, value in spec.get("config", {}).items() if value != FONT}
    page: str = vl_convert.vegalite_to_html({**spec, "config": {**config, "font": FONT_STACK}}, bundle=True)
    return page.encode()


def _script(snippet: str) -> bytes:
    import vl_convert

    return str(vl_convert.javascript_bundle(snippet)).encode()


FORMS: dict[str, Callable[[Any], bytes]] = {
    "svg": lambda spec: svg(spec).encode(),
    "png": _png,
    "html": _html,
    "script": _script,
}


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer questions until there are none."""
    alarm = getattr(signal, "alarm", None)
    while len(head := questions.read(HEAD.size)) == HEAD.size:
        form, spec = json.loads(questions.read(HEAD.unpack(head)[1]))
        answers.write(READ)
        answers.flush()
        if alarm:
            alarm(int(LIMIT) + GRACE)
        try:
            state, answer = ANSWERED, FORMS[form](spec)
        except Exception as why:
            state, answer = REFUSED, str(why).partition("\n    at ")[0].replace("\n", " ")[:500].encode()
        if alarm:
            alarm(0)
        answers.write(HEAD.pack(state, len(answer)) + answer)
        answers.flush()


def main() -> None:
    """Draw an empty chart, to be ready for the first one, then what is asked; what else is printed is a complaint."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    svg({"data": {"values": []}, "mark": "bar"})
    serve(sys.stdin.buffer, answers)
