"""The page "Your own airshed from nothing" is followed as it stands: its cells are written, its commands are run."""

import csv
import io
import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "own.md"
BLOCK = re.compile(r"^```(\w+)(?: title=\"(write|add to) ([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[str, str, str, str]]:
    return BLOCK.findall(PAGE.read_text(encoding="utf-8"))


def test_a_reader_who_follows_the_page_gets_its_report(tmp_path, cli, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = {}
    for language, how, name, text in blocks():
        if how:
            held = Path(name).read_text(encoding="utf-8") if how == "add to" else ""
            Path(name).write_text(held + text, encoding="utf-8")
        for line in text.splitlines() if language == "sh" else ():
            program, *words = shlex.split(line)
            assert program == "airshed"
            code, out, err = cli(*words)
            assert code == 0, (line, err)
            ran.setdefault(line, (out, err))
    lacking = next(text.strip() for language, _, _, text in blocks() if language == "text")
    needs = ran["airshed pack check lakeland"][0].splitlines()
    assert next(line.split(maxsplit=2)[2].strip() for line in needs if line.startswith(" attribution")) == lacking
    assert "  attribution: natural; observations" in ran["airshed --pack lakeland run --out first"][1].splitlines()
    assert sorted(path.name for path in Path("first").iterdir()) == ["report.en.html", "report.ko.html", "tables"]

    emitted = {row["region"]: 0.0 for row in table("emissions")}
    for row in table("emissions"):
        emitted[row["region"]] += float(row["value"]) if row["pollutant"] == "SO2" else 0.0
    rows = pd.read_csv("first/tables/emissions_emissions.csv")
    assert rows[rows["pollutant"] == "SO2"]["value"].sum() == pytest.approx(sum(emitted.values()))

    # The response carries every observed place to what was observed there, but for the width of its own error.
    air = pd.read_csv("lakeland-report/tables/concentrations.csv").set_index("place")["total"]
    for row in table("observations"):
        assert air[row["place"]] == pytest.approx(float(row["value"]), rel=0.05)
    parts = pd.read_csv("lakeland-report/tables/attribution_by_region.csv").set_index(["receptor", "region"])["value"]
    assert parts["harbour", "natural"] == float(table("natural")[0]["value"])
    assert parts["harbour", "XLK-N"] > parts["harbour", "XLK-S"] > 0
    assert parts["harbour"].sum() == pytest.approx(air["harbour"])
    deaths = pd.read_csv("lakeland-report/tables/health.csv").set_index("region")["value"]
    assert deaths["XLK"] == pytest.approx(deaths["XLK-N"] + deaths["XLK-S"])
    assert "Lakeland" in Path("lakeland-report/report.ko.html").read_text(encoding="utf-8")


def table(name: str) -> list[dict[str, str]]:
    """Return the cells that the page gives for a table."""
    path = f"lakeland/tables/{name.replace('_', '-')}.csv"
    text = next(text for _, how, written, text in blocks() if how == "write" and written == path)
    return list(csv.DictReader(io.StringIO(text)))
