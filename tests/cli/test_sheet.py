"""The option --sheet: the deal of the first key and point that a call names, with beliefs and a target if any."""

import openpyxl
import pytest

from airshed.assessment.games.cooperate import bargains, shares_table

TWO = ("cooperate", "--players", "KOR,JPN")


def rows_of(book, name):
    heads, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_the_sheet_is_of_what_the_call_asks(cli, pack, korea_and_japan, tmp_path):
    beliefs = tmp_path / "beliefs.csv"
    beliefs.write_text("party,source,receptor,share\nKOR,KOR,JPN,2%\nJPN,KOR,JPN,0.3\n", encoding="utf-8")
    words = ("--key", "equal", "--disagreement", "limited", "--acted-on", "0.2", "--beliefs", beliefs)
    words += ("--part", "targets", "--target", "who-it3", "--sheet", tmp_path / "deal.xlsx")
    words += ("--samples", "40", "--year", "2015")
    code, _, err = cli("--lang", "ko", *TWO, *words)
    assert code == 0 and "합의안 저장 위치" in err
    book = openpyxl.load_workbook(tmp_path / "deal.xlsx", read_only=True)
    found, _ = shares_table(pack, korea_and_japan, bargains(korea_and_japan, ["limited"], 0.2), ["equal"])
    rows = rows_of(book, "shares")
    assert [row["share"] for row in rows] == pytest.approx(found["share"].tolist())
    assert {(row["key"], row["disagreement"]) for row in rows} == {("equal", "limited")}
    assert {row["player"] for row in rows_of(book, "targets")} == {"KOR", "JPN"}
    assert {row["believes"] for row in rows_of(book, "walkouts")} == {0.02, 0.3}
    book.close()


def test_a_name_that_no_sheet_can_have_is_refused_first(cli, tmp_path):
    code, out, err = cli(*TWO, "--key", "no key", "--sheet", tmp_path / "deal.md")
    assert code == 2 and "is no name for a sheet" in err and out == ""


def test_without_a_word_it_is_chander_and_tulkens_from_current_policy(cli, tmp_path):
    for words in (TWO, ("sheet", "--players", "KOR,JPN")):
        path = tmp_path / f"{words[0]}.html"
        option = "--sheet" if words[0] == "cooperate" else "--save"
        assert cli(*words, "--samples", "0", option, path)[0] == 0
        text = path.read_text(encoding="utf-8")
        assert "disagreement point current policy" in text and "key of the division Chander and Tulkens" in text
