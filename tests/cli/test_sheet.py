"""The option --sheet: the deal of the first key and point that a call names, with beliefs and a target if any."""

import openpyxl
import pytest

from airshed.assessment.games.cooperate import bargains, shares_table
from airshed.cli.settings import Settings
from airshed.cli.sheet import Asked, save_sheet
from airshed.pack.errors import AirshedError


def rows_of(book, name):
    heads, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_the_sheet_is_of_what_the_call_asks(pack, korea_and_japan, tmp_path, capsys):
    beliefs = tmp_path / "beliefs.csv"
    beliefs.write_text("party,source,receptor,share\nKOR,KOR,JPN,2%\nJPN,KOR,JPN,0.3\n", encoding="utf-8")
    asked = Asked(["equal", "gdp"], ["limited"], "baseline", 0.2, beliefs, "who-it3")
    save_sheet(Settings(language="ko"), pack, korea_and_japan, asked, tmp_path / "deal.xlsx")
    assert "합의안 저장 위치" in capsys.readouterr().err
    book = openpyxl.load_workbook(tmp_path / "deal.xlsx", read_only=True)
    found, _ = shares_table(pack, korea_and_japan, bargains(korea_and_japan, ["limited"], 0.2), ["equal"])
    rows = rows_of(book, "shares")
    assert [row["share"] for row in rows] == pytest.approx(found["share"].tolist())
    assert {(row["key"], row["disagreement"]) for row in rows} == {("equal", "limited")}
    assert {row["player"] for row in rows_of(book, "targets")} == {"KOR", "JPN"}
    assert {row["believes"] for row in rows_of(book, "walkouts")} == {0.02, 0.3}
    book.close()


def test_a_name_that_no_sheet_can_have_is_refused_first(pack, korea_and_japan, tmp_path):
    with pytest.raises(AirshedError, match="is no name for a sheet"):
        save_sheet(Settings(), pack, korea_and_japan, Asked(["no key"], None, "baseline", 0.1), tmp_path / "deal.md")


def test_without_a_word_it_is_chander_and_tulkens_from_current_policy(pack, korea_and_japan, tmp_path):
    save_sheet(Settings(), pack, korea_and_japan, Asked(None, None, "baseline", 0.1), tmp_path / "deal.html")
    text = (tmp_path / "deal.html").read_text(encoding="utf-8")
    assert "disagreement point current policy" in text and "key of the division Chander and Tulkens" in text
