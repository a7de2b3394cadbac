"""Sheets are the bytes that the library writes cell by cell, and read back as they were."""

import io
import math
import zipfile

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from airshed.answers.chapters.workbook import NO_DATE, OPTIONS, write_sheets
from airshed.pack.letters import cleaned

texts = st.one_of(
    st.sampled_from(["", "<r>", "<r>a</r>", " a", "a ", "a\n", "_x0041_", "=1+1", "&<>\"'", "\x00\x1f", "서울", "😀"]),
    st.text(max_size=8),
    st.integers(min_value=16_000, max_value=33_000).map(lambda count: "x" * count),
)
numbers = st.one_of(st.floats(), st.integers(-10, 10).map(float))
rows = st.lists(st.tuples(texts, numbers, texts, st.integers(-(2**53), 2**53)), max_size=6)


def written(write):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {**OPTIONS, "in_memory": False}) as book:
        book.set_properties({"created": NO_DATE})
        write(book)
    return stream.getvalue()


def by_hand(table):
    """Return the workbook of a table by the public methods of the library alone."""

    def write(book):
        bold = book.add_format({"bold": True, "bottom": 1})
        about = book.add_worksheet("about")
        about.set_column(0, 0, 18)
        about.set_column(1, 1, 80)
        sheet = book.add_worksheet("table")
        sheet.set_column(0, len(table.columns) - 1, 16)
        for column, heading in enumerate(table.columns):
            sheet.write_string(0, column, heading, bold)
        for row in range(len(table)):
            for column, name in enumerate(table.columns):
                cell = table[name].tolist()[row]
                if table[name].dtype.kind in "fi":
                    if math.isfinite(cell):
                        sheet.write_number(row + 1, column, cell)
                elif cell:
                    sheet.write_string(row + 1, column, cleaned(str(cell)))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)

    return written(write)


def unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return {name: held.read(name) for name in held.namelist()}


@settings(max_examples=25)
@given(rows)
def test_a_sheet_is_what_the_library_writes_cell_by_cell(cells):
    table = pd.DataFrame(
        {
            "first": pd.Series([row[0] for row in cells], dtype=object),
            "value": pd.Series([row[1] for row in cells], dtype=float),
            "second": pd.Series([row[2] for row in cells], dtype=object),
            "count": pd.Series([row[3] for row in cells], dtype="int64"),
        }
    )
    found = written(lambda book: write_sheets(book, [], {"table": table}))
    assert unpacked(found) == unpacked(by_hand(table))


def test_cells_of_one_hash_stay_what_they_are():
    table = pd.DataFrame({"cell": pd.Series([1, True, 1.0, "1", None, float("nan")], dtype=object)})
    found = written(lambda book: write_sheets(book, [], {"table": table}))
    sheet = openpyxl.load_workbook(io.BytesIO(found))["table"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["1", "True", "1.0", "1", None, "nan"]


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_rows_without_cells_are_left_out(rows):
    table = pd.DataFrame({"first": ["", "a", ""][:rows], "value": [math.nan, 1.5, math.inf][:rows]}, dtype=None)
    found = unpacked(written(lambda book: write_sheets(book, [], {"table": table})))
    text = found["xl/worksheets/sheet2.xml"].decode()
    assert text.count("<row ") == (1 if rows < 2 else 2) and found == unpacked(by_hand(table))
