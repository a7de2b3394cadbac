"""The other forms of an answer: JSON, CSV, a zip of everything with its terms, and its charts as files."""

from __future__ import annotations

import codecs
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

import airshed
from airshed.answers.answer import Content, Panel
from airshed.answers.cells import clean
from airshed.answers.columns import CITING
from airshed.answers.picked import document_of, panel_of, sheet_of
from airshed.charts.save import FORMS as CHART_FORMS
from airshed.charts.theme import FONT_STACK
from airshed.pack.pack import Pack
from airshed.pack.sources import source_table
from airshed.pack.spreadsheet import csv_text, quoted
from airshed.web.cache import Rendered

JSON = "application/json"
MARKED = ("ko", "zh")
"""Languages whose CSV begins with a byte-order mark."""
EPOCH = (2000, 1, 1, 0, 0, 0)
"""The date of files in a zip, the same always, so that equal answers are equal files."""
TERMS = (
    "The code of airshed is Apache-2.0. The numbers are not: each stands under the terms of its sources, listed in\n"
    "sources.csv with licence and reuse. Numbers of non-commercial sources must not be used for business;\n"
    "not-stated means that no terms were found, so ask the publisher before passing numbers on.\n"
)


def dump(document: Any) -> bytes:
    """Return a document as JSON, in which what is missing is null."""
    return (json.dumps(_plain(document), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return clean(value)


def csv_of(rows: pd.DataFrame) -> bytes:
    """Return a table as CSV with every column as it is, in cells that no spreadsheet computes."""
    return csv_text(rows).encode()


def marked(data: bytes, language: str) -> bytes:
    """Return a CSV as Excel opens it: it takes UTF-8 for the code page of the machine unless a mark says what it is.

    >>> marked("국가".encode(), "ko")[:3].hex(), marked(b"region", "en")
    ('efbbbf', b'region')
    """
    return codecs.BOM_UTF8 + data if language in MARKED else data


def cited(frames: Iterable[pd.DataFrame]) -> list[str]:
    """Return the keys of the sources that tables name, in their order."""
    columns = [frame[name] for frame in frames for name in CITING if name in frame]
    if any("key" in frame and "licence" in frame for frame in frames):
        return []
    return list(dict.fromkeys(key for column in columns for text in column.unique() for key in str(text).split()))


def sources_of(pack: Pack, keys: Iterable[str]) -> pd.DataFrame:
    """Return the sources of those keys with title, publisher, year, address, licence and reuse."""
    table = pack.derive("source table", source_table).set_index("key", drop=False)
    known = [key for key in keys if key in table.index]
    return table.loc[known, ["key", "title", "publisher", "year", "address", "licence", "reuse"]].reset_index(drop=True)


def spec_of(panel: Panel) -> dict[str, Any]:
    """Return the Vega-Lite spec of a chart, with the fonts of the page."""
    spec: dict[str, Any] = panel.figure.chart.to_dict(validate=False)
    return {**spec, "config": {**spec.get("config", {}), "font": FONT_STACK}}


def citation(content: Content, pack: Pack, digest: str, url: str) -> str:
    """Return how an answer is cited."""
    held = f"{pack.descriptor.name} {pack.descriptor.version} ({digest[:12]})"
    return f"airshed {airshed.__version__}, pack {held}: {content.title}. {url}"


def archive(content: Content, pack: Pack, digest: str, url: str, language: str) -> bytes:
    """Return a zip with every table, what it answers, how to cite it, its sources and their terms."""
    sources = sources_of(pack, cited(sheet.rows for sheet in content.sheets))
    metadata = {
        "title": content.title,
        "address": url,
        "cite": citation(content, pack, digest, url),
        "command": " ".join(["airshed", *content.command]),
        "python": content.python,
        "equations": list(content.equations),
        "pack": {"name": pack.descriptor.name, "version": pack.descriptor.version, "sha256": digest},
        "airshed": airshed.__version__,
        "tables": {f"{sheet.name}.csv": sheet.title for sheet in content.sheets},
        "licences": sorted(set(sources["licence"])),
    }
    tables = {"sources.csv": quoted(sources)} | {f"{sheet.name}.csv": quoted(sheet.rows) for sheet in content.sheets}
    metadata["quoted_cells"] = {name: count for name, (_, count) in tables.items() if count}
    entries = {name: marked(csv_of(table), language) for name, (table, _) in tables.items()}
    entries = {**entries, "metadata.json": dump(metadata), "LICENCE.txt": TERMS.encode()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as held:
        for name, data in entries.items():
            held.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def written(
    form: str,
    content: Content,
    stem: str,
    pack: Pack,
    digest: str,
    url: str,
    table: str | None,
    chart: str | None,
    language: str,
) -> Rendered:
    """Return an answer in a form other than HTML."""
    if form == "zip":
        return Rendered(archive(content, pack, digest, url, language), "application/zip", f"{stem}.zip")
    if form == "csv":
        rows, count = quoted(sheet_of(content, table).rows)
        return Rendered(csv_of(rows), MEDIA[form], quoted=count)
    if form in ("svg", "png"):
        spec = panel_of(content, chart).figure.chart.to_dict(validate=False)
        return Rendered(CHART_FORMS[f".{form}"](spec), MEDIA[form])
    makers: dict[str, Callable[[], bytes]] = {
        "json": lambda: dump(document_of(content, table)),
        "vl": lambda: json.dumps(spec_of(panel_of(content, chart)), ensure_ascii=False).encode(),
    }
    return Rendered(makers[form](), MEDIA[form])


MEDIA = {
    "json": JSON,
    "csv": "text/csv; charset=utf-8",
    "vl": JSON,
    "svg": "image/svg+xml",
    "png": "image/png",
    "zip": "application/zip",
}
"""The forms besides HTML and their media types; vl is the Vega-Lite spec of a chart."""
