"""Charts as SVG, without a browser and without the network.

vl-convert holds the interpreter while it draws, so many charts are drawn in a process of their own: this module, run
with `python -m airshed.charts.render`, turns lines of JSON on standard input into lines of JSON on standard output.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from airshed.charts.theme import FONT, FONT_STACK


def to_svg(spec: dict[str, Any]) -> str:
    """Return a Vega-Lite spec as SVG text, with the font stack of the page in the place of the generic font."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(spec)
    return svg.replace(f'font-family="{FONT}"', f'font-family="{FONT_STACK}"')


def draw(charts: Mapping[str, Any]) -> Future[dict[str, str]]:
    """Start to draw charts in another process; the result gives their SVG by name."""
    lines = [json.dumps({"name": name, "spec": chart.to_dict(validate=False)}) for name, chart in charts.items()]
    executor = ThreadPoolExecutor(max_workers=1)
    future = executor.submit(_draw_elsewhere, "\n".join(lines))
    executor.shutdown(wait=False)
    return future


def _draw_elsewhere(lines: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "airshed.charts.render"], input=lines, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"the charts could not be drawn: {done.stderr.strip()[-500:]}")
    return {item["name"]: item["svg"] for item in map(json.loads, done.stdout.splitlines())}


def main() -> None:
    """Draw the specs of standard input, a line each."""
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    for line in sys.stdin:
        item = json.loads(line)
        print(json.dumps({"name": item["name"], "svg": to_svg(item["spec"])}))


if __name__ == "__main__":
    main()
