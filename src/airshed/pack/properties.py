"""Properties of datapackage.json that are neither read nor known to Frictionless: most often one that is misspelled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

COMMON = ("$schema", "name", "title", "description", "profile", "licenses", "sources", "missingValues")
PACKAGE = (
    *(*COMMON, "title_ko", "title_zh", "version", "base_year", "baseline", "transport", "hindcast", "defaults"),
    *("resources", "id", "homepage", "created", "keywords", "contributors", "image"),
)
"""What a package may say: what is read here, and what Frictionless defines beside it."""
RESOURCE = (
    *(*COMMON, "title_ko", "title_zh", "path", "table", "constants", "format", "mediatype", "encoding", "schema"),
    *("dialect", "compression", "scheme", "homepage", "type", "bytes", "hash", "extrapaths"),
    *("data", "layout", "control", "query", "innerpath", "pipeline"),
)
"""The same of a resource; the last are refused elsewhere."""


def unknown_properties(raw: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Go through the properties that nobody reads: place in the descriptor, name, and the one that may be meant.

    raw : the parsed descriptor, whose resources are objects with a name
    """
    yield from _unknown(raw, PACKAGE, "")
    for entry in raw["resources"]:
        yield from _unknown(entry, RESOURCE, f"resources.{entry['name']}.")


def _unknown(held: Mapping[str, Any], known: tuple[str, ...], place: str) -> Iterator[tuple[str, str, str]]:
    for name in held:
        if name not in known:
            close = get_close_matches(name.casefold(), known, n=1)
            yield f"{place}{name}", name, close[0] if close else ", ".join(known)
