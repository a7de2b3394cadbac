"""Tables on screens of any width: what fits, what is left out and said, and that no number is broken."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from airshed.cli.screen import BETWEEN, ScreenColumn, columns_of, drawn, fitting

ROWS = [
    {"point": "current legislation and stated plans", "key": "Shapley value", "who": "Republic of Korea (KOR)",
     "own_gain": 4680.25, "share": -5859.5, "low": -82075.0, "stays": "yes"},
    {"point": "current legislation and stated plans", "key": "Shapley value", "who": "Mongolia (MNG)",
     "own_gain": 0.5, "share": 3.0, "low": 1234567.0, "stays": "no"},
]  # fmt: skip
FIELDS = list(ROWS[0])


def columns():
    return columns_of(ROWS, FIELDS, str, {})


def shown(columns, width):
    screen = Console(width=width, file=io.StringIO(), highlight=False, markup=False)
    screen.print(drawn(columns))
    return screen.file.getvalue()


def test_a_wide_screen_shows_all_as_it_is():
    found = fitting(columns(), 200, ["low"])
    assert found.columns == columns() and found.above == [] and found.left_out == []


def test_a_narrow_screen_says_above_what_is_the_same_and_leaves_out_what_is_spare():
    """Needed: 18 letters for who, 5, 6 and 9 for the numbers, 5 for stays, and 3 beside each: 58; 46 without `low`."""
    assert fitting(columns(), 58, ["low", "own_gain"]).left_out == []
    found = fitting(columns(), 57, ["low", "own_gain"])
    assert found.above == ["point: current legislation and stated plans", "key: Shapley value"]
    assert found.left_out == ["low"]
    assert [column.head for column in found.columns] == ["who", "own gain", "share", "stays"]
    assert fitting(columns(), 45, ["low", "own_gain"]).left_out == ["low", "own_gain"]
    assert fitting(columns(), 60, []).columns == columns(), "nothing is left out that is not said to be spare"


def test_a_single_row_keeps_its_texts():
    found = fitting(columns_of(ROWS[:1], FIELDS, str, {}), 60, ["low", "own_gain", "share"])
    assert found.above == [] and found.left_out == ["low", "own_gain", "share"]


@given(st.integers(40, 220), st.permutations(["low", "own_gain", "share"]))
def test_what_is_kept_fits_and_no_number_is_broken(width, spare):
    found = fitting(columns(), width, spare)
    left = [column for column in found.columns if column.field in spare]
    assert sum(column.least + BETWEEN for column in found.columns) <= width or not left
    text = shown(found.columns, width)
    assert max(map(len, text.splitlines())) <= max(width, sum(column.least + BETWEEN for column in found.columns))
    for column in found.columns:
        if column.numeric:
            assert all(cell in text for cell in column.cells)


def test_a_number_is_as_wide_as_its_letters_and_a_wide_letter_counts_twice():
    assert ScreenColumn("a", "a", ["1,234", "12 %"], numeric=True).least == 5
    assert ScreenColumn("a", "대한민국", ["몽골"], numeric=False).least == 8


@pytest.mark.parametrize(
    "words",
    [
        ("cooperate", "--players", "KOR,JPN", "--samples", "20", "--key", "shapley", "--key", "gdp"),
        ("partners", "KR-26", "--with", "JPN", "--top", "4"),
    ],
)
@pytest.mark.parametrize("width", [100, 120, 150])
def test_tables_of_deals_and_partners_fit_a_screen(cli, monkeypatch, words, width):
    """The console of a screen of that width; whatever is left out is said, and stands in CSV."""
    import airshed.cli.output as output

    monkeypatch.setattr(output, "WIDE", width)
    code, out, err = cli(*words)
    assert code == 0
    assert max(map(len, out.splitlines())) <= width
    left = [line for line in err.splitlines() if line.startswith("too narrow")]
    assert len(left) <= 1 and ("--format csv" in left[0] if left else width == 150)
