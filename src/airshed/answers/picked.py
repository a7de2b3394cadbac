"""A part of an answer by its name: a table, a chart, and what its JSON holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from airshed.answers.answer import Content, Panel, Sheet
from airshed.answers.cells import records
from airshed.pack.codes import unknown


def sheet_of(content: Content, name: str | None) -> Sheet:
    """Return the sheet of that name, the first without one; raises AirshedError for a name that is not known."""
    names = [sheet.name for sheet in content.sheets]
    if name and name not in names:
        raise unknown("table", name, names)
    return content.sheet(name) if name else content.sheets[0]


def panel_of(content: Content, name: str | None) -> Panel:
    """Return the chart of that name, the first without one; raises AirshedError for a name that is not known."""
    names = [panel.figure.id for panel in content.panels]
    if not names or (name and name not in names):
        raise unknown("chart", name or "", names or ["none on this page"])
    return next(panel for panel in content.panels if panel.figure.id == (name or names[0]))


def sheets_of(content: Content, table: str | None) -> list[Sheet]:
    """Return what a command shows: the table that is named, else those that are shown together or the first."""
    if table or not content.joined:
        return [sheet_of(content, table)]
    return [content.sheet(name) for name in content.joined]


def joined(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """Return the rows of tables as one flat list: `part` says of which, and what a table does not have is empty."""
    rows = {sheet.name: records(sheet.rows) for sheet in sheets}
    if len(rows) == 1:
        return next(iter(rows.values()))
    fields = ["part", *dict.fromkeys(str(name) for sheet in sheets for name in sheet.rows)]
    return [{**dict.fromkeys(fields), "part": part, **row} for part, held in rows.items() for row in held]


def document_of(content: Content, table: str | None) -> Any:
    """Return what the JSON of an answer holds: its document, or the rows of the table that is named or stands first."""
    if content.document is not None and not table:
        return content.document
    return records(sheet_of(content, table).rows)
