"""A run of a pack that lacks something: what there is, and all that is missing, at once."""

import csv
import re

import pytest

from support.small import write_table


def without(folder, *names: str) -> None:
    for name in names:
        write_table(folder / "tables" / f"{name.replace('_', '-')}.csv", name, [])


def listed(err: str) -> dict[str, str]:
    """Return what is said to be missing, by answer."""
    lines = err[err.index("what each answer still needs") :].splitlines()[1:]
    return dict(line.strip().split(": ", 1) for line in lines)


def test_a_pack_without_lives_is_reported_up_to_its_air(small_copy, tmp_path, cli):
    without(small_copy, "ages", "mortality")
    code, out, err = cli("--pack", small_copy, "run", "--out", tmp_path / "out")
    assert (code, out.strip()) == (0, f"Report: {tmp_path / 'out' / 'report.en.html'}")
    assert "the report holds what the pack can answer: emissions, attribution, levels, measures" in err
    missing = listed(err)
    assert missing["health"] == "ages; mortality"
    assert missing["claims"] == "claims"
    assert {"emissions", "attribution"}.isdisjoint(missing)
    text = (tmp_path / "out" / "report.en.html").read_text(encoding="utf-8")
    sections = ["missing", "emissions", "attribution", "levels", "measures", "annex"]
    assert re.findall(r'<section id="([^"]+)"', text) == sections
    assert "<td>ages; mortality" in text
    with (tmp_path / "out" / "tables" / "attribution_attribution.csv").open(encoding="utf-8") as handle:
        values = [float(row["value"]) for row in csv.DictReader(handle)]
    assert len(values) > 2


def test_emissions_alone_are_reported_too(small_copy, tmp_path, cli):
    """The SO2 of the base year is 2 x (10 + 30 + 20) = 120 kt."""
    without(small_copy, "populations", "ages", "mortality", "source_receptor", "source_receptor_base")
    code, _, err = cli("--pack", small_copy, "run", "--out", tmp_path / "out")
    assert code == 0, err
    assert listed(err)["attribution"].endswith("populations; natural")
    with (tmp_path / "out" / "tables" / "emissions_emissions.csv").open(encoding="utf-8") as handle:
        rows = [row for row in csv.DictReader(handle) if row["pollutant"] == "SO2" and row["year"] == "2015"]
    assert sum(float(row["value"]) for row in rows) == pytest.approx(120.0)


def test_what_was_asked_for_and_cannot_be_given_says_why_in_the_report(small_copy, tmp_path, cli):
    without(small_copy, "ages", "economy")
    code, _, err = cli("--pack", small_copy, "run", "--with", "curtailment", "--out", tmp_path / "out")
    assert code == 0, err
    assert listed(err)["curtailment"].startswith(("activities; curtailments", "needs table"))


def test_nothing_to_report_ends_with_2_and_names_all_tables(tmp_path, cli):
    assert cli("pack", "new", tmp_path / "pack")[0] == 0
    code, out, err = cli("--pack", tmp_path / "pack", "run", "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    for name in ("regions", "emissions", "parameters", "populations", "natural", "observations", "ages", "mortality"):
        assert re.search(rf"\b{name}\b", err)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [("--year", "2010"), ("--target", "who-2005"), ("--scenario", "maximum-feasible")])
def test_a_question_beyond_the_report_is_refused_with_all_that_it_needs(small_copy, tmp_path, cli, words):
    without(small_copy, "ages", "mortality")
    code, out, err = cli("--pack", small_copy, "--lang", "ko", "run", *words, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert "데이터 팩에 없는 것: ages; mortality" in err
    assert not (tmp_path / "out").exists()


def test_a_folder_of_somebody_else_is_not_touched(small_copy, tmp_path, cli):
    without(small_copy, "ages")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("mine", encoding="utf-8")
    code, _, err = cli("--pack", small_copy, "run", "--out", tmp_path / "out")
    assert code == 2
    assert "letter.txt" in err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["letter.txt"]
