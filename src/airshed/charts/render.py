"""Charts as SVG, without a browser and without the network.

vl-convert holds the interpreter while it draws, so many charts are drawn in a process of their own: this module, run
with `python -m airshed.charts.render`. It draws an empty chart first, so that it is ready when the first one comes.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from airshed.charts.theme import FONT, FONT_STACK


def to_svg(spec: dict[str, Any]) -> str:
    """Return a Vega-Lite spec as SVG text, with the font stack of the page in the place of the generic font."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(spec)
    return svg.replace(f'font-family="{FONT}"', f'font-family="{FONT_STACK}"')


class Drawer:
    """A process that draws charts one after the other while this one goes on; to be used in a `with` block."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "airshed.charts.render"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self._asking = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Drawer:
        return self

    def __exit__(self, *_: object) -> None:
        self._asking.shutdown(cancel_futures=True)
        self._process.communicate()

    def draw(self, chart: Any) -> Future[str]:
        """Ask for a chart; the result is its SVG."""
        return self._asking.submit(self._ask, json.dumps(chart.to_dict(validate=False)))

    def _ask(self, line: str) -> str:
        questions, answers, complaints = self._process.stdin, self._process.stdout, self._process.stderr
        if questions is None or answers is None or complaints is None:
            raise RuntimeError("the drawing process has no pipes")
        try:
            questions.write(f"{line}\n")
            questions.flush()
            answer = answers.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise RuntimeError(f"the charts could not be drawn: {complaints.read().strip()[-500:]}")
        svg: str = json.loads(answer)
        return svg


def main() -> None:
    """Draw the specs of standard input, a line of JSON each, to lines of JSON on standard output."""
    for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8"):
        print(json.dumps(to_svg(json.loads(line))), flush=True)


if __name__ == "__main__":
    to_svg({"data": {"values": []}, "mark": "bar"})
    main()
