"""Pages that stand by themselves: their templates, and pictures inside them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Picture:
    """A figure as it stands in the page."""

    uri: str
    alt: str
    caption: str


def environment(translate: Any, package: str) -> Any:
    """Return the environment of the templates of a package, whose messages are in one language; text is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.globals["_"] = translate
    return made


def data_uri(svg: str) -> str:
    """Return a picture as an address that holds it."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
