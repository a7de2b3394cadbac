"""The command `airshed claims`: fields, verdicts, languages, formats."""

import csv
import io
import json

import pytest

FIELDS = ["id", "statement", "printed", "computed", "difference", "verdict", "reason", "source"]


def test_records_and_summary(cli, pack):
    code, out, err = cli("claims", "--format", "json")
    rows = json.loads(out)
    assert code == 0 and len(rows) == len(pack.table("claims"))
    assert list(rows[0])[:11] == [*FIELDS, "unit", "decimals", "place"]
    counts = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in ("confirmed", "differs")}
    assert f"{counts['confirmed']} claims confirmed, {counts['differs']} differ" in err
    assert all(
        row["computed"] is None and row["difference"] is None for row in rows if row["verdict"] == "cannot_check"
    )
    assert all(row["difference"] == row["computed"] - row["printed"] for row in rows if row["computed"] is not None)


def test_verdicts_can_be_chosen(cli):
    _, out, err = cli("claims", "--verdict", "differs", "--verdict", "cannot_check", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["verdict"] for row in rows} == {"differs", "cannot_check"}
    assert "claims confirmed" in err
    code, out, err = cli("claims", "--verdict", "wrong")
    assert code == 2 and "wrong" in err and out == ""


def test_the_table_rounds_and_speaks_the_language(cli):
    _, out, _ = cli("claims", "--verdict", "differs")
    assert "change-mobile-SO2" in out and "9.43" in out and "≥ 90" in out and "within the rounding" in out
    code, out, err = cli("claims", "--lang", "ko")
    assert code == 0 and "판정" in out and "실제 간격은 4년" in out and "확인 불가" in err
    assert "the pack has no row" not in out and "missing:" not in out


@pytest.mark.parametrize("language", ["ko", "en", "zh"])
def test_statements_follow_the_language(cli, language):
    _, out, _ = cli("--lang", language, "claims", "--format", "json")
    korean = any("가" <= letter <= "힣" for letter in json.loads(out)[0]["statement"])
    assert korean == (language == "ko")


def test_a_pack_without_claims_ends_with_2(cli, small_folder):
    code, _, err = cli("--pack", small_folder, "claims")
    assert code == 2 and "needs table claims" in err


def test_help_names_the_command_and_its_options(cli):
    assert "claims" in cli("--help")[1]
    assert all(option in cli("claims", "--help")[1] for option in ("--verdict", "--format"))
