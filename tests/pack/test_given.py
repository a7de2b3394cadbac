"""Small tables beside a pack: read as strictly as its own, whatever their letters; what is no table is refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airshed.pack.errors import AirshedError
from airshed.pack.given import LARGEST, number_of, read_text, rows_of

COLUMNS = ("receptor", "target", "year")


@pytest.mark.parametrize(
    "text",
    [
        "receptor,target,year\nport,20.5,2015\n",
        "\ufeffreceptor,target,year\r\nport,20.5,2015\r\n",
        " Receptor ,TARGET,year\u200b\nport, 20.5 ,２０１５",
        "year,note,receptor,target\n\n2015,,port,20.5\n,,,\n",
        '"receptor","target","year"\n"port","20.5\u00a0","2015"\n',
    ],
)
def test_a_table_says_the_same_however_it_is_written(text):
    (row,) = rows_of(text, "x.csv", COLUMNS)
    assert {name: row[1][name] for name in COLUMNS} == {"receptor": "port", "target": "20.5", "year": "2015"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("receptor,target,year\nport,20,5,2015\n", "x.csv, line 2: the line has 4 columns, the header has 3"),
        ("receptor,target,year\nport,20\n", "x.csv, line 2: the line has 2 columns, the header has 3"),
        ("receptor,target\nport,20\n", "x.csv lacks a column"),
        ("", "x.csv lacks a column"),
        ("receptor;target;year\nport;20;2015\n", "x.csv lacks a column"),
        ("receptor,target,year,Target\nport,20,2015,30\n", "the column target stands twice in the header"),
        ("receptor,target,year,limit\nport,20,2015,30\n", "the column 'limit' is not known and is not read"),
        ('receptor,target,year\n"port,20,2015\n', "the quotes do not close"),
        ("receptor,target,year\npo\x0brt,20,2015\n", "holds the control character"),
        ("receptor,target,year\npo\x00rt,20,2015\n", "holds the control character"),
    ],
)
def test_what_is_no_such_table_is_refused_with_its_place(text, message):
    with pytest.raises(AirshedError) as refused:
        rows_of(text, "x.csv", COLUMNS)
    assert message in refused.value.message and refused.value.remedy


def test_other_columns_stand_unread_where_they_may():
    (row,) = rows_of("a,b,c\n1,2,3\n", "x.csv", ("b",), None)
    assert row == (2, {"a": "1", "b": "2", "c": "3"})


def test_a_file_beyond_the_limit_is_not_read(tmp_path):
    path = tmp_path / "x.csv"
    with path.open("wb") as handle:
        handle.truncate(LARGEST + 1)
    with pytest.raises(AirshedError, match="more than 5 MB"):
        read_text(path, "give a CSV")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_plain_number_is_itself(value):
    assert number_of(repr(value)) == value


@pytest.mark.parametrize("word", ["", "1_0", "1,5", "nan", "inf", "1e400", "0x1F", "½", "２", "1 0", "--1", "1e", "."])
def test_what_is_no_plain_number_is_none(word):
    assert math.isnan(number_of(word))
