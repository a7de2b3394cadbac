"""A chart as a file: SVG, PNG, a page that needs no network, or its Vega-Lite spec."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from airshed.charts.render import to_svg
from airshed.charts.theme import FONT, FONT_STACK
from airshed.pack.errors import AirshedError

SCALE = 2.0
"""Pixels of a PNG per pixel of the chart."""


def save_chart(chart: Any, path: str | Path) -> None:
    """Write a chart in the form that the name of the file ends with: .svg, .png, .html or .json.

    Raises AirshedError for any other name, and for a folder that is not there or cannot be written to.
    """
    target = Path(path)
    make = FORMS.get(target.suffix.lower())
    if make is None:
        raise AirshedError(f"{target.name} is no name for a chart", f"let it end with one of: {', '.join(FORMS)}")
    content = make(chart.to_dict(validate=False))
    try:
        target.write_bytes(content)
    except OSError as why:
        raise AirshedError(f"{target} cannot be written: {why.strerror}", "name a file in a folder that can") from why


def _png(spec: dict[str, Any]) -> bytes:
    import vl_convert

    png: bytes = vl_convert.svg_to_png(to_svg(spec), scale=SCALE)
    return png


def _html(spec: dict[str, Any]) -> bytes:
    import vl_convert

    config = {key: value for key, value in spec.get("config", {}).items() if value != FONT}
    page: str = vl_convert.vegalite_to_html({**spec, "config": {**config, "font": FONT_STACK}}, bundle=True)
    return page.encode()


def _json(spec: dict[str, Any]) -> bytes:
    return json.dumps(spec, ensure_ascii=False, indent=1).encode()


FORMS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    ".svg": lambda spec: to_svg(spec).encode(),
    ".png": _png,
    ".html": _html,
    ".json": _json,
}
