"""Coefficient tables: units and sets of regions by hand, and every wrong table with its line and remedy."""

import numpy as np
import pytest

from airshed.pack.errors import AirshedError
from airshed.pack.pack import open_pack
from airshed.transport.plain import read_plain
from support.relations import HEADER, write_plain


@pytest.fixture(scope="module")
def small(small_folder):
    return open_pack(small_folder)


def at(table, precursor, region, receptor):
    return float(table.matrix.sel(precursor=precursor, region=region, receptor=receptor).sum("species"))


def test_numbers_stand_where_they_belong(small, tmp_path):
    """0.02 ug/m3 per kt/yr of a nation holds for each of its kilotonnes, so for both its provinces."""
    path = write_plain(tmp_path / "k.csv", [("AAA", "port", "SO2", 0.02), ("BBB", "port", "PM2.5", 0.3)])
    table = read_plain(small, path)
    assert at(table, "SO2", "AA-1", "port") == at(table, "SO2", "AA-2", "port") == 0.02
    for part in ("BC", "OM", "PM_other"):
        assert at(table, part, "BBB", "port") == 0.3
    assert at(table, "NOx", "BBB", "port") == 0.0
    assert (table.method, table.source) == ("zero-out", "a study")
    # SO2 and three kinds of primary matter, of three regions: 12 numbers, of which 5 are given
    assert table.missing == 7


@pytest.mark.parametrize(
    ("unit", "value"),
    [("ug/m3 per kt/yr", 2.0), ("ng/m3 per kt/yr", 0.002), ("ug/m3 per t/yr", 2000.0), ("ug/m3 per Gg/yr", 2.0)],
)
def test_units_are_converted(small, tmp_path, unit, value):
    path = write_plain(tmp_path / "k.csv", [("BBB", "port", "SO2", 2)], unit=unit)
    assert at(read_plain(small, path), "SO2", "BBB", "port") == pytest.approx(value)


def test_a_table_with_a_byte_order_mark_and_spaces_is_read(small, tmp_path):
    path = write_plain(tmp_path / "k.csv", [(" BBB ", "port", "SO2", " 2 ")])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert at(read_plain(small, path), "SO2", "BBB", "port") == 2.0


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_as_korean_excel_writes_it_is_read(small, tmp_path, mark):
    path = write_plain(tmp_path / "k.csv", [("BBB", "port", "SO2", 2)], source="연구")
    path.write_bytes(path.read_text(encoding="utf-8").replace(",", mark).encode("cp949"))
    table = read_plain(small, path)
    assert at(table, "SO2", "BBB", "port") == 2.0 and table.source == "연구"


def test_a_period_in_other_letters_is_no_other_period(small, tmp_path):
    """Left out unsaid, its rows would count as 0."""
    path = write_plain(tmp_path / "k.csv", [("BBB", "port", "SO2", 2)], period="Annual\u200b ")
    assert at(read_plain(small, path), "SO2", "BBB", "port") == 2.0


ROW = ("BBB", "port", "SO2", 1)
WRONG = {
    "region": ([("CCC", "port", "SO2", 1)], {}, "line 2: the region CCC is not known"),
    "receptor": ([ROW, ("BBB", "harbour", "SO2", 1)], {}, "line 3: the receptor harbour is not known"),
    "precursor": ([("BBB", "port", "SOx", 1)], {}, "line 2: the precursor SOx is not known"),
    "number": ([("BBB", "port", "SO2", "n/a")], {}, "line 2: n/a is no coefficient"),
    "nan": ([("BBB", "port", "SO2", "nan")], {}, "line 2: nan is no coefficient"),
    "infinite": ([("BBB", "port", "SO2", "1e999")], {}, "line 2: 1e999 is no coefficient"),
    "empty": ([("BBB", "port", "SO2", "")], {}, "line 2: an empty cell is no coefficient"),
    "total": ([ROW], {"unit": "ug/m3"}, "line 2: the unit ug/m3 is not per emission"),
    "unit": ([ROW], {"unit": "ug/m3 per lorry"}, "the unit lorry is not known"),
    "dimension": ([ROW], {"unit": "km per kt/yr"}, "km measures length"),
    "source": ([ROW], {"source": ""}, "line 2: source is empty"),
    "period": ([ROW], {"period": "DJF"}, "no row of the period annual; its periods: DJF"),
    "nothing": ([], {}, "no row of the period annual; its periods: none"),
    "twice": ([ROW, ROW], {}, "line 3: SO2 of BBB to port is given again, first in line 2"),
    "nested source": (
        [("AAA", "port", "SO2", 1), ("AA-1", "port", "SO2", 1)],
        {},
        "SO2 of AA-1 to port is given",
    ),
    "nested receptor": ([("BBB", "AAA", "SO2", 1), ("BBB", "AA-1", "SO2", 1)], {}, "AAA and AA-1, which lies in it"),
    "primary": ([("BBB", "port", "PM2.5", 1), ("BBB", "port", "BC", 1)], {}, "BC of BBB to port is given again"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_table_is_refused_with_its_line(small, tmp_path, case):
    rows, instead, message = WRONG[case]
    with pytest.raises(AirshedError) as refused:
        read_plain(small, write_plain(tmp_path / "k.csv", rows, **instead))
    assert message in refused.value.message and refused.value.remedy


def test_tables_that_are_none_are_refused(small, tmp_path):
    with pytest.raises(AirshedError, match="no file"):
        read_plain(small, tmp_path / "absent.csv")
    with pytest.raises(AirshedError, match="no file"):
        read_plain(small, tmp_path)
    texts = {
        b"": "lacks a column",
        b"\xff\xfe\x00": "not UTF-8",
        b"\xb0\xa1,\n": "lacks a column",
        "; ".join(HEADER).encode(): "no row of the period",
        f"{','.join(HEADER)},source\n".encode(): "stands twice",
        f"{','.join(HEADER)}\nBBB,port\n".encode(): "line 2: the line has 2 columns",
    }
    for content, message in texts.items():
        path = tmp_path / "bad.csv"
        path.write_bytes(content)
        with pytest.raises(AirshedError, match=message):
            read_plain(small, path)
    two = write_plain(tmp_path / "two.csv", [ROW])
    two.write_text(two.read_text() + two.read_text().splitlines()[1].replace("zero-out", "tagging") + "\n")
    with pytest.raises(AirshedError, match="several of method: zero-out, tagging"):
        read_plain(small, two)


def test_the_order_of_rows_does_not_matter(small, tmp_path):
    random = np.random.default_rng(3)
    rows = [
        (region, receptor, precursor, round(random.random(), 6))
        for region in ("AA-1", "AA-2", "BBB")
        for receptor in ("AA-1", "BBB", "port")
        for precursor in ("SO2", "NOx", "PM2.5")
    ]
    first = read_plain(small, write_plain(tmp_path / "a.csv", rows))
    other = read_plain(small, write_plain(tmp_path / "b.csv", rows[::-1]))
    assert first.missing == 0
    same = other.matrix.sel({dim: first.matrix[dim].to_numpy() for dim in first.matrix.dims})
    assert np.array_equal(first.matrix.to_numpy(), same.to_numpy())
