"""A chart as a file: SVG, PNG, a page that needs no network, or its Vega-Lite spec."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from airshed.charts.render import Form, drawers
from airshed.pack.errors import AirshedError
from airshed.pack.letters import cleaned


def save_chart(chart: Any, path: str | Path) -> None:
    """Write a chart in the form that the name of the file ends with: .svg, .png, .html or .json.

    Raises AirshedError for any other name, for a chart that cannot be drawn, and for a folder that is not there or
    cannot be written to.
    """
    target = Path(path)
    make = FORMS.get(target.suffix.lower())
    if make is None:
        raise AirshedError("no-name-chart", name=target.name, forms=", ".join(FORMS))
    content = make(chart.to_dict(validate=False))
    try:
        target.write_bytes(content)
    except OSError as why:
        raise AirshedError("cannot-written-name-file", target=target, strerror=why.strerror) from why


def _drawn(form: Form, spec: dict[str, Any]) -> bytes:
    return drawers().ask(form, spec)


def _json(spec: dict[str, Any]) -> bytes:
    return json.dumps(cleaned(spec), ensure_ascii=False, indent=1).encode()


FORMS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    ".svg": partial(_drawn, "svg"),
    ".png": partial(_drawn, "png"),
    ".html": partial(_drawn, "html"),
    ".json": _json,
}
