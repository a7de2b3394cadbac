"""The tables of an assessment as one workbook, a sheet each, the first saying what it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from airshed.answers.chapters.workbook import NO_DATE, OPTIONS, write_sheets
from airshed.assessment.assessment import Assessment


def write_workbook(path: Path, assessment: Assessment, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write the tables to an XLSX file; text is never read as a formula."""
    import xlsxwriter

    lines = [
        ("assessment of", f"{assessment.pack_name} {assessment.pack_version}"),
        ("year", str(assessment.year)),
        ("scenario", assessment.question.scenario),
        ("inputs SHA-256", assessment.inputs_hash),
        ("terms", "see the sheet sources: some numbers are for non-commercial use only"),
    ]
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties({"created": NO_DATE})
        write_sheets(book, lines, tables)
