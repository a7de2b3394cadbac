"""Tables as CSV that no spreadsheet computes: text that begins as a formula gets an apostrophe in front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How text begins that a spreadsheet takes for a formula; the wide forms in Chinese and Japanese ones."""
MARK = "'"
"""What is put in front of it."""


def harmless(value: Any) -> Any:
    """Return a cell that no spreadsheet computes: text that begins as a formula gets an apostrophe in front.

    Numbers stay, also those that are written as text. Lines end in one way: a lone carriage return, which would stand
    there unquoted, begins a row for some readers.

    >>> [harmless(cell) for cell in ("=1+1", "@sum", "-12.5", "-", -3.0, "SO2")]
    ["'=1+1", "'@sum", '-12.5', '-', -3.0, 'SO2']
    """
    if not isinstance(value, str):
        return value
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if len(value) < 2 or not value.startswith(FORMULA):
        return value
    try:
        float(value)
    except ValueError:
        return f"{MARK}{value}"
    return value


def as_meant(cell: str) -> str:
    """Return a cell of a CSV without the apostrophe that `harmless` put in front.

    >>> as_meant("'=1+1"), as_meant("'quoted'")
    ('=1+1', "'quoted'")
    """
    return cell[1:] if cell.startswith(MARK) and cell[1:].startswith(FORMULA) else cell


def quoted(table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return a table for a spreadsheet, and how many of its cells got an apostrophe."""
    texts = table.select_dtypes(exclude="number")
    plain = {str(name): texts[name].tolist() for name in texts}
    changed = {name: [harmless(cell) for cell in cells] for name, cells in plain.items()}
    pairs = [pair for name, cells in plain.items() for pair in zip(changed[name], cells, strict=True)]
    moved = [(new, old) for new, old in pairs if isinstance(new, str) and new != old]
    count = sum(new.startswith(MARK) and not old.startswith(MARK) for new, old in moved)
    return (table.assign(**changed) if moved else table), count


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV: the one way in which tables leave as such."""
    text: str = quoted(table)[0].to_csv(index=False, lineterminator="\n")
    return text
