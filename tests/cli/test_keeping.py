"""A command that is asked again says the same without computing it; never what another pack or question said."""

import os
import shutil
import subprocess
import sys

import pytest

from airshed.cli import keeping
from airshed.cli.main import main
from airshed.cli.settings import Settings
from airshed.pack import pack as packs
from airshed.store import KeptAnswers

ASKED = ("emissions", "--region", "AAA")


@pytest.fixture
def opened(monkeypatch):
    """Hold the folders of the packs that were opened: a call that opens none computes nothing."""
    found, read = [], Settings.open_pack

    def opening(self, science=False):
        found.append(self.pack)
        return read(self, science)

    monkeypatch.setattr(Settings, "open_pack", opening)
    return found


@pytest.fixture
def ask(capsys, monkeypatch, tmp_path, small_copy, opened):
    """Ask the small pack; returns exit code, both texts, and whether something was computed."""
    monkeypatch.setenv("AIRSHED_CACHE", str(tmp_path / "kept"))
    monkeypatch.chdir(tmp_path)

    def call(*words):
        opened.clear()
        code = main(["--pack", str(small_copy), *map(str, words)])
        out, err = capsys.readouterr()
        return code, out, err, bool(opened)

    return call


def kept(tmp_path):
    folder = tmp_path / "kept"
    return sorted(folder.glob("*.answer"))


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_second_time_it_says_the_same_without_computing(ask, form, language):
    words = ("--lang", language, *ASKED, "--format", form)
    *first, computed = ask(*words)
    *second, again = ask(*words)
    assert first[0] == 0 and first[1] and first == second and (computed, again) == (True, False)


def test_another_question_language_or_form_is_another_answer(ask):
    asked = [
        ASKED,
        ("--lang", "ko", *ASKED),
        (*ASKED, "--format", "csv"),
        ("emissions", "--region", "BBB"),
        ("sources",),
    ]
    assert all(ask(*words)[3] for words in asked)
    assert not any(ask(*words)[3] for words in asked)


@pytest.mark.parametrize("file", ["tables/populations.csv", "datapackage.json", "scenarios/new.yaml"])
def test_a_pack_that_changed_is_asked_anew(ask, small_copy, file):
    first = ask(*ASKED)
    path = small_copy / file
    path.parent.mkdir(exist_ok=True)
    old = path.read_bytes() if path.is_file() else None
    scenario = b"name: new\ntitle: New\ndescription: d\nemissions:\n  - {factor: 0.5, source: airshed}\n"
    path.write_bytes(scenario if old is None else old + b"\n")
    assert ask(*ASKED) == first
    assert ask(*ASKED)[3] is False
    path.unlink() if old is None else path.write_bytes(old)
    assert ask(*ASKED) == first


def test_a_number_that_changed_is_shown(ask, small_copy):
    path = small_copy / "tables" / "populations.csv"
    before = ask("health", "--region", "AAA", "--format", "csv")[1]
    lines = path.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("value")
    rows = [line.split(",") for line in lines[1:]]
    doubled = [",".join([*row[:place], str(2 * float(row[place])), *row[place + 1 :]]) for row in rows]
    path.write_text("\n".join([lines[0], *doubled]) + "\n", encoding="utf-8")
    after = ask("health", "--region", "AAA", "--format", "csv")
    assert after[3] and after[1] != before


def test_an_answer_is_of_the_files_as_they_were_read(ask, small_copy, monkeypatch):
    """A table that changes while the command computes: what it said is of the old one, and not shown for the new."""
    path, read = small_copy / "tables" / "populations.csv", packs.open_pack

    def changing(*given):
        found = read(*given)
        path.write_bytes(path.read_bytes() + b"\n")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(packs, "open_pack", changing)
        assert ask(*ASKED)[0] == 0
    assert ask(*ASKED)[3] is True


@pytest.mark.parametrize("damage", [lambda held: b"", lambda held: held[:-3], lambda held: held[:-1] + b"x"])
def test_a_damaged_entry_is_none(ask, tmp_path, damage):
    first = ask(*ASKED)
    (path,) = kept(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    assert ask(*ASKED) == first and ask(*ASKED) == (*first[:3], False)


def test_a_file_beside_the_pack_or_one_that_is_written_is_no_answer_to_keep(ask, tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "name: mine\ntitle: Mine\ndescription: d\nemissions:\n  - {factor: 0.5, source: airshed}\n", encoding="utf-8"
    )
    chart = tmp_path / "chart.json"
    for words in (("health", "--scenario", "baseline+mine.yaml"), (*ASKED, "--chart", chart), ("--debug", *ASKED)):
        code, _, err, computed = ask(*words)
        assert (code, computed) == (0, True), err
    chart.unlink()
    assert ask(*ASKED, "--chart", chart)[0] == 0 and chart.is_file()
    assert kept(tmp_path) == []


def test_what_fails_is_not_kept(ask, tmp_path):
    assert [ask("health", "--region", "nowhere")[0] for _ in range(2)] == [2, 2] and kept(tmp_path) == []


def test_the_folder_keeps_to_its_bound(ask, tmp_path, monkeypatch):
    ask(*ASKED)
    (path,) = kept(tmp_path)
    limit = path.stat().st_size * 5 // 2
    monkeypatch.setattr(keeping, "KeptAnswers", lambda folder: KeptAnswers(folder, limit))
    for language in ("en", "ko", "zh"):
        for form in ("csv", "json"):
            ask("--lang", language, *ASKED, "--format", form)
    assert 0 < sum(path.stat().st_size for path in kept(tmp_path)) <= limit


def test_off_keeps_nothing_and_the_usual_folder_is_in_the_cache_of_the_user(monkeypatch, tmp_path, ask):
    monkeypatch.setenv("AIRSHED_CACHE", "off")
    assert [ask(*ASKED)[3] for _ in range(2)] == [True, True] and kept(tmp_path) == []
    monkeypatch.setenv("AIRSHED_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert [ask(*ASKED)[3] for _ in range(2)] == [True, False]
    assert [path.name for path in (tmp_path / "caches").iterdir()] == ["airshed"]


def test_another_program_computes_anew(ask, monkeypatch):
    ask(*ASKED)
    monkeypatch.setattr(keeping, "program", lambda: ["another"])
    assert ask(*ASKED)[3] is True


def test_an_answer_kept_by_one_process_is_that_of_another_without_the_libraries(small_folder, tmp_path):
    """Neither pandas nor numpy is loaded for an answer that is kept."""
    code = (
        "import sys; from airshed.cli.main import main; main(sys.argv[1:]); print(sorted(sys.modules), file=sys.stderr)"
    )
    environment = {**os.environ, "AIRSHED_CACHE": str(tmp_path / "kept")}
    words = [sys.executable, "-c", code, "--pack", str(shutil.copytree(small_folder, tmp_path / "pack")), *ASKED]
    first, second = (
        subprocess.run(words, capture_output=True, env=environment, check=True, cwd=tmp_path) for _ in range(2)
    )
    assert first.stdout == second.stdout and b"'pandas'" in first.stderr
    assert not any(f"'{name}'".encode() in second.stderr for name in ("numpy", "pandas", "pydantic", "sqlalchemy"))
