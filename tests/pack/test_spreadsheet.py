"""CSV that a spreadsheet opens: no cell is a formula, numbers stay, and what the package wrote is read as it was."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.pack.spreadsheet import csv_text, harmless
from airshed.pack.user_table import Pasted, user_rows

STARTS = "=+-@\t\r\n＝＋－＠"


@given(st.text(alphabet=st.sampled_from(STARTS + "'1a.e, "), max_size=6))
def test_no_text_of_a_csv_begins_as_a_formula_unless_it_is_a_number(text):
    written = csv_text(pd.DataFrame({"note": [text]}))
    cell = next(csv.DictReader(io.StringIO(written, newline="")))["note"]
    if len(cell) > 1 and cell[0] in STARTS:
        float(cell)
    meant = text.replace("\r\n", "\n").replace("\r", "\n")
    assert cell in (meant, f"'{meant}")


def test_numbers_are_as_they_were():
    table = pd.DataFrame({"value": [-3.2, 1e-5, float("nan")], "told": ["-3.2", "+4e5", "-"]})
    assert csv_text(table) == "value,told\n-3.2,-3.2\n1e-05,+4e5\n,-\n"


@pytest.mark.parametrize("code", ["=1+1", "@sum", "-a", "'plain'", "+b"])
def test_a_table_that_was_written_is_read_as_it_was(code):
    rows = [*user_rows(Pasted(f"code,value\n{harmless(code)},1\n", "table"), ["code", "value"])]
    assert [row["code"] for row in rows] == [code]


def test_a_run_and_a_command_write_no_formula(small_copy, tmp_path, cli):
    for path in (small_copy / "tables").glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("written for this pack", "=cmd|' /C calc'!A0"), encoding="utf-8")
    code, _, err = cli("--pack", small_copy, "run", "--out", tmp_path / "out")
    assert code == 0 and "begin as a formula" in err
    code, out, _ = cli("--pack", small_copy, "pack", "show", "sources", "--format", "csv")
    texts = [out, *(path.read_text(encoding="utf-8") for path in (tmp_path / "out" / "tables").glob("*.csv"))]
    cells = [cell for text in texts for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells and not [cell for cell in cells if cell.startswith("=")]
