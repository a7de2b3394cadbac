"""Tables that are given with a question: what cannot be read is told with file, line and remedy, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import airshed
from airshed.assessment.chain.targets import resolve_target
from airshed.assessment.games.beliefs import read_beliefs
from airshed.assessment.members.budget_files import Files, read_tables
from airshed.assessment.plans.plan_inputs import ground
from airshed.assessment.plans.saved import read_plan
from airshed.pack.contents import LARGEST_BESIDE
from airshed.pack.errors import AirshedError
from airshed.pack.pack import open_pack
from airshed.pack.user_table import Pasted, user_rows

BROKEN = {
    "": "table lacks a column. its header must hold code, value",
    "code\nA\n": "table lacks a column. its header must hold code, value",
    "code,value,code\nA,1,B\n": "table: the column code stands twice in the header. rename one of them",
    "code,value\nA,1,2\n": "table, line 2: the line has 3 columns, the header has 2",
    "code,value\nA,1\nB,"
    + "9" * 200_000
    + "\n": "table, line 3: the line has 200002 characters, more than 100000. check the line ends",
    'code,value\nA,"1\n' + "B,2\n" * 60_000: "a cell has more than 131072 characters",
    "code,value\nA,1\x00\n": "line 2 of table holds the control character U+0000",
}


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_table_that_cannot_be_read_is_told(text):
    with pytest.raises(AirshedError) as told:
        [*user_rows(Pasted(text, "table"), ("code", "value"))]
    assert BROKEN[text] in str(told.value)


def test_rows_are_read_with_their_lines():
    text = '\ufeffcode,note,value\r\nA,"two\r\nlines", 1 \r\n\r\nB,,\r\n'
    path = Pasted(text.removeprefix("\ufeff"), "table")
    rows = [*user_rows(path, ("code", "value"))]
    assert [(row["code"], row["value"], row["other"], row.place) for row in rows] == [
        ("A", "1", "", "table, line 3"),
        ("B", "", "", "table, line 5"),
    ]


def test_no_other_file_reads_a_table_of_a_user():
    """What the package itself holds is read in the pack, the printed files of RIAT+ as they are, trade in streams."""
    package = Path(airshed.__file__).parent
    readers = ("csv.reader", "DictReader", "read_csv", "scan_bytes(", "openpyxl.load", "read_excel")
    found = {
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        if any(word in file.read_text(encoding="utf-8") for word in readers)
    }
    assert {name for name in found if not name.startswith(("pack/", "exchange/"))} == {"strategy/riat.py"}


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
    (row,) = user_rows(Pasted(text, "x.csv"), COLUMNS)
    assert {name: row[name] for name in COLUMNS} == {"receptor": "port", "target": "20.5", "year": "2015"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("receptor,target,year\nport,20,5,2015\n", "x.csv, line 2: the line has 4 columns, the header has 3"),
        ("receptor,target,year\nport,20\n", "x.csv, line 2: the line has 2 columns, the header has 3"),
        ("receptor,target\nport,20\n", "x.csv lacks a column"),
        ("", "x.csv lacks a column"),
        ("receptor,target,year,Target\nport,20,2015,30\n", "the column target stands twice in the header"),
        ("receptor,target,year,limit\nport,20,2015,30\n", "the column 'limit' is not known and is not read"),
        ('receptor,target,year\n"port,20,2015\n', "the quotes do not close"),
        ("receptor,target,year\npo\x0brt,20,2015\n", "holds the control character"),
        ("receptor,target,year\npo\x00rt,20,2015\n", "holds the control character"),
    ],
)
def test_what_is_no_such_table_is_refused_with_its_place(text, message):
    with pytest.raises(AirshedError) as refused:
        [*user_rows(Pasted(text, "x.csv"), COLUMNS)]
    assert message in refused.value.message and refused.value.remedy


def test_other_columns_stand_unread_where_they_may():
    (row,) = user_rows(Pasted("a,b,c\n1,2,3\n", "x.csv"), ("b",), None)
    assert (row.line, row.cells) == (2, {"a": "1", "b": "2", "c": "3"})


def test_files_have_a_largest_size_and_an_encoding(tmp_path):
    with pytest.raises(AirshedError, match=f"more than {LARGEST_BESIDE // 10**6} MB"):
        [*user_rows(Path("/dev/zero"), ("code",))]
    with pytest.raises(AirshedError, match="cannot be read: Is a directory"):
        [*user_rows(tmp_path, ("code",))]
    with pytest.raises(AirshedError, match="cannot be read: File name too long"):
        [*user_rows(tmp_path / ("a" * 5000), ("code",))]
    (tmp_path / "table.csv").write_bytes(b"code\n\xff\xfe\n")
    with pytest.raises(AirshedError, match="is not UTF-8"):
        [*user_rows(tmp_path / "table.csv", ("code",))]
    (tmp_path / "table.csv").write_text("code\nA\n", encoding="utf-8-sig")
    assert [row["code"] for row in user_rows(tmp_path / "table.csv", ("code",))] == ["A"]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_table_as_korean_excel_writes_it_is_read(tmp_path, mark):
    lines = [["code", "note"], ["KR-11", "서울, 확인함"]]
    text = "".join(f"{mark.join(line)}\r\n" for line in lines)
    (tmp_path / "table.csv").write_bytes(text.encode("cp949"))
    (row,) = user_rows(tmp_path / "table.csv", ("code",))
    assert (row["code"], row["note"], row.line) == ("KR-11", "서울, 확인함", 2)


def test_a_semicolon_within_a_header_with_commas_parts_nothing(tmp_path):
    (tmp_path / "table.csv").write_text("code,note;more\nA,b;c\n")
    (row,) = user_rows(tmp_path / "table.csv", ("code",), None)
    assert row.cells == {"code": "A", "note;more": "b;c"}


@pytest.fixture(scope="module")
def readers(small_folder):
    """Hold a good table of every kind, with what reads it."""
    pack = open_pack(small_folder)
    held = ground(pack, "20", 2015)
    region, measure, share = held.options.region[0], held.options.measure[0], held.options.current[0]
    years = [2015, 2016]
    return {
        "plan": (f"region,measure,application\n{region},{measure},{share}\n", lambda path: read_plan(held, path)),
        "beliefs": (
            "party,source,receptor,share\nAAA,AAA,BBB,20%\nBBB,AAA,BBB,0.4\n",
            lambda path: read_beliefs(pack, path, ["AAA", "BBB"]),
        ),
        "target": (
            "receptor,target,year\nport,20,2015\nport,15,2030\n",
            lambda path: resolve_target(pack, str(path), ["port"], 2015),
        ),
        **{
            name: (
                f"member,year,{column}\nAAA,2015,0.5\nBBB,2016,1\n",
                lambda path, name=name: read_tables(Files(**{name: path}), ["AAA", "BBB"], years),
            )
            for name, column in (("scores", "score"), ("special", "amount"), ("paid", "amount"))
        },
    }


HOSTILE = (
    "nan",
    "inf",
    "1e999999",
    "-1",
    "9" * 5000,
    "２０１５",
    "½",
    '"',
    ",",
    "\n",
    "\r",
    "=1+1",
    "2015-02-30",
    "\x0b",
    "%",
)


@pytest.mark.parametrize("kind", ["plan", "beliefs", "target", "scores", "special", "paid"])
def test_good_tables_are_read(kind, readers, tmp_path):
    text, read = readers[kind]
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    assert read(tmp_path / "table.csv") is not None


@pytest.mark.parametrize("kind", ["plan", "beliefs", "target", "scores", "special", "paid"])
@settings(max_examples=40)
@given(data=st.data())
def test_a_table_with_anything_in_it_is_read_or_refused(kind, data, readers, tmp_path_factory):
    text, read = readers[kind]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 6))
        text = text[:place] + data.draw(st.sampled_from(HOSTILE)) + text[place + cut :]
    path = tmp_path_factory.getbasetemp() / f"hostile_{kind}.csv"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        read(path)
    except AirshedError as why:
        assert why.message
