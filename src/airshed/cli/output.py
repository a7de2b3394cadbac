"""Rows on standard output as table, CSV or JSON; messages on standard error."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from airshed.answers.cells import clean, fixed, names, plain, records
from airshed.cli.keeping import ERROR, OUT, note
from airshed.cli.settings import Format
from airshed.pack.progress import clear
from airshed.pack.spreadsheet import harmless

__all__ = ["clean", "console", "fixed", "names", "plain", "print_json", "print_rows", "records", "say"]

Record = Mapping[str, Any]
WIDE = 200


def say(text: str) -> None:
    """Print a message on standard error."""
    clear()
    note(ERROR, f"{text}\n")
    print(text, file=sys.stderr, flush=True)


def steady() -> None:
    """Let standard output and error print a replacement for letters that they lack, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def reader_left(output: Any) -> bool:
    """Return whether nobody reads standard output any more, as behind `| head`; what is left then goes nowhere.

    output : as it was when the command began; a write that fails puts something else in its place
    """
    left = sys.stdout is not output
    with suppress(AttributeError, ValueError):  # closed from the start
        try:
            output.flush()
        except BrokenPipeError:
            left = True
    if left:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return left


def print_json(document: Any) -> None:
    """Print a document as JSON; letters that the stream lacks are escaped, so that all is read back as it was."""
    clear()
    unicode = str(sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(document, ensure_ascii=not unicode, indent=1, allow_nan=False, default=clean)
    _write(f"{text}\n")


def _write(text: str) -> None:
    """Print a text on standard output as it is."""
    note(OUT, text)
    sys.stdout.write(text)


def print_rows(
    rows: Sequence[Record],
    form: Format,
    *,
    columns: Sequence[str] = (),
    heads: Callable[[str], str] = str,
    cells: Mapping[str, Callable[[Any], str]] | None = None,
    spare: Sequence[str] = (),
) -> None:
    """Print records. JSON holds every field as it is, CSV in cells that no spreadsheet computes.

    The table shows `columns` with headings and rounded cells.
    columns : the fields of the table, all if empty; heads : gives the heading of a field, and translates what is said
    cells : how fields are shown; spare : fields that a table does without where the screen is too narrow for all, in
    this order; what is the same in all rows stands above it then
    """
    clear()
    if form == "json":
        print_json(list(rows))
    elif form == "csv":
        _print_csv(rows)
    else:
        _print_table(rows, columns or (list(rows[0]) if rows else []), heads, cells or {}, spare)


def _print_csv(rows: Sequence[Record]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if rows:
        fields = list(rows[0])
        writer.writerow(fields)
        writer.writerows([["" if row[field] is None else harmless(row[field]) for field in fields] for row in rows])
    _write(text.getvalue())


def _print_table(
    rows: Sequence[Record],
    columns: Sequence[str],
    heads: Callable[[str], str],
    cells: Mapping[str, Callable[[Any], str]],
    spare: Sequence[str],
) -> None:
    from airshed.cli.screen import columns_of, drawn, fitting

    screen = console()
    made = columns_of(rows, [column for column in columns if rows and column in rows[0]], heads, cells)
    kept = fitting(made, screen.width, spare)
    if kept.left_out:
        text = heads("too narrow for all columns: {columns} are in --format csv and json")
        say(text.format(columns=", ".join(kept.left_out)))
    with screen.capture() as shown:
        if kept.above:
            screen.print("; ".join(kept.above))
        if rows:
            screen.print(drawn(kept.columns))
    _write(shown.get())
    if not rows:
        say(heads("nothing found"))


def console() -> Any:
    """Return the console of standard output, which prints texts as they are: brackets and colons are no markup.

    Not a terminal: wide, so that rows keep to one line.
    """
    from rich.console import Console as Screen

    class Console(Screen):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    width = None if sys.stdout.isatty() else WIDE
    return Console(highlight=False, markup=False, emoji=False, width=width)
