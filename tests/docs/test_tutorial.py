"""The page "Your own airshed from nothing" is followed as it stands: its cells are written, its commands are run."""

import re
import shlex
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "own.md"
BLOCK = re.compile(r"^```(\w+)(?: title=\"(write|add to) ([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def follow(folder: Path, cli) -> list[tuple[str, int, str, str]]:
    """Do what the page says in a folder; returns every command with its exit code, output and messages."""
    ran = []
    for language, how, name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if how:
            path = folder / name
            held = path.read_text(encoding="utf-8") if how == "add to" else ""
            path.write_text(held + text, encoding="utf-8")
        elif language == "sh":
            for line in text.splitlines():
                program, *words = shlex.split(line)
                assert program == "airshed"
                ran.append((line, *cli(*words)))
    return ran


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    from support.answers import run_cli

    folder = tmp_path_factory.mktemp("page")
    return folder, follow(folder, run_cli)
