"""What the command says of itself: its help, what a shell completes, and what Python shows."""

import os
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

import airshed
from airshed.cli.main import MENU
from airshed.web.registry import PAGES


@pytest.fixture(scope="module")
def shown():
    from airshed.cli.main import main

    with redirect_stdout(StringIO()) as text:
        assert main(["--help"]) == 0
    return text.getvalue()


def test_help_groups_commands_under_the_headings_of_the_menu(shown):
    headings = [line.removesuffix(":") for line in shown.splitlines() if line.endswith(":") and line[0] != " "]
    assert headings[1:] == list(MENU)
    assert {page.group for page in PAGES} <= set(headings)


def test_help_holds_whole_sentences(shown):
    assert "..." not in shown.partition("[ARGS]...")[2]
    assert "Published derived figures, recomputed from the tables of the pack." in " ".join(shown.split())


def completed(words, shell="bash"):
    env = os.environ | {
        "_AIRSHED_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    ran = subprocess.run(
        [Path(sys.executable).parent / "airshed"], env=env, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return ran.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("airshed attr", ["attribution"]),
        ("airshed attribution seo", ["seoul"]),
        ("airshed compare KR-11 KR-2", ["KR-26", "KR-27", "KR-28", "KR-29"]),
        ("airshed budget --members KOR,MN", ["KOR,MNG"]),
    ],
)
def test_a_shell_completes_commands_and_codes_of_the_pack(words, expected):
    assert completed(words) == expected


def test_a_shell_completes_codes_of_another_pack(small_folder):
    assert completed(f"airshed --pack {small_folder} attribution po") == ["port"]
    assert completed(f"airshed --pack {small_folder / 'absent'} attribution po") == []


def test_python_shows_what_is_for_users(small_folder):
    small = airshed.open_pack(small_folder)
    questions = {"".join(word.capitalize() for word in page.command.split()) for page in PAGES if page.command}
    own = {"AirshedError", "Answer", "Assessment", "Pack", "Question", "ask", "assess", "open_pack"}
    assert dir(airshed) == sorted(own | questions)
    assert repr(small).startswith(f"<Pack {small.descriptor.name} ") and len(repr(small)) < 200
    told = repr(airshed.assess(small, airshed.Question(samples=50), parts=("emissions",)))
    assert (
        told
        == f"<Assessment of {small.descriptor.name} {small.descriptor.version} (baseline, 2015, 50 samples): emissions>"
    )
