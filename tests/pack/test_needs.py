"""What each answer still needs is what the answers themselves refuse to go without."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from airshed.pack.needs import needs
from airshed.pack.pack import Pack
from airshed.pack.schema import tables
from support.small import write_grown

ASKED = {
    "emissions": ("emissions",),
    "attribution": ("attribution", "port"),
    "hindcast": ("hindcast",),
    "health": ("health",),
    "value": ("value",),
    "damage": ("damage",),
    "scenarios": ("scenarios", "compare", "baseline", "--year", "2020"),
    "measures": ("measures",),
    "optimise": ("optimise", "--target", "26", "--year", "2020"),
    "costcurve": ("costcurve", "--receptor", "port", "--year", "2020"),
    "partners": ("partners", "AAA"),
    "cooperate": ("cooperate", "--players", "AAA,BBB", "--samples", "100"),
    "budget": ("budget", "--members", "AAA,BBB", "--total", "1000", "--key", "population"),
}
BUILT_IN = {"activity": ("activity",), "curtailment": ("curtailment",), "claims": ("claims",)}
BUILT_IN |= {"transition vehicles": ("transition", "vehicles")}
BUILT_IN |= {"transition targets": ("transition", "targets")}
CORE = {name for name, table in tables().items() if table.core}


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> Path:
    return write_grown(tmp_path_factory.mktemp("grown") / "pack")


def without(folder: Path, table: str, column: str = "", word: str = "") -> None:
    """Take the rows of a table that hold a word, all without one, and the laws of such a parameter."""
    for name, held in ((table, column), ("distributions", "key")):
        path = folder / "tables" / f"{name.replace('_', '-')}.csv"
        with path.open(encoding="utf-8", newline="") as handle:
            header, *rows = csv.reader(handle)
        if name == table:
            kept = [row for row in rows if word and row[header.index(held)] != word]
        else:
            kept = [row for row in rows if not word or row[header.index(held)] != word]
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle, lineterminator="\n").writerows([header, *kept])


@pytest.mark.parametrize("answer", [name for name in (*ASKED, *BUILT_IN) if name != "cooperate"])
def test_an_answer_asks_for_the_tables_that_it_is_said_to_need(grown, cli, monkeypatch, answer):
    asked, table = set(), Pack.table
    monkeypatch.setattr(Pack, "table", lambda self, name: asked.add(name) or table(self, name))
    words = BUILT_IN.get(answer) or ("--pack", grown, *ASKED[answer])
    code, _, err = cli(*words)
    assert code == 0, err
    held = [need for need in needs()[answer] if need.instead != "source_receptor"]
    declared = {name for need in held for name in (need.table, need.beside) if name}
    through_others = {"measure_effects", "measure_costs", "receptors", "observations", "economy"}
    optional = {"standards"}
    assert declared - asked - CORE <= through_others
    if answer in ASKED:
        assert asked - declared - CORE <= optional


CUTS = sorted(
    {
        (need.table, need.column, need.words[-1])
        for held in needs().values()
        for need in held
        if need.words and not need.instead
    }
)


@pytest.mark.slow
@pytest.mark.parametrize(("table", "column", "word"), [*CUTS, *((need, "", "") for need in ("ages", "measure_costs"))])
def test_an_answer_is_refused_where_what_it_needs_is_left_out_and_only_there(grown, tmp_path, cli, table, column, word):
    folder = Path(shutil.copytree(grown, tmp_path / "pack"))
    without(folder, table, column, word)
    code, out, err = cli("pack", "needs", folder, "--format", "json")
    assert code == 0, err
    said = {row["answer"]: row["answerable"] for row in json.loads(out)}
    for answer, words in ASKED.items():
        if answer not in ("cooperate", "partners"):
            code, _, err = cli("--pack", folder, *words)
            assert (answer, code) == (answer, 0 if said[answer] == "yes" else 2), err


def test_a_new_pack_is_told_what_every_answer_needs(tmp_path, cli):
    assert cli("pack", "new", tmp_path / "pack")[0] == 0
    code, out, err = cli("pack", "check", tmp_path / "pack")
    assert code == 0
    assert "what each answer still needs" in err
    row = next(line for line in out.splitlines() if line.startswith(" attribution"))
    assert row.split()[:3] == ["attribution", "no", "regions;"]
    for name in ("emissions", "parameters", "populations", "natural", "observations"):
        assert name in row
    assert "source_receptor" not in row
    assert "nothing found" not in err
    code, out, _ = cli("--lang", "ko", "pack", "needs", tmp_path / "pack", "--format", "json")
    assert {row["answerable"] for row in json.loads(out)} == {"no"}


def test_rows_that_are_missing_are_named(small_copy, cli):
    without(small_copy, "parameters", "key", "vsl_base")
    code, out, _ = cli("pack", "needs", small_copy, "--format", "json")
    held = {row["answer"]: row["needs"] for row in json.loads(out)}
    assert code == 0
    assert held["value"] == held["damage"] == "parameters: vsl_base"
    assert held["health"] == held["optimise"] == ""


def test_what_is_needed_is_told_where_tables_are_broken(small_copy, cli):
    (small_copy / "tables" / "ages.csv").write_text("", encoding="utf-8")
    code, out, _ = cli("pack", "check", small_copy)
    assert code == 3
    assert next(line for line in out.splitlines() if line.startswith(" health")).split()[:3] == ["health", "no", "ages"]


def test_the_built_in_pack_lacks_nothing(cli):
    code, out, _ = cli("pack", "needs", "--format", "json")
    assert code == 0
    assert {row["needs"] for row in json.loads(out)} == {""}


def test_coefficients_or_the_kernel_alone_are_needed_never_both(grown, tmp_path, cli):
    """The grown pack has coefficients; without them it lacks what the kernel alone closes on."""
    folder = Path(shutil.copytree(grown, tmp_path / "pack"))
    for table in ("source_receptor", "source_receptor_base"):
        without(folder, table)
    held = {row["answer"]: row["needs"] for row in json.loads(cli("pack", "needs", folder, "--format", "json")[1])}
    factors = "formation_factor_so2, formation_factor_nox, formation_factor_nh3"
    assert held["attribution"] == f"parameters: {factors}; natural"
    shutil.rmtree(folder)
    shutil.copytree(grown, folder)
    without(folder, "source_receptor_base")
    held = {row["answer"]: row["needs"] for row in json.loads(cli("pack", "needs", folder, "--format", "json")[1])}
    assert held["attribution"] == "source_receptor_base"
