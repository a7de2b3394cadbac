"""The command line: records for scripts, exit codes, languages, messages."""

import csv
import io
import json
import subprocess
import sys

import pytest

import airshed
from airshed.cli.main import hoist

EMISSION_FIELDS = {
    "region",
    "sector",
    "pollutant",
    "year",
    "value",
    "unit",
    "basis",
    "source",
    "share_percent",
    "change",
    "change_percent",
}


def rows(cli, *words):
    code, out, err = cli(*words, "--format", "json")
    assert code == 0, err
    return json.loads(out)


def test_emission_records(cli):
    found = rows(
        cli,
        "emissions",
        "--inventory",
        "gains",
        "--region",
        "JJJ",
        "--region",
        "CN-BJ",
        "--years",
        "2015,2030",
        "--marks",
    )
    assert {*found[0]} >= EMISSION_FIELDS | {"mark"}
    assert {row["region"] for row in found} == {"JJJ", "CN-BJ"}
    assert {row["year"] for row in found} == {2015, 2030}
    assert all(row["change"] is None for row in found if row["year"] == 2015)
    assert {word for row in found for word in row["mark"].split()} == {"largest", "smallest", "largest_cut"}
    assert not any(row["mark"] for row in found if row["sector"] == "total")


def test_without_years_the_newest_observed_holds_and_is_printed(cli):
    code, out, err = cli("emissions", "--region", "KOR", "--format", "json")
    assert code == 0 and "2021" in err
    assert {row["year"] for row in json.loads(out)} == {2021}


def test_attribution_records(cli):
    found = rows(cli, "attribution", "KR-11", "--by", "country")
    assert {*found[0]} >= {"receptor", "country", "value", "share", "low", "high", "source"}
    parts = {row["country"]: row for row in found}
    assert parts["natural"]["share"] is None and parts["unexplained"]["share"] is None
    assert sum(row["share"] for row in found if row["share"] is not None) == pytest.approx(1.0)


def test_health_records(cli):
    (row,) = rows(cli, "health", "--region", "KOR")
    assert row["cause"] == "NCD+LRI" and row["low"] < row["value"] < row["high"]


def test_health_by_cause_age_and_response(cli):
    causes = rows(cli, "health", "--region", "KOR", "--by", "cause")
    assert [row["cause"] for row in causes] == ["NCD+LRI", "IHD", "STROKE", "COPD", "LC", "LRI", "other NCD"]
    assert sum(row["value"] for row in causes[1:]) == pytest.approx(causes[0]["value"])
    assert causes[-1]["low"] is None and causes[-1]["high"] is None
    ages = {row["age"]: row["value"] for row in rows(cli, "health", "--region", "KOR", "--by", "age")}
    assert ages["25+"] - ages["sum"] == pytest.approx(ages["difference"]) and ages["sum"] == causes[0]["value"]
    for response, sets in (("ier", {"ier2015"}), ("mrbrt", {"mrbrt2019", "mrbrt2021"})):
        found = rows(cli, "health", "--region", "KOR", "--response", response)
        assert {row["set"] for row in found} == sets
        assert [row["cause"] for row in found].count("SUM") == len(sets)


def test_health_by_ier_is_of_one_fit(cli):
    """The other fit is answered on its own; the curves for all ages together are no check of those by age."""
    found = rows(cli, "health", "--region", "KOR", "--response", "ier", "--by", "age")
    assert {row["set"] for row in found} == {"ier2015"} and "difference" not in {row["age"] for row in found}
    ages = [row["age"] for row in found if row["cause"] == "STROKE"]
    assert len(ages) == len(set(ages)) == 12 and "all ages" not in ages
    assert all("the fit ier2015 alone, without rfasst" in row["note"] for row in found)
    other = rows(cli, "health", "--region", "KOR", "--response", "ier", "--set", "rfasst")
    assert {row["set"] for row in other} == {"rfasst"}
    code, _, err = cli("health", "--response", "ier", "--set", "gemm")
    assert code == 2 and "the set of responses gemm is not known" in err and "ier2015, rfasst" in err


def test_value_records(cli):
    found = {row["region"]: row for row in rows(cli, "value")}
    assert found["KOR"]["low"] < found["KOR"]["value"] < found["KOR"]["high"]
    assert found["RUS"]["value"] is None and "no mortality of RUS" in found["RUS"]["note"]
    assert "gni_lcu_south" in found["PRK"]["note"] and found["PRK"]["basis"] == "derived"


def test_health_answers_for_those_it_can_and_says_what_the_others_lack(cli):
    """Russia has no mortality in the pack; North Korea asked beside it has what it has alone."""
    both = {row["region"]: row for row in rows(cli, "health", "--region", "RUS", "--region", "PRK")}
    (alone,) = rows(cli, "health", "--region", "PRK")
    assert both["PRK"] == alone
    assert both["RUS"]["value"] is None and both["RUS"]["note"] == "no mortality of RUS in the pack"
    assert both["RUS"]["exposure"] > 0 and both["RUS"]["population"] > 0
    _, table, told = cli("health", "--region", "RUS", "--region", "PRK")
    assert "no mortality of Russia (eastern) in the pack" in table + told


def test_damage_records(cli):
    found = rows(cli, "damage", "--region", "CN-SD", "--region", "KR-50", "--pollutant", "SO2")
    assert [row["region"] for row in found] == ["CN-SD", "KR-50"]
    assert found[0]["deaths_own"] + found[0]["deaths_abroad"] == pytest.approx(found[0]["deaths_per_kt"])
    assert found[0]["low"] < found[0]["value"] < found[0]["high"] and found[1]["value"] == 0.0
    assert "marginal" in found[0]["note"] and "no emission" in found[1]["note"]


def test_all_doors_show_the_same_number(cli, pack, assessment):
    from airshed.assessment.tables import attribution, health

    (shown,) = rows(cli, "health", "--region", "SCA", "--year", "2015")
    assert shown["value"] == health(pack, assessment, ["SCA"])["value"].item()
    parts = {row["country"]: row["value"] for row in rows(cli, "attribution", "seoul", "--year", "2015")}
    python = attribution(pack, assessment, "seoul").set_index("country")["value"]
    assert parts == python.to_dict()


def test_csv_and_json_hold_the_same_rows(cli):
    found = rows(cli, "emissions", "--region", "MNG")
    code, out, _ = cli("emissions", "--region", "MNG", "--format", "csv")
    table = list(csv.DictReader(io.StringIO(out)))
    assert code == 0 and list(table[0]) == list(found[0])
    assert [float(row["value"]) for row in table] == [row["value"] for row in found]


def test_sources_say_what_is_non_commercial(cli):
    found = {row["key"]: row for row in rows(cli, "sources")}
    assert found["attr_mort_repo"]["reuse"] == "non-commercial" and "mortality" in found["attr_mort_repo"]["tables"]
    assert all(row["rows"] > 0 for row in found.values())


def test_equations_are_printed(cli):
    found = {row["id"]: row for row in rows(cli, "equations")}
    assert found["gemm"]["function"] == "airshed.impacts.gemm.attributable_fraction"
    assert "Burnett" in found["gemm"]["citation"]


def test_pack_show_lists_tables_and_rows(cli, pack):
    found = {row["table"]: row["rows"] for row in rows(cli, "pack", "show")}
    assert found["regions"] == len(pack.table("regions"))
    assert len(rows(cli, "pack", "show", "groups")) == found["groups"]


def test_pack_new_check_and_run(cli, tmp_path):
    folder = tmp_path / "mine"
    assert cli("pack", "new", folder, "--title", "My air")[0] == 0
    assert cli("pack", "check", folder)[0] == 0
    code, _, err = cli("pack", "new", folder)
    assert code == 2 and "not empty" in err
    code, _, err = cli("--pack", folder, "run", "--out", tmp_path / "out")
    assert code == 2 and "it needs regions; emissions;" in err and not (tmp_path / "out").exists()


def test_another_airshed_from_its_tables(cli, small_folder, tmp_path):
    code, out, err = cli("--pack", small_folder, "run", "--out", tmp_path / "out")
    assert code == 0, err
    assert "Small airshed" in out and (tmp_path / "out" / "report.en.html").is_file()


def test_a_changed_coefficient_changes_the_answer(cli, small_copy):
    before = rows(cli, "--pack", small_copy, "health", "--region", "BBB")[0]["value"]
    path = small_copy / "tables" / "responses-gemm.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("0.143", "0.2"), encoding="utf-8")
    assert rows(cli, "--pack", small_copy, "health", "--region", "BBB")[0]["value"] > before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["emissions", "--region", "XX"], "region XX is not known"),
        (["emissions", "--years", "20x"], "--years cannot be 20x"),
        (["emissions", "--bogus"], "No such option"),
        (["emissions", "--by", "colour"], "--by cannot be colour"),
        (["attribution", "KR-11", "--by", "colour"], "colour"),
        (["attribution", "CN-HE", "--period", "episode"], "no study speaks of CN-HE in the period episode"),
        (["attribution", "moscow"], "outside the area"),
        (["attribution", "KR-11", "--year", "1900"], "covers 1990 to 2030"),
        (["health", "--response", "loglinear"], "needs table responses_loglinear"),
        (["health", "--response", "ier", "--region", "RUS"], "needs table mortality: LRI, COPD"),
        (["health", "--by", "colour"], "colour"),
        (["damage", "--pollutant", "CO2"], "pollutant CO2 is not known"),
        (["damage", "--year", "1980"], "covers 1990 to 2030"),
        (["damage", "--region", "XX"], "region XX is not known"),
        (["value", "--region", "SHIP"], "SHIP has no people"),
        (["value", "--year", "2005"], "covers 2015 to 2030"),
        (["health", "--year", "2005"], "covers 2015 to 2030"),
        (["health", "--region", "RUS"], "needs table mortality"),
        (["pack", "show", "nothing"], "there is no table nothing"),
        (["--pack", "/nowhere", "emissions"], "there is no folder"),
        (["--lang", "fr", "emissions"], "fr"),
        (["run", "--target", "nonsense", "--out", "never"], "target nonsense is not known"),
        (["run", "--scenario", "wishful", "--out", "never"], "scenario wishful is not known"),
        (["fly"], "fly"),
    ],
)
def test_a_users_mistake_ends_with_2_and_no_traceback(cli, words, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = cli(*words)
    assert code == 2
    assert message in err and "Traceback" not in err
    assert out == "" and list(tmp_path.iterdir()) == []


def test_an_own_failure_ends_with_1(cli, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("airshed.pack.pack.open_pack", fail)
    code, _, err = cli("sources")
    assert code == 1 and "the disk is full" in err and "Traceback" not in err
    code, _, err = cli("--debug", "sources")
    assert code == 1 and "Traceback" in err


def test_global_options_may_stand_anywhere(cli):
    assert hoist(["emissions", "--pack=x", "--", "--lang"]) == ["--pack=x", "emissions", "--", "--lang"]
    code, out, _ = cli("health", "--region", "KOR", "--lang", "ko")
    assert code == 0 and "대한민국 (KOR)" in out


@pytest.mark.parametrize(
    "command",
    ["emissions", "attribution", "health", "value", "damage", "sources", "pack check", "pack show", "equations"],
)
def test_korean_tables_have_korean_headings(cli, command):
    words = ["attribution", "KR-11"] if command == "attribution" else command.split()
    code, out, _ = cli("--lang", "ko", *words)
    head = next(line for line in out.splitlines() if line.strip())
    assert code == 0 and any("가" <= letter <= "힣" for letter in head), head


def test_help_names_every_command_and_option_of_the_contract(cli):
    _, out, _ = cli("--help")
    assert all(name in out for name in ("run", "emissions", "attribution", "health", "value", "damage", "pack"))
    options = {
        "run": ("--scenario", "--year", "--target", "--out"),
        "emissions": ("--region", "--by", "--pollutant", "--years", "--inventory", "--marks", "--format"),
        "attribution": ("--year", "--by", "--period", "--format"),
        "health": ("--region", "--year", "--response", "--by", "--format"),
        "value": ("--region", "--year", "--format"),
        "damage": ("--region", "--pollutant", "--year", "--format"),
    }
    for command, names in options.items():
        _, out, _ = cli(command, "--help")
        assert all(name in out for name in names), command


def test_a_closed_pipe_is_no_error():
    script = f"{sys.executable} -m airshed pack show mortality --format csv | head -1"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("region,") and "Traceback" not in done.stderr


def test_version(cli):
    assert cli("--version") == (0, f"airshed {airshed.__version__}\n", "")


def test_shares_of_an_episode_are_no_level_of_the_place(cli):
    """They add to the man-made part; what the air holds has a natural part as well."""
    _, table, told = cli("attribution", "seoul", "--period", "episode")
    assert "the air of Seoul holds" not in table + told
    assert "Of the man-made PM2.5 of Seoul" in table + told
