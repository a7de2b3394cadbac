"""The tables of an assessment as one workbook, a sheet each, the first saying what it is."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from airshed.answers.chapters.workbook import NO_DATE, OPTIONS, write_sheets
from airshed.assessment.assessment import Assessment
from airshed.pack.pack import Pack


def write_workbook(path: Path, assessment: Assessment, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write the tables to an XLSX file; text is never read as a formula."""
    path.write_bytes(workbook_of(assessment, tables))


def workbook_of(assessment: Assessment, tables: Mapping[str, pd.DataFrame]) -> bytes:
    """Return the tables as an XLSX file; text is never read as a formula."""
    lines = [
        ("assessment of", f"{assessment.pack_name} {assessment.pack_version}"),
        ("year", str(assessment.year)),
        ("scenario", assessment.question.scenario),
        ("inputs SHA-256", assessment.inputs_hash),
        ("terms", "see the sheet sources: some numbers are for non-commercial use only"),
    ]
    return _book(lines, tables)


def partial_workbook(pack: Pack, missing: Mapping[str, Sequence[str]], tables: Mapping[str, pd.DataFrame]) -> bytes:
    """Return the tables of what a pack can answer as an XLSX file; missing : by answer, what the pack lacks for it."""
    lines = [
        ("report of", f"{pack.descriptor.name} {pack.descriptor.version}"),
        ("inputs SHA-256", pack.hash()),
        *((f"missing: {answer}", "; ".join(what)) for answer, what in missing.items()),
    ]
    return _book(lines, tables)


def _book(lines: Sequence[tuple[str, str]], tables: Mapping[str, pd.DataFrame]) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {**OPTIONS, "in_memory": True}) as book:
        book.set_properties({"created": NO_DATE})
        write_sheets(book, lines, tables)
    return content.getvalue()
